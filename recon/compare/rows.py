"""The cells of two tables as exact rows: good rows go on, faulty ones become located problems, none is lost.

Every number is read from its text; a floating-point cell stands for its shortest text, to 12 decimals. A row's id is
the hash of its side, key and numbers, so it doesn't depend on where the row stands; identical rows are numbered.
"""

from __future__ import annotations

import pyarrow as pa

from recon.compare import faults
from recon.compare.meaning import NUMBERS, Meaning
from recon.compare.tables import Column, Table
from recon.engine import Engine, literal
from recon.errors import ReconError
from recon.money import NUMBER, money, quotient
from recon.sources.parse import filled, number

ROWS = "compared_rows"
# The engine multiplies exactly up to 14 digits before the point.
_LIMIT = 10**14


def read(engine: Engine, left: Table, right: Table, meaning: Meaning) -> str:
    """Tables ROWS and faults.PROBLEMS of both sides; returns ROWS.

    ROWS: side, row, line_id, grp, client, service, contract, currency, quantity, unit_price, amount. `quantity` is
    NULL where nobody counts; a price that isn't stated is amount ÷ quantity.
    """
    engine.empty(faults.PROBLEMS, faults.COLUMNS)
    engine.create("texts", " UNION ALL BY NAME ".join(_texts(engine, table, meaning) for table in (left, right)))
    # Kept step by step: an optimizer that merges the steps writes every parsing expression out again per use.
    values = ", ".join(f"{number(f'raw_{name}')} AS read_{name}" for name in NUMBERS)
    engine.create("readings", f"SELECT *, {values} FROM texts")
    limited = ", ".join(f"CASE WHEN ABS(read_{name}) < {_LIMIT} THEN read_{name} END AS {name}" for name in NUMBERS)
    worth = "quantity" if meaning.counts_only else f"COALESCE(amount, TRY({money('quantity * unit_price')}))"
    engine.create("numbers", f"SELECT *, {worth} AS worth FROM (SELECT *, {limited} FROM readings)")
    bad = faults.report(engine, meaning, "numbers")
    engine.create(ROWS, _rows(meaning, f"SELECT * FROM numbers WHERE NOT ({bad})"))
    for done in ("given_left", "given_right", "texts", "readings", "numbers"):
        engine.drop(done)
    return ROWS


def _texts(engine: Engine, table: Table, meaning: Meaning) -> str:
    """Bring the wanted columns of a side to the engine; returns the query of their texts."""
    keys = {key: _usable(table, name, key=True) for key, name in meaning.keys.items()}
    numbers = {name: _usable(table, column, key=False) for name, column in meaning.numbers.items()}
    for name, column in numbers.items():
        if column.inexact:
            faults.inexact(engine, table.side, meaning.numbers[name])
    values = {name: column.values for name, column in (keys | numbers).items()}
    rows = pa.array(range(1, len(next(iter(values.values()))) + 1), pa.int64())
    given = engine.put(f"given_{table.side}", pa.table({"row": rows} | values))
    parts = [f"{_key(name, column)} AS {name}" for name, column in keys.items()]
    parts += [f"{_cell(name, column)} AS raw_{name}" for name, column in numbers.items()]
    parts += [f"CAST(NULL AS VARCHAR) AS raw_{name}" for name in NUMBERS if name not in numbers]
    if meaning.currency is None:
        parts.append(f"{literal(meaning.constant)} AS currency")
    return f"SELECT '{table.side}' AS side, row, {', '.join(parts)} FROM {given}"


def _usable(table: Table, name: str, *, key: bool) -> Column:
    """The column, where its type can be a key or a number. Raises ReconError where it can't."""
    column = table.column(name)
    if not (column.is_key if key else column.is_numeric):
        takes = "give texts, whole numbers or dates" if key else "give decimals, whole numbers or texts"
        raise ReconError(f"column {name!r} of the {table.side} table holds {column.kind}: {takes}.")
    return column


def _key(name: str, column: Column) -> str:
    """A key as text: 7, 7.0 and '7' are one key, so is a day with and without its midnight. Blank is NULL."""
    text = f"CAST({name} AS VARCHAR)"
    if pa.types.is_floating(column.kind) or pa.types.is_decimal(column.kind):
        plain = f"RTRIM(RTRIM(CAST(TRY_CAST({text} AS {NUMBER}) AS VARCHAR), '0'), '.')"
        text = f"COALESCE({plain}, NULLIF({text}, 'nan'))"
    elif pa.types.is_timestamp(column.kind):
        text = f"REGEXP_REPLACE({text}, ' 00:00:00$', '')"
    return f"NULLIF(TRIM({text}, ' \t\r\n\u00a0'), '')"


def _cell(name: str, column: Column) -> str:
    """The text of a number; NULL where there is none."""
    text = f"CAST({name} AS VARCHAR)"
    if pa.types.is_floating(column.kind):
        text = f"NULLIF(COALESCE(CAST(TRY_CAST({text} AS {NUMBER}) AS VARCHAR), {text}), 'nan')"
    return filled(text)


def _rows(meaning: Meaning, good: str) -> str:
    """The good rows under the names of the machinery. Each part of the key carries its length: no two keys look alike."""
    parts = [f"k{place}" for place in range(len(meaning.on))]
    key = " || ".join(f"LENGTH({part}) || ':' || {part}" for part in parts)
    shown = ", ".join(f"{_joined(keys)} AS {name}" for name, keys in meaning.places.items())
    # Nothing on the right is worth its price; on the left the right's price stands for it.
    derived = (
        f"CASE WHEN quantity <> 0 THEN TRY({quotient('worth', 'quantity')}) "
        f"WHEN side = 'right' AND worth = 0 THEN CAST(0 AS {NUMBER}) END"
    )
    price = f"CAST(1 AS {NUMBER})" if meaning.counts_only else f"COALESCE(unit_price, {derived})"
    content = "side, grp, quantity, unit_price, amount"
    hashed = " || chr(31) || ".join(f"COALESCE(CAST({name} AS VARCHAR), '')" for name in content.split(", "))
    return f"""
        WITH named AS (
            SELECT side, row, {key} || chr(31) || currency AS grp, {shown}, currency, quantity,
                {price} AS unit_price, CAST(worth AS {NUMBER}) AS amount
            FROM ({good})
        ),
        counted AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY {content} ORDER BY row) AS nth FROM named)
        SELECT SUBSTR(SHA256({hashed} || chr(31) || nth), 1, 16) AS line_id, * FROM counted
    """


def _joined(keys: list[str]) -> str:
    return " || ' / ' || ".join(keys) or "CAST(NULL AS VARCHAR)"
