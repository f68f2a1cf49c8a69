"""A roll-out by lot, judged: the one case in which a change may be put down to the coaching."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, MissingData
from ..core.result import Note
from ..kpi import KPIS, Kpi
from ..stats import Randomised, Units, Windows, before_after, course, randomisation_test
from .cells import Cells, cells
from .plan import RolloutPlan
from .result import COLUMNS, PEOPLE, TrainingEffectResult
from .sessions import sessions
from .weekly import Weekly, weekly

LEVEL = 0.95
#: Deals behind a p-value.
DEALS = 999
#: Share of the rep-weeks of the plan that must be known.
LEAST_READ = 0.8
#: A session so many weeks from the drawn day counts as held to the plan.
NEAR = 3
NOTHING = Randomised(*[float("nan")] * 4)


def trial(crm: Crm, plan: RolloutPlan) -> TrainingEffectResult:
    """Judge a roll-out by the lot that was drawn; before the last wave begins nothing is told.

    Every rep counts as the lot drew, whatever happened. p-values compare the deal that was made with others
    that could have been; intervals hold every factor on the counts that is not refused. A ratio is read as
    counts given what they are counted of.

    Raises
    ------
    InvalidInput
        Something else than a plan.
    MissingData
        The data does not give the KPI, or knows none of the reps.
    """
    if not isinstance(plan, RolloutPlan):
        raise InvalidInput(f"'plan' takes a RolloutPlan, not {type(plan).__name__}.")
    kpi = KPIS[plan.kpi]
    weeks = weekly(crm, [kpi])
    gone = [rep for rep in plan.reps if rep not in weeks.reps]
    if kpi.numerator not in weeks.sums or len(gone) == len(plan.reps):
        raise MissingData(f"The data does not give {kpi.name} of the reps of the plan.")
    begin = weeks.place(plan.starts)
    reason = "too_early" if begin + plan.length > weeks.length else "reps_missing" if gone else ""
    found, old, one = NOTHING, NOTHING, None
    if not reason:
        one, found = _read(weeks, kpi, plan, begin)
        reason = _short(one)
        earlier = _read(weeks, kpi, plan, begin - plan.length) if begin >= plan.length else (None, NOTHING)
        old = earlier[1]
    row = _row(weeks, kpi, plan, begin, found) | _placebo(old)
    row |= _verdict(found, reason, kpi.better) | {"weeks": 0 if one is None else one.counts.size}
    return TrainingEffectResult(
        table=pd.DataFrame([row], columns=list(COLUMNS)),
        method="training.training_effect",
        n=len(plan.reps),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        notes=_followed(crm, plan),
        people=_people(plan),
        course=course(_units(weeks, kpi, plan), _windows(plan)).assign(kpi=kpi.name)[
            ["kpi", "time", "estimate", "expected"]
        ]
        if not reason
        else pd.DataFrame(columns=["kpi", "time", "estimate", "expected"]),
        selection_weeks=0,
        level=LEVEL,
        lag=weeks.lag,
        is_by_lot=True,
        reason=str(row["reason"]) if row["verdict"] == "not_enough_data" else "",
        read_on=plan.read_on if reason == "too_early" else None,
    )


def _read(weeks: Weekly, kpi: Kpi, plan: RolloutPlan, begin: int) -> tuple[Cells | None, Randomised]:
    place = np.array([weeks.reps.index(rep) for rep in plan.reps])
    design = (begin, plan.waves, plan.weeks, plan.seed)
    one = cells(weeks, kpi, place, plan.groups, design, count=DEALS)
    if one is None or np.ptp(one.lots.doses[0]) == 0:
        return one, NOTHING
    return one, randomisation_test(one.counts, one.lots, level=LEVEL)


def _short(one: Cells | None) -> str:
    if one is None:
        return "no_events"
    return "weeks_missing" if one.counts.size < LEAST_READ * one.wanted else ""


def _windows(plan: RolloutPlan) -> Windows:
    return Windows(after=plan.weeks, gap=0)


def _units(weeks: Weekly, kpi: Kpi, plan: RolloutPlan) -> Units:
    """Return the reps of the plan as waves; the last one has no controls."""
    place = np.array([weeks.reps.index(rep) for rep in plan.reps])
    starts = np.array([weeks.place(day) for day in plan.table["held_on"]], dtype=float)
    base = weeks.base(kpi)
    return Units(weeks.counts(kpi)[place], starts, starts, None if base is None else base[place])


def _row(weeks: Weekly, kpi: Kpi, plan: RolloutPlan, begin: int, found: Randomised) -> dict[str, object]:
    is_known = not np.isnan(found.estimate)
    units = _units(weeks, kpi, plan) if is_known else None
    naive = before_after(units, _windows(plan), level=LEVEL) if units is not None else None
    after = naive.after if naive is not None else np.nan
    first = (plan.table["wave"] < plan.waves).sum()
    return {
        "kpi": kpi.name,
        "contrast": "by_lot",
        "estimate": found.estimate,
        "std_error": np.nan,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "p_adjusted": found.p_value,
        "mde": plan.mde,
        "n": len(plan.reps),
        "coached": int(first),
        "controls": int(len(plan.reps) - (plan.table["wave"] == 1).sum()),
        "before": np.nan if naive is None else naive.before,
        "after": after,
        "without": after / float(np.exp(found.estimate)),
        "naive_estimate": np.nan if naive is None else naive.estimate,
        "naive_low": np.nan if naive is None else naive.conf_low,
        "naive_high": np.nan if naive is None else naive.conf_high,
        "unit": kpi.unit,
        "better": kpi.better,
        "method": "randomisation",
    }


def _placebo(old: Randomised) -> dict[str, float]:
    """Return what the same lot shows over as many weeks before the roll-out: nothing, but for chance."""
    return {
        "placebo_estimate": old.estimate,
        "placebo_low": old.conf_low,
        "placebo_high": old.conf_high,
        "placebo_p": old.p_value,
    }


def _verdict(found: Randomised, reason: str, better: str) -> dict[str, str]:
    if reason or np.isnan(found.p_value):
        return {"verdict": "not_enough_data", "reason": reason or "no_events"}
    if found.p_value > 1 - LEVEL:
        return {"verdict": "no_clear_change", "reason": "wide_interval"}
    return {
        "verdict": "improved" if (found.estimate > 0) == (better == "higher") else "worsened",
        "reason": "",
    }


def _people(plan: RolloutPlan) -> pd.DataFrame:
    people = plan.table.assign(kpi=plan.kpi, coach="", reason="", read_on=plan.read_on)
    return people[list(PEOPLE)].reset_index(drop=True)


def _followed(crm: Crm, plan: RolloutPlan) -> tuple[Note, ...]:
    """Say how many were first coached when the lot said, as far as sessions tell."""
    held = sessions(crm)
    held = held[(held["kpi"] == plan.kpi) & (held["held_on"] >= plan.starts - timedelta(weeks=NEAR))]
    if held.empty:
        return ()
    first = held.groupby("rep_id")["held_on"].min()
    due = plan.table[plan.table["held_on"] <= crm.as_of]
    near = [
        rep in first.index and abs((first[rep] - day).days) <= 7 * NEAR
        for rep, day in zip(due["rep_id"], due["held_on"], strict=True)
    ]
    return (Note("training_followed", int(sum(near)), {"all": len(due)}),) if len(due) else ()
