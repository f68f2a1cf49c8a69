"""End-to-end rows: the whole verdict on simulated companies, every gate included, naive ways beside it."""

from __future__ import annotations

import numpy as np
from calibration_rows import Check, Row, at_least, at_most, between, shown
from scipy import stats as sps
from simulate import ACTIVITIES, simulate
from simulate_funnel import simulate_funnel
from simulate_opportunities import NULLS, PLANTED, TEAMS, simulate_team

from salesanalysis.linkage import LinkageResult, combine, from_frame, link
from salesanalysis.linkage.before_after import link_before
from salesanalysis.linkage.casework import casework
from salesanalysis.linkage.opportunity import link_cases
from salesanalysis.linkage.outcomes import leading_to, through
from salesanalysis.stats import Effects, benjamini_hochberg, logit, lognormal_kernel

NEVER = ("voicemails", "internal_meetings")
REACTIVE = ["followups", "admin"]
JUDGED = [a for a in ACTIVITIES if a not in REACTIVE]
LINKS = ("linked", "linked_negative")
Found = dict[str, object]


def verdicts(preset: str, size: str, seed: int, kernel: str = "estimated") -> Found:
    """What the whole procedure, each witness alone, and naive ways say about one company."""
    world = simulate_team(preset, size, seed)
    durations = world.durations if kernel == "estimated" else None
    weeks = link(from_frame(world.reps, durations=durations), reactive=REACTIVE)
    cases = link_cases(casework(world.opportunities), family=None, reactive=REACTIVE, funnel=None, level=0.95)
    both = combine(weeks, cases)
    truth = world.truth.loc[JUDGED].to_numpy()
    table = both.table.set_index("term").loc[JUDGED]
    pearson = [sps.pearsonr(world.reps[a], world.reps["wins"])[1] for a in JUDGED]
    return {
        "truth": truth,
        "both": _signs(both),
        "weeks": _signs(weeks),
        "cases": _signs(cases),
        "told": (table["verdict"] != "not_enough_data").to_numpy(),
        "estimate": table["estimate"].to_numpy(float),
        "covered": ((table["conf_low"] <= truth) & (truth <= table["conf_high"])).to_numpy(),
        "width": (table["conf_high"] - table["conf_low"]).to_numpy(float),
        "pearson": benjamini_hochberg(np.array(pearson)) <= 0.05,
        "totals": benjamini_hochberg(_totals(world)) <= 0.05,
    }


def _signs(result: LinkageResult) -> np.ndarray:
    """1 for linked, -1 for linked and negative, 0 for any other verdict."""
    table = result.table.set_index("term").reindex(JUDGED)["verdict"]
    return (table == "linked").to_numpy() * 1 - (table == "linked_negative").to_numpy() * 1


def _totals(world) -> np.ndarray:
    """P-values of a logit of won on the total counts of closed opportunities: immortal time."""
    rows = world.opportunities
    ends = (
        rows.groupby("opportunity")[["is_won", "is_lost"]]
        .max()
        .join(rows.groupby("opportunity")["rep"].first())
    )
    total = rows.groupby("opportunity")[JUDGED].sum()
    cases = ends.join(np.log(0.5 + total))[ends.sum(axis=1) - ends["rep"] > 0]
    return logit(cases, "is_won", terms=JUDGED, effects=Effects("rep")).tidy("iid")["p_value"].to_numpy()


def _any(found: list[Found], key: str) -> np.ndarray:
    """Whether each team was told at least one false link."""
    return np.array([(np.asarray(f[key])[f["truth"] == 0] != 0).any() for f in found]) * 1.0


def _power(found: list[Found], key: str, size: float) -> np.ndarray:
    """Share of the planted elasticities of one size that each team was told."""
    return np.array([(np.asarray(f[key]) > 0)[f["truth"] == size].mean() for f in found])


def _coverage(found: list[Found]) -> np.ndarray:
    return np.array([f["covered"].mean() for f in found])


def _naive(found: list[Found]) -> list[Check]:
    return [
        shown("rep-weeks alone: any false link", _any(found, "weeks")),
        shown("opportunities alone: any false link", _any(found, "cases")),
        shown("pooled Pearson, BH: any false link", _any(found, "pearson")),
        shown("total counts, BH: any false link", _any(found, "totals")),
    ]


