"""charged_billed: the margin. What the client pays per unit against what the vendor takes per unit.

Required margin per unit = policy share × billed price. Low margin is only named where nothing else is wrong with the
client's service in the cycle: else it is a consequence. A cost in another currency than the price is converted where a
rate leads there, else the two don't meet. A part-month line's price is prorated, so the agreed price
stands for it.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
from recon.money import NUMBER, money, quotient
from recon.policy import Policy

LEG = "charged_billed"


def compare(engine: Engine, policy: Policy) -> None:
    """Write the leg's findings, lines and bridge."""
    _lines(engine)
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, grp, CASE side WHEN 'charged' THEN 'expected' ELSE 'actual' END AS role, "
        "line_id AS entry, line_id FROM margin_lines",
    )
    _margins(engine)
    _low(engine, policy)
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


def _lines(engine: Engine) -> None:
    """Table `margin_lines`: the charged and billed lines, a cost in the currency of the only one that bills it.

    Where a rate leads there the cost is converted, rounded at the line; `converted` says from what, at which rate and
    since when: "<unit cost> <currency> <rate> <date>".
    """
    rated = "c.side = 'charged' AND r.rate IS NOT NULL"
    engine.create(
        "margin_lines",
        f"""
        WITH lines AS (
            SELECT * FROM scoped_lines WHERE side IN ('charged', 'billed') AND NOT stray AND replaced_by IS NULL AND netted IS NULL
        ),
        billed_in AS (
            SELECT client, service, MIN(currency) AS currency FROM lines WHERE side = 'billed'
            GROUP BY client, service HAVING COUNT(DISTINCT currency) = 1
        ),
        part_month AS (
            SELECT client, service, currency, MIN(unit_price) AS price FROM promises WHERE prorated GROUP BY ALL
        ),
        rated AS (
            SELECT c.* REPLACE (CASE WHEN {rated} THEN b.currency ELSE c.currency END AS currency,
                    CASE WHEN {rated} THEN {money("c.amount * r.rate")} ELSE c.amount END AS amount,
                    CASE WHEN {rated} THEN CAST(c.unit_price * r.rate AS {NUMBER}) ELSE c.unit_price END AS unit_price),
                CASE WHEN {rated} THEN CAST(c.unit_price AS VARCHAR) || ' ' || c.currency || ' ' || CAST(r.rate AS VARCHAR)
                    || ' ' || COALESCE(CAST(r.effective AS VARCHAR), '') END AS converted
            FROM lines c LEFT JOIN billed_in b ON c.client = b.client AND c.service = b.service
            LEFT JOIN rates r ON r.from_currency = c.currency AND r.to_currency = b.currency
        )
        SELECT l.* REPLACE (CASE WHEN l.side = 'billed' AND l.unit_price < p.price THEN p.price ELSE l.unit_price END AS unit_price),
            l.client || chr(31) || l.service || chr(31) || l.currency AS grp, n.client IS NOT NULL AS banded
        FROM rated l LEFT JOIN part_month p ON l.client = p.client AND l.service = p.service AND l.currency = p.currency
        LEFT JOIN banded n ON l.client = n.client AND l.service = n.service AND l.currency = n.currency
            AND n.basis = CASE l.side WHEN 'billed' THEN 'price' ELSE 'cost' END
        """,
    )


def _margins(engine: Engine) -> None:
    """Table `margins`: per client, service and currency what the vendor takes and what the client pays.

    The unit price is that of the largest line; in bands the average.
    """
    latest = "ORDER BY quantity DESC NULLS LAST, unit_price DESC NULLS LAST, line_id"
    own = "side = '{0}' AND NOT credit"
    average = quotient(f"SUM(amount) FILTER ({own})", f"NULLIF(SUM(quantity) FILTER ({own}), 0)")
    unit = f"CASE WHEN BOOL_OR(banded) FILTER ({own}) THEN {average} ELSE MIN(price) FILTER ({own}) END"
    engine.create(
        "margins",
        f"""
        WITH priced AS (
            SELECT *, FIRST_VALUE(unit_price) OVER largest AS price, FIRST_VALUE(converted) OVER largest AS rated
            FROM margin_lines WINDOW largest AS (PARTITION BY client, service, currency, side, credit {latest})
        )
        SELECT grp, client, service, currency,
            COALESCE(SUM(amount) FILTER (side = 'charged'), 0) AS cost, COALESCE(SUM(amount) FILTER (side = 'billed'), 0) AS revenue,
            COALESCE(SUM(quantity) FILTER ({own.format("charged")}), 0) AS cost_quantity,
            COALESCE(SUM(quantity) FILTER ({own.format("billed")}), 0) AS quantity,
            {unit.format("charged")} AS unit_cost, {unit.format("billed")} AS unit_price,
            COALESCE(MIN(rated) FILTER ({own.format("charged")}), '') AS converted
        FROM priced GROUP BY grp, client, service, currency
        """,
    )


def _low(engine: Engine, policy: Policy) -> None:
    short = "(m.share * m.unit_price - (m.unit_price - m.unit_cost))"
    engine.append(
        FINDINGS,
        f"""
        WITH m AS (
            SELECT g.*, CAST({policy.sql("min_margin", "g", ("client", "service"), stated="s.min_margin")} AS DECIMAL(12,6)) AS share
            FROM margins g JOIN services s ON g.service = s.service WHERE unit_cost IS NOT NULL AND unit_price > 0
        )
        SELECT 'margin_low' AS kind, '{LEG}' AS leg, m.client, m.service, '' AS contract, m.currency, '' AS subject, m.grp,
            m.cost_quantity AS expected_quantity, m.quantity AS actual_quantity, m.unit_cost AS expected_unit_price,
            m.unit_price AS actual_unit_price, m.cost AS expected_amount, m.revenue AS actual_amount,
            CAST(-{money(f"{short} * m.quantity")} AS {NUMBER}) AS impact, TRIM(CAST(m.share AS VARCHAR) || ' ' || m.converted) AS note
        FROM m ANTI JOIN {FINDINGS} f ON m.client = f.client AND m.service = f.service
        WHERE {short} > 0 AND m.quantity > 0
        """,
    )
