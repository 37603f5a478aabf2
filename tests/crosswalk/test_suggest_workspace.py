"""Suggestions for a workspace: their evidence, what people say of them, and what may be confirmed together."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import recon
from recon.crosswalk.entries import CrosswalkEntry, current, record
from recon.crosswalk.opinions import OPEN, REJECTED, UNSURE, Pair, opinions, record_opinion
from recon.crosswalk.suggest.bulk import confirm_seen, in_bulk
from recon.errors import ReconError
from tests.crosswalk.kit import journal
from tests.worlds import CYCLE, World, ask, table

CATALOG = {
    "clients.csv": table("""
        client | name
        HARBOR | Harbor Dental Group LLC
        MARLIN | Marlin Freight Lines Inc.
        SUMG   | Summit Legal Group LLP
        SUMP   | Summit Legal Partners LLC
    """),
    "services.csv": table("""
        service | name                           | usage
        E3      | Contoso Office 365 E3          | charged
        E5      | Contoso Office 365 E5          | charged
        EDR     | Managed endpoint detection     | delivered
        BAK     | Workstation backup             | delivered
    """),
}
PROMISED = table("""
    Client                    | Item | Quantity | Unit price
    Harbor Dental Group LLC   | EDR  | 14       | 5
    Harbor Dental Group LLC   | BAK  | 6        | 4
    Harbor Dental Group LLC   | E3   | 9        | 30
    Marlin Freight Lines Inc. | EDR  | 23       | 5
    Marlin Freight Lines Inc. | BAK  | 11       | 4
    Summit Legal Group LLP    | EDR  | 14       | 5
    Summit Legal Partners LLC | EDR  | 3        | 5
""")
DELIVERED = table("""
    Account                              | Client                   | Item                | Quantity
    7                                    | Harbor Dental Grp        | EDR                 | 14
    8                                    | Marlin Freight           | EDR                 | 23
    9                                    | Summit Legal             | EDR                 | 3
    10                                   |                          | BAK                 | 11
    10                                   |                          | EDR                 | 23
    11                                   | it@marlinlines.example.com | BAK               | 2
    12                                   | Nobody We Know           | BAK                 | 1
    13                                   | Harbor Dental Group LLC  | wks-bkup            | 6
""")  # fmt: skip
CHARGED = table("""
    Account                              | Client                    | Item         | Description                         | Quantity | Cost | Amount
    0cb2f2bb-4b6b-4c7a-ab51-b1ec89b6b762 | Unheard Of                | CFQ7TTC0LF8S | Contoso Office 365 E3 (NCE) Annual  | 4        | 20   | 80
    c-1                                  | Harbor Dental Group LLC   | CFQ7TTC0LF8R | Contoso Office 365 E3, per user     | 9        | 20   | 180
