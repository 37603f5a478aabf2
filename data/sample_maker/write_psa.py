"""The PSA: REST pages of agreements, additions and invoices, and the additions grid as CSV."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from . import psa_records
from .basics import CYCLES, Cycle, cents, draw
from .catalog import PACKS, SERVICES
from .clients import spelled
from .facts import Account, Facts, Promise
from .files import Json, csv_bytes, json_lines, put
from .psa_records import UNKNOWN_AGREEMENT
from .world import World

_PAGE = 50
_BILL = {"Billable": "Billable", "DoNotBill": "Do Not Bill", "NoCharge": "No Charge"}
_NARROW = ("Effective", "Cancelled", "Product ID", "Description", "Quantity", "Price", "Ext Price", "Bill")


def write(folder: Path, world: World, facts: Facts) -> None:
    """All PSA files of a cycle."""
    known = agreement_ids(world)
    ours = [p for p in facts.promises if not p.client or world.clients[p.client].currency == "USD"]
    numbered = sorted((known.get(key, UNKNOWN_AGREEMENT), key) for key in _keys(ours))
    agreements = [psa_records.agreement(world, facts, number, key) for number, key in numbered]
    for number, start in enumerate(range(0, len(agreements), _PAGE), 1):
        put(folder / f"agreements_p{number}.json", json_lines(agreements[start : start + _PAGE]))
    additions = [
        psa_records.addition(facts, known.get((p.client, p.agreement), UNKNOWN_AGREEMENT), p)
        for p in sorted(ours, key=lambda p: p.number)
    ]
    half = len(additions) // 2
    overlap = 1 if facts.cycle.name == "2026-09" else 0  # a page read while an addition was inserted
    put(folder / "additions_p1.json", json_lines(additions[: half + overlap]))
    put(folder / "additions_p2.json", json_lines(additions[half:]))
    _grids(folder, world, facts)
    first = 90000 + 1000 * CYCLES.index(facts.cycle)
    invoices: list[Json] = [
        psa_records.agreement_invoice(
            key, world.clients[bill.client], facts.cycle, known[(bill.client, bill.agreement)], bill
        )
        for key, bill in enumerate((b for b in facts.bills if b.agreement), first)
    ]
    invoices += psa_records.ticket_invoices(first + len(invoices), world, facts.cycle)
    put(folder / "invoices_p1.json", json_lines(invoices))


def agreement_ids(world: World) -> dict[tuple[str, str], int]:
    """Ids of all agreements, in the order in which they were made."""
    keys = dict.fromkeys((pair.client, deal.agreement) for pair, deal in world.deals.items())
    return {key: 412 + 3 * index + draw(3, "agreement", *key) for index, key in enumerate(keys)}


def _keys(promises: list[Promise]) -> set[tuple[str, str]]:
    return {(p.client or (p.account or Account("", "")).name, p.agreement) for p in promises}


def _grids(folder: Path, world: World, facts: Facts) -> None:
    """One CSV per agreement of the Canadian arm, with the columns its bookkeeper happened to show."""
    ours = [p for p in facts.promises if p.client and world.clients[p.client].currency == "CAD"]
    for code, agreement in sorted(_keys(ours)):
        client = world.clients[code]
        lines = [p for p in ours if (p.client, p.agreement) == (code, agreement)]
        wide = draw(3, "columns", code, facts.cycle.name) == 0
        table = [_grid_row(facts.cycle, line, number, wide) for number, line in enumerate(lines, 1)]
        rows = [list(table[0]), *([*row.values()] for row in table)]
        name = f"Additions - {spelled(client, 'canada_agreements')} - {agreement}.csv"
        put(folder / name, csv_bytes(rows, bom=draw(2, "bom", code) == 0))


def _grid_row(cycle: Cycle, line: Promise, number: int, wide: bool) -> dict[str, str]:
    service = SERVICES[line.service]
    pack = PACKS.get(("canada_agreements", line.service), Decimal(1))
    count, price = line.quantity / pack, line.price * pack
    part = cents(line.price * line.net * line.days(cycle) / cycle.days)
    same = service.canada == service.code
    shown = {
        "Sequence": f"{number}.00",
        "Product ID": service.canada,
        "Description": service.name if same else f"{service.name}, mensuel/monthly",
        "Effective": _us_date(line.effective),
        "Cancelled": _us_date(line.cancelled),
        "Quantity": f"{count:,.2f}",
        "Price": f"${price:,.2f}",
        "Ext Price": f"${count * price:,.2f}",
        "Prorate Price": f"${part:,.2f}",
        "Bill": _BILL[line.bill],
        "Tax": "Yes",
        "Level": "Agreement",
        "Agreement Status": "Active",
    }
    return shown if wide else {column: shown[column] for column in _NARROW}


def _us_date(day: date | None) -> str:
    return f"{day.month}/{day.day}/{day.year}" if day else ""
