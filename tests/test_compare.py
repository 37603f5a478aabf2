"""recon.compare on two small tables; each test shows all of its input."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.compare import Comparison, compare
from recon.discrepancies.finish import COLUMNS
from recon.discrepancies.kinds import kinds
from recon.discrepancies.variance import COMPONENTS
from recon.errors import ReconError
from recon.money import text

Row = dict[str, Any]
NAMES = ("key", "quantity", "price", "amount")


def table(rows: str) -> pd.DataFrame:
    """Lines of `key quantity price amount`, all texts; `-` is nothing."""
    cells = [[None if word == "-" else word for word in line.split()] for line in rows.strip().splitlines()]
    return pd.DataFrame(cells, columns=NAMES, dtype=object)


def sides(rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines of `left|right key quantity price amount` as the two tables."""
    lines = [line.strip() for line in rows.strip().splitlines()]
    left, right = (
        "\n".join(line.partition(" ")[2] for line in lines if line.startswith(side)) for side in ("left", "right")
    )
    return table(left), table(right)


def compared(rows: str, **more: Any) -> Comparison:
    left, right = sides(rows)
    return compare(left, right, on="key", quantity="quantity", unit_price="price", amount="amount", **more)


def said(result: Comparison) -> list[str]:
    """The discrepancies as `kind impact`, and what the bridge is made of."""
    return [f"{row.kind} {text(row.impact, 2)}" for row in result.discrepancies.itertuples()]


def adds_up(result: Comparison) -> bool:
    rows: list[Row] = result.bridge.to_dict("records")
    return all(
        sum(row[name] for name in COMPONENTS) == row["difference"] == row["actual_total"] - row["expected_total"]
        for row in rows
    )


CASES = {
    "agree": (
        """
        left  A 10 5.00 50.00
        right A 10 5.00 50.00
        """,
        [],
    ),
    "only on the left": ("left A 10 5.00 50.00", ["not_invoiced -50.00"]),
    "only on the right": ("right A 10 5.00 50.00", ["invoiced_without_agreement 50.00"]),
    "only on the left and worth nothing": ("left A 10 0.00 0.00", ["not_invoiced 0.00"]),
    "quantity": (
        """
        left  A 10 5.00 50.00
        right A 12 5.00 60.00
        """,
        ["invoice_quantity_differs 10.00"],
    ),
    "quantity of what is free": (
        """
        left  A 10 0.00 0.00
        right A 12 0.00 0.00
        """,
        ["invoice_quantity_differs 0.00"],
    ),
    "quantity down to nothing": (
        """
        left  A 10 - 50.00
        right A  0 -  0.00
        """,
        ["invoice_quantity_differs -50.00"],
    ),
    "quantity up from nothing": (
        """
        left  A  0 -  0.00
        right A 10 - 50.00
        """,
        ["invoice_quantity_differs 50.00"],
    ),
    "price": (
        """
        left  A 10 5.00 50.00
        right A 10 5.50 55.00
        """,
        ["price_differs 5.00"],
    ),
    "quantity and price": (
        """
        left  A 10 5.00 50.00
        right A 12 5.50 66.00
        """,
        ["invoice_quantity_differs 10.00", "price_differs 6.00"],
    ),
    "a price that isn't stated is amount by quantity": (
        """
        left  A 3 - 10.00
        right A 6 - 21.00
        """,
        ["invoice_quantity_differs 10.00", "price_differs 1.00"],
    ),
    "several prices": (
        """
        left  A  5 10.00  50.00
        left  A  5 12.00  60.00
        right A 10 12.00 120.00
        """,
        ["price_differs 10.00"],
    ),
    "a duplicate": (
        """
        left  A 10 5.00 50.00
        right A 10 5.00 50.00
        right A 10 5.00 50.00
        """,
        ["duplicate 50.00"],
    ),
    "a duplicate where nobody counts": (
        """
        left  A - - 50.00
        right A - - 50.00
        right A - - 50.00
        """,
        ["duplicate 50.00"],
    ),
    "two halves are no duplicate": (
        """
        left  A 10 5.00 50.00
        right A  5 5.00 25.00
        right A  5 5.00 25.00
        """,
        [],
    ),
    "a credit that nets": (
        """
        left  A  8 5.00  40.00
        right A 10 5.00  50.00
        right A -2 5.00 -10.00
        """,
        [],
    ),
    "a duplicate that was credited": (
        """
        left  A  10 5.00  50.00
        right A  10 5.00  50.00
        right A  10 5.00  50.00
        right A -10 5.00 -50.00
        """,
        [],
    ),
    "a credit that corrects nothing": (
        """
        left  A 10 5.00  50.00
        right A 10 5.00  50.00
        right A  - -    -10.00
        """,
        ["credit_unmatched -10.00"],
    ),
    "a credit that is part of the quantity": (
        """
        left  A 10 10.00 100.00
        right A 15 10.00 150.00
        right A -2 10.00 -20.00
        """,
        ["invoice_quantity_differs 30.00"],
    ),
    "a discount on both sides is no credit": (
        """
        left  A 1 50.00  50.00
        left  A 1 -5.00  -5.00
        right A 1 50.00  50.00
        right A 1 -5.00  -5.00
        """,
        [],
    ),
    "a discount on both sides and a credit more": (
        """
        left  A 1 -5.00  -5.00
        left  A 1 50.00  50.00
        right A 1 50.00  50.00
        right A 1 -5.00  -5.00
        right A 1 -9.00  -9.00
        """,
        ["credit_unmatched -9.00"],
    ),
    "a discount that differs": (
        """
        left  A 1 -5.00  -5.00
        right A 1 -4.00  -4.00
        """,
        ["price_differs 1.00"],
    ),
    "a part of the period": (
        """
        left  A 10 5.00 50.00
        right A 10 5.00 16.13
        """,
        ["proration_differs -33.87"],
    ),
    "rounding beyond tolerance": (
        """
        left  A 3 3.33  9.99
        right A 3 3.33 10.02
        """,
        ["rounding 0.03"],
    ),
    "a difference within tolerance": (
        """
        left  A 3 3.33  9.99
        right A 3 3.33 10.00
        """,
        [],
    ),
    "only amounts": (
        """
        left  A - -  9.99
        right A - - 10.01
        """,
        ["price_differs 0.02"],
    ),
    "one row for many": (
        """
        left  A - - 100.00
        right A - -  60.00
        right A - -  40.00
        """,
        [],
    ),
    "an amount that isn't there is quantity × price": (
        """
        left  A 3 3.335 -
        right A - -     10.01
        """,
        [],
    ),
}


