"""The table every leg writes its findings to, and the one that says which lines stand behind a group.

Impact conventions: on the legs toward the client impact = actual − expected, on `delivered_charged` expected −
actual, on `charged_billed` the margin missing (negative). A negative impact is always money the MSP is losing.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import NUMBER

FINDINGS = "findings"
FINDING_COLUMNS = {
    "kind": "VARCHAR",
    "leg": "VARCHAR",
    "client": "VARCHAR",
    "service": "VARCHAR",
    "contract": "VARCHAR",
    "currency": "VARCHAR",
    "subject": "VARCHAR",  # what identifies it where client or service can't: a source's account, item, document
    "grp": "VARCHAR",
    "expected_quantity": NUMBER,
    "actual_quantity": NUMBER,
    "expected_unit_price": NUMBER,
    "actual_unit_price": NUMBER,
    "expected_amount": NUMBER,
    "actual_amount": NUMBER,
    "impact": NUMBER,
    "note": "VARCHAR",  # what the sentence needs beyond the numbers
}
# Which lines belong to which group of which leg: each line of a leg's two sides exactly once.
LEG_LINES = "leg_lines"
LEG_LINE_COLUMNS = {"leg": "VARCHAR", "grp": "VARCHAR", "role": "VARCHAR", "entry": "VARCHAR", "line_id": "VARCHAR"}
# The bridge in long form: per leg and group, both totals and the components.
BRIDGE = "bridge_groups"
_PARTS = ("quantity", "price", "proration", "fx", "tax", "rounding", "timing", "unmapped", "missing", "duplicate")
BRIDGE_COLUMNS = {
    "leg": "VARCHAR",
    "currency": "VARCHAR",
    "client": "VARCHAR",
    "expected_total": NUMBER,
    "actual_total": NUMBER,
    **dict.fromkeys(_PARTS, NUMBER),
}


def begin(engine: Engine) -> None:
    """Empty tables for a new reconciliation."""
    engine.empty(FINDINGS, FINDING_COLUMNS)
    engine.empty(LEG_LINES, LEG_LINE_COLUMNS)
    engine.empty(BRIDGE, BRIDGE_COLUMNS)


def bridge(engine: Engine, leg: str, query: str) -> None:
    """Add groups to the bridge. `query` yields currency, client, both totals and the components that are not zero."""
    given = engine.create("bridge_part", query)
    there = set(engine.columns(given))
    parts = ", ".join(f"COALESCE({name}, 0) AS {name}" if name in there else f"0 AS {name}" for name in _PARTS)
    engine.append(
        BRIDGE,
        f"SELECT '{leg}' AS leg, COALESCE(currency, '') AS currency, COALESCE(client, '') AS client, expected_total, actual_total, {parts} FROM {given}",
    )
    engine.drop(given)
