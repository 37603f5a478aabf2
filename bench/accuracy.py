"""How good identity suggestions are: recall of the first and the first three, precision in bulk, what is left to people.

    .venv/bin/python bench/accuracy.py            # development and held-out worlds
    .venv/bin/python bench/accuracy.py --curve    # the held-out precision by threshold too

The rules were tuned on development worlds only; the held-out ones have other names, seeds and kinds of variation.
Prints the figures, writes them to bench/out/accuracy.json and fails where held-out bulk precision is below 0.995.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from accuracy_names import World, worlds
from racing import OUT, machine

sys.path.insert(0, str(Path(__file__).parents[1]))
import recon
from recon.crosswalk.suggest.bulk import BULK_MARGIN, BULK_SCORE

DEVELOPMENT, HELD_OUT = range(1, 6), range(101, 109)
NEEDED = Decimal("0.995")


@dataclass(frozen=True)
class Answer:
    """What was suggested for one name."""

    world: str
    kind: str
    name: str
    truth: str | None
    found: tuple[str, ...]
    score: Decimal
    margin: Decimal

    def in_bulk(self, threshold: Decimal = BULK_SCORE) -> bool:
        """Whether an analyst could confirm it in bulk."""
        return bool(self.found) and self.score >= threshold and self.margin >= BULK_MARGIN


def answers(world: World) -> list[Answer]:
    """The suggestions for every name of a world."""
    frame = recon.suggest([one.name for one in world.asked], world.candidates)
    ranked = defaultdict(list)
    for name, candidate, _, score, _ in frame.itertuples(index=False, name=None):
        ranked[name].append((candidate, score))
    out = []
    for one in world.asked:
        found = ranked[one.name]
        scores = [score for _, score in found] + [Decimal(0)] * 2
        out.append(
            Answer(
                world.title, one.kind, one.name, one.truth, tuple(c for c, _ in found), scores[0], scores[0] - scores[1]
            )
        )
    return out


def figures(given: list[Answer]) -> dict[str, object]:
    """Recall over the names that have a partner; precision and share over what could be confirmed in bulk."""
    partnered = [one for one in given if one.truth]
    bulk = [one for one in given if one.in_bulk()]
    right = sum(one.found[0] == one.truth for one in bulk)
    return {
        "names": len(given),
        "without partner": len(given) - len(partnered),
        "top-1 recall": _share(sum(one.found[:1] == (one.truth,) for one in partnered), len(partnered)),
        "top-3 recall": _share(sum(one.truth in one.found for one in partnered), len(partnered)),
        "bulk precision": _share(right, len(bulk)),
        "in bulk": len(bulk),
        "wrong in bulk": len(bulk) - right,
        "left to a person": _share(len(partnered) - right, len(partnered)),
    }


def _share(part: int, whole: int) -> str:
    return f"{Decimal(part) / whole:.4f}" if whole else "none"


def curve(given: list[Answer]) -> None:
    """Precision and share by threshold."""
    for percent in range(60, 100, 2):
        bulk = [one for one in given if one.in_bulk(Decimal(percent) / 100)]
        wrong = Counter(one.kind for one in bulk if one.found[0] != one.truth)
        print(f"  {percent / 100:.2f} {len(bulk):6} in bulk, {wrong.total():4} wrong {dict(wrong)}")


def main() -> None:
    """Measure, print, write."""
    result: dict[str, object] = {"machine": machine(["rapidfuzz", "scipy", "sparse-dot-topn"]),
                                 "bulk score": str(BULK_SCORE), "bulk margin": str(BULK_MARGIN)}  # fmt: skip
    for title, seeds, held in (("development", DEVELOPMENT, False), ("held out", HELD_OUT, True)):
        if "--development" in sys.argv and held:
            continue
        started = time.perf_counter()
        given = [one for world in worlds(seeds, held) for one in answers(world)]
        print(f"\n{title} ({time.perf_counter() - started:.1f} s)")
        result[title] = {}
        for name in ("all", *sorted({one.world for one in given})):
            result[title][name] = figures([one for one in given if name in ("all", one.world)])
            print(f"  {name}: " + ", ".join(f"{key} {value}" for key, value in result[title][name].items()))
        if "--curve" in sys.argv:
            curve(given)
        if "--missed" in sys.argv:
            for one in given:
                if one.truth and one.found[:1] != (one.truth,):
                    print("   missed", one.kind, "|", one.name, "|", one.truth, "|", one.found[:2], one.score)
                elif one.in_bulk() and one.found[0] != one.truth:
                    print("   WRONG", one.kind, "|", one.name, "|", one.truth, "|", one.found[:2], one.score)
    if "--development" in sys.argv:
        return
    OUT.mkdir(exist_ok=True)
    (OUT / "accuracy.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\n  written to {OUT / 'accuracy.json'}")
    reached = Decimal(str(result["held out"]["all"]["bulk precision"]))
    assert reached >= NEEDED, f"held-out bulk precision {reached} is below {NEEDED}"


if __name__ == "__main__":
    main()
