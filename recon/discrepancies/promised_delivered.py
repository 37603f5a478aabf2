"""promised_delivered: what the agreements say against what was used.

Expected quantity = max(used − included, minimum); actual = the promised quantity on the cycle's last day, with what
promised bundles cover. Differences are valued at the agreement price; in bands they are worth what the bands say.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
from recon.expected import tiers
from recon.money import NUMBER, money

LEG = "promised_delivered"


def compare(engine: Engine, billed: bool) -> None:
    """Write the leg's findings, lines and bridge. `billed`: the billed side is there (post-bill)."""
    _coverage(engine)
    _quantities(engine)
    _lines(engine)
    _judge(engine, billed)
    engine.append(
        FINDINGS,
        f"SELECT kind, '{LEG}' AS leg, client, service, contract, currency, '' AS subject, grp, expected_quantity, "
        "actual_quantity, price AS expected_unit_price, price AS actual_unit_price, amount - impact AS expected_amount, "
        f"amount AS actual_amount, impact, note FROM usage_judged WHERE kind <> ''",
    )
    _members(engine)
    bridge(
        engine,
        LEG,
        "SELECT currency, client, amount - impact AS expected_total, amount AS actual_total, "
        "CASE WHEN kind IN ('unbilled', 'orphan_promise') THEN 0 ELSE impact END AS quantity, "
        "CASE WHEN kind IN ('unbilled', 'orphan_promise') THEN impact ELSE 0 END AS missing FROM usage_judged",
    )


def _members(engine: Engine) -> None:
    """A finding without impact for each member who counts at several clients and has no home client."""
    numbers = ("expected_unit_price", "actual_unit_price", "expected_amount", "actual_amount")
    empty = ", ".join(f"CAST(NULL AS {NUMBER}) AS {name}" for name in numbers)
    engine.append(
        FINDINGS,
        f"""
        SELECT 'duplicate' AS kind, '{LEG}' AS leg, s.clients[1] AS client, s.service, '' AS contract, MIN(h.currency) AS currency,
            s.member AS subject, s.grp, 1 AS expected_quantity, LEN(s.clients) AS actual_quantity, {empty}, 0 AS impact,
            'at ' || STRING_AGG(c.name, ' and ' ORDER BY c.client) AS note
        FROM shared_members s JOIN clients c ON LIST_CONTAINS(s.clients, c.client) JOIN clients h ON h.client = s.clients[1]
        GROUP BY s.clients, s.service, s.member, s.grp
        """,
    )


def _coverage(engine: Engine) -> None:
    """Table `covered`: per client and component, the quantity that promised bundles cover, and the bundles' names."""
    engine.create(
        "covered",
        f"SELECT a.client, b.component AS service, CAST(SUM(a.billable * b.units) AS {NUMBER}) AS quantity, "
        "STRING_AGG(DISTINCT a.service, ', ' ORDER BY a.service) AS bundles, MIN(a.currency) AS currency, "
        "CASE WHEN COUNT(DISTINCT a.contract) = 1 THEN MIN(a.contract) ELSE '' END AS contract "
        "FROM agreed a JOIN bundles b ON a.service = b.bundle GROUP BY a.client, b.component",
    )


def _quantities(engine: Engine) -> None:
    """Table `usage_compared`: per client and service, both quantities; NULL `used` where no usage line is there."""
    engine.create(
        "usage_compared",
        """
        WITH keys AS (
            SELECT client, service FROM agreed UNION SELECT client, service FROM covered
            UNION SELECT client, service FROM used
        )
        SELECT k.client, k.service, k.client || chr(31) || k.service AS grp, u.quantity AS used,
            a.client IS NOT NULL AS promised, c.client IS NOT NULL AS in_bundle, COALESCE(c.bundles, '') AS bundles,
            COALESCE(a.currency, c.currency, cl.currency) AS currency, COALESCE(a.contract, c.contract, '') AS contract,
            a.price, COALESCE(a.amount, 0) AS amount, COALESCE(a.included, 0) AS included,
            COALESCE(a.minimum, s.minimum_quantity, 0) AS minimum, a.minimum IS NOT NULL AS own_minimum,
            u.counted, u.commitment, u.basis,
            COALESCE(a.billable, 0) + COALESCE(c.quantity, 0) AS actual_quantity,
            p.list_price, p.unit_cost, s.usage
        FROM keys k JOIN service_usage s ON k.service = s.service AND s.usage <> 'none' AND s.observed
        LEFT JOIN agreed a ON k.client = a.client AND k.service = a.service
        LEFT JOIN covered c ON k.client = c.client AND k.service = c.service
        LEFT JOIN used u ON k.client = u.client AND k.service = u.service
        LEFT JOIN clients cl ON k.client = cl.client
        LEFT JOIN prices p ON k.service = p.service AND p.currency = COALESCE(a.currency, c.currency, cl.currency)
        """,
    )


