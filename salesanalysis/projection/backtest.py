"""`backtest`: projections made on past days with what was known then, against what happened."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Note
from ..core.shelf import kept_by_arguments
from ..pipeline.lives import WEEK
from ..stats.forecast import draw_ahead, paired
from .book import Book, as_day, book
from .methods import FEWEST
from .part import past_of
from .past import LEAST, LEVELS, METHODS, QUARTER, Past, coverage, known_by
from .result import BacktestResult

#: Stretches held against what happened: the thirteen weeks after a day, and the thirteen after those.
STRETCHES = ("weeks", "quarter")
SHOWN = ("combination", *METHODS, "pipeline")


@kept_by_arguments
def backtest(crm: Crm, *, kpi: str = "bookings", team: str = "", region: str = "") -> BacktestResult:
    """Hold projections of past days against what happened, method by method.

    Parameters
    ----------
    crm : Crm
    kpi : str
        ``bookings`` or ``wins``.
    team, region : str
        Only the reps of a team or region; the method is the company's.

    Returns
    -------
    BacktestResult
        Verdict ``cannot_tell`` throughout with fewer than `LEAST` days; `missing_weeks` says what lacks.

    Notes
    -----
    Up to thirteen days, four weeks apart or closer, from the first with 26 weeks of closes behind it to
    thirteen weeks before the end. They overlap: standard errors count only as many as do not.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.backtest(sa.sample())  # doctest: +SKIP
    """
    check_crm(crm, "backtest()")
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="A back-test")
    where = {name: value for name, value in (("team", team), ("region", region)) if value}
    held = book(crm, kpi)
    found, whole, method = past_of(crm, kpi, crm.as_of, where)
    lacking = _lacking(held, found)
    rows = [_row(found, name, i) for name in SHOWN for i in range(2)]
    table = pd.DataFrame([row for row in rows if row["n"] > 0 or row["term"] in SHOWN[:3]])
    if lacking:
        table = table.assign(verdict="cannot_tell")
    held_in = {}
    for level in LEVELS:
        for i, name in enumerate(STRETCHES):
            hits = coverage(found, held, level, i, whole)
            held_in[level, name] = float(hits.mean()) if len(hits) else float("nan")
    return BacktestResult(
        table=table,
        method="projection.backtest",
        n=len(found.days),
        client=crm.client,
        as_of=crm.as_of,
        notes=(Note("projection_backtest_short", lacking),) if lacking else (),
        kpi=kpi,
        origins=_origins(found, held, whole),
        covered=held_in,
        taken=method,
        missing_weeks=lacking,
    )


def _lacking(held: Book, found: Past) -> int:
    if len(found.days) >= LEAST:
        return 0
    weeks = (held.last - held.lives.begins + 1) // WEEK
    return int(max(FEWEST + QUARTER + LEAST - 1 - weeks, 1))


def _row(found: Past, method: str, stretch: int) -> dict[str, object]:
    error = found.errors(method, stretch)
    known = error[np.isfinite(error)]
    gap = paired(np.abs(error), np.abs(found.errors("run_rate", stretch)), found.overlap)
    if len(known) < LEAST or method == "run_rate" or not np.isfinite(gap.difference):
        verdict = "cannot_tell" if method != "run_rate" else "reference"
    else:
        verdict = ("better" if gap.difference < 0 else "worse") if gap.is_clear else "alike"
    return {
        "term": method,
        "contrast": STRETCHES[stretch],
        "estimate": float(np.abs(known).mean()) if len(known) else float("nan"),
        "bias": float(known.mean()) if len(known) else float("nan"),
        "difference": gap.difference if method != "run_rate" else float("nan"),
        "std_error": gap.std_error if np.isfinite(gap.std_error) and method != "run_rate" else float("nan"),
        "n": len(known),
        "verdict": verdict,
    }


def _origins(found: Past, held: Book, whole: Past | None) -> pd.DataFrame:
    """Return what each past day would have said of its thirteen weeks, and what they brought."""
    rows = []
    for i, day in enumerate(found.days):
        method, off = known_by(found, int(day), whole)
        mean, variance = (v[i].sum(axis=0)[:1] for v in (found.mean[method], found.variance))
        drawn = draw_ahead(mean, variance, np.full(1, off), is_count=held.unit == "count", draws=1000)
        low, high = np.quantile(drawn, [0.1, 0.9])
        values = {name: float(found.mean[name][i, :, 0].sum()) for name in SHOWN}
        actual = float(found.actual[i, :, 0].sum())
        rows.append(
            {
                "day_on": as_day(day),
                "value": actual,
                "estimate": float(mean[0]),
                "low_80": low,
                "high_80": high,
                **values,
            }
        )
    names = ["day_on", "value", "estimate", "low_80", "high_80", *SHOWN]
    return pd.DataFrame(rows, columns=names)
