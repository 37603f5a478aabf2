"""Errors in the arm's invoices: they differ from contracts that are right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..basics import ZERO, cents
from ..facts import Pair
from ..plants_promise import AUG, OCT, SEP
from .arm import Arm, Plant
from .catalog import CLIENTS
from .derive import document, recharge
from .facts import Invoice, Month

LEG = "promised_billed"


def counted(client: str, service: str, cycle: str, change: int, impact: str, note: str) -> Plant:
    """The last line's quantity is off, at its own price."""

    def plant(arm: Arm) -> None:
        line = arm.months[cycle].billed(Pair(client, service))[-1]
        assert line.price is not None
        line.quantity += change
        line.amount = cents(line.quantity * line.price)
        arm.add(cycle, "invoice_quantity_differs", LEG, line.pair, Decimal(impact), note)

    return plant


def priced(client: str, service: str, cycle: str, price: str, impact: str, note: str) -> Plant:
    """Another unit price; in bands, one price for all."""

    def plant(arm: Arm) -> None:
        line = arm.months[cycle].billed(Pair(client, service))[-1]
        line.price = Decimal(price)
        line.amount = cents(line.quantity * line.price)
        arm.add(cycle, "price_differs", LEG, line.pair, Decimal(impact), note)

    return plant


def part(client: str, service: str, cycle: str, amount: str, impact: str, note: str) -> Plant:
    """A part month, or a part of a term, billed by another rule than the client's."""

    def plant(arm: Arm) -> None:
        line = arm.months[cycle].billed(Pair(client, service))[-1]
        line.price, line.amount, line.kind = None, Decimal(amount), "proration"
        arm.add(cycle, "proration_differs", LEG, line.pair, Decimal(impact), note)

    return plant


def amount(client: str, service: str, cycle: str, change: str, kind: str, note: str) -> Plant:
    """The line's amount is off by `change`."""

    def plant(arm: Arm) -> None:
        line = arm.months[cycle].billed(Pair(client, service))[-1]
        line.amount += Decimal(change)
        off = line.amount - cents(line.quantity * line.price) if line.price else Decimal(change)
        arm.add(cycle, kind, LEG, line.pair, off, note)

    return plant


def forgotten(client: str, service: str, cycle: str, impact: str, note: str) -> Plant:
    """On no invoice."""

    def plant(arm: Arm) -> None:
        _drop(arm.months[cycle], Pair(client, service))
        arm.add(cycle, "not_invoiced", LEG, Pair(client, service), Decimal(impact), note)

    return plant


def again(client: str, service: str, cycle: str, count: int, price: str, note: str) -> Plant:
    """A year that was paid is invoiced in a month in which nothing is due."""

    def plant(arm: Arm) -> None:
        money = cents(count * Decimal(price))
        contract = next(one.contract for one in arm.months[cycle].lines if one.pair == (client, service))
        arm.months[cycle].invoices.append(_line(arm, cycle, client, service, contract, str(count), price))
        arm.add(cycle, "invoice_quantity_differs", LEG, Pair(client, service), money, note)

    return plant


def elsewhere(
    client: str, service: str, cycle: str, due: str, parts: tuple[tuple[str, str, str], ...], note: str
) -> Plant:
    """A promise that is invoiced under other services: `parts` of service, quantity and price."""

    def plant(arm: Arm) -> None:
        month, pair = arm.months[cycle], Pair(client, service)
        contract = _drop(month, pair)
        arm.add(cycle, "not_invoiced", LEG, pair, -Decimal(due), note)
        for other, count, price in parts:
            line = _line(arm, cycle, client, other, contract, count, price)
            month.invoices.append(line)
            arm.add(cycle, "invoiced_without_agreement", LEG, line.pair, line.amount, note)

    return plant


def two_contracts(client: str, cycle: str, extra: int, over: str, missing: str, note: str) -> Plant:
    """Of two contracts for links one is billed `extra` too high and the other not at all."""

    def plant(arm: Arm) -> None:
        month, pair = arm.months[cycle], Pair(client, "FIBRE")
        first, second = month.billed(pair)
        assert first.price is not None
        first.quantity += extra
        first.amount = cents(first.quantity * first.price)
        month.invoices.remove(second)
        arm.add(cycle, "invoice_quantity_differs", LEG, pair, Decimal(over), note)
        arm.add(cycle, "not_invoiced", LEG, pair, Decimal(missing), note)

    return plant


def remade(client: str, service: str, cycle: str, change: int, impact: str, note: str) -> Plant:
    """Taken back and made again, but wrong."""

    def plant(arm: Arm) -> None:
        month = arm.months[cycle]
        recharge(month.billed(Pair(client, service))[0], month.invoices)
        counted(client, service, cycle, change, impact, note)(arm)

    return plant


def chain(client: str, cycle: str, service: str, note: str) -> Plant:
    """An invoice with two of a service too many, one with one too many in its place, and the right one."""

    def plant(arm: Arm) -> None:
        month, number = arm.months[cycle], document(client, arm.months[cycle].cycle)
        right = [one for one in month.invoices if one.document == number]
        for extra in (2, 1):
            for line in right:
                wrong = replace(line, document=number if extra == 2 else f"{number}-B")
                wrong.replaces = "" if extra == 2 else number
                if line.service == service and line.price is not None:
                    wrong.quantity += extra
                    wrong.amount = cents(wrong.quantity * line.price)
                month.invoices.append(wrong)
            arm.add(cycle, "invoice_reissued", LEG, Pair(client, ""), ZERO, note)
        for line in right:
            line.document, line.replaces = f"{number}-C", f"{number}-B"

    return plant


