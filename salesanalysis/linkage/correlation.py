"""Correlations of activities with wins: description only; busy weeks and strong reps raise every count."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..stats import correlate as panel_correlation
from .exposure import exposure
from .frame import from_frame
from .result import CorrelationResult, ExposureResult

COLUMNS = ["term", "kind", "contrast", "estimate", "conf_low", "conf_high", "p_value", "n"]


def correlate(source: Crm | ExposureResult | pd.DataFrame, *, level: float = 0.95) -> CorrelationResult:
    """Correlate each activity with the wins of the same week: all reps together, between and within reps.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        As for `link`.
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
    if not 0 < level < 1:
        raise InvalidInput(f"'level' is {level}; a confidence level lies between 0 and 1, such as 0.95.")
    if isinstance(source, Crm):
        source = exposure(source)
    weeks = from_frame(source) if isinstance(source, pd.DataFrame) else source
    if not isinstance(weeks, ExposureResult):
        raise InvalidInput(
            f"correlate() takes a Crm, an ExposureResult or a DataFrame, not {type(source).__name__}."
        )
    tables = [_table(weeks, kind, level) for kind in ("pearson", "spearman")] if not weeks.reason else []
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
        reps=int(weeks.table["rep_id"].nunique()) if len(weeks.table) else 0,
        reason=weeks.reason,
    )


def naive(weeks: ExposureResult, terms: list[str], *, level: float) -> pd.DataFrame:
    """Pooled same-week Pearson correlations of `terms` with wins: what a spreadsheet would show."""
    table = _table(weeks, "pearson", level)
    pooled = table[table["contrast"] == "pooled"].set_index("term").loc[terms].reset_index()
    return pooled[["term", "estimate", "conf_low", "conf_high", "p_value", "n"]]


def _table(weeks: ExposureResult, kind: str, level: float) -> pd.DataFrame:
    rows = weeks.table[weeks.table["is_usable"].to_numpy(dtype=bool)]
    found = panel_correlation(
        rows, weeks.outcome, terms=list(weeks.activities), unit="rep_id", method=kind, level=level
    )
    return found.assign(kind=kind)[COLUMNS]
