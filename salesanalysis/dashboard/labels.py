"""Values of a leaderboard as figures and sentences write them."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language
from .leaderboard import LeaderboardResult

#: Most reps of a role whose order is told, whatever the edition: there is no list of the last.
TOLD = 12
#: Rows that fit under the head of a page, and how many of them the head and foot of a role take.
ROWS, FRAME = 22, 3


def most_told(result: LeaderboardResult) -> int:
    """Return of how many reps of a role the order is told, so that all roles fit on a page."""
    sizes = result.table.groupby(["kind", "role"]).size().groupby("role").max()

    def fits(most: int) -> bool:
        return int(sizes.clip(upper=most).sum()) + FRAME * len(sizes) <= ROWS

    return next((most for most in range(TOLD, 3, -1) if fits(most)), 3)


def told(result: LeaderboardResult, role: str, kind: str) -> pd.DataFrame:
    """Return the rows of a role whose order is shown: the first few."""
    return result.of(role, kind).table.head(most_told(result))


def written(value: float, unit: str, kind: str, words: Language) -> str:
    """Write a value of a way of ranking: money or a count, a share of the goal, a signed change.

    Examples
    --------
    >>> written(0.12, "share", "improved", Language("en"))[:3]
    '+12'
    """
    if kind == "value":
        return words.value(value, unit)
    return words.percent(value, 0, sign=kind == "improved")
