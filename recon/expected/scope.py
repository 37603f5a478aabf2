"""The lines that take part in a cycle, in the MSP's own units: `scoped_lines`.

quantity × factor and price ÷ factor turn a source's units into the service's. Lines that the crosswalk could not
map, or that a person excluded, stay out here and are accounted for apart.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.expected.corrections import correct
from recon.expected.documents import REFERENCES, REPLACEMENTS
from recon.money import money, quotient
from recon.period import Cycle
from recon.policy import Policy

SCOPED = "scoped_lines"


def scope(engine: Engine, cycle: Cycle, mapped: str, policy: Policy) -> str:
    """Table SCOPED.

    A bill's line without an amount is worth quantity × unit price; without a unit price it costs amount ÷ quantity
    each; a promise without a quantity promises one. `stray` is TRUE for a charged or billed line whose own period
    lies wholly outside the month that the cycle's bills are for, `own_cycle` is the cycle whose bills should have it,
    `copy` for the second and further identical recurring rows of one subscription's charge. `replaced_by` is the last
    of the documents that replace the line's own (expected.documents); a line that names a document of another cycle
    belongs to that cycle, a credit always and others where they state no period. `netted` names the pair of a charge
    and what takes it back (expected.corrections).
    """
    outside, own = _month(cycle, policy)
    stated = f"CASE WHEN side IN ('charged', 'billed') THEN COALESCE({money('quantity * unit_price')}, 0) END"
    count = "COALESCE(quantity, CASE WHEN side = 'promised' THEN 1 END)"
    price = f"COALESCE(unit_price, {quotient('amount', f'NULLIF({count}, 0)')}, CASE WHEN side = 'promised' THEN 0 END)"
    engine.create(
        SCOPED,
        f"""
        SELECT line_id, side, source, client, COALESCE(service, '') AS service, currency, contract, contract_name,
            COALESCE(account, account_name) AS account, COALESCE(item, item_name) AS item,
            document, replaces, charge_kind, period_start, period_end, {own} AS own_cycle, billing_term,
            CAST({count} * factor AS DECIMAL(38,12)) AS quantity,
            CASE WHEN factor = 1 THEN {price} ELSE {quotient(price, "factor")} END AS unit_price,
            COALESCE(amount, {stated}) AS amount, tax, commitment_end,
            CAST(included_quantity * factor AS DECIMAL(38,12)) AS included,
            CAST(minimum_quantity * factor AS DECIMAL(38,12)) AS minimum,
            charge_kind = 'credit' OR (side = 'billed' AND COALESCE(amount, quantity * unit_price, 0) < 0) AS credit,
            side IN ('charged', 'billed') AND ({outside}) AS stray, r.successor AS replaced_by,
            c.copied IS NOT NULL AS copy, CAST(NULL AS VARCHAR) AS netted
        FROM ({_dated(mapped)}) l LEFT JOIN {REPLACEMENTS} r USING (source, document)
        LEFT JOIN (SELECT line_id AS copied FROM ({_copies(mapped)}) WHERE nth > 1) c ON line_id = c.copied
        WHERE mapping IN ('mapped', 'automatic') AND charge_kind <> 'tax'
        """,
    )
    correct(engine, SCOPED)
    return SCOPED


def _month(cycle: Cycle, policy: Policy) -> tuple[str, str]:
    """SQL: whether a bill's line is for another month than the cycle's bills, and the cycle whose bills should have it.

    Invoices in advance are for the month after their cycle.
    """
    advance = f"side = 'billed' AND {policy.sql('billing')} = 'advance'"
    first = f"CASE WHEN {advance} THEN DATE '{cycle.next.start}' ELSE DATE '{cycle.start}' END"
    after = f"CASE WHEN {advance} THEN DATE '{cycle.next.end}' ELSE DATE '{cycle.end}' END"
    outside = f"COALESCE(period_end <= {first}, FALSE) OR COALESCE(period_start >= {after}, FALSE)"
    month = "COALESCE(period_start, period_end)"
    own = f"COALESCE(STRFTIME(CASE WHEN {advance} THEN {month} - INTERVAL 1 MONTH ELSE {month} END, '%Y-%m'), '')"
    return outside, own


def _dated(mapped: str) -> str:
    """SQL: the lines, those that name a document of another cycle in that cycle."""
    moved = "f.month IS NOT NULL AND (period_start IS NULL OR charge_kind = 'credit' OR COALESCE(amount, quantity * unit_price, 0) < 0)"
    return (
        f"SELECT m.* REPLACE (CASE WHEN {moved} THEN f.month ELSE period_start END AS period_start, "
        f"CASE WHEN {moved} THEN f.month_end ELSE period_end END AS period_end) "
        f"FROM {mapped} m LEFT JOIN {REFERENCES} f ON m.source = f.source AND m.replaces = f.replaces"
    )


def _copies(mapped: str) -> str:
    """SQL: recurring charges with `nth`, their number among identical ones; apart, so that only these are sorted."""
    identical = "client, service, currency, contract, document, period_start, charge_kind, quantity, unit_price, amount"
    return (
        f"SELECT line_id, ROW_NUMBER() OVER (PARTITION BY source, {identical} ORDER BY line_id) AS nth FROM {mapped} "
        "WHERE mapping IN ('mapped', 'automatic') AND side = 'charged' AND contract IS NOT NULL "
        "AND charge_kind = 'recurring' AND quantity > 0"
    )
