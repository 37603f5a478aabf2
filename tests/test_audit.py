"""The monthly run over time: half-done runs, ages, the roll-forward, decisions that stand, undo and turn stale, phases."""

from __future__ import annotations

import itertools
import json
import shutil
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest

import recon
from recon import audit as auditing
from recon.audit import Run, audit
from recon.errors import ReconError
from recon.store import snapshots
from tests.worlds import CONFIG, Row, World, table

CYCLES = ("2026-08", "2026-09", "2026-10")
CATALOG = {
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
}
USED = """
    Client       | Item | Quantity
    Acme Dental  | AV   | 12
    Bolt Freight | AV   | {bolt}
"""
PROMISED = """
    Client       | Item | Quantity | Price
    Acme Dental  | AV   | 10       | 5.00
    Bolt Freight | AV   | 4        | 5.00
    Acme Dental  | LAB  | 1        | 80.00
"""
BILLED = """
    Client       | Item | Quantity | Price     | Document
    Acme Dental  | AV   | 10       | 5.00      | I-1
    Bolt Freight | AV   | 4        | 5.00      | I-2
    Acme Dental  | LAB  | 1        | {support} | I-1
"""


def month(bolt: int, support: str) -> dict[str, list[Row]]:
    return {
        "delivered.csv": table(USED.format(bolt=bolt)),
        "promised.csv": table(PROMISED),
        "billed.csv": table(BILLED.format(support=support)),
    }


# Acme's antivirus is under-billed in all three (-10). Bolt's is over-billed from September on, by another quantity each
# time (+5, then +15). Support is invoiced too dear in August only (+2).
WORLD = World(CATALOG, {"2026-08": month(4, "82.00"), "2026-09": month(3, "80.00"), "2026-10": month(1, "80.00")})


@pytest.fixture
def ws(tmp_path: Path) -> recon.Workspace:
    return recon.open(WORLD.write(tmp_path / "world"))


