"""Which promises an invoice of a whole agreement is compared with."""

from decimal import Decimal

import pytest

from recon.discrepancies import promised_billed
from recon.discrepancies.findings import BRIDGE, FINDINGS, LEG_LINES, begin
from recon.engine import Engine
from recon.money import NUMBER, text
from recon.policy import Policy

BILLED = {
    "line_id": "VARCHAR", "contract": "VARCHAR", "contract_name": "VARCHAR", "amount": NUMBER, "side": "VARCHAR",
    "client": "VARCHAR", "service": "VARCHAR", "currency": "VARCHAR", "stray": "BOOLEAN", "replaced_by": "VARCHAR",
    "quantity": NUMBER, "unit_price": NUMBER, "period_start": "DATE", "charge_kind": "VARCHAR", "credit": "BOOLEAN",
    "period_end": "DATE", "source": "VARCHAR", "netted": "VARCHAR",
}  # fmt: skip
PROMISED = {
    "line_id": "VARCHAR", "contract": "VARCHAR", "amount": NUMBER, "client": "VARCHAR", "service": "VARCHAR",
    "currency": "VARCHAR", "billable": NUMBER, "unit_price": NUMBER, "period_start": "DATE", "at_end": "BOOLEAN",
    "prorated": "BOOLEAN", "starts": "DATE", "ends": "DATE", "banded": "BOOLEAN",
}  # fmt: skip


def found(promised: str, billed: str) -> list[str]:
    """The findings as `kind impact`. Lines: `id contract amount` promised, `id contract contract_name amount` billed."""
    engine = Engine(threads=1)
    begin(engine)
    bills = [[None if word == "-" else word for word in line.split()] for line in billed.strip().splitlines()]
    same_bill = ["billed", "Alder", "", "USD", "false", None, None, None, None, "recurring", "false", None, "psa", None]
    engine.put_rows("scoped_lines", BILLED, [[*bill, *same_bill] for bill in bills])
    promises = [line.split() for line in promised.strip().splitlines()]
    same_promise = ["Alder", "EDR", "USD", "1", None, None, "true", "false", None, None, "false"]
    engine.put_rows("promises", PROMISED, [[*promise, *same_promise] for promise in promises])
    promised_billed.compare(engine, Policy())
    assert engine.value(f"SELECT COUNT(*) - COUNT(DISTINCT line_id) FROM {LEG_LINES}") == 0
    total = sum(Decimal(str(bill[3])) for bill in bills)
    assert engine.value(f"SELECT SUM(actual_total) FROM {BRIDGE}") == total
    return [
        f"{kind} {text(impact, 2)}" for kind, impact in engine.rows(f"SELECT kind, impact FROM {FINDINGS} ORDER BY ALL")
    ]


@pytest.mark.parametrize(
    ("promised", "billed", "findings"),
    [
        pytest.param("p1 7 100\np2 7 50", "b1 7 Gold 150", [], id="all its lines together"),
        pytest.param("p1 Gold 100", "b1 7 Gold 100", [], id="by its name"),
        pytest.param("p1 7 100", "b1 7 Gold 60\nb2 7 Silver 40", [], id="renamed between two invoices"),
        pytest.param("p1 7 100", "b1 7 Gold 60\nb2 7 - 40", [], id="named on one invoice only"),
        pytest.param(
            "p1 7 100\np2 8 50", "b1 7 Gold 100\nb2 8 Gold 50", [], id="two agreements of one name go by their ids"
        ),
        pytest.param(
            "p1 7 100", "b1 7 9 100\nb2 9 Silver 50", ["invoiced_without_agreement 50.00"], id="an id is no name"
        ),
    ],
)
def test_whole_agreements(promised: str, billed: str, findings: list[str]) -> None:
    assert found(promised, billed) == findings
