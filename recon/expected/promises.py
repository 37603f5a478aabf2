"""What the agreements promise: `promises`, what this cycle's invoices should bill, and `standing`, what is in force in it.

A line's amount = unit price × (quantity − included) × its share of the month (recon/expected/proration.py), rounded
once; a price in bands takes the place of unit price × quantity. Invoices in advance are for the month after the cycle;
a term that is paid ahead is due in the month in which it begins. Against usage counts what is in force in the cycle
itself: its quantity is what is active on the last day, and a price for longer than a month counts by the month.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.expected import proration, tiers
from recon.expected.terms import terms
from recon.money import NUMBER, money, quotient, share
from recon.period import Cycle
from recon.policy import Policy

PROMISES = "promises"
STANDING = "standing"


def promises(engine: Engine, cycle: Cycle, scoped: str, policy: Policy) -> str:
    """Tables PROMISES and STANDING, one row a promised line that is due, or active.

    Both have billable quantity, unit_price, num and den (the share), prorated, at_end, amount, and [starts, ends): for
    which days it is. Returns PROMISES.
    """
    terms(engine, scoped)
    tiers.bands(engine)
    _lines(engine, scoped, policy)
    start, following = f"DATE '{cycle.start}'", f"DATE '{cycle.next.start}'"
    engine.create(STANDING, _amounts(tiers.worth(engine, _in_force(start))))
    due = _due(f"CASE WHEN billing = 'advance' THEN {following} ELSE {start} END")
    usual = _is_usual(engine)
    engine.create(PROMISES, f"FROM {STANDING}" if usual else _amounts(tiers.worth(engine, due, billed=True)))
    engine.drop("promised_lines")
    return PROMISES


def _is_usual(engine: Engine) -> bool:
    """Whether every line is billed in arrears, by the month and its days: then what is due is what is in force."""
    rules = engine.rows("SELECT DISTINCT billing, proration, negative, ahead, months FROM promised_lines")
    return set(rules) <= {("arrears", "daily", True, False, 1)} and not tiers.are(engine, "price")


def _lines(engine: Engine, scoped: str, policy: Policy) -> None:
    """Table `promised_lines`: the scoped promises with the rules that hold for each.

    `ahead`: the whole term is paid at once. `months`: what the stated price is for; a term paid ahead that says neither
    when it starts nor when it ends has no month in which it is due, and is billed by the month.
    """
    dated = "COALESCE(s.period_start, s.commitment_end) IS NOT NULL"
    engine.create(
        "promised_lines",
        f"""
        SELECT s.line_id, s.source, s.client, s.service, s.currency, s.contract, s.contract_name, s.period_start,
            s.period_end, s.commitment_end, s.quantity, COALESCE(s.included, 0) AS included, s.minimum,
            s.unit_price AS stated_price, s.quantity - COALESCE(s.included, 0) AS billable,
            COALESCE(t.term, 'monthly') AS term, COALESCE(t.months, 1) AS months,
            COALESCE(t.ahead, FALSE) AND {dated} AS ahead,
            {policy.sql("proration", "s")} AS proration, {policy.sql("negative_proration", "s")} AS negative,
            {policy.sql("billing", "s")} AS billing,
            CASE WHEN t.term = 'annual_monthly' THEN {policy.sql("monthly_uplift", "s")} ELSE 0 END AS uplift,
            CASE WHEN uplift = 0 THEN s.unit_price
                 ELSE CAST(s.unit_price * CAST(1 + uplift AS DECIMAL(10,8)) AS {NUMBER}) END AS price
        FROM {scoped} s LEFT JOIN billing_terms t ON s.billing_term = t.billing_term
        WHERE s.side = 'promised'
        """,
    )


_KEPT = (
    "line_id, source, client, service, currency, contract, contract_name, period_start, commitment_end, quantity, "
    "included, minimum, carried, before_days, month_days, stated_price, term, months, ahead, proration, negative, billing, uplift, banded"
)
_WHOLE = "num = den"


def _in_force(starts: str) -> str:
    """SQL: the lines that are active in the month, worth one month each, with their share of it."""
    num, den = proration.of_month()
    return f"""
        SELECT * REPLACE (CASE WHEN ahead THEN stated_price ELSE price END AS price), {num} AS num, {den} AS den,
            months AS per, billed AS days, COALESCE(period_end >= me, TRUE) AS at_end, first AS starts, until AS ends
        FROM ({proration.months("promised_lines", starts)}) WHERE active
    """


def _due(starts: str) -> str:
    """SQL: the lines that the month's invoices should bill, with their share of it or of their term."""
    (num, den), (whole, term) = proration.due(), proration.ahead()
    return f"""
        WITH shared AS (
            SELECT *, CASE WHEN ahead THEN {whole} ELSE {num} END AS num, CASE WHEN ahead THEN {term} ELSE {den} END AS den
            FROM ({proration.months("promised_lines", starts)}) WHERE active OR (proration = 'next_cycle' AND carried > 0)
        )
        SELECT * REPLACE (CASE WHEN (ahead OR proration = 'next_cycle') AND num = 0 THEN 0 ELSE billable END AS billable),
            CASE WHEN ahead THEN 1 ELSE months END AS per, billed AS days,
            COALESCE(period_end >= me, TRUE) OR {_WHOLE} AS at_end,
            CASE WHEN carried > 0 AND proration = 'next_cycle' THEN period_start ELSE first END AS starts,
            CASE WHEN active THEN until ELSE ms END AS ends
        FROM shared
    """


def _amounts(worth: str) -> str:
    """SQL: the lines of the query `worth` with their amounts. `per`: for how many months the price is that is billed by the month."""
    monthly = f"CASE WHEN per = 1 THEN unit_price ELSE {quotient('unit_price', 'per')} END"
    return f"""
        SELECT {_KEPT}, billable, {monthly} AS unit_price, num, den, per, days, at_end, NOT ({_WHOLE}) AS prorated, starts, ends,
            CASE WHEN {_WHOLE} AND per = 1 THEN {money("worth")} ELSE {share("worth", "num", "(den * per)")} END AS amount
        FROM ({worth})
    """


def agreed(engine: Engine) -> str:
    """Table `agreed`: per client and service what its promises in force say together.

    The agreement price is that of the latest effective line, of several then the highest. The contract is named
    where there is just one.
    """
    latest = "ORDER BY period_start DESC NULLS LAST, unit_price DESC, line_id"
    return engine.create(
        "agreed",
        f"""
        WITH ranked AS (
            SELECT *, FIRST_VALUE(unit_price) OVER (PARTITION BY client, service {latest}) AS price,
                FIRST_VALUE(currency) OVER (PARTITION BY client, service {latest}) AS latest_currency
            FROM {STANDING}
        )
        SELECT client, service, MIN(latest_currency) AS currency, MIN(price) AS price,
            COALESCE(SUM(billable) FILTER (at_end), 0) AS billable, COALESCE(SUM(quantity) FILTER (at_end), 0) AS quantity,
            COALESCE(SUM(included) FILTER (at_end), 0) AS included, MAX(minimum) AS minimum, SUM(amount) AS amount,
            CASE WHEN MIN(contract) = MAX(contract) THEN MIN(contract) ELSE '' END AS contract,
            MIN(commitment_end) AS commitment_end
        FROM ranked GROUP BY client, service
        """,
    )
