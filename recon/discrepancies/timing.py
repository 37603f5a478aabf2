"""Right amount, wrong cycle: invoice lines whose own service month is another cycle.

Two rows, linked, which net to zero: − in the cycle that lacks the amount, + in the one that carries it. A late line is
timing only where its own cycle promised it and did not bill it; where that cycle billed it already it is a duplicate,
where it never promised it, it has no agreement.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
from recon.money import NUMBER
from recon.period import Cycle

LEG = "promised_billed"
# What a neighbouring cycle promised and billed of its own, and the lines it carries for other cycles.
OWN_COLUMNS = {"cycle": "VARCHAR", "client": "VARCHAR", "service": "VARCHAR", "currency": "VARCHAR",
               "promised": NUMBER, "billed": NUMBER}  # fmt: skip
CARRIED_COLUMNS = {"cycle": "VARCHAR", "carrier": "VARCHAR", "client": "VARCHAR", "service": "VARCHAR",
                   "currency": "VARCHAR", "amount": NUMBER}  # fmt: skip
OWN, CARRIED = "neighbours_own", "neighbours_carried"


def own_cycles(engine: Engine) -> list[Cycle]:
    """The cycles that stray billed lines belong to."""
    months = engine.rows(
        "SELECT DISTINCT STRFTIME(period_start, '%Y-%m') FROM scoped_lines "
        "WHERE side = 'billed' AND stray AND replaced_by IS NULL AND period_start IS NOT NULL ORDER BY 1"
    )
    return [Cycle.parse(month) for (month,) in months]


def summary(engine: Engine, cycle: Cycle) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Of a loaded neighbour: the rows of OWN and of CARRIED."""
    own = engine.rows(
        f"SELECT '{cycle}', client, service, currency, SUM(promised), SUM(billed) FROM ("
        "SELECT client, service, currency, amount AS promised, 0 AS billed FROM promises UNION ALL "
        "SELECT client, service, currency, 0, amount FROM scoped_lines "
        "WHERE side = 'billed' AND NOT stray AND replaced_by IS NULL"
        ") GROUP BY client, service, currency"
    )
    carried = engine.rows(
        f"SELECT STRFTIME(period_start, '%Y-%m'), '{cycle}', client, service, currency, SUM(amount) FROM scoped_lines "
        "WHERE side = 'billed' AND stray AND replaced_by IS NULL AND period_start IS NOT NULL GROUP BY ALL"
    )
    return own, carried


def carried_here(engine: Engine) -> None:
    """Findings, lines and bridge for the stray lines that this cycle carries."""
    own = "COALESCE(STRFTIME(period_start, '%Y-%m'), '')"
    grp = "'stray ' || client || chr(31) || service || chr(31) || currency || chr(31) || own"
    engine.create(
        "strays",
        f"""
        WITH s AS (
            SELECT client, service, currency, {own} AS own, SUM(amount) AS amount,
                SUM(quantity) AS quantity, MAX(unit_price) AS unit_price
            FROM scoped_lines WHERE side = 'billed' AND stray AND replaced_by IS NULL GROUP BY ALL
        ),
        keyed AS (SELECT *, {grp} AS grp FROM s)
        SELECT s.*, CASE
            WHEN NOT EXISTS (SELECT 1 FROM {OWN} k WHERE k.cycle = s.own) THEN 'timing'
            WHEN COALESCE(o.promised, 0) = 0 THEN 'invoiced_without_agreement'
            WHEN COALESCE(o.billed, 0) <> 0 THEN 'duplicate' ELSE 'timing' END AS kind
        FROM keyed s LEFT JOIN {OWN} o ON s.own = o.cycle AND s.client = o.client AND s.service = o.service AND s.currency = o.currency
        """,
    )
    engine.append(
        FINDINGS,
        f"SELECT kind, '{LEG}' AS leg, client, service, '' AS contract, currency, own AS subject, grp, 0 AS expected_quantity, "
        "quantity AS actual_quantity, unit_price AS expected_unit_price, unit_price AS actual_unit_price, 0 AS expected_amount, "
        "amount AS actual_amount, amount AS impact, 'carried ' || own AS note FROM strays",
    )
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, {grp} AS grp, 'actual' AS role, line_id AS entry, line_id "
        f"FROM (SELECT *, {own} AS own FROM scoped_lines WHERE side = 'billed' AND stray AND replaced_by IS NULL)",
    )
    bridge(
        engine,
        LEG,
        "SELECT currency, client, 0 AS expected_total, amount AS actual_total, "
        "CASE WHEN kind = 'timing' THEN amount ELSE 0 END AS timing, CASE WHEN kind = 'duplicate' THEN amount ELSE 0 END AS duplicate, "
        "CASE WHEN kind = 'invoiced_without_agreement' THEN amount ELSE 0 END AS missing FROM strays",
    )


def carried_later(engine: Engine, cycle: Cycle) -> None:
    """Turn what is not invoiced here, and billed by a later cycle for this one, into timing."""
    engine.create(
        "late",
        f"""
        SELECT f.grp, f.client, f.currency, LEAST(c.amount, -f.impact) AS amount, c.carrier FROM {FINDINGS} f
        JOIN (SELECT client, service, currency, MIN(carrier) AS carrier, SUM(amount) AS amount FROM {CARRIED}
              WHERE cycle = '{cycle}' GROUP BY client, service, currency) c
            ON f.client = c.client AND f.service = c.service AND f.currency = c.currency
        WHERE f.kind = 'not_invoiced'
        """,
    )
    late = "f.kind = 'not_invoiced' AND f.grp = late.grp"
    engine.create(
        FINDINGS,
        f"""
        SELECT f.* FROM {FINDINGS} f ANTI JOIN late ON {late}
        UNION ALL BY NAME
        SELECT f.* REPLACE ('timing' AS kind, late.carrier AS subject, CAST(-late.amount AS {NUMBER}) AS impact,
            'later ' || late.carrier AS note) FROM {FINDINGS} f JOIN late ON {late}
        UNION ALL BY NAME
        SELECT f.* REPLACE (CAST(f.impact + late.amount AS {NUMBER}) AS impact) FROM {FINDINGS} f JOIN late ON {late}
        WHERE f.impact + late.amount <> 0
        """,
    )
    bridge(
        engine,
        LEG,
        "SELECT currency, client, 0 AS expected_total, 0 AS actual_total, -amount AS timing, amount AS missing FROM late",
    )
