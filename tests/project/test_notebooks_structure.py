"""Notebooks hold no logic: few cells, few statements, parameters in one place, no outputs kept."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.project import notebooks

CODE_CELLS = 10
STATEMENTS = 3

# A notebook is not the place for these. Comprehensions and `if` expressions are loops in disguise.
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.Try, ast.TryStar, ast.If, ast.IfExp, ast.Match, ast.With),
)
# `workspace` and `cycle` are what every notebook is about.
PARAMETERS = {"workspace", "cycle"}

every_notebook = pytest.mark.parametrize("name", notebooks.names())


def code(name: str) -> list[notebooks.Cell]:
    return notebooks.code_cells(notebooks.read(notebooks.NOTEBOOKS / name))


def parsed(name: str) -> Iterator[tuple[int, ast.Module]]:
    """Each code cell's number and syntax. A cell with a magic is no Python and fails here."""
    return ((number, ast.parse(notebooks.source(cell), name)) for number, cell in enumerate(code(name), 1))


def test_the_promised_notebooks_are_there() -> None:
    promised = {
        "00_tour.ipynb",
        "01_sources.ipynb",
        "02_matches.ipynb",
        "03_discrepancies.ipynb",
        "04_review.ipynb",
        "audit.ipynb",
    }
    assert promised - set(notebooks.names()) == set()


@every_notebook
def test_is_short(name: str) -> None:
    assert len(code(name)) <= CODE_CELLS


@every_notebook
def test_cells_are_short(name: str) -> None:
    sizes = {number: len(tree.body) for number, tree in parsed(name)}
    assert {number: size for number, size in sizes.items() if not 1 <= size <= STATEMENTS} == {}


@every_notebook
def test_holds_no_logic(name: str) -> None:
    found = [
        f"cell {number}, line {node.lineno}: {type(node).__name__}"
        for number, tree in parsed(name)
        for node in ast.walk(tree)
        if isinstance(node, LOGIC)
    ]
    assert found == [], "move it into the package"


@every_notebook
def test_imports_only_the_package(name: str) -> None:
    modules = {
        module.split(".")[0]
        for _, tree in parsed(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert modules <= {"recon"}


@every_notebook
def test_parameters_are_in_one_cell(name: str) -> None:
    """One cell, tagged for papermill, with one assignment a line and nothing else."""
    tagged = [cell for cell in code(name) if "parameters" in notebooks.tags(cell)]
    assert len(tagged) == 1
    body = ast.parse(notebooks.source(tagged[0])).body
    assert all(isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) for node in body)
    lines = [node.lineno for node in body]
    assert len(set(lines)) == len(lines)
    assigned = {t.id for node in body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}
    assert assigned >= PARAMETERS


@every_notebook
def test_is_committed_without_outputs(name: str) -> None:
    dirty = [number for number, cell in enumerate(code(name), 1) if cell["outputs"] and not notebooks.is_kept(cell)]
    assert dirty == [], f"run: nbstripout --keep-count notebooks/{name}"


@every_notebook
def test_has_a_reader(name: str) -> None:
    """It opens with a title and a sentence on what it is for."""
    first = notebooks.read(notebooks.NOTEBOOKS / name)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert re.match(r"# .+\n+\S", notebooks.source(first))


@pytest.mark.parametrize("name", notebooks.for_people())
def test_ends_with_a_kept_total(name: str) -> None:
    """nbval compares nothing in a stripped notebook, so the last cell keeps one line of totals to compare."""
    kept = [number for number, cell in enumerate(code(name), 1) if notebooks.is_kept(cell)]
    assert kept == [len(code(name))]
    last = code(name)[-1]
    assert "nbval-check-output" in notebooks.tags(last)
    assert len(last["outputs"]) == 1
    text = "".join(last["outputs"][0]["text"])
    assert len(text.strip().splitlines()) == 1
    assert re.search(r"\d", text), "a total has digits"
