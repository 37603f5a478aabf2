import pytest

from recon.engine import Engine
from recon.match.contracts import by_contract
from tests.match.entry_tables import put_entries


def groups(table: str) -> str:
    """The entries that stay together, as `a1 e1, a2 e2`."""
    engine = Engine(threads=1)
    entries = put_entries(engine, table)
    by_contract(engine, "leg", entries)
    rows = engine.rows(f"SELECT STRING_AGG(entry, ' ' ORDER BY entry) FROM {entries} GROUP BY grp ORDER BY 1")
    return ", ".join(row for (row,) in rows)


CASES = {
    "one agreement's surplus is not the other's": (
        """
        e1 expected 10 5.00 50.00 contract=A
        e2 expected  5 5.00 25.00 contract=B
        a1 actual   12 5.00 60.00 contract=A
        a2 actual    5 5.00 25.00 contract=B
        """,
        "a1 e1, a2 e2",
    ),
    "an agreement that isn't invoiced stands alone": (
        """
        e1 expected 10 5.00 50.00 contract=A
        e2 expected  5 5.00 25.00 contract=B
        a1 actual   10 5.00 50.00 contract=A
        """,
        "a1 e1, e2",
    ),
    "all agreements invoiced on one agree as a whole": (
        """
        e1 expected 10 5.00 50.00 contract=A
        e2 expected  5 5.00 25.00 contract=B
        a1 actual   15 5.00 75.00 contract=A
        """,
        "a1 e1 e2",
    ),
    "a line without contract may belong to any": (
        """
        e1 expected 10 5.00 50.00 contract=A
        e2 expected  5 5.00 25.00 contract=B
        a1 actual   12 5.00 60.00 contract=A
        a2 actual    5 5.00 25.00
        """,
        "a1 a2 e1 e2",
    ),
    "ids of two systems say nothing": (
        """
        e1 expected 10 5.00 50.00 contract=A
        a1 actual   12 5.00 60.00 contract=PO-7
        """,
        "a1 e1",
    ),
    "a credit is weighed against the whole group": (
        """
        e1 expected 10 5.00  50.00 contract=A
        e2 expected  5 5.00  25.00 contract=B
        a1 actual   12 5.00  60.00 contract=A
        a2 actual   -1 5.00  -5.00 contract=A credit
        """,
        "a1 a2 e1 e2",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_groups(name: str) -> None:
    table, expected = CASES[name]
    assert groups(table) == expected
