"""Attainment of a goal and the one word that the evidence allows."""

from __future__ import annotations

import math

#: Every verdict a scorecard can give.
VERDICTS = ("met", "below_floor", "stretch_not_reached", "not_enough_evidence", "too_few", "no_goal")


def attainment(value: float, target: float, better: str) -> float:
    """Return the share of the goal that `value` reaches; above 1 is always good.

    Where lower is better it is target ÷ value. Missing where the division means nothing: a goal of zero.

    Examples
    --------
    >>> attainment(38.0, 50.0, "higher"), attainment(50.0, 40.0, "lower")
    (0.76, 0.8)
    """
    top, base = (value, target) if better == "higher" else (target, value)
    return top / base if base > 0 and target > 0 and math.isfinite(top) and math.isfinite(base) else math.nan


def verdict(value: float, low: float, high: float, *, target: float, better: str, philosophy: str) -> str:
    """Judge a value against its goal; the caller has ruled out a missing goal and too small a base.

    ``met`` only if the whole interval lies on the good side, under either philosophy. Missed for sure (the
    whole interval on the bad side) is ``below_floor`` for a C goal. A missed A goal, which few should reach,
    is ``stretch_not_reached`` as soon as the value itself is short of it. All else is
    ``not_enough_evidence``. A value without interval (a stock, counted on a day) is judged as it stands.

    Examples
    --------
    >>> verdict(520, 476, 567, target=650, better="higher", philosophy="C minimum")
    'below_floor'
    >>> verdict(29, 19, 42, target=40, better="higher", philosophy="A")
    'stretch_not_reached'
    >>> verdict(0.25, 0.177, 0.341, target=0.3, better="higher", philosophy="C average")
    'not_enough_evidence'
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        low = high = value
    if better == "lower":
        value, low, high, target = -value, -high, -low, -target
    if low >= target:
        return "met"
    if philosophy == "A":
        return "stretch_not_reached" if value < target else "not_enough_evidence"
    return "below_floor" if high < target else "not_enough_evidence"
