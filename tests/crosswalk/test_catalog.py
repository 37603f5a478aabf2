"""The catalog people keep in a spreadsheet: a fault answers with file and row, exact numbers stay exact."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.catalog import Catalog
from recon.engine import Engine
from recon.errors import ReconError
from recon.period import Cycle


def read(root: Path, **tables: str | bytes) -> Catalog:
    (root / "catalog").mkdir(exist_ok=True)
    for name, text in tables.items():
        (root / "catalog" / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return Catalog.read(root)


SERVICES = "service,name,category,count_basis,usage,minimum_quantity,min_margin\n"
PRICES = "service,currency,list_price,unit_cost,effective\n"
FAULTS = [
    ("clients", "client,name,currency\nA,Mill Pond,usd\n", "catalog/clients.csv row 2: currency 'usd' is not a currency code"),
    ("clients", "client,name,tax_rate\nA,Mill Pond,13%\n", "catalog/clients.csv row 2: tax_rate '13%' is not a number like 12.50"),
    ("clients", "client,name\nA,Mill Pond\n\nA,Café\n", "catalog/clients.csv: client 'A' is there twice"),
    ("clients", "client,name\nA,Mill Pond, Inc\n", "catalog/clients.csv row 2: 3 cells where the header has 2."),
    ("clients", "client\nA\n", "catalog/clients.csv: lacks the column 'name'; its columns are client, name,"),
    ("clients", "client,name,curency\n", "catalog/clients.csv: has the unknown column 'curency'; its columns are client, name,"),
    ("clients", "client,name,name\n", "catalog/clients.csv: has the column 'name' twice."),
    ("clients", b"client,name\nA,Caf\xe9\n", "catalog/clients.csv: is not UTF-8 text (byte 17); save it as CSV UTF-8."),
    ("clients", "", "catalog/clients.csv: lacks the column 'client'"),
    ("services", SERVICES + "S,Backup,,monthly,,,\n", "catalog/services.csv row 2: count_basis 'monthly' is not one of empty,"),
    ("services", SERVICES + "S,Backup,,,,1e3,\n", "catalog/services.csv row 2: minimum_quantity '1e3' is not a number like 12.50"),
    ("services", SERVICES + "S,,,,,,\n", "catalog/services.csv row 2: name is empty."),
    ("prices", PRICES + "S,USD,1.0000000000001,,\n", "catalog/prices.csv row 2: list_price '1.0000000000001' is not a number like"),
    ("prices", PRICES + "S,USD,1,9999999999999,\n", "catalog/prices.csv row 2: unit_cost '9999999999999' is not a number like"),
    ("prices", PRICES + "S,USD,1,1,2026-02-30\n", "catalog/prices.csv row 2: effective '2026-02-30' is not a date like 2026-10-31."),
    ("bundles", "bundle,component,units\nB,S,\n", "catalog/bundles.csv row 2: units is empty."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), FAULTS, ids=[case[2][8:60] for case in FAULTS])
def test_fault(name: str, text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReconError) as fault:
        read(tmp_path, **{name: text})
    assert str(fault.value).startswith(message)
    assert "\n" not in str(fault.value)


def test_no_catalog_is_an_empty_one(tmp_path: Path) -> None:
    assert Catalog.read(tmp_path) == Catalog([], [], [], [])


def test_the_price_of_a_cycle_is_the_latest_that_is_effective(tmp_path: Path) -> None:
    rows = "S,USD,1.10,,\nS,USD,1.20,0.7,2026-10-31\nS,USD,1.30,,2026-11-01\nS,CAD,2,,2026-01-01\n"
    catalog = read(tmp_path, prices=PRICES + rows)
    engine = Engine(threads=1)
    found = []
    for month in (9, 10, 11):
        catalog.put(engine, Cycle(2026, month), "USD")
        found.append(engine.value("SELECT list_price FROM prices WHERE currency = 'USD'"))
    assert found == [Decimal("1.10"), Decimal("1.20"), Decimal("1.30")]


HOSTILE = ["=cmd|'/c calc'!A0", "'; DROP TABLE clients;--", 'say ""no""', "日本商事", "a;b|c"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_texts(name: str, tmp_path: Path) -> None:
    catalog = read(tmp_path, clients=f'client,name\n"{name}","{name}"\n')
    engine = Engine(threads=1)
    catalog.put(engine, Cycle(2026, 10), "CAD")
    expected = name.replace('""', '"')
    assert engine.rows("SELECT client, name, currency FROM clients") == [(expected, expected, "CAD")]
