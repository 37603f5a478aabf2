"""What the reports ask of a reconciliation, and how its frames become plain rows.

The reports depend on this shape only, so that anything with the same frames can be reported on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

Row = dict[str, Any]

# Control characters are not allowed in HTML nor in XML; line breaks and tabs would break a table's row.
# Bidi overrides could show a name or a number in another order than it has.
_FORBIDDEN = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFFFE,
    0xFFFF,
)
_CONTROL = dict.fromkeys(_FORBIDDEN, "\ufffd") | dict.fromkeys((9, 10, 13), " ")


class Explained(Protocol):
    """What can be said of a discrepancy besides its lines."""

    def reasons(self) -> Iterable[tuple[str, Sequence[str]]]:
        """Headings with their lines."""


class CycleShape(Protocol):
    """A billing month, `[start, end)`; `str()` of it is the month like `2026-10`."""

    @property
    def start(self) -> dt.date: ...
    @property
    def end(self) -> dt.date: ...


class WorkspaceShape(Protocol):
    """The workspace that was reconciled."""

    @property
    def name(self) -> str: ...
    @property
    def root(self) -> Path: ...
    @property
    def currency(self) -> str: ...


class Reconciled(Protocol):
    """A finished reconciliation: frames with Arrow types, exact decimals, empty text as `""`."""

    @property
    def cycle(self) -> CycleShape: ...
    @property
    def phase(self) -> str: ...
    @property
    def policy(self) -> Mapping[str, Any]: ...
    @property
    def workspace(self) -> WorkspaceShape: ...
    @property
    def headline(self) -> Mapping[str, Sequence[tuple[str, Decimal, int]]]: ...
    @property
    def discrepancies(self) -> pd.DataFrame: ...
    @property
    def lines(self) -> pd.DataFrame: ...
    @property
    def problems(self) -> pd.DataFrame: ...
    @property
    def files(self) -> pd.DataFrame: ...
    @property
    def unmapped(self) -> pd.DataFrame: ...
    @property
    def matches(self) -> pd.DataFrame: ...
    @property
    def bridge(self) -> pd.DataFrame: ...
    @property
    def rollforward(self) -> pd.DataFrame: ...
    @property
    def legs(self) -> pd.DataFrame: ...
    @property
    def clients(self) -> pd.DataFrame: ...
    @property
    def services(self) -> pd.DataFrame: ...
    def explain(self, discrepancy_id: str) -> Explained: ...


class KindShape(Protocol):
    """One kind of discrepancy and its texts for people."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def people_usually(self) -> str: ...
    @property
    def suggested_action(self) -> str: ...


def clean(text: str) -> str:
    """`text` with the characters that a page or a sheet can't hold replaced, none dropped silently."""
    return text.translate(_CONTROL)


def rows(frame: pd.DataFrame) -> list[Row]:
    """The frame's rows with exact decimals and dates; a missing value is None, texts are clean."""
    records = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return [
        {name: clean(value) if isinstance(value, str) else value for name, value in record.items()}
        for record in records
    ]


def names(frame: pd.DataFrame) -> dict[str, str]:
    """code → name of a catalog frame: its first column is the code."""
    code = frame.columns[0]
    return {row[code]: row["name"] for row in rows(frame[[code, "name"]])}
