"""Subset sums against every subset there is."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.match.subsets import LARGEST, solutions, subset_sums


def amounts(text: str) -> dict[str, int]:
    """`a1=30 a2=70` in the smallest unit."""
    return {name: int(amount) for name, _, amount in (word.partition("=") for word in text.split())}


CASES = {
    # targets, parts, clear, ambiguous
    "two make one": ("e1=100", "a1=30 a2=70 a3=11", "e1: a1 a2", ""),
    "one alone is no sum": ("e1=100", "a1=100 a2=11", "", ""),
    "not to the cent": ("e1=100", "a1=30 a2=69", "", ""),
    "with a credit": ("e1=100", "a1=130 a2=-30", "e1: a1 a2", ""),
    "two ways are none": ("e1=100", "a1=30 a2=70 a3=40 a4=60", "", "a1 a2 a3 a4 e1"),
    "an equal twin": ("e1=100", "a1=30 a2=70 a3=70", "", "a1 a2 a3 e1"),
    "two that need the same part": ("e1=100 e2=80", "a1=30 a2=70 a3=50", "", "a1 a2 a3 e1 e2"),
    "two that don't": ("e1=100 e2=87", "a1=30 a2=70 a3=80 a4=7", "e1: a1 a2, e2: a3 a4", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_clear(name: str) -> None:
    targets, parts, clear, ambiguous = CASES[name]
    result = subset_sums(amounts(targets), amounts(parts))
    assert ", ".join(f"{target}: {' '.join(chosen)}" for target, chosen in result.clear) == clear
    assert [" ".join(names) for names in result.ambiguous] == ([ambiguous] if ambiguous else [])


def test_too_many_parts_are_told_and_not_searched() -> None:
    parts = {f"a{number}": number for number in range(LARGEST + 1)}
    assert subset_sums({"e1": 3}, parts).capped == ("e1",)


@settings(max_examples=150, deadline=None)
@given(st.integers(-20, 40), st.lists(st.integers(-9, 20), max_size=9))
def test_against_every_subset(target: int, given_amounts: list[int]) -> None:
    parts = {f"a{number}": amount for number, amount in enumerate(given_amounts)}
    every = {
        tuple(sorted(chosen))
        for count in range(2, len(parts) + 1)
        for chosen in itertools.combinations(parts, count)
        if sum(parts[name] for name in chosen) == target
    }
    assert set(solutions(target, parts, most=2**9)) == every
    first = solutions(target, parts)
    assert len(first) == min(len(every), 2)
    assert set(first) <= every
    result = subset_sums({"e1": target}, parts)
    assert result.clear == ((("e1", next(iter(every))),) if len(every) == 1 else ())
    turned = subset_sums({"e1": -target}, {name: -amount for name, amount in parts.items()})
    assert turned == result
