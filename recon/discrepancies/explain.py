"""One sentence with its numbers for each discrepancy."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from recon.money import rounded, text

Finding = Mapping[str, Any]


def sentence(found: Finding, client: str, service: str, pattern: str = "") -> str:
    """What was found, in one sentence. `found` has FINDING_COLUMNS; names come from the catalog.

    `pattern` replaces the kind's own sentence; it may use the same words.
    """
    words = _Words(found, client, service)
    return (pattern or _pattern(found)).format_map(words)


def _pattern(found: Finding) -> str:
    """The kind's sentence; where one price on each side doesn't explain the impact, it is told by the amounts."""
    if found["kind"] in _BY_AMOUNT and not _one_price_each(found):
        return _BY_AMOUNT[found["kind"]]
    return _SENTENCES[found["kind"]]


def _one_price_each(found: Finding) -> bool:
    """Whether |Δ unit price| × actual quantity is the impact."""
    expected, actual, quantity = (
        found[name] for name in ("expected_unit_price", "actual_unit_price", "actual_quantity")
    )
    if expected is None or actual is None or quantity is None:
        return False
    return rounded(abs((actual - expected) * quantity)) == abs(rounded(found["impact"]))


class _Words(dict[str, str]):
    """The numbers of a finding as they are written in a sentence."""

    def __init__(self, found: Finding, client: str, service: str) -> None:
        super().__init__()
        eq, aq = found["expected_quantity"], found["actual_quantity"]
        self.update(
            who=client or "nobody",
            what=service or "the agreement",
            contract=found["contract"],
            subject=found["subject"],
            note=found["note"],
            eq=_quantity(eq),
            aq=_quantity(aq),
            dq=_quantity(abs((aq or Decimal(0)) - (eq or Decimal(0)))),
            ep=_money(found["expected_unit_price"], found),
            ap=_money(found["actual_unit_price"], found),
            ea=_money(found["expected_amount"], found),
            aa=_money(found["actual_amount"], found),
            impact=_money(found["impact"], found),
            size=_money(abs(found["impact"]), found),
            less=_less(found["note"]),
            bundle_says=_bundle(found),
            vendor_says=_vendor(found),
            when=_when(found["note"]),
            share=_share(found["note"]),
            copies=_copies(found["note"]),
            other=f"{text(found['actual_amount'], 2)} {found['note']}",
        )


def _quantity(number: Decimal | None) -> str:
    return "an unstated quantity" if number is None else text(number)


def _money(number: Decimal | None, found: Finding) -> str:
    return "no price" if number is None else f"{text(number, 2)} {found['currency']}".rstrip()


def _less(note: str) -> str:
    return {"included": " after what is included", "minimum": " (the service's minimum)"}.get(note, "")


def _bundle(found: Finding) -> str:
    if found["impact"] < 0:
        return f"the rest is billed by nobody, {_money(abs(found['impact']), found)}"
    return "what is covered beyond that is not in use"


def _vendor(found: Finding) -> str:
    return "more" if found["impact"] < 0 else "less"


def _when(note: str) -> str:
    which, _, cycle = note.partition(" ")
    return f"is for {cycle}, which lacks it" if which == "carried" else f"was billed in {cycle}"


def _copies(note: str) -> str:
    if note.isdigit():
        return f"{note} identical line{'s' if note != '1' else ''} too many"
    return f"{note.removeprefix('carried ')} had billed it already"


def _share(note: str) -> str:
    try:
        return f"{text(Decimal(note) * 100)}%"
    except ArithmeticError:
        return ""


_BY_AMOUNT: dict[str, str] = {
    "price_differs": "{who} was invoiced {aa} for {what} where {ea} was agreed: the prices make {size} of that.",
    "cost_changed": "The vendor charges {aa} for {what} of {who} where {ea} was agreed: the costs make {size} of that.",
}

_SENTENCES: dict[str, str] = {
    "unmapped_account": "{subject} is mapped to no client: {aa} in {note} is in no comparison.",
    "unmapped_service": "{subject}, for {who}, is mapped to no service: {aa} in {note} is in no comparison.",
    "unattributed_charge": "{subject} is charged without naming a client: {aa} in {note}.",
    "unbilled": "{who} uses {eq} × {what} and no agreement promises it: at {ep} each, {size} is billed by nobody.",
    "under_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} short at {ep} is {size}.",
    "over_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} too many at {ep} is {size}.",
    "orphan_promise": "The agreement promises {who} {aq} × {what} for {aa} and the usage feed does not show the client at all.",
    "not_invoiced": "{what} is promised to {who} for {ea} and no invoice of the cycle bills it.",
    "invoiced_without_agreement": "{who} was invoiced {aa} for {what} and no agreement promises it.",
    "invoice_quantity_differs": "{who} was invoiced {aq} × {what} where the agreement promises {eq}: {dq} at {ep} is {size}.",
    "price_differs": "{who} was invoiced {what} at {ap} where {ep} was agreed: over the invoiced quantity that is {size}.",
    "cost_changed": "The vendor charges {ap} per {what} for {who} where {ep} was agreed: over {aq} that is {size}.",
    "margin_low": "{who} pays {ap} per {what} that costs {ep}: against a policy of {share} margin, {size} is missing.",
    "proration_differs": "{who} was invoiced {aa} for {what} where the part month comes to {ea}: {size} apart.",
    "timing": "{size} for {what} of {who} {when}; the two cycles net to zero.",
    "commitment_floor": "The vendor bills its minimum of {aq} × {what} for {who} where {eq} were used: {dq} at {ep} is {size}.",
    "term_mismatch": "The agreement of {who} for {what} ends on {note}.",
    "bundle_component": "{who} uses {eq} × {what} and its bundle ({note}) covers {aq}: {bundle_says}.",
    "duplicate": "{what} of {who} is there more often than it should be ({copies}): {aq} against {eq}; the surplus is {size}.",
    "credit_unmatched": "A credit of {size} for {what} of {who} corrects nothing in this cycle: the charges agree without it.",
    "invoice_reissued": "Document {contract} of {who} ({aa}) was replaced by {note}; only the later one counts.",
    "currency": "{what} is promised to {who} for {ea} and was invoiced in {note} for {other}.",
    "tax": "Invoice {contract} of {who} has {aa} tax where the client's rate comes to {ea}: {size} apart.",
    "rounding": "{what} of {who}: quantity and price agree and the amounts {ea} and {aa} differ by {size}.",
    "vendor_overcharge": "The vendor charges {aq} × {what} for {who} where {eq} were used: {dq} {vendor_says} at {ep} is {size}.",
    "vendor_charge_without_usage": "The vendor charges {aa} for {what} of {who} and its use is not in the feed.",
    "stale_source": "{subject} has no file for this cycle: what it should prove is not observed.",
}
