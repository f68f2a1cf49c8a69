"""The rows of a pacing result: reps, teams and the organisation against their goals, with what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, panel
from ..kpi.records import record_sums
from ..stats.compound import Sizes, sizes
from ..stats.pace import Scatter
from .goal import Goal, asked_by_days, goals_for
from .past import WEEKS, Expected, days_between
from .progress import Coming, Rest, Split, judge

#: Level of the interval of where a period ends.
LEVEL = 0.8
COLUMNS = (
    "scope", "scope_id", "rep_id", "name", "team", "role", "kpi", "unit", "target_whole", "philosophy",
    "so_far", "expected_so_far", "days_gone", "days_left", "rest", "estimate", "conf_low", "conf_high",
    "chance", "run_rate", "need_per_day", "need_this_week", "days_this_week", "n", "verdict", "reason",
)  # fmt: skip

Goals = Mapping[tuple[str, str, str], Goal]


def employed(crm: Crm, span: Period, cut: Split) -> pd.DataFrame:
    """Return one row per rep of the period: name, team and role of its last known day, days gone and left."""
    day = min(max(crm.as_of, span.start), span.last_day)
    reps = crm.reps(on=day).set_index("rep_id", drop=False).rename_axis(None)
    for column in ("team", "role", "hired_on", "left_on"):
        if column not in reps:
            reps[column] = None
    week = (cut.week.start, cut.week.end) if cut.week else (span.end, span.end)
    for name, ends in (("days_gone", cut.gone), ("days_left", cut.ahead), ("days_this_week", week)):
        reps[name] = days_between(crm, *ends).reindex(reps.index)
    hired, left = pd.to_datetime(reps["hired_on"]), pd.to_datetime(reps["left_on"])
    here = ~(hired >= pd.Timestamp(span.end)) & ~(left <= pd.Timestamp(span.start))
    return reps.loc[here, ["rep_id", "name", "team", "role", "days_gone", "days_left", "days_this_week"]]


@dataclass(frozen=True, eq=False)
class Standing:
    """All that rows are made of: the data, the KPI, the period cut in two, who was there, what to expect.

    `given` is what is to come by another method than the pace of the last year.
    """

    crm: Crm
    kpi: Kpi
    span: Period
    cut: Split
    people: pd.DataFrame
    expected: Expected | None
    only: str = ""
    given: Coming | None = None

    @property
    def shown(self) -> pd.DataFrame:
        """The reps who have rows."""
        return self.people[self.people.index == self.only] if self.only else self.people

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows, once."""
        return self.rows()

    def rows(self) -> pd.DataFrame:
        """Return one row per rep employed in the period, per team and for all; or the row of `only`."""
        goals = goals_for(self.crm, self.span, [self.kpi])
        sums = self.so_far
        found = []
        for rep_id, person in self.shown.iterrows():
            facts = {k: person[k] for k in ("rep_id", "name", "team", "role")}
            goal = self._asked(rep_id, goals)
            found.append(self._row("rep", str(rep_id), [rep_id], goal, sums["rep"]) | facts)
        if self.only:
            return pd.DataFrame(found).reindex(columns=[*COLUMNS, "members", "is_summed"])
        for team, members in self.people.groupby("team", sort=True):
            found.append(self._group("team", str(team), members.index, goals, sums["team"]))
        found.append(self._group("organisation", "", self.people.index, goals, sums["all"]))
        return pd.DataFrame(found).reindex(columns=[*COLUMNS, "members", "is_summed"])

    def _asked(self, rep_id: str, goals: Goals) -> Goal | None:
        """Return the rep's goal: of what a rep does the part for the days there, as on a scorecard."""
        goal = goals.get((self.kpi.name, "rep", rep_id))
        if goal is None or not asked_by_days(self.kpi):
            return goal
        there = float(self.people.loc[rep_id, ["days_gone", "days_left"]].sum())
        whole = working_days(self.span.start, self.span.end, self.crm.client.country)
        return replace(goal, target=goal.target * there / max(whole, 1))

    def _group(
        self, scope: str, scope_id: str, members: pd.Index, goals: Goals, sums: pd.Series
    ) -> dict[str, object]:
        """A team or the company: its own goal, else the sum of its members'."""
        goal, chosen = goals.get((self.kpi.name, scope, scope_id)), list(members)
        if goal is None:  # the sum of the members' goals, over those who have one
            theirs = {m: g for m in members if (g := self._asked(m, goals))}
            if theirs:
                total = sum(g.target for g in theirs.values())
                goal = replace(next(iter(theirs.values())), target=total, scope=scope, basis="members")
                chosen = list(theirs)
                sums = pd.Series({scope_id: float(self.so_far["rep"].reindex(chosen).sum())})
        row = self._row(scope, scope_id, chosen, goal, sums)
        row["is_summed"] = bool(goal and goal.basis == "members")
        return row | {"team": scope_id if scope == "team" else None}

    def _row(
        self, scope: str, scope_id: str, members: list[str], goal: Goal | None, sums: pd.Series
    ) -> dict[str, object]:
        days = self.people.loc[members, ["days_gone", "days_left", "days_this_week"]].sum()
        target = goal.target if goal else np.nan
        value = float(sums.get(scope_id, 0.0))
        gone, left = float(days["days_gone"]), float(days["days_left"])
        need = max(target - value, 0.0)
        per_day = need / left if left > 0 else np.nan
        asked = target * gone / (gone + left) if gone + left > 0 else np.nan
        is_summed = bool(goal and goal.basis == "members")
        ahead = self.rest.bring(self.counted(scope, scope_id, members, is_summed=is_summed), need, LEVEL)
        if left <= 0 and np.isnan(ahead["rest"]):
            ahead = {"rest": 0.0, "low": 0.0, "high": 0.0, "chance": float(need <= 0)}
        row = {
            "scope": scope,
            "scope_id": scope_id,
            "kpi": self.kpi.name,
            "unit": self.kpi.unit,
            "target_whole": target,
            "philosophy": goal.philosophy if goal else "",
            "so_far": value,
            "expected_so_far": asked,
            "days_gone": gone,
            "days_left": left,
            "rest": ahead["rest"],
            "estimate": value + ahead["rest"],
            "conf_low": value + ahead["low"],
            "conf_high": value + ahead["high"],
            "chance": self._chance(target, ahead["chance"]),
            "run_rate": value / gone * (gone + left) if gone > 0 else np.nan,
            "need_per_day": per_day,
            "need_this_week": min(per_day * float(days["days_this_week"]), need),
            "days_this_week": float(days["days_this_week"]),
            "n": self._counted(members),
            "members": tuple(members),
        }
        known = self.rest.is_known and row["n"] > 0
        verdict, reason = judge(row, self.cut.state, is_known=known)
        return row | {"verdict": verdict, "reason": reason}

    def counted(
        self, scope: str, scope_id: str, members: Iterable[str], *, is_summed: bool
    ) -> Iterable[str] | None:
        """Return whose days left count for a row; None for everybody, also those who own nothing any more."""
        return None if (scope, scope_id) == self.rest.whole and not is_summed else members

    def _chance(self, target: float, chance: float) -> float:
        return chance if target > 0 and self.cut.state != "over" else np.nan

    def _counted(self, members: list[str]) -> int:
        return int(self.expected.table.loc[members, "n"].sum()) if self.expected else 0

    @cached_property
    def so_far(self) -> dict[str, pd.Series]:
        """Sums of the known part by rep, by the team of the day, and of all."""
        nothing = pd.Series(dtype=float)
        if self.cut.state == "not_begun":
            return {"rep": nothing, "team": nothing, "all": nothing}
        span = self.span.clip(self.crm.as_of)
        found = {}
        for name, by in (("rep", "rep_id"), ("team", "team")):
            if by == "team" and not self.crm.has("reps.team"):
                found[name] = nothing
                continue
            table = panel(self.crm, [self.kpi], span, by=by).kpis
            found[name] = table.dropna(subset=[by]).set_index(by)["estimate"].fillna(0.0)
        whole = panel(self.crm, [self.kpi], span, by=()).kpis["estimate"].fillna(0.0)
        return {**found, "all": pd.Series({"": float(whole.sum())})}

    @cached_property
    def rest(self) -> Coming:
        """Forecast of the days left, of each rep."""
        if self.given is not None:
            return self.given
        if self.expected is None:
            empty = pd.DataFrame({"shape": 0.0, "rate": 1.0, "exposure": 0.0}, index=self.people.index)
            return Rest(empty, Scatter(), is_known=False)
        table = self.expected.table.reindex(self.shown.index)[["shape", "rate"]]
        table = table.assign(exposure=self.shown["days_left"] * self.expected.season)
        spread = self.expected.spread
        if self.kpi.unit != "money":
            return Rest(table, spread)
        found = sizes_of(self.crm, self.kpi, self.shown.index)
        return Rest(table, spread, found, is_known=found is not None)


def sizes_of(crm: Crm, kpi: Kpi, reps: pd.Index) -> Sizes | None:
    """Estimate each rep's mean amount from the single amounts of the last year."""
    end = crm.as_of + timedelta(days=1)
    span = Period(max(end - timedelta(weeks=WEEKS), crm.span.start), end)
    found = record_sums(crm, kpi, span, by=("rep_id",))
    if found is None:
        return None
    found = found.dropna(subset=["rep_id"])
    return sizes(found["rep_id"], found[kpi.numerator], reps)
