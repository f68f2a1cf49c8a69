"""Whom a report is for: each type of result says which editions it has and what they leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from ..activity import TeamActivityResult
from ..coaching import ActivityMapResult, DiagnosisResult, RanksResult, TeamCoachingResult
from ..coaching.edition import rep_edition
from ..compensation import PayrollResult
from ..core.crm import Crm
from ..core.edition import check_edition, hide
from ..core.errors import InvalidInput
from ..core.result import Result
from ..dashboard import LeaderboardResult, RepDashboardResult, UnionResult
from ..goals import ExpectationsResult, GradesResult, PacingResult
from ..linkage import LinkageResult, without_reps
from ..performance import PerformanceResult, performance_without_names
from ..pipeline import PipelineOverviewResult, StageAnalysisResult
from ..training import RolloutPlan, TrainingEffectResult
from .edition_pay import payroll_of_rep, payroll_without_names
from .edition_projection import GROUPED, NAMELESS, grouped_without_names, without_names
from .edition_rep import board_of_rep, board_without_names, dashboard_of_rep
from .nameless import codes, nameless

#: (type of result, edition) -> what the edition shows; the manager's edition is the result itself.
_EDITIONS: dict[tuple[type, str], Callable[[Any, Crm], Result]] = {}


def edits(result_type: type, name: str) -> Callable[[Any], Any]:
    """Register what edition `name` of `result_type` shows."""

    def register(rule: Callable[[Any, Crm], Result]) -> Callable[[Any, Crm], Result]:
        _EDITIONS[result_type, name] = rule
        return rule

    return register


def edition(result: Result, crm: Crm, name: str = "") -> Result:
    """Return what the readers of an edition may see of a result.

    Parameters
    ----------
    result : Result
        What was found; the manager's edition.
    crm : Crm
        Its data: whose names must not appear.
    name : str
        ``manager`` (or empty): everything. ``rep``: the rep's own numbers, colleagues only as a group of
        at least `minimum_group` people. ``client``: nobody's name.

    Returns
    -------
    Result
        Of the same type; `edition` says which it is. What is hidden is taken out, not only left unprinted.

    Raises
    ------
    UnknownName
        No such edition.
    InvalidInput
        This result has no such edition.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> found = sa.diagnose(crm, "2026-Q3", "Bagas Prakoso")  # doctest: +SKIP
    >>> sa.edition(found, crm, "rep").findings[0].coach  # doctest: +SKIP
    ''
    """
    wanted = check_edition(name)
    if wanted == "manager":
        return result
    rule = _EDITIONS.get((type(result), wanted))
    if rule is None:
        known = ["manager", *sorted(n for t, n in _EDITIONS if t is type(result))]
        raise InvalidInput(
            f"This report has no {wanted} edition; it has: {', '.join(known)}. "
            "What was agreed in coaching and what one rep is told is for that rep and the manager only."
        )
    return rule(result, crm)


def colleagues(crm: Crm, rep_id: str) -> Callable[[str], str]:
    """Return a function that takes the names of everybody but `rep_id` out of a text."""
    reps = crm.reps()
    own = reps["rep_id"] == rep_id
    columns = [c for c in ("name", "rep_id", "email") if c in reps]
    # A number is an identifier in its own column only: in a sentence it is just a number.
    others = [str(v) for c in columns for v in reps.loc[~own, c].dropna() if not str(v).isdigit()]
    kept = [str(v) for c in columns for v in reps.loc[own, c].dropna()]
    return hide(others, kept, crm.client.words.t("report.a_colleague"))


@edits(DiagnosisResult, "rep")
def diagnosis_of_rep(result: DiagnosisResult, crm: Crm) -> DiagnosisResult:
    """Return the 1:1 pack that the rep takes home."""
    return rep_edition(result, colleagues(crm, str(result.rep["rep_id"])))


@edits(ExpectationsResult, "rep")
def expectations_of_rep(result: ExpectationsResult, crm: Crm) -> ExpectationsResult:
    """Return the sheet that a rep takes home: one row of the pace, and no share of a group too small."""
    if result.scope != "rep":
        raise InvalidInput("The rep's edition of goals is about one rep; name the rep, or leave the edition.")
    table, least = result.table.copy(), crm.client.minimum_group
    goals = crm.frame("goals") if crm.has("goals") else pd.DataFrame({"kpi": [], "scope": [], "scope_id": []})
    with_goal = goals[goals["scope"] == "rep"].groupby("kpi")["scope_id"].nunique()
    is_small = table["kpi"].map(with_goal).fillna(0) < least
    table.loc[is_small, ["share_reached", "share_low", "share_high"]] = float("nan")
    table.loc[is_small, "check"] = "cannot_tell"
    pace = result.pacing.of("rep", result.scope_id)
    return replace(result, edition="rep", table=table, pacing=pace, members=None, quota=None)


@edits(ExpectationsResult, "client")
def expectations_without_names(result: ExpectationsResult, crm: Crm) -> ExpectationsResult:
    """Return the sheet of a team or the company with numbers for its reps."""
    if result.scope == "rep":
        raise InvalidInput("A sheet about one rep has no client edition; leave 'rep' empty or give a team.")
    return nameless(result, crm)


for _type in (
    ActivityMapResult,
    GradesResult,
    PacingResult,
    PipelineOverviewResult,
    RanksResult,
    RolloutPlan,
    StageAnalysisResult,
    TeamCoachingResult,
    TrainingEffectResult,
    UnionResult,
):
    edits(_type, "client")(nameless)


@edits(GradesResult, "rep")
def grades_of_rep(result: GradesResult, crm: Crm) -> GradesResult:
    """Return the report card of one rep: the marks come from all, and show nobody."""
    if result.table["rep_id"].nunique() > 1:
        raise InvalidInput("The rep's edition of grades is about one rep; name the rep.")
    return replace(result, edition="rep")


@edits(LinkageResult, "client")
def links_without_reps(result: LinkageResult, crm: Crm) -> LinkageResult:
    """Return the verdicts on activities with numbers for the reps behind them."""
    return replace(without_reps(result, codes(crm)), edition="client")


@edits(TeamActivityResult, "client")
def activity_without_names(result: TeamActivityResult, crm: Crm) -> TeamActivityResult:
    """Return a team's activity with numbers for its reps, unless the team is so small that it shows them."""
    whose = result.team or result.region
    if whose and result.reps < crm.client.minimum_group:
        raise InvalidInput(
            f"{whose} has {result.reps} reps, fewer than minimum_group ({crm.client.minimum_group}): a page "
            "without names would still show single people. Leave the team out, or take the manager's edition."
        )
    return nameless(result, crm)


edits(PayrollResult, "rep")(payroll_of_rep)
edits(PayrollResult, "client")(payroll_without_names)


@edits(RepDashboardResult, "rep")
def dashboard_for_rep(result: RepDashboardResult, crm: Crm) -> RepDashboardResult:
    """Return the page that a rep opens: the own rows, colleagues only as a group."""
    return dashboard_of_rep(result, crm, colleagues(crm, str(result.rep["rep_id"])))


edits(LeaderboardResult, "rep")(board_of_rep)
edits(LeaderboardResult, "client")(board_without_names)
edits(PerformanceResult, "client")(performance_without_names)

for _type in GROUPED:
    edits(_type, "client")(grouped_without_names)
for _type in NAMELESS:
    edits(_type, "client")(without_names)
