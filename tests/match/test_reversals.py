"""A charge and the credit that takes it back: which are paired, and what is left to the other passes."""

import pytest

from recon.engine import Engine
from recon.match.passes import cascade
from tests.match.entry_tables import put_entries


def reversed_(table: str) -> list[str]:
    """The pairs of the pass, as `a1 a2`."""
    engine = Engine(threads=1)
    found, _ = cascade(engine, "leg", put_entries(engine, table))
    rows = engine.rows(
        f"SELECT STRING_AGG(entry, ' ' ORDER BY entry), SUM(amount) FROM {found} WHERE rule = 'reversal' GROUP BY match_id ORDER BY 1"
    )
    assert all(net == 0 for _, net in rows)
    return [names for names, _ in rows]


@pytest.mark.parametrize(
    ("table", "pairs"),
    [
        ("a1 actual 10 6.00 60.00\na2 actual 10 6.00 -60.00 credit", ["a1 a2"]),
        ("a1 actual 10 6.00 60.00\na2 actual 10 -6.00 -60.00 credit", ["a1 a2"]),
        ("a1 actual -10 6.00 60.00\na2 actual 10 6.00 -60.00 credit", ["a1 a2"]),
        ("a1 actual - - 60.00\na2 actual - - -60.00 credit", ["a1 a2"]),
        # What agrees with the other side stays.
        ("e1 expected 10 5.00 50.00\na1 actual 10 5.00 50.00\na2 actual 10 5.00 -50.00 credit", []),
        # Another quantity, another amount, another group.
        ("a1 actual 12 5.00 60.00\na2 actual 10 6.00 -60.00 credit", []),
        ("a1 actual 10 6.00 60.00\na2 actual 10 6.00 -59.99 credit", []),
        ("a1 actual 10 6.00 60.00 group=x\na2 actual 10 6.00 -60.00 credit group=y", []),
        # Lines that are alike are paired one by one.
        ("a1 actual 1 9.00 9.00\na2 actual 1 9.00 9.00\na3 actual 1 9.00 -9.00 credit", ["a1 a3"]),
        ("a1 actual 1 9.00 9.00\na2 actual 1 9.00 9.00\na3 actual 1 9.00 -9.00 credit\na4 actual 1 9.00 -9.00 credit", ["a1 a3", "a2 a4"]),
        # Only a credit takes back; what is expected is never taken for a charge.
        ("a1 actual 10 6.00 60.00\na2 actual -10 6.00 -60.00", []),
        ("e1 expected 10 6.00 60.00\na2 actual 10 6.00 -60.00 credit", []),
    ],
)  # fmt: skip
def test_what_is_paired(table: str, pairs: list[str]) -> None:
    assert reversed_(table) == pairs
