"""What the command prints: tables on a terminal, plain lines in a pipe."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import pandas as pd
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from recon.crosswalk.suggest.bulk import in_bulk
from recon.crosswalk.suggest.proposals import Proposal
from recon.discrepancies.kinds import kinds
from recon.errors import ReconError, unknown
from recon.money import text
from recon.reconciliation import Reconciliation
from recon.reports.exports import cells, write_csv_to
from recon.review import links
from recon.review.decisions import STATUSES

DIRECTIONS = ("leak", "overbilled", "vendor_overcharge", "vendor_undercharge", "neutral")
HEADINGS = {
    "leak": "Money leaking",
    "overbilled": "Over-billed",
    "vendor_overcharge": "Vendor over-charges",
    "unmapped": "Unmapped money",
    "open": "Open, net",
}


WIDE = 140  # columns that a terminal needs before whole sentences fit beside the numbers


class Format(StrEnum):
    """How a list is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def console(stderr: bool = False) -> Console:
    """A console; in a pipe it doesn't wrap, so that a line is a line."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 240)


@contextmanager
def working(console: Console, what: str) -> Iterator[Callable[[str], None]]:
    """A spinner that tells the step, on a terminal only."""
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


def summary(console: Console, rec: Reconciliation) -> None:
    """The headline numbers of a cycle."""
    console.print(
        f"{rec.workspace.name} · {rec.cycle} · {rec.phase}-bill · {len(rec.found)} discrepancies",
        markup=False,
        highlight=False,
    )
    for key, heading in HEADINGS.items():
        found = rec.headline[key]
        sums = ", ".join(f"{text(amount, 2)} {currency} in {count}" for currency, amount, count in found) or "none"
        console.print(f"  {heading:<20} {sums}", markup=False, highlight=False)
    errors = int((rec.problems["severity"] == "error").sum())
    console.print(f"  {'Source problems':<20} {errors} errors, {len(rec.problems) - errors} warnings", highlight=False)


def check(console: Console, rec: Reconciliation) -> None:
    """Files, problems, what is missing and what is unmapped."""
    _table(console, "Files", rec.files[["file", "source", "side", "records", "lines", "rejected", "non_data", "amount",
                                        "currency", "rejected_amount", "checks"]])  # fmt: skip
    if len(rec.problems):
        shown = rec.problems.head(50)[["severity", "file", "row", "message"]]
        _table(console, f"Problems: {len(rec.problems)}", shown)
    for source, side in rec.result.loaded.missing:
        console.print(f"missing: {source} ({side}) has no file in inbox/{rec.cycle}", markup=False, highlight=False)
    unmapped(console, rec)
    summary(console, rec)


def unmapped(console: Console, rec: Reconciliation) -> None:
    """Accounts and items that the crosswalk doesn't know, most money first."""
    columns = ["what", "source", "name", "client", "lines", "amount", "currency", "suggestion"]
    named = rec.unmapped["name"].where(rec.unmapped["name"] != "", rec.unmapped["key"])
    _table(console, f"Unmapped: {len(rec.unmapped)}", rec.unmapped.assign(name=named)[columns])


def proposed(console: Console, rec: Reconciliation) -> None:
    """Matches that no rule accepts by itself, and the matches that hold what a person joined."""
    joined = [set(one.lines) for one in links.standing(rec.workspace.journal)]
    open_ones = rec.matches[rec.matches["status"].isin(["suggested", "ambiguous"])]
    by_person = [any(names <= set(lines.split()) for names in joined) for lines in rec.matches["lines"]]
    shown = pd.concat([open_ones, rec.matches[by_person].assign(status="joined")])
    columns = ["match_id", "leg", "rule", "status", "client", "service", "explanation"]
    _table(
        console,
        f"May belong together: {len(open_ones)}, joined: {sum(by_person)}",
        shown[columns],
    )


def suggestions(console: Console, found: pd.DataFrame) -> None:
    """Suggestions with their scores and reasons; a star where one may be confirmed together with others."""
    starred = found.assign(bulk=["*" if at in in_bulk(found).index else "" for at in found.index])
    shown = starred[
        ["what", "source", "key", "name", "rank", "candidate", "score", "margin", "bulk", "status", "reasons"]
    ]
    _table(console, f"Suggestions: {len(found)}", shown.astype({"score": "string", "margin": "string"}))


def proposals(console: Console, found: Sequence[Proposal]) -> None:
    """General entries, with the lines they would have mapped, and those that agree with them or contradict them."""
    columns = ["name", "service", "factor", "sources", "would map", "agree", "contradict"]
    rows = [
        (one.name, one.service, text(one.factor), ", ".join(one.sources), one.mapping, one.agreeing, one.contradicting)
        for one in found
    ]
    _table(console, f"Proposals: {len(found)}", pd.DataFrame(rows, columns=columns))


def discrepancies(console: Console, rec: Reconciliation, form: Format, **filters: str | None) -> None:
    """The discrepancies that pass the filters: as a table, or in full as CSV or JSON."""
    _known(rec, filters)
    found = rec.discrepancies
    for column, value in filters.items():
        if value is not None:
            found = found[found[column] == value]
    if form is Format.csv:
        write_csv_to(found, console.file)
    elif form is Format.json:
        rows = [dict(zip(found.columns, cells(row), strict=True)) for row in found.to_dict("records")]
        console.file.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        columns = [
            "discrepancy_id",
            "kind",
            "client",
            "service",
            "impact",
            "currency",
            "status",
            "age_cycles",
            "explanation",
        ]
        _table(console, f"{len(found)} discrepancies", found[columns])


def _known(rec: Reconciliation, filters: dict[str, str | None]) -> None:
    allowed = {"client": list(rec.clients["client"]), "kind": list(kinds), "status": list(STATUSES)}
    for column, value in filters.items():
        if value is not None and value not in allowed[column]:
            raise unknown(column, value, allowed[column])


def gate(expression: str | None) -> Callable[[Reconciliation], str] | None:
    """`--fail-on`: a test that answers with what it found ('' for nothing). Raises ReconError for an unknown word."""
    if expression is None:
        return None
    found = re.fullmatch(r"\s*([a-z_]+)\s*(?:>\s*([0-9.]+))?\s*", expression)
    words = ("any", *DIRECTIONS, *kinds)
    if not found or found[1] not in words:
        raise unknown("word in --fail-on", expression, words)
    try:
        limit = Decimal(found[2] or 0)
    except InvalidOperation as fault:
        raise ReconError(f"--fail-on {expression!r}: {found[2]!r} is not an amount.") from fault

    def test(rec: Reconciliation) -> str:
        states = rec.statuses()
        sums: dict[str, Decimal] = {}
        for one in rec.found:
            if found[1] in ("any", one.kind, one.direction) and states[one.discrepancy_id] in ("open", "stale"):
                sums[one.currency] = sums.get(one.currency, Decimal(0)) + abs(one.impact)
        over = [
            f"{text(size, 2)} {currency}" for currency, size in sorted(sums.items()) if size > limit or not found[2]
        ]
        return ", ".join(over)

    return test


def _table(console: Console, title: str, rows: pd.DataFrame) -> None:
    """A table with numbers to the right; names from files are text, never markup."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for name in rows.columns:
        numeric = pd.api.types.is_numeric_dtype(rows[name].dtype) or "decimal" in str(rows[name].dtype)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows.itertuples(index=False, name=None):
        table.add_row(*(escape(_shown(value)) for value in row))
    console.print(table)


def _shown(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    return text(value, 2) if isinstance(value, Decimal) else str(value)
