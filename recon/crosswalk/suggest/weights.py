"""How much a word tells: seldom ones much, common ones little. Learned from the two lists at hand and nothing else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from recon.crosswalk.suggest.vocabulary import GENERIC, LIGHT
from recon.crosswalk.suggest.words import Name, is_code

# A short list can't show that "group" is common, so the words that are common everywhere start lower.
_GENERIC = Decimal("0.55")
_LIGHT = Decimal("0.12")
_CODE = Decimal("1.15")
# A list much shorter than this shows no habits.
SHORT_LIST = 20


class Weights:
    """The weight of each word: 1 − ln(share of the names that have it), lower for words common everywhere.

    The share is that of the list where the word is more common: what one system adds to all its names tells nothing,
    though the other list doesn't have it.
    """

    def __init__(self, ours: Sequence[Name], theirs: Sequence[Name]) -> None:
        """Count the words of the distinct names of both lists."""
        counts = [Counter(word for one in side for word in set(one.same)) for side in (ours, theirs)]
        sizes = [len(ours), len(theirs)]
        self._weights: Mapping[str, Any] = {
            word: _weight(word, [count[word] for count in counts], sizes)
            for word in counts[0].keys() | counts[1].keys()
        }
        # Where words are added up to a name, seldom ones count more still.
        self.heavy: Mapping[str, Any] = {word: weight**1.5 for word, weight in self._weights.items()}

    def __getitem__(self, word: str) -> Any:
        """The weight of a word of the lists, a number above 0."""
        return self._weights[word]


def _weight(word: str, counts: Sequence[int], sizes: Sequence[int]) -> Any:
    # Once in a list, or often in a short one, is no habit yet.
    habit = max((count - 1) / (size + SHORT_LIST) for count, size in zip(counts, sizes, strict=True))
    seldom = 1 - math.log(max((sum(counts) + 1) / (sum(sizes) + 1), habit))
    if word in LIGHT:
        return seldom * _times(_LIGHT)
    if word in GENERIC:
        return seldom * _times(_GENERIC)
    return seldom * _times(_CODE) if is_code(word) else seldom


def _times(share: Decimal) -> Any:
    """A share as the ratio of two integers: weights are ratios, not money."""
    top, bottom = share.as_integer_ratio()
    return top / bottom
