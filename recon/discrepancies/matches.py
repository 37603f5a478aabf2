"""The matches of every leg as one table: what was put together, by which rule, and whether it agrees.

What only may belong together is there too, as `suggested` or `ambiguous`: its lines are in no other match, and its
discrepancies stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from recon.discrepancies.findings import LEG_LINES
from recon.engine import Engine
from recon.match.passes import ALLOWED, PASSES
from recon.match.suggested import suggested
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


def matches(engine: Engine, cascades: dict[str, tuple[str, str]], without: Sequence[str] = ()) -> str:
    """Table MATCHES. `cascades` are the matched entries and residuals of the legs that run the passes.

    `without` names the passes that are off.
    """
    engine.empty(MATCHES, _COLUMNS)
    for leg, (matched, residual) in cascades.items():
        engine.append(MATCHES, _of_entries(leg, matched))
        engine.append(MATCHES, _of_suggestions(engine, leg, residual, without))
    reversals = "SELECT * FROM netted_matches"
    for table, query in (("usage_judged", _of_usage()), ("margins", _of_margins()), ("netted_matches", reversals)):
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


def _of_suggestions(engine: Engine, leg: str, residual: str, without: Sequence[str]) -> str:
    """What only may belong together, one row each."""
    found = suggested(engine, residual, without)
    rows = [(number, one.rule, one.status, one.says, name) for number, one in enumerate(found) for name in one.entries]
    columns = {"number": "INTEGER", "rule": "VARCHAR", "status": "VARCHAR", "says": "VARCHAR", "entry": "VARCHAR"}
    made = engine.put_rows(f"{leg}_suggested", columns, rows)
    one_of = "CASE WHEN MIN({0}) = MAX({0}) THEN MIN({0}) ELSE '' END AS {0}"
    return f"""
        WITH lines AS (
            SELECT s.number, STRING_AGG(l.line_id, ' ' ORDER BY r.role DESC, l.line_id) AS lines FROM {made} s
            JOIN {residual} r ON s.entry = r.entry JOIN {LEG_LINES} l ON l.leg = '{leg}' AND l.grp = r.grp AND l.entry = r.entry
            GROUP BY s.number
        ),
        sums AS (
            SELECT number, MIN(rule) AS rule, MIN(status) AS status, MIN(says) AS says, MIN(s.entry) AS first,
                {one_of.format("client")}, {one_of.format("service")}, COALESCE({one_of.format("contract").removesuffix(" AS contract")}, '') AS contract,
                MIN(currency) AS currency, SUM(quantity) FILTER (role = 'expected') AS expected_quantity,
                SUM(quantity) FILTER (role = 'actual') AS actual_quantity,
                COALESCE(SUM(amount) FILTER (role = 'expected'), 0) AS expected_amount,
                COALESCE(SUM(amount) FILTER (role = 'actual'), 0) AS actual_amount
            FROM {made} s JOIN {residual} r ON s.entry = r.entry GROUP BY number
        )
        SELECT SUBSTR(SHA256('{leg}' || chr(31) || rule || chr(31) || first), 1, 16) AS match_id, '{leg}' AS leg,
            sums.* EXCLUDE (number, says, first), actual_amount - expected_amount AS difference,
            {_says("says")} AS explanation, COALESCE(lines.lines, '') AS lines
        FROM sums LEFT JOIN lines ON sums.number = lines.number
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
