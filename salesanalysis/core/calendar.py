"""Working days: Monday to Friday without the country's public holidays."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
import numpy as np
import pandas as pd

from .errors import InvalidInput, did_you_mean
from .period import Period


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> tuple[date, ...]:
    """Return the public holidays of `country` in `year`; an empty country has none.

    `country` is an ISO 3166 code, with a region's own holidays where it names one: ``ID``, ``DE-BY``.

    Raises
    ------
    InvalidInput
        No holidays are known for this country or region.

    Examples
    --------
    >>> date(2026, 8, 17) in public_holidays("ID", 2026)
    True
    >>> date(2026, 1, 6) in public_holidays("DE-BY", 2026), date(2026, 1, 6) in public_holidays("DE", 2026)
    (True, False)
    """
    if not country:
        return ()
    check_country(country)
    code, _, region = country.partition("-")
    return tuple(sorted(holidays.country_holidays(code, subdiv=region or None, years=year)))


def check_country(country: str, *, where: str = "") -> None:
    """Raise `InvalidInput` unless public holidays of `country` are known; `where` names the settings.

    Examples
    --------
    >>> check_country("DE-XX")
    Traceback (most recent call last):
    ...
    salesanalysis.core.errors.InvalidInput: No public holidays known for region 'XX' of country 'DE'. Known \
