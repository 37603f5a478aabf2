"""The arm's files of a cycle: plain tables, each with the columns its tool happens to export."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..basics import Cycle, plain
from ..clients import spelled
from ..files import csv_bytes, put
from .arm import Arm
from .catalog import CLIENTS, SERVICES
from .facts import Charge, Invoice, Line, Month, Seen
from .worth import served

Row = dict[str, str]
# source: the file's name, and what its columns are called
FEEDS = {
    "vault_seats": ("vault-seats", ("Customer", "Product", "Qty", "Observed")),
    "desktop_sessions": ("desktop-sessions", ("Customer", "Item", "Subscription", "Quantity", "Observed")),
    "cloud_meter": ("cloud-meter", ("Customer", "SKU", "Quantity", "End")),
    "licence_posts": ("licence-posts", ("Company", "Service", "Subscription", "Document", "Qty", "Posted at")),
    "member_list": ("member-list", ("Customer", "Product", "Subscription", "Qty", "Observed")),
    "server_list": ("server-list", ("Customer", "Item", "Qty", "Observed")),
}
_WORDS = {
    "Customer": "who", "Company": "who", "Product": "what", "Item": "what", "SKU": "what", "Service": "what",
    "Quantity": "count", "Qty": "count", "Observed": "day", "End": "day",
    "Posted at": "day", "Subscription": "thing", "Document": "document",
}  # fmt: skip


def write(folder: Path, arm: Arm, cycle: Cycle) -> None:
    """Register, invoices, the provider's bill and the feeds."""
    month = arm.months[cycle.name]
    _put(folder / f"hosting-register-{cycle.name}.csv", map(_line, month.lines))
    papers = [_invoice(month, one) for one in month.invoices]
    _put(folder / f"hosting-invoices-{cycle.name}.csv", [*papers, *_taxes(month)])
    _put(folder / f"upstream-{cycle.name}.csv", (_charge(month, one) for one in month.charges))
    for source, (name, columns) in FEEDS.items():
        rows = [_observation(source, columns, one) for one in month.seen if SERVICES[one.service].feed == source]
        _put(folder / f"{name}-{cycle.name}.csv", rows)


def _put(path: Path, rows: Iterable[Row]) -> None:
    table = list(rows)
    put(path, csv_bytes([list(table[0]), *([*row.values()] for row in table)], "\n"))


def _line(line: Line) -> Row:
    service = SERVICES[line.service]
    return {
        "Contract": line.contract,
        "Customer": spelled(CLIENTS[line.client], "hosting_register"),
        "Product": service.register_item,
        "Description": f"{service.name}, hosted",
        "Quantity": "" if line.quantity is None else plain(line.quantity),
        "Included": plain(line.included) if line.included else "",
        "Minimum": plain(line.minimum) if line.minimum else "",
        "Price": f"{line.price:.2f}" if line.price else "",
        "Currency": CLIENTS[line.client].currency,
        "Start": str(line.start),
        "End": str(line.end or ""),
        "Term": line.term,
        "Committed until": str(line.committed or ""),
    }


def _invoice(month: Month, line: Invoice) -> Row:
    client = CLIENTS[line.client]
    belongs = Cycle(line.month) if line.month and line.kind != "credit" else month.cycle
    own = served(*line.pair, belongs)
    return {
        "Invoice": line.document,
        "Replaces": line.replaces,
        "Customer": line.account or spelled(client, "hosting_invoices"),
        "Contract": line.contract,
        "Service": SERVICES[line.service].invoice_item,
        "Quantity": plain(line.quantity),
        "Price": "" if line.price is None else plain(line.price),
        "Amount": f"{line.amount:.2f}",
        "Kind": line.kind,
        "Currency": client.currency,
        "Start": str(own.first),
        "End": str(own.last),
    }


def _taxes(month: Month) -> Iterable[Row]:
    """A line of its own for the tax of each invoice."""
    for number, amount in month.tax.items():
        line = next(one for one in month.invoices if one.document == number)
        bare = {"Contract": "", "Service": "HST/GST", "Quantity": "", "Price": "", "Kind": "tax"}
        yield _invoice(month, line) | bare | {"Amount": f"{amount:.2f}"}


def _charge(month: Month, line: Charge) -> Row:
    own = Cycle(line.month) if line.month and line.kind != "credit" else month.cycle
    return {
        "Invoice": line.document,
        "Replaces": line.replaces,
        "Customer": spelled(CLIENTS[line.client], "upstream"),
        "Subscription": line.contract,
        "SKU": SERVICES[line.service].vendor_item,
        "Quantity": plain(line.quantity),
        "Cost": "" if line.cost is None else plain(line.cost),
        "Total": f"{line.amount:.2f}",
        "Kind": line.kind,
        "Currency": "USD",
        "Start": str(own.first),
        "End": str(own.last),
        "Committed until": str(line.committed or ""),
    }


def _observation(source: str, columns: tuple[str, ...], seen: Seen) -> Row:
    value = {
        "who": seen.account or spelled(CLIENTS[seen.client], source),
        "what": seen.item,
        "count": plain(seen.quantity),
        "day": str(seen.day),
        "thing": seen.thing,
        "document": seen.document,
    }
    return {column: value[_WORDS[column]] for column in columns}
