"""What each cycle's discrepancies were, so that the next cycle knows their age and the roll-forward ties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from recon.store.journal import Journal
from recon.store.schema import SNAPSHOT, SNAPSHOT_ROW


@dataclass(frozen=True)
class Row:
    """One discrepancy of a snapshot. `thread` is its identity across cycles."""

    thread: str
    discrepancy_id: str
    currency: str
    impact: Decimal


def inputs_of(journal: Journal, cycle: str) -> str | None:
    """The fingerprint of the inputs that the newest snapshot of `cycle` was made from; None without one."""
    found = _newest(journal, cycle)
    return found[1] if found else None


def newest(journal: Journal, cycle: str) -> list[Row] | None:
    """The newest snapshot of `cycle`, None where there is none."""
    found = _newest(journal, cycle)
    if found is None:
        return None
    columns = SNAPSHOT_ROW.c
    query = sa.select(columns.thread, columns.discrepancy_id, columns.currency, columns.impact)
    with journal.database.connect() as connection:
        rows = connection.execute(query.where(columns.snapshot == found[0]).order_by(columns.thread)).all()
    return [Row(row.thread, row.discrepancy_id, row.currency, Decimal(row.impact)) for row in rows]


def write(journal: Journal, cycle: str, inputs: str, rows: Iterable[Row]) -> None:
    """Add a snapshot, in one transaction. Earlier ones stay."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with journal.writing() as connection:
        made = connection.execute(sa.insert(SNAPSHOT).values(cycle=cycle, at=at, inputs=inputs))
        key = made.inserted_primary_key[0] if made.inserted_primary_key else None
        values = [
            {"snapshot": key, "thread": row.thread, "discrepancy_id": row.discrepancy_id, "currency": row.currency,
             "impact": str(row.impact)} for row in rows
        ]  # fmt: skip
        if values:
            connection.execute(sa.insert(SNAPSHOT_ROW), values)


def _newest(journal: Journal, cycle: str) -> tuple[int, str] | None:
    query = sa.select(SNAPSHOT.c.id, SNAPSHOT.c.inputs).where(SNAPSHOT.c.cycle == cycle)
    with journal.database.connect() as connection:
        row = connection.execute(query.order_by(SNAPSHOT.c.id.desc()).limit(1)).first()
    return (row.id, row.inputs) if row else None
