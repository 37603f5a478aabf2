"""What each pass says of a group, as an analyst reads it."""

import datetime as dt
from decimal import Decimal

import pytest

from recon.match.passes import PASSES
from recon.match.verdicts import Entry, miss, verdicts


def entries(table: str) -> list[Entry]:
    """A line is `role quantity amount flags`; flags: `contract=x`, `from=date`, `credit`, `rule=x`."""
    made = []
    for line in table.strip().splitlines():
        role, quantity, amount, *flags = line.split()
        named = dict(flag.partition("=")[::2] for flag in flags)
        made.append(
            Entry(
                role=role,
                quantity=None if quantity == "-" else Decimal(quantity),
                amount=Decimal(amount),
                contract=named.get("contract"),
                starts=dt.date.fromisoformat(named["from"]) if "from" in named else None,
                credit="credit" in named,
                rule=named.get("rule", ""),
            )
        )
    return made


CASES = [
    ("expected 2 10\nactual 2 12", "contract", "a side names no contract"),
    ("expected 2 10 contract=A\nactual 2 10 contract=B", "contract", "no contract in common"),
    (
        "expected 2 10 contract=A\nactual 3 15 contract=A",
        "contract",
        "the contract is the same, but not the numbers: 2 for 10.00 and 3 for 15.00, 5.00 apart",
    ),
    (
        "expected 2 10\nactual 2 12",
        "exact",
        "no two agree in quantity and amount; the closest are 2 for 10.00 and 2 for 12.00, 2.00 apart",
    ),
    ("expected 2 10\nactual 2 12", "tolerance", "more than 0.01 apart; the closest are 2 for 10.00 and 2 for 12.00, 2.00 apart"),
    ("expected 2 10\nactual 2 12\nactual 1 1", "tolerance", "3 are left, and it takes only two that are alone"),
    ("expected 2 10\nactual 3 10", "tolerance", "no two have the same quantity; the closest are 2 for 10.00 and 3 for 10.00, 0.00 apart"),
    ("expected 2 10\nactual 2 10.01", "window", "a side has no dates"),
    (
        "expected 2 10 from=2026-10-01\nactual 2 10.01 from=2026-10-20",
        "window",
        "the dates are too far apart",
    ),
    (
        "expected 2 10 rule=group_net\nactual 3 15 rule=group_net",
        "group_net",
        "took 1 expected and 1 actual: all that is left of the group on both sides, credits netted; 5.00 apart",
    ),
    ("expected 2 10\n", "exact", "only the expected side is left"),
    ("actual 2 10", "exact", "only the actual side is left"),
    ("expected 2 10 rule=exact\nactual 2 10 rule=exact", "group_net", "nothing was left"),
    ("expected - 10\nactual - 12", "exact", "no two agree in quantity and amount; the closest are 10.00 and 12.00, 2.00 apart"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "rule", "says"), CASES)
def test_what_a_pass_says(table: str, rule: str, says: str) -> None:
    told = {one.rule: one.says for one in verdicts(entries(table), Decimal("0.01"))}
    assert list(told) == [one.rule for one in PASSES]
    assert told[rule] == says


def test_a_pass_that_is_off_says_so() -> None:
    told = verdicts(entries("expected 2 10\nactual 2 10"), Decimal("0.01"), ["window"])
    assert [one.says for one in told if one.rule == "window"] == ["is off in the policy"]


@pytest.mark.parametrize(
    ("table", "says", "apart", "counted"),
    [
        ("expected 2 10\nactual 3 15", "2 for 10.00 expected, 3 for 15.00 there", "5", True),
        ("expected 2 10\nactual 2 12", "2 for 10.00 expected, 2 for 12.00 there", "2", False),
        ("expected - 10\nactual 2 12", "10.00 expected, 2 for 12.00 there", "2", False),
        ("expected 2 10\nactual 3 15\nactual 1 -5 credit", "2 for 10.00 expected, 2 for 10.00 in 2 lines there", "0", False),
        ("expected 2 10 rule=exact\nactual 2 10 rule=exact\nactual 2 10", "nothing expected, 2 for 10.00 there", "10", True),
    ],
)  # fmt: skip
def test_nearest_miss(table: str, says: str, apart: str, counted: bool) -> None:
    left = miss(entries(table))
    assert (str(left), left.apart, left.counted_apart) == (says, Decimal(apart), counted)
