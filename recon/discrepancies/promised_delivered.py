"""promised_delivered: what the agreements say against what was used.

Expected quantity = max(used − included, minimum); actual = the promised quantity on the cycle's last day, with what
promised bundles cover. Differences are valued at the agreement price.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine
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
    bridge(
        engine,
        LEG,
        "SELECT currency, client, amount - impact AS expected_total, amount AS actual_total, "
        "CASE WHEN kind IN ('unbilled', 'orphan_promise') THEN 0 ELSE impact END AS quantity, "
        "CASE WHEN kind IN ('unbilled', 'orphan_promise') THEN impact ELSE 0 END AS missing FROM usage_judged",
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
            COALESCE(a.minimum, s.minimum_quantity, 0) AS minimum,
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
        "FROM promises p JOIN service_usage s ON p.service = s.service WHERE s.usage <> 'none' AND s.observed",
    )


def _judge(engine: Engine, billed: bool) -> None:
    """Table `usage_judged`: the kind ('' where it agrees) and impact of each client and service.

    What is used without a promise but is on an invoice is told on the invoice's leg, not here again.
    """
    invoiced = "EXISTS (SELECT 1 FROM scoped_lines b WHERE b.side = 'billed' AND NOT b.stray AND b.client = c.client AND b.service = c.service)"
    known = invoiced if billed else "FALSE"
    value = "COALESCE(list_price, unit_cost, 0)"
    gap = "(actual_quantity - expected_quantity)"
    engine.create(
        "usage_judged",
        f"""
        WITH expected AS (
            SELECT c.*, {known} AS invoiced,
                CASE WHEN promised OR in_bundle THEN GREATEST(COALESCE(used, 0) - included, CASE WHEN promised THEN minimum ELSE 0 END)
                     ELSE COALESCE(used, 0) END AS expected_quantity
            FROM usage_compared c
        ),
        named AS (
            SELECT *, CASE
                WHEN NOT promised AND NOT in_bundle AND used > 0 AND NOT invoiced THEN 'unbilled'
                WHEN promised AND used IS NULL AND (actual_quantity <> 0 OR amount <> 0) THEN 'orphan_promise'
                WHEN NOT promised AND in_bundle AND {gap} <> 0 THEN 'bundle_component'
                WHEN promised AND {gap} < 0 THEN 'under_billed_quantity'
                WHEN promised AND {gap} > 0 THEN 'over_billed_quantity' ELSE '' END AS kind
            FROM expected
        )
        SELECT client, service, grp, currency, contract, kind, expected_quantity, actual_quantity, amount,
            CASE WHEN kind IN ('unbilled', 'bundle_component') THEN {value} ELSE price END AS price,
            CASE WHEN kind = 'bundle_component' THEN bundles
                 WHEN included > 0 THEN 'included' WHEN expected_quantity = minimum AND minimum > 0 THEN 'minimum' ELSE '' END AS note,
            CAST(CASE kind
                WHEN 'unbilled' THEN -{money(f"expected_quantity * {value}")}
                WHEN 'orphan_promise' THEN amount
                WHEN 'bundle_component' THEN LEAST({money(f"{gap} * {value}")}, 0)
                WHEN '' THEN 0 ELSE {money(f"{gap} * price")} END AS {NUMBER}) AS impact
        FROM named
        """,
    )
