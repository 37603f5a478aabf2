"""The arm's witness: applies the written arithmetic to its finished facts and wants exactly what was planted.

It reads register, feeds, invoices and the provider's bill only, not the plants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from ..basics import ZERO, cents
from ..facts import Pair
from ..witness import Row
from .arm import Arm
from .catalog import BANDS, CLIENTS, HOMES, SERVICES, in_bands, rate
from .counts import used
from .facts import Charge, Month, total
from .papers import late, replaced, standing
from .witness_late import carried, settled_elsewhere
from .witness_papers import billed_rows
from .worth import step


def check(arm: Arm) -> None:
    """Raise AssertionError with the first cycle whose facts don't show exactly what was planted."""
    for name, month in arm.months.items():
        found = Counter(_rows(arm, month))
        planted = Counter(Row(*one[1:7]) for one in arm.planted if one.cycle == name)
        extra, missed = sorted((found - planted).elements()), sorted((planted - found).elements())
        assert not extra and not missed, f"{name}\nfound, not planted: {extra}\nplanted, not found: {missed}"


def _rows(arm: Arm, month: Month) -> list[Row]:
    papers = {one.pair for one in month.invoices} | {one.pair for one in month.charges}
    pairs = papers | {one.pair for one in month.lines} | set(month.use)
    rows: list[Row] = []
    for pair in sorted(pairs):
        rows += _delivered(month, pair)
        rows += billed_rows(arm, month, pair)
        rows += _charged(arm, month, pair)
        rows += _terms(month, pair)
    rows += _members(month)
    spoken_for = {(row.client, row.service) for row in rows}
    for pair in sorted(pairs):
        if pair not in spoken_for:
            rows += _margin(month, pair)
    return rows + list(_taxes(month)) + list(_reissued(month))


def _counted(month: Month, pair: Pair) -> Decimal | None:
    """Use by the service's proof: the feeds, or what the provider charges."""
    if SERVICES[pair.service].usage == "delivered":
        return used(month, pair)
    lines = [one for one in standing(month.charges) if one.pair == pair]
    return sum((one.quantity for one in lines), ZERO) if lines else None


def _delivered(month: Month, pair: Pair) -> Iterator[Row]:
    """The leg promised against delivered."""
    service, leg, money = SERVICES[pair.service], "promised_delivered", CLIENTS[pair.client].currency
    if service.usage == "none":
        return
    lines, live, count = month.promised(pair), month.live(pair), _counted(month, pair)
    if not lines:
        if count and not month.billed(pair):
            value = cents(count * Decimal(service.list_usd))
            yield Row("unbilled", leg, *pair, -value, money)
        return
    if count is None:
        amount = sum((cents(one.net * one.price) for one in live), ZERO)
        yield Row("orphan_promise", leg, *pair, amount, money)
        return
    least = max((one.minimum for one in lines), default=ZERO) or service.minimum
    wanted, there = max(count - total(live, "included"), least), total(live, "net")
    if wanted != there:
        price = max(lines, key=lambda one: (one.start, one.price)).price
        kind = "under_billed_quantity" if wanted > there else "over_billed_quantity"
        yield Row(kind, leg, *pair, step(pair.service, wanted, there, price), money)


def _members(month: Month) -> Iterator[Row]:
    """People who are seen at two clients of a feed, and of whom nobody said whose they are."""
    homes = {(service, who) for service, who, _ in HOMES}
    places: dict[tuple[str, str], set[str]] = {}
    for one in month.seen:
        if one.client and SERVICES[one.service].basis == "distinct":
            places.setdefault((one.service, one.thing), set()).add(one.client)
    for (service, who), clients in sorted(places.items()):
        if len(clients) > 1 and (service, who) not in homes:
            first = min(clients)
            yield Row("duplicate", "promised_delivered", first, service, ZERO, CLIENTS[first].currency)


def _worth(service: str, quantity: Decimal) -> Decimal:
    if (service, "cost") in BANDS:
        return cents(in_bands(quantity, service, "cost"))
    return cents(quantity * SERVICES[service].cost)


def _cost(line: Charge) -> Decimal:
    return line.amount / line.quantity if line.cost is None else line.cost


