"""The sample workspace: made by its generator alone, and reconciled to exactly what was planted in it."""

import csv
import gzip
import json
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import recon
from recon.catalog import COUNT_BASES

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/sample"
GENERATOR = ROOT / "data/make_sample.py"
CYCLES = ("2026-08", "2026-09", "2026-10")
MADE = ("recon.yaml", "planted.csv", "catalog", "crosswalk", "inbox")  # README.md is written by hand

# Runs the generator as a script, then looks at what it has loaded.
LONE_RUN = """
import runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, {folder!r})
runpy.run_path(sys.argv[0], run_name="__main__")
loaded = [name for name in sys.modules if name.split(".")[0] == "recon"]
sys.exit(f"the generator loaded {{loaded}}" if loaded else 0)
"""


class Row(NamedTuple):
    kind: str
    leg: str
    client: str
    service: str
    impact: Decimal
    currency: str


def made_by_generator(out: Path, *options: str) -> Path:
    code = LONE_RUN.format(folder=str(GENERATOR.parent))
    command = [sys.executable, "-c", code, str(GENERATOR), "--out", str(out), *options]
    run = subprocess.run(command, cwd=out.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return out


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_by_generator(tmp_path_factory.mktemp("again") / "sample")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> recon.Workspace:
    copy = tmp_path_factory.mktemp("copy") / "sample"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("runs", "*.sqlite*"))
    return recon.open(copy)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> recon.Workspace:
    return recon.open(made_by_generator(tmp_path_factory.mktemp("clean") / "sample", "--clean"))


def content(path: Path) -> dict[str, bytes]:
    """A file's members: what is packed is compared unpacked, as zlib's versions pack differently."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return {name: book.read(name) for name in book.namelist()}
    return {"": gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()}


def made_files(root: Path) -> dict[str, Path]:
    tops = [root / name for name in MADE]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    return {file.relative_to(root).as_posix(): file for file in files}


def planted(cycle: str) -> Counter[Row]:
    with (SAMPLE / "planted.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["cycle"] == cycle]
    return Counter(
        Row(r["kind"], r["leg"], r["client"], r["service"], Decimal(r["impact"]), r["currency"]) for r in rows
    )


def found(workspace: recon.Workspace, cycle: str) -> Counter[Row]:
    frame = workspace.reconcile(cycle).discrepancies
    return Counter(Row(*values) for values in frame[list(Row._fields)].itertuples(index=False))


def records(pattern: str) -> Iterator[dict[str, Any]]:
    """The objects of the sample's JSON pages whose path in inbox/ fits."""
    for path in sorted((SAMPLE / "inbox").glob(pattern)):
        page = json.loads(path.read_text(encoding="utf-8"))
        yield from page if isinstance(page, list) else page["organization_usage_line_items"]


# ------------------------------------------------------------------------------------------------- the generator


def test_the_generator_writes_what_is_committed(again: Path) -> None:
    fresh, kept = made_files(again), made_files(SAMPLE)
    assert sorted(fresh) == sorted(kept), "run `make sample`: files came or went"
    changed = [name for name in fresh if content(fresh[name]) != content(kept[name])]
    assert changed == [], "run `make sample`: the generator or these files were edited"


def test_writing_over_an_older_sample_leaves_none_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "inbox/2026-08").mkdir(parents=True)
    for name in ("planted.csv", "inbox/2026-08/rmm-invoice-old.xlsx", "recon.sqlite"):
        (tmp_path / name).write_text("older")
    made_by_generator(tmp_path)
    assert not (tmp_path / "inbox/2026-08/rmm-invoice-old.xlsx").exists()
    assert (tmp_path / "recon.sqlite").read_text() == "older", "the workspace's decisions are not the generator's"


def test_fewer_clients_than_the_planted_errors_need_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(GENERATOR), "--out", str(tmp_path), "--clients", "59"])
    monkeypatch.syspath_prepend(str(GENERATOR.parent))
    with pytest.raises(SystemExit):
        runpy.run_path(str(GENERATOR), run_name="__main__")
    assert "--clients must be 60 or more" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------------- the data


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("{cycle}/agreements_p*.json", "id"),
        ("{cycle}/additions_p*.json", "id"),
        ("{cycle}/ninjaone_organizations.json", "id"),
        ("{cycle}/ninjaone_devices_p*.json", "id"),
        ("{cycle}/ninjaone_devices_p*.json", "uid"),
        ("*/huntress_usage_*.json", "id"),
        ("*/invoices_p*.json", "id"),
        ("*/invoices_p*.json", "invoiceNumber"),
    ],
)
def test_no_two_records_share_an_id(pattern: str, key: str) -> None:
    for cycle in CYCLES if "{cycle}" in pattern else ("",):
        distinct = {json.dumps(one, sort_keys=True) for one in records(pattern.format(cycle=cycle))}
        ids = Counter(json.loads(one)[key] for one in distinct)  # a page read twice repeats whole records
        assert [value for value, times in ids.items() if times > 1] == []
        assert ids


def test_a_company_has_one_id_and_an_id_one_company() -> None:
    for pattern in ("*/agreements_p*.json", "*/invoices_p*.json"):
        pairs = {(one["company"]["id"], one["company"]["identifier"]) for one in records(pattern)}
        assert len(pairs) == len({number for number, _ in pairs}) == len({code for _, code in pairs})


