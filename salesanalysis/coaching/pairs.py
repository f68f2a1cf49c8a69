"""Who could coach whom: the best fitting colleague for each need, nobody for more than two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from .basis import Basis
from .candidates import VERDICTS
from .coach import candidates, coach_of

#: Mentees that one coach is proposed for at most: coaching takes time from selling.
MOST = 2
PAIRS = (
    *("rep_id", "name", "term", "coach_id", "coach", "coach_team", "value", "unit", "is_same_team"),
    *("willing", "verdict", "reason"),
)


def pairs(needs: pd.DataFrame, every: Mapping[str, Basis]) -> pd.DataFrame:
    """Return one row per need with a colleague who could coach it, most at stake first.

    Parameters
    ----------
    needs : pandas.DataFrame
        The table of a `TeamCoachingResult`.
    every : mapping of str to Basis
        The basis of each rep in it.

    Returns
    -------
    DataFrame
        Columns `PAIRS`. Needs without a fitting colleague have no row: the manager takes them. A colleague of
        the same team comes first where two fit equally; whoever is to be coached alike on the step does not
        coach it.
    """
    rows, busy = [], Counter[str]()
    for need in needs.itertuples():
        base = every[need.rep_id]
        found = candidates(base, need.term)
        found = found[found["verdict"] != "not_suitable"]
        needy = set(needs.loc[needs["term"] == need.term, "rep_id"])
        free = [r for r in found.itertuples() if busy[r.rep_id] < MOST and r.rep_id not in needy]
        if not free:
            continue
        teams = base.crm.reps().set_index("rep_id")
        team = teams["team"] if "team" in teams else pd.Series(dtype=object)
        best = min(free, key=lambda r: _rank(r, is_same=team.get(r.rep_id) == need.team))
        busy[best.rep_id] += 1
        coach = coach_of(base.crm, pd.Series(best._asdict()))
        rows.append(
            {
                **{name: getattr(need, name) for name in ("rep_id", "name", "term")},
                "coach_id": coach.rep_id,
                "coach": coach.name,
                "coach_team": coach.team,
                "value": coach.value,
                "unit": "rate" if need.kind == "volume" else need.unit,
                "is_same_team": coach.team == need.team,
                **{name: getattr(best, name) for name in ("willing", "verdict", "reason")},
            }
        )
    return pd.DataFrame(rows, columns=list(PAIRS))


def _rank(row: tuple, *, is_same: bool) -> tuple[int, bool, bool]:
    """Order of who is asked: the verdict, a yes, the same team; else the order of `candidates`."""
    return VERDICTS.index(row.verdict), row.willing != "yes", not is_same
