"""Errors in the upstream provider's bill of the month itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..basics import ZERO, cents
from ..facts import Pair
from ..plants_promise import AUG, OCT, SEP
from .arm import Arm, Plant
from .derive import recharge, vendor_document

LEG = "delivered_charged"


def overcharged(client: str, service: str, cycle: str, extra: int, impact: str, note: str) -> Plant:
    """The last line's quantity is off."""

    def plant(arm: Arm) -> None:
        line = arm.months[cycle].charged(Pair(client, service))[-1]
        line.quantity += extra
        line.amount = cents(line.quantity * (line.cost or ZERO))
        arm.add(cycle, "vendor_overcharge", LEG, line.pair, Decimal(impact), note)

    return plant


def dearer(client: str, service: str, cycle: str, cost: str, impact: str, note: str) -> Plant:
    """Another unit cost than agreed; in bands, one for all."""

    def plant(arm: Arm) -> None:
        (line,) = arm.months[cycle].charged(Pair(client, service))
        line.cost = Decimal(cost)
        line.amount = cents(line.quantity * line.cost)
        arm.add(cycle, "cost_changed", LEG, line.pair, Decimal(impact), note)

    return plant


def remade(client: str, service: str, cycle: str, extra: int, impact: str, note: str) -> Plant:
    """Taken back and made again, but wrong."""

    def plant(arm: Arm) -> None:
        month = arm.months[cycle]
        recharge(month.charged(Pair(client, service))[0], month.charges)
        overcharged(client, service, cycle, extra, impact, note)(arm)

    return plant


def chain(client: str, cycle: str, service: str, note: str) -> Plant:
    """A bill with two of a service too many, one with one too many in its place, and the right one."""

    def plant(arm: Arm) -> None:
        month, number = arm.months[cycle], vendor_document(client, arm.months[cycle].cycle)
        right = [one for one in month.charges if one.document == number]
        for extra in (2, 1):
            for line in right:
                wrong = replace(line, document=number if extra == 2 else f"{number}R1")
                wrong.replaces = "" if extra == 2 else number
                if line.service == service:
                    wrong.quantity += extra
                    wrong.amount = cents(wrong.quantity * (line.cost or ZERO))
                month.charges.append(wrong)
            arm.add(cycle, "invoice_reissued", LEG, Pair(client, ""), ZERO, note, "USD")
        for line in right:
            line.document, line.replaces = f"{number}R2", f"{number}R1"

    return plant


def committed(client: str, service: str, cycles: tuple[str, ...], until: date, leg: str, note: str) -> Plant:
    """The provider's commitment of the last line ends on another day."""

    def plant(arm: Arm) -> None:
        for cycle in cycles:
            line = [one for one in arm.months[cycle].charged(Pair(client, service)) if not one.month][-1]
            line.committed = until
            arm.add(cycle, "term_mismatch", leg, line.pair, ZERO, note)

    return plant


PLANTS: tuple[Plant, ...] = (
    overcharged("BasaltFoods", "OBJ-TB", OCT, 2, "-6.20", "two terabytes above the commitment that is owed anyway"),
    overcharged("DrumlinMed", "EGRESS", AUG, 100, "-3.00", "100 GB too many, at the cost of the second band"),
    dearer("AgateHarbour", "EGRESS", SEP, "0.05", "-10.00", "the provider forgets its price bands"),
    dearer("JasperMuseum", "COLLAB", AUG, "3.80", "-2.70", "dearer than agreed"),
    remade("CinderPress", "COLLAB", SEP, 1, "-3.50", "taken back and made again with one too many"),
    remade("GneissCapital", "VDI", OCT, 2, "-34.00", "taken back and made again with two too many"),
    chain("GneissCapital", SEP, "SPLA", "issued three times, the last one right"),
    committed(
        "HornbeamSchools",
        "VPS",
        (SEP, OCT),
        date(2027, 6, 30),
        "promised_delivered",
        "the provider's commitment ends three months after the contract",
    ),
    committed(
        "DrumlinMed",
        "SPLA",
        (OCT,),
        date(2027, 8, 31),
        LEG,
        "the second order of a subscription doesn't end with the first",
    ),
)
