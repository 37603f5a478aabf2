"""The faults of two tables' cells as located problems. A row with an error stays out; a warning lets it pass.

Rows count from 1, the first row of data; row 0 is the whole column.
"""

from __future__ import annotations

from dataclasses import dataclass

from recon.compare.meaning import Meaning
from recon.engine import Engine, literal

PROBLEMS = "problems"
COLUMNS = {
    "severity": "VARCHAR",
    "source": "VARCHAR",  # left or right
    "row": "BIGINT",
    "column": "VARCHAR",
    "value": "VARCHAR",
    "message": "VARCHAR",
}
_INEXACT = (
    "holds floating-point numbers: each was read as its shortest text, to 12 decimals; "
    "give decimals or texts where every digit counts"
)
_LONG = "[^0-9]*[0-9,]*[.][0-9]{13,}[^0-9]*"


@dataclass(frozen=True)
class Fault:
    """A way in which a cell can be wrong: its column, the SQL condition, the SQL of its text, what to say."""

    column: str
    test: str
    says: str
    value: str = "''"
    severity: str = "error"


def inexact(engine: Engine, side: str, column: str) -> None:
    """Warn once of a column of floating-point numbers."""
    fault = Fault(column, "", _INEXACT, severity="warning")
    engine.append(PROBLEMS, f"SELECT {_cells(fault, f'{literal(side)}', '0')}")


def report(engine: Engine, meaning: Meaning, table: str) -> str:
    """Append the faults of `table`, the rows of both sides with their numbers; returns the SQL condition of a bad row.

    `table` has side, row, the keys, and per number x: `raw_x` its text, `read_x` its value, `x` the same within
    limits; and `worth`.
    """
    faults = [*_keys(meaning), *_numbers(meaning), *_worth(meaning)]
    for fault in (*faults, *_uncounted(meaning)):
        engine.append(PROBLEMS, f"SELECT {_cells(fault, 'side', 'row')} FROM {table} WHERE {fault.test}")
    return " OR ".join(f"({fault.test})" for fault in faults)


def _cells(fault: Fault, side: str, row: str) -> str:
    return (
        f"'{fault.severity}' AS severity, {side} AS source, {row} AS row, {literal(fault.column)} AS \"column\", "
        f"LEFT({fault.value}, 200) AS value, {literal(f'{fault.column} {fault.says}')} AS message"
    )


def _keys(meaning: Meaning) -> list[Fault]:
    return [Fault(column, f"{key} IS NULL", "is empty") for key, column in meaning.keys.items()]


def _numbers(meaning: Meaning) -> list[Fault]:
    faults = []
    for name, column in meaning.numbers.items():
        raw, unread = f"raw_{name}", f"raw_{name} IS NOT NULL AND read_{name} IS NULL"
        long = f"REGEXP_FULL_MATCH({raw}, '{_LONG}')"
        faults += [
            Fault(column, f"{unread} AND {long}", "has more than 12 decimals: round it", raw),
            Fault(column, f"{unread} AND NOT {long}", "is not a number", raw),
            Fault(
                column, f"read_{name} IS NOT NULL AND {name} IS NULL", "has more than 14 digits before the point", raw
            ),
        ]
    return faults


def _worth(meaning: Meaning) -> list[Fault]:
    """A row whose cells can all be read and that is still worth nothing known."""
    sound = " AND ".join(f"(raw_{name} IS NULL OR {name} IS NOT NULL)" for name in meaning.numbers)
    unknown = f"worth IS NULL AND {sound}"
    if meaning.amount is not None:
        instead = ", and there is no quantity × unit price instead" if len(meaning.numbers) == 3 else ""
        return [Fault(meaning.amount, unknown, f"is empty{instead}")]
    absent = [(name, column) for name, column in meaning.numbers.items() if name != "amount"]
    faults = [Fault(column, f"{unknown} AND raw_{name} IS NULL", "is empty") for name, column in absent]
    if not meaning.counts_only:
        both = "raw_quantity IS NOT NULL AND raw_unit_price IS NOT NULL"
        says = f"× {meaning.unit_price} has more than 14 digits before the point"
        faults.append(Fault(str(meaning.quantity), f"{unknown} AND {both}", says, "raw_quantity"))
    return faults


def _uncounted(meaning: Meaning) -> list[Fault]:
    """Rows without a quantity, where others have one."""
    if meaning.quantity is None or meaning.amount is None:
        return []
    says = "is empty: this key is compared by its amounts alone"
    return [Fault(meaning.quantity, "raw_quantity IS NULL AND amount IS NOT NULL", says, severity="warning")]