""")  # fmt: skip


@pytest.fixture
def books(tmp_path: Path) -> Path:
    inbox = {CYCLE: {"promised.csv": PROMISED, "delivered.csv": DELIVERED, "charged.csv": CHARGED}}
    return World(CATALOG, inbox).write(tmp_path / "books")


def suggested(books: Path, entries: list[CrosswalkEntry] | None = None) -> pd.DataFrame:
    ws = recon.open(books)
    record(ws.journal, entries or [])
    return ws.reconcile(CYCLE).suggestions()


def first(found: pd.DataFrame, key: str) -> dict[str, object]:
    """The first suggestion for an account or item; its name is a word of it, so the row is asked as a mapping."""
    (row,) = found[(found["key"] == key) & (found["rank"] == 1)].to_dict("records")
    return row


def mapped(what: str, source: str, key: str, target: str, name: str = "") -> CrosswalkEntry:
    return CrosswalkEntry(what, source, key, name, target, Decimal(1), None, None, "mapped", "")


FIRST = [
    # key, entries in force, the first candidate, words in its reasons
    ("7", [], "HARBOR", "abbreviation: grp = group"),
    ("7", [], "HARBOR", "the same quantity: 14 of EDR"),
    ("8", [], "MARLIN", "words in common: marlin freight"),
    ("10", [], "MARLIN", "the same quantity: 11 of BAK, 23 of EDR"),
    ("11", [mapped("account", "", "", "MARLIN", "desk@marlinlines.example.com")], "MARLIN",
     "shares the domain marlinlines.example.com"),
    ("0cb2f2bb-4b6b-4c7a-ab51-b1ec89b6b762", [mapped("account", "elsewhere", "0cb2f2bb-4b6b-4c7a-ab51-b1ec89b6b762", "SUMG")],
     "SUMG", "shares the tenant 0cb2f2bb-4b6b-4c7a-ab51-b1ec89b6b762"),
    ("8", [mapped("account", "psa", "", "SUMP", "Marlin Freight")], "SUMP", "psa calls it Marlin Freight"),
    ("wks-bkup", [], "BAK", "abbreviation: wks = workstation"),
    ("CFQ7TTC0LF8R", [mapped("item", "elsewhere", "CFQ7TTC0LF8R", "E5")], "E5", "elsewhere calls it CFQ7TTC0LF8R"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "entries", "candidate", "reason"), FIRST)
def test_first(books: Path, key: str, entries: list[CrosswalkEntry], candidate: str, reason: str) -> None:
    row = first(suggested(books, entries), key)
    assert row["candidate"] == candidate, row
    assert reason in str(row["reasons"])


def test_frame(books: Path) -> None:
    found = suggested(books)
    assert list(found.columns) == ["what", "source", "key", "name", "rank", "candidate", "candidate_name", "score",
                                   "margin", "reasons", "status"]  # fmt: skip
    assert found["score"].between(0, 1).all()
    assert set(found["status"]) == {OPEN}
    summit = found[found["key"] == "9"].set_index("candidate")
    assert summit["margin"][summit["rank"] == 1].iloc[0] == abs(summit["score"]["SUMG"] - summit["score"]["SUMP"])
    assert summit["candidate_name"]["SUMG"] == "Summit Legal Group LLP"


def test_quantities_of_the_cycles_before_count_too(books: Path) -> None:
    alone = first(suggested(books), "10")
    earlier = {"2026-09": {"promised.csv": PROMISED, "delivered.csv": DELIVERED}}
    World(CATALOG, earlier).write(books.parent / "earlier")
    (books.parent / "earlier" / "inbox" / "2026-09").rename(books / "inbox" / "2026-09")
    both = first(suggested(books), "10")
    assert (alone["candidate"], both["candidate"]) == ("MARLIN", "MARLIN")
    assert both["score"] > alone["score"]


def test_unmapped_shows_a_good_first_suggestion_only(books: Path) -> None:
    rec = recon.open(books).reconcile(CYCLE)
    shown = dict(zip(rec.unmapped["key"], rec.unmapped["suggestion"], strict=True))
    assert (shown["7"], shown["12"]) == ("HARBOR", "")


def test_rejected_never_returns_for_that_account_and_unsure_is_shown(books: Path) -> None:
    ws = recon.open(books)
    rec = ws.reconcile(CYCLE)
    record_opinion(ws.journal, Pair("account", "delivered", "7", "HARBOR"), REJECTED)
    record_opinion(ws.journal, Pair("account", "delivered", "8", "MARLIN"), UNSURE)
    for found in (rec.suggestions(), recon.open(books).reconcile(CYCLE).suggestions(top=99)):
        assert "HARBOR" not in set(found[found["key"] == "7"]["candidate"])
        assert first(found, "8")["status"] == UNSURE
    assert "HARBOR" not in set(rec.unmapped[rec.unmapped["key"] == "7"]["suggestion"])


def test_what_was_confirmed_is_suggested_no_more(books: Path) -> None:
    ws = recon.open(books)
    rec = ws.reconcile(CYCLE)
    assert "7" in set(rec.suggestions()["key"])
    record(ws.journal, [mapped("account", "delivered", "7", "HARBOR")])
    assert "7" not in set(rec.suggestions()["key"])


OPINIONS = [
    # what is said one after the other, what stands, how many were written
    ([REJECTED], REJECTED, 1),
    ([REJECTED, REJECTED], REJECTED, 1),
    ([UNSURE, REJECTED], REJECTED, 2),
    ([REJECTED, OPEN], None, 2),
    ([OPEN], None, 0),
]


@pytest.mark.parametrize(("said", "stands", "written"), OPINIONS)
def test_opinions(said: list[str], stands: str | None, written: int) -> None:
    log, pair = journal(), Pair("account", "edr", "17", "MillPond")
    assert sum(record_opinion(log, pair, opinion) for opinion in said) == written
    assert opinions(log).get(pair) == stands
    assert opinions(log).get(Pair("account", "backup", "17", "MillPond")) is None
    with pytest.raises(ReconError, match="opinion"):
        record_opinion(log, pair, "maybe")


def candidates(**changed: object) -> pd.DataFrame:
    row = {"what": "account", "source": "edr", "key": "17", "rank": 1, "candidate": "MillPond",
           "score": Decimal("0.985"), "margin": Decimal("0.400"), "status": OPEN}  # fmt: skip
    return pd.DataFrame([row | changed])


NOT_IN_BULK = [{"score": Decimal("0.899")}, {"margin": Decimal("0.099")}, {"status": UNSURE}, {"rank": 2}]


@pytest.mark.parametrize("changed", NOT_IN_BULK, ids=str)
def test_not_for_bulk(changed: dict[str, object]) -> None:
    assert len(in_bulk(candidates())) == 1
    assert len(in_bulk(candidates(**changed))) == 0
    log = journal()
    with pytest.raises(ReconError, match="0 of the suggestions"):
        confirm_seen(log, candidates(**changed), 1)
    assert current(log) == []


def test_bulk_writes_ordinary_entries_once() -> None:
    log = journal()
    assert [confirm_seen(log, candidates(), 1) for _ in range(2)] == [1, 0]
    (entry,) = current(log)
    assert (entry.what, entry.source, entry.key, entry.target, entry.status) == (
        "account",
        "edr",
        "17",
        "MillPond",
        "mapped",
    )
    assert entry.reason == "suggested with 0.985, confirmed with others"


# ------------------------------------------------------------------------------------------------ command line


def test_suggest_lists_and_maps_nothing(books: Path) -> None:
    done = ask("map", "suggest", CYCLE, "--what", "account", cwd=books)
    assert done.returncode == 0, done.stderr
    assert "Harbor Dental Grp" in done.stdout and "1 starred" in done.stdout
    assert "wks-bkup" not in done.stdout
    assert current(recon.open(books).journal) == []


def test_confirm_together_takes_exactly_what_was_seen(books: Path) -> None:
    listed = ask("map", "suggest", CYCLE, "--min-score", "0.95", cwd=books)
    assert "2 starred" in listed.stdout, listed.stdout
    for number, score, fault in (
        ("1", "0.95", "not 1"),
        ("3", "0.95", "not 3"),
        ("2", "0.5", "--min-score 0.900"),
        ("2", "x", "--min-score"),
    ):
        done = ask("map", "suggest", CYCLE, "--min-score", score, "--confirm", number, cwd=books)
        assert (done.returncode, fault in done.stderr) == (2, True), done.stderr
        assert current(recon.open(books).journal) == []
    done = ask("map", "suggest", CYCLE, "--min-score", "0.95", "--confirm", "2", cwd=books)
    assert "2 entries written" in done.stdout, done.stderr
    written = {(one.what, one.key, one.target) for one in current(recon.open(books).journal)}
    assert written == {("account", "7", "HARBOR"), ("item", "wks-bkup", "BAK")}


def test_reject_unsure_reopen(books: Path) -> None:
    def listed() -> str:
        return ask("map", "suggest", CYCLE, "--min-score", "0.9", "--what", "account", cwd=books).stdout

    assert "HARBOR" in listed()
    assert "written" in ask("map", "reject", "account", "delivered", "7", "HARBOR", cwd=books).stdout
    assert "HARBOR" not in listed()
    assert "was there already" in ask("map", "reject", "account", "delivered", "7", "HARBOR", cwd=books).stdout
    ask("map", "reopen", "account", "delivered", "7", "HARBOR", cwd=books)
    ask("map", "unsure", "account", "delivered", "7", "HARBOR", cwd=books)
    assert "HARBOR" in listed() and "unsure" in listed()
    assert "0 starred" in listed()


WRONG = [
    (["reject", "account", "delivered", "7", "HARBOUR"], "did you mean 'HARBOR'"),
    (["unsure", "client", "delivered", "7", "HARBOR"], "unknown word"),
    (["suggest", CYCLE, "--what", "service"], "unknown word"),
    (["suggest", CYCLE, "--min-score", "95"], "from 0 to 1"),
    (["suggest", CYCLE, "--top", "0"], "top=0"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "fault"), WRONG, ids=[" ".join(one[0]) for one in WRONG])
def test_mistakes(books: Path, words: list[str], fault: str) -> None:
    done = ask("map", *words, cwd=books)
    assert (done.returncode, fault in done.stderr) == (2, True), done.stderr
