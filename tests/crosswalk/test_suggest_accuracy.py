"""The accuracy bench on worlds that neither the rules nor the published figures have seen."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
LEAST = [
    # world, first is right, in the first three, confirmable together
    ("companies", "0.96", "0.98", 50),
    ("licences", "0.97", "0.99", 15),
    ("goods", "0.92", "0.97", 50),
]


@pytest.mark.parametrize(("world", "first", "three", "together"), LEAST, ids=[one[0] for one in LEAST])
def test_held_out(world: str, first: str, three: str, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import accuracy
    import accuracy_names

    given = [
        one for each in accuracy_names.worlds([301], held=True) if each.title == world for one in accuracy.answers(each)
    ]
    found = accuracy.figures(given)
    assert Decimal(str(found["top-1 recall"])) >= Decimal(first), found
    assert Decimal(str(found["top-3 recall"])) >= Decimal(three), found
    assert int(str(found["in bulk"])) >= together, found
    assert Decimal(str(found["bulk precision"])) >= accuracy.NEEDED, found
    assert found["without partner"], "a world without near misses proves nothing"
