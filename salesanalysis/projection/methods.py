"""What is to come by each method, as it could be told on any day: hazard, run rate, weighted pipeline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..pipeline.lives import NEVER, WEEK, between
from .book import SIZED, Book
from .calendar import factors

#: Weeks of the past that a run rate and the rate of new business rest on.
RECENT = 26
#: Weeks under which neither can be told.
FEWEST = 26
#: Largest weight of the usual size against an opportunity's own value.
USUAL = 0.5


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What each method expects by group and week, and how far single sales alone make it vary.

    Attributes
    ----------
    mean : dict of str to array (groups, weeks)
        By method: ``hazard, run_rate``; groups add up to the company.
    variance : array (groups, weeks)
        Of the total if only the number and size of sales were uncertain.
    pipeline : array (groups,)
        What the CRM's weighted pipeline says: open opportunities times the win rate of their stage.
    open_count : array of int (groups,)
        Open opportunities.
    from_open : array (groups, weeks)
        The part of ``hazard`` that open opportunities bring.
    """

    mean: dict[str, np.ndarray]
    variance: np.ndarray
    pipeline: np.ndarray
    open_count: np.ndarray
    from_open: np.ndarray


def foresee(book: Book, day: int, weeks: int) -> Foreseen:
    """Foresee the weeks after `day` with what was known at its end."""
    lives = book.lives
    case = lives.open_on(day)
    age, part = lives.lived(case, day)
    stage = lives.stage_on(case, np.full(len(case), day))
    ahead = lives.known(day).ahead(weeks)
    sizes, usual, spread = usual_sizes(book, day, book.group, len(book.groups))
    value = _worth(book, case, day)
    chance = between(ahead, age, part, stage)
    from_open = _by_group(book, case, chance * value[:, None])
    new = _born(book, day, ahead, weeks)
    calendar = factors(book, day, weeks)
    hazard = (from_open + to_sum(new * sizes[:, None], new.sum(axis=0) * usual)) * calendar
    rate = _recent(book, day, won=True)
    flat = to_sum(rate * sizes, rate.sum() * usual)
    run_rate = flat[:, None] * calendar
    variance = _by_group(book, case, chance * value[:, None] ** 2) + new * (sizes**2)[:, None]
    # Of the company it is the same however it is divided into groups.
    _, _, apart = usual_sizes(book, day, np.zeros(len(book.group), dtype=np.int64), 1)
    whole = (chance * value[:, None] ** 2).sum(axis=0) + new.sum(axis=0) * usual**2
    variance = to_sum(variance * (1 + spread**2), whole * (1 + apart**2))
    return Foreseen(
        {"hazard": hazard, "run_rate": run_rate},
        variance * calendar,
        _weighted(book, case, stage, day, value),
        np.bincount(book.group[case], minlength=len(book.groups)),
        from_open * calendar,
    )


