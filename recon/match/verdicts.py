"""What each pass says of one group of entries: what it matched, or why it matched nothing, with the numbers."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.match.passes import PASSES
from recon.money import text


@dataclass(frozen=True)
class Entry:
    """An entry of a group, with the rule that matched it ('' where none did)."""

    role: str
    quantity: Decimal | None
    amount: Decimal
    contract: str | None
    starts: dt.date | None
    credit: bool
    rule: str

    def __str__(self) -> str:
        return text(self.amount, 2) if self.quantity is None else f"{text(self.quantity)} for {text(self.amount, 2)}"


@dataclass(frozen=True)
class Verdict:
    """A pass and what it says. `matched` counts the entries that it took."""

    rule: str
    matched: int
    says: str


def verdicts(entries: Sequence[Entry], allowed: Decimal, off: Sequence[str] = ()) -> list[Verdict]:
    """One verdict a pass, in the order in which they ran. `allowed` is what may differ in a match."""
    left = list(entries)
    told = []
    for one in PASSES:
        taken = [entry for entry in left if entry.rule == one.rule]
        if one.rule in off:
            says = "is off in the policy"
        elif taken:
            says = _took(taken, one.says)
        else:
            says = _why_not(one.rule, left, allowed)
        told.append(Verdict(one.rule, len(taken), says))
        left = [entry for entry in left if entry.rule != one.rule]
    return told


@dataclass(frozen=True)
class Miss:
    """What no rule of single lines took, in all: per side its entries, quantity (None where nobody counts) and amount."""

    expected: tuple[Entry, ...]
    actual: tuple[Entry, ...]

    def __str__(self) -> str:
        return f"{_sum(self.expected)} expected, {_sum(self.actual)} there"

    @property
    def apart(self) -> Decimal:
        """actual − expected."""
        return _amount(self.actual) - _amount(self.expected)

    @property
    def counted_apart(self) -> bool:
        """Whether both sides count, and differently."""
        counts = [_quantity(self.expected), _quantity(self.actual)]
        return None not in counts and counts[0] != counts[1]


def miss(entries: Sequence[Entry]) -> Miss:
    """What is left after the rules that take single lines."""
    left = [one for one in entries if one.rule not in ("contract", "exact", "window")]
    expected, actual = (tuple(one for one in left if one.role == role) for role in ("expected", "actual"))
    return Miss(expected, actual)


def _sum(entries: Sequence[Entry]) -> str:
    if not entries:
        return "nothing"
    quantity = _quantity(entries)
    said = text(_amount(entries), 2) if quantity is None else f"{text(quantity)} for {text(_amount(entries), 2)}"
    return said if len(entries) == 1 else f"{said} in {len(entries)} lines"


def _amount(entries: Sequence[Entry]) -> Decimal:
    return sum((one.amount for one in entries), Decimal(0))


def _quantity(entries: Sequence[Entry]) -> Decimal | None:
    """Credits take away, whatever sign their quantity has."""
    counts = [None if one.quantity is None else -abs(one.quantity) if one.credit else one.quantity for one in entries]
    return None if None in counts else sum((one for one in counts if one is not None), Decimal(0))


def _of(entries: Sequence[Entry], role: str) -> list[Entry]:
    return [one for one in entries if one.role == role and not one.credit]


def _apart(expected: Entry, actual: Entry) -> Decimal:
    return abs(actual.amount - expected.amount)


def _took(taken: Sequence[Entry], says: str) -> str:
    expected, actual = ([one for one in taken if one.role == role] for role in ("expected", "actual"))
    apart = abs(_amount(actual) - _amount(expected))
    lines = f"{len(expected)} expected and {len(actual)} actual"
    return f"took {lines}: {says}; {text(apart, 2)} apart" if apart else f"took {lines}: {says}"


def _why_not(rule: str, left: Sequence[Entry], allowed: Decimal) -> str:
    expected, actual = _of(left, "expected"), _of(left, "actual")
    if not left:
        return "nothing was left"
    if rule == "reversal":
        return "no credit takes back a charge of the same quantity and amount"
    if not expected or not actual:
        return f"only the {'expected' if expected else 'actual'} side is left"
    pairs = list(itertools.product(expected, actual))
    if rule == "contract":
        return _contracts(pairs)
    if rule == "exact":
        return f"no two agree in quantity and amount; the closest are {_closest(pairs)}"
    alike = [pair for pair in pairs if pair[0].quantity == pair[1].quantity]
    if rule == "tolerance" and len(left) != 2:
        return f"{len(left)} are left, and it takes only two that are alone"
    if not alike:
        return f"no two have the same quantity; the closest are {_closest(pairs)}"
    within = [pair for pair in alike if _apart(*pair) <= allowed]
    if not within:
        return f"more than {text(allowed, 2)} apart; the closest are {_closest(alike)}"
    if not any(one.starts and other.starts for one, other in within):
        return "a side has no dates"
    return "the dates are too far apart" if len(within) == 1 else f"{len(within)} pairs would do"


def _contracts(pairs: Sequence[tuple[Entry, Entry]]) -> str:
    if not any(one.contract and other.contract for one, other in pairs):
        return "a side names no contract"
    same = [pair for pair in pairs if pair[0].contract is not None and pair[0].contract == pair[1].contract]
    return f"the contract is the same, but not the numbers: {_closest(same)}" if same else "no contract in common"


def _closest(pairs: Sequence[tuple[Entry, Entry]]) -> str:
    expected, actual = min(pairs, key=lambda pair: (_apart(*pair), str(pair[0]), str(pair[1])))
    return f"{expected} and {actual}, {text(_apart(expected, actual), 2)} apart"
