"""The witness: applies the written arithmetic to the finished facts and wants exactly what was planted.

It reads the four sides only, not the plants, so a planted error that spills onto another leg, or a world
that is not consistent by itself, stops the generator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from .basics import ZERO, cents
from .catalog import BUNDLE, BUNDLE_PARTS, SERVICES, list_price, unit_cost, usage_of
from .clients import SOURCES, account, fold
from .facts import Bill, Charge, Facts, Pair, Promise
from .witness_billed import billed_rows
from .world import World


class Row(NamedTuple):
    """A discrepancy as it should be found."""

    kind: str
    leg: str
    client: str
    service: str
    impact: Decimal
    currency: str


def check(world: World) -> None:
    """Raise AssertionError with the first cycle whose facts don't show exactly what was planted."""
    _names_are_unique(world)
    for name, facts in world.facts.items():
        found = Counter(_rows(world, facts))
        planted = Counter(Row(*p[1:7]) for p in world.planted if p.cycle == name)
        extra, missed = sorted((found - planted).elements()), sorted((planted - found).elements())
        assert not extra and not missed, f"{name}\nfound, not planted: {extra}\nplanted, not found: {missed}"


def _names_are_unique(world: World) -> None:
    """No source gives two clients the same name, nor one client another's name."""
    for source in SOURCES:
        owner: dict[str, str] = {}
        for client in world.clients.values():
            for name in {client.name, client.code, account(client, source).name} - {""}:
                taken = owner.setdefault(fold(name, True), client.code)
                assert taken == client.code, f"{source}: {name} is both {taken} and {client.code}"


def _rows(world: World, facts: Facts) -> list[Row]:
    rows = [Row("stale_source", "promised_delivered", "", "", ZERO, "USD") for _ in facts.missing]
    pairs = {Pair(p.client, p.service) for p in facts.promises if p.client and p.service} | set(facts.usage)
    pairs |= {Pair(c.client, c.service) for c in facts.charges if c.client and c.service}
    for pair in sorted(pairs):
        rows += _delivered(world, facts, pair)
        rows += _charged(world, facts, pair)
        rows += _terms(world, facts, pair)
    rows += [Row(*row) for row in billed_rows(world, facts)]
    rows += _unmapped(world, facts) + _reissued(facts)
    spoken_for = {(row.client, row.service) for row in rows}
    for pair in sorted({Pair(b.client, b.service) for b in facts.bills if b.client and b.service}):
        if pair not in spoken_for:
            rows += _margin(facts, pair)
    return rows


