"""What `panel` returns: sums by dimension and period, and the KPIs made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Result
from .base import Kpi


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PanelResult(Result):
    """KPIs by dimension and period.

    `table` holds the sums one by one: the dimensions, ``period, measure, value``.

    Attributes
    ----------
    sums : pandas.DataFrame
        The dimensions, ``period``, and one column of sums a measure.
    kpis : pandas.DataFrame
        The dimensions, ``period, kpi, estimate, numerator, base, unit``; `base` is missing for totals.
    by : tuple of str
        Dimensions.
    asked : tuple of Kpi
        The declarations behind the values.
    periods : tuple of Period
        Periods of the rows, in order.
    """

    sums: pd.DataFrame
    # Millions of rows where there are many reps and months, so both are written out when first looked at.
    table: pd.DataFrame = field(init=False)
    kpis: pd.DataFrame = field(init=False)
    by: tuple[str, ...] = ()
    asked: tuple[Kpi, ...] = ()
    periods: tuple[Period, ...] = ()

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in ("table", "kpis") or "sums" not in self.__dict__:
            raise AttributeError(f"PanelResult has no attribute '{name}'")
        keys = [*self.by, "period"]
        found = _long(self.sums, keys) if name == "table" else _tidy(self.sums, keys, self.asked)
        self.__dict__[name] = found
        return found

    def wide(self) -> pd.DataFrame:
        """Return the sums with one column a measure, indexed by the dimensions and the period."""
        return self.sums.set_index([*self.by, "period"])

    def roll_up(self, *by: str, over_time: bool = False) -> PanelResult:
        """Add the sums over dimensions left out of `by`, and over the periods.

        Raises
        ------
        InvalidInput
            A distinct count would be added at all, or a stock over time: both would count things twice.
        """
        for name in by:
            if name not in self.by:
                raise unknown("dimension", name, self.by, where="this panel")
        over_periods = over_time and len(self.periods) > 1
        for kpi in self.asked:
            _check_roll_up(kpi, drops=set(by) != set(self.by), over_time=over_periods)
        sums, periods = self.sums, self.periods
        if over_periods:
            whole = Period(periods[0].start, periods[-1].end, "range", periods[0].fiscal_start)
            sums, periods = sums.assign(period=whole.label), (whole,)
        measures = [c for c in sums.columns if c not in (*self.by, "period")]
        sums = sums.groupby([*by, "period"], dropna=False, sort=False)[measures].sum().reset_index()
        return replace(self, sums=sums, by=tuple(by), periods=periods)


def _check_roll_up(kpi: Kpi, *, drops: bool, over_time: bool) -> None:
    rule = kpi.accumulates
    if rule == "distinct" and (drops or over_time):
        raise InvalidInput(
            f"{kpi.name} counts distinct things, which do not add up: one may stand in several rows. "
            "Ask panel() for it at the level wanted."
        )
    if rule == "stock" and over_time:
        raise InvalidInput(
            f"{kpi.name} is a stock on the last day of a period and does not add up over time. "
            "Ask panel() with grain=None, or take one period."
        )


def _long(wide: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return wide.melt(id_vars=keys, var_name="measure", value_name="value")


def _tidy(wide: pd.DataFrame, keys: list[str], kpis: tuple[Kpi, ...]) -> pd.DataFrame:
    parts = [
        wide[keys].assign(
            kpi=kpi.name,
            estimate=kpi.values(wide),
            numerator=wide[kpi.numerator],
            base=wide[kpi.base] if kpi.base else float("nan"),
            unit=kpi.unit,
        )
        for kpi in kpis
    ]
    return pd.concat(parts, ignore_index=True)
