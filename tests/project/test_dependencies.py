"""What recon/ imports is declared in pyproject.toml, so that a fresh install has it."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def imported() -> dict[str, str]:
    """Third-party top-level module → one file that imports it."""
    found = {}
    for path in sorted((ROOT / "recon").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            found |= {name.split(".")[0]: path.relative_to(ROOT).as_posix() for name in names}
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names | {"recon"}}


def declared() -> set[str]:
    """Names of the core dependencies and of the optional engines and databases (not of the test extra)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [r for name, wanted in project["optional-dependencies"].items() if name != "test" for r in wanted]
    return {canonicalize_name(Requirement(r).name) for r in project["dependencies"] + extras}


def test_imports_are_declared() -> None:
    distributions = packages_distributions()
    undeclared = {
        f"{module} ({path})"
        for module, path in imported().items()
        if not {canonicalize_name(d) for d in distributions.get(module, [module])} & declared()
    }
    assert undeclared == set()
