"""Time to win, ramp, tenure and customer lifetime: hand-worked on small frames, planted truth recovered."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import tiny
from build_crm import crm_of

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.result import GLOSSARY
from salesanalysis.plots import drawing
from salesanalysis.prose import DETAILS, explain
from salesanalysis.timing import customer_lifetime, lifetime_value, ramp, tenure, time_to_win


def days(*values: object) -> pd.Series:
    return pd.Series(pd.to_datetime(list(values)))


def opportunities(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (owner, days from 1 January, outcome); open ones were never closed."""
    start = pd.Timestamp("2026-01-01")
    closed = [start + pd.Timedelta(days=d) if outcome != "open" else pd.NaT for _, d, outcome in rows]
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(len(rows))],
            "rep_id": [r for r, _, _ in rows],
            "created_on": start,
            "closed_on": days(*closed),
            "outcome": [o for _, _, o in rows],
            "amount": 1.0,
        }
    )


REPS = pd.DataFrame({"rep_id": ["r1", "r2"], "name": ["Ani", "Budi"], "team": ["A", "B"]})


def test_time_to_win_by_hand():
    """Ten opportunities: 2 won and 2 lost after 10 days, 1 won after 20, 5 still open on day 30.

    Won by day 20: 2/10 + 6/10 x 1/6 = 0.3. Taking only closed ones would say 3 of 5.
    """
    rows = [("r1", 10, "won")] * 2 + [("r1", 10, "lost")] * 2 + [("r2", 20, "won")] + [("r2", 0, "open")] * 5
    crm = crm_of({"reps": REPS, "opportunities": opportunities(rows)}, as_of=date(2026, 1, 31))
    found = time_to_win(crm)
    won = found.table[found.table["term"] == "won"]
    assert won["estimate"].tolist() == pytest.approx([0.2, 0.3])
    first = found.summary.set_index("term").loc["won"]
    assert (first["n"], first["events"], first["censored"]) == (10, 3, 5)
    assert first["by_30"] == pytest.approx(0.3) and math.isnan(first["by_60"])  # nobody was watched so long
    assert math.isnan(first["estimate"])  # fewer than half are won
    assert set(found.table.columns) <= set(GLOSSARY)
    by_team = time_to_win(crm, by="team").summary
    assert by_team.set_index(["team", "term"])["n"].to_dict() == {("B", "won"): 6, ("B", "lost"): 6}


def test_reps_without_a_win_are_censored_not_dropped():
    """Six hired on 1 January; wins after 10, 20, 30 days, one left on day 15, two have none on day 60."""
    hired = pd.Timestamp("2026-01-01")
    names = [f"r{i}" for i in range(6)]
    left = [pd.NaT, pd.NaT, pd.NaT, hired + pd.Timedelta(days=15), pd.NaT, pd.NaT]
    reps = pd.DataFrame({"rep_id": names, "name": names, "hired_on": hired, "left_on": days(*left)})
    sold = opportunities([("r0", 10, "won"), ("r1", 20, "won"), ("r2", 30, "won"), ("r4", 40, "lost")])
    found = ramp(crm_of({"reps": reps, "opportunities": sold}, as_of=date(2026, 3, 2)), "win")
    # 1/6; then 4 are left: 5/6 x 3/4; then 5/6 x 3/4 x 2/3.
    assert (1 - found.table["estimate"]).tolist() == pytest.approx([5 / 6, 5 / 8, 5 / 12])
    assert found.summary["estimate"].tolist() == [30.0]
    assert (found.n, int(found.summary["censored"].iloc[0])) == (6, 3)


def test_whoever_began_before_the_data_is_not_a_new_rep():
    frames = tiny.tables()
    frames["reps"].loc[:, "hired_on"] = "2020-01-01"
    found = ramp(crm_of(frames), "win")
    assert found.n == 0 and found.summary.empty
    assert "Too few cases" in explain(found, "answer", language="en")


