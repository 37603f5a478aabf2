"""Which profile a file is: by its columns alone, by what recon.yaml claims, and never by a guess."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from recon.errors import ReconError
from recon.sources.profile import normalised
from tests.sources.kit import CONFIG, loaded

PAX8 = "company_id,company_name,type,sku,start_period,quantity,cost,cost_total\n"
ROW = "c1,Mill Pond,subscription,S1,2026-10-01,2,3.50,7.00\n"
PLAIN = "Client,Service,Quantity,Amount\nMill Pond,Backup,2,7.00\n"
OWN = """
profile: backup_vendor
title: Backup vendor, monthly bill
side: charged
recognise: [Tenant, SKU, Seats, Total]
fields:
  account: {from: Tenant, required: true}
  item: SKU
  quantity: {from: Seats, required: true}
  amount: {from: Total, required: true, decimal: ","}
"""


@pytest.mark.parametrize(
    ("header", "same"),
    [("Company ID", "company_id"), (" *CompanyId ", "company_id"), ("COMPANY-ID", "company_id"), ("Größe", "GRÖSSE"),
     ("tenant.id", "Tenant Id"), ("PCToBCExchangeRate", "pcToBCExchangeRate")],
)  # fmt: skip
def test_headers_are_compared_by_letters_and_digits(header: str, same: str) -> None:
    assert normalised(header) == normalised(same)


def test_header_variants_and_order_do_not_matter(tmp_path: Path) -> None:
    text = "COST TOTAL,*Cost,Quantity,Start Period,SKU,Type,Company-Name,companyId\n7.00,3.50,2,2026-10-01,S1,subscription,Mill Pond,c1\n"
    result = loaded(tmp_path, {"a.csv": text})
    assert result.files["a.csv"].profile == "pax8_invoice_items"
    assert (result.lines[0]["account"], result.lines[0]["amount"]) == ("c1", "7")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    """Decimal commas in every row don't make a semicolon file one with commas."""
    rows = ["Tenant SKU Seats Total Rate List", "T1 A 2 1,50 0,75 1,00", "T2 B 3 2,25 0,75 1,00"]
    text = "\n".join(row.replace(" ", delimiter) for row in rows)
    result = loaded(tmp_path, {"b.csv": text, "profiles/backup_vendor.yaml": OWN})
    assert [line["amount"] for line in result.lines] == ["1.5", "2.25"]


def test_a_workspace_profile_needs_no_python(tmp_path: Path) -> None:
    result = loaded(tmp_path, {"b.csv": 'Tenant,SKU,Seats,Total\n0042,A,2,"1,50"\n', "profiles/b.yaml": OWN})
    assert result.files["b.csv"].source == "backup_vendor"
    assert {name: text for name, text in result.lines[0].items() if text and name != "line_id"} == {
        "side": "charged", "source": "backup_vendor", "file": "b.csv", "row": "2", "account": "0042", "item": "A",
        "charge_kind": "recurring", "quantity": "2", "amount": "1.5", "currency": "USD",
    }  # fmt: skip


def test_a_workspace_profile_replaces_the_built_in_of_its_name(tmp_path: Path) -> None:
    own = OWN.replace("backup_vendor", "pax8_invoice_items")
    files = {"b.csv": "Tenant,SKU,Seats,Total\nT,A,2,3\n", "a.csv": PAX8 + ROW, "profiles/p.yaml": own}
    result = loaded(tmp_path, files)
    assert [(one.file, one.profile) for one in result.files.values()] == [("b.csv", "pax8_invoice_items")]
    assert len(result.messages) == 1


def test_two_profiles_that_fit_are_both_named(tmp_path: Path) -> None:
    twin = OWN.replace("backup_vendor", "twin")
    files = {"b.csv": "Tenant,SKU,Seats,Total\nT,A,2,3\n", "profiles/b.yaml": OWN, "profiles/twin.yaml": twin}
    result = loaded(tmp_path / "unclaimed", files)
    assert result.messages == [
        "b.csv: fits the profiles 'backup_vendor', 'twin'; name the file under sources: in recon.yaml (profile:, files:)"
    ]
    claimed = loaded(tmp_path / "claimed", files, CONFIG + "sources: {b: {profile: twin, files: 'b*'}}\n")
    assert (claimed.files["b.csv"].profile, claimed.files["b.csv"].source) == ("twin", "b")


def test_one_profile_in_two_files_is_refused(tmp_path: Path) -> None:
    files = {"b.csv": "A\n1\n", "profiles/a.yaml": OWN, "profiles/b.yaml": OWN}
    with pytest.raises(ReconError, match=r"profiles/b.yaml: the profile 'backup_vendor' is also in profiles/a.yaml\."):
        loaded(tmp_path, files)


NEAREST = [
    ("company_id,company_name,sku,quantity,cost\n", "nearest is pax8_invoice_items, which lacks the columns 'type', "),
    ("Product ID,Effective,Quantity,Bill\n", "nearest is connectwise_additions_grid, which lacks the column 'Price'"),
    # generic_table fits any table: only recon.yaml may say that a file is one
    (PLAIN, "x.csv: is a table that generic_table can read; name it and its side under sources: in recon.yaml"),
]


