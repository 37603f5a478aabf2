"""A profile: the declaration that turns one export format into canonical lines.

It says how to recognise the file and, for each canonical column, where it comes from and in which format. It holds
no code: column names and values only, so an analyst can write one in the workspace's `profiles/` folder.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from recon.declared import Declared, read_declaration
from recon.errors import ReconError
from recon.line import CHARGE_KINDS, FIELDS
from recon.money import SCALE
from recon.policy import Number
from recon.workspace import Side

DATE_FORMATS = ("ISO", "M/D/YYYY", "D/M/YYYY", "M/D/YY", "M-D-YYYY", "D.M.YYYY", "YYYY-Mon-DD", "epoch")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def known_dates(formats: list[str]) -> list[str]:
    """`formats`; ValueError where one is not a date format."""
    for one in formats:
        if one not in DATE_FORMATS:
            raise ValueError(f"date format {one!r} is not one of {', '.join(DATE_FORMATS)}")
    return formats


Names = Annotated[list[str], BeforeValidator(_listed)]


class When(Declared):
    """A condition on one column of the row: its text (case-insensitive) is one of, is none of, or contains."""

    column: str
    one_of: list[str] | None = None
    none_of: list[str] | None = None
    contains: str | None = None
    before_cycle: list[str] | None = Field(default=None, description="date formats: the date lies before the cycle")

    @field_validator("before_cycle")
    @classmethod
    def _known_formats(cls, formats: list[str] | None) -> list[str] | None:
        return formats and known_dates(formats)

    @model_validator(mode="after")
    def _some_condition(self) -> When:
        if not self.model_fields_set - {"column"}:
            raise ValueError("needs one of one_of, none_of, contains, before_cycle")
        return self


class Origin(Declared):
    """Where one canonical value comes from, and its format.

    Exactly one of: `from` (a column; of several the first that is filled), `value` (a constant), `join` (columns put
    together), `filename` (a pattern with one group), `cases` (the first whose `when` holds).
    """

    from_: Names = Field(default=[], alias="from")
    value: str | int | None = None
    join: list[str] = []
    with_: str = Field(default=":", alias="with")
    filename: str | None = None
    cases: list[Origin] = []
    when: When | None = None
    required: bool = False
    # texts
    map: dict[str, str] = {}
    # dates
    date: Names = []
    inclusive: bool = Field(default=False, description="the date is the last day inside the period")
    month: Literal["start", "end"] | None = Field(default=None, description="the month around the date")
    # numbers
    decimal: Literal[".", ","] = "."
    divide: Number | None = Field(default=None, gt=0)
    round: int | None = Field(default=None, ge=0, le=SCALE, description="decimals, half away from zero")
    sign_of: str | None = Field(default=None, description="a column whose sign the number takes")
    negative: bool = Field(default=False, description="the number is a credit, whatever its sign in the file")

    @field_validator("date")
    @classmethod
    def _known_formats(cls, formats: list[str]) -> list[str]:
        return known_dates(formats)

    @field_validator("filename")
    @classmethod
    def _one_group(cls, pattern: str | None) -> str | None:
        try:
            groups = 1 if pattern is None else re.compile(pattern).groups
        except re.error as fault:
            raise ValueError(f"is not a regular expression ({fault})") from fault
        if groups != 1:
            raise ValueError("needs exactly one group")
        return pattern

    @model_validator(mode="after")
    def _one_origin(self) -> Origin:
        given = [bool(self.from_), self.value is not None, bool(self.join), self.filename is not None, bool(self.cases)]
        if sum(given) != 1:
            raise ValueError("needs exactly one of from, value, join, filename, cases")
        return self

    def words(self) -> list[str]:
        """Every word that the declaration itself gives: constants and what texts are mapped to."""
        own = [*self.map.values(), *([] if self.value is None else [str(self.value)])]
        return own + [word for case in self.cases for word in case.words()]

    def columns(self) -> list[str]:
        """Every column of the file that the value depends on."""
        own = [*self.from_, *self.join, *filter(None, [self.sign_of, self.when.column if self.when else None])]
        return own + [name for case in self.cases for name in case.columns()]


class Lookup(Declared):
    """Rows of another profile's files, joined by a key; its columns are then named `<as>.<column>`."""

    profile: str
    on: dict[str, str] = Field(min_length=1, max_length=1)
    as_: str = Field(alias="as")