def _charged(arm: Arm, month: Month, pair: Pair) -> Iterator[Row]:
    """The leg delivered against charged, in the provider's USD."""
    service, leg = SERVICES[pair.service], "delivered_charged"
    if not service.vendor_item:
        return
    lines = [one for one in standing(month.charges) if one.pair == pair]
    charged = sum((one.quantity for one in lines), ZERO)
    count = charged if service.usage == "charged" else used(month, pair) or ZERO
    amount, agreed = sum((one.amount for one in lines), ZERO), _worth(pair.service, count)
    yield from carried(arm, leg, pair, "USD", [one for one in month.charged(pair) if one.month], _above)
    papers = late([one.charges for one in arm.months.values()], month.cycle.name)
    settled = list(settled_elsewhere(leg, pair, "USD", papers, amount - agreed))
    if settled:
        yield from settled
        return
    off = _worth(pair.service, charged) - agreed
    if off:
        yield Row("vendor_overcharge", leg, *pair, -off, "USD")
    if amount - agreed != off:
        yield Row("cost_changed", leg, *pair, off - (amount - agreed), "USD")


def _above(month: Month, pair: Pair) -> Decimal:
    """By how much the month's own charges are above what was used."""
    lines = [one for one in standing(month.charges) if one.pair == pair]
    return sum((one.amount for one in lines), ZERO) - _worth(pair.service, used(month, pair) or ZERO)


def _terms(month: Month, pair: Pair) -> Iterator[Row]:
    """An agreement that ends before the provider's commitment, and charges of a contract that end apart."""
    money = CLIENTS[pair.client].currency
    ends = [one.committed for one in month.promised(pair) if one.committed]
    committed = {one.committed for one in standing(month.charges) if one.pair == pair and one.committed}
    if ends and any(one > min(ends) for one in committed):
        yield Row("term_mismatch", "promised_delivered", *pair, ZERO, money)
    if len({one for one in committed if one > month.cycle.next + timedelta(days=31)}) > 1:
        yield Row("term_mismatch", "delivered_charged", *pair, ZERO, "USD")


def _margin(month: Month, pair: Pair) -> Iterator[Row]:
    """The leg charged against billed: the largest line's price against the largest's cost; averages where in bands."""
    bills = [one for one in standing(month.invoices) if one.pair == pair]
    lines = [one for one in standing(month.charges) if one.pair == pair]
    if not bills or not lines:
        return
    count = sum((one.quantity for one in bills), ZERO)
    largest, dearest = max(bills, key=lambda b: b.quantity), max(lines, key=lambda c: (c.quantity, _cost(c)))
    price, cost = largest.price or largest.amount / largest.quantity, _cost(dearest)
    if (pair.service, "cost") in BANDS:
        cost = sum((one.amount for one in lines), ZERO) / sum((one.quantity for one in lines), ZERO)
    money = CLIENTS[pair.client].currency
    if money == "CAD":
        cost *= rate(month.cycle.last)
    lacking = Decimal("0.10") * price - (price - cost)
    if lacking > 0:
        yield Row("margin_low", "charged_billed", *pair, -cents(lacking * count), money)


def _taxes(month: Month) -> Iterator[Row]:
    """The tax line of each document against the client's rate."""
    for number, tax in month.tax.items():
        lines = [one for one in month.invoices if one.document == number]
        client = CLIENTS[lines[0].client]
        wanted = cents(sum((one.amount for one in lines), ZERO) * (client.tax_rate or ZERO))
        if tax != wanted and number not in replaced(month.invoices):
            yield Row("tax", "promised_billed", client.code, "", tax - wanted, client.currency)


def _reissued(month: Month) -> Iterator[Row]:
    """Each replaced document of a client."""
    for leg, lines in (("promised_billed", month.invoices), ("delivered_charged", month.charges)):
        gone = replaced(lines)
        for client, _ in sorted({(one.client, one.document) for one in lines if one.document in gone}):
            money = CLIENTS[client].currency if leg == "promised_billed" else "USD"
            yield Row("invoice_reissued", leg, client, "", ZERO, money)
