"""How the suite is spread over processes."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `--dist loadgroup`: a module stays in one process, so that its fixtures prepare things once.

    All browser tests stay together in one: they share one JupyterLab, and two would slow each other down.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            browser = item.path.is_relative_to(BROWSER)
            item.add_marker(pytest.mark.xdist_group("browser" if browser else item.path.name))
