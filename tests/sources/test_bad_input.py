"""Bad input: each fault is one clear located line, the good rows go on, nothing is lost and nothing raises."""

import gzip
import io
from pathlib import Path

import pytest
import xlsxwriter

from recon.errors import ReconError
from recon.period import Cycle
from recon.sources.profile import profiles
from recon.workspace import Folder
from tests.sources.kit import CONFIG, CYCLE, loaded, workspace

PAX8 = "company_id,company_name,type,sku,start_period,quantity,cost,cost_total\n"
GOOD = "c1,Mill Pond,subscription,S1,2026-10-01,2,3.50,7.00\n"
NCE = "CustomerId,CustomerName,SubscriptionId,ProductId,SkuId,ChargeType,EffectiveUnitPrice,BillableQuantity,UnitPrice,Subtotal,Currency\n"
GRID = "Product ID,Effective,Quantity,Price,Bill\n"
QBO = ",Date,Transaction Type,Num,Product/Service,Qty,Sales Price,Amount,Balance\nMill Pond,,,,,,,,\n"


def xlsx(*rows: list[object]) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return data.getvalue()


UNREADABLE = [
    ("empty.csv", b"", "empty.csv: is empty"),
    ("blank.csv", b" \r\n\n", "blank.csv: is empty"),
    ("nul.csv", b"a,b\n1,\x002\n", "nul.csv: is not a text file (it holds NUL bytes); export it as CSV, JSON or XLSX"),
    ("nul-bom.csv", b"\xef\xbb\xbfa,b\n1,\x002\n", "nul-bom.csv: is not a text file (it holds NUL bytes); export it as"),
    ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(9), "old.xls: is not a text file (it holds NUL bytes)"),
    ("odd.csv", b"a,b\n\xff\x81,2\n", "odd.csv: is not text in UTF-8, UTF-16 or Windows-1252 (byte 5); save it as CSV UTF-8"),
    ("cut.csv.gz", gzip.compress(PAX8.encode() * 50)[:-20], "cut.csv.gz: is a damaged gzip file ("),
    ("bad.csv.gz", gzip.compress(bytes(range(256)) * 40)[:30] + b"\xff" * 60, "bad.csv.gz: is a damaged gzip file ("),
    ("tail.csv.gz", gzip.compress(PAX8.encode()) + b"tail", "tail.csv.gz: is a damaged gzip file ("),
    ("broken.xlsx", b"PK\x03\x04 and no more", "broken.xlsx: is not a workbook that can be read ("),
    ("cut.xlsx", xlsx(["Client", "Item"])[:-200], "cut.xlsx: is not a workbook that can be read ("),
    ("void.xlsx", xlsx(), "void.xlsx: fits no profile, nor half of one; name it under sources: in recon.yaml"),
    ("broken.json", b'[\n {"id": 1},\n {"id": 2,}\n]', "broken.json: is not valid JSON (line 3 column "),
    ("lines.json", b'{"id": 1}\n{"id": \n', "lines.json: is not valid JSON (line 2 column "),
    ("none.json", b'{"totalCount": 0, "items": []}', "none.json: holds no list of records"),
    ("values.json", b"[1, 2, 3]", "values.json: holds no list of records"),
    ("deep.json", b"[" * 100_000, "deep.json: is JSON nested too deeply to be an export"),
    ("deep2.json", b'[{"a":' * 3 + b'{"a":' * 900 + b"1" + b"}" * 900, "deep2.json: is "),
    ("other.csv", b"alpha,beta\n1,2\n", "other.csv: fits no profile, nor half of one; name it under sources:"),
    ("short.csv", PAX8.replace(",cost_total", "").encode(),
     "short.csv: fits no profile; nearest is pax8_invoice_items, which lacks the column 'cost_total'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), UNREADABLE, ids=[case[0] for case in UNREADABLE])
def test_file_that_cannot_be_read(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    """It is one fault of the whole file; the file beside it is loaded."""
    result = loaded(tmp_path, {name: content, "good.csv": PAX8 + GOOD})
    ((severity, file, row, *_, text),) = result.problems
    assert (severity, file, row) == ("error", name, 0)
    assert text.startswith(message)
    assert "\n" not in text
    assert [line["file"] for line in result.lines] == ["good.csv"]


# file name, content, and (row, column, value, message) of the one problem that it has
ROWS = [
    ("amount.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,2,3.50,seven\n",
     (3, "cost_total", "seven", "cost_total is not a number")),
    ("group.csv", PAX8 + GOOD + 'c1,Mill Pond,subscription,S1,2026-10-01,2,3.50,"1,23"\n',
     (3, "cost_total", "1,23", "cost_total is not a number")),
    ("digits.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,2,3.50,7.0000000000001\n",
     (3, "cost_total", "7.0000000000001", "cost_total has more than 12 decimals")),
    ("large.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,99999999999999999999999999999,3.50,7\n",
     (3, "quantity", "99999999999999999999999999999", "quantity is too large")),
    ("product.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,99999999999,99999999999,7\n",
     (3, "cost", "99999999999", "cost is too large")),
    ("date.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-02-30,2,3.50,7\n",
     (3, "start_period", "2026-02-30", "start_period is not a date (ISO or M/D/YYYY)")),
    ("us-date.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2/30/2026,2,3.50,7\n",
     (3, "start_period", "2/30/2026", "start_period is not a date (ISO or M/D/YYYY)")),
    ("kind.csv", PAX8 + GOOD + "c1,Mill Pond,bonus,S1,2026-10-01,2,3.50,7\n",
     (3, "type", "bonus", "type is not one of subscription, prorate, one-time, rebate, service-credit, invoice-credit, "
      "payment-credit, service-charge")),
    ("no-kind.csv", PAX8 + GOOD + "c1,Mill Pond,,S1,2026-10-01,2,3.50,7\n", (3, "type", "", "type is empty")),
    ("empty.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,N/A,3.50,7\n",
     (3, "quantity", "", "quantity is empty")),
    ("long.csv", PAX8 + GOOD + "c1,Mill Pond, Inc,subscription,S1,2026-10-01,2,3.50,7\n",
     (3, "", "c1 | Mill Pond |  Inc | subscription | S1 | 2026-10-01 | 2 | 3.50 | 7", "9 cells where the header has 8")),
    ("cut.csv", PAX8 + GOOD + "c1,Mill Pond,subscription,S1,2026-10-01,2,3.50\n",
     (3, "cost_total", "", "cost_total is empty")),
    ("quote.csv", PAX8 + GOOD + 'c1,"Mill Pond,subscription,S1,2026-10-01,2,3.50,7\n' + GOOD,
     (3, "", 'c1,"Mill Pond,subscription,S1,2026-10-01,2,3.50,7', "a quotation mark in this row is never closed")),
    ("sign.csv", NCE + "c,M,s,P,1,new,4,2,4,8,USD\nc,M,s,P,1,new,four,2,4,8,USD\n",
     (3, "EffectiveUnitPrice", "four", "EffectiveUnitPrice is not a number")),
    ("no-sign.csv", NCE + "c,M,s,P,1,new,4,2,4,8,USD\nc,M,s,P,1,new,,2,4,8,USD\n",
     (3, "EffectiveUnitPrice", "", "EffectiveUnitPrice is empty")),
    ("truncated.csv", NCE + "c,M,s,P,1,new,9.408,12,9.408,112.80,USD\nc,M,s,P,1,new,9.408,12,9.408,112.76,USD\n",
     (3, "Subtotal", "112.76", "Subtotal is 112.76 but EffectiveUnitPrice × BillableQuantity is 112.8960")),
    ("Additions - Mill Pond - Managed.csv", GRID + "A,1/2/2026,1,$5.00,Billable\nB,1/2/2026,1,five,Billable\n",
     (3, "Price", "five", "Price is not a number")),
    ("Additions.csv", GRID + "A,1/2/2026,1,$5.00,Billable\n", (2, "account_name", "", "account_name is empty")),
    ("total.csv", QBO + ",10/02/2026,Invoice,1,Seat,1,5.00,5.00,5.00\nTotal for Mill Pond,,,,,,,5.01,\nTOTAL,,,,,,,5.00,\n",
     (4, "Amount", "5.01", "Total for Mill Pond: the report states 5.01, its rows add up to 5.00")),
    ("stray.json", '[{"id": 1, "organizationId": 2, "nodeClass": "MAC", "approvalStatus": "APPROVED"}, "next"]',
     (2, "", '"next"', "a single value where a record should be")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "problem"), ROWS, ids=[case[0] for case in ROWS])
def test_row_with_a_fault(name: str, content: str, problem: tuple[int, str, str, str], tmp_path: Path) -> None:
    result = loaded(tmp_path, {name: content})
    ((severity, file, *located),) = result.problems
    assert file == name
    assert tuple(located) == problem
    kept_out = severity == "error" and not located[-1].startswith("Total for")
    assert result.files[name].rejected == kept_out
    assert (severity == "warning") == name.startswith("truncated")


def test_rejected_money_is_totalled(tmp_path: Path) -> None:
    rows = "c1,M,bonus,S1,2026-10-01,2,3.5,7.10\nc1,M,subscription,S1,2026-13-01,2,3.5,-1.05\n"
    report = loaded(tmp_path, {"bill.csv": PAX8 + GOOD + rows}).files["bill.csv"]
    assert (str(report.amount), str(report.rejected_amount)) == ("7.000000000000", "6.050000000000")


def test_workbook_with_a_fault(tmp_path: Path) -> None:
    config = CONFIG + 'sources: {rmm: {profile: generic_table, side: charged, files: "*.xlsx"}}\n'
    rows = [
        ["RMM bill"],
        ["Client", "Item", "Qty", "Amount"],
        ["Mill Pond", "A", 2, 0.1 + 0.2],
        ["Café", "A", "two", 5],
    ]
    result = loaded(tmp_path, {"rmm.xlsx": xlsx(*rows)}, config)
    assert [problem[2:] for problem in result.problems] == [(4, "Qty", "two", "Qty is not a number")]
    assert [(line["row"], line["quantity"], line["amount"]) for line in result.lines] == [("3", "2", "0.3")]


def test_blank_rows_are_gaps(tmp_path: Path) -> None:
    """Whether the strict or the tolerant reader takes the file, the rows and their numbers are the same."""
    clean = loaded(tmp_path / "a", {"a.csv": PAX8 + GOOD + ",,,,,,,\n" + GOOD})
    ragged = loaded(tmp_path / "b", {"a.csv": PAX8 + GOOD + "\n" + GOOD})
    assert clean.problems == ragged.problems == []
    assert [line["row"] for line in clean.lines] == [line["row"] for line in ragged.lines] == ["2", "4"]


CONFIGS = [
    ("name: X\nnmae: Y\n", "recon.yaml line 2: nmae is not a known key; allowed here: currency, memory_limit, name,"),
    (
        "name: X\nsources:\n  a: {profile: focus, flies: x}\n",
        "recon.yaml line 3: sources.a.flies is not a known key; allowed",
    ),
    (
        "name: X\npolicy:\n  tolerance: high\n",
        "recon.yaml line 3: policy.tolerance input should be a valid decimal, found 'h",
    ),
    (
        "name: X\nsources:\n  a: {profile: focus, side: up}\n",
        "recon.yaml line 3: sources.a.side input should be 'delivered',",
    ),
    ("name: X\nsources: [focus]\n", "recon.yaml line 2: sources should be keys and their values, found"),
    ("name: X\ncurrency: usd\n", "recon.yaml line 2: currency string should match pattern"),
    ("name: X\nname: Y\n", "recon.yaml line 2: the key name is there twice"),
    ("name: 2026-02-30\n", "recon.yaml: not valid YAML (day is out of range for month)"),
    ("name: X\n\tcurrency: USD\n", "recon.yaml line 2: not valid YAML (found character '\\t'"),
    ("name: &a [*a]\n", "recon.yaml: refers to itself"),
    ("- 1\n", "recon.yaml line 1: the file should be keys and their values, found '[1]'"),
    ("", "recon.yaml line 1: name is missing"),
    (
        "name: X\nsources: {a: {profile: focsu}}\n",
        "unknown profile of source a in recon.yaml: 'focsu'; did you mean 'focus'?",
    ),
    (
        "name: X\nsources: {a: {profile: generic_table, files: '*.csv'}}\n",
        "recon.yaml: the source a needs a side: delivered,",
    ),
    (
        "name: X\nsources: {a: {profile: focus, date: DD/MM}}\n",
        "unknown date format of source a in recon.yaml: 'DD/MM'",
    ),
]


@pytest.mark.parametrize(("config", "message"), CONFIGS, ids=[case[1][:50] for case in CONFIGS])
def test_settings_with_a_fault(config: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReconError) as fault:
        loaded(tmp_path, {"good.csv": PAX8 + GOOD}, config)
    assert str(fault.value).startswith(message)
    assert "\n" not in str(fault.value)


HEAD = "profile: mine\ntitle: Mine\nside: charged\nrecognise: [A]\n"
PROFILE_FAULTS = [
    (
        HEAD + "fields:\n  amuont: A\n",
        "profiles/p.yaml line 5: fields 'amuont' is not a canonical column; those are: account,",
    ),
    (
        HEAD + "fields:\n  amount: {from: A, form: x}\n",
        "profiles/p.yaml line 6: fields.amount.form is not a known key; allowed",
    ),
    (
        HEAD + "fields:\n  amount: {from: A, value: 3}\n",
        "profiles/p.yaml line 6: fields.amount needs exactly one of from, value,",
    ),
    (
        HEAD + "fields:\n  period_start: {from: A, date: DMY}\n",
        "profiles/p.yaml line 6: fields.period_start.date date format 'DMY'",
    ),
    (
        HEAD + "fields:\n  account: {filename: '(('}\n",
        "profiles/p.yaml line 6: fields.account.filename is not a regular expression",
    ),
    (
        HEAD + "fields:\n  amount: {from: A, divide: 0}\n",
        "profiles/p.yaml line 6: fields.amount.divide input should be greater",
    ),
    (
        HEAD + "fields:\n  charge_kind: {value: sundry}\n",
        "profiles/p.yaml line 5: fields charge kind 'sundry' is not one of recurring,",
    ),
    (
        HEAD + "skip: [{column: A}]\n",
        "profiles/p.yaml line 5: skip.0 needs one of one_of, none_of, contains, before_cycle",
    ),
    (
        HEAD + "lookup: {profile: nowhere, 'on': {A: id}, as: x}\n",
        "profile mine: its lookup names the unknown profile 'nowhere'",
    ),
    ("profile: My profile\n", "profiles/p.yaml line 1: profile string should match pattern"),
]


@pytest.mark.parametrize(("text", "message"), PROFILE_FAULTS, ids=[case[1][16:60] for case in PROFILE_FAULTS])
def test_profile_with_a_fault(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReconError) as fault:
        profiles(workspace(tmp_path, {"profiles/p.yaml": text}))
    assert str(fault.value).startswith(message)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("cycle", ["2026-1", "October", "2026-13", "2026-10-01", ""])
def test_cycle_that_is_none(cycle: str) -> None:
    with pytest.raises(ReconError, match="is not a month written like 2026-10"):
        Cycle.parse(cycle)


def test_cycle_without_files(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=f"inbox/{CYCLE} has no files"):
        loaded(tmp_path, {})
    with pytest.raises(ReconError, match="unknown cycle '2026-11'"):
        Folder.open(tmp_path).files(Cycle.parse("2026-11"))
