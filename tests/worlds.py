"""Small workspaces for tests: text tables to a folder, and a hypothesis strategy that makes such tables.

Every side is a `generic_table` CSV of its own source (`delivered.csv`, `charged.csv`, …), so that a test shows its
input with plain headers. `worlds()` adds two real formats: a Pax8 bill and a ConnectWise additions grid.
"""

from __future__ import annotations

import contextlib
import csv
import io
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from hypothesis import strategies as st

from recon import cli

CYCLE = "2026-10"
Row = dict[str, str]
Tables = dict[str, list[Row]]  # file name: rows

CONFIG = """
name: Test MSP
currency: USD
sources:
  delivered: {profile: generic_table, side: delivered, files: "delivered*", required: false}
  counted:   {profile: generic_table, side: delivered, files: "counted*", required: false}
  charged:   {profile: generic_table, side: charged, files: "charged*", required: false}
  promised:  {profile: generic_table, side: promised, files: "promised*", required: false}
  billed:    {profile: generic_table, side: billed, files: "billed*", required: false}
"""


def table(text: str) -> list[Row]:
    """The rows of a `|`-separated text table; the first line has the headers."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@dataclass(frozen=True)
class World:
    """A workspace in memory: catalog and crosswalk by file name, inbox by cycle and file name."""

    catalog: Tables
    inbox: Mapping[str, Tables]
    crosswalk: Tables = field(default_factory=dict)
    config: str = CONFIG

    def write(self, root: Path) -> Path:
        """Write it below `root`, which must be new or empty; returns `root`."""
        root.mkdir(parents=True, exist_ok=True)
        (root / "recon.yaml").write_text(self.config, "utf-8")
        for folder, tables in (("catalog", self.catalog), ("crosswalk", self.crosswalk)):
            write_tables(root / folder, tables)
        for cycle, tables in self.inbox.items():
            write_tables(root / "inbox" / cycle, tables)
        return root

    def shuffled(self, seed: int) -> World:
        """The same world with the rows of every source file in another order, and another name where none says so."""
        chance = random.Random(seed)

        def mixed(tables: Tables) -> Tables:
            names = list(tables)
            chance.shuffle(names)
            return {_other_name(name): chance.sample(tables[name], len(tables[name])) for name in names}

        return replace(self, inbox={cycle: mixed(tables) for cycle, tables in self.inbox.items()})


def _other_name(name: str) -> str:
    """A grid's name says whose it is; every other file may be called anything that its source's pattern takes."""
    return name if name.startswith("Additions") else name.replace(".csv", " (copy of Monday).csv")


Done = subprocess.CompletedProcess[str]


def command(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run the installed `recon` command in a pipe; whatever it is asked, it never shows a traceback or a terminal code."""
    words = [str(Path(sys.executable).parent / "recon"), *map(str, arguments)]
    done = subprocess.run(words, cwd=cwd, capture_output=True, encoding="utf-8", timeout=300, check=False)
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert "\x1b" not in said, said
    return done


