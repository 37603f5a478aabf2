"""Age and roll-forward: the cycle's discrepancies against the snapshots of the cycles before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from recon.discrepancies.finish import Discrepancy
from recon.period import Cycle
from recon.store import snapshots
from recon.store.journal import Journal

ROLLFORWARD_COLUMNS = (
    "currency", "opening_count", "opening_impact", "new_count", "new_impact", "resolved_count", "resolved_impact",
    "closing_count", "closing_impact",
)  # fmt: skip


def ages(journal: Journal, cycle: Cycle, found: Sequence[Discrepancy]) -> dict[str, int]:
    """Per thread, in how many unbroken earlier cycles it was there too (0 = new)."""
    open_threads = {one.thread for one in found}
    result = dict.fromkeys(open_threads, 0)
    earlier = cycle.previous
    while open_threads and (rows := snapshots.newest(journal, str(earlier))) is not None:
        open_threads &= {row.thread for row in rows}
        for thread in open_threads:
            result[thread] += 1
        earlier = earlier.previous
    return result


def roll_forward(journal: Journal, cycle: Cycle, found: Sequence[Discrepancy]) -> list[tuple[object, ...]]:
    """Per currency: opening + new − resolved = closing, in count and money.

    What persists with another impact counts as resolved at the old one and new at the new one, in money only.
    """
    before: Mapping[str, snapshots.Row] = {
        row.thread: row for row in snapshots.newest(journal, str(cycle.previous)) or []
    }
    now = {one.thread: one for one in found}
    rows: list[tuple[object, ...]] = []
    for currency in sorted({row.currency for row in before.values()} | {one.currency for one in found}):
        opening = [row for row in before.values() if row.currency == currency]
        closing = [one for one in now.values() if one.currency == currency]
        new = [one for one in closing if one.thread not in before]
        resolved = [row for row in opening if row.thread not in now]
        moved = sum((now[row.thread].impact - row.impact for row in opening if row.thread in now), Decimal(0))
        opened = sum((row.impact for row in opening), Decimal(0))
        gone = sum((row.impact for row in resolved), Decimal(0))
        arrived = sum((one.impact for one in new), Decimal(0)) + moved
        rows.append((currency, len(opening), opened, len(new), arrived, len(resolved), gone, len(closing),
                     sum((one.impact for one in closing), Decimal(0))))  # fmt: skip
    return rows
