"""Every discrepancy with its names for people, ranked as the reconciliation ranked it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.reports import text
from recon.reports.bridge import LEGS
from recon.reports.source import Explained, Reconciled, Row, clean, rows

DIRECTIONS = {
    "leak": "leak",
    "overbilled": "over-billed",
    "vendor_overcharge": "vendor over-charge",
    "vendor_undercharge": "vendor under-charge",
    "neutral": "no money",
}
SIDES = ("promised", "delivered", "charged", "billed")
_EVIDENCE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a line stands in the source files."""

    side: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A row of `discrepancies.csv`, under the same names, in the same order; then its texts for people."""

    discrepancy_id: str
    kind: str
    leg: str
    client: str
    service: str
    contract: str
    period_start: dt.date | None
    period_end: dt.date | None
    expected_quantity: Decimal | None
    actual_quantity: Decimal | None
    expected_unit_price: Decimal | None
    actual_unit_price: Decimal | None
    expected_amount: Decimal | None
    actual_amount: Decimal | None
    impact: Decimal
    currency: str
    direction: str
    status: str
    age_cycles: int
    suggested_action: str
    explanation: str
    lines: str
    rank: int
    kind_title: str
    leg_title: str
    direction_title: str
    client_name: str
    service_name: str
    action: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A discrepancy that the page shows in full: the first of its lines, how many more there are, and the reasons.

    `reasons` are headings with their lines.
    """

    item: Discrepancy
    evidence: tuple[Evidence, ...]
    more: int
    reasons: tuple[tuple[str, tuple[str, ...]], ...]


COLUMNS = tuple(Discrepancy.__dataclass_fields__)[:22]


Names = Mapping[str, str]


def discrepancies(rec: Reconciled, clients: Names, services: Names, kinds: Names) -> tuple[Discrepancy, ...]:
    """All discrepancies in their rank; the names are by client, service and kind."""
    return tuple(
        _discrepancy(rank, row, clients, services, kinds) for rank, row in enumerate(rows(rec.discrepancies), 1)
    )


def _discrepancy(rank: int, row: Row, clients: Names, services: Names, kinds: Names) -> Discrepancy:
    action = row["suggested_action"]
    return Discrepancy(
        **{name: row[name] for name in COLUMNS},
        rank=rank,
        kind_title=kinds.get(row["kind"]) or text.words(row["kind"]),
        leg_title=LEGS[row["leg"]].title,
        direction_title=DIRECTIONS[row["direction"]],
        client_name=clients.get(row["client"], row["client"]) or "No client",
        service_name=services.get(row["service"], row["service"]),
        # A single word is a code of the engine, a sentence is already for people.
        action=action if " " in action else text.words(action),
    )


def with_evidence(top: Sequence[Discrepancy], rec: Reconciled) -> tuple[Ranked, ...]:
    """The discrepancies with where their lines stand, and why they are any."""
    lines = rec.lines
    wanted = {line for item in top for line in item.lines.split()}
    frame = lines.loc[lines["line_id"].isin(wanted), ["line_id", "side", "file", "row"]]
    places = {row["line_id"]: Evidence(row["side"], row["file"], row["row"]) for row in rows(frame)}
    return tuple(_ranked(item, places, rec.explain(item.discrepancy_id)) for item in top)


def _ranked(item: Discrepancy, places: Mapping[str, Evidence], explained: Explained) -> Ranked:
    found = [places[line] for line in item.lines.split() if line in places]
    found.sort(key=lambda place: (SIDES.index(place.side), place.file, place.row))
    reasons = tuple((title, tuple(map(clean, said))) for title, said in explained.reasons() if said)
    return Ranked(item, tuple(found[:_EVIDENCE_SHOWN]), max(0, len(found) - _EVIDENCE_SHOWN), reasons)
