"""Frames for people: the tables of a reconciled cycle as pandas frames with Arrow types, decimals exact."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from recon.discrepancies.findings import LEG_LINES
from recon.engine import Engine
from recon.line import MAPPED_COLUMNS

_ARROW: dict[type, pa.DataType] = {
    str: pa.string(), int: pa.int64(), Decimal: pa.decimal128(38, 12), dt.date: pa.date32(),
}  # fmt: skip

FILE_TYPES = {"file": str, "profile": str, "source": str, "side": str, "sha256": str, "size": int, "records": int,
              "lines": int, "rejected": int, "non_data": int, "amount": Decimal, "currency": str,
              "rejected_amount": Decimal, "checks": str}  # fmt: skip
DISCREPANCY_TYPES = {"discrepancy_id": str, "kind": str, "leg": str, "client": str, "service": str, "contract": str,
                     "period_start": dt.date, "period_end": dt.date, "expected_quantity": Decimal, "actual_quantity": Decimal,
                     "expected_unit_price": Decimal, "actual_unit_price": Decimal, "expected_amount": Decimal,
                     "actual_amount": Decimal, "impact": Decimal, "currency": str, "direction": str, "status": str,
                     "age_cycles": int, "suggested_action": str, "explanation": str, "lines": str}  # fmt: skip
DECISION_TYPES = {"at": str, "actor": str, "action": str, "note": str, "until": str}
ROLLFORWARD_TYPES = {"currency": str, "opening_count": int, "opening_impact": Decimal, "new_count": int,
                     "new_impact": Decimal, "resolved_count": int, "resolved_impact": Decimal, "closing_count": int,
                     "closing_impact": Decimal}  # fmt: skip
LEG_TYPES = {"leg": str, "status": str, "expected_lines": int, "actual_lines": int, "matched_lines": int}


LINES_QUERY = f"SELECT {', '.join(MAPPED_COLUMNS)} FROM mapped_lines ORDER BY file, row, line_id"


def frame(rows: Iterable[Mapping[str, Any] | Sequence[Any]], types: Mapping[str, type]) -> pd.DataFrame:
    """Small Python rows (mappings or sequences) as a frame with the given columns and types."""
    given = [row if isinstance(row, Mapping) else dict(zip(types, row, strict=True)) for row in rows]
    columns = [pa.array([row[name] for row in given], _ARROW[kind]) for name, kind in types.items()]
    table: pa.Table = pa.table(columns, names=list(types))
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def records(rows: Iterable[Any], types: Mapping[str, type]) -> pd.DataFrame:
    """Dataclass instances as a frame."""
    return frame([dataclasses.asdict(row) for row in rows], types)


def lines(engine: Engine) -> pd.DataFrame:
    """Every line with what the crosswalk made of it, in the order of files and rows."""
    return engine.frame(LINES_QUERY)


def unmapped(engine: Engine, suggested: Mapping[tuple[str, str, str], str]) -> pd.DataFrame:
    """Accounts and items without a mapping, most money first.

    `suggested` is (what, source, key) → the code of the likeliest client or service; `suggestion` is '' for the others.
    """
    found = engine.frame(
        """
        SELECT CASE kind WHEN 'unmapped_service' THEN 'item' ELSE 'account' END AS what, side, source, key, name,
            client, CAST(lines AS BIGINT) AS lines, quantity, amount, currency, '' AS suggestion FROM unmapped_groups
        ORDER BY ABS(amount) DESC, source, client, key
        """
    )
    keys = zip(found["what"], found["source"], found["key"], strict=True)
    found["suggestion"] = pd.Series([suggested.get(key, "") for key in keys], dtype=pd.ArrowDtype(pa.string()))
    return found


def bridge(engine: Engine, parts: Sequence[str]) -> pd.DataFrame:
    """Per leg, currency and client both totals and the components, which add up exactly to the difference."""
    sums = ", ".join(f"CAST(SUM({part}) AS DECIMAL(38,12)) AS {part}" for part in parts)
    totals = ", ".join(f"CAST(SUM({name}) AS DECIMAL(38,12)) AS {name}" for name in ("expected_total", "actual_total"))
    return engine.frame(
        f"SELECT leg, currency, client, {totals}, CAST(SUM(actual_total - expected_total) AS DECIMAL(38,12)) AS difference, {sums} "
        "FROM bridge_groups GROUP BY leg, currency, client ORDER BY leg, currency, client"
    )


def legs(engine: Engine, matches: str, statuses: Mapping[str, str]) -> pd.DataFrame:
    """Each leg's status and how many of its lines are in a match."""
    counted = engine.rows(
        f"""
        WITH matched AS (SELECT leg, UNNEST(STRING_SPLIT(lines, ' ')) AS line_id FROM {matches})
        SELECT l.leg, COUNT(*) FILTER (role = 'expected'), COUNT(*) FILTER (role = 'actual'), COUNT(m.line_id)
        FROM {LEG_LINES} l LEFT JOIN (SELECT DISTINCT leg, line_id FROM matched) m ON l.leg = m.leg AND l.line_id = m.line_id
        GROUP BY l.leg
        """
    )
    by_leg = {row[0]: row[1:] for row in counted}
    return frame([(leg, status, *by_leg.get(leg, (0, 0, 0))) for leg, status in statuses.items()], LEG_TYPES)


def catalog(engine: Engine, table: str) -> pd.DataFrame:
    """`clients` or `services`, in the order of their codes."""
    return engine.frame(f"SELECT * FROM {table} ORDER BY 1")
