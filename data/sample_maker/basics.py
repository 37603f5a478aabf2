"""Cycles, exact money and repeatable chance.

Conventions: money rounds half away from zero to two decimals, once, at the line. A cycle is a calendar
month, half-open. Chance never depends on the order of calls: every draw is seeded by its own words, so
that adding a client or a planted error moves nothing else.
"""

from __future__ import annotations

import hashlib
import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

SEED = "cedar-ridge-2026"
CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Cycle:
    """One billing month, e.g. 2026-10 = [2026-10-01, 2026-11-01)."""

    name: str

    @property
    def first(self) -> date:
        """First day of the month."""
        return date(int(self.name[:4]), int(self.name[5:]), 1)

    @property
    def days(self) -> int:
        """Days of the month."""
        return monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def next(self) -> date:
        """First day of the next month (exclusive end)."""
        return self.first + timedelta(days=self.days)

    def day(self, number: int) -> date:
        """The numbered day of the month, 1-based."""
        return self.first + timedelta(days=number - 1)


CYCLES = tuple(Cycle(name) for name in ("2026-08", "2026-09", "2026-10"))


def cents(value: Decimal) -> Decimal:
    """Round to two decimals, half away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def floor_cents(value: Decimal) -> Decimal:
    """Truncate toward zero to two decimals (Microsoft's ROUNDDOWN)."""
    return value.quantize(CENT, ROUND_DOWN)


def plain(value: Decimal) -> str:
    """The shortest plain text of a decimal: 10, 0.045, -9.408."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def chance(*words: object) -> random.Random:
    """A generator seeded by these words alone."""
    return random.Random("/".join([SEED, *map(str, words)]))


def draw(limit: int, *words: object) -> int:
    """A repeatable number in [0, limit)."""
    return int(_digest(*words), 16) % limit


def guid(*words: object) -> str:
    """A repeatable GUID."""
    digest = _digest(*words)
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def code(length: int, *words: object) -> str:
    """A repeatable code of capitals and digits, as vendors use for product ids."""
    alphabet = "0123456789BCDFGHJKLMNPQRSTVWXZ"
    number = int(_digest(*words), 16)
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)


def _digest(*words: object) -> str:
    return hashlib.sha256("/".join([SEED, *map(str, words)]).encode()).hexdigest()
