"""`propose_goals`: goals for reps, teams and the company from what comparable reps did before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result, Word
from ..kpi import KPIS, Kpi, Registry
from ..kpi.panel import computable
from ..kpi.query import first_days
from .comparable import GRACE, MIN_PERIODS, Past, earlier, groups, past, segments
from .goal import stated
from .goalfile import as_goals, write_goals
from .members import members, rows_of
from .philosophy import check_philosophy, philosophies
from .scorecard import ALWAYS, HEADLINE
from .season import MIN_YEARS, PARTS
from .standard import COLUMNS, LEVEL, seasons, standard, whole_days, with_exposure

#: More periods than any data holds.
_TEN_YEARS = 530


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GoalProposalResult(Result):
    """Goals proposed for every rep, team and the company.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per goal: ``scope, scope_id, name, team, group, kpi, philosophy, target, target_whole,
        conf_low, conf_high, n, days, verdict, reason, unit, better``. `target_whole` is the standard of a
        full-time rep for the whole period, `target` the part for the days the rep is there (full-time days,
        ``days``); of teams and the company both are the members' sum, of ratios their mean by days.
        `conf_low` to `conf_high` is the 80 % interval of the quantile.
        `n` counts the comparable reps, of teams the members with a goal.
        `verdict` is ``proposed`` or ``cannot_tell``; `reason` says why, or warns (``ramping``,
        ``some_without``).
    standards : pandas.DataFrame
        One row per group of comparable reps and KPI: the quantile behind the goals (``estimate``), the level
        that this share of reps holds in the long run (``sustained``), on how many reps and periods both rest,
        and how many reps reach the goal in one period: as meant (``meant_low`` to ``meant_high``), as
        expected (``expected_reach``) and as seen (``reach`` with its interval); ``check``: ``as_meant,
        too_easy, too_hard, cannot_tell``.
    levels : pandas.DataFrame
        One row per comparable rep and KPI: ``group, kpi, rep_id, n, raw, estimate`` (shrunk), ``conf_low,
        conf_high`` (95 %), of totals a working day.
    goals : pandas.DataFrame
        The goals as a goals table, rounded; teams and the company are the sums of the rounded goals.
    history : tuple of Period
        Periods that the proposal rests on.
    level : float
        Level of the intervals.
    """

    standards: pd.DataFrame = field(default_factory=pd.DataFrame)
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    goals: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: tuple[Period, ...] = ()
    level: float = LEVEL

    def write(self, path: str | Path) -> Path:
        """Write the goals as a table that `load` reads back: CSV, Parquet or Excel by the ending of `path`.

        Raises
        ------
        InvalidInput
            Another ending, or nothing to write.
        CannotWrite
            The file cannot be written; an older one then stays as it was.
        """
        return write_goals(self.goals, path)


def propose_goals(
    crm: Crm,
    period: str | Period,
    *,
    kpis: str | Kpi | Registry | Iterable[str | Kpi] | None = None,
    philosophy: str | Mapping[str, str] | None = None,
    history: int = 8,
) -> GoalProposalResult:
    """Propose goals per KPI for reps, teams and the company from what comparable ramped reps did.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Week, month, quarter, half, year or any span of days the goals are for; it may lie ahead.
    kpis : names, Kpi objects or None
        What to set goals for; None: what has goals already, bookings and win rate, or else the headline KPIs.
    philosophy : str or mapping, optional
        ``A`` (few reach it), ``C average`` (half) or ``C minimum`` (most), for all or by KPI; otherwise that
        of the KPI's latest goal, of ``[philosophy]`` in the settings, or C average.
    history : int
        How many earlier periods of the same length to look at; at least 4.

    Returns
    -------
    GoalProposalResult

    Raises
    ------
    MissingData
        A KPI asked for needs a table or column that this data does not have.
    InvalidInput
        Unknown KPI or philosophy, or too short a history.

    Notes
    -----
    Comparable are reps of one role (and business category, where enough of them keep to one), on board for 13
    weeks; those who left since are among them. Each rep's periods are added up and shrunk towards the others
    first: shares by a beta-binomial, counts and money by a gamma-Poisson model with their own scatter, means
    by a normal one. The scatter of single periods is put back, and the goal is the quantile of what such a
    period finds: P87.5 for A, P50 for C average, P22.5 for C minimum, the other side where lower is better,
    so that as many reach it as it is meant for. A short period scatters more than a long one: its C minimum
    is lower by the day and its A higher. The 80 % interval comes from drawing reps anew. Totals are by
    working day, and by season where two years of it are known.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.propose_goals(sa.sample(), "2026-Q4", kpis=["calls", "win_rate"])
    >>> found.standards.loc[found.standards["group"] == "AE", ["kpi", "philosophy"]].values.tolist()
    [['calls', 'C minimum'], ['win_rate', 'A']]
    """
    check_crm(crm, "propose_goals()")
    check_philosophy(philosophy)
    if not isinstance(history, int) or history < MIN_PERIODS:
        raise InvalidInput(f"history is {history!r}; goals need at least {MIN_PERIODS} earlier periods.")
    span = Period.parse(period, fiscal_start=crm.client.fiscal_year_start)
    chosen = _choose(crm, kpis)
    meant = philosophies(crm, chosen, philosophy)
    periods = earlier(crm, span, history)
    then = past(crm, chosen, periods)
    segment = segments(crm, Period(periods[0].start, periods[-1].end)) if periods else {}
    people = members(crm, span, segment)
    grain = periods[-1].grain if periods else ""
    together = max(round(span.days / periods[-1].days), 1) if periods else 1
    standards, levels, corrected = [], [], []
    years = _all_years(crm, periods, chosen)
    for kpi in chosen:
        factors = seasons(kpi, years) if kpi.name in years.begun else {}
        corrected += [kpi.name] * bool(factors)
        rows = with_exposure(kpi, then, factors)
        days = whole_days(span, grain, factors, crm.client.country)
        for group, part in rows.groupby(groups(rows, segment)) if len(rows) else ():
            one = standard(kpi, part, philosophy=meant[kpi.name], days=days, together=together)
            if one.row["reason"] == "nothing_recorded":
                continue
            names = {"group": group, "kpi": kpi.name, "philosophy": meant[kpi.name]}
            standards.append({**names, "unit": kpi.unit, "better": kpi.better, **one.row})
            levels.append(one.levels.table.assign(group=group, kpi=kpi.name))
    frame = pd.DataFrame(standards, columns=list(COLUMNS))
    table = rows_of(crm, chosen, people, frame, meant)
    return GoalProposalResult(
        table=table,
        method="goals.propose_goals",
        n=len(then.rows),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=tuple(_notes(frame, table, span, periods, chosen, corrected)),
        standards=frame,
        levels=pd.concat(levels, ignore_index=True) if levels else pd.DataFrame(),
        goals=as_goals(table, span, {k.name: k for k in chosen}),
        history=periods,
    )


def _choose(crm: Crm, kpis: object) -> tuple[Kpi, ...]:
    if kpis is not None:
        chosen = KPIS.pick(kpis)
        for kpi in chosen:
            crm.require(*kpi.needs, wanted_by=kpi.name)
        return chosen
    aimed = {goal.kpi for goal in stated(crm)} & set(KPIS)
    wanted = {*aimed, *ALWAYS} if aimed else set(HEADLINE)
    chosen = computable(crm, [k for k in KPIS.values() if k.name in wanted], ["rep_id"])
    if not chosen:
        crm.require(*KPIS["bookings"].needs, *KPIS["win_rate"].needs, wanted_by="propose_goals()")
    return chosen


def _all_years(crm: Crm, periods: tuple[Period, ...], kpis: tuple[Kpi, ...]) -> Past:
    """Return all whole periods up to the last of `periods`, of totals known for years: for their seasons."""
    grain = periods[-1].grain if periods else ""
    every = earlier(crm, periods[-1].next(), _TEN_YEARS) if grain in PARTS else ()
    count = MIN_YEARS * PARTS.get(grain, 0)
    if not every or len(every) < count:
        return past(crm, (), ())
    begun = first_days(crm, [k for k in kpis if k.is_total])
    first = every[-count].start + GRACE
    long = [k for k in kpis if begun.get(k.name) and begun[k.name] <= first]
    return past(crm, long, every if long else ())


def _notes(
    standards: pd.DataFrame,
    table: pd.DataFrame,
    span: Period,
    periods: tuple[Period, ...],
    kpis: tuple[Kpi, ...],
    corrected: list[str],
) -> list[Note]:
    notes = []
    if not periods:
        notes.append(Note("no_earlier_periods"))
    elif periods[-1].grain != span.grain or periods[-1].days not in range(span.days - 3, span.days + 4):
        notes.append(Note("goals_from_shorter_periods", len(periods)))
    plain = [k.name for k in kpis if k.is_total and k.name not in corrected]
    if plain and periods:
        notes.append(Note("no_season_correction", values={"kpis": _names(plain)}))
    for check in ("too_easy", "too_hard"):
        wrong = standards.loc[standards["check"] == check, "kpi"].unique()
        if len(wrong):
            notes.append(Note(f"goals_{check}", values={"kpis": _names(wrong)}))
    open_rows = table[(table["scope"] == "rep") & (table["verdict"] == "cannot_tell")]
    if len(open_rows):
        notes.append(Note("goals_not_proposed", int(open_rows["scope_id"].nunique())))
    return notes


def _names(kpis: Iterable[str]) -> tuple[Word, ...]:
    return tuple(Word(f"kpi.{name}.name") for name in kpis)
