"""From use and promises to paper: what a faultless month's vendor bills and invoices say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .basics import CYCLES, ZERO, Cycle, cents, draw, floor_cents, guid
from .catalog import SERVICES, unit_cost
from .clients import Client, account, newcomer
from .deals import Deal
from .facts import Bill, Charge, Facts, Pair


def document(client: Client, cycle: Cycle, prefix: str = "", suffix: str = "") -> str:
    """Number of the client's recurring invoice in a cycle; a prefix or suffix makes it another document's."""
    return f"{prefix}{cycle.name[2:4]}{cycle.name[5:]}{client.number:04d}{suffix}"


def vendor_document(client: Client | None, cycle: Cycle) -> str:
    """Number of the RMM vendor's invoice for the client's use; its own fees have one without a client."""
    return f"RC-{cycle.name.replace('-', '')}-{client.number if client else 0:04d}"


def bills(facts: Facts, clients: dict[str, Client]) -> list[Bill]:
    """Invoices of the cycle: one line per addition, or for the Canadian arm one per agreement."""
    lines: list[Bill] = []
    whole: dict[tuple[str, str], Decimal] = {}
    for promise in facts.promises:
        if not promise.days(facts.cycle) or promise.bill == "DoNotBill" or not promise.client:
            continue
        amount = promise.amount(facts.cycle)
        if clients[promise.client].currency == "CAD":
            key = (promise.client, promise.agreement)
            whole[key] = whole.get(key, ZERO) + amount
        elif promise.net and promise.service:
            part = promise.days(facts.cycle) < facts.cycle.days
            price = cents(amount / promise.net) if part else promise.due_price
            lines.append(
                Bill(
                    promise.client,
                    promise.service,
                    "USD",
                    promise.net,
                    price,
                    amount,
                    document(clients[promise.client], facts.cycle),
                )
            )
    for (code, agreement), amount in whole.items():
        lines.append(agreement_bill(clients[code], facts.cycle, agreement, amount, "invoice"))
    return lines


def agreement_bill(client: Client, cycle: Cycle, agreement: str, amount: Decimal, kind: str) -> Bill:
    """An invoice or credit memo for a whole agreement, taxed at the client's rate."""
    number = document(client, cycle, "CM" if kind == "credit" else "", "-2" if agreement == "Cloud Services" else "")
    tax = cents(amount * (client.tax_rate or ZERO))
    return Bill(client.code, "", client.currency, ZERO, ZERO, amount, number, kind, agreement, tax)


def charges(facts: Facts, clients: dict[str, Client], deals: dict[Pair, Deal]) -> list[Charge]:
    """Vendor bills of the cycle, from what was used."""
    lines: list[Charge] = []
    for pair, quantity in facts.usage.items():
        service = SERVICES[pair.service]
        if not quantity or not service.vendor:
            continue
        maker = {"microsoft": _microsoft, "pax8": _pax8, "rmm": _rmm}[service.vendor]
        lines += maker(facts.cycle, clients[pair.client], pair, quantity, deals.get(pair))
    return lines


def vendor_line(cycle: Cycle, client: Client, service: str, quantity: Decimal, kind: str = "recurring") -> Charge:
    """A charge for a whole month at the agreed cost."""
    cost = unit_cost(service, client.currency, cycle.name)
    assert cost is not None, service
    source = SERVICES[service].source
    line = Charge(source, client.code, service, client.currency, quantity, cost, cents(cost * quantity), kind)
    line.account = account(client, source, service)
    line.contract = guid("subscription", client.code, service)
    line.start, line.end = cycle.first, cycle.last
    line.document = vendor_document(client, cycle) if source == "rmm_invoice" else ""
    return line


def _rmm(cycle: Cycle, client: Client, pair: Pair, quantity: Decimal, deal: Deal | None) -> Iterator[Charge]:
    line = vendor_line(cycle, client, pair.service, quantity)
    floor = Decimal((0, 0, 2, 5)[draw(4, "minimum", *pair)])
    line.minimum = floor if ZERO < floor <= quantity else None
    yield line


