"""Properties of every reconciliation, on generated workspaces: nothing is lost, nothing counts twice, every cent is told.

What is in scope of a leg is computed here from the loaded lines and the catalog, independent of the engine's tables.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import recon
from recon.discrepancies.findings import LEG_LINES
from recon.discrepancies.variance import COMPONENTS
from recon.line import LEGS
from recon.period import Cycle
from recon.reports.exports import write_csv_to
from tests.worlds import CYCLE, World, worlds

Row = dict[str, Any]
TOLERANCE = Decimal("0.01")
COUNTED = ("recurring", "usage", "proration", "adjustment")
LEG_OF_UNMAPPED = {
    "delivered": "promised_delivered",
    "promised": "promised_billed",
    "billed": "promised_billed",
    "charged": "delivered_charged",
}
# Which kinds tell which component of the bridge, and how the leg's impact is signed against it.
TOLD = {
    "promised_delivered": {
        "quantity": ("under_billed_quantity", "over_billed_quantity", "bundle_component"),
        "missing": ("unbilled", "orphan_promise"),
    },
    "promised_billed": {
        "quantity": ("invoice_quantity_differs",),
        "price": ("price_differs",),
        "missing": ("not_invoiced", "invoiced_without_agreement", "credit_unmatched"),
        "duplicate": ("duplicate",),
        "timing": ("timing",),
    },
    "delivered_charged": {
        "timing": ("timing",),
        "price": ("cost_changed",),
        "duplicate": ("duplicate",),
        "quantity and missing": (
            "vendor_overcharge",
            "vendor_charge_without_usage",
            "commitment_floor",
            "credit_unmatched",
        ),
    },
}
SIGN = {"promised_delivered": 1, "promised_billed": 1, "delivered_charged": -1}

GENERATED = settings(
    database=None, deadline=None, derandomize=True, print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip


@contextmanager
def reconciled(world: World) -> Iterator[recon.Reconciliation]:
    root = Path(tempfile.mkdtemp(prefix="recon-world-"))
    try:
        yield recon.open(world.write(root / "world")).reconcile(CYCLE)
    finally:
        shutil.rmtree(root)


def records(frame: pd.DataFrame) -> list[Row]:
    rows: list[Row] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return rows


class Scope:
    """The lines of a reconciliation that each leg must account for, by the rules of the glossary."""

    def __init__(self, rec: recon.Reconciliation) -> None:
        cycle = Cycle.parse(CYCLE)
        self.start, self.end = cycle.start, cycle.end
        self.lines = [one for one in records(rec.lines) if one["charge_kind"] != "tax"]
        self.mapped = [one for one in self.lines if one["mapping"] in ("mapped", "automatic")]
        self.unmapped = [one for one in self.lines if one["mapping"].startswith(("unmapped", "unattributed"))]
        self.services = {one["service"]: one["usage"] for one in records(rec.services)}
        later = [
            one for one in records(rec.lines) if one["document"] and one["replaces"] not in (None, one["document"])
        ]
        self.replaced = {(one["source"], one["replaces"]) for one in later if not negative(one)}
        self.status = dict(rec.legs[["leg", "status"]].itertuples(index=False, name=None))

    def of(self, side: str) -> list[Row]:
        return [one for one in self.mapped if one["side"] == side]

    def active(self) -> list[Row]:
        return [one for one in self.of("promised") if self.days(one) > 0]

    def days(self, line: Row) -> int:
        first = max(line["period_start"] or self.start, self.start)
        return (min(line["period_end"] or self.end, self.end) - first).days

    def stray(self, line: Row) -> bool:
        start, end = line["period_start"], line["period_end"]
        return bool((end and end <= self.start) or (start and start >= self.end))

    def is_replaced(self, line: Row) -> bool:
        return (line["source"], line["document"]) in self.replaced

    def usage(self, service: str) -> str:
        seen = {one["side"] for one in self.mapped if one["service"] == service and one["charge_kind"] != "credit"}
        stated = self.services[service]
        guessed = next((side for side in ("delivered", "charged") if side in seen), "none")
        proof: str = stated or guessed
        return proof if proof in seen else "not observed"

    def must(self, leg: str) -> set[str]:
        """Line ids that are in exactly one group of the leg."""
        lines = [one for one in self.unmapped if LEG_OF_UNMAPPED[one["side"]] == leg]
        if self.status[leg] == "compared":
            lines += getattr(self, f"_{leg}")()
        return {one["line_id"] for one in lines}

    def _promised_delivered(self) -> list[Row]:
        promised = [one for one in self.active() if self.usage(one["service"]) in ("delivered", "charged")]
        used = [one for one in self.of("delivered") if self.usage(one["service"]) == "delivered"]
        return promised + [one for one in used if one["charge_kind"] in COUNTED]

    def _promised_billed(self) -> list[Row]:
        return self.active() + self.of("billed")

    def _delivered_charged(self) -> list[Row]:
        charged = self.of("charged")
        on_bill = {one["service"] for one in charged if one["charge_kind"] != "credit"}
        used = [one for one in self.of("delivered") if one["service"] in on_bill]
        return charged + [one for one in used if self.usage(one["service"]) == "delivered"]

    def _charged_billed(self) -> list[Row]:
        both = self.of("charged") + self.of("billed")
        return [one for one in both if not self.stray(one) and not self.is_replaced(one)]


def negative(line: Row) -> bool:
    """Whether a line gives money back: it names what it credits, and replaces nothing."""
    amount = line["amount"] if line["amount"] is not None else (line["quantity"] or 0) * (line["unit_price"] or 0)
    return bool(line["charge_kind"] == "credit" or amount < 0)


def promised_amount(scope: Scope, line: Row) -> Decimal:
    """unit price × (quantity − included) × active days ÷ days, rounded half away from zero to the cent."""
    quantity = 1 if line["quantity"] is None else line["quantity"]
    billable = quantity - (line["included_quantity"] or 0)
    exact = Fraction(line["unit_price"] or 0) * Fraction(billable)
    exact *= Fraction(scope.days(line), (scope.end - scope.start).days)
    cents = abs(exact) * 100
    return Decimal(int(cents + Fraction(1, 2)) * (1 if exact >= 0 else -1)) / 100


def stated_amount(line: Row) -> Decimal:
    """The line's amount; where it states none quantity × unit price, to the cent."""
    if line["amount"] is not None:
        return Decimal(line["amount"])
    exact = Fraction(line["quantity"] or 0) * Fraction(line["unit_price"] or 0)
    cents = int(abs(exact) * 100 + Fraction(1, 2))
    return Decimal(cents if exact >= 0 else -cents) / 100


