"""`pacing`: how far a period's goal is reached, what the rest may bring, and the chance to get there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS, Kpi
from ..stats.pace import Scatter
from .past import Expected, expect, past
from .progress import Coming, split
from .standing import COLUMNS, LEVEL, Standing, employed

#: Longest time, in days, between the end of the data and a period that can be looked ahead to.
FARTHEST = 366


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PacingResult(Result):
    """One row per rep, team and the organisation.

    `table` columns: ``scope`` (rep, team, organisation), ``scope_id``, ``rep_id, name, team, role, kpi,
    unit``; ``target_whole`` the goal, ``so_far`` what there is, ``expected_so_far`` the goal by the working
    days gone; ``days_gone, days_left`` full-time working days; ``rest`` expected of the days left,
    ``estimate`` the end expected with ``conf_low, conf_high``; ``chance`` to reach the goal; ``run_rate`` the
    end by simply going on as so far; ``need_per_day, need_this_week`` of each working day left, and in the
    ``days_this_week``; ``n`` counted in the last year; ``verdict`` (`PACES`) and its ``reason``.

    Attributes
    ----------
    asked : Kpi
        The declaration.
    level : float
        Level of the interval.
    spread : Scatter
        How counts of such a stretch have varied.
    season : float
        Factor for the time of year; 1 where `has_season` is false.
    week : Period or None
        The days that ``need_this_week`` is about; None once the period is over.
    state : str
        ``over``, ``running`` or ``not_begun``.
    people : pandas.DataFrame
        Everyone of the period, by rep_id: ``name, team, role`` and the days gone, left and of the week.
    groups : mapping
        The reps behind a row, by its scope and scope_id.
    standing : Standing
        What the rows were made of.
    """

    asked: Kpi
    level: float = LEVEL
    spread: Scatter = field(default_factory=Scatter)
    season: float = 1.0
    has_season: bool = False
    week: Period | None = None
    state: str = "over"
    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    standing: Standing | None = None

    @property
    def is_projected(self) -> bool:
        """Whether what is to come was projected from open opportunities, not paced."""
        return self.standing is not None and self.standing.given is not None

    def of(self, scope: str, scope_id: str = "") -> PacingResult:
        """Return one row: ``of("rep", "R02")``, ``of("team", "Jakarta 1")``, ``of("organisation")``."""
        table = self.table
        mine = table[(table["scope"] == scope) & (table["scope_id"] == scope_id)]
        if mine.empty:
            raise unknown(
                scope, scope_id, table.loc[table["scope"] == scope, "scope_id"], where="this pacing"
            )
        return replace(self, table=mine.reset_index(drop=True))


#: Says what the days left may bring of a KPI (of a team: ``team=``), or None where it cannot.
Foresee = Callable[..., Coming | None]


def pacing(
    crm: Crm,
    period: str | Period,
    *,
    kpi: str = "wins",
    rep: str | None = None,
    foresee: Foresee | None = None,
) -> PacingResult:
    """Say where a period's total stands against its goal, and where it may end.

    Parameters
    ----------
    crm : Crm
        The data; `as_of` is the day from which the rest is looked at.
    period : str or Period
        Running, over, or yet to begin within a year.
    kpi : str
        A total: ``wins``, ``bookings``, ``calls`` and other counts.
    rep : str or None
        One rep only, by rep_id or name; the others still say what is usual.
    foresee : callable, optional
        Another method than the pace of the last year, such as `projection.foresee`.

    Returns
    -------
    PacingResult
        Interval 80 %.

    Raises
    ------
    InvalidInput
        The KPI is no total of counts or of money by wins; the period lies before the data or far ahead.
    MissingData
        The data cannot give the KPI.

    Notes
    -----
    A rep's rate a working day is drawn towards the role's (gamma-Poisson) from the last 52 weeks. What is
    still to come is negative binomial, with the scatter that stretches as long have had, shared ups and downs
    included. Money is so many wins times sizes drawn towards the team's. Open opportunities are not looked
    at. A season is taken into account with two years of data.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.pacing(sa.sample(), "2026-Q3", kpi="bookings")
    >>> found.table["scope"].value_counts().to_dict()
    {'rep': 30, 'team': 4, 'organisation': 1}
    """
    check_crm(crm, "pacing()")
    asked = KPIS.pick(kpi)[0]
    counted = counted_by(asked)
    crm.require(*asked.needs, wanted_by=f"Pacing of {asked.name}")
    span = near(crm, period)
    cut = split(crm, span)
    expected = expect(past(crm, counted), cut.days_ahead, cut.ahead[0])
    people = employed(crm, span, cut)
    who = str(crm.rep(rep)["rep_id"]) if rep is not None else ""
    standing = Standing(
        crm, asked, span, cut, people, expected, only=who, given=foresee(crm, asked, cut) if foresee else None
    )
    table = standing.table
    groups = {(row.scope, row.scope_id): row.members for row in table.itertuples()}
    notes = _notes(standing, table)
    table = table[list(COLUMNS)]
    if rep is not None and table.empty:
        raise InvalidInput(f"{rep} is not employed in {span}. Choose another period.")
    return PacingResult(
        table=table,
        method="goals.pacing",
        n=int(expected.table["n"].sum()) if expected else 0,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=notes,
        asked=asked,
        spread=expected.spread if expected else Scatter(),
        season=expected.season if expected else 1.0,
        has_season=bool(expected and expected.has_season),
        week=cut.week,
        state=cut.state,
        people=people,
        groups=groups,
        standing=standing,
    )


def counted_by(kpi: Kpi) -> Kpi:
    """Return what is counted to foresee `kpi`: a count itself, the wins of a sum of money.

    Raises
    ------
    InvalidInput
        The KPI is neither, or less of it is better.
    """
    if kpi.is_total and kpi.better == "higher":
        if kpi.unit == "count":
            return kpi
        if kpi.unit == "money" and kpi.events is not None and kpi.record:
            return Kpi(f"{kpi.name}_counted", (kpi.events,))
    known = [k.name for k in KPIS.strict if k.is_total and k.unit == "count" and k.better == "higher"]
    raise InvalidInput(
        f"{kpi.name} cannot be paced, for it does not add up day by day. Take bookings, {', '.join(known)}."
    )


def near(crm: Crm, period: str | Period) -> Period:
    """Read a period that the data reaches, or that begins within a year of it.

    Raises
    ------
    InvalidInput
        It lies farther ahead, or before the data begins.
    """
    found = Period.parse(period, fiscal_start=crm.client.fiscal_year_start)
    if (found.start - crm.as_of).days > FARTHEST:
        raise InvalidInput(
            f"Period {found} begins more than a year after the data ends ({crm.as_of}). Choose a nearer one."
        )
    return crm.period(found) if found.start <= crm.as_of else found


def _of_the_past(expected: Expected | None) -> list[Note]:
    """Return the cautions of the pace of the last year."""
    if expected is None:
        return [Note("pacing_no_past")]
    notes = [] if expected.has_season else [Note("pacing_no_season")]
    return [*notes, Note("pacing_short_past")] if expected.is_short else notes


def _notes(standing: Standing, table: pd.DataFrame) -> tuple[Note, ...]:
    notes = list(standing.given.notes) if standing.given else []
    if standing.cut.state != "over":
        notes += [] if standing.given else _of_the_past(standing.expected)
        new = (table["scope"] == "rep") & (table["n"] == 0) & table["rest"].gt(0)
        if new.any():
            notes.append(Note("pacing_new_reps", int(new.sum())))
    summed = table["is_summed"].eq(True)
    if summed.any():
        notes.append(Note("pacing_summed_goals", int(summed.sum())))
    return tuple(notes)