regions: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, Augsburg.
    """
    known = holidays.list_supported_countries(include_aliases=True)
    code, _, region = country.partition("-")
    place = f"'country' in {where}: " if where else ""
    if country and code not in known:
        raise InvalidInput(
            f"{place}No public holidays known for country '{code}'; write an ISO code such as ID, or leave "
            f"it empty for none.{did_you_mean(code, known)}"
        )
    if region and region not in known[code]:
        regions = ", ".join(known[code]) or "none"
        raise InvalidInput(
            f"{place}No public holidays known for region '{region}' of country '{code}'. "
            f"Known regions: {regions}."
        )


@lru_cache(maxsize=4096)
def working_days(start: date, end: date, country: str = "ID") -> int:
    """Count the working days from `start` up to, not including, `end`.

    Examples
    --------
    >>> working_days(date(2026, 8, 17), date(2026, 8, 24))
    4
    """
    if end <= start:
        return 0
    return int(np.busday_count(start, end, holidays=_holidays(country, start.year, end.year)))


@lru_cache(maxsize=256)
def _holidays(country: str, first_year: int, last_year: int) -> np.ndarray:
    """Return the public holidays of both years and those between, as days that numpy counts with."""
    off = [day for year in range(first_year, last_year + 1) for day in public_holidays(country, year)]
    found = np.array(off, dtype="datetime64[D]")
    found.flags.writeable = False
    return found


def workdays(
    reps: pd.DataFrame, period: Period, *, absences: pd.DataFrame | None = None, country: str = "ID"
) -> pd.DataFrame:
    """Count everyone's working days in `period` at once.

    Parameters
    ----------
    reps : DataFrame
        Columns ``rep_id`` and, where known, ``hired_on, left_on, working_share``.
    period : Period
        Span of days.
    absences : DataFrame or None
        Leave: ``rep_id, starts_on, ends_on`` (the day after the last one). Overlapping leave counts once.
    country : str
        Whose public holidays, as in `public_holidays`.

    Returns
    -------
    DataFrame
        Indexed by rep_id: ``employed`` (working days between hire and leaving), ``present`` (without leave),
        ``days`` (full-time days: `present` times the share of full-time work).

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["r1", "r2"], "working_share": [None, 0.5]})
    >>> leave = {"rep_id": ["r2"], "starts_on": [date(2026, 8, 3)], "ends_on": [date(2026, 8, 10)]}
    >>> workdays(reps, Period.parse("2026-08"), absences=pd.DataFrame(leave))["days"].tolist()
    [19.0, 7.0]
    """
    first, length = np.datetime64(period.start, "D"), (period.end - period.start).days
    is_open = open_days(period, country)
    worked = np.concatenate([[0], np.cumsum(is_open)])  # working days before each day of the period
    start = _place(reps.get("hired_on"), first, length, len(reps), missing=0)
    end = np.maximum(_place(reps.get("left_on"), first, length, len(reps), missing=length), start)
    employed = worked[end] - worked[start]
    present = employed - (_away(reps, absences, first, is_open, (start, end)) if absences is not None else 0)
    share = pd.to_numeric(reps["working_share"]).fillna(1.0) if "working_share" in reps else 1.0
    days = np.asarray(present * share, dtype="float64")
    index = pd.Index(reps["rep_id"].astype(str), name="rep_id")
    return pd.DataFrame({"employed": employed, "present": present, "days": days}, index=index)


def workdays_by_week(
    reps: pd.DataFrame, period: Period, *, absences: pd.DataFrame | None = None, country: str = "ID"
) -> pd.DataFrame:
    """Count everyone's working days in each week of `period`.

    Parameters
    ----------
    reps, absences, country
        As in `workdays`.
    period : Period
        Whole weeks.

    Returns
    -------
    DataFrame
        Full-time days, one row per rep_id and one column per first day of a week.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["r1", "r2"], "working_share": [None, 0.5]})
    >>> leave = {"rep_id": ["r2"], "starts_on": [date(2026, 8, 3)], "ends_on": [date(2026, 8, 10)]}
    >>> span = Period(date(2026, 8, 3), date(2026, 8, 24))
    >>> workdays_by_week(reps, span, absences=pd.DataFrame(leave)).to_numpy().tolist()
    [[5.0, 5.0, 4.0], [0.0, 2.5, 2.0]]
    """
    on = _on_days(reps, period, absences, country)
    days = np.add.reduceat(on, np.arange(0, on.shape[1], 7), axis=1, dtype="int64") * _parts(reps)
    mondays = pd.date_range(period.start, period.end, freq="7D", inclusive="left")
    index = pd.Index(reps["rep_id"].astype(str), name="rep_id")
    return pd.DataFrame(days.astype("float64"), index=index, columns=mondays)


def workdays_by_day(
    reps: pd.DataFrame, period: Period, *, absences: pd.DataFrame | None = None, country: str = "ID"
) -> pd.DataFrame:
    """Return everyone's part of each working day of `period`: 1, the share of a part-timer, 0 when away.

    Parameters
    ----------
    reps, absences, country
        As in `workdays`.
    period : Period
        Any span of days.

    Returns
    -------
    DataFrame
        One row per rep_id and one column per working day.

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["r1", "r2"], "left_on": [date(2026, 8, 20), None]})
    >>> workdays_by_day(reps, Period(date(2026, 8, 15), date(2026, 8, 22))).to_numpy().tolist()
    [[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    on, is_open = _on_days(reps, period, absences, country), open_days(period, country)
    days = pd.date_range(period.start, period.end, inclusive="left", unit="s")[is_open]
    index = pd.Index(reps["rep_id"].astype(str), name="rep_id")
    return pd.DataFrame(on[:, is_open] * _parts(reps), index=index, columns=days)


def _parts(reps: pd.DataFrame) -> np.ndarray:
    """Return each rep's share of full-time work as a column."""
    share = pd.to_numeric(reps["working_share"]).fillna(1.0) if "working_share" in reps else 1.0
    return np.reshape(np.asarray(share, dtype="float64"), (-1, 1))


def _on_days(reps: pd.DataFrame, period: Period, absences: pd.DataFrame | None, country: str) -> np.ndarray:
    """Tell for each rep and day of `period` whether the rep is at work."""
    first, length = np.datetime64(period.start, "D"), (period.end - period.start).days
    start = _place(reps.get("hired_on"), first, length, len(reps), missing=0)
    end = _place(reps.get("left_on"), first, length, len(reps), missing=length)
    day = np.arange(length)
    on = open_days(period, country) & (day >= start[:, None]) & (day < end[:, None])
    if absences is not None and len(absences):
        who = pd.Index(reps["rep_id"].astype(str)).get_indexer(absences["rep_id"].astype(str))
        leave = [
            _place(absences[c], first, length, len(absences), missing=length)
            for c in ("starts_on", "ends_on")
        ]
        some = (who >= 0) & (leave[1] > leave[0])
        on &= ~_covered(who[some], leave[0][some], leave[1][some], on.shape)
    return on


def open_days(period: Period, country: str = "ID") -> np.ndarray:
    """Tell for each day of the period whether it is a working day.

    Examples
    --------
    >>> open_days(Period(date(2026, 8, 14), date(2026, 8, 19))).tolist()
    [True, False, False, False, True]
    """
    days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D"))
    return np.is_busday(days, holidays=_holidays(country, period.start.year, period.end.year))


def _place(
    days: pd.Series | None, first: np.datetime64, length: int, count: int, *, missing: int
) -> np.ndarray:
    """Return how many days after `first` each day lies, kept within the period; `missing` for no day."""
    if days is None:
        return np.full(count, missing)
    given = pd.to_datetime(days).to_numpy().astype("datetime64[D]")
    places = np.where(np.isnat(given), missing, (given - first).astype("int64"))
    return np.clip(places, 0, length)


def _away(
    reps: pd.DataFrame,
    absences: pd.DataFrame,
    first: np.datetime64,
    is_open: np.ndarray,
    employed: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Count each rep's working days of leave while employed; overlapping leave counts once."""
    who = pd.Index(reps["rep_id"].astype(str)).get_indexer(absences["rep_id"].astype(str))
    absences, who = absences[who >= 0], who[who >= 0]
    length = len(is_open)
    start = _place(absences["starts_on"], first, length, len(absences), missing=length)
    end = np.maximum(_place(absences["ends_on"], first, length, len(absences), missing=length), start)
    start, end = np.maximum(start, employed[0][who]), np.minimum(end, employed[1][who])
    some = end > start
    away, rows = np.unique(who[some], return_inverse=True)
    is_away = _covered(rows, start[some], end[some], (len(away), length))
    count = np.zeros(len(reps), dtype="int64")
    count[away] = (is_away & is_open).sum(axis=1)
    return count


def _covered(rows: np.ndarray, start: np.ndarray, end: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Tell for each row and day whether any of the row's stretches covers it."""
    steps = np.zeros((shape[0], shape[1] + 1), dtype="int32")
    np.add.at(steps, (rows, start), 1)
    np.add.at(steps, (rows, end), -1)
    return np.cumsum(steps, axis=1)[:, :-1] > 0
