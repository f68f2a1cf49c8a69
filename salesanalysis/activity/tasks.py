"""Tasks: how many, how many done, how many overdue on the last day, and the share done in time."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import KPIS, panel
from ..kpi.panel import computable
from ..stats import wilson
from .grid import Grid

TASKS = ("tasks_in_time", "tasks_done", "tasks_overdue")
COLUMNS = [
    *("rep_id", "name", "team", "role", "tasks_due", "tasks_done", "tasks_overdue", "tasks_in_time"),
    *("estimate", "conf_low", "conf_high"),
]


def tasks(grid: Grid, shown: pd.Index) -> pd.DataFrame:
    """Return the tasks of each rep, and of all shown together in a last row without a rep_id.

    Columns: ``rep_id, name, team, role, tasks_due`` (due in the period), ``tasks_done`` (completed in it,
    whenever due), ``tasks_overdue`` (due before the last day and open on it, whenever due), ``tasks_in_time``
    (of those due, completed by then), ``estimate, conf_low, conf_high`` (their share, Wilson). Empty where
    the data has no tasks.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.activity.grid import grid
    >>> found = grid(sa.sample(), sa.Period.parse("2026-Q3"))
    >>> int(tasks(found, found.people.index).iloc[-1]["tasks_overdue"]) > 0
    True
    """
    sums = _sums(grid.crm, grid.span)
    if sums is None:
        return pd.DataFrame(columns=COLUMNS)
    sums = sums.reindex(shown).fillna(0.0)
    facts = grid.people.loc[shown, ["name", "team", "role"]]
    table = pd.concat([facts, sums], axis=1).rename_axis("rep_id").reset_index()
    whole = pd.DataFrame([{"rep_id": "", "name": "", "team": "", "role": "", **sums.sum()}])
    table = pd.concat([table, whole], ignore_index=True)
    ends = wilson(table["tasks_in_time"], table["tasks_due"])
    for name in ("estimate", "conf_low", "conf_high"):
        table[name] = pd.Series(getattr(ends, name), table.index).where(table["tasks_due"] > 0)
    return table[COLUMNS]


def _sums(crm: Crm, span: Period) -> pd.DataFrame | None:
    """Return the sums of tasks by rep; None where the data gives none."""
    able = computable(crm, KPIS.pick(TASKS)) if crm.has("activities") else ()
    if len(able) < len(TASKS):
        return None
    found = panel(crm, able, span).sums.dropna(subset=["rep_id"]).set_index("rep_id")
    found = found[["tasks_due", "tasks_done", "tasks_overdue", "tasks_in_time"]]
    return found if found.to_numpy().sum() > 0 else None
