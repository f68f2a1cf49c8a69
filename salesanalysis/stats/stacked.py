"""What changed in treated units beyond what untreated ones did: waves stacked, each with clean controls.

Units are often treated because their last weeks were bad, and bad weeks are followed by better ones whatever
is done. So the weeks that led to the choice stay out of the comparison: the weeks after the start are held
against an earlier baseline, as a ratio of sums, and the same ratio of units not treated by then is divided
out. A difference whose baseline holds the bad spell makes things worse instead of better. Wing, Freedman and
Hollingsworth (2024), "Stacked difference-in-differences".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .kernel import detectable_effect
from .tidy import check_level, coefficient_table
from .waves import Units, Windows, WindowSums, window_sums

#: Weeks of a plain before and after: those before the start that it compares with.
NAIVE_BEFORE = 8
USUAL = Windows()
RESULT = ("estimate", "std_error", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True, eq=False)
class Stacked:
    """A stacked comparison on the log scale.

    Attributes
    ----------
    estimate, std_error, p_value, conf_low, conf_high, mde : float
        Log ratio of what happened to what the controls lead one to expect; error by leaving out one unit at a
        time, t with units less one degrees of freedom; smallest effect found in four data sets of five.
    treated, controls : int arrays
        Units in use.
    before, after : float
        Level of the treated in the baseline and in the times read: a unit and time, or the rate.
    waves : DataFrame
        ``wave, estimate, weight, treated, controls``: one row per wave in use.
    left_out : DataFrame
        One row per unit in use: the estimate without it.
    """

    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float
    mde: float
    treated: np.ndarray
    controls: np.ndarray
    before: float
    after: float
    waves: pd.DataFrame
    left_out: pd.DataFrame


def stacked(
    units: Units,
    windows: Windows = USUAL,
    *,
    is_placebo: bool = False,
    level: float = 0.95,
) -> Stacked:
    """Compare treated units after their start with controls, each with their own baseline.

    Parameters
    ----------
    units : Units
        Counts and starts.
    windows : Windows
        What is read, the baseline, and the times between them that count nowhere.
    is_placebo : bool
        Compare the baseline with the times before it instead: nothing should be found.
    level : float
        Confidence level.

    Returns
    -------
    Stacked
        All NaN without treated units or controls.

    Notes
    -----
    For wave w: ``log(sum T read / sum T baseline) - log(the same of controls)``; controls are never treated,
    or only after the times read. Waves count by the baseline sums of their treated units. A unit needs half
    of the times of both windows, and its sums are scaled to whole windows. Where one of the sums of a wave is
    0, half of the least amount is added to all of them.

    Examples
    --------
    >>> counts = np.full((6, 60), 4.0)
    >>> counts[:3, 40:] = 5.0
    >>> starts = np.array([40.0, 40, 40, np.nan, np.nan, np.nan])
    >>> found = stacked(Units(counts, starts, np.where(np.isnan(starts), np.inf, starts)))
    >>> round(float(np.exp(found.estimate)), 3)
    1.25
    """
    read, baseline = windows.read, windows.baseline
    if is_placebo:
        read, baseline = baseline, windows.placebo
    return _judged(window_sums(units, baseline, read, windows.after), level)


def before_after(units: Units, windows: Windows = USUAL, *, level: float = 0.95) -> Stacked:
    """Compare treated units with their own last weeks, without controls: what misleads.

    Examples
    --------
    >>> counts = np.full((4, 60), 4.0)
    >>> counts[:, 32:40] = 3.0
    >>> starts = np.full(4, 40.0)
    >>> round(float(np.exp(before_after(Units(counts, starts, starts)).estimate)), 3)
    1.333
    """
    sums = window_sums(units, (-NAIVE_BEFORE, 0), windows.read, windows.after)
    return _judged(WindowSums(sums.waves, sums.values, sums.treated, None, sums.half), level)


def _judged(sums: WindowSums, level: float) -> Stacked:
    """Estimate, leave out each unit in turn, and put the result together."""
    check_level(level)
    used = sums.treated.any(axis=1)
    if sums.controls is not None:
        used &= sums.controls.any(axis=1)
    theta, weight = _by_wave(sums, without=False)
    used &= ~np.isnan(theta[:, 0])
    member = sums.treated[used] | (sums.controls[used] if sums.controls is not None else False)
    inside = np.flatnonzero(member.any(axis=0))
    estimate = _mean(theta[used], weight[used])
    left = np.full(inside.size, np.nan)
    if inside.size:
        without, its_weight = _by_wave(sums, without=True)
        left = _mean(without[used][:, inside], its_weight[used][:, inside])
    value = float(estimate[0]) if used.any() else float("nan")
    count = inside.size
    error = float(np.sqrt((count - 1) / count * ((left - value) ** 2).sum())) if count > 1 else float("nan")
    free = max(count - 1, 1)
    row = coefficient_table(
        pd.Series({"": value}), std_error=np.array([error]), df=free, n=count, level=level
    ).iloc[0]
    groups = (
        sums.treated[used],
        sums.controls[used] if sums.controls is not None else ~sums.treated[used] & False,
    )
    waves = pd.DataFrame(
        {
            "wave": sums.waves[used],
            "estimate": theta[used, 0],
            "weight": weight[used, 0],
            "treated": groups[0].sum(axis=1),
            "controls": groups[1].sum(axis=1),
        }
    )
    return Stacked(
        **{name: float(row[name]) for name in RESULT},
        mde=float(detectable_effect(error, free)),
        treated=np.flatnonzero(groups[0].any(axis=0)),
        controls=np.flatnonzero(groups[1].any(axis=0)),
        before=_level(sums.values[1::2, used], groups[0]),
        after=_level(sums.values[0::2, used], groups[0]),
        waves=waves,
        left_out=pd.DataFrame({"unit": inside, "estimate": left}),
    )


def _level(values: np.ndarray, member: np.ndarray) -> float:
    counts, base = (np.where(member, np.nan_to_num(v), 0.0).sum() for v in values)
    return float(counts / base) if base > 0 else float("nan")


def _by_wave(sums: WindowSums, *, without: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return log ratio and weight of each wave: one column, or one for each unit left out."""
    total = _group(sums.values, sums.treated, without)
    weight = total[1]
    # Whoever leaves may take the only treated unit or the only control along: that wave then has no weight.
    change = _change(total, sums.half)
    if sums.controls is not None:
        change = change - _change(_group(sums.values, sums.controls, without), sums.half)
    return change, np.where(np.isnan(change), 0.0, weight)


def _group(values: np.ndarray, member: np.ndarray, without: bool) -> np.ndarray:
    own = np.where(member, np.nan_to_num(values), 0.0)
    total = own.sum(axis=2, keepdims=True)
    left = member.sum(axis=1, keepdims=True) - (member if without else 0)
    return np.where(left > 0, total - own if without else total, np.nan)


def _change(total: np.ndarray, half: float) -> np.ndarray:
    """Return the log of read over baseline; a rate when there are denominators."""
    counts = total[:2]
    is_zero = (np.abs(counts) < 1e-9).any(axis=0)
    counts = np.where(is_zero, counts + half, counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(counts[0] / counts[1]) - np.log(total[2] / total[3])
    return np.where(np.isfinite(change), change, np.nan)


def _mean(theta: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the mean over waves by weight; NaN where nothing has any."""
    all_weight = weight.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(all_weight > 0, (np.nan_to_num(theta) * weight).sum(axis=0) / all_weight, np.nan)
