"""promised_billed: client verification. Does the invoice match the agreement?

Invoices that name services are compared by client, service and currency; an invoice that only names its agreement is
compared with all the promises of that agreement together.
"""

from __future__ import annotations

from decimal import Decimal

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.discrepancies.variance import split
from recon.engine import Engine
from recon.match.passes import cascade

LEG = "promised_billed"


def compare(engine: Engine, tolerance: Decimal) -> tuple[str, str]:
    """Write the leg's findings, lines and bridge; returns the tables of matched entries and of the residual."""
    entries = _entries(engine)
    matched, residual = cascade(engine, LEG, entries, tolerance)
    parts = split(engine, LEG, entries, matched, tolerance)
    _currencies(engine, parts)
    _find(engine, parts, tolerance)
    bridge(
        engine,
        LEG,
        "SELECT currency, client, expected_amount AS expected_total, actual_amount AS actual_total, quantity, price, "
        "proration, rounding, duplicate, CASE WHEN fx THEN 0 ELSE missing END AS missing, "
        f"CASE WHEN fx THEN missing ELSE 0 END AS fx FROM {LEG}_named",
    )
    return matched, residual


def _entries(engine: Engine) -> str:
    """The promised and billed lines as entries; a contract billed as a whole is one group."""
    engine.create(
        "whole_contracts",
        "SELECT DISTINCT client, currency, contract, contract_name FROM scoped_lines "
        "WHERE side = 'billed' AND service = '' AND NOT stray AND contract IS NOT NULL",
    )
    whole = "w.client = {0}.client AND w.currency = {0}.currency AND {0}.contract IN (w.contract, w.contract_name)"
    group = "{0}.client || chr(31) || CASE WHEN w.client IS NULL THEN {0}.service ELSE chr(30) || w.contract END || chr(31) || {0}.currency"
    expected = f"""
        SELECT p.line_id AS entry, 'expected' AS role, {group.format('p')} AS grp, p.client,
            CASE WHEN w.client IS NULL THEN p.service ELSE '' END AS service, p.currency,
            COALESCE(w.contract, p.contract) AS contract,
            CASE WHEN w.client IS NULL THEN p.billable END AS quantity,
            CASE WHEN w.client IS NULL THEN p.unit_price END AS unit_price,
            p.amount, p.period_start AS since, p.at_end, p.prorated AND w.client IS NULL AS prorated, FALSE AS credit
        FROM promises p LEFT JOIN whole_contracts w ON {whole.format('p')}
    """
    actual = f"""
        SELECT b.line_id AS entry, 'actual' AS role, {group.format('b')} AS grp, b.client, b.service, b.currency,
            b.contract, b.quantity, b.unit_price, b.amount, b.period_start AS since, TRUE AS at_end,
            b.charge_kind = 'proration' AS prorated, b.credit
        FROM scoped_lines b LEFT JOIN whole_contracts w ON b.service = '' AND {whole.format('b')}
        WHERE b.side = 'billed' AND NOT b.stray AND b.replaced_by IS NULL
    """
    entries = engine.create(f"{LEG}_entries", f"{expected} UNION ALL BY NAME {actual}")
    engine.append(LEG_LINES, f"SELECT '{LEG}' AS leg, grp, role, entry, entry AS line_id FROM {entries}")
    return entries


def _currencies(engine: Engine, parts: str) -> None:
    """Table `<leg>_named`: the split, with fx TRUE where the promise is in one currency and the invoice in another."""
    engine.create(
        f"{LEG}_named",
        f"""
        WITH lone AS (
            SELECT client, service, MIN(grp) FILTER (actual_entries = 0) AS promised, MIN(grp) FILTER (expected_entries = 0) AS billed
            FROM {parts} WHERE service <> '' GROUP BY client, service
            HAVING COUNT(*) = 2 AND COUNT(*) FILTER (actual_entries = 0) = 1 AND COUNT(*) FILTER (expected_entries = 0) = 1
                AND COUNT(*) FILTER (actual_entries = 0 AND expected_entries = 0) = 0
        )
        SELECT p.*, lone.promised IS NOT NULL AS fx, lone.billed AS other
        FROM {parts} p LEFT JOIN lone ON p.grp IN (lone.promised, lone.billed)
        """,
    )


def _find(engine: Engine, parts: str, tolerance: Decimal) -> None:
    common = (
        f"'{LEG}' AS leg, client, service, contract, currency, '' AS subject, grp, expected_quantity, actual_quantity, "
        "expected_price AS expected_unit_price, actual_price AS actual_unit_price, expected_amount, actual_amount"
    )
    part_month = "ABS(rounding) > 0.01 * ABS(COALESCE(actual_quantity, 0)) + 0.01"
    kinds = [
        ("not_invoiced", "actual_entries = 0 AND expected_entries > 0 AND expected_amount <> 0", "-ea"),
        ("invoiced_without_agreement", "expected_entries = 0 AND actual_entries > 0", "missing"),
        ("invoice_quantity_differs", "quantity <> 0", "quantity"),
        ("price_differs", "price <> 0", "price"),
        ("proration_differs", f"ABS(proration) > {tolerance}", "proration"),
        ("proration_differs", f"ABS(rounding) > {tolerance} AND {part_month}", "rounding"),
        ("rounding", f"ABS(rounding) > {tolerance} AND NOT ({part_month})", "rounding"),
        ("duplicate", "duplicate <> 0", "duplicate"),
        ("credit_unmatched", "credit_left <> 0 AND (expected_entries > 0 OR actual_entries = 0)", "credit_left"),
    ]
    for kind, condition, impact in kinds:
        note = "CAST(copies AS VARCHAR)" if kind == "duplicate" else "''"
        engine.append(
            FINDINGS,
            f"SELECT '{kind}' AS kind, {common}, {impact} AS impact, {note} AS note FROM {LEG}_named WHERE NOT fx AND {condition}",
        )
    engine.append(
        FINDINGS,
        f"SELECT 'currency' AS kind, '{LEG}' AS leg, e.client, e.service, e.contract, e.currency, '' AS subject, e.grp, "
        "e.expected_quantity, a.actual_quantity, e.expected_price AS expected_unit_price, a.actual_price AS actual_unit_price, "
        "e.expected_amount, a.actual_amount, 0 AS impact, a.currency AS note "
        f"FROM {LEG}_named e JOIN {LEG}_named a ON e.other = a.grp WHERE e.fx AND e.actual_entries = 0",
    )
