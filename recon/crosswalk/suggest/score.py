"""One pair of names: how alike they are, from 0 to 1000.

Names that are equal but for the legal form, the order or the spelling of their words have fixed scores at the top;
all others are measured by the words they share, each by how much it tells, and by the pieces of words they share.
Numbers and codes that differ count against a pair, whatever else is equal: E3 isn't E5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from recon.crosswalk.suggest.align import Alignment, align
from recon.crosswalk.suggest.vocabulary import LIGHT
from recon.crosswalk.suggest.weights import Weights
from recon.crosswalk.suggest.words import Name, has_digit, shape

WHOLE = 1000
EQUAL, FOLDED, LEGAL_MISSING, LEGAL_OTHER, ORDER, SPELLING = 1000, 995, 985, 955, 970, 965
# No pair gets more where one name, or where each of them, says something that the other doesn't.
ONE_SIDED, TWO_SIDED = 950, 860
# In percent: lost where every number differs; left by each number that only one name has.
EXCLUDED, ALONE = 50, 97
# Shares of the measure: words in common, the better covered name, pieces of words.
WORDS, COVER, PIECES = 55, 15, 30


def score(one: Name, other: Name, weights: Weights, pieces: Any) -> int:
    """The score of a pair, in thousandths; `pieces` is the cosine of their pieces of words, 0 to 1."""
    if one.same == other.same:
        return _same_words(one, other)
    found = align(one, other)
    if not found.ours and not found.theirs:
        kinds = {kin.by for kin in found.kin}
        if kinds == {"same"}:
            return ORDER
        if kinds <= {"same", "spelling", "joined"}:
            return SPELLING
    highest = TWO_SIDED if _tells(one, found.ours) and _tells(other, found.theirs) else ONE_SIDED
    measured = min(_measure(one, other, found, weights, pieces), 1)
    scored: int = round(highest * measured * _against(one, other, found, weights))
    return scored


def _tells(name: Name, places: Iterable[int]) -> bool:
    """Whether any of the words says something."""
    return any(name.same[at] not in LIGHT for at in places)


def _same_words(one: Name, other: Name) -> int:
    spelled = one.words != other.words
    if one.legal == other.legal:
        return SPELLING if spelled else EQUAL if one.text == other.text else FOLDED
    highest = LEGAL_OTHER if one.legal and other.legal else LEGAL_MISSING
    return highest - (10 if spelled else 0)


def _measure(one: Name, other: Name, found: Alignment, weights: Weights, pieces: Any) -> Any:
    """The likeness of two names that differ, 0 to 1."""
    covered_ours = _covered([(kin.percent, kin.ours) for kin in found.kin], found.ours, one, weights)
    covered_theirs = _covered([(kin.percent, kin.theirs) for kin in found.kin], found.theirs, other, weights)
    words = math.sqrt(covered_ours * covered_theirs)
    return (WORDS * words + COVER * max(covered_ours, covered_theirs) + PIECES * min(pieces, 1)) / 100


def _covered(kin: Iterable[tuple[int, Sequence[int]]], left: Iterable[int], name: Name, weights: Weights) -> Any:
    """The share of a name's words, by weight, that the other name has too."""
    heavy, same = weights.heavy, name.same
    shared = whole = 0
    for percent, places in kin:
        for at in places:
            whole += heavy[same[at]]
            shared += percent * heavy[same[at]] / 100
    return shared / (whole + sum(heavy[same[at]] for at in left))


def _against(one: Name, other: Name, found: Alignment, weights: Weights) -> Any:
    """What is left of the likeness, 0 to 1, where numbers or codes differ.

    Those of one shape exclude each other (e3 and e5, 8gb and 16gb); others may be two numbers of one thing.
    """
    ours = [one.same[at] for at in found.ours if has_digit(one.same[at])]
    theirs = [other.same[at] for at in found.theirs if has_digit(other.same[at])]
    shapes = {shape(word) for word in ours} & {shape(word) for word in theirs}
    shared = sum(weights[one.same[at]] for kin in found.kin for at in kin.ours if has_digit(one.same[at]))
    excluded = min(_weight(ours, shapes, weights), _weight(theirs, shapes, weights))
    lost = EXCLUDED * excluded / (excluded + shared) if shapes else 0
    return (100 - lost) / 100 * (ALONE / 100) ** sum(shape(word) not in shapes for word in (*ours, *theirs))


def _weight(words: Iterable[str], shapes: set[str], weights: Weights) -> Any:
    return sum(weights[word] for word in words if shape(word) in shapes)
