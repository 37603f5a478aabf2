"""A change of the rules tested on past cycles: what appears, disappears and changes; nothing is written."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

import recon
from recon.errors import ReconError
from recon.policy import Policy
from recon.rules import Change, back_test, changed
from tests.worlds import CONFIG, CYCLE, World, ask, table

CATALOG = {
    "clients.csv": table("client | name | currency\nACME | Acme Dental | USD\nBOLT | Bolt Freight | USD"),
    "services.csv": table("service | name | usage\nLAB | Support | none\nSEAT | Seat | charged"),
    "prices.csv": table("service | currency | list_price | unit_cost\nSEAT | USD | 12.00 | 8.00"),
}
PROMISED = table("""
    Client | Item | Quantity | Price
    ACME   | LAB  | 10       | 5.00
    BOLT   | LAB  | 10       | 5.00
    BOLT   | SEAT | 10       | 10.00
""")
# ACME is 0.10 over; BOLT is 3.00 over, and its seats leave 20% after cost.
BILLED = table("""
    Client | Item | Quantity | Price | Amount
    ACME   | LAB  | 10       | 5.00  | 50.10
    BOLT   | LAB  | 10       | 5.30  | 53.00
    BOLT   | SEAT | 10       | 10.00 | 100.00
""")
CHARGED = table("Client | Item | Quantity | Cost\nBOLT | SEAT | 10 | 8.00")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tables = {"promised.csv": PROMISED, "billed.csv": BILLED, "charged.csv": CHARGED}
    other = CONFIG + "policy: {tolerance: 3.00}\n"
    config = CONFIG + "policy: {tolerance: 0.01, min_margin: 0.10}\n"
    made = World(CATALOG, {CYCLE: tables, "2026-09": tables}, config=config).write(tmp_path / "world")
    (made / "other.yaml").write_text(other, "utf-8")
    return made


def told(found: tuple[Change, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(one.change, one.kind, one.client, str(one.before or ""), str(one.after or "")) for one in found]


def test_the_rules_in_force_change_nothing(root: Path) -> None:
    workspace = recon.open(root)
    found = back_test(workspace, changed(workspace))
    assert [one.cycle for one in found] == ["2026-09", CYCLE]
    assert [(one.changes, one.matches) for one in found] == [((), ()), ((), ())]
    assert [one.discrepancies_before for one in found] == [2, 2]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("tolerance=0.10", [("disappears", "rounding", "ACME", "0.10", "")]),
        ("tolerance=0.09", []),
        ("tolerance_share=0.002", [("disappears", "rounding", "ACME", "0.10", "")]),
        ("min_margin=0.25", [("appears", "margin_low", "BOLT", "", "-5.00")]),
        ("overrides=[{client: ACME, tolerance: 1}]", [("disappears", "rounding", "ACME", "0.10", "")]),
        ("overrides=[{client: BOLT, tolerance: 1}]", []),
    ],
)
def test_what_a_setting_would_change(root: Path, setting: str, expected: list[tuple[str, ...]]) -> None:
    workspace = recon.open(root)
    (found,) = back_test(workspace, changed(workspace, [setting]), [CYCLE])
    assert told(found.changes) == expected
    assert found.discrepancies_after - found.discrepancies_before == sum(
        {"appears": 1, "disappears": -1}[one.change] for one in found.changes
    )


def test_an_impact_that_changes_is_told_with_both(root: Path) -> None:
    workspace = recon.open(root)
    (found,) = back_test(recon.open(root), changed(workspace, ["min_margin=0.25"]), [CYCLE])
    (root / "recon.yaml").write_text(CONFIG + "policy: {tolerance: 0.01, min_margin: 0.25}\n", "utf-8")
    adopted = recon.open(root)
    (further,) = back_test(adopted, changed(adopted, ["min_margin=0.30"]), [CYCLE])
    assert told(further.changes) == [("changes", "margin_low", "BOLT", "-5.00", "-10.00")]
    assert [one.moved for one in (*found.changes, *further.changes)] == [Decimal(-5), Decimal(-5)]


def test_sums_and_matches(root: Path) -> None:
    workspace = recon.open(root)
    (found,) = back_test(workspace, changed(workspace, ["tolerance=3"]), [CYCLE])
    sums = [(one.change, one.kind, one.currency, one.count, one.moved) for one in found.sums]
    assert sums == [
        ("disappears", "price_differs", "USD", 1, Decimal("-3.00")),
        ("disappears", "rounding", "USD", 1, Decimal("-0.10")),
    ]
    assert found.matches == (("different", "cleared", 2),)


def test_decisions_on_what_would_disappear_are_named(root: Path) -> None:
    workspace = recon.open(root)
    rec = workspace.reconcile(CYCLE)
    (rounding,) = [one.discrepancy_id for one in rec.found if one.kind == "rounding"]
    rec.decide([rounding], "waive", "too small")
    (found,) = back_test(workspace, changed(workspace, ["tolerance=1"]), [CYCLE])
    assert [(one.discrepancy_id, one.decided) for one in found.decided] == [(rounding, "waive")]


def test_another_file_gives_its_policy_and_settings_go_before_it(root: Path) -> None:
    workspace = recon.open(root)
    assert changed(workspace, file=root / "other.yaml") == Policy(tolerance=Decimal(3))
    assert changed(workspace, ["materiality=1"], root / "other.yaml").tolerance == 3
    assert changed(workspace, ["materiality=1"]).tolerance == Decimal("0.01")


def test_numbers_keep_their_digits(root: Path) -> None:
    setting = "tolerance=0.123456789012345678901234567890"
    assert changed(recon.open(root), [setting]).tolerance == Decimal("0.123456789012345678901234567890")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("tolerance", "--set 'tolerance' should be written name=value."),
        ("tolerence=1", "unknown setting of the policy 'tolerence'; did you mean 'tolerance'?"),
        ("tolerance=much", "policy.tolerance: "),
        ("tolerance=-1", "policy.tolerance: input should be greater than or equal to 0"),
        ("proration=weekly", "policy.proration: input should be 'daily'"),
        ("overrides=[", "not a value as recon.yaml has it"),
        ("overrides=[{client: NOBODY, tolerance: 1}]", "unknown client in an override of the policy in recon.yaml: 'NOBODY'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line(root: Path, setting: str, message: str) -> None:
    with pytest.raises(ReconError) as fault:
        changed(recon.open(root), [setting])
    assert message in str(fault.value)
    done = ask("rules", "test", "--set", setting, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_cycle_is_refused(root: Path) -> None:
    done = ask("rules", "test", "--set", "tolerance=1", "--cycles", f"{CYCLE},2025-01", cwd=root)
    assert done.returncode == 2
    assert "unknown cycle '2025-01'" in done.stderr


def hashes(root: Path) -> dict[str, str]:
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.name != "recon.sqlite"]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_command_shows_and_tests_and_writes_nothing(root: Path) -> None:
    workspace = recon.open(root)
    before, head = hashes(root), workspace.journal.head()
    shown = ask("rules", "show", cwd=root)
    assert shown.returncode == 0
    assert ["tolerance", "0.01", "everywhere", "recon.yaml"] in [line.split() for line in shown.stdout.splitlines()]
    done = ask("rules", "test", "--set", "tolerance=3", "--cycles", CYCLE, "--rows", "1", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    said = [line.split() for line in done.stdout.splitlines()]
    assert ["tolerance", "everywhere", "0.01", "3"] in said
    assert ["disappears", "rounding", "1", "-0.10", "USD"] in said
    assert "The 1 largest of 2" in done.stdout
    assert ["different", "cleared", "2"] in said
    assert (hashes(root), workspace.journal.head()) == (before, head)


def test_the_command_says_so_where_nothing_would_change(root: Path) -> None:
    done = ask("rules", "test", "--set", "tolerance=0.010", "--cycles", CYCLE, cwd=root)
    assert "The rules tested are the rules in force: nothing would change." in done.stdout
