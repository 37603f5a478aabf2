"""A reconciliation made up in memory: it has the shape that the review widget knows, and no engine behind it.

`FakeRec()` is a small cycle with the cases that matter on the screen; `FakeRec(rows=50_000)` is a big one.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from recon.errors import ReconError

HOSTILE = "<img src=x onerror=window.__pwned=1>"
NUMBER = pa.decimal128(38, 12)
STATUS_OF = {
    "accept": "approved",
    "waive": "waived",
    "dispute": "disputed",
    "timing": "timing",
    "undo": "open",
}

CLIENTS = {
    "HarborDental": "Harbor Dental Group",
    "NorthwindLaw": "Northwind Law LLP",
    "Hostile": HOSTILE,
    "MapleCare": "Maple Care Clinics",
    "Pinecrest": "Pinecrest Manufacturing & Fabrication International Holdings",
}
SERVICES = {
    "EDR": "Managed EDR",
    "M365BP": "Microsoft 365 Business Premium",
    "BACKUP": "Cloud backup, per GiB",
    "RMM": "Remote monitoring",
    "SAT": "Security awareness training",
}

# kind, leg, client, service, contract, expected, actual (quantity/unit price), impact, currency, status
CASES = """
unbilled                    pd NorthwindLaw EDR    -     14/18.00 0/18.00    -252.00 USD open
under_billed_quantity       pd HarborDental M365BP A-118 47/22.00 41/22.00   -132.00 USD open
orphan_promise              pd Pinecrest    BACKUP A-131 0/0.09   9800/0.09   882.00 USD open
price_differs               pb HarborDental RMM    A-118 60/4.00  60/4.50      30.00 USD open
vendor_overcharge           dc MapleCare    EDR    V-77  30/2.85  44/2.85     -39.90 USD open
vendor_charge_without_usage dc Hostile      SAT    V-78  0/1.10   25/1.10     -27.50 CAD open
not_invoiced                pb MapleCare    SAT    A-140 25/3.00  0/3.00      -75.00 CAD stale
margin_low                  cb Pinecrest    M365BP A-131 11/22.00 11/20.90    -12.10 USD open
proration_differs           pb NorthwindLaw RMM    A-122 8/4.00   8/3.10       -7.20 USD waived
unmapped_account            pb -            -      -     -/-      -/-        1480.00 USD open
stale_source                pd -            -      -     -/-      -/-           0.00 USD open
duplicate                   pb Hostile      M365BP A-150 5/22.00  10/22.00    110.00 CAD open
"""
LEGS = {
    "pd": "promised_delivered",
    "pb": "promised_billed",
    "dc": "delivered_charged",
    "cb": "charged_billed",
}
SOURCES = {
    "promised": ("connectwise_additions", "additions_p1.json"),
    "billed": ("quickbooks_sales_by_customer_detail", "Sales by Customer Detail.csv"),
    "delivered": ("huntress_usage", "huntress.json"),
    "charged": ("pax8_invoice_items", "pax8.csv"),
}


@dataclass(frozen=True)
class Meaning:
    name: str
    title: str
    says: str
    people_usually: str


MEANINGS = [
    Meaning(
        "unbilled",
        "Used, not promised",
        "Delivered or charged, and no agreement promises it.",
        "Add it to the agreement with an effective date; absorb it; exclude it.",
    ),
    Meaning(
        "orphan_promise",
        "Promised, not used",
        "Promised, and nobody delivers it.",
        "End the line; restore the feed; confirm that it is labour only.",
    ),
]


@dataclass
class FakeRec:
    """The review's side of a reconciliation; `decide` refuses what the real one refuses."""

    rows: int = 0
    cycle: str = "2026-10"
    decisions: list[tuple[str, datetime, str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        records = generated(self.rows) if self.rows else [case(line) for line in CASES.strip().splitlines()]
        records.sort(key=lambda record: -abs(record["impact"]))
        self.discrepancies = frame(records)
        self.clients = pd.DataFrame({"client": list(CLIENTS), "name": list(CLIENTS.values())})
        self.services = pd.DataFrame({"service": list(SERVICES), "name": list(SERVICES.values())})
        self.by_id = {record["discrepancy_id"]: record for record in records}
        self.status = {record["discrepancy_id"]: record["status"] for record in records}

    def lines_of(self, discrepancy_id: str) -> pd.DataFrame:
        record = self.by_id[discrepancy_id]
        left, right = record["leg"].split("_")
        return frame([line(record, left, "expected"), line(record, right, "actual")])

    def history(self, discrepancy_id: str) -> pd.DataFrame:
        columns = ["discrepancy_id", "at", "actor", "action", "note"]
        found = [dict(zip(columns, entry, strict=True)) for entry in self.decisions if entry[0] == discrepancy_id]
        return pd.DataFrame(found, columns=columns)

    def decide(self, ids: Sequence[str], action: str, note: str = "", until: str | None = None) -> pd.DataFrame:
        if action in ("waive", "dispute") and not note:
            raise ReconError(f"{action} needs a note: say why.")
        if "locked" in note:
            raise ReconError("recon.sqlite is locked by another program: close it and decide again.")
        for name in ids:
            self.decisions.append((name, datetime(2026, 11, 3, 9, 30), "ana", action, note))
            self.status[name] = STATUS_OF[action]
        return pd.DataFrame({"discrepancy_id": list(ids), "status": [self.status[name] for name in ids]})


def case(text: str) -> dict[str, object]:
    return discrepancy(*("" if word == "-" else word for word in text.split()))


def discrepancy(
    kind: str,
    leg: str,
    client: str,
    service: str,
    contract: str,
    expected: str,
    actual: str,
    impact: str,
    currency: str,
    status: str,
    number: int = 0,
) -> dict[str, object]:
    who = f"{CLIENTS.get(client, 'nobody')}: {SERVICES.get(service, 'no service')}"
    wanted, found = expected.replace("/", " × "), actual.replace("/", " × ")
    return {
        "discrepancy_id": f"d{number:06d}" if number else f"{kind}-{client or 'none'}",
        "kind": kind,
        "leg": LEGS[leg],
        "client": client,
        "service": service,
        "contract": contract,
        "period_start": date(2026, 10, 1),
        "period_end": date(2026, 11, 1),
        **measures("expected", expected),
        **measures("actual", actual),
        "impact": Decimal(impact),
        "currency": currency,
        "direction": direction(leg, Decimal(impact)),
        "status": status,
        "age_cycles": len(kind) % 3,
        "suggested_action": "Raise the quantity in the agreement from 1 November and back-bill October.",
        "explanation": f"{who}: {found} against an expected {wanted}; nothing else in 2026-10 carries it,"
        f" the nearest line is INV-{1000 + number} of another contract.",
        "lines": "l1 l2",
    }


def measures(role: str, text: str) -> dict[str, Decimal | None]:
    """`47/22.00` as quantity, unit price and their product; `-/-` as three missing numbers."""
    quantity, price = (None if word == "-" else Decimal(word) for word in text.split("/"))
    amount = None if quantity is None or price is None else quantity * price
    return {f"{role}_quantity": quantity, f"{role}_unit_price": price, f"{role}_amount": amount}


def direction(leg: str, impact: Decimal) -> str:
    if not impact:
        return "neutral"
    losing, gaining = ("vendor_overcharge", "vendor_undercharge") if leg == "dc" else ("leak", "overbilled")
    return losing if impact < 0 else gaining


def line(record: dict[str, object], side: str, role: str) -> dict[str, object]:
    source, file = SOURCES[side]
    return {
        "side": side,
        "source": source,
        "file": file,
        "row": 118,
        "account": "0042",
        "account_name": CLIENTS.get(str(record["client"]), "Unknown Customer Inc."),
        "item": "SKU-1",
        "item_name": SERVICES.get(str(record["service"]), "Widget"),
        "contract": record["contract"],
        "document": "INV-1041" if side == "billed" else "",
        "charge_kind": "recurring",
        "period_start": date(2026, 10, 1),
        "period_end": date(2026, 11, 1),
        "quantity": record[f"{role}_quantity"],
        "unit_price": record[f"{role}_unit_price"],
        "amount": record[f"{role}_amount"],
        "currency": record["currency"],
    }


def generated(rows: int) -> list[dict[str, object]]:
    """`rows` discrepancies of 400 clients and 60 services, the same ones each time."""
    pick = random.Random(7)
    CLIENTS.update({f"Client{n}": f"Client Number {n} Ltd." for n in range(400)})
    SERVICES.update({f"S{n}": f"Service number {n}" for n in range(60)})
    kinds = [text.split() for text in CASES.strip().splitlines()]
    made = []
    for number in range(1, rows + 1):
        kind, leg, *_, currency, _ = pick.choice(kinds)
        cents = pick.randint(-9_999_999, 9_999_999)
        made.append(
            discrepancy(
                kind,
                leg,
                f"Client{pick.randrange(400)}",
                f"S{pick.randrange(60)}",
                f"A-{pick.randrange(900)}",
                f"{pick.randint(1, 400)}/4.50",
                f"{pick.randint(1, 400)}/4.75",
                str(Decimal(cents).scaleb(-2)),
                currency,
                "open",
                number,
            )
        )
    return made


def frame(records: list[dict[str, object]]) -> pd.DataFrame:
    """A frame with Arrow types, decimals as the engine's one number type."""
    arrays = {}
    for name in records[0]:
        values = [record[name] for record in records]
        exact = name == "impact" or name.endswith(("quantity", "unit_price", "amount"))
        arrays[name] = pa.array(values, NUMBER if exact else None)
    return pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)
