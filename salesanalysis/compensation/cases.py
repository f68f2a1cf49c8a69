"""What is known of every rep in every settlement: days there, credits, target, KPIs of the bonuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from ..core.calendar import workdays, working_days
from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.period import Period, add_months
from ..goals.goal import Goal, asked_by_days, goal_of, goals_for
from ..goals.reach import is_at
from ..goals.verdict import attainment
from ..kpi import KPIS, Kpi, panel
from .credits import CENTS, SCALE
from .plan import ONE, ZERO, Commission, PayPlan, Terms
from .rules import Case
from .terms import kpis_of

#: Attainments are compared and paid at a millionth, so that no line hangs on the last bit of a float.
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True)
class Person:
    """Who a rep was on the last day of a settlement, with the case and the KPIs of the bonuses."""

    rep_id: str
    name: str
    team: str
    role: str
    case: Case
    measured: Mapping[str, tuple[float, float]]


def settlements(crm: Crm, plan: PayPlan, span: Period) -> list[Period]:
    """Return the settlements from the plan's start up to the end of `span`, in order.

    Raises
    ------
    InvalidInput
        `span` is no whole number of settlements, or lies outside the plan.
    """
    fiscal = crm.client.fiscal_year_start
    parts = span.split(plan.settles)
    if any(part.grain != plan.settles for part in parts):
        raise InvalidInput(
            f"The pay plan settles by {plan.settles}, and {span} is no whole {plan.settles}. Ask for one, "
            f"such as {Period.containing(span.start, plan.settles, fiscal_start=fiscal)}."
        )
    start = plan.starts_on or Period.containing(span.start, "year", fiscal_start=fiscal).start
    if span.start < start or (plan.ends_on and span.end > plan.ends_on):
        raise InvalidInput(
            f"The pay plan does not hold for all of {span}: 'starts_on' and 'ends_on' say when."
        )
    first = Period.containing(start, plan.settles, fiscal_start=fiscal)
    if first.start != start:
        raise InvalidInput(
            f"The pay plan starts on {start}, in the middle of {first}. Start it on {first.start}."
        )
    return Period(start, span.end, "range", fiscal).split(plan.settles)


def people(crm: Crm, plan: PayPlan, spans: list[Period], earned: pd.DataFrame) -> list[dict[str, Person]]:
    """Return by settlement everyone who is paid then, by rep_id.

    Those employed on any day of it whom the plan pays, and those who left but are still credited.
    """
    goals = [goals_for(crm, span, _asked(plan)) for span in spans]
    measured = _measured(crm, plan, spans)
    return [
        _of(crm, plan, span, earned, (goals[i], measured.get(span.label, {}))) for i, span in enumerate(spans)
    ]


def _asked(plan: PayPlan) -> tuple[Kpi, ...]:
    measures = [t.commission.measure for t in plan.all_terms if t.commission]
    return KPIS.pick([*dict.fromkeys([*measures, *kpis_of(plan.all_terms)])])


def _measured(
    crm: Crm, plan: PayPlan, spans: list[Period]
) -> dict[str, dict[str, dict[str, tuple[float, float]]]]:
    """Return value and base of every bonus KPI: settlement -> rep -> KPI."""
    names = kpis_of(plan.all_terms)
    if not names:
        return {}
    found: dict[str, dict[str, dict[str, tuple[float, float]]]] = {}
    for span in spans:
        if span.start > crm.as_of:
            continue
        table = panel(crm, names, span, by="rep_id").kpis
        table = table[table["estimate"].notna() & table["rep_id"].notna()]
        of_span = found.setdefault(span.label, {})
        for row in table.itertuples():
            of_span.setdefault(str(row.rep_id), {})[row.kpi] = (float(row.estimate), float(row.base))
    return found


Goals = Mapping[tuple[str, str, str], Goal]
Values = Mapping[str, Mapping[str, tuple[float, float]]]


def _of(
    crm: Crm, plan: PayPlan, span: Period, earned: pd.DataFrame, known: tuple[Goals, Values]
) -> dict[str, Person]:
    goals, values = known
    day = min(max(crm.as_of, span.start), span.last_day)
    reps = crm.reps(on=day)
    days = _days(crm, plan, span, reps)
    here = earned[(earned["counted_on"] >= str(span.start)) & (earned["counted_on"] < str(span.end))]
    volumes = _volumes(here)
    found = {}
    for rep in reps.itertuples():
        rep_id, role = str(rep.rep_id), _text(rep, "role")
        terms = plan.terms(rep_id, str(rep.name), role)
        part, done = days[rep_id]
        if terms is None or (part <= 0 and rep_id not in volumes):
            continue
        mine = values.get(rep_id, {})
        volume = volume_of(terms.commission, volumes.get(rep_id, {}))
        whole = _whole(crm, span)
        facts = {"terms": terms, "part": part, "days": done, "whole": whole, "volume": volume}
        target = _target(plan, terms.commission, goals, rep_id, part)
        attained = tuple(_attained(b, goals, (rep_id, _text(rep, "team")), mine, part) for b in terms.bonuses)
        case = Case(**facts, target=target, attained=attained, has_draw=_has_draw(terms, rep, span))
        found[rep_id] = Person(rep_id, str(rep.name), _text(rep, "team"), role, case, mine)
    return found


def _text(rep: object, column: str) -> str:
    value = getattr(rep, column, "")
    return value if isinstance(value, str) else ""


def _whole(crm: Crm, span: Period) -> Decimal:
    return Decimal(working_days(span.start, span.end, crm.client.country))


def _days(crm: Crm, plan: PayPlan, span: Period, reps: pd.DataFrame) -> dict[str, tuple[Decimal, Decimal]]:
    """Return by rep the share of the settlement there, and full-time days there up to the as-of day."""
    whole = _whole(crm, span)
    until = span.clip(crm.as_of) if span.start <= crm.as_of else None
    leave = crm.frame("absences") if plan.prorate == "present" and crm.has("absences") else None
    column = "present" if plan.prorate == "present" else "employed"

    def count(over: Period) -> pd.Series:
        return workdays(reps, over, absences=leave, country=crm.client.country)[column]

    all_days = count(span)
    done = count(until) if until else all_days * 0
    elapsed = Decimal(working_days(span.start, until.end, crm.client.country)) if until else ZERO
    shares = reps["working_share"].fillna(1.0) if "working_share" in reps else pd.Series(1.0, reps.index)
    found = {}
    for rep_id, total, gone, part_time in zip(all_days.index, all_days, done, shares):
        share = Decimal(repr(float(part_time)))
        if plan.prorate == "none" and total:
            found[rep_id] = ONE, elapsed
            continue
        part = Decimal(int(total)) / whole * share if whole else ZERO
        found[rep_id] = part, Decimal(int(gone)) * share
    return found


def _volumes(here: pd.DataFrame) -> dict[str, dict[str, tuple[int, int]]]:
    """Return cents and parts of wins by rep and type of opportunity."""
    sums = here.assign(type=here["type"].fillna("")).groupby(["rep_id", "type"])[["cents", "parts"]].sum()
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for (rep, kind), cents, parts in sums.itertuples():
        found.setdefault(str(rep), {})[kind] = int(cents), int(parts)
    return found


def volume_of(rule: Commission | None, by_type: Mapping[str, tuple[int, int]]) -> Decimal:
    """Return what counts for a rule: value in money, or wins."""
    if rule is None:
        return ZERO
    rows = [v for kind, v in by_type.items() if not rule.types or kind in rule.types]
    if rule.measure == "wins":
        return Decimal(sum(parts for _, parts in rows)) / SCALE
    return Decimal(sum(cents for cents, _ in rows)) / CENTS


def _target(
    plan: PayPlan, rule: Commission | None, goals: Goals, rep_id: str, part: Decimal
) -> Decimal | None:
    """Return the settlement's target: the rep's goal as it stands, or the plan's number by the days there."""
    if rule is None:
        return None
    if rule.target is not None:
        return rule.target / plan.parts * part
    goal = goals.get((rule.measure, "rep", rep_id))
    return Decimal(repr(goal.target)) if goal and goal.target > 0 else None


def _attained(
    bonus: object,
    goals: Goals,
    who: tuple[str, str],
    values: Mapping[str, tuple[float, float]],
    part: Decimal,
) -> tuple[Decimal | None, bool]:
    """Return how far the target of a bonus is reached, and whether it is."""
    kpi = KPIS[bonus.kpi]
    if bonus.target is None:
        goal = goal_of(kpi, dict(goals), *who)
        target = goal.target if goal else None
    else:
        target = float(bonus.target)
    if target is None or bonus.kpi not in values:
        return None, False
    target *= float(part) if asked_by_days(kpi) else 1.0
    value = values[bonus.kpi][0]
    found = attainment(value, target, kpi.better)
    if not np.isfinite(found):
        return None, False
    return Decimal(repr(found)).quantize(_MILLIONTH), is_at(value, target, kpi.better)


def _has_draw(terms: Terms, rep: object, span: Period) -> bool:
    """Tell whether a settlement begins within the months after hiring that have a draw."""
    hired = getattr(rep, "hired_on", None)
    if not terms.draw_months:
        return True
    if hired is None or pd.isna(hired):
        return False
    first: date = pd.Timestamp(hired).date()
    return span.start < add_months(first.replace(day=1), terms.draw_months)