def _pax8(cycle: Cycle, client: Client, pair: Pair, quantity: Decimal, deal: Deal | None) -> Iterator[Charge]:
    day = deal.add_day.get(cycle.name) if deal else None
    moved = deal.moved.get(cycle.name, ZERO) if deal else ZERO
    if day and ZERO < moved < quantity:  # billed from its day on, at the full unit cost
        yield _worded(vendor_line(cycle, client, pair.service, quantity - moved), "subscription")
        part = _worded(vendor_line(cycle, client, pair.service, moved, "proration"), "prorate")
        part.start = cycle.day(day)
        part.amount = cents(part.cost * moved * (cycle.days - day + 1) / cycle.days)
        yield part
    elif draw(23, "reversed", *pair, cycle.name) == 0 and quantity == quantity.to_integral_value():
        wrong = quantity + 2 * (5 if pair.service == "EMAIL-SIG" else 1)  # charged, reversed, charged again
        for count in (wrong, -wrong, quantity):
            yield _worded(vendor_line(cycle, client, pair.service, count), "subscription")
    else:
        yield _worded(vendor_line(cycle, client, pair.service, quantity), "subscription")


def _worded(line: Charge, word: str) -> Charge:
    line.word = word
    return line


def _microsoft(cycle: Cycle, client: Client, pair: Pair, quantity: Decimal, deal: Deal | None) -> Iterator[Charge]:
    """Seats of a subscription: its cycle charge, and for each change a refund and a new charge."""
    moved = deal.moved.get(cycle.name, ZERO) if deal else ZERO
    anniversary = _anniversary(client, pair, deal)
    fresh = deal is not None and deal.additions[0].effective >= cycle.first
    word = (
        ("new", "New")[draw(2, *pair)]
        if fresh
        else "renew"
        if draw(9, "renew", *pair, cycle.name) == 0
        else "cycleCharge"
    )
    halves = [quantity]
    if not moved and quantity > 12 and draw(7, "two", *pair) == 0:  # the same product in two subscriptions
        halves = [quantity - 5, Decimal(5)]
    lines: list[Charge] = []
    for index, seats in enumerate(halves):
        base = vendor_line(cycle, client, pair.service, seats - moved)
        base.contract = guid("subscription", *pair, index)
        base.start, base.end = cycle.day(anniversary), _day_before_next(cycle.day(anniversary))
        base.effective_price, base.word = base.cost, word
        lines.append(base)
    if moved and deal:
        day = cycle.day(deal.add_day.get(cycle.name, 2 + draw(6, "change", *pair)))
        lines += _seat_change(client, pair, cycle, day, (quantity - moved, quantity), "recurring")
    lines += _late_refund(cycle, client, pair, quantity)
    for line in lines:
        line.term = a_year_from(_begun(client, line.contract, anniversary))
    yield from lines


def _anniversary(client: Client, pair: Pair, deal: Deal | None) -> int:
    """Day of the month on which the client's subscription renews."""
    if client.start and newcomer(client):
        return client.start.day
    if client.end:
        return client.end.day
    return 1 if deal and deal.moved else (1, 1, 1, 4, 9, 14, 18, 22, 27)[draw(9, "anniversary", *pair)]


def _begun(client: Client, contract: str, day: int) -> date:
    """First day of the subscription's commitment; one of a client who leaves was made to end with its agreement."""
    if client.start and newcomer(client):
        return client.start
    if client.end:
        return client.end.replace(year=client.end.year - 1)
    return date(2026, 1 + draw(7, "begun", contract), day)


def a_year_from(begun: date) -> tuple[date, date]:
    """First and last day of a commitment for a year."""
    return begun, begun.replace(year=begun.year + 1) - timedelta(days=1)


def _late_refund(cycle: Cycle, client: Client, pair: Pair, quantity: Decimal) -> Iterator[Charge]:
    """A change in the cycle before that the vendor bills only now: money, but no seats of this cycle."""
    known = CYCLES.index(cycle) and quantity > 5
    if known and draw(31, "late", *pair, cycle.name) == 0:
        before = CYCLES[CYCLES.index(cycle) - 1]
        yield from _seat_change(client, pair, before, before.day(24), (quantity + 1, quantity), "other_period")


def _seat_change(
    client: Client, pair: Pair, cycle: Cycle, day: date, seats: tuple[Decimal, Decimal], kind: str
) -> Iterator[Charge]:
    """The refund of the old seats and the charge of the new ones for the rest of the charge cycle."""
    rest = (cycle.last - day).days + 1
    for sign, count in ((-1, seats[0]), (1, seats[1])):
        if not count:
            continue
        line = vendor_line(cycle, client, pair.service, sign * count, "proration" if kind == "recurring" else kind)
        price = (line.cost / cycle.days * rest).quantize(Decimal("1e-10"))
        line.effective_price = sign * price
        line.amount = sign * floor_cents(price * count)
        line.contract = guid("subscription", *pair, 0)
        line.start, line.word = day, "addQuantity" if seats[1] > seats[0] else "removeQuantity"
        yield line


def _day_before_next(start: date) -> date:
    """The day before the same day of the next month."""
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following.replace(day=start.day) - timedelta(days=1)
