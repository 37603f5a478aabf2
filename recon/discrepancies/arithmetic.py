"""How a discrepancy's group adds up, with its numbers: one line a step, from the two sides to the whole difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from recon.discrepancies.finish import Discrepancy
from recon.engine import Engine, literal
from recon.money import text

_SPLITS = {"promised_billed": "promised_billed_named", "delivered_charged": "delivered_charged_split"}
_PARTS = ("quantity", "price", "proration", "rounding", "missing", "duplicate")


def arithmetic(engine: Engine, one: Discrepancy) -> list[str]:
    """The steps. A kind that compares no quantities or prices has only its two amounts."""
    table = _SPLITS.get(one.leg, "")
    row = _row(engine, table, one.grp) if table and engine.has(table) else None
    if row:
        return list(_split(row))
    return list(_plain(one))


def _row(engine: Engine, table: str, grp: str) -> dict[str, Any] | None:
    found = engine.rows(f"SELECT * FROM {table} WHERE grp = {literal(grp)}")
    return dict(zip(engine.columns(table), found[0], strict=True)) if found else None


def _split(row: Mapping[str, Any]) -> Iterator[str]:
    for side in ("expected", "actual"):
        yield f"{side}: {_side(row[f'{side}_quantity'], row[f'{side}_price'], row[f'{side}_amount'])}"
    for name in _PARTS:
        if row[name]:
            yield f"{name}: {_part(name, row)}{signed(row[name])}"
    total = sum((row[name] for name in _PARTS), Decimal(0))
    yield f"together {signed(total)}, which is the whole difference {text(row['actual_amount'], 2)} − {text(row['expected_amount'], 2)}"


def _side(quantity: Decimal | None, price: Decimal | None, amount: Decimal) -> str:
    """A side in all. One price says how the amount comes about only where it does."""
    if quantity is None or price is None:
        return text(amount, 2)
    product = f"{text(quantity)} × {text(price, 2)}"
    return (
        f"{product} = {text(amount, 2)}"
        if quantity * price == amount
        else f"{text(quantity)} in all, {text(amount, 2)}"
    )


def _part(name: str, row: Mapping[str, Any]) -> str:
    price = row["agreed_price"]
    if name == "quantity":
        return f"({text(row['aq'])} − {text(row['eq'])}) × {text(price, 2)} = "
    if name == "price" and price is not None and not row["no_quantity"]:
        return f"{text(row['aa'] - row['proration'] - row['open_rounding'], 2)} for {text(row['aq'])} that come to {text(price, 2)} each = "
    if name == "duplicate":
        copies = row["copies"]
        return f"{copies} {'copy' if copies == 1 else 'copies'} of {text(row['duplicate'] / copies, 2)} = "
    return ""


def _plain(one: Discrepancy) -> Iterator[str]:
    expected, actual, price = one.expected_quantity, one.actual_quantity, one.expected_unit_price
    if expected is not None and actual is not None and price is not None:
        yield f"expected quantity {text(expected)}, actual quantity {text(actual)}"
        if abs((actual - expected) * price) == abs(one.impact):
            yield f"({text(actual)} − {text(expected)}) × {text(price, 2)} = {signed((actual - expected) * price)}"
    if one.expected_amount is not None and one.actual_amount is not None:
        difference = one.actual_amount - one.expected_amount
        yield f"{text(one.actual_amount, 2)} − {text(one.expected_amount, 2)} = {signed(difference)}"


def signed(amount: Decimal) -> str:
    """Money with its sign."""
    return f"+{text(amount, 2)}" if amount > 0 else text(amount, 2).replace("-", "−")
