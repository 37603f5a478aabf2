"""The words the review shows to people: one table a vocabulary, so that a label is written in one place.

Codes (left) are the result's own values; labels (right) are what people read. An unknown code is shown
with its underscores replaced by spaces, so that a newer engine never breaks an older screen.
"""

from typing import TypedDict

LEGS = {
    "promised_delivered": "Promised ↔ delivered",
    "promised_billed": "Promised ↔ billed",
    "delivered_charged": "Delivered ↔ charged",
    "charged_billed": "Charged ↔ billed",
}

# What `expected` and `actual` mean differs by leg: (heading of expected, heading of actual).
EXPECTED_ACTUAL = {
    "promised_delivered": ("Should be promised", "Is promised"),
    "promised_billed": ("Should be billed", "Is billed"),
    "delivered_charged": ("Usage justifies", "Vendor charged"),
    "charged_billed": ("Policy expects", "Is"),
}

SIDES = {
    "promised": "Promised in the agreement",
    "billed": "Billed to the client",
    "delivered": "Delivered (usage)",
    "charged": "Charged by the vendor",
}

DIRECTIONS = {
    "leak": "Leak",
    "overbilled": "Over-billed",
    "vendor_overcharge": "Vendor over",
    "vendor_undercharge": "Vendor under",
    "neutral": "Neutral",
}

DIRECTION_HELP = {
    "leak": "Money earned but not asked for: the client uses or was promised more than is billed.",
    "overbilled": "Money that may have to go back: the client is asked for more than was agreed.",
    "vendor_overcharge": "The vendor asks for more than the usage and the agreed cost justify.",
    "vendor_undercharge": "The vendor asks for less than the usage justifies; expect a correction later.",
    "neutral": "No money moves yet, but the record is incomplete until this is settled.",
}

STATUSES = {
    "open": "Open",
    "stale": "Re-check",
    "approved": "Accepted",
    "waived": "Waived",
    "disputed": "Disputed",
    "timing": "Timing",
}

# A stale discrepancy was decided, then its source rows changed: it asks again.
TO_DECIDE = ("open", "stale")

MEASURES = {"quantity": "qty", "unit_price": "price", "amount": "amount", "": ""}


class Action(TypedDict):
    """One decision a person can take, with the words of its button and of its help."""

    action: str
    label: str
    done: str
    key: str
    needs_note: bool
    until: str
    help: str


ACTIONS: tuple[Action, ...] = (
    {
        "action": "accept",
        "label": "Accept",
        "done": "Accepted",
        "key": "a",
        "needs_note": False,
        "until": "",
        "help": "Accept: the finding is right and will be acted on, for example by amending the agreement"
        " or re-issuing the invoice as suggested. A note is welcome, not required.",
    },
    {
        "action": "waive",
        "label": "Waive",
        "done": "Waived",
        "key": "w",
        "needs_note": True,
        "until": "Waived until",
        "help": "Waive: the finding is right but nobody will act on it. Say why; with a date it asks again"
        " after that day.",
    },
    {
        "action": "dispute",
        "label": "Dispute",
        "done": "Disputed",
        "key": "d",
        "needs_note": True,
        "until": "Answer due by",
        "help": "Dispute: the other party is wrong and has to correct it. Say with whom and what you asked"
        " for; the date is their deadline.",
    },
    {
        "action": "timing",
        "label": "Timing",
        "done": "Marked as timing",
        "key": "t",
        "needs_note": False,
        "until": "",
        "help": "Timing: the amount is right but falls into another cycle. It is carried forward and should"
        " net to zero there.",
    },
    {
        "action": "undo",
        "label": "Undo",
        "done": "Undone",
        "key": "u",
        "needs_note": False,
        "until": "",
        "help": "Undo: take back the decision on the selected rows, or your last one. The journal keeps both.",
    },
)


def spoken(code: str) -> str:
    """A code as people read it: `price_differs` becomes `Price differs`."""
    return code.replace("_", " ").capitalize()
