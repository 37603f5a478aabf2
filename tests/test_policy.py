"""The policy: which override holds, said the same in SQL and in Python; what is refused; how it is shown."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import recon
from recon.engine import Engine
from recon.errors import ReconError
from recon.policy import PLACES, Override, Policy, plain, rules
from recon.reports import evidence
from tests.worlds import CATALOG, CONFIG, CYCLE, World, table

CLIENTS, SERVICES, SOURCES = ("ACME", "O'Neil", ""), ("AV", "BAK", ""), ("rmm", "psa", "")
VALUES = {
    "tolerance": ("0", "0.05", "1000000.123456789012"),
    "min_margin": ("0", "0.1", "0.999999999999"),
    "proration": ("daily", "none"),
    "negative_proration": ("true", "false"),
    "window_days": ("0", "31"),
}


def policy(text: str, **everywhere: str) -> Policy:
    """A policy with overrides from a text table."""
    rows = [{name: cell for name, cell in row.items() if cell} for row in table(text)] if text else []
    return Policy.model_validate({**everywhere, "overrides": rows})


# ------------------------------------------------------------------------------------------------ which one holds

PLACED = """
    client | service | source | tolerance
    ACME   |         |        | 1
           | AV      |        | 2
           |         | rmm    | 3
    ACME   | AV      |        | 4
           | AV      | rmm    | 5
    ACME   |         | rmm    | 6
    ACME   | AV      | rmm    | 7
"""


@pytest.mark.parametrize(
    ("place", "tolerance"),
    [
        (("BOLT", "BAK", "psa"), "0.01"),
        (("ACME", "BAK", "psa"), "1"),
        (("BOLT", "AV", "psa"), "2"),
        (("BOLT", "BAK", "rmm"), "3"),
        (("ACME", "AV", "psa"), "4"),
        (("BOLT", "AV", "rmm"), "5"),
        (("ACME", "BAK", "rmm"), "6"),
        (("ACME", "AV", "rmm"), "7"),
    ],
)
def test_the_one_that_names_more_holds(place: tuple[str, str, str], tolerance: str) -> None:
    assert policy(PLACED).of("tolerance", *place) == Decimal(tolerance)


def test_of_those_that_name_one_place_the_client_goes_first_then_the_service() -> None:
    named = policy("client | service | source | tolerance\nACME | | | 1\n | AV | | 2\n | | rmm | 3")
    assert named.of("tolerance", "ACME", "AV", "rmm") == 1
    assert named.of("tolerance", "BOLT", "AV", "rmm") == 2


def test_an_override_says_nothing_of_other_settings() -> None:
    one = policy("client | tolerance\nACME | 1", min_margin="0.2")
    assert one.of("min_margin", "ACME") == Decimal("0.2")
    assert one.of("tolerance", "ACME") == 1


places = st.tuples(st.sampled_from(CLIENTS), st.sampled_from(SERVICES), st.sampled_from(SOURCES))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies with overrides anywhere, each place at most once."""
    overrides = []
    for place in draw(st.sets(places.filter(any), max_size=6)):
        names = draw(st.sets(st.sampled_from(sorted(VALUES)), min_size=1))
        named = {key: value for key, value in zip(PLACES, place, strict=True) if value}
        overrides.append({**named, **{name: draw(st.sampled_from(VALUES[name])) for name in names}})
    return Policy.model_validate({"overrides": draw(st.permutations(overrides))})


ENGINE = Engine(threads=1)


@settings(deadline=None, database=None, derandomize=True, max_examples=150)
@given(policies(), places, st.sampled_from(sorted(VALUES)), st.sets(st.sampled_from(PLACES)))
def test_sql_and_python_give_the_same_answer(
    chosen: Policy, place: tuple[str, str, str], name: str, known: set[str]
) -> None:
    """Whatever columns the rows have: a place that they don't have is a place that isn't known."""
    here = {key: value if key in known else "" for key, value in zip(PLACES, place, strict=True)}
    columns = ", ".join(f"'{value.replace(chr(39), chr(39) * 2)}' AS {key}" for key, value in here.items())
    answer = ENGINE.value(f"SELECT {chosen.sql(name, 'p', sorted(known))} FROM (SELECT {columns}) p")
    assert answer == chosen.of(name, here["client"], here["service"], here["source"])


