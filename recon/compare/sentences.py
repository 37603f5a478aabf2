"""One sentence with its numbers for each discrepancy of two tables."""

from __future__ import annotations

from recon.discrepancies import explain
from recon.discrepancies.explain import Finding

_SENTENCES = {
    "not_invoiced": "{who} is on the left for {ea} and not on the right.",
    "invoiced_without_agreement": "{who} is on the right for {aa} and not on the left.",
    "invoice_quantity_differs": "{who} has {aq} on the right where the left has {eq}: the {dq} between them come to {size}.",
    "price_differs": "{who} has a price of {ap} on the right where the left has {ep}: over the quantity on the right that is {size}.",
    "proration_differs": (
        "{who} has the same quantity and price on both sides and comes to {ea} on the left, {aa} on the right: {size} apart, "
        "as where a part of the period is computed differently."
    ),
    "rounding": "{who} has the same quantity and price on both sides; the amounts {ea} and {aa} differ by {size}.",
    "duplicate": "{who} is on the right more often than on the left ({copies}): {aa} against {ea}; the surplus is {size}.",
    "credit_unmatched": "A credit of {size} for {who} is on the right and corrects nothing that the left expects.",
    "currency": "{who} is on the left for {ea} and on the right in {note} for {other}.",
}
_AMOUNTS = "{who} comes to {aa} on the right where the left has {ea}: {size} of it is price."


def sentence(found: Finding) -> str:
    """What was found, in one sentence."""
    who = " / ".join(found[name] for name in ("client", "service", "contract") if found[name])
    pattern = _SENTENCES[found["kind"]]
    prices = found["expected_unit_price"], found["actual_unit_price"]
    if found["kind"] == "price_differs" and (None in prices or prices[0] == prices[1]):
        pattern = _AMOUNTS
    return explain.sentence(found, who, "", pattern)
