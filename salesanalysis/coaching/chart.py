"""A rep's KPI over time against limits of its own past: a signal to look, not a finding."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.calendar import workdays_by_week
from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..goals.people import peers_of, staff
from ..kpi.base import Kpi
from ..kpi.catalogue import KPIS
from ..kpi.panel import panel
from ..stats.multiple import benjamini_hochberg
from ..stats.xmr import BASELINE, autocorrelation, worst_by_chance, xmr
from .ranks import check_kpi

#: Weeks watched; those before them, up to a year and a half, are the baseline.
WATCHED, LONGEST = 13, 78
#: Correlation from week to week from which sums of four weeks are charted.
ROWS, BLOCK = 0.3, 4
#: Trials a week under which a share of that week says nothing: sums of four weeks are charted then too.
FEW = 5.0
LEVEL = 0.05
VERDICTS = ("signal", "signal_alone", "no_signal", "few_points", "no_data")
COLUMNS = ["period", "kpi", "value", "n", "base", "conf_low", "conf_high", "is_subject", "verdict"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ChartResult(Result):
    """One rep's KPI week by week, or in sums of four weeks, against limits from its own baseline.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per point in order: ``period, kpi, value, n, base, conf_low, conf_high`` (limits; missing
        without enough points), ``is_subject`` (watched; the others are the baseline), ``verdict`` (``signal``
        beyond a limit, else ``inside``).
    rep_id, name, kpi, unit : str
        Whose chart it is, and of what.
    weeks : int
        Weeks a point spans: 1, or 4 where weeks come in rows.
    mean : float
        Mean of the baseline.
    correlation : float
        Of each week's value with that of the week before.
    false_alarm : float
        Chance of a point beyond the limits in the weeks watched although nothing changed, simulated for this
        level, scatter and correlation.
    p_value, p_adjusted : float
        Chance of a point as far out, alone and after Benjamini-Hochberg over the team.
    team : pandas.DataFrame
        ``rep_id, name, p_value, p_adjusted`` of everybody compared.
    needed : int
        Further weeks until there are limits; 0 where there are.
    verdict : str
        One of `VERDICTS`: ``signal`` holds over the team, ``signal_alone`` only for the rep alone.
    """

    rep_id: str
    name: str
    kpi: str
    unit: str = "count"
    weeks: int = 1
    mean: float = math.nan
    correlation: float = math.nan
    false_alarm: float = math.nan
    p_value: float = math.nan
    p_adjusted: float = math.nan
    team: pd.DataFrame = field(default_factory=pd.DataFrame)
    needed: int = 0
    verdict: str = "no_data"


def control_chart(crm: Crm, rep: str, kpi: str | Kpi) -> ChartResult:
    """Watch a rep's KPI of the last 13 weeks against limits from the weeks before.

    Parameters
    ----------
    crm : Crm
        The data.
    rep : str
        rep_id or name.
    kpi : str or Kpi
        A count such as ``calls``, or a share of counts such as ``conversation_rate``.

    Returns
    -------
    ChartResult
        Without limits, and with the weeks still needed, where the baseline has fewer than 20 points.

    Raises
    ------
    InvalidInput
        A KPI that is neither a count nor a share of counts.
    UnknownName, MissingData
        No such KPI or rep; the data cannot give the KPI.

    Notes
    -----
    XmR: mean ± 2.66 mean|moving range| of the baseline, one rule (a point beyond a limit). Weeks with leave
    or holidays count as far as they were worked (counts are brought to five days). Where weeks are correlated
    by more than .3, or hold few trials, sums of four weeks are charted.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.control_chart(sa.sample(), "Bagas Prakoso", "connect_rate").verdict  # doctest: +SKIP
    'no_signal'
    """
    check_crm(crm, "control_chart()")
    asked = KPIS.pick([kpi])[0]
    check_kpi(asked)
    crm.require(*asked.needs, wanted_by=f"The chart of {asked.name}")
    subject = crm.rep(rep)
    rep_id = str(subject["rep_id"])
    known = Period(crm.span.start, crm.as_of + timedelta(days=1))
    people = staff(crm, known)
    peers = peers_of(people, rep_id)[0] if rep_id in people.index else []
    series = _series(crm, asked, [rep_id, *peers])
    charts = {who: _chart(rows, asked) for who, rows in series.items()}
    if not charts.get(rep_id):
        return ChartResult(
            table=pd.DataFrame(columns=COLUMNS),
            method="coaching.control_chart",
            n=0,
            client=crm.client,
            as_of=crm.as_of,
            rep_id=rep_id,
            name=str(subject["name"]),
            kpi=asked.name,
        )
    own = charts[rep_id]
    team = _team(charts, people)
    adjusted = team.set_index("rep_id")["p_adjusted"].get(rep_id, math.nan)
    signal = bool((own["table"]["verdict"] == "signal").any())
    verdict = ("signal" if adjusted <= LEVEL else "signal_alone") if signal else "no_signal"
    first = series[rep_id]["starts_on"].iloc[0]
    return ChartResult(
        table=own["table"].assign(kpi=asked.name)[COLUMNS],
        method="coaching.control_chart",
        n=len(own["table"]),
        client=crm.client,
        period=Period(first, known.end),
        as_of=crm.as_of,
        rep_id=rep_id,
        name=str(subject["name"]),
        kpi=asked.name,
        unit="share" if asked.base else "count",
        weeks=own["weeks"],
        mean=own["mean"],
        correlation=own["correlation"],
        false_alarm=own["false_alarm"],
        p_value=own["p_value"],
        p_adjusted=float(adjusted),
        team=team,
        needed=own["needed"],
        verdict="few_points" if own["needed"] else verdict,
    )


def _series(crm: Crm, kpi: Kpi, reps: list[str]) -> dict[str, pd.DataFrame]:
    """Return by rep the whole weeks before the last day: ``starts_on, n, base``; weeks off are left out."""
    end = crm.as_of + timedelta(days=1)
    end -= timedelta(days=end.weekday())
    weeks = min((end - crm.span.start).days // 7, LONGEST)
    if weeks < 1:
        return {}
    span = Period(end - timedelta(weeks=weeks), end)
    sums = panel(crm, [kpi], span, grain=7).sums
    labels = {Period(d, d + timedelta(days=7)).label: d for d in _mondays(span)}
    frame = crm.reps().set_index("rep_id", drop=False).loc[reps]
    leave = crm.frame("absences") if crm.has("absences") else None
    days = workdays_by_week(frame, span, absences=leave, country=crm.client.country)
    found = {}
    for who in reps:
        mine = sums[sums["rep_id"] == who].assign(starts_on=lambda t: t["period"].map(labels))
        mine = mine.set_index("starts_on")[[m.name for m in kpi.sums]].reindex(labels.values()).fillna(0.0)
        worked = days.loc[who].to_numpy(dtype=float)
        rows = pd.DataFrame({"starts_on": list(labels.values()), "n": mine[kpi.numerator].to_numpy()})
        rows["base"] = mine[kpi.base].to_numpy() if kpi.base else worked
        rows = rows[(rows["base"] > 0) & (worked > 0)]
        active = rows["n"].ne(0) | bool(kpi.base)
        if active.any():
            found[who] = rows.loc[active.idxmax() :].reset_index(drop=True)
    return found


def _mondays(span: Period) -> list:
    return [span.start + timedelta(days=i) for i in range(0, (span.end - span.start).days, 7)]


def _chart(rows: pd.DataFrame, kpi: Kpi) -> dict[str, object] | None:
    if rows.empty:
        return None
    scale = 1.0 if kpi.base else 5.0
    values = rows["n"] / rows["base"] * scale
    related = autocorrelation(values)
    weeks = BLOCK if related > ROWS or (kpi.base and rows["base"].median() < FEW) else 1
    points = _blocks(rows, weeks)
    values = (points["n"] / points["base"] * scale * (1 if kpi.base else weeks)).to_numpy()
    watched = math.ceil(WATCHED / weeks)
    baseline = len(values) - watched
    table = pd.DataFrame(
        {
            "period": [f"{day}" for day in points["starts_on"]],
            "value": values,
            "n": points["n"],
            "base": points["base"],
            "conf_low": math.nan,
            "conf_high": math.nan,
            "is_subject": np.arange(len(values)) >= max(baseline, 0),
            "verdict": "inside",
        }
    )
    found = {"table": table, "weeks": weeks, "correlation": related, "needed": 0}
    empty = dict.fromkeys(("mean", "false_alarm", "p_value"), math.nan)
    if baseline < BASELINE:
        return found | empty | {"needed": (BASELINE - baseline) * weeks}
    limits = xmr(values, watched=watched)
    low = max(limits.low, 0.0)
    table["conf_low"], table["conf_high"] = low, min(limits.high, 1.0) if kpi.base else limits.high
    table.loc[np.arange(len(values))[-watched:][limits.signals], "verdict"] = "signal"
    worst = _by_chance(values[:baseline], points["base"], kpi, watched)
    p = float((worst >= np.abs(limits.distance).max()).mean())
    p = max(p, 1 / len(worst))
    return found | {"mean": limits.mean, "false_alarm": float((worst > 1).mean()), "p_value": p}


def _by_chance(values: np.ndarray, base: pd.Series, kpi: Kpi, watched: int) -> np.ndarray:
    """Simulate the series without a change; a share as the count of a usual week's trials."""
    trials = float(base.median()) if kpi.base else 1.0
    counted = values * trials
    related = autocorrelation(values)
    return worst_by_chance(
        float(counted.mean()),
        variance=float(counted.var(ddof=1)),
        correlation=0.0 if math.isnan(related) else related,
        baseline=len(values),
        watched=watched,
    )


def _blocks(rows: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Return sums of `weeks` rows, counted from the end so that the last one is whole."""
    if weeks == 1:
        return rows
    at = (np.arange(len(rows)) - len(rows) % weeks) // weeks
    kept = rows[at >= 0].assign(at=at[at >= 0])
    return kept.groupby("at").agg({"starts_on": "first", "n": "sum", "base": "sum"}).reset_index(drop=True)


def _team(charts: dict[str, dict[str, object] | None], people: pd.DataFrame) -> pd.DataFrame:
    able = {who: chart["p_value"] for who, chart in charts.items() if chart and not chart["needed"]}
    table = pd.DataFrame({"rep_id": list(able), "p_value": list(able.values())}, dtype="object")
    table["p_value"] = table["p_value"].astype("float64")
    names = people["name"].to_dict()
    table["name"] = [names.get(who, who) for who in table["rep_id"]]
    table["p_adjusted"] = benjamini_hochberg(table["p_value"]) if len(table) else table["p_value"]
    return table[["rep_id", "name", "p_value", "p_adjusted"]]
