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
from recon.money import NUMBER, SCALE
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
        """Of several columns with one header the first counts; the file's own go before what its surroundings add."""
        found: dict[str, str] = {}
        for index, header in enumerate(headers):
            found.setdefault(normalised(header), f"c{index}")
        return cls({**(extra or {}), **found}, filename, cycle)

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
    """A canonical value, the text that it was read from (NULL where it can't be wrong), and that text's header.

    All three are SQL: which column a row's value comes from may depend on the row.
    """

    value: str
    raw: str
    header: str


def expression(name: str, origin: Origin | None, columns: Columns) -> Expression:
    """SQL of one canonical column under its declaration."""
    kind = FIELDS[name]
    if origin is None:
        return Expression(f"CAST(NULL AS {kind})", NO_TEXT, literal(name))
    if origin.cases:
        return _cases(name, origin.cases, columns)
    text = _text(origin, columns)
    header = _header(name, origin, columns)
    if kind == NUMBER:
        return _number(text, header, origin, columns)
    if kind == DATE:
        return Expression(_date(text, origin), text, header)
    if origin.map:
        return Expression(_mapped(text, origin.map), text, header)
    return Expression(text, NO_TEXT, header)


def _header(name: str, origin: Origin, columns: Columns) -> str:
    """SQL: the header of the column that the row's value comes from."""
    named = [*origin.from_, *origin.join] or [name]
    there = [one for one in origin.from_ if normalised(one) in columns.by_name]
    if len(there) < 2:
        return literal((there or named)[0])
    filled = " ".join(f"WHEN {columns.text(one)} IS NOT NULL THEN {literal(one)}" for one in there)
    return f"CASE {filled} ELSE {literal(there[0])} END"


def _cases(name: str, cases: list[Origin], columns: Columns) -> Expression:
    """The first case whose condition holds; a case without one always does."""
    values, raws, headers = [], [], []
    for case in cases:
        one = expression(name, case, columns)
        condition = holds(case.when, columns) if case.when else "TRUE"
        values.append(f"WHEN {condition} THEN {one.value}")
        raws.append(f"WHEN {condition} THEN {one.raw}")
        headers.append(f"WHEN {condition} THEN {one.header}")
    value, raw, header = (f"CASE {' '.join(parts)} END" for parts in (values, raws, headers))
    return Expression(value, raw, f"COALESCE({header}, {literal(name)})")


def _text(origin: Origin, columns: Columns) -> str:
    if origin.value is not None:
        return literal(origin.value)
    if origin.filename is not None:
        found = re.search(origin.filename, columns.filename)
        return literal(found[1] if found else None)
    if origin.join:
        parts = ", ".join(columns.text(name) for name in origin.join)
        return f"NULLIF(CONCAT_WS({literal(origin.with_)}, {parts}), '')"
    return columns.text(*origin.from_)


def _number(text: str, header: str, origin: Origin, columns: Columns) -> Expression:
    """A number. Where the column that it takes its sign from is at fault, that one is blamed."""
    value = parse.number(text, origin.decimal, None if origin.divide else origin.round)
    if origin.divide is not None:
        value = _divided(value, origin.divide, SCALE if origin.round is None else origin.round)
    if origin.negative:
        value = f"-ABS({value})"
    raw = NO_TEXT if origin.value is not None else text
    if origin.sign_of:
        other = columns.text(origin.sign_of)
        sign = parse.number(other, origin.decimal, SCALE)
        value = f"({value}) * CAST(SIGN({sign}) AS DECIMAL(1,0))"
        raw = f"CASE WHEN {sign} IS NULL THEN {other} ELSE {raw} END"
        header = f"CASE WHEN {sign} IS NULL THEN {literal(origin.sign_of)} ELSE {header} END"
    return Expression(f"CAST({value} AS {NUMBER})", raw, header)


def _divided(value: str, divisor: Decimal, places: int) -> str:
    """value ÷ divisor to `places` decimals, half away from zero, exact (see money.share).

    A divisor such as 0.5 is made whole first, and its scale moved to the value.
    """
    shift = Decimal(10) ** max(0, -int(divisor.normalize().as_tuple().exponent))
    unit = Decimal(10) ** places

    def constant(number: Decimal) -> str:
        # No wider: beyond 38 digits the engine's modulo turns into a float.
        return f"CAST({number:f} AS DECIMAL(20,0))"

    twice = constant(2 * divisor * shift)
    y = f"({constant(2 * unit * shift)} * ABS({value}) + {constant(divisor * shift)})"
    whole = f"CAST({y} - {y} % {twice} AS HUGEINT) // CAST({twice} AS HUGEINT)"
    return f"(SIGN({value}) * CAST({whole} AS DECIMAL(38,0)) * CAST({1 / unit:f} AS DECIMAL(18,12)))"


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
