"""What AEs of the sample company taught the SDRs who hand leads to them, and the goals of SDRs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.period import Period
from .sample_people import People
from .sample_support import Support

#: Days before the end, and the place of the AE and of the SDR in their tables: who sat down with whom.
SESSIONS = ((206, 0, 1), (131, 6, 1), (68, 0, 2), (19, 0, 1))
ACTIONS = (
    ("Tanyakan anggaran dan waktu sebelum menyerahkan prospek", "done", "Tercatat di semua prospek"),
    ("Dengarkan dua rekaman prospek yang ditolak", "partly", "Satu rekaman didengar"),
)
#: Goals of SDRs: KPI, philosophy, share of quarters that stay below, step of the target.
GOALS = (("leads_handed", "C minimum", 0.22, 1.0), ("qualified_share", "C average", 0.50, 0.005))


def lessons(people: People, support: Support, coaching: pd.DataFrame) -> pd.DataFrame:
    """Sessions of AEs with SDRs, numbered after those given."""
    clock, sdr = people.clock, support.sdr
    rows = []
    number = coaching["session_id"].nunique()
    for back, ae, place in SESSIONS:
        if place >= len(sdr) or ae >= people.n:
            continue
        number += 1
        day = clock.working(clock.end - back)
        for k, (action, status, note) in enumerate(ACTIONS):
            due = clock.working(day + 14 * (k + 1))
            known = due <= clock.end
            rows.append(
                {
                    "session_id": f"S{number:03d}",
                    "rep_id": sdr["rep_id"].iloc[place],
                    "coach": people.table["name"].iloc[ae],
                    "held_on": day,
                    "kpi": "qualified_share",
                    "action": action,
                    "due_on": due,
                    "status": status if known else "open",
                    "note": note if known else None,
                }
            )
    return pd.DataFrame(rows, columns=list(coaching.columns))


def sdr_goals(support: Support, *, leads: pd.DataFrame, quarters: list[str]) -> pd.DataFrame:
    """One standard for all SDRs from what quarters brought; less for those who work part of the week."""
    sent = leads.dropna(subset="handed_on")
    rows = []
    for label in quarters:
        quarter = Period.parse(label)
        days = working_days(quarter.start, quarter.end, "ID")
        within = sent[(sent["handed_on"] >= str(quarter.start)) & (sent["handed_on"] < str(quarter.end))]
        ready = support.sdr["hired_on"] <= pd.Timestamp(quarter.start) - pd.Timedelta(days=91)
        for who in support.sdr[ready].to_dict("records"):
            mine = within[within["rep_id"] == who["rep_id"]]
            share = 1.0 if np.isnan(who["working_share"]) else who["working_share"]
            good = (mine["qualification"] == "qualified").sum() / max(mine["qualification"].notna().sum(), 1)
            values = {"leads_handed": len(mine) / (days * share), "qualified_share": good}
            rows.append({"scope_id": who["rep_id"], "period": label, "scale": days * share, **values})
    table = pd.DataFrame(rows)
    parts = []
    for kpi, philosophy, below, step in GOALS if rows else ():
        standard = table[kpi].quantile(below)
        target = standard * (table["scale"] if kpi == "leads_handed" else 1.0)
        part = table[["scope_id", "period"]].assign(kpi=kpi, scope="rep", philosophy=philosophy)
        parts.append(part.assign(target=(np.round(target / step) * step).astype(float).round(6)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
