"""What variable pay the settlement ahead may bring, with its uncertainty, against the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.pacing import counted_by
from ..goals.past import expect, past
from ..goals.progress import split
from ..goals.standing import Standing, employed
from ..kpi import KPIS
from ..projection import foresee
from ..stats.compound import draw_counts
from .cases import Person, people
from .credits import CENTS, SCALE, credits
from .curve import bonuses_at, capped, commission_at
from .pay import PayResult
from .plan import ZERO, PayPlan
from .rules import bonus_lines

#: Draws that are kept, and the days of the past that say how much of a win stays with its owner.
DRAWS, YEAR = 1000, 365
LEVEL = 0.8


@dataclass(frozen=True)
class Budget:
    """Variable pay before draws of the settlement ahead.

    Attributes
    ----------
    period : Period or None
        The settlement in which the day after the data lies; None where nothing can be told.
    estimate, conf_low, conf_high : float
        Mean and 80 % interval.
    limit : float
        The plan's budget for it; NaN: none.
    chance : float
        Chance to exceed the budget.
    draws : array
        All draws.
    reason : str
        Why nothing can be told: ``no_past``, ``plan_over``; empty otherwise.
    carried : int
        Reps whose target is that of the last settlement, as the goals do not reach ahead.
    """

    period: Period | None = None
    estimate: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
    limit: float = np.nan
    chance: float = np.nan
    draws: np.ndarray = field(default_factory=lambda: np.empty(0))
    reason: str = ""
    carried: int = 0


def budget(crm: Crm, paid: PayResult) -> Budget:
    """Draw the variable pay of the settlement ahead from what reps may win as `project` sees it.

    Notes
    -----
    Value to come is drawn rep by rep around `project`, shared ups and downs included; where the past is too
    short for it, as pacing does. Of it each rep keeps, or
    gets of others', what splits and types left in the last year. Bonuses stay as in the last settlement; who
    had none then is taken at target.
    """
    plan = paid.plan
    ahead = Period.containing(
        crm.as_of + timedelta(days=1), plan.settles, fiscal_start=crm.client.fiscal_year_start
    )
    if plan.ends_on and ahead.end > plan.ends_on:
        return Budget(reason="plan_over")
    earned = credits(crm, plan)
    there = people(crm, plan, [ahead], earned)[0]
    last = paid.settled[-1][1]
    if paid.is_part:
        there = {rep: who for rep, who in there.items() if rep in last}
    there, carried = _with_targets(there, last)
    drawn = _volumes(crm, plan, ahead, there, earned)
    if drawn is None:
        return Budget(reason="no_past")
    total = np.zeros(DRAWS)
    for rep_id, who in there.items():
        bonus = _bonuses(plan, who, last.get(rep_id))
        total += capped(plan, who.case, commission_at(plan, who.case, drawn[rep_id]) + bonus)
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    limit = float(plan.budget / plan.parts) if plan.budget and not paid.is_part else np.nan
    chance = float((total > limit).mean()) if np.isfinite(limit) else np.nan
    return Budget(ahead, float(total.mean()), float(low), float(high), limit, chance, total, carried=carried)


def _with_targets(there: Mapping[str, Person], last: Mapping[str, Person]) -> tuple[dict[str, Person], int]:
    """Give those without a target the one of the last settlement."""
    found, carried = dict(there), 0
    for rep_id, who in there.items():
        before = last[rep_id].case.target if rep_id in last else None
        if who.case.terms.commission and not who.case.target and before:
            found[rep_id] = replace(who, case=replace(who.case, target=before))
            carried += 1
    return found, carried


def _bonuses(plan: PayPlan, who: Person, before: Person | None) -> float:
    if before is None or before.case.terms != who.case.terms or not before.case.part:
        return float(bonuses_at(plan, who.case, np.array([1.0]))[0])
    whole = float(sum((line.amount for line in bonus_lines(plan, before.case)), ZERO))
    return whole * float(who.case.part / before.case.part)


def _volumes(
    crm: Crm, plan: PayPlan, ahead: Period, there: Mapping[str, Person], earned: pd.DataFrame
) -> dict[str, np.ndarray] | None:
    """Return draws of what will be credited to each rep by the end; None where nothing can be foreseen."""
    drawn: dict[str, tuple[pd.DataFrame, np.ndarray, dict[tuple[str, str], float]]] = {}
    measures = {w.case.terms.commission.measure for w in there.values() if w.case.terms.commission}
    for measure in measures:
        found = _of_measure(crm, ahead, measure)
        if found is None:
            return None
        drawn[measure] = found, found.to_numpy().sum(axis=1), _kept(crm, measure, earned)
    volumes = {}
    for rep_id, who in there.items():
        rule, so_far = who.case.terms.commission, float(who.case.volume)
        if rule is None:
            volumes[rep_id] = np.zeros(DRAWS)
            continue
        table, whole, kept = drawn[rule.measure]
        mine = table[rep_id].to_numpy() if rep_id in table else np.zeros(DRAWS)
        part = kept.get((rep_id, "own"), 1.0)
        got = kept.get((rep_id, "received"), 0.0)
        volumes[rep_id] = so_far + part * mine + got * whole
    return volumes


def _of_measure(crm: Crm, ahead: Period, measure: str) -> pd.DataFrame | None:
    """Return draws of what is still to come, one column a rep."""
    asked, cut = KPIS[measure], split(crm, ahead)
    if not all(crm.has(need) for need in asked.needs):
        return None
    seen = foresee(crm, asked, cut)
    if seen is not None:
        return seen.drawn(DRAWS)
    expected = expect(past(crm, counted_by(asked)), cut.days_ahead, cut.ahead[0])
    found = Standing(crm, asked, ahead, cut, employed(crm, ahead, cut), expected).rest
    if not found.is_known:
        return None
    if found.sizes is not None:
        return found.drawn.iloc[:DRAWS]
    table = found.posterior
    some = (table["shape"] > 0) & (table["exposure"] > 0)
    counts = pd.DataFrame(0.0, index=range(DRAWS), columns=table.index)
    rows = table[some]
    if len(rows):
        counts.loc[:, some] = draw_counts(
            rows["shape"], rows["rate"], rows["exposure"], spread=found.spread, draws=DRAWS
        )
    return counts


def _kept(crm: Crm, measure: str, earned: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return what of the last year's wins stayed with each owner, and what of all wins went to each rep."""
    since = pd.Timestamp(crm.as_of) - pd.Timedelta(days=YEAR)
    year = earned[earned["counted_on"] > since]
    column, unit = ("parts", SCALE) if measure == "wins" else ("cents", CENTS)
    year = year.assign(value=year[column] / unit)
    owned = year.groupby("owner_id")["value"].sum()
    is_own = year["rep_id"] == year["owner_id"]
    own, received = (part.groupby("rep_id")["value"].sum() for part in (year[is_own], year[~is_own]))
    found = {(str(r), "own"): float(own.get(r, 0.0) / v) for r, v in owned.items() if v > 0}
    whole = float(owned.sum())
    found |= {(str(r), "received"): float(v) / whole for r, v in received.items() if whole > 0}
    return found
