"""Blocks whose prices and quantities repeat: no rule pairs what isn't the same thing, and a suggestion is never accepted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.discrepancies.findings import begin
from recon.discrepancies.matches import MATCHES, matches
from recon.discrepancies.two_sided import compare_sides
from recon.engine import Engine
from tests.match.entry_tables import put_entries

SINGLE = "('contract', 'exact', 'tolerance', 'window')"  # the rules that say of two lines that they are the same


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """Promises and invoices of a few agreements: the number in a name says what belongs together."""
    lines = []
    for number in range(draw(st.integers(2, 7))):
        quantity, price = draw(st.sampled_from([1, 2])), draw(st.sampled_from([5, 10]))
        place = f"group={draw(st.sampled_from('gh'))} contract=C{number} from=2026-10-01 to=2026-11-01"
        there = draw(st.sampled_from(["both", "both", "promised", "billed"]))
        billed = quantity + draw(st.sampled_from([0, 0, 0, 1]))
        if there != "billed":
            lines.append(f"e{number} expected {quantity} {price} {quantity * price} {place}")
        if there != "promised":
            lines.append(f"a{number} actual {billed} {price} {billed * price} {place}")
    return "\n".join(lines)


@settings(max_examples=80, deadline=None)
@given(blocks())
def test_no_wrong_pair_is_accepted(table: str) -> None:
    engine = Engine(threads=1)
    begin(engine)
    entries = put_entries(engine, table)
    cascade = compare_sides(engine, "leg", entries)
    shared = {grp for (grp,) in engine.rows("SELECT grp FROM leg_shared")}
    pairs = engine.rows(
        f"SELECT MIN(service), STRING_AGG(entry, ' ' ORDER BY entry) FROM {cascade[0]} WHERE rule IN {SINGLE} GROUP BY match_id"
    )
    for group, pair in pairs:
        actual, expected = pair.split()
        # Where no contract is on both sides the ids may be of two systems, and prove nothing against a pair.
        assert actual[1:] == expected[1:] or group not in shared
    matches(engine, {"leg": cascade})
    accepted = f"SELECT lines FROM {MATCHES} WHERE status IN ('matched', 'cleared', 'different')"
    told = [line for (lines,) in engine.rows(accepted) for line in lines.split()]
    proposed = [
        line
        for (lines,) in engine.rows(f"SELECT lines FROM {MATCHES} WHERE status IN ('suggested', 'ambiguous')")
        for line in lines.split()
    ]
    assert len(told + proposed) == len({*told, *proposed})
    left = {entry for (entry,) in engine.rows(f"SELECT entry FROM {cascade[1]}")}
    assert set(proposed) <= left
    assert {*told, *left} == {line.split()[0] for line in table.splitlines()}
