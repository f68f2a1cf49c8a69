"""`state_of_the_union`: the year on one page, for who answers for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from ..kpi import KPIS, Kpi
from ..kpi.panel import computable
from ..pipeline import CoverageOfQuotaResult, coverage_of_quota, hygiene
from .figures import figures
from .leaderboard import LeaderboardResult, leaderboard
from .notable import largest_closed, largest_open
from .outlook import outlook

#: Key figures beside the coverage, in this order, where nothing else is asked for.
SHOWN = (
    "bookings",
    "wins",
    "win_rate",
    "sales_cycle",
    "net_revenue_retention",
    "opportunities_created",
)
#: What the year is about: bookings, or wins where no amounts are known.
HEADLINES = ("bookings", "wins")
#: Reps shown.
FRONT = 8


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class UnionResult(Result):
    """The year on one page.

    `table` has one row per key figure: ``kpi, unit, better, estimate, conf_low, conf_high, n, is_too_few``;
    ``contrast`` (``goal``, ``year_ago`` or empty) and the ``reference`` it is held against; ``attainment``
    with its interval; ``verdict, reason``; ``trend`` (up to eight quarters).

    Attributes
    ----------
    year : Period
        The fiscal year around the period.
    kpi, unit : str
        What the year is about, and its unit.
    path : pandas.DataFrame
        ``day_on``; ``value`` so far; ``estimate`` and the ends of the 80 and 95 % intervals ahead;
        ``target``.
    outlook : dict
        Of the year: ``so_far, estimate, low_80, high_80, low_95, high_95, target, chance``.
    state : str
        Of the year: ``over`` or ``running``.
    board : LeaderboardResult
        Reps by value, share of the goal, improvement.
    open, closed : pandas.DataFrame
        The largest opportunities: open with their chance and the first rule that fired, closed in the period.
    stand_open : int
        How many are open in all.
    coverage : CoverageOfQuotaResult or None
        Of the quarter that runs on the day after the data ends; None for a region.
    team, region : str
        Whose.
    """

    year: Period
    kpi: str
    unit: str
    path: pd.DataFrame
    outlook: dict[str, float]
    state: str
    board: LeaderboardResult
    open: pd.DataFrame = field(default_factory=pd.DataFrame)
    closed: pd.DataFrame = field(default_factory=pd.DataFrame)
    stand_open: int = 0
    coverage: CoverageOfQuotaResult | None = None
    team: str = ""
    region: str = ""

    @property
    def ranked(self) -> int:
        """How many reps of the role at the front are ranked."""
        return len(self._front)

    @property
    def leaders(self) -> pd.DataFrame:
        """The reps at the front of the largest role: by share of the goal, without goals by value."""
        return self._front.head(FRONT).reset_index(drop=True)

    @property
    def _front(self) -> pd.DataFrame:
        table = self.board.table
        for kind in ("of_goal", "value"):
            found = table[table["kind"] == kind]
            if len(found):
                return found[found["role"] == found["role"].value_counts().index[0]]
        return table

    @property
    def covered(self) -> pd.Series | None:
        """The row of the coverage that this page is about."""
        if self.coverage is None:
            return None
        table = self.coverage.table
        scope = ("team", self.team) if self.team else ("organisation", "")
        found = table[(table["scope"] == scope[0]) & (table["scope_id"] == scope[1])]
        return found.iloc[0] if len(found) else None


@kept_by_arguments
def state_of_the_union(
    crm: Crm,
    period: str | Period = "",
    *,
    team: str = "",
    region: str = "",
    kpis: str | Kpi | Iterable[str | Kpi] | None = None,
) -> UnionResult:
    """Put the year on one page: figures against targets, forecast, reps in front, largest opportunities.

    Parameters
    ----------
    crm : Crm
    period : str or Period
        Days that the key figures are of; empty: the fiscal year so far.
    team, region : str
        Whose; empty: the whole company.
    kpis : names or Kpi objects, optional
        Key figures beside the pipeline's coverage; by default `SHOWN`.

    Returns
    -------
    UnionResult

    Raises
    ------
    UnknownName
        No such KPI, team or region.
    InvalidInput
        A period without any day of data.
    MissingData
        No wins are known.

    Notes
    -----
    Totals of a team are what its members did while they belonged to it; reps and opportunities are those of
    the people in it on the last day.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.state_of_the_union(sa.sample()).kpi  # doctest: +SKIP
    'bookings'
    """
    check_crm(crm, "state_of_the_union()")
    fiscal = crm.client.fiscal_year_start
    span = crm.period(period) if period else Period.containing(crm.as_of, "year", fiscal_start=fiscal)
    year = Period.containing(span.last_day, "year", fiscal_start=fiscal)
    span = span.clip(crm.as_of)
    where = {name: value for name, value in (("team", team), ("region", region)) if value}
    mine = narrowed(crm, span.last_day, team=team, region=region)
    headline = _headline(crm)
    ahead = outlook(crm, year, headline, where)
    is_now = span.last_day == crm.as_of
    health = hygiene(crm).only(team=team, region=region) if is_now else None
    return UnionResult(
        table=figures(crm, span, SHOWN if kpis is None else KPIS.pick(kpis), where),
        method="dashboard.state_of_the_union",
        n=len(mine.reps()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=ahead.notes,
        year=year,
        kpi=headline.name,
        unit=headline.unit,
        path=ahead.path,
        outlook=ahead.facts,
        state=ahead.state,
        board=leaderboard(crm, span, by=headline.name, team=team, region=region),
        open=largest_open(crm, health) if health is not None else pd.DataFrame(),
        stand_open=health.n if health is not None else 0,
        closed=largest_closed(mine, span),
        coverage=None if region or not is_now else coverage_of_quota(crm),
        team=team,
        region=region,
    )


def _headline(crm: Crm) -> Kpi:
    """Return what the year is about."""
    found = computable(crm, KPIS.pick(HEADLINES))
    if not found:
        crm.require(*KPIS[HEADLINES[-1]].needs, wanted_by="The state of the union")
    return found[0]
