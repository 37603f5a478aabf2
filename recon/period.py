"""Billing cycles. Periods are half-open: `[start, end)`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from recon.errors import ReconError

_CYCLE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Cycle:
    """One billing month, written `2026-10`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str | Cycle) -> Cycle:
        """The cycle that `text` names; ReconError where it isn't `YYYY-MM`."""
        if isinstance(text, Cycle):
            return text
        found = _CYCLE.fullmatch(text.strip())
        if not found:
            raise ReconError(f"cycle {text!r} is not a month written like 2026-10.")
        return cls(int(found[1]), int(found[2]))

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def end(self) -> dt.date:
        """The first day after the cycle."""
        following = self.next
        return dt.date(following.year, following.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the cycle."""
        return self.end - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days the cycle has."""
        return (self.end - self.start).days

    @property
    def next(self) -> Cycle:
        """The following month."""
        return Cycle(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> Cycle:
        """The month before."""
        return Cycle(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
