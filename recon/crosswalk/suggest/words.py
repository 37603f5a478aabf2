"""A name as words that can be compared: folded, spelled alike, its legal form apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from recon.crosswalk.suggest.vocabulary import (
    LEGAL,
    LEGAL_AT_END,
    LEGAL_HELPERS,
    ROMAN,
    SEVERAL,
    SHORT,
    TOP_DOMAINS,
    UNITS,
)

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ß": "ss"})
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])(?!H\b)")  # GmbH is one word
_DOMAIN = re.compile(
    rf"(?:https?://)?(?:www\.)?\b([a-z0-9][a-z0-9-]+)(?:\.(?:{'|'.join(sorted(TOP_DOMAINS))}))+\b(?:/\S*)?"
)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_POLISH = re.compile(r"\bsp\.?\s*z\.?\s*o\.?\s*o\b\.?")
_INCHES = re.compile(r"(?<=\d)\s*(?:\"|''|”|″|-?\s?inch(?:es)?\b)")
_TOKEN = re.compile(r"\bv?\d+(?:\.\d+)+(?:[^\W\d_]+\b)?|[^\W_]+")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)([a-z]+)")
_CLOSING = LEGAL.keys() | LEGAL_AT_END.keys() | LEGAL_HELPERS
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in words.

    `words` are as written, folded; `same` are they as they compare (abbreviations spelled out, units joined), one for
    one; `legal` is the legal form; `joined` all of `same` without spaces; `runs` two or three neighbours written as
    one word, with the place of the first and their number.
    """

    text: str
    words: tuple[str, ...]
    same: tuple[str, ...]
    legal: tuple[str, ...]
    joined: str
    runs: Mapping[str, tuple[int, int]]


def folded(text: str) -> str:
    """Lower case without accents; several words that are written as one stand apart."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", unicodedata.normalize("NFKC", text)))
    plain = "".join(one for one in plain if not unicodedata.combining(one)).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=65536)
def parsed(text: str) -> Name:
    """The name in words. A text without letters and digits has none."""
    words, legal = _without_legal(_tokens(text))
    pairs = _compared(words)
    same = tuple(one for _, one in pairs)
    runs = {"".join(same[at : at + size]): (at, size) for size in (3, 2) for at in range(len(same) - size, -1, -1)}
    return Name(text, tuple(word for word, _ in pairs), same, legal, "".join(same), runs)


@lru_cache(maxsize=65536)
def has_digit(word: str) -> bool:
    """Whether a word has a digit anywhere."""
    return any(one.isdigit() for one in word)


@lru_cache(maxsize=65536)
def shape(word: str) -> str:
    """A word with its numbers left open: e3 and e5 are both e#."""
    return re.sub(r"[\d.]+", "#", word)


@lru_cache(maxsize=65536)
def is_code(word: str) -> bool:
    """Whether a word looks like a part or model number: five or more signs, letters and digits or digits alone."""
    if len(word) < 5 or not has_digit(word):
        return False
    measure = _MEASURE.fullmatch(word)
    return not (measure and measure[2] in UNITS)


def _tokens(text: str) -> list[str]:
    plain = folded(text)
    plain = _DOMAIN.sub(r" \1 ", plain)
    plain = _POLISH.sub(" spzoo ", plain)
    plain = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", plain)
    plain = _INCHES.sub("in ", re.sub(r"(?<=\d),(?=\d{3}\b)", "", plain))
    plain = re.sub(r"['’‘`´]", "", plain).replace("&", " and ").replace("+", " plus ")
    return _TOKEN.findall(plain)


def _without_legal(tokens: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """The words without the legal form, and the form; a name that is nothing but a form keeps it."""
    end = len(tokens)
    while end > 1 and tokens[end - 1] in _CLOSING:
        end -= 1
    # "Smith Trust", "Smith and": a helper is part of the form only before another word of the form.
    while end < len(tokens) and tokens[end] in LEGAL_HELPERS and not set(tokens[end + 1 :]) - LEGAL_HELPERS:
        end += 1
    tail = [one for one in tokens[end:] if one != "and"]
    words = [one for at, one in enumerate(tokens[:end]) if at == 0 or one not in LEGAL]
    inside = [one for one in tokens[1:end] if one in LEGAL]
    return words, tuple((LEGAL | LEGAL_AT_END)[one] for one in [*inside, *tail])


def _compared(words: list[str]) -> list[tuple[str, str]]:
    """Each word with its spelling for comparison; a number takes its unit, "plan 1" is "p1"."""
    out: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if _NUMBER.fullmatch(word) and after in UNITS and len(word) < 6:
            out.append((word + after, _plain(word) + UNITS[after]))
            at += 2
        elif word == "plan" and after.isdigit() and len(after) == 1:
            out.append((f"plan {after}", f"p{after}"))
            at += 2
        elif word in SEVERAL:
            out += [(word, one) for one in SEVERAL[word]]
            at += 1
        else:
            out.append((word, _spelled(word, at)))
            at += 1
    return out


def _spelled(word: str, at: int) -> str:
    if word in ROMAN and at > 0:
        return ROMAN[word]
    version = re.fullmatch(r"v?(\d+(?:\.\d+)*)", word)
    if version:
        return _plain(version[1])
    measure = _MEASURE.fullmatch(word)
    if measure and measure[2] in UNITS and len(measure[2]) > 1:
        return _plain(measure[1]) + UNITS[measure[2]]
    return SHORT.get(word, word)


def _plain(number: str) -> str:
    """A number without zeros that say nothing: 2.0 is 2."""
    return re.sub(r"(?:\.0+)+$", "", number)
