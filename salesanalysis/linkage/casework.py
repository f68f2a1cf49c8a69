"""Opportunity x week rows, from a company's data or from a plain frame: what was known before each week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm
from ..core.errors import InvalidInput, did_you_mean
from ..stats import person_periods
from .employment import LOGGED
from .exposure import attached, cases

#: Opportunities are followed at most this many weeks.
LONGEST_AGE = 52
#: Weeks within which a rep's opportunities are compared with each other.
SPAN = 13
#: Wins in the class of the oldest opportunities.
LAST_WINS = 10
KEYS = ("opportunity_id", "rep_id", "week", "age", "is_won", "is_lost", "outcome", "name", "team")
NEEDS = {
    "activities.rep_id": "no_activities",
    "activities.kind": "no_activities",
    "activities.occurred_on": "no_activities",
    "activities.opportunity_id": "no_opportunity_ids",
    "opportunities.created_on": "no_created_dates",
    "opportunities.closed_on": "no_close_dates",
}


@dataclass(frozen=True, eq=False)
class Casework:
    """Opportunities week by week.

    Attributes
    ----------
    rows : DataFrame
        ``opportunity_id, rep_id, span`` (the rep's quarter), ``age`` in weeks from 0, ``is_won, is_lost``,
        and the counts of that week, sorted by opportunity and age; nothing after a close.
    activities : tuple of str
        Names of the columns of counts.
    client, as_of, names
        Whose data it is, up to when, and the names of the reps.
    reason : str
        Why there is nothing to link; empty when there is.
    """

    rows: pd.DataFrame
    activities: tuple[str, ...]
    client: Client = field(default_factory=Client)
    as_of: date | None = None
    names: dict[str, str] = field(default_factory=dict)
    reason: str = ""

    def known_before(self) -> pd.DataFrame:
        """Return the rows at risk from age 1, with the log of what was done before that week.

        ``log(1/2 + count so far)``: ages are compared with themselves only, so that counts growing with age
        do no harm. ``age_class`` is the age, with the last ones, which few wins reach, taken together.
        """
        names, case = list(self.activities), self.rows["opportunity_id"]
        so_far = self.rows[names].groupby(case, sort=False).cumsum() - self.rows[names]
        rows = self.rows[["opportunity_id", "rep_id", "span", "age", "is_won", "is_lost"]].copy()
        won_at = np.sort(rows.loc[rows["is_won"] > 0, "age"].to_numpy())
        latest = won_at[max(won_at.size - LAST_WINS, 0)] if won_at.size else LONGEST_AGE
        rows["week"], rows["age_class"] = rows["age"], rows["age"].clip(upper=latest)
        rows[names] = np.log(0.5 + so_far)
        return rows[rows["age"] > 0].reset_index(drop=True)


def casework(source: Crm | pd.DataFrame, *, client: Client | None = None) -> Casework:
    """Read opportunity weeks from a company's data or a plain frame.

    Parameters
    ----------
    source : Crm or DataFrame
        A frame has ``opportunity, rep, week`` (a date or a whole number) or ``age`` (weeks since creation),
        one column of counts per activity, and the end in the last week: ``is_won`` and ``is_lost`` (0 or 1),
        or ``outcome`` (won, lost). An open opportunity has neither.
    client : Client, optional
        Whose frame it is.

    Raises
    ------
    InvalidInput
        Missing columns, negative counts, an opportunity with two rows for a week or two outcomes.

    Examples
    --------
    >>> d = pd.DataFrame({"opportunity": 1, "rep": "a", "age": [0, 1], "calls": [2, 0], "is_won": [0, 1]})
    >>> round(float(casework(d).known_before()["calls"][0]), 4)  # log(2.5)
    0.9163
    """
    return _from_crm(source) if isinstance(source, Crm) else _from_frame(source, client or Client())


def _from_crm(crm: Crm) -> Casework:
    shell = {"client": crm.client, "as_of": crm.as_of}
    missing = [reason for reference, reason in NEEDS.items() if not crm.has(reference)]
    if missing:
        return Casework(pd.DataFrame(), (), reason=missing[0], **shell)
    done, found = attached(crm), _followed(crm)
    names = [c for c in done.columns if c not in ("opportunity_id", "age", LOGGED) and done[c].sum() > 0]
    if not names or not found["won"].any():
        return Casework(pd.DataFrame(), (), reason="no_wins" if names else "no_activities", **shell)
    rows = person_periods(
        found, case="opportunity_id", length="length", event="is_closed", maximum=LONGEST_AGE
    )
    rows = rows.merge(done[["opportunity_id", "age", *names]], "left", on=["opportunity_id", "age"])
    rows[names] = rows[names].fillna(0.0).astype(float)
    ends = rows["is_event"].astype(bool)
    rows["is_won"], rows["is_lost"] = (ends & rows["won"]) * 1.0, (ends & ~rows["won"]) * 1.0
    rows["span"] = _spans(rows["rep_id"], rows["created"] // 7 + rows["age"])
    rows = rows[["opportunity_id", "rep_id", "span", "age", "is_won", "is_lost", *names]]
    reps = crm.reps()
    return Casework(rows, tuple(names), names=dict(zip(reps["rep_id"], reps["name"])), **shell)


def _followed(crm: Crm) -> pd.DataFrame:
    """Opportunities with the weeks they were open; a closed one counts the week it closed in."""
    found = cases(crm)
    end = pd.Timestamp(crm.as_of) + pd.Timedelta(days=1)
    created, closed = pd.to_datetime(found["created_on"]), pd.to_datetime(found["closed_on"])
    is_closed = closed.notna() & (closed < end) & (found["outcome"] != "open")
    age = (closed.where(is_closed, end) - created).dt.days // 7
    found = found.assign(
        length=age + is_closed,
        is_closed=is_closed,
        won=is_closed & (found["outcome"] == "won"),
        created=(created - pd.Timestamp("2000-01-03")).dt.days,
    )
    found = found[(age >= 0) & (found["length"] > 0)].astype({"length": "int64"})
    found = found.sort_values("opportunity_id", kind="stable")
    return found[["opportunity_id", "rep_id", "length", "is_closed", "won", "created"]]


def _spans(rep: pd.Series, week: pd.Series) -> pd.Series:
    """A number for each rep and quarter; without a calendar the rep's own number."""
    code = pd.Series(pd.factorize(rep, sort=True)[0], index=rep.index)
    if week.isna().any():
        return code
    quarter = (week - week.min()) // SPAN
    return code * (int(quarter.max()) + 1) + quarter.astype(int)


def _from_frame(frame: pd.DataFrame, client: Client) -> Casework:
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"Opportunity weeks come from a Crm or a DataFrame, not {type(frame).__name__}.")
    data = frame.rename(columns={"opportunity": "opportunity_id", "rep": "rep_id"}).reset_index(drop=True)
    _check_columns(data)
    names = [str(c) for c in data.columns if c not in KEYS]
    if not names:
        raise InvalidInput("The frame has no activity column; give one column of counts per activity.")
    data = _ends(data)
    data["week_number"] = _week_numbers(data)
    if "age" not in data.columns:
        data["age"] = data["week_number"] - data.groupby("opportunity_id")["week_number"].transform("min")
    _check_values(data, [*names, "age"])
    data = data.sort_values(["opportunity_id", "age"], kind="stable").reset_index(drop=True)
    if data.duplicated(["opportunity_id", "age"]).any():
        twice = data.loc[data.duplicated(["opportunity_id", "age"]), "opportunity_id"].iloc[0]
        raise InvalidInput(f"Opportunity {twice} has two rows for one week; add them up first.")
    closed = (data["is_won"] + data["is_lost"]).groupby(data["opportunity_id"]).cumsum()
    # What was done after the close is no part of the opportunity.
    before = closed - data["is_won"] - data["is_lost"] == 0
    data = data[before & (data["age"] < LONGEST_AGE)].reset_index(drop=True)
    data["span"] = _spans(data["rep_id"], data["week_number"])
    data["age"] = data["age"].astype(int)
    used = [name for name in names if data[name].sum() > 0]
    reason = "" if used and data["is_won"].any() else "no_wins" if used else "no_activities"
    rows = data[["opportunity_id", "rep_id", "span", "age", "is_won", "is_lost", *used]]
    return Casework(rows, tuple(used), client=client, reason=reason)


