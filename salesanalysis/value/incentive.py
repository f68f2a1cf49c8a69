"""What a coach's time costs and how many more wins of mentees pay it back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.calendar import workdays
from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS
from ..kpi.records import record_sums
from .coach import PREMIUM, coach_pay

LEVEL = 0.95
#: Rise of one mentee's wins at which the pay-back is told in weeks.
MENTEE_GAIN = 0.10
_DRAWS = 4000
TERMS = ("bookings_per_day", "forgone", "pay", "cost", "win_value", "wins_needed", "payback_weeks")
_UNITS = {"wins_needed": "ratio", "payback_weeks": "ratio"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class IncentiveResult(Result):
    """The incentive of a coach.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per term of `TERMS`: ``estimate, conf_low, conf_high`` (95 %, bootstrap over wins), ``n``
        (wins behind it), ``unit``. ``cost`` is what the company gives up: the premium and the margin of what
        the coach does not sell; ``wins_needed`` are further wins of mentees that pay it back;
        ``payback_weeks`` those it takes if one mentee wins a tenth more.
    coach : str
        Name of the coach.
    days : float
        Working days given.
    premium, commission, margin : float
        Shares; a commission of NaN: the earnings forgone were given.
    """

    coach: str
    days: float
    premium: float
    commission: float
    margin: float

    def value(self, term: str, column: str = "estimate") -> float:
        """Return one number of the table."""
        return float(self.table.set_index("term").at[term, column])


def coach_incentive(
    crm: Crm,
    coach: str,
    *,
    days: float = 1.0,
    commission: float | None = None,
    forgone: float | None = None,
    premium: float = PREMIUM,
    period: Period | str | None = None,
) -> IncentiveResult:
    """Work out what a coach is to be paid for days of coaching, and when that pays back.

    Parameters
    ----------
    crm : Crm
        The data.
    coach : str
        rep_id or name.
    days : float
        Working days given to coaching.
    commission : float, optional
        Share of bookings that the coach earns; the earnings forgone follow from the coach's own bookings.
    forgone : float, optional
        Earnings forgone in those days, where known. Exactly one of the two is given.
    premium : float
        Share on top of the earnings forgone.
    period : Period or str, optional
        Where the bookings are taken from; default the year up to the end of the last whole quarter.

    Returns
    -------
    IncentiveResult

    Raises
    ------
    InvalidInput
        A number that makes no sense, both or neither of `commission` and `forgone`.
    UnknownName
        No such rep.
    MissingData
        The data has no won amounts.

    Notes
    -----
    Forgone = bookings a working day x days x commission; pay = forgone x (1 + premium) (article 004: 200 is
    paid 300). While coaching, the company saves the forgone commission and lacks the margin of the coach's
    bookings, so it gives up premium x forgone + margin x bookings; a further win of a mentee brings its value
    x (margin - commission). Without a margin in client.toml revenue stands for it, which a note says.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.coach_incentive(sa.sample(), "Fajar Nugroho", forgone=200).value("pay")  # doctest: +SKIP
    300.0
    """
    check_crm(crm, "coach_incentive()")
    rate = _check(days, commission, forgone)
    who = crm.rep(coach)
    known = (crm.known_period(period) if period else _last_year(crm)).clip(crm.as_of)
    rep_id = str(who["rep_id"])
    own, others, worked = _amounts(crm, known, rep_id)
    margin = 1.0 if crm.client.margin is None else crm.client.margin
    sums, value = _drawn_sums(own), _drawn_means(others)
    per_day = sums / worked.at[rep_id] if worked.at[rep_id] > 0 else sums * math.nan
    lost = per_day * days
    given = np.full_like(lost, np.nan if forgone is None else forgone)
    earned = given if forgone is not None else lost * rate
    pay = earned * coach_pay(1.0, premium=premium)
    cost = earned * premium + lost * margin
    brings = value * max(margin - (0.0 if math.isnan(rate) else rate), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(brings > 0, cost / brings, np.nan)
        weeks = needed / (MENTEE_GAIN * _wins_a_week(others, worked, rep_id))
    found = dict(zip(TERMS, (per_day, earned, pay, cost, value, needed, weeks), strict=True))
    counts = {"win_value": len(others), "wins_needed": len(own) + len(others)}
    rows = [_row(term, drawn, counts.get(term, len(own))) for term, drawn in found.items()]
    return IncentiveResult(
        table=pd.DataFrame(rows),
        method="value.coach_incentive",
        n=len(own) + len(others),
        client=crm.client,
        period=known,
        as_of=crm.as_of,
        notes=(Note("coach_no_margin"),) if crm.client.margin is None else (),
        coach=str(who["name"]),
        days=float(days),
        premium=float(premium),
        commission=rate,
        margin=margin,
    )


def _check(days: float, commission: float | None, forgone: float | None) -> float:
    """Return the commission as a share, NaN where the earnings are given."""
    if (commission is None) == (forgone is None):
        raise InvalidInput("Give either commission, such as 0.05 of bookings, or forgone, the earnings.")
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= 260:
        raise InvalidInput(f"'days' is {days!r}; give working days, more than 0 and at most 260.")
    if forgone is not None:
        coach_pay(forgone)  # refuses what is no amount
        return math.nan
    if isinstance(commission, bool) or not isinstance(commission, int | float) or not 0 < commission < 1:
        raise InvalidInput(f"'commission' is {commission!r}; give a share of bookings such as 0.05.")
    return float(commission)


def _last_year(crm: Crm) -> Period:
    end = crm.period("").end
    return Period(end - timedelta(days=365), end)


def _amounts(crm: Crm, period: Period, coach: str) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Return the amounts won by the coach, those by the other reps of the role, and days worked by rep."""
    kpi = replace(KPIS["bookings"], record="opportunity_id")
    crm.require(*kpi.needs, "opportunities.opportunity_id", wanted_by="coach_incentive()")
    rows = record_sums(crm, kpi, period, by=("rep_id",))
    rows = rows[rows["bookings"] > 0]
    reps = crm.reps(on=period.last_day).set_index("rep_id", drop=False).rename_axis(None)
    leave = crm.frame("absences") if crm.has("absences") else None
    worked = workdays(reps, period, absences=leave, country=crm.client.country).set_axis(reps.index)["days"]
    role = reps["role"] if "role" in reps else pd.Series("", reps.index)
    alike = set(reps.index[(role.fillna("") == (role.fillna("").at[coach])) & (reps.index != coach)])
    own = rows.loc[rows["rep_id"] == coach, "bookings"].to_numpy(dtype=float)
    others = rows.loc[rows["rep_id"].isin(alike), "bookings"].to_numpy(dtype=float)
    return own, others, worked[[coach, *sorted(alike)]].astype(float)