@pytest.mark.parametrize(("rows", "found"), CASES.values(), ids=CASES)
def test_kinds_and_impacts(rows: str, found: list[str]) -> None:
    result = compared(rows)
    assert said(result) == found
    assert adds_up(result)
    impact = sum(result.discrepancies["impact"], Decimal(0))
    assert abs(impact - sum(result.bridge["difference"], Decimal(0))) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("tolerance", "found"),
    [("0", ["rounding 0.05"]), ("0.04", ["rounding 0.05"]), ("0.05", []), (1, []), (Decimal("5E-2"), [])],
)
def test_the_tolerance_is_a_boundary(tolerance: Any, found: list[str]) -> None:
    rows = """
    left  A 10 5.00 50.00
    right A 10 5.00 50.05
    """
    assert said(compared(rows, tolerance=tolerance)) == found


def test_what_a_discrepancy_says() -> None:
    rows = """
    left  A 10 5.00 50.00
    right A 12 5.00 60.00
    """
    result = compared(rows, currency="USD")
    (row,) = result.discrepancies.to_dict("records")
    assert list(result.discrepancies.columns) == list(COLUMNS)
    assert (row["leg"], row["client"], row["service"], row["contract"]) == ("left_right", "A", "", "")
    assert (row["direction"], row["status"], row["age_cycles"]) == ("overbilled", "open", 0)
    assert (text(row["expected_quantity"]), text(row["actual_quantity"])) == ("10", "12")
    assert row["explanation"] == "A has 12 on the right where the left has 10: the 2 between them come to 10.00 USD."
    assert row["suggested_action"] == kinds["invoice_quantity_differs"].suggested_action
    lines = result.lines_of(row["discrepancy_id"])
    assert list(zip(lines["side"], lines["row"], strict=True)) == [("left", 1), ("right", 1)]
    (match,) = result.matches.to_dict("records")
    assert (match["rule"], match["status"], text(match["difference"], 2)) == ("group_net", "different", "10.00")
    assert repr(result) == "Comparison(2 rows, 1 matches, 1 discrepancies, 0 problems)"


