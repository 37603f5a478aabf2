"""What a line of the register is worth: its share of a month or a term, its price, its bands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ..basics import ZERO, Cycle, cents
from .catalog import BANDS, UPLIFT, Rule, in_bands, rule_of
from .facts import Line, Month

_YEARLY = ("Annual", "Yearly", "P1Y")  # the whole year is paid at once
_YEAR_BY_MONTH = ("Annual, billed monthly", "P1Y/P1M")


class Due(NamedTuple):
    """What an invoice bills for a line: `part` of a month or term, `live` to the end of the billed month."""

    quantity: Decimal
    price: Fraction
    amount: Decimal
    part: bool
    live: bool


def rounded(value: Fraction) -> Decimal:
    """To cents, half away from zero."""
    hundreds = abs(value) * 100
    whole = (2 * hundreds.numerator + hundreds.denominator) // (2 * hundreds.denominator)
    return cents(Decimal(whole if value >= 0 else -whole) / 100)


def served(client: str, service: str, cycle: Cycle) -> Cycle:
    """The month that the cycle's invoices are for."""
    return Cycle(cycle.next.strftime("%Y-%m")) if rule_of(client, service).advance else cycle


def due(line: Line, cycle: Cycle) -> Due | None:
    """What the cycle's invoice bills for the line; None where there is nothing to tell of it."""
    rule, month = rule_of(line.client, line.service), served(line.client, line.service, cycle)
    active = line.active(month.first, month.next)
    carried = _carried(line, month, rule)
    if not active and not carried:
        return None
    if line.term in _YEARLY:
        share = _of_term(line, month)
        return _due(line, line.net if share else ZERO, Fraction(line.price), share, live=True)
    share = _of_month(line, month, rule) + carried if active else carried
    price = Fraction(line.price)
    if line.term in _YEAR_BY_MONTH:
        price *= Fraction(1 + UPLIFT) / 12
    return _due(line, line.net, price, share, live=line.active(month.last, month.next) or share == 1)


def _due(line: Line, quantity: Decimal, price: Fraction, share: Fraction, live: bool) -> Due:
    worth = Fraction(quantity) * price
    if (line.service, "price") in BANDS:
        worth = Fraction(in_bands(quantity, line.service, "price"))
    return Due(quantity, price, rounded(worth * share), share not in (0, 1), live)


def _of_month(line: Line, month: Cycle, rule: Rule) -> Fraction:
    first = max(line.start, month.first)
    after = min(line.until or month.next, month.next) if rule.negative else month.next
    days = (after - first).days
    if rule.proration == "thirty_day":
        return Fraction(1) if days == month.days else Fraction(min(days, 30), 30)
    if rule.proration == "none":
        return Fraction(after == month.next or line.start >= month.first)
    if rule.proration == "next_cycle" and line.start > month.first:
        return Fraction(0)
    return Fraction(days, month.days)


def _carried(line: Line, month: Cycle, rule: Rule) -> Fraction:
    """The first part month of the month before, where it is billed with this one."""
    before = Cycle(f"{month.first.year}-{month.first.month - 1:02d}" if month.first.month > 1 else "2025-12")
    if rule.proration != "next_cycle" or not before.first < line.start < month.first:
        return Fraction(0)
    end = min(line.until or month.first, month.first) if rule.negative else month.first
    return Fraction((end - line.start).days, before.days)


def _of_term(line: Line, month: Cycle) -> Fraction:
    """A year is due in the month in which it begins; what joins it, by the days that are left of it."""
    term_end = date.fromordinal(line.committed.toordinal() + 1) if line.committed else None
    joins = term_end is not None and line.start < term_end < line.start.replace(year=line.start.year + 1)
    if joins and term_end and line.start >= month.first:
        whole = term_end - term_end.replace(year=term_end.year - 1)
        return Fraction((term_end - line.start).days, whole.days)
    begins = term_end if joins and term_end else line.start
    return Fraction(begins.month == month.first.month and (not joins or month.first >= begins.replace(day=1)))


def owed(month: Month, line: Line) -> Decimal:
    """The line's amount on the cycle's invoice."""
    found = due(line, month.cycle)
    return found.amount if found else ZERO


def step(service: str, one: Decimal, other: Decimal, price: Decimal) -> Decimal:
    """What the step from one quantity to another is worth to the client."""
    if (service, "price") in BANDS:
        return cents(in_bands(other, service, "price")) - cents(in_bands(one, service, "price"))
    return cents((other - one) * price)
