"""The first race: load and reconcile promised against billed lines, one million a side unless --lines says else.

    make bench
    python bench/race_reconcile.py --lines 100000 --rounds 1

Ours goes the public way, from a workspace folder to its discrepancies. The others are written by hand for these two
files: they load them typed, join and classify, with exact numbers, and do nothing else.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import racing
import reconcile_data

CONTESTANTS = {
    "recon": "reconcile_recon.py",
    "hand-written DuckDB SQL": "reconcile_sql.py",
    "pandas merge (whole cents)": "reconcile_pandas.py",
}


def main() -> None:
    """Make the input, run the race, print and write the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines a side")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="race-") as scratch:
        folder = reconcile_data.make(Path(scratch) / "workspace", given.lines)
        medians, result = racing.race(CONTESTANTS, folder, given.rounds)
    found = sum(count for count, _ in result["kinds"].values())
    title = f"load and reconcile {given.lines:,} lines a side, {found:,} discrepancies, median of {given.rounds}"
    racing.report(
        title, medians, ["duckdb", "pandas", "pyarrow"], lines=given.lines, rounds=given.rounds, result=result
    )


if __name__ == "__main__":
    main()
