"""Simulated teams whose activities are done for opportunities, with planted elasticities of winning.

Rep level as in `simulate`: skill, effort that goes with it, workload shared by all activities, season,
market, drifting territories, feedback of wins, ramp and leaving. New here: opportunities are born, take a
lognormal time to their close, and part of each activity is spread over the rep's open ones by the attention
each gets.
At its close an opportunity is won with probability ``p * exp(sum_k beta_k z_k)`` where z_k is the log of
what was done for it BEFORE that week, relative to what is usual at that age: since closing itself does not
depend on activity, beta is the elasticity of the win hazard and of the expected wins alike. Rep-weeks add up
from the same counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from simulate import ACTIVITIES, BASE, BURN, LOADING, MIXED, REVERSE, SIZES, ar1, employment

#: Share of each activity that is done for an open opportunity; the rest is prospecting and the like.
ATTACHED = np.array([0.6, 0.7, 0.9, 0.5, 0.3, 0.5, 1.0])
BIRTHS, CHANCE, SIGMA = 2.8, 0.27, 0.6
TEAMS = {**SIZES, "T": (5, 52)}
KINDS = len(ACTIVITIES)


@dataclass(frozen=True)
class Team:
    """What is switched on.

    Attributes
    ----------
    effects, feedback, ramp, drift, realistic
        As in `simulate.Preset`; effects are elasticities of the win hazard.
    hot : float
        Log attention per unit of log chance of winning that only the rep sees: hot ones draw activity.
    spread : float
        Standard deviation of that log chance.
    hot_kinds : tuple of str
        Kinds that hot ones draw; empty: all.
    stage : float
        Log attention gained as the close comes near: activity follows progress, won or lost.
    cycle : float
        Median weeks to the close.
    recent : float
        Half-life in weeks of what was done; 0: everything done so far counts alike.
    creation : dict
        Elasticities of the births: activity that finds opportunities instead of winning them.
    logged : float
        Mean share of activities that are written down (it differs by rep and drifts).
    logged_by_wins : float
        Log share gained with the wins of the last weeks.
    backfill : float
        Share of the unwritten activities written down after a win, under their own day.
    """

    effects: dict[str, float] = field(default_factory=dict)
    feedback: dict[str, float] = field(default_factory=dict)
    realistic: bool = True
    ramp: bool = False
    drift: float = 0.0
    hot: float = 0.0
    spread: float = 0.5
    hot_kinds: tuple[str, ...] = ()
    stage: float = 0.0
    cycle: float = 6.0
    recent: float = 0.0
    creation: dict[str, float] = field(default_factory=dict)
    logged: float = 1.0
    logged_by_wins: float = 0.0
    backfill: float = 0.0


_REV = {"calls": -0.16, "admin": 0.4, "followups": 0.4}
NULLS = {
    "null_plain": Team(realistic=False),
    "null_real": Team(),
    "null_reverse": Team(feedback=REVERSE),
    "null_ramp": Team(ramp=True),
    "null_drift": Team(drift=1.0),
}
PLANTED = {
    "mixed": Team(effects=MIXED),
    "mixed_rev": Team(effects=MIXED, feedback=_REV),
}
STRESS = {
    "hot_weak": Team(hot=0.5),
    "hot_strong": Team(hot=1.5),
    "hot_select": Team(hot=1.5, hot_kinds=("calls", "emails", "meetings")),
    "hot_extreme": Team(hot=1.0, spread=1.0, hot_kinds=("calls", "emails", "meetings")),
    "hot_mixed": Team(hot=1.5, effects=MIXED),
    "stage_null": Team(stage=1.0),
    "underlog_null": Team(logged=0.6),
    "underlog_mixed": Team(logged=0.6, effects=MIXED),
    "winlog_null": Team(logged=0.7, logged_by_wins=0.3),
    "backfill_null": Team(logged=0.7, backfill=0.5),
    "long_null": Team(cycle=14.0),
    "long_mixed": Team(cycle=14.0, effects=MIXED),
    "recent_mixed": Team(recent=3.0, effects=MIXED),
    "creation": Team(creation=MIXED),
}
PRESETS = {**NULLS, **PLANTED, **STRESS}


@dataclass(frozen=True, eq=False)
class World:
    """One simulated company.

    Attributes
    ----------
    reps : DataFrame
        Rep x week: ``rep, week, tenure, wins``, one column per activity.
    opportunities : DataFrame
        Opportunity x week while open: ``opportunity, rep, week`` (calendar), counts of that week, ``is_won,
        is_lost`` in its last week. Only those born since week 0.
    durations : Series
        Weeks to the win of those born early enough for long cycles to be seen.
    truth : Series
        Planted elasticities.
    """

    reps: pd.DataFrame
    opportunities: pd.DataFrame
    durations: pd.Series
    truth: pd.Series


def simulate_team(preset: str | Team, size: str, seed: int) -> World:
    """Draw one company."""
    what = PRESETS[preset] if isinstance(preset, str) else preset
    reps, weeks = TEAMS[size]
    horizon = weeks + BURN
    rng = np.random.default_rng([seed, *str(preset).encode()[:24]])
    people = _people(rng, what, reps, horizon)
    book = _Book(what)
    counts, wins = np.zeros((horizon, reps, KINDS)), np.zeros((horizon, reps))
    beta = _vector(what.effects)
    for t in range(horizon):
        recent = wins[max(t - 4, 0) : t].sum(axis=0)
        mood = np.log((recent + 1) / 4.5) if t >= 4 else np.zeros(reps)
        made = rng.gamma(8.0, people.activity(t, mood, _vector(what.feedback)) / 8.0)
        book.born(rng, t, people.births(t, counts, _vector(what.creation)))
        unattached = rng.poisson(made * (1 - ATTACHED))
        closed, won = book.step(rng, t, made * ATTACHED, people.chance(t), beta)
        counts[t] = unattached
        np.add.at(counts[t], book.rep[book.live], book.done)
        np.add.at(wins[t], book.rep[closed[won]], 1)
        book.live = np.setdiff1d(book.live, closed, assume_unique=True)
    return _world(rng, what, (counts, wins), people=people, book=book)


def _vector(by_name: dict[str, float]) -> np.ndarray:
    return np.array([by_name.get(kind, 0.0) for kind in ACTIVITIES])


@dataclass
class _People:
    """Everything that belongs to reps and weeks, drawn beforehand."""

    level: np.ndarray
    common: np.ndarray
    own: np.ndarray
    away: np.ndarray
    skill: np.ndarray
    trend: np.ndarray
    noise: np.ndarray
    employed: np.ndarray
    tenure: np.ndarray

    def activity(self, t: int, mood: np.ndarray, back: np.ndarray) -> np.ndarray:
        mu = np.exp(self.level + self.common[t][:, None] * LOADING + self.own[t] + mood[:, None] * back)
        return mu * (np.where(self.away[t], 0.1, 1.0) * self.employed[t])[:, None] + 1e-9

    def births(self, t: int, counts: np.ndarray, creation: np.ndarray) -> np.ndarray:
        past = counts[max(t - 4, 0) : max(t, 1)].mean(axis=0)
        drive = (np.log(0.5 + past) - np.log(0.5 + BASE)) @ creation if t >= 4 else 0.0
        return BIRTHS * np.exp(0.5 * self.skill + self.noise[t] + drive) * self.employed[t]

    def chance(self, t: int) -> np.ndarray:
        return CHANCE * np.exp(0.5 * self.skill + self.trend[t])


def _people(rng: np.random.Generator, what: Team, reps: int, horizon: int) -> _People:
    sd = 1.0 if what.realistic else 0.0
    skill = rng.normal(0, 0.35, reps)
    effort = sd * 0.3 * (0.5 * skill / 0.35 + np.sqrt(0.75) * rng.normal(size=reps))
    workload = ar1(rng, (horizon, reps), phi=0.7, sd=0.25)
    own = ar1(rng, (horizon, reps, KINDS), phi=0.6, sd=0.27)
    territory = sd * ar1(rng, (horizon, reps), phi=0.9, sd=0.15)
    market = sd * ar1(rng, (horizon, 1), phi=0.9, sd=0.15)
    clock = np.arange(horizon)[:, None] - BURN
    season, season_wins = (sd * 0.2 * np.sin(2 * np.pi * (clock - lag) / 52) for lag in (0, 6))
    holiday = (clock % 52 >= 50) * sd
    start, end = employment(rng, skill, horizon, ramp=what.ramp)
    tenure = clock - start[None, :]
    growth = np.log(1 - np.exp(-(np.maximum(tenure, 0) + 2) / 12)) if what.ramp else np.zeros((horizon, reps))
    common = workload + 0.5 * growth + what.drift * territory + season + 0.5 * market - holiday
    level = np.log(BASE) + effort[:, None] + rng.normal(0, 0.2, (reps, KINDS))
    return _People(
        level=level,
        common=common,
        own=own,
        away=rng.random((horizon, reps)) < 0.05 * sd,
        skill=skill,
        trend=season_wins + market + territory + growth - 0.3 * holiday,
        noise=np.log(rng.gamma(6.0, 1 / 6.0, (horizon, reps))),
        employed=(clock >= start) & (clock < end),
        tenure=tenure,
    )


class _Book:
    """All opportunities ever born, as growing arrays; rows of what was done while each was open."""

    def __init__(self, what: Team) -> None:
        self.what = what
        self.rep, self.start, self.length = (np.zeros(0, dtype=int) for _ in range(3))
        self.attention, self.so_far = np.zeros((0, KINDS)), np.zeros((0, KINDS))
        self.quality, self.live = np.zeros(0), np.zeros(0, dtype=int)
        self.done = np.zeros((0, KINDS))
        self.log: list[tuple[np.ndarray, ...]] = []

    def born(self, rng: np.random.Generator, t: int, mean: np.ndarray) -> None:
        rep = np.repeat(np.arange(mean.size), rng.poisson(mean))
        n, first = rep.size, self.rep.size
        weeks = np.exp(rng.normal(np.log(self.what.cycle), SIGMA, n))
        quality = rng.normal(0, self.what.spread, n) if self.what.hot else np.zeros(n)
        taste = 0.5 * rng.normal(size=(n, 1)) + 0.3 * rng.normal(size=(n, KINDS))
        self.rep = np.concatenate([self.rep, rep])
        self.start = np.concatenate([self.start, np.full(n, t)])
        self.length = np.concatenate([self.length, np.maximum(np.rint(weeks), 1).astype(int)])
        self.quality = np.concatenate([self.quality, quality])
        drawn = np.array([not self.what.hot_kinds or kind in self.what.hot_kinds for kind in ACTIVITIES])
        draw = self.what.hot * quality[:, None] * drawn
        self.attention = np.vstack([self.attention, np.exp(taste + draw)])
        self.so_far = np.vstack([self.so_far, np.zeros((n, KINDS))])
        self.live = np.concatenate([self.live, np.arange(first, first + n)])

    def step(
        self, rng: np.random.Generator, t: int, effort: np.ndarray, chance: np.ndarray, beta: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """One week: what is done for whom, then who closes, by what was done in the weeks before."""
        live = self.live
        rep, age = self.rep[live], t - self.start[live]
        weight = self.attention[live] * np.exp(self.what.stage * age / self.length[live])[:, None]
        total = np.zeros((chance.size, KINDS))
        np.add.at(total, rep, weight)
        self.done = rng.poisson(effort[rep] * weight / total[rep])
        ends = age == self.length[live]
        closed = live[ends]
        usual = BASE * ATTACHED / (BIRTHS * self.what.cycle * np.exp(SIGMA**2 / 2))
        weeks = np.arange(1, self.length.max() + 1) if self.length.size else np.ones(1)
        fade = 0.5 ** (1 / self.what.recent) if self.what.recent else 1.0
        typical = np.cumsum(fade ** (weeks - 1))[age[ends] - 1]
        z = np.log(0.5 + self.so_far[closed]) - np.log(0.5 + usual * typical[:, None])
        p = chance[self.rep[closed]] * np.exp(self.quality[closed] + z @ beta)
        won = rng.random(closed.size) < np.minimum(p, 0.97)
        self.log.append((live, np.full(live.size, t), self.done, ends, np.isin(live, closed[won])))
        self.so_far[live] = self.so_far[live] * fade + self.done
        return closed, won


def _world(
    rng: np.random.Generator,
    what: Team,
    made: tuple[np.ndarray, np.ndarray],
    *,
    people: _People,
    book: _Book,
) -> World:
    counts, wins = made
    case, time, ends, won = (np.concatenate([part[i] for part in book.log]) for i in (0, 1, 3, 4))
    done = np.vstack([part[2] for part in book.log])
    written, counts = _written(rng, what, (done, counts, wins), rows=(case, time, won), rep=book.rep)
    horizon, reps, _ = counts.shape
    keep = book.start[case] >= BURN
    opportunities = pd.DataFrame({"opportunity": case, "rep": book.rep[case], "week": time - BURN})
    opportunities[list(ACTIVITIES)] = written.astype(float)
    opportunities["is_won"], opportunities["is_lost"] = (ends & won) * 1.0, (ends & ~won) * 1.0
    opportunities = opportunities[keep].sort_values(["opportunity", "week"]).reset_index(drop=True)
    week, rep = np.meshgrid(np.arange(horizon - BURN), np.arange(reps), indexing="ij")
    frame = pd.DataFrame({"rep": rep.ravel(), "week": week.ravel(), "wins": wins[BURN:].ravel()})
    frame["tenure"] = people.tenure[BURN:].ravel()
    frame[list(ACTIVITIES)] = counts[BURN:].reshape(-1, KINDS)
    frame = frame[people.employed[BURN:].ravel()].sort_values(["rep", "week"]).reset_index(drop=True)
    early = ends & won & keep & (book.start[case] <= horizon - 16)
    return World(
        frame,
        opportunities,
        pd.Series(book.length[case[early]], dtype=float),
        pd.Series(_vector(what.effects), index=list(ACTIVITIES)),
    )


def _written(
    rng: np.random.Generator,
    what: Team,
    made: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray],
    rep: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Only what is written down: per opportunity row, and per rep and week."""
    done, counts, wins = made
    if what.logged >= 1:
        return done, counts
    case, time, won = rows
    horizon, reps, _ = counts.shape
    logit = np.log(what.logged / (1 - what.logged)) + rng.normal(0, 0.5, reps)
    logit = logit + ar1(rng, (horizon, reps), phi=0.9, sd=0.4)
    recent = np.array([wins[max(t - 3, 0) : t + 1].sum(axis=0) for t in range(horizon)])
    share = 1 / (1 + np.exp(-(logit + what.logged_by_wins * (recent - recent.mean()))))
    attached = np.zeros_like(counts)
    np.add.at(attached, (time, rep[case]), done)
    chance = share[time, rep[case]]
    if what.backfill:
        ever = np.zeros(rep.size, dtype=bool)
        ever[case[won]] = True
        chance = np.where(ever[case], chance + (1 - chance) * what.backfill, chance)
    written = rng.binomial(done, chance[:, None])
    total = np.zeros_like(counts)
    np.add.at(total, (time, rep[case]), written)
    return written, total + rng.binomial((counts - attached).astype(int), share[:, :, None])
