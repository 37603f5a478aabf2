"""Record keeping: a cycle's inbox to canonical lines, with every file accounted for."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from recon.engine import Engine, literal
from recon.errors import Problem, ReconError, unknown
from recon.line import FIELDS, LINE_COLUMNS, SIDES
from recon.period import Cycle
from recon.sources import parse
from recon.sources.flat import Unreadable
from recon.sources.identify import Recognised, recognise
from recon.sources.profile import DATE_FORMATS, Profile, profiles
from recon.sources.read import Peek, peek
from recon.sources.stage import PROBLEM_COLUMNS, PROBLEMS, STAGED, STAGED_COLUMNS, FileReport, Staging
from recon.workspace import Folder

LINES = "lines"


@dataclass(frozen=True)
class Loaded:
    """A cycle's files. The lines are in the engine's table LINES, the located faults in PROBLEMS.

    `unreadable` are the faults of whole files; `missing` the required sources without a file.
    """

    files: list[FileReport]
    unreadable: list[Problem]
    missing: list[tuple[str, str]]  # (source, side)


def load(engine: Engine, folder: Folder, cycle: Cycle, sides: Collection[str] = SIDES) -> Loaded:
    """Load the files of `folder`'s inbox for `cycle` that feed one of `sides`.

    Raises ReconError where there is no such cycle or no file.
    """
    known = profiles(folder.root)
    _check_sources(folder, known)
    if not folder.files(cycle):
        raise ReconError(f"inbox/{cycle} has no files; put the cycle's exports there.")
    engine.empty(STAGED, STAGED_COLUMNS)
    engine.empty(PROBLEMS, PROBLEM_COLUMNS)
    with tempfile.TemporaryDirectory(prefix="recon-") as scratch:
        looks, unreadable = _identify(folder, cycle, known, Path(scratch))
        references, reports = _references(engine, looks)
        staging = Staging(engine, cycle, folder.config.currency, references)
        for look, one, shown in looks:
            if one.profile.reference:
                staging.unusable(look, one.source, shown)
            elif one.side in sides:
                try:
                    reports.append(staging.stage(look, one, shown))
                except Unreadable as fault:
                    unreadable.append(_whole_file(shown, fault))
    for problem in unreadable:
        staging.problem(problem)
    reports = _without_repeats(reports, _identify_lines(engine))
    return Loaded(sorted(reports, key=lambda one: one.file), unreadable, _missing(folder, known, reports))


def _check_sources(folder: Folder, known: dict[str, Profile]) -> None:
    """What recon.yaml says of its sources and only the profiles can tell right from wrong. Raises ReconError."""
    for name, source in folder.config.sources.items():
        if source.profile not in known:
            raise unknown(f"profile of source {name} in recon.yaml:", source.profile, known)
        if source.date and source.date not in DATE_FORMATS:
            raise unknown(f"date format of source {name} in recon.yaml:", source.date, DATE_FORMATS)
        if not (source.side or known[source.profile].side or known[source.profile].reference):
            raise ReconError(f"recon.yaml: the source {name} needs a side: {', '.join(SIDES)}.")


def _missing(folder: Folder, known: dict[str, Profile], reports: list[FileReport]) -> list[tuple[str, str]]:
    """The required sources that no file fed, with their sides."""
    seen = {report.source for report in reports}
    return sorted(
        (name, source.side or known[source.profile].side or "")
        for name, source in folder.config.sources.items()
        if source.required and name not in seen
    )


Look = tuple[Peek, Recognised, str]


def _identify(
    folder: Folder, cycle: Cycle, known: dict[str, Profile], scratch: Path
) -> tuple[list[Look], list[Problem]]:
    """Each file with its profile; a file that can't be read, or was there before under another name, is a fault."""
    looks: list[Look] = []
    faults: list[Problem] = []
    contents: dict[tuple[str, str], str] = {}  # two sources may hold the same table, and agree to the byte
    inbox = folder.inbox(cycle)
    for path in folder.files(cycle):
        shown = path.relative_to(inbox).as_posix()
        try:
            look = peek(path, scratch)
            one = recognise(look, shown, known, folder.config.sources)
            first = contents.setdefault((look.sha256, one.source), shown)
            if first != shown:
                raise Unreadable(f"has the same content as {first} and is left out; delete one of them")
            looks.append((look, one, shown))
        except Unreadable as fault:
            faults.append(_whole_file(shown, fault))
    return looks, faults


