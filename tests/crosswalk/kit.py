"""A small catalog, crosswalk entries in one line each, and what becomes of lines under them."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

from recon.catalog import Catalog, Client, Service
from recon.crosswalk.entries import CrosswalkEntry, current
from recon.crosswalk.exchange import take_in
from recon.crosswalk.resolve import resolve
from recon.engine import Engine
from recon.line import LINE_COLUMNS
from recon.period import Cycle
from recon.store.journal import Journal

CYCLE = Cycle(2026, 10)
ENGINE = Engine(threads=1)
CLIENTS = {
    "MillPond": "Mill Pond Dental",
    "CafeOmbre": "Café Ombre ltée",
    "Rideau": "Rideau & Fils",
    "Nihon": "日本商事",
}
SERVICES = {"SEC-EDR": "Endpoint detection", "BU-PC": "Workstation backup", "M365-BP": "Business Premium"}


def catalog() -> Catalog:
    clients = [Client(code, name, "USD", None) for code, name in CLIENTS.items()]
    services = [Service(code, name, "", "", "", None, None) for code, name in SERVICES.items()]
    return Catalog(clients, services, [], [])


def journal() -> Journal:
    return Journal("sqlite://", "store")


def entry(what: str, source: str, key: str, target: str, name: str = "", factor: str = "1", start: str = "", end: str = "",
          status: str = "mapped", reason: str = "") -> CrosswalkEntry:  # fmt: skip
    first, last = (dt.date.fromisoformat(day) if day else None for day in (start, end))
    return CrosswalkEntry(what, source, key, name, target, Decimal(factor), first, last, status, reason)


def taken_in(folder: Path, **files: str) -> list[CrosswalkEntry]:
    """The entries in force after the files were put into an empty workspace's crosswalk folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    log = journal()
    take_in(log, folder, catalog())
    return current(log)


def mapped(lines: list[dict[str, str]], entries: list[CrosswalkEntry], cycle: Cycle = CYCLE) -> list[dict[str, object]]:
    """What becomes of lines: client, service, factor, mapping and mapping_reason, in the order given."""
    catalog().put(ENGINE, cycle, "USD")
    defaults = {"side": "delivered", "source": "edr", "file": "f", "charge_kind": "usage"}
    rows = [{**defaults, **line, "line_id": f"{number:04}", "row": str(number)} for number, line in enumerate(lines)]
    cells = [[row.get(name) or None for name in LINE_COLUMNS] for row in rows]
    ENGINE.put_rows("lines", LINE_COLUMNS, cells)
    wanted = ["client", "service", "factor", "mapping", "mapping_reason"]
    found = ENGINE.rows(f"SELECT {', '.join(wanted)} FROM {resolve(ENGINE, entries, cycle)} ORDER BY line_id")
    assert len(found) == len(lines), "mapping neither loses nor repeats a line"
    return [dict(zip(wanted, row, strict=True)) for row in found]
