"""The other cycles that a cycle's documents and late lines lead to, each read when it is first needed.

A later cycle may hold what replaces this one's documents and what was billed late for it; an earlier one what this
one's credits correct and late lines are for. So the cycles after this one are read, the one before it where
something is lacking (it may have been billed ahead), and those that a document or a period names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from recon.crosswalk.resolve import MAPPED
from recon.discrepancies import timing
from recon.engine import Engine, literal
from recon.expected import documents
from recon.expected.documents import Link, Name
from recon.line import SIDES
from recon.period import Cycle
from recon.sources.stage import PROBLEMS

FURTHEST = 12  # how many cycles back a document is looked for
CARRYING = ("charged", "billed")  # the sides whose lines may stand in another cycle than their own


@dataclass(frozen=True)
class Stages:
    """How a cycle's sides are read (lines mapped), what is expected of them, and how the legs with late lines compare."""

    read: Callable[[Cycle, Collection[str]], Engine]
    expect: Callable[[Engine, Cycle], None]
    compare: Callable[[Engine, Cycle], Collection[str]]


class Neighbours:
    """A cycle among the others of its inbox."""

    def __init__(self, cycle: Cycle, engine: Engine, cycles: Sequence[Cycle], stages: Stages) -> None:
        """`engine` holds the mapped lines of `cycle`; `cycles` are those of the inbox."""
        self.cycle = cycle
        self._stages = stages
        self._cycles = sorted(cycles)
        self._engines = {cycle: engine}
        self._whole = {cycle}
        self._expected: set[Cycle] = set()
        self._links: list[Link] = []
        self._holders: dict[Name, set[Cycle]] = {}

    def expect(self) -> Engine:
        """The cycle's own engine, with its documents settled and what is expected of it."""
        for one in [one for one in self._cycles if one > self.cycle]:
            self._read(one)
        self._follow()
        self._tell_problems()
        return self._expectation(self.cycle)

    def late(self, legs: Collection[str]) -> None:
        """Settle what was charged or billed in another cycle than its own, on the legs that are compared."""
        main = self._engines[self.cycle]
        own = {one for one in timing.own_cycles(main) if one in self._cycles and one != self.cycle}
        lacking = timing.is_lacking(main)
        carriers = [one for one in self._cycles if self._may_carry(one, own, lacking)]
        owners = {one: self._expectation(one, SIDES) for one in sorted(own)}
        rows = [row for one in carriers for row in timing.carried(self._expectation(one), one)]
        rows += timing.carried(main, self.cycle)
        if not rows:
            return
        states = timing.states(main, self.cycle, legs, rows)
        for one, engine in owners.items():
            states += timing.states(engine, one, self._stages.compare(engine, one), rows)
        timing.settle(main, states, rows, legs)
        timing.carried_here(main, self.cycle)
        timing.carried_elsewhere(main, self.cycle)

    def _may_carry(self, one: Cycle, own: Collection[Cycle], lacking: bool) -> bool:
        """Whether `one` may hold lines for this cycle, or for a cycle that this one holds lines for."""
        if one >= self.cycle:
            return one > self.cycle
        return any(one > other for other in own) or (lacking and one == self.cycle.previous)

    def _read(self, cycle: Cycle, sides: Collection[str] = CARRYING) -> Engine:
        """A cycle's engine; where more is asked of it than was read before, it is read again."""
        if cycle not in self._engines or (sides is SIDES and cycle not in self._whole):
            self._engines[cycle] = self._stages.read(cycle, sides)
            self._expected.discard(cycle)
            if sides is SIDES:
                self._whole.add(cycle)
        return self._engines[cycle]

    def _expectation(self, cycle: Cycle, sides: Collection[str] = CARRYING) -> Engine:
        engine = self._read(cycle, sides)
        if cycle not in self._expected:
            self._expected.add(cycle)
            if cycle != self.cycle:
                self._follow()
            documents.put(engine, cycle, self._links, self._holders)
            self._stages.expect(engine, cycle)
        return engine

    def _follow(self) -> None:
        """Where the documents lead that the cycles read so far name, back to those that had to be read for it."""
        self._links = [
            link for one, engine in sorted(self._engines.items()) for link in documents.links(engine, one, MAPPED)
        ]
        wanted = {(one.source, one.replaces) for one in self._links}
        for one, engine in sorted(self._engines.items()):
            self._note(one, documents.holding(engine, MAPPED, wanted))
        earlier = [one for one in self._cycles if one < self.cycle][-FURTHEST:]
        for one in reversed(earlier):
            missing = {(link.source, link.replaces) for link in self._unresolved()}
            if not missing:
                break
            if one not in self._engines:
                self._note(one, documents.holding(self._read(one), MAPPED, missing))

    def _note(self, cycle: Cycle, found: Collection[Name]) -> None:
        for name in found:
            self._holders.setdefault(name, set()).add(cycle)

    def _unresolved(self) -> list[Link]:
        mine = [one for one in self._links if one.cycle == self.cycle]
        return [one for one in mine if documents.leads_to(one, self._holders) is None]

    def _tell_problems(self) -> None:
        """A document that is in no inbox, or that stands in a circle of replacements, is told and changes nothing."""
        engine = self._engines[self.cycle]
        told = {(one.source, one.replaces): "is in no inbox: nothing is taken out for it" for one in self._unresolved()}
        circular = documents.put(engine, self.cycle, self._links, self._holders)
        told |= {
            (one.source, one.replaces): "and the document that replaces it replace each other: both count"
            for one in self._links
            if one.replaces in circular
        }
        for (source, document), what in sorted(told.items()):
            message = f"the document {document} {what}"
            engine.append(
                PROBLEMS,
                f"SELECT 'warning' AS severity, source, file, MIN(row) AS row, 'replaces' AS \"column\", replaces AS value, "
                f"{literal(message)} AS message FROM {MAPPED} WHERE source = {literal(source)} "
                f"AND replaces = {literal(document)} AND replaces IS DISTINCT FROM document GROUP BY ALL",
            )
