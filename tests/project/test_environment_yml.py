"""environment.yml says the same as pyproject.toml: the same packages and ranges, in conda's syntax."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[2]

# The same package under the name that conda-forge gives it.
CONDA_NAMES = {"python-duckdb": "duckdb"}
# What conda brings and pip doesn't: the interpreter has its own test below.
CONDA_ONLY = {"python", "pip"}
# Extras that an environment gets by hand (the head of environment.yml says how): they need a server or Java.
BY_HAND = {"spark", "postgres"}

Ranges = dict[str, SpecifierSet]


def conda_document() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def conda_specs() -> list[str]:
    return [d for d in conda_document()["dependencies"] if isinstance(d, str)]


def pip_specs() -> list[str]:
    return [line for d in conda_document()["dependencies"] if isinstance(d, dict) for line in d["pip"]]


def pyproject_ranges() -> Ranges:
    wanted = list(project()["dependencies"])
    for extra, requirements in project()["optional-dependencies"].items():
        wanted += [] if extra in BY_HAND else requirements
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, wanted)}


def conda_name(spec: str) -> str:
    name = re.match(r"[A-Za-z0-9_.-]+", spec)
    assert name, f"environment.yml: {spec!r} begins with no package name"
    return name.group()


def environment_ranges() -> Ranges:
    ranges = {}
    for spec in conda_specs():
        name = conda_name(spec)
        if name not in CONDA_ONLY:
            ranges[canonicalize_name(CONDA_NAMES.get(name, name))] = SpecifierSet(spec[len(name) :].strip())
    for spec in pip_specs():
        requirement = Requirement(spec)
        ranges[canonicalize_name(requirement.name)] = requirement.specifier
    return ranges


def test_shape() -> None:
    document = conda_document()
    assert set(document) == {"name", "channels", "dependencies"}
    assert document["name"] == "recon"
    assert document["channels"] == ["conda-forge"]


@pytest.mark.parametrize("spec", conda_specs())
def test_is_a_spec_that_conda_reads(spec: str) -> None:
    parsed = MatchSpec(spec)
    assert parsed.name is not None
    assert getattr(parsed.name, "normalized", str(parsed.name)) == conda_name(spec)
    assert (parsed.version is None) == (spec == conda_name(spec)), "a range that conda does not see as one"


def test_same_packages() -> None:
    assert sorted(environment_ranges()) == sorted(pyproject_ranges())


@pytest.mark.parametrize("name", sorted(pyproject_ranges()))
def test_same_range(name: str) -> None:
    assert environment_ranges().get(name) == pyproject_ranges()[name]


def test_same_python() -> None:
    assert f"python{project()['requires-python']}" in conda_specs()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    """The lock is the third place that names versions: it has each wanted package in range, and no host."""
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\n]+)", text, flags=re.MULTILINE))
    wanted = pyproject_ranges() if "test" in lock else core_ranges()
    outside = {name: pins.get(name) for name, allowed in wanted.items() if pins.get(name) not in allowed}
    assert outside == {}, f"{lock} is older than pyproject.toml: run `make lock`"


def core_ranges() -> Ranges:
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, project()["dependencies"])}