@pytest.fixture
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without executing the notebook, which has tests of its own and takes seconds."""

    def write(rec: recon.Reconciliation, folder: Path, phase: str | None, progress: object) -> None:
        for name in ("audit.ipynb", "audit.html"):
            (folder / name).write_text("not in this test", "utf-8")

    monkeypatch.setattr(auditing, "_write_report", write)


def csv_of(run: Run) -> bytes:
    return (run.folder / "discrepancies.csv").read_bytes()


def ages(rec: recon.Reconciliation) -> dict[tuple[str, str], int]:
    frame = rec.discrepancies[["kind", "client", "age_cycles"]]
    return {(kind, client): age for kind, client, age in frame.itertuples(index=False, name=None)}


# ------------------------------------------------------------------------------------------------------ ages, order


@pytest.mark.usefixtures("without_report")
def test_ages_count_the_unbroken_cycles_before(ws: recon.Workspace) -> None:
    found = {cycle: ages(audit(ws, cycle).reconciliation) for cycle in CYCLES}
    assert found == {
        "2026-08": {("under_billed_quantity", "ACME"): 0, ("price_differs", "ACME"): 0},
        "2026-09": {("under_billed_quantity", "ACME"): 1, ("over_billed_quantity", "BOLT"): 0},
        "2026-10": {("under_billed_quantity", "ACME"): 2, ("over_billed_quantity", "BOLT"): 1},
    }


@pytest.mark.usefixtures("without_report")
def test_roll_forward(ws: recon.Workspace) -> None:
    rows = {}
    for cycle in CYCLES:
        (row,) = audit(ws, cycle).reconciliation.rollforward.itertuples(index=False, name=None)
        rows[cycle] = tuple(int(one) if isinstance(one, Decimal) else one for one in row)
    # currency, opening, new, resolved, closing: each a count and money. What persists at another impact moves money only.
    assert rows == {
        "2026-08": ("USD", 0, 0, 2, -8, 0, 0, 2, -8),
        "2026-09": ("USD", 2, -8, 1, 5, 1, 2, 2, -5),
        "2026-10": ("USD", 2, -5, 0, 10, 0, 0, 2, 5),
    }


@pytest.mark.usefixtures("without_report")
def test_a_cycle_is_the_same_whichever_was_audited_before(ws: recon.Workspace, tmp_path: Path) -> None:
    fresh = recon.open(WORLD.write(tmp_path / "fresh"))
    in_order = [csv_of(audit(ws, cycle)) for cycle in CYCLES][-1]
    directly = csv_of(audit(fresh, "2026-10"))
    assert directly == in_order
    assert csv_of(audit(fresh, "2026-10")) == directly


@pytest.mark.usefixtures("without_report")
def test_a_snapshot_is_written_once_per_input(ws: recon.Workspace) -> None:
    audit(ws, "2026-08")
    first = snapshots.inputs_of(ws.journal, "2026-08")
    audit(ws, "2026-08")
    assert snapshots.inputs_of(ws.journal, "2026-08") == first
    promised = ws.root / "inbox" / "2026-08" / "promised.csv"
    promised.write_text(promised.read_text("utf-8").replace("80.00", "82.00"), "utf-8")
    audit(ws, "2026-08")
    assert snapshots.inputs_of(ws.journal, "2026-08") != first
    assert [row.impact for row in snapshots.newest(ws.journal, "2026-08") or []] == [Decimal("-10.00")]


# ------------------------------------------------------------------------------------------------- half-way failures


@pytest.mark.usefixtures("without_report")
def test_latest_is_the_newest_whole_run(ws: recon.Workspace) -> None:
    first, second = audit(ws, "2026-08"), audit(ws, "2026-08")
    latest = ws.root / "runs" / "2026-08" / "latest"
    assert latest.resolve() == second.folder
    assert first.folder.is_dir() and first.folder != second.folder


def test_a_run_that_fails_half_way_leaves_nothing(
    ws: recon.Workspace, without_report: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = audit(ws, "2026-08")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device", "audit.html")

    monkeypatch.setattr(auditing, "_write_report", fails)
    with pytest.raises(ReconError, match=r"audit\.html: can't be written \(No space left"):
        audit(ws, "2026-08")
    home = ws.root / "runs" / "2026-08"
    assert sorted(path.name for path in home.iterdir()) == sorted([good.folder.name, "latest"])
    assert (home / "latest").resolve() == good.folder


def test_a_run_that_is_interrupted_leaves_nothing(
    ws: recon.Workspace, without_report: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(auditing, "_write_manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        audit(ws, "2026-08")
    assert list((ws.root / "runs" / "2026-08").iterdir()) == []
    assert snapshots.inputs_of(ws.journal, "2026-08") is None


def test_a_notebook_that_fails_keeps_its_run_but_never_becomes_latest(
    ws: recon.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])  # type: ignore[no-untyped-call]
    broken.cells[0].metadata["tags"] = ["parameters"]
    broken.metadata["language_info"] = {"name": "python"}
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(broken, folder / "audit.ipynb")  # type: ignore[no-untyped-call]
    monkeypatch.setattr(auditing, "notebook_dir", lambda: folder)
    run = audit(ws, "2026-08")
    assert run.fault is not None and run.fault.startswith("ZeroDivisionError")
    assert {path.name for path in run.folder.iterdir()} == set(auditing.FILES)
    assert not (ws.root / "runs" / "2026-08" / "latest").exists()


@pytest.mark.usefixtures("without_report")
def test_where_links_can_t_be_made_latest_is_a_file(ws: recon.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refused)
    run = audit(ws, "2026-08")
    assert (ws.root / "runs" / "2026-08" / "latest").read_text("utf-8") == f"{run.folder.name}\n"


@pytest.mark.usefixtures("without_report")
def test_manifest_follows_every_input(ws: recon.Workspace) -> None:
    """Each of the things that a result depends on changes the fingerprint; nothing else does."""

    def fingerprint() -> str:
        return auditing.fingerprint(recon.open(ws.root).reconcile("2026-08"))

    seen = [fingerprint(), fingerprint()]
    assert seen[0] == seen[1]
    changes = (
        ("inbox/2026-08/billed.csv", "82.00", "83.00"),
        ("recon.yaml", "currency: USD", "currency: USD\npolicy: {tolerance: 0.02}"),
        ("catalog/clients.csv", "Bolt Freight", "Bolt Freight Ltd"),
    )
    for name, old, new in changes:
        path = ws.root / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        seen.append(fingerprint())
    (ws.root / "crosswalk" / "accounts.csv").write_text("source,account,client\nbilled,42,BOLT\n", "utf-8")
    seen.append(fingerprint())
    assert len(set(seen)) == len(seen) - 1
    run = audit(recon.open(ws.root), "2026-08")
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    assert manifest["rules"]["policy"]["tolerance"] == "0.02"


# -------------------------------------------------------------------------------------------------------- decisions


def only(rec: recon.Reconciliation, kind: str) -> str:
    (one,) = [one.discrepancy_id for one in rec.found if one.kind == kind]
    return one


def status(ws: recon.Workspace, discrepancy_id: str, cycle: str = "2026-10") -> str:
    return recon.open(ws.root).reconcile(cycle).statuses()[discrepancy_id]


def test_a_decision_shows_in_the_next_run_and_undo_takes_it_back(ws: recon.Workspace) -> None:
    rec = ws.reconcile("2026-10")
    leak = only(rec, "under_billed_quantity")
    rec.decide([leak], "accept")
    assert status(ws, leak) == "approved"
    rec.decide([leak], "dispute", "they agreed on the phone")
    assert status(ws, leak) == "disputed"
    rec.decide([leak], "undo")
    assert status(ws, leak) == "approved"
    rec.decide([leak], "undo")
    assert status(ws, leak) == "open"
    assert rec.history(leak)["action"].tolist() == ["accept", "dispute", "undo", "undo"]


def test_a_decision_turns_stale_where_its_rows_change_and_no_other_does(ws: recon.Workspace) -> None:
    rec = ws.reconcile("2026-10")
    leak, surplus = only(rec, "under_billed_quantity"), only(rec, "over_billed_quantity")
    rec.decide([leak, surplus], "waive", "known")
    used = ws.root / "inbox" / "2026-10" / "delivered.csv"
    used.write_text(used.read_text("utf-8").replace("Acme Dental,AV,12", "Acme Dental,AV,13"), "utf-8")
    assert (status(ws, leak), status(ws, surplus)) == ("stale", "waived")
    used.write_text(used.read_text("utf-8").replace("Acme Dental,AV,13", "Acme Dental,AV,12"), "utf-8")
    assert (status(ws, leak), status(ws, surplus)) == ("waived", "waived")


def test_a_decision_holds_for_its_own_cycle_only(ws: recon.Workspace) -> None:
    rec = ws.reconcile("2026-09")
    leak = only(rec, "under_billed_quantity")
    rec.decide([leak], "accept")
    following = only(ws.reconcile("2026-10"), "under_billed_quantity")
    assert following != leak
    assert status(ws, following) == "open"


def test_ids_do_not_depend_on_the_numbers(ws: recon.Workspace) -> None:
    before = only(ws.reconcile("2026-10"), "under_billed_quantity")
    used = ws.root / "inbox" / "2026-10" / "delivered.csv"
    used.write_text(used.read_text("utf-8").replace("AV,12", "AV,15"), "utf-8")
    assert only(ws.reconcile("2026-10"), "under_billed_quantity") == before


# ---------------------------------------------------------------------------------------------------- pre and post


def legs(rec: recon.Reconciliation) -> dict[str, str]:
    return dict(rec.legs[["leg", "status"]].itertuples(index=False, name=None))


def test_before_invoicing_nothing_is_not_invoiced(ws: recon.Workspace) -> None:
    (ws.root / "inbox" / "2026-10" / "billed.csv").unlink()
    rec = ws.reconcile("2026-10")
    assert rec.phase == "pre"
    assert legs(rec)["promised_billed"] == legs(rec)["charged_billed"] == "not due"
    assert {one.kind for one in rec.found} == {"under_billed_quantity", "over_billed_quantity"}
    assert "promised_billed" not in set(rec.bridge["leg"])


def test_a_cycle_with_invoices_can_be_seen_as_before_them(ws: recon.Workspace) -> None:
    assert ws.reconcile("2026-08").phase == "post"
    rec = ws.reconcile("2026-08", "pre")
    assert legs(rec)["promised_billed"] == "not due"
    assert {one.kind for one in rec.found} == {"under_billed_quantity"}


def test_after_invoicing_without_an_invoice_file_is_no_data_and_not_everything_missing(ws: recon.Workspace) -> None:
    (ws.root / "inbox" / "2026-10" / "billed.csv").unlink()
    rec = ws.reconcile("2026-10", "post")
    assert legs(rec)["promised_billed"] == "no data"
    assert "not_invoiced" not in {one.kind for one in rec.found}


def test_a_required_source_without_a_file_is_stale_and_makes_no_orphans(tmp_path: Path) -> None:
    required = CONFIG.replace('"delivered*", required: false', '"delivered*"')
    root = World(CATALOG, {"2026-10": month(4, "80.00")}, config=required).write(tmp_path / "world")
    (root / "inbox" / "2026-10" / "delivered.csv").unlink()
    (one,) = recon.open(root).reconcile("2026-10").found
    assert (one.kind, one.leg, one.impact, one.direction) == ("stale_source", "promised_delivered", 0, "neutral")
    assert one.explanation == "delivered has no file for this cycle: what it should prove is not observed."


def test_before_invoicing_a_billed_source_is_not_stale(tmp_path: Path) -> None:
    required = CONFIG.replace('"billed*", required: false', '"billed*"')
    root = World(CATALOG, {"2026-10": month(4, "80.00")}, config=required).write(tmp_path / "world")
    (root / "inbox" / "2026-10" / "billed.csv").unlink()
    kinds = {
        phase: {one.kind for one in recon.open(root).reconcile("2026-10", phase).found} for phase in ("pre", "post")
    }
    assert kinds["post"] - kinds["pre"] == {"stale_source"}


def test_perfect_agreement_of_two_sources_is_no_repeated_file(tmp_path: Path) -> None:
    """Two sources may hold the same table, to the byte: an agreement billed exactly as it was promised."""
    same = table("""
        Client      | Item | Quantity | Price
        Acme Dental | LAB  | 1        | 80.00
    """)
    root = World(CATALOG, {"2026-10": {"promised.csv": same, "billed.csv": same}}).write(tmp_path / "world")
    rec = recon.open(root).reconcile("2026-10")
    assert [one.explanation for one in rec.found] == []
    assert rec.problems.empty


# -------------------------------------------------------------------------------------------------- the store's log


def test_the_journal_of_a_workspace_verifies_and_shows_a_change(ws: recon.Workspace) -> None:
    rec = ws.reconcile("2026-10")
    rec.decide([one.discrepancy_id for one in rec.found], "accept")
    assert ws.journal.verify() == []
    heads = [ws.journal.head()]
    rec.decide([rec.found[0].discrepancy_id], "undo")
    heads.append(ws.journal.head())
    assert all(one != other for one, other in itertools.pairwise(heads))


def test_a_workspace_that_moved_keeps_its_decisions(ws: recon.Workspace, tmp_path: Path) -> None:
    rec = ws.reconcile("2026-10")
    leak = only(rec, "under_billed_quantity")
    rec.decide([leak], "accept")
    ws.journal.database.dispose()
    moved = shutil.copytree(ws.root, tmp_path / "moved")
    assert recon.open(moved).reconcile("2026-10").statuses()[leak] == "approved"
