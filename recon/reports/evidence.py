"""What the result rests on: files and their hashes, problems, unmapped rows, rules and parameters."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import metadata
from typing import Any

from recon.policy import PLACES
from recon.reports import text
from recon.reports.bridge import LEGS
from recon.reports.source import Reconciled, clean, rows

_SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class File:
    """One source file: how it was read, what of it was kept, and the checks its own totals gave."""

    file: str
    profile: str
    source: str
    side: str
    sha256: str
    size: int
    records: int
    lines: int
    rejected: int
    non_data: int
    amount: Decimal | None
    currency: str
    rejected_amount: Decimal | None
    checks: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A located fault of a source file; row 0 is the file as a whole."""

    severity: str
    source: str
    file: str
    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An account or item that nothing is assigned to, with its money and what the crosswalk suggests."""

    what: str
    side: str
    source: str
    key: str
    name: str
    client: str
    lines: int
    quantity: Decimal | None
    amount: Decimal | None
    currency: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Leg:
    """A comparison of two sides: whether it was made, and how many lines it had and matched."""

    leg: str
    title: str
    status: str
    expected_lines: int
    actual_lines: int
    matched_lines: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How many matches a rule made on a leg, by their outcome."""

    leg: str
    leg_title: str
    rule: str
    status: str
    matches: int
    lines: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A policy value or parameter as text."""

    name: str
    value: str


def files(rec: Reconciled) -> tuple[File, ...]:
    """The source files by side, source and name."""
    found = [File(**{name: row[name] for name in File.__dataclass_fields__}) for row in rows(rec.files)]
    return tuple(sorted(found, key=lambda item: (item.side, item.source, item.file)))


def problems(rec: Reconciled) -> tuple[Problem, ...]:
    """The problem records, errors first, then by file and row."""
    found = [Problem(**row) for row in rows(rec.problems[list(Problem.__dataclass_fields__)])]
    return tuple(sorted(found, key=lambda item: (_SEVERITIES.index(item.severity), item.file, item.row, item.column)))


def unmapped(rec: Reconciled) -> tuple[Unmapped, ...]:
    """The unmapped accounts and items, the most money first."""
    found = [Unmapped(**row) for row in rows(rec.unmapped[list(Unmapped.__dataclass_fields__)])]
    return tuple(sorted(found, key=lambda item: (-abs(item.amount or Decimal(0)), item.what, item.source, item.key)))


def legs(rec: Reconciled) -> tuple[Leg, ...]:
    """The legs in their own order, whether they were due or not."""
    order = list(LEGS)
    found = sorted(rows(rec.legs), key=lambda row: order.index(row["leg"]))
    return tuple(Leg(title=LEGS[row["leg"]].title, **row) for row in found)


def rules(rec: Reconciled) -> tuple[Rule, ...]:
    """Matches counted by leg, rule and outcome."""
    order = list(LEGS)

    def key(row: dict[str, Any]) -> tuple[int, str, str]:
        return order.index(row["leg"]), row["rule"], row["status"]

    grouped = itertools.groupby(sorted(rows(rec.matches[["leg", "rule", "status", "lines"]]), key=key), key)
    counted = ((place, list(group)) for place, group in grouped)
    return tuple(
        Rule(
            order[leg],
            LEGS[order[leg]].title,
            rule,
            status,
            len(group),
            sum(len(row["lines"].split()) for row in group),
        )
        for (leg, rule, status), group in counted
    )


def policy(rec: Reconciled) -> tuple[Setting, ...]:
    """The policy values in force, one a row; what holds for a part of the workspace says for which."""
    values = dict(rec.policy)
    overrides = values.pop("overrides", ())
    everywhere = [Setting(text.words(name), clean(_listed(value))) for name, value in values.items()]
    return (*everywhere, *(row for one in overrides for row in _override(one)))


def _override(one: Mapping[str, str]) -> list[Setting]:
    """An override's settings, named with the client, service and source for which they hold."""
    where = ", ".join(f"{place} {one[place]}" for place in PLACES if place in one)
    return [Setting(f"{text.words(name)} for {clean(where)}", clean(one[name])) for name in one if name not in PLACES]


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else str(value)


def parameters(rec: Reconciled) -> tuple[Setting, ...]:
    """What was asked for and what answered. No time and no path: the same input gives the same page."""
    return (
        Setting("Workspace", clean(rec.workspace.name)),
        Setting("Cycle", str(rec.cycle)),
        Setting("Phase", rec.phase or "read from the inbox"),
        Setting("Workspace currency", rec.workspace.currency),
        Setting("Package", f"recon-workbench {version()}"),
    )


def version() -> str:
    """The installed package's version; 'not installed' when run from a bare checkout."""
    try:
        return metadata.version("recon-workbench")
    except metadata.PackageNotFoundError:
        return "not installed"


def missing_sources(kinds: Sequence[str]) -> int:
    """How many required sources have no file, from the kinds of the discrepancies."""
    return sum(kind == "stale_source" for kind in kinds)
