"""Rules tested on past cycles before they are adopted: what another policy would change. Nothing is written.

Each cycle is reconciled twice, with the policy in force and with the other one, and the two results are compared:
discrepancies that would appear, disappear or change, and matches that would end with another status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import ValidationError

from recon.declared import read_declaration
from recon.discrepancies.finish import Discrepancy
from recon.discrepancies.matches import MATCHES, matches
from recon.errors import ReconError, unknown
from recon.period import Cycle
from recon.policy import Policy, check_names
from recon.reconcile import Reconciled, reconcile
from recon.review import decisions
from recon.session import Workspace, known_places
from recon.workspace import Config

CHANGES = ("appears", "disappears", "changes")


@dataclass(frozen=True, slots=True)
class Change:
    """One discrepancy that the other policy would add, remove or value otherwise.

    `before` and `after` are its impact in `currency`, None where it isn't there; `decided` is the action of the
    decision that stands on it, '' without one: it would have nothing to stand on, or turn stale.
    """

    cycle: str
    change: str
    kind: str
    leg: str
    client: str
    service: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    discrepancy_id: str
    decided: str
    explanation: str

    @property
    def moved(self) -> Decimal:
        """Impact after − impact before."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Sum:
    """The changes of one sort and kind in a currency: how many, and by how much the impact moves."""

    change: str
    kind: str
    currency: str
    count: int
    moved: Decimal


@dataclass(frozen=True, slots=True)
class CycleTest:
    """What the other policy would change in one cycle: the rows, the most money first; the matches by both statuses."""

    cycle: str
    discrepancies_before: int
    discrepancies_after: int
    changes: tuple[Change, ...]
    matches: tuple[tuple[str, str, int], ...]  # status before, status after ('' = no such match), count

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The changes counted and added up, in the order of CHANGES, then by kind and currency."""
        counts: Counter[tuple[str, str, str]] = Counter()
        money: dict[tuple[str, str, str], Decimal] = {}
        for one in self.changes:
            key = one.change, one.kind, one.currency
            counts[key] += 1
            money[key] = money.get(key, Decimal(0)) + one.moved
        ordered = sorted(counts, key=lambda key: (CHANGES.index(key[0]), key[1:]))
        return tuple(Sum(*key, counts[key], money[key]) for key in ordered)

    @property
    def decided(self) -> tuple[Change, ...]:
        """The changes of discrepancies that people have decided."""
        return tuple(one for one in self.changes if one.decided)


def changed(workspace: Workspace, settings: Sequence[str] = (), file: Path | None = None) -> Policy:
    """The policy of `file` (a recon.yaml) or else the one in force, with each `name=value` of `settings` set.

    Values are written as in recon.yaml. Raises ReconError for an unknown name, a value that isn't allowed, and
    overrides of what doesn't exist.
    """
    config = read_declaration(file, Config, str(file)) if file else workspace.folder.config
    given = {name: getattr(config.policy, name) for name in config.policy.model_fields_set}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ReconError(f"--set {setting!r} should be written name=value.")
        if name.strip() not in Policy.model_fields:
            raise unknown("setting of the policy", name.strip(), Policy.model_fields)
        given[name.strip()] = _value(setting, value)
    try:
        policy = Policy.model_validate(given)
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(map(str, first["loc"])) or "policy"
        reason = first["msg"].removeprefix("Value error, ")
        raise ReconError(
            f"policy.{where}: {reason[0].lower()}{reason[1:]}, found {str(first['input'])[:100]!r}."
        ) from fault
    check_names(policy, known_places(workspace.folder, workspace.catalog))
    return policy


def _value(setting: str, value: str) -> object:
    """A list as YAML reads it; any other value as it is written, so that no digit is lost."""
    try:
        read = yaml.safe_load(value)
    except yaml.YAMLError as fault:
        raise ReconError(f"--set {setting!r}: not a value as recon.yaml has it.") from fault
    return read if isinstance(read, list) else value.strip()


def back_test(
    workspace: Workspace,
    policy: Policy,
    cycles: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> list[CycleTest]:
    """What `policy` would change in each of `cycles`, by default all that have files; oldest first. Raises ReconError."""
    inputs = workspace.inputs
    config = inputs.folder.config.model_copy(update={"policy": policy})
    other = replace(inputs, folder=replace(inputs.folder, config=config))
    chosen = [Cycle.parse(one) for one in cycles] or [one for one in inputs.folder.cycles if inputs.folder.files(one)]
    if not chosen:
        raise ReconError("there is no cycle in the inbox to test the rules on.")
    for one in chosen:
        inputs.folder.inbox(one)  # an unknown cycle is told before the others are reconciled
    standing = decisions.standing(workspace.journal)
    decided = {name: made[-1].action for name, made in standing.items() if made}
    found = []
    for cycle in sorted(set(chosen)):
        progress(f"reconcile {cycle} twice")
        before, after = reconcile(inputs, cycle), reconcile(other, cycle)
        statuses = _statuses(before, inputs.folder.config.policy, after, policy)
        changes = _changes(str(cycle), before.found, after.found, decided)
        found.append(CycleTest(str(cycle), len(before.found), len(after.found), changes, statuses))
    return found


def _changes(
    cycle: str, before: Sequence[Discrepancy], after: Sequence[Discrepancy], decided: Mapping[str, str]
) -> tuple[Change, ...]:
    """The discrepancies that differ, by how much money moves, then by id."""
    old, new = ({one.discrepancy_id: one for one in found} for found in (before, after))
    changes = []
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        if was and now and was.impact == now.impact:
            continue
        what = "changes" if was and now else "disappears" if was else "appears"
        changes.append(_change(cycle, what, was, now, decided.get(name, "")))
    return tuple(sorted(changes, key=lambda one: (-abs(one.moved), CHANGES.index(one.change), one.discrepancy_id)))


def _change(cycle: str, what: str, was: Discrepancy | None, now: Discrepancy | None, action: str) -> Change:
    shown = now or was
    assert shown is not None
    return Change(
        cycle=cycle, change=what, kind=shown.kind, leg=shown.leg, client=shown.client, service=shown.service,
        currency=shown.currency, before=was.impact if was else None, after=now.impact if now else None,
        discrepancy_id=shown.discrepancy_id, decided=action, explanation=shown.explanation,
    )  # fmt: skip


def _statuses(before: Reconciled, policy: Policy, after: Reconciled, other: Policy) -> tuple[tuple[str, str, int], ...]:
    """How many matches (the same lines on the same leg) would end with another status."""
    matches(before.engine, before.matches, policy.passes_off)
    matches(after.engine, after.matches, other.passes_off)
    columns = "SELECT leg, lines, MIN(status) AS status FROM {} GROUP BY leg, lines"
    earlier = after.engine.put("matches_before", before.engine.arrow(columns.format(MATCHES)))
    rows = after.engine.rows(
        f"SELECT COALESCE(b.status, ''), COALESCE(a.status, ''), COUNT(*) FROM {earlier} b "
        f"FULL JOIN ({columns.format(MATCHES)}) a ON a.leg = b.leg AND a.lines = b.lines "
        "WHERE a.status IS DISTINCT FROM b.status GROUP BY ALL ORDER BY ALL"
    )
    return tuple(rows)
