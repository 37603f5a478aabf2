"""Each kind of discrepancy as a specification: a few lines of a client's records, and exactly what they should give.

All cases live in one workspace, each as a client of its own, so that they are reconciled together: `Acme` in a case's
tables and sentences stands for that client. The background client makes every feed and every side present.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from decimal import Decimal

import pytest

import recon
from recon.discrepancies.finish import Discrepancy
from tests.worlds import CONFIG, CYCLE, Row, Tables, World, table

SIDES = ("delivered", "charged", "promised", "billed")

CATALOG = {
    "services.csv": """
        service | name      | count_basis | usage     | minimum_quantity | min_margin
        AV      | Antivirus |             | delivered |                  |
        LOG     | Log store |             | delivered | 5                |
        NOLIST  | Scanner   |             | delivered |                  |
        PEAK    | Peaks     | peak        | delivered |                  |
        MEAN    | Means     | average     | delivered |                  |
        SUM     | Sums      | sum         | delivered |                  |
        SEAT    | Seat      |             | charged   |                  | 0.25
        LAB     | Support   |             | none      |                  |
        CARE    | Care      |             | none      |                  |
    """,
    "prices.csv": """
        service | currency | list_price | unit_cost | effective
        AV      | USD      | 6.00       | 1.50      |
        AV      | USD      | 6.00       | 2.00      | 2026-06-01
        AV      | USD      | 9.00       | 9.00      | 2026-11-01
        LOG     | USD      | 4.00       | 1.50      |
        NOLIST  | USD      |            | 1.25      |
        SEAT    | USD      | 12.00      | 8.00      |
    """,
    "bundles.csv": """
        bundle | component | units
        CARE   | AV        | 2
    """,
}
ITEMS = """
    source | item    | service | factor | status   | reason
           | AV-pack | AV      | 10     | mapped   |
           | switch  |         |        | excluded | hardware is no recurring service
"""
BACKGROUND = {
    "delivered": "Item   | Quantity\n" + "\n".join(f"{name} | 1" for name in ("AV", "LOG", "NOLIST", "PEAK", "MEAN", "SUM")),
    "charged": "Item | Quantity | Cost\nAV | 1 | 2.00\nSEAT | 1 | 8.00",
    "promised": "Item | Quantity | Price\nAV | 1 | 6.00\nSEAT | 1 | 12.00\nLOG | 5 | 4.00\nNOLIST | 1 | 2.00\n"
    "PEAK | 1 | 1.00\nMEAN | 1 | 1.00\nSUM | 1 | 1.00",
    "billed": "Item | Quantity | Price\nAV | 1 | 6.00\nSEAT | 1 | 12.00\nLOG | 5 | 4.00\nNOLIST | 1 | 2.00\n"
    "PEAK | 1 | 1.00\nMEAN | 1 | 1.00\nSUM | 1 | 1.00",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A client's records by side, and the discrepancies that they give, as text tables."""

    name: str
    expect: str = ""
    delivered: str = ""
    charged: str = ""
    promised: str = ""
    billed: str = ""
    before: dict[str, str] | None = None  # the same sides in 2026-09
    known: bool = True  # whether the client is in the catalog
    tax_rate: str = ""
    earlier: str = ""  # what 2026-09 shows
    says: str = ""  # one of its sentences

    @property
    def client(self) -> str:
        return f"Acme {self.name}"

    def rows(self, text: str) -> list[Row]:
        """A table with the client's own name in it."""
        rows = table(text) if text.strip() else []
        return [
            {name: cell.replace("Acme", self.client) for name, cell in {"Client": "Acme", **row}.items()}
            for row in rows
        ]


