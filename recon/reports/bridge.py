"""The bridge: how the expected total of a leg becomes its actual total, step by step, to the cent.

Sign convention: a step is what is added on the way from expected to actual, so
expected + Σ steps = actual. Each leg and currency has a bridge of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from recon.reports.source import Reconciled, Row, rows

COMPONENTS = {
    "quantity": "Quantity",
    "price": "Price",
    "missing": "Only one side",
    "duplicate": "Duplicates",
    "proration": "Proration",
    "timing": "Timing",
    "unmapped": "Unmapped",
    "tax": "Tax",
    "fx": "Other currency",
    "rounding": "Rounding",
}


@dataclass(frozen=True, slots=True)
class LegText:
    """A leg's name for people and its two totals'; on a vendor's leg more than expected is a loss."""

    title: str
    expected: str
    actual: str
    loses_by_more: bool = False


LEGS = {
    "promised_delivered": LegText("Agreements against usage", "Usage calls for", "Agreements say"),
    "promised_billed": LegText("Invoices against agreements", "Agreements say", "Invoiced"),
    "delivered_charged": LegText(
        "Vendor bills against usage", "Usage justifies", "Vendors charged", loses_by_more=True
    ),
    "charged_billed": LegText("Margin: price against vendor cost", "Vendors charged", "Invoiced"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: `amount` takes the running total from `start` to `end`; a total starts at zero."""

    name: str
    title: str
    amount: Decimal
    start: Decimal
    end: Decimal
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class ClientBridge:
    """A client's part; `components` in the order of COMPONENTS. An empty client is unmapped money."""

    client: str
    name: str
    expected: Decimal
    actual: Decimal
    components: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """One leg and currency: expected total, the steps that are not zero, actual total."""

    leg: str
    currency: str
    text: LegText
    expected: Decimal
    actual: Decimal
    components: tuple[Decimal, ...]
    clients: tuple[ClientBridge, ...]

    @property
    def difference(self) -> Decimal:
        """Actual less expected."""
        return self.actual - self.expected

    @property
    def exact(self) -> bool:
        """True when the components explain the whole difference, for the leg and for each of its clients."""
        parts = ((part.expected, part.components, part.actual) for part in self.clients)
        whole = (self.expected, self.components, self.actual)
        return all(expected + sum(steps) == actual for expected, steps, actual in (whole, *parts))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The bars from the expected to the actual total; components of zero are left out."""
        named = [(name, value) for name, value in zip(COMPONENTS, self.components, strict=True) if value]
        ends = list(itertools.accumulate((value for _, value in named), initial=self.expected))
        middle = (
            Step(name, COMPONENTS[name], value, start, end)
            for (name, value), (start, end) in zip(named, itertools.pairwise(ends), strict=True)
        )
        zero = Decimal(0)
        first = Step("expected", self.text.expected, self.expected, zero, self.expected, True)
        last = Step("actual", self.text.actual, self.actual, zero, self.actual, True)
        return (first, *middle, last)


def bridges(rec: Reconciled, client_names: dict[str, str]) -> tuple[Bridge, ...]:
    """A bridge for each leg and currency that has rows: legs in their own order, currencies by name."""
    order = {leg: position for position, leg in enumerate(LEGS)}
    found = sorted(rows(rec.bridge), key=lambda row: (order[row["leg"]], row["currency"], row["client"]))
    grouped = itertools.groupby(found, key=lambda row: (row["leg"], row["currency"]))
    return tuple(_bridge(leg, currency, group, client_names) for (leg, currency), group in grouped)


def _bridge(leg: str, currency: str, group: Iterable[Row], client_names: dict[str, str]) -> Bridge:
    clients = tuple(_client(row, client_names) for row in group)
    return Bridge(
        leg,
        currency,
        LEGS[leg],
        sum((part.expected for part in clients), Decimal(0)),
        sum((part.actual for part in clients), Decimal(0)),
        tuple(sum(column, Decimal(0)) for column in zip(*(part.components for part in clients), strict=True)),
        clients,
    )


def _client(row: Row, client_names: dict[str, str]) -> ClientBridge:
    code = row["client"]
    return ClientBridge(
        code,
        client_names.get(code, code) or "not mapped",
        row["expected_total"],
        row["actual_total"],
        tuple(row[name] for name in COMPONENTS),
    )
