"""`expectations`: what a rep, a team or the company is asked for, where that stands and what it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Note, Result
from ..core.shelf import kept
from ..kpi import KPIS, Kpi
from ..kpi.panel import computable
from .asked import headlines, mine, paced, rows, subject
from .fan import fan
from .goal import Goal, goals_for
from .pacing import Foresee, PacingResult, near, pacing
from .quota import QuotaResult, quota
from .required import RequiredActivityResult, required_activity


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExpectationsResult(Result):
    """One row per KPI with a goal of the rep, the team or the company.

    `table` columns: ``kpi, unit, better, philosophy``; the goal of a usual week, month, quarter and year
    (``target_week`` …) and of the period (``target_whole``); ``so_far``, ``expected_so_far``; ``estimate``
    with its interval (the end expected of a total, the value of a rate), ``attainment``, ``chance`` to reach
    the goal, ``need_this_week``; ``verdict`` and ``reason`` (of `PACES` for totals, of a scorecard for
    others); the share of reps that should reach such a goal (``share_meant_low, share_meant_high``) and that
    did in up to four finished periods (``share_reached`` with interval, ``n`` goals) and their ``check``.

    Attributes
    ----------
    scope, scope_id, name : str
        Whose page it is.
    subject : mapping
        ``role, team, manager`` of a rep.
    headline : str
        The total that the page is about.
    pacing : PacingResult
        The headline's pace of everybody.
    members : PacingResult or None
        The same of the team's reps, or of the company's teams and reps.
    path : pandas.DataFrame
        The headline day by day: ``day_on, days, value`` so far, then ``estimate`` and the ends of the 80 %
        and 95 % bands of what is to come.
    activity : RequiredActivityResult or None
        What it takes; None where the period is over.
    state : str
        ``over``, ``running`` or ``not_begun``.
    quota : QuotaResult or None
        How the headline's goals add up, for a team or the company.
    """

    scope: str
    scope_id: str
    name: str
    subject: dict[str, Any]
    headline: str
    pacing: PacingResult
    members: PacingResult | None
    path: pd.DataFrame
    activity: RequiredActivityResult | None
    state: str
    quota: QuotaResult | None = None
    asked: tuple[Kpi, ...] = ()

    @property
    def lead(self) -> pd.Series:
        """The row of the headline in the pacing."""
        return self.pacing.of(self.scope, self.scope_id).table.iloc[0]


def expectations(
    crm: Crm, period: str | Period = "", *, rep: str = "", team: str = "", foresee: Foresee | None = None
) -> ExpectationsResult:
    """Put together what is expected in a period as `sa.expectations` does, by a method of one's choice.

    Parameters
    ----------
    crm, period, rep, team
        As there, and so are the errors.
    foresee : callable, optional
        Another method than the pace of the last year, such as `projection.foresee`.

    Returns
    -------
    ExpectationsResult
        Totals are paced (`pacing`), rates are judged as on a scorecard.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> expectations(sa.sample(), "2026-Q3", team="Surabaya").headline  # doctest: +SKIP
    'bookings'
    """
    check_crm(crm, "expectations()")
    span = near(
        crm, period or Period.containing(crm.as_of, "quarter", fiscal_start=crm.client.fiscal_year_start)
    )
    scope, scope_id, who = subject(crm, span, rep, team)
    if foresee and scope == "team":
        foresee = partial(foresee, team=scope_id)
    goals = goals_for(crm, span, computable(crm, KPIS.strict))
    asked = mine(crm, span, goals, (scope, scope_id))
    by_kpi = {name: _pace(crm, span, name, foresee) for name in paced(asked)}
    every = _paces(crm, span, headlines(crm, asked), by_kpi, foresee)
    pace = _headline(every, by_kpi, (scope, scope_id))
    first = pace.asked.name
    return ExpectationsResult(
        table=rows(crm, span, asked, by_kpi, (scope, scope_id)),
        method="goals.expectations",
        n=pace.n,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(pace, asked, (scope, scope_id)),
        scope=scope,
        scope_id=scope_id,
        name=str(who["name"]),
        subject=who,
        headline=first,
        pacing=pace,
        members=_members(pace, scope, scope_id),
        path=fan(crm, pace, scope, scope_id),
        activity=None if pace.state == "over" else _activity(crm, span, first, scope, scope_id),
        state=pace.state,
        quota=_quota(crm, span, first, (scope, scope_id), asked),
        asked=KPIS.pick([*dict.fromkeys([first, *asked])]),
    )


def _paces(
    crm: Crm, span: Period, names: list[str], by_kpi: Mapping[str, PacingResult], foresee: Foresee | None
) -> Iterator[PacingResult]:
    """Yield the pace of each total when it is asked for."""
    for name in names:
        yield by_kpi.get(name) or _pace(crm, span, name, foresee)


def _pace(crm: Crm, span: Period, kpi: str, foresee: Foresee | None) -> PacingResult:
    """Return the pace of everybody, which serves each rep's page of a batch."""
    method, options = (foresee.func, foresee.keywords) if isinstance(foresee, partial) else (foresee, {})
    by = f"{method.__module__}.{method.__qualname__}" if method else ""
    known_by = (kpi, span, by, tuple(sorted(options.items())))
    return kept(crm, "goals.pacing", known_by, lambda: pacing(crm, span, kpi=kpi, foresee=foresee))


