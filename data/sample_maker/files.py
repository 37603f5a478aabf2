"""Bytes on disk: exact JSON numbers, CSV with a chosen newline, gzip without a clock."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from .basics import plain

Json = None | bool | int | str | Decimal | Sequence["Json"] | dict[str, "Json"]
BOM = b"\xef\xbb\xbf"


def put(path: Path, content: bytes) -> None:
    """Write a file, its folder made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def encode(value: Json) -> str:
    """JSON text; a decimal keeps its digits and shows that it is a number with a fraction, as 22.0."""
    if isinstance(value, Decimal):
        text = plain(value)
        return text if "." in text else text + ".0"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(encode, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def json_lines(records: Iterable[Json]) -> bytes:
    """A JSON array with one record a line."""
    return ("[\n" + ",\n".join(map(encode, records)) + "\n]\n").encode()


def csv_bytes(rows: Iterable[Sequence[str]], newline: str = "\r\n", bom: bool = False) -> bytes:
    """CSV with quotes where needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator=newline).writerows(rows)
    return (BOM if bom else b"") + text.getvalue().encode()


def gzip_bytes(content: bytes, members: int = 1) -> bytes:
    """Gzip in one or several members, without a time stamp."""
    size = -(-len(content) // members)
    parts = (content[start : start + size] for start in range(0, len(content), size))
    return b"".join(gzip.compress(part, 9, mtime=0) for part in parts)
