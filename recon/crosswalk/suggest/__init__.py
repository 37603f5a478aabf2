"""Which client an account may be, which service an item may be: ranked suggestions with reasons; nothing is mapped."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from recon.errors import ReconError

if TYPE_CHECKING:
    import pandas as pd


def suggest(names: object, candidates: object, top: int = 3) -> pd.DataFrame:
    """For each name the `top` candidates that it most likely means: name, candidate, rank, score, reasons.

    Both are a list of texts, a series, or any frame (pandas, polars, Arrow, DuckDB) with a column `name` and, where
    they are known, `domain`, `tenant` or `tenant_id`, `part_number` or `sku`. Names come in the order given, each
    once for the same evidence; rank 1 is the best. `score` is an exact decimal from 0 to 1 with three places, `reasons`
    says in words what speaks for the pair and what against it.

    How much a word tells is learned from the two lists alone, so a score compares candidates of one call. Equal
    scores are in the order of the candidates' texts. Raises ReconError where a list can't be read.
    """
    import pandas as pd
    import pyarrow as pa

    from recon.crosswalk.suggest.given import given
    from recon.crosswalk.suggest.ranking import ranked

    if top < 1:
        raise ReconError(f"top={top}: ask for one candidate or more.")
    asked = list(dict.fromkeys(given(names, "names")))
    answers = ranked(asked, given(candidates, "candidates"), top)
    rows = [
        (one.name, best.candidate, rank, Decimal(best.score).scaleb(-3), "; ".join(best.reasons))
        for one, found in zip(asked, answers, strict=True)
        for rank, best in enumerate(found, 1)
    ]
    kinds = {"name": pa.string(), "candidate": pa.string(), "rank": pa.int64(), "score": pa.decimal128(4, 3),
             "reasons": pa.string()}  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [() for _ in kinds]
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, kinds.values(), strict=True)]
    return pa.table(arrays, names=list(kinds)).to_pandas(types_mapper=pd.ArrowDtype)
