"""Acceptance rows A1 to A8 and A15: the panel model, the funnel and the hazard, naive ways beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from calibration_rows import Check, Row, at_least, at_most, between
from reference import data, figures
from scipy import stats as sps
from simulate import ACTIVITIES, prepared, simulate
from simulate_funnel import EFFORT, STAGES, fit_funnel, simulate_funnel

from salesanalysis.linkage import link, opportunity_link
from salesanalysis.stats import Effects, benjamini_hochberg, detectable_effect, holm, logit, ols, ppml

NAMES = list(ACTIVITIES)
EFFECTS = Effects("rep", "week")
Found = dict[str, object]


def panel(preset: str, size: str, seed: int, also: tuple[str, ...] = ()) -> Found:
    """The panel model on one team; `also`: lags (best of 13 lags), lead, alone (voicemails alone)."""
    team = simulate(preset, size, seed)
    rows, terms = prepared(team)
    fit = ppml(rows, "wins", terms=terms, effects=EFFECTS)
    table, truth = fit.table.set_index("term").loc[NAMES], team.truth.to_numpy()
    found: Found = {
        "truth": truth,
        "p": table["p_value"].to_numpy(),
        "cr1": fit.tidy("CR1").set_index("term").loc[NAMES],
        "covered": (table["conf_low"] <= truth) & (truth <= table["conf_high"]),
        "blunt": detectable_effect(table["std_error"], fit.n_clusters - 1) > 1,
        "pearson": np.array([sps.pearsonr(team.frame[a], team.frame["wins"])[1] for a in NAMES]),
    }
    if "lags" in also:
        found["lags"] = best_of_lags(team.frame)
    if "lead" in also:
        rows, terms = prepared(team, lead=True)
        ahead = ppml(rows, "wins", terms=terms, effects=EFFECTS).table.set_index("term")["p_value"]
        found["lead"] = ahead.loc[[f"lead_{a}" for a in NAMES]].to_numpy() < 0.05
    if "alone" in also:
        one = ppml(rows, "wins", terms=["voicemails"], effects=EFFECTS).table
        found["alone"] = one["p_value"].iloc[0] < 0.05
    return found


def best_of_lags(frame: pd.DataFrame) -> np.ndarray:
    """Smallest p-value over lags 0 to 12: the search that the procedure does not make."""
    wide = frame.pivot(index="week", columns="rep", values=[*NAMES, "wins"])
    wins, best = wide["wins"].to_numpy(), np.ones(len(NAMES))
    for i, name in enumerate(NAMES):
        for lag in range(13):
            x, y = wide[name].to_numpy()[: len(wins) - lag].ravel(), wins[lag:].ravel()
            known = ~(np.isnan(x) | np.isnan(y))
            best[i] = min(best[i], sps.pearsonr(x[known], y[known])[1])
    return best


def _stack(found: list[Found], key: str) -> np.ndarray:
    return np.array([np.asarray(f[key]) for f in found])


def _false_discovery(found: list[Found], key: str) -> np.ndarray:
    """Share of false flags among the flags of each team, after Benjamini-Hochberg."""
    flags = np.array([benjamini_hochberg(row) <= 0.05 for row in _stack(found, key)])
    return (flags & (_stack(found, "truth") == 0)).sum(axis=1) / np.maximum(flags.sum(axis=1), 1)


def _power(found: list[Found], *, adjusted: bool) -> np.ndarray:
    p = _stack(found, "p")
    p = np.array([benjamini_hochberg(row) for row in p]) if adjusted else p
    return np.array([(a <= 0.05)[b != 0].mean() for a, b in zip(p, _stack(found, "truth"), strict=True)])


def _null(found: list[Found], *, fdr: float = 0.08) -> list[Check]:
    return [
        at_most("false discovery rate", _false_discovery(found, "p"), fdr),
        at_most("false positives per test", (_stack(found, "p") < 0.05).mean(axis=1), 0.05),
    ]


def a1(found: list[Found]) -> list[Check]:
    return [*_null(found), at_least("pooled Pearson: FDR", _false_discovery(found, "pearson"), 0.45)]


def a2(found: list[Found]) -> list[Check]:
    lead = _stack(found, "lead")
    return [
        _null(found)[0],
        at_least("pooled Pearson: FDR", _false_discovery(found, "pearson"), 0.65),
        at_least("lead test fires, admin", lead[:, NAMES.index("admin")], 0.80),
        at_most("lead test fires, voicemails", lead[:, NAMES.index("voicemails")], 0.10),
    ]


def a3(found: list[Found]) -> list[Check]:
    return [
        _null(found)[0],
        at_least("coverage", _stack(found, "covered").mean(axis=1), 0.93),
        at_least("best of 13 lags: FDR", _false_discovery(found, "lags"), 0.85),
    ]


def a4(found: list[Found]) -> list[Check]:
    return [
        between("coverage", _stack(found, "covered").mean(axis=1), 0.93, 0.985),
        at_least("smallest detectable effect above 1", _stack(found, "blunt").mean(axis=1), 0.60),
    ]


def a5(found: list[Found]) -> list[Check]:
    truth = found[0]["truth"]
    cr1 = [(f["cr1"]["conf_low"] <= truth) & (truth <= f["cr1"]["conf_high"]) for f in found]
    return [
        _null(found)[0],
        at_least("power per test", _power(found, adjusted=False), 0.50),
        at_least("power after BH", _power(found, adjusted=True), 0.28),
        between("coverage", _stack(found, "covered").mean(axis=1), 0.92, 0.975),
        at_most("CR1 instead: coverage", np.array(cr1).mean(axis=1), 0.94),
    ]


def a6(found: list[Found]) -> list[Check]:
    return [
        _null(found)[0],
        at_least("power after BH", _power(found, adjusted=True), 0.75),
        at_least("voicemails alone: rejected", _stack(found, "alone"), 0.75),
    ]


def funnel(seed: int) -> Found:
    team = simulate_funnel("L", seed)
    fits = fit_funnel(team)
    parts = [fits["effort"].table, *[fits[stage].table.head(1) for stage in STAGES]]
    p = pd.concat(parts).set_index("term")["p_value"].loc[[*EFFORT, *STAGES]]
    flags = pd.Series(benjamini_hochberg(p.to_numpy(dtype=float)) <= 0.05, index=p.index)
    verdicts = link(team.frame).table.set_index("term")["verdict"]
    return {"flags": flags, "followups": verdicts["followups"] == "linked"}


def a7(found: list[Found]) -> list[Check]:
    flags = pd.DataFrame([f["flags"] for f in found]) * 1.0
    nulls = ("voicemails", "internal_meetings", "admin")
    return [
        *(at_most(f"{name} after BH", flags[name], 0.12) for name in nulls),
        at_least("calls after BH", flags["calls"], 0.75),
        at_most("follow-ups called linked", _stack(found, "followups"), 0.0),
    ]


def followups(seed: int, reps: int = 10, size: int = 300) -> Found:
    """Opportunities with weekly follow-ups that change nothing: won ones live differently long."""
    rng = np.random.default_rng(seed)
    rep, weeks = np.arange(reps * size) % reps, np.arange(40)
    skill = rng.gamma(4, 0.25, rep.size) * np.exp(rng.normal(0, 0.3, reps))[rep]
    # Most losses come early, wins only after some weeks.
    win = np.minimum(0.07 * skill[:, None] * (weeks >= 4), 0.9)
    ended = rng.random((rep.size, 40)) < win + np.where(weeks < 6, 0.07, 0.03)
    ended[:, -1] = True
    length = ended.argmax(axis=1) + 1
    last = win[np.arange(rep.size), length - 1]
    won = rng.random(rep.size) < last / (last + np.where(length <= 6, 0.07, 0.03))
    case = np.repeat(np.arange(rep.size), length)
    age = np.concatenate([np.arange(n) for n in length])
    rows = pd.DataFrame({"opportunity": case, "rep": rep[case], "age": age})
    rows["calls"] = rng.poisson(0.8, len(rows)).astype(float)
    ends = age == length[case] - 1
    rows["is_won"], rows["is_lost"] = ends & won[case], ends & ~won[case]
    found = opportunity_link(rows).table.iloc[0]
    total = rows.groupby("opportunity")["calls"].sum()
    cases = pd.DataFrame({"rep": rep, "won": won * 1.0, "calls": np.log(0.5 + total.to_numpy())})
    naive = logit(cases, "won", terms=["calls"], effects=Effects("rep")).table["p_value"].iloc[0]
    return {"p": found["p_value"] < 0.05, "linked": found["verdict"] == "linked", "naive": naive < 0.05}


def a8(found: list[Found]) -> list[Check]:
    return [
        at_most("hazard: false positives", _stack(found, "p"), 0.10),
        at_most("hazard: called linked", _stack(found, "linked"), 0.05),
        at_least("total counts: false positives", _stack(found, "naive"), 0.80),
    ]


def published(_: int) -> Found:
    """Published values to the printed digit."""
    want, frame = figures("grunfeld"), data("plm_Grunfeld.csv")
    within = ols(frame, "inv", terms=["value", "capital"], effects=Effects("firm"))
    both = ols(frame, "inv", terms=["value", "capital"], effects=Effects("firm", "year"))
    patents = ppml(
        data("patentsrd_long_derived.csv"),
        "pat",
        terms=[f"logr{lag}" for lag in range(6)],
        effects=Effects("firm", "year"),
    )
    trial = figures("benjamini_hochberg")
    return {
        "Grunfeld within": within.estimate.round(7).tolist() == want["within"],
        "Grunfeld jackknife": within.tidy("CR3")["std_error"].round(8).tolist() == want["within_cr3"],
        "Grunfeld two-way": both.estimate.round(7).tolist() == want["twoway"],
        "patents": patents.estimate.round(4).tolist() == figures("patents")["estimate"],
        "Benjamini-Hochberg": int((benjamini_hochberg(np.array(trial["p"])) <= 0.05).sum())
        == trial["bh_rejected"],
        "Holm": int((holm(np.array(trial["p"])) <= 0.05).sum()) == trial["holm_rejected"],
    }


def a15(found: list[Found]) -> list[Check]:
    return [at_least(name, np.array([f[name] for f in found]) * 1.0, 1.0) for name in found[0]]


ROWS = (
    Row("A1", "nothing matters, S", 200, panel, ("null_real", "S"), a1),
    Row("A2", "nothing matters, wins change activity, S", 200, panel, ("null_reverse", "S", ("lead",)), a2),
    Row("A3", "nothing matters, ramping and leaving, S", 200, panel, ("null_ramp", "S", ("lags",)), a3),
    Row("A4", "three matter, S", 200, panel, ("mixed", "S"), a4),
    Row("A5", "three matter, wins change activity, M", 100, panel, ("mixed_rev", "M"), a5),
    Row("A6", "three matter, L", 40, panel, ("mixed", "L", ("alone",)), a6),
    Row("A7", "structural funnel, L", 40, funnel, (), a7),
    Row("A8", "follow-ups that change nothing", 100, followups, (), a8),
    Row("A15", "published values", 1, published, (), a15),
)
