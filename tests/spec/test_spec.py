"""Every mechanic as a specification that a finance person can read: the Markdown files beside this one.

Each case is reconciled as a workspace of its own; what its cycles show must be what the case says, to the cent.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import recon
from tests.spec.reading import Case, Told, read
from tests.test_conservation import check_discrepancies, check_matches, check_told, records

FILES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [pytest.param(case, id=f"{path.stem}: {case.name}") for path in FILES for case in read(path)]


def told(rec: recon.Reconciliation) -> Counter[Told]:
    return Counter((one.kind, one.leg, one.client, one.service, one.impact, one.currency) for one in rec.found)


def difference(rec: recon.Reconciliation, expected: Counter[Told]) -> str:
    """What is missing and what is there too much, a line each, with its sentence; '' where all agrees."""
    found = told(rec)
    said = {
        (one.kind, one.leg, one.client, one.service, one.impact, one.currency): one.explanation for one in rec.found
    }
    missing = [("missing", one, "") for one in (expected - found).elements()]
    extra = [("extra", one, said[one]) for one in (found - expected).elements()]
    rows = [f"{what:8}{' | '.join(map(str, one))}\n{'':8}{text}".rstrip() for what, one, text in missing + extra]
    faults = [f"problem {one['file']} row {one['row']}: {one['message']}" for one in records(rec.problems)]
    return "\n".join([f"cycle {rec.cycle}", *rows, *faults]) if rows else ""


def check_conserved(rec: recon.Reconciliation) -> None:
    """No line counts twice, every bridge adds up, and the discrepancies tell what the bridge shows."""
    check_matches(rec)
    check_told(rec)
    check_discrepancies(rec)
    for one in records(rec.bridge):
        assert one["difference"] == sum(one[name] for name in recon.discrepancies.variance.COMPONENTS), one


@pytest.mark.parametrize("case", CASES)
def test_says(case: Case, tmp_path: Path) -> None:
    workspace = recon.open(case.world.write(tmp_path / "world"))
    done = {cycle: workspace.reconcile(cycle) for cycle in case.expected}
    wrong = [difference(rec, case.expected[cycle]) for cycle, rec in done.items()]
    assert not any(wrong), "\n" + "\n".join(filter(None, wrong))
    said = [one.explanation for rec in done.values() for one in rec.found]
    unsaid = [one for one in case.sentences if one not in said]
    assert not unsaid, "\nnot said:\n  " + "\n  ".join(unsaid) + "\nsaid:\n  " + "\n  ".join(said)
    for rec in done.values():
        check_conserved(rec)
