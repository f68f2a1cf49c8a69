"""Companies with a known distribution of what reps do in a quarter, for goals proposed from their past."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesanalysis.goals.philosophy import quantile_of
from salesanalysis.goals.standard import LEVEL, standard
from salesanalysis.kpi import KPIS

#: Reps and earlier quarters of a usual company, and full-time days of a quarter.
REPS, QUARTERS, DAYS = 20, 8, 62.0


def quarters(kind: str, *, reps: int = REPS, count: int = QUARTERS, seed: int = 0) -> pd.DataFrame:
    """Return what `reps` did in `count` quarters, one row per rep and quarter, as a goal is proposed from.

    ``calls``: levels differ by 20 % (log sd), quarters of one rep scatter by 15 % beyond chance;
    ``win_rate``: shares 30 % +- 6 points from 15 to 40 closed; ``bookings``: about six sales of mixed size;
    ``sales_cycle``: means of 2 to 14 wins, 45 +- 8 days, single ones +- 25.
    """
    chance = np.random.default_rng((seed, reps, count))
    shape = (reps, count)
    who, when = np.indices(shape)
    frame = pd.DataFrame({"rep_id": who.ravel(), "period": when.ravel(), "days": DAYS, "exposure": DAYS})
    if kind == "calls":
        level = 9.0 * np.exp(chance.normal(0, 0.2, reps))[:, None] * np.exp(chance.normal(0, 0.15, shape))
        frame["calls"] = chance.poisson(level * DAYS).ravel().astype(float)
    elif kind == "win_rate":
        closed = chance.integers(15, 41, shape)
        rate = chance.beta(0.3 * 57, 0.7 * 57, reps)[:, None]
        frame["wins"], frame["closed"] = chance.binomial(closed, rate).ravel().astype(float), closed.ravel()
    elif kind == "bookings":
        count_won = chance.poisson(6.0 * np.exp(chance.normal(0, 0.25, reps))[:, None], shape)
        sizes = [np.exp(chance.normal(3.0, 0.6, n)) for n in count_won.ravel()]
        frame["bookings"] = [part.sum() for part in sizes]
        frame["bookings_squared"] = [(part**2).sum() for part in sizes]
        frame["wins"] = count_won.ravel().astype(float)
    else:
        wins = chance.integers(2, 15, shape)
        level = chance.normal(45, 8, reps)[:, None]
        means = np.broadcast_to(level, shape).ravel()
        days = [chance.normal(m, 25, n) for m, n in zip(means, wins.ravel())]
        frame["cycle_days"] = [part.sum() for part in days]
        frame["cycle_days_squared"] = [(part**2).sum() for part in days]
        frame["cycle_wins"] = wins.ravel().astype(float)
    return frame


def one(kind: str, philosophy: str, seed: int, *, reps: int = REPS) -> dict[str, float]:
    """Propose a goal from a company's past and hold it against the truth and against its next quarter."""
    kpi = KPIS[kind]
    whole = quarters(kind, reps=reps, count=QUARTERS + 1, seed=seed)
    past, then = whole[whole["period"] < QUARTERS], whole[whole["period"] == QUARTERS]
    row = standard(kpi, past, philosophy=philosophy, days=DAYS).row
    value = kpi.values(then).dropna()
    reached = value <= row["estimate"] if kpi.better == "lower" else value >= row["estimate"]
    true = truth(kind, philosophy)
    return {
        "covered": row["conf_low"] <= true <= row["conf_high"],
        "bias": row["estimate"] / true - 1,
        "expected": row["expected_reach"],
        "next": float(reached.mean()),
        "check": row["check"] == "as_meant",
    }


_TRUTH: dict[tuple[str, str], float] = {}


def truth(kind: str, philosophy: str) -> float:
    """Return the quantile of what one quarter of any rep of such a company finds, from 20,000."""
    key = (kind, philosophy)
    if key not in _TRUTH:
        kpi = KPIS[kind]
        values = kpi.values(quarters(kind, reps=20_000, count=1, seed=99)).dropna()
        _TRUTH[key] = float(np.quantile(values, quantile_of(philosophy, kpi.better)))
    return _TRUTH[key]


def rates(kind: str, philosophy: str, *, runs: int, reps: int = REPS) -> dict[str, float]:
    """Return the means of `one` over companies: coverage, bias, shares expected and found to reach it."""
    found = pd.DataFrame([one(kind, philosophy, seed, reps=reps) for seed in range(runs)]).astype(float)
    return found.mean().to_dict() | {"level": LEVEL}


if __name__ == "__main__":
    import sys

    for reps in (8, 12, 20, 40):
        for kind in ("calls", "win_rate", "bookings", "sales_cycle"):
            for philosophy in ("A", "C average", "C minimum"):
                found = rates(kind, philosophy, runs=int(sys.argv[1]), reps=reps)
                shown = {name: round(value, 3) for name, value in found.items()}
                sys.stdout.write(f"{reps} {kind} {philosophy}: {shown}\n")
                sys.stdout.flush()
