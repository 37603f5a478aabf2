"""The few candidates of each name that are worth a close look: sparse TF-IDF over words and pieces of words.

One product of two sparse matrices that keeps only the best of each row: memory grows with the names, not their pairs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.crosswalk.suggest.vocabulary import LIGHT
from recon.crosswalk.suggest.words import Name, has_digit

PIECE = 3
# A feature that more pairs than this have in common finds nothing and costs most of the time.
COMMON = 1_000_000
# The first ALWAYS candidates are looked at closely; of the others, those not more than FAR times behind the best.
ALWAYS, FAR = 5, 3


def nearby(names: Sequence[Name], candidates: Sequence[Name], keep: int) -> Iterator[tuple[int, int, Any]]:
    """Up to `keep` candidates for each name: the numbers of both in their lists, and the cosine of their pieces, 0 to 1.

    Both lists must be in a fixed order. After the first few, a candidate far behind the best is left out.
    """
    words = _matrices(names, candidates, _word_features)
    pieces = _matrices(names, candidates, _pieces)
    left, right = (sparse.hstack([a, b], format="csr") for a, b in zip(words, pieces, strict=True))
    best = sp_matmul_topn(left, right.T.tocsr(), top_n=keep, sort=True)
    counts = np.diff(best.indptr)
    rows = np.repeat(np.arange(len(names)), counts)
    place = np.arange(best.nnz) - np.repeat(best.indptr[:-1], counts)
    first = best.data[np.minimum(np.repeat(best.indptr[:-1], counts), max(best.nnz - 1, 0))]
    close = (place < ALWAYS) | (best.data * FAR > first)
    rows, columns = rows[close], best.indices[close]
    likeness = _row_products(pieces[0], pieces[1], rows, columns)
    return zip(rows.tolist(), columns.tolist(), likeness.tolist(), strict=True)


def initials(words: Sequence[str]) -> str:
    """The first letters of two or more words, small joining words left out."""
    heads = [one[0] for one in words if one not in LIGHT]
    return "".join(heads) if len(heads) > 1 else ""


def _word_features(name: Name) -> Iterator[str]:
    """Words, neighbours written as one ("lx 350" is "lx350"), initials, and a short word as possible initials."""
    same = name.same
    yield from same
    yield from (a + b for a, b in pairwise(same))
    yield from (a + b + c for a, b, c in zip(same, same[1:], same[2:], strict=False) if has_digit(a + b + c))
    yield from (f"\x01{one}" for one in {initials(same), *(w for w in same[:1] if 2 <= len(w) <= 6)} if one)


def _pieces(name: Name) -> Iterator[str]:
    """Runs of PIECE signs of each word with its borders, and of the whole name without spaces."""
    for word in name.same:
        edged = f"\x02{word}\x02"
        yield from (edged[at : at + PIECE] for at in range(max(len(edged) - PIECE + 1, 1)))
    yield from (name.joined[at : at + PIECE + 1] for at in range(max(len(name.joined) - PIECE, 0)))


def _matrices(
    left: Sequence[Name], right: Sequence[Name], features: Callable[[Name], Iterator[str]]
) -> tuple[Any, Any]:
    """TF-IDF rows of length 1, of the features that both lists have."""
    number: dict[str, int] = {}
    drafts = [_numbered(side, features, number) for side in (left, right)]
    ours, theirs = (_counted(*draft, len(number)) for draft in drafts)
    holders = [np.bincount(side.indices, minlength=len(number)) for side in (ours, theirs)]
    seldom = 1 + np.log((len(left) + len(right) + 1) / (holders[0] + holders[1] + 1))
    shared = np.flatnonzero((holders[0] > 0) & (holders[1] > 0) & (holders[0] * holders[1] <= COMMON))
    return _weighted(ours, seldom)[:, shared], _weighted(theirs, seldom)[:, shared]


def _numbered(
    names: Sequence[Name], features: Callable[[Name], Iterator[str]], number: dict[str, int]
) -> tuple[array[int], array[int]]:
    """The features of all names by their numbers, which grow with each new one, and where each name's begin."""
    flat, starts = array("l"), array("l", [0])
    for name in names:
        flat.extend(number.setdefault(feature, len(number)) for feature in sorted(features(name)))
        starts.append(len(flat))
    return flat, starts


def _counted(flat: array[int], starts: array[int], width: int) -> Any:
    """A sparse matrix of how often each name has each feature."""
    counted = sparse.csr_matrix((np.ones(len(flat)), np.asarray(flat), np.asarray(starts)), (len(starts) - 1, width))
    counted.sum_duplicates()
    return counted


def _weighted(counted: Any, seldom: Any) -> Any:
    """Counts as TF-IDF, each row of length 1."""
    weights = (1 + np.log(counted.data)) * seldom[counted.indices]
    lengths = np.sqrt(np.add.reduceat(np.append(weights * weights, 0), counted.indptr[:-1]))
    counted.data = weights / np.repeat(lengths, np.diff(counted.indptr))
    return counted


def _row_products(left: Any, right: Any, rows: Any, columns: Any) -> Any:
    """The product of row rows[i] of `left` and row columns[i] of `right`, for each i; in slices, to bound memory."""
    step = 50_000
    parts = [
        np.asarray(left[rows[at : at + step]].multiply(right[columns[at : at + step]]).sum(axis=1)).ravel()
        for at in range(0, len(rows), step)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)
