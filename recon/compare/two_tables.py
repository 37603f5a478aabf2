"""recon.compare: two tables compared to the cent by the same passes, split and kinds as a billing cycle's legs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property

import pandas as pd

from recon import frames
from recon.compare.entries import entries
from recon.compare.faults import PROBLEMS
from recon.compare.meaning import Meaning
from recon.compare.rows import read
from recon.compare.sentences import sentence
from recon.compare.tables import Table, opened
from recon.discrepancies.findings import begin
from recon.discrepancies.finish import finished
from recon.discrepancies.matches import MATCHES, matches
from recon.discrepancies.two_sided import Naming, compare_sides
from recon.discrepancies.variance import COMPONENTS
from recon.engine import Engine
from recon.errors import ReconError, unknown

LEG = "left_right"
_CURRENCY_CODE = re.compile("[A-Z]{3}")
# An analyst asks about rows, so a row that is worth nothing is told too.
_WORTHLESS: tuple[Naming, ...] = (
    ("not_invoiced", "actual_entries = 0 AND expected_entries > 0 AND expected_amount = 0", "-ea"),
    (
        "invoice_quantity_differs",
        "quantity = 0 AND aq <> eq AND NOT (one_sided OR cleared OR no_quantity OR credits = 'netted')",
        "quantity",
    ),
)


def compare(
    left: object,
    right: object,
    on: str | Sequence[str],
    quantity: str | None = None,
    unit_price: str | None = None,
    amount: str | None = None,
    currency: str | None = None,
    tolerance: Decimal | int | str = Decimal("0.01"),
) -> Comparison:
    """Compare what is expected, `left`, with what is there, `right`; each is a table with one row for each thing.

    Tables are pandas or polars frames, Arrow tables or DuckDB relations. `on` names the columns that say what a row is
    about; keys are equal when their trimmed texts are. Both tables may have several rows of one key. `quantity`,
    `unit_price`, `amount` name columns of decimals, whole numbers or texts like "$1,150.50"; floating-point columns
    are read as their shortest text, with a warning. Without an amount a row is worth quantity × unit price, rounded
    half away from zero to cents; without a quantity only amounts are compared; with nothing but a quantity a unit
    counts as 1. `currency` is a column, or one code like "USD" for all rows; unlike currencies are never subtracted.
    `tolerance` is the difference, in the row's currency, that is cleared without a discrepancy.

    Raises ReconError for the caller's mistakes. Cells that can't be read are in the result's `problems`.
    """
    names = [on] if isinstance(on, str) else list(on)
    if not names:
        raise ReconError("on names no column: give the columns that say what a row is about.")
    if amount is None and quantity is None:
        raise ReconError("neither amount nor quantity is given: name the column to compare.")
    tables = opened(left, "left"), opened(right, "right")
    column, constant = _currency(currency, tables)
    meaning = Meaning(tuple(names), quantity, unit_price, amount, column, constant)
    return Comparison(*tables, meaning, _tolerance(tolerance))


def _currency(currency: str | None, tables: Sequence[Table]) -> tuple[str | None, str]:
    """The column of currencies, or None and the currency of all rows."""
    if currency is None:
        return None, ""
    lacking = [table for table in tables if currency not in table.names]
    if not lacking:
        return currency, ""
    if len(lacking) == len(tables) and _CURRENCY_CODE.fullmatch(currency):
        return None, currency
    raise unknown(f"column of the {lacking[0].side} table", currency, lacking[0].names)


def _tolerance(given: Decimal | int | str) -> Decimal:
    try:
        tolerance = Decimal(str(given))
    except InvalidOperation:
        tolerance = Decimal("NaN")
    if not tolerance.is_finite() or tolerance < 0:
        raise ReconError(f"tolerance {given!r} is not an amount of zero or more, like 0.01.")
    return tolerance


class Comparison:
    """Two tables compared. Its tables are pandas frames with Arrow types; numbers are exact decimals."""

    def __init__(self, left: Table, right: Table, meaning: Meaning, tolerance: Decimal) -> None:
        """Compare them; `compare` is the public way."""
        self._engine = Engine()
        begin(self._engine)
        self._rows = read(self._engine, left, right, meaning)
        made = entries(self._engine, LEG, self._rows, tolerance)
        self._cascade = compare_sides(self._engine, LEG, made, subject="grp", also=_WORTHLESS)

    @cached_property
    def discrepancies(self) -> pd.DataFrame:
        """The classified differences, the largest |impact| first; impact = right − left. `lines` are ids of `lines`."""
        found = finished(self._engine, None, sentence)
        states = [{name: getattr(one, name, None) for name in frames.DISCREPANCY_TYPES} for one in found]
        return frames.frame([{**one, "status": "open", "age_cycles": 0} for one in states], frames.DISCREPANCY_TYPES)

    @cached_property
    def matches(self) -> pd.DataFrame:
        """What was put together, by which rule, and how far apart it is."""
        matches(self._engine, {LEG: self._cascade})
        return self._engine.frame(f"SELECT * FROM {MATCHES} ORDER BY client, service, contract, currency, match_id")

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """Per currency and client: left total, components, right total. difference = Σ components, exactly."""
        return frames.bridge(self._engine, COMPONENTS)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The located faults: severity, source (left or right), row from 1 (0: the column), column, value, message."""
        return self._engine.frame(f'SELECT * FROM {PROBLEMS} ORDER BY source, row, "column", message')

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The rows that were compared, in the order of the tables; `match_id` is '' for what matches nothing."""
        return self._engine.frame(
            "SELECT r.line_id, r.side, r.row, r.client, COALESCE(r.service, '') AS service, COALESCE(r.contract, '') AS contract, "
            "r.quantity, r.unit_price, r.amount, r.currency, COALESCE(m.match_id, '') AS match_id "
            f"FROM {self._rows} r LEFT JOIN {self._cascade[0]} m ON r.line_id = m.entry ORDER BY r.side, r.row"
        )

    def lines_of(self, discrepancy_id: str) -> pd.DataFrame:
        """The rows behind a discrepancy. Raises ReconError for an unknown id."""
        known = dict(zip(self.discrepancies["discrepancy_id"], self.discrepancies["lines"], strict=True))
        if discrepancy_id not in known:
            raise ReconError(f"there is no discrepancy {discrepancy_id!r} in this comparison.")
        ids = set(known[discrepancy_id].split())
        return self.lines[self.lines["line_id"].isin(ids)].reset_index(drop=True)

    def __repr__(self) -> str:
        return (
            f"Comparison({len(self.lines)} rows, {len(self.matches)} matches, {len(self.discrepancies)} discrepancies, "
            f"{len(self.problems)} problems)"
        )
