"""The candidates of each name, the best first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recon.crosswalk.suggest.given import Given
from recon.crosswalk.suggest.nearby import nearby
from recon.crosswalk.suggest.reasons import reasons
from recon.crosswalk.suggest.score import WHOLE, score
from recon.crosswalk.suggest.weights import Weights
from recon.crosswalk.suggest.words import Name, parsed

# What evidence that a name shares with one candidate alone is worth, in thousandths of what is missing to certainty.
WORTH = {"tenant": 960, "part number": 930, "domain": 850}
SAID = {"tenant": "shares the tenant {}", "part number": "part number {} in common", "domain": "shares the domain {}"}
# Candidates that are looked at closely for each name.
KEEP = 16
# Below this there is nothing in common worth telling.
LEAST = 50

Proof = tuple[str, str]  # what it is, and its value


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate of a name: its score in thousandths, and why."""

    candidate: str
    score: int
    reasons: tuple[str, ...]


def ranked(names: Sequence[Given], candidates: Sequence[Given], top: int) -> list[list[Ranked]]:
    """For each name its best candidates, the best first; equal scores in the order of the candidates' texts.

    Neither list's order plays a part. Candidates of one text are one, with the evidence of all.
    """
    pool = _merged(candidates)
    texts = sorted(pool)
    asked = sorted({one.name for one in names})
    found = _by_name(asked, texts, max(KEEP, 2 * top))
    holders = _holders(pool)
    return [_best(one, found[one.name], holders, top) for one in names]


def together(score: int, worth: int) -> int:
    """A score and independent evidence, both in thousandths: what is missing to certainty shrinks by each."""
    return WHOLE - (WHOLE - score) * (WHOLE - worth) // WHOLE


def _merged(candidates: Iterable[Given]) -> dict[str, set[Proof]]:
    pool: dict[str, set[Proof]] = {}
    for one in candidates:
        pool.setdefault(one.name, set()).update(one.evidence)
    return pool


def _by_name(asked: Sequence[str], texts: Sequence[str], keep: int) -> dict[str, dict[str, int]]:
    """Per name the scores of the candidates that its words bring near."""
    ours, theirs = _readable(asked), _readable(texts)
    found: dict[str, dict[str, int]] = {text: {} for text in asked}
    if ours and theirs:
        weights = Weights(ours, theirs)
        for row, column, pieces in nearby(ours, theirs, keep):
            found[ours[row].text][theirs[column].text] = score(ours[row], theirs[column], weights, pieces)
    return found


def _readable(texts: Sequence[str]) -> list[Name]:
    return [one for text in texts if (one := parsed(text)).same]


def _holders(pool: Mapping[str, Iterable[Proof]]) -> dict[Proof, list[str]]:
    """Who has a piece of evidence."""
    holders: dict[Proof, list[str]] = defaultdict(list)
    for text in sorted(pool):
        for proof in sorted(pool[text]):
            holders[proof].append(text)
    return holders


def _best(one: Given, near: Mapping[str, int], holders: Mapping[Proof, Sequence[str]], top: int) -> list[Ranked]:
    """The best candidates of one name, by its words and by its evidence."""
    scores = dict(near)
    shared: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(one.evidence):
        sharing = holders.get((kind, value), ())
        for text in sharing:
            scores[text] = together(scores.get(text, 0), WORTH[kind] // len(sharing))
            shared[text].append(SAID[kind].format(value.upper() if kind == "part number" else value))
    first = sorted((text for text in scores if scores[text] >= LEAST), key=lambda text: (-scores[text], text))[:top]
    return [Ranked(text, scores[text], _why(one.name, text, near, shared[text])) for text in first]


def _why(name: str, text: str, near: Mapping[str, int], shared: Sequence[str]) -> tuple[str, ...]:
    by_name = reasons(parsed(name), parsed(text)) if near.get(text, 0) >= LEAST else []
    return tuple(dict.fromkeys([*by_name, *shared]))
