"""General entries proposed from confirmed ones: when, and what the test on past cycles says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import recon
from recon.crosswalk.entries import current
from recon.crosswalk.suggest.proposals import Proposal, proposals
from tests.worlds import CYCLE, World, ask, table

CATALOG = {
    "clients.csv": table("""
        client | name
        ACME   | Acme Dental
    """),
    "services.csv": table("""
        service | name
        EDR     | Endpoint
        AV      | Antivirus
    """),
}
LINES = {
    # one item name in four sources; `promised` has it in two cycles
    CYCLE: {
        "delivered.csv": table("""
            Client | SKU | Description   | Quantity
            ACME   | d-1 | Agent, server | 3
        """),
        "counted.csv": table("""
            Client | SKU | Description   | Quantity
            ACME   | c-1 | agent  SERVER | 3
        """),
        "charged.csv": table("""
            Client | SKU | Description   | Quantity | Amount
            ACME   | v-1 | Agent (server) | 3       | 6
        """),
        "promised.csv": table("""
            Client | SKU | Description   | Quantity
            ACME   | p-1 | Agent server  | 3
        """),
    },
    "2026-09": {
        "promised.csv": table("""
            Client | SKU | Description   | Quantity
            ACME   | p-1 | Agent server  | 2
        """)
    },
}
CASES = [
    # entries: source, item, service; then (service, sources, would map, agree, contradict) of what is proposed
    ("one source is not enough", "delivered d-1 EDR", None),
    ("two agree", "delivered d-1 EDR, counted c-1 EDR", ("EDR", ["counted", "delivered"], 3, 2, 0)),
    ("two agree, one says other", "delivered d-1 EDR, counted c-1 EDR, promised p-1 AV", ("EDR", ["counted", "delivered"], 1, 2, 2)),
    ("two against two", "delivered d-1 EDR, counted c-1 EDR, promised p-1 AV, charged v-1 AV", None),
    ("all agree", "delivered d-1 EDR, counted c-1 EDR, promised p-1 EDR, charged v-1 EDR",
     ("EDR", ["charged", "counted", "delivered", "promised"], 0, 5, 0)),
    ("the factor differs", "delivered d-1 EDR, counted c-1 EDR*2", None),
]  # fmt: skip


def books(root: Path, entries: str) -> Path:
    rows = []
    for source, item, target in (one.split() for one in entries.split(", ")):
        service, _, factor = target.partition("*")
        rows.append({"source": source, "item": item, "service": service, "factor": factor})
    return World(CATALOG, LINES, {"items.csv": rows}).write(root)


def proposed(folder: Path) -> list[Proposal]:
    ws = recon.open(folder)
    return proposals((ws.reconcile(cycle).result.engine for cycle in ws.cycles), ws.journal)


@pytest.mark.parametrize(("case", "entries", "expected"), CASES, ids=[case[0] for case in CASES])
def test_proposal(tmp_path: Path, case: str, entries: str, expected: tuple[object, ...] | None) -> None:
    found = proposed(books(tmp_path / "books", entries))
    seen = [(one.service, one.sources, one.mapping, one.agreeing, one.contradicting) for one in found]
    assert seen == ([expected] if expected else [])


def test_taken_over_by_import_it_maps_and_is_proposed_no_more(tmp_path: Path) -> None:
    folder = books(tmp_path / "books", "delivered d-1 EDR, counted c-1 EDR")
    before = len(current(recon.open(folder).journal))
    done = ask("map", "propose", "--file", "proposed.csv", cwd=folder)
    assert "1 entries in proposed.csv" in done.stdout, done.stderr
    assert len(current(recon.open(folder).journal)) == before
    assert "1 new entries" in ask("map", "import", "proposed.csv", cwd=folder).stdout
    assert set(recon.open(folder).reconcile(CYCLE).lines["service"]) == {"EDR"}
    assert proposed(folder) == []


def test_what_is_contradicted_is_not_written(tmp_path: Path) -> None:
    folder = books(tmp_path / "books", "delivered d-1 EDR, counted c-1 EDR, promised p-1 AV")
    assert "0 entries in proposed.csv" in ask("map", "propose", "--file", "proposed.csv", cwd=folder).stdout
