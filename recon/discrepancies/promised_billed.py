"""promised_billed: client verification. Does the invoice match the agreement?

Invoices that name services are compared by client, service and currency; an invoice that only names its agreement is
compared with all the promises of that agreement together.
"""

from __future__ import annotations

from recon.discrepancies.two_sided import compare_sides
from recon.engine import Engine
from recon.match.passes import in_use
from recon.policy import Policy

LEG = "promised_billed"


def compare(engine: Engine, policy: Policy) -> tuple[str, str]:
    """Write the leg's findings, lines and bridge; returns the tables of matched entries and of the residual."""
    entries = _entries(engine, policy)
    passes = in_use(policy.passes_off)
    return compare_sides(
        engine, LEG, entries, comparable="service <> ''", window_days=policy.window_days, passes=passes
    )


def _whole_contracts(engine: Engine) -> None:
    """Table `whole_contracts`: each id or name of an agreement that is billed as a whole, once, and the agreement's id.

    An id goes before a name: where an agreement was renamed or two share a name, no line may count twice.
    """
    engine.create(
        "whole_contracts",
        """
        WITH billed AS (
            SELECT client, currency, contract, contract_name FROM scoped_lines
            WHERE side = 'billed' AND service = '' AND NOT stray AND contract IS NOT NULL
        ),
        called AS (
            SELECT client, currency, contract, contract AS alias FROM billed
            UNION SELECT client, currency, contract, contract_name FROM billed WHERE contract_name IS NOT NULL
        )
        SELECT client, currency, alias, COALESCE(MIN(contract) FILTER (contract = alias), MIN(contract)) AS contract
        FROM called GROUP BY client, currency, alias
        """,
    )


def _entries(engine: Engine, policy: Policy) -> str:
    """The promised and billed lines as entries; a contract billed as a whole is one group."""
    _whole_contracts(engine)
    whole = "w.client = {0}.client AND w.currency = {0}.currency AND w.alias = {0}.contract"
    group = "{0}.client || chr(31) || CASE WHEN w.client IS NULL THEN {0}.service ELSE chr(30) || w.contract END || chr(31) || {0}.currency"
    expected = f"""
        SELECT p.line_id AS entry, 'expected' AS role, {group.format("p")} AS grp, p.client,
            CASE WHEN w.client IS NULL THEN p.service ELSE '' END AS service, p.currency,
            COALESCE(w.contract, p.contract) AS contract, CAST(NULL AS VARCHAR) AS agreement,
            CASE WHEN w.client IS NULL THEN p.billable END AS quantity,
            CASE WHEN w.client IS NULL THEN p.unit_price END AS unit_price,
            p.amount, p.period_start AS since, p.at_end, p.prorated AND w.client IS NULL AS prorated, FALSE AS credit,
            p.starts, p.ends, p.banded AND w.client IS NULL AS banded, {policy.sql_allowed("p", ("client", "service"))}
        FROM promises p LEFT JOIN whole_contracts w ON {whole.format("p")}
    """
    actual = f"""
        SELECT b.line_id AS entry, 'actual' AS role, {group.format("b")} AS grp, b.client, b.service, b.currency,
            b.contract, CAST(NULL AS VARCHAR) AS agreement, b.quantity, b.unit_price, b.amount, b.period_start AS since, TRUE AS at_end,
            b.charge_kind = 'proration' AS prorated, b.credit, b.period_start AS starts, b.period_end AS ends, FALSE AS banded,
            {policy.sql_allowed("b")}
        FROM scoped_lines b LEFT JOIN whole_contracts w ON b.service = '' AND {whole.format("b")}
        WHERE b.side = 'billed' AND NOT b.stray AND b.replaced_by IS NULL AND b.netted IS NULL
    """
    return engine.create(f"{LEG}_entries", f"{expected} UNION ALL BY NAME {actual}")
