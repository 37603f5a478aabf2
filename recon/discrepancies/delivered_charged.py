"""delivered_charged: vendor verification. Is the vendor's bill usage × agreed cost?

Where the vendor's own count proves the use (seats), quantities can't differ and only cost and copies are checked.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.discrepancies.variance import split
from recon.engine import Engine
from recon.expected import tiers
from recon.match.passes import cascade, in_use
from recon.money import NUMBER, money, quotient
from recon.policy import Policy

LEG = "delivered_charged"


def compare(engine: Engine, policy: Policy) -> tuple[str, str]:
    """Write the leg's findings, lines and bridge; returns the tables of matched entries and of the residual."""
    entries = _entries(engine, policy)
    matched, residual = cascade(engine, LEG, entries, in_use(policy.passes_off), policy.window_days)
    parts = split(engine, LEG, entries, matched)
    _find(engine, parts)
    bridge(
        engine,
        LEG,
        "SELECT currency, client, expected_amount AS expected_total, actual_amount AS actual_total, quantity, price, "
        f"proration, rounding, missing, duplicate FROM {parts}",
    )
    return matched, residual


def _entries(engine: Engine, policy: Policy) -> str:
    """Charged lines, and per client, service and currency one expected entry: what was used at the agreed cost."""
    engine.create(
        "charges",
        """
        SELECT c.*, u.usage, u.observed, c.client || chr(31) || c.service || chr(31) || c.currency AS grp
        FROM scoped_lines c JOIN service_usage u ON c.service = u.service
        WHERE c.side = 'charged' AND NOT c.stray AND c.replaced_by IS NULL AND c.netted IS NULL
        """,
    )
    _charge_groups(engine)
    used = "LEAST(u.quantity, k.counted) + GREATEST(u.quantity - k.counted_in_all, 0)"
    rest = "LEAST(k.counted, GREATEST(u.quantity - k.counted_before, 0))"
    engine.create(
        "justified",
        f"""
        SELECT k.grp, k.client, k.service, k.currency, k.minimum, k.nth, COALESCE(p.unit_cost, k.charged_price) AS unit_price,
            CASE WHEN k.usage <> 'delivered' OR NOT k.observed THEN k.counted WHEN u.quantity IS NULL THEN NULL
                 WHEN k.nth = 1 THEN {used} ELSE {rest} END AS quantity,
            CASE WHEN k.usage <> 'delivered' OR NOT k.observed THEN k.flat ELSE 0 END AS flat, k.counted, FALSE AS banded
        FROM charge_groups k LEFT JOIN used u ON k.client = u.client AND k.service = u.service
        LEFT JOIN prices p ON k.service = p.service AND k.currency = p.currency
        """,
    )
    _in_bands(engine)
    return _written(engine, policy)


def _in_bands(engine: Engine) -> None:
    """In table `justified` the costs in bands: the price is that of the step from what was used to what is charged."""
    if tiers.are(engine, "cost"):
        known = "j.service = b.service AND j.currency = b.currency AND j.client = b.client AND b.basis = 'cost'"
        price = tiers.price("j.quantity", "j.counted", "j", "cost")
        engine.create(
            "justified",
            f"SELECT j.* REPLACE (CASE WHEN b.client IS NULL THEN j.unit_price ELSE {price} END AS unit_price, "
            f"b.client IS NOT NULL AS banded) FROM justified j LEFT JOIN banded b ON {known}",
        )


def _charge_groups(engine: Engine) -> None:
    """Table `charge_groups`: per client, service and currency what the vendor counts, and what was used but not charged.

    Use has no currency: where a vendor charges in several, the client's own (nth = 1) comes first, and each of the
    others justifies what is left of the use, up to what it counts. `flat` is charged without a quantity. Where
    no cost was agreed the vendor's stands: its average where its lines differ.
    """
    charge = "NOT credit AND NOT copy"
    average = quotient(
        f"SUM(CAST(quantity * unit_price AS {NUMBER})) FILTER ({charge} AND charge_kind <> 'proration')",
        f"SUM(quantity) FILTER ({charge} AND charge_kind <> 'proration')",
    )
    one_price = "MIN(unit_price) FILTER (NOT credit) = MAX(unit_price) FILTER (NOT credit)"
    engine.create(
        "charge_groups",
        f"""
        WITH keys AS (
            SELECT grp, client, service, currency, MIN(usage) AS usage, BOOL_AND(observed) AS observed, MAX(minimum) AS minimum,
                COALESCE(SUM(quantity) FILTER ({charge}), 0) AS counted,
                COALESCE(SUM(amount) FILTER ({charge} AND quantity IS NULL), 0) AS flat,
                COALESCE(CASE WHEN {one_price} THEN NULL ELSE {average} END, MAX(unit_price) FILTER (NOT credit)) AS charged_price
            FROM charges GROUP BY grp, client, service, currency
            UNION ALL
            SELECT u.client || chr(31) || u.service || chr(31) || cl.currency, u.client, u.service, cl.currency, s.usage, TRUE, NULL, 0, 0, NULL
            FROM used u JOIN service_usage s ON u.service = s.service AND s.usage = 'delivered' AND s.charged
            JOIN clients cl ON u.client = cl.client
            ANTI JOIN charges c ON u.client = c.client AND u.service = c.service
        ),
        ranked AS (
            SELECT k.*, ROW_NUMBER() OVER (PARTITION BY k.client, k.service ORDER BY k.currency <> cl.currency, k.currency) AS nth
            FROM keys k JOIN clients cl ON k.client = cl.client
        )
        SELECT *, SUM(counted) OVER (PARTITION BY client, service) AS counted_in_all,
            SUM(counted) OVER (PARTITION BY client, service ORDER BY nth ROWS UNBOUNDED PRECEDING) - counted AS counted_before
        FROM ranked
        """,
    )


