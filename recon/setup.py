"""Making a workspace, and opening JupyterLab on one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from recon.errors import ReconError
from recon.period import Cycle
from recon.reports.paths import notebook_dir, sample_dir, template_dir
from recon.workspace import Folder

FOLDERS = ("inbox", "profiles", "catalog", "crosswalk")


def init(folder: Path, sample: bool) -> None:
    """Make a workspace at `folder`, which must be new or empty. Raises ReconError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReconError(f"{folder} is there already and isn't empty; choose a new folder.")
    source = sample_dir() if sample else template_dir() / "workspace"
    leave = shutil.ignore_patterns("runs", "recon.sqlite*", "notebooks")
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=leave)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def lab(workspace: Path) -> int:
    """Copy the notebooks that the workspace lacks into it, set to it, and run JupyterLab; returns its exit status."""
    folder = Folder.open(workspace)
    target = folder.root / "notebooks"
    target.mkdir(exist_ok=True)
    newest = folder.cycles[-1:] or [Cycle.parse("2026-01")]
    for notebook in sorted(notebook_dir().glob("*.ipynb")):
        if not (target / notebook.name).exists():
            _copy_notebook(notebook, target / notebook.name, str(newest[0]))
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        f"--ServerApp.root_dir={folder.root}",
        "notebooks/04_review.ipynb",
    ]
    return subprocess.call([*command, str(target / "04_review.ipynb")])


def _copy_notebook(source: Path, target: Path, cycle: str) -> None:
    """Copy a notebook into `notebooks/` of a workspace with its parameters set to that workspace and cycle."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            text = "".join(cell["source"])
            text = re.sub(r"(?m)^workspace = .*$", 'workspace = ".."', text)
            cell["source"] = re.sub(r"(?m)^cycle = .*$", f'cycle = "{cycle}"', text)
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
