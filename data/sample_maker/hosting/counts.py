"""Feeds: observations that come to a wanted count, and the count that observations come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..basics import ZERO, Cycle, code, draw
from ..facts import Pair
from .catalog import GUESTS, HOMES, LARGE, SERVICES, SITES, TRIALS
from .facts import Month, Seen


def observe(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    """Observations of a month which come to `count` by the service's basis."""
    service = SERVICES[pair.service]
    if service.code == "VPS":
        yield from _servers(cycle, pair, count)
        return
    maker = {
        "average": _averaged, "peak": _peaked, "sum": _summed, "committed_floor": _summed, "any_active_day": _things,
        "latest_post": _posts, "commitment_or_last_day": _last_day, "distinct": _members, "": _last_day,
    }[service.basis]  # fmt: skip
    yield from maker(cycle, pair, count)


def trials(cycle: Cycle) -> Iterator[Seen]:
    """Use of trials that are still running: the crosswalk leaves it out."""
    for service, name, client, last in TRIALS:
        if last >= cycle.last:
            for one in observe(cycle, Pair(client, service), Decimal(6)):
                yield one._replace(client="", account=name)


def _seen(pair: Pair, count: Decimal, cycle: Cycle, day: int, thing: str = "", document: str = "") -> Seen:
    name = next((name for service, name, client, _ in TRIALS if (client, service) == pair), "")  # it stays as it was
    return Seen(*pair, name, SERVICES[pair.service].feed_items[0], count, cycle.day(day), thing, document)


def _averaged(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    first = Decimal(int(count)) - 1
    yield _seen(pair, first, cycle, 10)
    yield _seen(pair, 2 * count - first, cycle, 24)


def _peaked(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    for day, less in ((6, 2), (17, 0), (cycle.days, 1)):
        yield _seen(pair, count - less, cycle, day)


def _summed(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    part = Decimal(int(count / 4))
    for day in (7, 14, 21):
        yield _seen(pair, part, cycle, day)
    yield _seen(pair, count - 3 * part, cycle, 28)


def _things(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    """Each desktop on some day, now and then on two."""
    for number in range(int(count)):
        thing = f"vd-{code(5, 'desktop', *pair, number).lower()}"
        day = 1 + draw(20, "session", *pair, number, cycle.name)
        yield _seen(pair, Decimal(1), cycle, day, thing)
        if number % 3 == 0:
            yield _seen(pair, Decimal(1), cycle, day + 6, thing)


def _posts(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    """A pool that was posted too high first, then twice on one day: the higher number is the later post."""
    pool = f"pool-{code(4, 'pool', *pair).lower()}"
    for day, more, number in ((9, 3, 981), (24, 1, 998), (24, 0, 1002)):
        yield _seen(pair, count + more, cycle, day, pool, str(number))


def _last_day(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    yield _seen(pair, count + 1, cycle, 12)
    yield _seen(pair, count, cycle, cycle.days)


def member(pair: Pair, number: int) -> str:
    """The address of a client's numbered person."""
    homes = [who for service, who, client in HOMES if (client, service) == pair]
    return homes[0] if homes and number == 0 else f"{code(6, 'person', *pair, number).lower()}@lakehead.example"


def _members(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    """People, some with two licences, and guests whose home is another client."""
    for number in range(int(count)):
        seen = _seen(pair, Decimal(1), cycle, cycle.days, member(pair, number))
        yield seen
        if number % 2:
            yield seen._replace(item=SERVICES[pair.service].feed_items[1])
    for service, who, client in GUESTS:
        if (client, service) == pair:
            yield _seen(pair, Decimal(1), cycle, cycle.days, who)


def _servers(cycle: Cycle, pair: Pair, count: Decimal) -> Iterator[Seen]:
    """Small and large servers at the client's sites, on the last day of the month."""
    places = SITES[pair.client]
    shares = [Decimal(int(count) // (len(places) + 2)) for _ in places]
    for account, units in zip(("", *places), (count - sum(shares, ZERO), *shares), strict=True):
        large = Decimal(int(units) // 4)
        for item, number in zip(SERVICES["VPS"].feed_items, (units - large * LARGE, large), strict=True):
            if number:
                yield Seen(*pair, account, item, number, cycle.last)


def units(seen: Seen) -> Decimal:
    """The observation in service units."""
    return seen.quantity * (LARGE if seen.item == "vps-large" else 1)


def counted(month: Month, pair: Pair) -> Decimal | None:
    """What the month's observations come to; None where there is none."""
    rows = [one for one in month.seen if (one.client, one.service) == pair]
    basis = SERVICES[pair.service].basis
    if not rows:
        return None
    if basis == "distinct":
        homes = {(service, who): client for service, who, client in HOMES}
        return Decimal(len({r.thing for r in rows if homes.get((r.service, r.thing), r.client) == r.client}))
    if basis == "any_active_day":
        return sum((max(units(r) for r in rows if r.thing == thing) for thing in {r.thing for r in rows}), ZERO)
    if basis == "latest_post":
        pools = {r.thing for r in rows}
        last = [max((r for r in rows if r.thing == pool), key=lambda r: (r.day, int(r.document))) for pool in pools]
        return sum(map(units, last), ZERO)
    days: dict[date, Decimal] = {}
    for row in rows:
        days[row.day] = days.get(row.day, ZERO) + units(row)
    if basis in ("sum", "committed_floor"):
        return sum(days.values(), ZERO)
    if basis == "peak":
        return max(days.values())
    if basis == "average":
        return sum(days.values(), ZERO) / len(days)
    return days[max(days)]


def commitment(month: Month, pair: Pair) -> Decimal:
    """What is owed whatever the use: the register's own minimum, else the service's."""
    return max((line.minimum for line in month.promised(pair)), default=ZERO) or SERVICES[pair.service].minimum


def used(month: Month, pair: Pair) -> Decimal | None:
    """The count, and no less than a commitment."""
    found = counted(month, pair)
    if SERVICES[pair.service].committed and (found is not None or month.promised(pair)):
        return max(found or ZERO, commitment(month, pair))
    return found
