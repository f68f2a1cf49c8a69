"""What is expected of a rep, a team or the company, with the forecast that the other pages show."""

from __future__ import annotations

from ..core.crm import Crm
from ..core.period import Period
from ..core.shelf import kept_by_arguments
from ..goals import ExpectationsResult
from ..goals import expectations as by_pace
from ..projection import foresee


@kept_by_arguments
def expectations(crm: Crm, period: str | Period = "", *, rep: str = "", team: str = "") -> ExpectationsResult:
    """Put together what is expected in a period, how far it is, and what each working day left must bring.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Empty: the quarter of the last day of the data.
    rep, team : str
        Whose; both empty: the company's.

    Returns
    -------
    ExpectationsResult
        Rates are judged as on a scorecard. What bookings and wins may still come to is `project`'s, as on
        every other page; other totals, and those of a past too short for it, are paced (`pacing`).

    Raises
    ------
    InvalidInput
        Both a rep and a team; a rep who is not employed in the period.
    UnknownName
        No such rep or team.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.expectations(sa.sample(), "2026-Q3", rep="Bagas Prakoso")  # doctest: +SKIP
    >>> found.headline  # doctest: +SKIP
    'bookings'
    """
    return by_pace(crm, period, rep=rep, team=team, foresee=foresee)
