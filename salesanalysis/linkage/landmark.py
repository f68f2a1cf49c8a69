"""Landmark model: what was done in the first weeks, among opportunities still open then, and who was won.

Everybody in it has reached the landmark, so nobody collected more by living longer; what comes after it does
not count. Simple to explain and blind to what is done later: it stands beside the hazard and is not judged.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.errors import NotEnoughData
from ..stats import Effects, Fit, logit
from .casework import Casework

#: The landmark: the week by which a quarter of the closed opportunities have closed.
EARLY = 0.25
#: A quarter of the landmark's opportunities may be unfinished; later ones are followed that long.
LATE = 0.9


def landmark_weeks(work: Casework) -> tuple[int, int]:
    """Choose the landmark and the last week of follow-up from cycle times alone.

    Parameters
    ----------
    work : Casework
        Opportunities week by week.

    Returns
    -------
    (int, int)
        Weeks of activity counted (at least 1), and the age by which nine of ten closed ones have closed.

    Examples
    --------
    >>> rows = pd.DataFrame({"age": [4, 8, 12, 20], "is_won": [1.0, 0, 1, 0], "is_lost": [0.0, 1, 0, 1]})
    >>> landmark_weeks(Casework(rows, ()))
    (7, 17)
    """
    ends = work.rows.loc[work.rows["is_won"] + work.rows["is_lost"] > 0, "age"]
    if ends.empty:
        return 1, 1
    first, last = int(ends.quantile(EARLY)), int(ends.quantile(LATE))
    return max(first, 1), max(last, first + 1, 2)


def landmark_fit(work: Casework, activities: tuple[str, ...]) -> Fit | None:
    """Logit of a win by the end of follow-up on the log counts of the first weeks, with rep effects.

    Opportunities still open at the landmark and followed to their close or to the end of follow-up take part.
    None when too few do.

    Examples
    --------
    >>> rows = pd.DataFrame({"opportunity_id": [1], "rep_id": ["a"], "age": [0], "is_won": 0.0})
    >>> landmark_fit(Casework(rows.assign(is_lost=0.0), ()), ()) is None
    True
    """
    cases = landmark_cases(work, activities)
    per_rep = cases.groupby("rep_id")["is_won"].agg(["sum", "size"])
    if ((per_rep["sum"] > 0) & (per_rep["sum"] < per_rep["size"])).sum() < 2:
        return None
    try:
        return logit(cases, "is_won", terms=list(activities), effects=Effects("rep_id"))
    except NotEnoughData:
        return None


def landmark_cases(work: Casework, activities: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per opportunity of the landmark model.

    Parameters
    ----------
    work : Casework
        Opportunities week by week.
    activities : tuple of str
        Columns of counts.

    Returns
    -------
    DataFrame
        ``rep_id, is_won`` and the log counts of the first weeks under the activities' names.

    Examples
    --------
    >>> rows = pd.DataFrame({"opportunity_id": [1, 1], "rep_id": "a", "age": [0, 1], "calls": [3.0, 9]})
    >>> landmark_cases(Casework(rows.assign(is_won=[0.0, 1], is_lost=0.0), ("calls",)), ("calls",)).shape
    (1, 3)
    """
    landmark, last = landmark_weeks(work)
    rows, names = work.rows, list(activities)
    by_case = rows.groupby("opportunity_id", sort=False)
    ends = by_case[["age", "is_won", "is_lost"]].max().join(by_case["rep_id"].first())
    early = rows[rows["age"] < landmark].groupby("opportunity_id", sort=False)[names].sum()
    won = (ends["is_won"] > 0) & (ends["age"] <= last)
    known = (ends["is_won"] + ends["is_lost"] > 0) | (ends["age"] >= last)
    cases = ends.assign(is_won=won * 1.0).join(np.log(0.5 + early))
    kept = cases[(ends["age"] >= landmark) & known]
    return kept[["rep_id", "is_won", *names]].reset_index(drop=True)
