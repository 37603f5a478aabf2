"""A workspace of a few files, loaded: what the tests of sources, crosswalk and store start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recon import money
from recon.engine import Engine
from recon.line import FIELDS, LINE_COLUMNS
from recon.money import NUMBER
from recon.period import Cycle
from recon.sources.load import load
from recon.sources.stage import FileReport
from recon.workspace import Folder

CYCLE = "2026-10"
CONFIG = "name: Test MSP\ncurrency: USD\n"


@dataclass(frozen=True)
class Result:
    """A loaded inbox. `lines` are texts; `problems` are (severity, file, row, column, value, message)."""

    files: dict[str, FileReport]
    lines: list[dict[str, str]]
    problems: list[tuple[str, str, int, str, str, str]]

    @property
    def messages(self) -> list[str]:
        return [problem[-1] for problem in self.problems]


def workspace(root: Path, files: Mapping[str, str | bytes], config: str = CONFIG) -> Path:
    """Write recon.yaml and files; names without a folder go to the cycle's inbox."""
    (root / "inbox" / CYCLE).mkdir(parents=True, exist_ok=True)
    (root / "recon.yaml").write_text(config, "utf-8")
    for name, content in files.items():
        path = root / name if "/" in name else root / "inbox" / CYCLE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def loaded(root: Path, files: Mapping[str, str | bytes], config: str = CONFIG, cycle: str = CYCLE) -> Result:
    """Make the workspace and load its cycle. Every file must be accounted for, row by row."""
    engine = Engine(threads=1)
    found = load(engine, Folder.open(workspace(root, files, config)), Cycle.parse(cycle))
    for one in found.files:
        assert one.records == one.lines + one.rejected + one.non_data, one
    inbox = root / "inbox" / cycle
    there = {path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file()}
    assert {one.file for one in [*found.files, *found.unreadable]} == there
    columns = ", ".join(LINE_COLUMNS)
    lines = [_texts(row) for row in engine.rows(f"SELECT {columns} FROM lines ORDER BY file, row, item")]
    assert len(lines) == sum(one.lines for one in found.files)
    located = 'SELECT severity, file, row, "column", value, message FROM problems ORDER BY file, row, "column"'
    problems = engine.rows(located)
    faulty = {(file, row) for severity, file, row, *_ in problems if severity == "error" and row}
    assert not faulty & {(line["file"], int(line["row"])) for line in lines}, "a row is kept and rejected"
    assert sum(one.rejected for one in found.files) <= len(faulty), "a row is rejected without a problem"
    return Result({one.file: one for one in found.files}, lines, problems)


def _texts(row: tuple[object, ...]) -> dict[str, str]:
    cells = zip(LINE_COLUMNS, row, strict=True)
    return {name: _text(name, value) for name, value in cells}


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    return money.text(value) if FIELDS.get(name) == NUMBER else str(value)  # type: ignore[arg-type]
