"""What no rule may accept: shown, joined by a person, taken apart again, through the installed words."""

from decimal import Decimal
from pathlib import Path

import pytest

import recon
from recon.audit import fingerprint
from tests.worlds import World, ask, table

CATALOG = {
    "clients.csv": table("client | name\nacme | Acme\nbirch | Birch"),
    "services.csv": table("service | name | usage\nAV | Antivirus | none\nEDR | Detection | none"),
}
OCTOBER = {
    "promised.csv": table("""
        Account | Item | Contract | Quantity | Price
        acme    | AV   | A-1      | 10       | 6.00
    """),
    "billed.csv": table("""
        Account | Item | Document | Quantity | Price
        acme    | EDR  | I-7      | 10       | 6.00
    """),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return World(CATALOG, {"2026-10": OCTOBER}).write(tmp_path / "world")


def state(folder: Path) -> tuple[list[tuple[str, Decimal]], list[tuple[str, str]]]:
    rec = recon.open(folder).reconcile("2026-10")
    matches = rec.matches[rec.matches["leg"] == "promised_billed"]
    return (
        sorted((one.kind, one.impact) for one in rec.found),
        sorted(matches[["rule", "status"]].itertuples(index=False, name=None)),
    )


def test_join_and_part(folder: Path) -> None:
    before = state(folder)
    seen = [fingerprint(recon.open(folder).reconcile("2026-10"))]
    assert before == (
        [("invoiced_without_agreement", Decimal("60.00")), ("not_invoiced", Decimal("-60.00"))],
        [("scored", "suggested")],
    )
    rec = recon.open(folder).reconcile("2026-10")
    (proposed,) = rec.matches.loc[rec.matches["status"] == "suggested", "match_id"]
    shown = ask("match", "show", "2026-10", cwd=folder)
    assert "the same amount, quantity and unit price" in shown.stdout
    assert proposed in shown.stdout

    assert ask("match", "join", "2026-10", proposed, "--note", "renamed", cwd=folder).stdout == "joined\n"
    assert state(folder) == ([], [("exact", "matched")])
    rec = recon.open(folder).reconcile("2026-10")
    seen.append(fingerprint(rec))
    (joined,) = rec.matches.loc[rec.matches["rule"] == "exact", "match_id"]
    assert "joined: 1" in ask("match", "show", "2026-10", cwd=folder).stdout

    assert ask("match", "part", "2026-10", joined, cwd=folder).stdout == "taken apart\n"
    assert state(folder) == before
    assert rec.workspace.journal.verify() == []
    # What a person joined is one of the things that a run rests on, so its manifest and its snapshot follow it.
    assert seen[0] != seen[1]
    assert fingerprint(recon.open(folder).reconcile("2026-10")) == seen[0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("join", "2026-10", "nobody"), "is no suggested match of 2026-10"),
        (("part", "2026-10", "nobody"), "nobody joined the lines of match 'nobody'"),
    ],
)
def test_mistakes_are_one_line(folder: Path, words: tuple[str, ...], says: str) -> None:
    done = ask("match", *words, cwd=folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr
