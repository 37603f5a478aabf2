"""The review widget in JupyterLab, on a made-up cycle: what a person sees, presses and gets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_rec import HOSTILE
from tests.browser.lab import Lab, command, notebook, run_all, use_theme
from tests.browser.review_page import Review

OPEN = """
import recon.ui.review
from tests.browser import fake_rec
rec = fake_rec.FakeRec()
recon.ui.review.review(rec, fake_rec.MEANINGS)
"""
# The queue as it opens: largest absolute impact first, decided rows out of sight.
RANKED = [
    "unmapped_account-none",
    "orphan_promise-Pinecrest",
    "unbilled-NorthwindLaw",
    "under_billed_quantity-HarborDental",
    "duplicate-Hostile",
    "not_invoiced-MapleCare",
    "vendor_overcharge-MapleCare",
    "price_differs-HarborDental",
    "vendor_charge_without_usage-Hostile",
    "margin_low-Pinecrest",
    "stale_source-none",
]


@pytest.fixture(scope="module")
def opened(page: Page, lab: Lab) -> Iterator[Page]:
    notebook(lab.root / "widget.ipynb", OPEN, "1 + 1")
    lab.open(page, "widget.ipynb")
    yield page


@pytest.fixture
def review(opened: Page) -> Review:
    """A fresh reconciliation and widget for each test, in the same notebook."""
    run_all(opened)
    shown = Review(opened)
    expect(shown.root).to_be_visible()
    shown.grid.focus()
    return shown


def test_opens_ranked_by_money_with_what_is_to_decide(review: Review) -> None:
    assert review.ids() == RANKED
    assert review.selected() == RANKED[:1]
    expect(review.to_decide).to_contain_text("To decide · 11")
    expect(review.to_decide.locator("[data-currency=USD]")).to_have_text("USD 2,828.00")
    expect(review.to_decide.locator("[data-currency=CAD]")).to_have_text("CAD 212.50")
    expect(review.row("unbilled-NorthwindLaw").get_by_role("gridcell")).to_have_text(
        [
            "",
            "Northwind Law LLP",
            "Managed EDR",
            "Used, not promised",
            "14",
            "0qty",
            "−252.00",
            "USD",
            "Leak",
            "Open",
        ]
    )


def test_detail_tells_both_sides(review: Review) -> None:
    review.row("unbilled-NorthwindLaw").click()
    expect(review.detail).to_contain_text("against an expected 14 × 18.00")
    expect(review.detail).to_contain_text("Delivered or charged, and no agreement promises it.")
    expect(review.detail).to_contain_text("Suggested: Raise the quantity")
    measures = review.detail.get_by_label("Expected against actual").get_by_role("row")
    expect(measures.nth(0)).to_have_text("Should be promisedIs promisedDifference")
    expect(measures.nth(1)).to_have_text("Quantity140−14")
    expect(measures.nth(3)).to_have_text("Amount252.000.00−252.00")
    usage = review.detail.get_by_label("Delivered (usage)").get_by_role("row").nth(1)
    for text in ("Managed EDR", "huntress.json", "118", "huntress_usage"):
        expect(usage).to_contain_text(text)


def test_hostile_names_are_text(review: Review) -> None:
    row = review.row("duplicate-Hostile")
    row.click()
    expect(row.locator(".recon-col-client")).to_have_text(HOSTILE)
    expect(review.detail.locator(".recon-about")).to_contain_text(HOSTILE)
    expect(review.detail.get_by_label("Billed to the client")).to_contain_text(HOSTILE)
    review.note.fill(HOSTILE)
    review.button("Accept").click()
    expect(review.message).to_contain_text(HOSTILE)
    review.choose("status", "Accepted")
    expect(review.detail.locator(".recon-history")).to_contain_text(HOSTILE)
    assert review.root.locator("img").count() == 0
    assert review.page.evaluate("window.__pwned") is None


FILTERS = [
    # filter, chosen or typed, rows left
    ("kind", "Duplicate", ["duplicate-Hostile"]),
    ("leg", "Charged ↔ billed", ["margin_low-Pinecrest"]),
    ("client", "Maple Care Clinics", ["not_invoiced-MapleCare", "vendor_overcharge-MapleCare"]),
    ("service", "Remote monitoring", ["price_differs-HarborDental"]),
    ("status", "Waived", ["proration_differs-NorthwindLaw"]),
    (
        "currency",
        "CAD",
        ["duplicate-Hostile", "not_invoiced-MapleCare", "vendor_charge_without_usage-Hostile"],
    ),
]


@pytest.mark.parametrize(("name", "label", "left"), FILTERS, ids=[name for name, _, _ in FILTERS])
def test_filters(review: Review, name: str, label: str, left: list[str]) -> None:
    review.choose(name, label)
    assert review.ids() == left
    expect(review.root.locator(".recon-count")).to_have_text(f"{len(left)} of 12")
    review.root.get_by_role("button", name="Clear").click()
    assert review.ids() == RANKED


TYPED = [
    # field, text, rows left
    ("Smallest absolute amount", "252", RANKED[:3]),
    ("Smallest absolute amount", "$1,480.00", RANKED[:1]),
    ("Search names, contract, explanation", "pinecrest margin", ["margin_low-Pinecrest"]),
    ("Search names, contract, explanation", "a-140", ["not_invoiced-MapleCare"]),
    ("Search names, contract, explanation", "nothing like it", []),
]


@pytest.mark.parametrize(("field", "text", "left"), TYPED)
def test_typed_filters(review: Review, field: str, text: str, left: list[str]) -> None:
    review.root.get_by_label(field).fill(text)
    assert review.ids() == left
    assert review.selected() == left[:1]


def test_a_total_filters_by_its_direction(review: Review) -> None:
    review.root.get_by_role("button", name="Vendor over").click()
    assert review.ids() == ["vendor_overcharge-MapleCare", "vendor_charge_without_usage-Hostile"]
    review.root.get_by_role("button", name="Vendor over").click()
    assert review.ids() == RANKED


def test_sorts(review: Review) -> None:
    review.grid.get_by_role("columnheader", name="Impact").click()
    assert review.ids() == RANKED[::-1]
    review.grid.get_by_role("columnheader", name="Client").click()
    expect(review.grid.get_by_role("columnheader", name="Client")).to_have_attribute("aria-sort", "ascending")
    assert review.grid.locator(".recon-col-client").all_inner_texts()[-1].startswith("Pinecrest")


def test_selects_one_and_many(review: Review) -> None:
    review.row(RANKED[1]).click()
    assert review.selected() == [RANKED[1]]
    review.row(RANKED[4]).click(modifiers=["Shift"])
    assert review.selected() == RANKED[1:5]
    review.row(RANKED[2]).click(modifiers=["Control"])
    assert review.selected() == [RANKED[1], RANKED[3], RANKED[4]]
    review.press("Escape")
    assert review.selected() == [RANKED[2]]
    review.press("Control+a")
    assert review.selected() == RANKED
    review.grid.get_by_role("checkbox", name="Select all filtered rows").click()
    assert len(review.selected()) == 1


def test_moves_by_keys(review: Review) -> None:
    review.press("j", "j")
    assert review.selected() == [RANKED[2]]
    review.press("k")
    assert review.selected() == [RANKED[1]]
    review.press("ArrowDown", "Shift+ArrowDown")
    assert review.selected() == RANKED[2:4]
    review.press("End")
    assert review.selected() == RANKED[-1:]
    review.press("/")
    expect(review.root.get_by_role("searchbox")).to_be_focused()
    review.press("Escape", "n")
    expect(review.note).to_be_focused()


def test_keys_do_not_reach_the_notebook(review: Review) -> None:
    """In JupyterLab's command mode `a` inserts a cell, `d d` deletes one and `x` cuts one."""
    review.press("a", "d", "d", "Escape", "x", "Shift+Enter", "z")
    assert review.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length") == 2
    expect(review.root).to_be_visible()


