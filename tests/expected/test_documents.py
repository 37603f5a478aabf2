"""Documents that name documents: where a name leads, chains, circles; and what a cycle's lines become of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import recon
from recon.engine import Engine
from recon.expected.documents import REFERENCES, REPLACEMENTS, Link, leads_to, put
from recon.period import Cycle
from tests.test_conservation import records
from tests.worlds import CONFIG, World, table

OCTOBER = Cycle(2026, 10)
CATALOG = {
    "clients.csv": table("client | name | currency\nACME | Acme Dental | USD"),
    "services.csv": table("service | name | usage\nLAB | Support | none"),
}


def link(text: str) -> Link:
    """`2026-10 B>A`: in October, B replaces A; `B~A`: B is a credit for A."""
    cycle, named = text.split()
    credit = "~" in named
    document, replaces = named.replace("~", ">").split(">")
    return Link(Cycle.parse(cycle), "psa", document, replaces, credit)


def holders(text: str) -> dict[tuple[str, str], set[Cycle]]:
    """`A 2026-09 2026-10; B 2026-10`: which cycles hold which document."""
    parts = [part.split() for part in text.split(";") if part.strip()]
    return {("psa", name): {Cycle.parse(one) for one in cycles} for name, *cycles in parts}


def replaced(links: str, held: str, cycle: Cycle = OCTOBER) -> tuple[dict[str, str], set[str]]:
    engine = Engine(threads=1)
    circular = put(engine, cycle, [link(one) for one in links.split(", ")], holders(held))
    return dict(engine.rows(f"SELECT document, successor FROM {REPLACEMENTS} ORDER BY ALL")), circular


@pytest.mark.parametrize(
    ("links", "held", "expected"),
    [
        ("2026-10 B>A", "A 2026-10; B 2026-10", {"A": "B"}),
        ("2026-10 B>A, 2026-10 C>B", "A 2026-10; B 2026-10; C 2026-10", {"A": "C", "B": "C"}),
        ("2026-10 B>A, 2026-11 C>B", "A 2026-10; B 2026-10; C 2026-11", {"A": "C", "B": "C"}),
        ("2026-10 B>A", "B 2026-10", {}),  # A is nowhere
        ("2026-10 B~A", "A 2026-10; B 2026-10", {}),  # a credit replaces nothing
        ("2026-11 B>A", "A 2026-10 2026-11; B 2026-11", {}),  # November has an A of its own
        ("2026-11 B>A", "A 2026-09 2026-10; B 2026-11", {"A": "B"}),  # the latest before
        ("2026-09 B>A", "A 2026-10; B 2026-09", {}),  # nothing replaces what comes later
        ("2026-10 B>A, 2026-10 C>A", "A 2026-10; B 2026-10; C 2026-10", {"A": "B"}),
    ],
)
def test_what_is_replaced(links: str, held: str, expected: dict[str, str]) -> None:
    assert replaced(links, held) == (expected, set())


@pytest.mark.parametrize(
    ("links", "held", "expected", "circular"),
    [
        ("2026-10 A>B, 2026-10 B>A", "A 2026-10; B 2026-10", {}, {"A", "B"}),
        ("2026-10 B>A, 2026-10 C>B, 2026-10 A>C", "A 2026-10; B 2026-10; C 2026-10", {}, {"A", "B", "C"}),
        # Z was replaced by A, which stands in a circle: Z is out, the circle counts.
        ("2026-10 A>Z, 2026-10 B>A, 2026-10 A>B", "Z 2026-10; A 2026-10; B 2026-10", {"Z": "A"}, {"A", "B"}),
    ],
)
def test_a_circle_ends(links: str, held: str, expected: dict[str, str], circular: set[str]) -> None:
    assert replaced(links, held) == (expected, circular)


def test_the_order_of_the_links_decides_nothing() -> None:
    links = ["2026-10 B>A", "2026-10 C>A", "2026-10 D>C", "2026-11 E>B"]
    held = "A 2026-10; B 2026-10; C 2026-10; D 2026-10; E 2026-11"
    assert replaced(", ".join(reversed(links)), held) == replaced(", ".join(links), held)


def test_a_reference_leads_to_the_month_of_its_document() -> None:
    engine = Engine(threads=1)
    put(engine, OCTOBER, [link("2026-10 C~A"), link("2026-10 D~B")], holders("A 2026-08; B 2026-10"))
    assert [(row[1], str(row[2]), str(row[3])) for row in engine.rows(f"SELECT * FROM {REFERENCES}")] == [
        ("A", "2026-08-01", "2026-09-01")
    ]


def test_a_document_of_another_source_is_another_document() -> None:
    assert leads_to(link("2026-10 B>A"), {("quickbooks", "A"): {OCTOBER}}) is None


def world(billed: str, cycle: str = "2026-10") -> World:
    promised = table("Client | Item | Quantity | Price\nACME | LAB | 10 | 5.00")
    return World(CATALOG, {cycle: {"promised.csv": promised, "billed.csv": table(billed)}}, config=CONFIG)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("I-1 | I-0", "the document I-0 is in no inbox: nothing is taken out for it"),
        ("I-1 | I-2\nACME | LAB | 10 | 5.00 | I-2 | I-1", "replace each other: both count"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_row(rows: str, message: str, tmp_path: Path) -> None:
    billed = f"Client | Item | Quantity | Price | Document | Replaces\nACME | LAB | 10 | 5.00 | {rows}"
    rec = recon.open(world(billed).write(tmp_path / "world")).reconcile("2026-10")
    found = [one for one in records(rec.problems) if message in one["message"]]
    assert [(one["severity"], one["file"], one["column"]) for one in found][:1] == [
        ("warning", "billed.csv", "replaces")
    ]
    assert found[0]["row"] == 2


def test_an_empty_neighbour_is_no_obstacle(tmp_path: Path) -> None:
    root = world("Client | Item | Quantity | Price\nACME | LAB | 10 | 5.00").write(tmp_path / "world")
    (root / "inbox" / "2026-11").mkdir()
    assert recon.open(root).reconcile("2026-10").found == []
