"""The weeks of a plan: who does what from when to when."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .file import ARMS
from .layout import Layout, drawn

TABLE = ("rep_id", "name", "group", "block", "first_week", "last_week", "arm")


def plan_table(layout: Layout, people: list[tuple[object, str]], starts: date | int) -> pd.DataFrame:
    """Return one row per rep and block with what the rep does in it."""
    raised = drawn(layout)
    rows = []
    for i, (rep, name) in enumerate(people):
        for block in range(layout.blocks):
            first = after(starts, block * layout.block_weeks)
            last = after(starts, (block + 1) * layout.block_weeks - 1)
            arm = ARMS[int(raised[i, block])]
            rows.append((rep, name, layout.groups[i], block + 1, first, last, arm))
    return pd.DataFrame(rows, columns=list(TABLE))


def after(week: date | int, weeks: int) -> date | int:
    """Return the week that lies `weeks` later.

    Examples
    --------
    >>> after(date(2026, 10, 5), 2), after(7, 2)
    (datetime.date(2026, 10, 19), 9)
    """
    if isinstance(week, int):
        return week + weeks
    return (pd.Timestamp(week) + pd.Timedelta(weeks=weeks)).date()
