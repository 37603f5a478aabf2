import pytest

from recon.engine import Engine
from recon.match.links import follow_links, put_links
from tests.match.entry_tables import put_entries

TABLE = """
    e1 expected 10 5.00 50.00 group=EDR
    e2 expected  1 9.00  9.00 group=AV
    a1 actual   10 5.00 50.00 group=MDR client=Birch
    a2 actual    1 9.00  9.00 group=XDR
"""


def groups(links: list[list[str]], leg: str = "leg") -> str:
    """Client, service and entries of each group."""
    engine = Engine(threads=1)
    entries = put_entries(engine, TABLE)
    put_links(engine, links)
    follow_links(engine, leg, entries)
    rows = engine.rows(
        "SELECT MIN(client) || ' ' || MIN(service) || ' ' || STRING_AGG(entry, ' ' ORDER BY entry) "
        f"FROM {entries} GROUP BY grp ORDER BY 1"
    )
    return ", ".join(row for (row,) in rows)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], "Alder AV e2, Alder EDR e1, Alder XDR a2, Birch MDR a1"),
        ([["a1", "e1"]], "Alder AV e2, Alder EDR a1 e1, Alder XDR a2"),
        ([["a1", "e1"], ["e2", "a2"]], "Alder AV a2 e2, Alder EDR a1 e1"),
        ([["a1", "e1", "a2"]], "Alder AV e2, Alder EDR a1 a2 e1"),
        ([["a1", "a2"]], "Alder AV e2, Alder EDR e1, Alder XDR a2, Birch MDR a1"),  # nothing expected to go to
        ([["a1", "gone"]], "Alder AV e2, Alder EDR e1, Alder XDR a2, Birch MDR a1"),
    ],
)
def test_groups(links: list[list[str]], expected: str) -> None:
    assert groups(links) == expected