def test_every_kind_has_a_sentence_of_its_own() -> None:
    for name, (rows, found) in CASES.items():
        for row in compared(rows).discrepancies.itertuples():
            assert row.explanation.endswith("."), name
            assert not set("{}") & set(row.explanation), name
            assert "invoice" not in row.explanation, name
        assert len(found) == len(said(compared(rows)))


# ------------------------------------------------------------------------------------------------- what rows mean


def test_only_counts() -> None:
    left, right = sides("left A 10 - -\nright A 12.5 - -\nright B 1 - -")
    result = compare(left, right, "key", quantity="quantity")
    assert said(result) == ["invoice_quantity_differs 2.50", "invoiced_without_agreement 1.00"]
    assert adds_up(result)


def test_currencies_are_never_subtracted() -> None:
    left = pd.DataFrame({"key": ["A", "B", "B"], "amount": ["10", "5", "7"], "iso": ["USD", "USD", "CAD"]})
    right = pd.DataFrame({"key": ["A", "B", "B"], "amount": ["13", "5", "8"], "iso": ["CAD", "USD", "CAD"]})
    result = compare(left, right, "key", amount="amount", currency="iso")
    assert said(result) == ["price_differs 1.00", "currency 0.00"]
    (row,) = (row for row in result.discrepancies.itertuples() if row.kind == "currency")
    assert row.explanation == "A is on the left for 10.00 USD and on the right in CAD for 13.00 CAD."
    bridge = {(row.currency, row.client): (text(row.difference), text(row.fx)) for row in result.bridge.itertuples()}
    assert bridge == {
        ("USD", "A"): ("-10", "-10"),
        ("CAD", "A"): ("13", "13"),
        ("USD", "B"): ("0", "0"),
        ("CAD", "B"): ("1", "0"),
    }
    assert adds_up(result)


@pytest.mark.parametrize(
    ("on", "client", "service", "contract"),
    [
        (["a"], "1", "", ""),
        (["a", "b"], "1 / 2", "", ""),
        (["client", "service"], "Alder", "EDR", ""),
        (["service", "client", "a", "b"], "Alder", "EDR", "1 / 2"),
        (["a", "client"], "Alder", "1", ""),
        (["a", "service"], "1", "EDR", ""),
    ],
)
def test_what_client_and_service_are(on: list[str], client: str, service: str, contract: str) -> None:
    left = pd.DataFrame({"a": ["1"], "b": ["2"], "client": ["Alder"], "service": ["EDR"], "n": [1]})
    found = compare(left, left.assign(n=2), on, amount="n").discrepancies
    assert found[["client", "service", "contract"]].values.tolist() == [[client, service, contract]]


def test_keys_that_look_alike_are_not_one() -> None:
    left = pd.DataFrame({"a": ["x / y"], "b": ["z"], "n": [1]})
    right = pd.DataFrame({"a": ["x"], "b": ["y / z"], "n": [1]})
    result = compare(left, right, ["a", "b"], amount="n")
    assert sorted(said(result)) == ["invoiced_without_agreement 1.00", "not_invoiced -1.00"]
    assert set(result.discrepancies["client"]) == {"x / y / z"}
    assert result.discrepancies["discrepancy_id"].is_unique


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["7"], [7]),
        ([7.0], [7]),
        ([Decimal("7.00")], ["7"]),
        ([" Alder\u00a0"], ["Alder"]),
        ([dt.date(2026, 10, 1)], ["2026-10-01"]),
        (pd.to_datetime(["2026-10-01"]), ["2026-10-01"]),
        (pd.to_datetime(["2026-10-01"]).tz_localize("UTC"), [dt.date(2026, 10, 1)]),
        (pd.Categorical(["Alder"]), ["Alder"]),
        ([True], ["true"]),
    ],
)
def test_keys_of_different_types_meet(left: Any, right: Any) -> None:
    result = compare(pd.DataFrame({"k": left, "n": [1]}), pd.DataFrame({"k": right, "n": [1]}), "k", amount="n")
    assert said(result) == []
    assert list(result.matches["rule"]) == ["exact"]


# ------------------------------------------------------------------------------------------------- where tables come from

EXACT = Decimal("9007199254740993.01") / 1000  # a binary float has fewer digits

