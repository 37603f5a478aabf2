"""charged_billed: the margin. What the client pays per unit against what the vendor takes per unit.

Required margin per unit = policy share × billed price. Low margin is only named where nothing else is wrong with the
client's service in the cycle: else it is a consequence. A part-month line's price is prorated, so the agreed price
stands for it.
"""

from __future__ import annotations

from decimal import Decimal

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
from recon.money import NUMBER, money

LEG = "charged_billed"


def compare(engine: Engine, min_margin: Decimal) -> None:
    """Write the leg's findings, lines and bridge."""
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, client || chr(31) || service || chr(31) || currency AS grp, "
        "CASE side WHEN 'charged' THEN 'expected' ELSE 'actual' END AS role, line_id AS entry, line_id "
        "FROM scoped_lines WHERE side IN ('charged', 'billed') AND NOT stray AND replaced_by IS NULL",
    )
    _margins(engine)
    _low(engine, min_margin)
    both = "unit_cost IS NOT NULL AND unit_price IS NOT NULL"
    volume = f"CASE WHEN {both} THEN {money('(quantity - cost_quantity) * unit_cost')} ELSE 0 END"
    price = f"CASE WHEN {both} THEN {money('(unit_price - unit_cost) * quantity')} ELSE 0 END"
    bridge(
        engine,
        LEG,
        f"SELECT currency, client, cost AS expected_total, revenue AS actual_total, {volume} AS quantity, {price} AS price, "
        f"CASE WHEN {both} THEN revenue - cost - {volume} - {price} ELSE 0 END AS proration, "
        f"CASE WHEN {both} THEN 0 ELSE revenue - cost END AS missing FROM margins",
    )


def _margins(engine: Engine) -> None:
    """Table `margins`: per client, service and currency what the vendor takes and what the client pays."""
    latest = "ORDER BY quantity DESC NULLS LAST, unit_price DESC NULLS LAST, line_id"
    engine.create(
        "margins",
        f"""
        WITH part_month AS (
            SELECT client, service, currency, MIN(unit_price) AS price FROM promises WHERE prorated GROUP BY ALL
        ),
        scoped AS (
            SELECT l.* REPLACE (CASE WHEN l.side = 'billed' AND l.unit_price < p.price THEN p.price ELSE l.unit_price END AS unit_price)
            FROM scoped_lines l LEFT JOIN part_month p ON l.client = p.client AND l.service = p.service AND l.currency = p.currency
        ),
        priced AS (
            SELECT *, client || chr(31) || service || chr(31) || currency AS grp,
                FIRST_VALUE(unit_price) OVER (PARTITION BY client, service, currency, side, credit {latest}) AS price
            FROM scoped WHERE side IN ('charged', 'billed') AND NOT stray AND replaced_by IS NULL
        )
        SELECT grp, client, service, currency,
            COALESCE(SUM(amount) FILTER (side = 'charged'), 0) AS cost, COALESCE(SUM(amount) FILTER (side = 'billed'), 0) AS revenue,
            COALESCE(SUM(quantity) FILTER (side = 'charged' AND NOT credit), 0) AS cost_quantity,
            COALESCE(SUM(quantity) FILTER (side = 'billed' AND NOT credit), 0) AS quantity,
            MIN(price) FILTER (side = 'charged' AND NOT credit) AS unit_cost, MIN(price) FILTER (side = 'billed' AND NOT credit) AS unit_price
        FROM priced GROUP BY grp, client, service, currency
        """,
    )


def _low(engine: Engine, min_margin: Decimal) -> None:
    short = "(m.share * m.unit_price - (m.unit_price - m.unit_cost))"
    engine.append(
        FINDINGS,
        f"""
        WITH m AS (
            SELECT g.*, CAST(COALESCE(s.min_margin, {min_margin}) AS DECIMAL(12,6)) AS share
            FROM margins g JOIN services s ON g.service = s.service WHERE unit_cost IS NOT NULL AND unit_price > 0
        )
        SELECT 'margin_low' AS kind, '{LEG}' AS leg, m.client, m.service, '' AS contract, m.currency, '' AS subject, m.grp,
            m.cost_quantity AS expected_quantity, m.quantity AS actual_quantity, m.unit_cost AS expected_unit_price,
            m.unit_price AS actual_unit_price, m.cost AS expected_amount, m.revenue AS actual_amount,
            CAST(-{money(f"{short} * m.quantity")} AS {NUMBER}) AS impact, CAST(m.share AS VARCHAR) AS note
        FROM m ANTI JOIN {FINDINGS} f ON m.client = f.client AND m.service = f.service
        WHERE {short} > 0 AND m.quantity > 0
        """,
    )
