"""pandas in the reconcile race: Arrow's typed CSV reading, one outer merge, masks; money as whole cents.

Whole cents (int64) are the fastest exact numbers that pandas has: its Arrow decimals can't be multiplied after a sum.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import reconcile_data

KEY = ["Client", "Service", "Currency"]
MONEY = pa.decimal128(18, 2)


def read(name: str, money: list[str], dates: list[str]) -> pd.DataFrame:
    """A file with money columns as whole cents and dates as dates."""
    path = Path(sys.argv[1]) / "inbox" / reconcile_data.CYCLE / name
    types = {**dict.fromkeys(money, MONEY), **dict.fromkeys(dates, pa.date32()), "Quantity": pa.int64()}
    table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=types))
    for column in money:
        cents = pc.cast(pc.multiply(table[column], pa.scalar(Decimal(100))), pa.int64())
        table = table.set_column(table.column_names.index(column), column, cents)
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def dollars(cents: int) -> str:
    """Cents as the text of dollars."""
    return f"{Decimal(int(cents)).scaleb(-2):.2f}"


start, end = pd.Timestamp("2026-10-01").date(), pd.Timestamp("2026-11-01").date()
promised = read("promised.csv", ["Unit price"], ["Period start"])
promised = promised[promised["Period start"] < end]
promised["Amount"] = promised["Quantity"] * promised["Unit price"]
billed = read("billed.csv", ["Unit price", "Amount"], ["Period start", "Period end"])
billed = billed[(billed["Period start"] < end) & (billed["Period end"] >= start)]

left = promised.groupby(KEY, as_index=False).agg(pq=("Quantity", "sum"), pp=("Unit price", "max"), pa=("Amount", "sum"))
right = billed.groupby(KEY, as_index=False).agg(
    bq=("Quantity", "sum"), bp=("Unit price", "max"), ba=("Amount", "sum"), n=("Quantity", "count"),
    low_q=("Quantity", "min"), high_q=("Quantity", "max"), low_p=("Unit price", "min"),
    low_a=("Amount", "min"), high_a=("Amount", "max"),
)  # fmt: skip
both = left.merge(right, on=KEY, how="outer", indicator=True)
only_left, only_right = both["_merge"] == "left_only", both["_merge"] == "right_only"
there = both.drop(columns=[*KEY, "_merge"]).fillna(0).astype("int64")

same = (there.low_q == there.high_q) & (there.low_p == there.bp) & (there.low_a == there.high_a)
rules = [
    ("not_invoiced", only_left, -there.pa),
    ("invoiced_without_agreement", only_right, there.ba),
    (
        "duplicate",
        same & (there.n > 1) & (there.low_q == there.pq) & (there.bp == there.pp),
        (there.n - 1) * there.low_a,
    ),
    ("invoice_quantity_differs", there.bq != there.pq, (there.bq - there.pq) * there.pp),
    ("", (there.ba - there.pa).abs() <= 1, there.ba * 0),
    ("price_differs", there.bp != there.pp, (there.bp - there.pp) * there.bq),
]
conditions = [condition.to_numpy(dtype=bool) for _, condition, _ in rules]
both["kind"] = np.select(conditions, [name for name, _, _ in rules], "rounding")
both["impact"] = np.select(conditions, [value.to_numpy() for _, _, value in rules], (there.ba - there.pa).to_numpy())
found = both[both["kind"] != ""].sort_values("impact", key=abs, ascending=False)
kinds = found.groupby("kind")["impact"].agg(["count", "sum"])
print(
    json.dumps(
        {
            "promised": dollars(promised["Amount"].sum()),
            "billed": dollars(billed["Amount"].sum()),
            "kinds": {kind: (int(count), dollars(impact)) for kind, count, impact in kinds.itertuples(name=None)},
        }
    )
)
