"""What a promise comes to in the currency of its invoice, where a rate leads there (catalog/fx.csv).

It is told and enters no sum: unlike currencies are never added. A finding's note has its currency first; then come, with
a rate, the rate and the date from which it holds.
"""

from __future__ import annotations

from recon.discrepancies.findings import FINDINGS
from recon.engine import Engine


def rates(engine: Engine) -> None:
    """Name the rate in the notes of the findings that have one currency promised and another billed."""
    if engine.value(f"SELECT COUNT(*) FROM {FINDINGS} WHERE kind = 'currency'"):
        noted = "f.note || ' ' || CAST(r.rate AS VARCHAR) || ' ' || COALESCE(CAST(r.effective AS VARCHAR), '')"
        engine.create(
            FINDINGS,
            f"SELECT f.* REPLACE (CASE WHEN r.rate IS NULL THEN f.note ELSE {noted} END AS note) FROM {FINDINGS} f "
            "LEFT JOIN rates r ON f.kind = 'currency' AND r.from_currency = f.currency AND r.to_currency = f.note",
        )
