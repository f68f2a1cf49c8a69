"""`pipeline_overview`: a manager's pipeline: figures by rep, what moved, what is wrong, why it was lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Note, Result
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from .chance import win_chances
from .coverage import CoverageOfQuotaResult, coverage_of_quota
from .hygiene import HygieneResult, hygiene
from .movement import MovementResult, movement
from .reasons import ReasonsResult, reasons
from .reps import figures, totals


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PipelineOverviewResult(Result):
    """One row per rep with open opportunities, or with closed ones in the period; largest pipeline first.

    `table` columns: ``rep_id, name, team``; ``n`` open opportunities and their ``open_value``;
    ``expected_value`` (each value times its chance of being won) and ``weighted_value`` (times the CRM's own
    probability); ``wins`` of ``base`` closed in the period, ``estimate`` = win rate pulled towards that of
    all reps with its interval, ``p_adjusted`` against all others and ``verdict`` (above, below, cannot_tell);
    ``cycle`` (mean days to a win), ``cycle_median``, ``deal_size``; ``pushed`` (share of the pipeline whose
    close date moved to a later day in the period); ``coverage`` of the quota still to come; ``flagged`` open
    opportunities with a sign of risk and their ``value_flagged``. What cannot be told is missing.

    Attributes
    ----------
    total : pandas.Series
        The same for all of them together.
    movement, movement_open : MovementResult
        Since the period's first day, of what is due by the quarter's end and of all that is open.
    hygiene : HygieneResult
        Signs of risk on the last day.
    coverage : CoverageOfQuotaResult
        Of the quarter that runs after that day, or of the period where it is not over.
    reasons : ReasonsResult or None
        Of the losses; None where no reasons are recorded.
    chances : pandas.DataFrame
        Chance of each open opportunity to be won: ``opportunity_id, estimate, conf_low, conf_high``.
    on : datetime.date
        Day looked at.
    team, region : str
        What it was narrowed to; empty: everybody.
    """

    total: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    movement: MovementResult
    movement_open: MovementResult
    hygiene: HygieneResult
    coverage: CoverageOfQuotaResult
    reasons: ReasonsResult | None = None
    chances: pd.DataFrame = field(default_factory=pd.DataFrame)
    on: date
    team: str = ""
    region: str = ""


@kept_by_arguments
def pipeline_overview(
    crm: Crm, period: str | Period = "", *, team: str = "", region: str = "", since: str | date | None = None
) -> PipelineOverviewResult:
    """Put together what a manager looks at in the pipeline.

    Parameters
    ----------
    crm : Crm
    period : str or Period
        Days over which wins, cycles, losses and pushes count; the pipeline is that of its last day, or of the
        last day of the data. Empty: the last whole quarter.
    team, region : str
        Narrow to reps who belong there on the last day of the data; empty: everybody.
    since : day, optional
        First day of the movement; by default the period's.

    Returns
    -------
    PipelineOverviewResult

    Raises
    ------
    UnknownName
        There is no such team or region.
    InvalidInput
        The period lies outside the data, or `since` is not before its end.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = pipeline_overview(sa.sample(), "2026-Q3", team="Surabaya")
    >>> bool(found.total["n"] == found.movement_open.of()["n"]["open_end"])
    True
    """
    check_crm(crm, "pipeline_overview()")
    within = narrowed(crm, crm.as_of, team=team, region=region)
    span = crm.period(period).clip(crm.as_of)
    on = span.last_day
    scope = {"team": team, "region": region}
    own = set(within.frame("reps")["rep_id"]) if within is not crm else None
    risks = hygiene(crm, on)
    cover = coverage_of_quota(crm, on=on) if on < crm.as_of or _is_whole(crm, span) else _running(crm, on)
    chances = _chances(crm, on)
    table, shares = figures(crm, span, hygiene=risks, coverage=cover.table, chances=chances, own=own)
    risks = risks.only(team=team, region=region)
    moved = [_movement(crm, since or span.start, on, due, scope) for due in ("", "all")]
    return PipelineOverviewResult(
        table=table,
        method="pipeline.pipeline_overview",
        n=risks.n,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(crm, moved),
        total=totals(table, shares, coverage=cover.table, team=team if not region else None),
        movement=moved[0],
        movement_open=moved[1],
        hygiene=risks,
        coverage=cover,
        reasons=reasons(within, span) if crm.has("opportunities.lost_reason") else None,
        chances=chances[chances["opportunity_id"].isin(risks.open["opportunity_id"])],
        on=on,
        team=team,
        region=region,
    )


def _chances(crm: Crm, on: date) -> pd.DataFrame:
    columns = ["opportunity_id", "estimate", "conf_low", "conf_high"]
    if not (crm.has("opportunities.created_on") and crm.has("opportunities.closed_on")):
        return pd.DataFrame(columns=columns)
    return win_chances(crm, on).table[columns]


def _is_whole(crm: Crm, span: Period) -> bool:
    """Tell whether a quarter ends with the period, so that the next one is to be covered."""
    quarter = Period.containing(span.last_day, "quarter", fiscal_start=crm.client.fiscal_year_start)
    return quarter.last_day == span.last_day


def _running(crm: Crm, on: date) -> CoverageOfQuotaResult:
    fiscal = crm.client.fiscal_year_start
    return coverage_of_quota(crm, Period.containing(on, "quarter", fiscal_start=fiscal), on=on)


def _movement(crm: Crm, since: str | date, on: date, due: str, scope: dict[str, str]) -> MovementResult:
    """Follow the pipeline of a team or region; what it took over from others and handed on are steps."""
    by = tuple(name for name, value in scope.items() if value)
    found = movement(crm, since, on, by=by, due=due)
    if not by:
        return found
    table, single, all_steps = found.table, found.moves, found.table["step"].unique()
    for name in by:
        table = table[table[name] == scope[name]].drop(columns=name)
        single = single[single[name] == scope[name]].drop(columns=name)
    if table.empty:  # nobody there ever owned anything
        table = pd.DataFrame({"step": all_steps, "n": 0, "change": 0, "value": 0.0})
    return replace(
        found,
        table=table.reset_index(drop=True),
        moves=single.reset_index(drop=True),
        by=(),
        n=int(single["opportunity_id"].nunique()),
    )


def _notes(crm: Crm, moved: list[MovementResult]) -> tuple[Note, ...]:
    return (*moved[1].notes, *crm.notes("opportunities"))