def _lines(engine: Engine) -> None:
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, client || chr(31) || service AS grp, 'expected' AS role, line_id AS entry, line_id FROM usage_lines",
    )
    engine.append(
        LEG_LINES,
        f"SELECT '{LEG}' AS leg, p.client || chr(31) || p.service AS grp, 'actual' AS role, p.line_id AS entry, p.line_id "
        "FROM standing p JOIN service_usage s ON p.service = s.service WHERE s.usage <> 'none' AND s.observed",
    )


def _judge(engine: Engine, billed: bool) -> None:
    """Table `usage_judged`: the kind ('' where it agrees) and impact of each client and service.

    What is used without a promise but is on an invoice is told on the invoice's leg, not here again.
    """
    _name(engine, billed)
    _value(engine)
    engine.create(
        "usage_judged",
        f"""
        SELECT *, CASE
                WHEN kind = 'bundle_component' THEN bundles
                WHEN promised AND minimum > COALESCE(used, 0) - included THEN CASE WHEN own_minimum THEN 'own minimum' ELSE 'minimum' END
                WHEN commitment = used THEN 'commitment' WHEN included > 0 THEN 'included' ELSE '' END AS note,
            CAST(CASE kind
                WHEN '' THEN 0 WHEN 'orphan_promise' THEN amount
                WHEN 'bundle_component' THEN LEAST(step, 0) ELSE step END AS {NUMBER}) AS impact
        FROM usage_valued
        """,
    )


def _name(engine: Engine, billed: bool) -> None:
    """Table `usage_named`: expected quantity, kind, and the price of a difference."""
    invoiced = (
        "EXISTS (SELECT 1 FROM scoped_lines b WHERE b.side = 'billed' AND NOT b.stray AND b.netted IS NULL "
        "AND b.client = c.client AND b.service = c.service)"
    )
    engine.create(
        "usage_named",
        f"""
        WITH expected AS (
            SELECT c.* EXCLUDE (price), {invoiced if billed else "FALSE"} AS invoiced, price AS agreed_price,
                CASE WHEN promised OR in_bundle THEN GREATEST(COALESCE(used, 0) - included, CASE WHEN promised THEN minimum ELSE 0 END)
                     ELSE COALESCE(used, 0) END AS expected_quantity,
                actual_quantity - expected_quantity AS gap
            FROM usage_compared c
        )
        SELECT *, CASE
                WHEN NOT promised AND NOT in_bundle AND used > 0 AND NOT invoiced THEN 'unbilled'
                WHEN promised AND used IS NULL AND (actual_quantity <> 0 OR amount <> 0) THEN 'orphan_promise'
                WHEN NOT promised AND in_bundle AND gap <> 0 THEN 'bundle_component'
                WHEN promised AND gap < 0 THEN 'under_billed_quantity'
                WHEN promised AND gap > 0 THEN 'over_billed_quantity' ELSE '' END AS kind,
            CASE WHEN kind IN ('unbilled', 'bundle_component') THEN COALESCE(list_price, unit_cost, 0) ELSE agreed_price END AS price
        FROM expected
        """,
    )


def _value(engine: Engine) -> None:
    """Table `usage_valued`: with `step`, what the gap is worth; in bands from the one quantity to the other."""
    if not tiers.are(engine, "price"):
        engine.create("usage_valued", f"SELECT *, {money('gap * price')} AS step FROM usage_named")
        return
    banded = "b.client IS NOT NULL AND n.kind <> 'orphan_promise'"
    price = tiers.price("n.expected_quantity", "n.actual_quantity", "n", "price")
    worth = {name: money(tiers.amount(f"n.{name}_quantity", "n", "price")) for name in ("expected", "actual")}
    engine.create(
        "usage_valued",
        f"""
        SELECT n.* REPLACE (CASE WHEN {banded} THEN {price} ELSE n.price END AS price),
            CASE WHEN {banded} THEN {worth["actual"]} - {worth["expected"]} ELSE {money("n.gap * n.price")} END AS step
        FROM usage_named n LEFT JOIN banded b ON n.client = b.client AND n.service = b.service AND n.currency = b.currency
            AND b.basis = 'price'
        """,
    )
