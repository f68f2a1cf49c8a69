"""Teams of whom some are coached in waves: who is chosen, and what it changes, is known.

A KPI of about three a week and rep. Reps differ in skill; each has ups and downs of weeks and of a territory;
season and market move all alike; counts scatter more than Poisson. Chosen are, as in life, those whose last
eight weeks were lowest: they would have risen without any coaching.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from simulate import ar1, negative_binomial

from salesanalysis.stats import Units

WEEKS, BEFORE, APART, AFTER, CHOSEN_BY = 78, 39, 13, 13, 8
BASE = 3.0


@dataclass(frozen=True)
class Coaching:
    """A way to coach: reps, reps a wave, log lift, whether the lowest are chosen, whether the lift grows."""

    reps: int = 12
    wave: int = 3
    lift: float = 0.0
    by_lot: bool = False
    grows: bool = False
    base: float = BASE


PRESETS = {
    "A": Coaching(),
    "B": Coaching(by_lot=True),
    "C": Coaching(lift=0.25),
    "D": Coaching(reps=24, wave=6, lift=0.35, grows=True),
    "busy": Coaching(base=50.0),
    "large": Coaching(reps=60, wave=15, base=50.0),
    "large_lift": Coaching(reps=60, wave=15, base=50.0, lift=0.25),
}


@dataclass(frozen=True, eq=False)
class Coached:
    """A team, and the mean log lift over the weeks after coaching that was planted."""

    units: Units
    truth: float


def simulate_coaching(preset: str, seed: int) -> Coached:
    """Draw one team; waves start in weeks 39, 52 and 65, each read for 13 weeks."""
    what = PRESETS[preset]
    rng = np.random.default_rng([seed, *preset.encode()])
    reps = what.reps
    skill = rng.normal(0, 0.35, reps)
    own = ar1(rng, (WEEKS, reps), phi=0.7, sd=0.25)
    territory = ar1(rng, (WEEKS, reps), phi=0.9, sd=0.10)
    market = ar1(rng, (WEEKS, 1), phi=0.9, sd=0.10)
    season = 0.1 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)[:, None]
    level = np.log(what.base) + skill + own + territory + market + season
    shape = what.lift * (1 - np.exp(-(np.arange(WEEKS) + 1) / 6)) if what.grows else np.full(WEEKS, what.lift)
    counts, starts = np.zeros((WEEKS, reps)), np.full(reps, np.nan)
    for week in range(WEEKS):
        if week >= BEFORE and (week - BEFORE) % APART == 0:
            free = np.flatnonzero(np.isnan(starts))
            low = free[np.argsort(counts[week - CHOSEN_BY : week, free].sum(axis=0), kind="stable")]
            starts[(rng.permutation(free) if what.by_lot else low)[: what.wave]] = week
        since = np.where(np.isnan(starts), -1, week - starts).astype(int)
        lift = np.where(since >= 0, shape[np.maximum(since, 0)], 0.0)
        counts[week] = negative_binomial(rng, np.exp(level[week] + lift), 8.0)
    units = Units(counts.T, starts, np.where(np.isnan(starts), np.inf, starts))
    return Coached(units, float(np.log(np.exp(shape[:AFTER]).mean())))
