"""How often a promise is billed, read from what the source writes: `billing_terms`, one row a spelling.

Canonical terms: `monthly`; `quarterly`, `annual`, `triennial` (paid ahead: the price is for the whole term and due in
the month in which it begins); `annual_monthly` (a year's commitment billed by the month: the price is for the year).
A term that isn't understood is monthly.
"""

from __future__ import annotations

import re

from recon.engine import Engine

TERMS = {
    "monthly": 1,
    "quarterly": 3,
    "annual": 12,
    "annual_monthly": 12,
    "triennial": 36,
}  # months that the price is for
BILLED_MONTHLY = ("monthly", "annual_monthly")

_YEAR = r"annual|annually|annum|year|yearly|1 ?years?|1 ?y|12 ?months?|12 ?m|p ?1 ?y|p ?12 ?m"
_SPELLINGS = {
    "triennial": r"triennial|3 ?years?|3 ?yearly|3 ?y|36 ?months?|p ?3 ?y|p ?36 ?m",
    "quarterly": r"quarterly|quarter|3 ?months?|p ?3 ?m",
    "annual": _YEAR,
    "monthly": r"monthly|month|1 ?months?|1 ?m|p ?1 ?m",
}
_FILLER = {"billed", "billing", "paid", "payable", "commitment", "commit", "term", "prepaid", "upfront", "up", "front"}
_FILLER |= {"contract", "subscription", "plan", "pay", "in", "advance", "for", "with", "a", "one", "on", "and"}


def canonical(text: str | None) -> str:
    """The canonical term of `text`: 'P1Y' and 'Yearly' are annual, 'Annual, billed monthly' and 'P1Y/P1M' annual_monthly."""
    words = [word for word in re.findall(r"[a-z0-9]+", (text or "").lower()) if word not in _FILLER]
    found = _terms(" ".join(words))
    if found == ["annual", "monthly"]:
        return "annual_monthly"
    if len(found) == 1 or (len(found) == 2 and found[0] == found[1]):
        return found[0]
    return "monthly"


def _terms(text: str) -> list[str]:
    """The terms that `text` names, in their order; none where it also says something else."""
    found = []
    while text:
        for term, spelling in _SPELLINGS.items():
            if match := re.match(rf"(?:{spelling})(?: |$)", text):
                found.append(term)
                text = text[match.end() :]
                break
        else:
            return []
    return found


def terms(engine: Engine, scoped: str) -> str:
    """Table `billing_terms`: billing_term as written (never NULL), term, months that its price is for, and `ahead`."""
    written = [
        one for (one,) in engine.rows(f"SELECT DISTINCT billing_term FROM {scoped} WHERE side = 'promised'") if one
    ]
    known = [(one, canonical(one)) for one in sorted(written)]
    columns = {"billing_term": "VARCHAR", "term": "VARCHAR", "months": "INTEGER", "ahead": "BOOLEAN"}
    rows = [(one, term, TERMS[term], term not in BILLED_MONTHLY) for one, term in known]
    return engine.put_rows("billing_terms", columns, rows)


def named(term: str) -> str:
    """How a sentence calls a term."""
    return {"annual_monthly": "annual, billed monthly"}.get(term, term)
