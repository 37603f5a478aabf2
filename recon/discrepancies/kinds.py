"""The closed family of discrepancies. What stands here is the text in reports, in widgets' help and in the tour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind: what it says, what people usually do, and the action that is suggested first."""

    name: str
    title: str
    says: str
    people_usually: str
    suggested_action: str


KINDS: tuple[Kind, ...] = (
    Kind(
        "unmapped_account",
        "Unmapped account",
        "The crosswalk has no client for this account, so its money is on the first page and in no comparison.",
        "Map the account to a client; exclude it with a reason.",
        "Map the account to a client, or exclude it with a reason.",
    ),
    Kind(
        "unmapped_service",
        "Unmapped item",
        "The crosswalk has no service for this item, so its money is on the first page and in no comparison.",
        "Map the item to a service; exclude it with a reason.",
        "Map the item to a service, or exclude it with a reason.",
    ),
    Kind(
        "unattributed_charge",
        "Charge without a client",
        "A vendor charge names no client.",
        "Assign it to a client; allocate it by rule; exclude it as own use.",
        "Find whose it is and map it, or exclude it as own use.",
    ),
    Kind(
        "unbilled",
        "Used, not promised",
        "The client uses the service, and no agreement promises it: nobody bills it.",
        "Add it to the agreement with its effective date; absorb it; exclude it.",
        "Add the service to the agreement with its effective date.",
    ),
    Kind(
        "under_billed_quantity",
        "Promised less than used",
        "The client uses more than the agreement promises.",
        "Raise the quantity; back-bill the difference; keep it where it is a minimum.",
        "Raise the quantity in the agreement and back-bill the difference.",
    ),
    Kind(
        "over_billed_quantity",
        "Promised more than used",
        "The agreement promises more than the client uses.",
        "Reduce the quantity; credit the difference; keep it where it is a minimum.",
        "Reduce the quantity in the agreement and credit the difference.",
    ),
    Kind(
        "orphan_promise",
        "Promised, not used",
        "The agreement promises the service, and its feed shows no use by this client.",
        "End the line; restore the feed; confirm that it is labour only.",
        "Check with the client, then end the line or restore the feed.",
    ),
    Kind(
        "not_invoiced",
        "Promised, not invoiced",
        "The agreement promises it, and no invoice of the cycle bills it.",
        "Issue a supplementary invoice; carry it to the next one.",
        "Issue a supplementary invoice.",
    ),
    Kind(
        "invoiced_without_agreement",
        "Invoiced, not promised",
        "The invoice bills it, and no agreement promises it.",
        "Add it to the agreement; credit it and bill it right.",
        "Add it to the agreement, or credit it.",
    ),
    Kind(
        "invoice_quantity_differs",
        "Invoice quantity differs",
        "The invoice bills another quantity than the agreement promises.",
        "Correct and re-issue the invoice; accept it.",
        "Correct the invoice quantity: supplement or credit the difference.",
    ),
    Kind(
        "price_differs",
        "Invoice price differs",
        "The invoice bills another unit price than was agreed.",
        "Correct and re-issue the invoice; accept it as a price change.",
        "Correct the invoice price, or amend the agreement.",
    ),
    Kind(
        "cost_changed",
        "Vendor cost changed",
        "The vendor charges another unit cost than was agreed.",
        "Update the cost; re-price the service; dispute it with the vendor.",
        "Confirm the new cost with the vendor, then update it or dispute it.",
    ),
    Kind(
        "margin_low",
        "Margin below policy",
        "What is left of the price after the vendor's cost is less than the policy asks for.",
        "Re-price the service; accept it for this client.",
        "Re-price the service, or accept the margin for this client.",
    ),
    Kind(
        "proration_differs",
        "Part month computed differently",
        "The invoice and the agreement agree on quantity, and bill a part of the month differently.",
        "Recompute the part month; accept it.",
        "Recompute the part month and correct the invoice.",
    ),
    Kind(
        "timing",
        "Right amount, wrong cycle",
        "The amount is right and stands in another cycle than the one it belongs to.",
        "Carry it forward: it nets to zero over the two cycles.",
        "Accept as timing: the two rows net to zero.",
    ),
    Kind(
        "commitment_floor",
        "Vendor minimum above usage",
        "The vendor bills its committed minimum, which is more than was used.",
        "Bill the minimum to the client; absorb it; renegotiate the commitment.",
        "Bill the minimum, absorb it, or renegotiate.",
    ),
    Kind(
        "term_mismatch",
        "Terms differ",
        "The agreement ends before the vendor's commitment, or lines of one contract should end together and don't.",
        "Extend the agreement; fix the term; plan the vendor's renewal.",
        "Extend the agreement to the vendor's commitment end, or align the lines' ends.",
    ),
    Kind(
        "bundle_component",
        "Bundle and component disagree",
        "A bundle's promised quantity and the use of one of its components disagree.",
        "Fix the bundle's quantity; flag the coverage gap.",
        "Fix the bundle's quantity, or close the coverage gap.",
    ),
    Kind(
        "duplicate",
        "The same thing twice",
        "The same line is there more than once, and without the copies the quantities agree.",
        "Remove the copy; credit it; claim it back from the vendor.",
        "Remove the copy: credit the client, or claim it from the vendor.",
    ),
    Kind(
        "credit_unmatched",
        "Credit without its original",
        "A credit corrects nothing in this cycle: the charges agree without it.",
        "Pair it with what it credits; pass it through to the client; keep it.",
        "Find what it credits, then pair it or pass it through.",
    ),
    Kind(
        "invoice_reissued",
        "Document replaced",
        "A document was replaced by a later one; only the later one counts.",
        "Confirm that the first was voided.",
        "Confirm that the replaced document was voided.",
    ),
    Kind(
        "currency",
        "Currency differs",
        "It is promised in one currency and billed in another. Unlike currencies are never subtracted.",
        "Correct the currency of the invoice or of the agreement.",
        "Correct the currency of the invoice or the agreement.",
    ),
    Kind(
        "tax",
        "Tax differs",
        "The tax of the invoice isn't the client's rate on its amount.",
        "Correct the rate or the tax code.",
        "Correct the tax code and re-issue the invoice.",
    ),
    Kind(
        "rounding",
        "Rounding beyond tolerance",
        "Quantity and price agree; the amounts differ by more than the tolerance for rounding.",
        "Clear it; look for a rounding rule that differs.",
        "Clear it, or align the rounding rule.",
    ),
    Kind(
        "vendor_overcharge",
        "Vendor quantity differs",
        "The vendor charges for another quantity than was used.",
        "Dispute it with the vendor before its deadline; track the credit.",
        "Dispute the surplus with the vendor.",
    ),
    Kind(
        "vendor_charge_without_usage",
        "Vendor charge without use",
        "The vendor charges for a client that shows no use.",
        "Cancel it with the vendor; dispute it; track the credit.",
        "Cancel it with the vendor and dispute the charge.",
    ),
    Kind(
        "stale_source",
        "Source missing or old",
        "A required source has no file for this cycle, so what it should prove is not observed.",
        "Export it again; it blocks the sign-off.",
        "Get the missing export and run again.",
    ),
)

kinds: dict[str, Kind] = {kind.name: kind for kind in KINDS}

# Money that is in no comparison until a person says whose it is.
UNMAPPED = ("unmapped_account", "unmapped_service", "unattributed_charge")
