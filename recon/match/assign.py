"""Pass 6: one-to-one assignment of scored candidates, inside small connected blocks, with a cost for being wrong.

A pair is worth its score less what leaving both unmatched is worth, so a weak pair is no pair. Each block is solved to
its optimum; a pair whose absence would cost less than the margin is not told from its alternatives and is ambiguous.
A score is a sum of whole points out of 1000. It never accepts anything: it proposes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

UNMATCHED = 600  # points that leaving both sides unmatched is worth
MARGIN = 100  # points by which the best must be better than the next
LARGEST = 40  # entries a side of a block; a larger one is not solved, and is told


@dataclass(frozen=True, order=True)
class Pair:
    """An expected and an actual entry that may be the same thing, with points and what they have in common."""

    expected: str
    actual: str
    score: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """What became of the candidates: clear pairs, sets of entries that fit in several ways, blocks that were too large."""

    clear: tuple[Pair, ...]
    ambiguous: tuple[tuple[str, ...], ...]
    capped: tuple[tuple[str, ...], ...]


def assign(candidates: Iterable[Pair]) -> Assignment:
    """The best pairs, each entry in one at most. The order of `candidates` doesn't matter."""
    clear: list[Pair] = []
    ambiguous: list[tuple[str, ...]] = []
    capped: list[tuple[str, ...]] = []
    for block in blocks(sorted({pair for pair in candidates if pair.score > UNMATCHED})):
        names = tuple(sorted({pair.expected for pair in block} | {pair.actual for pair in block}))
        if max(len({pair.expected for pair in block}), len({pair.actual for pair in block})) > LARGEST:
            capped.append(names)
            continue
        best = solve(block)
        worth = _worth(best)
        sure = [pair for pair in best if worth - _worth(solve([one for one in block if one != pair])) >= MARGIN]
        used = {name for pair in sure for name in (pair.expected, pair.actual)}
        open_pairs = [pair for pair in block if pair.expected not in used and pair.actual not in used]
        clear += sure
        ambiguous += [tuple(sorted({n for p in part for n in (p.expected, p.actual)})) for part in blocks(open_pairs)]
    return Assignment(tuple(clear), tuple(ambiguous), tuple(capped))


def blocks(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The pairs by connected component: entries that no chain of candidates connects can't compete."""
    of_expected, of_actual = defaultdict(list), defaultdict(list)
    for pair in pairs:
        of_expected[pair.expected].append(pair)
        of_actual[pair.actual].append(pair)
    left = dict.fromkeys(pairs)
    while left:
        reached, ahead = set(), [next(iter(left))]
        while ahead:
            pair = ahead.pop()
            if pair not in reached:
                reached.add(pair)
                ahead += of_expected[pair.expected] + of_actual[pair.actual]
        yield [pair for pair in left if pair in reached]
        left = {pair: None for pair in left if pair not in reached}


def solve(block: Sequence[Pair]) -> list[Pair]:
    """The one-to-one choice of pairs that is worth most, by scipy's assignment."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows = {name: place for place, name in enumerate(sorted({pair.expected for pair in block}))}
    columns = {name: place for place, name in enumerate(sorted({pair.actual for pair in block}))}
    worth = np.zeros((len(rows), len(columns)), dtype=np.int64)  # zero: to leave both unmatched
    at = {(rows[pair.expected], columns[pair.actual]): pair for pair in block}
    for place, pair in at.items():
        worth[place] = pair.score - UNMATCHED
    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return [at[place] for row, column in chosen if (place := (int(row), int(column))) in at]


def _worth(pairs: Iterable[Pair]) -> int:
    return sum(pair.score - UNMATCHED for pair in pairs)
