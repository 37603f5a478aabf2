"""Cycles are half-open months; dates of every declared format are read, and days that don't exist are refused."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.engine import Engine, literal
from recon.errors import ReconError
from recon.period import Cycle
from recon.sources import parse
from recon.sources.profile import DATE_FORMATS

ENGINE = Engine(threads=1)

DATES = [
    # text, format, date ("" = refused)
    ("2026-10-31", "ISO", "2026-10-31"), ("2026-10-31T23:59:59-08:00", "ISO", "2026-10-31"),
    ("2026-10-31 22:35:14 UTC", "ISO", "2026-10-31"), ("2026-10-011", "ISO", ""), ("2026-1-3", "ISO", ""), ("2026-13-01", "ISO", ""),
    ("10/3/2026", "M/D/YYYY", "2026-10-03"), ("10/03/2026 0:00", "M/D/YYYY", "2026-10-03"), ("2/30/2026", "M/D/YYYY", ""),
    ("2/29/2024", "M/D/YYYY", "2024-02-29"), ("2/29/2100", "M/D/YYYY", ""), ("31/12/2026", "M/D/YYYY", ""), ("4/1/25", "M/D/YYYY", ""),
    ("10//2026", "M/D/YYYY", ""), ("10/3/2026/1", "M/D/YYYY", ""), ("-1/2/2026", "M/D/YYYY", ""), ("10/3/2026x", "M/D/YYYY", ""),
    ("31/12/2026", "D/M/YYYY", "2026-12-31"), ("12/31/2026", "D/M/YYYY", ""), ("4/1/25", "M/D/YY", "2025-04-01"),
    ("10-3-2026", "M-D-YYYY", "2026-10-03"), ("31.12.2026", "D.M.YYYY", "2026-12-31"), ("2026-Jun-17", "YYYY-Mon-DD", "2026-06-17"),
    ("2026-jUN-7", "YYYY-Mon-DD", "2026-06-07"), ("2026-anf-7", "YYYY-Mon-DD", ""), ("1793527341.0", "epoch", "2026-11-01"),
    ("0", "epoch", "1970-01-01"), ("-5", "epoch", ""), ("99999999999999999", "epoch", ""), ("tomorrow", "epoch", ""),
    ("'; DROP TABLE lines;--", "ISO", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "date"), DATES)
def test_date(text: str, form: str, date: str) -> None:
    found = ENGINE.value(f"SELECT {parse.date(literal(text), [form])}")
    assert str(found or "") == date


def test_the_first_format_that_fits_counts() -> None:
    read = [
        ENGINE.value(f"SELECT {parse.date(literal(text), ['M/D/YYYY', 'D/M/YYYY'])}")
        for text in ("3/4/2026", "13/4/2026")
    ]
    assert read == [dt.date(2026, 3, 4), dt.date(2026, 4, 13)]


def test_every_declared_format_is_known_to_the_parser() -> None:
    for form in DATE_FORMATS:
        assert ENGINE.value(f"SELECT {parse.date(literal('nonsense'), [form])}") is None


CYCLES = [("2026-10", "2026-10-01", "2026-11-01", 31, "2026-09", "2026-11"), ("2024-02", "2024-02-01", "2024-03-01", 29, "2024-01", "2024-03"),
          ("2026-12", "2026-12-01", "2027-01-01", 31, "2026-11", "2027-01"), ("2026-01", "2026-01-01", "2026-02-01", 31, "2025-12", "2026-02")]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end", "days", "previous", "following"), CYCLES)
def test_cycle(text: str, start: str, end: str, days: int, previous: str, following: str) -> None:
    cycle = Cycle.parse(f" {text} ")
    assert (str(cycle), str(cycle.start), str(cycle.end), cycle.days) == (text, start, end, days)
    assert (str(cycle.previous), str(cycle.next)) == (previous, following)
    assert cycle.last_day == cycle.end - dt.timedelta(days=1)


@given(st.integers(2, 9997), st.integers(1, 12))
def test_cycles_tile_the_calendar(year: int, month: int) -> None:
    cycle = Cycle(year, month)
    assert cycle.end == cycle.next.start
    assert cycle.next.previous == cycle == Cycle.parse(str(cycle)) == Cycle.parse(cycle)
    assert cycle.previous < cycle < cycle.next


@pytest.mark.parametrize("text", ["2026-1", "2026-13", "2026-00", "2026-10-01", "26-10", "October", ""])
def test_what_is_no_cycle(text: str) -> None:
    with pytest.raises(ReconError, match="is not a month written like 2026-10"):
        Cycle.parse(text)