def test_save_still_reaches_the_notebook(review: Review, lab: Lab) -> None:
    before = (lab.root / "widget.ipynb").stat().st_mtime_ns
    review.press("Control+s")
    dirty = "window.jupyterapp.shell.currentWidget.context.model.dirty"
    review.page.wait_for_function(f"() => !{dirty}")
    assert (lab.root / "widget.ipynb").stat().st_mtime_ns > before


def test_accepting_moves_on_and_the_total_moves(review: Review) -> None:
    review.press("a")
    expect(review.message).to_have_text("Accepted: Unmapped account, no client, USD +1,480.00. Press u to undo.")
    assert review.ids() == RANKED[1:]
    assert review.selected() == [RANKED[1]]
    expect(review.grid).to_be_focused()
    expect(review.to_decide).to_contain_text("To decide · 10")
    expect(review.to_decide.locator("[data-currency=USD]")).to_have_text("USD 1,348.00")
    assert review.decisions() == [[RANKED[0], "accept", ""]]
    review.press("u")
    expect(review.message).to_contain_text("Undone: Unmapped account")
    assert review.ids() == RANKED
    assert review.selected() == RANKED[:1]
    expect(review.detail.get_by_role("listitem")).to_have_count(2)


def test_a_waiver_asks_for_its_note(review: Review) -> None:
    review.row("unbilled-NorthwindLaw").click()
    review.press("w")
    expect(review.message).to_have_text("Waive needs a note: say why, then press Enter.")
    expect(review.note).to_be_focused()
    review.page.keyboard.type("trial until December")
    review.press("Enter")
    expect(review.message).to_contain_text("Waived: Used, not promised, Northwind Law LLP, USD −252.00.")
    assert review.decisions() == [["unbilled-NorthwindLaw", "waive", "trial until December"]]
    review.choose("status", "Waived")
    review.row("unbilled-NorthwindLaw").click()
    expect(review.detail.get_by_role("listitem")).to_have_text("Waived by ana, 2026-11-03 09:30trial until December")


