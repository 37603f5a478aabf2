"""The comparison of two sides line by line: matched, split exactly, named. What promised_billed and `recon.compare` share.

The caller writes the entries (match.passes.ENTRY_COLUMNS), each a line; from there both say the same things in the same
way. Impact = actual − expected.
"""

from __future__ import annotations

from collections.abc import Sequence

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.discrepancies.variance import split
from recon.engine import Engine
from recon.match.contracts import by_contract
from recon.match.links import follow_links
from recon.match.passes import PASSES, Pass, cascade

# A kind, the SQL condition on a row of the split that makes it one, and its impact.
Naming = tuple[str, str, str]


def compare_sides(
    engine: Engine,
    leg: str,
    entries: str,
    *,
    window_days: int = 5,
    passes: Sequence[Pass] = PASSES,
    subject: str = "''",
    comparable: str = "TRUE",
    also: Sequence[Naming] = (),
) -> tuple[str, str]:
    """Write the leg's findings and bridge; returns the tables of matched entries and of the residual.

    `subject` is the SQL of what identifies a group where client, service and contract don't; `comparable` which
    groups may meet across currencies; `also` names what this leg tells beyond the others.
    """
    follow_links(engine, leg, entries)
    by_contract(engine, leg, entries)
    engine.append(LEG_LINES, f"SELECT '{leg}' AS leg, grp, role, entry, entry AS line_id FROM {entries}")
    matched, residual = cascade(engine, leg, entries, passes, window_days)
    parts = _currencies(engine, leg, split(engine, leg, entries, matched), comparable)
    _find(engine, leg, parts, subject, [*_NAMINGS, *also])
    bridge(
        engine,
        leg,
        "SELECT currency, client, expected_amount AS expected_total, actual_amount AS actual_total, quantity, price, "
        "proration, rounding, duplicate, CASE WHEN fx THEN 0 ELSE missing END AS missing, "
        f"CASE WHEN fx THEN missing ELSE 0 END AS fx FROM {parts}",
    )
    return matched, residual


def _currencies(engine: Engine, leg: str, parts: str, comparable: str) -> str:
    """Table `<leg>_named`: the split, with fx TRUE where one currency is expected and another is there.

    A group's name ends in its currency, so what is before it names the same thing in every currency.
    """
    return engine.create(
        f"{leg}_named",
        f"""
        WITH keyed AS (
            SELECT grp, expected_entries, actual_entries, LEFT(grp, LENGTH(grp) - LENGTH(currency)) AS thing
            FROM {parts} WHERE {comparable}
        ),
        lone AS (
            SELECT MIN(grp) FILTER (actual_entries = 0) AS expected, MIN(grp) FILTER (expected_entries = 0) AS actual
            FROM keyed GROUP BY thing
            HAVING COUNT(*) = 2 AND COUNT(*) FILTER (actual_entries = 0) = 1 AND COUNT(*) FILTER (expected_entries = 0) = 1
                AND COUNT(*) FILTER (actual_entries = 0 AND expected_entries = 0) = 0
        ),
        pairs AS (
            SELECT expected AS grp, actual AS other FROM lone UNION ALL SELECT actual, expected FROM lone
        )
        SELECT p.*, pairs.grp IS NOT NULL AS fx, pairs.other FROM {parts} p LEFT JOIN pairs ON p.grp = pairs.grp
        """,
    )


_PART_MONTH = "ABS(open_rounding) > 0.01 * ABS(COALESCE(actual_quantity, 0)) + 0.01"
_BEYOND = "ABS(open_rounding) > allowed"
# What each part of a split is called.
_NAMINGS: tuple[Naming, ...] = (
    ("not_invoiced", "actual_entries = 0 AND expected_entries > 0 AND expected_amount <> 0", "-ea"),
    ("invoiced_without_agreement", "expected_entries = 0 AND actual_entries > 0", "missing"),
    ("invoice_quantity_differs", "quantity <> 0", "quantity"),
    ("price_differs", "price <> 0", "price"),
    ("proration_differs", "ABS(proration) > allowed", "proration"),
    ("proration_differs", f"{_BEYOND} AND {_PART_MONTH}", "open_rounding"),
    ("rounding", f"{_BEYOND} AND NOT ({_PART_MONTH})", "open_rounding"),
    ("duplicate", "duplicate <> 0", "duplicate"),
    ("credit_unmatched", "credit_left <> 0 AND (expected_entries > 0 OR actual_entries = 0)", "credit_left"),
)


def _find(engine: Engine, leg: str, parts: str, subject: str, namings: Sequence[Naming]) -> None:
    common = (
        f"'{leg}' AS leg, client, service, contract, currency, {subject} AS subject, grp, expected_quantity, actual_quantity, "
        "expected_price AS expected_unit_price, actual_price AS actual_unit_price, expected_amount, actual_amount"
    )
    for kind, condition, impact in namings:
        note = "CAST(copies AS VARCHAR)" if kind == "duplicate" else "''"
        engine.append(
            FINDINGS,
            f"SELECT '{kind}' AS kind, {common}, {impact} AS impact, {note} AS note FROM {parts} WHERE NOT fx AND ({condition})",
        )
    engine.append(
        FINDINGS,
        f"SELECT 'currency' AS kind, {common}, 0 AS impact, other_currency AS note FROM ("
        "SELECT e.* REPLACE (a.actual_quantity AS actual_quantity, a.actual_price AS actual_price, a.actual_amount AS actual_amount), "
        f"a.currency AS other_currency FROM {parts} e JOIN {parts} a ON e.other = a.grp WHERE e.fx AND e.actual_entries = 0)",
    )
