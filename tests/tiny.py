"""A tiny CRM written by hand: three reps, twelve opportunities, forty activities, two quarters.

Every value is a short text a person can count; `tables()` gives frames as a source would, all columns text.
Known up to `AS_OF`. Some counts to lean on (Q2 and Q3 2026):

- won: Ani 2 in Q2 (100 + 60 m) and 1 in Q3 (90 m); Budi 1 in Q3 (50 m); Citra none.
- lost: Ani 1 (Q3), Budi 1 (Q2) and 1 (Q3), Citra 1 (Q3). Open: o09, o10, o11, o12.
- won cycles in days: o01 30, o02 20, o05 40, o06 50.

Other small companies tell other stories, each with its own counts in the head of its module; `tables(name)`
and `crm(name)` give them: ``history`` (this one, with what changed: see `HISTORY`), ``people`` (retention,
ramp, leave), ``customers`` (contracts, growth, churn, referrals), ``crowd`` and ``worth`` (the articles'
own examples), ``handoffs`` (SDR to AE), ``pipeline`` (stages, ages, pushes, tasks, contacts).
"""

from __future__ import annotations

from datetime import date
from io import StringIO

import pandas as pd
import tiny_customers
import tiny_handoffs
import tiny_people
import tiny_pipeline

AS_OF = date(2026, 9, 30)

TEXTS = {
    "reps": """
rep_id,name,team,manager,role,region,hired_on,left_on,annual_cost
r1,Ani Lestari,Jakarta,Dewi,AE,West,2024-01-15,,240000000
r2,Budi Santoso,Jakarta,Dewi,AE,West,2025-06-02,,200000000
r3,Citra Putri,Surabaya,Eko,AE,East,2026-05-04,2026-09-01,180000000
""",
    "accounts": """
account_id,name,segment,region,source,created_on
a1,PT Maju,retail,West,web,2025-02-03
a2,PT Sinar,manufacturing,West,referral,2025-08-11
a3,PT Timur,retail,East,event,2026-04-20
""",
    "leads": """
lead_id,rep_id,account_id,created_on,source,converted_on,opportunity_id
l1,r1,a1,2026-04-01,web,2026-04-06,o01
l2,r1,a2,2026-06-20,referral,2026-07-01,o05
l3,r2,a1,2026-07-10,web,,
l4,r3,a3,2026-08-03,event,,
""",
    "opportunities": """
opportunity_id,rep_id,account_id,name,created_on,closed_on,expected_close_on,outcome,stage,amount,product,source,region
o01,r1,a1,Maju one,2026-04-06,2026-05-06,2026-05-10,won,closed,100000000,basic,web,West
o02,r1,a2,Sinar one,2026-05-01,2026-05-21,2026-05-20,won,closed,60000000,plus,referral,West
o03,r2,a1,Maju two,2026-04-10,2026-06-09,2026-06-15,lost,closed,80000000,basic,web,West
o04,r1,a1,Maju three,2026-06-01,2026-07-15,2026-07-01,lost,closed,40000000,plus,web,West
o05,r1,a2,Sinar two,2026-07-01,2026-08-10,2026-08-15,won,closed,90000000,plus,referral,West
o06,r2,a2,Sinar three,2026-06-15,2026-08-04,2026-08-31,won,closed,50000000,basic,referral,West
o07,r2,a1,Maju four,2026-07-06,2026-09-14,2026-09-10,lost,closed,30000000,basic,web,West
o08,r3,a3,Timur one,2026-06-08,2026-08-20,2026-08-30,lost,closed,70000000,plus,event,East
o09,r1,a1,Maju five,2026-08-03,,2026-10-15,open,proposal,120000000,plus,web,West
o10,r2,a2,Sinar four,2026-09-01,,2026-10-30,open,meeting,55000000,basic,referral,West
o11,r2,a1,Maju six,2026-05-11,,2026-08-31,open,proposal,45000000,plus,web,West
o12,r3,a3,Timur two,2026-07-20,,2026-09-15,open,qualified,25000000,basic,event,East
""",
    "stage_history": """
opportunity_id,stage,entered_on,rep_id
o01,qualified,2026-04-06,r1
o01,meeting,2026-04-15,r1
o01,proposal,2026-04-27,r1
o02,qualified,2026-05-01,r1
o02,meeting,2026-05-05,r1
o02,proposal,2026-05-12,r1
o03,qualified,2026-04-10,r2
o03,meeting,2026-05-04,r2
o05,qualified,2026-07-01,r1
o05,meeting,2026-07-08,r1
o05,proposal,2026-07-22,r1
o09,qualified,2026-08-03,r1
o09,meeting,2026-08-17,r1
o09,proposal,2026-09-07,r1
o12,qualified,2026-07-20,r3
""",
    "contracts": """
contract_id,account_id,opportunity_id,rep_id,signed_on,starts_on,ends_on,value,annual_value
c1,a1,o01,r1,2026-05-06,2026-06-01,2027-06-01,100000000,100000000
c2,a2,o02,r1,2026-05-21,2026-06-01,2028-06-01,60000000,30000000
c3,a2,o05,r1,2026-08-10,2026-09-01,2027-03-01,90000000,90000000
c4,a2,o06,r2,2026-08-04,2026-09-01,2027-09-01,50000000,50000000
""",
    "goals": """
kpi,scope,scope_id,period,target,philosophy
win_rate,organisation,,2026-Q3,0.4,C average
win_rate,rep,r1,2026-Q3,0.5,C average
bookings,rep,r1,2026-Q3,100000000,A
bookings,team,Jakarta,2026-Q3,200000000,A
calls,organisation,,2026-Q3,8,C minimum
""",
    "coaching": """
session_id,rep_id,coach,held_on,kpi,action,due_on,status,note
s1,r2,Dewi,2026-06-24,connect_rate,Call before ten in the morning,2026-07-31,done,Kept for five weeks
s1,r2,Dewi,2026-06-24,meeting_rate,Ask for the meeting in every call,2026-08-15,partly,Half of the calls
s2,r3,Eko,2026-07-27,calls,Block one hour a day for calls,2026-08-31,open,
""",
}