CASES = [
    # ------------------------------------------------------------------------------------------ promised_delivered
    Case(
        "everything agrees",
        delivered="Item | Quantity\nAV | 10",
        charged="Item | Quantity | Cost\nAV | 10 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
    ),
    Case(
        "unbilled",
        delivered="Item | Quantity\nAV | 3",
        charged="Item | Quantity | Cost\nAV | 3 | 2.00",
        expect="unbilled | promised_delivered | AV | -18.00 | USD | leak",
        says="Acme uses 3 × Antivirus and no agreement promises it: at 6.00 USD each, 18.00 USD is billed by nobody.",
    ),
    Case(
        "unbilled without a list price costs",
        delivered="Item | Quantity\nNOLIST | 4",
        expect="unbilled | promised_delivered | NOLIST | -5.00 | USD | leak",
    ),
    Case(
        "used zero and promised nowhere",
        delivered="Item | Quantity\nAV | 0",
        charged="Item | Quantity | Cost\nAV | 0 | 2.00",
    ),
    Case(
        "under-billed",
        delivered="Item | Quantity\nAV | 12",
        charged="Item | Quantity | Cost\nAV | 12 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="under_billed_quantity | promised_delivered | AV | -10.00 | USD | leak",
        says="Acme should be billed 12 × Antivirus and the agreement promises 10: 2 short at 5.00 USD is 10.00 USD.",
    ),
    Case(
        "over-billed",
        delivered="Item | Quantity\nAV | 8",
        charged="Item | Quantity | Cost\nAV | 8 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="over_billed_quantity | promised_delivered | AV | 10.00 | USD | overbilled",
        says="Acme should be billed 8 × Antivirus and the agreement promises 10: 2 too many at 5.00 USD is 10.00 USD.",
    ),
    Case(
        "seats are counted by the vendor",
        charged="Item | Quantity | Cost | Kind\nSEAT | 9 | 8.00 | recurring\nSEAT | 2 | 8.00 | proration",
        promised="Item | Quantity | Price\nSEAT | 10 | 12.00",
        billed="Item | Quantity | Price\nSEAT | 10 | 12.00",
        expect="under_billed_quantity | promised_delivered | SEAT | -12.00 | USD | leak",
    ),
    Case(
        "what is included is not billed",
        delivered="Item | Quantity\nAV | 15",
        charged="Item | Quantity | Cost\nAV | 15 | 2.00",
        promised="Item | Quantity | Price | Included\nAV | 12 | 5.00 | 2",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="under_billed_quantity | promised_delivered | AV | -15.00 | USD | leak",
        says="Acme should be billed 13 × Antivirus after what is included and the agreement promises 10: 3 short at 5.00 USD is 15.00 USD.",
    ),
    Case(
        "the service's minimum is billed",
        delivered="Item | Quantity\nLOG | 3",
        promised="Item | Quantity | Price\nLOG | 4 | 4.00",
        billed="Item | Quantity | Price\nLOG | 4 | 4.00",
        expect="under_billed_quantity | promised_delivered | LOG | -4.00 | USD | leak",
        says="Acme should be billed 5 × Log store (the service's minimum) and the agreement promises 4: 1 short at 4.00 USD is 4.00 USD.",
    ),
    Case(
        "an explicit zero is use seen",
        delivered="Item | Quantity\nAV | 0",
        charged="Item | Quantity | Cost\nAV | 0 | 2.00",
        promised="Item | Quantity | Price\nAV | 2 | 5.00",
        billed="Item | Quantity | Price\nAV | 2 | 5.00",
        expect="over_billed_quantity | promised_delivered | AV | 10.00 | USD | overbilled",
    ),
    Case(
        "orphan",
        promised="Item | Quantity | Price\nAV | 2 | 5.00\nAV | 1 | 4.50",
        billed="Item | Quantity | Price\nAV | 2 | 5.00\nAV | 1 | 4.50",
        expect="orphan_promise | promised_delivered | AV | 14.50 | USD | overbilled",
        says="The agreement promises Acme 3 × Antivirus for 14.50 USD and the usage feed does not show the client at all.",
    ),
    Case(
        "labour needs no use",
        promised="Item | Quantity | Price\nLAB | 1 | 900.00",
        billed="Item | Quantity | Price\nLAB | 1 | 900.00",
    ),
    Case(
        "a bundle covers less than is used",
        delivered="Item | Quantity\nAV | 8",
        charged="Item | Quantity | Cost\nAV | 8 | 2.00",
        promised="Item | Quantity | Price\nCARE | 3 | 50.00",
        billed="Item | Quantity | Price\nCARE | 3 | 50.00",
        expect="bundle_component | promised_delivered | AV | -12.00 | USD | leak",
        says="Acme uses 8 × Antivirus and its bundle (CARE) covers 6: the rest is billed by nobody, 12.00 USD.",
    ),
    Case(
        "a bundle covers more than is used",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost\nAV | 5 | 2.00",
        promised="Item | Quantity | Price\nCARE | 3 | 50.00",
        billed="Item | Quantity | Price\nCARE | 3 | 50.00",
        expect="bundle_component | promised_delivered | AV | 0.00 | USD | neutral",
        says="Acme uses 5 × Antivirus and its bundle (CARE) covers 6: what is covered beyond that is not in use.",
    ),
    Case(
        "a bundle and a line of its own",
        delivered="Item | Quantity\nAV | 9",
        charged="Item | Quantity | Cost\nAV | 9 | 2.00",
        promised="Item | Quantity | Price\nCARE | 3 | 50.00\nAV | 2 | 5.00",
        billed="Item | Quantity | Price\nCARE | 3 | 50.00\nAV | 2 | 5.00",
        expect="under_billed_quantity | promised_delivered | AV | -5.00 | USD | leak",
    ),
    Case(
        "packs of ten",
        delivered="Item | Quantity\nAV-pack | 2",
        charged="Item | Quantity | Cost\nAV-pack | 2 | 20.00",
        promised="Item | Quantity | Price\nAV | 19 | 5.00",
        billed="Item | Quantity | Price\nAV | 19 | 5.00",
        expect="under_billed_quantity | promised_delivered | AV | -5.00 | USD | leak",
    ),
    Case(
        "the latest agreed price values the difference",
        delivered="Item | Quantity\nAV | 12",
        charged="Item | Quantity | Cost\nAV | 12 | 2.00",
        promised="Item | Quantity | Price | Period start\nAV | 8 | 4.00 | 2025-01-01\nAV | 3 | 7.00 | 2026-02-01",
        billed="Item | Quantity | Price\nAV | 8 | 4.00\nAV | 3 | 7.00",
        expect="under_billed_quantity | promised_delivered | AV | -7.00 | USD | leak",
    ),
    Case(
        "what ended before the last day is not promised",
        delivered="Item | Quantity\nAV | 10",
        charged="Item | Quantity | Cost\nAV | 10 | 2.00",
        promised="Item | Quantity | Price | Period start | Period end\n"
        "AV | 4 | 5.00 | 2026-01-01 | 2026-10-15\nAV | 10 | 5.00 | 2026-10-16 |",
        billed="Item | Quantity | Price | Amount\nAV | 4 | 5.00 | 9.68\nAV | 10 | 5.00 | 25.81",
    ),
    Case(
        "peak, mean and sum",
        delivered="Item | Quantity | Period end\nPEAK | 3 | 2026-10-10\nPEAK | 7 | 2026-10-20\nPEAK | 5 | 2026-10-31\n"
        "MEAN | 3 | 2026-10-10\nMEAN | 7 | 2026-10-20\nMEAN | 5 | 2026-10-31\n"
        "SUM | 3 | 2026-10-10\nSUM | 7 | 2026-10-20\nSUM | 5 | 2026-10-31",
        promised="Item | Quantity | Price\nPEAK | 7 | 1.00\nMEAN | 4 | 1.00\nSUM | 15 | 1.00",
        billed="Item | Quantity | Price\nPEAK | 7 | 1.00\nMEAN | 4 | 1.00\nSUM | 15 | 1.00",
        expect="under_billed_quantity | promised_delivered | MEAN | -1.00 | USD | leak",
    ),
    # --------------------------------------------------------------------------------------------- promised_billed
    Case(
        "not invoiced",
        promised="Item | Quantity | Price\nLAB | 2 | 45.50",
        expect="not_invoiced | promised_billed | LAB | -91.00 | USD | leak",
        says="Support is promised to Acme for 91.00 USD and no invoice of the cycle bills it.",
    ),
    Case(
        "invoiced without agreement",
        delivered="Item | Quantity\nAV | 3",
        charged="Item | Quantity | Cost\nAV | 3 | 2.00",
        billed="Item | Quantity | Price\nAV | 3 | 5.00",
        expect="invoiced_without_agreement | promised_billed | AV | 15.00 | USD | overbilled",
        says="Acme was invoiced 15.00 USD for Antivirus and no agreement promises it.",
    ),
    Case(
        "invoiced quantity differs",
        promised="Item | Quantity | Price\nLAB | 10 | 5.00",
        billed="Item | Quantity | Price\nLAB | 8 | 5.00",
        expect="invoice_quantity_differs | promised_billed | LAB | -10.00 | USD | leak",
        says="Acme was invoiced 8 × Support where the agreement promises 10: 2 at 5.00 USD is 10.00 USD.",
    ),
    Case(
        "invoiced price differs",
        promised="Item | Quantity | Price\nLAB | 10 | 5.00",
        billed="Item | Quantity | Price\nLAB | 10 | 5.25",
        expect="price_differs | promised_billed | LAB | 2.50 | USD | overbilled",
        says="Acme was invoiced Support at 5.25 USD where 5.00 USD was agreed: over the invoiced quantity that is 2.50 USD.",
    ),
    Case(
        "invoiced quantity and price differ",
        promised="Item | Quantity | Price\nLAB | 10 | 5.00",
        billed="Item | Quantity | Price\nLAB | 8 | 5.25",
        expect="""
            invoice_quantity_differs | promised_billed | LAB | -10.00 | USD | leak
            price_differs            | promised_billed | LAB | 2.00   | USD | overbilled
        """,
    ),
    Case(
        "prices differ line by line",
        promised="Item | Quantity | Price\nLAB | 3 | 6.00\nLAB | 10 | 5.00",
        billed="Item | Quantity | Price\nLAB | 4 | 6.00\nLAB | 4 | 5.00",
        expect="""
            price_differs            | promised_billed | LAB | 6.00   | USD | overbilled
            invoice_quantity_differs | promised_billed | LAB | -30.00 | USD | leak
        """,
        says="Acme was invoiced 44.00 USD for Support where 68.00 USD was agreed: the prices make 6.00 USD of that.",
    ),
    Case(
        "a part month is billed as it was promised",
        promised="Item | Quantity | Price | Period start\nLAB | 10 | 5.00 | 2026-10-11",
        billed="Item | Quantity | Price | Amount\nLAB | 10 | 5.00 | 33.87",
    ),
    Case(
        "a part month is billed otherwise",
        promised="Item | Quantity | Price | Period start\nLAB | 10 | 5.00 | 2026-10-11",
        billed="Item | Quantity | Price | Amount\nLAB | 10 | 5.00 | 35.00",
        expect="proration_differs | promised_billed | LAB | 1.13 | USD | overbilled",
        says="Acme was invoiced 35.00 USD for Support where the part month comes to 33.87 USD: 1.13 USD apart.",
    ),
    Case(
        "rounding beyond tolerance",
        promised="Item | Quantity | Price\nLAB | 3 | 3.333",
        billed="Item | Quantity | Price | Amount\nLAB | 3 | 3.333 | 10.03",
        expect="rounding | promised_billed | LAB | 0.03 | USD | overbilled",
        says="Support of Acme: quantity and price agree and the amounts 10.00 USD and 10.03 USD differ by 0.03 USD.",
    ),
    Case(
        "rounding within tolerance is cleared",
        promised="Item | Quantity | Price\nLAB | 3 | 3.333",
        billed="Item | Quantity | Price | Amount\nLAB | 3 | 3.333 | 10.01",
    ),
    Case(
        "the same invoice line twice",
        promised="Item | Quantity | Price\nLAB | 4 | 5.00",
        billed="Item | Quantity | Price\nLAB | 4 | 5.00\nLAB | 4 | 5.00",
        expect="duplicate | promised_billed | LAB | 20.00 | USD | overbilled",
        says="Support of Acme is there more often than it should be (1 identical line too many): 8 against 4; the surplus is 20.00 USD.",
    ),
    Case(
        "equal lines that are all promised",
        promised="Item | Quantity | Price\nLAB | 4 | 5.00\nLAB | 4 | 5.00",
        billed="Item | Quantity | Price\nLAB | 4 | 5.00\nLAB | 4 | 5.00",
    ),
    Case(
        "a credit for nothing",
        promised="Item | Quantity | Price\nLAB | 4 | 5.00",
        billed="Item | Quantity | Price | Amount | Kind\nLAB | 4 | 5.00 | 20.00 |\nLAB | 1 | 5.00 | -5.00 | credit",
        expect="credit_unmatched | promised_billed | LAB | -5.00 | USD | leak",
        says="A credit of 5.00 USD for Support of Acme corrects nothing in this cycle: the charges agree without it.",
    ),
    Case(
        "a credit that corrects",
        promised="Item | Quantity | Price\nLAB | 4 | 5.00",
        billed="Item | Quantity | Price | Amount | Kind\nLAB | 5 | 5.00 | 25.00 |\nLAB | 1 | 5.00 | -5.00 | credit",
    ),
    Case(
        "a credit that corrects too much",
        promised="Item | Quantity | Price\nLAB | 4 | 5.00",
        billed="Item | Quantity | Price | Amount | Kind\nLAB | 5 | 5.00 | 25.00 |\nLAB | 2 | 5.00 | -10.00 | credit",
        expect="invoice_quantity_differs | promised_billed | LAB | -5.00 | USD | leak",
    ),
    Case(
        "another currency",
        promised="Item | Quantity | Price | Currency\nLAB | 4 | 5.00 | CAD",
        billed="Item | Quantity | Price | Currency\nLAB | 4 | 5.00 | USD",
        expect="currency | promised_billed | LAB | 0.00 | CAD | neutral",
        says="Support is promised to Acme for 20.00 CAD and was invoiced in USD for 20.00 USD.",
    ),
    Case(
        "billed late",
        before={"promised": "Item | Quantity | Price\nLAB | 2 | 30.00"},
        promised="Item | Quantity | Price\nLAB | 2 | 30.00",
        billed="Item | Quantity | Price | Period start | Period end\nLAB | 2 | 30.00 | 2026-10-01 | 2026-10-31\n"
        "LAB | 2 | 30.00 | 2026-09-01 | 2026-09-30",
        expect="timing | promised_billed | LAB | 60.00 | USD | overbilled",
        earlier="timing | promised_billed | LAB | -60.00 | USD | leak",
        says="60.00 USD for Support of Acme is for 2026-09, which lacks it; the two cycles net to zero.",
    ),
    Case(
        "billed late and in time",
        before={
            "promised": "Item | Quantity | Price\nLAB | 2 | 30.00",
            "billed": "Item | Quantity | Price\nLAB | 2 | 30.00",
        },
        billed="Item | Quantity | Price | Period start | Period end\nLAB | 2 | 30.00 | 2026-09-01 | 2026-09-30",
        expect="duplicate | promised_billed | LAB | 60.00 | USD | overbilled",
        says="Support of Acme is there more often than it should be (2026-09 had billed it already): 2 against 0; the surplus is 60.00 USD.",
    ),
    Case(
        "billed late and never promised",
        billed="Item | Quantity | Price | Period start | Period end\nLAB | 2 | 30.00 | 2026-09-01 | 2026-09-30",
        expect="invoiced_without_agreement | promised_billed | LAB | 60.00 | USD | overbilled",
    ),
    Case(
        "tax",
        tax_rate="0.13",
        promised="Item | Quantity | Price\nLAB | 4 | 25.00",
        billed="Item | Quantity | Price | Amount | Tax | Document\nLAB | 3 | 25.00 | 75.00 | 9.75 | I-1\n"
        "LAB | 1 | 25.00 | 25.00 | 1.25 | I-2",
        expect="tax | promised_billed |  | -2.00 | USD | leak",
        says="Invoice I-2 of Acme has 1.25 USD tax where the client's rate comes to 3.25 USD: 2.00 USD apart.",
    ),
    Case(
        "an invoice that was issued again",
        promised="Item | Quantity | Price\nLAB | 4 | 25.00",
        billed="Item | Quantity | Price | Amount | Document | Replaces\nLAB | 5 | 25.00 | 125.00 | I-7 |\n"
        "LAB | 4 | 25.00 | 100.00 | I-8 | I-7",
        expect="invoice_reissued | promised_billed |  | 0.00 | USD | neutral",
        says="Document I-7 of Acme (125.00 USD) was replaced by I-8; only the later one counts.",
    ),
    # ------------------------------------------------------------------------------------------- delivered_charged
    Case(
        "the vendor charges more",
        delivered="Item | Quantity\nAV | 10",
        charged="Item | Quantity | Cost\nAV | 13 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="vendor_overcharge | delivered_charged | AV | -6.00 | USD | vendor_overcharge",
        says="The vendor charges 13 × Antivirus for Acme where 10 were used: 3 more at 2.00 USD is 6.00 USD.",
    ),
    Case(
        "the vendor charges less",
        delivered="Item | Quantity\nAV | 10",
        charged="Item | Quantity | Cost\nAV | 9 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="vendor_overcharge | delivered_charged | AV | 2.00 | USD | vendor_undercharge",
        says="The vendor charges 9 × Antivirus for Acme where 10 were used: 1 less at 2.00 USD is 2.00 USD.",
    ),
    Case(
        "the vendor charges what nobody uses",
        charged="Item | Quantity | Cost\nAV | 3 | 2.00",
        expect="vendor_charge_without_usage | delivered_charged | AV | -6.00 | USD | vendor_overcharge",
        says="The vendor charges 6.00 USD for Antivirus of Acme and its use is not in the feed.",
    ),
    Case(
        "the vendor charges its minimum",
        delivered="Item | Quantity\nAV | 3",
        charged="Item | Quantity | Cost | Minimum\nAV | 5 | 2.00 | 5",
        promised="Item | Quantity | Price\nAV | 3 | 5.00",
        billed="Item | Quantity | Price\nAV | 3 | 5.00",
        expect="commitment_floor | delivered_charged | AV | -4.00 | USD | vendor_overcharge",
        says="The vendor bills its minimum of 5 × Antivirus for Acme where 3 were used: 2 at 2.00 USD is 4.00 USD.",
    ),
    Case(
        "the vendor's cost moved",
        delivered="Item | Quantity\nAV | 10",
        charged="Item | Quantity | Cost\nAV | 10 | 2.25",
        promised="Item | Quantity | Price\nAV | 10 | 5.00",
        billed="Item | Quantity | Price\nAV | 10 | 5.00",
        expect="cost_changed | delivered_charged | AV | -2.50 | USD | vendor_overcharge",
        says="The vendor charges 2.25 USD per Antivirus for Acme where 2.00 USD was agreed: over 10 that is 2.50 USD.",
    ),
    Case(
        "the cost of a seat fell",
        charged="Item | Quantity | Cost\nSEAT | 10 | 7.50",
        promised="Item | Quantity | Price\nSEAT | 10 | 12.00",
        billed="Item | Quantity | Price\nSEAT | 10 | 12.00",
        expect="cost_changed | delivered_charged | SEAT | 5.00 | USD | vendor_undercharge",
    ),
    Case(
        "costs that nobody agreed can't change",
        charged="Item | Quantity | Cost\nLAB | 10 | 2.00\nLAB | 3 | 2.75",
        promised="Item | Quantity | Price\nLAB | 13 | 5.00",
        billed="Item | Quantity | Price\nLAB | 13 | 5.00",
    ),
    Case(
        "a vendor's bill of amounts only",
        charged="Item | Quantity | Amount\nLAB | | 19.99\nSEAT | 2 | 16.00",
        promised="Item | Quantity | Price\nLAB | 1 | 50.00\nSEAT | 2 | 12.00",
        billed="Item | Quantity | Amount\nLAB | | 50.00\nSEAT | 2 | 24.00",
    ),
    Case(
        "the vendor's row twice",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost\nAV | 5 | 2.00\nAV | 5 | 2.00",
        promised="Item | Quantity | Price\nAV | 5 | 5.00",
        billed="Item | Quantity | Price\nAV | 5 | 5.00",
        expect="duplicate | delivered_charged | AV | -10.00 | USD | vendor_overcharge",
    ),
    Case(
        "a subscription's row twice",
        charged="Item | Quantity | Cost | Contract\nSEAT | 5 | 8.00 | sub-1\nSEAT | 5 | 8.00 | sub-1",
        promised="Item | Quantity | Price\nSEAT | 5 | 12.00",
        billed="Item | Quantity | Price\nSEAT | 5 | 12.00",
        expect="duplicate | delivered_charged | SEAT | -40.00 | USD | vendor_overcharge",
    ),
    Case(
        "a vendor's credit for nothing",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost | Amount | Kind\nAV | 5 | 2.00 | 10.00 |\nAV | 1 | 2.00 | -2.00 | credit",
        promised="Item | Quantity | Price\nAV | 5 | 5.00",
        billed="Item | Quantity | Price\nAV | 5 | 5.00",
        expect="credit_unmatched | delivered_charged | AV | 2.00 | USD | vendor_undercharge",
    ),
    Case(
        "a vendor's credit that corrects",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost | Amount | Kind\nAV | 6 | 2.00 | 12.00 |\nAV | 1 | 2.00 | -2.00 | credit",
        promised="Item | Quantity | Price\nAV | 5 | 5.00",
        billed="Item | Quantity | Price\nAV | 5 | 5.00",
    ),
    Case(
        "only a credit for what is used",
        delivered="Item | Quantity\nAV | 3",
        charged="Item | Quantity | Cost | Amount | Kind\nAV | 1 | 2.00 | -2.00 | credit",
        promised="Item | Quantity | Price\nAV | 3 | 5.00",
        billed="Item | Quantity | Price\nAV | 3 | 5.00",
        expect="""
            vendor_overcharge | delivered_charged | AV | 6.00 | USD | vendor_undercharge
            credit_unmatched  | delivered_charged | AV | 2.00 | USD | vendor_undercharge
        """,
        says="The vendor charges 0 × Antivirus for Acme where 3 were used: 3 less at 2.00 USD is 6.00 USD.",
    ),
    Case(
        "use is counted once where a vendor charges in two currencies",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost | Currency\nAV | 3 | 2.00 | USD\nAV | 4 | 2.50 | CAD",
        promised="Item | Quantity | Price\nAV | 5 | 5.00",
        billed="Item | Quantity | Price\nAV | 5 | 5.00",
        expect="vendor_overcharge | delivered_charged | AV | -5.00 | CAD | vendor_overcharge",
    ),
    Case(
        "a charge for another month proves nothing",
        delivered="Item | Quantity\nAV | 5",
        charged="Item | Quantity | Cost | Period start | Period end\nAV | 5 | 2.00 | 2026-10-01 | 2026-10-31\n"
        "AV | 5 | 2.00 | 2026-09-01 | 2026-09-30",
        promised="Item | Quantity | Price\nAV | 5 | 5.00",
        billed="Item | Quantity | Price\nAV | 5 | 5.00",
        expect="vendor_charge_without_usage | delivered_charged | AV | -10.00 | USD | vendor_overcharge",
        says="The vendor charges 10.00 USD for Antivirus of Acme and its use is not in the feed. It is for 2026-09.",
    ),
    Case(
        "a charge that names nobody",
        charged="Client | Item | Quantity | Cost\n | Acme-fee | 1 | 49.00\n | Acme-fee | 1 | 1.00",
        known=False,
        expect="unattributed_charge | delivered_charged |  | -50.00 | USD | vendor_overcharge",
        says="charged Acme-fee is charged without naming a client: 50.00 USD in 2 lines.",
    ),
    # ---------------------------------------------------------------------------------------- margin and identity
    Case(
        "too little margin",
        charged="Item | Quantity | Cost\nSEAT | 10 | 8.00",
        promised="Item | Quantity | Price\nSEAT | 10 | 10.00",
        billed="Item | Quantity | Price\nSEAT | 10 | 10.00",
        expect="margin_low | charged_billed | SEAT | -5.00 | USD | leak",
        says="Acme pays 10.00 USD per Seat that costs 8.00 USD: against a policy of 25% margin, 5.00 USD is missing.",
    ),
    Case(
        "low margin that follows from something else",
        charged="Item | Quantity | Cost\nSEAT | 10 | 9.50",
        promised="Item | Quantity | Price\nSEAT | 10 | 12.00",
        billed="Item | Quantity | Price\nSEAT | 10 | 12.00",
        expect="cost_changed | delivered_charged | SEAT | -15.00 | USD | vendor_overcharge",
    ),
    Case(
        "an unmapped account on every side",
        known=False,
        delivered="Item | Quantity\nAV | 3",
        charged="Item | Quantity | Cost | Amount\nAV | 3 | 2.00 | 6.00\nSEAT | 1 | 8.00 |",
        promised="Item | Quantity | Price\nAV | 3 | 5.00",
        billed="Item | Quantity | Price\nAV | 3 | 5.00",
        expect="""
            unmapped_account | promised_billed    |  | 15.00  | USD | overbilled
            unmapped_account | delivered_charged  |  | -14.00 | USD | vendor_overcharge
            unmapped_account | promised_billed    |  | 0.00   | USD | neutral
            unmapped_account | promised_delivered |  | 0.00   | USD | neutral
        """,
    ),
    Case(
        "an unmapped item of a known client",
        billed="Item | Quantity | Price\nmystery | 3 | 5.00",
        expect="unmapped_service | promised_billed |  | 15.00 | USD | overbilled",
        says="billed mystery, for Acme, is mapped to no service: 15.00 USD in 1 line is in no comparison.",
    ),
    Case(
        "an unmapped item of an unmapped account",
        known=False,
        billed="Item | Quantity | Price\nmystery | 3 | 5.00",
        expect="unmapped_account | promised_billed |  | 15.00 | USD | overbilled",
        says="billed Acme is mapped to no client: 15.00 USD in 1 line is in no comparison.",
    ),
    Case(
        "excluded items and taxes are in no comparison",
        charged="Item | Quantity | Cost | Kind\nswitch | 2 | 80.00 | one_time\nAV | 1 | 5.55 | tax",
        billed="Item | Quantity | Price | Kind\nswitch | 2 | 100.00 | one_time\nLAB | 1 | 3.33 | tax",
    ),
    Case(
        "one cause is told once",
        delivered="Item | Quantity\nAV | 12",
        charged="Item | Quantity | Cost\nAV | 12 | 2.00",
        promised="Item | Quantity | Price\nAV | 10 | 2.10",
        billed="Item | Quantity | Price\nAV | 10 | 2.10",
        expect="under_billed_quantity | promised_delivered | AV | -4.20 | USD | leak",
    ),
]


