"""Compared rows as the entries of the passes: left is expected, right is actual."""

from __future__ import annotations

from decimal import Decimal

from recon.engine import Engine
from recon.errors import ReconError


def entries(engine: Engine, leg: str, rows: str, tolerance: Decimal) -> str:
    """Table `<leg>_entries`. Raises ReconError where a key's numbers are too large.

    A negative row on the right is a credit, unless the left expects negative rows of its key: one that is the same is
    its counterpart, and where one differs the negatives are compared like any others.
    """
    made = engine.create(
        f"{leg}_entries",
        f"""
        WITH negative AS (
            SELECT grp, quantity, amount, COUNT(*) FILTER (side = 'left') AS expected, COUNT(*) FILTER (side = 'right') AS there
            FROM {rows} WHERE amount < 0 GROUP BY grp, quantity, amount
        ),
        open_left AS (SELECT grp, BOOL_OR(expected > there) AS some FROM negative GROUP BY grp),
        numbered AS (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY side, grp, quantity, amount ORDER BY line_id) AS same FROM {rows}
        )
        SELECT r.line_id AS entry, CASE r.side WHEN 'left' THEN 'expected' ELSE 'actual' END AS role, r.grp, r.client,
            COALESCE(r.service, '') AS service, r.currency, r.contract, r.quantity, r.unit_price, r.amount,
            CAST(NULL AS DATE) AS since, TRUE AS at_end, FALSE AS prorated,
            r.side = 'right' AND r.amount < 0 AND r.same > COALESCE(n.expected, 0) AND NOT COALESCE(o.some, FALSE) AS credit,
            FALSE AS banded, CAST(NULL AS VARCHAR) AS agreement, CAST(NULL AS DATE) AS starts, CAST(NULL AS DATE) AS ends, CAST({tolerance:f} AS DECIMAL(38,12)) AS tolerance,
            CAST(0 AS DECIMAL(9,6)) AS tolerance_share
        FROM numbered r
        LEFT JOIN negative n ON r.grp = n.grp AND r.amount = n.amount AND r.quantity IS NOT DISTINCT FROM n.quantity
        LEFT JOIN open_left o ON r.grp = o.grp
        """,
    )
    _within_limits(engine, made)
    return made


def _within_limits(engine: Engine, made: str) -> None:
    """A key's whole quantity at its highest price must be a number that the engine multiplies exactly."""
    beyond = engine.rows(
        f"""
        WITH g AS (
            SELECT MIN(client) AS client, SUM(ABS(quantity)) AS quantity, MAX(ABS(unit_price)) AS price,
                SUM(ABS(amount)) AS amount
            FROM {made} GROUP BY grp
        )
        SELECT client FROM g WHERE amount >= 100000000000000 OR quantity >= 100000000000000
            OR (price IS NOT NULL AND quantity IS NOT NULL AND TRY(quantity * price * 4) IS NULL)
        ORDER BY client LIMIT 1
        """
    )
    if beyond:
        raise ReconError(
            f"the numbers of {beyond[0][0]!r} are too large: quantity × price goes beyond 14 digits before the point."
        )
