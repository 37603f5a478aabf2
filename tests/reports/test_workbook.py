import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from recon.reports import ReportModel
from recon.reports.ranking import COLUMNS
from recon.reports.workbook import DECISIONS, REVIEW, is_exact, write_workbook
from tests.reports.fake import Fake
from tests.reports.tables import FORMULA, HOSTILE

SHEETS = ["Summary", "Bridge", "Discrepancies", "By client", "Unmapped", "Problems", "Sources", "Lines"]


def table(path: Path, sheet: str) -> list[dict[str, object]]:
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def part(path: Path, number: int) -> str:
    with zipfile.ZipFile(path) as file:
        return file.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_it_opens_with_its_sheets(workbook: Path) -> None:
    assert CalamineWorkbook.from_path(str(workbook)).sheet_names == SHEETS


def same(cell: object, value: object) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, Decimal | int):
        return Decimal(repr(cell)) == value if not isinstance(cell, str) else Decimal(cell) == value
    return cell == value


def test_discrepancies_are_the_models(workbook: Path, model: ReportModel) -> None:
    rows = table(workbook, "Discrepancies")
    assert list(rows[0]) == [*COLUMNS, "client_name", "service_name", *REVIEW]
    assert len(rows) == len(model.discrepancies)
    for row, item in zip(rows, model.discrepancies, strict=True):
        for name in COLUMNS:
            assert same(row[name], getattr(item, name)), (name, row[name], getattr(item, name))
        assert [row[name] for name in REVIEW] == ["", "", "", ""]


def test_the_bridge_sheet_adds_up_in_its_own_cells(workbook: Path) -> None:
    labels = ("leg", "currency", "client", "client_name")
    for row in table(workbook, "Bridge"):
        numbers = {name: Decimal(repr(cell)) for name, cell in row.items() if name not in labels}
        expected, actual, difference = (numbers.pop(name) for name in ("expected_total", "actual_total", "difference"))
        assert sum(numbers.values()) == difference == actual - expected


@pytest.mark.parametrize("sheet", ["By client", "Unmapped", "Problems", "Sources"])
def test_the_other_sheets_have_every_row(sheet: str, workbook: Path, model: ReportModel) -> None:
    counts = {
        "By client": len(model.breakdown.clients),
        "Unmapped": len(model.basis.unmapped),
        "Problems": len(model.basis.problems),
        "Sources": len(model.basis.files),
    }
    assert len(table(workbook, sheet)) == counts[sheet]


@pytest.mark.parametrize(
    ("number", "exact"),
    [
        ("9.95", True),
        ("123456789012345", True),
        ("1234567890123.45", True),
        ("1234567890123456", False),
        ("123456789012345678.25", False),
        ("1E+20", True),
        ("0.000000000001", True),
        ("12345678901234567890123456.123456789012", False),
    ],
)
def test_a_number_is_exact_up_to_fifteen_digits(number: str, exact: bool) -> None:
    assert is_exact(Decimal(number)) is exact


def test_numbers_that_excel_would_round_are_text_with_every_digit(workbook: Path) -> None:
    lines = table(workbook, "Lines")
    assert {row["quantity"] for row in lines} == {"123456789012345678.25"}
    assert {row["amount"] for row in lines} == {9.95}
    # What the file holds is the decimal's own digits, not what a float of it would print.
    assert "<v>9.95" in part(workbook, 8)


def test_no_text_can_become_a_formula_or_a_link(workbook: Path) -> None:
    for number in range(1, len(SHEETS) + 1):
        assert "<f>" not in part(workbook, number)
        assert "hyperlink" not in part(workbook, number)
    assert {row["item_name"] for row in table(workbook, "Lines")} == {FORMULA}
    assert [row["name"] for row in table(workbook, "Unmapped")][2] == "-1+1"
    with zipfile.ZipFile(workbook) as file:
        assert 'quotePrefix="1"' in file.read("xl/styles.xml").decode()
        assert HOSTILE[:8] not in file.read("xl/sharedStrings.xml").decode()


def test_decisions_are_chosen_from_the_known_ones(workbook: Path) -> None:
    sheet = part(workbook, 3)
    assert f"<formula1>&quot;{','.join(DECISIONS)}&quot;</formula1>" in sheet or f'"{",".join(DECISIONS)}"' in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_equal_input_gives_equal_bytes(tmp_path: Path, fake: Fake, model: ReportModel, workbook: Path) -> None:
    write_workbook(model, fake.lines, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()
    with zipfile.ZipFile(workbook) as file:
        assert set(re.findall(r"(\d{4})-\d\d-\d\dT", file.read("docProps/core.xml").decode())) == {"2026"}


def test_dates_are_dates(workbook: Path) -> None:
    assert table(workbook, "Discrepancies")[0]["period_start"] == dt.date(2026, 10, 1)
