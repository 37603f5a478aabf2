"""Ours in the reconcile race: the public main path."""

from __future__ import annotations

import json
import sys

import reconcile_data

import recon
from recon.money import text

rec = recon.open(sys.argv[1]).reconcile(reconcile_data.CYCLE)
((_, _, expected, actual),) = rec.totals()
kinds = rec.discrepancies.groupby("kind")["impact"].agg(["count", "sum"])
print(
    json.dumps(
        {
            "promised": text(expected, 2),
            "billed": text(actual, 2),
            "kinds": {kind: (int(count), text(impact, 2)) for kind, count, impact in kinds.itertuples(name=None)},
        }
    )
)