FRAMES: dict[str, Callable[[list[Decimal]], object]] = {
    "pandas objects": lambda values: pd.DataFrame({"k": ["A", "B"], "n": pd.Series(values, dtype=object)}),
    "pandas Arrow": lambda values: pd.DataFrame(
        {"k": ["A", "B"], "n": pd.array(values, pd.ArrowDtype(pa.decimal128(30, 9)))}
    ),
    "pandas texts": lambda values: pd.DataFrame({"k": ["A", "B"], "n": [str(value) for value in values]}),
    "pandas mixed": lambda values: pd.DataFrame(
        {"k": ["A", "B"], "n": pd.Series([values[0], str(values[1])], dtype=object)}
    ),
    "polars": lambda values: pl.DataFrame({"k": ["A", "B"], "n": values}),
    "polars categories": lambda values: pl.DataFrame({"k": ["A", "B"], "n": values}).cast({"k": pl.Categorical}),
    "Arrow table": lambda values: pa.table({"k": ["A", "B"], "n": values}),
    "Arrow batch": lambda values: pa.record_batch({"k": pa.array(["A", "B"]), "n": pa.array(values)}),
    "Arrow reader": lambda values: pa.table({"k": ["A", "B"], "n": values}).to_reader(),
    "Arrow of 256 bits": lambda values: pa.table({"k": ["A", "B"], "n": pa.array(values, pa.decimal256(60, 9))}),
    "Arrow dictionary": lambda values: pa.table(
        {"k": pa.array(["A", "B"]).dictionary_encode(), "n": pa.array([str(v) for v in values]).dictionary_encode()}
    ),
    "DuckDB": lambda values: duckdb.sql(
        f"SELECT * FROM (VALUES ('A', {values[0]}::DECIMAL(30,9)), ('B', {values[1]}::DECIMAL(30,9))) t(k, n)"
    ),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_every_kind_of_table_gives_the_same_exact_result(make: Callable[[list[Decimal]], object]) -> None:
    left = pa.table({"k": ["B", "A"], "n": [Decimal("-1"), EXACT]})
    result = compare(left, make([EXACT, Decimal("1.5")]), "k", amount="n")
    assert said(result) == ["price_differs 2.50"]
    assert len(result.problems) == 0
    amounts = {(row.side, row.client): row.amount for row in result.lines.itertuples()}
    assert amounts[("left", "A")] == amounts[("right", "A")] == EXACT
    same = compare(left, FRAMES["Arrow table"]([EXACT, Decimal("1.5")]), "k", amount="n")
    assert result.discrepancies.equals(same.discrepancies)
    assert result.lines.equals(same.lines)


def test_whole_numbers_beyond_64_bits_and_money_as_text() -> None:
    left = pd.DataFrame({"k": ["A", "B", "C"], "n": pd.Series([1, 2**70, 3], dtype=object)})
    right = pd.DataFrame({"k": ["A", "C"], "n": ["$1,001.00", "(3.00)"]})
    result = compare(left, right, "k", amount="n")
    assert said(result) == ["price_differs 1000.00", "not_invoiced -3.00", "credit_unmatched -3.00"]
    assert list(result.problems["message"]) == ["n has more than 14 digits before the point"]


@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64", "double[pyarrow]", "object"])
def test_floats_are_their_shortest_text_and_a_warning(dtype: str) -> None:
    left = pd.DataFrame({"k": ["A", "B"], "n": pd.Series([0.1, None], dtype=dtype)})
    right = pd.DataFrame({"k": ["A"], "n": ["0.1"]})
    result = compare(left, right, "k", amount="n", tolerance=0)
    problems = result.problems.to_dict("records")
    assert said(result) == []
    assert [(row["severity"], row["row"]) for row in problems] == [("warning", 0), ("error", 2)]
    assert problems[0]["message"].startswith("n holds floating-point numbers: each was read as its shortest text")


def test_floats_that_have_noise_are_read_to_twelve_decimals() -> None:
    result = compare(
        pd.DataFrame({"k": ["A"], "n": [0.1 + 0.2]}), pd.DataFrame({"k": ["A"], "n": ["0.3"]}), "k", amount="n"
    )
    assert list(result.lines["amount"]) == [Decimal("0.3"), Decimal("0.3")]


# ------------------------------------------------------------------------------------------------- faults


def test_faulty_cells_are_located_and_good_rows_go_on() -> None:
    rows = """
    left  A    10    5.00   50.00
    left  B    ten   5.00   50.00
    left  C    10    5,0.0  50.00
    left  D    -     5.00   -
    left  -    10    5.00   50.00
    left  F    1.0000000000001 1 1
    left  G    -     -      7.00
    right A    10    5.00   50.00
    right B    10    -      1_000
    right G    -     -      7.00
    right H    9e15  1      1
    right I    9999999 99999999 -
    """
    result = compared(rows)
    problems = [(p.severity, p.source, p.row, p.column, p.value, p.message) for p in result.problems.itertuples()]
    instead = "amount is empty, and there is no quantity × unit price instead"
    uncounted = "quantity is empty: this key is compared by its amounts alone"
    assert problems == [
        ("error", "left", 2, "quantity", "ten", "quantity is not a number"),
        ("error", "left", 3, "price", "5,0.0", "price is not a number"),
        ("error", "left", 4, "amount", "", instead),
        ("error", "left", 5, "key", "", "key is empty"),
        ("error", "left", 6, "quantity", "1.0000000000001", "quantity has more than 12 decimals: round it"),
        ("warning", "left", 7, "quantity", "", uncounted),
        ("error", "right", 2, "amount", "1_000", "amount is not a number"),
        ("warning", "right", 3, "quantity", "", uncounted),
        ("error", "right", 4, "quantity", "9e15", "quantity has more than 14 digits before the point"),
        ("error", "right", 5, "amount", "", instead),
    ]
    assert list(zip(result.lines["side"], result.lines["row"], strict=True)) == [
        ("left", 1), ("left", 7), ("right", 1), ("right", 3),
    ]  # fmt: skip
    assert said(result) == []


def test_what_is_missing_without_a_column_of_amounts() -> None:
    left = pd.DataFrame({"k": ["A", "B", "C"], "q": [None, "1", "99999999"], "p": ["1", None, "99999999"]})
    result = compare(left, left.iloc[:0], "k", quantity="q", unit_price="p")
    found = [(p.row, p.column, p.message) for p in result.problems.itertuples()]
    assert found == [
        (1, "q", "q is empty"),
        (2, "p", "p is empty"),
        (3, "q", "q × p has more than 14 digits before the point"),
    ]


def test_a_missing_currency_is_a_problem() -> None:
    left = pd.DataFrame({"k": ["A"], "n": [1], "iso": [None]})
    result = compare(left, left, "k", amount="n", currency="iso")
    assert list(result.problems["message"]) == ["iso is empty", "iso is empty"]


def test_empty_tables() -> None:
    result = compare(table(""), table(""), "key", amount="amount")
    assert [len(frame) for frame in (result.discrepancies, result.matches, result.bridge, result.problems)] == [0] * 4


TABLE = pd.DataFrame({"k": ["A"], "n": [1], "flag": [True], "items": [[1]]})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"on": ["key"], "amount": "n"}, "unknown column of the left table 'key' Known: flag, items, k, n."),
        (
            {"on": ["k"], "amount": "nn"},
            "unknown column of the left table 'nn'; did you mean 'n'? Known: flag, items, k, n.",
        ),
        (
            {"on": ["k"], "amount": "n", "currency": "iso"},
            "unknown column of the left table 'iso' Known: flag, items, k, n.",
        ),
        ({"on": [], "amount": "n"}, "on names no column: give the columns that say what a row is about."),
        ({"on": ["k"]}, "neither amount nor quantity is given: name the column to compare."),
        ({"on": ["k"], "unit_price": "n"}, "neither amount nor quantity is given: name the column to compare."),
        (
            {"on": ["k"], "amount": "flag"},
            "column 'flag' of the left table holds bool: give decimals, whole numbers or texts.",
        ),
        (
            {"on": ["items"], "amount": "n"},
            "column 'items' of the left table holds list<item: int64>: give texts, whole numbers or dates.",
        ),
        (
            {"on": ["k"], "amount": "n", "tolerance": "-1"},
            "tolerance '-1' is not an amount of zero or more, like 0.01.",
        ),
        (
            {"on": ["k"], "amount": "n", "tolerance": "a cent"},
            "tolerance 'a cent' is not an amount of zero or more, like 0.01.",
        ),
        (
            {"on": ["k"], "amount": "n", "left": {"k": ["A"]}},
            "the left table is a dict: give a pandas or polars frame, an Arrow table or a DuckDB relation.",
        ),
        (
            {"on": ["k"], "amount": "n", "right": TABLE[["k", "n", "k"]]},
            "the right table has several columns named 'k': rename all but one.",
        ),
        (
            {"on": ["k"], "amount": "n", "right": TABLE[["k", "flag"]]},
            "unknown column of the right table 'n' Known: flag, k.",
        ),
    ],
)
def test_the_callers_mistakes(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ReconError) as caught:
        compare(**{"left": TABLE, "right": TABLE, **arguments})
    assert str(caught.value) == message


