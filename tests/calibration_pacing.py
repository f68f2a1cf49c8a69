"""Acceptance row A12: where a period ends, foreseen four weeks into it; going on as so far beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from calibration_rows import Check, Row, at_most, between, shown
from scipy import stats as sps
from simulate import simulate

from salesanalysis.goals.past import Past, expect
from salesanalysis.goals.progress import Rest

Found = dict[str, object]
#: Weeks of the period gone and left; the day it is looked at differs from team to team, and so the season.
GONE, LEFT, FIRST, LAST = 4, 9, 56, 69


def panel(preset: str, size: str, seed: int) -> Found:
    """Foresee the nine weeks left of a quarter for each rep of one team, and for the team."""
    frame = simulate(preset, size, seed).frame
    wins = frame.pivot(index="rep", columns="week", values="wins")
    today = FIRST + (seed * 5) % (LAST - FIRST + 1)
    count = wins.iloc[:, :today]
    weeks = pd.date_range("2024-01-01", periods=today, freq="7D")
    count = count.set_axis(weeks, axis=1)
    days = pd.DataFrame(5.0, index=count.index, columns=weeks)
    expected = expect(Past(count, days, pd.Series(None, count.index, dtype="object")), LEFT * 7)
    left = expected.table.assign(exposure=LEFT * 5.0)
    rest = Rest(left, expected.spread)
    truth = wins.iloc[:, today : today + LEFT].sum(axis=1)
    so_far = count.iloc[:, -GONE:].sum(axis=1)
    goal = np.round(count.sum(axis=1) / today * (GONE + LEFT))
    rows = [rest.bring([rep], goal[rep] - so_far[rep], 0.8) for rep in count.index]
    low, high, chance = (np.array([row[name] for row in rows]) for name in ("low", "high", "chance"))
    naive = sps.poisson.ppf([[0.1], [0.9]], np.maximum(so_far.to_numpy() / GONE * LEFT, 1e-9))
    team = rest.bring(count.index, 0.0, 0.8)
    reached = (truth >= goal - so_far).to_numpy()
    return {
        "covered": np.mean((truth >= low) & (truth <= high)),
        "naive": np.mean((truth >= naive[0]) & (truth <= naive[1])),
        "team": team["low"] <= truth.sum() <= team["high"],
        "chance": chance.mean(),
        "reached": reached.mean(),
        "brier": np.mean((chance - reached) ** 2),
    }


def _judge(found: list[Found]) -> list[Check]:
    rates = {name: np.array([float(f[name]) for f in found]) for name in found[0]}
    return [
        between("80 % interval of a rep covers", rates["covered"], 0.76, 0.88),
        at_most("going on as so far: Poisson interval covers", rates["naive"], 0.58),
        shown("80 % interval of the team covers", rates["team"]),
        shown("chance to reach, mean", rates["chance"]),
        shown("goals reached", rates["reached"]),
        shown("Brier score of the chance", rates["brier"]),
    ]


ROWS = (
    Row("A12", "pacing, M, null_real", 100, panel, ("null_real", "M"), _judge),
    Row("A12-mixed", "pacing, M, mixed_rev", 100, panel, ("mixed_rev", "M"), _judge),
)
