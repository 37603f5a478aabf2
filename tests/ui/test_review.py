"""The Python side of the review: what is sent to the browser, and what its messages do. No browser here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from recon.errors import ReconError
from recon.ui import exact
from recon.ui.detail import LINES_SHOWN, detail
from recon.ui.queue import Queue
from recon.ui.review import ReviewWidget, review

# id, kind, expected and actual quantity, expected and actual unit price, impact, currency, direction, status
CYCLE = """
d1 unmapped_account      -    -    -      -      1480           USD overbilled open
d2 under_billed_quantity 47   41   22.000 22     -132.00        USD leak       open
d3 price_differs         60   60   4      4.5    30             CAD overbilled stale
d4 currency              1    1    10     12     0              USD neutral    open
d5 invoice_quantity_differs 12345678901234567890123456 1 1 1 -0.000000000001 USD leak waived
"""
MEASURES = ("expected_quantity", "actual_quantity", "expected_unit_price", "actual_unit_price")


def number(word: str) -> Decimal | None:
    return None if word == "-" else Decimal(word)


def arrow(records: Sequence[dict[str, Any]], *numbers: str) -> pd.DataFrame:
    kinds = {name: pa.decimal128(38, 12) if name in numbers else None for name in records[0]}
    arrays = {name: pa.array([record[name] for record in records], kinds[name]) for name in kinds}
    return pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)


def discrepancies(text: str = CYCLE) -> pd.DataFrame:
    records = []
    for words in map(str.split, text.strip().splitlines()):
        name, kind, *measures, impact, currency, direction, status = words
        records.append(
            {
                "discrepancy_id": name,
                "kind": kind,
                "leg": "promised_billed",
                "client": "" if kind == "unmapped_account" else "HarborDental",
                "service": "EDR",
                "contract": "A-1",
                "period_start": date(2026, 10, 1),
                "period_end": date(2026, 11, 1),
                **{column: number(word) for column, word in zip(MEASURES, measures, strict=True)},
                "expected_amount": None,
                "actual_amount": None,
                "impact": Decimal(impact),
                "currency": currency,
                "direction": direction,
                "status": status,
                "age_cycles": 0,
                "suggested_action": "Look at it.",
                "explanation": f"{name} explains itself.",
                "lines": "",
            }
        )
    return arrow(records, *MEASURES, "expected_amount", "actual_amount", "impact")


def line(**given: Any) -> dict[str, Any]:
    usual = {
        "side": "billed",
        "source": "qbo",
        "file": "sales.csv",
        "row": 7,
        "account": "42",
        "account_name": "Harbor Dental",
        "item": "EDR-1",
        "item_name": "",
        "contract": "A-1",
        "document": "",
        "charge_kind": "one_time",
        "period_start": date(2026, 10, 1),
        "period_end": date(2026, 11, 1),
        "quantity": Decimal("1.500"),
        "unit_price": Decimal("4"),
        "amount": Decimal("6"),
        "currency": "USD",
    }
    return {**usual, **given}


def lines(*records: dict[str, Any]) -> pd.DataFrame:
    return arrow(records, "quantity", "unit_price", "amount")


def no_history() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("at", "actor", "action", "note")})


@dataclass
class Rec:
    """The shape the review needs, remembering what it was asked to decide."""

    cycle: str = "2026-10"
    asked: list[tuple[list[str], str, str, str | None]] = field(default_factory=list)
    discrepancies: pd.DataFrame = field(default_factory=discrepancies)
    clients: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"client": ["HarborDental"], "name": ["Harbor <b>Dental</b>"]})
    )
    services: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"service": ["EDR"], "name": ["Managed EDR"]}))

    def lines_of(self, discrepancy_id: str) -> pd.DataFrame:
        return lines(line(document=discrepancy_id))

    def history(self, discrepancy_id: str) -> pd.DataFrame:
        return no_history()

    def decide(self, ids: Sequence[str], action: str, note: str = "", until: str | None = None) -> pd.DataFrame:
        if action == "waive" and not note:
            raise ReconError("a waiver needs a note:\n say why")
        if action == "timing":
            raise ZeroDivisionError("by\nzero")
        self.asked.append((list(ids), action, note, until))
        return pd.DataFrame({"discrepancy_id": list(ids), "status": ["approved"] * len(ids)})


@dataclass(frozen=True)
class Kind:
    name: str = "price_differs"
    title: str = "Another price"
    says: str = "Prices disagree."
    people_usually: str = "Correct it."


class Browser:
    """The other end of the widget: sends a message, collects the answers."""

    def __init__(self, widget: ReviewWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = widget
        self.answers: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(widget, "send", lambda content, buffers=None: self.answers.append((content, buffers)))

    def ask(self, **message: Any) -> dict[str, Any]:
        self.widget._handle_custom_msg({"view": "v1", **message}, [])
        return self.answers[-1][0]


@pytest.fixture
def rec() -> Rec:
    return Rec()


@pytest.fixture
def browser(rec: Rec, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(review(rec, [Kind()]), monkeypatch)


def test_opening_sends_columns_with_exact_numbers(browser: Browser) -> None:
    answer = browser.ask(type="ready")
    columns = json.loads(browser.answers[-1][1][0])
    assert (answer["type"], answer["view"]) == ("queue", "v1")
    assert columns["id"] == ["d1", "d2", "d3", "d4", "d5"]
    assert columns["impact"] == ["1480.00", "-132.00", "30.00", "0.00", "-0.000000000001"]
    assert columns["client"] == {"values": ["", "HarborDental"], "codes": [0, 1, 1, 1, 1]}
    # The first measure that differs tells the story.
    assert columns["expected"] == ["", "47", "4.00", "10.00", "12345678901234567890123456"]
    assert columns["actual"] == ["", "41", "4.50", "12.00", "1"]


def test_opening_sends_the_words(browser: Browser) -> None:
    words = browser.ask(type="ready")["words"]
    assert words["cycle"] == "2026-10"
    assert words["labels"]["client"] == {"HarborDental": "Harbor <b>Dental</b>"}
    assert words["labels"]["kind"] == {"price_differs": "Another price"}
    assert words["meanings"] == {"price_differs": {"says": "Prices disagree.", "usually": "Correct it."}}
    assert [action["key"] for action in words["actions"]] == ["a", "w", "d", "t", "u"]


def test_totals_never_add_unlike_currencies() -> None:
    totals = Queue(discrepancies()).totals()
    assert totals["at_stake"] == [("CAD", "30.00", 1), ("USD", "1612.00", 3)]
    assert totals["directions"] == {
        "leak": [("USD", "-132.00", 1)],
        "overbilled": [("CAD", "30.00", 1), ("USD", "1480.00", 1)],
        "neutral": [("USD", "0.00", 1)],
    }
    assert (totals["waiting"], totals["rows"]) == (4, 5)


def test_sums_keep_every_digit() -> None:
    big, small = Decimal("99999999999999999999999999"), Decimal("0.000000000001")
    assert exact.total([big, small, big]) == Decimal("199999999999999999999999998.000000000001")
    assert exact.difference(small, big) == Decimal("-99999999999999999999999998.999999999999")
    assert exact.difference(None, big) is None


def test_deciding_asks_the_reconciliation_and_moves_the_totals(rec: Rec, browser: Browser) -> None:
    answer = browser.ask(type="decide", rows=[1, 2], action="accept", note="  agreed ", until="")
    assert rec.asked == [(["d2", "d3"], "accept", "agreed", None)]
    assert (answer["type"], answer["rows"], answer["statuses"]) == (
        "decided",
        [1, 2],
        ["approved", "approved"],
    )
    assert answer["totals"]["at_stake"] == [("USD", "1480.00", 2)]
    assert answer["totals"]["waiting"] == 2


def test_a_later_opening_shows_what_was_decided(browser: Browser) -> None:
    browser.ask(type="decide", rows=[0], action="dispute", note="with vendor", until="2026-11-30")
    browser.ask(type="ready")
    status = json.loads(browser.answers[-1][1][0])["status"]
    assert status["values"][status["codes"][0]] == "approved"


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"type": "decide", "rows": [0], "action": "waive"}, "a waiver needs a note: say why"),
        ({"type": "decide", "rows": [0], "action": "timing"}, "unexpected ZeroDivisionError: by zero"),
        ({"type": "detail", "row": 99}, "no row 99 in this queue: run the cell again"),
        ({"type": "decide", "rows": [-1], "action": "accept"}, "no row -1 in this queue: run the cell again"),
        ({"type": "dance"}, "unexpected KeyError: 'dance'"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(rec: Rec, browser: Browser, message: Any, line: str) -> None:
    answer = browser.ask(**message)
    assert (answer["type"], answer["line"], answer["asked"]) == ("error", line, message["type"])
    assert rec.asked == []


def test_detail_has_both_sides_and_their_lines(browser: Browser) -> None:
    shown = browser.ask(type="detail", row=1)["detail"]
    assert shown["comparison"] == {
        "expected": "Should be billed",
        "actual": "Is billed",
        "measures": [["Quantity", "47", "41", "-6"], ["Unit price", "22.00", "22.00", "0.00"]],
    }
    assert shown["lines"][0]["title"] == "Billed to the client"
    assert shown["lines"][0]["lines"] == [
        {
            "source": "qbo",
            "file": "sales.csv",
            "row": "7",
            "account": "Harbor Dental",
            "item": "EDR-1",
            "document": "d2",
            "charge": "one time",
            "period": "2026-10",
            "quantity": "1.5",
            "unit_price": "4.00",
            "amount": "6.00",
            "currency": "USD",
        }
    ]


def row_of(position: int) -> dict[str, Any]:
    return Queue(discrepancies()).row(position)


def test_unlike_currencies_are_not_subtracted() -> None:
    measures = detail(row_of(3), lines(line()), no_history())["comparison"]["measures"]
    assert measures == [["Quantity", "1", "1", ""], ["Unit price", "10.00", "12.00", ""]]


def test_sides_come_in_the_order_of_the_flow() -> None:
    found = lines(*(line(side=side) for side in ("charged", "delivered", "billed", "other", "promised")))
    shown = detail(row_of(0), found, no_history())["lines"]
    assert [side["side"] for side in shown] == ["promised", "billed", "delivered", "charged", "other"]


def test_many_lines_are_cut_and_counted() -> None:
    shown = detail(row_of(0), lines(*[line()] * (LINES_SHOWN + 3)), no_history())
    assert (len(shown["lines"][0]["lines"]), shown["more_lines"]) == (LINES_SHOWN, 3)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2026, 10, 1), date(2026, 11, 1), "2026-10"),
        (date(2026, 12, 1), date(2027, 1, 1), "2026-12"),
        (date(2026, 10, 5), date(2026, 11, 1), "2026-10-05 – 2026-10-31"),
        (date(2026, 10, 5), None, "2026-10-05 – "),
        (None, None, ""),
    ],
)
def test_periods_are_said_with_their_last_day(start: date | None, end: date | None, said: str) -> None:
    shown = detail({**row_of(0), "period_start": start, "period_end": end}, lines(line()), no_history())
    assert shown["period"] == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 3, 9, 30, 12), "2026-11-03 09:30"),
        ("2026-11-03T09:30:12+00:00", "2026-11-03 09:30 UTC"),
        ("some day", "some day"),
    ],
)
def test_history_says_who_and_when(at: object, said: str) -> None:
    history = pd.DataFrame([{"at": at, "actor": "ana", "action": "waive", "note": "<b>"}])
    assert detail(row_of(0), lines(line()), history)["history"] == [
        {"at": said, "actor": "ana", "action": "waive", "note": "<b>", "until": ""}
    ]


def test_an_empty_cycle_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(review(Rec(discrepancies=discrepancies().head(0))), monkeypatch)
    answer = browser.ask(type="ready")
    assert answer["totals"] == {"waiting": 0, "rows": 0, "at_stake": [], "directions": {}}


def test_pages_that_run_no_widget_get_a_sentence(rec: Rec) -> None:
    data, _ = review(rec)._repr_mimebundle_() or ({}, {})
    sentence = "Review of 2026-10: 4 of 5 discrepancies to decide, at stake CAD 30.00 and USD 1612.00"
    advice = "(interactive control: open the notebook in JupyterLab)"
    assert data["text/plain"] == f"{sentence} {advice}"
    assert data["text/html"] == f"<p><em>{sentence} {advice}</em></p>"


def test_the_widget_state_holds_no_data(rec: Rec) -> None:
    """A notebook may be saved with its widgets' state: clients and money must not be in it."""
    state = json.dumps({name: value for name, value in review(rec).get_state().items() if isinstance(value, str)})
    assert "HarborDental" not in state
    assert "1480" not in state


def test_scripts_never_write_markup() -> None:
    ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment")
    assert [way for way in ways if way in str(ReviewWidget._esm)] == []
