"""A frame as a table for people: numbers to the right and without idle zeros, text as text, few rows at a time.

The frames hold exact decimals of twelve places, which pandas prints in full. Nothing is rounded here either: digits
that exist are shown, money with at least two decimals.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from recon.discrepancies.variance import COMPONENTS
from recon.errors import unknown
from recon.reports import text

_MONEY_WORDS = ("amount", "impact", "price", "total", "cost", "tax", "difference")
# In a frame with all of these every one is money, `quantity` too: what the difference in quantity is worth.
_BRIDGE = set(COMPONENTS)
# Characters of a column's longest text.
_SHORT, _LONG = 28, 60

_STYLE = """
.recon-table { overflow-x: auto; }
.recon-table table { border-collapse: collapse; font-size: 0.92em; margin: 0; }
.recon-table th, .recon-table td { text-align: left !important; vertical-align: top; padding: 4px 10px;
  border-bottom: 1px solid rgba(128, 128, 128, 0.25); max-width: 34em; white-space: normal; }
.recon-table thead th { vertical-align: bottom; border-bottom: 2px solid rgba(128, 128, 128, 0.6); }
.recon-table .long { min-width: 17em; }
.recon-table .short { white-space: nowrap; }
.recon-table th.n, .recon-table td.n { text-align: right !important; white-space: nowrap; font-variant-numeric: tabular-nums; }
.recon-table p { margin: 4px 10px; opacity: 0.75; font-size: 0.88em; }
"""


@dataclass(frozen=True)
class Table:
    """The cells of a table as texts, shown by a notebook as HTML and by print as aligned lines."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    cells: tuple[tuple[str, ...], ...]
    total: int

    @property
    def more(self) -> str:
        """How much of the frame is shown, where that isn't all or nothing is there; else ''."""
        if not self.total:
            return "no rows"
        return f"{len(self.cells)} of {self.total:,} rows" if self.total > len(self.cells) else ""

    def _repr_html_(self) -> str:
        head = self._row("th", [html.escape(name) for name in self.columns])
        body = "".join(self._row("td", [html.escape(cell) for cell in row]) for row in self.cells)
        more = f"<p>{self.more}</p>" if self.more else ""
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
        return f'<style>{_STYLE}</style><div class="recon-table">{table}{more}</div>'

    def _row(self, tag: str, cells: Sequence[str]) -> str:
        row = zip(self._marks(), cells, strict=True)
        return "<tr>" + "".join(f'<{tag} class="{mark}">{cell}</{tag}>' for mark, cell in row) + "</tr>"

    def _marks(self) -> list[str]:
        """Each column's class: codes stay on one line, sentences get room."""
        columns = zip(*self.cells, strict=True) if self.cells else ((),) * len(self.columns)
        widths = [max(map(len, column), default=0) for column in columns]
        texts = ["short" if width <= _SHORT else "long" if width > _LONG else "" for width in widths]
        return ["n" if numeric else mark for numeric, mark in zip(self.numeric, texts, strict=True)]

    def __repr__(self) -> str:
        rows = [self.columns, *self.cells]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if numeric else cell.ljust(width)
                for cell, width, numeric in zip(row, widths, self.numeric, strict=True)
            ).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, *([self.more] if self.more else [])])


def show(frame: pd.DataFrame | Iterable[Any], columns: str | Sequence[str] = (), rows: int = 10) -> Table:
    """The first `rows` rows of a frame, or of records such as `recon.kinds.values()`, as a table for people.

    `columns` are names in a list, or in one text with spaces between; all where none is given. A grouped frame's
    index becomes columns. Raises ReconError for a name that the frame doesn't have.
    """
    whole = _flat(frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(list(frame)))
    names = columns.split() if isinstance(columns, str) else list(columns)
    for name in names:
        if name not in whole.columns:
            raise unknown("column", name, [str(one) for one in whole.columns])
    chosen = whole[names or list(whole.columns)].head(rows)
    kinds = [_is_number(chosen[name]) for name in chosen.columns]
    bridge = _BRIDGE if set(whole.columns) >= _BRIDGE else set()
    places = [2 if name in bridge or _is_money(str(name)) else 0 for name in chosen.columns]
    cells = tuple(
        tuple(_cell(value, place) for value, place in zip(row, places, strict=True))
        for row in chosen.itertuples(index=False, name=None)
    )
    return Table(tuple(str(name) for name in chosen.columns), tuple(kinds), cells, len(whole))


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with what its index says as columns; the index of a filtered frame says nothing."""
    named = [name for name in frame.index.names if name is not None]
    return frame.reset_index(drop=not named)


def _is_number(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column.dtype)) or "decimal" in str(column.dtype)


def _is_money(name: str) -> bool:
    return any(word in name.split("_") for word in _MONEY_WORDS)


def _cell(value: object, places: int) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, Decimal):
        return text.amount(value, places)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
