"""The split of small blocks against the same arithmetic done line by line in Python, every way that equal lines can pair."""

import itertools
from collections import Counter
from dataclasses import dataclass

from recon.discrepancies.variance import split
from recon.engine import Engine
from recon.match.passes import cascade
from tests.match.entry_tables import put_entries

PARTS = ("quantity", "price", "proration", "rounding", "missing", "duplicate")


@dataclass(frozen=True, order=True)
class Line:
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        return self.quantity * self.price


def by_hand(expected: list[Line], actual: list[Line]) -> dict[str, int]:
    """The components of one group without credits, part months and tolerance."""
    if not expected or not actual:
        return {"missing": sum(one.amount for one in actual) - sum(one.amount for one in expected)}
    results = {tuple(sorted(_rest(e, a, expected, actual).items())) for e, a in _ways(expected, actual)}
    (result,) = results  # it must not matter which of several equal lines are paired
    return dict(result)


def _ways(expected: list[Line], actual: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """What every largest choice of equal pairs leaves on both sides."""
    left = []
    for places in itertools.product([None, *range(len(actual))], repeat=len(expected)):
        used = [place for place in places if place is not None]
        pairs = [(expected[n], actual[place]) for n, place in enumerate(places) if place is not None]
        same = all((e.quantity, e.amount) == (a.quantity, a.amount) for e, a in pairs)
        if same and len(used) == len(set(used)):
            open_expected = [one for one, place in zip(expected, places, strict=True) if place is None]
            open_actual = [one for n, one in enumerate(actual) if n not in used]
            left.append((len(pairs), open_expected, open_actual))
    most = max(count for count, _, _ in left)
    return [(e, a) for count, e, a in left if count == most]


def _rest(e: list[Line], a: list[Line], expected: list[Line], actual: list[Line]) -> dict[str, int]:
    counted = sum(one.quantity for one in a) - sum(one.quantity for one in e)
    surplus = [
        (counted // one.quantity, one)
        for one, copies in Counter(actual).items()
        if a and copies > 1 and counted > 0 and counted % one.quantity == 0 and counted <= one.quantity * (copies - 1)
    ]
    dropped, copy = surplus[0] if len(surplus) == 1 else (0, Line(0, 0))
    duplicate = dropped * copy.amount
    there, worth = sum(one.quantity for one in a) - dropped * copy.quantity, sum(one.amount for one in a) - duplicate
    due, owed = sum(one.quantity for one in e), sum(one.amount for one in e)
    if (there, worth) == (due, owed):
        return {"duplicate": duplicate}
    agreed = max(one.price for one in e or expected)
    quantity = (there - due) * agreed
    several = len({one.price for one in e}) > 1
    price = worth - owed - quantity if several else worth - there * agreed
    rest = worth - owed - quantity - price
    return {"quantity": quantity, "price": price, "rounding": rest, "duplicate": duplicate}


KINDS = [Line(quantity, price) for quantity in (1, 2, 3) for price in (5, 10)]
SIDES = [side for count in range(4) for side in itertools.combinations_with_replacement(KINDS, count)]


def test_the_engine_splits_as_by_hand() -> None:
    """Every block of up to three lines a side, all in one table."""
    blocks = {f"g{n}": block for n, block in enumerate(itertools.product(SIDES, repeat=2)) if any(block)}
    table = "\n".join(
        f"{group}{role[0]}{n} {role} {one.quantity} {one.price} {one.amount} group={group}"
        for group, block in blocks.items()
        for role, side in zip(("expected", "actual"), block, strict=True)
        for n, one in enumerate(side)
    )
    engine = Engine(threads=1)
    entries = put_entries(engine, table, "0")
    found, _ = cascade(engine, "leg", entries)
    rows = engine.rows(f"SELECT grp, {', '.join(PARTS)} FROM {split(engine, 'leg', entries, found)}")
    told = {group: dict(zip(PARTS, map(int, parts), strict=True)) for group, *parts in rows}
    assert len(told) == len(blocks) > 7000
    wrong = {
        f"{block[0]} against {block[1]}": (told[group], wanted)
        for group, block in blocks.items()
        if told[group] != (wanted := dict.fromkeys(PARTS, 0) | by_hand(*map(list, block)))
    }
    assert wrong == {}
