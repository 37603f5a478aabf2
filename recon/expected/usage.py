"""What was really used: `used`, one row a client and service, under the service's count basis.

A service's use is proved by delivered counts, by the vendor's charged count (seats), or by nothing (labour). Where
the feed that should prove it has no line for anybody this cycle, use is not observed, which isn't zero.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import quotient
from recon.period import Cycle

COUNTED = ("recurring", "usage", "proration", "adjustment")


def usage(engine: Engine, cycle: Cycle, scoped: str) -> None:
    """Tables `service_usage` (service, usage, observed), `usage_lines` (the lines that count) and `used`."""
    engine.create(
        "service_usage",
        f"""
        WITH seen AS (
            SELECT service, BOOL_OR(side = 'delivered') AS delivered,
                BOOL_OR(side = 'charged' AND charge_kind <> 'credit') AS charged
            FROM {scoped} WHERE service <> '' GROUP BY service
        )
        SELECT s.service, s.count_basis, s.minimum_quantity,
            CASE WHEN s.usage <> '' THEN s.usage WHEN seen.delivered THEN 'delivered'
                 WHEN seen.charged THEN 'charged' ELSE 'none' END AS usage,
            COALESCE(CASE WHEN s.usage = 'charged' THEN seen.charged WHEN s.usage = 'delivered' THEN seen.delivered
                 WHEN s.usage = '' THEN seen.delivered OR seen.charged ELSE FALSE END, FALSE) AS observed,
            COALESCE(seen.charged, FALSE) AS charged
        FROM services s LEFT JOIN seen ON s.service = seen.service
        """,
    )
    kinds = ", ".join(f"'{kind}'" for kind in COUNTED)
    engine.create(
        "usage_lines",
        f"""
        SELECT l.line_id, l.client, l.service, l.source, COALESCE(l.quantity, 0) AS quantity,
            COALESCE(l.period_end, DATE '{cycle.end}') AS observed_at,
            CASE WHEN u.usage = 'charged' THEN 'sum' WHEN COALESCE(u.count_basis, '') = '' THEN 'period_end'
                 ELSE u.count_basis END AS basis
        FROM {scoped} l JOIN service_usage u ON l.service = u.service AND l.side = u.usage
        WHERE l.charge_kind IN ({kinds}) AND NOT l.stray AND NOT l.copy
        """,
    )
    _count(engine)


def _count(engine: Engine) -> None:
    """Observations of one moment add up; the basis then turns the moments of a source into one quantity."""
    mean = quotient("SUM(quantity)", "CAST(COUNT(*) AS DECIMAL(18,0))")
    engine.create(
        "used",
        f"""
        WITH moments AS (
            SELECT client, service, source, basis, observed_at, SUM(quantity) AS quantity
            FROM usage_lines GROUP BY ALL
        ),
        counted AS (
            SELECT client, service, source, CASE basis
                WHEN 'sum' THEN SUM(quantity) WHEN 'peak' THEN MAX(quantity) WHEN 'average' THEN {mean}
                ELSE ARG_MAX(quantity, observed_at) END AS quantity
            FROM moments GROUP BY client, service, source, basis
        )
        SELECT client, service, CAST(SUM(quantity) AS DECIMAL(38,12)) AS quantity FROM counted GROUP BY client, service
        """,
    )
