"""Results of this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput, unknown
from ..core.result import Result
from ..stats.forecast import Paired, draw_ahead, shared_by_week

#: Draws behind intervals and chances.
DRAWS = 2000


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected week by week, and how far it may be off.

    Attributes
    ----------
    mean, variance : array (groups, weeks)
        Expected totals, and their variance by chance of single sales.
    shared, own : float
        Variance of the factor by which the company's level may be off, and, beyond it, that of a group.
    is_count : bool
    seed : int
        Of the draws of all groups together: a part of a company has those that it has as a group of it.
    """

    mean: np.ndarray
    variance: np.ndarray
    shared: float
    own: float
    is_count: bool
    seed: int = 0

    def draws(self, group: int | None = None) -> np.ndarray:
        """Draw weekly totals of the company, or of one group: array (draws, weeks)."""
        whole = group is None or len(self.mean) == 1
        mean, variance = (v.sum(axis=0) if whole else v[group] for v in (self.mean, self.variance))
        shared = shared_by_week(self.shared + (0.0 if whole else self.own), len(mean))
        return draw_ahead(
            mean,
            variance,
            shared,
            is_count=self.is_count,
            draws=DRAWS,
            seed=self.seed if whole else 1 + group,
        )

    def grown(self, share: np.ndarray) -> tuple[float, float]:
        """Return `shared` and `own` as they are for weeks that count with these shares."""
        growth = 1 + max(share.nonzero()[0].max(initial=0) - 12, 0) / 13
        return self.shared * growth, self.own * growth

    def totals(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of each group's total of weeks that count with these shares."""
        mean, (shared, own) = self.mean @ share, self.grown(share)
        return mean, self.variance @ share**2 + (shared + own) * mean**2


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProjectionResult(Result):
    """What the weeks and quarters ahead may bring: one row per group and term.

    `table` columns: ``scope`` (organisation, or the dimension), ``group, name``; ``term`` (``ahead``: the
    weeks asked for, or the label of a quarter), ``starts_on, ends_on`` (last day) of what is still to come of
    it; ``so_far`` (of a quarter that has begun), ``from_open`` (the part expected of opportunities open now,
    by their hazard alone), ``estimate`` with ``conf_low, conf_high`` (80 %) and ``low_95, high_95``, all
    without `so_far`; ``n`` open opportunities; ``unit``. Groups add up to the company.

    Attributes
    ----------
    kpi, by : str
        ``bookings`` or ``wins``; the dimension of the groups, empty for none.
    weeks : int
        Weeks of the term ``ahead``.
    taken : str
        ``combination``, ``hazard``, ``run_rate``, ``ets``, ``sarimax``, or empty where nothing can be told.
    gaps : dict of str to Paired
        By how much methods differed on past days.
    tested : int
        Past days behind the choice and the width.
    errors : dict of str to float
        Mean absolute percentage error on them by method, ``pipeline`` included; what they would have taken.
    path : pandas.DataFrame
        Cumulative from the start of the fiscal year: ``day_on, value`` (known), ``estimate, low_80, high_80,
        low_95, high_95`` (ahead, known included), ``target`` (missing without goals).
    weekly : pandas.DataFrame
        Single weeks ahead of the company, same columns without ``value`` and ``target``.
    outlook : Outlook or None
        What draws are made from.
    """

    kpi: str
    by: str
    weeks: int
    taken: str
    gaps: dict[str, Paired] = field(default_factory=dict)
    tested: int = 0
    errors: dict[str, float] = field(default_factory=dict)
    path: pd.DataFrame = field(default_factory=pd.DataFrame)
    weekly: pd.DataFrame = field(default_factory=pd.DataFrame)
    outlook: Outlook | None = None
    groups: tuple[str, ...] = ()
    team: str = ""
    region: str = ""
    fingerprint: str = ""

    @property
    def whose(self) -> str:
        """The team or region that it is about; empty for the company."""
        return self.team or self.region

    @property
    def end(self) -> pd.Series:
        """The last row of the path: the fiscal year's total at the end of the weeks asked for."""
        return self.path.iloc[-1]

    @property
    def chance(self) -> float:
        """Chance that the path ends at its target or above; missing without a target."""
        if self.path.empty or not self.end["target"] > 0 or self.outlook is None:
            return float("nan")
        return self.chance_of(float(self.end["target"] - self.path["value"].max()))

    @property
    def lead(self) -> pd.Series:
        """The company's row of the weeks asked for."""
        return self.table.iloc[0]

    def draws(self, group: str | None = None) -> np.ndarray:
        """Draw weekly totals ahead of the company or of one group: array (draws, weeks).

        Raises
        ------
        InvalidInput
            Nothing could be projected.
        UnknownName
            There is no such group.
        """
        if self.outlook is None:
            raise InvalidInput("The past is too short for a projection, so there is nothing to draw from.")
        if group is None:
            return self.outlook.draws()
        if group not in self.groups:
            raise unknown("group", group, self.groups, where="this projection")
        return self.outlook.draws(self.groups.index(group))

    def chance_of(self, goal: float, *, group: str | None = None, weeks: int | None = None) -> float:
        """Return the chance that the weeks ahead bring at least `goal`.

        To ask for a year's goal, take what there is so far off it.

        Parameters
        ----------
        goal : float
        group : str or None
            None: the company.
        weeks : int or None
            How many weeks; None: those asked for.
        """
        ahead = self.draws(group)[:, : weeks or self.weeks].sum(axis=1)
        return float((ahead >= goal).mean())


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BacktestResult(Result):
    """How far projections of past days were off: one row per method and stretch.

    `table` columns: ``term`` (method), ``contrast`` (``weeks``: the 13 weeks after, ``quarter``: the 13 after
    those), ``estimate`` (mean absolute percentage error), ``bias`` (mean percentage error), ``difference``
    (of the absolute error to that of the run rate, with ``std_error``), ``n`` (days), ``verdict``
    (``better, worse, alike, cannot_tell``).

    Attributes
    ----------
    origins : pandas.DataFrame
        One row per day: ``day_on, value`` (what happened) and one column a method, for the 13 weeks after,
        and ``low_80, high_80`` of what would have been shipped.
    covered : dict of tuple to float
        Share of days whose interval held what happened, by level and stretch.
    taken : str
        Method that a projection made today uses.
    missing_weeks : int
        Weeks of data lacking for a test; 0 where there is one.
    """

    kpi: str
    origins: pd.DataFrame
    covered: dict[tuple[float, str], float]
    taken: str
    missing_weeks: int


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FrozenResult(Result):
    """Kept projections of the company and what happened: one row each.

    `table` columns: ``day_on`` (when it was made), ``kpi, term, starts_on, ends_on, estimate, conf_low,
    conf_high, low_95, high_95, unit``; ``value`` (what happened; missing while days are
    to come), ``difference`` (estimate less that), ``verdict`` (``within, outside, running``).

    Attributes
    ----------
    covered : float
        Share of those that are over whose 80 % interval held.
    """

    covered: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DateBiasResult(Result):
    """What reps' own close dates said, and what came: one row per rep, and all together first.

    `table` columns: ``group, name``; ``n`` (opportunities looked at), ``stated`` (said to close within the
    weeks), ``closed`` (that did), ``slipped`` (said so, and did not), ``early`` (did, and was not said so),
    ``base`` (both of these), ``estimate`` (share of slipped among them, drawn towards all reps; .5: no bias)
    with ``conf_low, conf_high`` (95 %), ``p_value, p_adjusted`` (BH over the reps), ``verdict``
    (``optimistic, sandbagging, no_clear_bias, cannot_tell``).

    Attributes
    ----------
    days : tuple of datetime.date
        Days on which the dates then stated were read.
    """

    days: tuple[date, ...]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ValueProjectionResult(Result):
    """What clients may bring in years to come: one row per group and year, and their sum.

    `table` columns: ``scope, group, name``; ``years`` (1, 2 ...; 0: all of them together), ``existing`` (of
    clients now), ``gained`` (of clients yet to come), ``cost`` (missing where none is known), ``estimate``
    (both less cost, discounted) with ``conf_low, conf_high`` (80 %), ``n`` clients now, ``unit, verdict``
    (``shown, no_cost``: before cost, ``cannot_tell``).

    Attributes
    ----------
    years : int
    churn : float
        Share of clients that end in a year, all together.
    rate, margin : float
        Yearly discount, and share of value that counts (1: all of it).
    """

    years: int
    churn: float
    rate: float
    margin: float
