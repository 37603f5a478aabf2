"""Sums and differences of exact numbers, without losing a digit.

Every number leaves Python as `recon.money.text` writes it: a plain decimal string, since a browser only knows
floats. What is added up or subtracted for the screen is computed here.
"""

from collections.abc import Iterable
from decimal import Context, Decimal

# DECIMAL(38,12) sums and differences need more than Python's default 28 digits.
_EXACT = Context(prec=80)


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum of values of one currency."""
    found = Decimal(0)
    for value in values:
        found = _EXACT.add(found, value)
    return found


def difference(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """`left` - `right`, or None where one of them is missing."""
    return None if left is None or right is None else _EXACT.subtract(left, right)
