"""Pass 7: one amount that several of the other side add up to, exactly. Only a suggestion, and only where it is the only way.

Whole numbers of the smallest unit, no tolerance: among a dozen amounts some sum is nearly anything. The search stops
at the second solution, because two prove that the amounts alone can't tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 12  # amounts that are searched for sums


@dataclass(frozen=True)
class Sums:
    """Entries that add up: a target with its only set of parts; targets that several sets reach; those not searched."""

    clear: tuple[tuple[str, tuple[str, ...]], ...]
    ambiguous: tuple[tuple[str, ...], ...]
    capped: tuple[str, ...]


def subset_sums(targets: Mapping[str, int], parts: Mapping[str, int]) -> Sums:
    """For each target the sets of two or more parts that add up to it. A part that two targets need settles neither."""
    if len(parts) > LARGEST:
        return Sums((), (), tuple(sorted(targets)))
    found = {name: solutions(amount, parts) for name, amount in sorted(targets.items())}
    single = {name: sets[0] for name, sets in found.items() if len(sets) == 1}
    needed = [part for chosen in single.values() for part in chosen]
    clear = {name: chosen for name, chosen in single.items() if all(needed.count(part) == 1 for part in chosen)}
    unclear = {name: sets for name, sets in found.items() if sets and name not in clear}
    taken = {part for chosen in clear.values() for part in chosen}
    return Sums(tuple(clear.items()), _merged(unclear, taken), ())


def solutions(target: int, parts: Mapping[str, int], most: int = 2) -> list[tuple[str, ...]]:
    """Up to `most` sets of two or more parts whose amounts add up to `target`."""
    names = sorted(parts, key=lambda name: (-abs(parts[name]), name))
    amounts = [parts[name] for name in names]
    # What the parts from each place on can still add at least and at most.
    lowest = [sum(min(amount, 0) for amount in amounts[place:]) for place in range(len(amounts) + 1)]
    highest = [sum(max(amount, 0) for amount in amounts[place:]) for place in range(len(amounts) + 1)]
    found: list[tuple[str, ...]] = []

    def search(place: int, left: int, chosen: tuple[str, ...]) -> None:
        if len(found) >= most or not lowest[place] <= left <= highest[place]:
            return
        if place == len(names):
            if left == 0 and len(chosen) > 1:
                found.append(tuple(sorted(chosen)))
            return
        search(place + 1, left - amounts[place], (*chosen, names[place]))
        search(place + 1, left, chosen)

    search(0, target, ())
    return found


def _merged(unclear: Mapping[str, list[tuple[str, ...]]], taken: set[str]) -> tuple[tuple[str, ...], ...]:
    """Targets and parts that can't be told apart, those that share a part together; parts that are settled are left out."""
    groups: list[set[str]] = []
    for name, sets in unclear.items():
        mine = {name, *(part for one in sets for part in one)} - taken
        apart = [group for group in groups if not group & mine]
        groups = [*apart, mine.union(*(group for group in groups if group & mine))]
    return tuple(sorted(tuple(sorted(group)) for group in groups))
