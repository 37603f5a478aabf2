"""Shares of a month against a witness that counts days one by one."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.engine import Engine
from recon.expected import proration

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 1, 1)
MONTHS = (dt.date(2026, 2, 1), dt.date(2026, 9, 1), dt.date(2026, 10, 1), dt.date(2027, 1, 1))
POLICIES = ("daily", "thirty_day", "none", "next_cycle")
COLUMNS = {"period_start": "DATE", "period_end": "DATE", "proration": "VARCHAR", "negative": "BOOLEAN"}
dates = st.one_of(st.none(), st.integers(-40, 420).map(lambda n: FIRST + n * DAY))
lines = st.tuples(dates, dates, st.sampled_from(POLICIES), st.booleans())
Line = tuple[dt.date | None, dt.date | None, str, bool]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(threads=1)


def month_of(start: dt.date) -> list[dt.date]:
    return [start + n * DAY for n in range(calendar.monthrange(start.year, start.month)[1])]


def days(line: Line, month: list[dt.date]) -> list[dt.date]:
    """The days of the month that count; without negative proration all that follow the first of them."""
    start, end, _, negative = line
    active = [day for day in month if (start is None or start <= day) and (end is None or day < end)]
    return [day for day in month if day >= active[0]] if active and not negative else active


def share(line: Line, month: list[dt.date]) -> Fraction:
    """What the month is worth."""
    start, _, policy, _ = line
    counted = days(line, month)
    if policy == "thirty_day":
        return Fraction(1) if len(counted) == len(month) else Fraction(min(len(counted), 30), 30)
    if policy == "none":
        whole = bool(counted) and (counted[-1] == month[-1] or (start is not None and start >= month[0]))
        return Fraction(int(whole))
    return Fraction(len(counted), len(month))


def due(line: Line, month: list[dt.date]) -> Fraction:
    """What is billed for the month: next_cycle moves a first part month to the next."""
    start, _, policy, _ = line
    if policy != "next_cycle":
        return share(line, month)
    before = month_of((month[0] - DAY).replace(day=1))
    began_here = start is not None and month[0] < start <= month[-1]
    began_before = start is not None and before[0] < start <= before[-1]
    own = Fraction(0) if began_here else share(line, month)
    return own + (share(line, before) if began_before else 0)


@settings(database=None, deadline=None, derandomize=True, max_examples=60)
@given(st.lists(lines, min_size=1, max_size=40), st.sampled_from(MONTHS))
def test_shares_are_those_of_the_days(engine: Engine, found: list[Line], start: dt.date) -> None:
    engine.put_rows("l", COLUMNS, found)
    (worth, of), (num, den) = proration.of_month(), proration.due()
    rows = engine.rows(
        f"SELECT period_start, period_end, proration, negative, {worth}, {of}, "
        f"CASE WHEN active OR carried > 0 THEN {num} ELSE 0 END, {den} FROM ({proration.months('l', f'DATE {str(start)!r}')})"
    )
    assert len(rows) == len(found)
    month = month_of(start)
    for *line, one, whole, part, parts in rows:
        given_line = (line[0], line[1], line[2], line[3])
        assert Fraction(one, whole) == share(given_line, month), given_line
        assert Fraction(part, parts) == due(given_line, month), given_line
