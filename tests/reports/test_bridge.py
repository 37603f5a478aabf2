import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from recon.reports import ReportModel, charts
from recon.reports.bridge import COMPONENTS, LEGS, Bridge, ClientBridge

cents = st.integers(-(10**12), 10**12).map(lambda value: Decimal(value).scaleb(-2))


def bridge(expected: Decimal, components: tuple[Decimal, ...], leg: str = "promised_billed") -> Bridge:
    actual = expected + sum(components)
    part = ClientBridge("A", "A", expected, actual, components)
    return Bridge(leg, "USD", LEGS[leg], expected, actual, components, (part,))


@given(cents, st.tuples(*[cents] * len(COMPONENTS)))
def test_the_waterfall_adds_up_exactly_and_each_bar_starts_where_the_last_ended(
    expected: Decimal, components: tuple[Decimal, ...]
) -> None:
    made = bridge(expected, components)
    first, *middle, last = made.steps
    assert made.exact
    assert first.amount + sum(step.amount for step in middle) == last.amount
    level = first.end
    for step in middle:
        assert (step.start, step.end) == (level, level + step.amount)
        level = step.end
    assert level == last.end


def test_a_cent_that_nothing_explains_is_told() -> None:
    none = (Decimal(0),) * len(COMPONENTS)
    part = ClientBridge("A", "A", Decimal("10.00"), Decimal("10.01"), none)
    made = Bridge("promised_billed", "USD", LEGS["promised_billed"], part.expected, part.actual, none, (part,))
    assert not made.exact


def test_the_frames_totals_are_the_bridges(fake, model: ReportModel) -> None:
    frame = fake.bridge
    assert [(made.leg, made.currency) for made in model.bridges] == [
        ("promised_delivered", "CAD"),
        ("promised_delivered", "USD"),
        ("promised_billed", "CAD"),
        ("promised_billed", "USD"),
        ("delivered_charged", "CAD"),
        ("delivered_charged", "USD"),
    ]
    for made in model.bridges:
        part = frame[(frame["leg"] == made.leg) & (frame["currency"] == made.currency)]
        assert made.exact
        assert made.expected == sum(part["expected_total"])
        assert made.actual == sum(part["actual_total"])
        for name, amount in zip(COMPONENTS, made.components, strict=True):
            assert amount == sum(part[name])


@given(cents, st.tuples(*[cents] * len(COMPONENTS)))
def test_bars_stay_inside_the_drawing(expected: Decimal, components: tuple[Decimal, ...]) -> None:
    drawn = charts.waterfall_svg(bridge(expected, components))
    bars = re.findall(r'<rect class="\w+" x="([-\d.e]+)" y="[\d.]+" width="([\d.e]+)"', drawn)
    assert len(bars) == len(bridge(expected, components).steps)
    for x, width in bars:
        assert float(x) >= 0
        assert float(x) + float(width) <= 1004


def test_more_than_expected_is_a_loss_on_a_vendors_bill_only() -> None:
    more = (Decimal(5), *(Decimal(0),) * (len(COMPONENTS) - 1))
    for leg, tone in {"promised_billed": "back", "delivered_charged": "loss"}.items():
        made = bridge(Decimal(100), more, leg)
        assert [charts.tone(made, step) for step in made.steps] == ["total", tone, "total"]


def test_an_axis_that_does_not_start_at_zero_is_cut_and_says_where() -> None:
    small = bridge(Decimal("48000.00"), (Decimal("-120.55"), *(Decimal(0),) * (len(COMPONENTS) - 1)))
    large = bridge(Decimal("100.00"), (Decimal("-80.00"), *(Decimal(0),) * (len(COMPONENTS) - 1)))
    assert 0 < charts.axis_start(small) < small.actual
    assert 'class="cut"' in charts.waterfall_svg(small)
    assert charts.axis_start(large) == 0
    assert 'class="cut"' not in charts.waterfall_svg(large)


def test_the_plotly_waterfall_has_the_same_steps_and_exact_labels() -> None:
    made = bridge(Decimal("1000.10"), (Decimal("-0.10"), *(Decimal(0),) * (len(COMPONENTS) - 1)))
    trace = charts.waterfall(made).data[0]
    assert list(trace.x) == ["Agreements say", "Quantity", "Invoiced"]
    assert list(trace.text) == ["1,000.10", "−0.10", "1,000.00"]
    assert list(trace.measure) == ["absolute", "relative", "total"]
