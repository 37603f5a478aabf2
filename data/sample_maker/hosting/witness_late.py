"""The arm's witness on what belongs to another month, on either bill.

As far as that month lacks the amount, or was too much for a credit, the line is timing, in both months. What is beyond
was billed already, or is a credit without a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from ..basics import ZERO
from ..facts import Pair
from ..witness import Row
from .arm import Arm
from .facts import Charge, Invoice, Month

Papers = Sequence[Invoice | Charge]
Above = Callable[[Month, Pair], Decimal]  # by how much a month's own paper is above what is due


def carried(arm: Arm, leg: str, pair: Pair, money: str, lines: Papers, above: Above) -> Iterator[Row]:
    """What a month's lines say that belong to earlier months."""
    sign = _sign(leg)
    for name in sorted({one.month for one in lines}):
        amount = _sum([one for one in lines if one.month == name])
        timed = _timed(amount, above(arm.months[name], pair))
        if timed:
            yield Row("timing", leg, *pair, sign * timed, money)
        if amount > timed:
            kind = "vendor_overcharge" if timed and sign < 0 else "duplicate"
            yield Row(kind, leg, *pair, sign * (amount - timed), money)
        elif amount < timed:
            yield Row("timing", leg, *pair, sign * (amount - timed), money)


def settled_elsewhere(leg: str, pair: Pair, money: str, lines: Papers, above: Decimal) -> Iterator[Row]:
    """What a month says of itself whose `lines` later months carry; it is off by `above` and by nothing else."""
    sign, amount = _sign(leg), _sum([one for one in lines if one.pair == pair])
    timed = _timed(amount, above)
    if timed:
        assert above == -timed, f"{pair}: something else is wrong too"
        yield Row("timing", leg, *pair, -sign * timed, money)
    if amount < timed:
        yield Row("timing", leg, *pair, -sign * (amount - timed), money)
        yield Row("credit_unmatched", leg, *pair, sign * (amount - timed), money)


def _sign(leg: str) -> int:
    return 1 if leg == "promised_billed" else -1


def _sum(lines: Papers) -> Decimal:
    return sum((one.amount for one in lines), ZERO)


def _timed(amount: Decimal, above: Decimal) -> Decimal:
    return min(amount, max(-above, ZERO)) if amount > 0 else max(amount, min(-above, ZERO))
