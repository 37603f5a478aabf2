"""`recon rules`: the rules in force, and what a change of them would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

import recon
from recon import printing, rules
from recon.money import text
from recon.policy import Rule
from recon.policy import rules as in_force
from recon.rules import CycleTest

app = typer.Typer(no_args_is_help=True)
out = printing.console()
err = printing.console(stderr=True)
FolderOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="the workspace folder")]
HERE = Path()


@app.command()
def show(workspace: FolderOption = HERE) -> None:
    """The rules in force, and where they come from."""
    _rules("Rules in force", in_force(recon.open(workspace).folder.config.policy))


@app.command()
def test(
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="a setting of the policy; may be repeated")
    ] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="take the policy of another recon.yaml")] = None,
    cycles: Annotated[str, typer.Option(metavar="CYCLE,…", help="which cycles; all of the inbox when not given")] = "",
    rows: Annotated[int, typer.Option(min=0, help="how many changed discrepancies to show for each cycle")] = 20,
    workspace: FolderOption = HERE,
) -> None:
    """What another policy would change in past cycles. Nothing is written."""
    ws = recon.open(workspace)
    policy = rules.changed(ws, set_ or [], file)
    chosen = [one.strip() for one in cycles.split(",") if one.strip()]
    with printing.working(err, "rules test") as progress:
        found = rules.back_test(ws, policy, chosen, progress)
    _difference(in_force(ws.folder.config.policy), in_force(policy))
    for one in found:
        _cycle(one, rows)


def _difference(before: Sequence[Rule], after: Sequence[Rule]) -> None:
    """The settings that differ; what says the same is no change, wherever it stands."""
    old, new = ({(one.name, one.holds): one.value for one in found} for found in (before, after))
    changed = [place for place in dict.fromkeys([*old, *new]) if old.get(place) != new.get(place)]
    if not changed:
        _say("The rules tested are the rules in force: nothing would change.")
        return
    rows = [(name, holds, old.get((name, holds), ""), new.get((name, holds), "")) for name, holds in changed]
    _table("Rules that change", ["setting", "holds", "now", "tested"], rows)


def _rules(title: str, found: Iterable[Rule]) -> None:
    _table(
        title, ["setting", "value", "holds", "from"], [(one.name, one.value, one.holds, one.origin) for one in found]
    )


def _cycle(found: CycleTest, shown: int) -> None:
    """One cycle: counts, sums by kind, the largest rows, decided ones in full, matches."""
    _say(
        f"{found.cycle}: {found.discrepancies_before} discrepancies, {found.discrepancies_after} with the rules tested"
    )
    if not found.changes and not found.matches:
        _say("  nothing changes")
        return
    sums = [(one.change, one.kind, str(one.count), _money(one.moved), one.currency) for one in found.sums]
    _table(
        f"{len(found.changes)} discrepancies would change",
        ["change", "kind", "count", "impact moves", "currency"],
        sums,
    )
    rows = [
        (
            one.discrepancy_id,
            one.change,
            one.kind,
            one.client,
            one.service,
            _money(one.before),
            _money(one.after),
            one.currency,
        )
        for one in found.changes[:shown]
    ]
    columns = ["discrepancy_id", "change", "kind", "client", "service", "before", "after", "currency"]
    _table(f"The {len(rows)} largest of {len(found.changes)}", columns, rows)
    for one in found.decided:
        _say(
            f"  decided: {one.discrepancy_id} ({one.kind}, {one.client} {one.service}) has the decision {one.decided!r} and {one.change}"
        )
    _table(
        "Matches", ["now", "tested", "count"], [(a or "none", b or "none", str(count)) for a, b, count in found.matches]
    )


def _money(amount: Decimal | None) -> str:
    return text(amount, 2)


def _say(line: str) -> None:
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; nothing where it has no row. Names from files are text, never markup."""
    if not rows:
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(
            name, justify="right" if name in ("count", "before", "after", "impact moves") else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)
