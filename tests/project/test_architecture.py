"""The shape of recon/: imports point one way, no cycle, small files and functions, no floats near money."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# From low to high: a module imports from its own row or from rows above it in this table, never from below.
# A name stands for the module recon/NAME.py or for everything in the package recon/NAME/.
LAYERS = (
    # layer               modules
    ("vocabulary", "version errors money period line declared"),
    ("engine", "engine"),
    ("store", "store"),
    ("workspace", "policy workspace table_file catalog"),
    ("record keeping", "sources"),
    ("identity", "crosswalk"),
    ("invoicing", "expected"),
    ("comparing", "match"),
    ("classifying", "discrepancies"),
    ("resolution", "review"),
    ("communication", "reports"),
    ("widgets", "ui"),
    ("where stages meet", "neighbours reconcile explanation compare frames"),
    ("what people hold", "reconciliation session"),
    ("the monthly job", "audit rules setup"),
    ("public names", "__init__"),
    ("command line", "printing mapping_cli match_cli rules_cli cli __main__"),
)
RANK = {name: rank for rank, (_, names) in enumerate(LAYERS) for name in names.split()}

FILE_LINES = 300
FUNCTION_LINES = 40

# Modules that may name a binary float, and why it can't change a number of money there.
FLOATS_ALLOWED = {
    "recon.reports.charts": "a bar's height on the screen; the number written on it is the exact text",
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {
    module_name(path): path
    for path in sorted((ROOT / "recon").rglob("*.py"))
    if "_resources" not in path.parts  # in a wheel only
}
TREES = {name: ast.parse(path.read_text("utf-8"), str(path)) for name, path in SOURCES.items()}


def layer_name(module: str) -> str:
    """The table's word for a module: `recon.match.exact` is `match`, `recon` itself is `__init__`."""
    return module.split(".")[1] if "." in module else "__init__"


def known_module(dotted: str) -> str:
    """The module that holds a dotted name: `recon.money.exact` is in `recon.money`."""
    while dotted not in SOURCES and "." in dotted:
        dotted = dotted.rpartition(".")[0]
    return dotted


def imports(module: str) -> set[str]:
    """Every recon module that a module imports, inside functions and under TYPE_CHECKING too."""
    package = module if SOURCES[module].name == "__init__.py" else module.rpartition(".")[0]
    dotted = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            dotted |= {f"{origin}.{alias.name}" for alias in node.names}
    found = {known_module(name) for name in dotted if name.split(".")[0] == "recon"}
    return found - {module}


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(TREES[module]) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def documentation(tree: ast.Module) -> set[int]:
    """The identities of a module's docstrings."""
    documented = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    )
    return {id(node.body[0].value) for node in documented if isinstance(node.body[0], ast.Expr)}


every_module = pytest.mark.parametrize("module", list(SOURCES))


@every_module
def test_has_a_layer(module: str) -> None:
    assert layer_name(module) in RANK, f"{module}: give it a row in LAYERS, at the top of this file"


def test_every_layer_exists() -> None:
    assert sorted(set(RANK) - {layer_name(m) for m in SOURCES} - {"__main__"}) == []


@every_module
def test_imports_point_down(module: str) -> None:
    own = RANK.get(layer_name(module), -1)
    upward = sorted(m for m in imports(module) if RANK.get(layer_name(m), len(LAYERS)) > own)
    assert upward == [], f"{module} imports from above it"


def test_no_import_cycle() -> None:
    assert cycles({module: imports(module) for module in SOURCES}) == []


def cycles(graph: dict[str, set[str]]) -> list[str]:
    """What is left after taking away, again and again, what imports nothing that is left. Empty: no cycle."""
    left = dict(graph)
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


@pytest.mark.parametrize(
    ("graph", "left"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}, "c": set()}, ["a", "b"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["a", "b", "c"]),  # a depends on the cycle
    ],
)
def test_a_cycle_is_seen(graph: dict[str, set[str]], left: list[str]) -> None:
    assert cycles(graph) == left


@every_module
def test_file_is_small(module: str) -> None:
    lines = len(SOURCES[module].read_text("utf-8").splitlines())
    assert lines <= FILE_LINES, f"{module} has {lines} lines; split it by what it is about"


@every_module
def test_functions_are_small(module: str) -> None:
    sizes = {f"{f.name} (line {f.lineno})": (f.end_lineno or 0) - f.lineno + 1 for f in functions(module)}
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


@every_module
def test_returns_are_annotated(module: str) -> None:
    assert [f"{f.name} (line {f.lineno})" for f in functions(module) if f.returns is None] == []


@every_module
def test_no_binary_floats(module: str) -> None:
    """Neither Python's float nor a floating column: money and quantities are decimals from the first byte."""
    assert floats(TREES[module]) == [] or module in FLOATS_ALLOWED


def floats(tree: ast.Module) -> list[str]:
    """Where code names a floating type. Documentation may, and so may a check: isinstance(x, float)."""
    passed = documentation(tree) | {
        id(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        for name in ast.walk(node.args[1])
    }
    seen = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float" and id(node) not in passed:
            seen.append(f"line {node.lineno}: float")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            words = re.findall(r"\b(?:float(?:32|64)|DOUBLE)\b", node.value)
            seen += [f"line {node.lineno}: {word}" for word in words]
    return seen


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("price = float(text)", ["line 1: float"]),
        ("def f(x: float) -> int: ...", ["line 1: float"]),
        ("sql = 'CAST(amount AS DOUBLE)'", ["line 1: DOUBLE"]),
        ("isinstance(x, int | float)", []),
        ('"""Never a float64."""', []),
    ],
)
def test_a_float_is_seen(code: str, seen: list[str]) -> None:
    assert floats(ast.parse(code)) == seen


def test_floats_are_allowed_only_where_they_are() -> None:
    assert set(FLOATS_ALLOWED) <= set(SOURCES), "the exception is no longer needed: take it out"
