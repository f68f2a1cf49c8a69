"""The last day on which each opportunity was touched: an activity, a change of stage, or its creation."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from ..core.crm import Crm
from .view import day


def last_touches(crm: Crm, on: date) -> pd.Series:
    """Return the last day up to `on` on which each opportunity was touched, by opportunity_id.

    What counts as a touch is what the KPI ``stalled_share`` counts. Activities are summed where they lie: one
    row per opportunity that is not closed by `on` comes back.

    Parameters
    ----------
    crm : Crm
    on : datetime.date

    Raises
    ------
    MissingData
        Activities do not name opportunities.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> bool(last_touches(crm, crm.as_of).max() <= pd.Timestamp(crm.as_of))
    True
    """
    crm.require("activities.opportunity_id", "opportunities.created_on", wanted_by="last_touches()")
    whole = crm.table("opportunities")
    still = whole.outcome == "open"
    if "closed_on" in whole.columns:
        still = still | (whole.closed_on > day(on))
    there = whole.filter(still)
    acts = crm.table("activities")
    touches = [
        there.select("opportunity_id", touched_on="created_on"),
        acts.select("opportunity_id", touched_on="occurred_on"),
    ]
    if crm.has("stage_history"):
        touches.append(crm.table("stage_history").select("opportunity_id", touched_on="entered_on"))
    found = ibis.union(*touches).filter(ibis._.touched_on <= day(on))
    found = found.semi_join(there, "opportunity_id")
    last = found.group_by("opportunity_id").agg(touched_on=found.touched_on.max()).to_pandas()
    return last.set_index("opportunity_id")["touched_on"].astype("datetime64[s]")
