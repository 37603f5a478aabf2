import datetime as dt
from decimal import Decimal

import pytest

from recon.reports import text
from recon.reports.source import clean


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1234.5", "1,234.50"),
        ("-1078", "−1,078.00"),
        ("0", "0.00"),
        ("-0.00", "0.00"),
        ("12904.125000000000", "12,904.125"),
        ("123456789012345678901234.567890123456", "123,456,789,012,345,678,901,234.567890123456"),
        (None, ""),
    ],
)
def test_amounts_show_every_digit_that_exists(value: str | None, written: str) -> None:
    assert text.amount(None if value is None else Decimal(value)) == written


@pytest.mark.parametrize(("value", "written"), [("3", "3"), ("2.50", "2.5"), ("1200", "1,200"), ("-4", "−4")])
def test_quantities_have_no_empty_decimals(value: str, written: str) -> None:
    assert text.quantity(Decimal(value)) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        ("61", "100", "61\u00a0%"),
        ("1", "1000", "under 1\u00a0%"),
        ("0", "5", "0\u00a0%"),
        ("1", "8", "13\u00a0%"),
    ],
)
def test_shares_are_whole_percents(part: str, whole: str, written: str) -> None:
    assert text.percent(Decimal(part), Decimal(whole)) == written


def test_words_and_lists() -> None:
    assert text.listed([]) == ""
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.count(1, "discrepancy", "discrepancies") == "1\u00a0discrepancy"
    assert text.count(1204, "line") == "1,204\u00a0lines"
    assert text.words("under_billed_quantity") == "Under billed quantity"
    assert text.day(dt.date(2026, 10, 31)) == "31\u00a0October 2026"
    assert (text.age(0), text.age(2)) == ("new", "since 2\u00a0cycles")


def test_characters_that_a_page_cant_hold_are_replaced_not_dropped() -> None:
    assert clean("a\x00b\tc\nd\u202ee") == "a\ufffdb c d\ufffde"
