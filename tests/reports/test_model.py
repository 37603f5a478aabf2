import dataclasses
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest

from recon.reports import ReportModel, report_model
from recon.reports.model import TOP
from recon.reports.ranking import COLUMNS
from recon.reports.source import clean, rows
from tests.reports.fake import Fake
from tests.reports.tables import KINDS


def test_discrepancies_are_the_frames_rows_in_their_rank(fake: Fake, model: ReportModel) -> None:
    frame = fake.discrepancies
    assert tuple(frame.columns) == COLUMNS
    told = [{name: getattr(item, name) for name in COLUMNS} for item in model.discrepancies]
    assert told == rows(frame)
    assert [item.rank for item in model.discrepancies] == list(range(1, len(frame) + 1))
    assert len(model.top) == TOP
    assert model.rest == len(frame) - TOP


def test_headline_figures_are_the_reconciliations(fake: Fake, model: ReportModel) -> None:
    for card in model.overview.cards:
        told = [(item.currency, item.amount, item.count) for item in card.sums]
        assert sorted(told) == sorted(fake.headline[card.key])


@pytest.mark.parametrize("part", ["clients", "services"])
def test_groups_add_up_to_the_discrepancies(part: str, model: ReportModel) -> None:
    groups = getattr(model.breakdown, part)
    assert sum(group.count for group in groups) == len(model.discrepancies)
    for currency in ("USD", "CAD"):
        for direction in ("leak", "overbilled", "vendor_overcharge", "vendor_undercharge"):
            wanted = sum(
                item.impact for item in model.discrepancies if (item.currency, item.direction) == (currency, direction)
            )
            assert sum(getattr(group, direction) for group in groups if group.currency == currency) == wanted
    assert [group.moved for group in groups] == sorted((group.moved for group in groups), reverse=True)


def test_kinds_add_up_and_bring_their_texts(model: ReportModel) -> None:
    kinds = model.breakdown.kinds
    assert sum(kind.count for kind in kinds) == len(model.discrepancies)
    assert all(kind.says and kind.people_usually for kind in kinds)
    money = sum(item.amount for kind in kinds for item in (*kind.losing, *kind.giving_back) if item.currency == "USD")
    assert money == sum(item.impact for item in model.discrepancies if item.currency == "USD")


def test_the_sentences_say_the_figures(model: ReportModel) -> None:
    losing, back, unplaced = (sentence.replace("\u00a0", " ") for sentence in model.overview.sentences)
    leak = {item.currency: item for item in model.overview.cards[0].sums}
    assert f"USD {-leak['USD'].amount:,.2f} and CAD {-leak['CAD'].amount:,.2f} are leaking" in losing
    assert f"in {leak['USD'].count + leak['CAD'].count} discrepancies" in losing
    assert "Lakeside Montessori, Harbor Dental Group and Northline Freight LLC carry" in losing
    assert "of over-billing in" in back and "vendors charged" in back
    assert "3 accounts and items, worth USD 1,558.75, have no client or service yet" in unplaced
    assert "2 of 2,802 records of 4 files were rejected" in unplaced


def empty(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[0:0]


def quiet(fake: Fake) -> SimpleNamespace:
    """A cycle in which nothing was found: the same frames, emptied."""
    parts = {name: getattr(fake, name) for name in ("cycle", "phase", "policy", "workspace", "clients", "services")}
    cut = (
        "discrepancies",
        "lines",
        "problems",
        "files",
        "unmapped",
        "matches",
        "bridge",
        "rollforward",
        "legs",
    )
    return SimpleNamespace(**parts, headline={}, **{name: empty(getattr(fake, name)) for name in cut})


def test_a_cycle_without_findings_says_so(fake: Fake) -> None:
    model = report_model(quiet(fake), KINDS)
    assert model.overview.tie_out.passed
    assert model.overview.tie_out.state == "Ties out"
    assert [card.sums for card in model.overview.cards] == [(), (), (), ()]
    assert [sentence.split(" ")[0] for sentence in model.overview.sentences] == ["Nothing", "No", "All"]


def test_what_does_not_tie_out_is_named(model: ReportModel) -> None:
    checks = {check.title: check.passed for check in model.overview.tie_out.checks}
    assert checks == {
        "Every bridge adds up": True,
        "The roll-forward closes": True,
        "Every record was read": False,
        "All money is mapped": False,
        "All required sources are in": False,
    }
    assert model.overview.tie_out.state == "3\u00a0points open"


def test_a_roll_forward_that_does_not_close_is_told(model: ReportModel) -> None:
    roll = model.rolls[0]
    assert roll.exact
    assert not dataclasses.replace(roll, closing_impact=roll.closing_impact + Decimal("0.01")).exact
    assert not dataclasses.replace(roll, closing_count=roll.closing_count + 1).exact


def test_evidence_names_file_and_row_of_the_lines(model: ReportModel) -> None:
    ranked = next(ranked for ranked in model.top if ranked.item.discrepancy_id == "D001unde")
    places = [(place.side, place.file.split(".")[-1], place.row) for place in ranked.evidence]
    assert places == [("promised", "json", 11), ("delivered", "json", 11), ("billed", "csv", 11)]


def test_the_model_is_frozen_and_the_same_twice(fake: Fake, model: ReportModel) -> None:
    assert report_model(fake, KINDS) == model
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.rolls = ()  # type: ignore[misc]


def test_hostile_text_is_clean_in_the_model(model: ReportModel) -> None:
    assert all(clean(problem.file) == problem.file for problem in model.basis.problems)
    assert any("<script>" in item.name for item in model.basis.unmapped)
