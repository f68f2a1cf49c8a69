"""A real telephone campaign: won shares by channel, calls per win; figures worked out with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from build_crm import REAL

from salesanalysis.core.client import Client
from salesanalysis.core.source import TableSource
from salesanalysis.data import load
from salesanalysis.kpi import panel

FILE = REAL / "uci-bank" / "bank-full.csv.gz"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the UCI bank marketing file is not here")


@pytest.fixture(scope="module")
def crm():
    """Every row is a client who was called `campaign` times and took the deposit or not; days are unknown."""
    rows = pd.read_csv(FILE, sep=";")
    ids = pd.Series([f"o{i}" for i in range(len(rows))])
    opportunities = pd.DataFrame(
        {"opportunity_id": ids, "y": rows["y"], "contact": rows["contact"], "campaign": rows["campaign"]}
    ).assign(rep_id="bank", closed_on="2010-11-30")
    calls = pd.DataFrame({"opportunity_id": np.repeat(ids, rows["campaign"])})
    calls = calls.assign(activity_id=[f"c{i}" for i in range(len(calls))], rep_id="bank", kind="call")
    frames = {
        "reps": pd.DataFrame({"rep_id": ["bank"], "name": ["Bank"]}),
        "opportunities": opportunities,
        "activities": calls.assign(occurred_on="2010-11-30"),
    }
    declared = TableSource(
        columns={"outcome": "y", "source": "contact", "product": "campaign"},
        values={"outcome": {"yes": "won", "no": "lost"}},
    )
    return load(frames, Client(tables={"opportunities": declared}, currency="EUR", country="PT"))


def test_the_campaign_as_a_whole(crm):
    sums = panel(crm, ["win_rate", "calls"], "2010", by=()).kpis.set_index("kpi")
    assert sums.loc["win_rate", ["numerator", "base"]].tolist() == [5289, 45211]
    assert sums.at["win_rate", "estimate"] == pytest.approx(0.116985, abs=5e-7)
    assert sums.at["calls", "estimate"] == 124_956
    per_win = sums.at["calls", "estimate"] / sums.at["win_rate", "numerator"]
    assert per_win == pytest.approx(23.625638, abs=5e-7)


def test_by_channel(crm):
    rates = panel(crm, "win_rate", "2010", by="source").kpis.set_index("source")["estimate"]
    wanted = {"cellular": 0.14919, "telephone": 0.13421, "unknown": 0.04071}
    assert rates.round(5).to_dict() == wanted


def test_the_more_calls_the_fewer_wins(crm):
    rates = panel(crm, "win_rate", "2010", by="product").kpis.set_index("product")["estimate"]
    assert rates[["1", "2", "3", "4", "5"]].round(5).tolist() == [0.14598, 0.11204, 0.11194, 0.09001, 0.0788]
