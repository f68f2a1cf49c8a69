"""Correlations of activities with wins: description only; busy weeks and strong reps raise every count."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.errors import unknown
from ..stats import check_level
from ..stats import correlate as panel_correlation
from .exposure import weeks_of
from .result import CorrelationResult, ExposureResult

#: Statistics, in the order in which they are shown.
KINDS = ("pearson", "spearman", "partial")
#: Columns of the reps by which activities can be compared between groups instead of between reps.
GROUPS = ("team", "role", "region", "manager")
COLUMNS = ["term", "kind", "contrast", "estimate", "conf_low", "conf_high", "p_value", "n"]


def correlate(
    source: Crm | ExposureResult | pd.DataFrame, *, by: str = "rep_id", level: float = 0.95
) -> CorrelationResult:
    """Correlate each activity with the wins of the same week: all rows, between and within reps or groups.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        As for `link`.
    by : str
        ``rep_id``, or a column of the reps (``team, role, region, manager``) or of the frame: what lies
        between its groups and what within. `reversals` names the activities whose sign turns.
    level : float
        Confidence level. The intervals take weeks for independent, which they are not: they are too narrow.

    Returns
    -------
    CorrelationResult

    Examples
    --------
    >>> d = pd.DataFrame({"rep": list("aabb"), "week": [1, 2, 1, 2]})
    >>> d["calls"], d["wins"] = [1, 2, 5, 6], [0, 1, 3, 4]
    >>> found = correlate(d).table
    >>> round(float(found.estimate[0]), 2), found.contrast[0]
    (1.0, 'pooled')
    """
    check_level(level)
    reps = source.frame("reps") if isinstance(source, Crm) else None
    weeks = weeks_of(source, "correlate")
    rows = _grouped(weeks, by, reps) if not weeks.reason else weeks.table
    reason = weeks.reason or ("" if rows is not None else "no_groups")
    tables = [] if reason else [_table(weeks, rows, kind, by=by, level=level) for kind in KINDS]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return CorrelationResult(
        table=table,
        method="linkage.correlate",
        n=int(weeks.table["is_usable"].sum()) if len(weeks.table) else 0,
        client=weeks.client,
        period=weeks.period,
        as_of=weeks.as_of,
        notes=weeks.notes,
        level=level,
        by=by,
        reps=int(weeks.table["rep_id"].nunique()) if len(weeks.table) else 0,
        reason=reason,
    )


def naive(weeks: ExposureResult, terms: list[str], *, level: float) -> pd.DataFrame:
    """Pooled same-week Pearson correlations of `terms` with wins: what a spreadsheet would show."""
    table = _table(weeks, weeks.table, "pearson", by="rep_id", level=level)
    pooled = table[table["contrast"] == "pooled"].set_index("term").loc[terms].reset_index()
    return pooled[["term", "estimate", "conf_low", "conf_high", "p_value", "n"]]


def _grouped(weeks: ExposureResult, by: str, reps: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the rep-weeks with the column `by`, which may stand with the reps; reps without one stay out.

    None where the company does not say to which group its reps belong.
    """
    if by in weeks.table.columns:
        return weeks.table
    if reps is None or by not in GROUPS:
        raise unknown("group", by, ["rep_id", *(GROUPS if reps is not None else ())], where="correlate()")
    if by not in reps:
        return None
    group = weeks.table["rep_id"].map(dict(zip(reps["rep_id"], reps[by])))
    return weeks.table.assign(**{by: group})[group.notna().to_numpy()]


def _table(weeks: ExposureResult, rows: pd.DataFrame, kind: str, *, by: str, level: float) -> pd.DataFrame:
    rows = rows[rows["is_usable"].to_numpy(dtype=bool)]
    found = panel_correlation(
        rows, weeks.outcome, terms=list(weeks.activities), unit=by, method=kind, level=level
    )
    return found.assign(kind=kind)[COLUMNS]
