"""Sums of KPIs by rep and week as arrays, and the weeks that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import Kpi, panel
from ..kpi.panel import computable
from ..linkage import ExposureResult, exposure

#: A new rep rises by ramping, whatever is done: weeks before this tenure count as unknown.
RAMPED = 26


@dataclass(frozen=True, eq=False)
class Weekly:
    """Rep-weeks of a company.

    Attributes
    ----------
    reps : list of str
        rep_id of each row.
    names : dict of str to str
    first : date
        Monday of the first column.
    known : bool array (reps, weeks)
        Whether the rep was employed all week, logged, and was past ramping.
    is_new : bool array (reps, weeks)
        Whether the rep was still ramping.
    role, team : array (reps,)
        Code of the role, text of the team; one for all where the data knows none.
    sums : dict of str to array (reps, weeks)
        One array a measure.
    lag : float
        Median weeks from the creation of an opportunity to its win; NaN where unknown.
    """

    reps: list[str]
    names: dict[str, str]
    first: date
    known: np.ndarray
    is_new: np.ndarray
    role: np.ndarray
    team: np.ndarray
    sums: dict[str, np.ndarray]
    lag: float

    @property
    def length(self) -> int:
        """Number of weeks."""
        return self.known.shape[1]

    def place(self, day: date | pd.Timestamp) -> int:
        """Return the column of the week that `day` falls in; it may lie outside."""
        return (pd.Timestamp(day) - pd.Timestamp(self.first)).days // 7

    def monday(self, place: int) -> date:
        """Return the Monday of a column."""
        return self.first + timedelta(weeks=int(place))

    def counts(self, kpi: Kpi) -> np.ndarray:
        """Return the numerator; NaN in weeks that do not count."""
        return np.where(self.known, self.sums[kpi.numerator], np.nan)

    def base(self, kpi: Kpi) -> np.ndarray | None:
        """Return the denominator of a ratio."""
        return np.where(self.known, self.sums[kpi.base], np.nan) if kpi.base else None


def is_weekly(kpi: Kpi) -> bool:
    """Tell whether a KPI is a sum, or a ratio of two, that adds up over weeks.

    Examples
    --------
    >>> from salesanalysis.kpi import KPIS
    >>> is_weekly(KPIS["calls"]), is_weekly(KPIS["win_rate"])
    (True, True)
    """
    return kpi.accumulates == "flow" and kpi.combine is None and len(kpi.measures) <= 2


def weekly(crm: Crm, kpis: Sequence[Kpi]) -> Weekly:
    """Lay out rep-weeks and the sums behind `kpis`, those that this data gives.

    Weeks are whole, from Monday to Sunday, up to the last one known in full. Where reps log activities, a
    week without any is unknown: nothing logged is not nothing done.
    """
    weeks = exposure(crm)
    span = _span(crm, weeks)
    reps = crm.reps()
    ids, length = reps["rep_id"].astype(str).tolist(), span.days // 7
    known, is_new = _known(weeks, reps, span)
    found = list(computable(crm, [k for k in kpis if is_weekly(k)], ["rep_id"]))
    sums = _sums(crm, found, span, ids) if found else {}
    column = {name: reps[name] if name in reps else pd.Series("", reps.index) for name in ("role", "team")}
    return Weekly(
        reps=ids,
        names=dict(zip(ids, reps["name"].astype(str), strict=True)),
        first=span.start,
        known=known & ~is_new if length else known,
        is_new=is_new,
        role=pd.factorize(column["role"].fillna("").astype(str))[0],
        team=column["team"].fillna("").astype(str).to_numpy(dtype=object),
        sums=sums,
        lag=float(weeks.kernel.median) if weeks.kernel is not None and weeks.kernel.n else float("nan"),
    )


def _span(crm: Crm, weeks: ExposureResult) -> Period:
    if weeks.period is not None:
        return Period(weeks.period.start, weeks.period.end)
    start, end = crm.span.start, crm.as_of + timedelta(days=1)
    start, end = start + timedelta(days=-start.weekday() % 7), end - timedelta(days=end.weekday())
    return Period(start, max(end, start + timedelta(weeks=1)))


def _known(weeks: ExposureResult, reps: pd.DataFrame, span: Period) -> tuple[np.ndarray, np.ndarray]:
    """Tell in which weeks each rep counts, and in which he or she was still ramping."""
    mondays = np.arange(span.days // 7) * 7 + np.datetime64(span.start, "D")
    hired, left = (
        pd.to_datetime(reps[c] if c in reps else pd.Series(pd.NaT, reps.index))
        .to_numpy()
        .astype("datetime64[D]")
        for c in ("hired_on", "left_on")
    )
    there = ~(hired[:, None] > mondays) & ~(left[:, None] < mondays + np.timedelta64(5, "D"))
    is_new = (mondays - hired[:, None]) < np.timedelta64(7 * RAMPED, "D")  # unknown: taken for ramped
    if len(weeks.table):
        usable = weeks.table[weeks.table["is_usable"].to_numpy(dtype=bool)]
        place = (usable["week"] - pd.Timestamp(span.start)).dt.days.to_numpy() // 7
        row = pd.Index(reps["rep_id"].astype(str)).get_indexer(usable["rep_id"].astype(str))
        logged = np.zeros(there.shape, dtype=bool)
        logged[row[row >= 0], place[row >= 0]] = True
        there &= logged
    return there, is_new & there


def _sums(crm: Crm, kpis: list[Kpi], span: Period, ids: list[str]) -> dict[str, np.ndarray]:
    found = panel(crm, kpis, span, by="rep_id", grain="week")
    place = {period.label: i for i, period in enumerate(found.periods)}
    table = found.sums[found.sums["rep_id"].notna()]
    row = pd.Index(ids).get_indexer(table["rep_id"].astype(str))
    column = table["period"].map(place).to_numpy()
    sums = {}
    for name in {m.name for kpi in kpis for m in kpi.measures}:
        values = np.zeros((len(ids), span.days // 7))
        values[row[row >= 0], column[row >= 0]] = table[name].to_numpy(dtype=float)[row >= 0]
        sums[name] = values
    return sums