class Report(Declared):
    """A printed report saved as a table: group rows, subtotal rows, a total row, a footer."""

    subtotal: str
    total: str
    check: str = Field(description="the column whose sums the totals state")


class Verify(Declared):
    """The file's own arithmetic: amount = price × quantity × rate under the vendor's truncation."""

    amount: str
    price: str
    quantity: str
    rate: str | None = None


def _origin(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


class Profile(Declared):
    """One export format."""

    profile: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    side: Side | None = None
    reference: bool = Field(default=False, description="rows for lookups only; they make no lines")
    generic: bool = Field(default=False, description="only for files that recon.yaml names")
    confidence: Literal["A", "B", "C", "U"] = "U"
    notes: str = ""
    recognise: list[Names] = Field(min_length=1, description="columns that must be there; a list offers alternatives")
    absent: list[str] = Field(default=[], description="columns that must not be there")
    records: str | None = Field(default=None, description="JSON: the key that holds the list of records")
    sheet: str | None = None
    lookup: Lookup | None = None
    report: Report | None = None
    skip: list[When] = []
    unpivot: dict[str, str] = Field(default={}, description="column → item: one line per listed column")
    key: list[str] = []
    unique: bool = False
    verify: Verify | None = None
    fields: dict[str, Annotated[Origin, BeforeValidator(_origin)]] = {}

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, given: dict[str, Origin]) -> dict[str, Origin]:
        for name in given:
            if name not in FIELDS:
                raise ValueError(f"{name!r} is not a canonical column; those are: {', '.join(FIELDS)}")
        kinds = given.get("charge_kind")
        for kind in kinds.words() if kinds else []:
            if kind not in CHARGE_KINDS:
                raise ValueError(f"charge kind {kind!r} is not one of {', '.join(CHARGE_KINDS)}")
        return given


@lru_cache(maxsize=1 << 16)
def normalised(header: str) -> str:
    """A header as it is compared: letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", header.casefold())


@cache
def built_in() -> dict[str, Profile]:
    """The profiles that come with the package, by name."""
    folder = files("recon.sources") / "profiles"
    found = [_read(Path(str(entry)), entry.name) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return {one.profile: one for one in sorted(found, key=lambda one: one.profile)}


def profiles(workspace: Path) -> dict[str, Profile]:
    """The built-in profiles and the workspace's own; one of its own replaces a built-in of the same name."""
    known: dict[str, Profile] = dict(built_in())
    own: dict[str, str] = {}
    for path in sorted((workspace / "profiles").glob("*.yaml")):
        one = _read(path, f"profiles/{path.name}")
        if one.profile in own:
            raise ReconError(f"profiles/{path.name}: the profile {one.profile!r} is also in {own[one.profile]}.")
        known[one.profile] = one
        own[one.profile] = f"profiles/{path.name}"
    for one in known.values():
        if one.lookup and one.lookup.profile not in known:
            raise ReconError(f"profile {one.profile}: its lookup names the unknown profile {one.lookup.profile!r}.")
    return known


def _read(path: Path, shown: str) -> Profile:
    return read_declaration(path, Profile, shown)


def with_locale(profile: Profile, date: str | None, decimal: Any) -> Profile:
    """`profile` with a source's own date format or decimal sign, as recon.yaml states it."""
    if date is None and decimal is None:
        return profile

    def adapted(origin: Origin) -> Origin:
        changes: dict[str, Any] = {"cases": [adapted(case) for case in origin.cases]}
        if date and origin.date:
            changes["date"] = [date]
        if date and origin.when and origin.when.before_cycle:
            changes["when"] = origin.when.model_copy(update={"before_cycle": [date]})
        if decimal:
            changes["decimal"] = decimal
        return origin.model_copy(update=changes)

    return profile.model_copy(update={"fields": {name: adapted(one) for name, one in profile.fields.items()}})
