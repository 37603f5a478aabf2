"""Which words of two names stand for each other: the same, joined, a typo, an abbreviation, initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from recon.crosswalk.suggest.nearby import initials
from recon.crosswalk.suggest.vocabulary import LIGHT
from recon.crosswalk.suggest.words import Name, has_digit, is_code

# How far two words count as one, in percent.
SPELLED, JOINED, TYPO, TYPOS, PREFIX, SKELETON, INITIALS, LETTER, CODE = 98, 97, 88, 80, 78, 68, 80, 55, 80


@dataclass(slots=True)
class Kin:
    """Words that stand for each other: their places in the two names, in percent how far, and by what."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    percent: int
    by: str


@dataclass(slots=True)
class Alignment:
    """What two names have in common, and the places of the words that only one of them has."""

    kin: list[Kin] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)
    theirs: list[int] = field(default_factory=list)


def align(one: Name, other: Name) -> Alignment:
    """The alignment of two names; every word is in at most one kin, the surest are taken first."""
    found = Alignment([], list(range(len(one.same))), list(range(len(other.same))))
    _equal(found, one, other)
    if found.ours and found.theirs:
        _joined(found, one, other)
    if found.ours and found.theirs:
        _alike(found, one.same, other.same)
    if found.ours and found.theirs:
        _initials(found, one.same, other.same)
    return found


def _take(found: Alignment, ours: Sequence[int], theirs: Sequence[int], percent: int, by: str) -> None:
    found.kin.append(Kin(tuple(ours), tuple(theirs), percent, by))
    found.ours = [at for at in found.ours if at not in ours]
    found.theirs = [at for at in found.theirs if at not in theirs]


def _equal(found: Alignment, one: Name, other: Name) -> None:
    places: dict[str, list[int]] = {}
    for at in reversed(found.theirs):
        places.setdefault(other.same[at], []).append(at)
    for at, word in enumerate(one.same):
        if there := places.get(word):
            partner = there.pop()
            spelled = one.words[at] != other.words[partner] and not has_digit(word)
            _take(found, [at], [partner], SPELLED if spelled else 100, "spelling" if spelled else "same")
    # A word that is said again says nothing more.
    found.ours = [at for at in found.ours if one.same[at] not in places]
    found.theirs = [at for at in found.theirs if other.same[at] not in one.same]


def _joined(found: Alignment, one: Name, other: Name) -> None:
    """Neighbours of one name that the other writes as one word."""
    for single, many, flip in ((other, one, False), (one, other, True)):
        for at in list(found.ours if flip else found.theirs):
            first, size = many.runs.get(single.same[at], (0, 0))
            run, left = range(first, first + size), found.theirs if flip else found.ours
            if size and len(single.same[at]) > 3 and all(place in left for place in run):
                _take(found, [at] if flip else run, run if flip else [at], JOINED, "joined")


def _alike(found: Alignment, ours: Sequence[str], theirs: Sequence[str]) -> None:
    pairs = [
        (percent, by, a, b)
        for a in found.ours
        for b in found.theirs
        if _begin_alike(ours[a], theirs[b])
        for percent, by in [kinship(ours[a], theirs[b])]
        if percent
    ]
    for percent, by, a, b in sorted(pairs, key=lambda pair: (-pair[0], pair[2], pair[3])):
        if a in found.ours and b in found.theirs:
            _take(found, [a], [b], percent, by)


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words share a letter of their first two: no kin has none, and most pairs of words end here."""
    return one[0] == other[0] or one[0] == other[1:2] or one[1:2] in (other[0], other[1:2])


@lru_cache(maxsize=500_000)
def kinship(one: str, other: str) -> tuple[int, str]:
    """In percent how far two different words may be one, and by what: (0, "") for not at all.

    Words with digits are never alike, for a digit is what tells two products apart; only a code may have a tail.
    """
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if is_code(short) and long.startswith(short) and not long[len(short)].isdigit():
        return CODE, "code"
    if has_digit(short) or has_digit(long) or short in LIGHT or long in LIGHT:
        return 0, ""
    if short[0] == long[0] and len(short) >= 3 and len(long) >= len(short) + 2:
        if long.startswith(short):
            return PREFIX, "short"
        if len(short) <= 5 and short[-1] == long[-1] and _within(short, long):
            return SKELETON, "short"
    if len(short) == 1:
        return (LETTER, "letter") if long[0] == short else (0, "")
    return _typos(short, long)


def _typos(short: str, long: str) -> tuple[int, str]:
    allowed = 0 if len(short) < 5 else 1 if len(short) < 8 else 2
    if len(long) - len(short) > allowed or not allowed:
        return 0, ""
    count = OSA.distance(short, long, score_cutoff=allowed)
    if count > allowed:
        return 0, ""
    return (TYPO, "typo") if count == 1 else (TYPOS, "typo")


def _within(short: str, long: str) -> bool:
    """Whether the letters of `short` come in that order in `long`."""
    rest = iter(long)
    return all(one in rest for one in short)


def _initials(found: Alignment, ours: Sequence[str], theirs: Sequence[str]) -> None:
    """A short word that is the first letters of all that is left of the other name, or of a run of it."""
    for flip in (False, True):
        short, short_left = (theirs, found.theirs) if flip else (ours, found.ours)
        many, many_left = (ours, found.ours) if flip else (theirs, found.theirs)
        for at in list(short_left):
            word = short[at]
            if 2 <= len(word) <= 6 and word.isalpha() and (run := _run(word, many, many_left)):
                _take(found, run if flip else [at], [at] if flip else run, INITIALS, "initials")
                many_left = found.ours if flip else found.theirs


def _run(word: str, many: Sequence[str], left: Sequence[int]) -> list[int]:
    heavy = [at for at in left if many[at] not in LIGHT]
    for start in range(len(heavy) - len(word) + 1):
        run = heavy[start : start + len(word)]
        if initials([many[at] for at in run]) == word:
            return run
    return []
