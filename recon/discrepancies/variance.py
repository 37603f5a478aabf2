"""The exact split of a group's difference: every cent of actual − expected lands in one component.

    difference = quantity + price + proration + rounding + missing + duplicate      (fx, tax, timing, unmapped: elsewhere)

quantity = Δquantity × agreed price; price = (actual − agreed price) × actual quantity; proration takes what part
months leave over, rounding the rest. Both are rounded once, and the last component is what remains, so the sum is
exact by construction. Surplus copies and credits without original are taken out first. What a pass settled line by
line keeps its cents within tolerance: they are rounding, and no question.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.match.duplicates import surplus
from recon.match.passes import ALLOWED
from recon.money import NUMBER, money

COMPONENTS = ("quantity", "price", "proration", "fx", "tax", "rounding", "timing", "unmapped", "missing", "duplicate")
_SETTLED = "('contract', 'exact', 'window')"


def split(engine: Engine, leg: str, entries: str, matched: str) -> str:
    """Table `<leg>_split`: per group both sides' totals, the components, and what to name them by.

    `entries` has match.passes.ENTRY_COLUMNS; `matched` are the cascade's matches of them. Where an expected amount
    comes from price bands, what the quantity doesn't explain is the price. Amounts are in the group's currency;
    expected − actual signs are the caller's.
    """
    entries = _standing(engine, leg, entries, matched)
    left_open = engine.create(
        f"{leg}_open",
        f"SELECT e.* FROM {entries} e ANTI JOIN (SELECT entry FROM {matched} WHERE rule IN {_SETTLED}) m ON e.entry = m.entry",
    )
    copies = surplus(engine, leg, entries, left_open)
    engine.create(f"{leg}_groups", _totals(entries))
    engine.create(f"{leg}_left", _left(left_open, f"{leg}_groups", copies, matched))
    engine.create(f"{leg}_weighed", _weighed(f"{leg}_left"))
    return engine.create(f"{leg}_split", _components(f"{leg}_weighed"))


def _standing(engine: Engine, leg: str, entries: str, matched: str) -> str:
    """The entries without charges that a credit took back: they net to nothing, and nothing of them is told."""
    reversed_ = f"SELECT entry FROM {matched} WHERE rule = 'reversal'"
    if not engine.value(f"SELECT COUNT(*) FROM ({reversed_})"):
        return entries
    return engine.create(
        f"{leg}_standing", f"SELECT e.* FROM {entries} e ANTI JOIN ({reversed_}) m ON e.entry = m.entry"
    )


def _totals(entries: str) -> str:
    """Per group, everything: what the report shows of both sides."""
    latest = "PARTITION BY grp, role ORDER BY credit, since DESC NULLS LAST, unit_price DESC NULLS LAST, entry"
    return f"""
        WITH priced AS (SELECT *, FIRST_VALUE(unit_price) OVER ({latest}) AS price FROM {entries})
        SELECT grp, MIN(client) AS client, MIN(service) AS service, MIN(currency) AS currency,
            CASE WHEN MIN(contract) = MAX(contract) THEN MIN(contract) ELSE '' END AS contract,
            COUNT(*) FILTER (role = 'expected') AS expected_entries,
            COUNT(*) FILTER (role = 'actual' AND NOT credit) AS actual_entries,
            COALESCE(SUM(quantity) FILTER (role = 'expected' AND at_end), SUM(quantity) FILTER (role = 'expected')) AS expected_quantity,
            SUM(CASE WHEN credit THEN -ABS(quantity) ELSE quantity END) FILTER (role = 'actual') AS actual_quantity,
            MIN(price) FILTER (role = 'expected') AS expected_price, MIN(price) FILTER (role = 'actual') AS actual_price,
            COALESCE(SUM(amount) FILTER (role = 'expected'), 0) AS expected_amount,
            COALESCE(SUM(amount) FILTER (role = 'actual'), 0) AS actual_amount,
            {ALLOWED} AS allowed
        FROM priced GROUP BY grp
    """


def _left(open_entries: str, groups: str, copies: str, matched: str) -> str:
    """Per group, what no exact match settled, less surplus copies.

    The prices are those of what is left: what a settled line costs says nothing of the others. `priced` is Σ quantity ×
    unit price of the actual charges; a part-month line whose price is itself prorated has no comparable price and
    counts at the agreed one. `settled` is by how much settled lines differ within tolerance.
    """
    own_copy = f"COALESCE({_OWN_PRICE.format('s.')}, FALSE)"
    return f"""
        WITH o AS (
            {_open_sums(open_entries)}
        ),
        m AS (
            SELECT grp, SUM(CASE role WHEN 'actual' THEN amount ELSE -amount END) AS settled FROM {matched}
            WHERE rule = 'window' GROUP BY grp
        )
        SELECT g.* REPLACE (COALESCE(o.expected_price, g.expected_price) AS expected_price, COALESCE(o.actual_price, g.actual_price) AS actual_price),
            COALESCE(m.settled, 0) AS settled, COALESCE(o.several_prices, FALSE) AS several_prices,
            COALESCE(o.banded, FALSE) AS banded,
            COALESCE(o.n_expected, 0) AS n_expected, COALESCE(o.n_actual, 0) AS n_actual,
            COALESCE(o.n_credits, 0) AS n_credits, COALESCE(o.eq, 0) AS eq, COALESCE(o.ea, 0) AS ea,
            COALESCE(o.aq, 0) - COALESCE(s.copies * s.quantity, 0) AS aq,
            COALESCE(o.aa, 0) - COALESCE(s.copies * s.amount, 0) AS aa,
            COALESCE(o.priced, 0) - CASE WHEN {own_copy} THEN 0 ELSE COALESCE(CAST(s.copies * s.quantity * s.unit_price AS {NUMBER}), 0) END AS priced,
            COALESCE(o.unpriced, 0) - CASE WHEN {own_copy} THEN s.copies * s.quantity ELSE 0 END AS unpriced,
            COALESCE(o.cq, 0) AS cq, COALESCE(o.ca, 0) AS ca,
            COALESCE(o.e_prorated, FALSE) AS e_prorated, COALESCE(o.a_prorated, FALSE) AS a_prorated,
            COALESCE(o.no_quantity, FALSE) AS no_quantity,
            COALESCE(s.copies, 0) AS copies, CAST(COALESCE(s.copies * s.amount, 0) AS {NUMBER}) AS duplicate,
            COALESCE(o.expected_price, g.expected_price, g.actual_price) AS agreed_price
        FROM {groups} g LEFT JOIN o ON g.grp = o.grp LEFT JOIN {copies} s ON g.grp = s.grp LEFT JOIN m ON g.grp = m.grp
    """


# A part month whose price is itself prorated: quantity × unit price is the amount.
_OWN_PRICE = "{0}prorated AND ABS({0}amount - CAST({0}unit_price * {0}quantity AS DECIMAL(38,12))) <= 0.01 * ABS({0}quantity) + 0.01"


def _open_sums(open_entries: str) -> str:
    """Per group the sums over what is left open: e is expected, a charged, c credited; q quantities, a amounts."""
    own_line, charge = _OWN_PRICE.format(""), "role = 'actual' AND NOT credit"
    price = "(MAX({{'since': COALESCE(since, DATE '0001-01-01'), 'price': unit_price}}) FILTER ({0} AND unit_price IS NOT NULL)).price"
    return f"""
        SELECT grp, COUNT(*) FILTER (role = 'expected') AS n_expected, COUNT(*) FILTER ({charge}) AS n_actual,
            COUNT(*) FILTER (credit) AS n_credits,
            COALESCE(SUM(quantity) FILTER (role = 'expected' AND at_end), SUM(quantity) FILTER (role = 'expected'), 0) AS eq,
            COALESCE(SUM(amount) FILTER (role = 'expected'), 0) AS ea,
            COALESCE(SUM(quantity) FILTER ({charge}), 0) AS aq, COALESCE(SUM(amount) FILTER ({charge}), 0) AS aa,
            COALESCE(SUM(CAST(quantity * unit_price AS {NUMBER})) FILTER ({charge} AND NOT ({own_line})), 0) AS priced,
            COALESCE(SUM(quantity) FILTER ({charge} AND {own_line}), 0) AS unpriced,
            COALESCE(SUM(-ABS(quantity)) FILTER (credit), 0) AS cq, COALESCE(SUM(amount) FILTER (credit), 0) AS ca,
            COALESCE(BOOL_OR(prorated) FILTER (role = 'expected'), FALSE) AS e_prorated,
            COALESCE(BOOL_OR(prorated) FILTER (role = 'actual'), FALSE) AS a_prorated,
            COALESCE(BOOL_OR(quantity IS NULL OR (unit_price IS NULL AND role = 'actual')) FILTER (NOT credit), FALSE) AS no_quantity,
            COALESCE(MIN(unit_price) FILTER (role = 'expected') <> MAX(unit_price) FILTER (role = 'expected'), FALSE) AS several_prices,
            COALESCE(BOOL_OR(banded) FILTER (role = 'expected'), FALSE) AS banded,
            {price.format("role = 'expected'")} AS expected_price, {price.format(charge)} AS actual_price
        FROM {open_entries} GROUP BY grp
    """


def _weighed(left: str) -> str:
    """What the group's credits are: netted (they bring the charges to the promise), unmatched, or part of the quantity."""
    return f"""
        WITH judged AS (
            SELECT *, CASE
                WHEN n_credits = 0 THEN 'none'
                WHEN expected_entries = 0 AND actual_entries = 0 THEN 'unmatched'
                WHEN ABS(aa + ca - ea) <= allowed AND actual_entries > 0 THEN 'netted'
                WHEN ABS(aa - ea) <= allowed OR (aq = eq AND NOT no_quantity) OR actual_entries = 0 THEN 'unmatched'
                ELSE 'quantity' END AS credits
            FROM {left}
        )
        SELECT * EXCLUDE (aq, aa, priced, actual_quantity),
            CASE WHEN credits = 'unmatched' THEN actual_quantity - cq ELSE actual_quantity END AS actual_quantity,
            CASE WHEN credits = 'unmatched' THEN ca ELSE 0 END AS credit_left,
            aq + CASE WHEN credits = 'quantity' THEN cq ELSE 0 END AS aq,
            aa + CASE WHEN credits IN ('quantity', 'netted') THEN ca ELSE 0 END AS aa,
            priced + CASE WHEN credits = 'quantity' THEN ca ELSE 0 END AS priced
        FROM judged
    """


