"""Surplus copies: identical actual entries of which dropping k makes the two sides agree.

Only then is a repeat called a duplicate: equal lines are normal in recurring billing. The sides agree when their
quantities do, or their amounts where nobody counts. Where two different sets of copies would do, none is chosen; and
where credits already bring the whole to what is expected, nothing is surplus.
"""

from __future__ import annotations

from recon.engine import Engine


def surplus(engine: Engine, leg: str, entries: str, left_open: str) -> str:
    """Table `<leg>_surplus`: per group the number of copies, and of one copy quantity, unit_price, amount, prorated.

    `entries` holds all entries of the leg, `left_open` those that no exact match settled: only they can be surplus.
    Credits are no copies.
    """
    counted = "BOOL_OR(quantity IS NOT NULL)"
    charge, due = "role = 'actual' AND NOT credit", "role = 'expected' AND"
    return engine.create(
        f"{leg}_surplus",
        f"""
        WITH sums AS (
            SELECT grp, {counted} AS counted, COUNT(*) FILTER ({charge}) AS charges,
                COALESCE(SUM(quantity) FILTER ({charge}), 0) - COALESCE(SUM(quantity) FILTER ({due} at_end), 0) AS over_quantity,
                COALESCE(SUM(amount) FILTER ({charge}), 0) - COALESCE(SUM(amount) FILTER ({due} TRUE), 0) AS over_amount,
                COALESCE(SUM(amount) FILTER (credit), 0) AS credited
            FROM {left_open} GROUP BY grp
        ),
        unsettled AS (
            SELECT grp, counted, CASE WHEN counted THEN over_quantity ELSE over_amount END AS over FROM sums
            WHERE charges > 0 AND NOT (credited <> 0 AND over_amount + credited = 0)
        ),
        promised AS (SELECT DISTINCT grp FROM {entries} WHERE role = 'expected'),
        classes AS (
            SELECT grp, quantity, unit_price, amount, prorated, COUNT(*) AS copies
            FROM {entries} WHERE {charge} GROUP BY grp, quantity, unit_price, amount, prorated HAVING COUNT(*) > 1
        ),
        sized AS (
            SELECT c.*, u.over, CASE WHEN u.counted THEN c.quantity ELSE c.amount END AS size
            FROM classes c JOIN unsettled u ON c.grp = u.grp JOIN promised p ON c.grp = p.grp
        ),
        candidates AS (
            SELECT *, COUNT(*) OVER (PARTITION BY grp) AS candidates FROM sized
            WHERE size > 0 AND over > 0 AND over % size = 0 AND over <= size * (copies - 1)
        )
        SELECT grp, CAST(over * 1000000000000 AS HUGEINT) // CAST(size * 1000000000000 AS HUGEINT) AS copies,
            quantity, unit_price, amount, prorated
        FROM candidates WHERE candidates = 1
        """,
    )
