"""Errors in the invoices to clients: they differ from agreements that are right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .basics import ZERO, cents, draw
from .catalog import list_price
from .derive import document
from .facts import Account, Bill, Item, Pair
from .plants_promise import ALL, AUG, NOBODY, OCT, SEP
from .world import Plant, World

LEG = "promised_billed"


def not_invoiced(service: str, cycles: tuple[str, ...], note: str) -> Plant:
    """Promised, but on no invoice."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", cycles)
        for cycle in cycles:
            facts = world.facts[cycle]
            due = sum((p.amount(facts.cycle) for p in facts.promised(pair)), ZERO)
            for line in facts.billed(pair):
                facts.bills.remove(line)
            world.add(cycle, "not_invoiced", LEG, pair, -due, "USD", note)

    return plant


def no_agreement(service: str, count: int, cycles: tuple[str, ...], note: str, used: bool) -> Plant:
    """Invoiced without any promise; where `used`, the vendor counts and charges it too."""

    def plant(world: World) -> None:
        pair = world.pick_none(service, "USD", cycles)
        price, quantity = list_price(service, "USD") or ZERO, Decimal(count)
        for cycle in cycles:
            facts = world.facts[cycle]
            amount = cents(price * quantity)
            facts.bills.append(
                Bill(*pair, "USD", quantity, price, amount, document(world.clients[pair.client], facts.cycle))
            )
            if used:
                world.deliver(cycle, pair, quantity)
            world.add(cycle, "invoiced_without_agreement", LEG, pair, amount, "USD", note)

    return plant


def differs(service: str, cycles: tuple[str, ...], note: str, seats: int = 0, price: str = "0") -> Plant:
    """Invoice quantity off by `seats`, unit price off by `price`."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", cycles, 5)
        for cycle in cycles:
            (line,) = world.facts[cycle].billed(pair)
            agreed = line.price
            line.quantity += seats
            line.price += Decimal(price)
            line.amount = cents(line.quantity * line.price)
            if seats:
                world.add(cycle, "invoice_quantity_differs", LEG, pair, cents(seats * agreed), "USD", note)
            if Decimal(price):
                impact = cents(Decimal(price) * line.quantity)
                world.add(cycle, "price_differs", LEG, pair, impact, "USD", note)

    return plant


def agreement_total(cycle: str, change: str, note: str) -> Plant:
    """A Canadian agreement's invoice differs from the sum of its additions."""

    def plant(world: World) -> None:
        line = _agreement_line(world, cycle)
        line.amount += Decimal(change)
        line.tax = cents(line.amount * (world.clients[line.client].tax_rate or ZERO))
        pair = Pair(line.client, "")
        world.add(cycle, "price_differs", LEG, pair, Decimal(change), line.currency, note)

    return plant


def wrong_tax(cycle: str, rate: str, note: str) -> Plant:
    """A Canadian invoice taxed at another province's rate."""

    def plant(world: World) -> None:
        line = _agreement_line(world, cycle)
        right, line.tax = line.tax, cents(line.amount * Decimal(rate))
        world.add(cycle, "tax", LEG, Pair(line.client, ""), line.tax - right, line.currency, note)

    return plant


def _agreement_line(world: World, cycle: str) -> Bill:
    """An invoice of the cycle for a whole agreement that nothing else was planted on."""
    free = [
        bill
        for bill in world.facts[cycle].bills
        if bill.agreement and (bill.client, cycle) not in world.altered_invoices
    ]
    line = min(free, key=lambda bill: draw(997, "total", cycle, bill.client, bill.agreement))
    world.altered_invoices.add((line.client, cycle))
    return line


def proration(service: str, cycle: str, share: str, note: str) -> Plant:
    """A line added in mid-month is billed for another `share` of the month than its days."""

    def plant(world: World) -> None:
        pair = world.pick_added(service, cycle)
        facts = world.facts[cycle]
        part = next(p for p in facts.promised(pair) if p.days(facts.cycle) < facts.cycle.days)
        due = part.amount(facts.cycle)
        line = next(b for b in facts.billed(pair) if b.amount == due and b.quantity == part.net)
        line.price = cents(part.price * Decimal(share))
        line.amount = cents(part.price * part.net * Decimal(share))
        world.add(cycle, "proration_differs", LEG, pair, line.amount - due, "USD", note)

    return plant


def rounding(service: str, cycle: str, change: str, note: str) -> Plant:
    """The amount is a few cents away from quantity times price."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", (cycle,), 8)
        (line,) = world.facts[cycle].billed(pair)
        line.amount += Decimal(change)
        world.add(cycle, "rounding", LEG, pair, Decimal(change), "USD", note)

    return plant


def twice(service: str, cycle: str, other_document: bool, note: str) -> Plant:
    """The same invoice line once more."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", (cycle,))
        facts = world.facts[cycle]
        (line,) = facts.billed(pair)
        number = document(world.clients[pair.client], facts.cycle, suffix="-2") if other_document else line.document
        facts.bills.append(replace(line, document=number))
        world.add(cycle, "duplicate", LEG, pair, line.amount, "USD", note)

    return plant


