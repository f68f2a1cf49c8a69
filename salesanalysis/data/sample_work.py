"""How much each rep does each day: workload shared by all activities, noise of their own, ramp, coaching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .sample_people import PLANTED, RAMP_WEEKS, People

#: Activities that a rep decides on, with the mean of a full week and the share of workload they ride on.
KINDS = ("call", "meeting", "email", "voicemail", "internal_meeting", "admin")
BASE = np.array([52.0, 5.0, 20.0, 9.0, 4.0, 5.0])
_LOADING = np.array([0.8, 0.8, 0.9, 1.1, 0.9, 1.0])
_OWN_SD = np.array([0.36, 0.36, 0.27, 0.25, 0.25, 0.25])
CONNECT_RATE, CONVERSATION_RATE, HELD_RATE = 0.24, 0.44, 0.88
#: Waves of coaching, in weeks before the end: (weeks, kpi, reps, planted log lift).
WAVES = (
    (46, "calls", 3, 0.28),
    (33, "calls", 2, 0.28),
    (33, "conversation_rate", 1, 0.30),
    (20, "calls", 2, 0.0),
)


#: Coaching before this week of the axis would have no weeks to compare with.
FIRST_COACHED_WEEK = 30


@dataclass(frozen=True)
class Lift:
    """One rep coached on one KPI: `log_lift` is the planted change from `day` on, 0 for none."""

    rep: int
    kpi: str
    day: np.datetime64
    log_lift: float


@dataclass(frozen=True, eq=False)
class Work:
    """What happened by rep and day.

    Attributes
    ----------
    counts : array of int (T, n, kinds)
        Activities a rep chose to do, before anything follows from them.
    quality : array (weeks, n)
        How willing the market and the territory are that week, around 1.
    load : array (weeks, n)
        Workload around 1.
    growth : array (weeks, n)
        Share of full strength, below 1 for new reps.
    conversation : array (weeks, n)
        Chance that a connected call becomes a conversation.
    lifts : tuple of Lift
    """

    people: People
    counts: np.ndarray
    quality: np.ndarray
    load: np.ndarray
    growth: np.ndarray
    conversation: np.ndarray
    lifts: tuple[Lift, ...]


def make_work(rng: np.random.Generator, people: People, *, noise: float) -> Work:
    """Draw activity of every rep and day; `noise` scales what moves wins without being an activity."""
    clock = people.clock
    weeks, n = clock.n_weeks, people.n
    load = ar1(rng, (weeks, n), phi=0.7, sd=0.18)
    own = ar1(rng, (weeks, n, len(KINDS)), phi=0.8, sd=1.0) * _OWN_SD
    lifts = _coaching(rng, people, own[:, :, 0])
    # Reps whose call volume is planted are that way all the time, not by ups and downs.
    own[:, [i for i, name in enumerate(people.table["name"]) if "calls" in PLANTED.get(name, {})], 0] *= 0.4
    tenure = np.arange(weeks)[:, None] - (clock.index(people.hired) // 7)[None, :]
    growth = 1 - np.exp(-(np.maximum(tenure, 0) + 2.0) / RAMP_WEEKS)
    level = np.log(people.factors["effort"].to_numpy())[:, None] + np.zeros(len(KINDS))
    level[:, 0] += np.log(people.factors["calls"].to_numpy())
    level[:, 1] += np.log(people.factors["meetings"].to_numpy())
    level[:, 2:] += rng.normal(0, 0.15, (n, len(KINDS) - 2))
    season = 0.08 * np.sin(2 * np.pi * np.arange(weeks) / 52)[:, None, None]
    log_rate = (
        np.log(BASE) + level + season + load[:, :, None] * _LOADING + own + 0.5 * np.log(growth)[:, :, None]
    )
    log_rate[:, :, 0] += _steps(people, lifts, "calls")
    shaken = np.exp(log_rate) * rng.gamma(16.0, 1 / 16.0, log_rate.shape)
    daily = shaken[clock.week] / 5 * people.present[:, :, None]
    territory = ar1(rng, (weeks, n), phi=0.9, sd=0.10 * noise)
    market = ar1(rng, (weeks, 1), phi=0.9, sd=0.10 * noise)
    talk = CONVERSATION_RATE * people.factors["conversation_rate"].to_numpy()
    talk = talk * np.exp(_steps(people, lifts, "conversation_rate"))
    quality = np.exp(territory + market)
    return Work(people, rng.poisson(daily), quality, np.exp(load), growth, np.clip(talk, 0, 0.95), lifts)


def ar1(rng: np.random.Generator, shape: tuple[int, ...], *, phi: float, sd: float) -> np.ndarray:
    """Stationary AR(1) series along the first axis with marginal standard deviation `sd`.

    Examples
    --------
    >>> x = ar1(np.random.default_rng(0), (20000,), phi=0.8, sd=0.5)
    >>> bool(abs(x.std() - 0.5) < 0.03)
    True
    """
    series = rng.normal(0, sd, shape)
    for t in range(1, shape[0]):
        series[t] = phi * series[t - 1] + np.sqrt(1 - phi**2) * series[t]
    return series


def _coaching(rng: np.random.Generator, people: People, own_calls: np.ndarray) -> tuple[Lift, ...]:
    """Choose who is coached when: as in life, those whose last eight weeks were low.

    A plain before-and-after would then show a gain even where none is planted.
    """
    clock = people.clock
    plain = np.abs(np.log(people.factors[["calls", "conversation_rate"]])).max(axis=1).to_numpy() < 0.25
    free = (
        plain
        & (people.hired < clock.days[0])
        & np.isnat(people.left)
        & (people.table["role"] == "AE").to_numpy()
    )
    lifts: list[Lift] = []
    for back, kpi, wanted, log_lift in WAVES:
        week = clock.n_weeks - 1 - back
        if week < FIRST_COACHED_WEEK:
            continue
        recent = own_calls[week - 8 : week].mean(axis=0)
        order = np.argsort(recent) if kpi == "calls" else rng.permutation(people.n)
        for rep in [i for i in order if free[i]][:wanted]:
            free[rep] = False
            day = clock.working(clock.days[7 * week] + int(rng.integers(0, 5)))
            lifts.append(Lift(int(rep), kpi, day, log_lift))
    return tuple(lifts)


def _steps(people: People, lifts: tuple[Lift, ...], kpi: str) -> np.ndarray:
    """Log change of `kpi` by week and rep: a step from the week after the session on."""
    steps = np.zeros((people.clock.n_weeks, people.n))
    for lift in lifts:
        if lift.kpi == kpi:
            steps[people.clock.index(lift.day) // 7 + 1 :, lift.rep] += lift.log_lift
    return steps
