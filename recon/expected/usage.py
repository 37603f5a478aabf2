"""What was really used: `used`, one row a client and service, under the service's count basis.

A service's use is proved by delivered counts, by the vendor's charged count (seats), or by nothing (labour). Where
the feed that should prove it has no line for anybody this cycle, use is not observed, which isn't zero.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.expected.counts import count
from recon.expected.members import members
from recon.period import Cycle

COUNTED = ("recurring", "usage", "proration", "adjustment")


def usage(engine: Engine, cycle: Cycle, scoped: str) -> None:
    """Tables `service_usage` (service, usage, observed, count_basis), `usage_lines` (the lines that count) and `used`.

    Needs `agreed`: a commitment that an agreement states is part of two of the count bases. The vendor's own count is
    a sum of additions and removals, so of the bases only those hold for it that a sum can have.
    """
    engine.create(
        "service_usage",
        f"""
        WITH seen AS (
            SELECT service, BOOL_OR(side = 'delivered') AS delivered,
                BOOL_OR(side = 'charged' AND charge_kind <> 'credit') AS charged
            FROM {scoped} WHERE service <> '' GROUP BY service
        )
        SELECT s.service, s.minimum_quantity,
            CASE WHEN s.usage <> '' THEN s.usage WHEN seen.delivered THEN 'delivered'
                 WHEN seen.charged THEN 'charged' ELSE 'none' END AS usage,
            CASE WHEN usage <> 'charged' THEN COALESCE(NULLIF(s.count_basis, ''), 'period_end')
                 WHEN s.count_basis IN ('committed_floor', 'distinct') THEN s.count_basis
                 WHEN s.count_basis = 'commitment_or_last_day' THEN 'committed_floor' ELSE 'sum' END AS count_basis,
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
        SELECT l.line_id, l.client, l.service, l.source, COALESCE(l.quantity, 0) AS quantity, l.minimum,
            COALESCE(l.account, '') AS account, COALESCE(l.item, '') AS item, COALESCE(l.contract, '') AS contract,
            COALESCE(l.document, '') AS document, COALESCE(l.period_end, DATE '{cycle.end}') AS observed_at,
            u.count_basis AS basis
        FROM {scoped} l JOIN service_usage u ON l.service = u.service AND l.side = u.usage
        WHERE l.charge_kind IN ({kinds}) AND NOT l.stray AND NOT l.copy AND l.netted IS NULL
        """,
    )
    members(engine)
    count(engine)
