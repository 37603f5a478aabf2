"""What sources write of billing terms."""

import pytest

from recon.expected.terms import TERMS, canonical

WRITTEN = {
    "annual": ["Annual", "yearly", "P1Y", "1 year", "1-Year", "12 months", "P1Y / P1Y", "Annual prepaid", "One year", "P12M"],
    "annual_monthly": ["Annual, billed monthly", "P1Y/P1M", "annual_monthly", "1 Year (billed monthly)",
                       "12-month commitment billed monthly", "One-year, paid monthly"],
    "quarterly": ["Quarterly", "P3M", "3 months"],
    "triennial": ["3-Year", "P3Y", "36 months", "Triennial"],
    "monthly": ["Monthly", "P1M", "1 month", "Monthly commitment", "", None],
    "not understood, so monthly": ["Semi-annual", "biennial", "One-Time", "Trial", "12", "every blue moon", "P1M/P1Y"],
}  # fmt: skip
CASES = [(text, term.rpartition(" ")[2]) for term, texts in WRITTEN.items() for text in texts]


@pytest.mark.parametrize(("text", "term"), CASES, ids=[str(text) for text, _ in CASES])
def test_term(text: str | None, term: str) -> None:
    assert canonical(text) == term


def test_every_term_has_its_months() -> None:
    assert {canonical(term) for term in TERMS} == set(TERMS)
