"""A development plan: what happens in which week, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .results import Finding

#: What a step is: looking together, practising, measuring, talking about it again.
KINDS = ("observe", "practise", "measure", "review")
#: Who is there beside the rep.
WITH = ("coach", "manager")
_WEEK = timedelta(days=7)
#: From Monday to Friday.
_WORK = timedelta(days=4)


@dataclass(frozen=True)
class Step:
    """One step of a plan.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    starts_on, ends_on : datetime.date
        From a Monday to a Friday; one day for a measure and a review.
    place : int
        Which finding it belongs to, from 0; -1 for the review.
    company : str
        One of `WITH`: the colleague suggested, or the manager.
    """

    kind: str
    starts_on: date
    ends_on: date
    place: int
    company: str


def steps(findings: Sequence[Finding], review_on: date | None) -> tuple[Step, ...]:
    """Return the dated steps from findings to the next conversation; none without findings or a day.

    What is to be coached is looked at in the first week, practised in the following three and measured at the
    end of them; what is only to be looked at takes the first two weeks. In the order of days.

    Examples
    --------
    >>> steps((), date(2026, 11, 2))
    ()
    """
    if review_on is None:
        return ()
    found = []
    for place, finding in enumerate(findings):
        start, end = finding.starts_on, finding.due_on
        if start is None or end is None:
            continue
        company = "coach" if finding.coach else "manager"
        if finding.state == "coach":
            found.append(Step("observe", start, start + _WORK, place, company))
            found.append(Step("practise", start + _WEEK, end, place, company))
            found.append(Step("measure", end, end, place, "manager"))
        else:
            found.append(Step("observe", start, end, place, company))
    if not found:
        return ()
    found.append(Step("review", review_on, review_on, -1, "manager"))
    return tuple(sorted(found, key=lambda step: (step.starts_on, step.place < 0)))
