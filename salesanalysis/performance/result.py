"""What `performance_analysis` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from ..core.errors import unknown
from ..core.result import Result

#: What can be said of a cell against all others of its dimension.
VERDICTS = ("higher", "lower", "no_clear_difference", "cannot_tell", "masked")


@dataclass(frozen=True)
class Start:
    """How the data begins, and which of its first figures are distorted.

    Attributes
    ----------
    verdict : str
        ``truncated``: opportunities were closed before the first close in the data and are not in it;
        ``whole``: none is missing for sure; ``cannot_tell``: too few to say.
    created_on, closed_on : datetime.date or None
        First day an opportunity was created, and closed, in the data.
    expected : float
        Closes expected before `closed_on` at the pace of later opportunities; the data holds none.
    n : int
        Opportunities created before `closed_on`.
    safe_from : datetime.date or None
        Day from which cycles and win rates are no longer cut short.
    cycle_early, cycle_later : tuple of float
        Median days to win with its interval, of wins closed before and after `safe_from`.
    """

    verdict: str = "cannot_tell"
    created_on: date | None = None
    closed_on: date | None = None
    expected: float = float("nan")
    n: int = 0
    safe_from: date | None = None
    cycle_early: tuple[float, float, float] = (float("nan"),) * 3
    cycle_later: tuple[float, float, float] = (float("nan"),) * 3


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PerformanceResult(Result):
    """Closed opportunities by dimension: one row per dimension (``term``) and cell (``group``).

    `table` columns: ``term, group, n`` closed, ``wins, reps``; ``value`` (win rate as counted) with Wilson's
    ``value_low, value_high``; ``estimate, conf_low, conf_high`` (drawn towards the dimension's cells);
    ``reference`` (all other cells), ``difference`` with its interval, ``p_value, p_adjusted`` over all cells;
    ``won_value``; ``size`` (mean won amount) and ``cycle`` (median days to win), each with its interval;
    ``verdict`` (`VERDICTS`) and ``reason``. Cells under the client's least group are masked.

    Attributes
    ----------
    by : tuple of str
        Dimensions.
    dimensions : pandas.DataFrame
        One row a dimension: ``term, cells, n, masked, few, dispersion, p_value, p_adjusted, verdict``:
        ``differs``, ``no_clear_difference``, ``cannot_tell``.
    adjusted : pandas.DataFrame
        What goes with winning and with slow wins, all dimensions jointly: ``term, group, outcome`` (win,
        cycle), ``n, raw, estimate, conf_low, conf_high, p_value, p_adjusted, verdict, reason``: differences
        from the average, in points of win rate or as a share of the days.
    reversals : pandas.DataFrame
        Pairs of cells whose order turns or vanishes within the cells of another dimension.
    strata : pandas.DataFrame
        The rates behind the first of them.
    markets : pandas.DataFrame
        Markets and segments of accounts: how much they are worked and what comes of it.
    accounts : pandas.DataFrame
        Largest accounts by value won.
    quarters, months : pandas.DataFrame
        Wins in the last two weeks of each quarter; win rate by month of the quarter.
    reasons : pandas.DataFrame
        Recorded reasons of the losses.
    start : Start
        How the data begins.
    overall : tuple of float
        Win rate of all with its interval.
    wins, won_value : int, float
        Won opportunities and their value.
    team, region : str
        What it was narrowed to.
    """

    by: tuple[str, ...] = ()
    dimensions: pd.DataFrame = field(default_factory=pd.DataFrame)
    adjusted: pd.DataFrame = field(default_factory=pd.DataFrame)
    reversals: pd.DataFrame = field(default_factory=pd.DataFrame)
    strata: pd.DataFrame = field(default_factory=pd.DataFrame)
    markets: pd.DataFrame = field(default_factory=pd.DataFrame)
    accounts: pd.DataFrame = field(default_factory=pd.DataFrame)
    quarters: pd.DataFrame = field(default_factory=pd.DataFrame)
    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    reasons: pd.DataFrame = field(default_factory=pd.DataFrame)
    start: Start = field(default_factory=Start)
    overall: tuple[float, float, float] = (float("nan"),) * 3
    wins: int = 0
    won_value: float = float("nan")
    team: str = ""
    region: str = ""

    def of(self, term: str) -> pd.DataFrame:
        """Return the cells of one dimension, most closed first."""
        if term not in self.by:
            raise unknown("dimension", term, self.by, where="this result")
        rows = self.table[self.table["term"] == term]
        return rows.sort_values("n", ascending=False, kind="stable").reset_index(drop=True)
