"""Opening + new − resolved = closing, in count and in money, per currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from recon.reports.source import Reconciled, rows


@dataclass(frozen=True, slots=True)
class Roll:
    """One currency's discrepancies from the last cycle to this one."""

    currency: str
    opening_count: int
    opening_impact: Decimal
    new_count: int
    new_impact: Decimal
    resolved_count: int
    resolved_impact: Decimal
    closing_count: int
    closing_impact: Decimal

    @property
    def exact(self) -> bool:
        """True when it closes in count and in money."""
        return (
            self.opening_count + self.new_count - self.resolved_count == self.closing_count
            and self.opening_impact + self.new_impact - self.resolved_impact == self.closing_impact
        )


def roll_forward(rec: Reconciled) -> tuple[Roll, ...]:
    """The roll-forward of each currency, as the reconciliation computed it."""
    fields = Roll.__dataclass_fields__
    return tuple(Roll(**{name: row[name] for name in fields}) for row in rows(rec.rollforward))
