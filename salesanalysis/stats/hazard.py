"""Discrete-time hazard: what goes with an event in a period among cases still open at its start.

Each case is followed period by period while it is open. Totals per closed case are not comparable: a case
that lives longer collects more of everything (immortal time).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput
from .tidy import require_columns


def person_periods(cases: pd.DataFrame, *, case: str, length: str, event: str, maximum: int) -> pd.DataFrame:
    """One row per case and period at risk.

    Parameters
    ----------
    cases : DataFrame
        One row per case.
    case, length, event : str
        Columns: key of the case, whole periods it was observed (at least 1), whether it ended in the event.
    maximum : int
        Longest age followed; later periods are cut off and the case counts as open then.

    Returns
    -------
    DataFrame
        The columns of `cases` repeated, with ``age`` (from 0) and ``is_event`` (only in the last period).

    Examples
    --------
    >>> c = pd.DataFrame({"id": [1, 2], "weeks": [2, 1], "won": [True, False]})
    >>> rows = person_periods(c, case="id", length="weeks", event="won", maximum=26)
    >>> rows[["id", "age", "is_event"]].to_numpy().tolist()
    [[1, 0, 0], [1, 1, 1], [2, 0, 0]]
    """
    require_columns(cases, [case, length, event])
    periods = cases[length].to_numpy()
    if (periods < 1).any() or (periods != np.floor(periods)).any():
        raise InvalidInput(f"{length} must hold whole numbers of periods from 1.")
    repeat = np.minimum(periods, maximum).astype(int)
    rows = cases.loc[cases.index.repeat(repeat)].reset_index(drop=True)
    rows["age"] = np.concatenate([np.arange(count) for count in repeat]) if len(repeat) else []
    ends = rows["age"].to_numpy() == np.repeat(periods, repeat) - 1
    rows["is_event"] = (ends & rows[event].to_numpy(dtype=bool)).astype(int)
    return rows
