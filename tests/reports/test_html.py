"""The notebook as a page: what papermill and our template make of it."""

import ast
import hashlib
import itertools
import re
from pathlib import Path

import nbformat
import pytest

from recon.reports.html import execute, to_html
from recon.reports.paths import notebook_dir, template_dir
from tests.reports.test_sections import outline

ROOT = Path(__file__).parents[2]
FAKE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.reports.fake import Fake
from tests.reports.tables import KINDS
from recon.reports import audit_report
report = audit_report(Fake(), KINDS)
"""
TITLES = (
    "Summary",
    "Unmapped money",
    "From expected to actual",
    "Discrepancies",
    "By client",
    "By service",
    "By kind",
    "Since the last cycle",
    "Sources",
    "Problems in the sources",
    "What was compared",
    "Evidence",
)


def audit_notebook() -> nbformat.NotebookNode:
    return nbformat.read(notebook_dir() / "audit.ipynb", as_version=4)


def run(folder: Path, notebook: nbformat.NotebookNode) -> tuple[str | None, str]:
    nbformat.write(notebook, folder / "in.ipynb")
    error = execute(folder / "in.ipynb", folder / "audit.ipynb", {"cycle": "2026-10"})
    to_html(folder / "audit.ipynb", folder / "audit.html", "Audit <2026-10>")
    return error, (folder / "audit.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    notebook = audit_notebook()
    notebook.cells[2].source = FAKE
    error, html = run(tmp_path_factory.mktemp("page"), notebook)
    assert error is None
    return html


def test_the_page_has_every_section_and_a_contents_entry_for_it(page: str) -> None:
    headings = re.findall(r'<h2 id="([\w-]+)"[^>]*>([^<]+)</h2>', page)
    assert tuple(title for _, title in headings) == TITLES
    assert re.findall(r'<li><a href="#([\w-]+)">', page) == [anchor for anchor, _ in headings]


def test_the_page_asks_nobody_for_anything(page: str) -> None:
    assert not re.findall(r"""(?:src|href|action|poster)\s*=\s*["']?(?!#)[^"'\s>]+""", page)
    assert not re.findall(r"url\(|@import|fetch\(|XMLHttpRequest|WebSocket|import\(", page)
    assert "default-src 'none'" in page
    assert len(page.encode()) < 1_500_000


def test_only_our_script_may_run(page: str) -> None:
    scripts = [attrs for tag, attrs in outline(page).tags if tag == "script"]
    nonce = re.search(r"script-src 'nonce-(\w{24})'", page)
    assert nonce
    assert scripts == [{"nonce": nonce[1]}]


def test_the_code_is_hidden_and_the_style_is_there_once(page: str) -> None:
    assert "audit_report" not in page
    assert "sys.path" not in page
    assert page.count("<style>") == 1
    assert "<title>Audit &lt;2026-10&gt;</title>" in page


def test_the_page_is_accessible(page: str) -> None:
    parser = outline(page)
    tags = [tag for tag, _ in parser.tags]
    assert '<html lang="en"' in page
    assert tags.count("h1") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert tags.count("main") == tags.count("nav") == 1
    assert tags.count("svg") == page.count('role="img"') + page.count('aria-hidden="true" viewBox')
    assert 'href="#content"' in page


def test_equal_input_gives_an_equal_page(tmp_path: Path, page: str) -> None:
    notebook = audit_notebook()
    notebook.cells[2].source = FAKE
    _, again = run(tmp_path, notebook)
    assert hashlib.sha256(again.encode()).digest() == hashlib.sha256(page.encode()).digest()


def test_a_failed_cell_leaves_a_partial_page_that_says_so(tmp_path: Path) -> None:
    notebook = audit_notebook()
    notebook.cells[2].source = FAKE
    notebook.cells[5].source = "raise ValueError('no <usage> file')"
    error, page = run(tmp_path, notebook)
    assert error == "ValueError: no <usage> file (In [6] of audit.ipynb)"
    assert "This report is incomplete." in page
    assert "ValueError: no &lt;usage&gt; file" in page
    assert 'id="unmapped"' in page
    assert 'id="discrepancies"' not in page
    assert "Traceback" not in page


def test_a_plotly_figure_is_not_dropped(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    figure = {"data": [{"type": "bar", "x": ["</script>"], "y": [1]}], "layout": {"height": 300}}
    output = nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": figure})
    notebook.cells = [nbformat.v4.new_code_cell("", outputs=[output])]
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    to_html(tmp_path / "figure.ipynb", tmp_path / "figure.html", "figure")
    page = (tmp_path / "figure.html").read_text(encoding="utf-8")
    assert 'Plotly.newPlot("figure-0"' in page
    assert "cdn.plot.ly/plotly" not in page.split('Plotly.newPlot("figure-0"')[1]
    assert '["</script>"]' not in page


def test_the_notebook_is_thin() -> None:
    notebook = audit_notebook()
    assert len(notebook.cells) <= 10
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].metadata.tags == ["parameters"]
    for cell in code:
        body = ast.parse(cell.source).body
        assert len(body) <= 3
        assert all(isinstance(node, ast.Assign | ast.Import | ast.ImportFrom | ast.Expr) for node in body)
        assert not cell.outputs and cell.execution_count is None


def test_notebooks_and_templates_are_found() -> None:
    assert (notebook_dir() / "audit.ipynb").is_file()
    assert (template_dir() / "report" / "index.html.j2").is_file()
