"""Two groups compared as they are, and as if both had the same mix of strata: Simpson's reversals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as sps

from ..core.errors import InvalidInput
from .tidy import check_level


@dataclass(frozen=True, eq=False)
class Standardised:
    """All pairs of groups, one entry a pair, the first group less the second.

    Attributes
    ----------
    first, second : int array
        Groups of the pair.
    raw, raw_low, raw_high : array
        Difference of the shares as they are.
    within, within_low, within_high : array
        Difference of the standardised shares: both groups with the strata of the two together.
    mix, mix_low, mix_high : array
        raw - within: what goes with the mix of strata alone.
    p_mix : array
        P-value of a mix part of zero.
    share_first, share_second : array
        Standardised shares.
    mantel_haenszel : array
        Difference weighted by Mantel and Haenszel.
    strata, opposed : int array
        Strata that both groups have, and those whose difference has the sign opposite to `raw`.
    covered : array
        Share of the cases of both groups that lie in strata that both have.
    """

    first: np.ndarray
    second: np.ndarray
    raw: np.ndarray
    raw_low: np.ndarray
    raw_high: np.ndarray
    within: np.ndarray
    within_low: np.ndarray
    within_high: np.ndarray
    mix: np.ndarray
    mix_low: np.ndarray
    mix_high: np.ndarray
    p_mix: np.ndarray
    share_first: np.ndarray
    share_second: np.ndarray
    mantel_haenszel: np.ndarray
    strata: np.ndarray
    opposed: np.ndarray
    covered: np.ndarray


def standardised_pairs(
    successes: ArrayLike, n: ArrayLike, *, dispersion: float = 1.0, level: float = 0.95
) -> Standardised:
    """Compare every pair of groups raw and with the same mix of strata.

    Parameters
    ----------
    successes, n : array-like (groups, strata)
        Successes and trials.
    dispersion : float
        Design effect: variances are that many times the binomial ones.
    level : float
        Level of the intervals.

    Returns
    -------
    Standardised
        All about the cases in strata that both groups of a pair have; NaN without such strata.

    Notes
    -----
    Direct standardisation to both groups together: ``sum_s w_s (p_1s - p_2s)``, w a stratum's share of both.
    Raw less standardised is ``sum_s (v_1s - w_s) p_1s - (v_2s - w_s) p_2s``, v a group's own mix, so that its
    variance given the mix is known; it is zero where either the mix or the shares of strata are alike.
    Variances from ``(k + 1/2) / (n + 1)``.

    Examples
    --------
    Kidney stones (Charig 1986): surgery against puncture, small and large stones.

    >>> found = standardised_pairs([[81, 192], [234, 55]], [[87, 263], [270, 80]])
    >>> found.raw.round(3), found.share_first.round(3), found.share_second.round(3), found.opposed
    (array([-0.046]), array([0.833]), array([0.779]), array([2]))
    """
    k, m = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if k.shape != m.shape or k.ndim != 2 or (k > m).any():
        raise InvalidInput("Successes and trials must be tables of one shape, groups by strata, k <= n.")
    first, second = np.triu_indices(len(k), 1)
    both = (m[first] > 0) & (m[second] > 0)
    size = [np.where(both, m[side], 0.0) for side in (first, second)]
    hits = [np.where(both, k[side], 0.0) for side in (first, second)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = [np.where(both, h / s, 0.0) for h, s in zip(hits, size)]
        smooth = [(h + 0.5) / (s + 1) for h, s in zip(hits, size)]
        variance = [np.where(both, dispersion * p * (1 - p) / s, 0.0) for p, s in zip(smooth, size)]
        own = [s / s.sum(axis=1, keepdims=True) for s in size]
        weight = (size[0] + size[1]) / (size[0] + size[1]).sum(axis=1, keepdims=True)
        pooled = size[0] * size[1] / (size[0] + size[1])
        pooled = np.where(both, pooled, 0.0)
        by_mh = (pooled * (share[0] - share[1])).sum(axis=1) / pooled.sum(axis=1)
    raw = (own[0] * share[0] - own[1] * share[1]).sum(axis=1)
    apart = share[0] - share[1]
    within = (weight * apart).sum(axis=1)
    error = {
        "raw": _error(variance, own),
        "within": _error(variance, [weight, weight]),
        "mix": _error(variance, [own[0] - weight, own[1] - weight]),
    }
    z = sps.norm.ppf(0.5 + check_level(level) / 2)
    mix = raw - within
    with np.errstate(divide="ignore", invalid="ignore"):
        p_mix = np.where(error["mix"] > 0, 2 * sps.norm.sf(np.abs(mix) / error["mix"]), np.nan)
    ends = {
        f"{name}_{side}": value + sign * z * error[name]
        for name, value in (("raw", raw), ("within", within), ("mix", mix))
        for side, sign in (("low", -1), ("high", 1))
    }
    return Standardised(
        first=first,
        second=second,
        raw=raw,
        within=within,
        mix=mix,
        **ends,
        p_mix=p_mix,
        share_first=(weight * share[0]).sum(axis=1),
        share_second=(weight * share[1]).sum(axis=1),
        mantel_haenszel=by_mh,
        strata=both.sum(axis=1),
        opposed=(both & (apart * raw[:, None] < 0)).sum(axis=1),
        covered=(size[0] + size[1]).sum(axis=1) / np.maximum((m[first] + m[second]).sum(axis=1), 1),
    )


def _error(variance: list[np.ndarray], weight: list[np.ndarray]) -> np.ndarray:
    return np.sqrt(sum((w**2 * v).sum(axis=1) for v, w in zip(variance, weight)))
