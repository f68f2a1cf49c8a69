"""Curves of time to an event: steps with their bands, named where they end."""

from __future__ import annotations

import pandas as pd

from ..timing import CurveResult
from . import draws
from .sheet import Sheet
from .theme import colours

#: More curves than this in one picture cannot be told apart.
MOST = 5
_LEFT, _TOP, _RIGHT, _BOTTOM = 12.0, 4.0, 40.0, 12.0


@draws(CurveResult, "curve", height=72)
def curve(result: CurveResult, sheet: Sheet) -> pd.DataFrame:
    """Draw the share over time, one step curve a group and outcome, with its interval as a band."""
    words = sheet.words
    if result.table.empty:
        sheet.text(0, sheet.height / 2, words.t("timing.nothing"), color=colours().muted)
        return result.table
    axes = sheet.axes(_LEFT, _TOP, sheet.width - _LEFT - _RIGHT, sheet.height - _TOP - _BOTTOM)
    rows = result.table
    if result.by:  # groups are compared by the first outcome; the others would hide it
        rows = rows[rows["term"] == rows["term"].iloc[0]]
    groups = rows.groupby([*result.by, "term"], sort=False, dropna=False)
    shown = list(groups)[:MOST]
    last = float(rows["time"].max())
    start = 0.0 if result.kind == "incidence" else 1.0
    ends = []
    for (key, rows), colour in zip(shown, colours().categorical):
        origin = pd.DataFrame({"time": [0.0], "estimate": start, "conf_low": start, "conf_high": start})
        steps = pd.concat([origin, rows[origin.columns], rows[origin.columns].tail(1).assign(time=last)])
        axes.step(steps["time"], steps["estimate"], where="post", color=colour)
        axes.fill_between(
            steps["time"], steps["conf_low"], steps["conf_high"], step="post", color=colour, alpha=0.15, lw=0
        )
        parts = key if isinstance(key, tuple) else (key,)
        names = [str(p) for p in parts[:-1] if not pd.isna(p)]
        label = " · ".join([*names, words.t(f"timing.outcome.{parts[-1]}")])
        ends.append((float(steps["estimate"].iloc[-1]), label, colour))
    axes.set(xlim=(0, last), ylim=(0, 1), xlabel=words.t("timing.days"))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], [words.percent(v, 0) for v in (0, 0.25, 0.5, 0.75, 1)])
    axes.grid(axis="y")
    _labels(sheet, ends)
    return pd.concat([rows for _, rows in shown], ignore_index=True)


def _labels(sheet: Sheet, ends: list[tuple[float, str, str]]) -> None:
    """Name each curve at its end, a line apart from the next."""
    height, at = sheet.height - _TOP - _BOTTOM, float("inf")
    for value, name, colour in sorted(ends):
        at = min(_TOP + height * (1 - value) + 1.0, at - 4.0)
        sheet.text(sheet.width - _RIGHT + 2, at, name, color=colour, weight=600)
