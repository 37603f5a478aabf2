"""What the arm's four sides say in a cycle; quantities in service units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..basics import ZERO, Cycle
from ..facts import Pair


@dataclass(frozen=True)
class Line:
    """A line of the contract register; `end` and `committed` are last days. No quantity = a flat fee."""

    contract: str
    client: str
    service: str
    quantity: Decimal | None
    included: Decimal
    minimum: Decimal
    price: Decimal
    start: date
    end: date | None
    term: str
    committed: date | None
    used: Decimal | None

    @property
    def pair(self) -> Pair:
        """Client and service."""
        return Pair(self.client, self.service)

    @property
    def net(self) -> Decimal:
        """Quantity to bill."""
        return (Decimal(1) if self.quantity is None else self.quantity) - self.included

    @property
    def until(self) -> date | None:
        """First day on which it isn't active any more."""
        return self.end + timedelta(days=1) if self.end else None

    def active(self, first: date, after: date) -> bool:
        """Active on a day of [first, after)."""
        return self.start < after and (self.until is None or self.until > max(first, self.start))


class Seen(NamedTuple):
    """An observation of a usage feed; `thing` is the desktop, meter or member where the feed tells them apart."""

    client: str
    service: str
    account: str
    item: str
    quantity: Decimal
    day: date
    thing: str = ""
    document: str = ""


@dataclass
class Invoice:
    """A line of an invoice or credit; without a price only its amount is stated. `month`: a month of its own."""

    client: str
    service: str
    quantity: Decimal
    price: Decimal | None
    amount: Decimal
    document: str
    contract: str
    replaces: str = ""
    kind: str = ""
    month: str = ""
    account: str = ""

    @property
    def pair(self) -> Pair:
        """Client and service."""
        return Pair(self.client, self.service)


@dataclass
class Charge:
    """A line of the upstream provider's bill, always in USD."""

    client: str
    service: str
    quantity: Decimal
    cost: Decimal | None
    amount: Decimal
    document: str
    contract: str
    replaces: str = ""
    kind: str = ""
    month: str = ""
    committed: date | None = None

    @property
    def pair(self) -> Pair:
        """Client and service."""
        return Pair(self.client, self.service)


@dataclass
class Month:
    """One cycle of the arm. `tax` by document; `use` is what its clients use, of which the feeds tell by `seen`."""

    cycle: Cycle
    lines: list[Line]
    use: dict[Pair, Decimal]
    seen: list[Seen] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    tax: dict[str, Decimal] = field(default_factory=dict)

    def promised(self, pair: Pair) -> list[Line]:
        """The register's lines that are active in the month."""
        return [one for one in self.lines if one.pair == pair and one.active(self.cycle.first, self.cycle.next)]

    def live(self, pair: Pair) -> list[Line]:
        """Those active on the last day."""
        return [one for one in self.promised(pair) if one.active(self.cycle.last, self.cycle.next)]

    def billed(self, pair: Pair) -> list[Invoice]:
        """Invoice lines of a client and service."""
        return [one for one in self.invoices if one.pair == pair]

    def charged(self, pair: Pair) -> list[Charge]:
        """Lines of the provider's bill for a client and service."""
        return [one for one in self.charges if one.pair == pair]


def total(lines: list[Line], what: str) -> Decimal:
    """Sum of `net` or `included`."""
    return sum((getattr(one, what) for one in lines), ZERO)
