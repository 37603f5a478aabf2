"""The queue of a cycle's discrepancies as compact columns, and what is still to decide in it.

A queue is a snapshot: row n stays row n for as long as the widget lives, so that the browser can name
rows by position. Only their statuses change.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from recon import money
from recon.errors import ReconError
from recon.ui import exact
from recon.ui.words import DIRECTIONS, TO_DECIDE

# Few distinct values each: sent once, rows carry a small number.
_CODED = ("kind", "leg", "client", "service", "contract", "currency", "direction")
_MEASURES = ("quantity", "unit_price", "amount")


class Queue:
    """The discrepancies of one cycle in their ranked order, with their current statuses."""

    def __init__(self, discrepancies: pd.DataFrame) -> None:
        """`discrepancies`: the result's frame, one row a discrepancy, already ranked."""
        self._table = pa.Table.from_pandas(discrepancies, preserve_index=False)
        self.ids: list[str] = self._values("discrepancy_id")
        self.statuses: list[str] = self._values("status")
        self._positions = {name: position for position, name in enumerate(self.ids)}
        self._impacts: list[Decimal] = [value or Decimal(0) for value in self._values("impact")]
        self._currencies: list[str] = self._values("currency")
        self._directions: list[str] = self._values("direction")

    def _values(self, column: str) -> list[Any]:
        return list(self._table.column(column).to_pylist())

    def row(self, position: int) -> dict[str, Any]:
        """All columns of one discrepancy as Python values, with its current status."""
        self._check(position)
        found: dict[str, Any] = self._table.slice(position, 1).to_pylist()[0]
        return {**found, "status": self.statuses[position]}

    def ids_at(self, positions: Sequence[int]) -> list[str]:
        """The discrepancy ids of these rows."""
        for position in positions:
            self._check(position)
        return [self.ids[position] for position in positions]

    def _check(self, position: int) -> None:
        """A browser may still hold rows of an older queue; Python would take -1 for the last row."""
        if not 0 <= position < len(self.ids):
            raise ReconError(f"no row {position} in this queue: run the cell again")

    def record(self, statuses: Iterable[tuple[str, str]]) -> dict[int, str]:
        """Take (id, new status) pairs; return {position: status} of those that are in this queue."""
        changed = {self._positions[name]: status for name, status in statuses if name in self._positions}
        for position, status in changed.items():
            self.statuses[position] = status
        return changed

    def totals(self) -> dict[str, Any]:
        """What is still to decide: rows and exact money per currency, by direction and at stake over all.

        `at_stake` adds absolute impacts (a leak does not make an over-billing smaller); each direction
        adds its own impacts. Unlike currencies are never added.
        """
        waiting = [position for position, status in enumerate(self.statuses) if status in TO_DECIDE]
        by_direction = {
            direction: self._per_currency(row for row in waiting if self._directions[row] == direction)
            for direction in DIRECTIONS
            if direction in self._directions
        }
        return {
            "waiting": len(waiting),
            "rows": len(self.ids),
            "at_stake": self._per_currency(waiting, absolute=True),
            "directions": by_direction,
        }

    def _per_currency(self, rows: Iterable[int], absolute: bool = False) -> list[tuple[str, str, int]]:
        impacts: dict[str, list[Decimal]] = {}
        for row in rows:
            impact = self._impacts[row]
            impacts.setdefault(self._currencies[row], []).append(abs(impact) if absolute else impact)
        return [(code, money.text(exact.total(found), 2), len(found)) for code, found in sorted(impacts.items())]

    def columns(self) -> bytes:
        """The queue as UTF-8 JSON columns: coded text as {values, codes}, numbers as exact strings."""
        expected, actual, measure = self._telling_measure()
        content = {
            "id": self.ids,
            "status": _coded(pa.array(self.statuses, pa.string())),
            **{name: _coded(self._table.column(name).combine_chunks()) for name in _CODED},
            "impact": [money.text(impact, 2) for impact in self._impacts],
            "age": self._values("age_cycles"),
            "explanation": self._values("explanation"),
            "expected": expected,
            "actual": actual,
            "measure": _coded(pa.array(measure, pa.string())),
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    def _telling_measure(self) -> tuple[list[str], list[str], list[str]]:
        """For each row the first measure in which the sides differ: that pair of numbers tells the story."""
        pairs = [(name, self._values(f"expected_{name}"), self._values(f"actual_{name}")) for name in _MEASURES]
        told = [_first_difference(row, pairs) for row in range(len(self.ids))]
        return [one[0] for one in told], [one[1] for one in told], [one[2] for one in told]


def _first_difference(row: int, pairs: Sequence[tuple[str, list[Any], list[Any]]]) -> tuple[str, str, str]:
    for name, expected, actual in pairs:
        if expected[row] != actual[row]:
            places = 0 if name == "quantity" else 2
            return money.text(expected[row], places), money.text(actual[row], places), name
    return "", "", ""


def _coded(values: pa.Array) -> Mapping[str, list[Any]]:
    encoded = values.fill_null("").dictionary_encode()
    return {"values": encoded.dictionary.to_pylist(), "codes": encoded.indices.to_pylist()}
