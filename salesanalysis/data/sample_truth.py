"""What was planted in the sample CRM; only tests read it."""

from __future__ import annotations

import pandas as pd

from .sample_funnel import CYCLE_MEDIAN, CYCLE_SIGMA, visible
from .sample_people import PLANTED
from .sample_work import Work

#: Activities that never lead to a win, and those that follow from what is open or won.
NULL, REACTIVE = ("voicemails", "internal_meetings", "admin"), ("followups", "admin")


def make_truth(work: Work, deals: pd.DataFrame, *, shares: dict[str, float]) -> dict:
    """Collect what was planted, and the share of won opportunities that each source brought in this draw."""
    people, clock = work.people, work.people.clock
    reps = people.table
    shown = deals[visible(clock, deals)]
    won = shown[shown["is_won"] & (shown["closed_on"] <= pd.Timestamp(clock.end))]
    sourced = won["channel"].value_counts(normalize=True)
    names = set(reps["name"])
    planted = [
        {
            "rep_id": reps.loc[reps["name"] == name, "rep_id"].iloc[0],
            "name": name,
            "factor": factor,
            "times": times,
        }
        for name, changes in PLANTED.items()
        if name in names
        for factor, times in changes.items()
    ]
    return {
        "effects": {**shares, **dict.fromkeys((*NULL, "followups"), 0.0)},
        "null": list(NULL),
        "reactive": list(REACTIVE),
        "won_by_source": {name: round(float(share), 4) for name, share in sorted(sourced.items())},
        "wins": len(won),
        "cycle": {"median_days": CYCLE_MEDIAN, "sigma": CYCLE_SIGMA},
        "planted": planted,
        "factors": {
            rep: {name: round(float(v), 4) for name, v in row.items()}
            for rep, row in people.factors.set_index(reps["rep_id"]).iterrows()
        },
        "coaching": [
            {
                "rep_id": reps["rep_id"].iloc[lift.rep],
                "kpi": lift.kpi,
                "held_on": str(lift.day),
                "log_lift": lift.log_lift,
                "chosen_because_low": lift.kpi == "calls",
            }
            for lift in work.lifts
        ],
        "leavers": reps.loc[reps["left_on"].notna(), "rep_id"].tolist(),
        "hires": reps.loc[reps["hired_on"] >= pd.Timestamp(clock.start), "rep_id"].tolist(),
    }