def lone_credit(service: str, cycle: str, amount: str, note: str) -> Plant:
    """A credit memo for a line that was billed right."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", (cycle,))
        facts, credit = world.facts[cycle], Decimal(amount)
        number = document(world.clients[pair.client], facts.cycle, "CR")
        facts.bills.append(Bill(*pair, "USD", Decimal(1), -credit, -credit, number, "credit"))
        world.add(cycle, "credit_unmatched", LEG, pair, -credit, "USD", note)

    return plant


def late(service: str, cycles: tuple[str, str], note: str) -> Plant:
    """Left out of one cycle's invoice and billed on the next one, with its service date."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", cycles)
        lacking, carrying = (world.facts[cycle] for cycle in cycles)
        (line,) = lacking.billed(pair)
        lacking.bills.remove(line)
        moved = replace(line, document=document(world.clients[pair.client], carrying.cycle), month=lacking.cycle.name)
        carrying.bills.append(moved)
        world.add(cycles[0], "timing", LEG, pair, -line.amount, "USD", note)
        world.add(cycles[1], "timing", LEG, pair, line.amount, "USD", note)

    return plant


def strange_customers(world: World) -> None:
    """An accounting customer that no crosswalk row names, and an item that none names."""
    for cycle, count in ((SEP, 3), (OCT, 4)):
        customer = Account("", "Dogwood Terrace HOA")
        total = ZERO
        for service, quantity in (("SUP-USER", count), ("VOIP-LINE", 2)):
            price = list_price(service, "USD") or ZERO
            line = Bill("", service, "USD", Decimal(quantity), price, cents(price * quantity), f"49{cycle[-2:]}7")
            line.account = customer
            world.facts[cycle].bills.append(line)
            total += line.amount
        world.add(cycle, "unmapped_account", LEG, NOBODY, total, "USD", "customer created in accounting only")
    pair = world.pick_none("SSL", "USD", (OCT,))
    line = Bill(pair.client, "", "USD", Decimal(2), Decimal("75.00"), Decimal("150.00"), "")
    line.document = document(world.clients[pair.client], world.facts[OCT].cycle)
    line.item = Item("Cloud:AI assistant add-on", "AI assistant add-on, per user")
    world.facts[OCT].bills.append(line)
    owner = Pair(pair.client, "")
    world.add(OCT, "unmapped_service", LEG, owner, line.amount, "USD", "new accounting item without a service")


PLANTS: tuple[Plant, ...] = (
    not_invoiced("DNS-FILTER", (OCT,), "addition missing on the invoice"),
    not_invoiced("VOIP-LINE", (AUG, SEP), "addition missing on two invoices, then corrected"),
    no_agreement("COLO-U", 2, (OCT,), "recurring invoice line whose addition was never made", used=False),
    no_agreement("PWD-MGR", 12, (SEP, OCT), "used and invoiced, but on no agreement", used=True),
    differs("M365-BS", (OCT,), "two seats fewer invoiced than agreed", seats=-2),
    differs("HUN-ITDR", (SEP,), "three more invoiced than agreed", seats=3),
    differs("M365-BP", (OCT,), "old price on the invoice template", price="-1.50"),
    differs("SUP-USER", ALL, "rise of the agreement price never reached the invoice", price="-5.00"),
    differs("EMAIL-SEC", (OCT,), "both quantity and price differ", seats=2, price="0.25"),
    agreement_total(OCT, "-85.40", "invoice typed by hand, below the additions"),
    agreement_total(SEP, "120.00", "invoice typed by hand, above the additions"),
    wrong_tax(OCT, "0.07", "taxed at another province's rate"),
    wrong_tax(AUG, "0", "no tax on the invoice"),
    proration("HUN-EDR", OCT, "1", "mid-month seats billed for the whole month"),
    proration("RMM-NET", SEP, "0.5", "mid-month devices billed as half a month"),
    rounding("SUP-USER", OCT, "-0.03", "amount typed three cents low"),
    rounding("HUN-SAT", SEP, "0.05", "amount five cents high"),
    twice("RMM-WS", OCT, False, "line entered twice on one invoice"),
    twice("BKP-M365", SEP, True, "line invoiced again on a second invoice"),
    lone_credit("SUP-USER", OCT, "50.00", "goodwill credit without an original"),
    lone_credit("HUN-EDR", AUG, "36.25", "credit given, but the line was billed right"),
    late("SUP-SRV", (SEP, OCT), "September's line billed on October's invoice"),
    late("EMAIL-SEC", (SEP, OCT), "September's line billed on October's invoice"),
    late("DOMAIN", (AUG, SEP), "August's line billed on September's invoice"),
    strange_customers,
)
