"""The audit as an Excel workbook, with columns to decide in; it holds what the model holds.

Conventions: a cell is a number only where Excel's 15 digits hold it exactly, else text with every digit. Text
is always a text cell, whatever it begins with, so that no value from a file can become a formula. The bytes
depend on the content alone.
"""

from __future__ import annotations

import datetime as dt
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from recon import money
from recon.reports import sheets
from recon.reports.model import ReportModel
from recon.reports.sheets import Sheet

DECISIONS = ("accept", "waive", "dispute", "timing")
REVIEW = ("decision", "note", "until", "owner")
# Excel's own limits: significant digits of a number, rows under a header, characters of a cell.
_DIGITS, _ROWS, _CHARACTERS = 15, 1_048_575, 32_767
# A sheet program may take text that begins with these for a formula once the cell is edited or saved as CSV.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
_A4 = 9
# The default context would round what it normalizes to 28 digits, and call it exact.
_WIDE = Context(prec=80)

Styles = dict[str, Any]


def write_workbook(model: ReportModel, lines: pd.DataFrame, path: Path) -> None:
    """Write the workbook to `path`; of the reconciliation's `lines`, those behind discrepancies are kept.

    ValueError where a sheet would need more rows than Excel has: a cut list must never look whole.
    """
    identity = model.identity
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {
                "title": f"Billing audit {identity.cycle}",
                "company": identity.workspace,
                # A clock's time would make every run a different file.
                "created": dt.datetime.combine(identity.last_day, dt.time()),
            }
        )
        styles = _styles(book)
        for sheet in sheets.all_sheets(model, lines, REVIEW):
            _write(book, sheet, styles)


def is_exact(value: Decimal) -> bool:
    """True when Excel, which keeps 15 significant digits, holds `value` exactly."""
    return len(value.normalize(_WIDE).as_tuple().digits) <= _DIGITS


def _styles(book: Any) -> Styles:
    """The workbook's cell formats by what a cell holds."""
    top = {"valign": "top"}
    edge = {"bold": True, "bottom": 1, "valign": "bottom", "text_wrap": True}
    fill_in = top | {"bg_color": "#FFFBEF", "border": 1, "border_color": "#E3DCC4"}
    date = {"num_format": "yyyy-mm-dd"}
    formats = {
        "header": edge | {"bg_color": "#E8ECEF"},
        "header_input": edge | {"bg_color": "#FFE9B8"},
        "text": top,
        "risky": top | {"quote_prefix": True},
        "long": top | {"text_wrap": True},
        "date": top | date,
        "count": top | {"num_format": "#,##0"},
        "money": top | {"num_format": "#,##0.00;-#,##0.00"},
        "price": top | {"num_format": "#,##0.00##########"},
        # Without a point after whole quantities, which `#,##0.####` would leave.
        "quantity": top | {"num_format": "General"},
        "input": fill_in,
        "input_date": fill_in | date,
    }
    return {name: book.add_format(properties) for name, properties in formats.items()}


def _write(book: Any, sheet: Sheet, styles: Styles) -> None:
    if len(sheet.rows) > _ROWS:
        raise ValueError(f"sheet {sheet.name}: {len(sheet.rows):,} rows, Excel has {_ROWS:,}; use the CSV")
    page = book.add_worksheet(sheet.name)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, column.width)
        page.write_string(0, position, column.name, styles["header_input" if "input" in column.style else "header"])
    for number, row in enumerate(sheet.rows, 1):
        for position, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _cell(page, (number, position), value, column.style, styles)
    page.freeze_panes(1, sheet.frozen)
    if sheet.rows and sheet.filtered:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    if sheet.rows and any(column.name == "decision" for column in sheet.columns):
        _validate(page, [column.name for column in sheet.columns], len(sheet.rows))


def _cell(page: Any, place: tuple[int, int], value: Any, style: str, styles: Styles) -> None:
    if value is None or value == "":
        page.write_blank(*place, None, styles[style])
    elif isinstance(value, int):
        page.write_number(*place, value, styles["count"])
    elif isinstance(value, Decimal) and is_exact(value):
        # xlsxwriter formats a Decimal by its own digits: it never becomes a float.
        page.write_number(*place, value, styles[style])
    elif isinstance(value, dt.date):
        page.write_datetime(*place, value, styles["date"])
    else:
        written = money.text(value, 2) if isinstance(value, Decimal) else str(value)[:_CHARACTERS]
        kept = "risky" if written.startswith(_RISKY) else "long" if style == "long" else "text"
        page.write_string(*place, written, styles[kept])


def _validate(page: Any, names: list[str], last: int) -> None:
    """Let the decision be one of those that exist and the date be a date."""
    decision, until = names.index("decision"), names.index("until")
    page.data_validation(
        *(1, decision, last, decision),
        {
            "validate": "list",
            "source": list(DECISIONS),
            "input_title": "Decision",
            "input_message": "accept; waive or dispute (with a note); timing. Leave empty to decide later.",
            "error_message": f"One of: {', '.join(DECISIONS)}.",
        },
    )
    page.data_validation(
        *(1, until, last, until),
        {
            "validate": "date",
            "criteria": ">",
            "value": dt.date(2000, 1, 1),
            "error_message": "A date like 2026-12-31.",
        },
    )
