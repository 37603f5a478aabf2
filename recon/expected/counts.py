"""Count bases: how many a month's observations come to.

Lines of one moment (the end of the line's period) add up. Then, per client, service and source:

- period_end: the last moment. peak: the largest. average: the mean of the moments. sum: all of them.
- any_active_day: for each account, item and contract the most that was seen on any day; these add up.
- latest_post: for each account, item and contract the last post, which overwrites earlier ones; of several of one time
  the highest document number, then the highest quantity.
- committed_floor, commitment_or_last_day: the sum, or the last moment, and no less than the commitment.
- distinct: how many different members (contract ids with a quantity) there are, over all items and sources.

The commitment is the usage line's minimum, else the agreement's, else the service's; it is owed without any use too.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import NUMBER, quotient

COMMITTED = ("committed_floor", "commitment_or_last_day")
_COMMITTED = "('committed_floor', 'commitment_or_last_day')"


def count(engine: Engine) -> None:
    """Table `used`: client, service, basis, counted (before the commitment), commitment (NULL without one), quantity."""
    parts = (_by_moment(), _by_thing(), _by_member())
    engine.create("counted", " UNION ALL BY NAME ".join(f"SELECT * FROM ({part})" for part in parts))
    engine.create(
        "used",
        f"""
        WITH c AS (
            SELECT client, service, MIN(basis) AS basis, CAST(SUM(quantity) AS {NUMBER}) AS counted, CAST(MAX(minimum) AS {NUMBER}) AS minimum
            FROM counted GROUP BY client, service
        ),
        owed AS (
            SELECT a.client, a.service, s.count_basis AS basis, CAST(0 AS {NUMBER}) AS counted, CAST(NULL AS {NUMBER}) AS minimum
            FROM agreed a JOIN service_usage s ON a.service = s.service AND s.observed AND s.count_basis IN {_COMMITTED}
            WHERE COALESCE(a.minimum, s.minimum_quantity) > 0
                AND NOT EXISTS (SELECT 1 FROM c WHERE c.client = a.client AND c.service = a.service)
        )
        SELECT k.client, k.service, k.basis, k.counted,
            CASE WHEN k.basis IN {_COMMITTED} THEN COALESCE(k.minimum, a.minimum, s.minimum_quantity) END AS commitment,
            GREATEST(k.counted, COALESCE(commitment, k.counted)) AS quantity
        FROM (SELECT * FROM c UNION ALL BY NAME SELECT * FROM owed) k JOIN services s ON k.service = s.service
        LEFT JOIN agreed a ON k.client = a.client AND k.service = a.service
        """,
    )


def _by_moment() -> str:
    mean = quotient("SUM(quantity)", "CAST(COUNT(*) AS DECIMAL(18,0))")
    return f"""
        SELECT client, service, source, basis, MAX(minimum) AS minimum, CASE
            WHEN basis IN ('sum', 'committed_floor') THEN SUM(quantity)
            WHEN basis = 'peak' THEN MAX(quantity) WHEN basis = 'average' THEN {mean}
            ELSE ARG_MAX(quantity, observed_at) END AS quantity
        FROM (
            SELECT client, service, source, basis, observed_at, SUM(quantity) AS quantity, SUM(minimum) AS minimum FROM usage_lines
            WHERE basis NOT IN ('any_active_day', 'latest_post', 'distinct') GROUP BY ALL
        )
        GROUP BY client, service, source, basis
    """


def _by_thing() -> str:
    """Per account, item and contract; a day's lines add up, a post stands alone."""
    post = "{'at': observed_at, 'document': LPAD(document, 40, '0'), 'quantity': quantity}"
    return f"""
        SELECT client, service, source, basis, SUM(quantity) AS quantity FROM (
            SELECT client, service, source, basis, account, item, contract, MAX(quantity) AS quantity FROM (
                SELECT client, service, source, basis, account, item, contract, observed_at, SUM(quantity) AS quantity
                FROM usage_lines WHERE basis = 'any_active_day' GROUP BY ALL
            ) GROUP BY ALL
            UNION ALL
            SELECT client, service, source, basis, account, item, contract, (MAX({post})).quantity
            FROM usage_lines WHERE basis = 'latest_post' GROUP BY ALL
        )
        GROUP BY client, service, source, basis
    """


def _by_member() -> str:
    """Members of a client; what names no member counts by its quantity."""
    return f"""
        SELECT client, service, '' AS source, 'distinct' AS basis, CAST(COUNT(*) AS {NUMBER}) AS quantity
        FROM members WHERE counts GROUP BY client, service
        UNION ALL
        SELECT client, service, source, basis, SUM(quantity) FROM usage_lines
        WHERE basis = 'distinct' AND contract = '' GROUP BY client, service, source, basis
        UNION ALL
        SELECT client, service, source, basis, CAST(0 AS {NUMBER}) FROM usage_lines
        WHERE basis = 'distinct' AND contract <> '' GROUP BY client, service, source, basis
    """
