"""The outside contract, asked of the installed command: run folder, columns, exact numbers, exit status, filters."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recon
from recon.errors import ReconError
from recon.period import Cycle
from recon.printing import gate
from recon.reports.exports import write_csv_to
from recon.review.aging import roll_forward
from recon.store import snapshots
from tests.worlds import CONFIG, CYCLE, World, ask, command, table

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
RUN_FILES = {
    "audit.ipynb", "audit.html", "discrepancies.csv", "discrepancies.parquet", "workbook.xlsx", "lines.parquet",
    "manifest.json",
}  # fmt: skip
COLUMNS = [
    "discrepancy_id",
    "kind",
    "leg",
    "client",
    "service",
    "contract",
    "period_start",
    "period_end",
    "expected_quantity",
    "actual_quantity",
    "expected_unit_price",
    "actual_unit_price",
    "expected_amount",
    "actual_amount",
    "impact",
    "currency",
    "direction",
    "status",
    "age_cycles",
    "suggested_action",
    "explanation",
    "lines",
]
NUMBERS = [name for name in COLUMNS if name.endswith(("quantity", "price", "amount", "impact"))]
DIRECTIONS = {"leak", "overbilled", "vendor_overcharge", "vendor_undercharge", "neutral"}


# ------------------------------------------------------------------------------------------- one audit of the sample


@dataclass(frozen=True)
class Audited:
    """The sample after `recon audit 2026-10`."""

    root: Path
    stdout: str
    status: int

    @property
    def run(self) -> Path:
        return self.root / "runs" / CYCLE / "latest"

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.run / "manifest.json").read_text("utf-8"))
        return found

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((self.run / "discrepancies.csv").read_text("utf-8"))))


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    root = tmp_path_factory.mktemp("contract") / "sample"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("runs", "recon.sqlite*"))
    done = command("audit", CYCLE, "-w", root)
    assert done.stderr == ""
    return Audited(root, done.stdout, done.returncode)


@pytest.fixture(scope="module")
def reconciled(audited: Audited) -> recon.Reconciliation:
    return recon.open(audited.root).reconcile(CYCLE)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_run_ends_with_its_report_and_status_0(audited: Audited) -> None:
    assert audited.status == 0
    assert audited.stdout.splitlines()[-1] == f"report {audited.run.resolve() / 'audit.html'}"


def test_a_run_folder_holds_exactly_the_files_of_the_contract(audited: Audited) -> None:
    assert {path.name for path in audited.run.iterdir()} == RUN_FILES
    assert all(path.stat().st_size > 0 for path in audited.run.iterdir())


def test_the_cycle_s_folder_holds_the_run_and_latest_and_nothing_half_done(audited: Audited) -> None:
    home = audited.root / "runs" / CYCLE
    assert sorted(path.name for path in home.iterdir()) == sorted([audited.manifest["run_id"], "latest"])
    assert audited.run.resolve() == (home / audited.manifest["run_id"]).resolve()


def test_csv_has_the_columns_of_the_contract_in_their_order(audited: Audited) -> None:
    text = (audited.run / "discrepancies.csv").read_text("utf-8")
    assert text.splitlines()[0].split(",") == COLUMNS
    assert "\r" not in text


def test_csv_values_are_exact(audited: Audited) -> None:
    assert len(audited.rows) > 60
    for row in audited.rows:
        for name in NUMBERS:
            assert re.fullmatch(r"|-?\d+(\.\d+)?", row[name]), (name, row)
        assert re.fullmatch(r"-?\d+\.\d\d", row["impact"])
        assert (row["period_start"], row["period_end"]) == ("2026-10-01", "2026-11-01")
        assert row["direction"] in DIRECTIONS
        assert row["status"] == "open"
        assert row["age_cycles"] in ("0", "1", "2")
        assert row["suggested_action"] and row["explanation"].endswith(".")
    assert len({row["discrepancy_id"] for row in audited.rows}) == len(audited.rows)


def test_csv_is_ranked_by_money(audited: Audited) -> None:
    sizes = [abs(Decimal(row["impact"])) for row in audited.rows]
    assert sizes == sorted(sizes, reverse=True)


def test_direction_follows_from_leg_and_sign(audited: Audited) -> None:
    for row in audited.rows:
        impact, vendor = Decimal(row["impact"]), row["leg"] == "delivered_charged"
        losing, gaining = ("vendor_overcharge", "vendor_undercharge") if vendor else ("leak", "overbilled")
        assert row["direction"] == ("neutral" if impact == 0 else losing if impact < 0 else gaining)


def test_lines_behind_each_discrepancy_are_in_lines_parquet(audited: Audited, reconciled: recon.Reconciliation) -> None:
    lines = pq.read_table(audited.run / "lines.parquet")
    known = set(lines["line_id"].to_pylist())
    assert {one for row in audited.rows for one in row["lines"].split()} <= known
    for name in ("quantity", "unit_price", "amount", "tax"):
        assert pa.types.is_decimal(lines.schema.field(name).type), name
    assert (
        len(known)
        == lines.num_rows
        == sum(int(one) for one in recon.open(audited.root).reconcile(CYCLE).files["lines"])
    )


def test_parquet_says_what_the_csv_says(audited: Audited) -> None:
    found = pq.read_table(audited.run / "discrepancies.parquet")
    assert found.column_names == COLUMNS
    assert all(pa.types.is_decimal(found.schema.field(name).type) for name in NUMBERS)
    assert [str(one) for one in found["discrepancy_id"].to_pylist()] == [row["discrepancy_id"] for row in audited.rows]
    assert found["impact"].to_pylist() == [Decimal(row["impact"]) for row in audited.rows]


def test_manifest_has_the_hash_of_everything(audited: Audited) -> None:
    manifest = audited.manifest
    inbox = audited.root / "inbox" / CYCLE
    assert {one["file"]: one["sha256"] for one in manifest["inputs"]} == {
        path.name: sha256(path) for path in inbox.iterdir()
    }
    assert manifest["rules"]["sha256"] == sha256(audited.root / "recon.yaml")
    assert manifest["rules"]["policy"]["tolerance"] == "0.01"
    assert manifest["catalog"] == {path.name: sha256(path) for path in (audited.root / "catalog").iterdir()}
    assert manifest["crosswalk"]["entries"] > 0 and len(manifest["crosswalk"]["sha256"]) == 64
    assert manifest["recon_version"] == recon.__version__
    assert manifest["parameters"] == {"cycle": CYCLE, "phase": "post"}
    assert manifest["discrepancies"] == len(audited.rows)
    for name, digest in manifest["outputs"].items():
        assert digest == sha256(audited.run / name)
    assert set(manifest["outputs"]) == RUN_FILES - {"manifest.json"}


def test_manifest_totals_are_those_of_the_bridge(audited: Audited, reconciled: recon.Reconciliation) -> None:
    bridge = reconciled.bridge
    for one in audited.manifest["totals"]:
        mine = bridge[(bridge["leg"] == one["leg"]) & (bridge["currency"] == one["currency"])]
        assert sum(mine["expected_total"]) == Decimal(one["expected_total"])
        assert sum(mine["actual_total"]) == Decimal(one["actual_total"])
    assert {one["currency"] for one in audited.manifest["totals"]} == {"USD", "CAD"}


def test_the_same_bytes_again(audited: Audited, reconciled: recon.Reconciliation) -> None:
    """In this process and in one more, with another hash seed: the file that the audit wrote, to the byte."""
    out = io.StringIO()
    write_csv_to(reconciled.discrepancies, out)
    written = (audited.run / "discrepancies.csv").read_text("utf-8")
    assert out.getvalue() == written
    assert command("list", CYCLE, "-w", audited.root, "--format", "csv").stdout == written


def test_every_snapshot_rolls_forward(audited: Audited) -> None:
    """opening + new − resolved = closing, in count and money, over the sample's three cycles."""
    journal = recon.open(audited.root).journal
    closing: dict[str, tuple[int, Decimal]] = {}
    for name in ("2026-08", "2026-09", "2026-10"):
        rows = snapshots.newest(journal, name)
        assert rows
        for currency, *numbers in roll_forward(journal, Cycle.parse(name), rows):  # type: ignore[arg-type]
            opening, opened, new, arrived, resolved, gone, count, money = numbers
            assert opening + new - resolved == count  # type: ignore[operator]
            assert opened + arrived - gone == money  # type: ignore[operator]
            assert (opening, opened) == closing.get(str(currency), (0, Decimal(0)))
            closing[str(currency)] = (count, money)  # type: ignore[assignment]
    assert closing == {
        currency: (len(mine), sum(mine))
        for currency in ("CAD", "USD")
        for mine in [[Decimal(row["impact"]) for row in audited.rows if row["currency"] == currency]]
    }


