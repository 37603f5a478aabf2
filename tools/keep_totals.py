"""Renew the kept total of each numbered notebook: the one output that is committed, and that the tests compare.

    python tools/keep_totals.py            after the sample, or what is found in it, changed on purpose

The notebooks run on a copy, so neither they nor the sample's store change otherwise. Look at the difference before
you commit it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run every notebook for people and write its last cell's line."""
    with tempfile.TemporaryDirectory(prefix="notebooks-") as scratch:
        copy = Path(scratch)
        shutil.copytree(ROOT / "notebooks", copy / "notebooks")
        left = shutil.ignore_patterns("runs", "*.sqlite*")
        shutil.copytree(ROOT / "data" / "sample", copy / "data" / "sample", ignore=left)
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            line = last_line(copy / "notebooks" / path.name)
            keep(path, line)
            print(f"{path.name}: {line.strip()}")


def last_line(path: Path) -> str:
    """What the notebook's last cell prints."""
    document = nbformat.read(path, as_version=4)
    NotebookClient(document, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    return "".join(output["text"] for output in document.cells[-1]["outputs"])


def keep(path: Path, line: str) -> None:
    """Write `line` as the output of the notebook's last cell. nbval compares only cells that have a number."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    last = document["cells"][-1]
    if "keep_output" not in last["metadata"].get("tags", []):
        raise SystemExit(f"{path.name}: its last cell is not tagged keep_output")
    last["execution_count"] = sum(cell["cell_type"] == "code" for cell in document["cells"])
    last["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [line]}]
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
