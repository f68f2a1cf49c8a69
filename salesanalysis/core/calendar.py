"""Working days: Monday to Friday without the country's public holidays."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
import numpy as np

from .errors import InvalidInput
from .period import Period


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> tuple[date, ...]:
    """Return the public holidays of `country` (ISO 3166) in `year`; an empty country has none.

    Raises
    ------
    InvalidInput
        No holidays are known for this country.

    Examples
    --------
    >>> date(2026, 8, 17) in public_holidays("ID", 2026)
    True
    """
    if not country:
        return ()
    try:
        return tuple(sorted(holidays.country_holidays(country, years=year)))
    except NotImplementedError:
        raise InvalidInput(
            f"No public holidays known for country '{country}'; write an ISO code such as ID."
        ) from None


def working_days(start: date, end: date, country: str = "ID") -> int:
    """Count the working days from `start` up to, not including, `end`.

    Examples
    --------
    >>> working_days(date(2026, 8, 17), date(2026, 8, 24))
    4
    """
    if end <= start:
        return 0
    off = [day for year in range(start.year, end.year + 1) for day in public_holidays(country, year)]
    return int(np.busday_count(start, end, holidays=np.array(off, dtype="datetime64[D]")))


def employed_days(period: Period, hired_on: date | None, left_on: date | None, country: str = "ID") -> int:
    """Count the working days of `period` on which someone hired and left on these days was employed.

    Examples
    --------
    >>> employed_days(Period.parse("2026-08"), date(2026, 8, 24), None)
    5
    """
    start = max(period.start, hired_on) if hired_on else period.start
    end = min(period.end, left_on) if left_on else period.end
    return working_days(start, end, country)
