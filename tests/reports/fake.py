"""A finished reconciliation made by hand: the engine's shape, with hostile text where files may hold it.

Every figure is derived from the tables below, so that a test can compare the report with the frames.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa

from tests.reports.tables import BRIDGE, CLIENTS, FILES, FORMULA, HOSTILE, PROBLEMS, ROWS, SERVICES, UNMAPPED

D = Decimal


def columns(text: str) -> list[str]:
    return text.split()


MONEY = pa.decimal128(38, 12)
COUNTS = columns(
    "row size records rejected non_data age_cycles expected_lines actual_lines matched_lines "
    "opening_count new_count resolved_count closing_count"
)
TYPES = dict.fromkeys(COUNTS, pa.int64()) | dict.fromkeys(("period_start", "period_end"), pa.date32())
NUMBERS = tuple(
    columns(
        "quantity amount price impact _total difference proration fx tax rounding timing unmapped missing duplicate"
    )
)


def frame(names: Sequence[str], rows: Iterable[Sequence[Any]], **types: pa.DataType) -> pd.DataFrame:
    """A frame with Arrow types, as the engine hands them out."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)

    def kind(name: str) -> pa.DataType:
        number = MONEY if name.endswith(NUMBERS) else pa.string()
        return types.get(name) or TYPES.get(name) or number

    table = pa.table({name: pa.array(list(column), kind(name)) for name, column in zip(names, columns, strict=True)})
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in text.strip("\n").split("\n")]


def number(text: str) -> Decimal | None:
    return D(text) if text else None