def null(found: list[Found]) -> list[Check]:
    """At most one team in twenty may be told a false link."""
    return [
        at_most("any false link", _any(found, "both"), 0.05),
        shown("coverage", _coverage(found)),
        shown("given a verdict", np.array([f["told"].mean() for f in found])),
        *_naive(found),
    ]


def limits(found: list[Found]) -> list[Check]:
    """Where the method ends: measured, not promised."""
    checks = [shown("any false link", _any(found, "both")), shown("coverage", _coverage(found))]
    if (found[0]["truth"] == 0.5).any():
        checks.append(shown("power at 0.5", _power(found, "both", 0.5)))
    return [*checks, *_naive(found)]


def silent(found: list[Found]) -> list[Check]:
    """Fewer than eight reps get no verdict."""
    return [at_most("given a verdict", np.array([f["told"].mean() for f in found]), 0.0)]


class Planted:
    """Power and coverage with planted elasticities, at a wanted power."""

    def __init__(self, power: float, *, coverage: bool = True) -> None:
        self.power, self.coverage = power, coverage

    def __call__(self, found: list[Found]) -> list[Check]:
        covered = _coverage(found)
        return [
            at_least("power at 0.5", _power(found, "both", 0.5), self.power),
            shown("power at 0.3", _power(found, "both", 0.3)),
            between("coverage", covered, 0.93, 0.975) if self.coverage else shown("coverage", covered),
            at_most("any false link", _any(found, "both"), 0.05),
            shown("rep-weeks alone: power at 0.5", _power(found, "weeks", 0.5)),
            shown("opportunities alone: power at 0.5", _power(found, "cases", 0.5)),
            *_naive(found)[2:],
        ]


def found_otherwise(found: list[Found]) -> list[Check]:
    """Activity that finds opportunities: what is planted there counts as true."""
    three = [JUDGED.index(name) for name in ("calls", "meetings")]
    rate = {
        key: np.array([(np.asarray(f[key])[three] > 0).mean() for f in found])
        for key in ("both", "weeks", "cases")
    }
    return [
        shown("power at 0.5", rate["both"]),
        shown("rep-weeks alone: power at 0.5", rate["weeks"]),
        shown("opportunities alone: power at 0.5", rate["cases"]),
    ]


def by_way(size: str, _: str, seed: int) -> Found:
    """Calls and what rides on workload, by way of proposals, in the structural funnel; naive: same lags."""
    frame = simulate_funnel(size, seed).frame.drop(columns="connects")
    stages = ["calls", "conversations", "proposals"]
    found = through(frame, "proposals", funnel=stages)
    ends = found.table[found.table["contrast"] == "through"].set_index("term")
    covered = (ends["conf_low"] <= 0.53) & (ends["conf_high"] >= 0.53)
    direct = link(frame, funnel=stages).table.set_index("term")["verdict"]
    plain = leading_to(from_frame(frame), "proposals", stages=stages, kernel=lognormal_kernel(2.0))
    naive = link(plain, funnel=stages[:2]).table.set_index("term")["verdict"]
    return {
        "calls": found.verdicts["calls"] == "linked",
        "direct": direct["calls"] == "linked",
        "false": any(found.verdicts[a] in LINKS for a in NEVER),
        "naive": any(naive[a] in LINKS for a in NEVER),
        "covered": float(covered["calls"]) if np.isfinite(ends.loc["calls", "std_error"]) else np.nan,
        "second": found.second.table.set_index("term").loc["proposals", "verdict"] == "linked",
    }


def workload(size: str, _: str, seed: int) -> Found:
    """Meetings as the outcome of activities that only share busy weeks with them."""
    weeks = from_frame(simulate("null_real", size, seed).frame)
    weeks = leading_to(weeks, "meetings", stages=(), kernel=lognormal_kernel(2.0))
    return {
        key: link_one(weeks).table["verdict"].isin(LINKS).any()
        for key, link_one in (("ours", link_before), ("naive", link))
    }


