"""The documentation is complete: each kind, column, profile, layer and command has its line."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import recon
from recon import cli
from recon.discrepancies import kinds
from recon.sources.profile import Profile
from tests.project.test_architecture import LAYERS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
FRAMES = (
    "discrepancies",
    "lines",
    "problems",
    "files",
    "unmapped",
    "matches",
    "bridge",
    "rollforward",
    "legs",
)


def read(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def section(page: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    _, found, rest = read(page).partition(f"\n## {heading}\n")
    assert found, f"docs/{page} has no section {heading!r}"
    return rest.partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(text: str) -> set[str]:
    """The words that the first column of a section's table explains: | `a`, `b` | … |"""
    return {name for row in rows(text) for name in re.findall(r"`([^`]+)`", row[0])}


def anchors(text: str) -> set[str]:
    """The addresses of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> recon.Reconciliation:
    books = tmp_path_factory.mktemp("glossary") / "books"
    shutil.copytree(ROOT / "data" / "sample", books, ignore=shutil.ignore_patterns("runs", "*.sqlite*"))
    return recon.open(books).reconcile("2026-10")


def test_glossary_has_each_kind() -> None:
    assert names(section("glossary.md", "Kinds of discrepancy")) == {kind.name for kind in kinds.KINDS}


@pytest.mark.slow
@pytest.mark.parametrize("frame", FRAMES)
def test_glossary_has_each_column(reconciled: recon.Reconciliation, frame: str) -> None:
    assert names(section("glossary.md", f"Columns of {frame}")) == set(getattr(reconciled, frame).columns)


def test_sources_has_each_profile() -> None:
    built_in = {path.stem for path in (ROOT / "recon" / "sources" / "profiles").glob("*.yaml")}
    assert set(re.findall(r"^### `(\w+)`$", read("sources.md"), flags=re.MULTILINE)) == built_in


def test_the_example_profile_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", read("adding-a-source.md"), flags=re.DOTALL)
    assert Profile.model_validate(yaml.safe_load(example)).side == "charged"


def test_every_key_of_a_profile_is_explained() -> None:
    keys = {field.alias or name for name, field in Profile.model_fields.items()}
    explained = names(section("adding-a-source.md", "What a profile can say"))
    assert keys - explained == {"generic"}, "`generic` is for generic_table alone"


def test_architecture_has_the_layers() -> None:
    documented = [(row[0], re.findall(r"`([^`]+)`", row[1])) for row in rows(section("architecture.md", "Layers"))]
    assert documented == [(layer, [m for m in modules.split() if m != "__main__"]) for layer, modules in LAYERS]


def test_readme_has_each_command() -> None:
    commands = [*cli.app.registered_commands, *cli.app.registered_groups]
    assert commands, "the command line has no commands"
    called = {command.name or getattr(command.callback, "__name__", "") for command in commands}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {name for name in called if f"`recon {name}" not in readme} == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    broken = []
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)", text):
        page = path.parent / target if target else path
        if not page.exists() or (anchor and anchor not in anchors(page.read_text("utf-8"))):
            broken.append(f"{target}#{anchor}")
    assert broken == []
