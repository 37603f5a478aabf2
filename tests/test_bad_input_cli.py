"""Bad input through the installed command: one clear line on stderr, status 2, no traceback, and nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

import recon
from tests.worlds import CYCLE, World, ask, command, table

WORLD = World(
    catalog={
        "clients.csv": table("""
            client | name        | currency
            ACME   | Acme Dental | USD
        """),
        "services.csv": table("""
            service | name      | usage
            AV      | Antivirus | delivered
        """),
    },
    inbox={
        CYCLE: {
            "delivered.csv": table("""
                Client      | Item | Quantity
                Acme Dental | AV   | 3
            """),
            "promised.csv": table("""
                Client      | Item | Quantity | Price
                Acme Dental | AV   | 2        | 5.00
            """),
        }
    },
)
INBOX = Path("inbox") / CYCLE
Break = Callable[[Path], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return WORLD.write(tmp_path / "world")


def nothing(_root: Path) -> None:
    """The mistake is in the arguments."""


def replaced(name: str, text: str | bytes) -> Break:
    """Write a file of the workspace anew."""

    def write(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def runs_is_a_file(root: Path) -> None:
    (root / "runs").write_text("not a folder", "utf-8")


def no_workspace(root: Path) -> None:
    (root / "recon.yaml").unlink()


MISTAKES: list[tuple[str, Break, list[str], list[str]]] = [
    # name, what is broken, the command, what the one line must hold
    ("unknown cycle", nothing, ["check", "2027-01"], ["unknown cycle '2027-01'", "Known: 2026-10"]),
    ("a word for a cycle", nothing, ["list", "october"], ["cycle 'october' is not a month written like 2026-10"]),
    ("month 13", nothing, ["audit", "2026-13"], ["cycle '2026-13'", "2026-10"]),
    ("unknown phase", nothing, ["list", CYCLE, "--phase", "mid"], ["phase 'mid'", "pre, post"]),
    ("no workspace", no_workspace, ["check", CYCLE], ["has no recon.yaml", "recon init"]),
    ("no folder", nothing, ["check", CYCLE, "-w", "nowhere"], ["nowhere", "is not a folder", "recon init"]),
    (
        "a key that recon.yaml doesn't know",
        replaced("recon.yaml", "name: X\npolicy:\n  tolerence: 1\n"),
        ["check", CYCLE],
        ["recon.yaml line 3", "policy.tolerence", "tolerance_share"],
    ),
    (
        "a value that recon.yaml can't take",
        replaced("recon.yaml", "name: X\ncurrency: dollars\n"),
        ["check", CYCLE],
        ["recon.yaml line 2", "currency", "dollars"],
    ),
    ("recon.yaml is no YAML", replaced("recon.yaml", "name: [X\n"), ["check", CYCLE], ["recon.yaml line", "not valid YAML"]),
    ("recon.yaml is no text", replaced("recon.yaml", b"name: \xff\n"), ["check", CYCLE], ["recon.yaml", "UTF-8"]),
    ("recon.yaml is a list", replaced("recon.yaml", "- 1\n"), ["check", CYCLE], ["recon.yaml line 1"]),
    (
        "a profile that nobody has",
        replaced("recon.yaml", "name: X\nsources: {qbo: {profile: quickboks}}\n"),
        ["check", CYCLE],
        ["source qbo", "quickboks", "Known: "],
    ),
    (
        "a column that the catalog lacks",
        replaced("catalog/clients.csv", "client\nACME\n"),
        ["check", CYCLE],
        ["catalog/clients.csv", "lacks the column 'name'"],
    ),
    (
        "a number that is none in the catalog",
        replaced("catalog/prices.csv", "service,currency,list_price\nAV,USD,five\n"),
        ["check", CYCLE],
        ["catalog/prices.csv row 2", "list_price 'five'", "12.50"],
    ),
    (
        "a client of the crosswalk that nobody knows",
        replaced("crosswalk/accounts.csv", "source,account,account_name,client\nx,1,,ACNE\n"),
        ["check", CYCLE],
        ["crosswalk/accounts.csv row 2", "'ACNE'", "did you mean 'ACME'"],
    ),
    ("a file to import that isn't there", nothing, ["map", "import", "new.csv"], ["new.csv", "No such file"]),
    ("a client that isn't there", nothing, ["map", "confirm", "account", "x", "1", "ACNE"], ["'ACNE'", "'ACME'"]),
    ("neither account nor item", nothing, ["map", "confirm", "site", "x", "1", "ACME"], ["'site'", "account, item"]),
    ("a factor below zero", nothing, ["map", "confirm", "item", "x", "1", "AV", "--factor", "-2"], ["factor '-2'"]),
    ("an empty reason", nothing, ["map", "exclude", "item", "x", "1", "--reason", " "], ["needs a reason"]),
    ("an id that isn't there", nothing, ["decide", CYCLE, "accept", "beef"], ["unknown discrepancy 'beef'", "recon list"]),
    ("an unknown action", nothing, ["decide", CYCLE, "approve", "beef"], ["unknown action 'approve'", "accept"]),
    ("a waiver without a note", nothing, ["decide", CYCLE, "waive", "beef"], ["waive needs a note"]),
    ("nothing to fail on", nothing, ["audit", CYCLE, "--fail-on", "leeks"], ["--fail-on", "leeks", "leak"]),
    ("runs can't be written", runs_is_a_file, ["audit", CYCLE], ["runs", "can't be written"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "arguments", "said"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES]
)
def test_a_mistake_is_one_line_and_status_2(root: Path, broken: Break, arguments: list[str], said: list[str]) -> None:
    broken(root)
    done = ask(*arguments, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("recon: ") and done.stderr.count("\n") == 1, done.stderr
    for part in said:
        assert part in done.stderr


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["list"], ["list", CYCLE, "--format", "pdf"], ["map", "confirm", "item"]]
)
def test_a_wrong_command_says_how_it_is_used(root: Path, arguments: list[str]) -> None:
    done = ask(*arguments, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage" in done.stderr


@pytest.mark.parametrize(("broken", "arguments", "said"), [MISTAKES[0][1:], MISTAKES[6][1:]])
def test_the_installed_command_does_the_same(root: Path, broken: Break, arguments: list[str], said: list[str]) -> None:
    broken(root)
    done = command(*arguments, cwd=root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert all(part in done.stderr for part in said)


def test_a_store_that_somebody_holds_is_one_line(root: Path) -> None:
    recon.open(root)
    holder = sqlite3.connect(root / "recon.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    done = command("list", CYCLE, cwd=root)
    holder.close()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("recon: ") and done.stderr.count("\n") == 1
    assert "locked" in done.stderr and "nobody else holds it" in done.stderr


def test_a_store_that_is_no_database_is_one_line(root: Path) -> None:
    (root / "recon.sqlite").write_text("dear diary, " * 200, "utf-8")
    done = ask("list", CYCLE, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "not a database" in done.stderr and done.stderr.count("\n") == 1


# ------------------------------------------------------------------------------------------------- unreadable files

OWN_PROFILE = """
profile: my_pax8
title: The same columns as the built-in profile
side: charged
recognise: [company_id, company_name, type, sku, start_period, quantity, cost, cost_total]
fields:
  account: company_id
  item: sku
  quantity: quantity
  amount: cost_total
