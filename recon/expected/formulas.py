"""How an expected number comes about, with its numbers: the evidence behind a promised amount and an expected quantity.

Computed for the lines or the client and service that someone asks for, from the engine's tables of a reconciled cycle.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from recon.engine import Engine, literal
from recon.expected.promises import PROMISES, STANDING
from recon.expected.terms import named
from recon.money import text

_BASES = {
    "period_end": "the last count",
    "peak": "the peak",
    "average": "the average",
    "sum": "the sum",
    "any_active_day": "the most of any day, added up",
    "committed_floor": "the sum",
    "commitment_or_last_day": "the last day's count",
    "latest_post": "the latest posts",
    "distinct": "different members",
}


def promise_formulas(engine: Engine, line_ids: Collection[str], standing: bool = False) -> dict[str, str]:
    """line id → how its promised amount comes about: "(12 − 2 included) × 4.00, 17 of 31 days = 21.94".

    `standing`: what it is worth against the cycle's use instead of what the cycle's invoices should bill.
    """
    if not line_ids:
        return {}
    wanted = ", ".join(literal(one) for one in sorted(line_ids))
    table = STANDING if standing else PROMISES
    found = engine.rows(f"SELECT * FROM {table} WHERE line_id IN ({wanted}) ORDER BY line_id")
    columns = engine.columns(table)
    rows = [dict(zip(columns, row, strict=True)) for row in found]
    return {row["line_id"]: f"{_worth(row)}{_part(row)} = {text(row['amount'], 2)}" for row in rows}


def _worth(row: dict[str, Any]) -> str:
    """Quantity × price; a price for longer than a month with its term, a price in bands by their name."""
    quantity = text(row["quantity"])
    if row["included"]:
        quantity = f"({quantity} − {text(row['included'])} included)"
    if row["banded"]:
        return f"{quantity} in price bands"
    return f"{quantity} × {_price(row)}"


def _price(row: dict[str, Any]) -> str:
    price = text(row["stated_price"], 2)
    if row["per"] > 1:
        price += f" ÷ {row['per']}"
    if row["uplift"] and row["per"] > 1:
        price += f" × {text(1 + row['uplift'])}"
    return f"{price} ({named(row['term'])})" if row["months"] > 1 else price


def _part(row: dict[str, Any]) -> str:
    """Which part of a month or of a term counts, and by which rule where it isn't the month's days."""
    num, den, rule = row["num"], row["den"], row["proration"]
    if row["ahead"] and row["per"] == 1:
        term = f", {num} of the term's {den} days" if num else ", not due this month"
        return "" if num == den else term
    if num == den:
        return ""
    if rule == "next_cycle" and row["carried"] and num != row["days"]:
        own = f" and {row['days']} of {row['month_days']} days" if row["days"] else ""
        return f", {row['carried']} of {row['before_days']} days of the month before{own}"
    if rule == "next_cycle" and num == 0:
        return ", billed with the next month"
    if rule == "none":
        return ", not billed in the month in which it ends"
    return f", {num} of {den} days" + (" by thirty-day months" if rule == "thirty_day" else "")


def usage_formulas(engine: Engine, client: str, service: str) -> str:
    """How the quantity comes about that should be promised: "max(12 used (the peak) − 2 included, 5 minimum) = 10".

    '' where nothing of the client's service is compared with usage.
    """
    where = f"client = {literal(client)} AND service = {literal(service)}"
    found = engine.rows(
        "SELECT used, counted, commitment, basis, included, minimum, promised, in_bundle, expected_quantity "
        f"FROM usage_judged WHERE {where}"
    )
    if not found:
        return ""
    used, counted, commitment, basis, included, minimum, promised, in_bundle, expected = found[0]
    if used is None:
        return "no use is seen"
    terms = _used(used, counted, commitment, basis)
    if included and (promised or in_bundle):
        terms += f" − {text(included)} included"
    if promised and minimum:
        terms = f"max({terms}, {text(minimum)} minimum)"
    return f"{terms} = {text(expected)}"


def _used(used: Decimal, counted: Decimal, commitment: Decimal | None, basis: str) -> str:
    said = f"{text(counted)} used ({_BASES[basis]})"
    return said if commitment is None else f"max({said}, {text(commitment)} committed)"
