"""One sentence with its numbers for each discrepancy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    if found["note"].startswith("partly "):
        return _PARTLY
    if found["kind"] == "term_mismatch" and found["note"].startswith("together "):
        return _TOGETHER
    if found["kind"] == "duplicate" and found["note"].startswith("at "):
        return _MEMBER
    if found["kind"] in _AGAINST and found["impact"] * _AGAINST[found["kind"]] > 0:
        return _IN_BANDS[found["kind"]]
    if found["kind"] in _BY_AMOUNT and not _one_price_each(found):
        return _BY_AMOUNT[found["kind"]]
    return _SENTENCES[found["kind"]]


def _one_price_each(found: Finding) -> bool:
    """Whether |Δ unit price| × actual quantity is the impact."""
    expected, actual, quantity = (
        found[name] for name in ("expected_unit_price", "actual_unit_price", "actual_quantity")
    )
    if expected is None or actual is None or quantity is None or _is_long(expected):
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
            ep=_price(found["expected_unit_price"], found),
            ap=_price(found["actual_unit_price"], found),
            ea=_money(found["expected_amount"], found),
            aa=_money(found["actual_amount"], found),
            impact=_money(found["impact"], found),
            size=_money(abs(found["impact"]), found),
            less=_less(found["note"]),
            bundle_says=_bundle(found),
            vendor_says=_vendor(found),
            when=_when(found["note"]),
            share=_share(found["note"]),
            dates=found["note"].removeprefix("together "),
            of_month=_of_month(found),
            month=found["note"].removeprefix("partly "),
            copies=_copies(found["note"]),
            currency=found["note"].partition(" ")[0],
            other=f"{text(found['actual_amount'], 2)} {found['note'].partition(' ')[0]}",
            at_rate=_at_rate(found),
            converted=_converted(found),
        )


def _quantity(number: Decimal | None) -> str:
    return "an unstated quantity" if number is None else text(number)


def _money(number: Decimal | None, found: Finding) -> str:
    return "no price" if number is None else f"{text(number, 2)} {found['currency']}".rstrip()


def _is_long(price: Decimal) -> bool:
    """Whether it is an average or a share that no one would write out."""
    return price != rounded(price, Decimal("0.000001"))


def _price(number: Decimal | None, found: Finding) -> str:
    """A unit price, a long one rounded to four decimals."""
    if number is None or not _is_long(number):
        return _money(number, found)
    return f"about {_money(rounded(number, Decimal('0.0001')), found)}"


def _at_rate(found: Finding) -> str:
    """What a promise comes to in the other currency: a note of its code, the rate and since when it holds."""
    words = found["note"].split(" ")
    if found["kind"] != "currency" or len(words) < 2:
        return ""
    return f"; at {_rate(words[1:])} the promise comes to {text(rounded(found['expected_amount'] * Decimal(words[1])), 2)} {words[0]}"


def _converted(found: Finding) -> str:
    """What a cost was before it was converted: a note of the share, the cost, its currency, the rate and since when."""
    words = found["note"].split(" ")
    if found["kind"] != "margin_low" or len(words) < 4:
        return ""
    return f" ({text(Decimal(words[1]), 2)} {words[2]} at {_rate(words[3:])})"


def _rate(words: Sequence[str]) -> str:
    rate, *since = words
    return " of ".join([text(Decimal(rate)), *filter(None, since)])


def _less(note: str) -> str:
    return _LESS.get(note, "")


def _bundle(found: Finding) -> str:
    if found["impact"] < 0:
        return f"the rest is billed by nobody, {_money(abs(found['impact']), found)}"
    return "what is covered beyond that is not in use"


def _vendor(found: Finding) -> str:
    return "more" if found["impact"] < 0 else "less"


def _when(note: str) -> str:
    which, _, cycle = note.partition(" ")
    return _WHEN.get(which, "belongs to {}").format(cycle)


def _copies(note: str) -> str:
    if note.isdigit():
        return f"{note} identical line{'s' if note != '1' else ''} too many"
    return f"{note.removeprefix('carried ')} had billed it already"


def _of_month(found: Finding) -> str:
    """What is told of a line for another month where the kind's own sentence doesn't name it."""
    which, _, cycle = found["note"].partition(" ")
    return {"carried": f" It is for {cycle}.", "given": f" It was given in {cycle}."}.get(which, "")


def _share(note: str) -> str:
    try:
        return f"{text(Decimal(note.partition(' ')[0]) * 100)}%"
    except ArithmeticError:
        return ""


# Why another quantity than the one used should be billed.
_LESS = {
    "included": " after what is included",
    "minimum": " (the service's minimum)",
    "own minimum": " (the agreement's minimum)",
    "commitment": " (the commitment)",
}

# Of an amount that stands in another cycle than its own: what the note says of it, and the other cycle.
_WHEN = {
    "carried": "is for {}, which lacks it; the two cycles net to zero",
    "later": "was billed in {}; the two cycles net to zero",
    "credit": "is a credit for {}, which was charged too much; the two cycles net to zero",
    "credited": "was charged here and is credited in {}; the two cycles net to zero",
    "given": "is a credit for {}, which agrees without it and tells of it; the two cycles net to zero",
    "unknown": "is for {}, of which nothing is compared",
}

_BY_AMOUNT: dict[str, str] = {
    "price_differs": "{who} was invoiced {aa} for {what} where {ea} was agreed: the prices make {size} of that.",
    "cost_changed": "The vendor charges {aa} for {what} of {who} where {ea} was agreed: the costs make {size} of that.",
}

_MEMBER = "{subject} counts as {what} {note}: one of them should be the home client (catalog/homes.csv)."

# In bands a smaller quantity may cost more; then the impact of a quantity goes against its kind.
_AGAINST = {"under_billed_quantity": 1, "over_billed_quantity": -1}
_IN_BANDS = {
    "under_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} short; by its price bands {size} is billed too much.",
    "over_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} too many; by its price bands {size} is billed too little.",
}

_PARTLY = "{aa} for {what} of {who} is for {month}, which lacked less: {size} of it is too much."
_TOGETHER = "The lines of contract {contract} of {who} should end together and end on {dates}."

_SENTENCES: dict[str, str] = {
    "unmapped_account": "{subject} is mapped to no client: {aa} in {note} is in no comparison.",
    "unmapped_service": "{subject}, for {who}, is mapped to no service: {aa} in {note} is in no comparison.",
    "unattributed_charge": "{subject} is charged without naming a client: {aa} in {note}.",
    "unbilled": "{who} uses {eq} × {what} and no agreement promises it: at {ep} each, {size} is billed by nobody.",
    "under_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} short at {ep} is {size}.",
    "over_billed_quantity": "{who} should be billed {eq} × {what}{less} and the agreement promises {aq}: {dq} too many at {ep} is {size}.",
    "orphan_promise": "The agreement promises {who} {aq} × {what} for {aa} and the usage feed does not show the client at all.",
    "not_invoiced": "{what} is promised to {who} for {ea} and no invoice of the cycle bills it.",
    "invoiced_without_agreement": "{who} was invoiced {aa} for {what} and no agreement promises it.{of_month}",
    "invoice_quantity_differs": "{who} was invoiced {aq} × {what} where the agreement promises {eq}: {dq} at {ep} is {size}.",
    "price_differs": "{who} was invoiced {what} at {ap} where {ep} was agreed: over the invoiced quantity that is {size}.",
    "cost_changed": "The vendor charges {ap} per {what} for {who} where {ep} was agreed: over {aq} that is {size}.",
    "margin_low": "{who} pays {ap} per {what} that costs {ep}{converted}: against a policy of {share} margin, {size} is missing.",
    "proration_differs": "{who} was invoiced {aa} for {what} where the part month comes to {ea}: {size} apart.",
    "timing": "{size} for {what} of {who} {when}.",
    "commitment_floor": "The vendor bills its minimum of {aq} × {what} for {who} where {eq} were used: {dq} at {ep} is {size}.",
    "term_mismatch": "The agreement of {who} for {what} ends on {note}.",
    "bundle_component": "{who} uses {eq} × {what} and its bundle ({note}) covers {aq}: {bundle_says}.",
    "duplicate": "{what} of {who} is there more often than it should be ({copies}): {aq} against {eq}; the surplus is {size}.",
    "credit_unmatched": "A credit of {size} for {what} of {who} corrects nothing in this cycle: the charges agree without it.{of_month}",
    "invoice_reissued": "Document {contract} of {who} ({aa}) was replaced by {note}; only the later one counts.",
    "currency": "{what} is promised to {who} for {ea} and was invoiced in {currency} for {other}{at_rate}.",
    "tax": "Invoice {contract} of {who} has {aa} tax where the client's rate comes to {ea}: {size} apart.",
    "rounding": "{what} of {who}: quantity and price agree and the amounts {ea} and {aa} differ by {size}.",
    "vendor_overcharge": "The vendor charges {aq} × {what} for {who} where {eq} were used: {dq} {vendor_says} at {ep} is {size}.{of_month}",
    "vendor_charge_without_usage": "The vendor charges {aa} for {what} of {who} and its use is not in the feed.{of_month}",
    "stale_source": "{subject} has no file for this cycle: what it should prove is not observed.",
}
