"""What is told apart from the legs' groups: unmapped money, taxes, terms, replaced documents, missing sources."""

from __future__ import annotations

from collections.abc import Sequence

from recon.discrepancies.findings import FINDINGS, LEG_LINES, bridge
from recon.engine import Engine, literal
from recon.money import NUMBER, money
from recon.period import Cycle
from recon.policy import Policy

LEG_OF_SIDE = {
    "delivered": "promised_delivered",
    "promised": "promised_billed",
    "billed": "promised_billed",
    "charged": "delivered_charged",
}
_EMPTY = ", ".join(
    f"CAST(NULL AS {NUMBER}) AS {name}"
    for name in ("expected_quantity", "actual_quantity", "expected_unit_price", "actual_unit_price")
)
_LEG = "CASE side " + " ".join(f"WHEN '{side}' THEN '{leg}'" for side, leg in LEG_OF_SIDE.items()) + " END"


def unmapped(engine: Engine, due: Sequence[str], home_currency: str) -> None:
    """One finding for each unmapped account, for each client's unmapped item, for each item charged to nobody.

    Their money is in no leg's groups; it enters the bridge as `unmapped`. `due` are the legs that are compared.
    """
    _unmapped_groups(engine, home_currency)
    wanted = f"leg IN ({', '.join(literal(leg) for leg in due) or 'NULL'})"
    subject = "source || ' ' || CASE WHEN name IN ('', key) THEN key ELSE name || ' (' || key || ')' END"
    grp = "kind || ' ' || source || chr(31) || client || chr(31) || key || chr(31) || currency"
    engine.append(
        FINDINGS,
        f"SELECT kind, leg, client, '' AS service, '' AS contract, currency, {subject} AS subject, {grp} AS grp, {_EMPTY}, "
        "CASE WHEN leg = 'promised_billed' THEN 0 END AS expected_amount, amount AS actual_amount, "
        f"CAST(CASE side WHEN 'charged' THEN -amount WHEN 'billed' THEN amount ELSE 0 END AS {NUMBER}) AS impact, "
        f"lines || CASE lines WHEN 1 THEN ' line' ELSE ' lines' END || CASE WHEN reason <> '' THEN '; ' || reason ELSE '' END AS note FROM unmapped_groups WHERE {wanted}",
    )
    engine.append(
        LEG_LINES,
        f"SELECT leg, {grp} AS grp, CASE WHEN side IN ('charged', 'billed') THEN 'actual' ELSE 'expected' END AS role, "
        f"UNNEST(STRING_SPLIT(line_ids, ' ')) AS entry, entry AS line_id FROM unmapped_groups WHERE {wanted}",
    )
    for leg in ("promised_billed", "delivered_charged"):
        if leg in due:
            bridge(
                engine,
                leg,
                "SELECT currency, client, 0 AS expected_total, amount AS actual_total, amount AS unmapped "
                f"FROM unmapped_groups WHERE leg = '{leg}' AND side IN ('charged', 'billed')",
            )


def _unmapped_groups(engine: Engine, home_currency: str) -> None:
    """Table `unmapped_groups`; what states no currency is in its client's, else in the home currency."""
    account, item = "COALESCE(account, account_name, '')", "COALESCE(item, item_name, '')"
    engine.create(
        "unmapped_groups",
        f"""
        SELECT {_LEG} AS leg, CASE mapping WHEN 'unattributed' THEN 'unattributed_charge' ELSE mapping END AS kind,
            side, source, COALESCE(client, '') AS client,
            COALESCE(currency, (SELECT c.currency FROM clients c WHERE c.client = m.client), {literal(home_currency)}) AS currency,
            CASE mapping WHEN 'unmapped_account' THEN {account} ELSE {item} END AS key,
            COALESCE(MIN(CASE mapping WHEN 'unmapped_account' THEN account_name ELSE item_name END), '') AS name,
            COALESCE(SUM(COALESCE(amount, {money("quantity * unit_price")})), 0) AS amount, SUM(quantity) AS quantity, COUNT(*) AS lines, MIN(mapping_reason) AS reason,
            STRING_AGG(line_id, ' ' ORDER BY line_id) AS line_ids
        FROM mapped_lines m WHERE mapping IN ('unmapped_account', 'unmapped_service', 'unattributed') AND charge_kind <> 'tax'
        GROUP BY ALL
        """,
    )


