"""What may belong together under another service or at another client. In a table, the group is the service."""

import pytest

from recon.engine import Engine
from recon.match.suggested import suggested
from tests.match.entry_tables import put_entries


def found(table: str, without: tuple[str, ...] = ()) -> list[str]:
    """The suggestions as `rule status: entries, why`."""
    engine = Engine(threads=1)
    return [
        f"{one.rule} {one.status}: {' '.join(one.entries)}, {one.says}"
        for one in suggested(engine, put_entries(engine, table), without)
    ]


CASES = {
    "the same under another service": (
        """
        e1 expected 10 5.00 50.00 group=EDR
        a1 actual   10 5.00 50.00 group=MDR
        """,
        ["scored suggested: e1 a1, the same amount, quantity and unit price"],
    ),
    "an amount alone is no evidence": (
        """
        e1 expected 10 5.00 50.00 group=EDR
        a1 actual    1 50.00 50.00 group=Project
        """,
        [],
    ),
    "an amount and a contract are": (
        """
        e1 expected 10 5.00 50.00 group=EDR contract=A7
        a1 actual    -    - 50.00 group=Project contract=A7
        """,
        ["scored suggested: e1 a1, the same amount and contract"],
    ),
    "at another client": (
        """
        e1 expected 10 5.00 50.00 group=EDR client=Alder
        a1 actual   10 5.00 50.00 group=EDR client=Birch
        """,
        ["scored suggested: e1 a1, the same amount, quantity, unit price and service, at another client"],
    ),
    "recurring identical amounts are not told apart": (
        """
        e1 expected 10 5.00 50.00 group=EDR
        e2 expected 10 5.00 50.00 group=MDR
        a1 actual   10 5.00 50.00 group=XDR
        """,
        ["scored ambiguous: a1 e1 e2, 3 entries that fit each other in more than one way"],
    ),
    "a credit is no charge": (
        """
        e1 expected 10 5.00 50.00 group=EDR
        a1 actual   10 5.00 50.00 group=MDR credit
        """,
        [],
    ),
    "one promise invoiced in parts": (
        """
        e1 expected 1 100.00 100.00 group=Care
        a1 actual   3  10.00  30.00 group=Desk
        a2 actual   7  10.00  70.00 group=Site
        a3 actual   1  12.00  12.00 group=Disk
        """,
        ["subset_sum suggested: e1 a1 a2, the only amounts that add up to it"],
    ),
    "several promises invoiced as one": (
        """
        e1 expected 3 10.00 30.00 group=Desk
        e2 expected 7 10.00 70.00 group=Site
        a1 actual   1 100.00 100.00 group=Care
        """,
        ["subset_sum suggested: a1 e1 e2, the only amounts that add up to it"],
    ),
    "in two ways": (
        """
        e1 expected 1 100.00 100.00 group=Care
        a1 actual   3  10.00  30.00 group=Desk
        a2 actual   7  10.00  70.00 group=Site
        a3 actual   4  10.00  40.00 group=Disk
        a4 actual   6  10.00  60.00 group=Room
        """,
        ["subset_sum ambiguous: a1 a2 a3 a4 e1, amounts that add up in more than one way"],
    ),
    "what one client owes is no part of another's": (
        """
        e1 expected 1 100.00 100.00 group=Care client=Alder
        a1 actual   3  10.00  30.00 group=Desk client=Alder
        a2 actual   7  10.00  70.00 group=Site client=Birch
        """,
        [],
    ),
    "too many to search": (
        "e1 expected 1 100.00 100.00 group=Care\n"
        + "\n".join(f"a{n:02} actual 1 {n}.01 {n}.01 group=S{n}" for n in range(1, 14)),
        [
            f"subset_sum ambiguous: {' '.join(f'a{n:02}' for n in range(1, 14))} e1, 14 amounts, too many to look for sums"
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_suggestions(name: str) -> None:
    table, expected = CASES[name]
    assert found(table) == expected


def test_a_pass_can_be_off() -> None:
    assert found(CASES["the same under another service"][0], ("scored",)) == []
    assert found(CASES["one promise invoiced in parts"][0], ("subset_sum",)) == []
