"""rec.explain: what an analyst reads who doubts a row, on the command line and in a notebook."""

from pathlib import Path

import pytest

import recon
from tests.worlds import World, ask, table

CATALOG = {
    "clients.csv": table("client | name\nacme | Acme & <b>Sons</b>"),
    "services.csv": table("service | name | usage\nAV | Antivirus | none\nEDR | Detection | none\nSEAT | Seat | delivered"),
    "prices.csv": table("service | currency | list_price\nAV | USD | 6.00"),
}  # fmt: skip
OCTOBER = {
    "promised.csv": table("""
        Account | Item | Contract | Quantity | Price
        acme    | AV   | A-1      | 10       | 6.00
        acme    | EDR  | A-1      | 4        | 9.00
        acme    | SEAT | A-1      | 5        | 2.00
    """),
    "billed.csv": table("""
        Account | Item | Document | Quantity | Price
        acme    | AV   | I-7      | 12       | 6.00
        acme    | SEAT | I-7      | 5        | 2.00
    """),
    "delivered.csv": table("Account | Item | Quantity\nacme | SEAT | 7"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return World(CATALOG, {"2026-10": OCTOBER}).write(tmp_path_factory.mktemp("explained") / "world")


@pytest.fixture(scope="module")
def rec(folder: Path) -> recon.Reconciliation:
    return recon.open(folder).reconcile("2026-10")


def explained(rec: recon.Reconciliation, kind: str) -> str:
    (one,) = [one for one in rec.found if one.kind == kind]
    return str(rec.explain(one.discrepancy_id))


def test_a_difference_on_two_lines(rec: recon.Reconciliation) -> None:
    assert explained(rec, "invoice_quantity_differs") == (
        "Acme & <b>Sons</b> was invoiced 12 × Antivirus where the agreement promises 10: 2 at 6.00 USD is 12.00 USD.\n"
        "\n"
        "Expected side\n"
        "  promised promised.csv row 2: acme AV A-1: 10 at 6.00 USD [group_net]\n"
        "\n"
        "Actual side\n"
        "  billed billed.csv row 2: acme AV I-7: 12 at 6.00 USD [group_net]\n"
        "\n"
        "How it adds up\n"
        "  promised.csv row 2: 10 × 6.00 = 60.00\n"
        "  expected: 10 × 6.00 = 60.00\n"
        "  actual: 12 × 6.00 = 72.00\n"
        "  quantity: (12 − 10) × 6.00 = +12.00\n"
        "  together +12.00, which is the whole difference 72.00 − 60.00\n"
        "\n"
        "What the passes say\n"
        "  contract: a side names no contract\n"
        "  exact: no two agree in quantity and amount; the closest are 10 for 60.00 and 12 for 72.00, 12.00 apart\n"
        "  reversal: no credit takes back a charge of the same quantity and amount\n"
        "  tolerance: no two have the same quantity; the closest are 10 for 60.00 and 12 for 72.00, 12.00 apart\n"
        "  window: no two have the same quantity; the closest are 10 for 60.00 and 12 for 72.00, 12.00 apart\n"
        "  group_net: took 1 expected and 1 actual: all that is left of the group on both sides, credits netted; 12.00 apart\n"
        "\n"
        "Nearest miss\n"
        "  10 for 60.00 expected, 12 for 72.00 there\n"
        "\n"
        "Why it is not accepted by itself\n"
        "  The quantities differ; a rule accepts only the same client, service and currency, at most 0.01 apart, with one partner."
    )


def test_one_side_only(rec: recon.Reconciliation) -> None:
    said = explained(rec, "not_invoiced")
    assert "Actual side\n  no line\n" in said
    assert "missing: −36.00" in said
    assert "exact: only the expected side is left" in said
    assert said.endswith("Only the expected side is left; a rule accepts only the same client, service and currency, at most 0.01 apart, with one partner.")  # fmt: skip


def test_usage_has_no_pairs(rec: recon.Reconciliation) -> None:
    said = explained(rec, "under_billed_quantity")
    assert "(5 − 7) × 2.00 = −4.00" in said
    assert "What the passes say" not in said


def test_what_a_file_says_is_escaped_in_a_notebook(rec: recon.Reconciliation) -> None:
    for one in rec.found:
        assert "<b>" not in rec.explain(one.discrepancy_id)._repr_html_()
    assert "Acme &amp; &lt;b&gt;Sons&lt;/b&gt;" in rec.explain(rec.found[0].discrepancy_id)._repr_html_()


def test_the_command(folder: Path, rec: recon.Reconciliation) -> None:
    one = rec.found[0]
    done = ask("explain", "2026-10", one.discrepancy_id, cwd=folder)
    assert (done.returncode, done.stdout) == (0, f"{rec.explain(one.discrepancy_id)}\n")
    unknown = ask("explain", "2026-10", "nobody", cwd=folder)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert "unknown discrepancy 'nobody'" in unknown.stderr
