"""`performance_analysis`: closed opportunities by every dimension, and what goes with winning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period, add_months
from ..core.result import Note
from ..core.rows import narrowed, rows
from ..core.shelf import kept_by_arguments
from ..kpi.closed import closed, known_dimensions
from ..stats import wilson
from .cells import cells
from .market import markets
from .result import PerformanceResult, Start
from .reversal import reversals, strata
from .rhythm import quarter_end, start
from .together import adjusted

#: Accounts shown, the largest by value won.
ACCOUNTS = 10


@kept_by_arguments
def performance_analysis(
    crm: Crm,
    period: str | Period = "",
    *,
    team: str = "",
    region: str = "",
    dimensions: str | Iterable[str] | None = None,
) -> PerformanceResult:
    """Compare closed opportunities by every dimension the data has, and tell what goes with winning.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Days of closing; empty: the four quarters up to the last whole one.
    team, region : str
        Only reps who belong to it on the last day.
    dimensions : str or sequence of str, optional
        Some of ``region, segment, product, source, type, team``; None: all that the data has.

    Returns
    -------
    PerformanceResult
        A cell is higher or lower than the other cells of its dimension only if the dimension differs at all
        and the cell does, both by Benjamini and Hochberg; rates are drawn towards their dimension.

    Raises
    ------
    UnknownName
        No such team, region or dimension; close names are listed.
    MissingData
        A dimension asked for, or the day of closing, is not in the data.
    InvalidInput
        Nothing was closed in the period.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.performance_analysis(sa.sample(), "2026-Q3", dimensions="source")
    >>> found.by, found.n
    (('source',), 969)
    """
    check_crm(crm, "performance_analysis()")
    span = _span(crm, period)
    last = min(span.last_day, crm.as_of)
    mine = narrowed(crm, last, team=team, region=region)
    dims = _dimensions(mine, dimensions)
    frame = closed(mine, span, dims)
    frame = frame[frame["closed_on"] <= pd.Timestamp(crm.as_of)]
    several = tuple(d for d in dims if frame[d].nunique() > 1)
    same = _same(frame, several)
    several = tuple(d for d in several if d not in same)
    found = cells(frame, several, crm.client)
    turned = reversals(frame, several, crm.client)
    quarters, months = quarter_end(mine, span)
    begun = start(mine)
    rate = wilson(int(frame["is_won"].sum()), len(frame))
    won = frame[frame["is_won"]]
    return PerformanceResult(
        table=found.table,
        dimensions=found.dimensions,
        adjusted=adjusted(frame, several, crm.client) if several and len(frame) else pd.DataFrame(),
        reversals=turned,
        strata=strata(frame, turned),
        markets=markets(mine, span),
        accounts=_accounts(mine, frame),
        quarters=quarters,
        months=months,
        reasons=_reasons(frame),
        start=begun,
        by=several,
        overall=(float(rate.estimate), float(rate.conf_low), float(rate.conf_high)),
        wins=len(won),
        won_value=float(won["amount"].sum(min_count=1)),
        team=team,
        region=region,
        method="performance.performance_analysis",
        n=len(frame),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=(
            *crm.notes("opportunities"),
            *_notes(found.dimensions, (len(dims) - len(several) - len(same), len(same)), begun, span),
        ),
    )


def _span(crm: Crm, period: str | Period) -> Period:
    if period:
        return crm.period(period)
    last = crm.period()
    if last.grain != "quarter":
        return last
    first = max(add_months(last.start, -9), crm.span.start)
    return Period(first, last.end, "range", last.fiscal_start)


def _dimensions(crm: Crm, wanted: str | Iterable[str] | None) -> tuple[str, ...]:
    known = known_dimensions(crm)
    if wanted is None:
        return known
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    for name in names:
        if name not in known:
            raise unknown("dimension", name, known)
    if not names:
        raise InvalidInput(f"Name at least one dimension, such as {known[0] if known else 'product'}.")
    return names


def _same(frame: pd.DataFrame, dims: tuple[str, ...]) -> set[str]:
    """Return dimensions that tell cases apart just as an earlier one does, such as teams that are regions."""
    found: set[str] = set()
    for i, name in enumerate(dims):
        for other in dims[:i]:
            pairs = frame.groupby([name, other]).ngroups
            if pairs == frame[name].nunique() == frame[other].nunique():
                found.add(name)
    return found


def _accounts(crm: Crm, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts with the largest value won, or the most wins where no amounts are known."""
    columns = ["account_id", "name", "n", "wins", "won_value", "share", "value_low", "value_high"]
    known = frame[frame["account_id"].notna()]
    if known.empty:
        return pd.DataFrame(columns=columns)
    won = known["amount"].where(known["is_won"])
    grouped = known.assign(won=won).groupby("account_id")
    found = grouped.agg(n=("is_won", "size"), wins=("is_won", "sum"))
    found["won_value"] = grouped["won"].sum(min_count=1)
    found["share"] = found["won_value"] / won.sum()
    found = found.sort_values(["won_value", "wins", "n"], ascending=False, kind="stable").head(ACCOUNTS)
    rate = wilson(found["wins"], found["n"])
    found = found.assign(value_low=rate.conf_low, value_high=rate.conf_high).reset_index()
    names = rows(crm, "accounts", "account_id", "name").drop_duplicates("account_id").set_index("account_id")
    found["name"] = found["account_id"].map(names["name"]).fillna(found["account_id"])
    return found[columns]


def _reasons(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how often each reason is recorded among the losses; the empty one: none is."""
    lost = frame.loc[~frame["is_won"], "lost_reason"]
    if lost.notna().sum() == 0:
        return pd.DataFrame(columns=["reason", "n", "base", "estimate", "conf_low", "conf_high"])
    count = lost.fillna("").value_counts()
    share = wilson(count.to_numpy(), len(lost))
    return pd.DataFrame(
        {
            "reason": count.index,
            "n": count.to_numpy(),
            "base": len(lost),
            "estimate": share.estimate,
            "conf_low": share.conf_low,
            "conf_high": share.conf_high,
        }
    )


def _notes(heads: pd.DataFrame, dropped: tuple[int, int], begun: Start, span: Period) -> list[Note]:
    notes = []
    masked = int(np.nansum(heads["masked"])) if "masked" in heads else 0
    few = int(np.nansum(heads["few"])) - masked if "few" in heads else 0
    if masked:
        notes.append(Note("performance_masked", masked))
    if few:
        notes.append(Note("performance_few", few))
    for code, count in zip(("performance_one_value", "performance_same"), dropped):
        if count:
            notes.append(Note(code, count))
    safe: date | None = begun.safe_from
    if safe is not None and span.start < safe + timedelta(days=1):
        notes.append(Note("performance_truncated", None, {"date": safe}))
    return notes
