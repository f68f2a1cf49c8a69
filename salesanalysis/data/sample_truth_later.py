"""What was planted in the later tables of the sample CRM, and what came of it; only tests read it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_changes import PUSHER, PUSHES_MORE
from .sample_customers import (
    AM_EXPANSIONS,
    AM_LOST,
    AM_REFERS,
    BY_FORMER,
    account_managers,
    stretches,
)
from .sample_handoffs import MINUTES, QUALIFIED, accept_share
from .sample_people import People
from .sample_support import EFFORT, FIRST_OUTREACH, Support

Tables = dict[str, pd.DataFrame]


def later_truth(people: People, support: Support, *, tables: Tables) -> dict:
    """Collect hand-offs, customers, referrals, changes and the first outreach of those hired."""
    return {
        "handoffs": _handoffs(people, support, tables),
        "customers": _customers(people, support, tables),
        "referrals": _referrals(tables),
        "pushes": _pushes(people, tables),
        "ramp_days": _ramp(people, tables),
        "history": {
            rep: [str(day.date()) for day in part["starts_on"]]
            for rep, part in tables["rep_history"].groupby("rep_id")
        },
        "part_time": tables["reps"].dropna(subset="working_share")["rep_id"].tolist(),
    }


def _handoffs(people: People, support: Support, tables: Tables) -> dict:
    leads = tables["leads"]
    sent = leads.dropna(subset="handed_on")
    decided = sent.dropna(subset="decision")
    pairs = decided.assign(yes=decided["decision"] == "accepted").groupby(["rep_id", "handed_to"])["yes"]
    minutes = (leads["responded_at"] - leads["created_at"]).dt.total_seconds() / 60
    is_sdr = leads["rep_id"].isin(support.sdr["rep_id"])
    return {
        "accepted_planted": {
            rep: round(float(row.max()), 4) for rep, row in accept_share(people, support).iterrows()
        },
        "qualified_planted": QUALIFIED,
        "minutes_planted": MINUTES,
        "effort_planted": dict(zip(support.sdr["rep_id"], EFFORT)),
        "sent": sent.groupby("rep_id").size().to_dict(),
        "decided": {f"{s} {a}": int(n) for (s, a), n in pairs.size().items()},
        "accepted": {f"{s} {a}": int(n) for (s, a), n in pairs.sum().items()},
        "qualified": sent[sent["qualification"] == "qualified"].groupby("rep_id").size().to_dict(),
        "median_minutes": {
            "SDR": round(float(minutes[is_sdr].median()), 1),
            "AE": round(float(minutes[~is_sdr].median()), 1),
        },
    }


def _customers(people: People, support: Support, tables: Tables) -> dict:
    managers = account_managers(people, support)
    runs = (
        stretches(tables["contracts"])
        .groupby("account_id")
        .agg(begins=("begins", "min"), ends=("ends", "max"))
    )
    owner = tables["accounts"].set_index("account_id")["rep_id"]
    runs["rep_id"] = runs.index.map(owner)
    mine = runs[runs["begins"] <= pd.Timestamp(people.clock.end - 90)]
    lost = (mine["ends"] <= pd.Timestamp(people.clock.end)).groupby(mine["rep_id"]).mean()
    return {
        "managers": managers,
        "lost_planted": dict(zip(managers, AM_LOST)),
        "expansions_planted": dict(zip(managers, AM_EXPANSIONS)),
        "lost": {rep: round(float(share), 4) for rep, share in lost.items()},
        "cancelled": int(tables["contracts"]["cancelled_on"].notna().sum()),
        "with_fee": int(tables["contracts"]["one_off_value"].notna().sum()),
        "inherited": int((tables["accounts"]["inherited"] == "yes").sum()),
    }


def _referrals(tables: Tables) -> dict:
    o = tables["opportunities"].dropna(subset="referred_by_account_id")
    runs = stretches(tables["contracts"])
    pairs = o[["opportunity_id", "referred_by_account_id", "created_on"]].merge(
        runs, left_on="referred_by_account_id", right_on="account_id"
    )
    active = (pairs["begins"] <= pairs["created_on"]) & (pairs["ends"] > pairs["created_on"])
    return {
        "refers_planted": list(AM_REFERS),
        "by_former_planted": BY_FORMER,
        "named": len(o),
        "by_active": int(pairs.loc[active, "opportunity_id"].nunique()),
    }


def _pushes(people: People, tables: Tables) -> dict:
    changes = tables["close_date_changes"]
    later = changes[changes["new_close_on"] > changes["old_close_on"]]
    owned = tables["opportunities"].groupby("rep_id").size()
    share = (later.groupby("rep_id").size() / owned).fillna(0.0)
    pusher = people.table.loc[people.table["name"] == PUSHER, "rep_id"].tolist()
    return {
        "planted": dict.fromkeys(pusher, PUSHES_MORE),
        "pushes": len(later),
        "pulls": len(changes) - len(later),
        "by_rep": {rep: round(float(v), 4) for rep, v in share.items()},
    }


def _ramp(people: People, tables: Tables) -> dict:
    """Days from hire to the first call or email, of those hired in the export."""
    reps, acts = tables["reps"], tables["activities"]
    outreach = acts[acts["kind"].isin(["call", "email"])].groupby("rep_id")["occurred_on"].min()
    hired = reps[reps["hired_on"] >= pd.Timestamp(people.clock.start)].set_index("rep_id")["hired_on"]
    days = (outreach.reindex(hired.index) - hired).dt.days
    found = {rep: None if np.isnan(d) else int(d) for rep, d in days.items()}
    return {"sdr_planted_at_least": FIRST_OUTREACH, "days": found}