def sums(pairs: Iterable[tuple[tuple[str, str], Decimal]]) -> dict[tuple[str, str], Decimal]:
    total: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for key, amount in pairs:
        total[key] += amount
    return {key: amount for key, amount in total.items() if amount}


def check_lines(rec: recon.Reconciliation, scope: Scope) -> None:
    """Each line of a leg is in exactly one group; none that is in scope is absent; none is there from elsewhere."""
    grouped = rec.result.engine.rows(f"SELECT leg, line_id FROM {LEG_LINES}")
    for leg, sides in LEGS.items():
        counts = Counter(line for where, line in grouped if where == leg)
        assert [line for line, count in counts.items() if count > 1] == [], leg
        assert scope.must(leg) - set(counts) == set(), leg
        may = {one["line_id"] for one in scope.mapped if one["side"] in (*sides, "charged")}
        may |= {one["line_id"] for one in scope.unmapped}
        assert set(counts) - may == set(), leg


def check_matches(rec: recon.Reconciliation) -> None:
    """No line is in two matches of a leg; every match has both sides; its difference is its amounts'."""
    seen: Counter[tuple[str, str]] = Counter()
    for one in records(rec.matches):
        assert one["difference"] == one["actual_amount"] - one["expected_amount"]
        seen.update((one["leg"], line) for line in one["lines"].split())
    assert [key for key, count in seen.items() if count > 1] == []
    assert rec.matches["match_id"].is_unique


