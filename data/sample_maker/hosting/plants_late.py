"""Invoices, credits and charges of the arm that belong to an earlier month."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..basics import cents
from ..facts import Pair
from ..plants_promise import AUG, OCT, SEP
from .arm import Arm, Plant
from .derive import document, taxes, vendor_document

BILLED, CHARGED = "promised_billed", "delivered_charged"
Months = tuple[str, str]


def late_invoice(client: str, service: str, cycles: Months, amount: str, note: str) -> Plant:
    """Missing in one month and on the next invoice, with its own period."""

    def plant(arm: Arm) -> None:
        lacking, carrying = (arm.months[cycle] for cycle in cycles)
        (line,) = lacking.billed(Pair(client, service))
        lacking.invoices.remove(line)
        carrying.invoices.append(replace(line, document=document(client, carrying.cycle), month=cycles[0]))
        lacking.tax, carrying.tax = taxes(lacking), taxes(carrying)
        arm.add(cycles[0], "timing", BILLED, line.pair, -Decimal(amount), note)
        arm.add(cycles[1], "timing", BILLED, line.pair, Decimal(amount), note)

    return plant


def credited(
    client: str, service: str, cycles: Months, count: int, amount: str, note: str, wrong: bool = True
) -> Plant:
    """A credit that names the invoice of the month before, which was too high by it, or right."""

    def plant(arm: Arm) -> None:
        before, now = (arm.months[cycle] for cycle in cycles)
        line, money = before.billed(Pair(client, service))[0], Decimal(amount)
        number = document(client, now.cycle, "-C")
        taken = replace(line, quantity=Decimal(count), amount=-money, document=number, replaces=line.document)
        taken.kind, taken.month = "credit", cycles[0]
        now.invoices.append(taken)
        if wrong:
            line.quantity += count
            line.amount += money
        else:
            arm.add(cycles[0], "credit_unmatched", BILLED, line.pair, -money, note)
        arm.add(cycles[0], "timing", BILLED, line.pair, money, note)
        arm.add(cycles[1], "timing", BILLED, line.pair, -money, note)

    return plant


def late_charge(client: str, service: str, cycles: Months, charged: int, later: int, note: str) -> Plant:
    """The provider charges `charged` in one month and `later` for it in the next; what is beyond use is too much."""

    def plant(arm: Arm) -> None:
        lacking, carrying = (arm.months[cycle] for cycle in cycles)
        (line,) = lacking.charged(Pair(client, service))
        cost, used = line.cost or Decimal(0), line.quantity
        number = vendor_document(client, carrying.cycle)
        carrying.charges.append(
            replace(line, quantity=Decimal(later), amount=cents(later * cost), document=number, month=cycles[0])
        )
        line.quantity, line.amount = Decimal(charged), cents(charged * cost)
        if not charged:
            lacking.charges.remove(line)
        lack = (used - charged) * cost
        beyond = later * cost - lack
        if lack:
            arm.add(cycles[0], "timing", CHARGED, line.pair, lack, note)
            arm.add(cycles[1], "timing", CHARGED, line.pair, -lack, note)
        if beyond:
            arm.add(cycles[1], "vendor_overcharge" if lack else "duplicate", CHARGED, line.pair, -beyond, note)

    return plant


def vendor_credit(client: str, service: str, cycles: Months, count: int, note: str) -> Plant:
    """Overcharged by `count` in one month; the next bill's credit names it."""

    def plant(arm: Arm) -> None:
        before, now = (arm.months[cycle] for cycle in cycles)
        (line,) = before.charged(Pair(client, service))
        money = cents(count * (line.cost or Decimal(0)))
        number = vendor_document(client, now.cycle, "-CR")
        taken = replace(line, quantity=Decimal(count), amount=-money, document=number, replaces=line.document)
        taken.kind, taken.month = "credit", cycles[0]
        now.charges.append(taken)
        line.quantity, line.amount = line.quantity + count, line.amount + money
        arm.add(cycles[0], "timing", CHARGED, line.pair, -money, note)
        arm.add(cycles[1], "timing", CHARGED, line.pair, money, note)

    return plant


PLANTS: tuple[Plant, ...] = (
    late_invoice("GneissCapital", "SIP", (AUG, SEP), "144.00", "in advance: September's trunks billed with October's"),
    late_invoice("FjordShipping", "FIBRE", (SEP, OCT), "360.00", "September's links on October's invoice"),
    credited("CinderPress", "VPN-CONC", (SEP, OCT), 2, "14.00", "two too many, credited a month later by number"),
    credited("DrumlinMed", "OBJ-TB", (AUG, SEP), 2, "11.60", "two too many, credited a month later by number"),
    credited(
        "NunatakGear", "VPS", (SEP, OCT), 1, "22.00", "credit for last month's invoice, which was right", wrong=False
    ),
    late_charge("IsthmusFreight", "SPLA", (AUG, SEP), 0, 7, "August's licences charged on September's bill"),
    late_charge("EskerWater", "CALL-REC", (SEP, OCT), 5, 5, "four seats were missing, five are charged a month later"),
    late_charge("HornbeamSchools", "VPS", (SEP, OCT), 11, 11, "a month that had been charged is charged again"),
    vendor_credit("BasaltFoods", "VDI", (SEP, OCT), 2, "two desktops too many, credited a month later by number"),
)
