"""The crosswalk as files: taken in once, folded by the journal, given back as it was, refused with the row."""

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from recon.crosswalk.entries import CrosswalkEntry, current, read_entries, record
from recon.crosswalk.exchange import export_file, import_file, take_in
from recon.errors import ReconError
from tests.crosswalk.kit import catalog, entry, journal, taken_in

ACCOUNTS = "source,account,account_name,client,effective_from,effective_to,status,reason\n"
ITEMS = "source,item,item_name,service,factor,effective_from,effective_to,status,reason\n"
HOSTILE = [
    "=cmd|'/c calc'!A0",
    "'; DROP TABLE lines;--",
    'say "no"',
    "a,b;c|d",
    "two\nlines",
    "Café 日本",
    "+1",
    "@SUM(A1)",
    "0042",
    "1E5",
]


def texts(entries: list[CrosswalkEntry]) -> list[tuple[str, ...]]:
    return [
        (one.what, one.source, one.key, one.name, one.target, str(one.factor), one.status, one.reason)
        for one in entries
    ]


def test_files_become_entries(tmp_path: Path) -> None:
    found = taken_in(
        tmp_path,
        accounts=ACCOUNTS + "edr,17,Mill Pond,MillPond,2026-01-01,,,\nrmm,,Our own office,,,,excluded,internal\n",
        items=ITEMS + "edr,edr,,SEC-EDR,0.50,,,mapped,\n",
    )
    assert texts(found) == [
        ("account", "edr", "17", "Mill Pond", "MillPond", "1", "mapped", ""),
        ("account", "rmm", "", "Our own office", "", "1", "excluded", "internal"),
        ("item", "edr", "edr", "", "SEC-EDR", "0.50", "mapped", ""),
    ]


def test_each_content_is_taken_in_once(tmp_path: Path) -> None:
    """A file that is changed counts again; one that is only looked at again does not undo later decisions."""
    log = journal()
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS + "edr,17,,MillPond,,,,\n", "utf-8")
    assert take_in(log, tmp_path, catalog()) == 1
    record(log, [entry("account", "edr", "17", "Rideau")])
    assert take_in(log, tmp_path, catalog()) == 0
    assert [one.target for one in current(log)] == ["Rideau"]
    path.write_text(ACCOUNTS + "edr,17,,MillPond,,,,\nedr,18,,Nihon,,,,\n", "utf-8")
    assert take_in(log, tmp_path, catalog()) == 2
    assert [one.target for one in current(log)] == ["MillPond", "Nihon"]


def test_the_last_word_counts() -> None:
    """The state is a fold of the journal; nothing in it is changed, and saying the same again adds nothing."""
    log = journal()
    one, other = entry("account", "edr", "17", "MillPond"), entry("account", "edr", "17", "Rideau")
    dated = entry("account", "edr", "17", "Nihon", start="2026-11-01")
    assert [record(log, said) for said in ([one], [one], [other], [dated], [one])] == [1, 0, 1, 1, 1]
    assert current(log) == [one, dated]
    assert record(log, [entry("account", "edr", "17", "", status="removed")]) == 1
    assert current(log) == [dated]
    assert len(log.entries("crosswalk")) == 5
    assert log.verify() == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["account", "item"])
def test_round_trip(what: str, suffix: str, tmp_path: Path) -> None:
    target = {"account": "MillPond", "item": "BU-PC"}[what]
    factor = {"account": "1", "item": "0.000000000001"}[what]
    entries = [
        entry(what, "edr", text, target, factor=factor, start="2026-01-01", end="2026-12-01") for text in HOSTILE
    ]
    entries += [entry(what, "edr", "", target, name=text) for text in HOSTILE]
    entries += [entry(what, "edr", "gone", "", status="excluded", reason="=1+1")]
    log = journal()
    record(log, entries)
    path = tmp_path / f"{what}s.{suffix}"
    export_file(current(log), what, path)
    again = journal()
    assert import_file(again, path, catalog(), path.name) == len(entries)
    assert current(again) == current(log)


