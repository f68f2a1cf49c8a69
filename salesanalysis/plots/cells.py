"""Small pictures for table cells: SVG strings with fixed coordinates, sharp and under a kilobyte each.

They are decorative: the row they stand in holds the same numbers as text. Colours are those of the light
palette, which the HTML page turns into variables, so that a dark page swaps them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.i18n import Language
from .theme import colours

#: Size of the interval cell in points; its height is the height of the row, so grid lines run through.
INTERVAL_WIDTH, INTERVAL_HEIGHT = 140.0, 20.0
#: Attainment: size of the cell, right end of its scale, height of the bar.
BAR_WIDTH, CELL_HEIGHT, BAR_SCALE, BAR_HEIGHT = 78.0, 14.0, 1.5, 6.0
#: Size of the trend cell in points.
SPARK_WIDTH = 38.0
_HEAD_HEIGHT = 12.0
_MARGIN = 9.0
#: Verdicts that say a link is there: filled dot, heavier line, colour. All others stay hollow and grey.
STRONG = {"linked": "accent", "linked_negative": "vermilion"}


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` across a cell; `ticks` are drawn as grid lines, zero darker."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def x(self, value: float, width: float = INTERVAL_WIDTH) -> float:
        """Return where `value` lies in a cell of `width` points."""
        return _MARGIN + (value - self.low) / (self.high - self.low) * (width - 2 * _MARGIN)


def interval_scale(lows: Sequence[float], highs: Sequence[float], *, limit: float = 0.25) -> Scale:
    """Return one scale for all intervals of a table, with zero in it and round ticks.

    Parameters
    ----------
    lows, highs : sequence of float
        Ends of the intervals; missing ones are passed over.
    limit : float
        Beyond plus or minus this an interval ends in an arrow head instead of stretching the others flat.

    Examples
    --------
    >>> interval_scale([-0.02, 0.01], [0.03, 0.06]).ticks
    (-0.02, 0.0, 0.02, 0.04, 0.06)
    """
    low = max(min([0.0, *(v for v in lows if math.isfinite(v))]), -limit)
    high = min(max([0.0, *(v for v in highs if math.isfinite(v))]), limit)
    span = max(high - low, 0.02)
    step = next(s for s in (0.005, 0.01, 0.02, 0.05, 0.10, 0.20) if span / s <= 5 or s == 0.20)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    return Scale(first * step, last * step, tuple(round(i * step, 6) for i in range(first, last + 1)))


def interval_cell(low: float, mid: float, high: float, *, scale: Scale, verdict: str) -> str:
    """Draw an estimate and its interval as an SVG string of 140 x 20 points.

    Parameters
    ----------
    low, mid, high : float
        Interval and estimate, on the scale's unit; missing values leave the grid alone.
    scale : Scale
        Shared by all rows (see `interval_scale`).
    verdict : str
        A linkage verdict: a filled dot and a heavier line when linked, else hollow and thin.

    Examples
    --------
    >>> interval_cell(0.01, 0.02, 0.03, scale=interval_scale([0.0], [0.05]), verdict="linked")[:4]
    '<svg'
    """
    h = INTERVAL_HEIGHT
    parts = [_line(scale.x(t), 0, scale.x(t), h, "slate" if t == 0 else "grid", 0.5) for t in scale.ticks]
    if all(math.isfinite(v) for v in (low, mid, high)):
        filled = verdict in STRONG
        colour = STRONG.get(verdict, "slate")
        width = 1.6 if filled else 1.0
        left, right = max(low, scale.low), min(high, scale.high)
        if left <= right:
            parts.append(_line(scale.x(left), h / 2, scale.x(right), h / 2, colour, width))
        parts += [_arrow(scale.x(end), side, colour) for end, side in _beyond(low, high, scale)]
        if scale.low <= mid <= scale.high:
            parts.append(_dot(scale.x(mid), h / 2, colour, filled=filled))
    return svg(INTERVAL_WIDTH, h, parts)


def interval_axis(scale: Scale, *, words: Language) -> str:
    """Draw the tick labels, in percent, that belong into the head of the column of interval cells.

    Parameters
    ----------
    scale : Scale
        The scale of the cells.
    words : Language
        How numbers are written.

    Examples
    --------
    >>> interval_axis(interval_scale([0.0], [0.05]), words=Language("en")).count("<text")
    6
    """
    text = 'y="9" text-anchor="middle" font-size="7.5"'
    parts = [
        f'<text x="{_n(scale.x(tick))}" {text} fill="{_colour("muted")}">{label}</text>'
        for tick, label in zip(scale.ticks, tick_labels(scale, words))
    ]
    return svg(INTERVAL_WIDTH, _HEAD_HEIGHT, parts)


def tick_labels(scale: Scale, words: Language) -> list[str]:
    """Return the ticks as signed percentages without the sign of percent, zero plain.

    Examples
    --------
    >>> tick_labels(interval_scale([-0.02], [0.04]), Language("en"))[-1]
    '+4'
    """
    decimals = 0 if all(abs(t * 100 - round(t * 100)) < 1e-9 for t in scale.ticks) else 1
    return [words.number(t * 100, decimals if t else 0, sign=True) for t in scale.ticks]


#: Attainment verdicts that are sure, with their colour; a missed stretch goal is never vermilion.
SURE = {"met": "accent", "below_floor": "vermilion"}


def attainment_bar(low: float, mid: float, high: float, *, verdict: str) -> str:
    """Draw actual ÷ goal as a bar from 0 to 150 % with its interval, an SVG string of 78 x 14 points.

    Parameters
    ----------
    low, mid, high : float
        Interval and attainment (1 = goal reached); a missing attainment leaves the scale alone.
    verdict : str
        A scorecard verdict: full colour when it is sure, pale otherwise.

    Examples
    --------
    >>> attainment_bar(0.7, 0.8, 0.9, verdict="below_floor").count("<rect")
    1
    """
    h, goal = CELL_HEIGHT, _bar_x(1.0)
    parts = [_line(0.25, 0, 0.25, h, "slate", 0.5)]
    if math.isfinite(mid):
        width, fill = _bar_x(max(mid, 0.0)), _colour(SURE.get(verdict, "accent_mid"))
        top = (h - BAR_HEIGHT) / 2
        parts.append(f'<rect y="{_n(top)}" width="{_n(width)}" height="{_n(BAR_HEIGHT)}" fill="{fill}"/>')
    has_interval = math.isfinite(low) and math.isfinite(high) and low < BAR_SCALE
    if has_interval:
        parts.append(_whisker(low, high, "paper", 2.2))
    parts.append(_line(goal, 0, goal, h, "ink", 0.9))
    if has_interval:
        parts.append(_whisker(low, high, "ink", 0.8))
        if high > BAR_SCALE:
            tip = f"M{_n(BAR_WIDTH)} {_n(h / 2)}L{_n(BAR_WIDTH - 3.5)} {_n(h / 2 - 2.2)}v4.4Z"
            parts.append(f'<path d="{tip}" fill="{_colour("ink")}"/>')
    return svg(BAR_WIDTH, h, parts)


def attainment_axis(words: Language) -> str:
    """Draw 0, 50 and 100 % for the head of the column of attainment bars.

    Examples
    --------
    >>> attainment_axis(Language("en")).count("<text")
    3
    """
    labels = [(0.0, "0", "start"), (0.5, "50", "middle"), (1.0, words.percent(1, 0), "middle")]
    style = f'y="9" font-size="7.5" fill="{_colour("muted")}"'
    parts = [f'<text x="{_n(_bar_x(v))}" text-anchor="{a}" {style}>{t}</text>' for v, t, a in labels]
    return svg(BAR_WIDTH, _HEAD_HEIGHT, parts)


def sparkline(values: Sequence[float], *, target: float = math.nan, verdict: str = "") -> str:
    """Draw the last periods on their own scale, the goal dashed, the latest as a dot: 38 x 14 points.

    Parameters
    ----------
    values : sequence of float
        Oldest first; missing ones leave a gap.
    target : float
        Goal, on the scale of the values; missing: none drawn.
    verdict : str
        A scorecard verdict, for the colour of the dot.

    Examples
    --------
    >>> sparkline([3.0, 4.0, math.nan, 5.0]).count("<circle")
    1
    """
    known = [(i, v) for i, v in enumerate(values) if math.isfinite(v)]
    shown = [v for _, v in known] + ([target] if math.isfinite(target) else [])
    if not known:
        return svg(SPARK_WIDTH, CELL_HEIGHT, [])
    low, high = min(shown), max(shown)

    def place(i: float, value: float) -> tuple[float, float]:
        up = (value - low) / (high - low) if high > low else 0.5
        return 2 + i / max(len(values) - 1, 1) * (SPARK_WIDTH - 4), CELL_HEIGHT - 2.5 - up * (CELL_HEIGHT - 5)

    path = ""
    for before, (i, value) in zip([None, *known], known):
        x, y = place(i, value)
        path += f"{'L' if before and before[0] == i - 1 else 'M'}{_n(x)} {_n(y)}"
    line = f'<path d="{path}" fill="none" stroke="{_colour("muted")}" stroke-width="0.9"/>'
    x, y = place(*known[-1])
    dot = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="1.7" fill="{_colour(SURE.get(verdict, "accent"))}"/>'
    goal = []
    if math.isfinite(target):
        _, level = place(0, target)
        dashes = f'stroke="{_colour("muted")}" stroke-width="0.5" stroke-dasharray="1.5 1.5"'
        goal = [f'<line x1="0" y1="{_n(level)}" x2="{_n(SPARK_WIDTH)}" y2="{_n(level)}" {dashes}/>']
    return svg(SPARK_WIDTH, CELL_HEIGHT, [*goal, line, dot])


def _bar_x(value: float) -> float:
    return min(value, BAR_SCALE) / BAR_SCALE * BAR_WIDTH


def _whisker(low: float, high: float, colour: str, width: float) -> str:
    """One interval with caps; drawn twice, first wide in the page's colour as a halo."""
    left, right, middle = _bar_x(max(low, 0.0)), _bar_x(high), CELL_HEIGHT / 2
    cap = f"V{_n(middle - 2.5)}v5" if high <= BAR_SCALE else ""
    path = f"M{_n(left)} {_n(middle - 2.5)}v5M{_n(left)} {_n(middle)}H{_n(right)}{cap}"
    return f'<path d="{path}" fill="none" stroke="{_colour(colour)}" stroke-width="{_n(width)}"/>'


