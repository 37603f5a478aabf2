"""The arm's world: three months of its four sides, and what was planted in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from ..basics import CYCLES, ZERO, Cycle, cents
from ..facts import Pair, Planted
from . import counts, derive
from .catalog import CLIENTS, SERVICES, rows
from .facts import Line, Month

Plant = Callable[["Arm"], None]


class Arm:
    """All facts of the arm. `before` edits register and use, `seen` the feeds, `after` invoices and the bill."""

    def __init__(
        self, before: tuple[Plant, ...] = (), seen: tuple[Plant, ...] = (), after: tuple[Plant, ...] = ()
    ) -> None:
        self.planted: list[Planted] = []
        self.months = {cycle.name: _month(cycle) for cycle in CYCLES}
        for plant in before:
            plant(self)
        for month in self.months.values():
            for pair, count in month.use.items():
                if SERVICES[pair.service].usage == "delivered":
                    month.seen += counts.observe(month.cycle, pair, count)
            month.seen += counts.trials(month.cycle)
        for plant in seen:
            plant(self)
        for month in self.months.values():
            month.invoices = list(derive.invoices(month))
            month.charges = list(derive.charges(month))
            derive.corrected(month)
            month.tax = derive.taxes(month)
        for plant in after:
            plant(self)

    def add(
        self, cycle: str, kind: str, leg: str, pair: Pair, impact: Decimal, note: str, currency: str | None = None
    ) -> None:
        """Note a planted discrepancy, in the client's currency unless it says another."""
        money = currency or CLIENTS[pair.client].currency
        self.planted.append(Planted(cycle, kind, leg, pair.client, pair.service, cents(impact), money, note))


def _month(cycle: Cycle) -> Month:
    """The register as exported for the cycle, and the use that agrees with it."""
    before, later = (cycle.first - timedelta(days=1)).replace(day=1), cycle.next + timedelta(days=31)
    lines = [line for line in _register() if line.start < later and (line.end is None or line.end >= before)]
    month = Month(cycle, lines, {})
    for line in lines:
        live = month.live(line.pair)
        if live and SERVICES[line.service].usage != "none":
            month.use[line.pair] = line.used or sum((one.quantity or ZERO for one in live), ZERO)
    return month


def _register() -> Iterator[Line]:
    for cell in rows("register.csv"):
        begun, end, committed = (
            date.fromisoformat(cell[name]) if cell[name] else None for name in ("start", "end", "committed")
        )
        assert begun, cell
        included, minimum, price = (Decimal(cell[name] or 0) for name in ("included", "minimum", "price"))
        quantity, used = (Decimal(cell[name]) if cell[name] else None for name in ("quantity", "used"))
        named, term = (cell["contract"], cell["client"], cell["service"]), cell["term"]
        yield Line(*named, quantity, included, minimum, price, begun, end, term, committed, used)
