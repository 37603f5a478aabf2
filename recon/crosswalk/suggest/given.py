"""Names as an analyst holds them: a list, a series or any frame, to named texts with their evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from recon.crosswalk.suggest.vocabulary import PUBLIC_DOMAINS
from recon.errors import ReconError, unknown

# Columns that are evidence besides the name, and what each of them is.
EVIDENCE = {
    "domain": "domain",
    "tenant": "tenant",
    "tenant_id": "tenant",
    "part_number": "part number",
    "sku": "part number",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A name with its evidence: (what, value) pairs such as ("domain", "example.com")."""

    name: str
    evidence: frozenset[tuple[str, str]]


def given(names: object, what: str) -> list[Given]:
    """The rows of a list of texts, a series, or a frame with a column `name`; empty names are left out.

    `what` is the argument's name, for messages. Raises ReconError where it is none of them or has no such column.
    """
    columns = _columns(names, what)
    if "name" not in columns:
        raise unknown(f"column of {what}", "name", columns)
    rows = list(columns["name"])
    proofs = [(EVIDENCE[column], list(cells)) for column, cells in columns.items() if column in EVIDENCE]
    found = []
    for at, cell in enumerate(rows):
        if name := _text(cell):
            values = {(kind, value) for kind, cells in proofs for value in _values(kind, _text(cells[at]))}
            found.append(Given(name, frozenset(values)))
    return found


def _columns(names: Any, what: str) -> Mapping[str, Iterable[object]]:
    if isinstance(names, pd.DataFrame):
        return {str(column): names[column].tolist() for column in names.columns}
    if isinstance(names, str | bytes):
        raise ReconError(f"{what} is one text: give a list of names, a series, or a frame with a column name.")
    if isinstance(names, pd.Series | pa.Array | pa.ChunkedArray):
        return {"name": names.tolist() if isinstance(names, pd.Series) else names.to_pylist()}
    if hasattr(names, "__arrow_c_stream__") or hasattr(names, "__arrow_c_array__"):
        return _of_arrow(names, what)
    if isinstance(names, Iterable) and not isinstance(names, Mapping):
        return {"name": list(names)}
    raise ReconError(
        f"{what} is a {type(names).__name__}: give a list of names, a series, or a frame with a column name."
    )


def _of_arrow(names: Any, what: str) -> Mapping[str, Iterable[object]]:
    """A polars frame or series, an Arrow table, a DuckDB relation."""
    try:
        if hasattr(names, "columns") or hasattr(names, "schema"):
            table = pa.table(names)
            return {column: table.column(column).to_pylist() for column in table.column_names}
        return {"name": pa.chunked_array(names).to_pylist()}
    except (pa.ArrowException, OSError, TypeError, ValueError) as fault:
        raise ReconError(f"{what}, a {type(names).__name__}, can't be read: {fault}.") from fault


def _text(cell: object) -> str:
    """A cell as text; '' where nothing is in it."""
    missing = cell is None or cell is pd.NA or cell != cell
    return "" if missing else str(cell).strip()


def _values(kind: str, text: str) -> Iterable[str]:
    """The values of a cell, which may hold several; domains that everybody has are none."""
    for value in re.split(r"[\s,;|]+", text.lower()):
        if kind == "domain":
            value = re.sub(r"^(?:https?://)?(?:www\.)?", "", value.rpartition("@")[2]).partition("/")[0]
            if value in PUBLIC_DOMAINS:
                continue
        if value:
            yield value
