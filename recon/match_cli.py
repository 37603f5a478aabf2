"""`recon match`: what may belong together, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import recon
from recon import printing

app = typer.Typer(no_args_is_help=True)
out = printing.console()
Cycle = Annotated[str, typer.Argument(metavar="CYCLE")]
MatchId = Annotated[str, typer.Argument(metavar="MATCH_ID")]
Note = Annotated[str, typer.Option(help="why")]
FolderOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="the workspace folder")]
HERE = Path()


@app.command()
def show(cycle: Cycle, workspace: FolderOption = HERE) -> None:
    """What no rule matched and may belong together, and what people joined."""
    printing.proposed(out, recon.open(workspace).reconcile(cycle))


@app.command()
def join(cycle: Cycle, match_id: MatchId, note: Note = "", workspace: FolderOption = HERE) -> None:
    """Say that the lines of a suggested match belong together; the next run follows it."""
    recon.open(workspace).reconcile(cycle).join(match_id, note)
    out.print("joined", highlight=False)


@app.command()
def part(cycle: Cycle, match_id: MatchId, note: Note = "", workspace: FolderOption = HERE) -> None:
    """Take apart what was joined; everything is as before."""
    recon.open(workspace).reconcile(cycle).part(match_id, note)
    out.print("taken apart", highlight=False)
