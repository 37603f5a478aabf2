"""For each built-in profile an input with its format's oddities and, beside it, the lines expected from it.

`RECON_REGOLD=1 pytest tests/sources/test_golden.py -k test_golden` writes the expected.csv files that are missing; to
write one anew, delete it first. So a golden changes only by two deliberate acts.
"""

import csv
import gzip
import io
import os
from pathlib import Path

import pytest

from recon import money
from recon.line import LINE_COLUMNS
from recon.sources.profile import built_in
from tests.sources.kit import CONFIG, Result, loaded

BUILT_IN = Path(__file__).parents[2] / "recon" / "sources" / "profiles"
GOLDEN = Path(__file__).parent / "golden"
PROFILES = sorted(path.name for path in GOLDEN.iterdir())
EXPECTED = "expected.csv"

# file: records, lines, rejected, non-data, amount, currencies, checks. What a report says of the input beside it.
REPORTS = {
    "acronis_usage": (6, 4, 0, 2, "", "", ""),
    "connectwise_additions": (3, 3, 0, 0, "", "CAD USD", ""),
    "connectwise_additions_grid": (4, 4, 0, 0, "", "USD", ""),
    "connectwise_agreements": (1, 0, 0, 1, "", "", ""),
    "connectwise_invoices": (3, 2, 0, 1, "", "CAD USD", ""),
    "focus": (4, 4, 0, 0, "", "EUR USD", ""),
    "generic_table": (3, 3, 0, 0, "-1203.31", "EUR", ""),
    "huntress_usage": (5, 5, 0, 0, "", "", ""),
    "microsoft_partner_center_daily_usage": (2, 2, 0, 0, "", "", ""),
    "microsoft_partner_center_license": (3, 3, 0, 0, "13.5", "USD", ""),
    "microsoft_partner_center_nce": (6, 6, 0, 0, "", "CAD USD", "6 of 6 lines' arithmetic agrees"),
    "microsoft_partner_center_rated_usage": (2, 2, 0, 0, "0.439999999999", "USD", ""),
    "microsoft_partner_center_usage": (1, 1, 0, 0, "63.33", "USD", ""),
    "ninjaone_devices": (5, 3, 0, 2, "", "", ""),
    "ninjaone_organizations": (2, 0, 0, 2, "", "", ""),
    "pax8_invoice_items": (4, 4, 0, 0, "1255.85", "USD", ""),
    "quickbooks_sales_by_customer_detail": (10, 3, 0, 7, "963.51", "USD", "3 of 3 printed totals agree"),
}


def inputs(profile: str) -> dict[str, bytes]:
    files = (path for path in (GOLDEN / profile).iterdir() if path.name not in (EXPECTED, "recon.yaml"))
    return {path.name: path.read_bytes() for path in files}


def config(profile: str) -> str:
    path = GOLDEN / profile / "recon.yaml"
    return path.read_text("utf-8") if path.exists() else CONFIG


def written(result: Result) -> str:
    """The lines as the expected file holds them: every canonical column, exact text, ids too."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(LINE_COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(result.lines)
    return out.getvalue()


def test_every_profile_has_a_golden() -> None:
    assert sorted(built_in()) == PROFILES == sorted(REPORTS)


@pytest.mark.parametrize("profile", PROFILES)
def test_golden(profile: str, tmp_path: Path) -> None:
    result = loaded(tmp_path, inputs(profile), config(profile))
    one = next(file for name, file in result.files.items() if name.startswith(("input", "Additions")))
    amount = money.text(one.amount)
    assert one.profile == profile
    assert (one.records, one.lines, one.rejected, one.non_data, amount, one.currency, one.checks) == REPORTS[profile]
    assert result.messages == ["the same record again: a repeat of 10000 is left out"] * (profile == "ninjaone_devices")
    found = written(result)
    path = GOLDEN / profile / EXPECTED
    if os.environ.get("RECON_REGOLD") and not path.exists():
        path.write_text(found, "utf-8", newline="")
    assert found == path.read_bytes().decode("utf-8")


# A golden that stays the same when a sign, a date order, a rounding or a unit is wrong would guard nothing.
MUTATIONS = [
    ("acronis_usage", "1073741824", "1000000000"),
    ("acronis_usage", "round: 2", "round: 0"),
    ("connectwise_additions", "included_quantity: lessIncluded", "minimum_quantity: lessIncluded"),
    ("connectwise_additions_grid", "M/D/YYYY", "D/M/YYYY"),
    ("connectwise_invoices", ", negative: true", ""),
    ("connectwise_invoices", "month: end", "inclusive: true"),
    ("focus", "round: 12", "round: 11"),
    ("focus", "M/D/YY,", "D/M/YYYY,"),
    ("generic_table", ", inclusive: true", ""),
    ("microsoft_partner_center_daily_usage", ", inclusive: true", ""),
    ("microsoft_partner_center_license", "M/D/YYYY", "D/M/YYYY"),
    ("microsoft_partner_center_license", "cycle fee: recurring, ", ""),
    ("microsoft_partner_center_nce", ", sign_of: EffectiveUnitPrice", ""),
    ("microsoft_partner_center_nce", "[M/D/YYYY, ISO]", "[D/M/YYYY]"),
    ("microsoft_partner_center_nce", "one_of: [customerCredit]", "one_of: [other]"),
    ("microsoft_partner_center_rated_usage", "amount: {from: BillingPreTaxTotal, round: 12", "amount: {from: BillingPreTaxTotal, round: 2"),
    ("pax8_invoice_items", ", inclusive: true", ""),
    ("pax8_invoice_items", "unit_price: cost", "unit_price: price"),
    ("quickbooks_sales_by_customer_detail", "[M/D/YYYY, ISO]", "[D/M/YYYY, ISO]"),
    ("quickbooks_sales_by_customer_detail", "[Service date, Transaction date", "[Transaction date, Service date"),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "right", "wrong"), MUTATIONS)
def test_golden_notices(profile: str, right: str, wrong: str, tmp_path: Path) -> None:
    text = (BUILT_IN / f"{profile}.yaml").read_text("utf-8")
    assert right in text
    files = {**inputs(profile), f"profiles/{profile}.yaml": text.replace(right, wrong)}
    assert written(loaded(tmp_path, files, config(profile))) != (GOLDEN / profile / EXPECTED).read_bytes().decode(
        "utf-8"
    )


TEXTS = ["generic_table", "pax8_invoice_items", "quickbooks_sales_by_customer_detail"]
VARIANTS = {
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "windows-1252": lambda text: text.encode("cp1252"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip in two members": lambda text: gzip.compress(text.encode()[:400]) + gzip.compress(text.encode()[400:]),
    "CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "blank lines at the end": lambda text: text.encode() + b"\n\n",
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("profile", TEXTS)
def test_the_bytes_do_not_matter(profile: str, variant: str, tmp_path: Path) -> None:
    """The same table under another encoding, line end or compression gives the same lines."""
    files = inputs(profile)
    name = next(iter(files))
    text = files[name].decode("cp1252" if profile == "generic_table" else "utf-8-sig")
    files[name] = VARIANTS[variant](text)
    expected = (GOLDEN / profile / EXPECTED).read_bytes().decode("utf-8")
    found = written(loaded(tmp_path, files, config(profile)))
    if variant == "CRLF":  # a line end inside a quoted cell is part of the text, and so of what the id is made of
        found, expected = (text.replace("\r\n", "\n") for text in (found, expected))
        found, expected = ("\n".join(line[16:] for line in text.split("\n")) for text in (found, expected))
    assert found == expected
