"""discrepancies.csv: the contract's columns as text, exact, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import IO, Any

import pandas as pd

from recon.money import text

_MONEY = {"expected_unit_price", "actual_unit_price", "expected_amount", "actual_amount", "impact"}
_QUANTITIES = {"expected_quantity", "actual_quantity"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(discrepancies: pd.DataFrame, path: Path) -> None:
    """Write the frame as UTF-8 CSV: money with at least two decimals, quantities without idle zeros, nulls empty."""
    with path.open("w", encoding="utf-8", newline="") as out:
        write_csv_to(discrepancies, out)


def write_csv_to(discrepancies: pd.DataFrame, out: IO[str]) -> None:
    """The same to an open text file."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(discrepancies.columns)
    for row in discrepancies.itertuples(index=False, name=None):
        writer.writerow(cells(dict(zip(discrepancies.columns, row, strict=True))))


def cells(row: dict[str, Any]) -> list[str]:
    """One row's cells as they are written."""
    return [_cell(name, None if value is None or value is pd.NA else value) for name, value in row.items()]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _MONEY:
        return text(value, 2)
    if name in _QUANTITIES:
        return text(value)
    return defused(str(value))


def defused(value: str) -> str:
    """A text that a spreadsheet would run as a formula, marked as text."""
    return f"'{value}" if value.startswith(_FORMULA) else value
