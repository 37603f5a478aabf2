"""Bytes to text tables: CSV in any encoding and delimiter (gzipped or not), JSON, XLSX.

`peek` looks at a file once and answers what is needed to recognise it; `Peek.load` brings all its rows to the
engine as texts, with `_row`, the row number as a spreadsheet or a text editor shows it. Nothing is interpreted here.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from recon.engine import Engine, UncleanCsv
from recon.sources import flat
from recon.sources.flat import Unreadable

HEAD_ROWS = 60  # how far down a header may stand
_DELIMITERS = (",", ";", "\t", "|")
NO_TEXT = "is not a text file (it holds NUL bytes); export it as CSV, JSON or XLSX"
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass
class Peek:
    """The look of one file: `sheets` maps a sheet's name ('' for one-table files) to its first rows."""

    path: Path
    sha256: str
    size: int
    kind: str  # csv, json, xlsx
    sheets: dict[str, list[list[str]]]
    delimiter: str = ","
    plain: Path | None = None  # a CSV file's UTF-8 text
    records: dict[str, list[dict[str, str | None]]] = field(default_factory=dict)  # JSON, by key
    faults: list[tuple[int, str, str]] = field(default_factory=list)  # (row, value, message) of unusable rows

    def load(self, engine: Engine, table: str, sheet: str, header: int) -> list[str]:
        """Bring the rows below row `header` (from 1) to the engine as `table`; returns its headers.

        Columns are `_row` and `c0`, `c1`, … in the order of the headers.
        """
        if self.kind == "json":
            strays = ((number, one.get(flat.STRAY)) for number, one in enumerate(self.records[sheet], 1))
            self.faults += [
                (number, text, "a single value where a record should be") for number, text in strays if text
            ]
            headers, rows = flat.columns(self.records[sheet])
            self._put(engine, table, headers, rows, 1)
            return headers
        headers = [cell.strip() for cell in self.sheets[sheet][header - 1]]
        if self.kind == "csv":
            self._load_csv(engine, table, headers, header)
        else:
            self._put(engine, table, headers, iter(_sheet_rows(self.path, sheet)[header:]), header + 1)
        return headers

    def _load_csv(self, engine: Engine, table: str, headers: list[str], header: int) -> None:
        assert self.plain is not None
        names = [f"c{index}" for index in range(len(headers))]
        try:
            if header != 1 or _has_blank_line(self.plain):
                raise UncleanCsv("a report, or a file with blank lines: row numbers need the tolerant reader")
            engine.scan_csv(str(self.plain), self.delimiter, '"', header, names, table)
        except UncleanCsv:
            rows = _csv_rows(self.plain, self.delimiter, self.faults)
            body = (row for number, row in enumerate(rows, 1) if number > header)
            self._put(engine, table, headers, body, header + 1)

    def _put(self, engine: Engine, table: str, headers: list[str], rows: Iterator[list[str]], first: int) -> None:
        """The tolerant way: short rows are filled up, rows with too many cells are faults, blank rows are skipped."""
        width = len(headers)
        numbers: list[int] = []
        kept: list[list[str]] = []
        for number, row in enumerate(rows, first):
            if not any(row):
                continue
            if any(row[width:]):
                self.faults.append((number, " | ".join(row)[:200], f"{len(row)} cells where the header has {width}"))
                continue
            numbers.append(number)
            kept.append(row[:width] + [""] * (width - len(row)))
        columns = list(zip(*kept, strict=True)) if kept else [()] * width
        arrays = [pa.array(numbers, pa.int64()), *(pa.array(column, pa.string()) for column in columns)]
        engine.put(table, pa.table(arrays, names=["_row", *(f"c{index}" for index in range(width))]))


def peek(path: Path, scratch: Path) -> Peek:
    """Look at a file. Raises Unreadable."""
    try:
        digest, size = _hash(path)
    except OSError as fault:
        raise Unreadable(f"can't be opened ({fault.strerror})") from fault
    if size == 0:
        raise Unreadable("is empty")
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == _ZIP:
        return Peek(path, digest, size, "xlsx", _workbook_heads(path))
    plain = _utf8(path, magic, scratch / digest)
    text = _head_text(plain)
    if not text.strip():
        raise Unreadable("is empty")
    if text.lstrip()[:1] in "[{":
        records = flat.records(plain)
        heads = {key: [flat.headers(rows)] for key, rows in records.items()}
        return Peek(path, digest, size, "json", heads, records=records)
    delimiter = _delimiter(text)
    head = []
    for row in _csv_rows(plain, delimiter, []):
        head.append(row)
        if len(head) == HEAD_ROWS:
            break
    return Peek(path, digest, size, "csv", {"": head}, delimiter, plain)


