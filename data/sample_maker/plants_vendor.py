"""Errors in the vendors' bills: they differ from what was used, or from the agreed costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from .basics import ZERO, cents, guid
from .clients import account
from .derive import a_year_from, vendor_document, vendor_line
from .facts import Account, Charge, Item, Pair
from .plants_promise import ALL, AUG, NOBODY, OCT, SEP
from .world import Plant, World

LEG = "delivered_charged"


def without_usage(service: str, currency: str, count: int, cycles: tuple[str, ...], note: str) -> Plant:
    """Charged for a client that has no use of it, no promise and no invoice."""

    def plant(world: World) -> None:
        pair = world.pick_none(service, currency, cycles)
        for cycle in cycles:
            facts = world.facts[cycle]
            line = vendor_line(facts.cycle, world.clients[pair.client], service, Decimal(count))
            line.word = "subscription"
            facts.charges.append(line)
            world.add(cycle, "vendor_charge_without_usage", LEG, pair, -line.amount, currency, note)

    return plant


def overcharge(service: str, currency: str, deltas: dict[str, int], note: str) -> Plant:
    """The charged quantity is off the use by `deltas` per cycle."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, tuple(deltas))
        for cycle, delta in deltas.items():
            line = world.facts[cycle].charged(pair)[-1]
            line.quantity += delta
            line.amount = cents(line.quantity * line.cost)
            world.add(cycle, "vendor_overcharge", LEG, pair, -cents(delta * line.cost), currency, note)

    return plant


def floor(service: str, currency: str, extra: int, cycles: tuple[str, ...], note: str) -> Plant:
    """The vendor bills its minimum, `extra` above the use of the first cycle."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, cycles)
        minimum = max(world.facts[cycle].usage[pair] for cycle in cycles) + extra
        for cycle in cycles:
            (line,) = world.facts[cycle].charged(pair)
            above, line.quantity, line.minimum = minimum - line.quantity, minimum, minimum
            line.amount = cents(minimum * line.cost)
            world.add(cycle, "commitment_floor", LEG, pair, -cents(above * line.cost), currency, note)

    return plant


def dearer(service: str, rise: str, cycles: tuple[str, ...], note: str) -> Plant:
    """The vendor raised the unit cost for everybody; the agreed costs were not changed."""

    def plant(world: World) -> None:
        for cycle in cycles:
            for pair in sorted({Pair(c.client, c.service) for c in world.facts[cycle].charges}):
                if pair.service == service:
                    _raise_cost(world, cycle, pair, Decimal(rise), note)

    return plant


def dearer_for(service: str, currency: str, rise: str, cycles: tuple[str, ...], note: str) -> Plant:
    """The vendor raised one client's unit cost."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, cycles, 1)
        for cycle in cycles:
            _raise_cost(world, cycle, pair, Decimal(rise), note)

    return plant


def _raise_cost(world: World, cycle: str, pair: Pair, rise: Decimal, note: str) -> None:
    impact = ZERO
    for line in world.facts[cycle].charged(pair):
        if line.kind == "other_period":  # a late refund keeps the old cost
            continue
        assert line.kind == "recurring", f"{pair} changes within {cycle}: take a quieter service"
        line.cost += rise
        line.effective_price = line.cost
        line.amount = cents(line.cost * line.quantity)
        impact -= rise * line.quantity
    currency = world.clients[pair.client].currency
    world.add(cycle, "cost_changed", LEG, pair, cents(impact), currency, note)


def twice(service: str, currency: str, cycle: str, note: str) -> Plant:
    """The same row of the vendor's bill once more."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, (cycle,))
        facts = world.facts[cycle]
        line = facts.charged(pair)[-1]
        facts.charges.append(replace(line))
        world.add(cycle, "duplicate", LEG, pair, -line.amount, currency, note)

    return plant


def late(service: str, currency: str, cycles: tuple[str, str], note: str) -> Plant:
    """Missing on one bill and on the next one, with its own period."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, cycles)
        lacking, carrying = (world.facts[cycle] for cycle in cycles)
        for line in lacking.charged(pair):
            lacking.charges.remove(line)
            line.kind = "other_period"
            carrying.charges.append(line)
            world.add(cycles[0], "timing", LEG, pair, line.amount, currency, note)
            world.add(cycles[1], "timing", LEG, pair, -line.amount, currency, note)

    return plant


def credit(service: str, currency: str, cycle: str, amount: str, word: str, note: str) -> Plant:
    """A credit received for charges that were right."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, (cycle,))
        facts, money = world.facts[cycle], Decimal(amount)
        line = vendor_line(facts.cycle, world.clients[pair.client], service, ZERO, "credit")
        line.cost, line.amount, line.word, line.effective_price = -money, -money, word, -money
        facts.charges.append(line)
        world.add(cycle, "credit_unmatched", LEG, pair, money, currency, note)

    return plant


def unattributed(source: str, item: Item, amounts: dict[str, str], note: str) -> Plant:
    """A charge of the vendor that names no client."""

    def plant(world: World) -> None:
        for cycle, text in amounts.items():
            facts, money = world.facts[cycle], Decimal(text)
            line = Charge(source, "", "", "USD", Decimal(1), money, money, account=Account("", ""), item=item)
            line.word, line.start, line.end = "subscription", facts.cycle.first, facts.cycle.last
            line.document = vendor_document(None, facts.cycle) if source == "rmm_invoice" else ""
            facts.charges.append(line)
            world.add(cycle, "unattributed_charge", LEG, NOBODY, -money, "USD", note)

    return plant


def strange_tenant(source: str, name: str, currency: str, service: str, counts: dict[str, int], note: str) -> Plant:
    """A vendor's customer that no crosswalk row names."""

    def plant(world: World) -> None:
        somebody = next(c for c in world.clients.values() if c.currency == currency)
        for cycle, count in counts.items():
            facts = world.facts[cycle]
            line = vendor_line(facts.cycle, somebody, service, Decimal(count))
            line.client, line.account = "", Account(guid(source, name), name)
            line.contract, line.effective_price = guid("subscription", name), line.cost
            line.word = "cycleCharge" if source == "microsoft" else "subscription"
            facts.charges.append(line)
            world.add(cycle, "unmapped_account", LEG, NOBODY, -line.amount, currency, note)

    return plant


