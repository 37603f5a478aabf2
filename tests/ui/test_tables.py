"""recon.show: a frame as a table for people."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

import recon
from recon.discrepancies.variance import COMPONENTS

NUMBER = pd.ArrowDtype(pa.decimal128(38, 12))


def frame(**columns: list[object]) -> pd.DataFrame:
    """A frame whose decimals are exact, as the package's frames are."""
    made = pd.DataFrame(columns)
    exact = [name for name, values in columns.items() if any(isinstance(value, Decimal) for value in values)]
    return made.astype(dict.fromkeys(exact, NUMBER))


def numbers(*texts: str | None) -> list[object]:
    return [None if text is None else Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("impact", "-1150.5", "−1,150.50"),
        ("unit_price", "0.0125", "0.0125"),
        ("expected_amount", "0", "0.00"),
        ("quantity", "14.000000000000", "14"),
        ("quantity", "2.5", "2.5"),
        ("factor", "1000000000", "1,000,000,000"),
    ],
)
def test_numbers_are_exact_and_short(column: str, value: str, shown: str) -> None:
    assert recon.show(frame(**{column: numbers(value)})).cells == ((shown,),)


def test_what_is_missing_is_blank() -> None:
    table = recon.show(frame(amount=numbers("1", None), client=["A", None], since=[dt.date(2026, 10, 1), None]))
    assert table.cells == (("1.00", "A", "2026-10-01"), ("", "", ""))


def test_columns_of_the_bridge_are_money() -> None:
    components = {name: numbers("1.5") for name in COMPONENTS}
    assert recon.show(frame(**components), "quantity").cells == (("1.50",),)


def test_columns_are_chosen_by_name() -> None:
    table = recon.show(frame(a=[1], b=[2], c=[3]), "c a")
    assert (table.columns, table.cells) == (("c", "a"), (("3", "1"),))


def test_an_unknown_column_is_answered_with_the_known_ones() -> None:
    with pytest.raises(recon.ReconError, match="unknown column 'clinet'; did you mean 'client'"):
        recon.show(frame(client=["A"]), "clinet")


def test_says_how_much_it_shows() -> None:
    five = frame(a=[1, 2, 3, 4, 5])
    assert [recon.show(five, rows=rows).more for rows in (2, 5)] == ["2 of 5 rows", ""]
    assert recon.show(five.head(0)).more == "no rows"


def test_a_grouped_frame_keeps_its_names() -> None:
    grouped = frame(kind=["x", "x", "y"], impact=numbers("1", "2", "4")).groupby("kind")["impact"].sum().to_frame()
    assert recon.show(grouped).cells == (("x", "3.00"), ("y", "4.00"))


def test_a_filtered_frame_has_no_index() -> None:
    assert recon.show(frame(a=[1, 2, 3]).query("a > 1")).cells == (("2",), ("3",))


def test_takes_records() -> None:
    table = recon.show(recon.kinds.values(), "name title", rows=1)
    assert table.cells == (("unmapped_account", "Unmapped account"),)


def test_text_of_a_file_is_never_markup() -> None:
    page = recon.show(frame(client=['<script>alert("1")</script>']))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_prints_as_aligned_lines() -> None:
    table = recon.show(frame(client=["Harbor", "B"], amount=numbers("5", "-1200")))
    assert str(table).splitlines() == ["client     amount", "Harbor       5.00", "B       −1,200.00"]
