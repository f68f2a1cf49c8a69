"""`compare`: any KPI by any dimension and period, against earlier periods, peers and goals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS, Kpi, Registry
from ..kpi.dimension import dimensions
from ..kpi.panel import computable
from ..kpi.query import first_days
from .difference import set_against
from .reference import AGAINST, Asked, reference
from .scatter import scatter
from .values import LEVEL, Values, values

#: From this many comparisons on, a note tells how many would differ by chance.
_MANY = 20
_VALUE = [
    "kpi estimate conf_low conf_high n numerator base method is_too_few excluded unit better",
    "contrast reference reference_low reference_high reference_whole reference_n difference difference_low",
    "difference_high ratio ratio_low ratio_high scatter compared_by verdict reason",
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CompareResult(Result):
    """One row per KPI, dimension and period, and per contrast where values are compared.

    `table` columns: the dimensions, ``period, kpi, estimate, conf_low, conf_high, n, numerator, base, method,
    is_too_few, excluded, unit, better``; and, compared, ``contrast, reference, reference_low,
    reference_high, reference_whole, reference_n, difference, difference_low, difference_high, ratio,
    ratio_low, ratio_high, scatter, compared_by, verdict, reason``. Counts, rates and money carry the interval
    of the ratio, all else that of the difference. Values of periods before the first record are missing.

    Attributes
    ----------
    by : tuple of str
        Dimensions.
    against : tuple of str
        Contrasts.
    asked : tuple of Kpi
        The declarations behind the rows.
    periods : tuple of Period
        Periods of the rows, in order.
    level : float
        Confidence level of the intervals.
    """

    by: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    asked: tuple[Kpi, ...] = ()
    periods: tuple[Period, ...] = ()
    level: float = LEVEL

    def of(self, kpi: str) -> CompareResult:
        """Return the rows of one KPI."""
        chosen = tuple(k for k in self.asked if k.name == kpi)
        if not chosen:
            raise unknown("KPI", kpi, [k.name for k in self.asked], where="this comparison")
        rows = self.table[self.table["kpi"] == kpi].reset_index(drop=True)
        return replace(self, table=rows, asked=chosen)


def compare(
    crm: Crm,
    kpis: str | Kpi | Registry | Iterable[str | Kpi] | None,
    period: str | Period,
    *,
    by: str | Iterable[str] = (),
    grain: str | int | None = None,
    against: str | Iterable[str] = (),
) -> CompareResult:
    """Compute KPIs with their intervals, and set each value against an earlier one, the peers or the goal.

    Parameters
    ----------
    crm : Crm
        The data.
    kpis : names, Kpi objects, a Registry or None
        What to compute; None: every KPI that this data and `by` allow.
    period : str or Period
        Span of days.
    by, grain
        As in `panel`.
    against : str or sequence of str
        ``previous`` (the period of the same length just before), ``year_ago``, ``peers`` (by rep: ramped
        reps of the role, pooled), ``goal`` (by rep, by team or of the company).

    Returns
    -------
    CompareResult
        Verdicts: ``higher``, ``lower``, ``no_clear_difference``, ``cannot_tell``, each with a reason. Totals
        are compared by working day, of a rep by those employed; a period still running with as many days.

    Raises
    ------
    MissingData
        A KPI asked for needs a table or column that this data does not have.
    InvalidInput
        Unknown KPI, dimension, grain or contrast; a contrast that the dimension does not have.

    Notes
    -----
    Wilson for shares and Newcombe for their difference; exact Poisson for counts and rates, the ratio of two
    Poisson rates; compound Poisson for money; Student t for means; bootstrap over records for products. Real
    counts scatter more than Poisson counts do: the interval of a ratio of counts is widened by `scatter`, the
    variance of four-week counts over their mean. Values themselves carry the exact Poisson interval.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.compare(sa.sample(), "win_rate", "2026-Q3", by="team", against="previous")
    >>> found.table[["team", "estimate", "reference", "verdict"]]  # doctest: +SKIP
    """
    check_crm(crm, "compare()")
    span, dims = crm.known_period(period), dimensions(by)
    contrasts = (against,) if isinstance(against, str) and against else tuple(against)
    for contrast in contrasts:
        if contrast not in AGAINST:
            raise unknown("comparison", contrast, AGAINST)
    chosen = KPIS.pick(kpis) if kpis is not None else computable(crm, KPIS.strict, dims)
    begun: dict[str, date | None] = first_days(crm, chosen)
    asked = Asked(crm, chosen, span, dims, grain, begun)
    now = values(crm, chosen, span, by=dims, grain=grain, begun=begun)
    spread = scatter(crm, chosen, span, by=dims, begun=begun) if contrasts else {}
    parts = [_compared(asked, now, contrast, spread) for contrast in contrasts] or [now.table]
    table = _ordered(pd.concat(parts, ignore_index=True), asked, contrasts)
    return CompareResult(
        table=_named(crm, table),
        method="goals.compare",
        n=now.panel.n,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=(*now.panel.notes, *_notes(table, now)),
        by=dims,
        against=contrasts,
        asked=chosen,
        periods=now.panel.periods,
    )


def _compared(asked: Asked, now: Values, contrast: str, spread: dict[str, float]) -> pd.DataFrame:
    theirs = reference(asked, now, contrast)
    rows = now.table.merge(theirs, on=asked.keys, how="left", suffixes=("", "_reference"))
    rows["scatter"] = rows["kpi"].map(spread).astype(float)
    parts = [set_against(k, rows[rows["kpi"] == k.name], contrast, asked.crm.client) for k in asked.kpis]
    return pd.concat(parts, ignore_index=True).assign(contrast=contrast)


def _ordered(table: pd.DataFrame, asked: Asked, contrasts: tuple[str, ...]) -> pd.DataFrame:
    """Sort rows by KPI, dimension, period and contrast, each in the order it was asked for."""
    names = [c for part in _VALUE for c in part.split() if c in table]
    order = {kpi.name: i for i, kpi in enumerate(asked.kpis)}
    rows = table.assign(_kpi=table["kpi"].map(order))
    rows["_row"] = rows.groupby(["contrast"] if contrasts else ["kpi"]).cumcount()
    rows = rows.sort_values(["_kpi", "_row"], kind="stable", ignore_index=True)
    return rows[[*asked.by, "period", *names]]


def _named(crm: Crm, table: pd.DataFrame) -> pd.DataFrame:
    """Put the rep's name beside the id."""
    if "rep_id" not in table:
        return table
    names = crm.reps().set_index("rep_id")["name"]
    table.insert(table.columns.get_loc("rep_id") + 1, "name", table["rep_id"].map(names))
    return table


def _notes(table: pd.DataFrame, now: Values) -> list[Note]:
    notes = []
    unrecorded = int(table["numerator"].isna().sum())
    if unrecorded:
        notes.append(Note("before_first_record", unrecorded))
    if "verdict" in table:
        decided = int((table["verdict"] != "cannot_tell").sum())
        if decided >= _MANY:
            chance = round(decided * (1 - LEVEL))
            notes.append(Note("many_comparisons", decided, {"by_chance": chance}))
    return notes