def test_planted_tenure_is_recovered_although_early_leavers_are_in_no_export():
    """Hired over ten years, staying 1,000 days on average; the export knows who was there from 2024 on."""
    rng = np.random.default_rng(5)
    hired = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3650, 4000), unit="D")
    left = hired + pd.to_timedelta(rng.exponential(1000, 4000).round() + 1, unit="D")
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
    here = (left > begin) & (hired <= end)
    names = [f"r{i}" for i in range(here.sum())]
    left = pd.Series(left[here]).where(left[here] <= end)
    reps = pd.DataFrame({"rep_id": names, "name": names, "hired_on": hired[here], "left_on": left})
    sold = opportunities([(names[0], 0, "open")]).assign(created_on=begin)
    crm = crm_of({"reps": reps, "opportunities": sold}, as_of=end.date())
    found = tenure(crm).summary.iloc[0]
    truth = 1000 * math.log(2)
    assert found["conf_low"] <= truth <= found["conf_high"]
    assert found["estimate"] == pytest.approx(truth, rel=0.15)
    watched = reps["left_on"].fillna(end) - reps["hired_on"]
    assert watched.dt.days.median() > 1.2 * truth, "without late entry the answer would be far off"


def test_the_sample_has_every_curve_with_words_and_a_picture(sample_crm):
    for found in (time_to_win(sample_crm), tenure(sample_crm), customer_lifetime(sample_crm)):
        for language in ("en", "id"):
            for detail in DETAILS:
                assert explain(found, detail, language=language)
        picture = drawing(found)
        assert picture.svg.startswith("<?xml") and len(picture.data) <= len(found.table)


def test_lifetime_value_has_words(sample_crm):
    found = lifetime_value(sample_crm, by="segment")
    for language in ("en", "id"):
        for detail in DETAILS:
            assert explain(found, detail, language=language)


def contracts(ends: list[str | None]) -> dict[str, pd.DataFrame]:
    begin, value = "2024-01-01", 12.0
    names = [f"a{i}" for i in range(len(ends))]
    sold = opportunities([("r1", 0, "open")]).assign(created_on=pd.Timestamp(begin))
    signed = pd.DataFrame(
        {
            "contract_id": names,
            "account_id": names,
            "rep_id": "r1",
            "signed_on": begin,
            "starts_on": begin,
            "ends_on": ends,
            "value": value,
            "annual_value": value,
        }
    )
    accounts = pd.DataFrame({"account_id": names, "name": names})
    return {"reps": REPS, "accounts": accounts, "opportunities": sold, "contracts": signed}


def test_lifetime_value_by_hand():
    """Ten customers at 12 a year from 1 January 2024; five leave after 366 days, the others are still there.

    Without discount, over two years (731 days watched): 12 x (366 + 365 x 0.5) / 365.25.
    """
    crm = crm_of(
        contracts(["2025-01-01"] * 5 + [None] * 5),
        as_of=date(2026, 1, 1),
        client=Client(discount_rate=0.0, margin=0.5),
    )
    found = lifetime_value(crm)
    row = found.table.iloc[0]
    assert row["value"] == pytest.approx(6.0) and (row["n"], row["events"]) == (10, 5)
    assert row["estimate"] == pytest.approx(6 * (366 + 365 * 0.5) / 365.25)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert found.is_profit
    sooner = crm_of(contracts(["2025-01-01"] * 5 + [None] * 5), as_of=date(2026, 1, 1))
    assert not lifetime_value(sooner).is_profit
    assert lifetime_value(sooner).table["estimate"].iloc[0] < 12 * (366 + 365 * 0.5) / 365.25  # discounted


def test_current_customers_are_neither_gone_nor_there_for_ever():
    """Times of 700 days on average, half of them still running: the exponential value comes out."""
    rng = np.random.default_rng(11)
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-30")
    gone = begin + pd.to_timedelta(rng.exponential(700, 3000).round() + 1, unit="D")
    ends = [d.date().isoformat() if d <= end else None for d in gone]
    crm = crm_of(contracts(ends), as_of=end.date(), client=Client(discount_rate=0.1))
    row = lifetime_value(crm, years=1.5).table.iloc[0]
    leaving, force = 365.25 / 700, math.log(1.1)
    truth = 12 / (leaving + force) * (1 - math.exp(-(leaving + force) * 1.5))
    assert row["estimate"] == pytest.approx(truth, rel=0.02)
    assert row["conf_low"] <= truth <= row["conf_high"]


def test_slips_name_the_close_match(sample_crm):
    with pytest.raises(InvalidInput, match=r"Unknown event 'meetings'.*meeting"):
        ramp(sample_crm, "meetings")
    with pytest.raises(InvalidInput, match=r"'teem'.*team"):
        tenure(sample_crm, by="teem")
