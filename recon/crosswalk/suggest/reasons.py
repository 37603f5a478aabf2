"""Why two names may mean the same, and what speaks against it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from recon.crosswalk.suggest.align import TYPO, Alignment, Kin, align
from recon.crosswalk.suggest.words import Name, is_code


def reasons(one: Name, other: Name) -> list[str]:
    """The reasons for a pair of names, the strongest first."""
    if one.same == other.same:
        return list(_same_words(one, other))
    found = align(one, other)
    said = [text for kin in found.kin if (text := _of_kin(one, other, kin))]
    if not found.ours and not found.theirs and not said:
        return ["same words in another order"]
    return [*said, *_codes(one, found), *_in_common(one, other, found)]


def _same_words(one: Name, other: Name) -> Iterator[str]:
    if one.legal != other.legal:
        forms = " / ".join(" ".join(legal) for legal in (one.legal, other.legal) if legal)
        yield f"same name apart from the legal form ({forms})"
    elif one.words == other.words:
        yield "same name"
    for ours, theirs in zip(one.words, other.words, strict=True):
        if ours != theirs:
            yield _abbreviation(ours, theirs)


def _abbreviation(ours: str, theirs: str, capitals: bool = False) -> str:
    short, long = sorted((ours, theirs), key=lambda text: (len(text), text))
    return f"abbreviation: {short.upper() if capitals else short} = {long}"


def _of_kin(one: Name, other: Name, kin: Kin) -> str:
    ours, theirs = " ".join(one.words[at] for at in kin.ours), " ".join(other.words[at] for at in kin.theirs)
    short, long = sorted((ours, theirs), key=lambda text: (len(text), text))
    match kin.by:
        case "spelling" | "short" | "letter" | "initials":
            return _abbreviation(ours, theirs, kin.by == "initials")
        case "typo":
            return f"{'one typo' if kin.percent == TYPO else 'two typos'}: {ours}/{theirs}"
        case "code":
            return f"part number {short.upper()} with a tail: {long.upper()}"
        case "joined":
            return f"written as one word: {ours if len(kin.ours) == 1 else theirs}"
    return ""


def _codes(one: Name, found: Alignment) -> Iterator[str]:
    for word in sorted({one.same[at] for kin in found.kin if kin.by == "same" for at in kin.ours}):
        if is_code(word):
            yield f"part number {word.upper()} in common"


def _in_common(one: Name, other: Name, found: Alignment) -> Iterator[str]:
    same = [one.words[at] for kin in found.kin if kin.by == "same" for at in kin.ours]
    ours, theirs = " ".join(one.words[at] for at in found.ours), " ".join(other.words[at] for at in found.theirs)
    if same and (ours or theirs):
        yield f"words in common: {' '.join(dict.fromkeys(same))}"
    if ours and theirs:
        yield f"but {ours} is not {theirs}"
    elif ours or theirs:
        yield f"without {ours}" if ours else f"with {theirs}"
