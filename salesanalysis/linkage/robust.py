"""The same by least squares: a bootstrap that needs no t distribution, and the strength of a hidden cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..stats import Effects, Fit, ols, robustness_value, wild_cluster_p
from .result import SECONDARY

if TYPE_CHECKING:
    from .depth import Depth


def robustness(depth: Depth, term: str) -> pd.DataFrame:
    """Return the least-squares companion of an activity's estimate.

    Parameters
    ----------
    depth : Depth
        The models.
    term : str
        Activity.

    Returns
    -------
    DataFrame
        One row: ``estimate`` (wins a week more for an e-fold of the activity; where days worked are known,
        for the usual days) with cluster-jackknife errors and t(G - 1), ``wild_p`` (wild cluster restricted
        bootstrap, 999 seeded draws), ``robustness`` (share of the rest of both the activity and the wins that
        a hidden cause must explain to cancel the estimate) and ``robustness_alpha`` (to make its interval
        include zero), ``n, reps, reason``.

    Notes
    -----
    Cinelli and Hazlett (2020) with df = G - 1 and the clustered t, which gives smaller, more honest values.
    """
    fit, activities = depth.model(term)
    key = ("least_squares", depth.roles.model_of(term))
    found = depth.kept(key)
    if found is None:
        found = depth.keep(key, _least_squares(depth, fit, activities))
    return found[found["term"] == term]


def _least_squares(depth: Depth, fit: Fit | None, activities: tuple[str, ...]) -> pd.DataFrame:
    """All activities of one model at once, on the rows of its Poisson fit."""
    data = depth.data
    if fit is None:
        none = pd.DataFrame({"term": activities, "n": 0, "reps": 0, "reason": "no_wins"})
        return none.reindex(columns=list(SECONDARY["robustness"]))
    rows = data.frame.iloc[fit.fitted.index].reset_index(drop=True)
    if data.has_days:
        rows[data.outcome] = rows[data.outcome] / rows["days"] * rows["days"].mean()
    terms, effects = data.terms(activities), Effects("rep_id", data.time)
    companion = ols(rows, data.outcome, terms=terms, effects=effects)
    table = companion.tidy(level=depth.level).set_index("term").loc[list(activities)]
    t, df = table["statistic"], companion.n_clusters - 1
    known = t.notna()
    for name, level in (("robustness", None), ("robustness_alpha", depth.level)):
        table[name] = [robustness_value(v, df, level=level) if ok else np.nan for v, ok in zip(t, known)]
    p = wild_cluster_p(rows, data.outcome, terms=terms, effects=effects)
    table["wild_p"] = p[list(activities)].where(known)
    table["reps"] = companion.n_clusters
    return table.reset_index()
