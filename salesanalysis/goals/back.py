"""The rows of required activity: one rep, team or the organisation, worked back step by step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..stats.backward import cases_for_sum, trials_drawn
from ..stats.compound import Sizes
from .pacing import PacingResult
from .route import DRAWS, Route, draw_paths

#: Usual work is enough to be sure, or on average, or falls short; nothing is left to do; or cannot be told.
WORK = ("enough", "even", "short", "nothing_left", "cannot_tell")
COLUMNS = (
    "scope", "scope_id", "rep_id", "name", "team", "kpi", "step", "of", "estimate", "needed", "rest",
    "this_week", "this_week_sure", "value", "conf_low", "conf_high", "n", "base", "verdict", "reason",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Back:
    """What the way back is worked out from: the steps, what is missing, single amounts for money."""

    way: Route
    pace: PacingResult
    amounts: Sizes | None
    sure: float

    @property
    def is_money(self) -> bool:
        """Whether the goal is money, which wins bring."""
        return self.pace.asked.unit == "money"

    def rows(self, unit: pd.Series) -> Iterator[dict[str, object]]:
        """Yield the steps of one row of a pacing in order, the outcome last."""
        who = self._members(unit)
        rates = self.way.rates(who)
        missing = float(unit["target_whole"] - unit["so_far"])
        reason = self._reason(unit, who, missing)
        mean, wanted = (math.nan, np.zeros(1)) if reason else self._wanted(who, missing)
        paths = draw_paths(rates)
        for step, row in rates.iterrows():
            average = mean / float(rates.loc[step:, "mean"].prod())
            sure = None if reason else trials_drawn(wanted, paths[str(step)], self.sure)
            facts = {"of": row["of"], "value": row["mean"], "n": int(row["n"])}
            facts |= {name: row[name] for name in ("conf_low", "conf_high", "base")}
            yield self._row(unit, who, str(step), reason, (average, sure)) | facts
        sure = None if reason else math.ceil(float(np.quantile(wanted, self.sure)) - 1e-9)
        n = int(self.way.counts[self.way.outcome].reindex(who).sum())
        yield self._row(unit, who, self.way.outcome, reason, (mean, sure)) | {"n": n}

    def _members(self, unit: pd.Series) -> list[str]:
        """Return the rep, or the reps of the team or company who have a past in the outcome."""
        mine = pd.Index(self.pace.groups[unit["scope"], unit["scope_id"]])
        if unit["scope"] == "rep":
            return mine.tolist()
        counts = self.way.counts[self.way.outcome].reindex(mine)
        return mine[(counts > 0).to_numpy()].tolist()

    def _reason(self, unit: pd.Series, who: list[str], missing: float) -> str:
        """Return why nothing can be, or need be, worked out; empty where it can."""
        if self.pace.state == "over":
            return "over"
        if unit["reason"] in ("no_goal", "goal_zero", "not_there"):
            return str(unit["reason"])
        if missing <= 0:
            return "reached"
        if not unit["days_left"] > 0:
            return "no_days"
        return "no_amounts" if self.is_money and (self.amounts is None or not who) else ""

    def _wanted(self, who: list[str], missing: float) -> tuple[float, np.ndarray]:
        """Return the cases of the outcome still wanted: their mean, and draws of them."""
        if not self.is_money:
            whole = math.ceil(missing - 1e-9)
            return float(missing), np.full(DRAWS, float(whole))
        place = self.pace.people.index.get_indexer(who)
        weight = np.maximum(self.way.counts[self.way.outcome].reindex(who).fillna(0.0).to_numpy(), 0.5)
        weight = weight / weight.sum() if len(who) else weight
        mean = float(weight @ self.amounts.mean[place])
        error = float(np.sqrt(weight**2 @ (self.amounts.log_sd[place]) ** 2))
        ends = (math.log(mean) - error**2 / 2, error, self.amounts.variation)
        return missing / mean, cases_for_sum(missing, *ends, draws=DRAWS)

    def _usual(self, who: list[str], step: str) -> float:
        """Return what the days left usually bring, by the last year."""
        mine = self.way.counts.reindex(who)
        worked = float(mine["days"].sum())
        days = float(self.pace.people["days_left"].reindex(who).sum())
        return float(mine[step].sum()) / worked * days if worked > 0 else math.nan

    def _row(
        self, unit: pd.Series, who: list[str], step: str, reason: str, found: tuple[float, int | None]
    ) -> dict[str, object]:
        average, sure = (0.0, 0) if reason == "reached" else found
        least = math.nan if sure is None else float(sure)
        usual, left = self._usual(who, step), unit["days_left"]
        share = unit["days_this_week"] / left if left > 0 else math.nan
        return {
            **{name: unit[name] for name in ("scope", "scope_id", "rep_id", "name", "team", "kpi")},
            "step": step,
            "of": "",
            "estimate": average,
            "needed": least,
            "rest": usual,
            "this_week": average * share,
            "this_week_sure": least * share,
            **dict.fromkeys(("value", "conf_low", "conf_high", "base"), math.nan),
            "n": 0,
            "verdict": _verdict(reason, average, least, usual),
            "reason": reason,
        }


def _verdict(reason: str, average: float, sure: float, usual: float) -> str:
    if reason == "reached":
        return "nothing_left"
    if reason or not all(map(math.isfinite, (average, sure, usual))):
        return "cannot_tell"
    return "enough" if usual >= sure else "even" if usual >= average else "short"