def check_bridge(rec: recon.Reconciliation, scope: Scope) -> None:
    """Components add up to the difference, exactly; the totals are those of the lines."""
    for one in records(rec.bridge):
        assert one["difference"] == one["actual_total"] - one["expected_total"]
        assert one["difference"] == sum(one[name] for name in COMPONENTS), one
    bridge = records(rec.bridge)
    if scope.status["promised_billed"] == "compared":
        own = [one for one in scope.of("billed") if not scope.is_replaced(one)]
        strange = [one for one in scope.unmapped if one["side"] == "billed"]
        assert total(bridge, "promised_billed", "actual_total") == by_client(own + strange, stated_amount)
        assert total(bridge, "promised_billed", "expected_total") == by_client(
            scope.active(), lambda line: promised_amount(scope, line)
        )
    if scope.status["delivered_charged"] == "compared":
        own = [one for one in scope.of("charged") if not scope.is_replaced(one)]
        strange = [one for one in scope.unmapped if one["side"] == "charged"]
        assert total(bridge, "delivered_charged", "actual_total") == by_client(own + strange, stated_amount)


def total(bridge: list[Row], leg: str, column: str) -> dict[tuple[str, str], Decimal]:
    return sums(((one["client"], one["currency"]), one[column]) for one in bridge if one["leg"] == leg)


def by_client(lines: list[Row], amount: Any) -> dict[tuple[str, str], Decimal]:
    return sums(((one["client"] or "", one["currency"]), amount(one)) for one in lines)


def check_told(rec: recon.Reconciliation) -> None:
    """What the bridge shows, the discrepancies say: per client and currency their impacts add up to its components."""
    impacts: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for one in rec.found:
        impacts[one.leg, one.kind, one.client, one.currency] += one.impact
    for row in records(rec.bridge):
        for component, kinds in TOLD.get(row["leg"], {}).items():
            said = sum((impacts[row["leg"], kind, row["client"], row["currency"]] for kind in kinds), Decimal(0))
            shown = sum((row[name] for name in component.split(" and ")), Decimal(0))
            assert said == SIGN[row["leg"]] * shown, (row["leg"], component, row["client"], row["currency"])


def check_discrepancies(rec: recon.Reconciliation) -> None:
    ids = [one.discrepancy_id for one in rec.found]
    assert len(set(ids)) == len(ids)
    known = {one["line_id"] for one in records(rec.lines)}
    for one in rec.found:
        assert one.impact == one.impact.quantize(TOLERANCE), one
        assert set(one.lines.split()) <= known, one
        assert len(set(one.lines.split())) == len(one.lines.split()), one
        assert "None" not in one.explanation and "{" not in one.explanation, one


def check_files(rec: recon.Reconciliation) -> None:
    """Every record of every file is a line, rejected, or declared to be no data."""
    for one in records(rec.files):
        assert one["records"] == one["lines"] + one["rejected"] + one["non_data"], one
    assert sum(rec.files["lines"]) == len(rec.lines)
    assert rec.lines["line_id"].is_unique


@settings(GENERATED, max_examples=20)
@given(worlds())
def test_nothing_is_lost_and_every_cent_is_told(world: World) -> None:
    with reconciled(world) as rec:
        scope = Scope(rec)
        check_files(rec)
        check_lines(rec, scope)
        check_matches(rec)
        check_bridge(rec, scope)
        check_told(rec)
        check_discrepancies(rec)


def as_csv(rec: recon.Reconciliation) -> str:
    out = io.StringIO()
    write_csv_to(rec.discrepancies, out)
    return out.getvalue()


@settings(GENERATED, max_examples=10)
@given(worlds(), st.integers(0, 99))
def test_order_and_names_of_files_and_rows_change_nothing(world: World, seed: int) -> None:
    with reconciled(world) as first, reconciled(world.shuffled(seed)) as second:
        assert as_csv(second) == as_csv(first)


def test_promised_amount_of_this_file_rounds_halves_away_from_zero() -> None:
    """The witness itself: 3 × 0.15 over 11 of 31 days is 0.1597; 1 × 0.31 over one of 31 is 0.01; 5 × 0.001 is 0.01."""
    scope = Scope.__new__(Scope)
    scope.start, scope.end = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
    line = {"quantity": Decimal(3), "included_quantity": None, "unit_price": Decimal("0.15"), "factor": Decimal(1)}
    days = {"period_start": dt.date(2026, 10, 21), "period_end": None}
    assert promised_amount(scope, {**line, **days}) == Decimal("0.16")
    tiny = {**line, "quantity": Decimal(5), "unit_price": Decimal("0.001"), "period_start": None, "period_end": None}
    assert promised_amount(scope, tiny) == Decimal("0.01")
