"""A rep x week frame of anyone's making, checked and turned into an `ExposureResult`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.errors import InvalidInput, did_you_mean
from ..core.result import Note
from ..stats import kernel_from_durations
from .result import ExposureResult

#: Columns of a plain frame that are no activities.
KEYS = ("rep_id", "week", "wins", "tenure", "days", "is_usable", "name", "team")

#: Largest value that is taken for a count, or for an amount of money in any currency.
LARGEST = 1e15


def from_frame(
    frame: pd.DataFrame,
    *,
    outcome: str = "wins",
    durations: pd.Series | None = None,
    client: Client | None = None,
) -> ExposureResult:
    """Read a rep x week frame.

    Parameters
    ----------
    frame : DataFrame
        Columns ``rep`` (or ``rep_id``), ``week`` (a date or a whole number, in equal steps), one numeric
        column per activity and the wins; optionally ``tenure`` (weeks since hiring), ``days`` (worked in the
        week; wins are then judged per day worked) and ``is_usable``. A
        row says that the rep was active and logging that week, so a 0 is a count; leave out, or fill with
        NaN, what is not known.
    outcome : str
        Column that counts the wins.
    durations : Series, optional
        Weeks from creation to win, for the lag weights; the default weights without them.
    client : Client, optional
        Whose data it is.

    Returns
    -------
    ExposureResult

    Raises
    ------
    InvalidInput
        Missing columns, a rep and week standing twice, negative or infinite counts, text where counts belong.

    Examples
    --------
    >>> d = pd.DataFrame({"rep": ["a", "a"], "week": [1, 2], "calls": [3, 4], "wins": [0, 1]})
    >>> from_frame(d).activities
    ('calls',)
    """
    data = frame.reset_index(drop=True)
    if "rep_id" not in data.columns and "rep" in data.columns:
        data = data.rename(columns={"rep": "rep_id"})
    _check_columns(data, outcome)
    activities = tuple(c for c in data.columns if c not in KEYS and c != outcome)
    if not activities:
        raise InvalidInput("The frame has no activity column; give one column of counts per activity.")
    counts = _checked(data, [*activities, outcome, *(c for c in ("tenure", "days") if c in data.columns)])
    usable = counts[[*activities, outcome]].notna().all(axis=1)
    if "is_usable" in data.columns:
        usable &= data["is_usable"].astype(bool)
    rest = data.drop(columns=[*counts.columns, "is_usable"], errors="ignore")
    data = pd.concat([rest, counts, usable.rename("is_usable")], axis=1)
    kernel = kernel_from_durations(durations if durations is not None else pd.Series(dtype=float))
    return ExposureResult(
        table=data.sort_values(["rep_id", "week"], kind="stable").reset_index(drop=True),
        method="linkage.from_frame",
        n=len(data),
        client=client or Client(),
        activities=activities,
        outcome=outcome,
        kernel=kernel,
        notes=() if kernel.n else (Note("linkage_default_kernel"),),
    )


def _check_columns(data: pd.DataFrame, outcome: str) -> None:
    for wanted in ("rep_id", "week", outcome):
        if wanted not in data.columns:
            name = "rep" if wanted == "rep_id" else wanted
            raise InvalidInput(
                f"The frame has no column '{name}'.{did_you_mean(name, map(str, data.columns))}"
            )
    if data[["rep_id", "week"]].isna().any(axis=None):
        row = int(data[["rep_id", "week"]].isna().any(axis=1).to_numpy().argmax()) + 1
        raise InvalidInput(f"Row {row} of the frame has no rep or no week; fill it or leave it out.")
    week = data["week"]
    if not (pd.api.types.is_datetime64_any_dtype(week) or pd.api.types.is_numeric_dtype(week)):
        raise InvalidInput("Column 'week' holds text; give dates (the Monday) or whole numbers.")
    twice = data.duplicated(["rep_id", "week"])
    if twice.any():
        first = data.loc[twice].iloc[0]
        raise InvalidInput(f"Rep {first['rep_id']} has two rows for week {first['week']}; add them up first.")


def _checked(data: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the columns as numbers, having refused what cannot be a count."""
    found = {}
    for column in columns:
        if not pd.api.types.is_numeric_dtype(data[column]):
            raise InvalidInput(f"Column '{column}' holds no numbers; give counts per rep and week.")
        values = data[column].to_numpy(dtype=float, na_value=np.nan)
        if column != "tenure" and (values < 0).any():
            row = int((values < 0).argmax()) + 1
            raise InvalidInput(
                f"Column '{column}' holds {values[row - 1]:g} in row {row}; counts start at 0."
            )
        if np.isinf(values).any():
            raise InvalidInput(f"Column '{column}' holds an infinite value; counts are finite.")
        if (values > LARGEST).any():
            row = int((values > LARGEST).argmax()) + 1
            raise InvalidInput(
                f"Column '{column}' holds {values[row - 1]:g} in row {row}; no rep does that in a week. "
                "Correct it, or leave the row out."
            )
        found[column] = values
    return pd.DataFrame(found)
