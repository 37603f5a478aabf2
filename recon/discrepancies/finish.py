"""Findings to discrepancies: stable ids, direction, suggested action, one sentence each, in the order of money."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from recon.discrepancies.explain import Finding, sentence
from recon.discrepancies.findings import FINDING_COLUMNS, FINDINGS, LEG_LINES
from recon.discrepancies.kinds import kinds
from recon.engine import Engine
from recon.money import rounded, text
from recon.period import Cycle

# The columns of discrepancies.csv, in their order.
COLUMNS = (
    "discrepancy_id", "kind", "leg", "client", "service", "contract", "period_start", "period_end", "expected_quantity",
    "actual_quantity", "expected_unit_price", "actual_unit_price", "expected_amount", "actual_amount", "impact",
    "currency", "direction", "status", "age_cycles", "suggested_action", "explanation", "lines",
)  # fmt: skip


@dataclass(frozen=True)
class Discrepancy:
    """One discrepancy of a cycle. `thread` is its identity across cycles, `fingerprint` what a decision was made on,
    `grp` the group of entries that it stands for.
    """

    discrepancy_id: str
    thread: str
    fingerprint: str
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
    suggested_action: str
    explanation: str
    lines: str
    grp: str


_BEHIND = (
    f"SELECT leg, grp, STRING_AGG(line_id, ' ' ORDER BY role DESC, line_id) AS lines FROM {LEG_LINES} l "
    f"SEMI JOIN {FINDINGS} f ON l.leg = f.leg AND l.grp = f.grp GROUP BY leg, grp"
)


def discrepancies(engine: Engine, cycle: Cycle) -> list[Discrepancy]:
    """The cycle's discrepancies, the largest |impact| first."""
    clients: dict[str, str] = dict(engine.rows("SELECT client, name FROM clients"))
    services: dict[str, str] = dict(engine.rows("SELECT service, name FROM services"))

    def says(found: Finding) -> str:
        client, service = str(found["client"]), str(found["service"])
        return sentence(found, clients.get(client, client), services.get(service, service))

    apart = "SELECT 'promised_billed', grp, line_ids FROM tax_documents UNION ALL SELECT leg, grp, line_ids FROM apart_in_time "
    apart += "UNION ALL SELECT 'promised_delivered', grp, line_ids FROM shared_members"
    return finished(engine, cycle, says, f"{_BEHIND} UNION ALL {apart}")


def finished(
    engine: Engine, cycle: Cycle | None, says: Callable[[Finding], str], behind: str = _BEHIND
) -> list[Discrepancy]:
    """The findings as discrepancies, the largest |impact| first. Without a cycle their period is None.

    `says` gives a finding's sentence; `behind` is the query (leg, grp, lines) of the line ids behind each group.
    """
    columns = [*FINDING_COLUMNS, "lines"]
    rows = engine.rows(
        f"SELECT f.{', f.'.join(FINDING_COLUMNS)}, COALESCE(b.lines, '') FROM {FINDINGS} f "
        f"LEFT JOIN ({behind}) b ON f.leg = b.leg AND f.grp = b.grp"
    )
    made = [_make(dict(zip(columns, row, strict=True)), cycle, says) for row in rows]
    return sorted(made, key=lambda one: (-abs(one.impact), one.discrepancy_id))


def _make(found: dict[str, Any], cycle: Cycle | None, says: Callable[[Finding], str]) -> Discrepancy:
    for name, kind in FINDING_COLUMNS.items():
        if kind == "VARCHAR" and found[name] is None:
            found[name] = ""
    found["impact"] = rounded(found["impact"])
    identity = [found[name] for name in ("kind", "leg", "client", "service", "contract", "currency", "subject")]
    numbers = [
        text(found[name]) for name in ("expected_quantity", "actual_quantity", "expected_amount", "actual_amount")
    ]
    thread = _hash(identity)
    given = {one.name: found[one.name] for one in fields(Discrepancy) if one.name in found}
    return Discrepancy(
        **given,
        discrepancy_id=_hash([*identity, str(cycle.start) if cycle else ""]),
        thread=thread,
        fingerprint=_hash([thread, str(cycle or ""), text(found["impact"]), *numbers, found["lines"]]),
        period_start=cycle.start if cycle else None,
        period_end=cycle.end if cycle else None,
        direction=direction(found["leg"], found["impact"]),
        suggested_action=kinds[found["kind"]].suggested_action,
        explanation=says(found),
    )


def direction(leg: str, impact: Decimal) -> str:
    """Who loses: a negative impact is always the MSP."""
    if impact == 0:
        return "neutral"
    if leg == "delivered_charged":
        return "vendor_overcharge" if impact < 0 else "vendor_undercharge"
    return "leak" if impact < 0 else "overbilled"


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
