"""The witness's leg toward the clients: promised against billed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from .basics import CYCLES, ZERO, cents
from .facts import Bill, Facts, Pair, Promise
from .world import World

Found = tuple[str, str, str, str, Decimal, str]  # kind, leg, client, service, impact, currency
_LEG = "promised_billed"


def billed_rows(world: World, facts: Facts) -> Iterator[Found]:
    """Every discrepancy of the leg, by service where invoices name one, else by agreement."""
    pairs = {Pair(p.client, p.service) for p in facts.promises if p.client and p.service}
    pairs |= {Pair(b.client, b.service) for b in facts.bills if b.client and b.service}
    for pair in sorted(pairs):
        if world.clients[pair.client].currency == "USD":
            yield from _by_service(world, facts, pair)
    for key in sorted({(p.client, p.agreement) for p in facts.promises if p.client}):
        if world.clients[key[0]].currency == "CAD":
            yield from _by_agreement(world, facts, key)


def _sum(lines: list[Bill]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _by_service(world: World, facts: Facts, pair: Pair) -> Iterator[Found]:
    promises = facts.promised(pair)
    lines = [b for b in facts.billed(pair) if b.kind == "invoice"]
    credits = [b for b in facts.billed(pair) if b.kind == "credit"]
    due = sum((p.amount(facts.cycle) for p in promises), ZERO)
    for late in (b for b in facts.bills if (b.client, b.service) == pair and b.month):
        yield "timing", _LEG, *pair, late.amount, "USD"
    if promises and not lines:
        later = _billed_later(world, facts, pair)
        if later:
            yield "timing", _LEG, *pair, -_sum(later), "USD"
        elif due:
            yield "not_invoiced", _LEG, *pair, -due, "USD"
    elif lines and not promises:
        yield "invoiced_without_agreement", _LEG, *pair, _sum(lines + credits), "USD"
    elif lines and {p.currency for p in promises} != {line.currency for line in lines}:
        yield "currency", _LEG, *pair, ZERO, promises[0].currency
    elif lines:
        yield from _compared(facts, pair, promises, lines, credits, due)


def _billed_later(world: World, facts: Facts, pair: Pair) -> list[Bill]:
    after = [world.facts[c.name] for c in CYCLES if c.first >= facts.cycle.next]
    return [b for later in after for b in later.bills if (b.client, b.service) == pair and b.month == facts.cycle.name]


def _compared(
    facts: Facts, pair: Pair, promises: list[Promise], lines: list[Bill], credits: list[Bill], due: Decimal
) -> Iterator[Found]:
    """Both sides are there: duplicates, credits, then quantity, price and the rest."""
    live = [p for p in promises if p.active_on(facts.cycle.last)]
    promised = sum((p.net for p in live), ZERO)
    billed = sum((line.quantity for line in lines), ZERO)
    if credits:
        assert due in (_sum(lines), _sum(lines + credits)), f"{pair}: a credit that fits neither way"
        if _sum(lines) == due:
            yield "credit_unmatched", _LEG, *pair, _sum(credits), "USD"
        return
    if billed == promised and _sum(lines) == due:
        return
    for (count, _, amount), times in Counter((b.quantity, b.price, b.amount) for b in lines).items():
        if times > 1 and billed - (times - 1) * count == promised:
            yield "duplicate", _LEG, *pair, (times - 1) * amount, "USD"
            return
    if billed == promised and any(p.days(facts.cycle) < facts.cycle.days for p in promises):
        yield "proration_differs", _LEG, *pair, _sum(lines) - due, "USD"
        return
    agreed = max(live, key=lambda p: (p.effective, p.price)).due_price
    (price,) = {line.price for line in lines}
    if billed != promised:
        yield "invoice_quantity_differs", _LEG, *pair, cents((billed - promised) * agreed), "USD"
    if price != agreed:
        yield "price_differs", _LEG, *pair, cents((price - agreed) * billed), "USD"
    if billed == promised and price == agreed:
        assert abs(_sum(lines) - due) <= Decimal("0.01") * billed + Decimal("0.01"), pair
        yield "rounding", _LEG, *pair, _sum(lines) - due, "USD"


def _by_agreement(world: World, facts: Facts, key: tuple[str, str]) -> Iterator[Found]:
    """An invoice of a whole agreement against all its lines, and the tax of each document."""
    due = sum((p.amount(facts.cycle) for p in facts.promises if (p.client, p.agreement) == key), ZERO)
    lines = [b for b in facts.bills if (b.client, b.agreement) == key]
    client = world.clients[key[0]]
    for line in lines:
        tax = cents(line.amount * (client.tax_rate or ZERO))
        if line.tax != tax:
            yield "tax", _LEG, client.code, "", line.tax - tax, client.currency
    charges = [line for line in lines if line.kind == "invoice"]
    if due not in (_sum(lines), _sum(charges)):
        yield "price_differs", _LEG, client.code, "", _sum(lines) - due, client.currency
