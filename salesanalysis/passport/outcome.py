"""What one test says of one KPI."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: The four tests, in the order in which a KPI is put through them.
TESTS = ("measurable", "significant", "goal_oriented", "coachable")
#: What a test can say.
OUTCOMES = ("pass", "fail", "cannot_tell")


@dataclass(frozen=True)
class Outcome:
    """One test of one KPI.

    Attributes
    ----------
    verdict : str
        One of `OUTCOMES`.
    reason : str
        Code of the evidence, with words in the catalogues (``passport.<test>.<reason>``).
    estimate, conf_low, conf_high, n : float
        The evidence in numbers, as the reason's words say; missing where it has none.
    subject : str
        What the evidence is about where it is not the KPI: a column, an activity, a philosophy.
    """

    verdict: str
    reason: str
    estimate: float = math.nan
    conf_low: float = math.nan
    conf_high: float = math.nan
    n: float = math.nan
    subject: str = ""


def overall(outcomes: list[Outcome]) -> str:
    """Return ``rejected`` where any test fails, ``qualified`` where all pass, else ``cannot_tell``.

    Examples
    --------
    >>> overall([Outcome("pass", "a"), Outcome("cannot_tell", "b")])
    'cannot_tell'
    """
    verdicts = {outcome.verdict for outcome in outcomes}
    if "fail" in verdicts:
        return "rejected"
    return "qualified" if verdicts == {"pass"} else "cannot_tell"
