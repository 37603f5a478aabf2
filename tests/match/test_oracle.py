"""What must hold whatever the blocks are: parts give what the whole gives, sides can be turned, a wider tolerance forgives."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.discrepancies.findings import FINDINGS, begin
from recon.discrepancies.two_sided import compare_sides
from recon.discrepancies.variance import COMPONENTS
from recon.engine import Engine
from recon.match.passes import cascade
from tests.match.entry_tables import put_entries

some = settings(max_examples=40, deadline=None)
Matches = set[tuple[str, frozenset[str]]]


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Entries of two groups, whose quantities, amounts and dates repeat."""
    made = []
    for number in range(draw(st.integers(2, 8))):
        group, role = draw(st.sampled_from("gh")), draw(st.sampled_from(["expected", "actual"]))
        quantity = draw(st.sampled_from([1, 2]))
        amount = 10 * quantity + draw(st.sampled_from([0, 0, Decimal("0.01"), Decimal("0.03"), 5]))
        start, end = draw(st.sampled_from([("10-01", "11-01"), ("10-17", "11-01"), ("10-01", "10-10")]))
        contract = draw(st.sampled_from(["", " contract=A", " contract=B"]))
        dates = f"from=2026-{start} to=2026-{end}"
        made.append(f"x{number} {role} {quantity} 10 {amount} group={group} {dates}{contract}")
    return made


def matches(entries: list[str], tolerance: str = "0.01") -> Matches:
    engine = Engine(threads=1)
    found, _ = cascade(engine, "leg", put_entries(engine, "\n".join(entries), tolerance))
    rows = engine.rows(f"SELECT MIN(rule), LIST(entry) FROM {found} GROUP BY match_id")
    return {(rule, frozenset(names)) for rule, names in rows}


@some
@given(lines())
def test_the_parts_give_what_the_whole_gives(entries: list[str]) -> None:
    parts = [[line for line in entries if f"group={group} " in line] for group in "gh"]
    assert matches(entries) == set().union(*(matches(part) for part in parts if part))


@some
@given(lines())
def test_the_sides_can_be_turned(entries: list[str]) -> None:
    other = {"expected": "actual", "actual": "expected"}
    turned = [" ".join(other.get(word, word) for word in line.split()) for line in entries]
    assert matches(turned) == matches(entries)


@some
@given(lines())
def test_matching_again_what_is_left_finds_nothing(entries: list[str]) -> None:
    used = {name for _, names in matches(entries) for name in names}
    assert matches([line for line in entries if line.split()[0] not in used]) == set()


@some
@given(lines(), st.sampled_from(["0.01", "0.02", "0.05", "6"]))
def test_a_wider_tolerance_tells_of_no_other_group(entries: list[str], wider: str) -> None:
    assert told(entries, wider) <= told(entries, "0")


def told(entries: list[str], tolerance: str) -> set[str]:
    """The groups with a finding. Every component split adds up, whatever is forgiven."""
    engine = Engine(threads=1)
    begin(engine)
    compare_sides(engine, "leg", put_entries(engine, "\n".join(entries), tolerance))
    amounts = {"expected": Decimal(0), "actual": Decimal(0)}
    for line in entries:
        amounts[line.split()[1]] += Decimal(line.split()[4])
    difference = engine.value(f"SELECT SUM({' + '.join(COMPONENTS)}) FROM bridge_groups")
    assert difference == amounts["actual"] - amounts["expected"]
    return {service for (service,) in engine.rows(f"SELECT DISTINCT service FROM {FINDINGS}")}
