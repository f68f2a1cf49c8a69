"""From an estimate and its doubts to one verdict: the first rule that fits wins.

The limits on reps, weeks and wins are judgement; the limit on the smallest detectable effect is not: an
elasticity above one (10 % more activity, more than 10 % more wins) is implausible, so a data set that could
only show such a link would show it exaggerated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .result import VERDICTS

#: Fewest reps, usable weeks and wins behind a verdict.
MINIMUM_REPS, MINIMUM_WEEKS, MINIMUM_WINS = 8, 26, 60
#: Largest smallest-detectable elasticity that still allows a verdict.
LARGEST_MDE = 1.0
#: An interval that ends below this elasticity (2 % more wins for 10 % more activity) rules out a useful link.
USEFUL = 0.2
#: Share of standard errors by which leaving out one rep may move the estimate.
LARGEST_MOVE = 1.0


@dataclass(frozen=True)
class Rules:
    """What decides beside the estimates.

    Attributes
    ----------
    alpha : float
        Level of the tests.
    against : str
        What shows that wins do not follow from the activity: it goes with wins BEFORE it (``weeks_ahead``),
        or it goes with losses just as with wins, hence with any close (``losses``).
    minimum_weeks : int
        Fewest weeks.
    """

    alpha: float = 0.05
    against: str = "weeks_ahead"
    minimum_weeks: int = MINIMUM_WEEKS


def judge(row: pd.Series, rules: Rules) -> tuple[str, str]:
    """Return the verdict of one activity and the reason code for it.

    Parameters
    ----------
    row : Series
        A row of the linkage table before its verdict, with ``is_reactive`` and ``problem`` (why there is no
        estimate).
    rules : Rules
        Level and whether a lead test was possible.

    Returns
    -------
    tuple of str
        A member of `VERDICTS` and a reason code, a key of the catalogue ``linkage.reason.<code>``.

    Examples
    --------
    >>> row = pd.Series({"reps": 6, "weeks": 52, "wins": 300, "problem": "", "is_reactive": False})
    >>> judge(row, Rules())
    ('not_enough_data', 'few_reps')
    """
    missing = _missing(row, rules)
    if missing:
        return "not_enough_data", missing
    if row["is_reactive"]:
        return "reacts_to_results", "declared"
    reacts, slows = _reaction(row, rules)
    if reacts and not slows:
        return "reacts_to_results", reacts
    untested = np.isnan(row["lead_p_adjusted"])
    leaning = _leaning(row)
    if row["p_adjusted"] <= rules.alpha and not untested and not leaning:
        return (
            ("linked", "slows_after_wins" if slows else "")
            if row["estimate"] > 0
            else ("linked_negative", "")
        )
    if slows:
        return "reacts_to_results", reacts
    # An interval that excludes zero on the negative side is no "no link", although it ends below the limit.
    if row["conf_high"] < USEFUL and row["conf_low"] < 0 < row["conf_high"]:
        return "no_link_found", ""
    if row["p_adjusted"] <= rules.alpha:
        return "undecided", leaning or "lead_not_tested"
    return "undecided", "one_of_many" if row["p_value"] <= rules.alpha else "wide_interval"


def _missing(row: pd.Series, rules: Rules) -> str:
    """Why there is too little data for any verdict; empty when there is enough."""
    if row["problem"]:
        return str(row["problem"])
    for column, least, code in (
        ("reps", MINIMUM_REPS, "few_reps"),
        ("weeks", rules.minimum_weeks, "few_weeks"),
        ("wins", MINIMUM_WINS, "few_wins"),
    ):
        if row[column] < least:
            return code
    return "" if row["mde"] <= LARGEST_MDE else "small_effects_hidden"


def _reaction(row: pd.Series, rules: Rules) -> tuple[str, bool]:
    """Return why the activity may follow from results (or nothing), and whether a positive link stands.

    Reps who slow down after winning make more activity go with FEWER earlier wins. That cannot pass for a
    positive link, so such an activity is still judged; every other reaction can, and is not.
    """
    if not row["lead_p_adjusted"] < rules.alpha:
        return "", False
    if rules.against == "losses":
        return ("goes_with_losses" if row["lead_estimate"] * row["estimate"] > 0 else ""), False
    if row["lead_estimate"] > 0:
        return "lead_positive", False
    return "lead_negative", row["estimate"] > 0


def _leaning(row: pd.Series) -> str:
    """Tell when one rep carries the estimate: without that rep it changes sign or moves a standard error."""
    ends = np.array([row["loo_low"], row["loo_high"]], dtype=float)
    if np.isnan(ends).any():
        return "one_rep"
    flips = (np.sign(ends) != np.sign(row["estimate"])).any()
    moves = (np.abs(ends - row["estimate"]) > LARGEST_MOVE * row["std_error"]).any()
    return "one_rep" if flips or moves else ""


def by_strength(table: pd.DataFrame) -> pd.DataFrame:
    """Sort a judged table by verdict, then by size of the estimate; ties by name.

    Examples
    --------
    >>> t = pd.DataFrame({"term": ["a", "b"], "verdict": ["undecided", "linked"], "estimate": [0.9, 0.1]})
    >>> by_strength(t)["term"].tolist()
    ['b', 'a']
    """
    order = pd.DataFrame(
        {
            "verdict": table["verdict"].map(VERDICTS.index),
            "size": -table["estimate"].abs(),
            "term": table["term"],
        }
    )
    ranked = order.sort_values(["verdict", "size", "term"], kind="stable", na_position="last").index
    return table.loc[ranked].reset_index(drop=True)


def wins_per_more(
    elasticity: float | np.ndarray | pd.Series, *, more: float = 0.10
) -> float | np.ndarray | pd.Series:
    """Turn an elasticity into the share of wins that goes with `more` of an activity.

    Examples
    --------
    >>> round(wins_per_more(0.5), 4)
    0.0488
    """
    return (1 + more) ** elasticity - 1
