"""The MSP's own picture: its clients, its services with prices, costs and price bands, bundles, rates, home clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import astuple, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.engine import Engine
from recon.errors import ReconError
from recon.money import NUMBER
from recon.period import Cycle
from recon.table_file import currency_cell, date_cell, decimal_cell, read_table, word_cell

COUNT_BASES = (
    "", "period_end", "peak", "average", "sum",
    "any_active_day", "committed_floor", "commitment_or_last_day", "latest_post", "distinct",
)  # fmt: skip
USAGES = ("", "delivered", "charged", "none")
BASES = ("price", "cost")  # whose bands: what the client pays, or what the vendor takes
MODES = ("tiered", "volume")  # every unit at the price of its own band, or all of them at that of the whole quantity


@dataclass(frozen=True)
class Client:
    """A customer of the MSP. `tax_rate` is a share (0.13), None where tax isn't checked."""

    client: str
    name: str
    currency: str
    tax_rate: Decimal | None


@dataclass(frozen=True)
class Service:
    """A product of the MSP.

    `usage` names the record that proves its use: delivered counts, the vendor's charged count, or none (labour, flat
    fees); '' leaves it to the cycle's data. `count_basis` turns several observations into one quantity.
    """

    service: str
    name: str
    category: str
    count_basis: str
    usage: str
    minimum_quantity: Decimal | None
    min_margin: Decimal | None


@dataclass(frozen=True)
class Price:
    """List price and agreed vendor cost per unit, from `effective` on."""

    service: str
    currency: str
    list_price: Decimal | None
    unit_cost: Decimal | None
    effective: dt.date | None


@dataclass(frozen=True)
class Component:
    """A promise of one `bundle` covers `units` of `component`."""

    bundle: str
    component: str
    units: Decimal


@dataclass(frozen=True)
class Tier:
    """A price band of a service, from `from_quantity` units on; `flat_fee` is due once the band is reached.

    Bands that start at 0 are edges (0, 10, 50: the second holds what is beyond 10); bands that start at 1 name each
    band's first unit (1, 11, 51). Bands of one `client` go before those without.
    """

    service: str
    currency: str
    client: str
    basis: str
    mode: str
    from_quantity: Decimal
    unit_price: Decimal
    flat_fee: Decimal


@dataclass(frozen=True)
class Rate:
    """One `from_currency` is `rate` of `to_currency`, from `effective` on."""

    from_currency: str
    to_currency: str
    rate: Decimal
    effective: dt.date | None


@dataclass(frozen=True)
class Home:
    """A `member` (a person, a device) who is seen at several clients counts for `service` at this `client` only."""

    service: str
    member: str
    client: str


@dataclass(frozen=True)
class Catalog:
    """What recon knows of clients and services, in the order of the files."""

    clients: list[Client]
    services: list[Service]
    prices: list[Price]
    bundles: list[Component]
    tiers: list[Tier] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path) -> Catalog:
        """The catalog of the workspace at `root`. Raises ReconError with file and row."""
        found = cls(
            _read(root, "clients", Client, ["client", "name"], _client),
            _read(root, "services", Service, ["service", "name"], _service),
            _read(root, "prices", Price, ["service", "currency"], _price),
            _read(root, "bundles", Component, ["bundle", "component", "units"], _component),
            _read(root, "tiers", Tier, ["service", "currency", "mode", "from_quantity"], _tier),
            _read(root, "fx", Rate, ["from_currency", "to_currency", "rate"], _rate),
            _read(root, "homes", Home, ["service", "member", "client"], _home),
        )
        _sound(found.tiers)
        _unique([one.client for one in found.clients], "clients", "client")
        _unique([one.service for one in found.services], "services", "service")
        return found

    def put(self, engine: Engine, cycle: Cycle, home_currency: str) -> None:
        """The engine's tables clients, services, bundles, tiers, homes, and as of the cycle's last day prices and rates."""
        clients = [(c.client, c.name, c.currency or home_currency, c.tax_rate) for c in self.clients]
        engine.put_rows("clients", _columns(Client), clients)
        engine.put_rows("services", _columns(Service), [astuple(one) for one in self.services])
        engine.put_rows("bundles", _columns(Component), [astuple(one) for one in self.bundles])
        engine.put_rows("tiers", _columns(Tier), [astuple(one) for one in self.tiers])
        engine.put_rows("homes", _columns(Home), [astuple(one) for one in self.homes])
        engine.put_rows("all_prices", _columns(Price), [astuple(one) for one in self.prices])
        engine.put_rows("all_rates", _columns(Rate), [astuple(one) for one in self.rates])
        _latest(engine, cycle, "prices", "service, currency", "list_price, unit_cost")
        _latest(engine, cycle, "rates", "from_currency, to_currency", "rate")


