"""Histories of a few opportunities of every kind, made by hypothesis, and companies of bare tables."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pandas as pd
from hypothesis import strategies as st

from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm

FIRST, LAST = date(2026, 1, 1), 80
AS_OF = FIRST + timedelta(days=LAST)
STAGES = ("a", "b", "c")
_COLUMNS = {
    "opportunities": {
        "opportunity_id": "str",
        "rep_id": "str",
        "entry_rep_id": "str",
        "created_on": "day",
        "closed_on": "day",
        "outcome": "str",
        "stage": "str",
        "amount": "float64",
        "expected_close_on": "day",
    },
    "stage_history": {"opportunity_id": "str", "stage": "str", "entered_on": "day", "rep_id": "str"},
    "close_date_changes": {
        "opportunity_id": "str",
        "changed_on": "day",
        "old_close_on": "day",
        "new_close_on": "day",
        "rep_id": "str",
    },
    "snapshots": {
        "opportunity_id": "str",
        "seen_on": "day",
        "stage": "str",
        "rep_id": "str",
        "amount": "float64",
        "expected_close_on": "day",
    },
}


def day(number):
    """Return a day by its number; None stays missing."""
    return None if number is None else FIRST + timedelta(days=number)


def bare(**tables):
    """Return a Crm of rows as they are, without loading: days are numbers from `FIRST` on."""
    frames = {}
    for name, columns in _COLUMNS.items():
        frame = pd.DataFrame(tables.get(name, []), columns=list(columns))
        for column, kind in columns.items():
            if kind == "day":
                values = [None if pd.isna(v) else day(int(v)) for v in frame[column]]
                frame[column] = pd.Series(pd.to_datetime(values), frame.index, dtype="datetime64[s]")
            else:
                frame[column] = frame[column].astype(kind)
        frames[name] = frame
    frames["reps"] = pd.DataFrame({"rep_id": ["r1", "r2"], "name": ["One", "Two"], "team": ["T", "U"]})
    used = {n: f for n, f in frames.items() if len(f) or n == "opportunities"}
    client = Client(name="Bare", stages=STAGES)
    crm = Crm({name: ibis.memtable(frame) for name, frame in used.items()}, AS_OF, client)
    crm.memory.update(
        {("frame", name): frame for name, frame in used.items()}
    )  # a query for each table of each company would take most of the time
    return crm


_days = st.integers(-5, LAST + 8)
_reps = st.sampled_from(["r1", "r2", None])
_amounts = st.sampled_from([None, 0.0, 10.0, 25.0, 40.0])
_stages = st.sampled_from([*STAGES, "Lost it"])


@st.composite
def companies(draw):
    """Draw a company: missing, backdated, reopened, reassigned, revalued, all on any day."""
    tables = {name: [] for name in _COLUMNS}
    for number in range(draw(st.integers(1, 4))):
        one = f"o{number}"
        outcome = draw(st.sampled_from(["open", "won", "lost"]))
        closed = None if outcome == "open" else draw(st.one_of(st.none(), _days))
        tables["opportunities"].append(
            {
                "opportunity_id": one,
                "rep_id": draw(_reps),
                "entry_rep_id": draw(_reps),
                "created_on": draw(st.one_of(st.none(), _days)),
                "closed_on": closed,
                "outcome": outcome,
                "stage": "Lost it" if outcome == "lost" else draw(st.sampled_from(STAGES)),
                "amount": draw(_amounts),
                "expected_close_on": draw(st.one_of(st.none(), _days)),
            }
        )
        for entered in draw(st.lists(_days, max_size=4)):
            tables["stage_history"].append(
                {"opportunity_id": one, "stage": draw(_stages), "entered_on": entered, "rep_id": draw(_reps)}
            )
        for changed in draw(st.lists(_days, max_size=3)):
            tables["close_date_changes"].append(
                {
                    "opportunity_id": one,
                    "changed_on": changed,
                    "old_close_on": draw(st.one_of(st.none(), _days)),
                    "new_close_on": draw(_days),
                }
            )
        for seen in draw(st.lists(_days, max_size=3, unique=True)):
            tables["snapshots"].append(
                {
                    "opportunity_id": one,
                    "seen_on": seen,
                    "stage": draw(st.one_of(st.none(), _stages)),
                    "rep_id": draw(_reps),
                    "amount": draw(_amounts),
                    "expected_close_on": draw(st.one_of(st.none(), _days)),
                }
            )
    return bare(**tables)
