"""Times of day are read as the days beside them are: one way a column, in the client's timezone."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny

from salesanalysis.core.client import Client
from salesanalysis.core.errors import DataProblem
from salesanalysis.data import load

AS_OF = tiny.WORLDS["handoffs"][1]


def read(values) -> list[pd.Timestamp]:
    """Return two values of `leads.created_at` as they are loaded."""
    frames = tiny.tables("handoffs")
    leads = frames["leads"].iloc[:2][["lead_id", "rep_id", "created_on"]].assign(created_at=values)
    crm = load(
        {**{name: frames[name] for name in ("reps", "opportunities")}, "leads": leads}, Client(as_of=AS_OF)
    )
    return crm.frame("leads").sort_values("lead_id")["created_at"].tolist()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["2026-01-05 09:00", "2026-01-06 10:00:30"], ["2026-01-05 09:00", "2026-01-06 10:00:30"]),
        (["2026-01-05T09:00:00.000+0000", "2026-01-05T23:30:00Z"], ["2026-01-05 16:00", "2026-01-06 06:30"]),
        (["5/1/2026 9:05 PM", "15/1/2026 12:10 AM"], ["2026-01-05 21:05", "2026-01-15 00:10"]),
        (["2026-01-05", "2026-01-06"], ["2026-01-05", "2026-01-06"]),
        (
            pd.to_datetime(["2026-01-05 23:30", "2026-01-06 00:00"]).tz_localize("UTC"),
            ["2026-01-06 06:30", "2026-01-06 07:00"],
        ),
    ],
)
def test_times(values, wanted):
    assert read(values) == [pd.Timestamp(w) for w in wanted]


def test_what_is_no_time_is_said():
    with pytest.raises(DataProblem, match="created_at"):
        read(["soon", "later"])
