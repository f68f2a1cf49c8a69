"""Acceptance rows A9 and A10: did coaching change anything, on teams chosen because they were low."""

from __future__ import annotations

import numpy as np
import pandas as pd
from calibration_rows import Check, Row, at_least, at_most, shown
from simulate_coaching import simulate_coaching

from salesanalysis.stats import Stacked, before_after, stacked
from salesanalysis.training import VERDICTS
from salesanalysis.training.verdict import judge

WAYS = ("stacked", "before_after", "placebo")


def coached(preset: str, _: str, seed: int) -> dict[str, np.ndarray]:
    """Each way's error, whether it rejects, whether its interval holds the truth; the detectable effect."""
    team = simulate_coaching(preset, seed)
    ways = (stacked(team.units), before_after(team.units), stacked(team.units, is_placebo=True))
    found = {name: _row(way, team.truth) for name, way in zip(WAYS[:2], ways[:2], strict=True)}
    found["placebo"] = _row(ways[2], 0.0)
    found["mde"] = np.array([ways[0].mde])
    found["verdict"] = np.array([_verdict(ways[0], ways[2]) == v for v in VERDICTS], dtype=float)
    return found


def _verdict(way: Stacked, placebo: Stacked) -> str:
    """The verdict that a report of this one KPI gives, every gate included."""
    row = {name: getattr(way, name) for name in ("estimate", "p_value", "mde", "conf_low", "conf_high")}
    row |= {"coached": way.treated.size, "controls": way.controls.size, "placebo_p": placebo.p_value}
    return str(judge(pd.DataFrame([{**row, "better": "higher", "reason": ""}]), 0.95)["verdict"].iloc[0])


def _row(way: Stacked, truth: float) -> np.ndarray:
    held = way.conf_low <= truth <= way.conf_high
    return np.array([way.estimate, way.estimate - truth, way.p_value < 0.05, held], dtype=float)


def _column(found: list[dict[str, np.ndarray]], way: str, place: int) -> np.ndarray:
    return np.array([f[way][place] for f in found])


def _also(found: list[dict[str, np.ndarray]]) -> list[Check]:
    return [
        shown("placebo: mean", _column(found, "placebo", 0)),
        at_most("placebo: rejected", _column(found, "placebo", 2), 0.08),
        shown("smallest detectable effect (log)", np.array([f["mde"][0] for f in found])),
        shown("told not enough data", _column(found, "verdict", VERDICTS.index("not_enough_data"))),
    ]


def a9(found: list[dict[str, np.ndarray]]) -> list[Check]:
    return [
        _near_zero("stacked: mean", _column(found, "stacked", 0), 0.06),
        at_most("stacked: rejected", _column(found, "stacked", 2), 0.08),
        *_also(found),
        _above("before and after: mean", _column(found, "before_after", 0), 0.20),
        at_least("before and after: rejected", _column(found, "before_after", 2), 0.35),
        at_most(
            "told improved or worsened", _column(found, "verdict", 0) + _column(found, "verdict", 1), 0.05
        ),
    ]


def a10(found: list[dict[str, np.ndarray]]) -> list[Check]:
    mean = _column(found, "stacked", 0)
    return [
        at_least("stacked: coverage", _column(found, "stacked", 3), 0.92),
        _within("stacked: mean", mean, 0.17, 0.28),
        shown("stacked: rejected", _column(found, "stacked", 2)),
        *_also(found),
        at_most("before and after: coverage", _column(found, "before_after", 3), 0.72),
    ]


def large_lift(found: list[dict[str, np.ndarray]]) -> list[Check]:
    return [
        _within("stacked: mean", _column(found, "stacked", 0), 0.17, 0.28),
        at_least("stacked: coverage", _column(found, "stacked", 3), 0.90),
        at_least("told improved", _column(found, "verdict", VERDICTS.index("improved")), 0.60),
        *_also(found),
        shown("before and after: coverage", _column(found, "before_after", 3)),
    ]


def false_verdicts(found: list[dict[str, np.ndarray]]) -> list[Check]:
    """What is told, not p alone: the bad spell still fading is allowed for."""
    told = _column(found, "verdict", 0) + _column(found, "verdict", 1)
    rejected = shown("stacked: rejected", _column(found, "stacked", 2))
    others = [check for check in by_lot(found) if check.name != "stacked: rejected"]
    return [at_most("told improved or worsened", told, 0.05), rejected, *others]


def by_lot(found: list[dict[str, np.ndarray]]) -> list[Check]:
    return [
        _near_zero("stacked: mean", _column(found, "stacked", 0), 0.06),
        at_most("stacked: rejected", _column(found, "stacked", 2), 0.08),
        *_also(found),
        shown("before and after: mean", _column(found, "before_after", 0)),
        shown("before and after: rejected", _column(found, "before_after", 2)),
    ]


def growing(found: list[dict[str, np.ndarray]]) -> list[Check]:
    return [
        _near_zero("stacked: bias", _column(found, "stacked", 1), 0.08),
        at_least("stacked: coverage", _column(found, "stacked", 3), 0.90),
        shown("stacked: rejected", _column(found, "stacked", 2)),
        *_also(found),
        shown("before and after: bias", _column(found, "before_after", 1)),
        shown("before and after: coverage", _column(found, "before_after", 3)),
    ]


def _mean(name: str, values: np.ndarray, low: float, high: float, target: str) -> Check:
    error = float(values.std() / np.sqrt(values.size))
    return Check(name, float(values.mean()), error, low - 2 * error, high + 2 * error, target)


def _near_zero(name: str, values: np.ndarray, limit: float) -> Check:
    return _mean(name, values, -limit, limit, f"within {limit:g} of 0")


def _above(name: str, values: np.ndarray, limit: float) -> Check:
    return _mean(name, values, limit, np.inf, f">= {limit:g}")


def _within(name: str, values: np.ndarray, low: float, high: float) -> Check:
    return _mean(name, values, low, high, f"{low:g} to {high:g}")


ROWS = (
    Row("A9", "coaching without effect, the lowest are chosen", 200, coached, ("A", ""), a9),
    Row("A10", "coaching lifts by 28 %, the lowest are chosen", 150, coached, ("C", ""), a10),
    Row("E-lot", "coaching without effect, drawn by lot", 200, coached, ("B", ""), by_lot),
    Row("E-growing", "24 reps, a lift that grows, the lowest are chosen", 200, coached, ("D", ""), growing),
    Row("E-large", "60 reps, fifty a week, no effect", 200, coached, ("large", ""), false_verdicts),
    Row(
        "E-large-lift", "60 reps, fifty a week, lifted by 28 %", 200, coached, ("large_lift", ""), large_lift
    ),
    Row("E-busy", "no effect, fifty a week instead of three", 200, coached, ("busy", ""), false_verdicts),
)
