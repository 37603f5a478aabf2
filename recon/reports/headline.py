"""The first screen: what leaks, what may go back, what nobody has placed yet, and whether it ties out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.reports import text
from recon.reports.bridge import Bridge
from recon.reports.evidence import Problem
from recon.reports.rollforward import Roll
from recon.reports.source import Reconciled


@dataclass(frozen=True, slots=True)
class Sum:
    """Money of one currency and how many rows it stands for. Unlike currencies are never added."""

    currency: str
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """One headline figure: `key` is the reconciliation's, `tone` is the colour for what the title says."""

    key: str
    title: str
    says: str
    tone: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold before a cycle ties out."""

    title: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class TieOut:
    """Whether every cent is explained; the state is the checks' sum."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """True when every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def state(self) -> str:
        """The state in words."""
        failed = sum(not check.passed for check in self.checks)
        return "Ties out" if self.passed else f"{text.count(failed, 'point')} open"


_CARDS = (
    ("leak", "Money leaking", "Delivered or promised, and not billed to the client.", "loss"),
    ("overbilled", "Over-billed", "Billed to clients above what is due; it may have to go back.", "back"),
    (
        "vendor_overcharge",
        "Vendor over-charges",
        "Charged by vendors above what the usage justifies.",
        "loss",
    ),
    (
        "unmapped",
        "Unmapped money",
        "On accounts or items that no client or service is assigned to.",
        "unknown",
    ),
)


def cards(rec: Reconciled) -> tuple[Card, ...]:
    """The headline figures per currency, the largest first; a card without money has no sums."""
    return tuple(Card(key, title, says, tone, sums(rec, key)) for key, title, says, tone in _CARDS)


def sums(rec: Reconciled, key: str) -> tuple[Sum, ...]:
    """One figure of the reconciliation's headline, per currency, the largest first."""
    found = [Sum(currency, amount, count) for currency, amount, count in rec.headline.get(key, ()) if count]
    return tuple(sorted(found, key=lambda item: (-abs(item.amount), item.currency)))


def tie_out(
    bridges: Sequence[Bridge], rolls: Sequence[Roll], problems: Sequence[Problem], unmapped: int, missing: int
) -> TieOut:
    """The checks behind "ties out".

    `problems` are the problem records, `unmapped` counts the accounts and items that nothing is assigned to,
    `missing` the required sources without a file.
    """
    errors = sum(problem.severity == "error" for problem in problems)
    exact = sum(bridge.exact for bridge in bridges)
    rolled = sum(roll.exact for roll in rolls)
    return TieOut(
        (
            Check("Every bridge adds up", exact == len(bridges), f"{exact} of {len(bridges)}, to the cent"),
            Check(
                "The roll-forward closes",
                rolled == len(rolls),
                f"{rolled} of {len(rolls)}, in count and money",
            ),
            Check(
                "Every record was read",
                not errors,
                text.count(errors, "error") if errors else "none rejected",
            ),
            Check(
                "All money is mapped",
                not unmapped,
                f"{unmapped:,} unmapped" if unmapped else "nothing unmapped",
            ),
            Check(
                "All required sources are in",
                not missing,
                f"{missing} missing" if missing else "none missing",
            ),
        )
    )


def money_list(items: Sequence[Sum]) -> str:
    """`USD 1.00 and CAD 2.00`, without signs: the sentence says which way the money goes."""
    return text.listed([text.magnitude(item.amount, item.currency) for item in items])


def total_count(items: Sequence[Sum]) -> int:
    """How many rows the sums stand for."""
    return sum(item.count for item in items)
