"""The report's model: every number and sentence that leaves the desk, computed once and frozen.

The page and the workbook only render it, so they can't disagree. Money is Decimal throughout.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recon.reports import bridge, evidence, headline, ranking, rollforward, sentences, text, totals
from recon.reports.source import KindShape, Reconciled, clean, names

# So many are told in full on the page; all are in the workbook and the CSV.
TOP = 50


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose cycle this is; `month` is its name for people."""

    workspace: str
    cycle: str
    phase: str
    start: dt.date
    last_day: dt.date
    month: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen. `statuses` counts the discrepancies by status, the most frequent first."""

    cards: tuple[headline.Card, ...]
    open: tuple[headline.Sum, ...]
    tie_out: headline.TieOut
    sentences: tuple[str, ...]
    statuses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The discrepancies added up by client, by service and by kind."""

    clients: tuple[totals.Group, ...]
    services: tuple[totals.Group, ...]
    kinds: tuple[totals.KindGroup, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the result rests on."""

    unmapped: tuple[evidence.Unmapped, ...]
    files: tuple[evidence.File, ...]
    problems: tuple[evidence.Problem, ...]
    legs: tuple[evidence.Leg, ...]
    rules: tuple[evidence.Rule, ...]
    policy: tuple[evidence.Setting, ...]
    parameters: tuple[evidence.Setting, ...]


@dataclass(frozen=True, slots=True)
class ReportModel:
    """One cycle's audit, in the order it is shown; `top` are the discrepancies told in full."""

    identity: Identity
    overview: Overview
    bridges: tuple[bridge.Bridge, ...]
    discrepancies: tuple[ranking.Discrepancy, ...]
    top: tuple[ranking.Ranked, ...]
    breakdown: Breakdown
    rolls: tuple[rollforward.Roll, ...]
    basis: Basis

    @property
    def rest(self) -> int:
        """How many discrepancies the page only counts."""
        return len(self.discrepancies) - len(self.top)


def report_model(rec: Reconciled, kinds: Iterable[KindShape] | None = None) -> ReportModel:
    """The model of a reconciliation; `kinds` are the kinds' texts, by default the package's own."""
    texts = {kind.name: kind for kind in (_family() if kinds is None else kinds)}
    titles = {name: kind.title for name, kind in texts.items()}
    client_names = names(rec.clients)
    found = ranking.discrepancies(rec, client_names, names(rec.services), titles)
    bridges = bridge.bridges(rec, client_names)
    rolls = rollforward.roll_forward(rec)
    basis = _basis(rec)
    breakdown = Breakdown(totals.by_client(found), totals.by_service(found), totals.by_kind(found, texts))
    tie_out = headline.tie_out(
        bridges,
        rolls,
        basis.problems,
        len(basis.unmapped),
        evidence.missing_sources([item.kind for item in found]),
    )
    return ReportModel(
        identity=_identity(rec),
        overview=_overview(rec, tie_out, found, breakdown.clients, basis),
        bridges=bridges,
        discrepancies=found,
        top=ranking.with_evidence(found[:TOP], rec),
        breakdown=breakdown,
        rolls=rolls,
        basis=basis,
    )


def _identity(rec: Reconciled) -> Identity:
    last_day = rec.cycle.end - dt.timedelta(days=1)
    name, month = clean(rec.workspace.name), text.month(rec.cycle.start)
    return Identity(name, str(rec.cycle), rec.phase, rec.cycle.start, last_day, month)


def _overview(
    rec: Reconciled,
    tie_out: headline.TieOut,
    found: Sequence[ranking.Discrepancy],
    clients: Sequence[totals.Group],
    basis: Basis,
) -> Overview:
    cards = headline.cards(rec)
    sums = {card.key: card.sums for card in cards}
    said = (
        sentences.losing(text.month(rec.cycle.start), sums["leak"], clients),
        sentences.giving_back(sums["overbilled"], sums["vendor_overcharge"]),
        sentences.unplaced(sums["unmapped"], basis.unmapped, basis.files),
    )
    statuses = Counter(item.status for item in found).items()
    ordered = tuple(sorted(statuses, key=lambda pair: (-pair[1], pair[0])))
    return Overview(cards, headline.sums(rec, "open"), tie_out, said, ordered)


def _basis(rec: Reconciled) -> Basis:
    return Basis(
        evidence.unmapped(rec),
        evidence.files(rec),
        evidence.problems(rec),
        evidence.legs(rec),
        evidence.rules(rec),
        evidence.policy(rec),
        evidence.parameters(rec),
    )


def _family() -> Iterable[KindShape]:
    # Imported late: a report on other people's frames brings its own kinds and needs no engine.
    from recon.discrepancies.kinds import KINDS

    return KINDS