def test_many_are_asked_once(review: Review) -> None:
    review.choose("currency", "CAD")
    review.grid.focus()
    review.press("Control+a")
    review.note.fill("paid by credit")
    review.button("Dispute").click()
    expect(review.question).to_contain_text("Dispute 3 discrepancies? CAD +7.50. Note: “paid by credit”")
    review.press("Escape")
    expect(review.question).to_be_hidden()
    assert review.decisions() == []
    review.button("Dispute").click()
    review.question.get_by_role("button", name="Dispute 3 discrepancies").click()
    expect(review.message).to_have_text("Disputed: 3 rows, CAD +7.50. Press u to undo.")
    assert [name for name, *_ in review.decisions()] == [RANKED[4], RANKED[5], RANKED[8]]
    expect(review.to_decide.locator("[data-currency=CAD]")).to_have_count(0)


def test_what_python_refuses_is_one_line(review: Review) -> None:
    review.note.fill("locked")
    review.button("Timing").click()
    expect(review.message).to_have_text(
        "Not decided: recon.sqlite is locked by another program: close it and decide again."
    )
    expect(review.note).to_have_value("locked")
    assert review.ids() == RANKED


def test_buttons_teach(review: Review) -> None:
    review.button("Timing").hover()
    expect(review.root.get_by_role("tooltip")).to_contain_text("carried forward")
    expect(review.button("Timing")).to_have_accessible_description(re.compile("carried forward"))
    review.note.hover()
    expect(review.root.get_by_role("tooltip")).to_be_hidden()


def test_two_views_agree(review: Review) -> None:
    """A second view of the same widget shows what was decided in the first."""
    command(review.page, "notebook:create-output-view")
    expect(review.root).to_have_count(2)
    try:
        review.button("Accept").last.click()
        for view in range(2):
            expect(review.to_decide.nth(view)).to_contain_text("To decide · 10")
    finally:
        command(review.page, "application:close")
    expect(review.root).to_have_count(1)


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_text_is_readable_in_both_themes(review: Review, artifacts: Path, theme: str) -> None:
    """WCAG AA: 4.5 to 1 between each text and what is behind it."""
    use_theme(review.page, theme)
    review.row("unbilled-NorthwindLaw").click()
    expect(review.detail.get_by_role("table")).to_have_count(3)
    review.root.evaluate("(root) => root.scrollIntoView()")
    review.page.wait_for_timeout(300)  # colours fade from one theme to the other
    review.page.screenshot(path=artifacts / f"review-{theme.split()[-1].lower()}.png")
    assert review.hard_to_read() == []


@pytest.mark.parametrize("width", [700, 1900])
def test_fits_narrow_and_wide_pages(review: Review, artifacts: Path, width: int) -> None:
    review.page.set_viewport_size({"width": width, "height": 1000})
    try:
        expect(review.detail.get_by_role("table").first).to_be_visible()
        review.root.evaluate("(root) => root.scrollIntoView()")
        review.page.screenshot(path=artifacts / f"review-{width}.png")
        assert review.root.evaluate("(root) => root.scrollWidth - root.clientWidth") <= 0
        assert len(review.grid.locator(".recon-row").all()) == len(RANKED)
        review.button("Undo").scroll_into_view_if_needed()
        expect(review.button("Accept")).to_be_in_viewport()
    finally:
        review.page.set_viewport_size({"width": 1400, "height": 1000})
