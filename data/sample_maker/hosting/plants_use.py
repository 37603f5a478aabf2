"""Errors in the arm's use and register: what is used and what the register says disagree."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..facts import Pair
from ..plants_promise import ALL, AUG, OCT, SEP
from .arm import Arm, Plant
from .counts import member

LEG = "promised_delivered"


def used(client: str, service: str, cycle: str, change: str, impact: str, note: str) -> Plant:
    """Use moved away from the register by `change`."""

    def plant(arm: Arm) -> None:
        pair, delta = Pair(client, service), Decimal(change)
        arm.months[cycle].use[pair] += delta
        kind = "under_billed_quantity" if delta > 0 else "over_billed_quantity"
        arm.add(cycle, kind, LEG, pair, Decimal(impact), note)

    return plant


def promised(client: str, service: str, quantity: str, cycles: tuple[str, ...], impact: str, note: str) -> Plant:
    """The register's quantity disagrees with a commitment; the invoices follow the register."""

    def plant(arm: Arm) -> None:
        pair, money = Pair(client, service), Decimal(impact)
        for cycle in cycles:
            month = arm.months[cycle]
            month.lines = [replace(one, quantity=Decimal(quantity)) if one.pair == pair else one for one in month.lines]
            kind = "under_billed_quantity" if money < 0 else "over_billed_quantity"
            arm.add(cycle, kind, LEG, pair, money, note)

    return plant


def after_trial(client: str, service: str, cycles: tuple[str, ...], impact: str, note: str) -> Plant:
    """The trial ended and nobody made a contract."""

    def plant(arm: Arm) -> None:
        pair = Pair(client, service)
        for month in arm.months.values():
            month.lines = [one for one in month.lines if one.pair != pair]
        for cycle in cycles:
            arm.add(cycle, "unbilled", LEG, pair, Decimal(impact), note)

    return plant


def dear_dollar(client: str, price: str, cycles: tuple[str, ...], margins: dict[str, str], note: str) -> Plant:
    """A price in CAD that leaves enough until the US dollar, in which the cost is, rises."""

    def plant(arm: Arm) -> None:
        pair = Pair(client, "XDR")
        for cycle in cycles:
            month = arm.months[cycle]
            month.lines = [replace(one, price=Decimal(price)) if one.pair == pair else one for one in month.lines]
        for cycle, impact in margins.items():
            arm.add(cycle, "margin_low", "charged_billed", pair, Decimal(impact), note)

    return plant


def two_employers(arm: Arm) -> None:
    """A person of the radio who is on the museum's list too, and nobody has said whose they are."""
    guest, host = Pair("MarlRadio", "COLLAB"), Pair("JasperMuseum", "COLLAB")
    for cycle in (SEP, OCT):
        month = arm.months[cycle]
        mine, theirs = member(host, 3), member(guest, 1)
        month.seen = [one._replace(thing=theirs) if one.thing == mine else one for one in month.seen]
        arm.add(
            cycle, "duplicate", LEG, host, Decimal(0), "one person on the member lists of two clients, no home named"
        )


BEFORE: tuple[Plant, ...] = (
    used("AgateHarbour", "VPN-CONC", SEP, "2", "-14.00", "peak of the month two above the contract"),
    used("MarlRadio", "VPN-CONC", OCT, "3", "-21.00", "peak of the month three above the contract"),
    used("AgateHarbour", "VAULT", SEP, "-2", "9.00", "average of the month two below the contract"),
    used("EskerWater", "VAULT", OCT, "1.5", "-6.75", "average of the month one and a half above the contract"),
    used("BasaltFoods", "VAULT", SEP, "2", "-8.50", "two above the contract, after the three that are included"),
    used("AgateHarbour", "EGRESS", OCT, "240", "-21.60", "metered records of the month add up to 240 GB more"),
    used("GneissCapital", "FAX", OCT, "240", "-7.40", "metered pages reach the second band with its flat fee"),
    used("BasaltFoods", "VDI", AUG, "-1", "32.00", "one desktop was active on no day"),
    used("JasperMuseum", "VDI", OCT, "2", "-64.00", "two more desktops were active on some day"),
    used("DrumlinMed", "OBJ-TB", OCT, "4", "-23.20", "four terabytes above the contract, beyond the commitment"),
    promised("BasaltFoods", "OBJ-TB", "17", (SEP, OCT), "-18.00", "contract lowered below the commitment of 20"),
    promised("CinderPress", "CALL-REC", "6", (OCT,), "22.00", "promised above the commitment of 4; 2 on the last day"),
    used("LoessSeed", "CALL-REC", SEP, "1", "-11.00", "one seat more on the last day"),
    used("GneissCapital", "SPLA", OCT, "2", "-48.00", "the pool's latest post is two above the contract"),
    used("IsthmusFreight", "SPLA", SEP, "-1", "24.00", "the pool's latest post is one below the contract"),
    used("CinderPress", "COLLAB", OCT, "-2", "16.00", "two members fewer, those with two licences counted once"),
    used("MarlRadio", "COLLAB", SEP, "1", "-8.00", "one member more"),
    used("EskerWater", "MAIL-ARC", OCT, "1", "-4.00", "one archive more, in the second price band"),
    used("AgateHarbour", "MAIL-ARC", OCT, "4", "-17.00", "four archives more, over the edge of a price band"),
    used("NunatakGear", "MAIL-ARC", SEP, "-2", "8.00", "two archives fewer, in the second price band"),
    used("LoessSeed", "RELAY", OCT, "3", "4.80", "three boxes more make all of them cheaper: billed too much"),
    used("BasaltFoods", "RELAY", SEP, "-2", "3.20", "two boxes fewer, in the same volume band"),
    used("EskerWater", "VPS", SEP, "1", "-22.00", "one unit more at two sites together"),
    used("HornbeamSchools", "VPS", AUG, "3", "-66.00", "three units more at three sites together"),
    after_trial("MarlRadio", "VAULT", (OCT,), "-54.00", "the free trial is over, and no contract was made"),
    after_trial("CinderPress", "VDI", (SEP, OCT), "-128.00", "the proof of concept is over, and no contract was made"),
    dear_dollar(
        "FjordShipping", "13.70", ALL, {SEP: "-2.52", OCT: "-2.52"}, "cost in USD, price in CAD: the rate rose"
    ),
    dear_dollar("KarstWine", "13.60", (OCT,), {OCT: "-2.43"}, "cost in USD, price in CAD: discounted too far"),
)
SEEN: tuple[Plant, ...] = (two_employers,)
