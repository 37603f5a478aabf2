"""Surplus copies: identical actual entries of which dropping k makes the quantities agree.

Only then is a repeat called a duplicate: equal lines are normal in recurring billing. Where two different sets of
copies would do, none is chosen.
"""

from __future__ import annotations

from recon.engine import Engine


def surplus(engine: Engine, leg: str, entries: str) -> str:
    """Table `<leg>_surplus`: per group the class (quantity, unit_price, amount), how many copies, quantity and money.

    `entries` holds all entries of the leg; credits are no copies. A residual difference of k × quantity, with k below
    the number of copies, makes a candidate.
    """
    return engine.create(
        f"{leg}_surplus",
        f"""
        WITH open AS (
            SELECT grp, COALESCE(SUM(quantity) FILTER (role = 'actual' AND NOT credit), 0)
                - COALESCE(SUM(quantity) FILTER (role = 'expected' AND at_end), 0) AS over,
                COUNT(*) FILTER (role = 'expected') AS promised
            FROM {entries} GROUP BY grp
        ),
        classes AS (
            SELECT grp, quantity, unit_price, amount, COUNT(*) AS copies
            FROM {entries} WHERE role = 'actual' AND NOT credit AND quantity > 0
            GROUP BY grp, quantity, unit_price, amount HAVING COUNT(*) > 1
        ),
        candidates AS (
            SELECT c.grp, c.quantity, c.unit_price, c.amount, o.over,
                COUNT(*) OVER (PARTITION BY c.grp) AS candidates
            FROM classes c JOIN open o ON c.grp = o.grp
            WHERE o.promised > 0 AND o.over > 0 AND o.over % c.quantity = 0 AND o.over <= c.quantity * (c.copies - 1)
        )
        SELECT grp, over AS quantity, unit_price, quantity AS each_quantity, amount AS each_amount,
            CAST(over * 1000000 AS HUGEINT) // CAST(quantity * 1000000 AS HUGEINT) AS copies
        FROM candidates WHERE candidates = 1
        """,
    )
