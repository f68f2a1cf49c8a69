"""`payroll`: pay, what it is for and what it would be, put together for one report."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.calendar import workdays
from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from ..passport import PassportResult
from ..value import coach_pay
from .pay import PayResult, pay
from .pays_for import PayForResult, pay_for
from .paytable import TABLE
from .plan import PayPlan
from .planfile import path_in
from .what_if import WhatIfResult, what_if

COACHES = ("rep_id", "name", "team", "role", "sessions", "forgone", "pay", "reason")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PayrollResult(Result):
    """What the compensation report shows; `table` is that of `PayResult`, empty without a plan.

    Attributes
    ----------
    state : str
        ``over`` or ``running``; ``no_plan`` where the client has no pay plan.
    paid : PayResult or None
    pays_for : PayForResult or None
        None for one rep, and without a plan.
    what_if : WhatIfResult or None
    coaches : pandas.DataFrame
        One row per rep who coached in the period (``reason`` ``coached``), or else said to be willing to
        (``willing``): ``sessions``, variable pay ``forgone`` a working day and what a day of coaching is then
        ``pay`` (`value.coach_pay`).
    rep, team : str
        Whose page; both empty: everybody's.
    """

    state: str
    paid: PayResult | None = None
    pays_for: PayForResult | None = None
    what_if: WhatIfResult | None = None
    coaches: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COACHES)))
    rep: str = ""
    team: str = ""


@kept_by_arguments
def payroll(
    crm: Crm,
    period: str | Period = "",
    *,
    plan: PayPlan | str | Path | None = None,
    other: PayPlan | str | Path | None = None,
    whose: tuple[str, str] = ("", ""),
    passport: PassportResult | None = None,
) -> PayrollResult:
    """Put together what a plan pays, for what, and what it would pay.

    Parameters
    ----------
    crm, period, plan
        As in `pay`.
    other : PayPlan or path, optional
        A changed plan, as in `what_if`.
    whose : tuple of (rep, team)
        Of one rep or one team; both empty: of everybody.
    passport : PassportResult, optional
        As in `pay_for`.

    Returns
    -------
    PayrollResult
        A client whose settings name no plan gets one that says so.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.payroll(sa.sample(), "2026-Q3").state  # doctest: +SKIP
    'over'
    """
    check_crm(crm, "payroll()")
    rep, team = whose
    if not plan and path_in(crm.client) is None:
        return _without_plan(crm, period)
    paid = pay(crm, period, plan=plan or None, rep=rep, team=team)
    return PayrollResult(
        table=paid.table,
        method="compensation.payroll",
        n=paid.n,
        client=crm.client,
        period=paid.period,
        as_of=crm.as_of,
        notes=paid.notes,
        state=paid.state,
        paid=paid,
        pays_for=None if rep else pay_for(crm, paid=paid, passport=passport),
        what_if=what_if(crm, paid=paid, other=other or None),
        coaches=_coaches(crm, paid),
        rep=str(paid.table["rep_id"].iloc[0]) if rep else "",
        team=team,
    )


def _without_plan(crm: Crm, period: str | Period) -> PayrollResult:
    return PayrollResult(
        table=pd.DataFrame(columns=list(TABLE)),
        method="compensation.payroll",
        n=0,
        client=crm.client,
        period=crm.known_period(period) if period else crm.period(""),
        as_of=crm.as_of,
        state="no_plan",
    )


def _coaches(crm: Crm, paid: PayResult) -> pd.DataFrame:
    """Return what a day of coaching is to be paid to each rep who coached, or else is willing to."""
    reps = crm.reps(on=paid.period.last_day)
    known = paid.period.clip(crm.as_of)
    sessions = _sessions(crm, known, reps)
    is_coach = reps["rep_id"].isin(sessions)
    reason = "coached"
    if not is_coach.any() and "willing_to_coach" in reps:
        is_coach, reason = reps["willing_to_coach"].eq("yes"), "willing"
    leave = crm.frame("absences") if crm.has("absences") else None
    days = workdays(reps, known, absences=leave, country=crm.client.country)["days"]
    table = paid.table[paid.table["rep_id"].isin(reps.loc[is_coach, "rep_id"])].copy()
    worked = table["rep_id"].map(days).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["forgone"] = np.where(worked > 0, np.maximum(table["variable_pay"], 0.0) / worked, np.nan)
    table["pay"] = table["forgone"].map(lambda f: coach_pay(float(f)) if np.isfinite(f) else np.nan)
    table["sessions"] = table["rep_id"].map(sessions).fillna(0).astype(int)
    return table.assign(reason=reason)[list(COACHES)].reset_index(drop=True)


def _sessions(crm: Crm, known: Period, reps: pd.DataFrame) -> dict[str, int]:
    """Count the sessions of the period that each rep held as a coach."""
    if not crm.has("coaching.coach"):
        return {}
    log = crm.frame("coaching")
    held = pd.to_datetime(log["held_on"])
    log = log[(held >= pd.Timestamp(known.start)) & (held < pd.Timestamp(known.end))]
    count = log.groupby("coach")["session_id"].nunique()
    return {str(i): int(count[n]) for i, n in zip(reps["rep_id"], reps["name"]) if n in count.index}
