"""Documents that vendors and the FOCUS project publish, read and put through the whole main job.

Each total is worked out a second time here, with the standard library alone. Skipped where the samples are missing.
"""

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import recon
from tests.sources.kit import loaded, workspace

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
MICROSOFT = sorted((SAMPLES / "microsoft_partner_center").glob("*"))
FOCUS = sorted((SAMPLES / "focus_spec_csv").glob("*.csv"))
pytestmark = pytest.mark.skipif(not MICROSOFT, reason="the published samples are not on this machine")

# The amounts that the documents state, by the first of these fields that a record has; daily counts have none.
AMOUNTS = ("subtotal", "pretaxCharges", "billingPreTaxTotal", "BilledCost")
QUANTITIES = ("billableQuantity", "consumedQuantity", "quantity")
DATES = ("usageDate", "chargeStartDate", "subscriptionStartDate", "BillingPeriodStart")
REFUSED = {
    "get-invoice-by-id_1.json": "fits no profile, nor half of one",  # an invoice's head: it has no line items
    "get-invoice-unbilled-recon-lineitems_3.raw.txt": "is not valid JSON",
}
PROFILES = {
    "get-invoice-billed-consumption-lineitems": "microsoft_partner_center_rated_usage",
    "get-invoice-unbilled-consumption-lineitems": "microsoft_partner_center_rated_usage",
    "get-invoice-unbilled-recon-lineitems": "microsoft_partner_center_nce",
    "get-invoiceline-items_1": "microsoft_partner_center_license",
    "get-invoiceline-items_3": "microsoft_partner_center_usage",
    "get-invoiceline-items_5": "microsoft_partner_center_daily_usage",
    "get-invoiceline-items_7": "microsoft_partner_center_nce",
    "get-invoiceline-items_9": "microsoft_partner_center_nce",
}
READABLE = [path for path in [*MICROSOFT, *FOCUS] if path.name not in REFUSED]


@dataclass(frozen=True)
class Stated:
    """What a document says of itself: its records, the sum of its amounts (None: it states none), its first month."""

    records: int
    amount: Decimal | None
    quantity: Decimal
    month: str


def exact(text: object) -> Decimal:
    return Decimal(re.sub(r"[$, ]", "", str(text)))


def first(record: dict[str, object], fields: tuple[str, ...]) -> object | None:
    there = {name.lower(): value for name, value in record.items()}
    return next((there[name.lower()] for name in fields if there.get(name.lower()) not in (None, "", "null")), None)


@cache
def stated(path: Path) -> Stated:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            records = list(csv.DictReader(stream))
    else:
        records = json.loads(path.read_text("utf-8"), parse_float=Decimal)["items"]
    amounts = [first(record, AMOUNTS) for record in records]
    # Azure is rated with more decimals than money has; its profile says that 12 are kept.
    kept = [exact(one).quantize(Decimal("1E-12"), ROUND_HALF_UP) for one in amounts if one is not None]
    quantities = [exact(first(record, QUANTITIES) or 0) for record in records]
    day = str(first(records[0], DATES))
    month = day[:7] if "-" in day else f"20{day.rsplit('/')[2]}-{int(day.split('/')[0]):02}"
    return Stated(len(records), sum(kept, Decimal(0)) if kept else None, sum(quantities, Decimal(0)), month)


def test_the_samples_are_complete() -> None:
    assert (len(MICROSOFT), len(FOCUS)) == (13, 26)


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_is_refused_for_a_reason(name: str, tmp_path: Path) -> None:
    path = next(one for one in MICROSOFT if one.name == name)
    (message,) = loaded(tmp_path, {name: path.read_bytes()}).messages
    assert message.startswith(f"{name}: {REFUSED[name]}")
    if "JSON" in message:
        with pytest.raises(json.JSONDecodeError) as fault:
            json.loads(path.read_text("utf-8"))
        assert f"(line {fault.value.lineno} column {fault.value.colno}: " in message


CONFIG = "name: T\nsources: {agreements: {profile: generic_table, side: promised, files: promised.csv}}\n"


def written(*rows: tuple[str, ...]) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


def identity(line: dict[str, str], what: str) -> tuple[str, str, str]:
    """What a crosswalk row names: an id, or where the document leaves it out, a name."""
    return line["source"], line[what], "" if line[what] else line[f"{what}_name"]


def month_end(month: str, folder: Path) -> recon.Reconciliation:
    """The documents of a month in one inbox: their names mapped, the agreement that promises what they count, reconciled."""
    documents: dict[str, str | bytes] = {
        f"inbox/{month}/{path.name}": path.read_bytes() for path in READABLE if stated(path).month == month
    }
    lines = loaded(folder, documents, cycle=month).lines
    accounts: dict[tuple[str, ...], str] = {}
    items: dict[tuple[str, ...], str] = {}
    promised: Counter[tuple[str, str]] = Counter()
    for line in lines:
        client = accounts.setdefault(identity(line, "account"), f"C{len(accounts)}")
        service = items.setdefault(identity(line, "item"), f"S{len(items)}")
        promised[client, service] += Decimal(line["quantity"] or 0)  # type: ignore[assignment]
    setup = {
        "catalog/clients.csv": written(("client", "name"), *((code, f"Customer {code}") for code in accounts.values())),
        "catalog/services.csv": written(
            ("service", "name", "count_basis"), *((code, f"Product {code}", "sum") for code in items.values())
        ),
        "crosswalk/accounts.csv": written(
            ("source", "account", "account_name", "client"), *((*key, code) for key, code in accounts.items())
        ),
        "crosswalk/items.csv": written(
            ("source", "item", "item_name", "service"), *((*key, code) for key, code in items.items())
        ),
        f"inbox/{month}/promised.csv": written(
            ("Client", "Service", "Quantity", "Unit price"),
            *((*key, str(count), "2.50") for key, count in promised.items()),
        ),
    }
    return recon.open(workspace(folder, setup, CONFIG)).reconcile(month)


@pytest.mark.parametrize("month", sorted({stated(path).month for path in READABLE}))
def test_the_main_job_keeps_every_cent(month: str, tmp_path: Path) -> None:
    rec = month_end(month, tmp_path)
    documents = {path.name: stated(path) for path in READABLE if stated(path).month == month}
    lines = rec.lines[rec.lines["side"] != "promised"]
    assert (set(lines["mapping"]), rec.headline["unmapped"]) == ({"mapped"}, [])
    for one in rec.files.itertuples():
        if expected := documents.get(one.file):
            amount = None if pd.isna(one.amount) else one.amount
            assert (one.lines, one.rejected, amount) == (expected.records, 0, expected.amount), one.file
            assert one.profile == next((to for name, to in PROFILES.items() if one.file.startswith(name)), "focus")
    # The vendor's examples pair amounts with quantities of another order; that is said of each, and keeps none out.
    assert all(" but EffectiveUnitPrice × " in text for text in rec.problems["message"])
    charged = set(lines[lines["side"] == "charged"]["file"])
    bridge = rec.bridge
    assert all(one.difference == one.actual_total - one.expected_total for one in bridge.itertuples())
    vendor = bridge[bridge["leg"] == "delivered_charged"]["actual_total"]
    assert sum(vendor, Decimal(0)) == sum((documents[name].amount or 0 for name in charged), Decimal(0))
    counted = lines[lines["side"] == "delivered"]
    assert sum(counted["quantity"], Decimal(0)) == sum(
        (documents[name].quantity for name in set(counted["file"])), Decimal(0)
    )