def _whole_file(shown: str, fault: Unreadable) -> Problem:
    return Problem("error", "", shown, 0, "", "", f"{shown}: {fault}")


def _references(engine: Engine, looks: list[Look]) -> tuple[dict[str, tuple[str, list[str]]], list[FileReport]]:
    """The filled rows of each reference profile's files as one table with `_file` and `_row`; and their reports."""
    found: dict[str, tuple[str, list[str]]] = {}
    reports = []
    for look, one, shown in looks:
        if not one.profile.reference:
            continue
        raw = engine.name("reference")
        headers = look.load(engine, raw, one.sheet, one.header)
        name = one.profile.profile
        reports.append(_reference_report(look, one, shown, engine.value(f"SELECT COUNT(*) FROM {raw}")))
        if name not in found:
            found[name] = (
                engine.create(engine.name("references"), f"SELECT *, {literal(shown)} AS _file FROM {raw}"),
                headers,
            )
            continue
        table, first = found[name]
        merged = [*first, *(header for header in headers if header not in first)]
        new = ", ".join(
            f"{f'c{headers.index(header)}' if header in headers else 'NULL'} AS c{index}"
            for index, header in enumerate(merged)
        )
        combined = f"SELECT * FROM {table} UNION ALL BY NAME SELECT _row, {literal(shown)} AS _file, {new} FROM {raw}"
        found[name] = (engine.create(engine.name("references"), combined), merged)
    for table, headers in found.values():
        engine.create(table, f"SELECT _row, _file, {parse.all_filled(len(headers))} FROM {table}")
    return found, reports


def _reference_report(look: Peek, one: Recognised, shown: str, rows: int) -> FileReport:
    rejected = len(look.faults)
    return FileReport(
        file=shown, profile=one.profile.profile, source=one.source, side="", sha256=look.sha256, size=look.size,
        records=rows + rejected, lines=0, rejected=rejected, non_data=rows, amount=None, currency="",
        rejected_amount=None, checks="",
    )  # fmt: skip


def _without_repeats(reports: list[FileReport], repeats: dict[str, int]) -> list[FileReport]:
    """The reports with repeated records counted as no data instead of as lines."""
    return [
        dataclasses.replace(one, lines=one.lines - count, non_data=one.non_data + count)
        for one in reports
        for count in [repeats.get(one.file, 0)]
    ]


def _identify_lines(engine: Engine) -> dict[str, int]:
    """Make each line's id unique, and drop repeats of records that their source numbers.

    The id is a hash of source and natural key, so the same row re-exported keeps it; rows with the same key are
    numbered in the order of their content, so that the order of rows and files doesn't matter. Returns how many
    repeats each file had.
    """
    content = ", ".join(FIELDS)
    # Only rows with an id in common are numbered: few, and ordering by content is dear.
    again = f"(SELECT line_id FROM {STAGED} GROUP BY line_id HAVING COUNT(*) > 1) AS again"
    engine.create(
        "numbered_lines",
        f"SELECT s.*, ROW_NUMBER() OVER (PARTITION BY line_id ORDER BY {content}, file, row) AS nth, "
        f"ROW_NUMBER() OVER (PARTITION BY line_id, {content} ORDER BY file, row) AS same FROM {STAGED} s "
        f"SEMI JOIN {again} ON s.line_id = again.line_id",
    )
    key = "LEFT(REPLACE(natural_key, chr(31), ' '), 100)"
    engine.append(
        PROBLEMS,
        f"SELECT 'warning' AS severity, source, file, row, '' AS \"column\", "
        f"{key} AS value, CASE WHEN same > 1 THEN 'the same record again: a repeat of ' || {key} || ' is left out' "
        f"ELSE 'another record with the id ' || {key} || ': both are kept, one may be outdated' END AS message "
        "FROM numbered_lines WHERE unique_key AND nth > 1",
    )
    others = ", ".join(name for name in LINE_COLUMNS if name != "line_id")
    engine.create(
        LINES,
        f"SELECT line_id, {others} FROM {STAGED} s ANTI JOIN {again} ON s.line_id = again.line_id UNION ALL "
        f"SELECT line_id || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END, {others} FROM numbered_lines "
        "WHERE NOT unique_key OR same = 1",
    )
    repeats = engine.rows("SELECT file, COUNT(*) FROM numbered_lines WHERE unique_key AND same > 1 GROUP BY file")
    for table in (STAGED, "numbered_lines"):
        engine.drop(table)
    return dict(repeats)