def inbox(cases: list[Case], earlier: bool = False) -> Tables:
    """Every client's rows, side by side."""
    tables: Tables = {}
    for side in SIDES:
        texts = [(one, (one.before or {}).get(side, "") if earlier else getattr(one, side)) for one in cases]
        rows = [row for one, text in texts for row in one.rows(text)]
        tables[f"{side}.csv"] = [{"Client": "Background", **row} for row in table(BACKGROUND[side])] + rows
    return tables


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> recon.Workspace:
    clients = [
        {"client": one.client, "name": one.client, "currency": "USD", "tax_rate": one.tax_rate}
        for one in CASES
        if one.known
    ]
    clients.append({"client": "Background", "name": "Background", "currency": "USD", "tax_rate": ""})
    catalog = {name: table(textwrap.dedent(text)) for name, text in CATALOG.items()} | {"clients.csv": clients}
    cycles = {CYCLE: inbox(CASES), "2026-09": inbox([one for one in CASES if one.before], earlier=True)}
    config = CONFIG + "policy: {tolerance: 0.01, min_margin: 0.10}\n"
    world = World(catalog, cycles, {"items.csv": table(textwrap.dedent(ITEMS))}, config)
    return recon.open(world.write(tmp_path_factory.mktemp("legs") / "world"))


