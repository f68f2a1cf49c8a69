"""Does more of an activity bring more of the next stage, or only a thinner rate?

A count can be raised without its worth: more calls, fewer connected. The rate itself must not be set against
the volume, because the volume is its denominator: by chance alone weeks with many calls show low rates. So
the COUNT of the next stage is regressed on the log of the volume. With a constant rate the elasticity is 1
whatever the noise, since the volume that was seen is the very one that the next stage was drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, NotEnoughData, unknown
from ..core.result import Result
from ..stats import Effects, Fit, check_level, ppml
from .exposure import weeks_of
from .models import DEFAULT_FUNNEL, LEAD_WEEKS, with_periods
from .result import ExposureResult
from .verdict import MINIMUM_REPS, MINIMUM_WEEKS

#: Stages that are outcomes of the same record as the activity, hence of the same week.
SAME_RECORD = frozenset({("calls", "connects"), ("connects", "conversations"), ("calls", "conversations")})
#: A rate that thins out less than this is no watering down: 10 % more still brings 8 % more.
HARMLESS = 0.8
#: Fewest events of the next stage.
MINIMUM_EVENTS = 60
VERDICTS = ("pays_off", "watered_down", "cannot_tell")
_ESTIMATES = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high", "n")
COLUMNS = ("term", "step", *_ESTIMATES, "reps", "weeks", "events", "verdict", "reason")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GamingResult(Result):
    """What becomes of the next stage when a rep does more of an activity than usual.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an activity (``term``) and its next stage (``step``): the elasticity of the count of the
        stage with its interval (1: the rate stays; 0: nothing more comes of it; rate = elasticity less 1),
        ``n`` rep-weeks, ``reps, weeks, events`` of the stage, ``verdict`` (``pays_off, watered_down,
        cannot_tell``) and ``reason`` (``nothing_more``, ``thinner``, ``delayed``, ``wide_interval`` or what
        is missing).
    level : float
        Confidence level.
    reason : str
        Why there is no step to look at; empty otherwise.
    """

    level: float = 0.95
    reason: str = ""


def gaming(
    source: Crm | ExposureResult | pd.DataFrame,
    activity: str | None = None,
    *,
    stage: str | None = None,
    level: float = 0.95,
) -> GamingResult:
    """Look whether weeks with more of an activity bring more of the next stage, or water its rate down.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        As for `link`.
    activity : str, optional
        One activity; every step of the funnel without it.
    stage : str, optional
        The stage that should follow; by default the next one of the funnel.
    level : float
        Confidence level.

    Returns
    -------
    GamingResult

    Raises
    ------
    InvalidInput
        A bad level, an activity that no stage follows, a stage without its activity.
    UnknownName
        Names that this data does not hold.

    Notes
    -----
    Poisson regression of the stage's count on the log of the volume with rep and week effects; cluster
    jackknife by rep. Outcomes of the same record (a call is connected or not) are looked at in the same
    week, and an interval below 1 says that the rate thins out. Later stages come with a delay, which pulls
    the elasticity towards 0 but not past it: the volume is that of the last four weeks, and only an
    interval below 0 counts as watered down. An association within reps, never a proof of intent.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(10), 60), "week": np.tile(np.arange(60), 10)})
    >>> d["calls"], d["wins"] = rng.poisson(20 + 20 * rng.random(600)), 0
    >>> d["connects"] = rng.binomial(d["calls"], 0.3)
    >>> gaming(d, "calls").table[["step", "verdict"]].to_numpy().tolist()
    [['connects', 'pays_off']]
    """
    check_level(level)
    weeks = weeks_of(source, "gaming")
    pairs = [] if weeks.reason else _pairs(weeks, activity, stage)
    rows = [_row(weeks, pair, level) for pair in pairs]
    return GamingResult(
        table=pd.DataFrame(rows, columns=list(COLUMNS)),
        method="linkage.gaming",
        n=int(max((row["n"] for row in rows), default=0)),
        client=weeks.client,
        period=weeks.period,
        as_of=weeks.as_of,
        notes=weeks.notes,
        level=level,
        reason=weeks.reason or ("" if pairs else "no_next_stage"),
    )


def _pairs(weeks: ExposureResult, activity: str | None, stage: str | None) -> list[tuple[str, str]]:
    """Return each activity to look at with the stage that should follow it."""
    for name, what in ((activity, "activity"), (stage, "stage")):
        if name is not None and name not in (*weeks.activities, weeks.outcome):
            raise unknown(what, name, weeks.activities)
    stages = [s for s in (weeks.client.funnel or DEFAULT_FUNNEL) if s in weeks.activities]
    steps = list(pairwise(stages))
    if activity is None:
        if stage is not None:
            raise InvalidInput(f"'stage' is '{stage}' without an activity; say of which activity it follows.")
        return steps
    if stage is not None:
        if stage == activity:
            raise InvalidInput(f"'{stage}' cannot follow itself; name the stage that should come of it.")
        return [(activity, stage)]
    return [step for step in steps if step[0] == activity]


def _row(weeks: ExposureResult, pair: tuple[str, str], level: float) -> dict[str, object]:
    activity, stage = pair
    rows, is_delayed = _rows(weeks, pair), pair not in SAME_RECORD
    line = {"term": activity, "step": stage, **dict.fromkeys(_ESTIMATES, np.nan)}
    line |= {"n": len(rows), "reps": rows["rep_id"].nunique(), "weeks": rows["week"].nunique(), "events": 0}
    found = _fit(rows)
    if found is None:
        return line | {"verdict": "cannot_tell", "reason": "no_variation"}
    one = found.tidy(level=level).set_index("term").loc["volume"]
    used = rows.iloc[found.fitted.index]
    line |= {name: one[name] for name in _ESTIMATES}
    line |= {"reps": found.n_clusters, "weeks": int(used["week"].nunique()), "events": int(found.events)}
    line["verdict"], line["reason"] = _judge(line, str(one["reason"]), is_delayed)
    return line


def _rows(weeks: ExposureResult, pair: tuple[str, str]) -> pd.DataFrame:
    """Return usable weeks with the log of the volume; without any volume no next stage can come of it."""
    activity, stage = pair
    data = weeks.table[["rep_id", "week"]].copy()
    is_usable = weeks.table["is_usable"].to_numpy(dtype=bool)
    volume = weeks.table[activity].astype(float).where(is_usable)
    if pair not in SAME_RECORD:
        volume = volume.groupby(weeks.table["rep_id"]).transform(
            lambda v: v.rolling(LEAD_WEEKS, min_periods=LEAD_WEEKS).mean()
        )
    data["stage"] = weeks.table[stage].astype(float)
    data["volume"] = np.log(volume.where(volume > 0))
    data = data[is_usable].dropna(subset=["volume", "stage"]).reset_index(drop=True)
    return data


def _fit(rows: pd.DataFrame) -> Fit | None:
    rows, time = with_periods(rows)
    if rows.loc[rows["stage"] > 0, "rep_id"].nunique() < 2:
        return None
    try:
        return ppml(rows, "stage", terms=["volume"], effects=Effects("rep_id", time))
    except NotEnoughData:
        return None


def _judge(line: dict[str, object], problem: str, is_delayed: bool) -> tuple[str, str]:
    """Return the verdict and its reason; an interval decides, never the estimate alone."""
    missing = (
        problem
        or ("few_reps" if line["reps"] < MINIMUM_REPS else "")
        or ("few_weeks" if line["weeks"] < MINIMUM_WEEKS else "")
        or ("few_events" if line["events"] < MINIMUM_EVENTS else "")
    )
    if missing:
        return "cannot_tell", missing
    low, high = line["conf_low"], line["conf_high"]
    if high < 0 or (not is_delayed and high < 1 and low <= 0):
        return "watered_down", "nothing_more"
    if not is_delayed and high < 1 and line["estimate"] < HARMLESS:
        return "watered_down", "thinner"
    if low > 0:
        return "pays_off", "delayed" if is_delayed else ""
    return "cannot_tell", "delayed" if is_delayed else "wide_interval"
