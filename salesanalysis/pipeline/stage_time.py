"""`stage_time`: how long opportunities stay in each stage, those still there counted as far as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Result
from ..stats import benjamini_hochberg
from ..stats.late import Estimate, Watched, apart
from .stage_flow import notes_of, splits
from .stage_pace import LEAST, cases_of, duration, mean_days, since, watched_stays
from .stage_rows import StageRows, belonging, chosen, stage_rows

#: What times and conversions are held against.
AGAINST = ("peers", "previous", "year_ago")
VERDICTS = ("slower", "faster", "no_clear_difference", "cannot_tell")
#: Adjusted p-values up to this are told from chance.
SURE = 0.05
#: With more rows than this peers are everybody.
MANY = 200
_TIMES = ("estimate", "conf_low", "conf_high", "p90", "p90_low", "p90_high", "n", "events")
_GAP = ("difference", "difference_low", "difference_high", "p_value")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StageTimeResult(Result):
    """How long stays take, one row per stage (and group).

    `table` columns: the groups' columns, ``stage, place``; ``estimate`` (median days) with ``conf_low,
    conf_high`` and ``p90, p90_low, p90_high``, missing where that share had not left: the data cannot tell;
    ``n`` stays watched, ``events`` that ended; ``reference``, ``reference_n``: median of what they are held
    against; ``difference, difference_low, difference_high``: of the mean days, each counted up to ``days``
    at most; ``p_value, p_adjusted`` (Benjamini-Hochberg over the rows), ``verdict`` (one of `VERDICTS`).

    Attributes
    ----------
    against : str
        One of `AGAINST`.
    by : tuple of str
        Columns of the groups.
    has_history : bool
        Whether stages are on record; else the one row is the whole time from creation to close.
    """

    against: str
    by: tuple[str, ...] = ()
    has_history: bool = True


def stage_time(
    crm: Crm,
    period: Period | str = "",
    *,
    by: str | Iterable[str] = (),
    against: str = "",
    team: str = "",
    region: str = "",
) -> StageTimeResult:
    """Estimate how long opportunities stay in each stage, and compare it.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Days looked at; default the last whole quarter.
    by : str or sequence of str
        ``team, rep, manager, role, region``, as on the day of the entry.
    against : str
        ``previous`` or ``year_ago``: the same group then; ``peers``: all other groups in the same period.
        Default: peers where `by` is given, else a year ago.
    team, region : str
        Only stays under reps who then belonged to it.

    Returns
    -------
    StageTimeResult

    Raises
    ------
    UnknownName
        No such dimension, team or region, or nothing to hold against called so.
    InvalidInput
        Peers are asked for without groups.

    Notes
    -----
    Kaplan and Meier over all stays under way in the period: one begun before it comes under observation with
    its first day (left truncation), one not ended by its last day is censored there. Leaving in any way
    counts. The median and the P90 with Brookmeyer and Crowley's intervals; differences by the mean days up to
    the longest time that both sides still watch at least ten stays, with errors that allow for stays under
    one rep being alike.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.stage_time(sa.sample(), "2026-Q3")
    >>> found.table.loc[0, ["stage", "estimate", "p90"]].tolist()  # doctest: +SKIP
    ['qualification', 12.0, 38.0]
    """
    check_crm(crm, "stage_time()")
    span = crm.period(period).clip(crm.as_of)
    dims = splits(by)
    against = check_against(against, dims)
    data = stage_rows(crm)
    stays = chosen(crm, data.stays, team=team, region=region)
    stays = belonging(crm, stays) if set(dims) - {"rep_id"} else stays
    table = times(stays, span, dims, against, data)
    return StageTimeResult(
        table=table,
        method="pipeline.stage_time",
        n=int(table["n"].sum()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=notes_of(data),
        against=against,
        by=dims,
        has_history=data.has_history,
    )


def check_against(against: str, dims: tuple[str, ...]) -> str:
    """Return what to hold against, by default peers for groups and a year ago for the whole.

    Examples
    --------
    >>> check_against("", ()), check_against("", ("team",))
    ('year_ago', 'peers')
    """
    if not against:
        return "peers" if dims else "year_ago"
    if against not in AGAINST:
        raise unknown("reference", against, AGAINST)
    if against == "peers" and not dims:
        raise InvalidInput("Peers need groups: give by='team' or by='rep', or compare with 'year_ago'.")
    return against


def before(span: Period, against: str) -> Period:
    """Return the period to hold against.

    Examples
    --------
    >>> before(Period.parse("2026-Q3"), "year_ago").label
    '2025-Q3'
    """
    return span.previous() if against == "previous" else span.year_ago()


def times(
    stays: pd.DataFrame, span: Period, dims: tuple[str, ...], against: str, data: StageRows
) -> pd.DataFrame:
    """Return the table of `stage_time` for given stays."""
    first = since(data)
    seen = watched_stays(stays, span, first)
    other = seen if against == "peers" else watched_stays(stays, before(span, against), first)
    keys = [*dims, "stage"]
    needed = list(dict.fromkeys((*keys, "time", "entry", "has_left", "rep_id")))
    seen, other = seen[needed], other[needed]
    mine, theirs = (dict(iter(f.groupby(keys, dropna=False))) for f in (seen, other))
    wanted = [(stage,) for stage in data.order] if not dims else list(mine)
    per_stage = {stage: _Side(rows) for (stage,), rows in other.groupby(["stage"])}
    found = []
    for key in wanted:
        own, rest = mine.get(key, seen[:0]), theirs.get(key, other[:0])
        side = _Side(rest)
        if against == "peers":
            # Among many groups one's own rows hardly move the rest, and counting it once is faster.
            whole = per_stage[key[-1]]
            is_many = len(wanted) > MANY
            side = whole if is_many else _Side(whole.rows[~whole.rows.index.isin(own.index)])
        found.append({**dict(zip(keys, key)), **_compared(_Side(own), side)})
    columns = [*keys, *_TIMES, "reference", "reference_n", *_GAP, "days"]
    table = pd.DataFrame(found, columns=columns)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    table["verdict"] = _verdicts(table)
    table["place"] = table["stage"].map({stage: k for k, stage in enumerate(data.order)})
    return table.sort_values([*dims, "place"], kind="stable", ignore_index=True)


class _Side:
    """Watched stays with what is computed of them, each once."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self._means: dict[float, Estimate] = {}

    @cached_property
    def days(self) -> dict[str, float]:
        return duration(self.rows)

    @cached_property
    def cases(self) -> Watched:
        return cases_of(self.rows)

    def mean(self, until: float) -> Estimate:
        if until not in self._means:
            self._means[until] = mean_days(self.cases, until)
        return self._means[until]


def _compared(mine: _Side, rest: _Side) -> dict[str, float]:
    own, theirs = mine.days, rest.days
    gap = dict.fromkeys((*_GAP, "days"), np.nan)
    if np.isfinite(own["estimate"]) and np.isfinite(theirs["estimate"]):
        until = min(_followed(side.cases) for side in (mine, rest))
        until = until // 5 * 5 if until > 20 else until  # few different times, each side's mean once
        if until > 0:
            gap = {**apart(mine.mean(until), rest.mean(until)), "days": until}
    return {**own, "reference": theirs["estimate"], "reference_n": theirs["n"], **gap}


def _followed(cases: Watched) -> float:
    """Return the longest time at which enough stays are still watched."""
    enough = cases.grid[cases.at_risk >= LEAST]
    return float(enough[-1] - 1) if enough.size else 0.0


def _verdicts(table: pd.DataFrame) -> np.ndarray:
    is_sure = table["p_adjusted"] <= SURE
    return np.select(
        [table["p_adjusted"].isna(), is_sure & (table["difference"] > 0), is_sure],
        ["cannot_tell", "slower", "faster"],
        "no_clear_difference",
    )
