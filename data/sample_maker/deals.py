"""What clients bought: agreements and their additions over time, before any error."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .basics import CYCLES, ZERO, Cycle, chance, draw
from .catalog import BUNDLE, NO_LIST_PRICE, SERVICES, list_price, usage_of
from .clients import PRORATION, Client, newcomer
from .facts import Pair, Promise
from .kit import kit_of

ADVISORY = {"VCIO", "COMPLY", "AFTERHRS"}
STEADY = ADVISORY | {"PROJ-P3"}  # nobody changes their quantity
_START = (
    date(2023, 2, 1),
    date(2023, 9, 1),
    date(2024, 1, 1),
    date(2024, 7, 15),
    date(2025, 3, 1),
    date(2025, 11, 1),
)


@dataclass
class Addition:
    """A line of an agreement; `levels` is its quantity as the export of each cycle shows it."""

    now: Decimal
    price: Decimal
    effective: date
    cancelled: date | None = None
    levels: dict[str, Decimal] = field(default_factory=dict)
    number: int = 0


@dataclass
class Deal:
    """One service sold to one client."""

    client: Client
    service: str
    agreement: str
    included: Decimal = ZERO
    bill: str = "Billable"
    additions: list[Addition] = field(default_factory=list)
    used: dict[str, Decimal] = field(default_factory=dict)
    moved: dict[str, Decimal] = field(default_factory=dict)  # change of quantity within the cycle
    add_day: dict[str, int] = field(default_factory=dict)  # day of a mid-month change

    @property
    def pair(self) -> Pair:
        """Client and service."""
        return Pair(self.client.code, self.service)

    def promises(self, cycle: Cycle) -> list[Promise]:
        """The additions as exported just after the cycle, with those that ended or that start next."""
        return [
            Promise(
                self.client.code,
                self.service,
                self.client.currency,
                self.agreement,
                addition.number,
                addition.levels[cycle.name],
                addition.price,
                addition.effective,
                # a cancellation is not in an export made before it was entered
                addition.cancelled if addition.cancelled and addition.cancelled <= cycle.next else None,
                self.included,
                self.bill,
                proration=PRORATION.get(self.client.code, "daily"),
            )
            for addition in self.additions
            if addition.effective <= cycle.next and cycle.name in addition.levels
        ]


def make_deals(clients: dict[str, Client]) -> dict[Pair, Deal]:
    """All deals of the world, numbered in a fixed order."""
    deals: dict[Pair, Deal] = {}
    number = 20110
    for client in clients.values():
        for service, quantity in kit_of(client).items():
            deal = _deal(client, service, Decimal(quantity))
            deals[deal.pair] = deal
            for addition in deal.additions:
                number += 1 + draw(4, "addition", number)
                addition.number = number
    return deals


def _deal(client: Client, service: str, quantity: Decimal) -> Deal:
    """The deal's history: its first addition, then what happened in each cycle."""
    rng = chance("deal", client.code, service)
    names = agreement_names(client)
    deal = Deal(client, service, names[1] if _in_second(client, service) and len(names) > 1 else names[0])
    price = _price(client, service, rng)
    if service == "HUN-SIEM":
        quantity = Decimal(rng.randint(6, 16))
    deal.additions.append(Addition(quantity, price, client.start or rng.choice(_START)))
    if client.currency == "USD" and not newcomer(client):
        _special_terms(deal, rng)
    for cycle in CYCLES:
        if client.end and client.end <= cycle.first:
            deal.additions[0].cancelled = client.end
            deal.additions[0].levels[cycle.name] = quantity
        elif client.start and client.start >= cycle.first:
            if client.start < cycle.next:
                _record(deal, cycle, quantity, ZERO)
        else:
            quantity = _step(deal, cycle, quantity, rng)
    return deal


def _special_terms(deal: Deal, rng: random.Random) -> None:
    """Included quantities, and lines that are promised but not billed."""
    if deal.service == "BKP-STO":
        deal.included = Decimal(rng.choice([0, 0, 500]))
    elif deal.service in ("M365-BP", "HUN-ITDR") and rng.random() < 0.15:
        deal.included = Decimal(2)
    elif deal.service == "HUN-SAT" and rng.random() < 0.2:
        deal.bill = "DoNotBill"
    elif deal.service == "VCIO" and rng.random() < 0.15:
        deal.bill = "NoCharge"