def _counted(facts: Facts, pair: Pair) -> tuple[list[Charge], list[Charge]]:
    """Charges that count as quantity, and the repeats taken out of them."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Charge] = []
    repeats: list[Charge] = []
    for line in facts.charged(pair):
        if line.kind in ("recurring", "proration"):
            key = (line.contract, line.start, line.end, line.word, line.quantity, line.cost, line.amount)
            (repeats if key in seen else kept).append(line)
            seen.add(key)
    return kept, repeats


def _observed(facts: Facts, service: str) -> bool:
    return usage_of(service) != "none" and SERVICES[service].feed not in facts.missing


def _used(facts: Facts, pair: Pair) -> Decimal | None:
    """The counted use, None where no line says any."""
    if usage_of(pair.service) == "delivered":
        return facts.usage.get(pair)
    lines = _counted(facts, pair)[0]
    return sum((line.quantity for line in lines), ZERO) if lines else None


def _live(facts: Facts, pair: Pair) -> list[Promise]:
    return [p for p in facts.promised(pair) if p.active_on(facts.cycle.last)]


def _delivered(world: World, facts: Facts, pair: Pair) -> list[Row]:
    """The leg promised against delivered."""
    if not _observed(facts, pair.service):
        return []
    currency, leg = world.clients[pair.client].currency, "promised_delivered"
    lines, live, used = facts.promised(pair), _live(facts, pair), _used(facts, pair)
    worth = list_price(pair.service, currency, facts.cycle.name)
    if not lines:
        bundles = sum((p.net for p in _live(facts, Pair(pair.client, BUNDLE))), ZERO)
        covered = bundles * BUNDLE_PARTS.get(pair.service, ZERO)
        over = (used or ZERO) - covered
        if covered:
            impact = -cents(over * (worth or ZERO)) if over > 0 else ZERO
            return [Row("bundle_component", leg, *pair, impact, currency)] if over else []
        if over <= 0 or facts.billed(pair):
            return []
        worth = worth or unit_cost(pair.service, currency, facts.cycle.name) or ZERO
        return [Row("unbilled", leg, *pair, -cents(over * worth), currency)]
    if used is None:
        amount = sum((p.amount(facts.cycle) for p in lines), ZERO)
        return [Row("orphan_promise", leg, *pair, amount, currency)]
    due = max(used - sum((p.included for p in live), ZERO), SERVICES[pair.service].minimum)
    lacking = due - sum((p.net for p in live), ZERO)
    price = max(live, key=lambda p: (p.effective, p.price)).price if live else lines[-1].price
    kind = "under_billed_quantity" if lacking > 0 else "over_billed_quantity"
    return [Row(kind, leg, *pair, -cents(lacking * price), currency)] if lacking else []


def _charged(world: World, facts: Facts, pair: Pair) -> list[Row]:
    """The leg delivered against charged."""
    service = SERVICES[pair.service]
    if not service.vendor:
        return []
    currency, leg = world.clients[pair.client].currency, "delivered_charged"
    kept, repeats = _counted(facts, pair)
    rows = [Row("duplicate", leg, *pair, -line.amount, currency) for line in repeats]
    rows += [
        Row("credit_unmatched", leg, *pair, -line.amount, currency)
        for line in facts.charged(pair)
        if line.kind == "credit"
    ]
    charged = sum((line.quantity for line in kept), ZERO)
    agreed = unit_cost(pair.service, currency, facts.cycle.name) or ZERO
    costs = {line.cost for line in kept} or {agreed}
    (cost,) = costs
    if cost != agreed:
        rows.append(Row("cost_changed", leg, *pair, cents((agreed - cost) * charged), currency))
    if usage_of(pair.service) != "delivered" or not _observed(facts, pair.service):
        return rows
    used = facts.usage.get(pair)
    if used is None:
        amount = sum((line.amount for line in kept), ZERO)
        return [*rows, Row("vendor_charge_without_usage", leg, *pair, -amount, currency)] if kept else rows
    late = _late(world, facts, pair)
    if late:
        return [*rows, *late]
    if charged != used:
        floored = any(line.minimum == charged for line in kept) and charged > used
        kind = "commitment_floor" if floored else "vendor_overcharge"
        rows.append(Row(kind, leg, *pair, -cents((charged - used) * agreed), currency))
    return rows


def _late(world: World, facts: Facts, pair: Pair) -> list[Row]:
    """What this bill carries of another month, or another bill of this one, which then has nothing else."""
    currency, leg = world.clients[pair.client].currency, "delivered_charged"
    rows = []
    for other in world.facts.values():
        for line in other.charged(pair):
            month = line.start.strftime("%Y-%m") if line.start and line.kind == "other_period" else ""
            if month == facts.cycle.name:
                assert not _counted(facts, pair)[0] and line.quantity == facts.usage[pair], pair
                rows.append(Row("timing", leg, *pair, line.amount, currency))
            elif month and other is facts:
                rows.append(Row("timing", leg, *pair, -line.amount, currency))
    return rows


def _terms(world: World, facts: Facts, pair: Pair) -> list[Row]:
    """An agreement that ends before a commitment, of more than a month, that the vendor charges for its service."""
    ends = [facts.agreement_end.get((p.client, p.agreement)) for p in facts.promised(pair)]
    last_day = min((end for end in ends if end), default=None)
    terms = [line.term for line in facts.charged(pair) if line.term]
    if last_day and any(until > last_day and (until - begun).days > 31 for begun, until in terms):
        return [Row("term_mismatch", "promised_delivered", *pair, ZERO, world.clients[pair.client].currency)]
    return []


def _reissued(facts: Facts) -> list[Row]:
    """A document of the vendor that a later one replaces, for each client on it."""
    replaced = facts.replaced()
    found = {(c.document, c.client, c.currency) for c in facts.charges if c.document in replaced}
    return [Row("invoice_reissued", "delivered_charged", client, "", ZERO, money) for _, client, money in found]


def _margin(facts: Facts, pair: Pair) -> list[Row]:
    """The leg charged against billed: the price's least full-month value against the vendor's cost."""
    full = [b for b in facts.billed(pair) if b.kind == "invoice"]
    prices = {p.due_price for p in facts.promised(pair) if p.days(facts.cycle) == facts.cycle.days}
    kept = _counted(facts, pair)[0]
    if not kept or not full or not prices:
        return []
    price, cost = min(prices), kept[0].cost
    floor = Decimal(SERVICES[pair.service].margin or "0.10")
    lacking = floor * price - (price - cost)
    count = sum((b.quantity for b in full), ZERO)
    return [Row("margin_low", "charged_billed", *pair, -cents(lacking * count), "USD")] if lacking > 0 else []


def _unmapped(world: World, facts: Facts) -> list[Row]:
    """Accounts and items without a crosswalk row; an account's items are not told again."""
    charges, bills, promises = facts.valid_charges(), [b for b in facts.bills if not b.agreement], facts.promises
    named = [c for c in charges if c.account and c.account.name]
    nameless = [c for c in charges if not (c.account and c.account.name)]
    sides: list[tuple[str, str, Sequence[Charge | Bill | Promise], int]] = [
        ("unattributed_charge", "delivered_charged", nameless, -1),
        ("unmapped_account", "delivered_charged", [c for c in named if not c.client], -1),
        ("unmapped_account", "promised_billed", [b for b in bills if not b.client], 1),
        ("unmapped_account", "promised_billed", [p for p in promises if not p.client], 0),
        ("unmapped_service", "delivered_charged", [c for c in named if c.client and not c.service], -1),
        ("unmapped_service", "promised_billed", [b for b in bills if b.client and not b.service], 1),
        ("unmapped_service", "promised_billed", [p for p in promises if p.client and not p.service], 0),
    ]
    rows = []
    for kind, leg, lines, sign in sides:
        money: dict[tuple[str, str, str], Decimal] = {}
        for line in lines:
            what = line.item if kind != "unmapped_account" else line.account
            key = (line.client, what.id + what.name if what else "", line.currency)
            amount = ZERO if isinstance(line, Promise) else line.amount
            money[key] = money.get(key, ZERO) + sign * amount
        rows += [Row(kind, leg, client, "", impact, currency) for (client, _, currency), impact in money.items()]
    for client in sorted({s.client for s in facts.strangers}):
        kind = "unmapped_service" if client else "unmapped_account"
        currency = world.clients[client].currency if client else "USD"
        rows.append(Row(kind, "promised_delivered", client, "", ZERO, currency))
    return rows
