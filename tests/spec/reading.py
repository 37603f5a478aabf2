"""The format of the specification: Markdown files whose fenced blocks are the tables of small workspaces.

    # Title                       prose
    ```services                   blocks before the first case are common to all cases of the file
    ## What the case shows        prose, with the arithmetic
    ```promised                   a side's table in cycle 2026-10; ```promised 2026-09 puts it into another cycle
    ```expect                     kind | leg | client | service | impact | currency, and optionally cycle
    ```says                       a sentence that must be among the explanations

A case is a workspace of its own: its rows come after the common rows of the same table, its policy replaces the common
one. What is expected is everything that the cycles named by `expect` show: those of its column `cycle`, of its info
string (```expect 2026-09), or else 2026-10.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.worlds import CONFIG, CYCLE, Row, Tables, World, table

SIDES = ("delivered", "counted", "charged", "promised", "billed")
CATALOG = ("clients", "services", "prices", "bundles", "tiers", "fx", "homes")
CROSSWALK = ("accounts", "items")
EXPECTED = ("kind", "leg", "client", "service", "impact", "currency")

# kind, leg, client, service, impact, currency
Told = tuple[str, str, str, str, Decimal, str]


@dataclass(frozen=True)
class Block:
    """A fenced block: the first word of its info string, the rest of it, the text, its line in the file."""

    name: str
    cycle: str
    text: str
    line: int


@dataclass(frozen=True)
class Case:
    """A case of a file: its name and its blocks, after those that are common to the file."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def world(self) -> World:
        """The workspace of the case."""
        inbox: dict[str, Tables] = {}
        folders: dict[str, Tables] = {"catalog": {}, "crosswalk": {}}
        config = CONFIG
        for block in self.blocks:
            if block.name in SIDES:
                _add(inbox.setdefault(block.cycle, {}), block)
            elif block.name in CATALOG:
                _add(folders["catalog"], block)
            elif block.name in CROSSWALK:
                _add(folders["crosswalk"], block)
            elif block.name == "policy":
                config = CONFIG + "policy:\n" + textwrap.indent(block.text, "  ")
        return World(folders["catalog"], inbox, folders["crosswalk"], config)

    @property
    def expected(self) -> dict[str, Counter[Told]]:
        """By cycle, what it must show."""
        found: dict[str, Counter[Told]] = {}
        for block in (one for one in self.blocks if one.name == "expect"):
            rows = table(block.text) if block.text.strip() else []
            if block.cycle != CYCLE or not all(row.get("cycle") for row in rows) or not rows:
                found.setdefault(block.cycle, Counter())
            for row in rows:
                kind, leg, client, service, impact, currency = (row[name] for name in EXPECTED)
                cycle = row.get("cycle") or block.cycle
                found.setdefault(cycle, Counter())[kind, leg, client, service, Decimal(impact), currency] += 1
        return found

    @property
    def sentences(self) -> list[str]:
        """Sentences that must be among the explanations."""
        said = [line.strip() for one in self.blocks if one.name == "says" for line in one.text.splitlines()]
        return [line for line in said if line]


def read(path: Path) -> list[Case]:
    """The cases of a file. Raises ValueError, with file and line, where it isn't in the format."""
    common: list[Block] = []
    cases: list[tuple[str, list[Block]]] = []
    lines = path.read_text("utf-8").splitlines()
    at = 0
    while at < len(lines):
        if heading := re.fullmatch(r"## +(.+)", lines[at]):
            cases.append((heading[1].strip(), []))
        elif opened := re.fullmatch(r"```(\w+)(?: +(\d{4}-\d{2}))?", lines[at].rstrip()):
            end = _end(path, lines, at)
            block = Block(opened[1], opened[2] or CYCLE, "\n".join(lines[at + 1 : end]), at + 1)
            (cases[-1][1] if cases else common).append(_known(path, block))
            at = end
        elif lines[at].startswith("```"):
            raise ValueError(f"{path.name}:{at + 1}: a block should start like ```promised or ```promised 2026-09")
        at += 1
    _complete(path, cases)
    return [Case(name, (*common, *blocks)) for name, blocks in cases]


def _end(path: Path, lines: Sequence[str], start: int) -> int:
    for at in range(start + 1, len(lines)):
        if lines[at].rstrip() == "```":
            return at
    raise ValueError(f"{path.name}:{start + 1}: the block has no end")


def _known(path: Path, block: Block) -> Block:
    names = (*SIDES, *CATALOG, *CROSSWALK, "policy", "expect", "says")
    if block.name not in names:
        raise ValueError(f"{path.name}:{block.line}: {block.name!r} is not one of {', '.join(names)}")
    return block


def _complete(path: Path, cases: Sequence[tuple[str, Sequence[Block]]]) -> None:
    """A file has cases, every case says what it expects, and no two have one name."""
    names = [name for name, _ in cases]
    if not names:
        raise ValueError(f"{path.name}: has no case (a heading `## …`)")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"{path.name}: two cases are called {twice[0]!r}")
    if silent := [name for name, blocks in cases if not any(one.name == "expect" for one in blocks)]:
        raise ValueError(f"{path.name}: {silent[0]!r} has no ```expect block")


def _add(tables: Tables, block: Block) -> None:
    rows: list[Row] = table(block.text) if block.text.strip() else []
    tables.setdefault(f"{block.name}.csv", []).extend(rows)
