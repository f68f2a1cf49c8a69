"""`win_chances`: how likely each open opportunity is to be won, by its stage and age, from own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.result import Note, Result
from ..core.rows import narrowed, rows
from ..core.shelf import kept_by_arguments
from ..stats import wilson
from .lives import WEEK, Lives, between, day_number, lives
from .states import states, states_on

#: Weeks within which a win counts as ever.
EVER = 104
#: Closed opportunities under which nothing can be told, and under which ages are not told apart.
FEWEST, FEW = 20, 100
#: Posterior draws behind the intervals, and their level.
DRAWS, LEVEL = 200, 0.95
#: Groups of chances that are held against what happened, and days between the days looked at.
GROUPS, EVERY = 5, 28
#: Weeks after a day by which most of what was open then has closed.
SETTLED = 26


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ChanceResult(Result):
    """One row per opportunity open on a day.

    `table` columns: ``opportunity_id, stage, age_days, stage_days, estimate`` (chance to be won within
    `EVER` weeks), ``conf_low, conf_high`` (95 % of the posterior), ``n`` (opportunities that were
    in this stage at this age in weeks).

    Attributes
    ----------
    basis : str
        What the chances rest on: ``stage_age``, ``age`` (no history of stages), ``pooled`` (too few closed
        ones: the share won of all) or ``none``.
    closed : int
        Closed opportunities behind them.
    """

    basis: str
    closed: int


def win_chances(crm: Crm, on: date | None = None) -> ChanceResult:
    """Estimate the chance of every open opportunity to be won, as it could be told on a day.

    Parameters
    ----------
    crm : Crm
    on : datetime.date or None
        None: the last day of the data. Nothing recorded later is used.

    Returns
    -------
    ChanceResult
        Estimates are missing, and a note says why, where fewer than `FEWEST` opportunities had closed.

    Notes
    -----
    Each week of life of an opportunity ends with it in some stage, won or lost; what share did so is learnt
    by stage and age, drawn towards all stages of that age (`stats.age_hazards`). The chance adds up the ways
    to be won from there. Weeks before the first close on record are left out: what closed then is not known.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.win_chances(sa.sample())
    >>> found.basis, bool(found.table["estimate"].between(0, 1).all())
    ('stage_age', True)
    """
    check_crm(crm, "win_chances()")
    day = on or crm.as_of
    if day > crm.as_of:
        raise InvalidInput(f"{day} lies after the last day of the data ({crm.as_of}). Choose an earlier day.")
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="A chance to be won")
    found, at = lives(crm), day_number(day)
    there = _open(crm, day)
    closed = found.cases["closed"].to_numpy() <= at
    won = int((closed & found.cases["is_won"].to_numpy()).sum())
    n = int(closed.sum())
    basis = "none" if n < FEWEST else "pooled" if n < FEW else "stage_age" if len(found.stages) > 1 else "age"
    return ChanceResult(
        table=_table(found, there, at, basis, (won, n)),
        method="pipeline.win_chances",
        n=len(there),
        client=crm.client,
        as_of=day,
        notes=() if basis == "stage_age" else _notes(basis, n),
        basis=basis,
        closed=n,
    )


def _notes(basis: str, closed: int) -> tuple[Note, ...]:
    """Say what the chances rest on where stages cannot be told apart."""
    if basis == "age":
        return (Note("chance_age"),)
    if basis == "pooled":
        return (Note("chance_pooled", closed),)
    return (Note("chance_none", closed, {"least": FEWEST}),) if basis == "none" else ()


def _open(crm: Crm, day: date) -> pd.DataFrame:
    """Return what was open at the end of a day: since when, in which stage and since when there."""
    frame = states(crm)
    there = states_on(frame, day)
    there = there[there["status"] == "open"]
    same = frame[frame["opportunity_id"].isin(there["opportunity_id"])]
    same = same[(same["starts_on"] <= np.datetime64(day, "s")) & (same["status"] == "open")]
    stage = same["stage"].fillna("")
    begins = (stage != stage.shift()) | (same["opportunity_id"] != same["opportunity_id"].shift())
    since = same[begins].groupby("opportunity_id")["starts_on"].last()
    entered = same.groupby("opportunity_id")["starts_on"].first()
    if there.empty:
        columns = {"opportunity_id": "str", "stage": "str", "age_days": "float64", "stage_days": "float64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    ids, last = there["opportunity_id"], pd.Timestamp(day)
    return pd.DataFrame(
        {
            "opportunity_id": ids.to_numpy(),
            "stage": there["stage"].to_numpy(),
            "age_days": (last - ids.map(entered)).dt.days.to_numpy(),
            "stage_days": (last - ids.map(since)).dt.days.to_numpy(),
        }
    )


def _table(found: Lives, there: pd.DataFrame, at: int, basis: str, counts: tuple[int, int]) -> pd.DataFrame:
    """Add chances with their intervals to what is open."""
    nothing = np.full(len(there), np.nan)
    table = there.assign(estimate=nothing, conf_low=nothing, conf_high=nothing, n=0)
    if basis == "none" or there.empty:
        return table
    if basis == "pooled":
        share = wilson(*counts, level=LEVEL)
        return table.assign(
            estimate=counts[0] / counts[1], conf_low=share.conf_low, conf_high=share.conf_high, n=counts[1]
        )
    case = pd.Index(found.cases["opportunity_id"]).get_indexer(there["opportunity_id"])
    kept = case >= 0
    case = case[kept]
    age, part = found.lived(case, at)
    stage = found.stage_on(case, np.full(len(case), at))
    hazards = found.known(at)
    ever = hazards.within(EVER)[..., None]
    drawn = hazards.within(EVER, chance=hazards.draw(DRAWS))[..., None]
    ends = np.quantile(between(drawn, age, part, stage)[..., 0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    for name, values in (
        ("estimate", between(ever, age, part, stage)[:, 0]),
        ("conf_low", ends[0]),
        ("conf_high", ends[1]),
        ("n", hazards.n[age, stage].astype(int)),
    ):
        table.loc[kept, name] = values
    return table


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReliabilityResult(Result):
    """What the chances of the past said, and what happened: one row per group of chances, lowest first.

    `table` columns: ``estimate`` (mean chance), ``share`` (won), ``conf_low, conf_high`` (95 % of that
    share), ``n``.

    Attributes
    ----------
    brier, stated_brier, base_brier : float
        Mean squared distance between chance and outcome: of own history; of the chances that the CRM states
        by stage (missing where it states none); of the share won of all.
    days : tuple of datetime.date
        Days looked at.
    """

    brier: float
    stated_brier: float
    base_brier: float
    days: tuple[date, ...]


@kept_by_arguments
def reliability(crm: Crm, *, team: str = "", region: str = "") -> ReliabilityResult:
    """Hold the chances told on past days against what had happened by the last day of the data.

    Parameters
    ----------
    crm : Crm
    team, region : str
        Only reps of a team or region.

    Returns
    -------
    ReliabilityResult
        No rows, and a note, where the past is too short: days from `SETTLED` weeks before the end back to
        that on which `FEW` opportunities had closed, four weeks apart.

    Notes
    -----
    Each chance is that of being won by the last day. The CRM's chance of a stage is what open opportunities
    in that stage carry now, since no history of it is kept.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.reliability(sa.sample())  # doctest: +SKIP
    """
    check_crm(crm, "reliability()")
    crm = narrowed(crm, crm.as_of, team=team, region=region)
    found, last = lives(crm), day_number(crm.as_of)
    days = _days(found, last)
    parts = [_then(found, day, last) for day in days]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    rows_ = (
        _grouped(whole)
        if len(whole)
        else pd.DataFrame(columns=["estimate", "share", "conf_low", "conf_high", "n"])
    )
    stated = _stated(crm, found, whole) if len(whole) else np.array([])
    known = ~np.isnan(stated)
    return ReliabilityResult(
        table=rows_,
        method="pipeline.reliability",
        n=len(whole),
        client=crm.client,
        as_of=crm.as_of,
        notes=() if len(whole) else (Note("chance_past_too_short"),),
        brier=float(((whole["estimate"] - whole["won"]) ** 2).mean()) if len(whole) else float("nan"),
        stated_brier=float(((stated - whole["won"]) ** 2)[known].mean()) if known.any() else float("nan"),
        base_brier=float(((whole["base"] - whole["won"]) ** 2).mean()) if len(whole) else float("nan"),
        days=tuple(date(1970, 1, 1) + timedelta(days=d) for d in days),
    )


def _days(found: Lives, last: int) -> list[int]:
    closed = np.sort(found.cases["closed"].to_numpy())
    if len(closed) < FEW or closed[FEW - 1] > last:
        return []
    first = max(int(closed[FEW - 1]), found.begins + 13 * WEEK)
    return list(range(last - SETTLED * WEEK, first, -EVERY))[::-1]


def _then(found: Lives, day: int, last: int) -> pd.DataFrame:
    """Return what was open on a day: chance to be won by the last one, and whether it was."""
    case = found.open_on(day)
    age, part = found.lived(case, day)
    stage = found.stage_on(case, np.full(len(case), day))
    ahead = found.known(day).within(max((last - day) // WEEK, 1))[..., None]
    closed, won = found.cases["closed"].to_numpy(), found.cases["is_won"].to_numpy()
    over = closed <= day
    return pd.DataFrame(
        {
            "stage": stage,
            "estimate": between(ahead, age, part, stage)[:, 0],
            "won": won[case].astype(float),
            "base": won[over].mean(),
        }
    )


def _grouped(whole: pd.DataFrame) -> pd.DataFrame:
    """Return as many cases in each group of chances."""
    order = whole.sort_values("estimate", kind="stable")
    group = np.arange(len(order)) * GROUPS // len(order)
    by = order.groupby(group)
    wins, n = by["won"].sum(), by.size()
    ends = wilson(wins.to_numpy(), n.to_numpy(), level=LEVEL)
    return pd.DataFrame(
        {
            "estimate": by["estimate"].mean(),
            "share": wins / n,
            "conf_low": ends.conf_low,
            "conf_high": ends.conf_high,
            "n": n,
        }
    ).reset_index(drop=True)


def _stated(crm: Crm, found: Lives, whole: pd.DataFrame) -> np.ndarray:
    """Return the CRM's own chance of the stage in which each case stood; missing where none is known."""
    held = rows(crm, "opportunities", "stage", "probability", "outcome")
    held = held[(held["outcome"] == "open") & held["probability"].notna()]
    by = held.groupby("stage")["probability"].median()
    return by.reindex(list(found.stages)).to_numpy(dtype=float)[whole["stage"].to_numpy()]
