"""Acceptance row A13: wins of a team thirteen weeks ahead, foreseen on ten days of 78 weeks."""

from __future__ import annotations

import numpy as np
from calibration_rows import Check, Row, at_least, at_most, between, shown
from simulate import SIZES
from simulate_funnel import simulate_cases

from salesanalysis.pipeline.lives import told
from salesanalysis.projection.book import Book
from salesanalysis.projection.past import choose, coverage, past
from salesanalysis.stats.forecast import ends

Found = dict[str, object]
#: Segments that the reps are told apart by.
SEGMENTS = 5


def team(preset: str, size: str, seed: int) -> Found:
    """Foresee as it would have been shipped each day: method and width from what was known by then."""
    cases = simulate_cases(size, seed)
    last = 7 * SIZES[size][1] - 1
    lives = told(cases, last)
    nobody = np.zeros(len(lives.cases), dtype=np.int64)
    ones = np.ones(len(lives.cases))
    book = Book(lives, nobody, nobody, ("",), ones, "count", last, {})
    segment = lives.cases["rep_id"].astype("int64").to_numpy() % SEGMENTS
    parts = Book(lives, segment, nobody, tuple(map(str, range(SEGMENTS))), ones, "count", last, {})
    found = past(book)
    error = {name: found.errors(name) for name in found.mean}
    taken = [choose(found.until(int(day)))[0] for day in found.days]
    shipped = np.array([error[name][i] for i, name in enumerate(taken)])
    return {
        "shipped": np.abs(shipped).mean(),
        "bias": shipped.mean(),
        "hazard": np.abs(error["hazard"]).mean(),
        "run_rate": np.abs(error["run_rate"]).mean(),
        "gain": np.abs(shipped).mean() - np.abs(error["run_rate"]).mean(),
        "pipeline": np.abs(error["pipeline"]).mean(),
        "covered": coverage(found, book, 0.8).mean(),
        "covered_95": coverage(found, book, 0.95).mean(),
        "quarter": coverage(found, book, 0.8, 1).mean(),
        "segments": _segments_covered(parts),
    }


def _segments_covered(book: Book) -> float:
    """Return how often the 80 % interval of a segment, as shipped that day, held what it brought."""
    found, held = past(book), []
    for i, day in enumerate(found.days):
        known = found.until(int(day))
        method, _ = choose(known)
        whole, own = known.shared(method)
        mean, variance = found.mean[method][i][:, 0], found.variance[i][:, 0]
        low, high = ends(mean, variance + (whole + own) * mean**2, level=0.8, is_count=True)
        actual = found.actual[i, :, 0]
        held.append(((actual >= low) & (actual <= high)).mean())
    return float(np.mean(held))


def _judge(found: list[Found]) -> list[Check]:
    rates = {name: np.array([float(f[name]) for f in found]) for name in found[0]}
    return [
        at_most("mean absolute percentage error", rates["shipped"], 0.13),
        at_most("the same less the run rate's", rates["gain"], 0.0),
        at_least("weighted pipeline: error", rates["pipeline"], 0.40),
        between("80 % interval covers", rates["covered"], 0.72, 0.92),
        between("80 % interval of a segment covers", rates["segments"], 0.72, 0.92),
        shown("95 % interval covers", rates["covered_95"]),
        shown("80 % interval of the quarter after covers", rates["quarter"]),
        shown("bias", rates["bias"]),
        shown("hazard: error", rates["hazard"]),
        shown("run rate: error", rates["run_rate"]),
    ]


ROWS = (Row("A13", "forecast, M, funnel", 40, team, ("funnel", "M"), _judge),)
