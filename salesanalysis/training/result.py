"""What the analysis of coaching returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ..core.errors import unknown
from ..core.result import Result

#: What can be said of a KPI after coaching.
VERDICTS = ("improved", "worsened", "no_clear_change", "not_enough_data")
#: Columns of the table of a `TrainingEffectResult`.
COLUMNS = (
    "kpi",
    "contrast",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "mde",
    "n",
    "coached",
    "controls",
    "weeks",
    "before",
    "after",
    "without",
    "naive_estimate",
    "naive_low",
    "naive_high",
    "placebo_estimate",
    "placebo_low",
    "placebo_high",
    "placebo_p",
    "unit",
    "better",
    "method",
    "verdict",
    "reason",
)
PEOPLE = ("rep_id", "name", "kpi", "coach", "held_on", "read_on", "reason")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrainingEffectResult(Result):
    """What changed in coached reps beyond what reps not coached did.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per KPI, behaviours first. ``contrast``: ``coached_on_it`` (those coached on this KPI) or
        ``all_coached``. ``estimate`` is the log ratio of what happened to what was to be expected without
        coaching, with ``std_error, conf_low, conf_high, p_value, p_adjusted`` (Benjamini-Hochberg over the
        rows that pass every gate) and ``mde``; ``n`` coached reps and controls in use, ``coached, controls,
        weeks`` (rep-weeks read); ``before, after, without`` (expected without coaching) a rep and week, or as
        a rate; ``naive_*``: a plain before and after of the coached; ``placebo_*``: the same comparison a
        quarter earlier, where nothing should be found; ``verdict`` and ``reason``.
    people : pandas.DataFrame
        One row per coached rep and KPI: ``rep_id, name, kpi, coach, held_on, read_on`` (when thirteen weeks
        are over), ``reason`` (why not counted; empty: counted).
    course : pandas.DataFrame
        ``kpi, time`` (weeks from the first session on), ``estimate`` and ``expected`` without coaching.
    selection_weeks : int
        Weeks before the first session that led to the choice; they count nowhere.
    level : float
        Confidence level.
    lag : float
        Median weeks from the creation of an opportunity to its win; NaN where unknown.
    is_by_lot : bool
        Whether a lot decided who was coached when: only then may a cause be claimed.
    reason : str
        Why nothing can be told of any KPI: ``no_sessions``, ``no_weeks``, ``too_early`` ...
    read_on : date or None
        When the next wave, or the plan, can be read.
    """

    people: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PEOPLE)))
    course: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["kpi", "time", "estimate", "expected"])
    )
    selection_weeks: int = 8
    level: float = 0.95
    lag: float = float("nan")
    is_by_lot: bool = False
    reason: str = ""
    read_on: date | None = None

    @property
    def main(self) -> pd.Series | None:
        """The row to tell first: a behaviour with a verdict that stands, else the one with most reps."""
        if self.table.empty:
            return None
        standing = self.table["verdict"].isin(["improved", "worsened", "no_clear_change"]).to_numpy()
        on_it = (self.table["contrast"] == "coached_on_it").to_numpy()
        order = np.lexsort((-self.table["coached"].to_numpy(), ~on_it, ~standing))
        return self.table.iloc[order[0]]

    @property
    def excluded(self) -> dict[str, int]:
        """Coached reps left out, counted by reason."""
        left_out = self.people[self.people["reason"] != ""]
        return left_out.groupby("reason")["rep_id"].nunique().astype(int).to_dict()

    def kpi(self, name: str) -> pd.Series:
        """Return the row of one KPI.

        Raises
        ------
        UnknownName
            No row is about it.
        """
        found = self.table[self.table["kpi"] == name]
        if found.empty:
            raise unknown("KPI", name, self.table["kpi"])
        return found.iloc[0]