def taxes(engine: Engine, due: Sequence[str], policy: Policy) -> None:
    """One finding for each billed document whose tax isn't the client's rate on its amount; replaced ones don't count.

    The tax stands in a column of the lines, or in lines of its own.
    """
    engine.create(
        "tax_documents",
        f"""
        WITH lines AS (
            SELECT *, COALESCE(amount, {money("quantity * unit_price")}, 0) AS worth, charge_kind = 'tax' AS taxes,
                BOOL_OR(taxes) OVER (PARTITION BY source, client, document, currency) AS told
            FROM mapped_lines WHERE side = 'billed' AND document IS NOT NULL
                AND (mapping IN ('mapped', 'automatic') OR (charge_kind = 'tax' AND client IS NOT NULL))
        )
        SELECT m.client, m.document, m.currency, MIN(m.source) AS source, MIN(c.tax_rate) AS rate,
            SUM(CASE WHEN m.taxes THEN m.worth ELSE COALESCE(m.tax, 0) END) AS tax,
            {money("COALESCE(SUM(m.worth) FILTER (NOT m.taxes), 0) * MIN(c.tax_rate)")} AS due,
            'tax ' || m.client || chr(31) || m.document || chr(31) || m.currency AS grp,
            STRING_AGG(m.line_id, ' ' ORDER BY m.line_id) AS line_ids
        FROM lines m JOIN clients c ON m.client = c.client AND c.tax_rate IS NOT NULL
            ANTI JOIN replacements r ON m.source = r.source AND m.document = r.document
        WHERE (m.told OR m.tax IS NOT NULL) AND {"promised_billed" in due}
        GROUP BY m.client, m.document, m.currency
        """,
    )
    engine.append(
        FINDINGS,
        f"SELECT 'tax' AS kind, 'promised_billed' AS leg, client, '' AS service, document AS contract, currency, "
        f"'' AS subject, grp, {_EMPTY}, due AS expected_amount, tax AS actual_amount, tax - due AS impact, "
        f"CAST(rate AS VARCHAR) AS note FROM tax_documents WHERE ABS(tax - due) > {policy.sql('tolerance', places=('client', 'source'))}",
    )


_LAST_DAY = "CAST(CAST({} - INTERVAL 1 DAY AS DATE) AS VARCHAR)"


def terms(engine: Engine, cycle: Cycle) -> None:
    """One finding for each client and service whose agreement ends before the vendor's commitment, and for each
    contract whose lines should end together and don't."""
    _short_agreements(engine, cycle)
    _apart_in_time(engine, cycle)


def _apart_in_time(engine: Engine, cycle: Cycle) -> None:
    """Table `apart_in_time`: contracts with lines that run on after the cycle and end on different days.

    What ends within the cycle is being renewed, and a vendor's commitment of a month is none.
    """
    leg = "CASE side WHEN 'promised' THEN 'promised_delivered' ELSE 'delivered_charged' END"
    engine.create(
        "apart_in_time",
        f"""
        SELECT {leg} AS leg, client, currency, contract, 'terms ' || side || ' ' || source || chr(31) || contract AS grp,
            {_LAST_DAY.format("MIN(commitment_end)")} AS first, {_LAST_DAY.format("MAX(commitment_end)")} AS last,
            CASE WHEN MIN(service) = MAX(service) THEN MIN(service) ELSE '' END AS service,
            STRING_AGG(line_id, ' ' ORDER BY line_id) AS line_ids
        FROM scoped_lines WHERE side IN ('promised', 'charged') AND contract IS NOT NULL AND commitment_end > DATE '{cycle.end}'
            AND COALESCE(period_start < DATE '{cycle.end}', TRUE) AND COALESCE(period_end > DATE '{cycle.start}', TRUE)
            AND NOT credit AND replaced_by IS NULL AND netted IS NULL
            AND (side = 'promised' OR DATE_DIFF('day', COALESCE(period_start, DATE '{cycle.start}'), commitment_end) > 31)
        GROUP BY side, source, client, currency, contract HAVING MIN(commitment_end) < MAX(commitment_end)
        """,
    )
    engine.append(
        FINDINGS,
        f"SELECT 'term_mismatch' AS kind, leg, client, service, contract, currency, 'together' AS subject, grp, {_EMPTY}, "
        f"CAST(NULL AS {NUMBER}) AS expected_amount, CAST(NULL AS {NUMBER}) AS actual_amount, 0 AS impact, "
        "'together ' || first || ' and ' || last AS note FROM apart_in_time",
    )


