"""`rollout_plan`: the next wave of coaching drawn by lot, and what it would find."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, MissingData, NotEnoughData
from ..core.result import Note
from ..kpi import KPIS, Kpi
from ..stats import drawn, mean_power, number_of_deals, smallest_found
from .cells import BEFORE, cells
from .plan import PROMISED, TABLE, RolloutPlan, plan_table
from .result import TrainingEffectResult
from .sessions import first_on, sessions
from .weekly import Weekly, is_weekly, weekly

#: Effect that matters: 20 % more.
EFFECT = float(np.log(1.2))
#: Fewest deals with which 5 % can be reached at all.
FEWEST_DEALS = 40
#: Weeks before the first week known from which a rep must be there, and the last ones in which he or she
#: logged.
LEAST_WEEKS, LAST_WEEKS = 13, 4
#: Weeks between the last one known and the first wave.
TO_PREPARE = 2
#: Stretches of the past over which the plan is laid, deals and trials in each.
STRETCHES, DEALS, TRIALS = 3, 299, 200
#: Other numbers of waves for which the power is worked out as well.
OTHER_WAVES = (2, 3, 4)
UNITS = ("count", "share", "rate")


def rollout_plan(
    crm: Crm,
    kpi: str,
    *,
    reps: Iterable[str] | None = None,
    waves: int = 2,
    weeks: int = 13,
    seed: int = 0,
) -> RolloutPlan:
    """Plan the next coaching so that it can be told what it changed: a lot decides who is coached when.

    Parameters
    ----------
    crm : Crm
        The data.
    kpi : str
        Behaviour to be worked on.
    reps : sequence of str, optional
        Who is to be coached, by rep_id or name; by default all who do it, are past ramping and were not
        coached on it in the last quarter.
    waves : int
        Number of waves; everybody is coached in the end.
    weeks : int
        Weeks from one wave to the next.
    seed : int
        Seed of the lot: the same seed and data give the same plan.

    Returns
    -------
    RolloutPlan

    Raises
    ------
    InvalidInput
        Unknown KPI or rep, one that is no count or ratio of counts, numbers out of range.
    MissingData
        The data does not give the KPI.
    NotEnoughData
        Too few reps for any draw of the lot to reach 5 %.

    Notes
    -----
    The lot is drawn within teams, small teams together. Power is simulated: the plan is laid over up to three
    stretches of the client's own past, effects are added, and the re-randomisation test is run.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.rollout_plan(sa.sample(), "calls").table["wave"].tolist()  # doctest: +SKIP
    """
    check_crm(crm, "rollout_plan()")
    what = _kpi(kpi)
    for name, value, least, most in (
        ("waves", waves, 2, 6),
        ("weeks", weeks, 4, 52),
        ("seed", seed, 0, 2**62),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InvalidInput(f"'{name}' is {value!r}; give a whole number from {least} to {most}.")
    past = weekly(crm, [what])
    if what.numerator not in past.sums:
        crm.require(*what.needs, wanted_by=what.name)
        raise MissingData(f"{what.name} cannot be counted by rep in this data.")
    place, excluded = _who(crm, past, what, reps)
    groups = _groups(past.team[place], waves)
    _check_size(groups, waves)
    starts = past.monday(past.length + TO_PREPARE)
    people = pd.DataFrame(
        {
            "rep_id": [past.reps[i] for i in place],
            "name": [past.names[past.reps[i]] for i in place],
            "team": past.team[place],
            "group": groups,
            "wave": drawn(groups, waves, seed) + 1,
        }
    )
    others = [n for n in OTHER_WAVES if n != waves and number_of_deals(groups, n) >= FEWEST_DEALS]
    power = [_promise(past, what, place, (n, weeks, seed)) for n in (waves, *others)]
    return RolloutPlan(
        table=plan_table(people, starts, weeks),
        method="training.rollout_plan",
        n=len(people),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        notes=tuple(Note(f"rollout_{reason}", count) for reason, count in excluded.items()),
        power=pd.DataFrame(power, columns=list(PROMISED)),
        kpi=what.name,
        waves=waves,
        weeks=weeks,
        starts=starts,
        seed=seed,
        excluded=excluded,
    )


def next_wave(
    crm: Crm, effect: TrainingEffectResult, *, waves: int = 2, weeks: int = 13, seed: int = 1
) -> RolloutPlan:
    """Propose the next wave by lot for the behaviour that an analysis told first.

    Parameters
    ----------
    crm : Crm
        The data.
    effect : TrainingEffectResult
        What `training_effect` found.
    waves, weeks, seed : int
        As in `rollout_plan`.

    Returns
    -------
    RolloutPlan
        Without rows, and with a ``reason``, where no lot can be drawn.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()  # doctest: +SKIP
    >>> sa.next_wave(crm, sa.training_effect(crm)).read_on  # doctest: +SKIP
    datetime.date(2027, 1, 11)
    """
    names = [effect.main["kpi"]] if effect.main is not None else []
    fit = [name for name in (*names, *effect.table["kpi"]) if _fits(KPIS[name])]
    kpi = fit[0] if fit else "calls"
    try:
        return rollout_plan(crm, kpi, waves=waves, weeks=weeks, seed=seed)
    except NotEnoughData:
        reason = "few_reps"
    except MissingData:
        reason = "not_in_data"
    return RolloutPlan(
        table=pd.DataFrame(columns=list(TABLE)),
        method="training.rollout_plan",
        n=0,
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        power=pd.DataFrame(columns=list(PROMISED)),
        kpi=kpi,
        waves=waves,
        weeks=weeks,
        starts=crm.as_of,
        seed=seed,
        reason=reason,
    )


def _fits(kpi: Kpi) -> bool:
    return is_weekly(kpi) and kpi.unit in UNITS and kpi.role != "result"


def _kpi(name: str) -> Kpi:
    kpi = KPIS[name]
    if not is_weekly(kpi) or kpi.unit not in UNITS:
        raise InvalidInput(
            f"{kpi.name} is no count or ratio of counts that adds up over weeks; a roll-out is read by a "
            "behaviour such as calls or conversation_rate."
        )
    return kpi


def _who(crm: Crm, past: Weekly, kpi: Kpi, reps: Iterable[str] | None) -> tuple[np.ndarray, dict[str, int]]:
    """Return the rows of the reps to be coached, and who is left out by reason."""
    if reps is not None:
        asked = [str(crm.rep(who)["rep_id"]) for who in ([reps] if isinstance(reps, str) else reps)]
        if len(set(asked)) < len(asked):
            raise InvalidInput("'reps' names somebody twice.")
        return np.array([past.reps.index(rep) for rep in asked], dtype=int), {}
    known, counts = past.known[:, -BEFORE:], past.counts(kpi)[:, -BEFORE:]
    held = first_on(sessions(crm))
    lately = held[(held["kpi"] == kpi.name) & (held["held_on"] >= crm.as_of - timedelta(weeks=LEAST_WEEKS))]
    out = {
        "new": past.is_new[:, -BEFORE:].any(axis=1) & (known.sum(axis=1) < LEAST_WEEKS),
        "gone": ~(known | past.is_new[:, -BEFORE:])[:, -LAST_WEEKS:].any(axis=1),
        "never_does": ~(np.nansum(counts, axis=1) > 0),
        "coached_lately": np.isin(past.reps, lately["rep_id"]),
    }
    kept, excluded = np.ones(len(past.reps), dtype=bool), {}
    for reason, is_out in out.items():
        excluded[reason] = int((kept & is_out).sum())
        kept &= ~is_out
    return np.flatnonzero(kept), {reason: count for reason, count in excluded.items() if count}


def _groups(team: np.ndarray, waves: int) -> np.ndarray:
    """Return each rep's group, from 1: the team, small ones together; all in one where draws run short."""
    _, code, size = np.unique(team.astype(str), return_inverse=True, return_counts=True)
    small = size < waves
    number = np.where(small, 0, np.cumsum(~small))
    number[small] = number.max(initial=0) + 1
    groups = number[code]
    return groups if number_of_deals(groups, waves) >= FEWEST_DEALS else np.ones(team.size, dtype=int)


