"""Everything recorded about an opportunity, day by day: the events from which its states are told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.rows import rows

#: What a state consists of; an event says some of it and leaves the rest empty.
FACETS = ("status", "stage", "rep_id", "amount", "expected_close_on")
#: Order of events of one day: the entry, stages, changes of the close date, copies, and the end.
ENTRY, STAGE, CHANGE, COPY, END = range(5)
#: Days between entering a stage and the close up to which the stage counts as entered with the close.
_WITH_CLOSE = 1


def opportunities(crm: Crm) -> pd.DataFrame:
    """Return the opportunities whose days can be told, with ``end_on``: the day known last of each.

    Left out: closed ones without a close date, and open ones created after the data ends; one closed by then
    was there, whatever day of creation stands in the books. Closed after that day is open. ``outcome`` is as
    of the last day.
    """
    held = rows(
        crm,
        "opportunities",
        *("opportunity_id", "created_on", "closed_on", "outcome", "stage", "rep_id"),
        *("entry_rep_id", "amount", "expected_close_on"),
    )
    last = np.datetime64(crm.as_of, "s")
    is_later = held["closed_on"] > last
    held = held.assign(
        outcome=held["outcome"].mask(is_later, "open"), closed_on=held["closed_on"].mask(is_later)
    )
    is_open = held["outcome"] == "open"
    held["end_on"] = held["closed_on"].mask(is_open, last)
    return held[held["end_on"].notna() & ~(is_open & (held["created_on"] > last))].reset_index(drop=True)


def recorded(crm: Crm, whole: pd.DataFrame) -> pd.DataFrame:
    """Return what stage history, close date changes and copies say of the opportunities `whole`.

    One row per event: ``code`` (row of `whole`), ``day``, ``order`` and those of `FACETS` that it states.
    Without those of after the close, and after the last day.
    """
    events = pd.concat([_stages(crm), _changes(crm), _copies(crm)], ignore_index=True)
    code = pd.Series(np.arange(len(whole)), index=whole["opportunity_id"])
    events["code"] = events.pop("opportunity_id").map(code)
    events = events[events["code"].notna() & events["day"].notna()]
    events = events.assign(code=events["code"].astype("int64"))
    events = events[events["day"].to_numpy() <= whole["end_on"].to_numpy()[events["code"]]]
    closing = _closing(whole, events, crm.client.stages)
    stage = events["stage"]
    return events.assign(status=stage.map(closing).where(stage.isin(closing), "open").where(stage.notna()))


def _stages(crm: Crm) -> pd.DataFrame:
    past = rows(crm, "stage_history", "opportunity_id", "stage", "entered_on", "rep_id")
    place = {stage: i for i, stage in enumerate(crm.client.stages)}
    # Of several stages on one day the one furthest on came last; unknown ones as the source has them.
    past = past.assign(place=past["stage"].map(place)).sort_values("place", kind="stable", na_position="last")
    return past.drop(columns="place").rename(columns={"entered_on": "day"}).assign(order=STAGE)


def _changes(crm: Crm) -> pd.DataFrame:
    names = ("opportunity_id", "changed_on", "old_close_on", "new_close_on", "rep_id")
    moved = rows(crm, "close_date_changes", *names)
    return moved.rename(columns={"changed_on": "day", "new_close_on": "expected_close_on"}).assign(
        order=CHANGE
    )


def _copies(crm: Crm) -> pd.DataFrame:
    names = ("opportunity_id", "seen_on", "stage", "rep_id", "amount", "expected_close_on")
    return rows(crm, "snapshots", *names).rename(columns={"seen_on": "day"}).assign(order=COPY)


def _closing(whole: pd.DataFrame, events: pd.DataFrame, declared: tuple[str, ...]) -> dict[str, str]:
    """Return the stages that mean the end, and whether they mean it won or lost.

    Those in which closed opportunities stand and no open one does, entered mostly with the close, and which
    the client does not declare as a stage of the way. One in which both won and lost ones stand means lost.
    """
    is_open = whole["outcome"] == "open"
    on_the_way = {*declared, *whole.loc[is_open, "stage"].dropna()}
    ended = whole[~is_open & whole["stage"].notna() & ~whole["stage"].isin(on_the_way)]
    if ended.empty or events.empty:
        return {}
    entries = events[(events["order"] == STAGE) & events["stage"].isin(ended["stage"])]
    of = whole.iloc[entries["code"]]
    entries = entries.assign(
        days=(of["end_on"].to_numpy() - entries["day"].to_numpy()) / np.timedelta64(1, "D")
    )
    entries = entries[entries["stage"].to_numpy() == of["stage"].to_numpy()]
    typical = entries.groupby("stage")["days"].median()
    stages = typical.index[typical <= _WITH_CLOSE]
    is_won = (ended["outcome"] == "won").groupby(ended["stage"]).all()
    return {str(stage): "won" if is_won[stage] else "lost" for stage in stages}
