"""Errors in use and agreements: what was delivered and what the agreement says disagree.

Each plant edits the facts of its cycles before invoices and vendor bills are derived from them, so that
only the one leg is wrong, and notes the impact by the written arithmetic.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .basics import ZERO, cents
from .catalog import SERVICES, list_price, unit_cost
from .facts import Account, Item, Pair, Planted, Promise, Stranger
from .world import Plant, World

AUG, SEP, OCT = "2026-08", "2026-09", "2026-10"
ALL = (AUG, SEP, OCT)
LEG = "promised_delivered"
NOBODY = Pair("", "")


def unbilled(service: str, currency: str, used: dict[str, int], note: str) -> Plant:
    """Use of a service that the client has no agreement for."""

    def plant(world: World) -> None:
        pair = world.pick_none(service, currency, tuple(used))
        for cycle, count in used.items():
            quantity = Decimal(count)
            world.facts[cycle].usage[pair] = quantity
            price = list_price(service, currency, cycle) or unit_cost(service, currency, cycle) or ZERO
            world.add(cycle, "unbilled", LEG, pair, -cents(quantity * price), currency, note)

    return plant


def quantity(service: str, currency: str, deltas: dict[str, str], note: str, least: int = 6) -> Plant:
    """Use moved away from the promised quantity by `deltas` per cycle; the agreement wasn't changed."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, tuple(deltas), least)
        for cycle, text in deltas.items():
            facts, delta = world.facts[cycle], Decimal(text)
            facts.usage[pair] += delta
            (promise,) = facts.promised(pair)
            kind = "under_billed_quantity" if delta > 0 else "over_billed_quantity"
            world.add(cycle, kind, LEG, pair, -cents(delta * promise.price), currency, note)

    return plant


def gone(service: str, currency: str, cycle: str, note: str) -> Plant:
    """The vendor counts an explicit zero while the agreement still bills."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, (cycle,))
        facts = world.facts[cycle]
        facts.usage[pair] = ZERO
        (promise,) = facts.promised(pair)
        impact = cents(promise.net * promise.price)
        world.add(cycle, "over_billed_quantity", LEG, pair, impact, currency, note)

    return plant


def above_minimum(service: str, cycle: str, extra: int, note: str) -> Plant:
    """Promised above both the use and the service's minimum."""

    def plant(world: World) -> None:
        pair = world.pick(service, "USD", (cycle,))
        facts = world.facts[cycle]
        (promise,) = facts.promised(pair)
        promise.quantity = max(facts.usage[pair], SERVICES[service].minimum) + extra
        world.add(cycle, "over_billed_quantity", LEG, pair, cents(extra * promise.price), "USD", note)

    return plant


def orphan(service: str, currency: str, cycles: tuple[str, ...], note: str) -> Plant:
    """Promised and billed, but nobody delivers it."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, cycles, 1)
        for cycle in cycles:
            facts = world.facts[cycle]
            del facts.usage[pair]
            impact = sum((p.amount(facts.cycle) for p in facts.promised(pair)), ZERO)
            world.add(cycle, "orphan_promise", LEG, pair, impact, currency, note)

    return plant


def bundle(service: str, currency: str, deltas: dict[str, int], note: str) -> Plant:
    """The count of a bundle's component moved away from the bundles sold."""

    def plant(world: World) -> None:
        pair = world.pick_bundle(service, currency)
        for cycle, delta in deltas.items():
            world.facts[cycle].usage[pair] += delta
            price = list_price(service, currency, cycle) or ZERO
            impact = -cents(delta * price) if delta > 0 else ZERO
            world.add(cycle, "bundle_component", LEG, pair, impact, currency, note)

    return plant


def thin_margin(service: str, currency: str, cycles: tuple[str, ...], share: str, note: str) -> Plant:
    """An agreement price that leaves only `share` of itself above the vendor's cost; policy wants `floor`."""

    def plant(world: World) -> None:
        pair = world.pick(service, currency, cycles)
        floor = Decimal(SERVICES[service].margin or "0.10")
        for cycle in cycles:
            (promise,) = world.facts[cycle].promised(pair)
            cost = unit_cost(service, currency, cycle) or ZERO
            promise.price = cents(cost / (1 - Decimal(share)))
            lacking = floor * promise.price - (promise.price - cost)
            world.add(cycle, "margin_low", "charged_billed", pair, -cents(lacking * promise.net), currency, note)

    return plant


def wrong_currency(cycles: tuple[str, ...], note: str) -> Plant:
    """An agreement set up in CAD for a client that is invoiced in USD."""

    def plant(world: World) -> None:
        pairs = world.pick_agreement("USD", "Advisory Services")
        for cycle in cycles:
            facts = world.facts[cycle]
            facts.agreement_currency[(pairs[0].client, "Advisory Services")] = "CAD"
            for pair in pairs:
                for promise in facts.promised(pair):
                    promise.currency = "CAD"
                world.add(cycle, "currency", "promised_billed", pair, ZERO, "CAD", note)

    return plant


def strange_agreement(world: World) -> None:
    """An agreement of a company that the catalog doesn't know."""
    company = Account("18999", "Sparrow Lane Bakery (prospect)")
    for number, (service, count) in enumerate((("SUP-USER", 4), ("M365-BS", 4), ("DOMAIN", 1))):
        price = list_price(service, "USD") or ZERO
        line = Promise("", service, "USD", "Trial agreement", 19901 + number, Decimal(count), price, date(2026, 10, 1))
        line.account = company
        world.facts[OCT].promises.append(line)
    note = "agreement of a company that is not in the client list"
    world.add(OCT, "unmapped_account", "promised_billed", NOBODY, ZERO, "USD", note)