def _step(deal: Deal, cycle: Cycle, quantity: Decimal, rng: random.Random) -> Decimal:
    """Let one cycle happen to the deal; returns the quantity at its end."""
    dice = rng.random()
    plain = deal.bill == "Billable" and not deal.included and deal.client.end is None
    step = Decimal(5 if deal.service == "EMAIL-SIG" else 1)
    minimum = SERVICES[deal.service].minimum
    new = quantity
    if deal.service == "BKP-STO":
        change = Decimal(rng.randint(-2000, 6000))
        new += change / 100 if deal.client.currency == "USD" else Decimal(100 * rng.choice([0, 0, 1]))
    elif deal.service in STEADY:
        pass
    elif deal.service == BUNDLE or not plain or minimum:
        new += step if dice < 0.15 else ZERO
    elif dice < 0.14:
        new += step * rng.randint(1, 2)
    elif dice < 0.19 and quantity > 4 * step:
        new -= step
    elif dice < 0.235 and quantity > 2 * step:
        return _add_mid_month(deal, cycle, quantity, step, rng)
    elif dice < 0.28 and cycle is not CYCLES[0]:
        _replace(deal, cycle.first, rng)
    elif dice < 0.32 and deal.client.currency == "CAD" and quantity > 2:
        _replace(deal, cycle.day(rng.randint(8, 22)), rng)
    _record(deal, cycle, new, new - quantity)
    return new


def _add_mid_month(deal: Deal, cycle: Cycle, quantity: Decimal, step: Decimal, rng: random.Random) -> Decimal:
    """A second addition of the same product from a day of the month on."""
    extra, day = step * rng.randint(1, 3), rng.randint(5, 18)
    price = deal.additions[-1].price
    if rng.random() < 0.3:  # new seats at a new price, the old ones keep theirs
        price = _round_price(price * Decimal("1.06"))
    _record(deal, cycle, quantity, ZERO)
    deal.additions.append(Addition(extra, price, cycle.day(day), levels={cycle.name: extra}))
    deal.moved[cycle.name], deal.add_day[cycle.name] = extra, day
    if cycle.name in deal.used:
        deal.used[cycle.name] += extra
    return quantity + extra


def _replace(deal: Deal, day: date, rng: random.Random) -> None:
    """Cancel the newest addition and add a new one: the usual way of changing a price."""
    last = deal.additions[-1]
    price = _round_price(last.price * rng.choice([Decimal("1.03"), Decimal("1.05")]))
    last.cancelled = day
    deal.additions.append(Addition(last.now, price, day))
    if day.day == 1:  # entered before the export of the cycle before
        previous = CYCLES[[cycle.first for cycle in CYCLES].index(day) - 1]
        deal.additions[-1].levels[previous.name] = last.now


def _record(deal: Deal, cycle: Cycle, quantity: Decimal, moved: Decimal) -> None:
    """Write the additions' quantities of the cycle, the largest live one taking the change, and the use."""
    live = [addition for addition in deal.additions if addition.cancelled is None]
    largest = max(live, key=lambda addition: addition.now)
    billed = max(quantity, SERVICES[deal.service].minimum)
    largest.now = billed - sum((a.now for a in live if a is not largest), ZERO)
    for addition in deal.additions:
        addition.levels[cycle.name] = addition.now
    if usage_of(deal.service) != "none":
        deal.used[cycle.name] = quantity
    if moved:
        deal.moved[cycle.name] = moved


def agreement_names(client: Client) -> list[str]:
    """The client's agreements; several Canadian ones share a name."""
    if client.currency == "CAD":
        first = "IT Complete" if draw(3, "agreement", client.code) == 0 else "Managed Services"
        return [first, "Cloud Services"] if client.code == "FoothillsDrill" else [first]
    first = ("Managed Services Agreement", "Managed IT - Essentials", "MSA 2024-2027")[
        draw(3, "agreement", client.code)
    ]
    return [first, "Advisory Services"] if draw(3, "second", client.code) == 0 else [first]


def _in_second(client: Client, service: str) -> bool:
    if client.currency == "CAD":
        return SERVICES[service].vendor == "microsoft"
    return service in ADVISORY


def _price(client: Client, service: str, rng: random.Random) -> Decimal:
    base = NO_LIST_PRICE.get(service) or list_price(service, client.currency)
    assert base is not None, service
    if service == "BKP-STO":
        return base
    factor = rng.choice([Decimal(1), Decimal(1), Decimal(1), Decimal("0.95"), Decimal("1.05"), Decimal("1.1")])
    return _round_price(base * factor)


def _round_price(price: Decimal) -> Decimal:
    """To the next five cents."""
    return (price / Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP) * Decimal("0.05")
