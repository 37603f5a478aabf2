"""The waterfall, drawn twice from the same bridge.

On the page it is a small static SVG of ours: sharp on paper, no script, readable by a screen reader, and
about 1 kB, where plotly.js alone is 4.8 MB. It draws bars only; every label and number is text of the table
beside it, so that nothing shrinks on a phone. In a notebook `waterfall` gives a plotly figure to explore.

Money becomes a float in one function, `_length`, and only as the length of a bar. Labels are exact strings.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from recon.reports import text
from recon.reports.bridge import Bridge, Step

ROW_HEIGHT = 30
_WIDTH = 1000
_BAR = 16
_THIN = 6
_LOSS, _BACK, _TOTAL = "#b8480b", "#0b63a5", "#5b6673"
# Where the steps are this small against the totals, the axis doesn't start at zero, and says so.
_ZOOM_BELOW = Decimal("0.35")


def _length(value: Decimal) -> float:
    """The one place where money becomes a float: the length of a bar, never a number that is read."""
    return float(value)


def axis_start(bridge: Bridge) -> Decimal:
    """Where the axis starts: zero, or below the smallest level where the steps would be too small to see."""
    steps = bridge.steps
    levels = [step.end for step in steps] + [step.start for step in steps if not step.is_total]
    low, high = min(levels), max(levels)
    if low <= 0 or (high - low) > high * _ZOOM_BELOW:
        return Decimal(0)
    # A rounded start reads better in the note under the chart.
    floor = low - max(high - low, high / 100)
    unit = Decimal(1).scaleb(max(0, (high - low).adjusted()))
    return max(Decimal(0), floor // unit * unit)


def tone(bridge: Bridge, step: Step) -> str:
    """What a step means for the provider: `loss`, `back` (may go back) or `total`."""
    if step.is_total:
        return "total"
    return "loss" if (step.amount > 0) is bridge.text.loses_by_more else "back"


def waterfall_svg(bridge: Bridge) -> Markup:
    """The bars of a bridge, one row of ROW_HEIGHT for each step; stretches to the width of its place."""
    steps = bridge.steps
    zero = axis_start(bridge)
    levels = [zero, *(step.end for step in steps)]
    low, high = min(levels), max(levels)
    span = (high - low) or Decimal(1)

    def x(level: Decimal) -> float:
        return round(_length((max(level, zero) - low if zero else level - low) / span) * (_WIDTH - 8) + 4, 1)

    height = ROW_HEIGHT * len(steps)
    title = f"{bridge.text.title}, {bridge.currency}"
    parts = [_bar(position, step, tone(bridge, step), x, zero) for position, step in enumerate(steps)]
    parts += [_connector(position, x(step.end)) for position, step in enumerate(steps[:-1])]
    return Markup(
        '<svg class="waterfall" role="img" viewBox="0 0 {width} {height}" preserveAspectRatio="none" '
        'height="{height}"><title>{title}</title><desc>{desc}</desc>{parts}</svg>'
    ).format(width=_WIDTH, height=height, title=title, desc=_sentence(bridge), parts=Markup("").join(parts))


def share_svg(part: Decimal, whole: Decimal, tone: str) -> Markup:
    """A small bar for one amount against the largest of its currency; the number stands beside it."""
    width = round(_length(abs(part) / whole) * 100, 1) if whole else 0.0
    return Markup(
        '<svg class="share" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">'
        '<rect class="{tone}" width="{width}" height="6"/></svg>'
    ).format(tone=tone, width=width)


def waterfall(bridge: Bridge) -> Any:
    """The same bridge as a plotly figure, for a notebook."""
    import plotly.graph_objects as go

    steps = bridge.steps
    zero = axis_start(bridge)
    top = max(step.end for step in steps)
    foot = min(zero, *(step.end for step in steps))
    room = (top - foot) / 8  # for the label above the highest bar
    trace = go.Waterfall(
        x=[step.title for step in steps],
        y=[_length(step.end if step.is_total else step.amount) for step in steps],
        measure=["absolute", *("relative" for _ in steps[2:]), "total"],
        text=[text.amount(step.amount) if step.is_total else text.signed(step.amount) for step in steps],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{text}<extra></extra>",
        increasing={"marker": {"color": _LOSS if bridge.text.loses_by_more else _BACK}},
        decreasing={"marker": {"color": _BACK if bridge.text.loses_by_more else _LOSS}},
        totals={"marker": {"color": _TOTAL}},
        connector={"line": {"color": "#9aa4ae", "width": 1}},
    )
    figure = go.Figure(trace)
    figure.update_layout(
        title={"text": f"{bridge.text.title}, {bridge.currency}", "subtitle": {"text": _axis_note(bridge, zero)}},
        template="plotly_white",
        yaxis={"title": bridge.currency, "range": [_length(foot), _length(top + room)], "tickformat": ",.0f"},
        showlegend=False,
    )
    return figure


def _axis_note(bridge: Bridge, zero: Decimal) -> str:
    return f"The axis starts at {text.money(zero, bridge.currency)}." if zero else ""


def _bar(position: int, step: Step, kind: str, x: Callable[[Decimal], float], zero: Decimal) -> Markup:
    left, right = sorted((x(step.start), x(step.end)))
    top = position * ROW_HEIGHT + (ROW_HEIGHT - _BAR) / 2
    bar = Markup('<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}"/>').format(
        kind=kind, x=left, y=top, width=max(round(right - left, 1), _THIN), height=_BAR
    )
    # A total whose axis doesn't start at zero is drawn cut, with two gaps near its foot.
    cut = Markup('<path class="cut" d="M24 {a}l8 -{h}M36 {a}l8 -{h}"/>').format(a=top + _BAR + 2, h=_BAR + 4)
    return bar + cut if step.is_total and zero else bar


def _connector(position: int, level: float) -> Markup:
    top = position * ROW_HEIGHT + (ROW_HEIGHT + _BAR) / 2
    return Markup('<path class="join" d="M{x} {y}v{gap}"/>').format(x=level, y=top, gap=ROW_HEIGHT - _BAR)


def _sentence(bridge: Bridge) -> str:
    middle = [f"{step.title} {text.signed(step.amount)}" for step in bridge.steps[1:-1]]
    return (
        f"From {text.money(bridge.expected, bridge.currency)} ({bridge.text.expected.lower()}) "
        f"by {text.listed(middle) or 'no difference'} "
        f"to {text.money(bridge.actual, bridge.currency)} ({bridge.text.actual.lower()})."
    )