def strange_product(world: World) -> None:
    """A new product on an agreement which the crosswalk doesn't know, not invoiced yet."""
    pair = world.pick_none("SSL", "USD", (OCT,))
    agreement = next(d.agreement for p, d in world.deals.items() if p.client == pair.client)
    line = Promise(pair.client, "", "USD", agreement, 19951, Decimal(1), Decimal("199.00"), date(2026, 10, 1))
    line.item = Item("AI-GOVERN", "AI usage governance review")
    world.facts[OCT].promises.append(line)
    world.planted.append(
        Planted(
            OCT,
            "unmapped_service",
            "promised_billed",
            pair.client,
            "",
            ZERO,
            "USD",
            "new product id on an agreement",
        )
    )


def strange_usage(world: World) -> None:
    """A console organisation and a device class that the crosswalk doesn't know."""
    visitor = Account("409990", "Mosswood Kennels")
    for cycle in (SEP, OCT):
        for item, count in (("edr", 6), ("itdr", 6), ("sat", 0), ("siem", 0)):
            world.facts[cycle].strangers.append(Stranger("huntress", "", visitor, item, count))
        note = "organisation in the security console that no crosswalk row names"
        world.add(cycle, "unmapped_account", LEG, NOBODY, ZERO, "USD", note)
    for currency in ("USD", "CAD"):
        pair = world.pick("M365-BP", currency, (OCT,))
        world.facts[OCT].strangers.append(Stranger("ninjaone_devices", pair.client, None, "NMS_APPLIANCE", 2))
        impact_free = Pair(pair.client, "")
        world.add(OCT, "unmapped_service", LEG, impact_free, ZERO, currency, "device class without a service")


def stale_backup(world: World) -> None:
    """The backup usage report was not exported for the first cycle."""
    world.facts[AUG].missing.add("acronis")
    world.add(AUG, "stale_source", LEG, NOBODY, ZERO, "USD", "required source acronis has no file in this inbox")


PLANTS: tuple[Plant, ...] = (
    unbilled("HUN-SAT", "USD", {SEP: 14, OCT: 14}, "training rolled out without an addition"),
    unbilled("PBI-PRO", "USD", {OCT: 3}, "licences bought in Partner Center without an addition"),
    unbilled("RMM-NET", "CAD", {AUG: 4, SEP: 4, OCT: 6}, "network devices discovered and never added"),
    unbilled("ARCHIVE", "USD", {OCT: 11}, "no list price: valued at its cost"),
    unbilled("BKP-VM", "CAD", {OCT: 3}, "virtual machines protected without an addition"),
    quantity("M365-BP", "USD", {AUG: "3", SEP: "3", OCT: "5"}, "seats added in Partner Center, agreement unchanged"),
    quantity("HUN-EDR", "USD", {OCT: "7"}, "agents deployed at a second site"),
    quantity("RMM-WS", "CAD", {SEP: "2", OCT: "2"}, "new workstations not on the agreement"),
    quantity("RMM-WS", "USD", {OCT: "4"}, "new workstations not on the agreement"),
    quantity("BKP-STO", "USD", {OCT: "137.25"}, "storage grew after the quantity was copied to the agreement"),
    quantity("BKP-STO", "CAD", {OCT: "200"}, "storage promised by the hundred, two hundred short"),
    quantity("M365-BP", "CAD", {OCT: "2"}, "seats added in Partner Center, agreement unchanged", 4),
    quantity("M365-BB", "USD", {OCT: "-2"}, "seats removed, agreement unchanged", 3),
    quantity("RMM-SRV", "USD", {SEP: "-1"}, "server retired; agreement corrected in the next cycle", 2),
    quantity("EMAIL-SEC", "CAD", {AUG: "-3", SEP: "-3", OCT: "-3"}, "mailboxes removed at the vendor long ago"),
    gone("HUN-ITDR", "USD", OCT, "the console counts an explicit zero"),
    above_minimum("HUN-SIEM", OCT, 5, "promised above the use and above the service's minimum"),
    orphan("RMM-VMH", "USD", ALL, "host decommissioned before the first cycle"),
    orphan("VISIO-P2", "USD", (OCT,), "subscription expired, addition still billed"),
    orphan("BKP-SRV", "CAD", (SEP, OCT), "server backup removed, addition still billed"),
    bundle("HUN-EDR", "USD", {SEP: 3, OCT: 3}, "more agents than bundles"),
    bundle("RMM-WS", "USD", {OCT: 2}, "more workstations than bundles"),
    bundle("RMM-WS", "CAD", {OCT: -2}, "bundles without a monitored workstation: a coverage gap"),
    thin_margin("M365-BP", "USD", ALL, "0.03", "old agreement price, cost has risen since"),
    thin_margin("HUN-SAT", "USD", (OCT,), "0.15", "discounted below the service's own margin policy of 20 %"),
    wrong_currency((SEP, OCT), "agreement set up in CAD, invoiced in USD"),
    strange_agreement,
    strange_product,
    strange_usage,
    stale_backup,
)
