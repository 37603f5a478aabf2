"""Small tables that people edit in a spreadsheet (catalog, crosswalk): CSV or XLSX, every cell checked and located."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from recon.errors import ReconError
from recon.money import SCALE

Row = Mapping[str, str]


def read_table(path: Path, columns: list[str], required: list[str], shown: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The filled rows of a CSV or XLSX table with their row numbers; missing columns read as ''.

    Raises ReconError where the file can't be read, a column is unknown or missing, or a required cell is empty.
    """
    rows = _rows(path, shown)
    headers = [header.strip().lower() for header in next(rows, [])]
    twice = [header for header in headers if header and headers.count(header) > 1]
    if twice:
        raise ReconError(f"{shown}: has the column {twice[0]!r} twice.")
    unknown = [header for header in headers if header and header not in columns]
    lacking = [name for name in required if name not in headers]
    if unknown or lacking:
        what = f"has the unknown column {unknown[0]!r}" if unknown else f"lacks the column {lacking[0]!r}"
        raise ReconError(f"{shown}: {what}; its columns are {', '.join(columns)}.")
    for number, cells in enumerate(rows, 2):
        if any(cell.strip() for cell in cells[len(headers) :]):
            raise ReconError(f"{shown} row {number}: {len(cells)} cells where the header has {len(headers)}.")
        row = dict.fromkeys(columns, "") | {h: c.strip() for h, c in zip(headers, cells, strict=False) if h}
        if not any(row.values()):
            continue
        for name in required:
            if not row[name]:
                raise ReconError(f"{shown} row {number}: {name} is empty.")
        yield number, row


def read_headers(path: Path, shown: str) -> list[str]:
    """The table's column names. Raises ReconError where the file can't be read."""
    return [header.strip().lower() for header in next(_rows(path, shown), [])]


def _rows(path: Path, shown: str) -> Iterator[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise ReconError(f"{shown}: can't be opened ({fault.strerror}).") from fault
    if data[:4] == b"PK\x03\x04":
        yield from _sheet(path, shown)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ReconError(f"{shown}: is not UTF-8 text (byte {fault.start}); save it as CSV UTF-8.") from fault
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as fault:
        raise ReconError(f"{shown}: can't be read as CSV ({fault}).") from fault


def _sheet(path: Path, shown: str) -> Iterator[list[str]]:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (python_calamine.CalamineError, zipfile.BadZipFile) as fault:
        raise ReconError(f"{shown}: is not a workbook that can be read ({fault}); save it as XLSX.") from fault
    for row in sheet.to_python(skip_empty_area=False):
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    """A cell as text; a whole number that the spreadsheet keeps as 12.0 is 12."""
    text = str(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return text[:-2] if text.endswith(".0") and text[:-2].lstrip("-").isdigit() else text


T = TypeVar("T")


def _checked(parse: Callable[[str], T], text: str, where: str, wanted: str) -> T | None:
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as fault:
        raise ReconError(f"{where} {text!r} is not {wanted}.") from fault


def decimal_cell(row: Row, name: str, shown: str, number: int) -> Decimal | None:
    """An exact number, None where empty; ReconError with file and row where it isn't one."""
    wanted = f"a number like 12.50, below 10^{SCALE} and with {SCALE} decimals at most"
    return _checked(_exact, row[name], f"{shown} row {number}: {name}", wanted)


def _exact(text: str) -> Decimal:
    """`text` as the engine can keep it: plain digits, no power, no digit too many."""
    if not re.fullmatch(rf"[+-]?(\d{{1,{SCALE}}}(\.\d{{0,{SCALE}}})?|\.\d{{1,{SCALE}}})", text, re.ASCII):
        raise ValueError(text)
    return Decimal(text)


def date_cell(row: Row, name: str, shown: str, number: int) -> dt.date | None:
    """A date, None where empty; ReconError with file and row where it isn't one."""
    return _checked(dt.date.fromisoformat, row[name], f"{shown} row {number}: {name}", "a date like 2026-10-31")


def currency_cell(row: Row, name: str, shown: str, number: int) -> str:
    """A currency code, '' where empty; ReconError with file and row where it isn't one."""
    if not re.fullmatch(r"([A-Z]{3})?", row[name]):
        raise ReconError(f"{shown} row {number}: {name} {row[name]!r} is not a currency code like USD.")
    return row[name]


def word_cell(row: Row, name: str, words: tuple[str, ...], shown: str, number: int) -> str:
    """One of `words`; ReconError lists them."""
    if row[name] not in words:
        allowed = ", ".join(word or "empty" for word in words)
        raise ReconError(f"{shown} row {number}: {name} {row[name]!r} is not one of {allowed}.")
    return row[name]
