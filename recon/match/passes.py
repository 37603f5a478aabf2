"""The passes, from the strongest to the weakest. Each takes the residual and returns its matches and a smaller one.

A pass never uses an entry twice and never loses one: what it doesn't match stays in the residual, which only shrinks.
An entry is a line, or several that count as one (a service's usage). Entries meet only inside their group: client,
service and currency, or a whole contract where the invoice names no service. Identical recurring entries are paired
one by one, so they can't eat each other. What is allowed to differ stands on the entries themselves, since the policy
may set it for a client, a service or a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recon.engine import Engine
from recon.match import reversals

ENTRY_COLUMNS = {
    "entry": "VARCHAR",
    "role": "VARCHAR",  # expected or actual
    "grp": "VARCHAR",
    "client": "VARCHAR",
    "service": "VARCHAR",
    "currency": "VARCHAR",
    "contract": "VARCHAR",
    "agreement": "VARCHAR",  # the contract where both sides use the same ids: lines of different ones are different things
    "quantity": "DECIMAL(38,12)",
    "unit_price": "DECIMAL(38,12)",
    "amount": "DECIMAL(38,12)",
    "since": "DATE",  # orders prices: the latest agreed one counts
    "at_end": "BOOLEAN",  # still active on the last day
    "prorated": "BOOLEAN",  # part of a month
    "credit": "BOOLEAN",
    "banded": "BOOLEAN",  # its amount is no unit price × quantity: prices in bands
    "starts": "DATE",  # the part of the cycle that it is for, [starts, ends); NULL where nothing says so
    "ends": "DATE",
    "tolerance": "DECIMAL(38,12)",  # what may differ in a match, in the entry's currency
    "tolerance_share": "DECIMAL(9,6)",  # the same as a share of the expected amount; the larger counts
}
# SQL over a group's entries: what may differ. The actual side's source may have a tolerance of its own.
ALLOWED = (
    "GREATEST(COALESCE(MIN(tolerance) FILTER (role = 'actual'), MIN(tolerance)), CAST(MAX(tolerance_share) "
    "* CAST(ABS(COALESCE(SUM(amount) FILTER (role = 'expected'), 0)) AS DECIMAL(29,6)) AS DECIMAL(38,12)))"
)
MOST_ALIKE = (
    50  # a group with more open entries of one quantity is left to the passes that don't compare each with each
)


@dataclass(frozen=True)
class Pass:
    """A rule of the cascade: its name, what it says, and the SQL that pairs residual entries.

    `query` takes the residual's table name, and yields (grp, entry, number): the entries of one grp and number form a
    match.
    """

    rule: str
    says: str
    query: str


# Most often there is one of each side, and nothing to number.
_PAIR = """
    WITH alike AS (
        SELECT grp, credit, {key}, MIN(entry) AS first, COUNT(*) = 2 AS alone FROM {residual} WHERE {named}
        GROUP BY ALL HAVING MIN(role) <> MAX(role)
    ),
    met AS (
        SELECT n.*, b.first, b.alone FROM {residual} n JOIN alike b ON n.grp = b.grp AND n.credit = b.credit AND {same}
    ),
    numbered AS (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY role, grp, credit, {key} ORDER BY entry) AS nth FROM met WHERE NOT alone
    ),
    paired AS (
        SELECT grp, credit, {key}, nth, MIN(entry) AS number FROM numbered GROUP BY ALL HAVING COUNT(*) = 2
    )
    SELECT grp, entry, first AS number FROM met WHERE alone
    UNION ALL
    SELECT n.grp, n.entry, b.number FROM numbered n JOIN paired b
        ON n.grp = b.grp AND n.credit = b.credit AND n.nth = b.nth AND {same}
