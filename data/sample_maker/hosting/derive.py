"""From register and feeds to paper: the arm's invoices and the upstream provider's bill of a faultless month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ..basics import ZERO, Cycle, cents, code
from ..facts import Pair
from .catalog import BANDS, CLIENTS, SERVICES, SITES, Band
from .counts import used
from .facts import Charge, Invoice, Line, Month
from .worth import Due, due

_Paper = TypeVar("_Paper", Invoice, Charge)
BY_BAND = {("HornbeamSchools", "MAIL-ARC"), ("DrumlinMed", "EGRESS")}  # told in one line for each band
COMMITTED = {("HornbeamSchools", "VPS"): date(2027, 3, 31), ("DrumlinMed", "SPLA"): date(2027, 5, 31)}


def document(client: str, cycle: Cycle, suffix: str = "") -> str:
    """Number of the client's invoice of a cycle."""
    return f"LH{cycle.name[2:4]}{cycle.name[5:]}-{CLIENTS[client].number}{suffix}"


def vendor_document(client: str, cycle: Cycle, suffix: str = "") -> str:
    """Number of the provider's bill for a client."""
    return f"{cycle.name.replace('-', '')}/{CLIENTS[client].number * 7}{suffix}"


def invoices(month: Month) -> Iterator[Invoice]:
    """One line for each line of the register that is due; sites have lines of their own, bands too."""
    for line in month.lines:
        found = due(line, month.cycle)
        if found and found.amount:
            yield from _split(month, line, found)


def _split(month: Month, line: Line, found: Due) -> Iterator[Invoice]:
    number = document(line.client, month.cycle)
    price = None if found.part or (line.service, "price") in BANDS else Decimal(line.price)
    if price is not None and found.price != price:
        price = Decimal(found.price.numerator) / Decimal(found.price.denominator)
    whole = Invoice(*line.pair, found.quantity, price, found.amount, number, line.contract)
    if line.pair in BY_BAND and (line.service, "price") in BANDS:
        for count, band in by_bands(found.quantity, line.service, "price"):
            yield replace(whole, quantity=count, price=band.price, amount=cents(count * band.price))
    elif line.service == "VPS" and line.client == "HornbeamSchools":  # each campus gets its own invoice
        for place, (site, count) in enumerate(zip(SITES[line.client], (Decimal(4), Decimal(2)), strict=True), 2):
            yield replace(
                whole, quantity=count, amount=cents(count * line.price), document=f"{number}-{place}", account=site
            )
        rest = found.quantity - 6
        yield replace(whole, quantity=rest, amount=cents(rest * line.price))
    else:
        yield whole


def by_bands(quantity: Decimal, service: str, basis: str) -> Iterator[tuple[Decimal, Band]]:
    """The quantity that lies in each band."""
    bands = BANDS[service, basis][1]
    for index, band in enumerate(bands):
        last = Decimal(bands[index + 1].start - 1) if index + 1 < len(bands) else quantity
        if quantity >= band.start:
            yield min(quantity, last) - (band.start - 1), band


def charges(month: Month) -> Iterator[Charge]:
    """The provider's bill: what was used, at the agreed cost."""
    for pair in month.use:
        service = SERVICES[pair.service]
        count = month.use[pair] if service.usage == "charged" else used(month, pair)
        if service.vendor_item and count:
            yield from _charge(month, pair, count)


def _charge(month: Month, pair: Pair, count: Decimal) -> Iterator[Charge]:
    service, number = SERVICES[pair.service], vendor_document(pair.client, month.cycle)
    contract = f"S{code(7, 'upstream', *pair)}"
    line = Charge(*pair, count, service.cost, cents(count * service.cost), number, contract)
    line.committed = COMMITTED.get(pair)
    if (pair.service, "cost") in BANDS:
        parts = list(by_bands(count, pair.service, "cost"))
        if pair in BY_BAND:
            for part, band in parts:
                yield replace(line, quantity=part, cost=band.price, amount=cents(part * band.price))
        else:
            yield replace(line, cost=None, amount=cents(sum((part * band.price for part, band in parts), ZERO)))
    elif pair == ("DrumlinMed", "SPLA"):  # two orders on one subscription
        for part in (Decimal(10), count - 10):
            yield replace(line, quantity=part, amount=cents(part * service.cost))
    else:
        yield line


def corrected(month: Month) -> None:
    """What is put right within the month: charges taken back and made again, credits that name their invoice."""
    name = month.cycle.name
    if name == "2026-08":
        recharge(month.billed(Pair("GneissCapital", "SOC"))[0], month.invoices)
        credit(month, Pair("LoessSeed", "CALL-REC"), 1)
    elif name == "2026-09":
        recharge(month.charged(Pair("AgateHarbour", "VPN-CONC"))[0], month.charges)
        credit(month, Pair("CinderPress", "COLLAB"), 2)
    else:
        recharge(month.billed(Pair("EskerWater", "VAULT"))[0], month.invoices)
        credit(month, Pair("KarstWine", "FIBRE"), 1)
    (line,) = month.billed(Pair("NunatakGear", "EGRESS"))
    line.amount += Decimal("0.04")  # the billing tool rounds each day; the policy allows this client five cents


def recharge(line: _Paper, lines: list[_Paper]) -> None:
    """The line is reversed and stands once more."""
    place = lines.index(line) + 1
    lines[place:place] = [replace(line, amount=-line.amount), replace(line)]


def credit(month: Month, pair: Pair, count: int) -> None:
    """The invoice has `count` too many, and a credit that names it takes them back."""
    line = month.billed(pair)[0]
    assert line.price is not None
    line.quantity += count
    line.amount = cents(line.quantity * line.price)
    taken = cents(count * line.price)
    number = document(pair.client, month.cycle, "-C")
    month.invoices.append(
        replace(line, quantity=Decimal(count), amount=-taken, document=number, replaces=line.document, kind="credit")
    )


def taxes(month: Month) -> dict[str, Decimal]:
    """Sales tax of each document of a client that is taxed."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in month.invoices:
        if CLIENTS[line.client].tax_rate:
            key = (line.client, line.document)
            sums[key] = sums.get(key, ZERO) + line.amount
    return {number: cents(amount * (CLIENTS[client].tax_rate or ZERO)) for (client, number), amount in sums.items()}
