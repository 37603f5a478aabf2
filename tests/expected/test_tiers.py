"""Prices in bands against a witness that prices unit by unit, and the faults of catalog/tiers.csv, fx.csv and homes.csv."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.catalog import Catalog, Client, Tier
from recon.engine import Engine
from recon.errors import ReconError
from recon.expected import tiers
from recon.period import Cycle

OCTOBER = Cycle(2026, 10)
steps = st.lists(st.integers(2, 30), min_size=0, max_size=3, unique=True)
prices = st.integers(0, 900).map(lambda cents: Decimal(cents) / 100)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(threads=1)


def bands(
    mode: str, first: int, starts: list[int], cents: list[Decimal], fees: list[Decimal], client: str = ""
) -> list[Tier]:
    return [
        Tier("S", "USD", client, "price", mode, Decimal(start), price, fee)
        for start, price, fee in zip([first, *sorted(starts)], cents, fees, strict=False)
    ]


def witness(found: list[Tier], quantity: int) -> Decimal:
    """Whole units, one by one: unit n lies in the last band that has begun by then."""
    zero_based = found[0].from_quantity == 0
    if quantity == 0:
        return Decimal(0)
    if found[0].mode == "volume":
        band = [one for one in found if one.from_quantity <= quantity][-1]
        return band.unit_price * quantity + band.flat_fee
    reached = set()
    total = Decimal(0)
    for unit in range(1, quantity + 1):
        place = max(n for n, one in enumerate(found) if one.from_quantity < unit + (0 if zero_based else 1))
        total += found[place].unit_price
        reached.add(place)
    return total + sum((found[n].flat_fee for n in reached), Decimal(0))


def put(engine: Engine, found: list[Tier]) -> None:
    Catalog([Client("ACME", "Acme", "USD", None)], [], [], [], found).put(engine, OCTOBER, "USD")
    tiers.bands(engine)


@settings(database=None, deadline=None, derandomize=True, max_examples=60)
@given(
    st.sampled_from(["tiered", "volume"]), st.sampled_from([0, 1]), steps,
    st.lists(prices, min_size=4, max_size=4), st.lists(prices, min_size=4, max_size=4), st.integers(0, 40),
)  # fmt: skip
def test_worth_is_that_of_the_units(
    engine: Engine, mode: str, first: int, starts: list[int], cents: list[Decimal], fees: list[Decimal], quantity: int
) -> None:
    found = bands(mode, first, starts, cents, fees)
    put(engine, found)
    engine.put_rows("q", dict.fromkeys(("client", "service", "currency"), "VARCHAR") | {"quantity": "DECIMAL(38,12)"},
                    [("ACME", "S", "USD", quantity), ("ACME", "S", "USD", -quantity)])  # fmt: skip
    worth = [
        row[0]
        for row in engine.rows(f"SELECT {tiers.amount('q.quantity', 'q', 'price')} FROM q ORDER BY quantity DESC")
    ]
    assert worth == [witness(found, quantity), -witness(found, quantity)]


def test_what_has_bands(engine: Engine) -> None:
    put(engine, bands("volume", 0, [], [Decimal(1)], [Decimal(0)]))
    assert tiers.are(engine, "price")
    assert not tiers.are(engine, "cost")


TIERS = "service,currency,client,basis,mode,from_quantity,unit_price,flat_fee\n"
RATES = "from_currency,to_currency,rate,effective\n"
FAULTS = [
    ("tiers", TIERS + "S,USD,,,stairs,1,5,\n", "catalog/tiers.csv row 2: mode 'stairs' is not one of tiered, volume."),
    ("tiers", TIERS + "S,USD,,list,tiered,1,5,\n", "catalog/tiers.csv row 2: basis 'list' is not one of empty, price, cost."),
    ("tiers", TIERS + "S,USD,,,tiered,1,5,\nS,USD,,,volume,11,4,\n", "catalog/tiers.csv: the bands of S USD price should all be"),
    ("tiers", TIERS + "S,USD,A,,tiered,1,5,\nS,USD,A,,tiered,1,4,\n", "catalog/tiers.csv: the bands of S USD A price have one"),
    ("tiers", TIERS + "S,USD,,,tiered,5,5,\n", "catalog/tiers.csv: the bands of S USD price should start at from_quantity 0 or 1"),
    ("fx", RATES + "USD,CAD,0,\n", "catalog/fx.csv row 2: rate '0' should be above zero."),
    ("fx", RATES + "USD,Cad,1.3,\n", "catalog/fx.csv row 2: to_currency 'Cad' is not a currency code like USD."),
    ("fx", RATES + "USD,CAD,1.3,soon\n", "catalog/fx.csv row 2: effective 'soon' is not a date like 2026-10-31."),
    ("homes", "service,member,client\nS,ann,\n", "catalog/homes.csv row 2: client is empty."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), FAULTS, ids=[case[2][8:60] for case in FAULTS])
def test_fault(name: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / f"{name}.csv").write_text(text)
    with pytest.raises(ReconError) as fault:
        Catalog.read(tmp_path)
    assert str(fault.value).startswith(message)


def test_the_rate_of_a_cycle_is_the_latest_that_is_effective(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "fx.csv").write_text(
        RATES + "USD,CAD,1.30,\nUSD,CAD,1.35,2026-10-31\nUSD,CAD,1.40,2026-11-01\n"
    )
    engine = Engine(threads=1)
    found = []
    for month in (9, 10, 11):
        Catalog.read(tmp_path).put(engine, Cycle(2026, month), "USD")
        found.append(engine.value("SELECT rate FROM rates"))
    assert found == [Decimal("1.30"), Decimal("1.35"), Decimal("1.40")]
