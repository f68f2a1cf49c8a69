"""How every opportunity stood on every day: status, stage, owner, value and expected close date."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.shelf import kept
from .events import CHANGE, COPY, END, ENTRY, FACETS, opportunities, recorded

COLUMNS = ("opportunity_id", "starts_on", "ends_on", *FACETS)
#: Least share of open opportunities with a value; with fewer, what stands open is not known.
VALUED = 0.5
_DAY = np.timedelta64(1, "D")


def states(crm: Crm) -> pd.DataFrame:
    """Return how every opportunity stood, one row per stretch of days in which nothing changed.

    Told from opportunities, stage_history, close_date_changes and snapshots, as of the last day of the data.

    - An opportunity begins on the day it was created; where that is missing, on the first day anything is
      recorded of it. What is dated earlier counts from that day.
    - Of several things recorded on a day the last counts: stages in the client's order, then changes of the
      close date, then the copy of the day, then the close.
    - The outcome in the table of opportunities is the final one, and nothing recorded after it counts.
      A stage that means the end, followed by another stage, is a close and a reopening.
    - Stage: before the first one recorded it is missing; the present one counts on the last day.
    - Owner: as recorded on each day; the present owner counts from the day after the last record of another.
    - Value: from copies; before the first one, the first one; without any, the final value at all times.
    - Expected close date: from changes and copies, before the first change its old day; else the present one.

    Closed opportunities without a close date are left out, as in every KPI of the pipeline.

    Parameters
    ----------
    crm : Crm

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id, starts_on, ends_on`` (the day after the last one; empty: still so), ``status``
        (open, won or lost), ``stage, rep_id, amount, expected_close_on``, in order of opportunity and day.
        Shared between calls: copy it before changing it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> states(sa.sample())["status"].unique().tolist()
    ['open', 'lost', 'won']
    """
    check_crm(crm, "states()")
    return kept(crm, "pipeline.states", (), lambda: _built(crm))


def states_on(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return how each opportunity that existed stood at the end of `day`, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `states` returns it.
    day : datetime.date

    Examples
    --------
    >>> from datetime import date
    >>> import salesanalysis as sa
    >>> then = states_on(states(sa.sample()), date(2026, 6, 30))
    >>> then["opportunity_id"].is_unique
    True
    """
    at = np.datetime64(day, "s")
    starts, ends = frame["starts_on"].to_numpy(), frame["ends_on"].to_numpy()
    return frame[(starts <= at) & (np.isnat(ends) | (ends > at))].reset_index(drop=True)


def values_known(there: pd.DataFrame) -> bool:
    """Tell whether enough open opportunities have a value; some systems state it only with the close.

    Examples
    --------
    >>> values_known(pd.DataFrame({"status": ["open", "open", "won"], "amount": [None, None, 5.0]}))
    False
    """
    amounts = there.loc[there["status"] == "open", "amount"]
    return bool(amounts.empty or amounts.notna().mean() >= VALUED)


def _built(crm: Crm) -> pd.DataFrame:
    whole = opportunities(crm)
    events = recorded(crm, whole)
    begin = _begins(whole, events)
    day = np.maximum(events["day"].to_numpy(), begin[events["code"]])
    events = pd.concat(
        [
            _entries(whole, events, begin),
            events.assign(day=day),
            _handovers(whole, events, begin),
            _ends(whole),
        ],
        ignore_index=True,
    )
    events = events.sort_values(["code", "day", "order"], kind="stable", ignore_index=True)
    return _stretches(whole, events)


