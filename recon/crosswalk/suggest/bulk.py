"""When a suggestion is sure enough that an analyst who filtered and saw it may confirm it together with others.

Measured by bench/accuracy.py; docs/suggestions.md has the figures. A score alone never maps anything.
"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from recon.crosswalk.entries import CrosswalkEntry, record
from recon.crosswalk.opinions import OPEN
from recon.errors import ReconError
from recon.store.journal import Journal

# The least score, and the least distance to the runner-up.
BULK_SCORE = Decimal("0.900")
BULK_MARGIN = Decimal("0.100")


def in_bulk(found: pd.DataFrame) -> pd.DataFrame:
    """Those of the given suggestions that may be confirmed together: first, sure, clear of the runner-up, undisputed."""
    sure = (found["score"] >= BULK_SCORE) & (found["margin"] >= BULK_MARGIN)
    return found[sure & (found["rank"] == 1) & (found["status"] == OPEN)]


def confirm_seen(journal: Journal, found: pd.DataFrame, seen: int) -> int:
    """Journal as entries those of the given suggestions that may be confirmed together; returns how many were new.

    `seen` is how many of them the analyst saw. Raises ReconError where it is another number: nothing is written.
    """
    chosen = in_bulk(found)
    if len(chosen) != seen:
        raise ReconError(
            f"{len(chosen)} of the suggestions listed by this filter may be confirmed together, not {seen}: "
            "list them again without --confirm, and look at each."
        )
    columns = ["what", "source", "key", "candidate", "score"]
    entries = [
        CrosswalkEntry(
            what,
            source,
            key,
            "",
            code,
            Decimal(1),
            None,
            None,
            "mapped",
            f"suggested with {score}, confirmed with others",
        )
        for what, source, key, code, score in chosen[columns].itertuples(index=False, name=None)
    ]
    return record(journal, entries)
