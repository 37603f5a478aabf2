"""What a file says of itself, used as a check: printed totals, and amount = price × quantity.

A check that fails is a located problem; it never keeps a row out.
"""

from __future__ import annotations

from recon.engine import Engine, literal
from recon.money import SCALE
from recon.sources import parse
from recon.sources.declare import Columns
from recon.sources.profile import Profile, Report


def report_rows(report: Report, raw: str, width: int) -> str:
    """SQL: a printed report's rows with `_group` (the group row above), `_section` (its number) and `_aside`.

    Group rows have only their first cell filled; data rows have it blank; what follows the grand total is a footer.
    """
    first = "c0"
    others = " AND ".join(f"c{index} IS NULL" for index in range(1, width)) or "TRUE"
    subtotal = f"STARTS_WITH({first}, {literal(report.subtotal)})"
    total = f"UPPER({first}) = {literal(report.total.upper())}"
    kinds = (
        f"SELECT *, CASE WHEN {total} THEN 'total' WHEN {subtotal} THEN 'subtotal' "
        f"WHEN {first} IS NULL THEN 'data' WHEN {others} THEN 'group' ELSE 'other' END AS _kind FROM {raw}"
    )
    above = "OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    return (
        f"SELECT *, LAST_VALUE(CASE WHEN _kind = 'group' THEN {first} END IGNORE NULLS) {above} AS _group, "
        f"COUNT(*) FILTER (_kind = 'group') {above} AS _section, "
        f"_kind <> 'data' AS _aside FROM ({kinds})"
    )


def totals(engine: Engine, profile: Profile, prepared: str, columns: Columns, source: str, shown: str) -> list[str]:
    """Compare each printed subtotal and the grand total with the rows above it; faults go to `problems`."""
    if not profile.report:
        return []
    amount = parse.bounded(parse.number(columns.text(profile.report.check)))
    rows = f"SELECT _row, _kind, _section, c0, {columns.text(profile.report.check)} AS stated, {amount} AS amount FROM {prepared}"
    compared = (
        f"WITH r AS ({rows}), sums AS (SELECT _section, SUM(amount) AS found FROM r WHERE _kind = 'data' GROUP BY 1), "
        "everything AS (SELECT SUM(amount) AS found FROM r WHERE _kind = 'data') "
        "SELECT r._row, r.c0, r.stated, r.amount, COALESCE(CASE WHEN r._kind = 'total' THEN everything.found ELSE sums.found END, 0) AS found "
        "FROM r LEFT JOIN sums USING (_section) CROSS JOIN everything "
        "WHERE r._kind IN ('subtotal', 'total') AND r.amount IS NOT NULL"
    )
    table = engine.create(engine.name("totals"), compared)
    engine.append(
        "problems",
        f"SELECT 'error' AS severity, {literal(source)} AS source, {literal(shown)} AS file, _row AS row, "
        f'{literal(profile.report.check)} AS "column", stated AS value, '
        "c0 || ': the report states ' || stated || ', its rows add up to ' || CAST(CAST(found AS DECIMAL(38,2)) AS VARCHAR) AS message "
        f"FROM {table} WHERE amount <> found",
    )
    agree, count = engine.rows(f"SELECT COUNT(*) FILTER (amount = found), COUNT(*) FROM {table}")[0]
    engine.drop(table)
    return [f"{agree} of {count} printed totals agree"]


def arithmetic(engine: Engine, profile: Profile, prepared: str, columns: Columns, source: str, shown: str) -> list[str]:
    """Check amount = price × quantity × rate for each row, within the vendor's truncation.

    Vendors truncate the unit price or the line, so a right row may be off by 0.01 × quantity + 0.01, no more.
    """
    verify = profile.verify
    if not verify:
        return []
    texts = {"amount": verify.amount, "price": verify.price, "quantity": verify.quantity, "rate": verify.rate}
    values = ", ".join(
        f"{parse.bounded(parse.number(columns.text(header), places=SCALE)) if header else 1} AS {name}"
        for name, header in texts.items()
    )
    # Two steps, each kept, for the same reason as in the staging of the rows.
    parsed = engine.create(
        engine.name("factors"),
        f"SELECT _row, {columns.text(verify.amount)} AS stated, {values} FROM {prepared} WHERE NOT _aside",
    )
    exact = parse.product(f"({parse.product('price', 'quantity')})", "COALESCE(rate, 1)")
    wrong = "ABS(amount - exact) > 0.01 * ABS(quantity) + 0.01"
    rows = f"SELECT *, {exact} AS exact FROM {parsed}"
    table = engine.create(
        engine.name("arithmetic"), f"SELECT * FROM ({rows}) WHERE amount IS NOT NULL AND exact IS NOT NULL"
    )
    engine.append(
        "problems",
        f"SELECT 'warning' AS severity, {literal(source)} AS source, {literal(shown)} AS file, _row AS row, "
        f'{literal(verify.amount)} AS "column", stated AS value, '
        f"{literal(f'{verify.amount} is ')} || stated || {literal(f' but {verify.price} × {verify.quantity} is ')} "
        f"|| CAST(CAST(exact AS DECIMAL(38,4)) AS VARCHAR) AS message FROM {table} WHERE {wrong}",
    )
    agree, count = engine.rows(f"SELECT COUNT(*) FILTER (NOT ({wrong})), COUNT(*) FROM {table}")[0]
    engine.drop(table)
    engine.drop(parsed)
    return [f"{agree} of {count} lines' arithmetic agrees"] if count else []
