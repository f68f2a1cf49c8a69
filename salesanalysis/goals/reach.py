"""Whether as many reps reach a goal as it is meant for: one rule for goals proposed and goals in force."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, panel
from ..kpi.catalogue import kept_of
from ..kpi.panel import computable
from ..stats import clustered_share
from ..stats.interval import Interval
from .goal import Goal, asked_by_days, goal_of, goals_for, stated
from .people import staff
from .philosophy import SHOULD_REACH
from .verdict import attainment

#: Finished periods of goals that are looked at, and the fewest goals of reps in them.
PERIODS, ENOUGH = 4, 8
#: What can be said of how many reach a goal.
CHECKS = ("as_meant", "too_easy", "too_hard", "cannot_tell")
_COLUMNS = ["kpi", "rep_id", "period", "attainment", "is_reached"]


def reached(crm: Crm, kpis: Iterable[Kpi], *, goals: list[Goal] | None = None) -> pd.DataFrame:
    """Return one row per rep, KPI and finished period with a goal in the table: whether it was reached.

    Parameters
    ----------
    crm : Crm
        The data.
    kpis : iterable of Kpi
        Each is held against its own last `PERIODS` periods: one may have goals by the week, another by the
        quarter.
    goals : list of Goal, optional
        What `stated` returns, where it is known already.

    Returns
    -------
    DataFrame
        ``kpi, rep_id, period, attainment, is_reached``. Of what a rep does the goal counts for the days that
        the rep was there; who never was has no row.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> reached(sa.sample(), [sa.KPIS["win_rate"]])["period"].nunique()
    4
    """
    goals = stated(crm) if goals is None else goals
    asked: dict[Period, list[Kpi]] = {}
    for kpi in kpis:
        periods = {g.period for g in goals if g.kpi == kpi.name and g.period.last_day <= crm.as_of}
        seen = [p for p in periods if p.end > crm.span.start]
        for period in sorted(seen, key=lambda p: (p.end, p.start))[-PERIODS:]:
            asked.setdefault(period, []).append(kpi)
    parts = [
        kept_of(
            crm, "goals.reached", some, (period,), partial(_in_period, crm, some, period), in_memory=False
        )
        for period, some in asked.items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _in_period(crm: Crm, kpis: list[Kpi], period: Period) -> pd.DataFrame:
    """Return the rows of one period; they are of everybody, so that a batch computes them once."""
    targets = goals_for(crm, period, kpis)
    able = {kpi.name: kpi for kpi in computable(crm, kpis, ["rep_id"])}
    if not able:
        return pd.DataFrame(columns=_COLUMNS)
    found = panel(crm, able.values(), period, by="rep_id").kpis
    reps = crm.reps(on=period.last_day)
    teams = dict(zip(reps["rep_id"], reps["team"])) if "team" in reps else {}
    there = staff(crm, period)["share"].to_dict() if any(map(asked_by_days, able.values())) else {}
    rows = []
    for row in found[found["estimate"].notna() & found["rep_id"].notna()].itertuples():
        kpi = able[row.kpi]
        goal = goal_of(kpi, targets, row.rep_id, teams.get(row.rep_id))
        part = there.get(row.rep_id, 0.0) if asked_by_days(kpi) else 1.0
        if goal is not None and part > 0:
            is_reached = is_at(row.estimate, goal.target * part, kpi.better)
            share = attainment(row.estimate, goal.target * part, kpi.better)
            rows.append((kpi.name, row.rep_id, period.label, share, is_reached))
    return pd.DataFrame(rows, columns=_COLUMNS)


def is_at(value: float, target: float, better: str) -> bool:
    """Tell whether a value is at its goal or beyond.

    Examples
    --------
    >>> is_at(40, 40, "higher"), is_at(41, 40, "lower")
    (True, False)
    """
    return bool(value >= target if better == "higher" else value <= target)


def share_reached(rows: pd.DataFrame, *, level: float = 0.95) -> Interval:
    """Return the share of `rows` (``rep_id, is_reached``) that reached the goal; reps are the clusters."""
    return clustered_share(rows["is_reached"].to_numpy(bool), rows["rep_id"].to_numpy(), level=level)


def contradiction(share: Interval, philosophy: str) -> str:
    """Return ``too_hard`` or ``too_easy`` where the interval of the share lies beside what is meant.

    ``cannot_tell`` with fewer than `ENOUGH` goals.

    Examples
    --------
    >>> contradiction(Interval(0.5, 0.4, 0.6, 80, 0.95, "wilson"), "A")
    'too_easy'
    """
    if share.n < ENOUGH or not np.isfinite(share.conf_low):
        return "cannot_tell"
    low, high = SHOULD_REACH[philosophy]
    if share.conf_high < low:
        return "too_hard"
    return "too_easy" if share.conf_low > high else "as_meant"