def score_bar(share: float, *, sure: bool = True) -> str:
    """Draw a share as a bar on a grey ground, pale where the verdict is open: 42 x 8 points.

    Examples
    --------
    >>> score_bar(0.5).count("<rect")
    2
    """
    width = 42.0 * min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
    ground = f'<rect width="42" height="6" y="1" fill="{_colour("grid")}"/>'
    fill = _colour("accent" if sure else "accent_mid")
    return svg(42.0, 8.0, [ground, f'<rect width="{_n(width)}" height="6" y="1" fill="{fill}"/>'])


# Pieces shared by all cells --------------------------------------------------------------------


def svg(width: float, height: float, parts: Sequence[str]) -> str:
    """Wrap drawn parts into an SVG of this size in points."""
    size = f'width="{_n(width)}pt" height="{_n(height)}pt" viewBox="0 0 {_n(width)} {_n(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _beyond(low: float, high: float, scale: Scale) -> list[tuple[float, int]]:
    ends = [(scale.low, -1)] if low < scale.low - 1e-9 else []
    return [*ends, (scale.high, 1)] if high > scale.high + 1e-9 else ends


def _arrow(x: float, side: int, colour: str) -> str:
    y, tip = INTERVAL_HEIGHT / 2, x + 4 * side
    return f'<path d="M{_n(tip)} {_n(y)}L{_n(x)} {_n(y - 2.2)}V{_n(y + 2.2)}Z" fill="{_colour(colour)}"/>'


def _dot(x: float, y: float, colour: str, *, filled: bool) -> str:
    if filled:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.1" fill="{_colour(colour)}"/>'
    paint = f'fill="{_colour("paper")}" stroke="{_colour(colour)}" stroke-width="1.1"'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.7" {paint}/>'


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> str:
    ends = f'x1="{_n(x0)}" y1="{_n(y0)}" x2="{_n(x1)}" y2="{_n(y1)}"'
    return f'<line {ends} stroke="{_colour(colour)}" stroke-width="{_n(width)}"/>'


def _colour(name: str) -> str:
    return getattr(colours(), name)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
