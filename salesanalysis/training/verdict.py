"""One verdict a KPI: whether the data can tell, and what it tells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..stats import benjamini_hochberg

#: Fewest coached reps and controls; with fewer nothing is told.
LEAST = 4
#: A smallest detectable effect beyond this (log ratio, one and a half times as much) is larger than coaching
#: can be expected to give: what such data flags is mostly an exaggeration.
WIDEST = float(np.log(1.5))

#: A bad spell that led to the choice fades after the session only: on simulated teams chosen because they
#: were low that makes up to 6 % too little, in large teams for sure. A change for the worse must lie beyond
#: it.
FADING = 0.06


def judge(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the table with ``p_adjusted``, ``verdict`` and ``reason`` filled in.

    Parameters
    ----------
    table : DataFrame
        ``estimate, p_value, mde, coached, controls, placebo_p, better`` and ``reason`` where one stands
        already.
    level : float
        Confidence level.

    Examples
    --------
    >>> row = {"estimate": 0.3, "p_value": 0.01, "mde": 0.2, "coached": 9, "controls": 9, "placebo_p": 0.6}
    >>> row |= {"conf_low": 0.1, "conf_high": 0.5, "better": "higher", "reason": "", "verdict": ""}
    >>> judge(pd.DataFrame([row]), 0.95)["verdict"].tolist()
    ['improved']
    """
    alpha = 1 - level
    reasons = [_gate(row, alpha) for _, row in table.iterrows()]
    passed = np.array([reason in ("", "placebo_moved") for reason in reasons], dtype=bool)
    adjusted = benjamini_hochberg(np.where(passed, table["p_value"].to_numpy(dtype=float), np.nan))
    verdicts = []
    for place, ((_, row), reason) in enumerate(zip(table.iterrows(), reasons, strict=True)):
        if not passed[place]:
            verdicts.append(("not_enough_data", reason))
        elif adjusted[place] > alpha:
            verdicts.append(("no_clear_change", reason or "wide_interval"))
        elif reason:
            verdicts.append(("no_clear_change", reason))
        else:
            verdicts.append(_side(row))
    found = pd.DataFrame(verdicts, columns=["verdict", "reason"], index=table.index, dtype=object)
    return table.assign(p_adjusted=adjusted, verdict=found["verdict"], reason=found["reason"])


def _side(row: pd.Series) -> tuple[str, str]:
    """Tell which way it went. Reps chosen when low are still a little low at first."""
    if (row["estimate"] > 0) == (row["better"] == "higher"):
        return "improved", ""
    nearest = row["conf_high"] if row["estimate"] < 0 else -row["conf_low"]
    return ("worsened", "") if nearest < -FADING else ("no_clear_change", "fading")


def _gate(row: pd.Series, alpha: float) -> str:
    """Return why nothing can be told, or that the placebo moved: never by the finding itself."""
    if row["reason"]:
        return str(row["reason"])
    if row["coached"] < LEAST:
        return "few_coached"
    if row["controls"] < LEAST:
        return "few_controls"
    if np.isnan(row["p_value"]) or np.isnan(row["mde"]):
        return "no_events"
    if row["mde"] > WIDEST:
        return "wide_mde"
    return "placebo_moved" if row["placebo_p"] < alpha else ""
