"""The main job: reconcile a cycle, run the audit notebook headlessly, write the run folder.

A run is written to a hidden folder and renamed when it is whole, so one that fails half-way never becomes `latest`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recon.errors import ReconError
from recon.money import text
from recon.period import Cycle
from recon.reconciliation import Reconciliation
from recon.reports import report_model
from recon.reports.exports import write_csv
from recon.reports.paths import notebook_dir
from recon.session import Workspace
from recon.store import snapshots
from recon.version import __version__

Progress = Callable[[str], None]
FILES = ("audit.ipynb", "audit.html", "discrepancies.csv", "discrepancies.parquet", "workbook.xlsx", "lines.parquet",
         "manifest.json")  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A whole run: its folder and the reconciliation behind it. `fault` says which notebook cell failed, if one did."""

    folder: Path
    reconciliation: Reconciliation
    fault: str | None

    @property
    def report(self) -> Path:
        """The HTML report."""
        return self.folder / "audit.html"


def audit(workspace: Workspace, cycle: str, phase: str | None = None, progress: Progress = lambda _: None) -> Run:
    """Run a cycle's audit. Raises ReconError for the caller's mistakes and where the run can't be written."""
    when = Cycle.parse(cycle)
    workspace.folder.inbox(when)
    _remember_earlier(workspace, when, progress)
    progress(f"reconcile {when}")
    rec = workspace.reconcile(when, phase)
    started = dt.datetime.now(dt.UTC)
    inputs = fingerprint(rec)
    run_id = f"{started:%Y%m%dT%H%M%S%fZ}-{inputs[:8]}"
    home = workspace.folder.runs / str(when)
    partial, final = home / f".{run_id}", home / run_id
    try:
        partial.mkdir(parents=True)
        _write_data(rec, partial, progress)
        fault = _write_report(rec, partial, phase, progress)
        _write_manifest(rec, partial, run_id, started)
        partial.rename(final)
        if fault is None:
            _point_latest(home, run_id)
    except OSError as error:
        raise ReconError(f"{error.filename or home}: can't be written ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _remember(rec, inputs)
    return Run(final, rec, fault)


def _remember_earlier(workspace: Workspace, cycle: Cycle, progress: Progress) -> None:
    """Snapshot the earlier cycles of the inbox that have none, so that age and roll-forward don't depend on run order."""
    for earlier in workspace.folder.cycles:
        known = snapshots.inputs_of(workspace.journal, str(earlier)) is not None
        if earlier < cycle and not known and workspace.folder.files(earlier):
            progress(f"reconcile {earlier}, an earlier cycle, for ages and the roll-forward")
            rec = workspace.reconcile(earlier)
            _remember(rec, fingerprint(rec))


def _remember(rec: Reconciliation, inputs: str) -> None:
    journal = rec.workspace.journal
    if snapshots.inputs_of(journal, str(rec.cycle)) != inputs:
        rows = [snapshots.Row(one.thread, one.discrepancy_id, one.currency, one.impact) for one in rec.found]
        snapshots.write(journal, str(rec.cycle), inputs, rows)


def _write_data(rec: Reconciliation, folder: Path, progress: Progress) -> None:
    from recon.reports.workbook import write_workbook

    progress("write discrepancies, lines and workbook")
    discrepancies = rec.discrepancies
    write_csv(discrepancies, folder / "discrepancies.csv")
    discrepancies.to_parquet(folder / "discrepancies.parquet", index=False)
    rec.write_lines(folder / "lines.parquet")
    write_workbook(report_model(rec), rec.lines, folder / "workbook.xlsx")


def _write_report(rec: Reconciliation, folder: Path, phase: str | None, progress: Progress) -> str | None:
    from recon.reports.html import execute, to_html

    progress("run the audit notebook")
    notebook = folder / "audit.ipynb"
    parameters = {"workspace": str(rec.workspace.root), "cycle": str(rec.cycle), "phase": phase or ""}
    fault = execute(notebook_dir() / "audit.ipynb", notebook, parameters)
    progress("write the report")
    to_html(notebook, folder / "audit.html", f"{rec.workspace.name}: billing audit {rec.cycle}")
    return fault


def fingerprint(rec: Reconciliation) -> str:
    """Hash of what the discrepancies depend on: inputs, rules, catalog, crosswalk, joined lines, phase, version."""
    return _hash({name: value for name, value in evidence(rec).items() if name != "journal"})


def evidence(rec: Reconciliation) -> dict[str, Any]:
    """What the run was made from."""
    folder = rec.workspace.folder
    tables = sorted((folder.root / "catalog").glob("*.csv"))
    given = rec.workspace.inputs
    entries = [one.body() for one in given.crosswalk]
    joined = [list(lines) for lines in given.links]
    return {
        "recon_version": __version__,
        "cycle": str(rec.cycle),
        "phase": rec.phase,
        "inputs": [
            {"file": one.file, "sha256": one.sha256, "size": one.size, "profile": one.profile, "source": one.source}
            for one in rec.result.loaded.files
        ],
        "unreadable": [one.message for one in rec.result.loaded.unreadable],
        "rules": {"policy": rec.policy, "sha256": _file_hash(folder.root / "recon.yaml")},
        "profiles": {path.name: _file_hash(path) for path in sorted((folder.root / "profiles").glob("*.yaml"))},
        "catalog": {path.name: _file_hash(path) for path in tables},
        "crosswalk": {"entries": len(entries), "sha256": _hash(entries)},
        "joined_lines": {"matches": len(joined), "sha256": _hash(joined)},
        "journal": rec.workspace.journal.head(),
    }


def _write_manifest(rec: Reconciliation, folder: Path, run_id: str, started: dt.datetime) -> None:
    totals = [
        {"leg": leg, "currency": currency, "expected_total": text(expected, 2), "actual_total": text(actual, 2)}
        for leg, currency, expected, actual in rec.totals()
    ]
    headline = {
        key: [{"currency": currency, "amount": text(amount, 2), "count": count} for currency, amount, count in found]
        for key, found in rec.headline.items()
    }
    manifest = {
        "run_id": run_id,
        "created_at": started.isoformat(timespec="seconds"),
        **evidence(rec),
        "parameters": {"cycle": str(rec.cycle), "phase": rec.phase},
        "totals": totals,
        "headline": headline,
        "discrepancies": len(rec.found),
        "outputs": {name: _file_hash(folder / name) for name in FILES if (folder / name).exists()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _point_latest(home: Path, run_id: str) -> None:
    """Make `latest` a link to the run; a text file with its name where links can't be made."""
    latest, fresh = home / "latest", home / ".latest"
    fresh.unlink(missing_ok=True)
    try:
        fresh.symlink_to(run_id, target_is_directory=True)
    except OSError:
        fresh.write_text(f"{run_id}\n", encoding="utf-8")
    fresh.replace(latest)


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