def _short_agreements(engine: Engine, cycle: Cycle) -> None:
    engine.append(
        FINDINGS,
        f"""
        SELECT 'term_mismatch' AS kind, 'promised_delivered' AS leg, a.client, a.service, a.contract, a.currency, '' AS subject,
            a.client || chr(31) || a.service AS grp, {_EMPTY}, CAST(NULL AS {NUMBER}) AS expected_amount,
            CAST(NULL AS {NUMBER}) AS actual_amount, 0 AS impact,
            {_LAST_DAY.format("a.commitment_end")} || ' and the vendor''s commitment on ' || {_LAST_DAY.format("MAX(c.commitment_end)")} AS note
        FROM agreed a JOIN scoped_lines c ON a.client = c.client AND a.service = c.service AND c.side = 'charged'
            AND NOT c.stray AND c.replaced_by IS NULL
        WHERE a.commitment_end IS NOT NULL AND c.commitment_end > a.commitment_end
            AND DATE_DIFF('day', COALESCE(c.period_start, DATE '{cycle.start}'), c.commitment_end) > 31
        GROUP BY a.client, a.service, a.contract, a.currency, a.commitment_end
        """,
    )


def replaced(engine: Engine, due: Sequence[str]) -> None:
    """One finding for each document that a later one replaced; the first one's lines are in no comparison."""
    engine.create(
        "replaced_documents",
        f"SELECT {_LEG} AS leg, client, document, currency, MIN(replaced_by) AS replaced_by, SUM(amount) AS amount, "
        "'replaced ' || source || chr(31) || document AS grp, STRING_AGG(line_id, ' ' ORDER BY line_id) AS line_ids "
        "FROM scoped_lines WHERE replaced_by IS NOT NULL GROUP BY ALL",
    )
    wanted = f"leg IN ({', '.join(literal(leg) for leg in due) or 'NULL'})"
    engine.append(
        FINDINGS,
        f"SELECT 'invoice_reissued' AS kind, leg, client, '' AS service, document AS contract, currency, '' AS subject, "
        f"grp, {_EMPTY}, CAST(NULL AS {NUMBER}) AS expected_amount, amount AS actual_amount, 0 AS impact, replaced_by AS note "
        f"FROM replaced_documents WHERE {wanted}",
    )
    engine.append(
        LEG_LINES,
        "SELECT leg, grp, 'actual' AS role, UNNEST(STRING_SPLIT(line_ids, ' ')) AS entry, entry AS line_id "
        f"FROM replaced_documents WHERE {wanted}",
    )


def netted(engine: Engine, due: Sequence[str]) -> None:
    """Lines of charges that were taken back whole, and table `netted_matches`: each with what takes it back."""
    legs = f"{_LEG} IN ({', '.join(literal(leg) for leg in due) or 'NULL'})"
    engine.append(
        LEG_LINES,
        f"SELECT {_LEG} AS leg, 'netted ' || netted AS grp, 'actual' AS role, line_id AS entry, line_id "
        f"FROM scoped_lines WHERE netted IS NOT NULL AND NOT stray AND {legs}",
    )
    size = "CAST(CAST(MAX(amount) AS DECIMAL(38,2)) AS VARCHAR)"
    nothing = ", ".join(
        f"CAST(0 AS {NUMBER}) AS {name}"
        for name in ("expected_quantity", "actual_quantity", "expected_amount", "actual_amount", "difference")
    )
    engine.create(
        "netted_matches",
        f"SELECT SUBSTR(SHA256({_LEG} || chr(31) || 'netted' || chr(31) || netted), 1, 16) AS match_id, {_LEG} AS leg, "
        f"'reversal' AS rule, client, service, COALESCE(MIN(contract), '') AS contract, currency, {nothing}, 'matched' AS status, "
        f"'a charge of ' || {size} || ' and what takes it back: they net to nothing' AS explanation, "
        "STRING_AGG(line_id, ' ' ORDER BY amount DESC, line_id) AS lines "
        f"FROM scoped_lines WHERE netted IS NOT NULL AND NOT stray AND {legs} GROUP BY side, netted, client, service, currency",
    )


def stale(engine: Engine, missing: Sequence[tuple[str, str]], due: Sequence[str], home_currency: str) -> None:
    """One finding for each required source without a file."""
    for source, side in missing:
        leg = LEG_OF_SIDE.get(side, "promised_delivered")
        if leg in due:
            engine.append(
                FINDINGS,
                f"SELECT 'stale_source' AS kind, '{leg}' AS leg, '' AS client, '' AS service, '' AS contract, "
                f"{literal(home_currency)} AS currency, "
                f"{literal(source)} AS subject, '' AS grp, {_EMPTY}, CAST(NULL AS {NUMBER}) AS expected_amount, "
                f"CAST(NULL AS {NUMBER}) AS actual_amount, 0 AS impact, '' AS note",
            )
