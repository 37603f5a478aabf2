"""Whatever a file holds: nothing raises, every row is a line, a fault or no data, and its money is in one of the sums."""

import csv
import io
import json
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.sources.parse import NULL_TOKENS
from tests.sources.kit import Result, loaded

HEADER = ["company_id", "company_name", "type", "sku", "start_period", "quantity", "cost", "cost_total"]
some = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

HOSTILE = [
    "'; DROP TABLE lines;--",
    '"',
    "=1+1",
    "a\nb",
    "a,b",
    ";",
    "名前",
    "\u202f",
    "-",
    "NULL",
    "\\",
    " ",
    "\x0b",
    "\x1f",
]
words = st.sampled_from([*HOSTILE, "", "x", "0042"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=8
)
numbers = st.sampled_from(
    ["1", "-2.50", "(3.00)", "$1,000.01", "1e-3", "two", "1,23", "9" * 30, "0.0000000000001", "99999999999"]
)
days = st.sampled_from(["2026-10-01", "2/30/2026", "10/3/2026", "soon", ""])
kinds = st.sampled_from(["subscription", "Prorate", "one-time", "bonus", ""])
rows = st.tuples(words, words, kinds, words, days, numbers | words, numbers, numbers)


def load(content: str | bytes, name: str = "bill.csv") -> Result:
    with tempfile.TemporaryDirectory() as folder:
        return loaded(Path(folder), {name: content})


def blank(cell: str) -> bool:
    """Whether a cell says nothing, as the package's documentation defines it."""
    return cell.strip(" \t\r\n\u00a0\ufeff").lower() in NULL_TOKENS


def plain(text: str) -> Decimal | None:
    """The amounts of this test's own vocabulary, read a second time."""
    try:
        return Decimal(text.replace("$", "").replace(",", "") if "," in text and text != "1,23" else text)
    except InvalidOperation:
        return Decimal(f"-{text[1:-1]}") if text.startswith("(") else None


@some
@given(st.lists(rows, min_size=1, max_size=6))
def test_every_row_is_accounted_for(table: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *table])
    report = load(out.getvalue()).files["bill.csv"]
    assert report.records == sum(not all(map(blank, row)) for row in table)
    stated = [plain(row[-1]) for row in table]
    exact = [one for one in stated if one is not None and abs(one) < 10**26 and one.as_tuple().exponent >= -12]
    assert (report.amount or 0) + (report.rejected_amount or 0) == sum(exact, Decimal(0))


@some
@given(
    st.lists(
        st.sampled_from(['"', ",", "\n", "\r\n", "\r", ";", "x", "1", " ", "'", "subscription", "2026-10-01"]),
        max_size=40,
    )
)
def test_any_text_below_a_good_header(pieces: list[str]) -> None:
    result = load(",".join(HEADER) + "\n" + "".join(pieces))
    assert result.files["bill.csv"].profile == "pax8_invoice_items"


@some
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes(content: bytes) -> None:
    result = load(content)
    assert len(result.messages) == 1 or result.files


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
device = st.fixed_dictionaries(
    {"id": json_values, "organizationId": json_values, "nodeClass": json_values, "approvalStatus": st.just("APPROVED")},
    optional={"systemName": json_values},
)


@some
@given(st.lists(device | json_values, max_size=5))
def test_any_json(items: list[object]) -> None:
    result = load(
        json.dumps([{"id": 0, "organizationId": 1, "nodeClass": "MAC", "approvalStatus": "PENDING"}, *items]), "d.json"
    )
    if "d.json" in result.files:
        filled = [one for one in items if one not in ({}, None) and one != ""]
        assert result.files["d.json"].records <= 1 + len(items)
        assert result.files["d.json"].records >= 1 + sum(isinstance(one, dict) and "id" in one for one in filled)
