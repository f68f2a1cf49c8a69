"""One activity rep by rep and row by row, for pictures: the reps' own slopes and the partial residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..stats import binned_residuals, partialled, unit_slopes

if TYPE_CHECKING:
    from .depth import Depth

#: Groups of rows in the partial residuals.
GROUPS = 12


def rep_slopes(depth: Depth, term: str) -> pd.DataFrame:
    """Return each rep's own elasticity, partially pooled towards the team's.

    Parameters
    ----------
    depth : Depth
        The models.
    term : str
        Activity.

    Returns
    -------
    DataFrame
        ``term, rep_id, estimate, conf_low, conf_high`` (pooled), ``own_share`` (weight of the rep's own data,
        0-1), ``own_estimate, std_error`` (unpooled), ``n, wins``. Empty when the activity has no estimate;
        pooled values are NaN with fewer than three reps.

    Notes
    -----
    Own estimate: one Newton step from the team's estimate on the rep's rows, everything else held. Pooling:
    normal model with the spread of the reps integrated out (see `stats.partial_pool`).
    """
    rest = _rest(depth, term)
    if rest is None:
        return pd.DataFrame()
    found = unit_slopes(rest, _estimate(depth, term), level=depth.level)
    return found.rename(columns={"unit": "rep_id", "events": "wins"}).assign(term=term)


def partial_residuals(depth: Depth, term: str) -> pd.DataFrame:
    """Return partial residuals averaged over equal groups of rep-weeks, from little to much of the activity.

    Parameters
    ----------
    depth : Depth
        The models.
    term : str
        Activity.

    Returns
    -------
    DataFrame
        ``term, exposure`` (log of the activity against what everything else leads one to expect; 0.1 is about
        10 % more), ``estimate, conf_low, conf_high`` (wins as a share of the expected ones, less one, with
        the activity's own part left in: on average a line through 0 with the elasticity as slope), ``n``
        (rep-weeks), ``reps``. Intervals by the spread between reps. Empty without an estimate.
    """
    rest = _rest(depth, term)
    if rest is None:
        return pd.DataFrame()
    found = binned_residuals(rest, _estimate(depth, term), bins=GROUPS, level=depth.level)
    return found.rename(columns={"units": "reps"}).assign(term=term)


def _estimate(depth: Depth, term: str) -> float:
    return float(depth.model(term)[0].estimate[term])


def _rest(depth: Depth, term: str) -> pd.DataFrame | None:
    fit, _ = depth.model(term)
    if fit is None or pd.isna(fit.estimate[term]):
        return None
    known = depth.kept(("partialled", term))
    if known is None:
        made = partialled(depth.data.frame, depth.data.outcome, term, fit=fit, effects=depth.data.effects())
        known = depth.keep(("partialled", term), made)
    return known
