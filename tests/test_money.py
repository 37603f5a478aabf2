"""Exact numbers, in Python and on the engine, against the fractions of the standard library."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon import money
from recon.engine import Engine, literal
from recon.sources import parse
from recon.sources.declare import _divided

ENGINE = Engine(threads=1)
bounded = settings(max_examples=60, deadline=None)


def decimals(limit: int = 10**9, places: int = 12) -> st.SearchStrategy[Decimal]:
    return st.decimals(-limit, limit, places=places, allow_nan=False, allow_infinity=False)


def sql(number: Decimal) -> str:
    return f"CAST({literal(format(number, 'f'))} AS {money.NUMBER})"


def half_away(exact: Fraction, places: int) -> Fraction:
    """`exact` to `places` decimals, halves away from zero: the convention, written a second time."""
    scaled = abs(exact) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole, 10**places) * (-1 if exact < 0 else 1)


def evaluated(expression: str) -> Fraction:
    return Fraction(ENGINE.value(f"SELECT {expression}"))


TEXTS = [
    # number, places, text
    ("0", 0, "0"), ("-0", 2, "0.00"), ("-0.00", 0, "0"), ("12.500", 0, "12.5"), ("12.5", 2, "12.50"), ("1E+3", 0, "1000"),
    ("1E-12", 0, "0.000000000001"), ("-1234.5", 2, "-1234.50"), ("100", 0, "100"), ("0.125", 2, "0.125"),
    ("99999999999999999999.99", 2, "99999999999999999999.99"), ("-0.5", 0, "-0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "places", "text"), TEXTS)
def test_text(number: str, places: int, text: str) -> None:
    assert money.text(Decimal(number), places) == text


def test_text_of_nothing() -> None:
    assert money.text(None) == ""


@bounded
@given(decimals(10**20), st.integers(0, 6))
def test_text_gives_the_number_back(number: Decimal, places: int) -> None:
    text = money.text(number, places)
    assert Decimal(text) == number
    assert "e" not in text.lower()
    assert len(text.partition(".")[2]) >= places


HALVES = [
    ("2.675", "2.68"),
    ("-2.675", "-2.68"),
    ("0.005", "0.01"),
    ("-0.005", "-0.01"),
    ("1.004999999999", "1.00"),
    ("8.125", "8.13"),
]


@pytest.mark.parametrize(("number", "cents"), HALVES)
def test_money_rounds_half_away_from_zero(number: str, cents: str) -> None:
    assert money.rounded(Decimal(number)) == Decimal(cents)
    assert evaluated(money.money(sql(Decimal(number)))) == Fraction(cents)


@bounded
@given(decimals())
def test_engine_and_python_round_alike(number: Decimal) -> None:
    exact = half_away(Fraction(number), 2)
    assert Fraction(money.rounded(number)) == exact == evaluated(money.money(sql(number)))


@bounded
@given(decimals(10**9), st.integers(0, 31), st.integers(28, 31))
def test_share_is_exact(number: Decimal, part: int, whole: int) -> None:
    assert evaluated(money.share(sql(number), str(part), str(whole))) == half_away(Fraction(number) * part / whole, 2)


@pytest.mark.parametrize(
    ("amount", "part", "whole", "cents"), [("0.01", 15, 30, "0.01"), ("-0.01", 15, 30, "-0.01"), ("31", 17, 31, "17")]
)
def test_share_of_a_half_cent(amount: str, part: int, whole: int, cents: str) -> None:
    assert evaluated(money.share(sql(Decimal(amount)), str(part), str(whole))) == Fraction(cents)


@bounded
@given(decimals(10**9), decimals(10**6, 6).filter(bool))
def test_quotient_is_truncated_to_twelve_decimals(dividend: Decimal, divisor: Decimal) -> None:
    exact = Fraction(dividend) / Fraction(divisor)
    if abs(exact) < 10**14:
        found = evaluated(money.quotient(sql(dividend), sql(divisor)))
        assert abs(found) <= abs(exact) < abs(found) + Fraction(1, 10**12)
        assert found * exact >= 0


@bounded
@given(decimals(10**11, 6), st.sampled_from(["100", "3", "1073741824", "0.5", "60", "7.25"]), st.integers(0, 12))
def test_declared_division_is_exact(number: Decimal, divisor: str, places: int) -> None:
    found = evaluated(_divided(sql(number), Decimal(divisor), places))
    assert found == half_away(Fraction(number) / Fraction(divisor), places)


NUMBERS = [
    # text, decimal sign, number ("" = refused)
    ("1150.5", ".", "1150.5"), ("$1,150.50", ".", "1150.5"), ("(12.30)", ".", "-12.3"), ("12.30-", ".", "-12.3"),
    ("'12.30", ".", "12.3"), ("12.30 USD", ".", "12.3"), ("-$5.00", ".", "-5"), ("($5.00)", ".", "-5"), ("+5", ".", "5"),
    (".5", ".", "0.5"), ("12.", ".", "12"), ("1.5E-05", ".", "0.000015"), ("1.5E+12", ".", "1500000000000"), ("-0", ".", "0"),
    ("1.234,56", ",", "1234.56"), ("1 234,56", ",", "1234.56"), ("1\u202f234,56", ",", "1234.56"), ("€ 1.234,56", ",", "1234.56"),
    ("0.1234567890120", ".", "0.123456789012"), ("99999999999999.99", ".", "99999999999999.99"),
    ("1,23", ".", ""), ("1,2345", ".", ""), ("1.50", ",", ""), ("0.1234567890123", ".", ""), ("1e-13", ".", ""), ("1e-40", ".", ""),
    ("1_000", ".", ""), ("0x10", ".", ""), ("NaN", ".", ""), ("inf", ".", ""), ("--5", ".", ""), ("-(5)", ".", ""), ("5 %", ".", ""),
    ("1e400", ".", ""), ("two", ".", ""), ("1.2.3", ".", ""), ("'; DROP TABLE lines;--", ".", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign", "number"), NUMBERS)
def test_number(text: str, sign: str, number: str) -> None:
    found = ENGINE.value(f"SELECT {parse.number(literal(text), sign)}")
    assert money.text(found) == number


@pytest.mark.parametrize(("text", "places", "number"), [("0.0000000000005", 12, "0.000000000001"), ("2.675", 2, "2.68"),
                                                        ("-2.675", 2, "-2.68"), ("0.0209496384791679", 12, "0.020949638479")])  # fmt: skip
def test_number_rounds_where_a_profile_says_so(text: str, places: int, number: str) -> None:
    assert money.text(ENGINE.value(f"SELECT {parse.number(literal(text), places=places)}")) == number


@bounded
@given(decimals(10**13, 12))
def test_every_way_to_write_a_number_reads_the_same(number: Decimal) -> None:
    plain = format(number, "f")
    grouped = f"{number:,f}"
    spellings = [(plain, "."), (grouped, "."), (f"${grouped}", "."), (f"{plain} EUR", ".")]
    spellings.append((grouped.translate(str.maketrans(",.", ".,")), ","))
    if number < 0:
        spellings += [(f"({plain[1:]})", "."), (f"{plain[1:]}-", ".")]
    values = ", ".join(parse.number(literal(text), sign) for text, sign in spellings)
    assert set(ENGINE.rows(f"SELECT {values}")[0]) == {number.quantize(Decimal("1E-12"), ROUND_HALF_UP)}
