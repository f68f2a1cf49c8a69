"""`stage_analysis`: how opportunities move through the stages, where they are lost and where they stay."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from .bottleneck import BottleneckResult, bottlenecks
from .hygiene import HygieneResult, hygiene
from .stage_flow import StageFlowResult, stage_flow
from .stage_time import StageTimeResult, stage_time
from .stage_trend import StageTrendResult, stage_trend

_DAYS = {"estimate": "median", "conf_low": "median_low", "conf_high": "median_high"}
_SLOW = ("p90", "p90_low", "p90_high")
#: What a long stand is called: in its stage where stages are on record, else since it was created.
STALLED, OLD = "stalled", "old"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StageAnalysisResult(Result):
    """One row per stage: what became of those that entered, how many get on, how long they stay.

    `table` holds the columns of `StageFlowResult.table` and ``median, median_low, median_high, p90, p90_low,
    p90_high`` in days, ``at_risk`` and ``at_risk_value``: open ones that stand longer than nine in ten stays
    took.

    Attributes
    ----------
    flow, time, trend : StageFlowResult, StageTimeResult, StageTrendResult
        The parts; time against a year ago.
    year, teams, reps : BottleneckResult or None
        Where wins are missed: against a year ago, teams and reps against their peers; None where there is
        nothing to compare with.
    risk : HygieneResult
        Open opportunities that stand too long, and all that is open.
    team, region : str
        Whose; empty: all.
    """

    flow: StageFlowResult
    time: StageTimeResult
    trend: StageTrendResult
    year: BottleneckResult | None = None
    teams: BottleneckResult | None = None
    reps: BottleneckResult | None = None
    risk: HygieneResult
    long_stands: pd.DataFrame = field(default_factory=pd.DataFrame)
    team: str = ""
    region: str = ""

    @property
    def has_history(self) -> bool:
        """Whether stages are on record; else the one row is the whole way from creation to close."""
        return self.flow.has_history


@kept_by_arguments
def stage_analysis(
    crm: Crm, period: Period | str = "", *, team: str = "", region: str = ""
) -> StageAnalysisResult:
    """Put together how opportunities move through the stages.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Days looked at; default the last whole quarter.
    team, region : str
        Only opportunities under reps who belonged to it; peers stay everybody else.

    Returns
    -------
    StageAnalysisResult
        Without a stage history the one stage is the whole way from creation to close.

    Raises
    ------
    UnknownName
        No such team or region.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.stage_analysis(sa.sample(), "2026-Q3").table["stage"].tolist()
    ['qualification', 'discovery', 'proposal', 'negotiation']
    """
    check_crm(crm, "stage_analysis()")
    span = crm.period(period)
    flow = stage_flow(crm, span, team=team, region=region)
    time = stage_time(crm, span, against="year_ago", team=team, region=region)
    risk = hygiene(crm, flow.period.last_day).only(team=team, region=region)
    rule = STALLED if flow.has_history else OLD
    stands = risk.table[risk.table["rule"] == rule]
    stands = stands.sort_values(["amount", "fact"], ascending=False, kind="stable", na_position="last")
    compared = {"team": team, "region": region}
    return StageAnalysisResult(
        table=_table(flow, time, stands),
        method="pipeline.stage_analysis",
        n=flow.n,
        client=crm.client,
        period=flow.period,
        as_of=crm.as_of,
        notes=flow.notes,
        flow=flow,
        time=time,
        trend=stage_trend(crm, span, team=team, region=region),
        year=_compared(bottlenecks(crm, span, by=_own(team, region), against="year_ago", **compared)),
        teams=_groups(crm, span, "team", compared),
        reps=_groups(crm, span, "rep_id", compared),
        risk=risk,
        long_stands=stands.reset_index(drop=True),
        team=team,
        region=region,
    )


def _groups(crm: Crm, span: Period, by: str, compared: dict[str, str]) -> BottleneckResult | None:
    """Return the groups against their peers."""
    if not crm.has(f"reps.{by}"):
        return None
    return _compared(bottlenecks(crm, span, by=by, **compared))


def _own(team: str, region: str) -> tuple[str, ...]:
    """Return by what the looked-at part of the company is told from the rest."""
    return tuple(name for name, value in (("team", team), ("region", region)) if value)


def _compared(found: BottleneckResult) -> BottleneckResult | None:
    return found if len(found.table) and (found.table["reference_n"] > 0).any() else None


def _table(flow: StageFlowResult, time: StageTimeResult, stands: pd.DataFrame) -> pd.DataFrame:
    days = time.table[["stage", *_DAYS, *_SLOW]].rename(columns=_DAYS)
    table = flow.table.merge(days, on="stage", how="left")
    stage = stands["stage"] if flow.has_history else pd.Series("", stands.index)
    counted = stands["amount"].groupby(stage).agg(at_risk="size", at_risk_value="sum")
    table = table.join(counted, on="stage")
    return table.fillna({"at_risk": 0, "at_risk_value": 0.0}).astype({"at_risk": "int64"})
