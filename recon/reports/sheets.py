"""The workbook's sheets as plain columns and rows, taken from the model."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recon.reports.bridge import COMPONENTS
from recon.reports.evidence import File, Problem, Unmapped
from recon.reports.model import ReportModel
from recon.reports.ranking import COLUMNS
from recon.reports.source import rows

Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how its numbers are written, its width in characters.

    `style` is money, price, quantity, long (wrapped text), input (to fill in) or input_date; texts, dates and
    counts are told by their values.
    """

    name: str
    style: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the columns' names, then the rows; the first `frozen` columns stay in view."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    frozen: int = 1
    filtered: bool = True


_WIDTHS = {
    "explanation": 70, "message": 60, "checks": 40, "suggested_action": 40, "suggestion": 34, "sha256": 66,
    "file": 36, "key": 38, "name": 30, "client_name": 28, "service_name": 28, "kind": 25, "leg": 20,
    "client": 18, "service": 20, "contract": 18, "discrepancy_id": 20, "lines": 18, "value": 24,
    "currency": 10, "row": 9, "status": 11, "side": 11, "age_cycles": 11, "note": 40,
}  # fmt: skip
_LONG = frozenset({"explanation", "message", "checks", "suggested_action", "suggestion"})


def all_sheets(model: ReportModel, lines: pd.DataFrame, review: Sequence[str]) -> tuple[Sheet, ...]:
    """The sheets in their order; `review` are the columns that a person fills in."""
    basis = model.basis
    return (
        _summary(model),
        _bridge(model),
        _discrepancies(model, review),
        _by_client(model),
        _records("Unmapped", Unmapped, basis.unmapped),
        _records("Problems", Problem, basis.problems),
        _records("Sources", File, basis.files),
        _lines(model, lines),
    )


def _columns(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(Column(name, _style(name), _WIDTHS.get(name, 16)) for name in names)


def _style(name: str) -> str:
    if name in _LONG:
        return "long"
    return "quantity" if name.endswith("quantity") else "price" if name.endswith("unit_price") else "money"


def _summary(model: ReportModel) -> Sheet:
    identity, overview = model.identity, model.overview
    texts = [("Workspace", identity.workspace), ("Cycle", identity.cycle), ("Phase", identity.phase)]
    texts += [("In words", sentence) for sentence in overview.sentences]
    texts += [("Tie-out", overview.tie_out.state)]
    texts += [(check.title, f"{'yes' if check.passed else 'no'}: {check.detail}") for check in overview.tie_out.checks]
    cards = [*((card.title, card.sums) for card in overview.cards), ("Open", overview.open)]
    money = [(title, item.currency, item.amount, item.count) for title, items in cards for item in items]
    for roll in model.rolls:
        money += [
            ("Opening", roll.currency, roll.opening_impact, roll.opening_count),
            ("New", roll.currency, roll.new_impact, roll.new_count),
            ("Resolved", roll.currency, roll.resolved_impact, roll.resolved_count),
            ("Closing", roll.currency, roll.closing_impact, roll.closing_count),
        ]
    settings = [(item.name, item.value) for item in (*model.basis.parameters, *model.basis.policy)]
    known = {name for name, _ in texts}
    after = [(name, value, None, None) for name, value in settings if name not in known]
    columns = (
        Column("what", "long", 34),
        Column("value", "long", 90),
        Column("amount", "money", 18),
        Column("items", "money", 10),
    )
    found = (*((name, value, None, None) for name, value in texts), *money, *after)
    return Sheet("Summary", columns, found, filtered=False)


def _bridge(model: ReportModel) -> Sheet:
    names = (
        "leg",
        "currency",
        "client",
        "client_name",
        "expected_total",
        *COMPONENTS,
        "actual_total",
        "difference",
    )
    found = tuple(
        (
            bridge.leg,
            bridge.currency,
            part.client,
            part.name,
            part.expected,
            *part.components,
            part.actual,
            part.actual - part.expected,
        )
        for bridge in model.bridges
        for part in bridge.clients
    )
    return Sheet("Bridge", _columns(names), found, frozen=4)


def _discrepancies(model: ReportModel, review: Sequence[str]) -> Sheet:
    """The columns of discrepancies.csv in their order, the names for people, then the columns to fill in."""
    names = (*COLUMNS, "client_name", "service_name")
    inputs = tuple(Column(name, "input_date" if name == "until" else "input", _WIDTHS.get(name, 14)) for name in review)
    blank = (None,) * len(inputs)
    found = tuple((*(getattr(item, name) for name in names), *blank) for item in model.discrepancies)
    return Sheet("Discrepancies", (*_columns(names), *inputs), found, frozen=2)


def _by_client(model: ReportModel) -> Sheet:
    money = ("leak", "overbilled", "vendor_overcharge", "vendor_undercharge")
    names = ("client", "client_name", "currency", "count", "open", *money)
    fields = ("key", "name", *names[2:])
    found = tuple(tuple(getattr(group, field) for field in fields) for group in model.breakdown.clients)
    return Sheet("By client", _columns(names), found, frozen=2)


def _records(name: str, shape: Any, records: Sequence[Any]) -> Sheet:
    names = tuple(field.name for field in dataclasses.fields(shape))
    found = tuple(tuple(getattr(record, field) for field in names) for record in records)
    return Sheet(name, _columns(names), found)


def _lines(model: ReportModel, lines: pd.DataFrame) -> Sheet:
    """The lines behind the discrepancies: what a reviewer opens the source files for."""
    names = ("side", "source", "file", "row", "account_name", "item_name", "client", "service", "document")
    numbers = ("period_start", "period_end", "quantity", "unit_price", "amount", "tax", "currency")
    wanted = {line for item in model.discrepancies for line in item.lines.split()}
    columns = ["line_id", *names, *numbers]
    known = {row["line_id"]: row for row in rows(lines.loc[lines["line_id"].isin(wanted), columns])}
    found = tuple(
        (item.discrepancy_id, *(known[line][name] for name in columns))
        for item in model.discrepancies
        for line in item.lines.split()
        if line in known
    )
    return Sheet("Lines", _columns(("discrepancy_id", *columns)), found, frozen=2)