def judge_way(found: list[Found]) -> list[Check]:
    rate = {key: np.array([f[key] for f in found], float) for key in found[0]}
    return [
        shown("calls by way of proposals", rate["calls"]),
        shown("calls directly", rate["direct"]),
        shown("proposals go with wins", rate["second"]),
        at_most("any false link", rate["false"], 0.05),
        shown("lags only: any false link to proposals", rate["naive"]),
        shown("coverage of 0.53 for calls", rate["covered"]),
    ]


def judge_workload(found: list[Found]) -> list[Check]:
    rate = {key: np.array([f[key] for f in found], float) for key in found[0]}
    return [
        at_most("before less after: any false link", rate["ours"], 0.05),
        shown("lags only: any false link", rate["naive"]),
    ]


SEEDS = {"XS": 40, "S": 100, "S2": 60, "M": 100, "L": 40}
WORDS = {
    "null_plain": "nothing matters, no market or season",
    "null_real": "nothing matters",
    "null_reverse": "nothing matters, wins change activity",
    "null_ramp": "nothing matters, ramping and leaving reps",
    "null_drift": "nothing matters, hot territories draw activity",
    "mixed": "three matter",
    "mixed_rev": "three matter, wins change activity",
}
_STRESS = {
    "hot_weak": ("promising opportunities draw activity", ("S", "M"), limits),
    "hot_strong": ("promising ones draw all activity strongly", ("S", "M"), limits),
    "hot_select": ("promising ones draw calls, emails, meetings strongly", ("S", "M", "L"), limits),
    "hot_extreme": ("the same, and twice as much of winning is seen beforehand", ("S", "M"), limits),
    "hot_mixed": ("three matter, promising ones draw activity strongly", ("S",), limits),
    "stage_null": ("nothing matters, activity rises to the close", ("S", "M"), null),
    "underlog_null": ("nothing matters, 60 % is logged", ("S",), null),
    "underlog_mixed": ("three matter, 60 % is logged", ("S",), limits),
    "winlog_null": ("nothing matters, reps log more after wins", ("S", "M"), null),
    "backfill_null": ("nothing matters, half of the rest is logged once won", ("S", "M"), limits),
    "long_null": ("nothing matters, cycles of 14 weeks", ("S",), null),
    "long_mixed": ("three matter, cycles of 14 weeks", ("S", "M"), limits),
    "recent_mixed": ("three matter, the last weeks count most", ("S", "M"), limits),
    "creation": ("three find opportunities instead of winning them", ("S", "M"), found_otherwise),
}


def _rows() -> list[Row]:
    rows = []
    for preset in NULLS:
        for size in SEEDS:
            judge = silent if size == "XS" else null
            name = f"V-null-{preset.removeprefix('null_')}-{size}"
            rows.append(Row(name, f"{WORDS[preset]}, {size}", SEEDS[size], verdicts, (preset, size), judge))
    for preset, sizes in {"mixed": {"S": 0.16, "M": 0.5, "L": 0.5}, "mixed_rev": {"M": 0.5}}.items():
        assert preset in PLANTED
        for size, power in sizes.items():
            what = f"{WORDS[preset]}, {size}"
            rows.append(
                Row(f"V-{preset}-{size}", what, SEEDS[size], verdicts, (preset, size), Planted(power))
            )
    for preset, (what, sizes, judge) in _STRESS.items():
        for size in sizes:
            n = min(SEEDS[size], 100)
            rows.append(Row(f"V-{preset}-{size}", f"{what}, {size}", n, verdicts, (preset, size), judge))
    wrong = "cycles of 14 weeks, lag weights for 6, M"
    rows.append(Row("V-kernel-null", wrong, 100, verdicts, ("long_null", "M", "default"), null))
    rows.append(Row("V-kernel-mixed", wrong, 100, verdicts, ("long_mixed", "M", "default"), limits))
    for size, n in (("S", 100), ("M", 60)):
        rows.append(
            Row(f"T-proposals-{size}", f"structural funnel, {size}", n, by_way, (size, ""), judge_way)
        )
        what = f"meetings share busy weeks with all, {size}"
        rows.append(Row(f"T-workload-{size}", what, n, workload, (size, ""), judge_workload))
    few = f"{TEAMS['T'][0]} reps"
    rows.append(Row("V-few", few, 50, verdicts, ("mixed", "T"), silent))
    return rows


ROWS = tuple(_rows())
