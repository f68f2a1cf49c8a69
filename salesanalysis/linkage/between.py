"""Do reps who do more of an activity also win more? Beside the answer within reps, never instead of it.

A rep who does more than others also differs in other ways: skill, territory, leads. What the slope between
reps has beyond the slope within is called selection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..stats.tidy import coefficient_table
from .models import Prepared, fit_terms
from .result import SECONDARY

if TYPE_CHECKING:
    from .depth import Depth

CONTRASTS = ("between", "selection")


def between(depth: Depth, term: str) -> pd.DataFrame:
    """Compare reps with each other instead of each with himself.

    Parameters
    ----------
    depth : Depth
        The models.
    term : str
        Activity.

    Returns
    -------
    DataFrame
        Rows ``between`` (elasticity between reps: wins against the rep's mean log exposure, without rep
        effects, other activities as deviations from each rep's own mean) and ``selection`` (between less
        within). Reps are too few to hold the other activities equal between them as well.

    Notes
    -----
    Mundlak (1978). The difference is jackknifed as one number: each rep is left out of both models.
    """
    within, activities = depth.model(term)
    empty = {"term": term, "contrast": list(CONTRASTS), "n": 0, "reps": 0, "reason": "no_wins"}
    frame, mean = _centred(depth.data, list(activities), term)
    names = [*(f"within {a}" for a in activities), mean]
    fit = fit_terms(depth.data, frame, depth.data.terms(tuple(names)), absorb=False)
    if fit is None or within is None:
        return pd.DataFrame(empty).reindex(columns=list(SECONDARY["between"]))
    slopes = pd.Series([fit.estimate[mean], fit.estimate[mean] - within.estimate[term]], index=CONTRASTS)
    apart = fit.estimate[mean] - fit.leave_one_out[mean]
    # A rep who never won is part of the comparison between reps only.
    inside = within.estimate[term] - within.leave_one_out[term].reindex(apart.index)
    inside = inside.where(apart.index.isin(within.leave_one_out.index), 0.0)
    groups = fit.n_clusters
    moves = np.column_stack([apart, apart - inside])
    error = np.sqrt((groups - 1) / groups * (moves**2).sum(axis=0))
    reason = [fit.reason[mean], fit.reason[mean] or within.reason[term]]
    table = coefficient_table(
        slopes, std_error=error, df=groups - 1, n=fit.n, reason=reason, level=depth.level
    )
    return table.rename(columns={"term": "contrast"}).assign(term=term, reps=groups)


def _centred(data: Prepared, activities: list[str], term: str) -> tuple[pd.DataFrame, str]:
    """Add each activity as deviation from the rep's mean, and the mean of the one looked at."""
    means = data.frame.groupby("rep_id")[activities].transform("mean")
    inner = (data.frame[activities] - means).add_prefix("within ")
    name = f"mean {term}"
    return pd.concat([data.frame, inner, means[term].rename(name)], axis=1), name
