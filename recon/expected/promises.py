"""What the agreements promise to bill this cycle: `promises`, one row a promised line that is active in it.

A line is active on day d when effective ≤ d < cancelled. Its amount = unit price × (quantity − included) × active
days ÷ days of the month, rounded once. The quantity of a cycle is what is active on its last day.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import money, share
from recon.period import Cycle

PROMISES = "promises"


def promises(engine: Engine, cycle: Cycle, scoped: str) -> str:
    """Table PROMISES: the scoped promised lines with billable quantity, active days, at_end and amount."""
    first = f"GREATEST(COALESCE(period_start, DATE '{cycle.start}'), DATE '{cycle.start}')"
    after = f"LEAST(COALESCE(period_end, DATE '{cycle.end}'), DATE '{cycle.end}')"
    exact = "CAST(unit_price AS DECIMAL(38,12)) * billable"
    return engine.create(
        PROMISES,
        f"""
        WITH active AS (
            SELECT *, quantity - COALESCE(included, 0) AS billable, DATE_DIFF('day', {first}, {after}) AS days,
                COALESCE(period_end > DATE '{cycle.last_day}', TRUE) AS at_end
            FROM {scoped} WHERE side = 'promised'
        )
        SELECT line_id, client, service, currency, contract, contract_name, period_start, quantity, billable,
            COALESCE(included, 0) AS included, minimum, unit_price, days, at_end, days < {cycle.days} AS prorated,
            commitment_end,
            CASE WHEN days = {cycle.days} THEN {money(exact)}
                 ELSE {share(exact, "days", str(cycle.days))} END AS amount
        FROM active WHERE days > 0
        """,
    )


def agreed(engine: Engine) -> str:
    """Table `agreed`: per client and service what its promises say together.

    The agreement price is that of the latest effective line, of several then the highest. The contract is named
    where there is just one.
    """
    latest = "ORDER BY period_start DESC NULLS LAST, unit_price DESC, line_id"
    return engine.create(
        "agreed",
        f"""
        WITH ranked AS (
            SELECT *, FIRST_VALUE(unit_price) OVER (PARTITION BY client, service {latest}) AS price,
                FIRST_VALUE(currency) OVER (PARTITION BY client, service {latest}) AS latest_currency
            FROM {PROMISES}
        )
        SELECT client, service, MIN(latest_currency) AS currency, MIN(price) AS price,
            COALESCE(SUM(billable) FILTER (at_end), 0) AS billable, COALESCE(SUM(quantity) FILTER (at_end), 0) AS quantity,
            COALESCE(SUM(included) FILTER (at_end), 0) AS included, MAX(minimum) AS minimum, SUM(amount) AS amount,
            CASE WHEN MIN(contract) = MAX(contract) THEN MIN(contract) ELSE '' END AS contract,
            MIN(commitment_end) AS commitment_end
        FROM ranked GROUP BY client, service
        """,
    )
