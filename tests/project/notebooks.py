"""Reads the project's notebooks for the tests in this folder."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"

Cell = dict[str, Any]


def names() -> list[str]:
    return sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def for_people() -> list[str]:
    """The notebooks that a person opens have a number; the others are run by papermill."""
    return [name for name in names() if name[0].isdigit()]


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def code_cells(document: dict[str, Any]) -> list[Cell]:
    return [cell for cell in document["cells"] if cell["cell_type"] == "code"]


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def tags(cell: Cell) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def is_kept(cell: Cell) -> bool:
    """Its output is committed and compared: the one line of totals that proves a notebook's result."""
    return "keep_output" in tags(cell)
