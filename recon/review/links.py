"""What people said belongs together: lines of an agreement and of an invoice that no rule could match.

A link holds until it is removed; removing it restores what was before. State is a fold of the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recon.errors import ReconError
from recon.store.journal import Journal

KIND = "match"


@dataclass(frozen=True)
class Link:
    """Line ids that a person put together."""

    lines: tuple[str, ...]
    note: str
    actor: str
    at: str


def standing(journal: Journal) -> list[Link]:
    """The links in force, in a fixed order."""
    state: dict[str, Link | None] = {}
    for entry in journal.entries(KIND):
        lines = tuple(entry.subject.split())
        joined = entry.body["action"] == "join"
        state[entry.subject] = Link(lines, entry.body["note"], entry.actor, entry.at) if joined else None
    return [link for _, link in sorted(state.items()) if link]


def join(journal: Journal, lines: Iterable[str], note: str = "") -> None:
    """Journal that `lines` belong together. Raises ReconError: fewer than two, or one that is in another link."""
    names = sorted(set(lines))
    if len(names) < 2:
        raise ReconError("a match needs two lines or more.")
    for link in standing(journal):
        if set(link.lines) & set(names):
            raise ReconError(f"line {min(set(link.lines) & set(names))} is in another match; take that apart first.")
    journal.append([(KIND, " ".join(names), {"action": "join", "note": note.strip()})])


def part(journal: Journal, lines: Sequence[str], note: str = "") -> None:
    """Journal that the link with these lines no longer holds. Raises ReconError where there is none."""
    subject = " ".join(sorted(set(lines)))
    if subject not in {" ".join(link.lines) for link in standing(journal)}:
        raise ReconError("these lines were not put together by a person; only such a match can be taken apart.")
    journal.append([(KIND, subject, {"action": "part", "note": note.strip()})])
