"""A profile's declarations as SQL: one expression for each canonical column, executed set-wise on the engine.

Columns of the file are only ever named by position (`c0`, `c1`, …) and values only ever appear as quoted literals,
so nothing that a file or a profile holds becomes SQL text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from recon.engine import literal
from recon.line import DATE, FIELDS
from recon.money import NUMBER
from recon.period import Cycle
from recon.sources import parse
from recon.sources.profile import Origin, When, normalised


@dataclass
class Columns:
    """The columns of one file by normalised header: SQL names of their filled texts."""

    by_name: Mapping[str, str]
    filename: str
    cycle: Cycle
    missing: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, headers: list[str], filename: str, cycle: Cycle, extra: Mapping[str, str] | None = None) -> Columns:
        """Of several columns with one header the first counts."""
        found: dict[str, str] = {}
        for index, header in enumerate(headers):
            found.setdefault(normalised(header), f"c{index}")
        return cls({**found, **(extra or {})}, filename, cycle)

    def text(self, *names: str) -> str:
        """SQL: the first of the columns that is filled; NULL where the file has none of them."""
        there = [self.by_name[normalised(name)] for name in names if normalised(name) in self.by_name]
        if not there:
            self.missing.update(names)
            return "CAST(NULL AS VARCHAR)"
        return there[0] if len(there) == 1 else f"COALESCE({', '.join(there)})"


NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Expression:
    """A canonical value, and the text that it was read from (NULL where it can't be wrong)."""

    value: str
    raw: str = NO_TEXT


def expression(name: str, origin: Origin | None, columns: Columns) -> Expression:
    """SQL of one canonical column under its declaration."""
    kind = FIELDS[name]
    if origin is None:
        return Expression(f"CAST(NULL AS {kind})")
    if origin.cases:
        return _cases(name, origin.cases, columns)
    text = _text(origin, columns)
    if kind == NUMBER:
        return Expression(_number(text, origin, columns), NO_TEXT if origin.value is not None else text)
    if kind == DATE:
        return Expression(_date(text, origin), text)
    if origin.map:
        return Expression(_mapped(text, origin.map), text)
    return Expression(text)


def _cases(name: str, cases: list[Origin], columns: Columns) -> Expression:
    """The first case whose condition holds; a case without one always does."""
    values, raws = [], []
    for case in cases:
        one = expression(name, case, columns)
        condition = holds(case.when, columns) if case.when else "TRUE"
        values.append(f"WHEN {condition} THEN {one.value}")
        raws.append(f"WHEN {condition} THEN {one.raw}")
    return Expression(f"CASE {' '.join(values)} END", f"CASE {' '.join(raws)} END")


def _text(origin: Origin, columns: Columns) -> str:
    if origin.value is not None:
        return literal(origin.value)
    if origin.filename is not None:
        found = re.search(origin.filename, columns.filename)
        return literal(found[1] if found else None)
    if origin.join:
        parts = [columns.text(name) for name in origin.join]
        return f" || {literal(origin.with_)} || ".join(parts)
    return columns.text(*origin.from_)


def _number(text: str, origin: Origin, columns: Columns) -> str:
    value = parse.number(text, origin.decimal)
    if origin.divide is not None:
        value = _divided(value, origin.divide, origin.round)
    if origin.negative:
        value = f"-ABS({value})"
    if origin.sign_of:
        sign = parse.number(columns.text(origin.sign_of), origin.decimal)
        value = f"({value}) * CAST(SIGN({sign}) AS DECIMAL(1,0))"
    return f"CAST({value} AS {NUMBER})"


def _divided(value: str, divisor: Decimal, places: int | None) -> str:
    """value ÷ divisor to `places` decimals, half away from zero, exact (see money.share)."""
    unit = Decimal(10) ** (places or 0)
    whole_divisor = f"CAST({divisor} AS DECIMAL(20,0))"
    y = f"(CAST({2 * unit} AS DECIMAL(20,0)) * ABS({value}) + {whole_divisor})"
    whole = f"CAST({y} - {y} % (2 * {whole_divisor}) AS HUGEINT) // CAST(2 * {whole_divisor} AS HUGEINT)"
    return f"(SIGN({value}) * CAST({whole} AS {NUMBER}) * CAST({1 / unit} AS DECIMAL(18,12)))"


def _date(text: str, origin: Origin) -> str:
    value = parse.date(text, origin.date or ["ISO"])
    if origin.month:
        start = f"CAST(DATE_TRUNC('month', {value}) AS DATE)"
        return start if origin.month == "start" else f"CAST({start} + INTERVAL 1 MONTH AS DATE)"
    return f"CAST({value} + INTERVAL 1 DAY AS DATE)" if origin.inclusive else value


def _mapped(text: str, words: Mapping[str, str]) -> str:
    """The word's canonical counterpart; `*` stands for any other word."""
    rest = words.get("*")
    pairs = [f"WHEN {literal(word.lower())} THEN {literal(to)}" for word, to in words.items() if word != "*"]
    other = f"ELSE CASE WHEN {text} IS NOT NULL THEN {literal(rest)} END" if rest else ""
    return f"CASE LOWER({text}) {' '.join(pairs)} {other} END" if pairs else f"CASE WHEN TRUE THEN {literal(rest)} END"


def holds(when: When, columns: Columns) -> str:
    """SQL: the condition is true for the row (an empty column is no word at all)."""
    text = columns.text(when.column)
    parts = []
    if when.one_of is not None:
        parts.append(f"LOWER(COALESCE({text}, '')) IN ({_words(when.one_of)})")
    if when.none_of is not None:
        parts.append(f"LOWER(COALESCE({text}, '')) NOT IN ({_words(when.none_of)})")
    if when.contains is not None:
        parts.append(f"POSITION({literal(when.contains.lower())} IN LOWER(COALESCE({text}, ''))) > 0")
    if when.before_cycle is not None:
        parts.append(f"COALESCE({parse.date(text, when.before_cycle)} < DATE '{columns.cycle.start}', FALSE)")
    return " AND ".join(parts) or "TRUE"


def _words(words: list[str]) -> str:
    return ", ".join(literal(word.lower()) for word in words)
