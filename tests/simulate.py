"""Simulated rep x week panels with known truth.

One family of processes with parameters set by judgement: reps differ in skill, and effort goes with skill; a
workload shared by all activities rises and falls; season, holidays and a common market move both sides;
each rep's territory drifts; wins of the last weeks feed back into activity; new hires ramp up and weak reps
leave. Voicemails, internal meetings, admin and follow-ups ride on workload and never lead to a win.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.stats import Kernel, exposure_columns, lognormal_kernel

ACTIVITIES = ("calls", "emails", "meetings", "voicemails", "internal_meetings", "admin", "followups")
BASE = np.array([40.0, 30.0, 6.0, 15.0, 4.0, 8.0, 12.0])
LOADING = np.array([0.9, 0.9, 0.8, 1.1, 0.9, 1.0, 1.1])
SIZES = {"XS": (6, 52), "S": (10, 52), "S2": (10, 104), "M": (20, 78), "L": (30, 104)}
BURN = 40


@dataclass(frozen=True)
class Preset:
    """What is switched on: planted elasticities, feedback of wins on activity, ramp and confounding."""

    effects: dict[str, float] = field(default_factory=dict)
    feedback: dict[str, float] = field(default_factory=dict)
    realistic: bool = True
    ramp: bool = False
    drift: float = 0.0


MIXED = {"calls": 0.5, "meetings": 0.5, "emails": 0.3}
REVERSE = {"calls": -0.24, "emails": -0.12, "internal_meetings": 0.1, "admin": 0.5, "followups": 0.44}
PRESETS = {
    "null_plain": Preset(realistic=False),
    "null_real": Preset(),
    "null_reverse": Preset(feedback=REVERSE),
    "null_ramp": Preset(ramp=True),
    "null_drift": Preset(drift=1.0),
    "mixed": Preset(effects=MIXED),
    "mixed_rev": Preset(effects=MIXED, feedback={"calls": -0.16, "admin": 0.4, "followups": 0.4}),
}


@dataclass(frozen=True, eq=False)
class Simulated:
    """A panel (`rep, week, tenure, wins`, one column per activity), its planted truth and its true kernel."""

    frame: pd.DataFrame
    truth: pd.Series
    kernel: Kernel


def simulate(preset: str, size: str, seed: int) -> Simulated:
    """Draw one panel from the reduced-form engine.

    log E[wins] = rep + season + market + territory + ramp + sum_k beta_k log(.5 + E_k), E by the kernel.
    """
    what, (reps, weeks) = PRESETS[preset], SIZES[size]
    rng = np.random.default_rng([seed, *preset.encode()])
    kernel, horizon, kinds = lognormal_kernel(), weeks + BURN, len(ACTIVITIES)
    sd = 1.0 if what.realistic else 0.0
    skill = rng.normal(0, 0.35, reps)
    effort = sd * 0.3 * (0.5 * skill / 0.35 + np.sqrt(0.75) * rng.normal(size=reps))
    taste = rng.normal(0, 0.2, (reps, kinds))
    workload = ar1(rng, (horizon, reps), phi=0.7, sd=0.25)
    own = ar1(rng, (horizon, reps, kinds), phi=0.6, sd=0.27)
    territory = sd * ar1(rng, (horizon, reps), phi=0.9, sd=0.15)
    market = sd * ar1(rng, (horizon, 1), phi=0.9, sd=0.15)[:, 0]
    clock = np.arange(horizon) - BURN
    season = sd * 0.2 * np.sin(2 * np.pi * clock / 52)
    season_wins = sd * 0.2 * np.sin(2 * np.pi * (clock - 6) / 52)
    holiday = (clock % 52 >= 50) * sd
    away = (rng.random((horizon, reps)) < 0.05) * sd
    start, end = employment(rng, skill, horizon, ramp=what.ramp)
    tenure = clock[:, None] - start[None, :]
    growth = np.log(1 - np.exp(-(np.maximum(tenure, 0) + 2) / 12)) if what.ramp else np.zeros((horizon, reps))
    level = np.log(BASE) + effort[:, None] + taste
    beta = np.array([what.effects.get(kind, 0.0) for kind in ACTIVITIES])
    back = np.array([what.feedback.get(kind, 0.0) for kind in ACTIVITIES])
    centre = beta @ np.log(0.5 + BASE)
    counts, wins = np.zeros((horizon, reps, kinds)), np.zeros((horizon, reps))
    lag = kernel.weights
    for t in range(horizon):
        recent = wins[max(t - 4, 0) : t].sum(axis=0)
        mood = np.log((recent + 1) / 4.5) if t >= 4 else np.zeros(reps)
        common = (
            workload[t]
            + 0.5 * growth[t]
            + what.drift * territory[t]
            + season[t]
            + 0.5 * market[t]
            - holiday[t]
        )
        mu = np.exp(level + common[:, None] * LOADING + own[t] + mood[:, None] * back)
        mu = mu * np.where(away[t] > 0, 0.1, 1.0)[:, None]
        counts[t] = negative_binomial(rng, mu, 8.0)
        past = counts[max(t - lag.size + 1, 0) : t + 1][::-1]
        exposure = np.tensordot(lag[: past.shape[0]] / lag[: past.shape[0]].sum(), past, axes=1)
        drive = np.log(0.5 + exposure) @ beta - centre
        trend = season_wins[t] + market[t] + territory[t] + growth[t] - 0.5 * holiday[t]
        wins[t] = negative_binomial(rng, 0.9 * np.exp(skill + trend + drive), 6.0)
    week, rep = np.meshgrid(np.arange(weeks), np.arange(reps), indexing="ij")
    frame = pd.DataFrame({"rep": rep.ravel(), "week": week.ravel(), "wins": wins[BURN:].ravel()})
    frame["tenure"] = tenure[BURN:].ravel()
    frame[list(ACTIVITIES)] = counts[BURN:].reshape(-1, kinds)
    employed = (clock[:, None] >= start) & (clock[:, None] < end)
    frame = frame[employed[BURN:].ravel()].sort_values(["rep", "week"]).reset_index(drop=True)
    return Simulated(frame, pd.Series(beta, index=list(ACTIVITIES)), kernel)


def ar1(rng: np.random.Generator, shape: tuple[int, ...], *, phi: float, sd: float) -> np.ndarray:
    """Stationary AR(1) series along the first axis with the given marginal standard deviation."""
    noise = rng.normal(0, sd, shape)
    series = noise.copy()
    for t in range(1, shape[0]):
        series[t] = phi * series[t - 1] + np.sqrt(1 - phi**2) * noise[t]
    return series


def negative_binomial(rng: np.random.Generator, mean: np.ndarray, size: float) -> np.ndarray:
    """Counts with the given mean and variance ``mean + mean^2 / size``."""
    return rng.poisson(rng.gamma(size, mean / size)).astype(float)


def employment(
    rng: np.random.Generator, skill: np.ndarray, horizon: int, *, ramp: bool
) -> tuple[np.ndarray, np.ndarray]:
    """First and last week of each rep; without ramp everybody is there all the time."""
    reps, weeks = skill.size, horizon - BURN
    start, end = np.full(reps, -horizon), np.full(reps, horizon)
    if ramp:
        new = rng.random(reps) < 0.4
        start = np.where(new, rng.integers(-20, max(weeks - 30, 1), reps), -horizon)
        hazard = 0.004 * np.exp(-skill / 0.35)
        end = np.maximum(rng.geometric(np.minimum(hazard, 1)), np.maximum(start, 0) + 26)
    return start, end


def prepared(
    panel: Simulated,
    *,
    lead: bool = False,
    names: list[str] | None = None,
    kernel: dict[str, Kernel] | None = None,
) -> tuple[pd.DataFrame, list[str]]:
    """The panel with log kernel exposures in place of counts, as the KPI procedure wants, and the terms."""
    keys = {"unit": "rep", "time": "week"}
    names = names or list(ACTIVITIES)
    data = panel.frame.copy()
    data[names] = exposure_columns(panel.frame, names, kernel=kernel or panel.kernel, **keys)
    terms = names
    if lead:
        ahead = exposure_columns(panel.frame, names, lead=4, **keys).add_prefix("lead_")
        data, terms = pd.concat([data, ahead], axis=1), [*names, *ahead.columns]
    if data["tenure"].min() < 26:
        data["log_tenure"] = np.log1p(data["tenure"].clip(upper=26))
        terms = [*terms, "log_tenure"]
    kept = data.groupby("rep")[names[0]].transform("count") >= 20
    return data[kept], terms
