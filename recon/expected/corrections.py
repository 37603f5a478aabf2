"""Negative lines and what they take back, on charged and billed lines of one cycle.

A pair of a charge and a negative line of the same amount nets to nothing: both are marked with one `netted` and take
part in no count. Only a certain key makes a pair: the negative line names the document of the charge (or stands in
the same one), or it is of the same subscription and period. Lines that are alike are paired one by one, so a charge,
its reversal and the charge made again are one charge.

A negative line that names a document and takes back another amount corrects it in part: it is a negative charge of the
document and no credit without its original. To stand in the same document says less: a vendor's bill of the month is
one document, with credits for anything.
"""

from __future__ import annotations

from recon.engine import Engine

NETTED = "netted_lines"
_BOTH = "client, service, currency, side, source, stray"


def correct(engine: Engine, scoped: str) -> None:
    """Mark pairs in `scoped` (column `netted`), and make credits that correct a document in part negative charges."""
    negative = "side IN ('charged', 'billed') AND amount < 0 AND replaced_by IS NULL"
    if not engine.value(f"SELECT COUNT(*) FROM {scoped} WHERE {negative}"):
        return
    _candidates(engine, scoped, negative)
    _pair(engine, "document", "COALESCE(replaces, document)", "document")
    _pair(engine, "subscription", "CASE WHEN charge_kind <> 'credit' THEN contract END", "contract")
    _write(engine, scoped)


def _candidates(engine: Engine, scoped: str, negative: str) -> None:
    """Tables `negatives` and `taken_back`: negative lines, and charges of the same client, service and currency."""
    columns = f"line_id, {_BOTH}, document, replaces, contract, charge_kind, period_start, ABS(quantity) AS quantity, ABS(amount) AS amount"
    engine.create("negatives", f"SELECT {columns} FROM {scoped} WHERE {negative}")
    engine.create(
        "taken_back",
        f"SELECT {columns} FROM {scoped} s SEMI JOIN (SELECT DISTINCT {_BOTH} FROM negatives) n USING ({_BOTH}) "
        "WHERE amount > 0 AND replaced_by IS NULL",
    )
    engine.empty(NETTED, {"line_id": "VARCHAR", "netted": "VARCHAR"})


def _pair(engine: Engine, rule: str, of_negative: str, of_charge: str) -> None:
    """Pair what is alike by number: the first negative line with the first charge, and so on."""
    key = [*_BOTH.split(", "), "named", "amount", "quantity", *(["period_start"] if rule == "subscription" else [])]

    def numbered(table: str, named: str) -> str:
        return (
            f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {', '.join(key)} ORDER BY line_id) AS nth FROM "
            f"(SELECT *, {named} AS named FROM {table}) l ANTI JOIN {NETTED} d ON l.line_id = d.line_id WHERE named IS NOT NULL"
        )

    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM c.{name}" for name in key)
    engine.append(
        NETTED,
        f"WITH n AS ({numbered('negatives', of_negative)}), c AS ({numbered('taken_back', of_charge)}) "
        f"SELECT UNNEST([n.line_id, c.line_id]) AS line_id, c.line_id AS netted FROM n JOIN c ON n.nth = c.nth AND {same}",
    )


def _write(engine: Engine, scoped: str) -> None:
    """The scoped lines again, with what was found; copies are counted among the lines that stand."""
    identical = (
        "source, client, service, currency, contract, document, period_start, charge_kind, quantity, unit_price, amount"
    )
    may_repeat = (
        "d.netted IS NULL AND side = 'charged' AND contract IS NOT NULL AND charge_kind = 'recurring' AND quantity > 0"
    )
    engine.create(
        scoped,
        f"""
        WITH parts AS (
            SELECT n.line_id FROM negatives n ANTI JOIN {NETTED} d ON n.line_id = d.line_id
            SEMI JOIN taken_back c ON n.replaces = c.document AND n.client = c.client
                AND n.service = c.service AND n.currency = c.currency AND n.side = c.side AND n.source = c.source
        ),
        marked AS (
            SELECT s.* REPLACE (d.netted AS netted, s.credit AND p.line_id IS NULL AS credit,
                CASE WHEN p.line_id IS NULL THEN s.quantity ELSE -ABS(s.quantity) END AS quantity,
                CASE WHEN p.line_id IS NULL THEN s.unit_price ELSE ABS(s.unit_price) END AS unit_price),
                s.copy AND ROW_NUMBER() OVER (PARTITION BY {may_repeat}, {identical} ORDER BY s.line_id) = 1 AS first
            FROM {scoped} s LEFT JOIN {NETTED} d ON s.line_id = d.line_id LEFT JOIN parts p ON s.line_id = p.line_id
        )
        SELECT * EXCLUDE (first) REPLACE (copy AND NOT first AND netted IS NULL AS copy) FROM marked
        """,
    )
