"""The matches of every leg as one table: what was put together, by which rule, and whether it agrees."""

from __future__ import annotations

from recon.discrepancies.findings import LEG_LINES
from recon.engine import Engine
from recon.match.passes import ALLOWED, PASSES
from recon.money import NUMBER

MATCHES = "matches"
_COLUMNS = {
    "match_id": "VARCHAR",
    "leg": "VARCHAR",
    "rule": "VARCHAR",
    "client": "VARCHAR",
    "service": "VARCHAR",
    "contract": "VARCHAR",
    "currency": "VARCHAR",
    "expected_quantity": NUMBER,
    "actual_quantity": NUMBER,
    "expected_amount": NUMBER,
    "actual_amount": NUMBER,
    "difference": NUMBER,
    "status": "VARCHAR",
    "explanation": "VARCHAR",
    "lines": "VARCHAR",
}


def matches(engine: Engine, cascades: dict[str, tuple[str, str]]) -> str:
    """Table MATCHES. `cascades` are the matched entries and residuals of the legs that run the passes."""
    engine.empty(MATCHES, _COLUMNS)
    for leg, (matched, _) in cascades.items():
        engine.append(MATCHES, _of_entries(leg, matched))
    for table, query in (("usage_judged", _of_usage()), ("margins", _of_margins())):
        if engine.has(table):
            engine.append(MATCHES, query)
    return MATCHES


def _says(rule: str) -> str:
    return rule + " || ': expected ' || CAST(CAST(expected_amount AS DECIMAL(38,2)) AS VARCHAR) || ', actual ' || " \
        "CAST(CAST(actual_amount AS DECIMAL(38,2)) AS VARCHAR) || ', apart ' || " \
        "CAST(CAST(actual_amount - expected_amount AS DECIMAL(38,2)) AS VARCHAR)"  # fmt: skip


def _of_entries(leg: str, matched: str) -> str:
    rules = " ".join(f"WHEN '{one.rule}' THEN '{one.says}'" for one in PASSES)
    same = "COALESCE(expected_quantity = actual_quantity, TRUE)"
    return f"""
        WITH lines AS (
            SELECT m.match_id, STRING_AGG(l.line_id, ' ' ORDER BY m.role DESC, l.line_id) AS lines
            FROM {matched} m JOIN {LEG_LINES} l ON l.leg = '{leg}' AND l.grp = m.grp AND l.entry = m.entry GROUP BY m.match_id
        ),
        sums AS (
            SELECT match_id, MIN(rule) AS rule, MIN(client) AS client, MIN(service) AS service, COALESCE(MIN(contract), '') AS contract,
                MIN(currency) AS currency, SUM(quantity) FILTER (role = 'expected') AS expected_quantity,
                SUM(CASE WHEN credit THEN -ABS(quantity) ELSE quantity END) FILTER (role = 'actual') AS actual_quantity,
                COALESCE(SUM(amount) FILTER (role = 'expected'), 0) AS expected_amount,
                COALESCE(SUM(amount) FILTER (role = 'actual'), 0) AS actual_amount, {ALLOWED} AS allowed
            FROM {matched} GROUP BY match_id
        )
        SELECT s.* EXCLUDE (allowed), '{leg}' AS leg, actual_amount - expected_amount AS difference,
            CASE WHEN actual_amount = expected_amount THEN 'matched'
                 WHEN ABS(actual_amount - expected_amount) <= allowed AND {same} THEN 'cleared' ELSE 'different' END AS status,
            {_says(f"CASE rule {rules} END")} AS explanation, COALESCE(lines.lines, '') AS lines
        FROM sums s LEFT JOIN lines ON s.match_id = lines.match_id
    """


def _of_groups(leg: str, table: str, columns: str, where: str) -> str:
    """A leg that compares whole groups: one match for each group with both sides."""
    return f"""
        WITH lines AS (
            SELECT grp, STRING_AGG(line_id, ' ' ORDER BY role DESC, line_id) AS lines FROM {LEG_LINES} WHERE leg = '{leg}'
            GROUP BY grp HAVING COUNT(DISTINCT role) = 2
        ),
        g AS (SELECT grp, client, service, currency, {columns} FROM {table} WHERE {where})
        SELECT SUBSTR(SHA256('{leg}' || chr(31) || g.grp), 1, 16) AS match_id, '{leg}' AS leg, 'group' AS rule, g.* EXCLUDE (grp),
            actual_amount - expected_amount AS difference, {_says("'all lines of the client and service'")} AS explanation, lines.lines
        FROM g JOIN lines ON g.grp = lines.grp
    """


def _of_usage() -> str:
    columns = (
        "contract, expected_quantity, actual_quantity, amount - impact AS expected_amount, amount AS actual_amount, "
        "CASE WHEN kind = '' THEN 'matched' ELSE 'different' END AS status"
    )
    return _of_groups("promised_delivered", "usage_judged", columns, "TRUE")


def _of_margins() -> str:
    columns = (
        "'' AS contract, cost_quantity AS expected_quantity, quantity AS actual_quantity, cost AS expected_amount, "
        "revenue AS actual_amount, 'matched' AS status"
    )
    return _of_groups("charged_billed", "margins", columns, "TRUE")
