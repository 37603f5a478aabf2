"""Passes 6 and 7 over what no rule matched: what may be the same thing under another service or at another client.

Everything here is a suggestion or an ambiguity, kept beside the residual and never taken out of it: which service or
client a line belongs to is the crosswalk's to say, and a person's.

Points: the same amount 500 (within tolerance 450), quantity 150, unit price 150, contract 200; for another client 100
less. An amount alone proves nothing, and without a common amount nothing is compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recon.engine import Engine
from recon.match import assign, subsets
from recon.match.assign import Pair

_WORDS = {"amount": "amount", "near": "amount within tolerance", "quantity": "quantity", "price": "unit price",
          "contract": "contract", "elsewhere": "service, at another client"}  # fmt: skip
MOST = 1000  # entries of a client; beyond that, sums are nothing that a person could check


@dataclass(frozen=True)
class Suggested:
    """Entries that may belong together, by the pass `rule`; `status` is suggested or ambiguous; `says` is why."""

    rule: str
    status: str
    entries: tuple[str, ...]
    says: str


def suggested(engine: Engine, residual: str, without: Sequence[str] = ()) -> list[Suggested]:
    """What the residual's entries may match, each entry in one at most. `without` names the passes that are off."""
    found = [] if "scored" in without else _scored(engine, residual)
    used = {name for one in found for name in one.entries}
    return found if "subset_sum" in without else [*found, *_sums(engine, residual, used)]


def _scored(engine: Engine, residual: str) -> list[Suggested]:
    result = assign.assign(_pairs(engine, residual))
    clear = [
        Suggested("scored", "suggested", (pair.expected, pair.actual), f"the same {_and(pair.reasons)}")
        for pair in result.clear
    ]
    unclear = [Suggested("scored", "ambiguous", names, _several(names)) for names in result.ambiguous]
    large = [
        Suggested("scored", "ambiguous", names, f"{_several(names)}; too many to compare") for names in result.capped
    ]
    return [*clear, *unclear, *large]


def _pairs(engine: Engine, residual: str) -> Iterator[Pair]:
    """Candidates that share an amount, scored. Equal keys that very many have tell nothing, and are left out."""
    same = "e.currency = a.currency AND e.credit = a.credit"
    few = f"(SELECT {{0}} FROM {residual} WHERE amount <> 0 GROUP BY ALL HAVING COUNT(*) <= {4 * assign.LARGEST})"
    keys = {
        "client, currency, amount": "TRUE",
        "client, currency, quantity, unit_price": "ABS(e.amount - a.amount) <= a.tolerance",
        "service, currency, amount, quantity": "e.client <> a.client AND e.service <> ''",
    }
    found = " UNION ".join(
        f"SELECT e.entry AS expected, a.entry AS actual FROM {residual} e JOIN {residual} a ON e.role = 'expected' "
        f"AND a.role = 'actual' AND e.amount <> 0 AND {same} AND {condition} AND "
        + " AND ".join(f"e.{name} = a.{name}" for name in key.split(", "))
        + f" SEMI JOIN {few.format(key)} k ON "
        + " AND ".join(f"e.{name} = k.{name}" for name in key.split(", "))
        for key, condition in keys.items()
    )
    query = f"""
        SELECT p.expected, p.actual, e.amount = a.amount, COALESCE(e.quantity = a.quantity, FALSE),
            COALESCE(e.unit_price = a.unit_price, FALSE), COALESCE(e.contract = a.contract, FALSE), e.client <> a.client
        FROM ({found}) p JOIN {residual} e ON p.expected = e.entry JOIN {residual} a ON p.actual = a.entry ORDER BY 1, 2
    """
    for expected, actual, amount, quantity, price, contract, elsewhere in engine.rows(query):
        score = (500 if amount else 450) + 150 * quantity + 150 * price + 200 * contract - 100 * elsewhere
        there = {"amount": amount, "near": not amount, "quantity": quantity, "price": price, "contract": contract,
                 "elsewhere": elsewhere}  # fmt: skip
        yield Pair(
            expected, actual, min(score, 1000), tuple(_WORDS[name] for name, is_there in there.items() if is_there)
        )


def _sums(engine: Engine, residual: str, used: set[str]) -> Iterator[Suggested]:
    """Per client and currency, one side's amount as the sum of several of the other's, both ways."""
    blocks: dict[tuple[str, str], dict[str, dict[str, int]]] = defaultdict(lambda: {"expected": {}, "actual": {}})
    rows = engine.rows(
        f"SELECT client, currency, role, entry, CAST(amount * 1000000000000 AS HUGEINT) FROM {residual} r "
        f"WHERE amount <> 0 AND client IN (SELECT client FROM {residual} GROUP BY client HAVING COUNT(*) BETWEEN 3 AND {MOST} "
        "AND COUNT(DISTINCT role) = 2) ORDER BY entry"
    )
    for client, currency, role, entry, amount in rows:
        if entry not in used:
            blocks[client, currency][role][entry] = int(amount)
    for key in sorted(blocks):
        yield from _block(blocks[key]["expected"], blocks[key]["actual"])


def _block(expected: dict[str, int], actual: dict[str, int]) -> Iterator[Suggested]:
    first = subsets.subset_sums(expected, actual) if len(actual) > 1 else subsets.Sums((), (), ())
    settled = {name for target, chosen in first.clear for name in (target, *chosen)}
    settled |= {name for names in first.ambiguous for name in names}
    left, right = ({n: a for n, a in side.items() if n not in settled} for side in (actual, expected))
    second = subsets.subset_sums(left, right) if len(right) > 1 else subsets.Sums((), (), ())
    for one in (first, second):
        for target, chosen in one.clear:
            yield Suggested("subset_sum", "suggested", (target, *chosen), "the only amounts that add up to it")
        for names in one.ambiguous:
            yield Suggested("subset_sum", "ambiguous", names, "amounts that add up in more than one way")
        if one.capped:
            rest = tuple(sorted({*expected, *actual} - settled))
            yield Suggested("subset_sum", "ambiguous", rest, f"{len(rest)} amounts, too many to look for sums")
            return


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _several(names: Sequence[str]) -> str:
    return f"{len(names)} entries that fit each other in more than one way"
