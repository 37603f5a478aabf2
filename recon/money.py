"""Exact numbers: one decimal type for money, prices and quantities, one rounding rule, one way to write them.

Conventions:
- Every number is DECIMAL(38,12) in the engine and `decimal.Decimal` in Python. No float, in no engine and no export.
- Money rounds half away from zero to the currency's minor unit, once, at the line.
- Unlike currencies are never added.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

NUMBER = "DECIMAL(38,12)"
SCALE = 12
CENT = Decimal("0.01")
# ROUND_HALF_UP of the decimal module rounds halves away from zero, for both signs.
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


def rounded(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """`amount` to a multiple of `unit`, half away from zero."""
    return amount.quantize(unit, context=_EXACT)


def text(number: Decimal | None, places: int = 0) -> str:
    """`number` as plain digits with at least `places` decimals and no others that are zero; '' for None."""
    if number is None:
        return ""
    digits = format(number.normalize(_EXACT), "f")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.ljust(places, "0")
    sign_of_zero = whole in ("-0", "") and not fraction.strip("0")
    whole = "0" if sign_of_zero else whole
    return f"{whole}.{fraction}" if fraction else whole


def number(expression: str) -> str:
    """SQL: `expression` as the engine's one decimal type."""
    return f"CAST({expression} AS {NUMBER})"


def money(expression: str) -> str:
    """SQL: `expression` rounded half away from zero to the minor unit.

    The engine's ROUND on decimals rounds halves away from zero; the outer cast restores the one type.
    """
    return number(f"ROUND({expression}, 2)")


def share(expression: str, part: str, whole: str) -> str:
    """SQL: money(expression × part ÷ whole), exact: no division that leaves the integers.

    `part` and `whole` are whole numbers below 10⁹ (days, or products of days). With y = 200·|x·part| + whole, the rounded cents are
    y div 2·whole; y − y mod 2·whole is a whole multiple, so the division is between integers.
    """
    y = f"(200 * ABS(CAST({expression} AS DECIMAL(38,16)) * CAST({part} AS DECIMAL(9,0))) + CAST({whole} AS DECIMAL(9,0)))"
    twice = f"(2 * CAST({whole} AS DECIMAL(9,0)))"
    cents = f"(CAST(({y}) - ({y}) % {twice} AS HUGEINT) // CAST({twice} AS HUGEINT))"
    return f"CAST(SIGN({expression}) * CAST({cents} AS DECIMAL(38,12)) * 0.01 AS {NUMBER})"


def quotient(dividend: str, divisor: str) -> str:
    """SQL: dividend ÷ divisor, truncated to 12 decimals, by division of integers (the engine's `/` is a float)."""
    scale = "1000000000000"
    whole = f"(CAST({dividend} * {scale} AS HUGEINT) * {scale}) // CAST({divisor} * {scale} AS HUGEINT)"
    return f"CAST(CAST({whole} AS DECIMAL(38,0)) * CAST(0.000000000001 AS DECIMAL(12,12)) AS {NUMBER})"
