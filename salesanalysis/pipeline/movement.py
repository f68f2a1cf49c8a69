"""`movement`: what the open pipeline gained and lost between two days, in steps that add up exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from .groups import dimensions, labelled, numbered
from .states import states, states_on, values_known
from .steps import STEPS, moves

#: The two levels between which the steps lead.
START, END = "open_start", "open_end"
ORDER = (START, *STEPS, END)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MovementResult(Result):
    """What moved the pipeline between two days.

    `table` has one row per group and step, in the order of `ORDER`: the dimensions of `by`, ``step``, ``n``
    (opportunities concerned), ``change`` (how many more or fewer are open because of it) and ``value`` (how
    much more or less). Of ``open_start`` and ``open_end`` these are the levels. For every group the start
    and the changes of all steps add up to the end, in count and in value. Values are missing where most open
    opportunities have none.

    Attributes
    ----------
    moves : pandas.DataFrame
        The single events behind: ``opportunity_id, day_on``, the dimensions, ``step, change, value``.
    by : tuple of str
        Dimensions.
    due_on : datetime.date or None
        The pipeline is what is expected to close up to this day; None: all that is open.
    untold : tuple of str
        Steps that this data cannot tell, which are then no rows: changes of value without copies of earlier
        days, pulling in and pushing out without expected close dates or their changes.
    """

    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    by: tuple[str, ...] = ()
    due_on: date | None = None
    untold: tuple[str, ...] = ()

    def of(self, **group: str) -> pd.DataFrame:
        """Return the rows of one group, indexed by step, as ``of(rep_id="R01")``; without `by`, all."""
        rows = self.table
        for name, value in group.items():
            rows = rows[rows[name] == value]
        return rows.set_index("step")


def movement(
    crm: Crm,
    since: str | date | Period = "",
    until: str | date | None = None,
    *,
    by: str | Iterable[str] = (),
    due: str = "",
) -> MovementResult:
    """Follow the pipeline from the end of the day before `since` to the end of `until`, step by step.

    Parameters
    ----------
    crm : Crm
    since : day, or period when `until` is left out
        First day that counts. Empty: the last whole quarter.
    until : day, optional
        Last day that counts; never after the data ends.
    by : str or sequence of str
        ``rep_id`` (or ``rep``), ``team``, ``manager``, ``role``, ``region``, ``segment``, ``product``,
        ``source``; empty: everything together.
    due : str
        Which pipeline. Empty: what is expected to close up to the end of the quarter that holds the last
        day, overdue ones included; opportunities whose close date moves across that day are pulled in or
        pushed out, and so are those that close before they were expected. ``all``: all that is open,
        whenever it is expected; nothing is pulled in or pushed out of it.

    Returns
    -------
    MovementResult

    Raises
    ------
    InvalidInput
        A period or day that is not understood or lies outside the data.
    UnknownName
        No such dimension.

    Notes
    -----
    Every change of an opportunity's state (`states`) is taken apart in one order: owner, close date, value,
    end. So an opportunity that is pushed out leaves with the value it had, and one that is won leaves with
    its final one, which is why what is won agrees with the bookings. What opens again after an end is a step
    of its own. An unknown value counts as 0.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = movement(sa.sample(), "2026-Q3", due="all")
    >>> steps = found.of()["change"]
    >>> bool(steps["open_start"] + steps.reindex(STEPS).sum() == steps["open_end"])
    True
    """
    check_crm(crm, "movement()")
    names, span = dimensions(by), _span(crm, since, until)
    if due not in ("", "all"):
        raise InvalidInput(f"due is '{due}'; write 'all' for all that is open, or leave it out.")
    frame = states(crm)
    is_dated = bool(frame["expected_close_on"].notna().any())
    horizon = None if due == "all" or not is_dated else _quarter_end(crm, span.last_day)
    before, after = span.start - timedelta(days=1), span.last_day
    labels = labelled(crm, frame, names)
    group, groups = numbered(labels)
    frame = frame.assign(group=group, is_due=_due(frame, horizon))
    events = moves(frame, span.start, after)
    untold = _untold(crm, frame, horizon)
    table = _table(
        [_level(frame, before, START), _steps(events), _level(frame, after, END)], groups, untold=untold
    )
    if not values_known(states_on(frame, after)):
        table, events = table.assign(value=np.nan), events.assign(value=np.nan)
    return MovementResult(
        table=table,
        method="pipeline.movement",
        n=int(events["opportunity_id"].nunique()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(crm, frame, span, untold),
        moves=_named(events, groups),
        by=names,
        due_on=horizon,
        untold=untold,
    )


def _span(crm: Crm, since: str | date | Period, until: str | date | None) -> Period:
    if until is None and not isinstance(since, date):
        return crm.period(since).clip(crm.as_of)
    first, last = _day(since, "since"), _day(until or crm.as_of, "until")
    if first > crm.as_of or last < first:
        raise InvalidInput(
            f"The movement from {first} to {last} has no day within the data, which ends on {crm.as_of}."
        )
    end = min(last, crm.as_of) + timedelta(days=1)
    return Period(first, end, "range", crm.client.fiscal_year_start)


def _day(value: object, name: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput(f"{name} is '{value}'; write a day such as 2026-07-01.") from None


def _quarter_end(crm: Crm, day: date) -> date:
    return Period.containing(day, "quarter", fiscal_start=crm.client.fiscal_year_start).last_day


def _due(frame: pd.DataFrame, horizon: date | None) -> np.ndarray:
    if horizon is None:
        return np.ones(len(frame), dtype=bool)
    return (frame["expected_close_on"] <= np.datetime64(horizon, "s")).to_numpy()


def _level(frame: pd.DataFrame, day: date, step: str) -> pd.DataFrame:
    there = states_on(frame, day)
    there = there[(there["status"] == "open") & there["is_due"]]
    return pd.DataFrame(
        {"group": there["group"], "step": step, "change": 1, "value": there["amount"].fillna(0.0)}
    )


def _steps(events: pd.DataFrame) -> pd.DataFrame:
    # An opportunity whose value went up twice is one opportunity whose value went up.
    return events[["group", "step", "change", "value", "opportunity_id"]]


def _table(parts: list[pd.DataFrame], groups: pd.DataFrame, *, untold: tuple[str, ...]) -> pd.DataFrame:
    """Sum by group and step; every group has every step that can be told."""
    sums = [
        p.groupby(["group", "step"]).agg(
            n=("opportunity_id", "nunique") if "opportunity_id" in p else ("change", "size"),
            change=("change", "sum"),
            value=("value", "sum"),
        )
        for p in parts
    ]
    steps = [s for s in ORDER if s not in untold]
    whole = pd.MultiIndex.from_product([range(len(groups)), steps], names=["group", "step"])
    found = (
        pd.concat(sums).reindex(whole).fillna(0).astype({"n": "int64", "change": "int64", "value": "float64"})
    )
    return _named(found.reset_index(), groups)


def _named(rows: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    names = groups.iloc[rows["group"].to_numpy()].reset_index(drop=True)
    rest = rows.drop(columns="group").reset_index(drop=True)
    kept = [c for c in ("opportunity_id", "day_on") if c in rest]
    return pd.concat([rest[kept], names, rest.drop(columns=kept)], axis="columns")


def _untold(crm: Crm, frame: pd.DataFrame, horizon: date | None) -> tuple[str, ...]:
    untold: list[str] = []
    if not crm.has("snapshots.amount"):
        untold += ["value_up", "value_down"]
    if horizon is None:
        untold += ["pulled_in", "pushed_out"]
    used = set(frame["group"].groupby(frame["opportunity_id"]).nunique().unique())
    if used <= {1}:
        untold += ["assigned_in", "assigned_out"]
    return tuple(untold)


def _notes(crm: Crm, frame: pd.DataFrame, span: Period, untold: tuple[str, ...]) -> tuple[Note, ...]:
    there = states_on(frame, span.last_day)
    notes = [Note("pipeline_values_untold")] if "value_up" in untold and values_known(there) else []
    if "value_up" not in untold:
        first = crm.frame("snapshots")["seen_on"].min()
        if not pd.isna(first) and pd.Timestamp(first).date() > span.start:
            notes.append(Note("pipeline_values_from", values={"day": pd.Timestamp(first).date()}))
    if not frame["expected_close_on"].notna().any():
        notes.append(Note("pipeline_dates_unknown"))
    elif not (crm.has("close_date_changes") or crm.has("snapshots.expected_close_on")):
        notes.append(Note("pipeline_dates_untold"))
    unvalued = int((there["amount"].isna() & (there["status"] == "open")).sum())
    return (*notes, Note("pipeline_no_value", unvalued)) if unvalued else tuple(notes)
