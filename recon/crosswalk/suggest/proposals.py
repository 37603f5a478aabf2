"""General entries that confirmed ones suggest, tested on past cycles. They are rows to review; nothing is mapped.

The one rule: where several sources' items of one name were confirmed to one service with one factor, an entry by name
for every source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from recon.crosswalk.entries import CrosswalkEntry, current
from recon.crosswalk.resolve import MAPPED, fold
from recon.engine import Engine
from recon.store.journal import Journal

# As many sources must agree before a name is taken to mean the same everywhere.
SOURCES = 2


@dataclass(frozen=True)
class Proposal:
    """An item entry for every source, and what it would have done with the lines of that name.

    `agreeing` lines are mapped to the same service and factor already, `contradicting` ones to another or excluded;
    `mapping` ones are unmapped so far.
    """

    name: str
    service: str
    factor: Decimal
    sources: Sequence[str]
    mapping: int
    agreeing: int
    contradicting: int

    @property
    def entry(self) -> CrosswalkEntry:
        """The entry, as `recon map import` takes it."""
        reason = f"proposed: {', '.join(self.sources)} agree"
        return CrosswalkEntry("item", "", "", self.name, self.service, self.factor, None, None, "mapped", reason)


@dataclass
class _Seen:
    """What became of the lines of one folded name: the sources and counts of each (status, service, factor)."""

    names: set[str] = field(default_factory=set)
    lines: dict[tuple[str | None, str | None, Decimal], int] = field(default_factory=lambda: defaultdict(int))
    sources: dict[tuple[str, Decimal], set[str]] = field(default_factory=lambda: defaultdict(set))


def proposals(engines: Iterable[Engine], journal: Journal) -> list[Proposal]:
    """The proposals from the entries in force and the lines of the given cycles, in the order of their names."""
    seen: dict[str, _Seen] = defaultdict(_Seen)
    general: set[str] = set()
    names = [one.name for one in current(journal) if one.what == "item" and not one.source and one.name]
    for engine in engines:
        general |= _folded(engine, names)
        for folded, name, source, status, service, factor, count in engine.rows(_QUERY):
            one = seen[folded]
            one.names.add(name)
            one.lines[status, service, factor] += count
            if status == "mapped":
                one.sources[service, factor].add(source)
    found = [_proposal(seen[folded]) for folded in sorted(seen) if folded not in general]
    return [one for one in found if one is not None]


_QUERY = f"""
    SELECT {fold("l.item_name")} AS folded, l.item_name, l.source, i.status, i.target, CAST(COALESCE(i.factor, 1) AS DECIMAL(38,12)), COUNT(*)
    FROM {MAPPED} l LEFT JOIN settled_item i ON l.source = i.source AND COALESCE(l.item, '') = i.key AND l.item_name = i.name
    WHERE {fold("l.item_name")} IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def _folded(engine: Engine, names: Sequence[str]) -> set[str]:
    table = engine.put_rows(engine.name("general_names"), {"name": "VARCHAR"}, ([name] for name in names))
    rows = engine.rows(f"SELECT {fold('name')} FROM {table}")
    engine.drop(table)
    return {row[0] for row in rows}


def _proposal(one: _Seen) -> Proposal | None:
    """The proposal for a name; None where too few sources agree, or two services have as many."""
    order = sorted(one.sources, key=lambda answer: (-len(one.sources[answer]), answer))
    if not order or len(one.sources[order[0]]) < SOURCES:
        return None
    if len(order) > 1 and len(one.sources[order[1]]) == len(one.sources[order[0]]):
        return None
    service, factor = order[0]
    mapping = sum(count for (status, _, _), count in one.lines.items() if status is None)
    agreeing = sum(count for (status, *answer), count in one.lines.items() if status and answer == [service, factor])
    rest = sum(one.lines.values()) - mapping - agreeing
    return Proposal(min(one.names), service, factor, sorted(one.sources[order[0]]), mapping, agreeing, rest)
