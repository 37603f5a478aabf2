"""The `recon` command. No logic: it opens, calls, prints.

Exit status: 0 done, 1 done and --fail-on found something, 2 the caller's mistake or unreadable input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import recon
from recon import printing, setup
from recon.errors import ReconError
from recon.mapping_cli import app as mapping
from recon.match_cli import app as match
from recon.rules_cli import app as rules

app = typer.Typer(
    help="Billing reconciliation for managed service providers.", no_args_is_help=True, pretty_exceptions_enable=False,
    add_completion=False,
)  # fmt: skip
app.add_typer(mapping, name="map", help="Show, import, export and confirm crosswalk entries.")
app.add_typer(match, name="match", help="Show what may belong together; join it, or take it apart.")
app.add_typer(rules, name="rules", help="Show the rules in force, and test a change of them on past cycles.")
out = printing.console()
err = printing.console(stderr=True)

CycleArgument = Annotated[str, typer.Argument(metavar="CYCLE", help="a month like 2026-10")]
FolderOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="the workspace folder")]
PhaseOption = Annotated[str | None, typer.Option(help="pre or post; read from the inbox when not given")]
HERE = Path()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    sample: Annotated[bool, typer.Option(help="with the data of a made-up MSP")] = False,
) -> None:
    """Make a workspace: recon.yaml explained line by line, inbox, catalog, crosswalk, profiles."""
    setup.init(folder, sample)
    out.print(f"{folder} is ready. Next: recon check {'2026-10' if sample else 'CYCLE'} -w {folder}", highlight=False)


@app.command()
def check(cycle: CycleArgument, workspace: FolderOption = HERE, phase: PhaseOption = None) -> None:
    """Record keeping: which files, which profile, rows, totals, problems, unmapped money."""
    with printing.working(err, f"check {cycle}"):
        rec = recon.open(workspace).reconcile(cycle, phase)
    printing.check(out, rec)
    _stop_if_unreadable(rec)


@app.command()
def audit(
    cycle: CycleArgument,
    workspace: FolderOption = HERE,
    phase: PhaseOption = None,
    fail_on: Annotated[
        str | None, typer.Option(help="exit 1 if found: a kind or direction, e.g. leak or leak>500")
    ] = None,
) -> None:
    """The main job: reconcile, run the audit notebook headlessly, write the run folder."""
    from recon.audit import audit as run_audit

    gate = printing.gate(fail_on)
    with printing.working(err, f"audit {cycle}") as progress:
        run = run_audit(recon.open(workspace), cycle, phase, progress)
    printing.summary(out, run.reconciliation)
    out.print(f"report {run.report}", soft_wrap=True, highlight=False)
    if run.fault:
        raise ReconError(f"the audit notebook failed ({run.fault}); the partial report is {run.report}")
    _stop_if_unreadable(run.reconciliation)
    if gate and (found := gate(run.reconciliation)):
        out.print(f"--fail-on {fail_on}: {found}", highlight=False)
        raise typer.Exit(1)


@app.command("list")
def list_(
    cycle: CycleArgument,
    workspace: FolderOption = HERE,
    format: Annotated[printing.Format, typer.Option(help="how to print")] = printing.Format.table,
    client: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str | None, typer.Option()] = None,
    status: Annotated[str | None, typer.Option()] = None,
    phase: PhaseOption = None,
) -> None:
    """The cycle's discrepancies, the largest first."""
    with printing.working(err, f"list {cycle}"):
        rec = recon.open(workspace).reconcile(cycle, phase)
    printing.discrepancies(out, rec, format, client=client, kind=kind, status=status)


@app.command()
def explain(
    cycle: CycleArgument,
    discrepancy_id: Annotated[str, typer.Argument(metavar="ID")],
    workspace: FolderOption = HERE,
    phase: PhaseOption = None,
) -> None:
    """Why a discrepancy is one: both sides' lines, how it adds up, what each pass says, the nearest miss."""
    with printing.working(err, f"explain {cycle}"):
        rec = recon.open(workspace).reconcile(cycle, phase)
    out.print(str(rec.explain(discrepancy_id)), markup=False, highlight=False, soft_wrap=True)


@app.command()
def decide(
    cycle: CycleArgument,
    action: Annotated[str, typer.Argument(help="accept, waive, dispute, timing or undo")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    note: Annotated[str, typer.Option(help="why; waive and dispute need it")] = "",
    until: Annotated[str | None, typer.Option(help="a date like 2026-12-31")] = None,
    workspace: FolderOption = HERE,
) -> None:
    """Decide discrepancies from the command line; written to the journal."""
    with printing.working(err, f"decide {cycle}"):
        made = recon.open(workspace).reconcile(cycle).decide(ids, action, note, until)
    for one, status in made.itertuples(index=False, name=None):
        out.print(f"{one} {status}", highlight=False)


@app.command()
def lab(workspace: FolderOption = HERE) -> None:
    """JupyterLab on the workspace's notebooks."""
    raise typer.Exit(setup.lab(workspace))


def _stop_if_unreadable(rec: recon.Reconciliation) -> None:
    """Files that could not be read make the status 2, after everything else was done and printed."""
    for fault in rec.result.loaded.unreadable:
        err.print(f"recon: inbox/{rec.cycle}/{fault.message}", markup=False, highlight=False, soft_wrap=True)
    if rec.result.loaded.unreadable:
        raise typer.Exit(2)


def main() -> None:
    """Run the command; a mistake is one line on stderr and status 2, never a traceback."""
    try:
        app()
    except ReconError as fault:
        err.print(f"recon: {fault}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except OSError as fault:
        err.print(
            f"recon: {fault.filename or ''}: {fault.strerror or fault}", markup=False, highlight=False, soft_wrap=True
        )
        sys.exit(2)
