"""The same discrepancies added up three ways: by client, by service and by kind, per currency."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.reports import text
from recon.reports.headline import Sum
from recon.reports.ranking import Discrepancy
from recon.reports.source import KindShape


@dataclass(frozen=True, slots=True)
class Group:
    """One client's or service's discrepancies of one currency; money by direction, with its sign."""

    key: str
    name: str
    currency: str
    count: int
    open: int
    leak: Decimal
    overbilled: Decimal
    vendor_overcharge: Decimal
    vendor_undercharge: Decimal

    @property
    def moved(self) -> Decimal:
        """The money in question whichever way it goes: what groups are ranked by."""
        return abs(self.leak) + abs(self.overbilled) + abs(self.vendor_overcharge) + abs(self.vendor_undercharge)


@dataclass(frozen=True, slots=True)
class KindGroup:
    """One kind with its texts, and its negative (`losing`) and positive impacts per currency."""

    name: str
    title: str
    says: str
    people_usually: str
    count: int
    open: int
    losing: tuple[Sum, ...]
    giving_back: tuple[Sum, ...]


def by_client(items: Sequence[Discrepancy]) -> tuple[Group, ...]:
    """A group for each client and currency, the most money first; rows without a client are one group."""
    return _groups(items, lambda item: (item.client, item.client_name))


def by_service(items: Sequence[Discrepancy]) -> tuple[Group, ...]:
    """A group for each service and currency, the most money first; rows without a service are one group."""
    return _groups(items, lambda item: (item.service, item.service_name or "No single service"))


def by_kind(items: Sequence[Discrepancy], kinds: Mapping[str, KindShape]) -> tuple[KindGroup, ...]:
    """A group for each kind that occurs, the most frequent first."""
    ordered = sorted(items, key=lambda item: item.kind)
    groups = (_kind(name, tuple(group), kinds) for name, group in itertools.groupby(ordered, lambda item: item.kind))
    return tuple(sorted(groups, key=lambda group: (-group.count, group.name)))


def _groups(items: Iterable[Discrepancy], identity: Callable[[Discrepancy], tuple[str, str]]) -> tuple[Group, ...]:
    def key(item: Discrepancy) -> tuple[str, str, str]:
        return (item.currency, *identity(item))

    grouped = itertools.groupby(sorted(items, key=key), key)
    found = [_group(code, name, currency, tuple(group)) for (currency, code, name), group in grouped]
    return tuple(sorted(found, key=lambda group: (-group.moved, -group.count, group.key, group.currency)))


def _group(code: str, name: str, currency: str, items: Sequence[Discrepancy]) -> Group:
    def money(direction: str) -> Decimal:
        return sum((item.impact for item in items if item.direction == direction), Decimal(0))

    return Group(
        code,
        name,
        currency,
        len(items),
        _open(items),
        money("leak"),
        money("overbilled"),
        money("vendor_overcharge"),
        money("vendor_undercharge"),
    )


def _kind(name: str, items: Sequence[Discrepancy], kinds: Mapping[str, KindShape]) -> KindGroup:
    kind = kinds.get(name)
    return KindGroup(
        name,
        kind.title if kind else text.words(name),
        kind.says if kind else "",
        kind.people_usually if kind else "",
        len(items),
        _open(items),
        _sums(item for item in items if item.impact < 0),
        _sums(item for item in items if item.impact > 0),
    )


def _sums(items: Iterable[Discrepancy]) -> tuple[Sum, ...]:
    ordered = sorted(items, key=lambda item: item.currency)
    grouped = ((code, list(group)) for code, group in itertools.groupby(ordered, lambda item: item.currency))
    return tuple(Sum(code, sum((item.impact for item in group), Decimal(0)), len(group)) for code, group in grouped)


def _open(items: Iterable[Discrepancy]) -> int:
    return sum(item.status == "open" for item in items)
