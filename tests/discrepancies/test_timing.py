"""Late, early and corrected lines over three cycles: the timing rows net to zero, and every cycle's bridge adds up."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import recon
from recon.discrepancies.variance import COMPONENTS
from tests.test_conservation import GENERATED, check_discrepancies, check_matches, check_told, records
from tests.worlds import CONFIG, Row, Tables, World, pick, table

CYCLES = ("2026-08", "2026-09", "2026-10")
DAYS = {"2026-08": ("2026-08-01", "2026-08-31"), "2026-09": ("2026-09-01", "2026-09-30"), "2026-10": ("2026-10-01", "2026-10-31")}  # fmt: skip
CATALOG = {
    "clients.csv": table("client | name | currency\nACME | Acme Dental | USD"),
    "services.csv": table("service | name | usage\nLAB | Support | none\nAV | Antivirus | delivered"),
    "prices.csv": table("service | currency | list_price | unit_cost\nAV | USD | 6.00 | 2.00"),
}


@st.composite
def _lines(draw: st.DrawFn, cycle: str, item: str, price: str) -> list[Row]:
    """Charges and credits of a cycle: for itself, for an earlier cycle, or for the next one; some name a document."""
    rows = []
    own = [one for one in CYCLES if CYCLES.index(one) <= CYCLES.index(cycle) + 1]
    for number in range(draw(st.integers(0, 3))):
        month = draw(pick(["", *own]))
        start, end = DAYS.get(month, ("", ""))
        quantity, credit = draw(pick(["2", "8", "10"])), draw(pick([False, False, True]))
        amount = Decimal(quantity) * Decimal(price) * (-1 if credit else 1)
        named = draw(pick(["", "", "", *(f"{item}-{one}-0" for one in CYCLES)]))
        rows.append({
            "Client": "ACME", "Item": item, "Quantity": quantity, "Price": price, "Amount": str(amount), "Kind": "credit" if credit else "",
            "Period start": start, "Period end": end, "Document": f"{item}-{cycle}-{number}", "Replaces": named,
        })  # fmt: skip
    return rows


@st.composite
def inboxes(draw: st.DrawFn) -> dict[str, Tables]:
    """Three cycles of one client: support is promised and billed, antivirus is used and charged."""
    inbox = {}
    for cycle in CYCLES:
        promised = table("Client | Item | Quantity | Price\nACME | LAB | 10 | 5.00\nACME | AV | 10 | 6.00")
        # What makes each side present, whatever was drawn.
        always = table("Client | Item | Quantity | Price | Amount\nACME | AV | 10 | 6.00 | 60.00")
        nothing = table("Client | Item | Quantity | Price | Amount\nACME | AV | 0 | 2.00 | 0.00")
        inbox[cycle] = {
            "promised.csv": promised,
            "billed.csv": always + draw(_lines(cycle, "LAB", "5.00")),
            "delivered.csv": table("Client | Item | Quantity\nACME | AV | 10"),
            "charged.csv": nothing + draw(_lines(cycle, "AV", "2.00")),
        }
    return inbox


@settings(GENERATED, max_examples=6, phases=(Phase.explicit, Phase.generate))  # shrinking would take minutes
@given(inboxes())
def test_timing_nets_to_zero_over_the_cycles(inbox: dict[str, Tables]) -> None:
    root = Path(tempfile.mkdtemp(prefix="recon-timing-"))
    try:
        workspace = recon.open(World(CATALOG, inbox, config=CONFIG).write(root / "world"))
        done = [workspace.reconcile(cycle) for cycle in CYCLES]
        net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for rec in done:
            check_told(rec)
            check_matches(rec)
            check_discrepancies(rec)
            for one in records(rec.bridge):
                assert (
                    one["difference"]
                    == one["actual_total"] - one["expected_total"]
                    == sum(one[name] for name in COMPONENTS)
                ), one
            for found in rec.found:
                if found.kind == "timing":
                    net[found.leg, found.service] += found.impact
        assert {key: amount for key, amount in net.items() if amount} == {}, [
            (rec.cycle, found.kind, found.leg, found.impact, found.explanation) for rec in done for found in rec.found
        ]
    finally:
        shutil.rmtree(root)
