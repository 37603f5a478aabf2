"""The main job's last step as a person does it: decide in JupyterLab, and the store knows it afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import recon
from tests.browser.lab import ROOT, Lab, run_all
from tests.browser.review_page import Review

CYCLE = "2026-10"
NOTE = "grandfathered <b>until</b> renewal"


@pytest.fixture(scope="module")
def workspace(lab: Lab) -> Path:
    """The sample and the notebook where a checkout has them, without anything decided before."""
    ignored = shutil.ignore_patterns("runs", "*.sqlite*")
    shutil.copytree(ROOT / "data" / "sample", lab.root / "data" / "sample", ignore=ignored)
    (lab.root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "04_review.ipynb", lab.root / "notebooks")
    return lab.root / "data" / "sample"


@pytest.fixture(scope="module")
def review(page: Page, lab: Lab, workspace: Path, artifacts: Path) -> Iterator[Review]:
    lab.open(page, "notebooks/04_review.ipynb")
    run_all(page)
    shown = Review(page)
    expect(shown.root).to_be_visible(timeout=60_000)
    expect(shown.detail.get_by_role("table").first).to_be_visible()
    shown.root.evaluate("(root) => root.scrollIntoView()")
    page.screenshot(path=artifacts / "review-sample.png")
    yield shown


@pytest.mark.slow
def test_a_decision_in_the_browser_is_found_in_the_store(review: Review, workspace: Path) -> None:
    row = review.grid.locator(".recon-row").nth(2)
    decided = row.get_attribute("data-id")
    row.click()
    review.note.fill(NOTE)
    review.button("Waive").click()
    expect(review.message).to_contain_text("Waived: ")
    assert decided not in review.ids()

    rec = recon.open(workspace).reconcile(CYCLE)
    found = rec.discrepancies.set_index("discrepancy_id")["status"]
    assert found[decided] == "waived"
    assert set(found.drop(decided)) == {"open"}
    history = rec.history(decided)
    assert history[["action", "note"]].to_dict("records") == [{"action": "waive", "note": NOTE}]


@pytest.mark.slow
def test_what_was_decided_elsewhere_can_be_undone_in_the_browser(review: Review, workspace: Path) -> None:
    """The notebook is run again, as the next morning: the row waits under its new status."""
    rec = recon.open(workspace).reconcile(CYCLE)
    disputed = rec.discrepancies["discrepancy_id"].iloc[0]
    rec.decide([disputed], "dispute", "asked the vendor", "2026-12-31")
    run_all(review.page)
    review.choose("status", "Disputed")
    assert review.ids() == [disputed]
    expect(review.detail.get_by_role("listitem")).to_contain_text("Disputed until 2026-12-31", use_inner_text=True)
    review.grid.focus()
    review.press("u")
    expect(review.message).to_contain_text("Undone: ")
    again = recon.open(workspace).reconcile(CYCLE)
    assert again.discrepancies.set_index("discrepancy_id")["status"][disputed] == "open"
    assert list(again.history(disputed)["action"]) == ["dispute", "undo"]


@pytest.mark.slow
def test_the_pane_shows_lines_of_the_files(review: Review) -> None:
    """Each side's lines name the file and row they come from."""
    review.root.get_by_role("button", name="Clear").click()
    review.choose("leg", "Promised ↔ billed")
    sides = review.detail.locator(".recon-side")
    expect(sides.first).to_be_visible()
    header = sides.first.get_by_role("row").first
    for column in ("Item", "File", "Row", "Source"):
        expect(header).to_contain_text(column)
