"""The page in a real browser, with nothing but the file: it fits, asks for nothing, and can be filtered."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser

from recon.reports import AuditReport
from recon.reports.html import to_html

pytestmark = pytest.mark.browser


def converted(folder: Path, *outputs: nbformat.NotebookNode) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("", outputs=[output]) for output in outputs]
    nbformat.write(notebook, folder / "page.ipynb")
    to_html(folder / "page.ipynb", folder / "page.html", "Audit")
    return folder / "page.html"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory, report: AuditReport) -> Path:
    shown = [section._repr_mimebundle_() for section in report.sections()]
    outputs = [nbformat.v4.new_output("display_data", data, metadata=meta) for data, meta in shown]
    return converted(tmp_path_factory.mktemp("page"), *outputs)


def opened(browser: Browser, file: Path, width: int) -> tuple[Any, list[str]]:
    """The page and what it asked for or complained about, apart from the file itself."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("request", lambda request: said.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    return page, [line for line in said if line != file.as_uri()]


@pytest.mark.parametrize("width", [390, 820, 1400])
def test_it_fits_and_asks_for_nothing(width: int, browser: Browser, page_file: Path) -> None:
    page, said = opened(browser, page_file, width)
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_discrepancies_can_be_filtered_and_tables_sorted(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file, 1400)
    everything = page.locator("table.ranked tbody").count()
    page.get_by_role("searchbox").fill("harbor under billed")
    shown = page.locator("table.ranked tbody:visible")
    assert 0 < shown.count() < everything
    assert all("Harbor Dental Group" in text for text in shown.all_inner_texts())
    assert page.get_by_role("status").inner_text() == f"{shown.count()} of {everything} shown"

    clients = page.locator("section[aria-labelledby=clients]")
    clients.get_by_role("button", name="Client").click()
    names = clients.locator("tbody th").all_inner_texts()
    assert names == sorted(names, key=str.lower)
    clients.get_by_role("button", name="Leaking").click()
    leaks = [
        text.replace(",", "").replace("−", "-") for text in clients.locator("tbody td:nth-child(5)").all_inner_texts()
    ]
    amounts = [float(text) for text in leaks if text]
    assert amounts == sorted(amounts)


def test_a_figure_is_drawn_under_the_pages_own_policy(tmp_path: Path, browser: Browser) -> None:
    figure = {"data": [{"type": "waterfall", "x": ["a", "b"], "y": [1, 2]}], "layout": {"height": 300}}
    output = nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": figure})
    page, said = opened(browser, converted(tmp_path, output), 800)
    assert said == []
    assert page.locator(".figure .main-svg").count() > 0