def _latest(engine: Engine, cycle: Cycle, table: str, key: str, values: str) -> None:
    """Of `all_<table>` the row of each key that is in force on the cycle's last day."""
    engine.create(
        table,
        f"SELECT {key}, {values}, effective FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} "
        f"ORDER BY effective DESC NULLS LAST, {values}) AS nth FROM all_{table} "
        f"WHERE effective IS NULL OR effective <= DATE '{cycle.last_day}') WHERE nth = 1",
    )


def _columns(row: type) -> dict[str, str]:
    """Column names and SQL types of a dataclass."""
    kinds = {"str": "VARCHAR", "Decimal": NUMBER, "Decimal | None": NUMBER, "dt.date | None": "DATE"}
    return {one.name: kinds[str(one.type)] for one in fields(row)}


def _read(
    root: Path, name: str, row: Any, required: list[str], make: Callable[[dict[str, str], str, int], Any]
) -> list[Any]:
    shown = f"catalog/{name}.csv"
    path = root / "catalog" / f"{name}.csv"
    if not path.exists():
        return []
    columns = [one.name for one in fields(row)]
    return [make(cells, shown, number) for number, cells in read_table(path, columns, required, shown)]


def _client(row: dict[str, str], shown: str, number: int) -> Client:
    currency = currency_cell(row, "currency", shown, number)
    return Client(row["client"], row["name"], currency, decimal_cell(row, "tax_rate", shown, number))


def _service(row: dict[str, str], shown: str, number: int) -> Service:
    return Service(
        row["service"],
        row["name"],
        row["category"],
        word_cell(row, "count_basis", COUNT_BASES, shown, number),
        word_cell(row, "usage", USAGES, shown, number),
        decimal_cell(row, "minimum_quantity", shown, number),
        decimal_cell(row, "min_margin", shown, number),
    )


def _price(row: dict[str, str], shown: str, number: int) -> Price:
    return Price(
        row["service"],
        currency_cell(row, "currency", shown, number),
        decimal_cell(row, "list_price", shown, number),
        decimal_cell(row, "unit_cost", shown, number),
        date_cell(row, "effective", shown, number),
    )


def _component(row: dict[str, str], shown: str, number: int) -> Component:
    units = decimal_cell(row, "units", shown, number)
    return Component(row["bundle"], row["component"], units or Decimal(0))


def _tier(row: dict[str, str], shown: str, number: int) -> Tier:
    return Tier(
        row["service"],
        currency_cell(row, "currency", shown, number),
        row["client"],
        word_cell(row, "basis", ("", *BASES), shown, number) or "price",
        word_cell(row, "mode", MODES, shown, number),
        decimal_cell(row, "from_quantity", shown, number) or Decimal(0),
        decimal_cell(row, "unit_price", shown, number) or Decimal(0),
        decimal_cell(row, "flat_fee", shown, number) or Decimal(0),
    )


def _rate(row: dict[str, str], shown: str, number: int) -> Rate:
    rate = decimal_cell(row, "rate", shown, number) or Decimal(0)
    if rate <= 0:
        raise ReconError(f"{shown} row {number}: rate {row['rate']!r} should be above zero.")
    return Rate(
        currency_cell(row, "from_currency", shown, number),
        currency_cell(row, "to_currency", shown, number),
        rate,
        date_cell(row, "effective", shown, number),
    )


def _home(row: dict[str, str], _shown: str, _number: int) -> Home:
    return Home(row["service"], row["member"], row["client"])


def _sound(tiers: list[Tier]) -> None:
    """The bands of one thing have one mode, different starts, and the lowest starts at 0 or 1."""
    bands: dict[tuple[str, ...], list[Tier]] = {}
    for one in tiers:
        bands.setdefault((one.service, one.currency, one.client, one.basis), []).append(one)
    for key, found in bands.items():
        named = f"catalog/tiers.csv: the bands of {' '.join(filter(None, key))}"
        starts = sorted(one.from_quantity for one in found)
        if len({one.mode for one in found}) > 1:
            raise ReconError(f"{named} should all be tiered, or all volume.")
        if len(set(starts)) < len(starts):
            raise ReconError(f"{named} have one from_quantity twice.")
        if starts[0] not in (0, 1):
            raise ReconError(f"{named} should start at from_quantity 0 or 1, not {starts[0]}.")


def _unique(keys: list[str], name: str, column: str) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys, 2):
        if key in seen:
            raise ReconError(f"catalog/{name}.csv: {column} {key!r} is there twice (again in about row {number}).")
        seen.add(key)