def reissued(service: str, currency: str, extra: int, cycle: str, note: str) -> Plant:
    """An invoice with `extra` too many of the service, and the right one that the vendor issued in its place."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, (cycle,))
        facts = world.facts[cycle]
        for line in [c for c in facts.charges if (c.source, c.client) == ("rmm_invoice", pair.client)]:
            wrong = replace(line)
            if wrong.service == service:
                wrong.quantity += extra
                wrong.amount = cents(wrong.quantity * wrong.cost)
            facts.charges.append(wrong)
            line.document, line.replaces = f"{wrong.document}-R1", wrong.document
        world.add(cycle, "invoice_reissued", LEG, Pair(pair.client, ""), ZERO, currency, note)

    return plant


def longer_term(service: str, currency: str, begun: date, note: str) -> Plant:
    """A leaving client's subscription is committed for a year from `begun`, beyond the end of its agreement."""

    def plant(world: World) -> None:
        pair = world.pick_leaving(service, currency)
        agreement = (pair.client, world.deals[pair].agreement)
        for cycle, facts in world.facts.items():
            charged = facts.charged(pair)
            for line in charged:
                line.term = a_year_from(begun)
            if charged and agreement in facts.agreement_end:
                world.add(cycle, "term_mismatch", "promised_delivered", pair, ZERO, currency, note)

    return plant


def strange_sku(world: World) -> None:
    """A product on the distributor's bill which the crosswalk doesn't know."""
    pair = world.pick_none("SSL", "USD", (SEP, OCT))
    for cycle in (SEP, OCT):
        facts = world.facts[cycle]
        cost, count = Decimal("3.75"), Decimal(8)
        line = Charge("pax8_invoice_items", pair.client, "", "USD", count, cost, cents(cost * count))
        line.account = account(world.clients[pair.client], line.source)
        line.item = Item("NEW-SEC-BRW-E100", "Enterprise browser security")
        line.word, line.start, line.end = "subscription", facts.cycle.first, facts.cycle.last
        facts.charges.append(line)
        owner = Pair(pair.client, "")
        world.add(cycle, "unmapped_service", LEG, owner, -line.amount, "USD", "new SKU without a service")


PLANTS: tuple[Plant, ...] = (
    without_usage("RMM-SRV", "USD", 2, (SEP, OCT), "servers removed from the console, still charged"),
    without_usage("BKP-VM", "CAD", 1, (OCT,), "machine deleted from backup, still charged"),
    overcharge("HUN-EDR", "USD", {OCT: 4}, "four agents more charged than counted"),
    overcharge("RMM-WS", "CAD", {SEP: 2, OCT: 2}, "two workstations more charged than counted"),
    overcharge("RMM-SRV", "USD", {OCT: -1}, "one server fewer charged than counted"),
    floor("RMM-NET", "USD", 3, ALL, "vendor's minimum above the use"),
    floor("RMM-NET", "CAD", 2, (OCT,), "vendor's minimum above the use"),
    dearer("PROJ-P3", "1.50", (SEP, OCT), "Microsoft raised the price, the catalog still has the old cost"),
    dearer_for("PWD-MGR", "CAD", "0.45", (OCT,), "reseller discount of one client expired"),
    twice("RMM-CLOUD", "USD", OCT, "row repeated on the vendor's bill"),
    twice("HUN-ITDR", "CAD", SEP, "row repeated on the distributor's bill"),
    twice("M365-BB", "USD", OCT, "subscription line repeated in the reconciliation file"),
    credit("ENTRA-P1", "USD", OCT, "38.40", "customerCredit", "one-off credit for an outage"),
    credit("EMAIL-SEC", "CAD", SEP, "22.00", "service-credit", "service credit not passed on"),
    unattributed(
        "pax8_invoice_items",
        Item("PX8-SUP-PREM-001", "Partner premium support"),
        dict.fromkeys(ALL, "49.00"),
        "the distributor's own fee names no client",
    ),
    unattributed("rmm_invoice", Item("PLAT-001", "Platform fee"), {OCT: "75.00"}, "platform fee names no client"),
    strange_tenant("microsoft", "Basswood Chiropractic", "USD", "M365-BP", {OCT: 6}, "tenant without a client"),
    strange_tenant(
        "pax8_invoice_items",
        "Tamarack Outfitters Ltd.",
        "CAD",
        "EMAIL-SEC",
        {SEP: 9, OCT: 9},
        "distributor account without a client",
    ),
    strange_sku,
    longer_term("M365-BP", "USD", date(2026, 2, 1), "subscription committed for months after the agreement ends"),
    late("HUN-ITDR", "USD", (AUG, SEP), "August's agents charged on September's bill"),
    late("BKP-M365", "CAD", (SEP, OCT), "September's seats charged on October's bill"),
    reissued("RMM-WS", "USD", 3, SEP, "three workstations too many on the first invoice, replaced by a right one"),
)
