"""`recon map`: the crosswalk from the command line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

import recon
from recon import printing
from recon.crosswalk.entries import CrosswalkEntry, current, record
from recon.crosswalk.exchange import export_file, import_file
from recon.errors import ReconError, unknown

app = typer.Typer(no_args_is_help=True)
out = printing.console()
FolderOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="the workspace folder")]
What = Annotated[str, typer.Argument(metavar="account|item")]
Source = Annotated[str, typer.Argument(help="the source's name, or '*' for every source")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="the account or item as the source writes it")]
HERE = Path()


@app.command()
def show(cycle: Annotated[str, typer.Argument(metavar="CYCLE")], workspace: FolderOption = HERE) -> None:
    """What the crosswalk doesn't know in a cycle, most money first."""
    printing.unmapped(out, recon.open(workspace).reconcile(cycle))


@app.command("import")
def import_(file: Path, workspace: FolderOption = HERE) -> None:
    """Take in a CSV or XLSX file of entries; one wrong row and nothing is taken."""
    ws = recon.open(workspace)
    count = import_file(ws.journal, file, ws.catalog, file.name)
    out.print(f"{count} new entries", highlight=False)


@app.command()
def export(what: What, file: Path, workspace: FolderOption = HERE) -> None:
    """Write the entries in force as CSV or XLSX, as `import` takes them."""
    _checked(what)
    entries = [one for one in current(recon.open(workspace).journal) if one.what == what]
    export_file(entries, what, file)
    out.print(f"{len(entries)} entries in {file}", highlight=False)


@app.command()
def confirm(
    what: What,
    source: Source,
    key: Key,
    target: Annotated[str, typer.Argument(metavar="CLIENT|SERVICE")],
    factor: Annotated[str, typer.Option(help="items: service units per source unit")] = "1",
    workspace: FolderOption = HERE,
) -> None:
    """Map an account to a client, or an item to a service."""
    _checked(what)
    ws = recon.open(workspace)
    known = (
        [one.client for one in ws.catalog.clients]
        if what == "account"
        else [one.service for one in ws.catalog.services]
    )
    if target not in known:
        raise unknown("client" if what == "account" else "service", target, known)
    _write(ws, what, source, key, target, _factor(factor), "mapped", "")


@app.command()
def exclude(
    what: What,
    source: Source,
    key: Key,
    reason: Annotated[str, typer.Option(help="why it is left out")],
    workspace: FolderOption = HERE,
) -> None:
    """Leave an account or item out of every comparison, with a reason."""
    _checked(what)
    if not reason.strip():
        raise ReconError("an exclusion needs a reason.")
    _write(recon.open(workspace), what, source, key, "", Decimal(1), "excluded", reason)


def _write(
    ws: recon.Workspace, what: str, source: str, key: str, target: str, factor: Decimal, status: str, reason: str
) -> None:
    feed = "" if source == "*" else source
    entry = CrosswalkEntry(what, feed, key, "", target, factor, None, None, status, reason)
    written = record(ws.journal, [entry])
    out.print("written" if written else "was there already", highlight=False)


def _checked(what: str) -> None:
    if what not in ("account", "item"):
        raise unknown("word", what, ["account", "item"])


def _factor(text: str) -> Decimal:
    try:
        factor = Decimal(text)
    except InvalidOperation as fault:
        raise ReconError(f"factor {text!r} is not a number.") from fault
    if not factor.is_finite() or factor <= 0:
        raise ReconError(f"factor {text!r} must be above zero.")
    return factor
