"""Any table an analyst holds as Arrow columns, no digit lost on the way.

pandas frames are read column by column, so that an object column of Decimals, of whole numbers beyond 64 bits or of
mixed cells is read as it stands. Everything else comes through the Arrow PyCapsule interface: polars frames, Arrow
tables, batches and readers, DuckDB relations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from recon.errors import ReconError, unknown

_TAKES = "give a pandas or polars frame, an Arrow table or a DuckDB relation"


@dataclass(frozen=True)
class Column:
    """One column. `inexact` is True where it held binary floating-point numbers."""

    values: pa.ChunkedArray
    inexact: bool

    @property
    def kind(self) -> pa.DataType:
        """The type of a value, dictionaries looked through."""
        given = self.values.type
        return given.value_type if pa.types.is_dictionary(given) else given

    @property
    def is_numeric(self) -> bool:
        """Whether it can hold numbers: as numbers, or as text."""
        kind = self.kind
        number = pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)
        return self._is_text or bool(number and not pa.types.is_float16(kind))

    @property
    def is_key(self) -> bool:
        """Whether its values can identify something."""
        dated = pa.types.is_date(self.kind) or pa.types.is_timestamp(self.kind)
        return self.is_numeric or bool(dated or pa.types.is_boolean(self.kind))

    @property
    def _is_text(self) -> bool:
        kind = self.kind
        plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        return bool(plain or pa.types.is_null(kind))


@dataclass(frozen=True)
class Table:
    """A table under the name that messages call it, `left` or `right`; columns are read when asked for."""

    side: str
    names: Sequence[str]
    _read: Callable[[int], Column]

    def column(self, name: str) -> Column:
        """The column of that name. Raises ReconError, with the names there are."""
        if name not in self.names:
            raise unknown(f"column of the {self.side} table", name, self.names)
        return self._read(list(self.names).index(name))


def opened(frame: object, side: str) -> Table:
    """`frame` as a Table. Raises ReconError where it is none, or has two columns of one name."""
    if isinstance(frame, pd.DataFrame):
        table = Table(side, [str(name) for name in frame.columns], lambda at: _of_pandas(frame.iloc[:, at]))
    else:
        arrow = _of_arrow(frame, side)
        table = Table(side, arrow.column_names, lambda at: _normal(arrow.column(at)))
    twice = [name for name, count in Counter(table.names).items() if count > 1]
    if twice:
        raise ReconError(f"the {side} table has several columns named {twice[0]!r}: rename all but one.")
    return table


def _of_arrow(frame: Any, side: str) -> pa.Table:
    if not (hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__")):
        raise ReconError(f"the {side} table is a {type(frame).__name__}: {_TAKES}.")
    try:
        return pa.table(frame)
    except (pa.ArrowException, OSError, TypeError, ValueError) as fault:
        raise ReconError(f"the {side} table, a {type(frame).__name__}, can't be read: {fault}; {_TAKES}.") from fault


def _of_pandas(series: pd.Series) -> Column:
    if series.dtype != object:
        return _normal(pa.array(series, from_pandas=True))
    # Arrow would make one floating-point column of whole numbers and floats.
    if pd.api.types.infer_dtype(series, skipna=True) != "mixed-integer-float":
        try:
            return _normal(pa.array(series, from_pandas=True))
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            pass  # Decimals among texts, whole numbers beyond 64 bits, an infinite Decimal: their text says what they are
    cells = series.astype(object).where(series.notna(), None)
    inexact = bool(cells.map(lambda cell: isinstance(cell, float)).any())
    return _normal(pa.array([None if cell is None else str(cell) for cell in cells], pa.string()), inexact)


def _normal(values: pa.Array | pa.ChunkedArray, inexact: bool = False) -> Column:
    """The same values in a type that the engine takes."""
    chunked = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
    given = chunked.type
    if pa.types.is_decimal256(given):
        chunked = chunked.cast(pa.string())
    elif pa.types.is_timestamp(given) and given.tz:
        chunked = chunked.cast(pa.timestamp(given.unit))
    found = Column(chunked, inexact)
    return Column(chunked, inexact or pa.types.is_floating(found.kind))
