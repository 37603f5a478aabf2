"""The rules a cycle is reconciled with, as data: settings for the whole workspace, and overrides for parts of it.

An override holds where all that it names (client, service, source) fits. Of several that fit, the one that names more
goes first; of those that name equally much, client before service before source. Two that say something else of the
same place are refused when the workspace is opened, so the order of the file decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from recon.declared import Declared
from recon.engine import literal

PLACES = ("client", "service", "source")
PASS_NAMES = ("contract", "exact", "tolerance", "window", "scored", "group_net", "subset_sum")


def exact(value: object) -> object:
    """A YAML number as the text that was written, as far as YAML's own reading shows it shortest."""
    if isinstance(value, bool):
        raise ValueError("should be a number")
    return value if isinstance(value, str | int | Decimal) else repr(value)


Number = Annotated[Decimal, BeforeValidator(exact)]
Proration = Literal["daily", "thirty_day", "none", "next_cycle"]
Billing = Literal["arrears", "advance"]


class Settings(Declared):
    """What an override may set; None where it says nothing of it."""

    tolerance: Number | None = Field(default=None, ge=0)
    tolerance_share: Number | None = Field(default=None, ge=0, lt=1)
    min_margin: Number | None = Field(default=None, ge=0, lt=1)
    materiality: Number | None = Field(default=None, ge=0)
    proration: Proration | None = None
    negative_proration: bool | None = None
    billing: Billing | None = None
    monthly_uplift: Number | None = Field(default=None, ge=0, lt=1)
    window_days: int | None = Field(default=None, ge=0, le=31)


class Override(Settings):
    """Settings for one part of the workspace."""

    client: str | None = Field(default=None, min_length=1)
    service: str | None = Field(default=None, min_length=1)
    source: str | None = Field(default=None, min_length=1)

    @property
    def place(self) -> tuple[str | None, ...]:
        """What it names, in the order of PLACES."""
        return tuple(getattr(self, name) for name in PLACES)

    @property
    def rank(self) -> tuple[int, tuple[bool, ...]]:
        """The higher goes first."""
        named = tuple(one is not None for one in self.place)
        return sum(named), named

    @model_validator(mode="after")
    def _says_something(self) -> Override:
        if not any(self.place):
            raise ValueError(f"should name where it holds: {', '.join(PLACES)}")
        if all(getattr(self, name) is None for name in Settings.model_fields):
            raise ValueError(f"should set something: {', '.join(sorted(Settings.model_fields))}")
        return self


class Policy(Declared):
    """The rules of a workspace; the manifest records them.

    `tolerance`: a match's difference up to this, in its currency, is cleared by rule; so is one up to
    `tolerance_share` of the expected amount, where that is larger. `min_margin`: the least share of the price that must
    remain after cost. `materiality`: above it a decision needs a second person. `proration`: how a part month is
    billed; without `negative_proration` a month that ends early is billed whole. `billing` in advance: the cycle's
    invoices bill the month after it. `monthly_uplift`: what an annual commitment costs more, as a share, when it is
    billed monthly. `window_days`: how far the dates of two records of the same thing may lie apart. `passes_off`: rules
    of the matching that are not used.
    """

    tolerance: Number = Field(default=Decimal("0.01"), ge=0)
    tolerance_share: Number = Field(default=Decimal(0), ge=0, lt=1)
    min_margin: Number = Field(default=Decimal(0), ge=0, lt=1)
    materiality: Number = Field(default=Decimal(500), ge=0)
    proration: Proration = "daily"
    negative_proration: bool = True
    billing: Billing = "arrears"
    monthly_uplift: Number = Field(default=Decimal(0), ge=0, lt=1)
    window_days: int = Field(default=5, ge=0, le=31)
    passes_off: tuple[Literal["window", "scored", "subset_sum"], ...] = ()
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _one_answer(self) -> Policy:
        said: dict[tuple[object, ...], Any] = {}
        for one in self.overrides:
            for name in Settings.model_fields:
                value = getattr(one, name)
                if value is not None and said.setdefault((name, *one.place), value) != value:
                    named = ", ".join(f"{k} {v}" for k, v in zip(PLACES, one.place, strict=True) if v)
                    raise ValueError(f"overrides should agree; two say something else of {name} for {named}")
        return self

    def sql(self, name: str, of: str = "", places: Sequence[str] = PLACES) -> str:
        """SQL: the setting in force for a row with the columns `places`, under the alias `of`.

        An override that names a place which the rows don't have never holds. Where no override sets it this is a plain
        literal, so what isn't used costs nothing.
        """
        prefix = f"{of}." if of else ""
        cases = [
            f"WHEN {' AND '.join(f'{prefix}{place} = {literal(value)}' for place, value in named)} THEN {_literal(getattr(one, name))}"
            for one in sorted(self.overrides, key=lambda one: one.rank, reverse=True)
            if getattr(one, name) is not None
            for named in [[(k, v) for k, v in zip(PLACES, one.place, strict=True) if v is not None]]
            if all(place in places for place, _ in named)
        ]
        return (
            f"CASE {' '.join(cases)} ELSE {_literal(getattr(self, name))} END"
            if cases
            else _literal(getattr(self, name))
        )

    def sql_allowed(self, of: str = "", places: Sequence[str] = PLACES) -> str:
        """SQL: the two columns of what may differ in a match, as match.passes.ENTRY_COLUMNS has them."""
        share = f"CAST({self.sql('tolerance_share', of, places)} AS DECIMAL(9,6))"
        return f"{self.sql('tolerance', of, places)} AS tolerance, {share} AS tolerance_share"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"CAST({value:f} AS DECIMAL(38,12))"
    return literal(value) if isinstance(value, str) else str(value)
