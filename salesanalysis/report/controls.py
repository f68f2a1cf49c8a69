"""Controls for the explore notebook: choose KPI, split, period and grain, see the table change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import coverage, panel

#: Ways to split a KPI, in the order offered; the first is everything together.
SPLITS = ("", "rep", "team", "manager", "role", "region", "product", "source", "segment")
GRAINS = ("", "month", "quarter", "week")


def controls(crm: Crm) -> Any:
    """Return drop-down lists for KPI, split, period and grain, with the table they give.

    Parameters
    ----------
    crm : Crm
        The data.

    Returns
    -------
    ipywidgets.interactive
        Shown by JupyterLab; `result` holds the table last shown.
    """
    from ipywidgets import interactive

    words = crm.client.words
    known = coverage(crm).kpis("computable")
    names = [(words.t(f"kpi.{name}.name"), name) for name in known]
    periods = [p.label for p in reversed(crm.span.split("quarter"))]

    def table(kpi: str, by: str, period: str, grain: str) -> pd.DataFrame:
        return panel(crm, kpi, Period.parse(period), by=by or (), grain=grain or None).kpis

    return interactive(table, kpi=names, by=_splits(crm), period=periods, grain=list(GRAINS))


def _splits(crm: Crm) -> list[str]:
    """Return the splits that this data has."""
    homes = {
        "rep": "reps.rep_id",
        "product": "opportunities.product",
        "source": "opportunities.source",
        "segment": "accounts.segment",
    }
    return [s for s in SPLITS if not s or crm.has(homes.get(s, f"reps.{s}"))]
