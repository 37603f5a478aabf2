"""What people said of suggestions: a pair rejected for good, or one they are unsure of. A fold of the journal.

A confirmed suggestion is an ordinary crosswalk entry (entries.py): once mapped, nothing is suggested any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recon.errors import unknown
from recon.store.journal import Journal

KIND = "suggestion"
REJECTED, UNSURE, OPEN = "rejected", "unsure", "open"
OPINIONS = (REJECTED, UNSURE, OPEN)  # open takes an opinion back


@dataclass(frozen=True)
class Pair:
    """An account or item of a source (`what`, `source`, `key`) and the client or service that it may be."""

    what: str
    source: str
    key: str
    target: str

    @property
    def subject(self) -> str:
        """What the journal's entry is about."""
        return "|".join([self.what, self.source, self.key, self.target])


def opinions(journal: Journal) -> Mapping[Pair, str]:
    """The pairs of which the last word is rejected or unsure."""
    said: dict[Pair, str] = {}
    for entry in journal.entries(KIND):
        body = entry.body
        said[Pair(body["what"], body["source"], body["key"], body["target"])] = body["opinion"]
    return {pair: opinion for pair, opinion in said.items() if opinion != OPEN}


def record_opinion(journal: Journal, pair: Pair, opinion: str, reason: str = "") -> int:
    """Journal an opinion; 0 where it stood already. Raises ReconError for an unknown opinion."""
    if opinion not in OPINIONS:
        raise unknown("opinion", opinion, OPINIONS)
    if opinions(journal).get(pair, OPEN) == opinion:
        return 0
    body = {"what": pair.what, "source": pair.source, "key": pair.key, "target": pair.target, "opinion": opinion,
            "reason": reason}  # fmt: skip
    return journal.append([(KIND, pair.subject, body)])