def _check_size(groups: np.ndarray, waves: int) -> None:
    if number_of_deals(groups, waves) < FEWEST_DEALS:
        needed = next(n for n in range(2, 99) if number_of_deals(np.ones(n), waves) >= FEWEST_DEALS)
        raise NotEnoughData(
            f"Only {groups.size} reps can be coached on this; with fewer than {needed} no draw of the lot "
            "could reach 5 %. Name more of them with 'reps'."
        )


def _promise(past: Weekly, kpi: Kpi, place: np.ndarray, design: tuple[int, int, int]) -> dict[str, object]:
    """Return what a number of waves promises: expected events, power, smallest detectable effect."""
    waves, weeks, seed = design
    length = (waves - 1) * weeks
    row = {"kpi": kpi.name, "waves": waves, "weeks": length, "effect": EFFECT}
    groups = _groups(past.team[place], waves)
    stretches, room = [], past.length - BEFORE - length
    for back in np.unique(np.linspace(0, room, STRETCHES).astype(int)) if room >= 0 else ():
        one = cells(past, kpi, place, groups, (past.length - length - back, waves, weeks, seed), count=DEALS)
        if one is not None:
            stretches.append((one.counts, one.lots))
    if not stretches:
        return row | {"n": np.nan, "power": np.nan, "mde": np.nan}
    return row | {
        "n": float(np.mean([counts.sum() for counts, _ in stretches])),
        "power": mean_power(stretches, EFFECT, trials=TRIALS, seed=seed),
        "mde": smallest_found(stretches, trials=TRIALS, seed=seed),
    }