def test_a_lone_column_is_no_table() -> None:
    with pytest.raises(ReconError, match=r"the right table, a Series, can't be read: .*give a pandas"):
        compare(TABLE, pl.Series([1]), "k", amount="n")


def test_numbers_beyond_what_is_exact() -> None:
    rows = """
    left  A 1           10000000000 -
    right A 10000000000 1           -
    """
    with pytest.raises(ReconError, match="the numbers of 'A' are too large"):
        compared(rows)


def test_an_unknown_discrepancy() -> None:
    with pytest.raises(ReconError, match="there is no discrepancy 'x' in this comparison"):
        compared("left A 1 1 1").lines_of("x")


# ------------------------------------------------------------------------------------------------- properties

cells = st.tuples(
    st.sampled_from(["A", "B", "-"]),
    st.sampled_from(["-", "0", "1", "2", "2.5", "-1", "many"]),
    st.sampled_from(["-", "1.00", "10.00", "0.0049"]),
    st.sampled_from(["-", "10.00", "10.01", "20.00", "-10.00", "0.00", "$"]),
)
lists = st.lists(cells, max_size=7).map(lambda rows: "\n".join(" ".join(row) for row in rows))
given_tables = given(left=lists, right=lists)
few = settings(max_examples=25, deadline=None)


