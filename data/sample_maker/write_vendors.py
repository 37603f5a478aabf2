"""Other vendors' bills: the distributor's CSV and the RMM vendor's workbook."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from .basics import CYCLES, ZERO, Cycle, cents, draw, plain
from .catalog import PACKS, SERVICES, list_price
from .clients import HOME, account, account_id
from .facts import Account, Charge, Facts, Item
from .files import csv_bytes, put
from .world import World

ONBOARDING = Item("ACR-SVC-ONB-O100", "Acronis onboarding assistance, one-time")
_PAX8_COLUMNS = [
    "invoice_date",
    "company_id",
    "company_name",
    "type",
    "sku",
    "description",
    "details",
    "start_period",
    "end_period",
    "term",
    "quantity",
    "cost",
    "cost_total",
    "price",
    "subtotal",
    "partner_subtotal",
    "currency",
    "vendor",
]
_RMM_COLUMNS = (
    "Invoice",
    "Account",
    "Client",
    "Item",
    "Description",
    "Quantity",
    "Minimum",
    "Rate",
    "Amount",
    "Currency",
    "Period start",
    "Period end",
)
_MADE = datetime(2026, 1, 1)


def write(folder: Path, world: World, facts: Facts) -> None:
    """All vendor bills of a cycle."""
    index = CYCLES.index(facts.cycle)
    charges = [c for c in facts.charges if c.source == "pax8_invoice_items"] + _distributor_extras(facts.cycle, world)
    for currency in ("USD", "CAD"):
        rows = [_pax8_row(facts.cycle, c) for c in sorted(charges, key=_by_company) if c.currency == currency]
        serial = 3300100 + index * 812 + (0 if currency == "USD" else 7)
        put(folder / f"invoice_{serial}.csv", csv_bytes([_PAX8_COLUMNS, *rows], "\n"))
    lines = sorted((c for c in facts.charges if c.source == "rmm_invoice"), key=_by_company)
    name = f"rmm-invoice-{facts.cycle.name}"
    _rmm_workbook(folder / f"{name}.xlsx", facts.cycle, [c for c in lines if not c.replaces])
    later = [c for c in lines if c.replaces]
    if later:
        _rmm_workbook(folder / f"{name}-reissued.xlsx", facts.cycle, later, ("Replaces",))


def _item(line: Charge) -> Item:
    return line.item or SERVICES[line.service].vendor_item()


def _account(line: Charge) -> Account:
    return line.account or Account("", "")


def _distributor_extras(cycle: Cycle, world: World) -> list[Charge]:
    """Lines that the crosswalk excludes: the MSP's own seats and a one-time service."""
    own = Charge(
        "pax8_invoice_items",
        "",
        "HUN-EDR",
        "USD",
        Decimal(14),
        ZERO,
        ZERO,
        word="subscription",
        excluded=True,
    )
    own.account = Account(account_id(None, "pax8_invoice_items"), HOME.name)
    buyer = sorted(world.clients.values(), key=lambda c: draw(997, "onboarding", c.code, cycle.name))[0]
    fee = Charge(
        "pax8_invoice_items",
        buyer.code,
        "",
        buyer.currency,
        Decimal(1),
        Decimal(150),
        Decimal(150),
        excluded=True,
    )
    fee.account, fee.item, fee.word = account(buyer, "pax8_invoice_items"), ONBOARDING, "one-time"
    for line in (own, fee):
        line.start, line.end = cycle.first, cycle.last
    return [own, fee]


def _by_company(line: Charge) -> tuple[str, str, str, Decimal]:
    return (_account(line).name.lower(), _item(line).id, line.word, line.quantity)


def _pax8_row(cycle: Cycle, line: Charge) -> list[str]:
    item, company = _item(line), _account(line)
    pack = PACKS.get(("pax8_invoice_items", line.service), Decimal(1))
    count, cost = line.quantity / pack, line.cost * pack
    if line.kind == "credit":
        count = Decimal(1)
    price = (list_price(line.service, line.currency, cycle.name) if line.service else None) or cost
    retail = cents(price * pack * count)
    rest = f"Prorated from {line.start} to {line.end}" if line.word == "prorate" else ""
    issued = cycle.next.replace(day=4).isoformat()
    value = {
        "invoice_date": issued if cycle is not CYCLES[1] else f"{issued}T00:00:00.000Z",
        "company_id": company.id,
        "company_name": company.name,
        "type": line.word,
        "sku": item.id,
        "description": item.name,
        "details": rest,
        "start_period": str(line.start),
        "end_period": str(line.end),
        "term": "One-Time" if line.word == "one-time" else "Monthly",
        "quantity": plain(count),
        "cost": plain(cost),
        "cost_total": plain(line.amount),
        "price": plain(price * pack),
        "subtotal": plain(retail),
        "partner_subtotal": plain(line.amount),
        "currency": line.currency,
        "vendor": item.name.split(" ")[0],
    }
    return [value[column] for column in _PAX8_COLUMNS]


def _rmm_workbook(path: Path, cycle: Cycle, lines: list[Charge], more: tuple[str, ...] = ()) -> None:
    """The RMM vendor's invoices of a month: a title, then plain columns; in one month its money is text."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties({"created": _MADE, "author": "RMM billing"})
    sheet = book.add_worksheet("Invoices")
    sheet.write_row(0, 0, ["RMM Cloud Services", "", "Replacement invoices" if more else "Invoices"])
    sheet.write_row(1, 0, ["Billed to", "Cedar Ridge IT", f"{cycle.first} to {cycle.last}"])
    sheet.write_row(3, 0, _RMM_COLUMNS + more)
    money = {_RMM_COLUMNS.index(column) for column in ("Rate", "Amount")}
    for row, line in enumerate(lines, 4):
        for column, value in enumerate(_rmm_row(line)):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None and cycle is CYCLES[1]:
                sheet.write_string(row, column, f"${value:,.2f}" if column in money else plain(value))
            elif value is not None:
                sheet.write_number(row, column, value)  # as written: no float on the way
    book.close()
    put(path, memory.getvalue())


def _rmm_row(line: Charge) -> list[str | Decimal | None]:
    """The cells in the order of the columns, with the replaced invoice last."""
    item, customer = _item(line), _account(line)
    who = [line.document, customer.id, customer.name, item.id, item.name]
    numbers = [line.quantity, line.minimum, line.cost, line.amount]
    return [*who, *numbers, line.currency, str(line.start), str(line.end), *([line.replaces] if line.replaces else [])]