"""


def _pair(*columns: str) -> str:
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM b.{name}" for name in columns)
    named = "contract IS NOT NULL" if "contract" in columns else "TRUE"
    return _PAIR.replace("{key}", ", ".join(columns)).replace("{same}", same).replace("{named}", named)


# The dates tell apart what the quantity and about the amount have in common: each is the other's only candidate.
_WINDOW = f"""
    WITH few AS (
        SELECT grp, quantity FROM {{residual}} WHERE NOT credit AND starts IS NOT NULL GROUP BY grp, quantity
        HAVING COUNT(DISTINCT role) = 2 AND COUNT(*) <= {MOST_ALIKE}
    ),
    open AS (SELECT r.* FROM {{residual}} r SEMI JOIN few f ON r.grp = f.grp AND r.quantity IS NOT DISTINCT FROM f.quantity
             WHERE NOT credit AND starts IS NOT NULL),
    near AS (
        SELECT e.grp, e.entry AS expected, a.entry AS actual, COUNT(*) OVER (PARTITION BY e.entry) AS of_expected,
            COUNT(*) OVER (PARTITION BY a.entry) AS of_actual
        FROM open e JOIN open a ON e.grp = a.grp AND e.quantity IS NOT DISTINCT FROM a.quantity
        WHERE e.role = 'expected' AND a.role = 'actual'
            AND ABS(e.amount - a.amount) <= GREATEST(a.tolerance, CAST(e.tolerance_share * CAST(ABS(e.amount) AS DECIMAL(29,6)) AS DECIMAL(38,12)))
            AND e.agreement IS NOT DISTINCT FROM a.agreement
            AND ((e.starts < a.ends AND a.starts < e.ends) OR ABS(DATE_DIFF('day', e.starts, a.starts)) <= {{window_days}})
    ),
    paired AS (SELECT * FROM near WHERE of_expected = 1 AND of_actual = 1)
    SELECT grp, UNNEST([expected, actual]) AS entry, expected AS number FROM paired
"""

PASSES = (
    Pass("contract", "same contract, quantity and amount", _pair("contract", "quantity", "amount")),
    Pass("exact", "same client, service, quantity and amount", _pair("agreement", "quantity", "amount")),
    Pass("reversal", reversals.SAYS, reversals.QUERY),
    Pass(
        "tolerance",
        "the only two of their group, same quantity, amounts within tolerance",
        """
        WITH lone AS (
            SELECT grp, MIN(entry) AS number FROM {residual} GROUP BY grp
            HAVING COUNT(*) = 2 AND COUNT(DISTINCT role) = 2
                AND COUNT(DISTINCT agreement) < 2 AND (COUNT(quantity) = 0 OR (COUNT(quantity) = 2 AND COUNT(DISTINCT quantity) = 1))
                AND MAX(amount) - MIN(amount) <= {allowed}
        )
        SELECT r.grp, r.entry, lone.number FROM {residual} r JOIN lone ON r.grp = lone.grp
        """.replace("{allowed}", ALLOWED),
    ),
    Pass("window", "same quantity, amounts within tolerance, the only two whose dates meet", _WINDOW),
    Pass(
        "group_net",
        "all that is left of the group on both sides, credits netted",
        """
        WITH two_sided AS (
            SELECT grp, MIN(entry) AS number FROM {residual} GROUP BY grp HAVING COUNT(DISTINCT role) = 2
        )
        SELECT r.grp, r.entry, t.number FROM {residual} r JOIN two_sided t ON r.grp = t.grp
        """,
    ),
)


def in_use(off: Sequence[str]) -> tuple[Pass, ...]:
    """The passes without those that the policy turns off."""
    return tuple(one for one in PASSES if one.rule not in off)


def cascade(
    engine: Engine, leg: str, entries: str, passes: Sequence[Pass] = PASSES, window_days: int = 5
) -> tuple[str, str]:
    """Run the passes over the table `entries`; returns the tables of matched entries (with match_id, rule) and residual."""
    residual = entries
    matched = engine.create(f"{leg}_matched", f"SELECT *, '' AS match_id, '' AS rule FROM {entries} LIMIT 0")
    for one in passes:
        pairs = one.query.replace("{residual}", residual).replace("{window_days}", str(window_days))
        engine.create("pass_pairs", pairs)
        identity = f"SUBSTR(SHA256('{leg}' || chr(31) || p.number), 1, 16)"
        engine.append(
            matched,
            f"SELECT r.*, {identity} AS match_id, '{one.rule}' AS rule FROM {residual} r JOIN pass_pairs p ON r.entry = p.entry",
        )
        left = f"SELECT r.* FROM {residual} r ANTI JOIN pass_pairs p ON r.entry = p.entry"
        residual = engine.create(f"{leg}_residual", left)
    engine.drop("pass_pairs")
    return matched, residual
