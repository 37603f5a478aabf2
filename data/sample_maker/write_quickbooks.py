"""QuickBooks Online's "Sales by Customer Detail" as CSV, in two generations of its header."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from .basics import CYCLES, ZERO, Cycle, draw
from .catalog import SERVICES
from .clients import spelled
from .derive import document
from .facts import Bill, Facts, Item
from .files import csv_bytes, put
from .world import World

# One-off work on the same invoices: taken out by the crosswalk.
ONE_OFFS = (
    (Item("Projects:Onboarding", "Onboarding project"), "1850.00"),
    (Item("Hardware:Laptop 14in", "Laptop 14in, docking station"), "1249.00"),
    (Item("Labor:Time and materials", "On-site labour"), "145.00"),
    (Item("Hardware:Switch 24 port", "Switch, 24 ports, PoE"), "689.50"),
    (Item("Shipping & handling", "Freight"), "24.95"),
)
_OLD = [
    "",
    "Date",
    "Transaction Type",
    "Num",
    "Product/Service",
    "Memo/Description",
    "Qty",
    "Sales Price",
    "Amount",
    "Balance",
]
_NEW = [
    "",
    "Transaction date",
    "Service date",
    "Transaction type",
    "Num",
    "Product/Service full name",
    "Description",
    "Quantity",
    "Sales price",
    "Amount",
    "Balance",
]


def write(folder: Path, world: World, facts: Facts) -> None:
    """The report of the cycle, with totals per customer and a grand total."""
    cycle = facts.cycle
    new = cycle is not CYCLES[0]
    header = _NEW if new else _OLD
    groups: dict[str, list[Bill]] = {}
    for bill in [*(b for b in facts.bills if not b.agreement), *one_offs(world, cycle)]:
        groups.setdefault(_customer(world, bill), []).append(bill)
    rows, totals = _title(cycle, len(header)), (ZERO, ZERO)
    rows.append(header)
    for name in sorted(groups, key=str.lower):
        lines = sorted(groups[name], key=lambda b: (_day(cycle, b), b.document, _item(b).id))
        rows.append([name, *[""] * (len(header) - 1)])
        balance = ZERO
        for line in lines:
            balance += line.amount
            rows.append(_row(cycle, line, balance, new))
        count, amount = sum((b.quantity for b in lines), ZERO), balance
        rows.append(_total(f"Total for {name}", len(header), count, amount))
        totals = (totals[0] + count, totals[1] + amount)
    rows.append(_total("TOTAL", len(header), *totals))
    stamp = (
        cycle.next.strftime("%A, %B ")
        + f"{cycle.next.day + 1}, {cycle.next.year} 08:1{CYCLES.index(cycle)} AM GMT-05:00"
    )
    rows += [[""] * len(header), [f"Accrual Basis {stamp}", *[""] * (len(header) - 1)]]
    name = f"Cedar Ridge IT_Sales by Customer Detail {cycle.name}.csv" if new else "Sales by Customer Detail.csv"
    put(folder / name, csv_bytes(rows, "\r\n" if new else "\n", bom=new))


def one_offs(world: World, cycle: Cycle) -> list[Bill]:
    """Project, hardware and labour lines of the cycle."""
    found = []
    for client in world.clients.values():
        active = client.start is None and client.end is None and client.currency == "USD"
        for item, price in ONE_OFFS:
            if active and draw(6, "one-off", client.code, item.id, cycle.name) == 0:
                count = Decimal(1 + draw(4, "count", client.code, item.id))
                money = Decimal(price)
                number = document(client, cycle, "P")
                line = Bill(client.code, "", "USD", count, money, money * count, number, item=item, excluded=True)
                found.append(line)
    return found


def _title(cycle: Cycle, width: int) -> list[list[str]]:
    month = cycle.first.strftime("%B")
    lines = ["Cedar Ridge IT", "Sales by Customer Detail", f"{month} 1-{cycle.days}, {cycle.first.year}"]
    if cycle is CYCLES[2]:
        lines[:2] = lines[1::-1]
    return [*([line, *[""] * (width - 1)] for line in lines), [""] * width]


def _customer(world: World, bill: Bill) -> str:
    return bill.account.name if bill.account else spelled(world.clients[bill.client], "quickbooks")


def _item(bill: Bill) -> Item:
    return bill.item or Item(SERVICES[bill.service].quickbooks, SERVICES[bill.service].name)


def _day(cycle: Cycle, bill: Bill) -> date:
    if bill.excluded:
        return cycle.day(3 + draw(22, "project day", bill.client, cycle.name))
    return cycle.last if bill.kind == "invoice" else cycle.day(cycle.days - 2)


def _row(cycle: Cycle, bill: Bill, balance: Decimal, new: bool) -> list[str]:
    item = _item(bill)
    kind = "Credit Memo" if bill.kind == "credit" else "Invoice"
    served = ""
    if new and not bill.excluded and (bill.month or draw(3, "service date", bill.client) == 0):
        month = next(c for c in CYCLES if c.name == (bill.month or cycle.name))
        served = _us(month.last if bill.month else month.first)
    cells = ["", _us(_day(cycle, bill)), *([served] if new else []), kind, bill.document, item.id, item.name]
    return [*cells, f"{bill.quantity:,.2f}", f"{bill.price:,.2f}", f"{bill.amount:,.2f}", f"{balance:,.2f}"]


def _total(label: str, width: int, count: Decimal, amount: Decimal) -> list[str]:
    money = f"${amount:,.2f}" if amount >= 0 else f"-${-amount:,.2f}"
    return [label, *[""] * (width - 5), f"{count:,.2f}", "", money, ""]


def _us(day: date) -> str:
    return day.strftime("%m/%d/%Y")
