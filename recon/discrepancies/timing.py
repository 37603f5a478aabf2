"""Right amount, wrong cycle: charged and billed lines whose own period is another cycle's.

Two rows, linked, which net to zero: one in the cycle that lacks the amount, one in the cycle that carries it. A late
line is timing as far as its own cycle reports the amount lacking; of several cycles that carry it the first one after
its own comes first, and one that billed it ahead last. A credit is timing as far as its own cycle was charged too much; what it gives beyond that is judged in its own
cycle too, as a credit without its original. Else a late line is there twice (its cycle has it already), or has no
agreement (or no usage) there. A line for several months stays whole in the cycle that carries it: only one whose
period lies wholly in other cycles is late. The vendor's bill proves nothing where the vendor's own count is the use.

Signs: `amount` and `gap` are money on the actual side; gap = expected − actual.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
from recon.money import NUMBER
from recon.period import Cycle

SIDE = {"promised_billed": "billed", "delivered_charged": "charged"}
SPLIT = {"promised_billed": "promised_billed_named", "delivered_charged": "delivered_charged_split"}
SIGN = {"promised_billed": 1, "delivered_charged": -1}  # of impact against actual − expected
# What a cycle may report lacking or too much, and the component of the bridge that shows it.
_COMPONENT = """CASE WHEN f.kind IN ('not_invoiced', 'invoiced_without_agreement', 'credit_unmatched', 'vendor_charge_without_usage')
        OR (f.kind = 'vendor_overcharge' AND p.actual_entries = 0) THEN 'missing'
    WHEN f.kind IN ('invoice_quantity_differs', 'vendor_overcharge', 'commitment_floor') THEN 'quantity'
    WHEN f.kind IN ('price_differs', 'cost_changed') THEN 'price' WHEN f.kind = 'duplicate' THEN 'duplicate'
    WHEN f.kind IN ('proration_differs', 'rounding') THEN CASE WHEN p.proration <> 0 THEN 'proration' ELSE 'rounding' END END"""
_COMPONENTS = ("missing", "quantity", "price", "proration", "rounding", "duplicate")
_KEY = ("leg", "client", "service", "currency")
STATES, CARRIED, SETTLED = "cycle_states", "carried_lines", "settled_late"
_TEXT = {"leg": "VARCHAR", "client": "VARCHAR", "service": "VARCHAR", "currency": "VARCHAR", "cycle": "VARCHAR"}
_STATE_COLUMNS = {**_TEXT, "expected": NUMBER, "actual": NUMBER, "gap": NUMBER, "proven": "BOOLEAN"}
_CARRIED_COLUMNS = {**_TEXT, "carrier": "VARCHAR", "amount": NUMBER}
Rows = list[tuple[object, ...]]

_STRAY = "stray AND replaced_by IS NULL"
_OWN = "own_cycle"
_LEG = "CASE side WHEN 'billed' THEN 'promised_billed' ELSE 'delivered_charged' END"
_GROUP = f"'stray ' || client || chr(31) || service || chr(31) || currency || chr(31) || {_OWN}"
_PROVEN = "(side = 'billed' OR EXISTS (SELECT 1 FROM service_usage u WHERE u.service = l.service AND u.usage = 'delivered' AND u.observed))"


def own_cycles(engine: Engine) -> list[Cycle]:
    """The cycles that stray lines belong to."""
    months = engine.rows(f"SELECT DISTINCT {_OWN} FROM scoped_lines WHERE {_STRAY} AND {_OWN} <> '' ORDER BY 1")
    return [Cycle.parse(month) for (month,) in months]


def is_lacking(engine: Engine) -> bool:
    """Whether the cycle reports an amount lacking that another may carry."""
    wanted = " OR ".join(f"(f.leg = '{leg}' AND {sign} * f.impact < 0)" for leg, sign in SIGN.items())
    return bool(engine.value(f"SELECT COUNT(*) FROM {FINDINGS} f WHERE {wanted}"))


def carried(engine: Engine, cycle: Cycle) -> Rows:
    """What a cycle carries for others: rows of CARRIED."""
    return engine.rows(
        f"SELECT {_LEG}, client, service, currency, {_OWN}, '{cycle}', SUM(amount) FROM scoped_lines "
        f"WHERE {_STRAY} GROUP BY ALL HAVING SUM(amount) <> 0"
    )


def states(engine: Engine, cycle: Cycle, legs: Collection[str], late: Sequence[Sequence[object]]) -> Rows:
    """What a compared cycle expected, has and lacks, and whether its records prove it: rows of STATES.

    Only of what the rows `late` of CARRIED are about, since it leaves the engine.
    """
    rows: Rows = []
    engine.put_rows(CARRIED, _CARRIED_COLUMNS, late)
    asked = f"SEMI JOIN {CARRIED} c USING (client, service, currency)"
    for leg in sorted(set(SPLIT) & set(legs)):
        proven = "TRUE" if leg == "promised_billed" else "COALESCE(u.usage = 'delivered' AND u.observed, FALSE)"
        rows += engine.rows(
            f"""
            WITH told AS (
                SELECT f.client, f.service, f.currency, SUM(f.impact) AS impact
                FROM {FINDINGS} f JOIN {SPLIT[leg]} p ON f.grp = p.grp AND f.leg = '{leg}' AND {_COMPONENT} IS NOT NULL GROUP BY ALL
            ),
            sums AS (
                SELECT client, service, currency, SUM(expected_amount) AS expected, SUM(actual_amount) AS actual
                FROM {SPLIT[leg]} {asked} GROUP BY ALL
            )
            SELECT '{leg}', s.client, s.service, s.currency, '{cycle}', s.expected, s.actual, CAST({-SIGN[leg]} * COALESCE(t.impact, 0) AS {NUMBER}), {proven}
            FROM sums s LEFT JOIN told t USING (client, service, currency) LEFT JOIN service_usage u ON s.service = u.service
            UNION ALL
            SELECT '{leg}', '', service, '', '{cycle}', NULL, NULL, NULL, {proven} FROM service_usage u
            UNION ALL
            SELECT '{leg}', '', '', '', '{cycle}', NULL, NULL, NULL, TRUE
            """
        )
    return rows


def settle(
    engine: Engine, found: Sequence[Sequence[object]], late: Sequence[Sequence[object]], legs: Collection[str]
) -> None:
    """Table SETTLED: per key, own cycle and carrier how much of the amount is timing, and what becomes of the rest.

    `timing` fills the gap, `moved` is a credit beyond it that is judged in its own cycle, `rest` is neither. Where the
    own cycle isn't compared (`known` is FALSE) everything is timing.
    """
    engine.put_rows(STATES, _STATE_COLUMNS, [row for row in found if row[0] in legs])
    engine.put_rows(CARRIED, _CARRIED_COLUMNS, [row for row in late if row[0] in legs])
    key = ", ".join((*_KEY, "cycle"))
    engine.create(
        SETTLED,
        f"""
        WITH j AS (
            SELECT c.*, k.cycle IS NOT NULL AS known, COALESCE(o.expected, 0) AS expected, COALESCE(o.actual, 0) AS actual,
                COALESCE(o.gap, 0) AS gap, COALESCE(v.proven, TRUE) AS proven
            FROM {CARRIED} c LEFT JOIN {STATES} o USING ({key})
            LEFT JOIN {STATES} k ON k.leg = c.leg AND k.cycle = c.cycle AND k.client = '' AND k.service = '' AND c.carrier >= STRFTIME(CAST(c.cycle || '-01' AS DATE) - INTERVAL 1 MONTH, '%Y-%m')
            LEFT JOIN {STATES} v ON v.leg = c.leg AND v.cycle = c.cycle AND v.client = '' AND v.service = c.service AND c.service <> ''
        ),
        fitting AS (SELECT *, CASE WHEN SIGN(amount) = SIGN(gap) THEN ABS(amount) ELSE 0 END AS fits FROM j),
        filled AS (
            SELECT *, COALESCE(SUM(fits) OVER (PARTITION BY {key} ORDER BY carrier < cycle, carrier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM fitting
        ),
        timed AS (
            SELECT *, CAST(CASE WHEN NOT known THEN amount ELSE SIGN(amount) * LEAST(fits, GREATEST(ABS(gap) - before, 0)) END AS {NUMBER}) AS timing
            FROM filled
        )
        SELECT {key}, carrier, amount, known, proven, expected, actual, timing,
            CAST(CASE WHEN amount < 0 AND actual > 0 THEN amount - timing ELSE 0 END AS {NUMBER}) AS moved,
            CAST(CASE WHEN amount < 0 AND actual > 0 THEN 0 ELSE amount - timing END AS {NUMBER}) AS rest
        FROM timed
        """,
    )


def carried_here(engine: Engine, cycle: Cycle) -> None:
    """Findings, lines and bridge for the stray lines that this cycle carries."""
    engine.append(
        LEG_LINES,
        f"SELECT {_LEG} AS leg, {_GROUP} AS grp, 'actual' AS role, line_id AS entry, line_id FROM scoped_lines "
        f"WHERE {_STRAY} AND {_LEG} IN (SELECT leg FROM {STATES})",
    )
    _strays(engine, cycle)
    _tell(engine)
    for leg in SIDE:
        by_kind = ", ".join(
            f"CASE WHEN judged AND other {test} THEN rest ELSE 0 END AS {part}"
            for part, test in (
                ("duplicate", "= 'duplicate'"),
                ("quantity", "= 'vendor_overcharge'"),
                ("missing", "NOT IN ('duplicate', 'vendor_overcharge')"),
            )
        )
        bridge(
            engine,
            leg,
            "SELECT currency, client, CASE WHEN judged THEN 0 ELSE amount END AS expected_total, amount AS actual_total, "
            f"CASE WHEN judged THEN timing + moved ELSE 0 END AS timing, {by_kind} FROM strays WHERE leg = '{leg}'",
        )


def _strays(engine: Engine, cycle: Cycle) -> None:
    """Table `strays`: what this cycle carries, per key and own cycle, as it was settled; `other` is what the rest is."""
    engine.create(
        "strays",
        f"""
        WITH lines AS (
            SELECT {_LEG} AS leg, client, service, currency, {_OWN} AS cycle, {_GROUP} AS grp, {_PROVEN} AS proven_here,
                SUM(CASE WHEN amount < 0 THEN -ABS(quantity) ELSE quantity END) AS quantity, MAX(unit_price) AS unit_price
            FROM scoped_lines l WHERE {_STRAY} GROUP BY ALL
        )
        SELECT s.*, l.grp, l.quantity, l.unit_price, CASE WHEN s.known THEN s.proven ELSE l.proven_here END AS judged,
            CASE WHEN s.leg = 'promised_billed' THEN 1 ELSE -1 END AS sign, CASE
                WHEN s.rest < 0 THEN 'credit_unmatched'
                WHEN s.leg = 'promised_billed' THEN CASE WHEN s.expected = 0 THEN 'invoiced_without_agreement' ELSE 'duplicate' END
                WHEN s.expected = 0 THEN 'vendor_charge_without_usage' WHEN s.timing = 0 THEN 'duplicate' ELSE 'vendor_overcharge' END AS other
        FROM {SETTLED} s JOIN lines l USING ({", ".join((*_KEY, "cycle"))}) WHERE s.carrier = '{cycle}'
        """,
    )


def _tell(engine: Engine) -> None:
    timed = "CASE WHEN timing < 0 THEN 'credit ' WHEN known THEN 'carried ' ELSE 'unknown ' END"
    told = (
        ("'timing'", "cycle", "timing", timed),
        ("'timing'", "'given ' || cycle", "moved", "'given '"),
        ("other", "cycle", "rest", "CASE timing WHEN 0 THEN 'carried ' ELSE 'partly ' END"),
    )
    for kind, subject, impact, note in told:
        engine.append(
            FINDINGS,
            f"SELECT {kind} AS kind, leg, client, service, '' AS contract, currency, {subject} AS subject, grp, 0 AS expected_quantity, "
            "quantity AS actual_quantity, unit_price AS expected_unit_price, unit_price AS actual_unit_price, 0 AS expected_amount, "
            f"amount AS actual_amount, CAST(sign * {impact} AS {NUMBER}) AS impact, {note} || cycle AS note FROM strays WHERE judged AND {impact} <> 0",
        )


def carried_elsewhere(engine: Engine, cycle: Cycle) -> None:
    """Turn what this cycle reports lacking, or too much, into timing as far as another cycle carries it."""
    engine.create(
        "elsewhere",
        f"SELECT s.*, CASE WHEN s.leg = 'promised_billed' THEN 1 ELSE -1 END AS sign FROM {SETTLED} s "
        f"WHERE s.cycle = '{cycle}' AND s.carrier <> '{cycle}' AND s.known AND s.proven AND (s.timing <> 0 OR s.moved <> 0)",
    )
    if not engine.value("SELECT COUNT(*) FROM elsewhere"):
        return
    for leg in SIDE:
        if engine.value(f"SELECT COUNT(*) FROM elsewhere WHERE leg = '{leg}'"):
            _use_up(engine, leg)
            _counterparts(engine, leg)


def _use_up(engine: Engine, leg: str) -> None:
    """Table `used_up`: by how much each of the leg's findings is explained; the findings and the bridge without it."""
    sign = SIGN[leg]
    engine.create(
        "used_up",
        f"""
        WITH wanted AS (SELECT client, service, currency, SUM(timing) AS amount FROM elsewhere WHERE leg = '{leg}' GROUP BY ALL),
        able AS (
            SELECT f.client, f.service, f.currency, f.grp, f.kind, f.subject, f.impact, w.amount, {_COMPONENT} AS component
            FROM {FINDINGS} f JOIN {SPLIT[leg]} p ON f.grp = p.grp AND f.leg = '{leg}'
            JOIN wanted w ON f.client = w.client AND f.service = w.service AND f.currency = w.currency
            WHERE SIGN({sign} * f.impact) = -SIGN(w.amount)
        ),
        ordered AS (
            SELECT *, COALESCE(SUM(ABS(impact)) OVER (PARTITION BY client, service, currency
                ORDER BY LIST_POSITION({list(_COMPONENTS)}, component), kind, grp, subject ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM able WHERE component IS NOT NULL
        )
        SELECT *, CAST(SIGN(impact) * LEAST(ABS(impact), GREATEST(ABS(amount) - before, 0)) AS {NUMBER}) AS used FROM ordered
        """,
    )
    engine.create(
        FINDINGS,
        f"SELECT f.* REPLACE (CAST(f.impact - COALESCE(u.used, 0) AS {NUMBER}) AS impact) FROM {FINDINGS} f LEFT JOIN used_up u "
        f"ON f.leg = '{leg}' AND f.grp = u.grp AND f.kind = u.kind AND f.subject = u.subject "
        "WHERE u.grp IS NULL OR f.impact <> u.used",
    )
    parts = ", ".join(f"CASE component WHEN '{name}' THEN {-sign} * used ELSE 0 END AS {name}" for name in _COMPONENTS)
    bridge(
        engine,
        leg,
        f"SELECT currency, client, 0 AS expected_total, 0 AS actual_total, {sign} * used AS timing, {parts} FROM used_up WHERE used <> 0",
    )


def _counterparts(engine: Engine, leg: str) -> None:
    """The timing rows of this cycle, one for each cycle that carries its amounts, and the credits that are judged here."""
    row = (
        f"'{leg}' AS leg, e.client, e.service, COALESCE(p.contract, '') AS contract, e.currency, p.grp, p.expected_quantity, p.actual_quantity, "
        "p.expected_price AS expected_unit_price, p.actual_price AS actual_unit_price, p.expected_amount, p.actual_amount"
    )
    source = (
        f"FROM elsewhere e LEFT JOIN used_up u ON e.client = u.client AND e.service = u.service AND e.currency = u.currency AND u.used <> 0 "
        f"JOIN {SPLIT[leg]} p ON e.client = p.client AND e.service = p.service AND e.currency = p.currency AND (u.grp IS NULL OR u.grp = p.grp) "
        f"WHERE e.leg = '{leg}' QUALIFY ROW_NUMBER() OVER (PARTITION BY e.client, e.service, e.currency, e.carrier ORDER BY p.grp) = 1"
    )
    engine.create("counterparts", f"SELECT {row}, e.carrier, e.timing, e.moved, e.sign {source}")
    later = "CASE WHEN timing > 0 THEN 'later ' ELSE 'credited ' END || carrier"
    for kind, subject, impact, note in (
        ("timing", "'in ' || carrier", "-sign * timing", later),
        ("timing", "'credited in ' || carrier", "-sign * moved", "'credited ' || carrier"),
        ("credit_unmatched", "carrier", "sign * moved", "'given ' || carrier"),
    ):
        engine.append(
            FINDINGS,
            f"SELECT '{kind}' AS kind, * EXCLUDE (carrier, timing, moved, sign), {subject} AS subject, CAST({impact} AS {NUMBER}) AS impact, "
            f"{note} AS note FROM counterparts WHERE {impact} <> 0",
        )
    bridge(
        engine,
        leg,
        "SELECT currency, client, 0 AS expected_total, 0 AS actual_total, -moved AS timing, moved AS missing FROM counterparts WHERE moved <> 0",
    )
