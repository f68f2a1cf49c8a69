"""The basis of every rep of a period, fetched once for all."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.people import staff
from . import counts
from .basis import Basis, chain_of
from .peers import Group, group
from .sizes import amounts


def bases(crm: Crm, period: Period | str, *, team: str | None = None) -> dict[str, Basis]:
    """Return the basis of each rep at work in `period`, by rep_id in the order of names.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    team : str, optional
        Only reps of this team; their peers may belong to any.

    Raises
    ------
    InvalidInput
        The period begins after the last day in the data.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> len(bases(sa.sample(), "2026-Q3", team="Jakarta 1"))  # doctest: +SKIP
    9
    """
    asked = crm.known_period(period)
    known = asked.clip(crm.as_of)
    people = staff(crm, known)
    wanted = people if team is None else people[people["team"] == team]
    groups = [group(crm, known, rep, people=people) for rep in wanted["rep_id"]]
    if not groups:
        return {}
    every = _together(groups, people)
    sums = counts.sums(crm, known, every)
    won = amounts(crm, known, every.everyone)
    spread: dict[str, float] = {}
    found = {}
    for one in groups:
        rows = sums.reindex([i for i in one.everyone if i in sums.index])
        chain = chain_of(rows, one, crm) if one.rep_id in rows.index else None
        step = chain.steps[0] if chain else ""
        if chain and step not in spread:
            spread[step] = counts.dispersion(crm, known, people["rep_id"], step)
        own = won[won.index.isin(one.everyone)]
        found[one.rep_id] = Basis(crm, asked, known, one, rows, chain, spread.get(step, 1.0), own)
    return found


def _together(groups: list[Group], people: pd.DataFrame) -> Group:
    """Return everybody of the period as one group, to count once."""
    first = groups[0]
    days = {str(i): round(d) for i, d in people["days"].items()}
    others = tuple(i for i in days if i != first.rep_id)
    return Group(first.rep, others, days, first.weeks, first.has_left, 0, first.is_same_role)
