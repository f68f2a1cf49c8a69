"""Curves of time to an event, against published values, by hand, and their coverage."""

from __future__ import annotations

import numpy as np
import pytest

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats.survival import at, cumulative_incidence, kaplan_meier, quantile, restricted_mean

# Weeks in remission on 6-MP (Freireich and others 1963), the textbook example of the method.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_textbook_example():
    """R: survfit(Surv(weeks, relapsed) ~ 1, conf.type = "log-log")."""
    curve = kaplan_meier(WEEKS, RELAPSED)
    assert curve["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["estimate"].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve["std_error"].round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert curve["n_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.loc[0, ["conf_low", "conf_high"]].round(3).tolist() == [0.620, 0.952]
    median, low, high = quantile(curve)
    assert (median, low) == (23, 13) and np.isnan(high)


def test_without_censoring_the_curve_is_the_share_left():
    times = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    curve = kaplan_meier(times, np.ones(5))
    assert curve["estimate"].tolist() == pytest.approx([(times > t).mean() for t in curve["time"]])
    assert restricted_mean(curve, 5) == pytest.approx(times.mean())


def test_late_entry_by_hand():
    """At 4 only b, c and d are watched (a came in at 5); at 6 a, c, d."""
    curve = kaplan_meier([6, 4, 8, 9], [1, 1, 0, 0], entry=[5, 0, 0, 3])
    assert curve["n_risk"].tolist() == [3, 3]
    assert curve["estimate"].tolist() == pytest.approx([2 / 3, 4 / 9])


def test_competing_risks_by_hand():
    """Eight cases. At 1: S 6/8. At 3: 0.75 x 2/5 are added. At 4: 0.45 x 1/3. At 6 the last: 0.3."""
    found = cumulative_incidence([1, 1, 2, 3, 3, 4, 5, 6], [1, 2, 0, 1, 1, 2, 0, 1])
    assert found[1]["estimate"].tolist() == pytest.approx([0.125, 0.425, 0.725])
    assert found[2]["estimate"].tolist() == pytest.approx([0.125, 0.275])
    assert found[1]["n_risk"].tolist() == [8, 5, 1]


def test_shares_of_competing_outcomes_and_what_is_left_make_one():
    rng = np.random.default_rng(3)
    times, causes = rng.integers(1, 30, 300), rng.integers(0, 3, 300)
    found = cumulative_incidence(times, causes)
    left = kaplan_meier(times, causes > 0)
    total = at(found[1], [20], start=0)["estimate"] + at(found[2], [20], start=0)["estimate"]
    assert total[0] + at(left, [20])["estimate"][0] == pytest.approx(1)


@pytest.mark.parametrize("day", [5, 10])
def test_intervals_of_competing_risks_cover(day):
    """Exponential winning (mean 10) and losing (mean 15), censored evenly up to 30."""
    rng, held, tries = np.random.default_rng(7), 0, 200
    rate = 1 / 10 + 1 / 15
    truth = (1 / 10) / rate * (1 - np.exp(-rate * day))
    for _ in range(tries):
        won, lost, end = rng.exponential(10, 150), rng.exponential(15, 150), rng.uniform(0, 30, 150)
        times = np.minimum(np.minimum(won, lost), end)
        cause = np.where(times == end, 0, np.where(times == won, 1, 2))
        row = at(cumulative_incidence(times, cause)[1], [day], start=0).iloc[0]
        held += row["conf_low"] <= truth <= row["conf_high"]
    assert 0.90 <= held / tries <= 0.99


def test_before_the_first_event_and_without_any():
    curve = kaplan_meier([5, 6], [1, 0])
    assert at(curve, [2])["estimate"].tolist() == [1.0]
    nothing = kaplan_meier([5, 6], [0, 0])
    assert nothing.empty and np.isnan(quantile(nothing)[0])
    assert at(nothing, [4])["estimate"].tolist() == [1.0]
    assert cumulative_incidence([1, 2], [0, 0]) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1, -2], [1, 1]), "0 or more"),
        (([1, float("nan")], [1, 1]), "0 or more"),
        (([1, 2], [1, 2]), "numbered from 0"),
        (([1, 2], [1]), "as many"),
    ],
)
def test_what_is_no_duration_is_refused(arguments, said):
    with pytest.raises(InvalidInput, match=said):
        kaplan_meier(*arguments)
    with pytest.raises(InvalidInput, match="under observation"):
        kaplan_meier([1, 2], [1, 1], entry=[0, 2])
