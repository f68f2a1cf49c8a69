"""`scorecard`: every KPI of a rep with interval, base, goal, attainment, peers, trend and one verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import GRAINS, Period
from ..core.result import Note, Result, Word
from ..core.shelf import kept
from ..kpi import KPIS, Kpi, PanelResult, Registry, coverage, panel
from ..kpi.query import first_days
from .disagree import DisagreementResult, disagreement
from .goal import Goal, goals_for, stated
from .interval import fetch_records
from .people import MIN_PEERS, pool, staff
from .rows import LEVEL, Context, rows

#: Always on a scorecard, whatever has a goal.
ALWAYS = ("bookings", "win_rate")
#: On a scorecard where no KPI has a goal.
HEADLINE = ("calls", "connect_rate", "conversation_rate", "meetings", "proposals", "wins", *ALWAYS)
#: The reading that is the article's own formula.
_SEED = "seed"
#: Days at the start of a period that the data may miss before its value is left out of a trend.
_GRACE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ScorecardResult(Result):
    """One row per rep and KPI.

    `table` columns: ``rep_id, name, team, role, kpi, estimate, conf_low, conf_high, method, numerator, base,
    n, unit, better, target_whole, target, philosophy, attainment, attainment_low, attainment_high,
    peer_estimate, peer_count, seed_estimate, verdict, trend``. `target` is the part of `target_whole`
    for the days that the rep worked within the data; `n` is what the value rests on; `trend` is a tuple with
    the value of each of `periods`, missing where there were no data or no rep.

    Attributes
    ----------
    periods : tuple of Period
        The trend's periods, the latest last.
    asked : tuple of Kpi
        The declarations behind the rows.
    level : float
        Confidence level of the intervals.
    readings : DisagreementResult or None
        The same by the article's own formula, by rep, where KPIs shown have one.
    """

    periods: tuple[Period, ...] = ()
    asked: tuple[Kpi, ...] = ()
    level: float = LEVEL
    readings: DisagreementResult | None = None

    def of(self, rep: str) -> ScorecardResult:
        """Return the rows of one rep, by rep_id or name."""
        who = str(rep).casefold()
        mine = (self.table["rep_id"].str.casefold() == who) | (self.table["name"].str.casefold() == who)
        if not mine.any():
            raise unknown("rep", rep, self.table["name"].unique(), where="this scorecard")
        table = self.table[mine].reset_index(drop=True)
        return replace(self, table=table, readings=_of(self.readings, table["rep_id"]))


def scorecard(
    crm: Crm,
    period: str | Period,
    *,
    rep: str | Iterable[str] | None = None,
    kpis: str | Kpi | Iterable[str | Kpi] | None = None,
    trend: int = 8,
) -> ScorecardResult:
    """Set every KPI of one or all reps against its goal and the peers.

    Parameters
    ----------
    crm : Crm
        The data; goals come from its ``goals`` table.
    period : str or Period
        Span of days. Where the data ends inside it, goals that add up are taken by the working days so far.
    rep : str, sequence of str or None
        Whose, by rep_id or name; None: everyone employed in the period.
    kpis : names, Kpi objects or None
        Which KPIs; None: those with a goal in the period, and bookings and win rate.
    trend : int
        How many periods up to this one `trend` holds; 0: none.

    Returns
    -------
    ScorecardResult
        Intervals: Wilson for shares, exact Poisson for counts, compound Poisson for money, t for means.

    Raises
    ------
    MissingData
        A KPI asked for needs a table or column that this data does not have.
    InvalidInput
        Unknown rep or KPI; nobody employed in the period.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.scorecard(sa.sample(), "2026-Q3", rep="Bagas Prakoso")  # doctest: +SKIP
    """
    check_crm(crm, "scorecard()")
    span = crm.known_period(period)
    chosen, silent = _choose(crm, span, kpis)
    now = panel(crm, chosen, span)
    everyone = staff(crm, span)
    people = everyone.loc[_shown(crm, everyone, rep, span)]
    sums = now.wide().xs(span.label, level="period")
    pooled = pool(sums, everyone, people.index.tolist())
    goals = goals_for(crm, span, chosen)
    mine = sums.reindex(people.index.rename("rep_id")).fillna(0.0)
    records = fetch_records(crm, chosen, span, by=("rep_id",))
    context = Context(crm, span, people, mine, pooled, goals, records)
    readings = _readings(crm, chosen, span, people)
    table = pd.concat([rows(kpi, context) for kpi in chosen], ignore_index=True)
    table.insert(table.columns.get_loc("verdict"), "seed_estimate", _seeds(table, readings))
    if kpis is None:
        own = {who for _, scope, who in goals if scope == "rep"}
        table = table[_asked_of(table, own, _idle(chosen, everyone["role"], sums))]
    order = {rep_id: i for i, rep_id in enumerate(people.index)}
    table = table.sort_values("rep_id", key=lambda s: s.map(order), kind="stable", ignore_index=True)
    history = _history(crm, chosen, span, trend) if trend > 1 else now
    table["trend"] = _trends(crm, table, history) if trend else [()] * len(table)
    return ScorecardResult(
        table=table,
        method="goals.scorecard",
        n=now.n,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=(*now.notes, *_notes(crm, context, silent)),
        periods=history.periods if trend else (),
        asked=chosen,
        readings=readings,
    )


def _idle(chosen: tuple[Kpi, ...], roles: pd.Series, sums: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the roles and KPIs always shown of which nobody of the role has a record: SDRs sell nothing."""
    mine = sums.reindex(roles.index).fillna(0.0)
    by_role = mine.groupby(roles.fillna("").to_numpy()).sum()
    names = {kpi.name: kpi.base or kpi.numerator for kpi in chosen if kpi.name in ALWAYS}
    return {(str(role), kpi) for kpi, sum_ in names.items() for role in by_role.index[by_role[sum_] == 0]}


