"""Curves of time to an event: until a win, until a rep has ramped, until somebody leaves.

What has not happened yet is censored, not dropped: leaving out open opportunities or reps without a win
would make everything look faster than it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi.frames import first_events, opportunity_spans, spells
from ..stats.survival import at, cumulative_incidence, kaplan_meier, quantile

#: Days at which a summary reads a curve.
MARKS = (30, 60, 90, 180, 365)
#: What a new rep can reach.
EVENTS = ("outreach", "meeting", "accepted", "win")
#: Fewer cases than this show no curve.
LEAST = 5


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CurveResult(Result):
    """Curves of time to an event, one a group and outcome.

    `table` has one row per time with an event: the groups' columns, ``term`` (the outcome), ``time`` in days,
    ``estimate`` (share to which it has happened, or for which it has not, see `kind`), ``std_error,
    conf_low, conf_high, n_risk, events``.

    Attributes
    ----------
    summary : pandas.DataFrame
        One row per group and outcome: ``n`` cases, ``events``, ``censored``, the median time in days as
        ``estimate, conf_low, conf_high`` (missing where the data cannot tell), and ``by_30`` … ``by_365``:
        the share to which it has happened by then.
    kind : str
        ``incidence``: the share to which the event has happened; ``survival``: for which it has not.
    by : tuple of str
        Columns of the groups.
    """

    summary: pd.DataFrame
    kind: str
    by: tuple[str, ...] = ()


def time_to_win(crm: Crm, period: str | Period = "", *, by: str | Iterable[str] = ()) -> CurveResult:
    """Estimate how long opportunities take to be won, with loss competing and open ones censored.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Creation dates looked at; empty: all there are.
    by : str or sequence of str
        Dimensions as in `panel`, such as ``team`` or ``source``.

    Returns
    -------
    CurveResult
        Outcomes ``won`` and ``lost`` (Aalen-Johansen, statsmodels ``CumIncidenceRight``). The shares won and
        lost never add to more than 1; the median is the time by which half of *all* are won, and is
        missing where fewer ever are.

    Raises
    ------
    MissingData
        The data has no creation or close dates.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.time_to_win(sa.sample())
    >>> found.summary["term"].tolist()
    ['won', 'lost']
    """
    check_crm(crm, "time_to_win()")
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="time_to_win")
    span = crm.period(period) if period else crm.span
    cases, dims = opportunity_spans(crm, span, by)
    cases["time"] = _days(cases["created_on"], cases["closed_on"], crm.as_of)
    cases["cause"] = cases["outcome"].map({"won": 1, "lost": 2}).where(cases["closed_on"].notna(), 0)
    cases = cases.astype({"cause": "int64"})
    return _result(crm, cases, dims, outcomes=("won", "lost"), method="timing.time_to_win", span=span)


def ramp(
    crm: Crm, event: str = "win", period: str | Period = "", *, by: str | Iterable[str] = ()
) -> CurveResult:
    """Estimate how long new reps take from their first day to their first success.

    Parameters
    ----------
    crm : Crm
        The data.
    event : str
        ``outreach`` (first call or email), ``meeting`` (first held), ``accepted`` (first opportunity owned),
        ``win``.
    period : str or Period
        First days of work looked at; empty: all within the data. Whoever began before the data begins is
        left out, for the first success may lie before it too.
    by : str or sequence of str
        Columns of the reps: ``team``, ``role``, ``manager``, ``region``.

    Returns
    -------
    CurveResult
        Share of reps that got there (one minus Kaplan-Meier); reps not yet there are censored at the end of
        the data or the day they left.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.ramp(sa.sample(), "outreach").method
    'timing.ramp'
    """
    check_crm(crm, "ramp()")
    if event not in EVENTS:
        raise unknown("event", event, EVENTS)
    crm.require("reps.hired_on", wanted_by="ramp")
    span = crm.period(period) if period else crm.span
    reps, dims = _people(crm, by)
    reps = reps[
        (reps["hired_on"] >= _at(max(span.start, crm.span.start))) & (reps["hired_on"] < _at(span.end))
    ]
    first = first_events(crm, event).reindex(reps["rep_id"]).to_numpy()
    early = int((first < reps["hired_on"]).sum())
    gone = reps["left_on"].fillna(_at(crm.as_of + timedelta(days=1)))
    reached = ~np.isnat(first) & (first <= _at(crm.as_of)) & (first <= gone)
    reps["time"] = _days(reps["hired_on"], pd.Series(first, reps.index).where(reached, gone), crm.as_of)
    reps["cause"] = np.where(reached, 1, 0)
    notes = (Note("event_before_hire", early),) if early else ()
    return _result(crm, reps, dims, outcomes=(event,), method="timing.ramp", span=span, notes=notes)


def tenure(crm: Crm, *, by: str | Iterable[str] = ()) -> CurveResult:
    """Estimate how long reps stay, those still employed censored.

    Whoever was hired before the data begins is watched from then on (left truncation): colleagues who left
    earlier are in no export.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.tenure(sa.sample()).kind
    'survival'
    """
    check_crm(crm, "tenure()")
    crm.require("reps.hired_on", "reps.left_on", wanted_by="tenure")
    reps, dims = _people(crm, by)
    cases = reps.rename(columns={"hired_on": "started_on", "left_on": "ended_on"})
    return _survival(crm, cases, dims, outcome="left", method="timing.tenure")


def customer_lifetime(crm: Crm, *, by: str | Iterable[str] = ()) -> CurveResult:
    """Estimate how long customers stay, those still active censored.

    A customer is an account under the rule of ``client.toml`` (contracts that run, or purchases within the
    active days). Customers from before the data begins are watched from then on.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.customer_lifetime(sa.sample()).table.columns[0]
    'term'
    """
    check_crm(crm, "customer_lifetime()")
    cases, dims = spells(crm, by)
    return _survival(crm, cases, dims, outcome="left", method="timing.customer_lifetime")


def _survival(
    crm: Crm, cases: pd.DataFrame, dims: tuple[str, ...], *, outcome: str, method: str
) -> CurveResult:
    return _result(
        crm, watched(crm, cases), dims, outcomes=(outcome,), method=method, span=crm.span, kind="survival"
    )


def watched(crm: Crm, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases under observation within the data, with ``time`` and ``entry`` in days, and ``cause``.

    Takes ``started_on`` and ``ended_on``; a case that ended before the data begins was never seen, one that
    began before it is seen from then on.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> rows = pd.DataFrame({"started_on": [pd.Timestamp(crm.as_of)], "ended_on": [pd.NaT]})
    >>> watched(crm, rows)["cause"].tolist()
    []
    """
    begin, after = _at(crm.span.start), _at(crm.as_of + timedelta(days=1))
    ended = cases["ended_on"].notna() & (cases["ended_on"] < after)
    cases = cases.assign(
        time=_days(cases["started_on"], cases["ended_on"].where(ended), crm.as_of),
        cause=ended.astype("int64"),
        entry=(begin - cases["started_on"]).dt.days.clip(lower=0),
    )
    return cases[cases["started_on"].notna() & (cases["entry"] < cases["time"])]


