"""`rep_dashboard`: one rep's goals, pipeline and activity, what to act on, and the place among the peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from ..goals.asked import subject
from ..goals.goal import goals_for
from ..goals.pacing import PacingResult, near, pacing
from ..goals.people import staff
from ..goals.scorecard import ScorecardResult, scorecard
from ..kpi import KPIS, Kpi, panel
from ..kpi.panel import computable
from ..projection import foresee
from .leaderboard import HEADLINES, LeaderboardResult, leaderboard
from .next_steps import next_steps

#: What a rep looks at, in this order; a KPI of which nobody of the role has a record is left out.
SHOWN = (
    "bookings",
    "wins",
    "leads_handed",
    "win_rate",
    "average_deal_size",
    "sales_cycle",
    "qualified_share",
    "handoff_acceptance",
    "new_prospects",
    "pipeline_created",
    "open_pipeline",
    "weighted_pipeline",
    "lead_age",
    "calls",
    "conversations",
    "meetings",
    "proposals",
    "tasks_in_time",
)
#: Periods of the trend.
TREND = 8


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RepDashboardResult(Result):
    """One row per KPI of a rep, as on a scorecard, the total that the role is about first.

    `table` columns: those of `goals.scorecard`.

    Attributes
    ----------
    rep : mapping
        ``rep_id, name, role, team, manager``.
    scorecard : ScorecardResult
        The same rows with the declarations and periods behind them.
    headline : str
        The total that the page is about; empty where nobody of the role has any.
    pace : PacingResult or None
        The rep's row for the headline: so far, the end expected, the chance of the goal.
    actions : pandas.DataFrame
        The rep's open opportunities on the last day of the data, those to act on first
        (`dashboard.next_steps`).
    board : LeaderboardResult
        The rep's role; in the rep's edition the own row and bands of the others alone.
    """

    rep: Mapping[str, Any]
    scorecard: ScorecardResult
    headline: str
    pace: PacingResult | None
    actions: pd.DataFrame
    board: LeaderboardResult

    @property
    def own(self) -> pd.Series | None:
        """The row of the headline's pace."""
        return self.pace.table.iloc[0] if self.pace is not None and len(self.pace.table) else None


@kept_by_arguments
def rep_dashboard(crm: Crm, period: str | Period = "", rep: str = "") -> RepDashboardResult:
    """Put together what a rep opens on Monday.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Empty: the quarter of the last day of the data.
    rep : str
        By rep_id or name; empty: the first by name who works in the period.

    Returns
    -------
    RepDashboardResult
        KPIs are those of the rep's role: where nobody of it has bookings, the page opens with what the role
        is there for.

    Raises
    ------
    UnknownName
        No such rep.
    InvalidInput
        The rep has no working day in the period within the data.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.rep_dashboard(sa.sample(), "2026-Q3", "Tasya Ramadhani")
    >>> found.headline, found.table["kpi"].iloc[0]
    ('leads_handed', 'leads_handed')
    """
    check_crm(crm, "rep_dashboard()")
    fiscal = crm.client.fiscal_year_start
    span = crm.known_period(near(crm, period or Period.containing(crm.as_of, "quarter", fiscal_start=fiscal)))
    people = staff(crm, span)
    if people.empty:
        raise InvalidInput(f"Nobody has a working day in {span} within the data. Choose another period.")
    rep_id = str(crm.rep(rep)["rep_id"]) if rep else str(people.sort_values("name").index[0])
    _, _, who = subject(crm, span, rep_id, "")
    chosen = _of_role(crm, span, people, rep_id)
    # Nothing on record of anybody of the role: what the data could hold stands there, empty.
    shown = chosen or computable(crm, KPIS.pick(HEADLINES), ["rep_id"])
    card = scorecard(crm, span, rep=rep_id, kpis=shown, trend=TREND)
    headline = next((k.name for k in chosen if k.name in HEADLINES), "")
    pace = pacing(crm, span, kpi=headline, rep=rep_id, foresee=foresee) if headline else None
    board = replace(leaderboard(crm, span, role=str(who.get("role") or "")), subject=rep_id)
    return RepDashboardResult(
        table=card.table,
        method="dashboard.rep_dashboard",
        n=card.n,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=(*card.notes, *(pace.notes if pace else ())),
        rep={"rep_id": rep_id, **who},
        scorecard=card,
        headline=headline,
        pace=pace,
        actions=next_steps(crm, rep_id),
        board=board,
    )


def _of_role(crm: Crm, span: Period, people: pd.DataFrame, rep_id: str) -> list[Kpi]:
    """Return the KPIs that concern the rep: with a goal, or with a record of anybody of the role."""
    able = computable(crm, KPIS.pick(SHOWN), ["rep_id"])
    sums = panel(crm, able, span).sums.dropna(subset=["rep_id"]).set_index("rep_id")
    role = people["role"].get(rep_id) if rep_id in people.index else None
    same = people.index[people["role"] == role] if pd.notna(role) else people.index
    mine = sums.reindex(same.union([rep_id])).fillna(0.0)
    goals = goals_for(crm, span, able)

    def concerns(kpi: Kpi) -> bool:
        if (kpi.name, "rep", rep_id) in goals:
            return True
        return bool((mine[[m.name for m in kpi.measures]].abs().sum() > 0).all())

    return [kpi for kpi in able if concerns(kpi)]


def last_day(result: RepDashboardResult) -> date:
    """Return the last known day of the period."""
    return min(result.as_of, result.period.last_day)