@settings(deadline=None, database=None, derandomize=True, max_examples=50)
@given(policies(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_decides_nothing(chosen: Policy, chance: random.Random) -> None:
    overrides = list(chosen.overrides)
    chance.shuffle(overrides)
    other = chosen.model_copy(update={"overrides": tuple(overrides)})
    assert plain(other) == plain(chosen)
    assert all(other.sql(name) == chosen.sql(name) for name in VALUES)


def test_what_a_row_states_goes_before_the_workspace_and_after_an_override() -> None:
    chosen = policy("client | min_margin\nACME | 0.5", min_margin="0.1")
    query = chosen.sql("min_margin", "p", ("client",), stated="p.own")
    rows = "VALUES ('ACME', 0.3), ('BOLT', 0.3), ('BOLT', NULL)"
    assert ENGINE.rows(f"SELECT {query} FROM ({rows}) p(client, own)") == [(Decimal(x),) for x in ("0.5", "0.3", "0.1")]


def test_what_nothing_overrides_is_a_plain_literal() -> None:
    assert Policy().sql("tolerance", "p") == "CAST(0.01 AS DECIMAL(38,12))"
    assert policy("source | tolerance\nrmm | 1").sql("tolerance", "p", ("client",)) == "CAST(0.01 AS DECIMAL(38,12))"


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"tolerance": "1"}, "should name where it holds: client, service, source"),
        ({"client": "ACME"}, "should set something"),
        ({"client": "", "tolerance": "1"}, "at least 1 character"),
        ({"client": "ACME", "tolerance": "-1"}, "greater than or equal to 0"),
        ({"client": "ACME", "min_margin": "1"}, "less than 1"),
        ({"client": "ACME", "tolerance": True}, "should be a number"),
        ({"client": "ACME", "proration": "weekly"}, "'daily'"),
        ({"customer": "ACME", "tolerance": "1"}, "Extra inputs"),
    ],
)
def test_an_override_that_says_nothing_clear_is_refused(override: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Override.model_validate(override)


def test_two_that_disagree_are_refused() -> None:
    with pytest.raises(ValidationError, match="two say something else of tolerance for client ACME"):
        policy("client | tolerance\nACME | 1\nACME | 2")


def world(rules_: str) -> World:
    rows = table("Client | Item | Quantity | Price\nACME | LAB | 1 | 10.00")
    return World(CATALOG, {CYCLE: {"promised.csv": rows, "billed.csv": rows}}, config=CONFIG + rules_)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("{client: ACMEE, tolerance: 1}", "unknown client in an override of the policy in recon.yaml: 'ACMEE'; did you mean 'ACME'? Known: ACME, BOLT, NORD."),
        ("{service: Antivirus, tolerance: 1}", "unknown service in an override of the policy in recon.yaml: 'Antivirus'"),
        ("{source: quickbook, tolerance: 1}", "unknown source in an override of the policy in recon.yaml: 'quickbook'"),
    ],
)  # fmt: skip
def test_an_override_of_what_does_not_exist_is_refused_when_the_workspace_is_opened(
    override: str, message: str, tmp_path: Path
) -> None:
    root = world(f"policy: {{overrides: [{override}]}}\n").write(tmp_path / "world")
    with pytest.raises(ReconError) as fault:
        recon.open(root)
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_sources_are_known_by_their_own_name_and_by_their_profile(tmp_path: Path) -> None:
    overrides = "[{source: billed, tolerance: 1}, {source: quickbooks_sales_by_customer_detail, tolerance: 2}]"
    root = world(f"policy: {{overrides: {overrides}}}\n").write(tmp_path / "world")
    assert len(recon.open(root).folder.config.policy.overrides) == 2


# ------------------------------------------------------------------------------------------------ how it is shown

SHOWN = """policy:
  tolerance: 0.10
  negative_proration: false
  passes_off: [window]
  overrides:
    - {service: AV, client: ACME, tolerance: 2.50, min_margin: 0.3}
    - {source: billed, tolerance: 1}
"""


def test_the_report_shows_each_setting_as_a_row(tmp_path: Path) -> None:
    rec = recon.open(world(SHOWN).write(tmp_path / "world")).reconcile(CYCLE)
    rows = {one.name: one.value for one in evidence.policy(rec)}
    wanted = {
        "Tolerance": "0.1",
        "Materiality": "500",
        "Negative proration": "no",
        "Passes off": "window",
        "Tolerance for client ACME, service AV": "2.5",
        "Min margin for client ACME, service AV": "0.3",
        "Tolerance for source billed": "1",
    }
    assert {name: rows[name] for name in wanted} == wanted
    assert not [value for value in rows.values() if "Decimal" in value or "[" in value]


def test_the_manifests_policy_is_exact_text(tmp_path: Path) -> None:
    rec = recon.open(world(SHOWN).write(tmp_path / "world")).reconcile(CYCLE)
    assert rec.policy["tolerance"] == "0.1"
    assert rec.policy["passes_off"] == ["window"]
    assert rec.policy["overrides"] == [
        {"source": "billed", "tolerance": "1"},
        {"client": "ACME", "service": "AV", "tolerance": "2.5", "min_margin": "0.3"},
    ]


def test_rules_say_where_they_hold_and_come_from() -> None:
    found = [
        (one.name, one.value, one.holds, one.origin)
        for one in rules(policy("client | tolerance\nACME | 2.50", min_margin="0.20"))
    ]
    assert found[:2] == [
        ("tolerance", "0.01", "everywhere", "default"),
        ("tolerance", "2.5", "client ACME", "recon.yaml, override"),
    ]
    assert ("min_margin", "0.2", "everywhere", "recon.yaml") in found


def test_every_setting_is_documented() -> None:
    root = Path(__file__).parents[1]
    page = (root / "docs" / "adding-a-rule.md").read_text("utf-8")
    template = (root / "templates" / "workspace" / "recon.yaml").read_text("utf-8")
    for name, field in Policy.model_fields.items():
        row = next((line for line in page.splitlines() if line.startswith(f"| `{name}` |")), "")
        shown = {True: "true", (): "none"}.get(field.default, str(field.default))
        assert f"| {shown} |" in row, name
        assert f"{name}:" in template, name
