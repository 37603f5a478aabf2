"""One discrepancy as the review's detail pane shows it: both sides, their lines, what people said before."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from recon import money
from recon.ui import exact
from recon.ui.words import EXPECTED_ACTUAL, SIDES, spoken

# A contract-level invoice can stand on thousands of lines; the pane shows the first and says how many more.
LINES_SHOWN = 200

_MEASURES = (("Quantity", "quantity", 0), ("Unit price", "unit_price", 2), ("Amount", "amount", 2))


def detail(row: Mapping[str, Any], lines: pd.DataFrame, history: pd.DataFrame) -> dict[str, Any]:
    """JSON-ready content of the pane; numbers are exact strings, missing ones ''."""
    return {
        "id": row["discrepancy_id"],
        "explanation": row["explanation"],
        "suggested_action": row["suggested_action"],
        "period": _period(row["period_start"], row["period_end"]),
        "comparison": _comparison(row),
        "lines": _lines(lines),
        "more_lines": max(0, len(lines) - LINES_SHOWN),
        "history": [_decision(entry) for entry in _rows(history)],
    }


def _comparison(row: Mapping[str, Any]) -> dict[str, Any]:
    expected, actual = EXPECTED_ACTUAL.get(row["leg"], ("Expected", "Actual"))
    measures = []
    for label, name, places in _MEASURES:
        left, right = row[f"expected_{name}"], row[f"actual_{name}"]
        # The sides of a `currency` discrepancy are in unlike currencies, which are never subtracted.
        difference = None if row["kind"] == "currency" else exact.difference(right, left)
        texts = [money.text(number, places) for number in (left, right, difference)]
        if any(texts):
            measures.append([label, *texts])
    return {"expected": expected, "actual": actual, "measures": measures}


def _lines(lines: pd.DataFrame) -> list[dict[str, Any]]:
    """The lines grouped by side, in the order of the sides' flow: promised first, charged last."""
    shown = _rows(lines.head(LINES_SHOWN))
    known = list(SIDES)
    sides = sorted(
        {line["side"] for line in shown},
        key=lambda side: (known.index(side) if side in known else len(known), side),
    )
    return [
        {
            "side": side,
            "title": SIDES.get(side, spoken(side)),
            "lines": [_line(line) for line in shown if line["side"] == side],
        }
        for side in sides
    ]


def _line(line: Mapping[str, Any]) -> dict[str, str]:
    return {
        "source": _said(line["source"]),
        "file": _said(line["file"]),
        "row": _said(line["row"]),
        "account": _said(line["account_name"] or line["account"]),
        "item": _said(line["item_name"] or line["item"]),
        "document": _said(line["document"] or line["contract"]),
        "charge": _said(line["charge_kind"]).replace("_", " "),
        "period": _period(line["period_start"], line["period_end"]),
        "quantity": money.text(line["quantity"]),
        "unit_price": money.text(line["unit_price"], 2),
        "amount": money.text(line["amount"], 2),
        "currency": _said(line["currency"]),
    }


def _decision(entry: Mapping[str, Any]) -> dict[str, str]:
    said = {name: _said(entry.get(name)) for name in ("at", "actor", "action", "note", "until")}
    with suppress(ValueError):
        said["at"] = _said(datetime.fromisoformat(said["at"]))
    return said


def _period(start: date | None, end: date | None) -> str:
    """A half-open period as people say it: `2026-10` for a whole month, else its first and its last day."""
    if start is None or end is None:
        first, last = start or "", "" if end is None else _last_day(end)
        return f"{first} – {last}" if first or last else ""
    if start.day == end.day == 1 and (end.year * 12 + end.month) - (start.year * 12 + start.month) == 1:
        return f"{start:%Y-%m}"
    return f"{start} – {_last_day(end)}"


def _last_day(end: date) -> date:
    return end - timedelta(days=1)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return list(pa.Table.from_pandas(frame, preserve_index=False).to_pylist())


def _said(value: object) -> str:
    """Text of any value of a frame; times to the minute, missing values ''."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
    return str(value)