def _asked_of(table: pd.DataFrame, own: set[str], idle: set[tuple[str, str]]) -> pd.Series:
    """Tell which rows concern the rep: what has goals for other roles only is no part of this rep's work.

    A rep without a goal of `own`, such as a joiner whom the company's rates alone concern, keeps every row;
    `idle` are roles and KPIs that are no part of the role's work.
    """
    aimed = table["target"].notna()
    has_goals = table["rep_id"].isin(own)
    pairs = zip(table["role"].fillna(""), table["kpi"])
    is_idle = pd.Series([pair in idle for pair in pairs], table.index)
    return aimed | ~has_goals | (table["kpi"].isin(ALWAYS) & ~is_idle)


def _readings(
    crm: Crm, chosen: tuple[Kpi, ...], span: Period, people: pd.DataFrame
) -> DisagreementResult | None:
    """Compute the article's own reading of the KPIs shown that have one, for the reps shown."""
    wanted = [kpi.name for kpi in chosen if f"{kpi.name}.{_SEED}" in KPIS and KPIS[kpi.name] is kpi]
    if not wanted:
        return None
    known_by = (tuple(wanted), span)
    found = kept(
        crm,
        "goals.seed_readings",
        known_by,
        lambda: disagreement(crm, wanted, span, by="rep_id", readings=_SEED),
    )
    return _of(found, people["rep_id"])


def _of(found: DisagreementResult | None, reps: pd.Series) -> DisagreementResult | None:
    if found is None:
        return None
    table, records = found.table, found.records
    mine = records[records["rep_id"].isin(reps)] if len(records) else records
    return replace(found, table=table[table["rep_id"].isin(reps)].reset_index(drop=True), records=mine)


def _seeds(table: pd.DataFrame, readings: DisagreementResult | None) -> list[float]:
    known = {}
    if readings is not None:
        known = readings.table.set_index(["rep_id", "kpi"])["estimate"].to_dict()
    return [known.get(pair, float("nan")) for pair in zip(table["rep_id"], table["kpi"])]