def _hash(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest(), path.stat().st_size


def _utf8(path: Path, magic: bytes, target: Path) -> Path:
    """The file itself where it is plain UTF-8, else a decompressed, transcoded copy at `target`.

    Encodings: UTF-8 with or without BOM, UTF-16 with BOM, else cp1252. A file that fits none is refused.
    """
    zipped = magic[:2] == _GZIP
    try:
        encoding = _encoding(path, zipped)
        if encoding == "utf-8" and not zipped:
            return path
        with _opened(path, zipped) as stream, target.open("w", encoding="utf-8", newline="") as out:
            reader = io.TextIOWrapper(stream, encoding=encoding, newline="")
            while block := reader.read(1 << 20):
                if "\x00" in block:
                    raise Unreadable(NO_TEXT)
                out.write(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise Unreadable(f"is a damaged gzip file ({fault}); download it again") from fault
    except UnicodeDecodeError as fault:
        raise Unreadable(
            f"is not text in UTF-8, UTF-16 or Windows-1252 (byte {fault.start}); save it as CSV UTF-8"
        ) from fault
    return target


def _opened(path: Path, zipped: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if zipped else path.open("rb")


def _encoding(path: Path, zipped: bool) -> str:
    """utf-8, utf-8-sig, utf-16 or cp1252. NUL bytes in what is not UTF-16 mean that it is no text."""
    with _opened(path, zipped) as stream:
        head = stream.read(4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        if head[:3] == b"\xef\xbb\xbf":
            return "utf-8-sig"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path, zipped) as stream:
        try:
            while block := stream.read(1 << 20):
                if b"\x00" in block:
                    raise Unreadable(NO_TEXT)
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _head_text(plain: Path) -> str:
    with plain.open(encoding="utf-8", newline="", errors="replace") as stream:
        return stream.read(1 << 16)


def _delimiter(text: str) -> str:
    """The delimiter under which most rows have the same number of cells; of equals, the one with the widest rows."""
    rows = text.splitlines()[:HEAD_ROWS]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(rows, delimiter=delimiter)]
        return max(((widths.count(width), width) for width in widths if width > 1), default=(0, 0))

    return max(_DELIMITERS, key=agreement)


def _csv_rows(plain: Path, delimiter: str, faults: list[tuple[int, str, str]]) -> Iterator[list[str]]:
    """Every row, blank ones too, so that numbers are those of a spreadsheet.

    A quotation mark that is never closed swallows the rest of the file: that row is a fault, not data.
    """
    csv.field_size_limit(1 << 24)
    text: list[str] = []
    with plain.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(_noted(stream, text), delimiter=delimiter)
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                if sum(line.count('"') for line in text) % 2 and _unclosed(text, delimiter):
                    faults.append((number, text[0].strip()[:200], "a quotation mark in this row is never closed"))
                else:
                    yield row
                text.clear()
        except csv.Error as fault:
            faults.append((number + 1, "", f"the table can't be read from here on ({fault})"))


def _noted(lines: Iterable[str], seen: list[str]) -> Iterator[str]:
    for line in lines:
        seen.append(line)
        yield line


def _unclosed(lines: list[str], delimiter: str) -> bool:
    """Whether the row ends inside a quoted cell. Only the last row of a file can."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        return "unexpected end of data" in str(fault)
    return False


def _has_blank_line(plain: Path) -> bool:
    with plain.open("rb") as stream:
        last = b""
        while block := stream.read(1 << 22):
            text = last + block
            if b"\n\n" in text or b"\n\r\n" in text:
                return True
            last = text[-2:]
    return False


def _workbook_heads(path: Path) -> dict[str, list[list[str]]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return {name: _sheet_rows(path, name)[:HEAD_ROWS] for name in book.sheet_names}
    except (python_calamine.CalamineError, zipfile.BadZipFile) as fault:
        raise Unreadable(f"is not a workbook that can be read ({fault}); save it as XLSX") from fault


def _sheet_rows(path: Path, sheet: str) -> list[list[str]]:
    """A sheet's cells as texts, from its first row and column on."""
    import python_calamine

    cells = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet)
    return [[flat.cell(value) for value in row] for row in cells.to_python(skip_empty_area=False)]
