"""The input of the reconcile race: a workspace with promised and billed lines, one line a client and service.

About 1% of the lines differ. Line number i decides everything, so the same number of lines gives the same files:

    i × 7919 mod 1000    what is planted
    0, 1                 promised and not billed
    2, 3                 billed and not promised
    4, 5                 billed with three units more
    6, 7                 billed five cents a unit dearer
    8                    the invoice line is there twice
    9                    the invoice's amount is one cent higher: within the tolerance, so no difference
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SERVICES = 200
CYCLE = "2026-10"
SETTINGS = """\
name: Race
currency: USD
sources:
  agreements: {profile: generic_table, side: promised, files: promised.csv}
  invoices: {profile: generic_table, side: billed, files: billed.csv}
"""

_LINES = f"""
    CREATE TABLE lines AS
    SELECT i * 7919 % 1000 AS plant, i // {SERVICES} AS client, i % {SERVICES} AS service,
        1 + i * 31 % 250 AS quantity, CAST((50 + i * 17 % 9950) * 0.01 AS DECIMAL(18,2)) AS price
    FROM range({{lines}}) AS r(i)
"""
_NAMES = "'Client ' || LPAD(client::VARCHAR, 6, '0') AS Client, 'Service ' || LPAD(service::VARCHAR, 3, '0') AS Service"
_PROMISED = f"""
    SELECT {_NAMES}, 'AG-' || client AS Contract, quantity AS Quantity, price AS "Unit price",
        'USD' AS Currency, DATE '2024-01-01' AS "Period start"
    FROM lines WHERE plant NOT IN (2, 3) ORDER BY HASH(client, service)
"""
_BILLED = f"""
    WITH changed AS (
        SELECT * REPLACE (CASE WHEN plant IN (4, 5) THEN quantity + 3 ELSE quantity END AS quantity,
            CASE WHEN plant IN (6, 7) THEN price + 0.05 ELSE price END AS price)
        FROM lines WHERE plant NOT IN (0, 1)
    ),
    billed AS (SELECT *, 1 AS copy FROM changed UNION ALL SELECT *, 2 FROM changed WHERE plant = 8)
    SELECT {_NAMES}, 'AG-' || client AS Contract, 'INV-' || client AS Invoice, quantity AS Quantity, price AS "Unit price",
        CAST(quantity * price + CASE WHEN plant = 9 THEN 0.01 ELSE 0 END AS DECIMAL(18,2)) AS Amount,
        'USD' AS Currency, DATE '2026-10-01' AS "Period start", DATE '2026-10-31' AS "Period end"
    FROM billed ORDER BY HASH(service, client, copy)
"""
_CLIENTS = """
    SELECT DISTINCT 'C' || LPAD(client::VARCHAR, 6, '0') AS client, 'Client ' || LPAD(client::VARCHAR, 6, '0') AS name,
        'USD' AS currency, NULL AS tax_rate FROM lines ORDER BY 1
"""
_SERVICES = """
    SELECT DISTINCT 'S' || LPAD(service::VARCHAR, 3, '0') AS service, 'Service ' || LPAD(service::VARCHAR, 3, '0') AS name,
        '' AS category, '' AS count_basis, 'none' AS usage FROM lines ORDER BY 1
"""


def make(root: Path, lines: int) -> Path:
    """Write the workspace with `lines` lines a side into `root`, which must not exist yet; returns it."""
    inbox, catalog = root / "inbox" / CYCLE, root / "catalog"
    inbox.mkdir(parents=True)
    catalog.mkdir()
    (root / "recon.yaml").write_text(SETTINGS, encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(_LINES.format(lines=int(lines)))
        for path, query in (
            (inbox / "promised.csv", _PROMISED),
            (inbox / "billed.csv", _BILLED),
            (catalog / "clients.csv", _CLIENTS),
            (catalog / "services.csv", _SERVICES),
        ):
            connection.execute(f"COPY ({query}) TO '{path}' (HEADER)")
    return root
