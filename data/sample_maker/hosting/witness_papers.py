"""The arm's witness on invoices: promised against billed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..basics import ZERO, cents
from ..facts import Pair
from ..witness import Row
from .arm import Arm
from .catalog import BANDS, CLIENTS, tolerance
from .facts import Invoice, Line, Month
from .papers import late, standing
from .witness_late import carried, settled_elsewhere
from .worth import Due, due, step

_LEG = "promised_billed"
Owed = tuple[Line, Due]


def billed_rows(arm: Arm, month: Month, pair: Pair) -> Iterator[Row]:
    """Every discrepancy of a client's service on its invoices."""
    money = CLIENTS[pair.client].currency
    owed = [(line, found) for line in month.lines if line.pair == pair and (found := due(line, month.cycle))]
    bills = [one for one in standing(month.invoices) if one.pair == pair]
    yield from carried(arm, _LEG, pair, money, [one for one in month.billed(pair) if one.month], _above)
    lines = late([one.invoices for one in arm.months.values()], month.cycle.name)
    settled = list(settled_elsewhere(_LEG, pair, money, lines, _above(month, pair)))
    if settled:
        yield from settled
        return
    contracts = sorted({line.contract for line, _ in owed})
    if len(contracts) > 1 and not _agree(pair, owed, bills):
        for contract in contracts:
            mine = [one for one in owed if one[0].contract == contract]
            yield from _compared(pair, mine, [one for one in bills if one.contract == contract], money)
    else:
        yield from _compared(pair, owed, bills, money)


def _above(month: Month, pair: Pair) -> Decimal:
    """By how much the month's own invoices are above what is due."""
    owed = [found for line in month.lines if line.pair == pair and (found := due(line, month.cycle))]
    bills = [one for one in standing(month.invoices) if one.pair == pair]
    return _amount(bills) - sum((found.amount for found in owed), ZERO)


def _amount(lines: Sequence[Invoice]) -> Decimal:
    return sum((one.amount for one in lines), ZERO)


def _due(owed: Sequence[Owed]) -> Decimal:
    return sum((found.amount for _, found in owed), ZERO)


def _counts(owed: Sequence[Owed], bills: Sequence[Invoice]) -> tuple[Decimal, Decimal]:
    """Promised quantity, of what is live where anything is, and invoiced quantity; a credit takes away."""
    live = [found.quantity for _, found in owed if found.live] or [found.quantity for _, found in owed]
    billed = [-one.quantity if one.kind == "credit" else one.quantity for one in bills]
    return sum(live, ZERO), sum(billed, ZERO)


def _agree(pair: Pair, owed: Sequence[Owed], bills: Sequence[Invoice]) -> bool:
    promised, billed = _counts(owed, bills)
    return abs(_amount(bills) - _due(owed)) <= tolerance(pair.client) and promised == billed


def _compared(pair: Pair, owed: Sequence[Owed], bills: Sequence[Invoice], money: str) -> Iterator[Row]:
    wanted, there = _due(owed), _amount(bills)
    difference = there - wanted
    if not bills:
        if wanted:
            yield Row("not_invoiced", _LEG, *pair, -wanted, money)
        return
    if not owed:
        yield Row("invoiced_without_agreement", _LEG, *pair, there, money)
        return
    promised, billed = _counts(owed, bills)
    part = any(found.part for _, found in owed) or any(one.kind == "proration" for one in bills)
    if abs(difference) <= tolerance(pair.client) and (promised == billed or any(found.part for _, found in owed)):
        return
    if part and promised == billed:
        yield Row("proration_differs", _LEG, *pair, difference, money)
        return
    latest = max(owed, key=lambda one: (one[0].start, one[1].price))[1].price
    agreed = Decimal(latest.numerator) / Decimal(latest.denominator)
    count = step(pair.service, promised, billed, agreed)
    price = cents(sum((_priced(one) for one in bills), ZERO) - billed * agreed)
    if (pair.service, "price") in BANDS:
        price = difference - count
    if count:
        yield Row("invoice_quantity_differs", _LEG, *pair, count, money)
    if price:
        yield Row("price_differs", _LEG, *pair, price, money)
    rest = difference - count - price
    if abs(rest) > tolerance(pair.client):
        assert abs(rest) <= Decimal("0.01") * billed + Decimal("0.01"), pair
        yield Row("rounding", _LEG, *pair, rest, money)


def _priced(line: Invoice) -> Decimal:
    quantity = -line.quantity if line.kind == "credit" else line.quantity
    return line.amount if line.price is None else quantity * line.price