def ask(*arguments: str | Path, cwd: Path) -> Done:
    """What the installed command calls, in this process: a second faster. What it doesn't catch fails the test."""
    words, out, err = ["recon", *map(str, arguments)], io.StringIO(), io.StringIO()
    redirected = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
    with mock.patch.object(sys, "argv", words), contextlib.chdir(cwd), redirected[0], redirected[1]:
        try:
            cli.main()
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def write_tables(folder: Path, tables: Tables) -> None:
    """Each table as a CSV file; its columns are all the keys of its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        headers = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, headers, restval="")
            writer.writeheader()
            writer.writerows(rows)


# ------------------------------------------------------------------------------------------------ generated worlds

CATALOG = {
    "clients.csv": table("""
        client | name            | currency | tax_rate
        ACME   | Acme Dental     | USD      |
        BOLT   | Bolt Freight    | USD      | 0.10
        NORD   | Nord Pine Lodge | CAD      |
    """),
    "services.csv": table("""
        service | name        | count_basis | usage     | minimum_quantity
        AV      | Antivirus   |             | delivered |
        BAK     | Backup      | peak        | delivered | 2
        SEAT    | Office seat |             | charged   |
        LAB     | Labour      |             | none      |
        CARE    | Care bundle |             | none      |
        ANY     | Anything    |             |           |
    """),
    "prices.csv": table("""
        service | currency | list_price | unit_cost | effective
        AV      | USD      | 6.00       | 2.00      |
        AV      | CAD      | 8.00       | 2.75      |
        BAK     | USD      | 9.35       | 4.115     |
        SEAT    | USD      | 12.50      | 8.00      |
        SEAT    | USD      | 13.50      | 9.00      | 2026-11-01
        ANY     | CAD      |            | 3.33      |
    """),
    "bundles.csv": table("""
        bundle | component | units
        CARE   | AV        | 2
        CARE   | BAK       | 0.5
    """),
}
CROSSWALK = {
    "accounts.csv": table("""
        source   | account | account_name | client | status   | reason
        charged  | c-17    |              | ACME   | mapped   |
        promised |         | House        |        | excluded | our own
        billed   |         | House        |        | excluded | our own
    """),
    "items.csv": table("""
        source | item   | item_name | service | factor | status   | reason
               | AV-10  |           | AV      | 10     | mapped   |
               | switch |           |         |        | excluded | hardware
    """),
}

ACCOUNTS = ["Acme Dental", "acme dental.", "BOLT", "Nord Pine Lodge", "Nord Pine Lodge", "House", "Stranger Ltd"]
ITEMS = ["AV", "AV", "Antivirus", "AV-10", "BAK", "SEAT", "SEAT", "LAB", "CARE", "ANY", "switch", "mystery"]
QUANTITIES = ["0", "1", "2", "3", "3", "5", "10", "0.5", "7.25", ""]
UNIT_PRICES = ["0", "5.00", "5.00", "6.00", "2.75", "0.333", "12.50", "4.115", ""]
AMOUNTS = ["", "", "", "0.00", "10.00", "15.00", "33.33", "-15.00", "-5.00"]
PERIODS = [
    ("", ""), ("", ""), ("2026-10-01", "2026-10-31"), ("2026-10-11", "2026-10-31"), ("2026-10-05", "2026-10-20"),
    ("2026-09-01", "2026-09-30"), ("2026-11-01", "2026-11-30"), ("2025-01-01", ""), ("2026-10-20", "2027-10-19"),
]  # fmt: skip
KINDS = ["", "", "", "", "recurring", "usage", "proration", "one_time", "credit", "tax", "adjustment"]
CURRENCIES = ["", "", "", "USD", "CAD"]
pick = st.sampled_from


@st.composite
def _row(draw: st.DrawFn, side: str) -> Row:
    start, end = draw(pick(PERIODS))
    row = {
        "Client": draw(pick(ACCOUNTS)),
        "Item": draw(pick(ITEMS)),
        "Quantity": draw(pick(QUANTITIES)),
        "Period start": start,
        "Period end": end,
    }
    if side == "charged":
        account = draw(pick(["", "", "", "c-17", "none"]))
        row |= {"Account": account.replace("none", ""), "Minimum": draw(pick(["", "", "5"]))}
        row["Client"] = "" if account in ("c-17", "none") else row["Client"]
    if side != "delivered":
        row |= {"Unit price": draw(pick(UNIT_PRICES)), "Currency": draw(pick(CURRENCIES))}
        row |= {"Contract": draw(pick(["", "", "k1", "k2"]))}
    if side == "promised":
        row |= {"Included": draw(pick(["", "", "1"])), "Kind": "recurring"}
    if side in ("charged", "billed"):
        row |= {"Amount": draw(pick(AMOUNTS)), "Kind": draw(pick(KINDS))}
        row |= {"Document": draw(pick(["", "d1", "d2"])), "Replaces": draw(pick(["", "", "", "", "d1"]))}
    if side == "billed":
        row |= {"Tax": draw(pick(["", "", "1.00", "0.50"]))}
    return row


@st.composite
def _copied(draw: st.DrawFn, rows: Sequence[Row]) -> list[Row]:
    """The rows, some of them twice: equal lines are normal in recurring billing."""
    return [row for row in rows for _ in range(draw(pick([1, 1, 1, 2])))]


@st.composite
def _agreeing(draw: st.DrawFn) -> Tables:
    """A client and service on all four sides, mostly equal, so that pairs are found too."""
    client, item = draw(pick(ACCOUNTS[:4])), draw(pick(["AV", "BAK", "SEAT", "LAB", "ANY"]))
    usual, price = draw(pick(["2", "3", "10"])), draw(pick(["5.00", "6.00", "12.50"]))

    def quantity() -> str:
        return draw(pick([usual, usual, usual, "4"]))

    there = {"Client": client, "Item": item}
    money = {**there, "Unit price": price, "Currency": "CAD" if client.startswith("Nord") else "USD"}
    return {
        "delivered.csv": [{**there, "Quantity": quantity()}],
        "charged.csv": [{**money, "Quantity": quantity(), "Unit price": draw(pick(["2.00", "2.75", "4.115"]))}],
        "promised.csv": [{**money, "Quantity": quantity(), "Contract": "k1"}],
        "billed.csv": [{**money, "Quantity": quantity(), "Contract": "k1", "Document": "d3"}],
    }


@st.composite
def _pax8(draw: st.DrawFn) -> Row:
    quantity, cost = draw(pick(["1", "2", "5"])), draw(pick(["2.00", "2.75"]))
    return {
        "company_id": draw(pick(["p1", "p2"])),
        "company_name": draw(pick(ACCOUNTS)),
        "type": draw(pick(["subscription", "subscription", "prorate", "rebate"])),
        "sku": draw(pick(["AV", "BAK", "PX-1"])),
        "description": "",
        "start_period": "2026-10-01",
        "end_period": "2026-10-31",
        "quantity": quantity,
        "cost": cost,
        "cost_total": draw(pick(["10.00", "4.00", "2.75"])),
    }


@st.composite
def _grid(draw: st.DrawFn) -> Row:
    return {
        "Product ID": draw(pick(ITEMS)),
        "Effective": draw(pick(["1/1/2026", "10/11/2026", "11/1/2026"])),
        "Cancelled": draw(pick(["", "", "10/21/2026"])),
        "Quantity": draw(pick(["1.00", "3.00"])),
        "Price": draw(pick(["$5.00", "$12.50"])),
        "Bill": draw(pick(["Billable", "Do Not Bill"])),
    }


@st.composite
def worlds(draw: st.DrawFn, cycle: str = CYCLE) -> World:
    """A workspace of a few clients and services: agreeing lines, arbitrary lines on every side, two real formats."""
    inbox: Tables = {}
    for tables in draw(st.lists(_agreeing(), min_size=1, max_size=3)):
        for name, rows in tables.items():
            inbox[name] = inbox.get(name, []) + rows
    for side in ("delivered", "charged", "promised", "billed"):
        more = draw(st.lists(_row(side), max_size=6))
        inbox[f"{side}.csv"] = draw(_copied(inbox[f"{side}.csv"] + more))
    inbox["counted.csv"] = draw(st.lists(_row("delivered"), min_size=1, max_size=2))
    if bill := draw(st.lists(_pax8(), max_size=3)):
        inbox["invoice_1.csv"] = bill
    if grid := draw(st.lists(_grid(), max_size=3)):
        inbox["Additions - Acme Dental - Managed.csv"] = grid
    return World(CATALOG, {cycle: inbox}, CROSSWALK)
