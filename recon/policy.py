"""The rules a cycle is reconciled with, as data: settings for the whole workspace, and overrides for parts of it.

An override holds where all that it names (client, service, source) fits. Of several that fit, the one that names more
goes first; of those that name equally much, client before service before source. Two that say something else of the
same place are refused when the workspace is opened, so the order of the file decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from recon.declared import Declared
from recon.engine import literal
from recon.errors import unknown
from recon.money import text

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
    def named(self) -> tuple[tuple[str, str], ...]:
        """The places that it names, and what each must be."""
        return tuple((name, value) for name, value in zip(PLACES, self.place, strict=True) if value is not None)

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
                    named = ", ".join(f"{place} {wanted}" for place, wanted in one.named)
                    raise ValueError(f"overrides should agree; two say something else of {name} for {named}")
        return self

    def ranked(self, name: str) -> list[Override]:
        """The overrides that set `name`, in the order in which they are asked."""
        found = [one for one in self.overrides if getattr(one, name) is not None]
        return sorted(sorted(found, key=lambda one: one.named), key=lambda one: one.rank, reverse=True)

    def of(self, name: str, client: str = "", service: str = "", source: str = "") -> Any:
        """The setting in force for a place, as `sql` gives it for a row; '' is a place that isn't known."""
        here = dict(zip(PLACES, (client, service, source), strict=True))
        for one in self.ranked(name):
            if all(here[place] == wanted for place, wanted in one.named):
                return getattr(one, name)
        return getattr(self, name)

    def sql(self, name: str, of: str = "", places: Sequence[str] = PLACES, stated: str = "") -> str:
        """SQL: the setting in force for a row with the columns `places`, under the alias `of`.

        An override that names a place which the rows don't have never holds. `stated` is SQL of what the row says
        itself, which counts where no override does. Where nothing else sets it this is a plain literal, so what isn't
        used costs nothing.
        """
        prefix = f"{of}." if of else ""
        cases = [
            f"WHEN {' AND '.join(f'{prefix}{place} = {literal(value)}' for place, value in one.named)} "
            f"THEN {_literal(getattr(one, name))}"
            for one in self.ranked(name)
            if all(place in places for place, _ in one.named)
        ]
        default = _literal(getattr(self, name))
        default = f"COALESCE({stated}, {default})" if stated else default
        return f"CASE {' '.join(cases)} ELSE {default} END" if cases else default

    def sql_allowed(self, of: str = "", places: Sequence[str] = PLACES) -> str:
        """SQL: the two columns of what may differ in a match, as match.passes.ENTRY_COLUMNS has them."""
        share = f"CAST({self.sql('tolerance_share', of, places)} AS DECIMAL(9,6))"
        return f"{self.sql('tolerance', of, places)} AS tolerance, {share} AS tolerance_share"


def check_names(policy: Policy, known: Mapping[str, Collection[str]]) -> None:
    """That overrides name clients, services and sources that exist; `known` by place. Raises ReconError."""
    for one in policy.overrides:
        for place, name in one.named:
            if name not in known[place]:
                raise unknown(f"{place} in an override of the policy in recon.yaml:", name, known[place])


@dataclass(frozen=True, slots=True)
class Rule:
    """One setting in force: its name, its value as text, where it holds, and where it comes from."""

    name: str
    value: str
    holds: str
    origin: str


def rules(policy: Policy) -> list[Rule]:
    """The settings in force, each with the overrides of it after it, in the order in which they are asked."""
    found = []
    for name in (one for one in Policy.model_fields if one != "overrides"):
        origin = "recon.yaml" if name in policy.model_fields_set else "default"
        found.append(Rule(name, said(getattr(policy, name)), "everywhere", origin))
        if name in Settings.model_fields:
            found += [
                Rule(
                    name, said(getattr(one, name)), ", ".join(f"{k} {v}" for k, v in one.named), "recon.yaml, override"
                )
                for one in policy.ranked(name)
            ]
    return found


def plain(policy: Policy) -> dict[str, Any]:
    """The policy as texts and lists, for the manifest; exact, and the same whatever the order of the file."""
    values: dict[str, Any] = {name: said(getattr(policy, name)) for name in Policy.model_fields if name != "overrides"}
    values["passes_off"] = sorted(policy.passes_off)
    ordered = sorted(policy.overrides, key=lambda one: (*(value or "" for value in one.place), _set(one)))
    values["overrides"] = [dict(one.named) | dict(_set(one)) for one in ordered]
    return values


def _set(one: Override) -> tuple[tuple[str, str], ...]:
    return tuple((name, said(value)) for name in Settings.model_fields if (value := getattr(one, name)) is not None)


def said(value: object) -> str:
    """A setting as it is written: plain digits, yes or no, names with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return text(value)
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"CAST({value:f} AS DECIMAL(38,12))"
    return literal(value) if isinstance(value, str) else str(value)
