"""The report's sections: each renders a part of the model with its own template, for a cell or for the page.

All text is escaped in one place, jinja's autoescape: the templates are handed data, never markup, but for the
charts, which escape their own parts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recon.reports import charts, text
from recon.reports.bridge import LEGS
from recon.reports.model import ReportModel
from recon.reports.paths import template_dir
from recon.reports.totals import Group

# So many groups and problems are on the page; the workbook has all.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Section:
    """A rendered part of the report, shown by a notebook as it stands.

    `toc` are the (anchor, title) of its headings; they travel in the output's metadata, from where the page
    takes its table of contents.
    """

    toc: tuple[tuple[str, str], ...]
    html: str

    def _repr_html_(self) -> str:
        return stylesheet() + self.html

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        titles = ", ".join(title for _, title in self.toc)
        return (
            {"text/html": self._repr_html_(), "text/plain": f"report: {titles}"},
            {"recon": {"toc": [list(entry) for entry in self.toc]}},
        )

    def __str__(self) -> str:
        return self.html


class AuditReport:
    """An audit report in parts; every method returns a section that a notebook cell can end with."""

    def __init__(self, model: ReportModel) -> None:
        self.model = model

    def headline(self) -> Section:
        """Title, figures, three sentences and whether the cycle ties out."""
        return self._section("headline", ("summary", "Summary"))

    def unmapped(self) -> Section:
        """Money that no client or service is assigned to."""
        return self._section("unmapped", ("unmapped", "Unmapped money"), items=self.model.basis.unmapped[:SHOWN])

    def bridge(self) -> Section:
        """From the expected to the actual total, per leg and currency."""
        have = {bridge.leg for bridge in self.model.bridges}
        silent = [leg for leg in self.model.basis.legs if leg.leg not in have]
        return self._section("bridge", ("bridge", "From expected to actual"), silent=silent)

    def discrepancies(self) -> Section:
        """The discrepancies with the most money, in full."""
        return self._section("discrepancies", ("discrepancies", "Discrepancies"))

    def totals(self) -> Section:
        """The discrepancies added up by client, service and kind, and since the last cycle."""
        parts = self.model.breakdown
        return self._section(
            "totals",
            ("clients", "By client"),
            ("services", "By service"),
            ("kinds", "By kind"),
            ("roll-forward", "Since the last cycle"),
            groups=(
                ("clients", "By client", "Client", parts.clients, largest(parts.clients)),
                ("services", "By service", "Service", parts.services, largest(parts.services)),
            ),
        )

    def sources(self) -> Section:
        """The files that were read, and the problems in them."""
        return self._section(
            "sources",
            ("sources", "Sources"),
            ("problems", "Problems in the sources"),
            severities=Counter(problem.severity for problem in self.model.basis.problems),
        )

    def evidence(self) -> Section:
        """What was compared with which rules, and the hashes of what it rests on."""
        return self._section("evidence", ("rules", "What was compared"), ("evidence", "Evidence"))

    def sections(self) -> tuple[Section, ...]:
        """All parts, in the order of the page."""
        return (
            self.headline(),
            self.unmapped(),
            self.bridge(),
            self.discrepancies(),
            self.totals(),
            self.sources(),
            self.evidence(),
        )

    def _section(self, name: str, *toc: tuple[str, str], **extra: Any) -> Section:
        template = environment().get_template(f"sections/{name}.html.j2")
        return Section(toc, template.render(model=self.model, shown=SHOWN, legs=LEGS, **extra))


def largest(groups: tuple[Group, ...]) -> dict[str, Decimal]:
    """The largest group's money per currency: the full length of a share bar."""
    found: dict[str, Decimal] = {}
    for group in groups:
        found[group.currency] = max(found.get(group.currency, Decimal(0)), group.moved)
    return found


@cache
def environment() -> Environment:
    """The templates' environment: autoescape on, unknown names are errors."""
    env = Environment(
        loader=FileSystemLoader(template_dir() / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        money=text.money,
        magnitude=text.magnitude,
        amount=text.amount,
        signed=text.signed,
        quantity=text.quantity,
        day=text.day,
        age=text.age,
        words=text.words,
        count=text.count,
        waterfall=charts.waterfall_svg,
        axis_start=charts.axis_start,
        share=charts.share_svg,
    )
    return env


@cache
def stylesheet() -> str:
    """The sections' own style as an element; the page carries it once instead."""
    css = (template_dir() / "report" / "section.css").read_text(encoding="utf-8")
    return f"<style>{css}</style>"
