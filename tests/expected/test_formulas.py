"""The formula behind an expected number, as it is written."""

import pytest

import recon
from recon.expected.formulas import promise_formulas, usage_formulas
from tests.worlds import CONFIG, CYCLE, World, table

CATALOG = {
    "clients.csv": table("client | name\nACME | Acme Dental"),
    "services.csv": table("""
        service | name     | count_basis     | usage     | minimum_quantity
        DAY     | Daily    |                 | none      |
        THIRTY  | Thirties |                 | none      |
        WHOLE   | Wholes   |                 | none      |
        NEXT    | Nexts    |                 | none      |
        YEAR    | Years    |                 | none      |
        BAND    | Bands    |                 | none      |
        PEAK    | Peaks    | peak            | delivered | 5
        FLOOR   | Floors   | committed_floor | delivered | 20
    """),
    "tiers.csv": table("service | currency | mode | from_quantity | unit_price\nBAND | USD | volume | 0 | 2.50"),
}
POLICY = """
policy:
  monthly_uplift: 0.05
  overrides:
    - {service: THIRTY, proration: thirty_day}
    - {service: WHOLE, proration: none}
    - {service: NEXT, proration: next_cycle}
"""
PROMISED = [
    # item, quantity, price, included, start, commitment end, term; its formula
    ("DAY", "10", "4.00", "", "2026-10-15", "", "", "10 × 4.00, 17 of 31 days = 21.94"),
    ("DAY", "12", "4.00", "2", "2026-01-01", "", "", "(12 − 2 included) × 4.00 = 40.00"),
    ("THIRTY", "10", "4.00", "", "2026-10-15", "", "", "10 × 4.00, 17 of 30 days by thirty-day months = 22.67"),
    ("WHOLE", "10", "4.00", "", "2026-10-15", "", "", "10 × 4.00 = 40.00"),
    ("NEXT", "10", "4.00", "", "2026-10-15", "", "", "10 × 4.00, billed with the next month = 0.00"),
    ("NEXT", "10", "4.00", "", "2026-09-16", "", "", "10 × 4.00, 15 of 30 days of the month before and 31 of 31 days = 60.00"),
    ("YEAR", "10", "120.00", "", "2025-10-01", "", "Annual", "10 × 120.00 (annual) = 1200.00"),
    ("YEAR", "10", "120.00", "", "2025-12-01", "", "Annual", "10 × 120.00 (annual), not due this month = 0.00"),
    ("YEAR", "2", "120.00", "", "2026-10-01", "2027-02-28", "Annual", "2 × 120.00 (annual), 151 of the term's 365 days = 99.29"),
    ("YEAR", "10", "120.00", "", "2025-12-01", "", "P1Y/P1M", "10 × 120.00 ÷ 12 × 1.05 (annual, billed monthly) = 105.00"),
    ("BAND", "3", "", "", "2026-01-01", "", "", "3 in price bands = 7.50"),
]  # fmt: skip
HEADERS = ("Item", "Quantity", "Price", "Included", "Period start", "Commitment end", "Term")
USED = {
    "PEAK": "max(12 used (the peak) − 2 included, 5 minimum) = 10",
    "FLOOR": "max(max(7 used (the sum), 20 committed), 20 minimum) = 20",
}


@pytest.fixture(scope="module")
def rec(tmp_path_factory: pytest.TempPathFactory) -> recon.Reconciliation:
    promised = [{"Client": "ACME", **dict(zip(HEADERS, row[:-1], strict=True))} for row in PROMISED]
    for item, included in (("PEAK", "2"), ("FLOOR", "")):
        promised.append({"Client": "ACME", "Item": item, "Quantity": "12", "Price": "1.00", "Included": included})
    delivered = table("Client | Item | Quantity\nACME | PEAK | 12\nACME | FLOOR | 7")
    world = World(CATALOG, {CYCLE: {"promised.csv": promised, "delivered.csv": delivered}}, config=CONFIG + POLICY)
    return recon.open(world.write(tmp_path_factory.mktemp("formulas") / "world")).reconcile(CYCLE)


def test_promises(rec: recon.Reconciliation) -> None:
    ids = dict(zip(rec.lines["row"], rec.lines["line_id"], strict=True))
    found = promise_formulas(rec.result.engine, [one for _, one in ids.items()])
    promised = rec.lines[rec.lines["side"] == "promised"].sort_values("row")["line_id"][: len(PROMISED)]
    assert [found[one] for one in promised] == [row[-1] for row in PROMISED]


@pytest.mark.parametrize(("service", "formula"), USED.items())
def test_usage(rec: recon.Reconciliation, service: str, formula: str) -> None:
    assert usage_formulas(rec.result.engine, "ACME", service) == formula


def test_of_nothing(rec: recon.Reconciliation) -> None:
    assert promise_formulas(rec.result.engine, []) == {}
    assert usage_formulas(rec.result.engine, "ACME", "DAY") == ""
