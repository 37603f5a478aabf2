"""The one module that knows which engine runs the set-based stages.

Stages are written once as SQL text in the DuckDB dialect and see only named tables, so that another engine can
take them by translating the text. Everything large stays on the engine; frames handed to people are read at the end.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa


def quoted(identifier: str) -> str:
    """SQL: an identifier, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: object) -> str:
    """SQL: a text constant, whatever it holds; NULL for None."""
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


class Engine:
    """An embedded DuckDB with named tables. Threads take turns (a notebook's widgets answer on their own thread)."""

    def __init__(self, threads: int | None = None, memory_limit: str | None = None) -> None:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if threads:
            config["threads"] = threads
        if memory_limit:
            config["memory_limit"] = memory_limit
        self._connection = duckdb.connect(":memory:", config=config)
        self._numbers = itertools.count()
        self._turn = threading.RLock()

    def name(self, stem: str) -> str:
        """A table name that isn't taken."""
        return f"{stem}_{next(self._numbers)}"

    def create(self, table: str, query: str) -> str:
        """Run `query` once and keep its rows as `table`, replacing one of that name; returns the name."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS {query}")
        return table

    def empty(self, table: str, columns: Mapping[str, str]) -> str:
        """An empty table with the given columns and SQL types."""
        body = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self._connection.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({body})")
        return table

    def append(self, table: str, query: str) -> None:
        """Add the rows of `query` to `table`, columns by name."""
        self._connection.execute(f"INSERT INTO {quoted(table)} BY NAME {query}")

    def put(self, table: str, frame: pa.Table) -> str:
        """Keep an Arrow table as `table`."""
        self._connection.register("incoming_arrow", frame)
        try:
            return self.create(table, "SELECT * FROM incoming_arrow")
        finally:
            self._connection.unregister("incoming_arrow")

    def put_rows(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> str:
        """Keep small Python rows as `table`; values are texts, None, or what the SQL type takes."""
        self.empty(table, dict.fromkeys(columns, "VARCHAR"))
        data = list(zip(*rows, strict=True)) or [() for _ in columns]
        texts = [pa.array([None if value is None else str(value) for value in column], pa.string()) for column in data]
        arrow = pa.table(texts, names=list(columns))
        self.put(table, arrow)
        casts = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
        return self.create(table, f"SELECT {casts} FROM {quoted(table)}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small answer."""
        with self._turn:
            return self._connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The single value of an answer of one row and column."""
        return self.rows(query)[0][0]

    def arrow(self, query: str) -> pa.Table:
        """The answer as an Arrow table (decimals stay decimals)."""
        with self._turn:
            return self._connection.sql(query).to_arrow_table()

    def frame(self, query: str) -> pd.DataFrame:
        """The answer as a pandas frame with Arrow types, so that no decimal passes through a float."""
        return self.arrow(query).to_pandas(types_mapper=pd.ArrowDtype)

    def columns(self, table: str) -> list[str]:
        """The column names of a table."""
        return [row[0] for row in self._connection.execute(f"DESCRIBE {quoted(table)}").fetchall()]

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return bool(self.rows(f"SELECT 1 FROM information_schema.tables WHERE table_name = {literal(table)}"))

    def drop(self, table: str) -> None:
        """Forget a table."""
        self._connection.execute(f"DROP TABLE IF EXISTS {quoted(table)}")

    def scan_csv(self, path: str, delimiter: str, quote: str, skip: int, columns: Sequence[str], table: str) -> None:
        """Keep a clean, rectangular UTF-8 CSV file as texts with `_row`, its row number in the file.

        Raises `UncleanCsv` where the file is anything but clean, so that a tolerant reader can locate the faults.
        """
        types = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns) + "}"
        options = (
            f"header=false, auto_detect=false, delim={literal(delimiter)}, quote={literal(quote)}, escape={literal(quote)}, "
            f"skip={skip}, columns={types}, strict_mode=true, null_padding=false, nullstr='\\x00', max_line_size=16777216"
        )
        query = f"SELECT {skip} + ROW_NUMBER() OVER () AS _row, * FROM read_csv({literal(path)}, {options})"
        try:
            self.create(table, query)
        except duckdb.Error as fault:
            raise UncleanCsv(str(fault)) from fault

    def write_parquet(self, query: str, path: str) -> None:
        """Write an answer as a Parquet file."""
        self._connection.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")


class UncleanCsv(Exception):
    """The engine's strict CSV reader refused a file."""
