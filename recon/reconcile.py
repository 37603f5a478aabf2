"""Where the stages meet: a cycle's files to its discrepancies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from recon.catalog import Catalog
from recon.crosswalk.entries import CrosswalkEntry
from recon.crosswalk.resolve import MAPPED, resolve
from recon.discrepancies import apart, delivered_charged, margin, promised_billed, promised_delivered, rates
from recon.discrepancies.findings import begin
from recon.discrepancies.finish import Discrepancy, discrepancies
from recon.engine import Engine
from recon.errors import ReconError
from recon.expected.promises import agreed, promises
from recon.expected.scope import scope
from recon.expected.usage import usage
from recon.line import LEGS, SIDES
from recon.match.links import put_links
from recon.neighbours import Neighbours, Stages
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
    links: Sequence[Sequence[str]] = ()  # line ids that a person put together


def reconcile(inputs: Inputs, cycle: Cycle, phase: str | None = None) -> Reconciled:
    """Load, map, compute what is expected, match and classify one cycle. Raises ReconError for the caller's mistakes."""
    if phase not in (None, *PHASES):
        raise ReconError(f"phase {phase!r} is not one of pre, post.")
    engine, loaded = _read(inputs, cycle)
    around = Neighbours(cycle, engine, _with_files(inputs.folder), _stages(inputs))
    around.expect()
    when, legs = _legs(engine, phase)
    due = [leg for leg, status in legs.items() if status == "compared"]
    matches = _compare(engine, inputs.folder.config.policy, due)
    _tell_apart(engine, inputs.folder.config, cycle, loaded, [leg for leg in LEGS if legs[leg] != "not due"])
    around.late(due)
    if "charged_billed" in due:
        margin.compare(engine, inputs.folder.config.policy)
    return Reconciled(engine, loaded, when, legs, discrepancies(engine, cycle), matches)


def _read(inputs: Inputs, cycle: Cycle, sides: Collection[str] = SIDES) -> tuple[Engine, Loaded]:
    """An engine with the cycle's lines of `sides`, mapped."""
    config = inputs.folder.config
    engine = Engine(config.threads, config.memory_limit)
    loaded = load(engine, inputs.folder, cycle, sides)
    inputs.catalog.put(engine, cycle, config.currency)
    resolve(engine, inputs.crosswalk, cycle, LINES)
    put_links(engine, inputs.links)
    return engine, loaded


def _expect(engine: Engine, policy: Policy, cycle: Cycle) -> None:
    """What is expected of the mapped lines."""
    scoped = scope(engine, cycle, MAPPED, policy)
    promises(engine, cycle, scoped, policy)
    agreed(engine)
    usage(engine, cycle, scoped)
    begin(engine)


def _with_files(folder: Folder) -> list[Cycle]:
    """The cycles of the inbox that hold anything."""
    return [one for one in folder.cycles if folder.files(one)]


def _stages(inputs: Inputs) -> Stages:
    """How a neighbouring cycle is read and compared: only on the legs that settle late lines."""
    policy = inputs.folder.config.policy

    def compare(engine: Engine, cycle: Cycle) -> list[str]:
        _, legs = _legs(engine, None)
        due = [leg for leg in ("promised_billed", "delivered_charged") if legs[leg] == "compared"]
        _compare(engine, policy, due)
        return due

    return Stages(
        read=lambda cycle, sides: _read(inputs, cycle, sides)[0],
        expect=lambda engine, cycle: _expect(engine, policy, cycle),
        compare=compare,
    )


def _legs(engine: Engine, phase: str | None) -> tuple[str, dict[str, str]]:
    """The phase, where none is given read from the sides that have lines, and each leg's status."""
    sides = {row[0] for row in engine.rows(f"SELECT DISTINCT side FROM {LINES}")}
    when = phase or ("post" if "billed" in sides else "pre")
    return when, {leg: _status(leg, sides, when) for leg in LEGS}


def _status(leg: str, sides: set[str], phase: str) -> str:
    """`not due` where the cycle's phase has no such record yet, `no data` where a side has no line at all."""
    if phase == "pre" and "billed" in leg:
        return "not due"
    needed = leg.split("_")
    there = {"delivered": bool(sides & {"delivered", "charged"})}
    return "compared" if all(there.get(side, side in sides) for side in needed) else "no data"


def _compare(engine: Engine, policy: Policy, due: Sequence[str]) -> dict[str, tuple[str, str]]:
    matches = {}
    if "promised_delivered" in due:
        promised_delivered.compare(engine, billed="promised_billed" in due)
    if "promised_billed" in due:
        matches["promised_billed"] = promised_billed.compare(engine, policy)
        rates.rates(engine)
    if "delivered_charged" in due:
        matches["delivered_charged"] = delivered_charged.compare(engine, policy)
    return matches


def _tell_apart(engine: Engine, config: Config, cycle: Cycle, loaded: Loaded, open_legs: Sequence[str]) -> None:
    """What no comparison of two sides tells. `open_legs` are those whose records are due."""
    apart.unmapped(engine, open_legs, config.currency)
    apart.taxes(engine, open_legs, config.policy)
    apart.replaced(engine, open_legs)
    apart.netted(engine, open_legs)
    apart.stale(engine, loaded.missing, open_legs, config.currency)
    apart.terms(engine, cycle)
