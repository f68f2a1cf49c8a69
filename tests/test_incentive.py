"""The pay of a coach: the article's example to the digit, the break-even by hand, mistakes refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.calendar import working_days
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData, UnknownName
from salesanalysis.data import load
from salesanalysis.prose import explain
from salesanalysis.value import coach_incentive

PERIOD = "2026-Q3"


def company(*, margin: float | None = None, own: int = 10):
    """A coach who won ten times 1,000 in a quarter, and three colleagues who won four times 500 each."""
    reps = pd.DataFrame({"rep_id": list("cxyz"), "name": ["Coach", "X", "Y", "Z"], "role": "AE"})
    won = [("c", 1000.0)] * own + [(rep, 500.0) for rep in "xyz" for _ in range(4)]
    sold = pd.DataFrame(won, columns=["rep_id", "amount"]).assign(outcome="won")
    sold["opportunity_id"] = [f"o{i}" for i in range(len(sold))]
    sold["created_on"], sold["closed_on"] = "2026-07-01", "2026-09-30"
    return load({"reps": reps, "opportunities": sold}, Client(as_of=date(2026, 9, 30), margin=margin))


def test_the_article_pays_300_for_a_day_that_would_have_earned_200():
    found = coach_incentive(company(), "Coach", forgone=200, period=PERIOD)
    assert found.value("pay") == 300.0
    assert found.value("pay", "conf_low") == found.value("pay", "conf_high") == 300.0
    assert sa.coach_pay(200) == 300.0


def test_pay_cost_and_break_even_by_hand():
    crm = company(margin=0.5)
    found = coach_incentive(crm, "Coach", days=2, commission=0.1, period=PERIOD)
    days = working_days(date(2026, 7, 1), date(2026, 10, 1), crm.client.country)
    lost = 2 * 10_000 / days
    assert found.value("bookings_per_day") == pytest.approx(10_000 / days)
    assert found.value("forgone") == pytest.approx(0.1 * lost)
    assert found.value("pay") == pytest.approx(0.15 * lost)
    # Given up: the premium on the commission, and the margin of what is not sold.
    assert found.value("cost") == pytest.approx(0.05 * lost + 0.5 * lost)
    assert found.value("win_value") == 500.0
    assert found.value("wins_needed") == pytest.approx(0.55 * lost / (500 * (0.5 - 0.1)))
    a_week = 5 * 12 / (3 * days)
    assert found.value("payback_weeks") == pytest.approx(found.value("wins_needed") / (0.1 * a_week))
    row = found.table.set_index("term").loc["wins_needed"]
    assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"]
    assert not found.notes and coach_incentive(company(), "Coach", forgone=1, period=PERIOD).notes


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_coach_without_wins_or_a_margin_under_the_commission_never_pays_back(language):
    for crm, commission in ((company(own=0), 0.1), (company(margin=0.05), 0.1)):
        found = coach_incentive(crm, "Coach", commission=commission, period=PERIOD)
        assert len(explain(found, language=language).splitlines()) == 3
    assert np.isnan(found.value("wins_needed"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "either commission"),
        ({"commission": 0.1, "forgone": 200}, "either commission"),
        ({"commission": 5}, "give a share of bookings"),
        ({"forgone": -1}, "cannot be negative"),
        ({"forgone": 1, "days": 0}, "give working days"),
        ({"forgone": 1, "premium": -0.5}, "premium cannot be negative"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(options, message):
    with pytest.raises(InvalidInput, match=message):
        coach_incentive(company(), "Coach", period=PERIOD, **options)


def test_an_unknown_coach_and_data_without_amounts_are_refused():
    with pytest.raises(UnknownName, match="Did you mean Coach"):
        coach_incentive(company(), "Coahc", forgone=1)
    crm = company()
    bare = load(
        {"reps": crm.frame("reps"), "opportunities": crm.frame("opportunities").drop(columns="amount")},
        Client(as_of=date(2026, 9, 30)),
    )
    with pytest.raises(MissingData, match="amount"):
        coach_incentive(bare, "Coach", forgone=1)
