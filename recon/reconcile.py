"""Where the stages meet: a cycle's files to its discrepancies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from recon.catalog import Catalog
from recon.crosswalk.entries import CrosswalkEntry
from recon.crosswalk.resolve import resolve
from recon.discrepancies import apart, delivered_charged, margin, promised_billed, promised_delivered, timing
from recon.discrepancies.findings import begin
from recon.discrepancies.finish import Discrepancy, discrepancies
from recon.engine import Engine
from recon.errors import ReconError
from recon.expected.promises import agreed, promises
from recon.expected.scope import scope
from recon.expected.usage import usage
from recon.line import LEGS, SIDES
from recon.period import Cycle
from recon.policy import Policy
from recon.sources.load import LINES, Loaded, load
from recon.workspace import Config, Folder

PHASES = ("pre", "post")


@dataclass(frozen=True)
class Reconciled:
    """A cycle on its engine: what was loaded, the legs' status, the discrepancies, where the matches are."""

    engine: Engine
    loaded: Loaded
    phase: str
    legs: dict[str, str]
    found: list[Discrepancy]
    matches: dict[str, tuple[str, str]]  # leg: (matched entries, residual)


@dataclass(frozen=True)
class Inputs:
    """What a reconciliation depends on besides the inbox."""

    folder: Folder
    catalog: Catalog
    crosswalk: Sequence[CrosswalkEntry]


def reconcile(inputs: Inputs, cycle: Cycle, phase: str | None = None) -> Reconciled:
    """Load, map, compute what is expected, match and classify one cycle. Raises ReconError for the caller's mistakes."""
    if phase not in (None, *PHASES):
        raise ReconError(f"phase {phase!r} is not one of pre, post.")
    engine, loaded = _prepared(inputs, cycle)
    sides = {row[0] for row in engine.rows(f"SELECT DISTINCT side FROM {LINES}")}
    when = phase or ("post" if "billed" in sides else "pre")
    legs = {leg: _status(leg, sides, when) for leg in LEGS}
    due = [leg for leg, status in legs.items() if status == "compared"]
    matches = _compare(engine, inputs.folder.config.policy, cycle, due)
    _tell_apart(engine, inputs.folder.config, loaded, [leg for leg in LEGS if legs[leg] != "not due"])
    if "promised_billed" in due:
        _late(engine, inputs, cycle)
    if "charged_billed" in due:
        margin.compare(engine, inputs.folder.config.policy.min_margin)
    return Reconciled(engine, loaded, when, legs, discrepancies(engine, cycle), matches)


def _prepared(inputs: Inputs, cycle: Cycle, sides: Collection[str] = SIDES) -> tuple[Engine, Loaded]:
    """An engine with the cycle's lines, mapped, and what is expected of them."""
    config = inputs.folder.config
    engine = Engine(config.threads, config.memory_limit)
    loaded = load(engine, inputs.folder, cycle, sides)
    inputs.catalog.put(engine, cycle, config.currency)
    scoped = scope(engine, cycle, resolve(engine, inputs.crosswalk, cycle, LINES))
    promises(engine, cycle, scoped)
    agreed(engine)
    usage(engine, cycle, scoped)
    begin(engine)
    return engine, loaded


def _status(leg: str, sides: set[str], phase: str) -> str:
    """`not due` where the cycle's phase has no such record yet, `no data` where a side has no line at all."""
    if phase == "pre" and "billed" in leg:
        return "not due"
    needed = leg.split("_")
    there = {"delivered": bool(sides & {"delivered", "charged"})}
    return "compared" if all(there.get(side, side in sides) for side in needed) else "no data"


def _compare(engine: Engine, policy: Policy, cycle: Cycle, due: Sequence[str]) -> dict[str, tuple[str, str]]:
    matches = {}
    if "promised_delivered" in due:
        promised_delivered.compare(engine, billed="promised_billed" in due)
    if "promised_billed" in due:
        matches["promised_billed"] = promised_billed.compare(engine, policy, cycle)
    if "delivered_charged" in due:
        matches["delivered_charged"] = delivered_charged.compare(engine, policy)
    return matches


def _tell_apart(engine: Engine, config: Config, loaded: Loaded, open_legs: Sequence[str]) -> None:
    """What no comparison of two sides tells. `open_legs` are those whose records are due."""
    apart.unmapped(engine, open_legs, config.currency)
    apart.taxes(engine, open_legs, config.policy.tolerance)
    apart.replaced(engine, open_legs)
    apart.stale(engine, loaded.missing, open_legs, config.currency)
    apart.terms(engine)


def _late(engine: Engine, inputs: Inputs, cycle: Cycle) -> None:
    """Compare with the neighbouring cycles: what this one carries for others, and what a later one carries for it."""
    own: list[tuple[object, ...]] = []
    carried: list[tuple[object, ...]] = []
    known = set(inputs.folder.cycles)
    for neighbour in sorted(known & {*timing.own_cycles(engine), cycle.next}):
        other, _ = _prepared(inputs, neighbour, ("promised", "billed"))
        rows = timing.summary(other, neighbour)
        own += rows[0]
        carried += rows[1]
    engine.put_rows(timing.OWN, timing.OWN_COLUMNS, own)
    engine.put_rows(timing.CARRIED, timing.CARRIED_COLUMNS, carried)
    timing.carried_here(engine)
    timing.carried_later(engine, cycle)
