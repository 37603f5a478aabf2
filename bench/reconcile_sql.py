"""Hand-written DuckDB SQL in the reconcile race: typed CSV reading, a full join, one CASE; exact decimals."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import reconcile_data

inbox = Path(sys.argv[1]) / "inbox" / reconcile_data.CYCLE
TYPES = "'Quantity': 'DECIMAL(18,4)', 'Unit price': 'DECIMAL(18,4)', 'Period start': 'DATE'"
LOAD_PROMISED = f"""
    CREATE TABLE promised AS
    SELECT Client AS client, Service AS service, Currency AS currency, SUM(Quantity) AS quantity,
        MAX("Unit price") AS price, SUM(CAST(ROUND(Quantity * "Unit price", 2) AS DECIMAL(18,2))) AS amount
    FROM read_csv('{inbox / "promised.csv"}', header = true, types = {{{TYPES}}})
    WHERE "Period start" < DATE '2026-11-01' GROUP BY ALL
"""
LOAD_BILLED = f"""
    CREATE TABLE billed AS
    SELECT Client AS client, Service AS service, Currency AS currency, SUM(Quantity) AS quantity,
        MAX("Unit price") AS price, SUM(Amount) AS amount, COUNT(*) AS n, MIN(Quantity) AS each_quantity,
        MIN(Amount) AS each_amount,
        MIN(Quantity) = MAX(Quantity) AND MIN("Unit price") = MAX("Unit price") AND MIN(Amount) = MAX(Amount) AS same
    FROM read_csv('{inbox / "billed.csv"}', header = true,
        types = {{{TYPES}, 'Amount': 'DECIMAL(18,2)', 'Period end': 'DATE'}})
    WHERE "Period start" < DATE '2026-11-01' AND "Period end" >= DATE '2026-10-01' GROUP BY ALL
"""
COMPARE = """
    CREATE TABLE differences AS
    WITH joined AS (
        SELECT client, service, currency, p.quantity AS pq, p.price AS pp, p.amount AS pa, b.quantity AS bq,
            b.price AS bp, b.amount AS ba, n, same, each_quantity, each_amount
        FROM promised p FULL JOIN billed b USING (client, service, currency)
    ),
    classified AS (
        SELECT *, CASE WHEN ba IS NULL THEN 'not_invoiced'
            WHEN pa IS NULL THEN 'invoiced_without_agreement'
            WHEN same AND n > 1 AND each_quantity = pq AND bp = pp THEN 'duplicate'
            WHEN bq <> pq THEN 'invoice_quantity_differs'
            WHEN ABS(ba - pa) <= 0.01 THEN NULL
            WHEN bp <> pp THEN 'price_differs' ELSE 'rounding' END AS kind
        FROM joined
    )
    SELECT kind, client, service, currency, CAST(ROUND(CASE kind
        WHEN 'not_invoiced' THEN -pa WHEN 'invoiced_without_agreement' THEN ba
        WHEN 'duplicate' THEN (n - 1) * each_amount WHEN 'invoice_quantity_differs' THEN (bq - pq) * pp
        WHEN 'price_differs' THEN (bp - pp) * bq ELSE ba - pa END, 2) AS DECIMAL(18,2)) AS impact
    FROM classified WHERE kind IS NOT NULL ORDER BY ABS(impact) DESC
"""

with duckdb.connect() as connection:
    for statement in (LOAD_PROMISED, LOAD_BILLED, COMPARE):
        connection.execute(statement)
    table = connection.execute("SELECT * FROM differences").fetchall()
    totals = {
        name: str(connection.execute(f"SELECT SUM(amount) FROM {name}").fetchall()[0][0])
        for name in ("promised", "billed")
    }
    kinds = connection.execute("SELECT kind, COUNT(*), SUM(impact) FROM differences GROUP BY kind ORDER BY kind")
    found = {kind: (count, str(impact)) for kind, count, impact in kinds.fetchall()}
assert len(table) == sum(count for count, _ in found.values())
print(json.dumps({**totals, "kinds": found}))
