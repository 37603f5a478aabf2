"""Which entries may meet, where both sides of a group use the same ids of several contracts.

Two agreements of one client for the same service are two promises: lines of different ones are no pair, however alike
their numbers, and that one is billed too high doesn't make up for the other that isn't billed. But many invoice all of
them on one: where the group as a whole agrees, it stays together.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.match.passes import ALLOWED


def by_contract(engine: Engine, leg: str, entries: str) -> None:
    """Set `agreement` in such groups of `entries`, and divide those that don't agree as a whole.

    A group is divided only where each of its lines names its contract, each of the actual side's contracts is one of
    the expected, and no credit belongs to all of them. Its name goes on ending in its currency.
    """
    several = (
        f"SELECT grp FROM {entries} WHERE contract IS NOT NULL GROUP BY grp "
        "HAVING MIN(contract) <> MAX(contract) AND COUNT(DISTINCT role) = 2"
    )
    engine.create(
        f"{leg}_shared",
        f"SELECT DISTINCT grp FROM (SELECT grp FROM {entries} SEMI JOIN ({several}) USING (grp) "
        "WHERE contract IS NOT NULL GROUP BY grp, contract HAVING COUNT(DISTINCT role) = 2)",
    )
    if not engine.value(f"SELECT COUNT(*) FROM {leg}_shared"):
        return
    engine.create(f"{leg}_divided", _divided(entries, f"{leg}_shared"))
    own = "LEFT(e.grp, LENGTH(e.grp) - LENGTH(e.currency)) || e.contract || chr(31) || e.currency"
    engine.create(
        entries,
        f"SELECT e.* REPLACE (CASE WHEN d.grp IS NULL THEN e.grp ELSE {own} END AS grp, "
        f"CASE WHEN s.grp IS NOT NULL THEN e.contract END AS agreement) FROM {entries} e "
        f"LEFT JOIN {leg}_shared s ON e.grp = s.grp LEFT JOIN {leg}_divided d ON e.grp = d.grp",
    )


def _divided(entries: str, shared: str) -> str:
    contracts = "LIST(DISTINCT contract) FILTER (role = '{0}')"
    count = "COALESCE(SUM(quantity) FILTER (role = '{0}'{1}), 0)"
    return f"""
        WITH sums AS (
            SELECT grp, {contracts.format("expected")} AS expected, {contracts.format("actual")} AS actual,
                COUNT(*) = COUNT(contract) AND NOT BOOL_OR(credit) AS divisible,
                ABS(SUM(CASE role WHEN 'actual' THEN amount ELSE -amount END)) <= {ALLOWED}
                    AND {count.format("expected", " AND at_end")} = {count.format("actual", "")} AS agree
            FROM {entries} SEMI JOIN {shared} USING (grp) GROUP BY grp
        )
        SELECT grp FROM sums WHERE divisible AND NOT agree AND LIST_HAS_ALL(expected, actual)
    """