def _by_group(book: Book, case: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum rows of cases by group: array (groups, weeks)."""
    if len(book.groups) == 1:
        return values.sum(axis=0, keepdims=True)
    order = np.argsort(book.group[case], kind="stable")
    found = np.zeros((len(book.groups), values.shape[1]))
    here, start = np.unique(book.group[case][order], return_index=True)
    if len(here):
        found[here] = np.add.reduceat(values[order], start, axis=0)
    return found


def to_sum(parts: np.ndarray, total: np.ndarray | float) -> np.ndarray:
    """Scale parts of groups so that they add up to the company's total."""
    whole = parts.sum(axis=0)
    return parts * np.divide(total, whole, out=np.zeros_like(np.asarray(whole, dtype=float)), where=whole > 0)


def _recent(book: Book, day: int, *, won: bool) -> np.ndarray:
    """Return wins, or opportunities begun, a week by group, drawn towards each other; exact in sum."""
    when = book.won_on if won else book.lives.cases["created"].to_numpy()
    first = book.lives.begins if won else int(when.min(initial=NEVER))
    begin = max(day - RECENT * WEEK, first - 1)
    weeks = max((day - begin) / WEEK, 1.0)
    kept = (when > begin) & (when <= day)
    count = np.bincount(book.group[kept], minlength=len(book.groups)).astype(float)
    total = count.sum() / weeks
    if len(book.groups) == 1:
        return np.array([total])
    share = book.present(begin, day + 1)
    now = book.present(day, day + 1) > 0
    return to_sum(_drawn(count, share * weeks) * now, total)


def _drawn(count: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Draw rates of groups towards their mean as far as they scatter by chance alone (moments)."""
    known = time > 0
    mean = count.sum() / max(time.sum(), 1e-9)
    if mean <= 0 or known.sum() < 3:
        return np.divide(count, time, out=np.full(len(count), mean), where=known)
    expected = mean * time[known]
    extra = float(((count[known] - expected) ** 2 - expected).sum() / (expected**2).sum())
    weight = 1 / max(extra, 1e-3)  # in expected events: shape of the gamma of the groups' rates
    return (count + weight) / (time + weight / mean)


def _born(book: Book, day: int, ahead: np.ndarray, weeks: int) -> np.ndarray:
    """Return wins a week of opportunities yet to begin, by group."""
    lives = book.lives
    created = lives.cases["created"].to_numpy()
    recent = np.flatnonzero((created > day - RECENT * WEEK) & (created <= day))
    entry = np.bincount(lives.stage_on(recent, created[recent]), minlength=len(lives.stages)).astype(float)
    first = ahead[0].T @ (entry / max(entry.sum(), 1))
    # Begun at any time of a week: half a week old, on average, at its end.
    steps = (np.concatenate([[0.0], first[:-1]]) + first) / 2
    return _recent(book, day, won=False)[:, None] * np.cumsum(steps)[None, :]


def usual_sizes(book: Book, day: int, code: np.ndarray, codes: int) -> tuple[np.ndarray, float, float]:
    """Return the mean size of a win by code, drawn towards all; that of all; and how single sizes vary."""
    if book.unit == "count":
        return np.ones(codes), 1.0, 0.0
    kept = (book.won_on > day - SIZED * WEEK) & (book.won_on <= day) & (book.amount > 0)
    group, amount = code[kept], book.amount[kept]
    if not kept.any():
        return np.zeros(codes), 0.0, 0.0
    n = np.bincount(group, minlength=codes).astype(float)
    mean = float(amount.mean())
    own = np.divide(np.bincount(group, amount, minlength=codes), n, out=np.full(codes, mean), where=n > 0)
    inside = float(((amount - own[group]) ** 2).sum() / max(len(amount) - (n > 0).sum(), 1))
    apart = float((n * (own - mean) ** 2).sum() - ((n > 0).sum() - 1) * inside)
    apart = max(apart / max(n.sum() - (n**2).sum() / n.sum(), 1e-9), 0.0)
    weight = n * apart / np.maximum(n * apart + inside, 1e-300)
    return weight * own + (1 - weight) * mean, mean, float(np.sqrt(inside) / mean)


def _worth(book: Book, case: np.ndarray, day: int) -> np.ndarray:
    """Return what each open opportunity is worth if won: its own value, drawn towards its segment's.

    How far own values hold is the slope of won values on what was stated when they began, in logs; values of
    won opportunities also differ from those of all closed ones by a factor.
    """
    if book.unit == "count":
        return np.ones(len(case))
    sizes, _, _ = usual_sizes(book, day, book.segment, int(book.segment.max(initial=0)) + 1)
    usual, own = sizes[book.segment[case]], book.value_on(case, day)
    known = np.isfinite(own) & (own > 0)
    if not len(case) or known.mean() < USUAL:
        return usual
    closed = book.lives.cases["closed"].to_numpy()
    past = np.flatnonzero((closed > day - SIZED * WEEK) & (closed <= day) & (book.amount > 0))
    won = past[book.won_on[past] <= day]
    if len(won) < FEWEST:
        return np.where(known, own, usual)
    factor = book.amount[won].mean() / book.amount[past].mean()
    holds = _slope(book, won)
    log = holds * np.log(np.where(known, own, 1.0)) + (1 - holds) * np.log(np.maximum(usual, 1e-9))
    return np.where(known, np.exp(log) * np.clip(factor, 0.5, 1.5), usual)


def _slope(book: Book, won: np.ndarray) -> float:
    begun = book.lives.cases["created"].to_numpy()
    stated = np.array(book.value_on(won, 0)) if not len(book.stated) else _first(book, won, begun)
    known = np.isfinite(stated) & (stated > 0)
    if known.sum() < FEWEST:
        return 1.0
    x, y = np.log(stated[known]), np.log(book.amount[won][known])
    spread = float(np.var(x))
    slope = float(np.mean((x - x.mean()) * (y - y.mean())) / spread) if spread > 0 else 1.0
    return float(np.clip(slope, 1 - USUAL, 1.0))


def _first(book: Book, won: np.ndarray, begun: np.ndarray) -> np.ndarray:
    at = book.stated
    place = np.searchsorted(at["case"] * (2**20) + at["day"], won * (2**20) + begun[won], side="right") - 1
    place = np.maximum(place, 0)
    return np.where(at["case"][place] == won, at["amount"][place], np.nan)


def _weighted(book: Book, case: np.ndarray, stage: np.ndarray, day: int, value: np.ndarray) -> np.ndarray:
    """Return open opportunities times the share won of those that were ever in their stage."""
    lives = book.lives
    visitor, at = lives.visits
    over = lives.cases["closed"].to_numpy()[visitor] <= day
    won, at = lives.cases["is_won"].to_numpy()[visitor[over]], at[over]
    wins, all_ = (np.bincount(at, x, minlength=len(lives.stages)) for x in (won.astype(float), None))
    rate = np.divide(wins, all_, out=np.zeros(len(wins)), where=all_ > 0)
    return np.bincount(book.group[case], rate[stage] * value, minlength=len(book.groups))