# id rep kind outcome occurred_on logged_on opportunity; "-" is empty.
_ACTIVITIES = """
t01 r1 call no_answer 2026-04-02 2026-04-02 -
t02 r1 call conversation 2026-04-03 2026-04-03 o01
t03 r1 meeting held 2026-04-15 2026-04-15 o01
t04 r1 proposal - 2026-04-27 2026-04-27 o01
t05 r1 follow_up - 2026-05-04 2026-05-05 o01
t06 r1 call connected 2026-05-04 2026-05-04 o02
t07 r1 meeting held 2026-05-05 2026-05-05 o02
t08 r1 proposal - 2026-05-12 2026-05-12 o02
t09 r1 email - 2026-06-02 2026-06-02 o04
t10 r1 call conversation 2026-06-03 2026-06-03 o04
t11 r2 call no_answer 2026-04-08 2026-04-08 -
t12 r2 call no_answer 2026-04-09 2026-04-09 -
t13 r2 call connected 2026-04-10 2026-04-10 o03
t14 r2 meeting no_show 2026-05-04 2026-05-06 o03
t15 r2 email - 2026-05-12 2026-05-12 o11
t16 r2 voicemail - 2026-06-16 2026-06-16 o06
t17 r3 internal_meeting - 2026-05-11 2026-05-11 -
t18 r3 call no_answer 2026-06-05 2026-06-05 -
t19 r3 call conversation 2026-06-08 2026-06-08 o08
t20 r3 admin - 2026-06-12 2026-06-12 -
t21 r1 call conversation 2026-07-02 2026-07-02 o05
t22 r1 meeting held 2026-07-08 2026-07-08 o05
t23 r1 proposal - 2026-07-22 2026-07-22 o05
t24 r1 follow_up - 2026-08-03 2026-08-03 o05
t25 r1 call connected 2026-08-05 2026-08-05 o09
t26 r1 meeting held 2026-08-17 2026-08-18 o09
t27 r1 call no_answer 2026-09-01 2026-09-01 -
t28 r1 proposal - 2026-09-07 2026-09-07 o09
t29 r1 email - 2026-09-08 2026-09-08 o09
t30 r2 call no_answer 2026-07-07 2026-07-07 -
t31 r2 call connected 2026-07-08 2026-07-08 o07
t32 r2 call conversation 2026-07-09 2026-07-09 o06
t33 r2 meeting held 2026-07-20 2026-07-20 o06
t34 r2 proposal - 2026-07-27 2026-07-27 o06
t35 r2 call no_answer 2026-08-12 2026-08-12 -
t36 r2 meeting no_show 2026-09-09 2026-09-21 o10
t37 r3 call no_answer 2026-07-21 2026-07-21 -
t38 r3 call connected 2026-07-22 2026-07-22 o12
t39 r3 meeting held 2026-08-06 2026-08-06 o08
t40 r3 voicemail - 2026-08-13 2026-08-13 o12
"""


