"""The MSP's own picture: its clients, its services with prices and costs, and its bundles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.engine import Engine
from recon.errors import ReconError
from recon.money import NUMBER
from recon.period import Cycle
from recon.table_file import currency_cell, date_cell, decimal_cell, read_table, word_cell

COUNT_BASES = ("", "period_end", "peak", "average", "sum")
USAGES = ("", "delivered", "charged", "none")


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
class Catalog:
    """What recon knows of clients and services, in the order of the files."""

    clients: list[Client]
    services: list[Service]
    prices: list[Price]
    bundles: list[Component]

    @classmethod
    def read(cls, root: Path) -> Catalog:
        """The catalog of the workspace at `root`. Raises ReconError with file and row."""
        found = cls(
            _read(root, "clients", Client, ["client", "name"], _client),
            _read(root, "services", Service, ["service", "name"], _service),
            _read(root, "prices", Price, ["service", "currency"], _price),
            _read(root, "bundles", Component, ["bundle", "component", "units"], _component),
        )
        _unique([one.client for one in found.clients], "clients", "client")
        _unique([one.service for one in found.services], "services", "service")
        return found

    def put(self, engine: Engine, cycle: Cycle, home_currency: str) -> None:
        """The engine's tables clients, services, prices (as of the cycle's last day) and bundles."""
        clients = [(c.client, c.name, c.currency or home_currency, c.tax_rate) for c in self.clients]
        engine.put_rows("clients", _columns(Client), clients)
        engine.put_rows("services", _columns(Service), [astuple(one) for one in self.services])
        engine.put_rows("bundles", _columns(Component), [astuple(one) for one in self.bundles])
        engine.put_rows("all_prices", _columns(Price), [astuple(one) for one in self.prices])
        engine.create(
            "prices",
            "SELECT service, currency, list_price, unit_cost FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY service, "
            "currency ORDER BY effective DESC NULLS LAST, list_price, unit_cost) AS nth FROM all_prices "
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


def _unique(keys: list[str], name: str, column: str) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys, 2):
        if key in seen:
            raise ReconError(f"catalog/{name}.csv: {column} {key!r} is there twice (again in about row {number}).")
        seen.add(key)