def test_a_subscription_has_one_customer_one_product_and_one_term() -> None:
    names = ("CustomerId", "ProductId", "SkuId", "SubscriptionStartDate", "SubscriptionEndDate")
    for cycle in CYCLES:
        seen: dict[str, set[tuple[str, ...]]] = {}
        for path in (SAMPLE / "inbox" / cycle).glob("ReconFile_*.csv.gz"):
            text = gzip.decompress(path.read_bytes()).decode("utf-8-sig")
            for row in csv.DictReader(text.splitlines()):
                seen.setdefault(row["SubscriptionId"], set()).add(tuple(row[name] for name in names))
        assert {key: facts for key, facts in seen.items() if len(facts) > 1} == {}
        assert len(seen) > 100


# ----------------------------------------------------------------------------------------------- its reconciliation


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_every_planted_discrepancy_is_found_and_no_other(sample: recon.Workspace, cycle: str) -> None:
    wanted, got = planted(cycle), found(sample, cycle)
    assert {"missed": wanted - got, "extra": got - wanted} == {"missed": Counter(), "extra": Counter()}
    assert wanted


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_the_same_world_without_planted_errors_has_no_discrepancy(clean: recon.Workspace, cycle: str) -> None:
    assert found(clean, cycle) == Counter()


def test_the_sample_plants_each_kind_of_discrepancy() -> None:
    kinds = {row.kind for cycle in CYCLES for row in planted(cycle)}
    assert sorted(set(recon.kinds) - kinds) == []


# What the sample must show at least twice: the mechanic, and which planted rows are of it, by services or words of the note.
MECHANICS = {
    "service minimum": (("HUN-SIEM", "OBJ-TB", "CALL-REC"), ("minimum", "commitment")),
    "included": (("VAULT",), ("included",)),
    "tiered price": (("MAIL-ARC", "FAX"), ("band",)),
    "volume price": (("RELAY",), ("",)),
    "cost in bands": (("EGRESS",), ("band",)),
    "flat fee": (("SOC",), ("flat fee",)),
    "part months": (("WAF", "DNS-ZONE"), ("days", "whole", "part month")),
    "in advance": (("SIP",), ("in advance",)),
    "annual": (("DRAAS",), ("year", "anniversary")),
    "joining a term": (("DRAAS",), ("mid-term",)),
    "uplift": (("WEBAPP",), ("uplift",)),
    "several items or sites": (("VPS",), ("sites",)),
    "bundle": (("HUN-EDR", "RMM-WS"), ("bundles",)),
    "trial that ended": (("VAULT", "VDI"), ("no contract was made",)),
    "rate": (("XDR",), ("cost in USD",)),
    "tax line": (("",), ("tax line",)),
    "credit of an earlier document": (("VPN-CONC", "OBJ-TB", "VPS", "VDI"), ("credit",)),
    "taken back and made again": (("VPN-CONC", "COLLAB", "VDI"), ("made again",)),
    "issued three times": (("",), ("issued three times",)),
    "late charge": (("SPLA", "CALL-REC", "HUN-ITDR", "BKP-M365"), ("charged on", "charged a month later")),
    "terms": (("M365-BP", "VPS", "SPLA"), ("ends", "end with", "committed")),
    "two contracts": (("FIBRE",), ("one contract billed too high",)),
    "under another service": (("FIBRE", "WEBAPP"), ("under another service",)),
    "in parts": (("FIBRE", "CALL-REC"), ("in two parts",)),
    "tolerance of a client": (("EGRESS",), ("allow",)),
}


@pytest.mark.parametrize("mechanic", MECHANICS)
def test_the_sample_shows_each_mechanic_at_least_twice(mechanic: str) -> None:
    services, words = MECHANICS[mechanic]
    with (SAMPLE / "planted.csv").open(encoding="utf-8", newline="") as table:
        rows = [
            row for row in csv.DictReader(table)
            if row["service"] in services and any(word in row["note"] for word in words)
        ]  # fmt: skip
    assert len({(row["cycle"], row["client"], row["service"]) for row in rows}) >= 2


@pytest.mark.parametrize("basis", [basis for basis in COUNT_BASES if basis])
def test_each_count_basis_is_planted_on_at_least_twice(basis: str) -> None:
    with (SAMPLE / "catalog/services.csv").open(encoding="utf-8", newline="") as table:
        services = {row["service"] for row in csv.DictReader(table) if row["count_basis"] == basis}
    rows = [row for cycle in CYCLES for row in planted(cycle) if row.service in services]
    assert len([row for row in rows if row.leg == "promised_delivered"]) >= 2


@pytest.mark.slow
@pytest.mark.parametrize(("cycle", "rule", "clients"), [
    ("2026-09", "scored", {"MarlRadio"}),
    ("2026-10", "scored", {"BasaltFoods"}),
    ("2026-10", "subset_sum", {"LoessSeed", "NunatakGear"}),
])  # fmt: skip
def test_what_was_invoiced_elsewhere_is_suggested(
    sample: recon.Workspace, cycle: str, rule: str, clients: set[str]
) -> None:
    matches = sample.reconcile(cycle).matches
    suggested = matches[(matches["status"] == "suggested") & (matches["rule"] == rule)]
    assert set(suggested["client"]) == clients


def test_the_sample_folder_keeps_no_store_of_its_tests(sample: recon.Workspace) -> None:
    assert sample.root != SAMPLE
    assert (sample.root / "recon.sqlite").exists()
