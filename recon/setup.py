"""Making a workspace, and opening JupyterLab on one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from recon.errors import ReconError
from recon.reports.paths import notebook_dir, sample_dir, template_dir
from recon.workspace import Folder

FOLDERS = ("inbox", "profiles", "catalog", "crosswalk")
_LEAVE = shutil.ignore_patterns("runs", "recon.sqlite*", "notebooks", "planted.csv", ".*")


def init(folder: Path, sample: bool) -> None:
    """Make a workspace at `folder`, which must be new or empty. Raises ReconError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReconError(f"{folder} is there already and isn't empty; choose a new folder.")
    source = sample_dir() if sample else template_dir() / "workspace"
    shutil.copytree(
        source,
        folder,
        dirs_exist_ok=True,
        ignore=_LEAVE if not sample else shutil.ignore_patterns("runs", "recon.sqlite*"),
    )
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def lab(workspace: Path) -> int:
    """Copy the notebooks that the workspace lacks into it and run JupyterLab there; returns its exit status."""
    root = Folder.open(workspace).root
    target = root / "notebooks"
    target.mkdir(exist_ok=True)
    for notebook in sorted(notebook_dir().glob("*.ipynb")):
        if not (target / notebook.name).exists():
            shutil.copy(notebook, target / notebook.name)
    environment = {**os.environ, "RECON_WORKSPACE": str(root)}
    command = [sys.executable, "-m", "jupyter", "lab", "--ServerApp.root_dir", str(root), "notebooks/04_review.ipynb"]
    return subprocess.call(command, env=environment)
