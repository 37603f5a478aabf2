"""Three sentences for the reader who reads nothing else, written from the data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from recon.reports import text
from recon.reports.evidence import File, Unmapped
from recon.reports.headline import Sum, money_list, total_count
from recon.reports.totals import Group


def losing(month: str, leak: Sequence[Sum], clients: Sequence[Group]) -> str:
    """What leaks, and which clients most of it sits with (in the currency that leaks most)."""
    if not leak:
        return f"Nothing that was delivered or promised in {month} is missing from what clients pay."
    opening = f"In {month} {money_list(leak)} {'is' if len(leak) == 1 else 'are'} leaking in {_items(leak)}"
    main = leak[0]
    named = [group for group in clients if group.currency == main.currency and group.leak < 0 and group.key]
    top = sorted(named, key=lambda group: (group.leak, group.key))[:3]
    part = -sum((group.leak for group in top), Decimal(0))
    if not part:
        return f"{opening}."
    share = text.percent(part, abs(main.amount))
    which = text.listed([group.name for group in top])
    verb = "carries" if len(top) == 1 else "carry"
    return f"{opening}; {which} {verb} {share} of the {main.currency} amount."


def giving_back(overbilled: Sequence[Sum], vendors: Sequence[Sum]) -> str:
    """What may have to go back to clients, and what vendors took too much."""
    if not overbilled and not vendors:
        return "No client was billed above what is due, and no vendor charged above what the usage justifies."
    parts = []
    if overbilled:
        parts.append(f"{money_list(overbilled)} of over-billing in {_items(overbilled)} may have to go back to clients")
    if vendors:
        parts.append(f"vendors charged {money_list(vendors)} above what the usage justifies in {_items(vendors)}")
    if not overbilled:
        parts.append("no client was billed above what is due")
    if not vendors:
        parts.append("no vendor over-charged")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def unplaced(money: Sequence[Sum], unmapped: Sequence[Unmapped], files: Sequence[File]) -> str:
    """What the figures above do not know yet: unmapped money and rejected records."""
    rejected = sum(item.rejected for item in files)
    read = f"{text.count(sum(item.records for item in files), 'record')} of {text.count(len(files), 'file')}"
    if not unmapped and not rejected:
        return f"All {read} were read, and every line has a client and a service."
    parts = []
    if unmapped:
        sums = f", worth {money_list(money)}," if money else ""
        verb = "has" if len(unmapped) == 1 else "have"
        what = text.count(len(unmapped), "account or item", "accounts and items")
        parts.append(f"{what}{sums} {verb} no client or service yet")
    if rejected:
        parts.append(f"{rejected:,} of {read} {'was' if rejected == 1 else 'were'} rejected")
    return f"{text.listed(parts)}: until that is settled, the figures above are not complete."


def _items(sums: Sequence[Sum]) -> str:
    return text.count(total_count(sums), "discrepancy", "discrepancies")