def _written(engine: Engine, policy: Policy) -> str:
    """The entries, and which lines stand behind them: an expected entry stands for all the usage lines of its group."""
    worth = money("quantity * unit_price")
    if tiers.are(engine, "cost"):
        worth = f"CASE WHEN j.banded THEN {money(tiers.amount('j.quantity', 'j', 'cost'))} ELSE {worth} END"
    entries = engine.create(
        f"{LEG}_entries",
        f"""
        SELECT 'used ' || grp AS entry, 'expected' AS role, grp, client, service, currency, CAST(NULL AS VARCHAR) AS contract, CAST(NULL AS VARCHAR) AS agreement,
            quantity, unit_price, COALESCE({worth}, 0) + flat AS amount, banded, CAST(NULL AS DATE) AS since, TRUE AS at_end,
            FALSE AS prorated, FALSE AS credit, CAST(NULL AS DATE) AS starts, CAST(NULL AS DATE) AS ends,
            {policy.sql_allowed(places=("client", "service"))}
        FROM justified j WHERE quantity IS NOT NULL
        UNION ALL BY NAME
        SELECT line_id AS entry, 'actual' AS role, grp, client, service, currency, contract, quantity, unit_price, amount,
            period_start AS since, TRUE AS at_end, charge_kind = 'proration' AS prorated, credit, FALSE AS banded,
            CAST(NULL AS VARCHAR) AS agreement, period_start AS starts, period_end AS ends, {policy.sql_allowed()}
        FROM charges
        """,
    )
    engine.append(
        LEG_LINES, f"SELECT '{LEG}' AS leg, grp, role, entry, entry AS line_id FROM {entries} WHERE role = 'actual'"
    )
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, j.grp, 'expected' AS role, 'used ' || j.grp AS entry, l.line_id "
        "FROM justified j JOIN usage_lines l ON j.client = l.client AND j.service = l.service "
        "JOIN service_usage s ON j.service = s.service AND s.usage = 'delivered' WHERE j.quantity IS NOT NULL AND j.nth = 1",
    )
    return entries


def _find(engine: Engine, parts: str) -> None:
    common = (
        f"'{LEG}' AS leg, s.client, s.service, s.contract, s.currency, '' AS subject, s.grp, expected_quantity, actual_quantity, "
        "expected_price AS expected_unit_price, actual_price AS actual_unit_price, expected_amount, actual_amount"
    )
    floor = "j.minimum IS NOT NULL AND aq = j.minimum AND aq > eq"
    uncleared = "ABS(open_rounding) > GREATEST(allowed, 0.01 * ABS(COALESCE(actual_quantity, 0)) + 0.01)"
    kinds = [
        ("vendor_charge_without_usage", "expected_entries = 0 AND actual_entries > 0", "-missing"),
        ("vendor_overcharge", "actual_entries = 0 AND ea <> 0", "ea"),
        ("commitment_floor", f"quantity <> 0 AND ({floor})", "-quantity"),
        ("vendor_overcharge", f"quantity <> 0 AND NOT COALESCE({floor}, FALSE)", "-quantity"),
        ("cost_changed", "price <> 0", "-price"),
        ("rounding", uncleared, "-open_rounding"),
        ("duplicate", "duplicate <> 0", "-duplicate"),
        ("credit_unmatched", "credit_left <> 0 AND (expected_entries > 0 OR actual_entries = 0)", "-credit_left"),
    ]
    for kind, condition, impact in kinds:
        note = "CAST(copies AS VARCHAR)" if kind == "duplicate" else "''"
        engine.append(
            FINDINGS,
            f"SELECT '{kind}' AS kind, {common}, CAST({impact} AS {NUMBER}) AS impact, {note} AS note "
            f"FROM {parts} s LEFT JOIN (SELECT grp, minimum FROM justified) j ON s.grp = j.grp WHERE {condition}",
        )