@pytest.mark.parametrize(("text", "message"), NEAREST)
def test_the_nearest_profile_is_named(text: str, message: str, tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, {"x.csv": text}).messages
    assert message in found


SOURCES = [
    # settings, what becomes of bill-1.csv and bill-2.csv: source, or the message
    ("{rmm: {profile: generic_table, side: charged, files: 'bill-*.csv'}}", ["rmm", "rmm"]),
    ("{rmm: {profile: generic_table, side: charged, files: bill-1.csv}}",
     ["rmm", "bill-2.csv: is a table that generic_table can read; name it and its side under sources: in recon.yaml"]),
    ("{a: {profile: generic_table, side: billed, files: 'bill*'}, b: {profile: generic_table, side: charged, files: '*-2.csv'}}",
     ["a", "bill-2.csv: is claimed by the sources 'a', 'b'; narrow their files: patterns"]),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "outcome"), SOURCES)
def test_generic_tables_are_claimed_by_pattern(sources: str, outcome: list[str], tmp_path: Path) -> None:
    files = {"bill-1.csv": PLAIN, "bill-2.csv": PLAIN.replace("2,7.00", "3,10.50")}
    result = loaded(tmp_path, files, f"{CONFIG}sources: {sources}\n")
    found = [result.files[name].source if name in result.files else result.messages[0] for name in files]
    assert found == outcome


def test_a_claimed_file_that_does_not_fit_says_what_it_lacks(tmp_path: Path) -> None:
    config = CONFIG + "sources: {bill: {profile: pax8_invoice_items, files: 'p*.csv'}}\n"
    assert loaded(tmp_path, {"p.csv": PLAIN}, config).messages[0].startswith("p.csv: fits no profile; nearest is pax8_")


def test_sources_that_share_a_profile_need_patterns(tmp_path: Path) -> None:
    config = CONFIG + "sources: {a: {profile: pax8_invoice_items}, b: {profile: pax8_invoice_items}}\n"
    result = loaded(tmp_path, {"p.csv": PAX8 + ROW}, config)
    assert result.messages == ["p.csv: may feed the sources 'a', 'b'; give them files: patterns"]


def test_the_same_content_twice_is_refused(tmp_path: Path) -> None:
    """By content, not by name: an export saved twice would double every charge."""
    files = {"bill.csv": PAX8 + ROW, "copy/bill (1).csv": PAX8 + ROW, "other.csv": PAX8 + ROW + ROW}
    result = loaded(tmp_path, {name.replace("copy/", "inbox/2026-10/copy/"): text for name, text in files.items()})
    assert result.messages == [
        "copy/bill (1).csv: has the same content as bill.csv and is left out; delete one of them"
    ]
    assert len(result.lines) == 3


def test_ids_survive_a_new_export(tmp_path: Path) -> None:
    """The same rows in another order, in another file and beside new ones keep their ids."""
    other = "c2,Café,subscription,S1,2026-10-01,5,3.50,17.50\n"
    first = loaded(tmp_path / "a", {"old.csv": PAX8 + ROW + other})
    second = loaded(tmp_path / "b", {"new.csv": PAX8 + other + ROW.replace("c1", "c9") + ROW, "p.csv": PAX8 + ROW})
    assert {line["line_id"] for line in first.lines} < {line["line_id"] for line in second.lines}
    assert len({line["line_id"] for line in second.lines}) == 4


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return data.getvalue()


def test_a_workbook_is_searched_for_its_table(tmp_path: Path) -> None:
    """The sheet and the header row are found; ids keep their zeros, numbers their 15 digits."""
    rows: list[list[object]] = [["RMM bill"], [], ["Account", "Item", "Qty", "Rate"], ["0007", "Agent", 3, 1.1]]
    data = workbook({"Cover": [["Thank you"]], "Details": [*rows, ["0008", "Agent", 1e-05, 12345678901.25]]})
    config = CONFIG + 'sources: {rmm: {profile: generic_table, side: charged, files: "*.xlsx"}}\n'
    lines = loaded(tmp_path, {"rmm.xlsx": data}, config).lines
    assert [(one["row"], one["account"], one["quantity"], one["unit_price"]) for one in lines] == [
        ("4", "0007", "3", "1.1"),
        ("5", "0008", "0.00001", "12345678901.25"),
    ]


def test_pages_join_their_reference_by_key(tmp_path: Path) -> None:
    """Two pages of organizations with different columns; a device of an unknown one stays, by its id."""
    organizations = ('[{"id": 1, "name": "Mill Pond", "nodeApprovalMode": "A"}]',
                     '[{"name": "Café", "extra": 1, "id": 2, "nodeApprovalMode": "A"}]')  # fmt: skip
    device = '{"id": %d, "organizationId": %d, "nodeClass": "MAC", "approvalStatus": "APPROVED"}'
    devices = "\n".join(device % (number, number) for number in (1, 2, 3))
    result = loaded(tmp_path, {"o1.json": organizations[0], "o2.json": organizations[1], "d.json": devices})
    assert [(one["account"], one["account_name"]) for one in result.lines] == [
        ("1", "Mill Pond"),
        ("2", "Café"),
        ("3", ""),
    ]
    assert result.problems == []
