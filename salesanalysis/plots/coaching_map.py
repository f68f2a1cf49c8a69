"""Activity against effectiveness: one dot a rep with both intervals, quadrants named at the corners."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from ..coaching.landscape import AXES, ActivityMapResult
from . import draws
from .coaching import nothing
from .sheet import Sheet
from .theme import colours

#: Millimetres: frame of the map.
LEFT, TOP, WIDTH, HEIGHT, FOOT = 13.0, 4.0, 158.0, 92.0, 13.0
#: Ratios to the peers that are named on both axes.
TICKS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
#: Places of a name between the arms of its cross, in points, with alignment.
_PLACES = ((4, 3, "left"), (-4, 3, "right"), (4, -9, "left"), (-4, -9, "right"))


@draws(ActivityMapResult, "map", height=lambda r: TOP + HEIGHT + FOOT if len(r.table) else 16.0)
def activity_map(result: ActivityMapResult, sheet: Sheet) -> pd.DataFrame:
    """Draw both ratios on log scales; full colour only where the interval decides."""
    if result.table.empty:
        return nothing(sheet, "no_peers")
    words = sheet.words
    points = _points(result)
    axes = sheet.axes(LEFT, TOP, WIDTH, HEIGHT)
    _frame(axes, points, sheet)
    for row in points.itertuples():
        _cross(axes, row)
    _names(axes, points)
    label = words.t("diagnosis.map_axis_volume")
    sheet.text(LEFT + WIDTH / 2, TOP + HEIGHT + 9.5, label, color=colours().muted, ha="center")
    upright = {"rotation": 90, "ha": "center", "va": "center"}
    label = words.t("diagnosis.map_axis_effectiveness")
    sheet.text(2.2, TOP + HEIGHT / 2, label, color=colours().muted, **upright)
    return points


def _points(result: ActivityMapResult) -> pd.DataFrame:
    """One row a rep: both estimates and intervals, and how sure the place is."""
    shown = result.table.pivot(index="rep_id", columns="term", values=["estimate", "conf_low", "conf_high"])
    shown.columns = [f"{term}_{what}" for what, term in shown.columns]
    return result.places.merge(shown.reset_index(), on="rep_id")


def _tone(row: tuple) -> str:
    """Return vermilion where something is surely low, accent where something is surely high, else slate."""
    c = colours()
    verdicts = (row.volume, row.effectiveness)
    if "below" in verdicts:
        return c.vermilion
    return c.accent if "above" in verdicts else c.slate


def _frame(axes: Axes, points: pd.DataFrame, sheet: Sheet) -> None:
    c, words = colours(), sheet.words
    axes.set_xscale("log")
    axes.set_yscale("log")
    for side, axis, term in (("x", axes.xaxis, "volume"), ("y", axes.yaxis, "effectiveness")):
        low = min(points[f"{term}_conf_low"].min(), 0.7) / 1.12
        high = max(points[f"{term}_conf_high"].max(), 1.4) * 1.12
        getattr(axes, f"set_{side}lim")(low, high)
        ticks = [t for t in TICKS if low <= t <= high]
        axis.set_major_locator(_fixed(ticks))
        axis.set_minor_locator(_fixed([]))
        axis.set_major_formatter(lambda v, _: words.percent(v, 0))
    axes.grid(True)
    axes.tick_params(length=0, which="both")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axvline(1.0, color=c.slate, linewidth=0.9, zorder=1)
    axes.axhline(1.0, color=c.slate, linewidth=0.9, zorder=1)
    for x, y, key in ((0.995, 0.985, "above_above"), (0.995, 0.015, "above_below")):
        _corner(axes, x, y, words.t(f"diagnosis.quadrant_{key}"))
    for x, y, key in ((0.005, 0.985, "below_above"), (0.005, 0.015, "below_below")):
        _corner(axes, x, y, words.t(f"diagnosis.quadrant_{key}"))


def _fixed(ticks: list[float]) -> object:
    from matplotlib.ticker import FixedLocator

    return FixedLocator(ticks)


def _corner(axes: Axes, x: float, y: float, text: str) -> None:
    place = {"ha": "right" if x > 0.5 else "left", "va": "top" if y > 0.5 else "bottom"}
    axes.text(x, y, text, transform=axes.transAxes, fontsize=8.5, color=colours().muted, zorder=1, **place)


def _cross(axes: Axes, row: tuple) -> None:
    c, tone = colours(), _tone(row)
    arms = {
        "volume": ([row.volume_conf_low, row.volume_conf_high], [row.effectiveness_estimate] * 2),
        "effectiveness": (
            [row.volume_estimate] * 2,
            [row.effectiveness_conf_low, row.effectiveness_conf_high],
        ),
    }
    for axis, ends in arms.items():
        line = {"color": c.grey_fill, "linewidth": 0.7, "zorder": 2}
        if getattr(row, axis) != "open":
            line = {"color": tone, "linewidth": 1.1, "zorder": 3}
        axes.plot(*ends, **line)
    whole = row.verdict != "open"
    axes.plot(
        [row.volume_estimate],
        [row.effectiveness_estimate],
        "o",
        markersize=5.0 if whole else 4.2,
        markerfacecolor=tone if whole else c.paper,
        markeredgecolor=tone,
        markeredgewidth=1.1,
        zorder=4,
    )


def _names(axes: Axes, points: pd.DataFrame) -> None:
    """Write each name at the side of its dot that is freest; those that stand apart choose first."""
    c = colours()
    scale = axes.figure.dpi / 72
    taken: list[tuple[float, float, float, float]] = []
    dots = {
        row.rep_id: axes.transData.transform((row.volume_estimate, row.effectiveness_estimate))
        for row in points.itertuples()
    }
    taken += [(x - 3 * scale, y - 3 * scale, x + 3 * scale, y + 3 * scale) for x, y in dots.values()]
    order = points.assign(open=[sum(getattr(r, a) == "open" for a in AXES) for r in points.itertuples()])
    for row in order.sort_values("open", kind="stable").itertuples():
        x, y = dots[row.rep_id]
        # Half the type size is the mean width of a letter.
        wide, tall = len(row.name) * 3.9 * scale, 8 * scale
        boxes = {place: _box(x, y, wide, tall, place, scale) for place in _PLACES}
        place = min(boxes, key=lambda p: sum(_overlap(boxes[p], other) for other in taken))
        taken.append(boxes[place])
        sure = row.open < len(AXES)
        axes.annotate(
            row.name,
            (row.volume_estimate, row.effectiveness_estimate),
            xytext=place[:2],
            textcoords="offset points",
            ha=place[2],
            fontsize=8,
            fontweight="semibold" if row.verdict != "open" else "regular",
            color=_tone(row) if sure else c.muted,
            zorder=5,
        )


def _box(
    x: float, y: float, wide: float, tall: float, place: tuple[float, float, str], scale: float
) -> tuple[float, float, float, float]:
    left = x + place[0] * scale - {"left": 0.0, "center": wide / 2, "right": wide}[place[2]]
    bottom = y + place[1] * scale
    return left, bottom, left + wide, bottom + tall


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    return math.prod((max(width, 0.0), max(height, 0.0)))
