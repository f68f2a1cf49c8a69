"""Whether a colleague can coach: better than the others, mentees who gained, willing, and not in need."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ..stats import poisson_exact, shrink_rates, shrink_shares

#: From best to worst. ``recommended``: surely better, mentees gained, willing. ``possible``: surely better,
#: nothing speaks against it, but gains or willingness are not known. ``not_suitable``: something does.
VERDICTS = ("recommended", "possible", "not_suitable")
#: What speaks against a colleague, the first that holds is told; then what is not known.
AGAINST = ("too_few", "not_above", "in_trouble", "unwilling", "mentees_lost")
OPEN = ("willing_unknown", "few_mentees", "gain_not_shown")
LEVEL = 0.95
COLUMNS = (
    "rep_id",
    "n",
    "base",
    "estimate",
    "conf_low",
    "conf_high",
    "benchmark",
    "willing",
    "mentees",
    "compared",
    "gain",
    "gain_low",
    "gain_high",
    "p_value",
    "verdict",
    "reason",
)


@dataclass(frozen=True, eq=False)
class Pool:
    """Colleagues of one role and what they did.

    Attributes
    ----------
    table : pandas.DataFrame
        Index rep_id; ``n`` and ``base`` of the KPI (``base``: working days for a count), ``wins, days`` where
        known, ``willing`` (yes, no or empty).
    is_share : bool
        The KPI is a share of its base; else a count by working day.
    better : str
        higher or lower.
    benchmark : float
        What the colleagues have together.
    dispersion : float
        Variance over mean of a count.
    minimum : float
        Least base, or count, for a rate to be shown.
    gains : callable
        Gives the table of `mentees.gains` when it is needed.
    """

    table: pd.DataFrame
    is_share: bool
    better: str
    benchmark: float
    dispersion: float
    minimum: float
    gains: Callable[[], pd.DataFrame]


def assess(pool: Pool) -> pd.DataFrame:
    """Return one row per colleague, the best to ask first: columns `COLUMNS`.

    Performance is shrunk to what the colleagues have in common (hierarchical model), so that a good quarter
    of few cases is not taken for skill. ``above`` means the 95 % interval lies wholly on the good side of the
    benchmark; in trouble is whose wins a working day lie wholly below what the others have.
    """
    rows = pool.table
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    own = _shrunk(rows["n"], rows["base"], pool).set_axis(rows.index)
    found = rows[["n", "base", "willing"]].join(own[["estimate", "conf_low", "conf_high"]])
    found["benchmark"] = pool.benchmark
    good = 1 if pool.better == "higher" else -1
    end = found["conf_low"] if good > 0 else found["conf_high"]
    above = good * (end - pool.benchmark) > 0
    enough = (found["base"] if pool.is_share else found["n"]) >= pool.minimum
    # Only who could show something is looked at further.
    told = pool.gains() if (above & enough).any() else pd.DataFrame(columns=["rep_id"])
    found = found.join(told.set_index("rep_id")).rename_axis("rep_id").reset_index()
    found = found.reindex(columns=list(COLUMNS))
    found["mentees"] = found["mentees"].fillna(0).astype(int)
    found["compared"] = found["compared"].fillna(0).astype(int)
    trouble = _in_trouble(rows)
    verdicts = [
        _verdict(row, good=good, is_above=a, is_enough=e, in_trouble=t)
        for row, a, e, t in zip(found.itertuples(), above, enough, trouble, strict=True)
    ]
    found["verdict"], found["reason"] = zip(*verdicts, strict=True)
    rank = pd.DataFrame(
        {
            "verdict": found["verdict"].map(VERDICTS.index),
            "willing": found["willing"] != "yes",
            "gain": -good * found["gain"].fillna(0.0),
            "own": -good * (found["conf_low"] if good > 0 else found["conf_high"]),
        }
    )
    return found.iloc[rank.sort_values(list(rank), kind="stable").index].reset_index(drop=True)


def _shrunk(count: pd.Series, base: pd.Series, pool: Pool) -> pd.DataFrame:
    if pool.is_share:
        return _shares(tuple(np.minimum(count, base)), tuple(base)).copy()
    return _rates(tuple(count), tuple(base), pool.dispersion).copy()


# A team pack asks for the same colleagues twice: for the rep's findings, and for who could coach whom.


@lru_cache(maxsize=256)
def _shares(count: tuple[float, ...], base: tuple[float, ...]) -> pd.DataFrame:
    return shrink_shares(count, base, level=LEVEL)


@lru_cache(maxsize=256)
def _rates(count: tuple[float, ...], base: tuple[float, ...], dispersion: float) -> pd.DataFrame:
    return shrink_rates(count, base, dispersion=dispersion, level=LEVEL)


def _in_trouble(rows: pd.DataFrame) -> pd.Series:
    """Tell who wins surely less a working day than the others together."""
    if "wins" not in rows or not rows["days"].sum() > 0 or len(rows) < 2:
        return pd.Series(False, rows.index)
    high = poisson_exact(rows["wins"], rows["days"], level=LEVEL).conf_high
    return pd.Series(high, rows.index) < rows["wins"].sum() / rows["days"].sum()


def _verdict(row: tuple, *, good: int, is_above: bool, is_enough: bool, in_trouble: bool) -> tuple[str, str]:
    ends = sorted((good * row.gain_low, good * row.gain_high))
    is_known = not math.isnan(row.gain)
    against = {
        "too_few": not is_enough,
        "not_above": not is_above,
        "in_trouble": in_trouble,
        "unwilling": row.willing == "no",
        "mentees_lost": is_known and ends[1] < 0,
    }
    for reason, holds in against.items():
        if holds:
            return "not_suitable", reason
    is_open = {
        "willing_unknown": row.willing != "yes",
        "few_mentees": not is_known,
        "gain_not_shown": is_known and not ends[0] > 0,
    }
    open_ones = [reason for reason, holds in is_open.items() if holds]
    return ("possible", " ".join(open_ones)) if open_ones else ("recommended", "")