def _check_columns(data: pd.DataFrame) -> None:
    for wanted in ("opportunity_id", "rep_id"):
        if wanted not in data.columns:
            name = wanted.removesuffix("_id")
            raise InvalidInput(
                f"The frame has no column '{name}'.{did_you_mean(name, map(str, data.columns))}"
            )
    if not {"week", "age"} & set(data.columns):
        raise InvalidInput("The frame has neither 'week' nor 'age' (weeks since creation); give one of them.")
    if "outcome" not in data.columns and "is_won" not in data.columns:
        raise InvalidInput("The frame does not say what was won: give 'is_won' and 'is_lost', or 'outcome'.")
    keys = data[["opportunity_id", "rep_id"]].isna().any(axis=1)
    if keys.any():
        row = int(keys.to_numpy().argmax()) + 1
        raise InvalidInput(f"Row {row} of the frame has no opportunity or no rep; fill it or leave it out.")


def _ends(data: pd.DataFrame) -> pd.DataFrame:
    """Put the end of each opportunity into ``is_won`` and ``is_lost``."""
    if "is_won" in data.columns:
        lost = data["is_lost"] if "is_lost" in data.columns else 0.0
        data = data.assign(is_won=data["is_won"].astype(float), is_lost=pd.Series(lost, data.index) * 1.0)
        bad = ~data[["is_won", "is_lost"]].isin([0.0, 1.0]).all(axis=1) | (
            data["is_won"] + data["is_lost"] > 1
        )
        if bad.any():
            row = int(bad.to_numpy().argmax()) + 1
            raise InvalidInput(f"Row {row}: 'is_won' and 'is_lost' are 0 or 1 and never both 1.")
        return data
    # An outcome is often written into every row of its opportunity; it holds for the last one.
    order = data["age"] if "age" in data.columns else data["week"]
    last = order == order.groupby(data["opportunity_id"]).transform("max")
    return data.assign(
        is_won=(last & (data["outcome"] == "won")) * 1.0, is_lost=(last & (data["outcome"] == "lost")) * 1.0
    )


def _week_numbers(data: pd.DataFrame) -> pd.Series:
    if "week" not in data.columns:
        return pd.Series(np.nan, index=data.index)
    week = data["week"]
    if pd.api.types.is_datetime64_any_dtype(week):
        return (week - week.min()).dt.days // 7
    if not pd.api.types.is_numeric_dtype(week):
        raise InvalidInput("Column 'week' holds text; give dates (the Monday) or whole numbers.")
    return week - week.min()


def _check_values(data: pd.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if not pd.api.types.is_numeric_dtype(data[column]):
            raise InvalidInput(f"Column '{column}' holds no numbers; give counts per opportunity and week.")
        values = data[column].to_numpy(dtype=float, na_value=np.nan)
        bad = ~(np.isfinite(values) & (values >= 0))
        if bad.any():
            row = int(bad.argmax())
            raise InvalidInput(
                f"Column '{column}' holds {values[row]:g} in row {row + 1}; counts are known and start at 0."
            )
        data[column] = values
