"""How numbers, dates and words are written for people. Nothing here rounds: digits that exist are shown.

Conventions: money is `USD 1,234.50` with at least two decimals; a minus is the sign −, not a hyphen; months
are written out because 10/11 reads differently on each side of the Atlantic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from recon import money as exact

MINUS = "\u2212"
NO_BREAK = "\u00a0"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def amount(value: Decimal | None, places: int = 2) -> str:
    """Digits with thousands separators and at least `places` decimals; '' for None."""
    if value is None:
        return ""
    whole, _, fraction = exact.text(value.copy_abs(), places).partition(".")
    grouped = f"{int(whole):,}" + (f".{fraction}" if fraction else "")
    return f"{MINUS}{grouped}" if value < 0 else grouped


def signed(value: Decimal | None) -> str:
    """`amount` with a plus in front of what is above zero, for differences."""
    return f"+{amount(value)}" if value is not None and value > 0 else amount(value)


def money(value: Decimal | None, currency: str) -> str:
    """`USD 1,234.50`; '' for None."""
    return "" if value is None else f"{currency}{NO_BREAK}{amount(value)}".strip(NO_BREAK)


def magnitude(value: Decimal, currency: str) -> str:
    """Money without its sign, where the words already say which way it goes."""
    return money(value.copy_abs(), currency)


def quantity(value: Decimal | None) -> str:
    """A quantity with no more decimals than it has."""
    return amount(value, 0)


def percent(part: Decimal, whole: Decimal) -> str:
    """`part` of `whole` in whole percent, halves away from zero; 'under 1 %' rather than 0 %."""
    if not whole:
        return f"0{NO_BREAK}%"
    share = exact.rounded(part * 100 / whole, Decimal(1))
    return f"under 1{NO_BREAK}%" if part and not share else f"{share}{NO_BREAK}%"


def count(number: int, one: str, many: str = "") -> str:
    """`1 discrepancy`, `1,204 discrepancies`."""
    return f"{number:,}{NO_BREAK}{one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def day(date: dt.date | None) -> str:
    """`31 October 2026`; '' for None."""
    return "" if date is None else f"{date.day}{NO_BREAK}{_MONTHS[date.month - 1]} {date.year}"


def month(date: dt.date) -> str:
    """`October 2026`."""
    return f"{_MONTHS[date.month - 1]}{NO_BREAK}{date.year}"


def age(cycles: int | None) -> str:
    """How long a discrepancy is known."""
    return f"since {count(cycles, 'cycle')}" if cycles else "new"


def words(name: str) -> str:
    """A name of the code as words: `under_billed_quantity` → `Under billed quantity`."""
    return name.replace("_", " ").strip().capitalize()
