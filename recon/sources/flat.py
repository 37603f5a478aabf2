"""Nested and typed values as flat texts: JSON records and spreadsheet cells, with no digit lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, str | None]
STRAY = "\0stray"  # the only name of what stands among the records of a file and is none


class Unreadable(Exception):
    """The file as a whole can't be read; the text says why and what would help."""


def records(path: Path) -> dict[str, list[Record]]:
    """The lists of records in a JSON or JSON-lines file, by the key that holds them ('' for the file itself).

    Numbers stay the texts that the file has. What stands in such a list and is no record is kept under STRAY.
    Raises Unreadable with line and column.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        tree = _tree(text)
        found = {"": tree} if isinstance(tree, list) else {k: v for k, v in tree.items() if isinstance(v, list)}
        lists = {key: [_record(one) for one in rows] for key, rows in found.items() if _has_record(rows)}
    except RecursionError as fault:
        raise Unreadable("is JSON nested too deeply to be an export") from fault
    if not lists:
        raise Unreadable("holds no list of records")
    return lists


def _tree(text: str) -> Any:
    try:
        return _decoded(text)
    except json.JSONDecodeError as fault:
        try:
            return [_decoded(line) for line in text.split("\n") if line.strip()]
        except json.JSONDecodeError:
            raise Unreadable(f"is not valid JSON (line {fault.lineno} column {fault.colno}: {fault.msg})") from fault


def _decoded(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _has_record(rows: list[Any]) -> bool:
    return any(isinstance(one, dict) and one for one in rows)


def _record(one: Any) -> Record:
    return _flatten(one) if isinstance(one, dict) else {STRAY: json.dumps(one)[:200]}


def _flatten(record: dict[str, Any], prefix: str = "") -> Record:
    flat: Record = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{name}."))
        elif isinstance(value, list):
            flat[name] = _whole(json.dumps(value, ensure_ascii=False))
        elif isinstance(value, bool):
            flat[name] = "true" if value else "false"
        else:
            flat[name] = value if value is None else _whole(value)
    return flat


def _whole(text: str) -> str:
    """`text`, with half a surrogate pair (which JSON can spell and no table can hold) as a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def headers(rows: list[Record]) -> list[str]:
    """Every name that a record has, in the order of first sight."""
    return list(dict.fromkeys(name for row in rows for name in row if name != STRAY))


def columns(rows: list[Record]) -> tuple[list[str], Iterator[list[str]]]:
    """The headers and, record by record, the texts below them."""
    names = headers(rows)
    return names, ([row.get(name) or "" for name in names] for row in rows)


def cell(value: object) -> str:
    """A spreadsheet cell as text. A number is written with the 15 digits that a spreadsheet keeps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)
