"""The crosswalk in and out of files: CSV or XLSX in, CSV or XLSX out, each content taken in once."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from recon import money
from recon.catalog import Catalog
from recon.crosswalk.entries import COLUMNS, IMPORTED, CrosswalkEntry, read_entries, record
from recon.store.journal import Journal


def take_in(journal: Journal, folder: Path, catalog: Catalog) -> int:
    """Journal the files in the workspace's `crosswalk/` folder whose content was not taken in before."""
    done = {entry.subject for entry in journal.entries(IMPORTED)}
    count = 0
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.xlsx")]):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in done:
            count += import_file(journal, path, catalog, f"crosswalk/{path.name}")
            journal.append([(IMPORTED, digest, {"file": path.name})])
    return count


def import_file(journal: Journal, path: Path, catalog: Catalog, shown: str) -> int:
    """Journal a file's entries in one transaction; returns how many were new. Raises ReconError: nothing is taken."""
    return record(journal, read_entries(path, shown, catalog))


def export_file(entries: Sequence[CrosswalkEntry], what: str, path: Path) -> None:
    """Write the entries of one kind (account or item) as CSV or, by its suffix, XLSX, as `import_file` takes them."""
    rows = [COLUMNS[what], *(_cells(one, what) for one in entries if one.what == what)]
    if path.suffix.lower() == ".xlsx":
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet(f"{what}s")
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
        book.close()
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)


def _cells(one: CrosswalkEntry, what: str) -> list[str]:
    factor = [money.text(one.factor)] if what == "item" else []
    dates = ["" if day is None else day.isoformat() for day in (one.effective_from, one.effective_to)]
    return [one.source, one.key, one.name, one.target, *factor, *dates, one.status, one.reason]
