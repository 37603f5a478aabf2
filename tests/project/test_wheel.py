"""The built wheel works on its own: installed into an empty environment, it audits the sample it carries."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import uv

ROOT = Path(__file__).parents[2]
CYCLE = "2026-10"
# Set in a developer's shell or by pytest, these would let the checkout or its environment leak in.
NOT_INHERITED = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `recon` command of an environment with the locked packages, the wheel and no checkout."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    bin_folder = environment / ("Scripts" if os.name == "nt" else "bin")
    tool = uv.find_uv_bin()
    run(tool, "venv", "--python", sys.executable, environment, cwd=wheel.parent)
    install = (tool, "pip", "install", "--python", bin_folder / "python", "--no-deps")
    run(*install, "-r", ROOT / "requirements.lock", wheel, cwd=wheel.parent)
    return bin_folder / "recon"


def test_carries_what_an_installed_package_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for carried in (
        "recon/cli.py",
        "recon/sources/profiles/generic_table.yaml",
        "recon/_resources/notebooks/audit.ipynb",
        "recon/_resources/notebooks/00_tour.ipynb",
        "recon/_resources/templates/workspace/recon.yaml",
        "recon/_resources/sample/recon.yaml",
        "recon/_resources/sample/catalog/clients.csv",
    ):
        assert carried in names
    assert any(name.startswith(f"recon/_resources/sample/inbox/{CYCLE}/") for name in names)


def test_carries_nothing_else(wheel: Path) -> None:
    """No tests, no runs, no store, and nothing beside `recon` that could meet another package's files."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"recon"}
    left_overs = [
        n for n in names if "/runs/" in n or ".sqlite" in n or "__pycache__" in n or ".ipynb_checkpoints" in n
    ]
    assert left_overs == []


def test_declares_what_it_needs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
    text = archive.read(metadata).decode()
    assert "Name: recon-workbench" in text
    assert "License-Expression: Apache-2.0" in text
    assert "Requires-Python: >=3.11" in text
    assert {"test", "spark", "postgres"} <= set(re.findall(r"^Provides-Extra: (\S+)$", text, re.MULTILINE))


@pytest.mark.slow
def test_audits_its_sample_from_anywhere(command: Path, tmp_path: Path) -> None:
    run(command, "init", "books", "--sample", cwd=tmp_path)
    done = run(command, "audit", CYCLE, "-w", "books", cwd=tmp_path)
    assert "audit.html" in done.stdout, "the summary says where the report is"
    run_folder = latest_run(tmp_path / "books" / "runs" / CYCLE)
    assert {path.name for path in run_folder.iterdir()} >= {
        "audit.ipynb",
        "audit.html",
        "discrepancies.csv",
        "discrepancies.parquet",
        "workbook.xlsx",
        "lines.parquet",
        "manifest.json",
    }
    assert len((run_folder / "discrepancies.csv").read_text("utf-8").splitlines()) > 1


def latest_run(cycle_folder: Path) -> Path:
    """`latest` names the newest whole run: as a link to it, or as a file with its name."""
    latest = cycle_folder / "latest"
    return latest if latest.is_dir() else cycle_folder / latest.read_text("utf-8").strip()