def _result(
    crm: Crm, cases: pd.DataFrame, dims: tuple[str, ...], *, outcomes: tuple[str, ...], **facts: Any
) -> CurveResult:
    kind, notes = facts.pop("kind", "incidence"), facts.pop("notes", ())
    cases = cases[cases["time"].notna() & (cases["time"] >= 0)]
    groups = cases.groupby(list(dims), dropna=False, sort=True) if dims else [((), cases)]
    curves, rows, few = [], [], 0
    for key, group in groups:
        labels = dict(zip(dims, key if isinstance(key, tuple) else (key,)))
        if len(group) < LEAST:
            few += 1
            continue
        for outcome, curve in _curves(group, outcomes, kind).items():
            curves.append(curve.assign(term=outcome, **labels))
            rows.append({**labels, "term": outcome, **_summary(curve, group, kind)})
    columns = [*dims, "term", "time", "estimate", "std_error", "conf_low", "conf_high", "n_risk", "events"]
    table = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=columns)
    if few:
        notes = (*notes, Note("groups_too_small", few, {"least": LEAST}))
    return CurveResult(
        table=table[columns],
        summary=pd.DataFrame(rows),
        kind=kind,
        by=dims,
        method=facts["method"],
        n=len(cases),
        client=crm.client,
        period=facts["span"],
        as_of=crm.as_of,
        notes=notes,
    )


def _curves(group: pd.DataFrame, outcomes: tuple[str, ...], kind: str) -> dict[str, pd.DataFrame]:
    if len(outcomes) > 1:
        found = cumulative_incidence(group["time"], group["cause"])
        empty = kaplan_meier([], [])
        return {name: found.get(i, empty) for i, name in enumerate(outcomes, 1)}
    entry = group.get("entry")
    curve = kaplan_meier(group["time"], group["cause"], entry=entry)
    if kind == "incidence":
        low, high = 1 - curve["conf_high"], 1 - curve["conf_low"]
        curve = curve.assign(estimate=1 - curve["estimate"], conf_low=low, conf_high=high)
    return {outcomes[0]: curve}


def _summary(curve: pd.DataFrame, group: pd.DataFrame, kind: str) -> dict[str, float]:
    alive = curve
    if kind == "incidence":
        low, high = 1 - curve["conf_high"], 1 - curve["conf_low"]
        alive = curve.assign(estimate=1 - curve["estimate"], conf_low=low, conf_high=high)
    median, low, high = quantile(alive)
    events = int(curve["events"].sum())
    longest = float(group["time"].max())
    shares = 1 - at(alive, list(MARKS))["estimate"]
    # Beyond the longest case watched the data cannot tell.
    known = {f"by_{day}": float(s) if day <= longest else float("nan") for day, s in zip(MARKS, shares)}
    counts = {"n": len(group), "events": events, "censored": int((group["cause"] == 0).sum())}
    return {**counts, "estimate": median, "conf_low": low, "conf_high": high, "unit": "days", **known}


def _people(crm: Crm, by: str | Iterable[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    dims = (by,) if isinstance(by, str) and by else tuple(by)
    reps = crm.reps()
    for dim in dims:
        if dim not in reps or dim in ("hired_on", "left_on", "annual_cost"):
            raise unknown("dimension", dim, ("team", "role", "manager", "region"))
    reps["hired_on"] = reps["hired_on"].astype("datetime64[s]")
    reps["left_on"] = reps["left_on"].astype("datetime64[s]") if "left_on" in reps else pd.NaT
    return reps[reps["hired_on"].notna()].reset_index(drop=True), dims


def _days(start: pd.Series, end: pd.Series, as_of: date) -> pd.Series:
    return (end.fillna(_at(as_of)) - start).dt.days


def _at(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)
