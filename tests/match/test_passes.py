from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.engine import Engine
from recon.match.passes import ENTRY_COLUMNS, cascade
from tests.match.entry_tables import put_entries

CENT = Decimal("0.01")


def matched(table: str, tolerance: str = "0.01") -> tuple[set[tuple[str, str]], str]:
    """The matches as (rule, its entries), and the entries of the residual."""
    engine = Engine(threads=1)
    found, residual = cascade(engine, "leg", put_entries(engine, table, tolerance))
    rows = engine.rows(f"SELECT MIN(rule), STRING_AGG(entry, ' ' ORDER BY entry) FROM {found} GROUP BY match_id")
    left = engine.rows(f"SELECT entry FROM {residual} ORDER BY entry")
    return set(rows), " ".join(entry for (entry,) in left)


@pytest.mark.parametrize(
    ("table", "matches", "residual"),
    [
        pytest.param(
            """
            e1 expected 10 5.00 50.00 contract=C1
            a1 actual   10 5.00 50.00 contract=C1
            """,
            {("contract", "a1 e1")},
            "",
            id="same contract",
        ),
        pytest.param(
            """
            e1 expected 10 5.00 50.00
            a1 actual   10 5.00 50.00
            """,
            {("exact", "a1 e1")},
            "",
            id="no contract is not the same contract",
        ),
        pytest.param(
            """
            e1 expected 10 5.00 50.00 contract=C1
            e2 expected 10 5.00 50.00 contract=C2
            a1 actual   10 5.00 50.00 contract=C2
            a2 actual   10 5.00 50.00
            """,
            {("contract", "a1 e2"), ("exact", "a2 e1")},
            "",
            id="the contract decides between equal lines",
        ),
        pytest.param(
            """
            e1 expected 10 5.00 50.00
            e2 expected 10 5.00 50.00
            a1 actual   10 5.00 50.00
            a2 actual   10 5.00 50.00
            a3 actual   10 5.00 50.00
            """,
            {("exact", "a1 e1"), ("exact", "a2 e2")},
            "a3",
            id="equal recurring lines are paired one by one",
        ),
        pytest.param(
            """
            e1 expected 3 3.33 9.99
            a1 actual   3 3.33 10.00
            """,
            {("tolerance", "a1 e1")},
            "",
            id="a cent apart",
        ),
        pytest.param(
            """
            e1 expected 3 3.33 9.99
            a1 actual   3 3.33 10.001
            """,
            {("group_net", "a1 e1")},
            "",
            id="more than the tolerance apart",
        ),
        pytest.param(
            """
            e1 expected 3 3.33 9.99
            a1 actual   4 2.50 10.00
            """,
            {("group_net", "a1 e1")},
            "",
            id="a cent apart with another quantity",
        ),
        pytest.param(
            """
            e1 expected - - 9.99
            a1 actual   - - 10.00
            """,
            {("tolerance", "a1 e1")},
            "",
            id="a cent apart where nobody counts",
        ),
        pytest.param(
            """
            e1 expected - -    10.00
            a1 actual   1 9.99  9.99
            """,
            {("group_net", "a1 e1")},
            "",
            id="a count against none is not the same quantity",
        ),
        pytest.param(
            """
            e1 expected  8 5.00 40.00
            a1 actual    5 5.00 25.00
            a2 actual    5 5.00 25.00
            a3 actual   -2 5.00 -10.00 credit
            """,
            {("group_net", "a1 a2 a3 e1")},
            "",
            id="what is left of both sides, credits with it",
        ),
        pytest.param(
            """
            e1 expected 2 5.00 10.00 from=2026-10-01 to=2026-11-01
            e2 expected 2 5.00  5.00 from=2026-10-17 to=2026-11-01
            a1 actual   2 5.00 10.01 from=2026-10-01 to=2026-11-01
            a2 actual   2 5.00  5.01 from=2026-10-17 to=2026-11-01
            """,
            {("window", "a1 e1"), ("window", "a2 e2")},
            "",
            id="lines of one month, each a cent apart",
        ),
        pytest.param(
            """
            e1 expected 2 5.00 10.00 from=2026-10-01 to=2026-10-10
            e2 expected 2 5.00 10.01 from=2026-10-20 to=2026-11-01
            a1 actual   2 5.00 10.01 from=2026-10-12 to=2026-10-14
            a2 actual   2 5.00 10.02 from=2026-10-25 to=2026-11-01
            """,
            {("exact", "a1 e2"), ("group_net", "a2 e1")},
            "",
            id="equal amounts go before near dates, and dates that are far apart don't meet",
        ),
        pytest.param(
            """
            e1 expected 2 5.00 10.00 from=2026-10-01 to=2026-11-01
            e2 expected 2 5.00 10.00 from=2026-10-01 to=2026-11-01
            a1 actual   2 5.00 10.01 from=2026-10-01 to=2026-11-01
            """,
            {("group_net", "a1 e1 e2")},
            "",
            id="two that could be it are none",
        ),
        pytest.param(
            """
            e1 expected 1 100.00 100.00 share=0.01
            a1 actual   1 101.00 101.00 share=0.01
            """,
            {("tolerance", "a1 e1")},
            "",
            id="a share of the expected amount",
        ),
        pytest.param(
            """
            e1 expected 1 5.00 5.00 tolerance=0.05
            a1 actual   1 5.03 5.03 tolerance=0.02
            """,
            {("group_net", "a1 e1")},
            "",
            id="the actual side's source says what is allowed",
        ),
        pytest.param(
            """
            e1 expected 1 5.00 5.00 group=g
            a1 actual   1 5.00 5.00 group=h
            """,
            set(),
            "a1 e1",
            id="groups never meet",
        ),
    ],
)
def test_rules(table: str, matches: set[tuple[str, str]], residual: str) -> None:
    assert matched(table) == (matches, residual)


@st.composite
def tables(draw: st.DrawFn) -> str:
    count = draw(st.integers(1, 9))
    lines = []
    for number in range(count):
        role = draw(st.sampled_from(["expected", "actual"]))
        amount = draw(st.sampled_from(["10.00", "10.01", "20.00", "-10.00"]))
        flags = draw(st.sampled_from(["", "contract=C1", "contract=C2"])) + f" group={draw(st.sampled_from('gh'))}"
        credit = " credit" if role == "actual" and amount.startswith("-") else ""
        lines.append(f"x{number} {role} {draw(st.sampled_from('12-'))} 10.00 {amount} {flags}{credit}")
    return "\n".join(lines)


@settings(max_examples=40, deadline=None)
@given(table=tables())
def test_no_entry_is_lost_or_used_twice(table: str) -> None:
    engine = Engine(threads=1)
    found, residual = cascade(engine, "leg", put_entries(engine, table))
    used = Counter(
        entry for (entry,) in engine.rows(f"SELECT entry FROM {found} UNION ALL SELECT entry FROM {residual}")
    )
    assert used == Counter(line.split()[0] for line in table.splitlines())
    one_sided = f"SELECT match_id FROM {found} GROUP BY match_id HAVING (COUNT(DISTINCT role) < 2 AND MIN(rule) <> 'reversal') OR COUNT(DISTINCT grp) > 1"
    assert engine.rows(one_sided) == []
    assert engine.columns(residual) == list(ENTRY_COLUMNS)
