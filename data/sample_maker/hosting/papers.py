"""Which lines of the arm's paper count: replaced documents, what was taken back, and what belongs to another month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from .facts import Charge, Invoice

_Paper = TypeVar("_Paper", Invoice, Charge)


def replaced(lines: Sequence[Invoice | Charge]) -> set[str]:
    """Documents that a later one replaces; a credit replaces nothing."""
    return {one.replaces for one in lines if one.kind != "credit"} - {""}


def standing(lines: Sequence[_Paper]) -> list[_Paper]:
    """The month's own lines that count: none of a replaced document, none taken back with what takes it back."""
    gone = replaced(lines)
    left = [one for one in lines if one.document not in gone and not one.month]
    for one in [one for one in left if one.amount < 0]:
        named = one.replaces or one.document
        pair = [
            other
            for other in left
            if (other.pair, other.document, other.amount, other.quantity)
            == (one.pair, named, -one.amount, one.quantity)
        ]
        if pair:
            left.remove(pair[0])
            left.remove(one)
    return left


def late(months: Sequence[Sequence[_Paper]], name: str) -> list[_Paper]:
    """Lines of any month that belong to the month of this name."""
    return [one for lines in months for one in lines if one.month == name]