def _wins_a_week(others: np.ndarray, worked: pd.Series, coach: str) -> float:
    """Return the wins of a colleague in a week of five working days."""
    days = float(worked.drop(index=coach).sum())
    return 5 * len(others) / days if days > 0 else math.nan


def _drawn_sums(amounts: np.ndarray) -> np.ndarray:
    """Return the sum, then sums of a Poisson bootstrap: both the number of wins and their values vary."""
    drawn = np.random.default_rng(0).poisson(1.0, (_DRAWS, amounts.size)) @ amounts
    return np.concatenate([[amounts.sum()], drawn])


def _drawn_means(amounts: np.ndarray) -> np.ndarray:
    """Return the mean, then means of a bootstrap."""
    if amounts.size == 0:
        return np.full(_DRAWS + 1, np.nan)
    rng = np.random.default_rng(1)
    drawn = [rng.choice(amounts, amounts.size).mean() for _ in range(_DRAWS)]
    return np.concatenate([[amounts.mean()], drawn])


def _row(term: str, drawn: np.ndarray, n: int) -> dict[str, object]:
    known = drawn[1:][~np.isnan(drawn[1:])]
    ends = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if known.size else (math.nan, math.nan)
    row = {"term": term, "estimate": float(drawn[0]), "conf_low": float(ends[0]), "conf_high": float(ends[1])}
    return row | {"n": n, "unit": _UNITS.get(term, "money")}
