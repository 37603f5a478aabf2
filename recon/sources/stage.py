"""One recognised file to staged lines: good rows go on, bad rows become located problems, the rest is counted.

records = lines + rejected + non-data rows, for every file.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal

from recon.engine import Engine, literal
from recon.errors import Problem
from recon.line import DATE, FIELDS, LINE_COLUMNS
from recon.money import NUMBER, SCALE
from recon.period import Cycle
from recon.sources import checks, parse
from recon.sources.declare import Columns, expression, holds
from recon.sources.flat import Unreadable
from recon.sources.identify import Recognised
from recon.sources.profile import Profile, normalised, with_locale
from recon.sources.read import Peek

STAGED = "staged_lines"
PROBLEMS = "problems"
PROBLEM_COLUMNS = {
    "severity": "VARCHAR",
    "source": "VARCHAR",
    "file": "VARCHAR",
    "row": "BIGINT",
    "column": "VARCHAR",
    "value": "VARCHAR",
    "message": "VARCHAR",
}
STAGED_COLUMNS = {**LINE_COLUMNS, "natural_key": "VARCHAR", "unique_key": "BOOLEAN"}


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `amount` and `rejected_amount` are None where currencies differ or none is stated."""

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


@dataclass(frozen=True)
class Staging:
    """Where one file's rows are on their way to lines."""

    engine: Engine
    cycle: Cycle
    home_currency: str
    references: dict[str, tuple[str, list[str]]]

    def stage(self, peek: Peek, found: Recognised, shown: str) -> FileReport:
        """Append the file's good rows to STAGED and its faults to PROBLEMS."""
        settings = found.settings
        profile = found.profile
        if settings:
            profile = with_locale(profile, settings.date, settings.decimal)
        engine = self.engine
        raw = engine.name("raw")
        headers = peek.load(engine, raw, found.sheet, found.header)
        prepared, columns = self._prepare(profile, raw, headers, shown)
        side = found.side
        currency = (settings.currency if settings else None) or (None if side == "delivered" else self.home_currency)
        typed = self._type(profile, prepared, columns, currency)
        bad = " OR ".join(self._fault_tests(profile).values()) or "FALSE"
        if engine.rows(f"SELECT 1 FROM {typed} WHERE NOT _aside AND ({bad}) LIMIT 1"):
            self._faults(profile, typed, found.source, shown)
        else:
            bad = "FALSE"
        judged = f"(SELECT *, ({bad}) AS _bad FROM {typed})"
        self.unusable(peek, found.source, shown)
        verdict = checks.totals(engine, profile, prepared, columns, found.source, shown)
        verdict += checks.arithmetic(engine, profile, prepared, columns, found.source, shown)
        self._keep(profile, judged, found.source, side, shown)
        report = self._report(peek, found, side, shown, judged, "; ".join(verdict))
        for table in (raw, prepared, typed):
            engine.drop(table)
        return report

    def unusable(self, peek: Peek, source: str, shown: str) -> None:
        """The file's rows that fit no table, to PROBLEMS."""
        for number, value, message in peek.faults:
            self.problem(Problem("error", source, shown, number, "", value, message))

    def problem(self, fault: Problem) -> None:
        """Append one located fault to PROBLEMS."""
        cells = ", ".join(f'{literal(value)} AS "{name}"' for name, value in dataclasses.asdict(fault).items())
        self.engine.append(PROBLEMS, f"SELECT {cells}")

    def _prepare(self, profile: Profile, raw: str, headers: list[str], shown: str) -> tuple[str, Columns]:
        """The raw rows with what their surroundings add: looked-up columns, group names, one row per unpivoted cell."""
        extra: dict[str, str] = {}
        texts = parse.all_filled(len(headers))
        filled = self.engine.create(self.engine.name("filled"), f"SELECT _row, {texts}, FALSE AS _aside FROM {raw}")
        query = f"SELECT * FROM {filled} WHERE {_any_filled(len(headers))}"
        if profile.report:
            query = checks.report_rows(profile.report, f"({query})", len(headers))
            extra[normalised("report.group")] = "_group"
        if profile.unpivot:
            query = _unpivot(profile, query, headers)
            extra |= {normalised("unpivot.item"): "_item", normalised("unpivot.quantity"): "_quantity"}
        if profile.lookup:
            query, looked_up = self._look_up(profile, query, headers)
            extra |= looked_up
        columns = Columns.of(headers, shown, self.cycle, extra)
        aside = " OR ".join(f"({holds(when, columns)})" for when in profile.skip) or "FALSE"
        prepared = self.engine.create(
            self.engine.name("prepared"), f"SELECT * REPLACE (_aside OR {aside} AS _aside) FROM ({query})"
        )
        self.engine.drop(filled)
        return prepared, columns

    def _look_up(self, profile: Profile, query: str, headers: list[str]) -> tuple[str, dict[str, str]]:
        """A left join, so that a row without its counterpart stays (and says so); the first of repeated keys counts."""
        lookup = profile.lookup
        assert lookup is not None
        table, names = self.references.get(lookup.profile, ("", []))
        ((mine, theirs),) = lookup.on.items()
        positions = {normalised(name): index for index, name in enumerate(names)}
        own = {normalised(name): index for index, name in reversed(list(enumerate(headers)))}
        if not table or normalised(theirs) not in positions or normalised(mine) not in own:
            return query, {}
        key = f"c{positions[normalised(theirs)]}"
        once = f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY _file, _row) AS _nth FROM {table}"
        columns = ", ".join(f"c{index} AS l{index}" for index in range(len(names)))
        joined = (
            f"SELECT own.*, other.* FROM ({query}) AS own "
            f"LEFT JOIN (SELECT {key} AS _key, {columns} FROM ({once}) WHERE _nth = 1) AS other "
            f"ON own.c{own[normalised(mine)]} = other._key"
        )
        found = {normalised(f"{lookup.as_}.{name}"): f"l{i}" for i, name in enumerate(names)}
        return joined, found

    def _type(self, profile: Profile, prepared: str, columns: Columns, currency: str | None) -> str:
        """Each row's canonical values `f_*` and, where a text can be wrong, that text `r_*`."""
        parts = []
        for name in FIELDS:
            one = expression(name, profile.fields.get(name), columns)
            value = one.value
            if name == "currency":
                value = f"UPPER(COALESCE({value}, {literal(currency)}))"
            if name == "charge_kind" and not _required(profile, name):
                value = f"CASE WHEN {one.raw} IS NULL THEN COALESCE({value}, 'recurring') ELSE {value} END"
            parts.append(f"{value} AS f_{name}, {one.raw} AS r_{name}")
            if _header(profile, name) is None:
                parts.append(f"{one.header} AS h_{name}")
        declared_key = " || chr(31) || ".join(f"COALESCE({columns.text(name)}, '')" for name in profile.key) or "''"
        # Kept before it is tested: an optimizer that merges the steps writes every parsing expression out per use.
        return self.engine.create(
            self.engine.name("typed"),
            f"SELECT _row, _aside, {', '.join(parts)}, {declared_key} AS natural_key FROM {prepared}",
        )

    @staticmethod
    def _fault_tests(profile: Profile) -> dict[str, str]:
        """For each column that can be wrong, the SQL condition that it is."""
        tests = {}
        for name in profile.fields:
            wrong = f"(r_{name} IS NOT NULL AND f_{name} IS NULL)"
            if FIELDS[name] == NUMBER:
                wrong = f"({wrong} OR COALESCE(ABS(f_{name}) >= {parse.LIMIT}, FALSE))"
            tests[name] = f"({wrong} OR f_{name} IS NULL)" if _required(profile, name) else wrong
        if {"quantity", "unit_price"} <= set(profile.fields):
            worth = parse.product("f_quantity", "f_unit_price")
            large = f"(f_quantity IS NOT NULL AND f_unit_price IS NOT NULL AND {worth} IS NULL)"
            tests["unit_price"] = f"({tests['unit_price']} OR {large})"
        return tests

    def _faults(self, profile: Profile, typed: str, source: str, shown: str) -> None:
        """One problem for each wrong cell of the rows that should be data."""
        for name, test in self._fault_tests(profile).items():
            header = _header(profile, name) or f"h_{name}"
            self.engine.append(
                PROBLEMS,
                f"SELECT 'error' AS severity, {literal(source)} AS source, {literal(shown)} AS file, _row AS row, "
                f"{header} AS \"column\", COALESCE(LEFT(r_{name}, 200), '') AS value, "
                f"{header} || ' ' || CASE WHEN r_{name} IS NULL THEN 'is empty' ELSE {_wrong(profile, name)} END "
                f"AS message FROM {typed} WHERE NOT _aside AND {test}",
            )

    def _keep(self, profile: Profile, judged: str, source: str, side: str, shown: str) -> None:
        """Append the good rows, with the hash of source and natural key as their id.

        The natural key is the columns that the profile declares, else the whole content; a field that the profile
        doesn't have is empty in each row and needs no look.
        """
        fields = ", ".join(f"f_{name} AS {name}" for name in FIELDS)
        filled = {*profile.fields, "currency", "charge_kind"}
        content = (f"COALESCE(CAST(f_{name} AS VARCHAR), '')" if name in filled else "''" for name in FIELDS)
        key = "natural_key" if profile.key else ", chr(31), ".join(content)
        unique = f"{profile.unique} AND REPLACE(natural_key, chr(31), '') <> ''"  # a record without id is like no other
        identity = f"SUBSTR(SHA256(CONCAT({literal(source)}, chr(30), {key})), 1, 16)"
        self.engine.append(
            STAGED,
            f"SELECT {identity} AS line_id, {literal(side)} AS side, {literal(source)} AS source, {literal(shown)} AS file, "
            f"_row AS row, {fields}, natural_key, {unique} AS unique_key FROM {judged} WHERE NOT _aside AND NOT _bad",
        )

    def _report(self, peek: Peek, found: Recognised, side: str, shown: str, judged: str, verdict: str) -> FileReport:
        good, bad = "FILTER (NOT _aside AND NOT _bad)", "FILTER (NOT _aside AND _bad)"
        records, lines, rejected, aside, currencies, *money = self.engine.rows(
            f"SELECT COUNT(*), COUNT(*) {good}, COUNT(*) {bad}, COUNT(*) FILTER (_aside), "
            "STRING_AGG(DISTINCT f_currency, ' ' ORDER BY f_currency) FILTER (NOT _aside), "
            f"SUM(f_amount) {good}, SUM(f_amount) {bad} FROM {judged}"
        )[0]
        currency = currencies or ""
        amount, lost = (None, None) if " " in currency else money
        faults = len(peek.faults)
        return FileReport(
            file=shown, profile=found.profile.profile, source=found.source, side=side, sha256=peek.sha256,
            size=peek.size, records=records + faults, lines=lines, rejected=rejected + faults, non_data=aside,
            amount=amount, currency=currency, rejected_amount=lost, checks=verdict,
        )  # fmt: skip