def both(left: pd.DataFrame, right: pd.DataFrame) -> Comparison:
    return compare(left, right, "key", quantity="quantity", unit_price="price", amount="amount")


@few
@given_tables
def test_no_row_is_lost_or_used_twice(left: str, right: str) -> None:
    one, other = table(left), table(right)
    result = both(one, other)
    rows = Counter([("left", n + 1) for n in range(len(one))] + [("right", n + 1) for n in range(len(other))])
    errors = result.problems[result.problems["severity"] == "error"]
    kept = Counter(zip(result.lines["side"], result.lines["row"], strict=True))
    out = set(zip(errors["source"], errors["row"], strict=True))
    assert kept + Counter(out) == rows
    in_matches = Counter(" ".join(result.matches["lines"]).split())
    matched = result.lines[result.lines["match_id"] != ""]
    assert in_matches == Counter(matched["line_id"])
    assert result.lines["line_id"].is_unique


@few
@given_tables
def test_components_add_up_and_impacts_tell_the_difference(left: str, right: str) -> None:
    result = both(table(left), table(right))
    assert adds_up(result)
    lines = result.lines
    for name, side in (("expected_total", "left"), ("actual_total", "right")):
        assert sum(result.bridge[name], Decimal(0)) == sum(lines[lines["side"] == side]["amount"], Decimal(0))
    impact = sum(result.discrepancies["impact"], Decimal(0))
    # What is within tolerance, a cent for each of the two keys at most, makes no discrepancy.
    assert abs(impact - sum(result.bridge["difference"], Decimal(0))) <= Decimal("0.02")


@few
@given(left=lists, right=lists, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(left: str, right: str, order: Any) -> None:
    one, other = table(left), table(right)
    result = both(one, other)
    shuffled = both(*(t.iloc[order.sample(range(len(t)), len(t))] for t in (one, other)))
    for name in ("discrepancies", "matches", "bridge"):
        assert getattr(result, name).to_csv() == getattr(shuffled, name).to_csv(), name
    faults = [sorted(r.problems.drop(columns="row").itertuples(index=False)) for r in (result, shuffled)]
    assert faults[0] == faults[1]


@few
@given_tables
def test_the_same_again_gives_the_same_bytes(left: str, right: str) -> None:
    results = [both(table(left), table(right)) for _ in range(2)]
    for name in ("discrepancies", "matches", "bridge", "problems", "lines"):
        first, second = (getattr(result, name).to_csv().encode() for result in results)
        assert first == second, name


@few
@given(copies=st.integers(1, 5), surplus=st.integers(0, 4))
def test_identical_rows_are_paired_one_by_one(copies: int, surplus: int) -> None:
    left, right = table("A 3 10.00 30.00\n" * copies), table("A 3 10.00 30.00\n" * (copies + surplus))
    result = both(left, right)
    assert Counter(result.matches["rule"]) == Counter({"exact": copies})
    assert said(result) == ([f"duplicate {surplus * 30}.00"] if surplus else [])
    assert int((result.lines["match_id"] == "").sum()) == surplus