def _begins(whole: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    """Return the first day of each opportunity; one closed on an earlier day begins with its close."""
    first = events.groupby("code")["day"].min().reindex(np.arange(len(whole)))
    begin = whole["created_on"].fillna(first.astype("datetime64[s]")).fillna(whole["end_on"])
    return np.minimum(begin.to_numpy(), whole["end_on"].to_numpy())


def _entries(whole: pd.DataFrame, events: pd.DataFrame, begin: np.ndarray) -> pd.DataFrame:
    """Return the entry of each opportunity: open, with its first owner and its first close date."""
    dated = events[
        events["order"].isin([CHANGE, COPY]) & (events["order"].eq(COPY) | events["old_close_on"].notna())
    ]
    dated = dated.sort_values(["code", "day", "order"], kind="stable").drop_duplicates("code")
    dated = dated[dated["order"] == CHANGE]
    old = pd.Series(dated["old_close_on"].to_numpy(), dated["code"].to_numpy()).reindex(np.arange(len(whole)))
    return pd.DataFrame(
        {
            "code": np.arange(len(whole)),
            "day": begin,
            "order": ENTRY,
            "status": "open",
            "rep_id": whole["entry_rep_id"],
            "expected_close_on": old.astype("datetime64[s]"),
        }
    )


def _handovers(whole: pd.DataFrame, events: pd.DataFrame, begin: np.ndarray) -> pd.DataFrame:
    """Return the day from which the present owner counts, where the last record names another one."""
    known = events[events["rep_id"].notna()].sort_values(["code", "day", "order"], kind="stable")
    known = known.drop_duplicates("code", keep="last").set_index("code").reindex(np.arange(len(whole)))
    last = known["rep_id"].fillna(whole["entry_rep_id"])
    seen = np.maximum(known["day"].fillna(pd.Series(begin)).to_numpy(), begin)
    is_other = last.notna() & whole["rep_id"].notna() & (last != whole["rep_id"])
    at = np.flatnonzero(is_other.to_numpy())
    day = np.minimum(seen + _DAY, whole["end_on"].to_numpy())[at]
    return pd.DataFrame({"code": at, "day": day, "order": COPY, "rep_id": whole["rep_id"].to_numpy()[at]})


def _ends(whole: pd.DataFrame) -> pd.DataFrame:
    """Return what the table of opportunities says, which holds from the close, or on the last day."""
    final = whole[["stage", "rep_id", "amount", "expected_close_on"]]
    return final.assign(code=np.arange(len(whole)), day=whole["end_on"], order=END, status=whole["outcome"])


def _stretches(whole: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Carry what each event states on to the next ones, and keep the rows on which anything changes."""
    code = events["code"].to_numpy()
    facets = {name: _carried(events[name], code) for name in FACETS}
    for name in ("rep_id", "amount", "expected_close_on"):
        facets[name] = _carried(facets[name][::-1], code[::-1])[::-1].reset_index(drop=True)
    table = pd.DataFrame({"code": code, "starts_on": events["day"].to_numpy(), **facets}).astype(
        {"status": "str"}
    )
    table = table[_is_last(table["code"], table["starts_on"])]
    table = table[_is_changed(table)]
    same = table["code"].to_numpy()[1:] == table["code"].to_numpy()[:-1]
    ends = np.append(
        np.where(same, table["starts_on"].to_numpy()[1:], np.datetime64("NaT", "s")), np.datetime64("NaT")
    )
    ids = whole["opportunity_id"].to_numpy()[table["code"]] if len(table) else []
    table = table.assign(opportunity_id=pd.Series(ids, table.index, dtype="str"), ends_on=ends[: len(table)])
    return table[list(COLUMNS)].sort_values(["opportunity_id", "starts_on"], kind="stable", ignore_index=True)


def _carried(values: pd.Series | np.ndarray, code: np.ndarray) -> pd.Series:
    """Fill what is missing from the row before, within one opportunity."""
    values = pd.Series(values).reset_index(drop=True)
    place = np.arange(len(values))
    last = np.maximum.accumulate(np.where(values.notna(), place, -1)) if len(values) else place
    is_own = (last >= 0) & (code[last] == code)
    return values.take(np.where(is_own, last, place)).reset_index(drop=True)


def _is_last(code: pd.Series, day: pd.Series) -> np.ndarray:
    """Tell the last row of each opportunity and day."""
    if code.empty:
        return np.zeros(0, dtype=bool)
    differs = (code.to_numpy()[1:] != code.to_numpy()[:-1]) | (day.to_numpy()[1:] != day.to_numpy()[:-1])
    return np.append(differs, True)


def _is_changed(table: pd.DataFrame) -> np.ndarray:
    """Tell the rows that differ from the one before, which is of the same opportunity or not."""
    if table.empty:
        return np.zeros(0, dtype=bool)
    differs = np.zeros(len(table) - 1, dtype=bool)
    for name in ("code", *FACETS):
        held = table[name]
        if name not in ("code", "amount", "expected_close_on"):
            held = pd.Series(pd.factorize(held)[0])
        now, before = held.to_numpy()[1:], held.to_numpy()[:-1]
        differs |= (now != before) & ~(pd.isna(now) & pd.isna(before))
    return np.insert(differs, 0, True)
