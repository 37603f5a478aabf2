"""Which entries may meet at all: where invoices name the agreements that they bill, agreement by agreement.

Two agreements of one client for the same service are two promises: that one is billed too high doesn't make up for the
other that isn't billed. But many invoice all of them on one: where the group as a whole agrees, it stays together.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.match.passes import ALLOWED


def by_contract(engine: Engine, leg: str, entries: str) -> None:
    """Divide the groups of `entries` that name their contracts throughout and don't agree as a whole.

    Only where each contract of the actual side is one of the expected: ids of two systems that have nothing in common
    say nothing. A group's name goes on ending in its currency.
    """
    contracts = "LIST_SORT(LIST(DISTINCT contract) FILTER (role = '{0}'))"
    engine.create(
        f"{leg}_divided",
        f"""
        WITH several AS (
            SELECT grp FROM {entries} GROUP BY grp
            HAVING COUNT(*) = COUNT(contract) AND MIN(contract) <> MAX(contract) AND COUNT(DISTINCT role) = 2
                AND NOT BOOL_OR(credit)
        ),
        sums AS (
            SELECT grp, {contracts.format("expected")} AS expected, {contracts.format("actual")} AS actual,
                ABS(SUM(CASE role WHEN 'actual' THEN amount ELSE -amount END)) <= {ALLOWED}
                AND COALESCE(SUM(quantity) FILTER (role = 'expected' AND at_end), 0) = COALESCE(SUM(quantity) FILTER (role = 'actual'), 0) AS agree
            FROM {entries} SEMI JOIN several USING (grp) GROUP BY grp
        )
        SELECT grp FROM sums WHERE NOT agree AND LIST_HAS_ALL(expected, actual)
        """,
    )
    if not engine.value(f"SELECT COUNT(*) FROM {leg}_divided"):
        return
    own = "LEFT(e.grp, LENGTH(e.grp) - LENGTH(e.currency)) || e.contract || chr(31) || e.currency"
    engine.create(
        entries,
        f"SELECT e.* REPLACE (CASE WHEN d.grp IS NULL THEN e.grp ELSE {own} END AS grp) "
        f"FROM {entries} e LEFT JOIN {leg}_divided d ON e.grp = d.grp",
    )