#: What changed, for ``history``. Budi (r2) was in Surabaya under Eko until 2026-08-04 and is in Jakarta
#: since the 5th: his calls of Q3 are 3 in Surabaya (t30 t31 t32) and 1 in Jakarta (t35); he won o06 on
#: 2026-08-04, in Surabaya. So in Q3 Jakarta has 4 calls, 1 win (o05) and 90 m, Surabaya 5 calls, 1 win and
#: 50 m; by today's team 7 calls, 2 wins and 140 m against 2, 0 and 0. Citra (r3) was an SDR until
#: 2026-07-06. Ani was away from 2026-07-13 to 2026-07-24. o05 was entered by Budi and is Ani's: new
#: prospects of Q3 by owner at entry are o05 Budi, o09 Ani, o07 o10 Budi, o12 Citra.
HISTORY = {
    "rep_history": """
rep_id,starts_on,ends_on,team,manager,role,region
r2,2025-06-02,,Surabaya,Eko,AE,East
r2,2026-08-05,,Jakarta,Dewi,AE,West
r3,2026-05-04,2026-07-06,Surabaya,Eko,SDR,East
r3,2026-07-06,,Surabaya,Eko,AE,East
""",
    "absences": """
rep_id,starts_on,ends_on,kind
r1,2026-07-13,2026-07-25,leave
""",
}

#: Texts of the other companies, and the day each is known up to.
WORLDS = {
    "people": (tiny_people.TEXTS, tiny_people.AS_OF),
    "customers": (tiny_customers.TEXTS, tiny_customers.AS_OF),
    "crowd": (tiny_customers.crowd(), tiny_customers.AS_OF),
    "worth": (tiny_customers.worth(), tiny_customers.AS_OF),
    "handoffs": (tiny_handoffs.TEXTS, tiny_handoffs.AS_OF),
    "pipeline": (tiny_pipeline.TEXTS, tiny_pipeline.AS_OF),
}
#: Settings that a company needs besides the common ones.
_SETTINGS = {"pipeline": {"stages": ("qualified", "meeting", "proposal")}}


def _frames(texts: dict[str, str]) -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(StringIO(text.strip()), dtype="str") for name, text in texts.items()}


def tables(name: str = "") -> dict[str, pd.DataFrame]:
    """Return the tables as text frames, fresh each time; `name` picks another company than the first."""
    if name in WORLDS:
        return _frames(WORLDS[name][0])
    frames = _frames(TEXTS)
    names = ["activity_id", "rep_id", "kind", "outcome", "occurred_on", "logged_on", "opportunity_id"]
    frames["activities"] = pd.read_csv(
        StringIO(_ACTIVITIES.strip()), sep=" ", names=names, na_values="-", dtype="str"
    )
    if name == "history":
        owners = frames["opportunities"]["rep_id"]
        entered = frames["opportunities"].assign(
            entry_rep_id=owners.mask(frames["opportunities"]["opportunity_id"] == "o05", "r2")
        )
        frames |= {**_frames(HISTORY), "opportunities": entered}
    elif name:
        raise KeyError(name)
    return frames


def crm(name: str = "", **settings):
    """Return the tables loaded, in English, as of the day they are known up to; `settings` of the client."""
    import salesanalysis.data as data
    from salesanalysis.core.client import Client

    as_of = WORLDS[name][1] if name in WORLDS else AS_OF
    common = {"name": "Tiny", "as_of": as_of, "minimum_base": 2, "claim_base": 5}
    return data.load(tables(name), Client(**(common | _SETTINGS.get(name, {}) | settings)))
