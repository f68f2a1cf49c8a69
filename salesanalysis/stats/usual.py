"""Each unit's usual level, pulled towards the others as far as its own data is little."""

from __future__ import annotations

import numpy as np


def levels(before: np.ndarray, base: np.ndarray | None = None) -> np.ndarray:
    """Return each unit's usual count a time (or its usual rate), pulled towards that of all.

    Moments of a gamma-Poisson model. For a randomised test a poor level costs power and never validity: it is
    known before the lot is drawn.

    Parameters
    ----------
    before : array (units, times)
        Counts; NaN where they are not known.
    base : array (units, times), optional
        Denominators, when the level is a rate.

    Returns
    -------
    array (units,)

    Examples
    --------
    >>> levels(np.array([[4.0, 6.0, 5.0], [0.0, 1.0, np.nan]])).round(1).tolist()
    [4.6, 1.3]
    >>> levels(np.array([[4.0, 6.0], [0.0, 1.0]]), np.full((2, 2), 10.0)).round(2).tolist()
    [0.44, 0.11]
    """
    known = ~np.isnan(before)
    size = known.sum(axis=1).astype(float) if base is None else np.nansum(np.where(known, base, 0.0), axis=1)
    if not size.sum():
        return np.ones(len(before))
    mean = np.nansum(before, axis=1) / np.maximum(size, 1)
    team = float(np.nansum(before) / size.sum())
    if base is None:
        team = max(team, 0.01)
        own = np.nansum((before - mean[:, None]) ** 2) / max(size.sum() - (size > 0).sum(), 1)
    else:
        # Weeks of a rate differ in size, so that its scatter is taken from the counts above the line.
        team = max(team, 0.5 / size.sum())
        own = team
    noise = max(own, team) / np.maximum(size, 1)
    between = max(float(((mean - team) ** 2 - noise)[size > 0].mean()), 0.0)
    share = np.where(size > 0, between / (between + noise), 0.0)
    # Nobody is expected to do nothing at all, or the first event would weigh without end.
    return np.maximum(team + share * (mean - team), 0.05 * team)
