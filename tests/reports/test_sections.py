import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from recon.reports import AuditReport, audit_report
from recon.reports.sections import SHOWN, stylesheet
from recon.reports.text import amount
from tests.reports.fake import Fake
from tests.reports.tables import KINDS
from tests.reports.test_model import quiet

NAMES = ("headline", "unmapped", "bridge", "discrepancies", "totals", "sources", "evidence")
VOID = {"br", "meta", "input", "link", "img", "hr"}


class Outline(HTMLParser):
    """Checks that tags nest, and collects what a page must not have and what it must."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    assert not parser.open
    return parser


@pytest.mark.parametrize("name", NAMES)
def test_every_section_is_well_formed_and_has_its_headings(name: str, report: AuditReport) -> None:
    section = getattr(report, name)()
    parser = outline(section.html)
    ids = [attrs.get("id") for _, attrs in parser.tags]
    assert all(anchor in ids for anchor, _ in section.toc)
    for tag, attrs in parser.tags:
        assert tag not in ("script", "link", "img", "iframe"), tag
        assert not any(key.startswith("on") for key in attrs)
        if tag == "th":
            assert attrs.get("scope") in ("col", "row")
    assert section.html.count("<table") == section.html.count("<caption")


@pytest.mark.parametrize("name", NAMES)
def test_text_from_files_is_escaped(name: str, report: AuditReport) -> None:
    html = getattr(report, name)().html
    assert "<script" not in html
    assert "\u202e" not in html


def test_hostile_text_is_shown_as_it_is(report: AuditReport) -> None:
    html = report.unmapped().html
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;Sons&#34;" in html
    assert "{{7*7}}" in html
    assert "=HYPERLINK(&#34;http://evil.example&#34;,&#34;pay&#34;)" in html


def test_the_page_shows_each_top_discrepancy_with_its_numbers(report: AuditReport) -> None:
    html = report.discrepancies().html
    blocks = re.findall(r'<tbody id="(\w+)">(.*?)</tbody>', html, re.S)
    assert [key for key, _ in blocks] == [ranked.item.discrepancy_id for ranked in report.model.top]
    for (_, block), ranked in zip(blocks, report.model.top, strict=True):
        assert amount(ranked.item.impact) in block
        assert ranked.item.kind_title in block
    assert f"{report.model.rest}\u00a0more are" in html


def test_the_bridges_numbers_stand_in_the_table_beside_the_drawing(report: AuditReport) -> None:
    html = report.bridge().html
    assert html.count("<svg") == len(report.model.bridges)
    for made in report.model.bridges:
        for step in made.steps:
            assert amount(step.amount) in html
    assert "Margin: price against vendor cost: not due." in html


def test_long_lists_are_cut_and_say_so() -> None:
    class Long(Fake):
        @property
        def problems(self) -> pd.DataFrame:
            return pd.concat([super().problems] * 20)

    html = audit_report(Long(), KINDS).sources().html
    assert f"{80 - SHOWN}\u00a0more are in the workbook, sheet Problems" in html


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_cycle_renders(name: str, fake: Fake) -> None:
    outline(getattr(audit_report(quiet(fake), KINDS), name)().html)


def test_a_section_shows_itself_in_a_notebook(report: AuditReport) -> None:
    data, metadata = report.sources()._repr_mimebundle_()
    assert data["text/html"].startswith(stylesheet())
    assert metadata == {"recon": {"toc": [["sources", "Sources"], ["problems", "Problems in the sources"]]}}
    assert data["text/plain"] == "report: Sources, Problems in the sources"


def test_the_same_model_gives_the_same_bytes(fake: Fake, report: AuditReport) -> None:
    again = audit_report(fake, KINDS)
    assert [section.html for section in again.sections()] == [section.html for section in report.sections()]
