"""Correlations, hazard, sensitivity."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import figures
from scipy import stats as sps

from salesanalysis.core.errors import InvalidInput
from salesanalysis.stats import (
    Effects,
    correlate,
    logit,
    partial_r2,
    person_periods,
    robustness_value,
)


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"rep": np.repeat(np.arange(6), 40)})
    level = np.arange(6.0)[frame["rep"]]
    frame["calls"] = level + rng.normal(size=240)
    frame["wins"] = level - 0.5 * (frame["calls"] - level) + rng.normal(size=240)
    return frame


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_pooled_and_between_equal_scipy(method):
    frame = panel()
    found = correlate(frame, "wins", terms=["calls"], unit="rep", method=method).set_index("contrast")
    oracle = {"pearson": sps.pearsonr, "spearman": sps.spearmanr}[method]
    want = oracle(frame["calls"], frame["wins"])
    assert np.isclose(found.estimate["pooled"], want.statistic)
    assert np.isclose(found.p_value["pooled"], want.pvalue)
    means = frame.groupby("rep").mean()
    assert np.isclose(found.estimate["between"], oracle(means["calls"], means["wins"]).statistic)
    assert found.n.tolist() == [240, 6, 240]


def test_within_and_between_can_point_opposite_ways():
    found = correlate(panel(), "wins", terms=["calls"], unit="rep").set_index("contrast").estimate
    assert found["pooled"] > 0.3 and found["between"] > 0.9 and found["within"] < -0.2


def test_within_is_the_partial_correlation_given_the_units():
    frame = panel()
    found = correlate(frame, "wins", terms=["calls"], unit="rep").set_index("contrast").loc["within"]
    design = pd.concat([frame["calls"], pd.get_dummies(frame["rep"], dtype=float)], axis=1)
    want = sm.OLS(frame["wins"], design).fit()
    assert np.isclose(found.p_value, want.pvalues["calls"]) and found.df == want.df_resid


def test_no_variation_or_too_few_rows_give_nan_not_noise():
    frame = panel().assign(fixed=lambda d: d["rep"] * 0.1, flat=3.0)
    found = (
        correlate(frame, "wins", terms=["fixed", "flat"], unit="rep").set_index(["term", "contrast"]).estimate
    )
    assert np.isnan(found["fixed", "within"]) and np.isnan(found["flat"]).all()
    assert correlate(frame.head(2), "wins", terms=["calls"], unit="rep").estimate.isna().all()
    with pytest.raises(InvalidInput, match="Known: pearson, spearman"):
        correlate(frame, "wins", terms=["calls"], unit="rep", method="kendall")


def test_person_periods_follow_cases_while_open():
    cases = pd.DataFrame(
        {"id": [1, 2, 3], "weeks": [3, 1, 5], "won": [True, False, True], "rep": ["a", "a", "b"]}
    )
    rows = person_periods(cases, case="id", length="weeks", event="won", maximum=4)
    assert len(rows) == 3 + 1 + 4 and rows["is_event"].sum() == 1  # the last win lies beyond the longest age
    assert rows[rows["id"] == 1]["age"].tolist() == [0, 1, 2]
    for bad in (cases.assign(weeks=0), cases.assign(weeks=1.5)):
        with pytest.raises(InvalidInput, match="whole numbers"):
            person_periods(bad, case="id", length="weeks", event="won", maximum=4)


def deals(seed: int, *, reps: int = 10, each: int = 60) -> pd.DataFrame:
    """Cases whose follow-ups have no effect: chances per week depend on rep and age only."""
    rng = np.random.default_rng(seed)
    count = reps * each
    rep = np.repeat(np.arange(reps), each)
    skill = rng.normal(0, 0.4, reps)[rep]
    length, won, total = np.full(count, 20), np.zeros(count, dtype=bool), np.zeros(count)
    diligence = rng.normal(0, 0.3, reps)[rep]
    calls = rng.poisson(np.exp(diligence)[:, None], (count, 20)).astype(float)
    is_open = np.ones(count, dtype=bool)
    for week in range(20):
        win = 1 / (1 + np.exp(-(-4.5 + 0.25 * min(week, 10) + skill)))
        lose = 1 / (1 + np.exp(2.2 + 0.05 * week))
        chance = rng.random(count)
        total[is_open] += calls[is_open, week]
        now = is_open & (chance < win + lose)
        won[now], length[now] = chance[now] < win[now], week + 1
        is_open &= ~now
    frame = pd.DataFrame({"rep": rep, "id": np.arange(count), "weeks": length, "won": won, "total": total})
    return frame.assign(calls=list(calls))


def hazard_frame(cases: pd.DataFrame) -> pd.DataFrame:
    rows = person_periods(cases, case="id", length="weeks", event="won", maximum=20)
    calls = np.stack(cases["calls"].to_numpy())
    running = np.cumsum(calls, axis=1) - calls  # known before the week
    position = pd.Series(np.arange(len(cases)), index=cases["id"])[rows["id"]].to_numpy()
    return rows.assign(before=running[position, rows["age"]] / np.maximum(rows["age"], 1)).drop(
        columns="calls"
    )


def test_totals_of_closed_cases_deceive_and_the_hazard_does_not():
    hazard, totals = [], []
    for seed in range(40):
        cases = deals(seed)
        fit = logit(hazard_frame(cases), "is_event", terms=["before"], effects=Effects("rep", "age"))
        hazard.append(fit.table.p_value[0] < 0.05)
        closed = cases[cases["won"] | (cases["weeks"] < 20)].assign(won=lambda d: d["won"].astype(int))
        totals.append(logit(closed, "won", terms=["total"], effects=Effects("rep")).table.p_value[0] < 0.05)
    assert np.mean(totals) >= 0.8
    assert np.mean(hazard) <= 0.10 + 2 * np.sqrt(0.05 * 0.95 / 40)


def test_sensitivity_equals_the_paper():
    want = figures("cinelli_hazlett")
    t, df = want["t"], want["df"]
    assert round(partial_r2(t, df), 5) == round(want["partial_r2"], 5)
    assert abs(robustness_value(t, df) - want["rv"]) < 2e-6
    assert abs(robustness_value(t, df, level=0.95) - want["rv_05"]) < 2e-6
    assert robustness_value(1.0, 9, level=0.95) == 0.0
    assert robustness_value(t, 9) > robustness_value(t, df)
    assert np.isnan(robustness_value(np.nan, 9))


def test_partial_correlation_equals_the_inverse_of_the_correlation_matrix():
    rng = np.random.default_rng(4)
    z = rng.normal(size=300)
    d = pd.DataFrame({"u": 0, "x": z + rng.normal(size=300), "z": z, "y": z + rng.normal(size=300)})
    inverse = np.linalg.inv(np.corrcoef(d[["x", "y", "z"]].to_numpy().T))
    wanted = -inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1])
    found = correlate(d, "y", terms=["x", "z"], unit="u", method="partial").query("term == 'x'").iloc[0]
    assert found.estimate == pytest.approx(wanted, abs=1e-12)
    assert found.df == 300 - 2 - 1
    plain = correlate(d, "y", terms=["x", "z"], unit="u").query("term == 'x'").iloc[0]
    assert plain.estimate > 0.4 > 0.15 > abs(found.estimate)


def test_a_term_that_the_others_explain_in_full_has_no_partial_correlation():
    rng = np.random.default_rng(5)
    d = pd.DataFrame({"u": 0, "a": rng.normal(size=50), "b": rng.normal(size=50)})
    d["both"], d["y"] = d["a"] * 1000 + d["b"], rng.normal(size=50)
    found = correlate(d, "y", terms=["a", "b", "both"], unit="u", method="partial")
    assert found["estimate"].isna().all()