@pytest.fixture(scope="module")
def this_cycle(workspace: recon.Workspace) -> recon.Reconciliation:
    return workspace.reconcile(CYCLE)


@pytest.fixture(scope="module")
def last_cycle(workspace: recon.Workspace) -> recon.Reconciliation:
    return workspace.reconcile("2026-09")


Expected = tuple[str, str, str, Decimal, str, str]


def expected(text: str) -> list[Expected]:
    found = []
    for line in text.strip().splitlines():
        kind, leg, service, impact, currency, direction = (cell.strip() for cell in line.split("|"))
        found.append((kind, leg, service, Decimal(impact), currency, direction))
    return sorted(found)


def given(rec: recon.Reconciliation, case: Case) -> list[Discrepancy]:
    """The discrepancies of a case's client; of one that nobody knows, those that quote its name."""
    return [
        one for one in rec.found if one.client == case.client or (not case.known and case.client in one.explanation)
    ]


def shape(found: list[Discrepancy]) -> list[Expected]:
    return sorted((one.kind, one.leg, one.service, one.impact, one.currency, one.direction) for one in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_gives_exactly(case: Case, this_cycle: recon.Reconciliation, last_cycle: recon.Reconciliation) -> None:
    assert shape(given(this_cycle, case)) == expected(case.expect)
    assert shape(given(last_cycle, case)) == expected(case.earlier)


@pytest.mark.parametrize("case", [one for one in CASES if one.says], ids=lambda case: case.name)
def test_says_so_with_its_numbers(case: Case, this_cycle: recon.Reconciliation) -> None:
    said = [one.explanation.replace(case.client, "Acme") for one in given(this_cycle, case)]
    assert case.says in said


def test_the_background_is_clean(this_cycle: recon.Reconciliation) -> None:
    assert [one.explanation for one in this_cycle.found if one.client == "Background"] == []


def test_every_discrepancy_belongs_to_a_case(this_cycle: recon.Reconciliation) -> None:
    known = {one.discrepancy_id for case in CASES for one in given(this_cycle, case)}
    assert [one.explanation for one in this_cycle.found if one.discrepancy_id not in known] == []
