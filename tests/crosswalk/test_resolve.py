"""Accounts to clients and items to services: reviewed entries first, then equal names, and nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.crosswalk.entries import CrosswalkEntry
from recon.period import Cycle
from tests.crosswalk.kit import entry, mapped

LINE = {"account": "17", "account_name": "Pond, Mill", "item": "edr", "item_name": "EDR agent"}
ITEM = entry("item", "edr", "edr", "SEC-EDR")

ACCOUNTS = [
    # what the crosswalk says of the account; the client that follows, or the mapping and its reason
    ("an id of the source", [entry("account", "edr", "17", "MillPond")], "MillPond"),
    ("an id of every source", [entry("account", "", "17", "MillPond")], "MillPond"),
    ("an id of another source", [entry("account", "rmm", "17", "MillPond")], ("unmapped_account", "")),
    ("the source's own id before every source's",
     [entry("account", "edr", "17", "MillPond"), entry("account", "", "17", "Rideau")], "MillPond"),
    ("a name", [entry("account", "edr", "", "MillPond", name="pond mill")], "MillPond"),
    ("an id before a name",
     [entry("account", "", "17", "MillPond"), entry("account", "edr", "", "Rideau", name="Pond, Mill")], "MillPond"),
    ("a name of the source before one of every source",
     [entry("account", "edr", "", "MillPond", name="Pond, Mill"), entry("account", "", "", "Rideau", name="Pond, Mill")], "MillPond"),
    ("two ids that disagree",
     [entry("account", "edr", "17", "MillPond", start="2026-01-01"), entry("account", "edr", "17", "Rideau")],
     ("unmapped_account", "2 entries fit equally well")),
    ("two ids that agree",
     [entry("account", "edr", "17", "MillPond", start="2026-01-01"), entry("account", "edr", "17", "MillPond")], "MillPond"),
    ("two names that are one when folded",
     [entry("account", "edr", "", "MillPond", name="Pond, Mill"), entry("account", "edr", "", "Rideau", name="POND MILL!")],
     ("unmapped_account", "2 entries fit equally well")),
    ("excluded", [entry("account", "edr", "17", "", status="excluded", reason="our own")], ("excluded", "our own")),
    ("an id is compared as it is written", [entry("account", "edr", "017", "MillPond")], ("unmapped_account", "")),
    ("nothing", [], ("unmapped_account", "")),
]  # fmt: skip


@pytest.mark.parametrize(("case", "entries", "outcome"), ACCOUNTS, ids=[case[0] for case in ACCOUNTS])
def test_account(case: str, entries: list[CrosswalkEntry], outcome: str | tuple[str, str]) -> None:
    (line,) = mapped([LINE], [ITEM, *entries])
    if isinstance(outcome, str):
        assert (line["client"], line["service"], line["mapping"]) == (outcome, "SEC-EDR", "mapped")
    else:
        assert (line["client"], line["service"]) == (None, None)
        assert (line["mapping"], line["mapping_reason"]) == outcome


AUTOMATIC = [
    # account, account_name → client, mapping
    ("millpond", "", "MillPond", "automatic"),  # the client's code, case aside
    ("17", "MILL POND – DENTAL", "MillPond", "automatic"),  # its name, marks aside
    ("17", "Cafe\u0301 Ombre lte\u0301e", "CafeOmbre", "automatic"),  # the same letters, composed in another way
    ("17", "Cafe Ombre ltee", None, "unmapped_account"),  # other letters
    ("17", "日本商事", "Nihon", "automatic"),
    ("17", "RIDEAU ET FILS", None, "unmapped_account"),  # alike is not equal
    ("17", "Rideau & Fils ", "Rideau", "automatic"),
    ("MillPond", "Rideau & Fils", None, "unmapped_account"),  # code and name contradict each other
    ("—", "!!!", None, "unmapped_account"),  # nothing is left to compare
    ("", "Mill Pond Dental", "MillPond", "automatic"),
]


@pytest.mark.parametrize(("account", "name", "client", "mapping"), AUTOMATIC)
def test_equal_names_map_themselves(account: str, name: str, client: str | None, mapping: str) -> None:
    (line,) = mapped([{**LINE, "account": account, "account_name": name, "item": "SEC-EDR"}], [])
    assert (line["client"], line["mapping"]) == (client, mapping)


ITEMS = [
    # item, item_name, entries → service, factor, mapping
    ("edr", "EDR agent", [entry("item", "edr", "edr", "SEC-EDR", factor="0.5")], "SEC-EDR", "0.5", "mapped"),
    ("edr", "EDR agent", [entry("item", "", "", "SEC-EDR", name="edr-AGENT", factor="12")], "SEC-EDR", "12", "mapped"),
    ("x", "Business  premium", [], "M365-BP", "1", "automatic"),
    ("bu pc", "", [], "BU-PC", "1", "automatic"),
    ("BU-PC", "Business Premium", [], None, "1", "unmapped_service"),
    ("BU-PC", "", [entry("item", "", "BU-PC", "M365-BP")], "M365-BP", "1", "mapped"),  # a reviewed entry before an equal name
    ("edr", "", [entry("item", "", "edr", "SEC-EDR"), entry("item", "", "edr", "SEC-EDR", factor="2", start="2026-01-01")],
     None, "1", "unmapped_service"),
    ("edr", "", [entry("item", "edr", "edr", "", status="excluded", reason="not resold")], None, "1", "excluded"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "name", "entries", "service", "factor", "mapping"), ITEMS)
def test_item(
    item: str, name: str, entries: list[CrosswalkEntry], service: str | None, factor: str, mapping: str
) -> None:
    (line,) = mapped([{"account": "MillPond", "item": item, "item_name": name}], entries)
    assert (line["service"], line["factor"], line["mapping"]) == (service, Decimal(factor), mapping)
    assert line["client"] == (None if mapping == "excluded" else "MillPond")


DATES = [
    # effective from, to; in force on the last day of October?
    ("", "", True), ("2026-10-31", "", True), ("2026-11-01", "", False), ("", "2026-10-31", False), ("", "2026-11-01", True),
    ("2026-01-01", "2026-10-15", False),
]  # fmt: skip


@pytest.mark.parametrize(("start", "end", "holds"), DATES)
def test_effective_dates(start: str, end: str, holds: bool) -> None:
    entries = [ITEM, entry("account", "edr", "17", "MillPond", start=start, end=end)]
    assert mapped([LINE], entries)[0]["client"] == ("MillPond" if holds else None)


def test_an_account_changes_hands() -> None:
    entries = [
        ITEM,
        entry("account", "edr", "17", "MillPond", end="2026-11-01"),
        entry("account", "edr", "17", "Rideau", start="2026-11-01"),
    ]
    clients = [mapped([LINE], entries, Cycle(2026, month))[0]["client"] for month in (10, 11)]
    assert clients == ["MillPond", "Rideau"]


SPECIAL = [
    ({"side": "charged", "item": "edr"}, "unattributed"),  # a vendor's charge that names nobody
    ({"side": "delivered", "item": "edr"}, "unmapped_account"),
    ({"side": "billed", "account": "MillPond", "contract": "41"}, "automatic"),  # an invoice for a whole agreement
    ({"side": "billed", "account": "MillPond"}, "unmapped_service"),
]


@pytest.mark.parametrize(("line", "mapping"), SPECIAL)
def test_lines_without_account_or_item(line: dict[str, str], mapping: str) -> None:
    assert mapped([line], [])[0]["mapping"] == mapping


HOSTILE = [
    "=cmd|'/c calc'!A0",
    "'; DROP TABLE lines;--",
    '"quoted"',
    "O'Brien & Söhne",
    "a\x1fb|c",
    "100%_",
    "日本\u202f商事",
    "\\N",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_texts(text: str) -> None:
    line = {"account": text, "account_name": text, "item": text, "item_name": text}
    entries = [entry("account", "", text, "MillPond"), entry("item", "", "", "BU-PC", name=text)]
    (found,) = mapped([line], entries)
    assert (found["client"], found["service"], found["mapping"]) == ("MillPond", "BU-PC", "mapped")


names = st.sampled_from(["17", "18", "Mill Pond", "millpond", "Rideau", "", "'", "é"])


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(names, names, names, names), min_size=1, max_size=8), st.data())
def test_order_does_not_matter(cells: list[tuple[str, str, str, str]], data: st.DataObject) -> None:
    """Neither lines nor entries: each line keeps its own outcome, and none is lost or repeated."""
    lines = [dict(zip(("account", "account_name", "item", "item_name"), row, strict=True)) for row in cells]
    clients = st.sampled_from(["MillPond", "Rideau"])
    entries = data.draw(
        st.lists(st.builds(entry, st.just("account"), st.sampled_from(["", "edr"]), names, clients, names), max_size=5)
    )
    shuffled = data.draw(st.permutations(range(len(lines))))
    first = mapped(lines, entries)
    second = mapped([lines[number] for number in shuffled], data.draw(st.permutations(entries)))
    assert [first[number] for number in shuffled] == second
