"""A reconciled cycle, as an analyst holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from recon import frames
from recon.crosswalk.suggest.workspace import best, suggestions
from recon.discrepancies.finish import Discrepancy
from recon.discrepancies.kinds import UNMAPPED
from recon.discrepancies.matches import matches
from recon.discrepancies.variance import COMPONENTS
from recon.errors import ReconError, unknown
from recon.explanation import Explanation, explain
from recon.money import text
from recon.period import Cycle
from recon.policy import plain
from recon.reconcile import Inputs, Reconciled
from recon.review import aging, decisions, links
from recon.store.journal import Journal
from recon.workspace import Folder

if TYPE_CHECKING:
    from recon.ui.review import ReviewWidget


class Home(Protocol):
    """What a reconciliation asks of the workspace that it is in."""

    folder: Folder
    journal: Journal

    @property
    def name(self) -> str: ...
    @property
    def root(self) -> Path: ...
    @property
    def currency(self) -> str: ...
    @property
    def inputs(self) -> Inputs: ...
    def reconcile(self, cycle: str | Cycle, phase: str | None = None) -> Reconciliation: ...


class Reconciliation:
    """A reconciled cycle. Its tables are pandas frames, made when they are asked for; money is exact decimals."""

    def __init__(self, workspace: Home, cycle: Cycle, result: Reconciled) -> None:
        self.workspace = workspace
        self.cycle = cycle
        self.result = result
        self._engine = result.engine

    @property
    def phase(self) -> str:
        """pre (before invoicing) or post."""
        return self.result.phase

    @property
    def policy(self) -> dict[str, Any]:
        """The rules of the run as texts, `passes_off` as a list of names, `overrides` as a list of mappings."""
        return plain(self.workspace.folder.config.policy)

    @property
    def found(self) -> list[Discrepancy]:
        """The discrepancies as records, the largest |impact| first."""
        return self.result.found

    @property
    def discrepancies(self) -> pd.DataFrame:
        """The classified differences with status and age: the columns of discrepancies.csv."""
        states = self.statuses()
        ages = self._ages
        rows = [
            {**vars_of(one), "status": states[one.discrepancy_id], "age_cycles": ages[one.thread]} for one in self.found
        ]
        return frames.frame(rows, frames.DISCREPANCY_TYPES)

    @cached_property
    def _ages(self) -> dict[str, int]:
        return aging.ages(self.workspace.journal, self.cycle, self.found)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every canonical line with its client, service and mapping."""
        return frames.lines(self._engine)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The located faults of the source files."""
        return self._engine.frame('SELECT * FROM problems ORDER BY severity, file, row, "column"')

    @cached_property
    def files(self) -> pd.DataFrame:
        """Every file: profile, rows, totals, checks."""
        return frames.records(self.result.loaded.files, frames.FILE_TYPES)

    @cached_property
    def unmapped(self) -> pd.DataFrame:
        """Accounts and items that the crosswalk doesn't know, most money first."""
        return frames.unmapped(self._engine, best(self.suggestions(cycles=1)))

    def suggestions(self, top: int = 3, cycles: int = 3) -> pd.DataFrame:
        """For each unmapped account and item the clients or services that it may be; nothing is mapped by it.

        The best `top` with score, margin to the next, reasons, status; quantities agree over `cycles` up to this one.
        """
        earlier = [one for one in self.workspace.folder.cycles if one < self.cycle]
        past = earlier[max(len(earlier) - cycles + 1, 0) :]
        engines = (self.workspace.reconcile(one)._engine for one in past)
        return suggestions(self._engine, engines, self.workspace.journal, top)

    @cached_property
    def _matches(self) -> str:
        """The engine's table of matches, made when it is first asked for."""
        return matches(self._engine, self.result.matches, self.workspace.folder.config.policy.passes_off)

    @cached_property
    def matches(self) -> pd.DataFrame:
        """What was put together, by which rule."""
        return self._engine.frame(f"SELECT * FROM {self._matches} ORDER BY leg, client, service, currency, match_id")

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """Per leg, currency and client: expected total, components, actual total. difference = Σ components."""
        return frames.bridge(self._engine, COMPONENTS)

    def totals(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """Leg, currency, expected and actual total of what was compared."""
        return self._engine.rows(
            "SELECT leg, currency, SUM(expected_total), SUM(actual_total) FROM bridge_groups GROUP BY leg, currency ORDER BY 1, 2"
        )

    def write_lines(self, path: Path) -> None:
        """Every line as a Parquet file, written by the engine."""
        self._engine.write_parquet(frames.LINES_QUERY, str(path))

    @property
    def rollforward(self) -> pd.DataFrame:
        """Per currency: opening + new − resolved = closing, in count and money."""
        rows = aging.roll_forward(self.workspace.journal, self.cycle, self.found)
        return frames.frame(rows, frames.ROLLFORWARD_TYPES)

    @cached_property
    def legs(self) -> pd.DataFrame:
        """Each comparison: compared, not due, or without data, and how many of its lines matched."""
        return frames.legs(self._engine, self._matches, self.result.legs)

    @cached_property
    def clients(self) -> pd.DataFrame:
        """The catalog's clients."""
        return frames.catalog(self._engine, "clients")

    @cached_property
    def services(self) -> pd.DataFrame:
        """The catalog's services."""
        return frames.catalog(self._engine, "services")

    @property
    def summary(self) -> str:
        """One line: how many discrepancies, and the sum of their impacts per heading and currency."""
        sums = {
            key: ", ".join(f"{text(amount, 2)} {currency}" for currency, amount, _ in found)
            for key, found in self.headline.items()
        }
        told = "".join(f"; {key.replace('_', ' ')} {said}" for key, said in sums.items() if said)
        return f"{self.cycle}: {len(self.found)} discrepancies{told}"

    @property
    def headline(self) -> dict[str, list[tuple[str, Decimal, int]]]:
        """Per heading and currency the sum of impacts and the count; `unmapped` sums sizes, so nothing nets away."""
        totals: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
        states = self.statuses()
        for one in self.found:
            if one.kind in UNMAPPED:
                totals["unmapped"][one.currency].append(abs(one.actual_amount or Decimal(0)))
            else:
                totals[one.direction][one.currency].append(one.impact)
            if states[one.discrepancy_id] in ("open", "stale"):
                totals["open"][one.currency].append(one.impact)
        keys = ("leak", "overbilled", "vendor_overcharge", "unmapped", "open")
        return {
            key: [(currency, sum(found, Decimal(0)), len(found)) for currency, found in sorted(totals[key].items())]
            for key in keys
        }

    def statuses(self) -> dict[str, str]:
        """The status of each discrepancy under the decisions that stand."""
        made = decisions.standing(self.workspace.journal)
        return {
            one.discrepancy_id: stand[-1].status(one.fingerprint) if (stand := made.get(one.discrepancy_id)) else "open"
            for one in self.found
        }

    def discrepancy(self, discrepancy_id: str) -> Discrepancy:
        """One discrepancy. Raises ReconError for an unknown id."""
        for one in self.found:
            if one.discrepancy_id == discrepancy_id:
                return one
        raise ReconError(
            f"unknown discrepancy {discrepancy_id!r} in {self.cycle}; recon list {self.cycle} shows the ids."
        )

    def lines_of(self, discrepancy_id: str) -> pd.DataFrame:
        """The lines of both sides behind a discrepancy, with file and row."""
        ids = set(self.discrepancy(discrepancy_id).lines.split())
        return self.lines[self.lines["line_id"].isin(ids)].reset_index(drop=True)

    def explain(self, discrepancy_id: str) -> Explanation:
        """Why it is one: both sides' lines, how it adds up, what each pass says, what was allowed, the nearest miss."""
        off = self.workspace.folder.config.policy.passes_off
        return explain(self.result, self._matches, self.discrepancy(discrepancy_id), off)

    def join(self, match_id: str, note: str = "") -> None:
        """Say that the lines of a suggested or ambiguous match belong together; the next reconciliation follows it.

        Raises ReconError for a match that is no suggestion, or a line that is in another joined match.
        """
        chosen = self.matches[self.matches["match_id"] == match_id]
        proposed = chosen[chosen["status"].isin(["suggested", "ambiguous"])]
        if proposed.empty:
            raise ReconError(
                f"{match_id!r} is no suggested match of {self.cycle}; recon match show {self.cycle} lists them."
            )
        if proposed["leg"].iloc[0] != "promised_billed":
            raise ReconError(
                "only lines of agreements and invoices can be joined; use is mapped through the crosswalk."
            )
        links.join(self.workspace.journal, proposed["lines"].iloc[0].split(), note)

    def part(self, match_id: str, note: str = "") -> None:
        """Take apart what a person joined; everything is as before. `match_id` is that of the match with its lines."""
        chosen = self.matches[self.matches["match_id"] == match_id]
        lines = set() if chosen.empty else set(chosen["lines"].iloc[0].split())
        joined = [one for one in links.standing(self.workspace.journal) if set(one.lines) <= lines]
        if not joined:
            raise ReconError(f"nobody joined the lines of match {match_id!r} in {self.cycle}.")
        for one in joined:
            links.part(self.workspace.journal, one.lines, note)

    def history(self, discrepancy_id: str) -> pd.DataFrame:
        """What was decided of a discrepancy, oldest first: at, actor, action, note, until."""
        made = decisions.history(self.workspace.journal, discrepancy_id)
        return frames.frame(
            [(one.at, one.actor, one.action, one.note, one.until or "") for one in made], frames.DECISION_TYPES
        )

    def decide(self, ids: Sequence[str], action: str, note: str = "", until: str | None = None) -> pd.DataFrame:
        """Write a decision to the journal; returns discrepancy_id and new status.

        Actions: accept, waive, dispute, timing, undo. Raises ReconError: nothing is written.
        """
        chosen = [ids] if isinstance(ids, str) else list(ids)
        fingerprints = {one.discrepancy_id: one.fingerprint for one in self.found}
        decisions.decide(self.workspace.journal, fingerprints, chosen, action, note, until)
        states = self.statuses()
        return frames.frame([(one, states[one]) for one in chosen], {"discrepancy_id": str, "status": str})

    def waterfall(self, leg: str, currency: str | None = None) -> Any:
        """How a leg's expected total becomes its actual total, as a plotly figure; the currency is the home currency.

        Raises ReconError where nothing was compared on that leg in that currency.
        """
        from recon.reports.bridge import bridges
        from recon.reports.charts import waterfall

        wanted = (leg, currency or self.workspace.currency)
        drawn = {(one.leg, one.currency): one for one in bridges(self, {})}
        if wanted not in drawn:
            raise unknown("leg and currency", " ".join(wanted), [" ".join(one) for one in drawn])
        return waterfall(drawn[wanted])

    def review(self) -> ReviewWidget:
        """The review queue: an interactive widget for JupyterLab."""
        from recon.ui.review import review

        return review(self)

    def __repr__(self) -> str:
        return (
            f"Reconciliation({self.workspace.name!r}, {self.cycle}, {self.phase}-bill, {len(self.found)} discrepancies)"
        )


def vars_of(one: Discrepancy) -> dict[str, Any]:
    """A discrepancy's fields by name."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
