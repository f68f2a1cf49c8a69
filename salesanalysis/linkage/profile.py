"""When an activity goes with wins: its exposure in spans of weeks before, instead of one weighted mean.

The spans stand in the model together, in place of the activity's kernel exposure; the other activities keep
theirs. They are tested jointly: neighbouring spans hold much the same weeks, so that single spans scatter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..stats import Kernel, exposure_columns, wald
from .models import Prepared, fit_terms
from .result import SECONDARY, ExposureResult

if TYPE_CHECKING:
    from .depth import Depth

#: Spans into which the weeks that the kernel reaches back are cut: 0-3, 4-7, 8-11 and 12-16 for 16 weeks.
SPANS = 4


def spans(length: int) -> list[tuple[int, int]]:
    """Return first and last lag of each span, equally wide but for the last, which takes the rest.

    Examples
    --------
    >>> spans(16), spans(2)
    ([(0, 3), (4, 7), (8, 11), (12, 16)], [(0, 0), (1, 1), (2, 2)])
    """
    count = min(SPANS, length + 1)
    width = (length + 1) // count
    starts = [width * i for i in range(count)]
    return [(low, high - 1) for low, high in zip(starts, [*starts[1:], length + 1])]


def lag_profile(depth: Depth, term: str) -> pd.DataFrame:
    """Estimate the elasticity of each span of weeks before, with the joint test.

    Parameters
    ----------
    depth : Depth
        The models.
    term : str
        Activity.

    Returns
    -------
    DataFrame
        One row a span: ``term, lag_low, lag_high, estimate, std_error, df, conf_low, conf_high, p_joint, n,
        reps, reason``. Their sum is close to the activity's elasticity. NaN where there is no estimate. The
        joint test is Hotelling's, since F(q, G - 1) with few reps rejects too often (see `stats.wald`).
    """
    _, activities = depth.model(term)
    bins = spans(len(depth.weeks.kernel.weights) - 1)
    names = [f"{term} {low}-{high}" for low, high in bins]
    table = pd.DataFrame(bins, columns=["lag_low", "lag_high"]).assign(term=term, p_joint=np.nan)
    frame = pd.concat([depth.data.frame, span_columns(depth.weeks, depth.data, term)], axis=1)
    others = tuple(a for a in activities if a != term)
    fit = fit_terms(depth.data, frame, depth.data.terms((*names, *others)))
    if fit is None:
        return table.assign(n=0, reps=0, reason="no_wins").reindex(columns=list(SECONDARY["lag_profile"]))
    found = fit.tidy(level=depth.level).set_index("term").loc[names].reset_index(drop=True)
    kept = found[["estimate", "std_error", "df", "conf_low", "conf_high", "n", "reason"]]
    return table.assign(
        p_joint=wald(fit, names, hotelling=True).p_value, reps=fit.n_clusters, **dict(kept.items())
    )


def span_columns(weeks: ExposureResult, data: Prepared, term: str) -> pd.DataFrame:
    """Return log mean counts of an activity in each span, for the rows of `data`."""
    bins = spans(len(weeks.kernel.weights) - 1)
    counts = weeks.table[["rep_id", "week"]].reset_index(drop=True)
    count = weeks.table[term].astype(float).where(weeks.table["is_usable"].astype(bool)).to_numpy()
    kernels = {f"{term} {low}-{high}": _flat(low, high) for low, high in bins}
    counts = counts.assign(**dict.fromkeys(kernels, count))
    found = exposure_columns(counts, list(kernels), unit="rep_id", time="week", kernel=kernels)
    return found.iloc[data.origin].reset_index(drop=True)


def _flat(low: int, high: int) -> Kernel:
    width = high + 1 - low
    weights = np.concatenate([np.zeros(low), np.full(width, 1 / width)])
    return Kernel(weights, (low + high) / 2, 1.0, 0)
