"""The notebooks for people run on the sample, and their kept totals are what the sample gives."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import notebooks

SECONDS = 600


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Notebooks and sample where a checkout has them: what a notebook decides goes to this copy's store."""
    shutil.copytree(notebooks.NOTEBOOKS, tmp_path / "notebooks")
    sample = notebooks.ROOT / "data" / "sample"
    shutil.copytree(sample, tmp_path / "data" / "sample", ignore=shutil.ignore_patterns("runs", "*.sqlite*"))
    return tmp_path


def nbval(checkout: Path, name: str) -> subprocess.CompletedProcess[str]:
    """pytest of its own: nbval collects notebooks, and our own options are not for them."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull, f"--rootdir={checkout}"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *options,
        "--nbval-lax",
        "--nbval-cell-timeout=300",
        f"notebooks/{name}",
    ]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "RECON_"))}
    # IPython's own files: two runs at once must not meet in one history.
    environment = {**inherited, "IPYTHONDIR": str(checkout / "ipython")}
    return subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def change_kept_total(notebook: Path) -> None:
    """Make the committed line of totals say another number, in one digit."""
    document = notebooks.read(notebook)
    output = next(cell for cell in notebooks.code_cells(document) if notebooks.is_kept(cell))["outputs"][0]
    text = "".join(output["text"])
    place = next(index for index, character in enumerate(text) if character.isdigit())
    output["text"] = [text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]]
    notebook.write_text(json.dumps(document), "utf-8")


# Each in a group of its own: they share nothing, so they need not wait for each other in one process.
apart = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in notebooks.for_people()]


@pytest.mark.slow
@pytest.mark.parametrize("name", apart)
def test_runs_and_totals_agree(checkout: Path, name: str) -> None:
    result = nbval(checkout, name)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_a_changed_total_is_noticed(checkout: Path) -> None:
    """The test above compares something: with one digit of the kept line changed, exactly that cell fails."""
    name = notebooks.for_people()[-1]
    change_kept_total(checkout / "notebooks" / name)
    result = nbval(checkout, name)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 failed" in result.stdout
    assert "mismatch" in result.stdout
