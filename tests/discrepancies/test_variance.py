"""The split of a group's difference, one case a component. The numbers in a table are all there is."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.discrepancies.variance import split
from recon.engine import Engine
from recon.match.passes import cascade
from recon.money import text
from tests.match.entry_tables import put_entries

CENT = Decimal("0.01")
PARTS = ("quantity", "price", "proration", "rounding", "missing", "duplicate")


def parts(table: str, tolerance: Decimal = CENT) -> dict[str, dict[str, Decimal]]:
    """Per group its components and difference."""
    engine = Engine(threads=1)
    entries = put_entries(engine, table, str(tolerance))
    found, _ = cascade(engine, "leg", entries)
    table_of_parts = split(engine, "leg", entries, found)
    rows = engine.rows(f"SELECT grp, {', '.join(PARTS)}, difference FROM {table_of_parts}")
    return {grp: dict(zip((*PARTS, "difference"), values, strict=True)) for grp, *values in rows}


def said(table: str, tolerance: Decimal = CENT) -> str:
    """The components that are not zero, as `quantity 50.00`."""
    (one,) = parts(table, tolerance).values()
    assert sum(one[name] for name in PARTS) == one["difference"]
    return ", ".join(f"{name} {text(one[name], 2)}" for name in PARTS if one[name])


CASES = {
    "equal": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 5.00 50.00
        """,
        "",
    ),
    "quantity": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   12 5.00 60.00
        """,
        "quantity 10.00",
    ),
    "price": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 5.50 55.00
        """,
        "price 5.00",
    ),
    "quantity at the agreed price, price over the actual quantity": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   12 5.50 66.00
        """,
        "quantity 10.00, price 6.00",
    ),
    "the price of what is left counts, not that of a settled line": (
        """
        e1 expected 10 5.00 50.00 since=2026-01-01
        e2 expected 20 4.00 80.00 since=2026-06-01
        a1 actual   12 5.00 60.00
        a2 actual   20 4.00 80.00
        """,
        "quantity 10.00",
    ),
    "lines settled by their dates keep their cents": (
        """
        e1 expected 2 5.00 10.00 from=2026-10-01 to=2026-11-01
        e2 expected 2 5.00  5.00 from=2026-10-17 to=2026-11-01
        a1 actual   2 5.00 10.01 from=2026-10-01 to=2026-11-01
        a2 actual   2 5.00  5.01 from=2026-10-17 to=2026-11-01
        """,
        "rounding 0.02",
    ),
    "both differ and the amounts agree": (
        """
        e1 expected 10 10.00 100.00
        a1 actual    5 20.00 100.00
        """,
        "quantity -50.00, price 50.00",
    ),
    "one line is duplicated": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 5.00 50.00
        a2 actual   10 5.00 50.00
        """,
        "duplicate 50.00",
    ),
    "duplicated at another price": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 6.00 60.00
        a2 actual   10 6.00 60.00
        """,
        "price 10.00, duplicate 60.00",
    ),
    "two lines are no copies when they add up to the promise": (
        """
        e1 expected 20 5.00 100.00
        a1 actual   10 5.00 50.00
        a2 actual   10 5.00 50.00
        """,
        "",
    ),
    "two classes of copies would do, so none is chosen": (
        """
        e1 expected 13 5.00 65.00
        a1 actual    1 5.00 5.00
        a2 actual    1 5.00 5.00
        a3 actual    1 10.00 10.00
        a4 actual    1 10.00 10.00
        a5 actual   10 5.00 50.00
        """,
        "quantity 5.00, price 10.00",
    ),
    "a whole contract is invoiced twice": (
        """
        e1 expected - - 60.00
        e2 expected - - 40.00
        a1 actual   - - 100.00
        a2 actual   - - 100.00
        """,
        "duplicate 100.00",
    ),
    "a line that ended in the month is promised and billed, nothing is a copy": (
        """
        e1 expected 10 5.00 50.00 ended
        e2 expected 10 5.00 50.00
        a1 actual   10 5.00 50.00
        a2 actual   10 5.00 50.00
        """,
        "",
    ),
    "a part month duplicated": (
        """
        e1 expected 10 10.00 100.00
        a1 actual   10 5.00  50.00 prorated
        a2 actual   10 5.00  50.00 prorated
        """,
        "proration -50.00, duplicate 50.00",
    ),
    "a credit brings the charges to the promise": (
        """
        e1 expected 8 5.00 40.00
        a1 actual  10 5.00 50.00
        a2 actual   - -   -10.00 credit
        """,
        "",
    ),
    "the second copy is credited": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 5.00 50.00
        a2 actual   10 5.00 50.00
        a3 actual   10 -5.00 -50.00 credit
        """,
        "",
    ),
    "a credit without its original": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   10 5.00 50.00
        a2 actual    - -   -10.00 credit
        """,
        "missing -10.00",
    ),
    "a credit that is part of the quantity": (
        """
        e1 expected 10 10.00 100.00
        a1 actual   15 10.00 150.00
        a2 actual   -2 10.00 -20.00 credit
        """,
        "quantity 30.00",
    ),
    "a credit nets where nobody counts": (
        """
        e1 expected - - 100.00
        a1 actual   - - 120.00
        a2 actual   - - -30.00 credit
        """,
        "price -10.00",
    ),
    "a part month computed differently": (
        """
        e1 expected 10 10.00 32.26 prorated
        a1 actual   10 10.00 50.00 prorated
        """,
        "proration 17.74",
    ),
    "a part month billed in full": (
        """
        e1 expected 10 10.00 32.26 prorated
        a1 actual   10 10.00 100.00
        """,
        "proration 67.74",
    ),
    "a cent is cleared": (
        """
        e1 expected 3 3.33 9.99
        a1 actual   3 3.33 10.00
        """,
        "rounding 0.01",
    ),
    "amounts apart, quantity and price the same": (
        """
        e1 expected 3 3.33 9.99
        a1 actual   3 3.33 10.02
        """,
        "rounding 0.03",
    ),
    "several prices were agreed": (
        """
        e1 expected  5 10.00 50.00
        e2 expected  5 12.00 60.00
        a1 actual   10 12.00 120.00
        """,
        "price 10.00",
    ),
    "of several agreed prices the latest counts": (
        """
        e1 expected  5 12.00 60.00 since=2026-01-01
        e2 expected  5 10.00 50.00 since=2026-06-01
        a1 actual   11 10.00 110.00
        """,
        "quantity 10.00, price -10.00",
    ),
    "only expected": ("e1 expected 10 5.00 50.00", "missing -50.00"),
    "only actual": ("a1 actual 10 5.00 50.00", "missing 50.00"),
    "only a credit": (
        """
        e1 expected 10 5.00 50.00
        a1 actual   -2 5.00 -10.00 credit
        """,
        "missing -60.00",
    ),
    "one side counts and the other does not": (
        """
        e1 expected -  -    100.00
        a1 actual   10 12.00 120.00
        """,
        "price 20.00",
    ),
}


@pytest.mark.parametrize(("table", "components"), CASES.values(), ids=CASES)
def test_components(table: str, components: str) -> None:
    assert said(table) == components


@st.composite
def tables(draw: st.DrawFn) -> str:
    lines = []
    for number in range(draw(st.integers(1, 8))):
        role = draw(st.sampled_from(["expected", "actual"]))
        quantity = draw(st.sampled_from(["-", "0", "1", "3", "10", "2.5"]))
        price = draw(st.sampled_from(["-", "10", "3.33", "0.0049"]))
        amount = draw(st.decimals("-99", "99", places=2)) if draw(st.booleans()) else "10.00"
        credit = " credit" if role == "actual" and str(amount).startswith("-") else ""
        flags = " ".join(draw(st.sets(st.sampled_from(["prorated", "ended", "contract=C1", "group=h"]))))
        lines.append(f"x{number} {role} {quantity} {price} {amount} {flags}{credit}")
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(table=tables(), tolerance=st.sampled_from(["0", "0.01", "5"]))
def test_components_add_up_to_the_difference(table: str, tolerance: str) -> None:
    for one in parts(table, Decimal(tolerance)).values():
        assert sum(one[name] for name in PARTS) == one["difference"]
