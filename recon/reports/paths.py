"""Where the notebooks and templates are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

# pip unpacks a wheel, so that the package is a folder; papermill and nbconvert need real files anyway.
_PACKAGE = Path(__file__).resolve().parents[1]


def template_dir() -> Path:
    """The folder of templates; FileNotFoundError where neither the package nor a checkout has one."""
    return _find("templates")


def notebook_dir() -> Path:
    """The folder of notebooks; FileNotFoundError where neither the package nor a checkout has one."""
    return _find("notebooks")


def sample_dir() -> Path:
    """The folder of the sample workspace; FileNotFoundError where neither the package nor a checkout has one."""
    return _find("sample", "data/sample")


def _find(name: str, in_checkout: str | None = None) -> Path:
    places = (_PACKAGE / "_resources" / name, _PACKAGE.parent / (in_checkout or name))
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"no {name} folder at {places[0]} nor {places[1]}; reinstall the package")
