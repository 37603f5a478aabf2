"""Suggestions for a workspace: each unmapped account and item with the clients or services that it may be.

The name is compared with what the catalog and every other source call a candidate. Domains, tenant ids and part
numbers that are known to be a candidate's, and quantities that agree with its own, add to the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain

import pandas as pd
import pyarrow as pa

from recon.crosswalk.entries import current
from recon.crosswalk.opinions import OPEN, REJECTED, Pair, opinions
from recon.crosswalk.suggest.subjects import Alias, Subject, aliases, equal_quantities, proofs, unmapped_subjects
from recon.engine import Engine
from recon.errors import ReconError
from recon.money import text
from recon.store.journal import Journal

COLUMNS = {"what": pa.string(), "source": pa.string(), "key": pa.string(), "name": pa.string(), "rank": pa.int64(),
           "candidate": pa.string(), "candidate_name": pa.string(), "score": pa.decimal128(4, 3),
           "margin": pa.decimal128(4, 3), "reasons": pa.string(), "status": pa.string()}  # fmt: skip
# A candidate below this is no suggestion to show beside an unmapped account or item.
SHOWN = Decimal("0.5")
# In thousandths: how sure one quantity that agrees makes, and what quantities are worth at most.
QUANTITY, QUANTITIES = 400, 600
# Quantities that a reason spells out.
SAID = 5
# Texts of candidates that are compared with a name; a candidate has several.
TEXTS = 24


@dataclass
class _Found:
    """What speaks for one candidate."""

    score: int
    reasons: list[str]


def suggestions(engine: Engine, past: Iterable[Engine], journal: Journal, top: int = 3) -> pd.DataFrame:
    """The suggestions for what is unmapped in the engine's cycle; `past` are cycles before it, asked for if needed.

    Columns are those of COLUMNS: the `top` candidates of each account and item, rank 1 the best. `margin` is the
    score's distance to the next candidate, of `top` or not. `status` is open or unsure. Rejected pairs, and what an
    entry names since, never appear. Raises ReconError where `top` is below 1.
    """
    if top < 1:
        raise ReconError(f"top={top}: ask for one candidate or more.")
    entries = current(journal)
    settled = {(one.what, one.source, one.key) for one in entries}
    subjects = [one for one in unmapped_subjects(engine) if (one.what, one.source, one.key) not in settled]
    found: dict[Subject, dict[str, _Found]] = {}
    for what in ("account", "item"):
        if wanted := [one for one in subjects if one.what == what]:
            found |= _by_name(wanted, aliases(engine, entries, what))
    if subjects:
        _by_quantity(found, chain([engine], past), subjects)
    rows = list(_rows(found, _catalog_names(engine), opinions(journal), top))
    columns = list(zip(*rows, strict=True)) or [() for _ in COLUMNS]
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, COLUMNS.values(), strict=True)]
    return pa.table(arrays, names=list(COLUMNS)).to_pandas(types_mapper=pd.ArrowDtype)


def best(found: pd.DataFrame, least: Decimal = SHOWN) -> dict[tuple[str, str, str], str]:
    """(what, source, key) → the first candidate's code, where its score is at least `least`."""
    columns = ["what", "source", "key", "candidate", "score", "rank"]
    rows = found[columns].itertuples(index=False, name=None)
    return {(what, source, key): code for what, source, key, code, score, rank in rows if rank == 1 and score >= least}


def _rows(
    found: Mapping[Subject, Mapping[str, _Found]],
    names: Mapping[tuple[str, str], str],
    said: Mapping[Pair, str],
    top: int,
) -> Iterator[tuple[object, ...]]:
    for one, hits in found.items():
        pairs = {code: Pair(one.what, one.source, one.key, code) for code in hits}
        left = [code for code in hits if said.get(pairs[code]) != REJECTED]
        order = sorted(left, key=lambda code: (-hits[code].score, code))
        for rank, code in enumerate(order[:top], 1):
            score = hits[code].score
            after = hits[order[rank]].score if rank < len(order) else 0
            yield (one.what, one.source, one.key, one.name, rank, code, names[one.what, code],
                   Decimal(score).scaleb(-3), Decimal(score - after).scaleb(-3), "; ".join(hits[code].reasons),
                   said.get(pairs[code], OPEN))  # fmt: skip


def _catalog_names(engine: Engine) -> dict[tuple[str, str], str]:
    rows = engine.rows(
        "SELECT 'account', client, name FROM clients UNION ALL SELECT 'item', service, name FROM services"
    )
    return {(what, code): name for what, code, name in rows}


def _by_name(subjects: Sequence[Subject], known: Sequence[Alias]) -> dict[Subject, dict[str, _Found]]:
    """Each candidate by the one of its texts that fits the subject's name or key best."""
    from recon.crosswalk.suggest.given import Given
    from recon.crosswalk.suggest.ranking import ranked

    what = subjects[0].what
    meant: dict[str, list[Alias]] = defaultdict(list)
    for alias in known:
        meant[alias.text].append(alias)
    pool = [Given(text, frozenset(proofs(text, what))) for text in meant]
    asked = [(one, Given(text, one.proofs)) for one in subjects for text in one.texts]
    found: dict[Subject, dict[str, _Found]] = {one: {} for one in subjects}
    for (one, _), ranks in zip(asked, ranked([given for _, given in asked], pool, TEXTS), strict=True):
        hits = found[one]
        for rank in ranks:
            for alias in meant[rank.candidate]:
                if alias.target not in hits or hits[alias.target].score < rank.score:
                    said = [f"{alias.source} calls it {alias.text}"] if alias.source else []
                    hits[alias.target] = _Found(rank.score, [*said, *rank.reasons])
    return found


def _by_quantity(
    found: Mapping[Subject, dict[str, _Found]], engines: Iterable[Engine], subjects: Sequence[Subject]
) -> None:
    """Add the quantities that agree, over all cycles given."""
    from recon.crosswalk.suggest.ranking import together

    agreed: dict[tuple[Subject, str], list[tuple[str, str, int, int]]] = defaultdict(list)
    for engine in engines:
        for subject, code, other, quantity, rivals, whole in equal_quantities(engine, subjects):
            agreed[subject, code].append((other, quantity, rivals, whole))
    for (subject, code), quantities in agreed.items():
        hit = found[subject].setdefault(code, _Found(0, []))
        hit.score = together(hit.score, _worth(quantities))
        said = dict.fromkeys(f"{text(Decimal(quantity))} of {other}" for other, quantity, _, _ in quantities)
        shown = [*said][:SAID]
        more = f" and {len(said) - SAID} more" if len(said) > SAID else ""
        hit.reasons.append(f"the same quantity: {', '.join(shown)}{more}")


def _worth(quantities: Sequence[tuple[str, str, int, int]]) -> int:
    """What agreeing quantities are worth, in thousandths: much where most agree, several do, and few others have them."""
    share = sum((Fraction(1, rivals * whole) for _, _, rivals, whole in quantities), Fraction(0))
    surely = 1 - (1 - Fraction(QUANTITY, 1000)) ** len(quantities)
    return int(QUANTITIES * min(share, Fraction(1)) * surely)