"""
PAX8 = "company_id,company_name,type,sku,start_period,quantity,cost,cost_total\n1,Acme Dental,subscription,AV,2026-10-01,3,2,6\n"
UNREADABLE: dict[str, tuple[bytes, list[str]]] = {
    # a file of the inbox, and what its line must hold
    "blank.csv": (b"", ["is empty"]),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ["not a text file", "NUL"]),
    "cyrillic.csv": (b"Client,Item,Quantity\n\x81\x8d\x8f,AV,3\n", ["is not text in UTF-8", "byte"]),
    "counted.csv": (b"Client,Quantity\nAcme Dental,3\n", ["generic_table", "lacks the column 'Item'"]),
    "bill.csv": (PAX8.encode(), ["fits the profiles", "'my_pax8'", "'pax8_invoice_items'", "recon.yaml"]),
    "page.json": (b'[{"id": 1,}]', ["is not valid JSON", "line 1"]),
    "bill.csv.gz": (b"\x1f\x8b\x08\x00broken", ["damaged gzip"]),
    "notes.txt": (b"call the vendor on Monday", ["fits no profile"]),
}


def test_unreadable_files_are_told_and_the_good_ones_go_on(root: Path) -> None:
    replaced("profiles/mine.yaml", OWN_PROFILE)(root)
    for name, (content, _) in UNREADABLE.items():
        (root / INBOX / name).write_bytes(content)
    done = command("audit", CYCLE, cwd=root)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == len(UNREADABLE)
    for name, (_, said) in UNREADABLE.items():
        (mine,) = [line for line in lines if line.startswith(f"recon: inbox/{CYCLE}/{name}: ")]
        assert all(part in mine for part in said), mine
    assert "1 discrepancies" in done.stdout, "the good files were reconciled"
    assert (root / "runs" / CYCLE / "latest" / "audit.html").is_file(), "the run was written"


def test_unreadable_files_are_in_the_list_of_problems(root: Path) -> None:
    (root / INBOX / "blank.csv").write_bytes(b"")
    rec = recon.open(root).reconcile(CYCLE)
    (problem,) = rec.problems.to_dict("records")
    assert (problem["severity"], problem["file"], problem["row"]) == ("error", "blank.csv", 0)
    assert "is empty" in problem["message"]


# ---------------------------------------------------------------------------------------------------- faulty rows

FAULTY = """\
Client,Item,Quantity,Price,Amount,Period start
Acme Dental,AV,2,5.00,10.00,2026-10-01
Acme Dental,AV,two,5.00,12.50,2026-10-01
Acme Dental,AV,1,5.00,"1,00.00",2026-10-01
Acme Dental,AV,1,5.00,7.25,2026-02-30
Acme Dental,AV,1,5.00,3.00,2026-10-01,surprise
"""


def test_faulty_rows_are_located_counted_and_totalled(root: Path) -> None:
    """Row-level faults are data: status 0, the good rows go on, each fault says file, row, column and value."""
    (root / INBOX / "billed.csv").write_text(FAULTY, "utf-8")
    done = command("check", CYCLE, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 errors" in done.stdout
    rec = recon.open(root).reconcile(CYCLE)
    found = [(one["file"], one["row"], one["column"], one["value"]) for one in rec.problems.to_dict("records")]
    assert sorted(found)[:3] == [
        ("billed.csv", 3, "Quantity", "two"),
        ("billed.csv", 4, "Amount", "1,00.00"),
        ("billed.csv", 5, "Period start", "2026-02-30"),
    ]
    assert sorted(found)[3][:2] == ("billed.csv", 6)
    (file,) = [one for one in rec.files.to_dict("records") if one["file"] == "billed.csv"]
    assert (file["records"], file["lines"], file["rejected"], file["non_data"]) == (5, 1, 4, 0)
    assert file["amount"] == Decimal("10.00")
    assert file["rejected_amount"] == Decimal("19.75"), "of the rows whose amount can be read: 12.50 + 7.25"