@dataclass(frozen=True)
class Fake:
    """See recon.reports.source.Reconciled."""

    repeat: int = 4
    phase: str = "post"
    name: str = "Cedar Ridge IT"
    policy: dict[str, Any] = field(
        default_factory=lambda: {"tolerance": D("0.01"), "min_margin": D("0.10"), "materiality": 500}
    )
    start: dt.date = dt.date(2026, 10, 1)
    end: dt.date = dt.date(2026, 11, 1)

    @property
    def cycle(self) -> Any:
        class Cycle(SimpleNamespace):
            def __str__(self) -> str:
                return "2026-10"

        return Cycle(start=self.start, end=self.end)

    @property
    def workspace(self) -> Any:
        return SimpleNamespace(name=self.name, root=Path(), currency="USD")

    @property
    def clients(self) -> pd.DataFrame:
        return frame(("client", "name", "currency"), cells(CLIENTS))

    @property
    def services(self) -> pd.DataFrame:
        return frame(("service", "name"), cells(SERVICES))

    @property
    def discrepancies(self) -> pd.DataFrame:
        names = columns(
            "discrepancy_id kind leg client service contract period_start period_end "
            "expected_quantity actual_quantity expected_unit_price actual_unit_price "
            "expected_amount actual_amount impact currency direction status age_cycles "
            "suggested_action explanation lines"
        )
        found = [
            self._discrepancy(copy, position, row)
            for copy in range(self.repeat)
            for position, row in enumerate(cells(ROWS))
        ]
        return frame(names, sorted(found, key=lambda row: (-abs(row[14]), row[0])))

    def _discrepancy(self, copy: int, position: int, row: list[str]) -> tuple[Any, ...]:
        kind, leg, client, service, expected, actual, unit, impact, currency, direction, status, age = row
        share = D(impact) / (copy + 1)
        money = share.quantize(D("0.01"))
        q, p, price = number(expected), number(actual), number(unit)
        amounts = [None if a is None or price is None else (a * price).quantize(D("0.01")) for a in (q, p)]
        hostile = HOSTILE if kind == "unmapped_service" else "Huntress counted more agents than the agreement has"
        text = (
            f"{hostile}: expected {expected or 'nothing'}, found {actual or 'nothing'}"
            f"{f' at {unit} each' if unit else ''}, which is {impact} {currency}; allowed was 0.01."
        )
        lines = f"L{position}a L{position}b" + (f" L{position}c" if position % 2 else "")
        action = "Raise the quantity on the agreement from the first day of the next cycle."
        contract = f"{700 + position}" if position % 3 else ""
        key = (f"D{copy}{position:02d}{kind[:4]}", kind, leg, client, service, contract, self.start, self.end)
        result = (money, currency, direction, status, int(age), action, text, lines)
        return (*key, q, p, price, price, *amounts, *result)

    def explain(self, discrepancy_id: str) -> Any:
        return SimpleNamespace(
            reasons=lambda: [("How it adds up", [f"{HOSTILE} 3 × 5.00 = 15.00"]), ("Nearest miss", [])]
        )

    @property
    def lines(self) -> pd.DataFrame:
        names = columns(
            "line_id side source file row account_name item_name client service document "
            "period_start period_end quantity unit_price amount tax currency"
        )
        sides = {
            "a": ("promised", "connectwise", "additions_p1.json"),
            "b": ("delivered", "huntress", "usage-2026-10.json"),
            "c": ("billed", "quickbooks", HOSTILE + ".csv"),
        }
        numbers = (self.start, self.end, D("123456789012345678.25"), D("1.10"), D("9.95"), None)
        found = [
            (f"L{n}{letter}", *place, 10 + n, HOSTILE, FORMULA, row[2], row[3], f"-{n}", *numbers, row[8])
            for n, row in enumerate(cells(ROWS))
            for letter, place in sides.items()
        ]
        return frame(names, found)

    @property
    def headline(self) -> dict[str, list[tuple[str, Decimal, int]]]:
        table = self.discrepancies
        keys = ("leak", "overbilled", "vendor_overcharge")
        found = {key: self._sums(table[table["direction"] == key]) for key in keys}
        unmapped = [("USD", D("1558.75"), 3)] if UNMAPPED else []
        return {**found, "unmapped": unmapped, "open": self._sums(table[table["status"] == "open"])}

    @staticmethod
    def _sums(table: pd.DataFrame) -> list[tuple[str, Decimal, int]]:
        rows = list(zip(table["currency"], table["impact"], strict=True))
        return [
            (code, sum((i for c, i in rows if c == code), D(0)), sum(c == code for c, _ in rows))
            for code in sorted({currency for currency, _ in rows})
        ]

    @property
    def bridge(self) -> pd.DataFrame:
        names = columns(
            "leg currency client expected_total actual_total difference quantity price "
            "proration fx tax rounding timing unmapped missing duplicate"
        )
        found = []
        for leg, currency, client, expected, *texts in cells(BRIDGE):
            quantity, price, proration, *rest = map(D, texts)
            parts = (quantity, price, proration, D(0), *rest)
            found.append((leg, currency, client, D(expected), D(expected) + sum(parts), sum(parts), *parts))
        return frame(names, found)

    @property
    def rollforward(self) -> pd.DataFrame:
        names = columns(
            "currency opening_count opening_impact new_count new_impact resolved_count "
            "resolved_impact closing_count closing_impact"
        )
        return frame(
            names,
            [
                ("CAD", 4, D("-310.20"), 2, D("-637.00"), 3, D("-299.00"), 3, D("-648.20")),
                ("USD", 31, D("-9120.75"), 22, D("-7204.06"), 18, D("-5230.10"), 35, D("-11094.71")),
            ],
        )

    @property
    def legs(self) -> pd.DataFrame:
        return frame(
            ("leg", "status", "expected_lines", "actual_lines", "matched_lines"),
            [
                ("promised_delivered", "compared", 1204, 1188, 2301),
                ("promised_billed", "compared", 1204, 1160, 2280),
                ("delivered_charged", "compared", 1188, 940, 2050),
                ("charged_billed", "not due", 0, 0, 0),
            ],
        )

    @property
    def matches(self) -> pd.DataFrame:
        names = ("match_id", "leg", "rule", "client", "service", "status", "lines")
        kinds = (
            ("promised_billed", "contract", "matched"),
            ("promised_billed", "client_service", "cleared"),
            ("promised_delivered", "client_service", "matched"),
            ("delivered_charged", "group_net", "different"),
        )
        return frame(names, [(f"M{n}", *kinds[n % 4][:2], "Alder", "EDR", kinds[n % 4][2], "a b") for n in range(90)])

    @property
    def problems(self) -> pd.DataFrame:
        rows = [(*row[:3], int(row[3]), *row[4:]) for row in cells(PROBLEMS)]
        return frame(("severity", "source", "file", "row", "column", "value", "message"), rows)

    @property
    def unmapped(self) -> pd.DataFrame:
        rows = [(*row[:6], int(row[6]), number(row[7]), number(row[8]), *row[9:]) for row in cells(UNMAPPED)]
        names = columns("what side source key name client lines quantity amount currency suggestion")
        return frame(names, rows, lines=pa.int64())

    @property
    def files(self) -> pd.DataFrame:
        names = columns(
            "file profile source side sha256 size records lines rejected non_data amount "
            "currency rejected_amount checks"
        )
        found = [
            (*row[:4], row[4] * 32, *map(int, row[5:10]), number(row[10]), "USD", number(row[11]), row[12])
            for row in cells(FILES)
        ]
        return frame(names, found, lines=pa.int64(), sha256=pa.string())
