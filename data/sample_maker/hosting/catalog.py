"""The arm's clients, services, price bands, rates and rules."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ..basics import ZERO
from ..clients import Client


class Service(NamedTuple):
    """One service of the arm; prices are in USD unless they say otherwise."""

    code: str
    name: str
    category: str
    basis: str
    usage: str
    minimum: Decimal
    list_usd: str
    cost_usd: str
    list_cad: str
    feed: str
    feed_items: tuple[str, ...]
    register_item: str
    invoice_item: str
    vendor_item: str

    @property
    def committed(self) -> bool:
        """Its minimum is a commitment of the count, owed without any use."""
        return self.basis in ("committed_floor", "commitment_or_last_day")

    @property
    def cost(self) -> Decimal:
        """Agreed unit cost; zero where its costs are in bands or nobody charges it."""
        return Decimal(self.cost_usd or 0)


class Band(NamedTuple):
    """A price band: `start` is its first unit."""

    start: int
    price: Decimal
    fee: Decimal


class Rule(NamedTuple):
    """How a client's part months are billed, and which month."""

    proration: str = "daily"
    negative: bool = True
    advance: bool = False


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table beside this module."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))


def _services() -> Iterator[Service]:
    for cell in rows("services.csv"):
        code, minimum, named = cell["service"], Decimal(cell["minimum"] or 0), _several(cell["feed_items"])
        front = (code, cell["name"], cell["category"], cell["count_basis"], cell["usage"], minimum)
        money = (cell["list_usd"], cell["cost_usd"], cell["list_cad"])
        yield Service(
            *front, *money, cell["feed"], named, cell["register_item"], cell["invoice_item"], cell["vendor_item"]
        )


def _clients() -> Iterator[Client]:
    for number, cell in enumerate(rows("clients.csv"), 901):
        rate = Decimal(cell["tax_rate"]) if cell["tax_rate"] else None
        yield Client(number, cell["code"], cell["name"], 0, "hosting", None, None, rate, cell["currency"])


SERVICES = {one.code: one for one in _services()}
CLIENTS = {one.code: one for one in _clients()}
SITES = {cell["code"]: _several(cell["sites"]) for cell in rows("clients.csv")}
LARGE = Decimal(3)  # a large virtual server counts as three units


def _bands(*bands: tuple[int, str, str]) -> tuple[Band, ...]:
    return tuple(Band(start, Decimal(price), Decimal(fee)) for start, price, fee in bands)


# service, basis: mode and bands
BANDS: dict[tuple[str, str], tuple[str, tuple[Band, ...]]] = {
    ("MAIL-ARC", "price"): ("tiered", _bands((1, "5.00", "0"), (11, "4.00", "0"), (51, "3.00", "0"))),
    ("RELAY", "price"): ("volume", _bands((1, "2.00", "0"), (26, "1.60", "0"), (101, "1.20", "0"))),
    ("FAX", "price"): ("tiered", _bands((1, "0.00", "25.00"), (501, "0.04", "5.00"))),
    ("EGRESS", "cost"): ("tiered", _bands((1, "0.05", "0"), (1001, "0.03", "0"))),
}
RATES = (("2026-01-01", Decimal("1.36")), ("2026-09-15", Decimal("1.39")))  # one USD in CAD, from a day on
UPLIFT = Decimal("0.05")
TOLERANCE = {"NunatakGear": Decimal("0.05")}
RULES = {
    "DrumlinMed": Rule("thirty_day"),
    "JasperMuseum": Rule("none"),
    "LoessSeed": Rule("next_cycle"),
    "MarlRadio": Rule(negative=False),
    "GneissCapital": Rule(advance=True),
    "IsthmusFreight": Rule(advance=True),
}
SERVICE_RULES = {"DNS-ZONE": Rule("none")}
# service, account name, client, last day of the trial: its use is excluded until then
TRIALS = (
    ("VAULT", "Marl Radio (trial)", "MarlRadio", date(2026, 9, 30)),
    ("VDI", "Cinder Press proof of concept", "CinderPress", date(2026, 8, 31)),
)
# A person who works for two clients, and the one who pays.
HOMES = (("COLLAB", "p.olsen@lakehead.example", "CinderPress"),)
GUESTS = (("COLLAB", "p.olsen@lakehead.example", "JasperMuseum"),)


def rule_of(client: str, service: str) -> Rule:
    """The rule in force; a client's goes before a service's."""
    return RULES.get(client) or SERVICE_RULES.get(service) or Rule()


def tolerance(client: str) -> Decimal:
    """What may differ on an invoice."""
    return TOLERANCE.get(client, Decimal("0.01"))


def rate(day: date) -> Decimal:
    """What one USD is in CAD on the day."""
    return [value for since, value in RATES if date.fromisoformat(since) <= day][-1]


def in_bands(quantity: Decimal, service: str, basis: str) -> Decimal:
    """What a quantity is worth in the service's bands, not rounded."""
    mode, bands = BANDS[service, basis]
    total = ZERO
    for index, band in enumerate(bands):
        last = Decimal(bands[index + 1].start - 1) if index + 1 < len(bands) else quantity
        if quantity >= band.start:
            units = min(quantity, last) - (band.start - 1)
            total += band.fee + (units * band.price if mode == "tiered" else ZERO)
    if mode == "volume" and quantity:
        total += quantity * [band for band in bands if band.start <= quantity][-1].price
    return total