def _components(weighed: str) -> str:
    one_sided = "expected_entries = 0 OR actual_entries = 0"
    cleared = "ABS(aa - ea) <= allowed AND (aq = eq OR e_prorated OR no_quantity OR credits = 'netted')"
    quantity = f"CASE WHEN no_quantity THEN 0 ELSE {money('(aq - eq) * agreed_price')} END"
    whole_price = f"(aa - ea) - {quantity}"
    unit_price = money("priced + unpriced * agreed_price - aq * agreed_price")
    price = (
        f"CASE WHEN e_prorated AND (aq = eq OR no_quantity) THEN 0 "
        f"WHEN no_quantity OR banded OR (several_prices AND n_expected > 1) THEN {whole_price} ELSE {unit_price} END"
    )
    return f"""
        WITH raw AS (
            SELECT *, {one_sided} AS one_sided, ({cleared}) AS cleared, {quantity} AS q, {price} AS p FROM {weighed}
        ),
        parts AS (
            SELECT *, CAST(CASE WHEN one_sided OR cleared THEN 0 ELSE q END AS {NUMBER}) AS quantity,
                CAST(CASE WHEN one_sided OR cleared THEN 0 ELSE p END AS {NUMBER}) AS price,
                CAST(CASE WHEN one_sided THEN aa - ea ELSE 0 END + credit_left AS {NUMBER}) AS missing,
                CAST(CASE WHEN one_sided THEN 0 WHEN cleared THEN aa - ea ELSE aa - ea - q - p END AS {NUMBER}) AS rest
            FROM raw
        )
        SELECT * EXCLUDE (q, p, rest),
            CASE WHEN (e_prorated OR a_prorated) AND NOT cleared THEN rest ELSE CAST(0 AS {NUMBER}) END AS proration,
            CASE WHEN (e_prorated OR a_prorated) AND NOT cleared THEN CAST(0 AS {NUMBER}) ELSE rest END AS open_rounding,
            CAST(open_rounding + settled AS {NUMBER}) AS rounding,
            actual_amount - expected_amount AS difference
        FROM parts
    """