# --------------------------------------------------------------------------------------------------- a small world

SMALL = World(
    catalog={
        "clients.csv": table("""
            client | name         | currency
            ACME   | Acme Dental  | USD
            BOLT   | Bolt Freight | USD
        """),
        "services.csv": table("""
            service | name      | usage
            AV      | Antivirus | delivered
            LAB     | Support   | none
        """),
        "prices.csv": table("""
            service | currency | list_price | unit_cost
            AV      | USD      | 6.00       | 2.00
        """),
    },
    inbox={
        CYCLE: {
            "delivered.csv": table("""
                Client       | Item | Quantity
                Acme Dental  | AV   | 300
                Bolt Freight | AV   | 5
                [b]Zed[/b]   | AV   | 7
            """),
            "promised.csv": table("""
                Client       | Item | Quantity | Price
                Acme Dental  | AV   | 200      | 5.00
                Bolt Freight | AV   | 6        | 5.00
                Bolt Freight | LAB  | 1        | 90.00
            """),
            "billed.csv": table("""
                Client       | Item     | Quantity | Price
                Acme Dental  | AV       | 200      | 5.00
                Bolt Freight | AV       | 6        | 5.00
                Bolt Freight | LAB      | 1        | 90.00
                =Old Mill    | AV       | 2        | 5.00
                Acme Dental  | on-site  | 1        | 75.00
            """),
        }
    },
    config=CONFIG,
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return SMALL.write(tmp_path / "small")


def listed(root: Path, *filters: str) -> list[dict[str, str]]:
    done = ask("list", CYCLE, "--format", "csv", *filters, cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def kinds(rows: list[dict[str, str]]) -> list[str]:
    return sorted(row["kind"] for row in rows)


def test_list_filters_and_formats(small: Path) -> None:
    assert kinds(listed(small)) == [
        "over_billed_quantity", "under_billed_quantity", "unmapped_account", "unmapped_account", "unmapped_service",
    ]  # fmt: skip
    assert kinds(listed(small, "--client", "BOLT")) == ["over_billed_quantity"]
    assert kinds(listed(small, "--kind", "unmapped_account", "--status", "open")) == ["unmapped_account"] * 2
    assert listed(small, "--status", "waived") == []
    as_json = ask("list", CYCLE, "--format", "json", "--client", "ACME", cwd=small)
    assert [one["impact"] for one in json.loads(as_json.stdout)] == ["-500.00", "75.00"]
    assert list(json.loads(as_json.stdout)[0]) == COLUMNS


def test_list_as_a_table_keeps_each_discrepancy_on_a_line_and_names_as_they_are(small: Path) -> None:
    done = command("list", CYCLE, "-w", small)
    lines = done.stdout.splitlines()
    for row in listed(small):
        assert any(row["discrepancy_id"] in line and row["kind"] in line for line in lines), row
    assert "[b]Zed[/b]" in done.stdout


def test_a_name_that_a_spreadsheet_would_run_is_text(small: Path) -> None:
    (one,) = [row for row in listed(small, "--kind", "unmapped_account") if row["leg"] == "promised_billed"]
    assert "=Old Mill" in one["explanation"] and not one["explanation"].startswith("=")


@pytest.mark.parametrize(
    ("filters", "known"),
    [
        (["--client", "ACMEE"], "unknown client 'ACMEE'; did you mean 'ACME'?"),
        (["--kind", "leak"], "unknown kind 'leak'"),
        (["--status", "done"], "unknown status 'done'"),
    ],
)
def test_list_answers_an_unknown_word_with_the_known_ones(small: Path, filters: list[str], known: str) -> None:
    done = ask("list", CYCLE, *filters, cwd=small)
    assert (done.returncode, done.stdout) == (2, "")
    assert known in done.stderr and "Known: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_check_tells_files_problems_and_unmapped_money(small: Path) -> None:
    done = command("check", CYCLE, cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    for name in SMALL.inbox[CYCLE]:
        assert name in done.stdout
    assert "=Old Mill" in done.stdout and "on-site" in done.stdout
    assert "Unmapped money       85.00 USD in 3" in done.stdout


def test_fail_on_makes_status_1_and_says_what_was_found(small: Path) -> None:
    done = command("audit", CYCLE, "-w", small, "--fail-on", "leak>499.99")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == "--fail-on leak>499.99: 500.00 USD"
    assert (small / "runs" / CYCLE / "latest" / "audit.html").is_file()


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("any", "590.00 USD"),
        ("leak", "500.00 USD"),
        ("leak>499.99", "500.00 USD"),
        ("leak > 499.99", "500.00 USD"),
        ("leak>500", ""),
        ("overbilled>89.99", "90.00 USD"),
        ("under_billed_quantity", "500.00 USD"),
        ("neutral", "0.00 USD"),
        ("neutral>0", ""),
        ("vendor_overcharge", ""),
        ("tax", ""),
    ],
)
def test_fail_on(expression: str, found: str, small_rec: recon.Reconciliation) -> None:
    test = gate(expression)
    assert test is not None
    assert test(small_rec) == found


@pytest.fixture(scope="module")
def small_rec(tmp_path_factory: pytest.TempPathFactory) -> recon.Reconciliation:
    return recon.open(SMALL.write(tmp_path_factory.mktemp("gate") / "small")).reconcile(CYCLE)


@pytest.mark.parametrize("expression", ["leeks", "leak>", "leak<5", "leak>1.2.3", "leak>many", ""])
def test_fail_on_refuses_what_it_does_not_know(expression: str) -> None:
    with pytest.raises(ReconError, match="--fail-on"):
        gate(expression)


def test_what_is_decided_does_not_fail_a_run(small: Path) -> None:
    test = gate("leak")
    rec = recon.open(small).reconcile(CYCLE)
    assert test and test(rec) == "500.00 USD"
    (leak,) = [one.discrepancy_id for one in rec.found if one.direction == "leak"]
    rec.decide([leak], "accept")
    assert test(rec) == ""


def test_decide_from_the_command_line(small: Path) -> None:
    (one,) = [row["discrepancy_id"] for row in listed(small, "--kind", "under_billed_quantity")]
    note = ["--note", "promised until March", "--until", "2027-03-31"]
    done = ask("decide", CYCLE, "waive", one, *note, cwd=small)
    assert (done.returncode, done.stdout) == (0, f"{one} waived\n")
    assert [row["status"] for row in listed(small, "--client", "ACME", "--kind", "under_billed_quantity")] == ["waived"]
    assert ask("decide", CYCLE, "undo", one, cwd=small).stdout == f"{one} open\n"


# ------------------------------------------------------------------------------------------------------- crosswalk


def test_confirmed_entries_hold_from_the_next_run_on(small: Path) -> None:
    assert "=Old Mill" in ask("map", "show", CYCLE, cwd=small).stdout
    done = ask("map", "confirm", "account", "billed", "=Old Mill", "BOLT", cwd=small)
    assert (done.returncode, done.stdout) == (0, "written\n")
    assert ask("map", "confirm", "account", "billed", "=Old Mill", "BOLT", cwd=small).stdout == "was there already\n"
    assert "=Old Mill" not in ask("map", "show", CYCLE, cwd=small).stdout
    assert kinds(listed(small, "--client", "BOLT")) == ["invoice_quantity_differs", "over_billed_quantity"]


def test_an_excluded_item_is_out_of_every_comparison(small: Path) -> None:
    done = ask("map", "exclude", "item", "*", "on-site", "--reason", "billed by the hour", cwd=small)
    assert (done.returncode, done.stdout) == (0, "written\n")
    assert "unmapped_service" not in kinds(listed(small))


def test_an_excluded_line_keeps_its_reason(small: Path) -> None:
    ask("map", "exclude", "item", "*", "on-site", "--reason", "billed by the hour", cwd=small)
    lines = recon.open(small).reconcile(CYCLE).lines
    assert lines.loc[lines["item"] == "on-site", "mapping_reason"].tolist() == ["billed by the hour"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported(small: Path, tmp_path: Path, suffix: str) -> None:
    ask("map", "confirm", "item", "billed", "on-site", "LAB", "--factor", "0.25", cwd=small)
    exported = tmp_path / f"items.{suffix}"
    assert ask("map", "export", "item", exported, cwd=small).stdout.startswith("1 entries in ")
    fresh = SMALL.write(tmp_path / "fresh")
    assert ask("map", "import", exported, "-w", fresh, cwd=tmp_path).stdout == "1 new entries\n"
    lines = recon.open(fresh).reconcile(CYCLE).lines
    assert lines.loc[lines["item"] == "on-site", "factor"].tolist() == [Decimal("0.25")]


# ------------------------------------------------------------------------------------------------------------ init


def test_init_makes_a_workspace_that_says_what_it_lacks(tmp_path: Path) -> None:
    root = tmp_path / "mine"
    done = ask("init", root, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"recon.yaml", "inbox", "profiles", "catalog", "crosswalk"} <= {path.name for path in root.iterdir()}
    asked = ask("check", CYCLE, "-w", root, cwd=tmp_path)
    assert asked.returncode == 2
    assert f"unknown cycle '{CYCLE}'" in asked.stderr and "Known: none" in asked.stderr
    (root / "inbox" / CYCLE).mkdir()
    assert "has no files" in ask("check", CYCLE, "-w", root, cwd=tmp_path).stderr


def test_init_with_the_sample_is_the_sample(tmp_path: Path) -> None:
    root = tmp_path / "trial"
    assert ask("init", root, "--sample", cwd=tmp_path).returncode == 0
    assert (root / "recon.yaml").read_bytes() == (SAMPLE / "recon.yaml").read_bytes()
    assert recon.open(root).cycles == ["2026-08", "2026-09", "2026-10"]
    assert not (root / "runs").exists()


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    done = ask("init", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("recon: ") and "isn't empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
