"""What people decided of discrepancies. State is a fold of the journal; nothing is edited or deleted.

A decision holds for the discrepancy as it was seen: where its lines or numbers change, it turns stale and asks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recon.errors import ReconError, unknown
from recon.store.journal import Entry, Journal

KIND = "decision"
# action: the status it gives; undo takes back the last decision that stands.
ACTIONS = {"accept": "approved", "waive": "waived", "dispute": "disputed", "timing": "timing", "undo": "open"}
STATUSES = ("open", "approved", "waived", "disputed", "timing", "stale")
NEEDS_NOTE = ("waive", "dispute")


@dataclass(frozen=True)
class Decision:
    """One decision that stands."""

    at: str
    actor: str
    action: str
    note: str
    until: str | None
    fingerprint: str

    def status(self, fingerprint: str) -> str:
        """The status of the discrepancy whose current fingerprint is given."""
        return ACTIONS[self.action] if self.fingerprint == fingerprint else "stale"


def standing(journal: Journal) -> dict[str, list[Decision]]:
    """Per discrepancy the decisions that stand, oldest first; the last one counts."""
    state: dict[str, list[Decision]] = {}
    for entry in journal.entries(KIND):
        made = state.setdefault(entry.subject, [])
        if entry.body["action"] != "undo":
            made.append(_decision(entry))
        elif made:
            made.pop()
    return state


def history(journal: Journal, discrepancy_id: str) -> list[Decision]:
    """Every decision of a discrepancy, undone ones and the undoing too, oldest first."""
    return [_decision(entry) for entry in journal.entries(KIND) if entry.subject == discrepancy_id]


def decide(
    journal: Journal,
    fingerprints: Mapping[str, str],
    ids: Sequence[str],
    action: str,
    note: str = "",
    until: str | None = None,
) -> None:
    """Journal one decision for each id, all or none.

    `fingerprints` are those of the cycle's discrepancies. Raises ReconError: unknown id or action, a waiver or dispute
    without a note, a date that isn't one, nothing to undo.
    """
    if action not in ACTIONS:
        raise unknown("action", action, ACTIONS)
    if action in NEEDS_NOTE and not note.strip():
        raise ReconError(f"{action} needs a note that says why.")
    if until is not None:
        _check_date(until)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise ReconError("no discrepancy is selected.")
    missing = [one for one in wanted if one not in fingerprints]
    if missing:
        raise ReconError(f"unknown discrepancy {missing[0]!r} in this cycle; recon list shows the ids.")
    if action == "undo":
        _check_undo(journal, wanted)
    journal.append(_bodies(wanted, fingerprints, action, note.strip(), until))


def _bodies(
    ids: Iterable[str], fingerprints: Mapping[str, str], action: str, note: str, until: str | None
) -> Iterable[tuple[str, str, Mapping[str, str | None]]]:
    for one in ids:
        yield KIND, one, {"action": action, "note": note, "until": until, "fingerprint": fingerprints[one]}


def _check_undo(journal: Journal, ids: Sequence[str]) -> None:
    state = standing(journal)
    for one in ids:
        if not state.get(one):
            raise ReconError(f"discrepancy {one} has no decision to undo.")


def _check_date(until: str) -> None:
    try:
        dt.date.fromisoformat(until)
    except ValueError as fault:
        raise ReconError(f"until {until!r} is not a date like 2026-12-31.") from fault


def _decision(entry: Entry) -> Decision:
    body = entry.body
    return Decision(entry.at, entry.actor, body["action"], body["note"], body["until"], body["fingerprint"])