def _choose(crm: Crm, span: Period, kpis: object) -> tuple[tuple[Kpi, ...], list[str]]:
    """Return the KPIs to show and the names of those left out because nothing was ever recorded."""
    if kpis is not None:
        return KPIS.pick(kpis), []
    with_goal = {goal.kpi for goal in _overlapping(crm, span)}
    wanted = {*with_goal, *ALWAYS} if with_goal & set(KPIS) else set(HEADLINE)
    wanted |= {name.partition(".")[0] for name in wanted}  # a reading stands behind its KPI
    found = coverage(crm, Registry(k for k in KPIS.values() if k.name in wanted))
    chosen = KPIS.pick(found.kpis("computable"))
    if not chosen:
        crm.require(*KPIS["bookings"].needs, *KPIS["win_rate"].needs, wanted_by="A scorecard")
        raise InvalidInput("Nothing to set on a scorecard: no call, opportunity or other event is recorded.")
    return chosen, found.kpis("nothing_recorded")


def _shown(crm: Crm, everyone: pd.DataFrame, rep: str | Iterable[str] | None, span: Period) -> list[str]:
    if rep is None:
        shown = everyone.index.tolist()
    else:
        shown = [str(crm.rep(r)["rep_id"]) for r in ([rep] if isinstance(rep, str) else rep)]
    absent = [r for r in shown if r not in everyone.index]
    if absent or not shown:
        who = ", ".join(absent) or "every rep"
        raise InvalidInput(
            f"No working day in {span} within the data (as of {crm.as_of}), by leave or employment: {who}. "
            "Choose another period, or check hired_on and left_on in the table of reps, and the absences."
        )
    return shown


def _history(crm: Crm, chosen: tuple[Kpi, ...], span: Period, trend: int) -> PanelResult:
    stretch = Period(span.previous(trend - 1).start, span.end, "range", span.fiscal_start)
    return panel(crm, chosen, stretch, grain=span.grain if span.grain in GRAINS else span.days)


def _trends(crm: Crm, table: pd.DataFrame, history: PanelResult) -> list[tuple[float, ...]]:
    """Values of each row over the periods; a 0 from before the first record is no value."""
    begun = first_days(crm, history.asked)
    values = history.kpis.set_index(["rep_id", "kpi", "period"])["estimate"].to_dict()
    missing = float("nan")

    def value(row: Any, period: Period) -> float:
        first = begun[row.kpi]
        if first is None or first > period.start + _GRACE:
            return missing
        return values.get((row.rep_id, row.kpi, period.label), missing)

    return [tuple(value(row, p) for p in history.periods) for row in table.itertuples()]


def _notes(crm: Crm, context: Context, silent: list[str]) -> list[Note]:
    notes = []
    part_time = int((context.people["share"] < 1).sum())
    if part_time:
        notes.append(Note("goals_by_days_employed", part_time))
    moved = [g for g in context.goals.values() if g.basis != "stated"]
    if moved:
        notes.append(Note("goals_from_other_periods", len(moved)))
    few = context.pooled["peer_count"] < MIN_PEERS
    mixed = ~context.pooled["is_same_role"].astype(bool) & ~few
    if few.any():
        notes.append(Note("too_few_peers", int(few.sum()), {"least": MIN_PEERS}))
    if mixed.any():
        notes.append(Note("peers_of_all_roles", int(mixed.sum())))
    if silent:
        words = tuple(Word(f"kpi.{name}.name") for name in silent)
        notes.append(Note("nothing_recorded", values={"kpis": words}))
    strange = sorted({g.kpi for g in _overlapping(crm, context.span)} - set(KPIS))
    if strange:
        notes.append(Note("goals_of_unknown_kpis", values={"kpis": tuple(strange)}))
    return notes


def _overlapping(crm: Crm, span: Period) -> list[Goal]:
    return [g for g in stated(crm) if g.period.start < span.end and g.period.end > span.start]
