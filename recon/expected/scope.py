"""The lines that take part in a cycle, in the MSP's own units: `scoped_lines`.

quantity × factor and price ÷ factor turn a source's units into the service's. Lines that the crosswalk could not
map, or that a person excluded, stay out here and are accounted for apart.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import money, quotient
from recon.period import Cycle

SCOPED = "scoped_lines"


def scope(engine: Engine, cycle: Cycle, mapped: str) -> str:
    """Table SCOPED.

    A bill's line without an amount is worth quantity × unit price; without a unit price it costs amount ÷ quantity
    each; a promise without a quantity promises one. `stray` is TRUE for a charged or billed line whose own period
    lies wholly outside the cycle, `copy` for the second and further identical recurring rows of one subscription's
    charge. `replaced_by` is the later document that replaces the line's own.
    """
    outside = (
        f"COALESCE(period_end <= DATE '{cycle.start}', FALSE) OR COALESCE(period_start >= DATE '{cycle.end}', FALSE)"
    )
    stated = f"CASE WHEN side IN ('charged', 'billed') THEN COALESCE({money('quantity * unit_price')}, 0) END"
    count = "COALESCE(quantity, CASE WHEN side = 'promised' THEN 1 END)"
    price = f"COALESCE(unit_price, {quotient('amount', f'NULLIF({count}, 0)')}, CASE WHEN side = 'promised' THEN 0 END)"
    return engine.create(
        SCOPED,
        f"""
        SELECT line_id, side, source, client, COALESCE(service, '') AS service, currency, contract, contract_name,
            document, replaces, charge_kind, period_start, period_end,
            CAST({count} * factor AS DECIMAL(38,12)) AS quantity,
            CASE WHEN factor = 1 THEN {price} ELSE {quotient(price, "factor")} END AS unit_price,
            COALESCE(amount, {stated}) AS amount, tax, commitment_end,
            CAST(included_quantity * factor AS DECIMAL(38,12)) AS included,
            CAST(minimum_quantity * factor AS DECIMAL(38,12)) AS minimum,
            charge_kind = 'credit' OR (side = 'billed' AND COALESCE(amount, quantity * unit_price, 0) < 0) AS credit,
            side IN ('charged', 'billed') AND ({outside}) AS stray, r.by AS replaced_by,
            c.copied IS NOT NULL AS copy
        FROM {mapped} LEFT JOIN (
            SELECT source AS replaced_source, replaces AS replaced, MIN(document) AS by FROM {mapped}
            WHERE replaces <> document GROUP BY source, replaces
        ) r ON source = r.replaced_source AND document = r.replaced
        LEFT JOIN (SELECT line_id AS copied FROM ({_copies(mapped)}) WHERE nth > 1) c ON line_id = c.copied
        WHERE mapping IN ('mapped', 'automatic') AND charge_kind <> 'tax'
        """,
    )


def _copies(mapped: str) -> str:
    """SQL: recurring charges with `nth`, their number among identical ones; apart, so that only these are sorted."""
    identical = "client, service, currency, contract, document, period_start, charge_kind, quantity, unit_price, amount"
    return (
        f"SELECT line_id, ROW_NUMBER() OVER (PARTITION BY source, {identical} ORDER BY line_id) AS nth FROM {mapped} "
        "WHERE mapping IN ('mapped', 'automatic') AND side = 'charged' AND contract IS NOT NULL "
        "AND charge_kind = 'recurring' AND quantity > 0"
    )