def taxed(client: str, cycle: str, rate: str, impact: str, note: str) -> Plant:
    """The tax line of an invoice at another rate."""

    def plant(arm: Arm) -> None:
        month, number = arm.months[cycle], document(client, arm.months[cycle].cycle)
        worth = sum((one.amount for one in month.invoices if one.document == number), ZERO)
        month.tax[number] = cents(worth * Decimal(rate))
        arm.add(cycle, "tax", LEG, Pair(client, ""), Decimal(impact), note)

    return plant


def _drop(month: Month, pair: Pair) -> str:
    """Take the lines off the invoice; returns their contract."""
    (line,) = month.billed(pair)
    month.invoices.remove(line)
    return line.contract


def _line(arm: Arm, cycle: str, client: str, service: str, contract: str, count: str, price: str) -> Invoice:
    number = document(client, arm.months[cycle].cycle)
    money = cents(Decimal(count) * Decimal(price))
    return Invoice(CLIENTS[client].code, service, Decimal(count), Decimal(price), money, number, contract)


PLANTS: tuple[Plant, ...] = (
    counted("HornbeamSchools", "MAIL-ARC", AUG, 1, "3.00", "one more invoiced, at the price of its band"),
    counted("BasaltFoods", "VAULT", OCT, 3, "12.75", "the three that are included were billed"),
    priced("EskerWater", "MAIL-ARC", SEP, "5.00", "2.00", "the invoice forgets the price bands"),
    priced("HornbeamSchools", "RELAY", OCT, "1.60", "44.00", "the price of the smaller volume band"),
    amount("DrumlinMed", "FAX", SEP, "-5.00", "price_differs", "the second band's flat fee is missing"),
    priced("AgateHarbour", "SOC", SEP, "975.00", "25.00", "flat fee raised on the invoice only"),
    priced("NunatakGear", "SOC", AUG, "780.00", "-20.00", "flat fee of the year before"),
    part("DrumlinMed", "WAF", AUG, "77.42", "-2.58", "20 of 31 days, where the client's months have 30"),
    part("JasperMuseum", "WAF", SEP, "90.00", "-90.00", "prorated, though the client's months are billed whole"),
    part("LoessSeed", "WAF", OCT, "90.00", "-60.00", "the first part month was to come with this invoice"),
    part(
        "MarlRadio", "WAF", SEP, "80.00", "-160.00", "ten days billed, though a month that ends early is billed whole"
    ),
    part("EskerWater", "WAF", OCT, "150.00", "53.23", "the last month billed whole"),
    part("CinderPress", "DNS-ZONE", SEP, "20.40", "-15.60", "prorated, though the service's months are billed whole"),
    counted("IsthmusFreight", "SIP", SEP, -2, "-48.00", "in advance: the old quantity billed for the next month"),
    part("AgateHarbour", "DRAAS", SEP, "480.00", "260.38", "what joined in mid-term billed for a whole year"),
    part("LoessSeed", "DRAAS", AUG, "240.00", "145.32", "what joined in mid-term billed for a whole year"),
    forgotten("EskerWater", "DRAAS", OCT, "-1200.00", "the anniversary was missed"),
    again("BasaltFoods", "DRAAS", OCT, 10, "240.00", "the year was paid in September"),
    priced("CinderPress", "WEBAPP", OCT, "100.00", "-15.00", "a twelfth of the year without the monthly uplift"),
    priced("NunatakGear", "WEBAPP", AUG, "120.00", "-12.00", "a twelfth of the year without the monthly uplift"),
    taxed("FjordShipping", SEP, "0.12", "-1.91", "tax line at another province's rate"),
    taxed("KarstWine", OCT, "0.13", "38.59", "tax line at another province's rate"),
    remade("MarlRadio", "VPN-CONC", AUG, 1, "7.00", "taken back and made again with one too many"),
    remade("JasperMuseum", "COLLAB", AUG, -1, "-8.00", "taken back and made again with one too few"),
    chain("BasaltFoods", AUG, "VAULT", "issued three times, the last one right"),
    two_contracts("EskerWater", OCT, 1, "150.00", "-450.00", "one contract billed too high, the other not at all"),
    two_contracts("AgateHarbour", SEP, 2, "300.00", "-150.00", "one contract billed too high, the other not at all"),
    elsewhere("BasaltFoods", "FIBRE", OCT, "300.00", (("WAF", "2", "150.00"),), "invoiced under another service"),
    elsewhere("MarlRadio", "WEBAPP", SEP, "87.50", (("DNS-ZONE", "1", "87.50"),), "invoiced under another service"),
    elsewhere(
        "NunatakGear",
        "FIBRE",
        OCT,
        "450.00",
        (("WAF", "1", "200.00"), ("DNS-ZONE", "1", "250.00")),
        "invoiced in two parts, under other services",
    ),
    elsewhere(
        "LoessSeed",
        "CALL-REC",
        OCT,
        "66.00",
        (("DNS-ZONE", "1", "26.00"), ("SIP", "1", "40.00")),
        "invoiced in two parts, under other services",
    ),
    amount("NunatakGear", "EGRESS", SEP, "0.04", "rounding", "eight cents off, where the policy allows five"),
    amount("DrumlinMed", "EGRESS", OCT, "0.04", "rounding", "four cents off, which is allowed for another client only"),
)
