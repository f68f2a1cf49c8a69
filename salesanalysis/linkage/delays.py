"""How long an intermediate outcome takes, from the start of its opportunity or lead: never from a fit."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm

#: Kind and outcomes of the activity behind each count of a stage.
STAGES = {
    "connects": ("call", ("connected", "conversation")),
    "conversations": ("call", ("conversation",)),
    "meetings": ("meeting", ()),
    "proposals": ("proposal", ()),
}


def weeks_until(crm: Crm, outcome: str) -> pd.Series:
    """Return the weeks from the creation of an opportunity to its first such activity.

    Parameters
    ----------
    crm : Crm
        The data.
    outcome : str
        A stage such as ``meetings``; of anything else nothing is known.

    Returns
    -------
    Series
        One delay per opportunity that got there, in weeks; empty when it cannot be known.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> weeks_until(sa.sample(), "wins").empty  # doctest: +SKIP
    True
    """
    needs = ("activities.opportunity_id", "activities.occurred_on", "activities.kind")
    known = all(crm.has(need) for need in (*needs, "opportunities.created_on"))
    if outcome not in STAGES or not known:
        return pd.Series(dtype=float)
    kind, outcomes = STAGES[outcome]
    done = crm.table("activities")
    done = done.filter(done.kind == kind, done.opportunity_id.notnull())
    if outcomes and crm.has("activities.outcome"):
        done = done.filter(done.outcome.isin(outcomes))
    first = done.group_by("opportunity_id").agg(first_on=done.occurred_on.min())
    born = crm.table("opportunities").select("opportunity_id", "created_on")
    rows = first.join(born, "opportunity_id")
    days = rows.first_on.delta(rows.created_on, unit="day")
    return _weeks(rows.filter(rows.created_on.notnull()).select(weeks=days / 7).to_pandas())


def handover_weeks(crm: Crm) -> pd.Series:
    """Return the weeks from the entry of a lead to its hand-over to an AE; empty when they are not known.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> handover_weeks(sa.sample()).min() >= 0  # doctest: +SKIP
    True
    """
    if not (crm.has("leads.handed_on") and crm.has("leads.created_on")):
        return pd.Series(dtype=float)
    rows = crm.table("leads")
    rows = rows.filter(rows.handed_on.notnull())
    return _weeks(rows.select(weeks=rows.handed_on.delta(rows.created_on, unit="day") / 7).to_pandas())


def expansion_weeks(crm: Crm) -> pd.Series:
    """Return the weeks from creation to the win of expansions; empty when they are not known.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> expansion_weeks(sa.sample()).min() >= 0  # doctest: +SKIP
    True
    """
    if not all(crm.has(f"opportunities.{c}") for c in ("created_on", "closed_on", "type")):
        return pd.Series(dtype=float)
    rows = crm.table("opportunities")
    rows = rows.filter(rows.type == "expansion", rows.outcome == "won", rows.created_on.notnull())
    return _weeks(rows.select(weeks=rows.closed_on.delta(rows.created_on, unit="day") / 7).to_pandas())


def _weeks(found: pd.DataFrame) -> pd.Series:
    weeks = found["weeks"].astype(float).dropna()
    return weeks[weeks >= 0].reset_index(drop=True)
