"""What a plan would pay at other results: the rules as curves, many values at once, not rounded."""

from __future__ import annotations

import numpy as np

from .plan import ZERO, PayPlan
from .rules import Case, bonus_lines, on_target


def commission_at(plan: PayPlan, case: Case, volume: np.ndarray) -> np.ndarray:
    """Return the commission on each of `volume`, as `rules.commission_lines` would pay it unrounded.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from salesanalysis.compensation.plan import ONE, Commission, Terms, Tier
    >>> tiers = (Tier(ZERO, Decimal("0.05")), Tier(ONE, Decimal("0.08")))
    >>> case = Case(Terms(commission=Commission(tiers)), ONE, ONE, ONE, ZERO, Decimal(100))
    >>> commission_at(PayPlan(), case, np.array([50.0, 130.0])).tolist()
    [2.5, 7.4]
    """
    rule, volume = case.terms.commission, np.asarray(volume, dtype=float)
    if rule is None or (rule.by == "attainment" and not case.target):
        return np.zeros_like(volume)
    unit = float(case.target) if rule.by == "attainment" else 1.0
    starts = np.array([float(tier.start) for tier in rule.tiers]) * unit
    rates = np.array(tier_rates(plan, case))
    if rule.retroactive:
        found = volume * rates[np.searchsorted(starts, volume, side="right").clip(1) - 1]
    else:
        ends = np.append(starts[1:], np.inf)
        found = sum(
            rate * np.clip(np.minimum(volume, end) - start, 0.0, None)
            for rate, start, end in zip(rates, starts, ends)
        )
    return np.where(volume < float(rule.threshold) * unit, 0.0, found)


def tier_rates(plan: PayPlan, case: Case) -> list[float]:
    """Return what each tier pays a unit."""
    rule = case.terms.commission
    if rule.tiers[0].rate is not None:
        return [float(tier.rate) for tier in rule.tiers]
    whole = float(on_target(plan, case, rule.weight)) / float(case.target)
    return [whole * float(tier.multiplier) for tier in rule.tiers]


def capped(plan: PayPlan, case: Case, earned: np.ndarray) -> np.ndarray:
    """Return earned variable pay, at most the cap."""
    if case.terms.cap is None:
        return earned
    return np.minimum(earned, float(case.terms.cap / plan.parts * case.part))


def earned_at(plan: PayPlan, case: Case, volume: np.ndarray) -> np.ndarray:
    """Return variable pay before draws at each of `volume`, with the bonuses as they are."""
    bonuses = float(sum((line.amount for line in bonus_lines(plan, case)), ZERO))
    return capped(plan, case, commission_at(plan, case, volume) + bonuses)


def at_attainment(plan: PayPlan, case: Case, levels: np.ndarray) -> np.ndarray:
    """Return variable pay before draws if every target is reached by each of `levels`.

    Without a target, the level is of what was sold.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from salesanalysis.compensation.plan import ONE, Commission, Terms, Tier
    >>> terms = Terms(commission=Commission((Tier(ZERO, ONE),), by="value"))
    >>> case = Case(terms, ONE, ONE, ONE, Decimal(50))
    >>> at_attainment(PayPlan(), case, np.array([0.5, 1.0])).tolist()
    [25.0, 50.0]
    """
    whole = float(case.target or case.volume)
    levels = np.asarray(levels, dtype=float)
    earned = commission_at(plan, case, levels * whole) + bonuses_at(plan, case, levels)
    return capped(plan, case, earned)


def bonuses_at(plan: PayPlan, case: Case, levels: np.ndarray) -> np.ndarray:
    """Return all bonuses if every one's target is reached by each of `levels`."""
    found = np.zeros_like(np.asarray(levels, dtype=float))
    for bonus in case.terms.bonuses:
        year = bonus.amount if bonus.amount is not None else case.terms.variable * bonus.weight
        if bonus.pays == "all_or_nothing":
            due = np.where(levels >= 1.0, 1.0, 0.0)
        else:
            floor, most = float(bonus.floor), float(bonus.most)
            due = np.where(levels < floor, 0.0, (np.minimum(levels, most) - floor) / (1 - floor))
        found = found + float(year / plan.parts * case.part) * due
    return found