def test_an_export_leaves_the_other_kind_out(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    export_file([entry("account", "edr", "17", "MillPond")], "item", path)
    assert path.read_text("utf-8-sig").splitlines() == [ITEMS.strip()]


FAULTS = [
    (ACCOUNTS + "edr,17,,MilPond,,,,\n", "unknown client in f.csv row 2: 'MilPond'; did you mean 'MillPond'?"),
    (ITEMS + "\nedr,x,,BU-PX,,,,,\n", "unknown service in f.csv row 3: 'BU-PX'; did you mean 'BU-PC'?"),
    (ACCOUNTS + "edr,,,MillPond,,,,\n", "f.csv row 2: neither account nor account_name is filled."),
    (ACCOUNTS + ",17,,MillPond,,,,\n", "f.csv row 2: source is empty."),
    (ACCOUNTS + "edr,17,,,,,excluded,\n", "f.csv row 2: an exclusion needs a reason."),
    (ACCOUNTS + "edr,17,,MillPond,,,maybe,\n", "f.csv row 2: status 'maybe' is not one of mapped, excluded, removed."),
    (ACCOUNTS + "edr,17,,MillPond,31/10/2026,,,\n", "f.csv row 2: effective_from '31/10/2026' is not a date like 2026-10-31."),
    (ACCOUNTS + "edr,17,,MillPond,2026-02-01,2026-02-01,,\n", "f.csv row 2: effective_to 2026-02-01 is not after effective_from"),
    (ACCOUNTS + "edr,17,,MillPond,,,,\nedr,17,,Rideau,,,,\n", "f.csv row 3: says of the same account something else than row 2."),
    (ITEMS + "edr,x,,BU-PC,0,,,,\n", "f.csv row 2: factor 0 must be above zero."),
    (ITEMS + "edr,x,,BU-PC,NaN,,,,\n", "f.csv row 2: factor 'NaN' is not a number like 12.50"),
    (ITEMS + "edr,x,,BU-PC,1e40,,,,\n", "f.csv row 2: factor '1e40' is not a number like 12.50"),
    (ITEMS + "edr,x,,BU-PC,1_0,,,,\n", "f.csv row 2: factor '1_0' is not a number like 12.50"),
    (ITEMS + "edr,Backup, per seat,,BU-PC,1,,,mapped,sure\n", "f.csv row 2: 10 cells where the header has 9."),
    ("source;account;client\n", "f.csv: has the unknown column 'source;account;client'; its columns are source, account,"),
    ("source,item,item_name,servcie\n", "f.csv: has the unknown column 'servcie'; its columns are source, item, item_name, service,"),
    ("source,account,account\n", "f.csv: has the column 'account' twice."),
    (b"source,account,account_name\n1,2,caf\xe9\n", "f.csv: is not UTF-8 text (byte 35); save it as CSV UTF-8."),
    (b"PK\x03\x04 no workbook", "f.csv: is not a workbook that can be read ("),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[case[1][:50] for case in FAULTS])
def test_a_fault_takes_nothing_in(text: str | bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    log = journal()
    with pytest.raises(ReconError) as fault:
        import_file(log, path, catalog(), "f.csv")
    assert str(fault.value).startswith(message)
    assert "\n" not in str(fault.value)
    assert current(log) == []


def test_a_spreadsheet_may_have_numbers_and_dates(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "items.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Source", "Item", "Service", "Factor", "effective_from"])
    sheet.write_row(1, 0, ["edr", 17, "BU-PC", 0.5])
    sheet.write_datetime(1, 4, dt.datetime(2026, 10, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    (one,) = read_entries(tmp_path / "items.xlsx", "items.xlsx", catalog())
    assert (one.key, str(one.factor), str(one.effective_from)) == ("17", "0.5", "2026-10-01")