def _any_filled(width: int) -> str:
    """SQL: the row holds something. A row of blanks is a gap in the table, not a record."""
    return " OR ".join(f"c{index} IS NOT NULL" for index in range(width)) or "FALSE"


def _required(profile: Profile, name: str) -> bool:
    """Whether an empty cell is a fault; a case's own `required` counts for the whole column."""
    origin = profile.fields.get(name)
    return origin is not None and (origin.required or any(case.required for case in origin.cases))


def _header(profile: Profile, name: str) -> str | None:
    """SQL: the header of a canonical column's only origin; None where that depends on the row (`h_<name>` then)."""
    origin = profile.fields.get(name)
    if origin is not None and (origin.cases or origin.sign_of or len(origin.from_) > 1):
        return None
    return literal(next(iter(origin.columns()), name) if origin else name)


def _wrong(profile: Profile, name: str) -> str:
    """SQL: what is wrong with the text `r_<name>`, and what would be right."""
    if FIELDS[name] == DATE:
        return literal(f"is not a date ({' or '.join(_formats(profile, name))})")
    if FIELDS[name] == NUMBER:
        cases = (
            f"WHEN REGEXP_MATCHES(r_{name}, '^[^.]*[.][0-9]{{{SCALE + 1},}}$') THEN 'has more than {SCALE} decimals' "
            f"WHEN f_{name} IS NOT NULL OR REGEXP_FULL_MATCH(r_{name}, '[-+$(]*[0-9,]{{{SCALE + 1},}}([.][0-9]*)?[)-]?') "
            "THEN 'is too large' "
        )
        return f"CASE {cases}ELSE 'is not a number' END"
    words = list(profile.fields[name].map)
    return literal(f"is not one of {', '.join(words)}" if words else "is not a known value")


def _formats(profile: Profile, name: str) -> list[str]:
    origin = profile.fields[name]
    found = [*origin.date, *(one for case in origin.cases for one in case.date)]
    return list(dict.fromkeys(found)) or ["ISO"]


def _unpivot(profile: Profile, query: str, headers: list[str]) -> str:
    """One row for each filled cell of the listed columns."""
    positions = {normalised(header): index for index, header in enumerate(headers)}
    parts = []
    for column, item in profile.unpivot.items():
        if (index := positions.get(normalised(column))) is not None:
            parts.append(
                f"SELECT *, {literal(item)} AS _item, c{index} AS _quantity FROM wide WHERE c{index} IS NOT NULL"
            )
    if not parts:
        raise Unreadable(f"has none of the columns {', '.join(profile.unpivot)} that {profile.profile} counts")
    return f"WITH wide AS ({query}) {' UNION ALL '.join(parts)}"
