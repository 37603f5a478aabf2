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
from recon.crosswalk.opinions import OPEN, REJECTED, UNSURE, Pair, record_opinion
from recon.crosswalk.suggest.bulk import BULK_SCORE, confirm_seen, in_bulk
from recon.crosswalk.suggest.proposals import proposals
from recon.errors import ReconError, unknown

app = typer.Typer(no_args_is_help=True)
out = printing.console()
FolderOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="the workspace folder")]
What = Annotated[str, typer.Argument(metavar="account|item")]
Source = Annotated[str, typer.Argument(help="the source's name, or '*' for every source")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="the account or item as the source writes it")]
OwnSource = Annotated[str, typer.Argument(help="the source's name")]
Target = Annotated[str, typer.Argument(metavar="CLIENT|SERVICE")]
HERE = Path()
WHATS = ("account", "item")


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
    target: Target,
    factor: Annotated[str, typer.Option(help="items: service units per source unit")] = "1",
    workspace: FolderOption = HERE,
) -> None:
    """Map an account to a client, or an item to a service."""
    _checked(what)
    ws = recon.open(workspace)
    _known(ws, what, target)
    _write(ws, what, source, key, target, _factor(factor), "mapped", "")


@app.command()
def suggest(
    cycle: Annotated[str, typer.Argument(metavar="CYCLE")],
    what: Annotated[str | None, typer.Option(help="account or item; both when not given")] = None,
    min_score: Annotated[str, typer.Option(help="only suggestions with this score or more, 0 to 1")] = "0",
    top: Annotated[int, typer.Option(help="how many for each account and item")] = 3,
    confirm: Annotated[
        int | None, typer.Option(metavar="N", help="map the N starred ones that this filter listed before")
    ] = None,
    workspace: FolderOption = HERE,
) -> None:
    """What unmapped accounts and items may be, with score, distance to the runner-up and reasons. Maps nothing.

    A star marks what may be confirmed together with others: the first suggestion, sure, clear of the runner-up, and
    nobody unsure of it. Look at each, then repeat the same filter with --min-score and --confirm N, where N is the
    number of stars; with any other number nothing is written. Items are mapped with factor 1.
    """
    if what is not None:
        _checked(what)
    ws = recon.open(workspace)
    found = ws.reconcile(cycle).suggestions(top)
    listed = found[(found["score"] >= _score(min_score)) & (found["what"].isin([what] if what else WHATS))]
    if confirm is None:
        printing.suggestions(out, listed)
        out.print(
            f"{len(in_bulk(listed))} starred; the rest is for recon map confirm, reject or unsure", highlight=False
        )
        return
    if _score(min_score) < BULK_SCORE:
        raise ReconError(f"--confirm needs --min-score {BULK_SCORE} or more.")
    out.print(f"{confirm_seen(ws.journal, listed, confirm)} entries written", highlight=False)


@app.command()
def reject(what: What, source: OwnSource, key: Key, target: Target, workspace: FolderOption = HERE) -> None:
    """Never suggest this client or service again for an account or item of a source."""
    _say(workspace, what, source, key, target, REJECTED)


@app.command()
def unsure(what: What, source: OwnSource, key: Key, target: Target, workspace: FolderOption = HERE) -> None:
    """Mark a suggestion as doubtful: it is shown as such and kept out of what is confirmed together."""
    _say(workspace, what, source, key, target, UNSURE)


@app.command()
def reopen(what: What, source: OwnSource, key: Key, target: Target, workspace: FolderOption = HERE) -> None:
    """Take back `reject` or `unsure`: the pair may be suggested again."""
    _say(workspace, what, source, key, target, OPEN)


@app.command()
def propose(
    file: Annotated[
        Path | None, typer.Option(help="write those that nothing contradicts, for recon map import")
    ] = None,
    workspace: FolderOption = HERE,
) -> None:
    """General item entries that confirmed ones suggest, tested on every cycle of the inbox. Maps nothing.

    Where several sources' items of one name were mapped to one service: an entry by that name for every source.
    """
    ws = recon.open(workspace)
    found = proposals((ws.reconcile(cycle).result.engine for cycle in ws.cycles), ws.journal)
    printing.proposals(out, found)
    if file is not None:
        sound = [one.entry for one in found if not one.contradicting]
        export_file(sound, "item", file)
        out.print(f"{len(sound)} entries in {file}; review them, then recon map import {file}", highlight=False)


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


def _say(workspace: Path, what: str, source: str, key: str, target: str, opinion: str) -> None:
    _checked(what)
    ws = recon.open(workspace)
    _known(ws, what, target)
    written = record_opinion(ws.journal, Pair(what, source, key, target), opinion)
    out.print("written" if written else "was there already", highlight=False)


def _known(ws: recon.Workspace, what: str, target: str) -> None:
    catalog = ws.catalog
    known = [one.client for one in catalog.clients] if what == "account" else [one.service for one in catalog.services]
    if target not in known:
        raise unknown("client" if what == "account" else "service", target, known)


def _checked(what: str) -> None:
    if what not in WHATS:
        raise unknown("word", what, WHATS)


def _score(text: str) -> Decimal:
    try:
        score = Decimal(text)
    except InvalidOperation as fault:
        raise ReconError(f"--min-score {text!r} is not a number from 0 to 1.") from fault
    if not 0 <= score <= 1:
        raise ReconError(f"--min-score {text!r} is not a number from 0 to 1.")
    return score


def _factor(text: str) -> Decimal:
    try:
        factor = Decimal(text)
    except InvalidOperation as fault:
        raise ReconError(f"factor {text!r} is not a number.") from fault
    if not factor.is_finite() or factor <= 0:
        raise ReconError(f"factor {text!r} must be above zero.")
    return factor
