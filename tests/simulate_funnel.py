"""Structural simulator: calls become connects, conversations, proposals and wins with lognormal delays.

Wins are not of the fitted form here. The truth for an upstream activity is the share of expected wins that
start from it; voicemails, internal meetings and admin start none; follow-ups answer to the open pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from simulate import BURN, SIZES, Simulated, ar1, negative_binomial, prepared

from salesanalysis.stats import Effects, Fit, lognormal_kernel, ppml

EFFORT = ["calls", "emails", "meetings", "voicemails", "internal_meetings", "admin"]
BASE = np.array([40.0, 30.0, 6.0, 15.0, 4.0, 8.0])
STAGES = ["connects", "conversations", "proposals"]
TRUTH = {
    "calls": 0.53,
    "emails": 0.15,
    "meetings": 0.09,
    "connects": 0.53,
    "conversations": 0.53,
    "proposals": 1.0,
}


@dataclass(frozen=True, eq=False)
class _Drawn:
    """One funnel: activities, stages, and proposals by week, weeks to their end and rep."""

    counts: np.ndarray
    connects: np.ndarray
    conversations: np.ndarray
    proposals: np.ndarray
    won: np.ndarray
    lost: np.ndarray
    followups: np.ndarray


def _funnel(size: str, seed: int) -> _Drawn:
    reps, weeks = SIZES[size]
    rng = np.random.default_rng([seed, 1])
    horizon = weeks + BURN
    skill = rng.normal(0, 0.25, reps)
    effort = 0.3 * (0.5 * skill / 0.25 + np.sqrt(0.75) * rng.normal(size=reps))
    workload = ar1(rng, (horizon, reps), phi=0.7, sd=0.25)
    own = ar1(rng, (horizon, reps, len(EFFORT)), phi=0.6, sd=0.27)
    territory = ar1(rng, (horizon, reps), phi=0.9, sd=0.12)
    season = 0.2 * np.sin(2 * np.pi * np.arange(horizon) / 52)
    common = (effort + workload + season[:, None])[:, :, None]
    counts = negative_binomial(rng, BASE * np.exp(common + own), 8.0)
    calls, emails, meetings = np.moveaxis(counts[:, :, :3], 2, 0).astype(int)
    lift = np.exp(skill / 3 + territory / 2)
    connects = rng.binomial(calls, np.clip(0.25 * lift, 0, 0.9))
    conversations = rng.binomial(connects, np.clip(0.43 * lift, 0, 0.9))
    others = rng.binomial(emails, np.clip(0.04 * lift, 0, 0.9)) + rng.binomial(
        meetings, np.clip(0.12 * lift, 0, 0.9)
    )
    talks = conversations + others + rng.poisson(1.85 * lift)
    proposals = arrivals(delays(rng, rng.binomial(talks, 0.4), median=2.0))
    chance = np.clip(0.3 * np.exp(skill / 3 + territory / 2), 0, 0.9)
    won = rng.binomial(proposals, chance)
    lost = proposals - won
    won_after, lost_after = delays(rng, won, median=4.0), delays(rng, lost, median=5.0)
    waiting = np.cumsum(proposals - arrivals(won_after) - arrivals(lost_after), axis=0)
    followups = rng.poisson(1.5 * np.maximum(waiting, 0) * np.exp(0.5 * workload) + 1.0)
    return _Drawn(counts, connects, conversations, proposals, won_after, lost_after, followups)


def simulate_funnel(size: str, seed: int) -> Simulated:
    """Draw one panel with the columns of `simulate` and the stages of the funnel."""
    reps, weeks = SIZES[size]
    drawn = _funnel(size, seed)
    week, rep = np.meshgrid(np.arange(weeks), np.arange(reps), indexing="ij")
    columns = {name: drawn.counts[BURN:, :, i].ravel() for i, name in enumerate(EFFORT)}
    columns |= {name: getattr(drawn, name)[BURN:].ravel() for name in (*STAGES, "followups")}
    wins = arrivals(drawn.won)[BURN:].ravel()
    frame = pd.DataFrame({"rep": rep.ravel(), "week": week.ravel(), "wins": wins, "tenure": 200})
    frame = frame.assign(**{name: values.astype(float) for name, values in columns.items()})
    frame = frame.sort_values(["rep", "week"]).reset_index(drop=True)
    truth = pd.Series(TRUTH).reindex([*EFFORT, *STAGES], fill_value=0.0)
    return Simulated(frame, truth, lognormal_kernel())


def simulate_cases(size: str, seed: int) -> pd.DataFrame:
    """Draw the proposals of the same funnel one by one, as opportunities from their first day on record.

    Days are whole days since 1970; the first week on record begins with day 0. What closed before is unknown.
    """
    weeks = SIZES[size][1]
    drawn = _funnel(size, seed)
    rng = np.random.default_rng([seed, 2])
    parts = []
    for spread, outcome in ((drawn.won, "won"), (drawn.lost, "lost")):
        week, delay, rep = (np.repeat(i, spread.ravel()) for i in np.indices(spread.shape).reshape(3, -1))
        begun, ended = rng.integers(0, 7, (2, len(week)))
        ended = np.where(delay == 0, np.maximum(begun, ended), ended)
        start, end = 7 * (week - BURN) + begun, 7 * (week + delay - BURN) + ended
        parts.append(pd.DataFrame({"created": start, "closed": end, "rep_id": rep, "outcome": outcome}))
    cases = pd.concat(parts, ignore_index=True)
    cases = cases[(cases["closed"] >= 0) & (cases["created"] < 7 * weeks)].reset_index(drop=True)
    cases["outcome"] = cases["outcome"].where(cases["closed"] < 7 * weeks, "open")
    days = {f"{name}_on": cases[name].to_numpy().astype("datetime64[D]") for name in ("created", "closed")}
    cases = cases.assign(**days, opportunity_id=[f"o{i}" for i in range(len(cases))], amount=1.0)
    return cases.assign(rep_id=cases["rep_id"].astype(str)).drop(columns=["created", "closed"])


def delays(rng: np.random.Generator, starts: np.ndarray, *, median: float) -> np.ndarray:
    """How many cases of each week and rep take how many weeks (lognormal): array (weeks, delays, reps)."""
    weights = lognormal_kernel(median, 0.6, length=24).weights
    return np.stack([rng.multinomial(row, weights).T for row in starts])


def arrivals(spread: np.ndarray) -> np.ndarray:
    """Cases by the week in which they end; those beyond the horizon are lost from sight."""
    found = np.zeros((len(spread), spread.shape[2]), dtype=int)
    for t, row in enumerate(spread):
        found[t : t + len(row)] += row[: len(spread) - t]
    return found


def fit_funnel(panel: Simulated) -> dict[str, Fit]:
    """The effort model, and per stage the model with that stage in place of the head of the funnel."""
    kernels = dict.fromkeys(EFFORT, panel.kernel)
    kernels |= {
        "connects": panel.kernel,
        "conversations": panel.kernel,
        "proposals": lognormal_kernel(4.0, 0.6),
    }
    data, _ = prepared(panel, names=[*EFFORT, *STAGES], kernel=kernels)
    effects = Effects("rep", "week")
    fits = {"effort": ppml(data, "wins", terms=EFFORT, effects=effects)}
    for stage in STAGES:
        fits[stage] = ppml(data, "wins", terms=[stage, *EFFORT[1:]], effects=effects)
    return fits
