"""Crosswalk entries: what a person said of a source's accounts and items. Their state is a fold of the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from recon.catalog import Catalog
from recon.errors import ReconError, unknown
from recon.store.journal import Journal
from recon.table_file import date_cell, decimal_cell, read_headers, read_table, word_cell

KIND = "crosswalk"
IMPORTED = "crosswalk_import"
STATUSES = ("mapped", "excluded", "removed")
_COMMON = ["effective_from", "effective_to", "status", "reason"]
COLUMNS = {
    "account": ["source", "account", "account_name", "client", *_COMMON],
    "item": ["source", "item", "item_name", "service", "factor", *_COMMON],
}


@dataclass(frozen=True)
class CrosswalkEntry:
    """One entry: `what` is account or item; `key` its id in the source ('' = by name); `source` '' means every source.

    `factor` is service units per source unit. Effective [effective_from, effective_to), open where None.
    """

    what: str
    source: str
    key: str
    name: str
    target: str
    factor: Decimal
    effective_from: dt.date | None
    effective_to: dt.date | None
    status: str
    reason: str

    @property
    def subject(self) -> str:
        """What the entry is about: a later entry with the same subject replaces it."""
        start = self.effective_from.isoformat() if self.effective_from else ""
        return "|".join([self.what, self.source, self.key, self.name if not self.key else "", start])

    def body(self) -> dict[str, Any]:
        """The journal's form."""
        return {name: None if value is None else str(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> CrosswalkEntry:
        """The entry that a journal body holds."""
        dates = {
            name: dt.date.fromisoformat(body[name]) if body[name] else None
            for name in ("effective_from", "effective_to")
        }
        return cls(**{**body, **dates, "factor": Decimal(body["factor"])})


def current(journal: Journal) -> list[CrosswalkEntry]:
    """The entries in force, in a fixed order."""
    state = {entry.subject: CrosswalkEntry.of(entry.body) for entry in journal.entries(KIND)}
    return [state[subject] for subject in sorted(state) if state[subject].status != "removed"]


def record(journal: Journal, entries: Iterable[CrosswalkEntry], actor: str | None = None) -> int:
    """Journal the entries that differ from what is in force; returns how many."""
    state = {entry.subject: CrosswalkEntry.of(entry.body) for entry in journal.entries(KIND)}
    new = [one for one in entries if state.get(one.subject) != one]
    return journal.append(((KIND, one.subject, one.body()) for one in new), actor)


def read_entries(path: Path, shown: str, catalog: Catalog) -> list[CrosswalkEntry]:
    """The entries of a CSV or XLSX file; whether it maps accounts or items is read from its header.

    Raises ReconError with file and row: unknown client or service, no key and no name, exclusion without reason, two
    rows that contradict each other.
    """
    headers = read_headers(path, shown)
    what = "item" if {"item", "item_name", "service"} & set(headers) else "account"
    rows = list(read_table(path, COLUMNS[what], ["source"] if what == "account" else [], shown))
    known = {one.client for one in catalog.clients} if what == "account" else {one.service for one in catalog.services}
    found: dict[str, tuple[int, CrosswalkEntry]] = {}
    for number, row in rows:
        one = _entry(what, row, shown, number, known)
        first, same = found.setdefault(one.subject, (number, one))
        if replace(same, name="") != replace(one, name=""):
            raise ReconError(f"{shown} row {number}: says of the same {what} something else than row {first}.")
    return [one for _, one in found.values()]


def _entry(what: str, row: dict[str, str], shown: str, number: int, known: set[str]) -> CrosswalkEntry:
    target = row["client" if what == "account" else "service"]
    status = word_cell({**row, "status": row["status"] or "mapped"}, "status", STATUSES, shown, number)
    where = f"{shown} row {number}:"
    if not row[what] and not row[f"{what}_name"]:
        raise ReconError(f"{where} neither {what} nor {what}_name is filled.")
    if status == "mapped" and target not in known:
        raise unknown(f"{'client' if what == 'account' else 'service'} in {shown} row {number}:", target, known)
    if status == "excluded" and not row["reason"]:
        raise ReconError(f"{where} an exclusion needs a reason.")
    factor = decimal_cell(row, "factor", shown, number) if what == "item" else None
    if factor is not None and factor <= 0:
        raise ReconError(f"{where} factor {row['factor']} must be above zero.")
    start, end = (date_cell(row, name, shown, number) for name in ("effective_from", "effective_to"))
    if start and end and end <= start:
        raise ReconError(f"{where} effective_to {end} is not after effective_from {start}.")
    return CrosswalkEntry(
        what=what, source=row["source"], key=row[what], name=row[f"{what}_name"],
        target=target if status == "mapped" else "", factor=factor or Decimal(1),
        effective_from=start, effective_to=end, status=status, reason=row["reason"],
    )  # fmt: skip
