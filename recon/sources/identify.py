"""Which profile is this file? Identify first, then extract; two that fit is an error that lists both."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from recon.sources.flat import Unreadable
from recon.sources.profile import Profile, normalised
from recon.sources.read import Peek
from recon.workspace import Source

MOST_LACK = 0.5  # a profile that lacks a larger share of its columns is not worth naming


@dataclass(frozen=True)
class Recognised:
    """A file's profile, the source it feeds, and where its header stands (row from 1)."""

    profile: Profile
    source: str
    settings: Source | None
    sheet: str
    header: int

    @property
    def side(self) -> str:
        """The side that the file feeds."""
        return (self.settings.side if self.settings else None) or self.profile.side or "delivered"


def recognise(peek: Peek, relative: str, known: dict[str, Profile], sources: dict[str, Source]) -> Recognised:
    """The one profile that fits the file. Raises Unreadable where none or several do."""
    claimed = [(name, one) for name, one in sources.items() if one.files and _matches(relative, one.files)]
    if len(claimed) > 1:
        raise Unreadable(f"is claimed by the sources {_and(name for name, _ in claimed)}; narrow their files: patterns")
    if claimed:
        name, source = claimed[0]
        profile = known[source.profile]
        place = _place(peek, profile)
        if place is None:
            raise Unreadable(_nearest(peek, {profile.profile: profile}))
        return Recognised(profile, name, source, *place)
    fits = [(one, place) for one in known.values() if not one.generic and (place := _place(peek, one))]
    if len(fits) > 1:
        names = _and(one.profile for one, _ in fits)
        raise Unreadable(f"fits the profiles {names}; name the file under sources: in recon.yaml (profile:, files:)")
    if not fits:
        raise Unreadable(_nearest(peek, known))
    profile, place = fits[0]
    owner = [(n, s) for n, s in sources.items() if s.profile == profile.profile and not s.files]
    if len(owner) > 1:
        raise Unreadable(f"may feed the sources {_and(name for name, _ in owner)}; give them files: patterns")
    if not (owner or profile.side or profile.reference):
        raise Unreadable(f"fits the profile {profile.profile}, which has no side; name it under sources: in recon.yaml")
    name, settings = owner[0] if owner else (profile.profile, None)
    return Recognised(profile, name, settings, *place)


def _matches(relative: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(relative, pattern) or fnmatch.fnmatchcase(relative.rsplit("/", 1)[-1], pattern)


def _place(peek: Peek, profile: Profile) -> tuple[str, int] | None:
    """The sheet and the first row that hold all the columns that the profile asks for."""
    for sheet, rows in peek.sheets.items():
        if profile.records is not None and peek.kind == "json" and sheet != profile.records:
            continue
        if profile.sheet is not None and peek.kind == "xlsx" and sheet != profile.sheet:
            continue
        for number, row in enumerate(rows, 1):
            there = {normalised(cell) for cell in row}
            if not _missing(profile, there) and not there.intersection(map(normalised, profile.absent)):
                return sheet, number
    return None


def _missing(profile: Profile, there: set[str]) -> list[str]:
    return [names[0] for names in profile.recognise if not there.intersection(map(normalised, names))]


def _nearest(peek: Peek, known: dict[str, Profile]) -> str:
    """Why nothing fits: the profile that lacks the fewest columns, and which."""
    rows = [{normalised(cell) for cell in row} for rows in peek.sheets.values() for row in rows] or [set()]
    candidates = []
    for one in known.values():
        missing = min((_missing(one, row) for row in rows), key=len)
        if not (one.generic and len(known) > 1):
            candidates.append((len(missing) / len(one.recognise), one.profile, missing))
    lacking, name, missing = min(candidates, default=(1.0, "", []))
    if lacking > MOST_LACK and len(known) > 1:
        tables = [one.profile for one in known.values() if one.generic and _place(peek, one)]
        if tables:
            return f"is a table that {tables[0]} can read; name it and its side under sources: in recon.yaml"
        return "fits no profile, nor half of one; name it under sources: in recon.yaml, or write a profile"
    many = "columns" if len(missing) > 1 else "column"
    return f"fits no profile; nearest is {name}, which lacks the {many} {_and(missing)}"


def _and(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
