"""The assignment against every assignment there is, on blocks small enough to try them all."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.match import assign as module
from recon.match.assign import MARGIN, UNMATCHED, Pair, assign, blocks, solve


def pairs(text: str) -> list[Pair]:
    """A pair a word: `e1-a1:800`."""
    return [Pair(*names.split("-"), int(score)) for names, score in (word.split(":") for word in text.split())]


CASES = {
    # candidates, clear pairs, entries that can't be told apart
    "nothing else fits": ("e1-a1:800", "e1-a1", ""),
    "too little in common": ("e1-a1:600", "", ""),
    "hardly better than none": ("e1-a1:650", "", "a1 e1"),
    "two that are equally good": ("e1-a1:800 e1-a2:800", "", "a1 a2 e1"),
    "one that is clearly better": ("e1-a1:900 e1-a2:800", "e1-a1", ""),
    "by a thin margin": ("e1-a1:899 e1-a2:800", "", "a1 a2 e1"),
    "the sum decides, not the first best": ("e1-a1:900 e1-a2:850 e2-a1:850", "e1-a2 e2-a1", ""),
    "equal twins on both sides": ("e1-a1:800 e1-a2:800 e2-a1:800 e2-a2:800", "", "a1 a2 e1 e2"),
    "one block doesn't touch another": ("e1-a1:800 e2-a2:800 e2-a3:800", "e1-a1", "a2 a3 e2"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_clear(name: str) -> None:
    given_pairs, clear, ambiguous = CASES[name]
    result = assign(pairs(given_pairs))
    assert " ".join(f"{pair.expected}-{pair.actual}" for pair in sorted(result.clear)) == clear
    assert [" ".join(names) for names in result.ambiguous] == ([ambiguous] if ambiguous else [])
    assert result.capped == ()


def test_a_large_block_is_told_and_not_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 2)
    result = assign(pairs("e1-a1:900 e1-a2:700 e2-a2:900 e2-a3:700 e3-a3:900 e9-a9:900"))
    assert result.capped == (("a1", "a2", "a3", "e1", "e2", "e3"),)
    assert [pair.expected for pair in result.clear] == ["e9"]


@st.composite
def candidates(draw: st.DrawFn) -> list[Pair]:
    places = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=10, unique=True))
    scores = st.sampled_from([550, 601, 650, 700, 750, 800, 900, 1000])
    return [Pair(f"e{row}", f"a{column}", draw(scores)) for row, column in places]


def worth(chosen: tuple[Pair, ...] | list[Pair]) -> int:
    return sum(pair.score - UNMATCHED for pair in chosen)


def every_choice(given_pairs: list[Pair]) -> list[tuple[Pair, ...]]:
    """All one-to-one choices, the empty one with them."""
    return [
        chosen
        for count in range(len(given_pairs) + 1)
        for chosen in itertools.combinations(given_pairs, count)
        if len({pair.expected for pair in chosen}) == len({pair.actual for pair in chosen}) == count
    ]


@settings(max_examples=60, deadline=None)
@given(candidates())
def test_against_every_choice(given_pairs: list[Pair]) -> None:
    good = [pair for pair in given_pairs if pair.score > UNMATCHED]
    choices = every_choice(good)
    best = max(map(worth, choices))
    if good:
        assert sum(worth(solve(block)) for block in blocks(sorted(good))) == best
    result = assign(given_pairs)
    for pair in result.clear:
        without = max(worth(chosen) for chosen in choices if pair not in chosen)
        assert best - without >= MARGIN
    used = [name for pair in result.clear for name in (pair.expected, pair.actual)]
    used += [name for names in result.ambiguous for name in names]
    assert len(used) == len(set(used))
    # Whoever could be in a pair that the best choice needs clearly is in it; nobody is told twice or forgotten.
    needed = [p for p in good if best - max(worth(chosen) for chosen in choices if p not in chosen) >= MARGIN]
    assert sorted(result.clear) == sorted(needed)


@settings(max_examples=30, deadline=None)
@given(candidates(), st.randoms(use_true_random=False))
def test_order_and_sides_change_nothing(given_pairs: list[Pair], chance: random.Random) -> None:
    result = assign(given_pairs)
    mixed = list(given_pairs)
    chance.shuffle(mixed)
    assert assign(mixed) == result
    turned = assign([Pair(pair.actual, pair.expected, pair.score) for pair in given_pairs])
    assert {(p.actual, p.expected) for p in turned.clear} == {(p.expected, p.actual) for p in result.clear}
    assert set(turned.ambiguous) == set(result.ambiguous)