def _headline(
    paces: Iterable[PacingResult], by_kpi: Mapping[str, PacingResult], key: tuple[str, str]
) -> PacingResult:
    """Return the pace of the first total that the subject has anything to do with."""
    found = []
    for pace in paces:
        found.append(pace)
        row = pace.of(*key).table.iloc[0]
        if pace.asked.name in by_kpi or row["so_far"] > 0 or row["rest"] > 0:
            return pace
    return found[0]


def _members(pace: PacingResult, scope: str, scope_id: str) -> PacingResult | None:
    """Return the pace of the reps of a team, or of the teams and reps of the company."""
    table = pace.table
    if scope == "rep":
        return None
    if scope == "team":
        kept = (table["scope"] == "rep") & (table["team"] == scope_id)
    else:
        kept = table["scope"].isin(["rep", "team"])
    kept &= table["target_whole"] > 0
    return replace(pace, table=table[kept].reset_index(drop=True)) if kept.any() else None


def _activity(crm: Crm, span: Period, headline: str, scope: str, scope_id: str) -> RequiredActivityResult:
    found = required_activity(crm, span, kpi=headline, rep=scope_id if scope == "rep" else None)
    return found.of(scope, scope_id)


def _quota(
    crm: Crm, span: Period, name: str, key: tuple[str, str], mine: Mapping[str, Goal]
) -> QuotaResult | None:
    """Return how the goals of the headline add up to the team's or the company's."""
    if key[0] == "rep" or name not in mine:
        return None
    found = quota(crm, span, kpi=name)
    kept = found.table["scope"].isin(["team", "organisation"])
    if key[0] == "organisation":
        return replace(found, table=found.table[kept].reset_index(drop=True))
    table, parts, differences = found.table, found.parts, found.differences
    reps = crm.reps(on=min(max(crm.as_of, span.start), span.last_day))
    theirs = {key[1], *parts.loc[parts["team"] == key[1], "rep_id"]}
    theirs.update(reps.loc[reps["team"] == key[1], "rep_id"])
    return replace(
        found,
        table=table[kept & (table["scope_id"] == key[1])].reset_index(drop=True),
        differences=differences[differences["scope_id"].isin(theirs)].reset_index(drop=True),
    )


def _notes(pace: PacingResult, mine: Mapping[str, Goal], key: tuple[str, str]) -> tuple[Note, ...]:
    """Return the cautions that concern the subject; those about other reps and sums do not concern a rep."""
    moved = sum(goal.basis in ("summed", "share") for goal in mine.values())
    kept = list(pace.notes)
    if key[0] == "rep":
        kept = [note for note in kept if note.code not in ("pacing_new_reps", "pacing_summed_goals")]
        row = pace.of(*key).table.iloc[0]
        kept += [Note("pacing_new_reps", 1)] if row["n"] == 0 and row["rest"] > 0 else []
    return (*kept, *([Note("goals_from_other_periods", moved)] if moved else []))
