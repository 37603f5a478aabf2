"""What each of the four sides says in one cycle, and the errors planted in it.

Quantities are in the MSP's own service units and prices per such unit, whatever the source writes; the
writers apply pack sizes. A record without a client or a service is one that the crosswalk doesn't know:
it then carries the source's own `account` or `item`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .basics import ZERO, Cycle, cents


class Account(NamedTuple):
    """How a source names a customer; the id is empty where the source has none."""

    id: str
    name: str


class Item(NamedTuple):
    """How a source names a product."""

    id: str
    name: str


class Pair(NamedTuple):
    """One client and one service, by code."""

    client: str
    service: str


@dataclass
class Promise:
    """One addition of an agreement, as exported for a cycle."""

    client: str
    service: str
    currency: str
    agreement: str
    number: int
    quantity: Decimal
    price: Decimal
    effective: date
    cancelled: date | None = None
    included: Decimal = ZERO
    bill: str = "Billable"
    account: Account | None = None
    item: Item | None = None
    proration: str = "daily"  # daily | thirty_day | none: how its part months are billed

    @property
    def net(self) -> Decimal:
        """Quantity to bill: what is not included."""
        return self.quantity - self.included

    @property
    def due_price(self) -> Decimal:
        """Unit price to bill; zero where the line is not billed."""
        return self.price if self.bill == "Billable" else ZERO

    def active_on(self, day: date) -> bool:
        """Effective on or before the day and not cancelled by it."""
        return self.effective <= day and (self.cancelled is None or self.cancelled > day)

    def days(self, cycle: Cycle) -> int:
        """Active days in the cycle."""
        start = max(self.effective, cycle.first)
        end = min(self.cancelled or cycle.next, cycle.next)
        return max((end - start).days, 0)

    def amount(self, cycle: Cycle) -> Decimal:
        """What the line is worth in the cycle."""
        days, whole = self.days(cycle), cycle.days
        if self.proration == "thirty_day":
            days, whole = (30 if days == whole else min(days, 30)), 30
        elif self.proration == "none" and days:  # billed whole, but for the month in which it ends
            days = whole if self.active_on(cycle.last) or self.effective >= cycle.first else 0
        return cents(self.due_price * self.net * days / whole)


@dataclass
class Bill:
    """One line of an invoice or credit memo to a client."""

    client: str
    service: str
    currency: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    document: str
    kind: str = "invoice"  # invoice | credit
    agreement: str = ""  # filled where the invoice states a whole agreement and no item
    tax: Decimal = ZERO
    month: str = ""  # another cycle, where the line's own service date lies there
    account: Account | None = None
    item: Item | None = None
    excluded: bool = False


@dataclass
class Charge:
    """One line of a vendor's bill."""

    source: str
    client: str
    service: str
    currency: str
    quantity: Decimal
    cost: Decimal
    amount: Decimal
    kind: str = "recurring"  # recurring | proration | credit | other_period
    minimum: Decimal | None = None
    contract: str = ""
    word: str = ""  # the vendor's own word for the kind of charge
    start: date | None = None
    end: date | None = None
    effective_price: Decimal | None = None
    term: tuple[date, date] | None = None  # first and last day of the commitment
    document: str = ""
    replaces: str = ""  # the document that this line's document was issued instead of
    account: Account | None = None
    item: Item | None = None
    excluded: bool = False


class Planted(NamedTuple):
    """One row of planted.csv."""

    cycle: str
    kind: str
    leg: str
    client: str
    service: str
    impact: Decimal
    currency: str
    note: str


class Stranger(NamedTuple):
    """Usage of an account or item that the crosswalk doesn't know."""

    source: str
    client: str
    account: Account | None
    item: str
    quantity: int


@dataclass
class Facts:
    """The four sides of one cycle."""

    cycle: Cycle
    usage: dict[Pair, Decimal] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)  # sources without a file this cycle
    agreement_currency: dict[tuple[str, str], str] = field(default_factory=dict)
    agreement_end: dict[tuple[str, str], date] = field(default_factory=dict)  # last day, where one is known

    def promised(self, pair: Pair) -> list[Promise]:
        """Promises of a client and service that overlap the cycle."""
        return [p for p in self.promises if (p.client, p.service) == pair and p.days(self.cycle) > 0]

    def billed(self, pair: Pair) -> list[Bill]:
        """Invoice lines of a client and service, those of other months left out."""
        return [b for b in self.bills if (b.client, b.service) == pair and not b.month]

    def charged(self, pair: Pair) -> list[Charge]:
        """Vendor lines of a client and service, those of replaced documents left out."""
        return [c for c in self.valid_charges() if (c.client, c.service) == pair]

    def valid_charges(self) -> list[Charge]:
        """Vendor lines whose document no other one replaces."""
        replaced = self.replaced()
        return [c for c in self.charges if not c.document or c.document not in replaced]

    def replaced(self) -> set[str]:
        """Vendor documents that a later one replaces."""
        return {c.replaces for c in self.charges} - {""}
