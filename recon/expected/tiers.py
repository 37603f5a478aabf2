"""Prices in bands: what a quantity is worth where a service has bands for a client and currency (catalog/tiers.csv).

tiered: every unit at the price of its own band. volume: all units at the price of the band that the whole quantity
lies in. A band's flat fee is due once it is reached. A client's lines of a service share its bands: a later line's
units come on top of those that are active at the same time.
"""

from __future__ import annotations

from recon.engine import Engine
from recon.money import NUMBER, money, quotient

_KEY = "service, currency, client, basis"


def bands(engine: Engine) -> None:
    """Tables `bands` (a band of a client: [low, high) for volume, beyond `edge` up to `upper` for tiered) and `banded`.

    A client without bands of its own has those that name no client. `banded` has the keys: service, currency, client,
    basis.
    """
    engine.create(
        "bands",
        """
        WITH named AS (
            SELECT t.* REPLACE (c.client AS client), t.client = '' AS shared FROM tiers t
            JOIN clients c ON t.client IN (c.client, '')
        ),
        own AS (
            SELECT * FROM named n WHERE NOT shared OR NOT EXISTS (
                SELECT 1 FROM named o WHERE NOT o.shared AND o.service = n.service AND o.currency = n.currency
                    AND o.client = n.client AND o.basis = n.basis)
        ),
        edged AS (
            SELECT *, from_quantity - MIN(from_quantity) OVER (PARTITION BY service, currency, client, basis) AS edge,
                CASE WHEN from_quantity <= 1 THEN 0 ELSE from_quantity END AS low
            FROM own
        )
        SELECT service, currency, client, basis, mode, unit_price, flat_fee, edge, low,
            LEAD(edge) OVER ordered AS upper, LEAD(low) OVER ordered AS high
        FROM edged WINDOW ordered AS (PARTITION BY service, currency, client, basis ORDER BY edge)
        """,
    )
    engine.create("banded", f"SELECT DISTINCT {_KEY} FROM bands")


def are(engine: Engine, basis: str) -> bool:
    """Whether anything has bands of the basis: where nothing has, nobody needs to look for them."""
    return bool(engine.value(f"SELECT COUNT(*) FROM banded WHERE basis = '{basis}'"))


def amount(quantity: str, of: str, basis: str) -> str:
    """SQL: what `quantity` is worth, not rounded, for the row `of` with client, service and currency that is banded."""
    size = f"ABS({quantity})"
    units = f"CASE b.mode WHEN 'tiered' THEN LEAST({size}, COALESCE(b.upper, {size})) - b.edge ELSE {size} END"
    reached = (
        f"CASE b.mode WHEN 'tiered' THEN {size} > b.edge "
        f"ELSE {size} > 0 AND {size} >= b.low AND COALESCE({size} < b.high, TRUE) END"
    )
    total = f"COALESCE(SUM(CAST(({units}) * b.unit_price AS {NUMBER}) + b.flat_fee), 0)"
    return (
        f"(SELECT CAST({total} * SIGN({quantity}) AS {NUMBER}) FROM bands b WHERE b.service = {of}.service "
        f"AND b.currency = {of}.currency AND b.client = {of}.client AND b.basis = '{basis}' AND {reached})"
    )


def price(one: str, other: str, of: str, basis: str) -> str:
    """SQL: the price at which the step from quantity `one` to `other` is worth what the bands say; their average where none."""
    step = quotient(
        f"({money(amount(other, of, basis))} - {money(amount(one, of, basis))})", f"NULLIF({other} - {one}, 0)"
    )
    return f"COALESCE({step}, {quotient(money(amount(one, of, basis)), f'NULLIF({one}, 0)')})"


def worth(engine: Engine, shares: str, billed: bool = False) -> str:
    """SQL: the lines of the query `shares` with banded, unit_price and worth, what they come to as a whole month or term.

    `shares` are promised lines with price, billable, starts, ends and at_end. In bands the unit price is that of the step
    from the promised to the `billed` quantity, so that what an invoice bills more or less is worth what the bands say.
    """
    if not are(engine, "price"):
        return f"SELECT *, FALSE AS banded, price AS unit_price, CAST(price AS {NUMBER}) * billable AS worth FROM ({shares})"
    _stack(engine, shares)
    actual = "COALESCE(i.quantity, g.total)" if billed else "g.total"
    own = f"{amount('g.below + g.billable', 'g', 'price')} - {amount('g.below', 'g', 'price')}"
    return f"""
        SELECT g.* EXCLUDE (below, total), CASE WHEN g.banded THEN {price("g.total", actual, "g", "price")} ELSE g.price END AS unit_price,
            CASE WHEN g.banded THEN CAST({own} AS {NUMBER}) * CAST(1 AS {NUMBER}) ELSE CAST(g.price AS {NUMBER}) * g.billable END AS worth
        FROM stacked g LEFT JOIN (
            SELECT client, service, currency, SUM(quantity) AS quantity FROM scoped_lines
            WHERE side = 'billed' AND NOT stray AND NOT credit AND replaced_by IS NULL AND netted IS NULL GROUP BY ALL
        ) i ON g.client = i.client AND g.service = i.service AND g.currency = i.currency
    """


def _stack(engine: Engine, shares: str) -> None:
    """Table `stacked`: with banded, and for those `below` (units of earlier lines active meanwhile) and `total`."""
    same = "o.client = s.client AND o.service = s.service AND o.currency = s.currency"
    order = "(COALESCE({0}.period_start, DATE '0001-01-01'), {0}.line_id)"
    before = f"{order.format('o')} < {order.format('s')} AND o.starts < s.ends AND o.ends > s.starts"
    engine.create(
        "banded_lines",
        f"SELECT l.*, b.client IS NOT NULL AS banded FROM ({shares}) l LEFT JOIN banded b ON l.client = b.client "
        "AND l.service = b.service AND l.currency = b.currency AND b.basis = 'price'",
    )
    engine.create(
        "stacked",
        f"""
        WITH below AS (
            SELECT s.line_id, COALESCE(SUM(o.billable) FILTER ({before}), 0) AS below,
                COALESCE(SUM(o.billable) FILTER (o.at_end), SUM(o.billable)) AS total
            FROM banded_lines s JOIN banded_lines o ON {same} WHERE s.banded GROUP BY s.line_id
        )
        SELECT s.*, COALESCE(n.below, 0) AS below, COALESCE(n.total, 0) AS total
        FROM banded_lines s LEFT JOIN below n ON s.line_id = n.line_id
        """,
    )
    engine.drop("banded_lines")
