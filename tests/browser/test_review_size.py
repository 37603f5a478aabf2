"""The review widget with 50,000 discrepancies: the bounds are loose, `-rP` shows what was measured."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, command, notebook, run_all
from tests.browser.review_page import Review

ROWS = 50_000
MAKE = f"""
import recon.ui.review
from tests.browser import fake_rec
rec = fake_rec.FakeRec(rows={ROWS})
"""
# From the event to the next painted frame, in milliseconds.
PAINTED = """async ([selector, value, event]) => {
  const element = document.querySelector(selector);
  const start = performance.now();
  element.value = value;
  element.dispatchEvent(new Event(event, {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}"""


@pytest.fixture(scope="module")
def big(page: Page, lab: Lab) -> Iterator[Review]:
    notebook(lab.root / "big.ipynb", MAKE, "recon.ui.review.review(rec)")
    lab.open(page, "big.ipynb")
    run_all(page)
    review = Review(page)
    expect(review.root).to_be_visible(timeout=60_000)
    yield review


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    def tell(what: str, seconds: float) -> None:
        record_property(what, round(seconds, 3))
        print(f"{what}: {seconds:.2f} s")  # noqa: T201 - the measurement is what a person runs this for

    return tell


@pytest.mark.slow
def test_opens_soon(big: Review, told: Callable[[str, float], None]) -> None:
    """From running the cell to the drawn queue; the reconciliation itself is there already."""
    old = big.page.evaluate("document.querySelector('.recon-grid').getAttribute('aria-activedescendant')")
    big.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    start = time.monotonic()
    command(big.page, "notebook:run-cell")
    is_new = "(old) => { const grid = document.querySelector('.recon-ready .recon-grid');"
    is_new += " return grid && grid.querySelector('.recon-row')"
    is_new += " && grid.getAttribute('aria-activedescendant') !== old }"
    big.page.wait_for_function(is_new, arg=old)
    seconds = time.monotonic() - start
    told(f"open {ROWS} rows", seconds)
    expect(big.root.locator(".recon-count")).to_have_text("50,000 of 50,000")
    assert seconds < 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("selector", "value", "event"),
    [
        (".recon-filter-search", "number 77 edr", "input"),  # the first search also prepares the texts
        (".recon-filter-search", "inv-4711", "input"),
        (".recon-filter-search", "", "input"),
        (".recon-filter-client", "Client1", "change"),
        (".recon-filter-minimum", "90000", "input"),
    ],
)
def test_filters_soon(big: Review, told: Callable[[str, float], None], selector: str, value: str, event: str) -> None:
    seconds = big.page.evaluate(PAINTED, [selector, value, event]) / 1000
    told(f"filter {selector} {value!r}", seconds)
    assert seconds < 3


@pytest.mark.slow
def test_scrolls_to_the_end(big: Review) -> None:
    big.root.get_by_role("button", name="Clear").click()
    big.grid.focus()
    big.press("End")
    assert len(big.ids()) < 100
    expect(big.grid.locator('.recon-row[aria-selected="true"]')).to_have_attribute("aria-rowindex", "50001")


@pytest.mark.slow
def test_decides_all_at_once(big: Review, told: Callable[[str, float], None]) -> None:
    big.grid.focus()
    big.press("Control+a")
    big.button("Accept").click()
    start = time.monotonic()
    big.question.get_by_role("button", name="Accept 50,000 discrepancies").click()
    expect(big.message).to_contain_text("Accepted: 50,000 rows", timeout=30_000)
    told(f"decide {ROWS} rows", time.monotonic() - start)
