"""People of a year, to be counted by hand: who stayed, how new reps ramped, who was away. As of 2025-12-31.

Retention in 2025: employed on the first day 10 (p01 to p10), 2 of them leave (p09, p10), 4 hired (p11 to
p14), 1 of those leaves (p13), 11 on the last day. Article: (11 - 4) / 10 = 70 %; strict: 8 / 10 = 80 %. p08
leaves on 2026-01-01, the first day no longer employed: still there on the last day of 2025. p00 left in
2024: never counts, and stays in the table.

Days from the first day of work, of the four hired:

=====  ========  =============  ========  ====  =================  ==============================
rep    outreach  held meeting   accepted  win   watched for        note
=====  ========  =============  ========  ====  =================  ==============================
p11    10        22             30        120   332 (no end)       a no-show on day 17 is none
p12    4         42             60        none  304                first outreach is an email
p13    10        42             60        none  154 (left)
p14    none      none           none      none  122                only internal meetings
=====  ========  =============  ========  ====  =================  ==============================

Outreach: the three who began took 24 days, mean 8 (6 over all four); Kaplan-Meier 4 -> 0.75, 10 -> 0.25,
median 10. Meeting: 22 -> 0.75, 42 -> 0.25, median 42. Accepted: 30 -> 0.75, 60 -> 0.25, median 60. Win:
0.75 from day 120 on, the median is not reached. Goal of p11: bookings 100 a quarter; 0 in Q1, 60 in Q2 (60
%), 90 in Q3 (90 %): the first quarter at 80 % is 2025-Q3, the third of the employment.

July 2025 has 23 working days in Indonesia. p01 is away for 5 of them: 18. p05 works half: 11.5. p12: 23.
June 2025 has 21 weekdays and 2 public holidays on them (6th, 27th): 19; p13 (hired on the 2nd) too, p10
too.

p02 moves from North (Dewi) to South (Eko) on 2025-05-16, so of the six calls in Q2 two belong to North and
four to South. p03 is an SDR until 2025-04-01 and an AE from then on. `reps` shows what holds now. Sessions:
none. Working days of p09 in 2025 end on 31 March, of p13 they run from 2 June to 2 November.
"""

from datetime import date

AS_OF = date(2025, 12, 31)

TEXTS = {
    "reps": """
rep_id,name,team,manager,role,region,hired_on,left_on,annual_cost,email,working_share
p00,Adi Lama,North,Dewi,AE,West,2022-01-10,2024-07-01,100,adi@tiny.example,
p01,Bela Kusuma,North,Dewi,AE,West,2023-01-09,,100,bela@tiny.example,
p02,Cahya Dewanti,South,Eko,AE,East,2023-02-06,,100,cahya@tiny.example,
p03,Dodi Lubis,North,Dewi,AE,West,2023-03-06,,100,dodi@tiny.example,
p04,Elsa Wijaya,North,Dewi,AE,West,2023-04-03,,100,elsa@tiny.example,
p05,Farah Utami,North,Dewi,AE,West,2023-05-08,,60,farah@tiny.example,0.5
p06,Gita Pohan,South,Eko,AE,East,2023-06-05,,100,gita@tiny.example,
p07,Hari Siregar,South,Eko,AE,East,2023-07-03,,100,hari@tiny.example,
p08,Indra Halim,South,Eko,AE,East,2023-08-07,2026-01-01,100,indra@tiny.example,
p09,Jaya Putra,South,Eko,AE,East,2023-09-04,2025-04-01,100,jaya@tiny.example,
p10,Kiki Amelia,South,Eko,AE,East,2023-10-02,2025-10-01,100,kiki@tiny.example,
p11,Lia Hartono,North,Dewi,AE,West,2025-02-03,,90,lia@tiny.example,
p12,Made Wirawan,North,Dewi,AE,West,2025-03-03,,90,made@tiny.example,
p13,Nana Suryani,South,Eko,AE,East,2025-06-02,2025-11-03,90,nana@tiny.example,
p14,Oki Pratama,South,Eko,AE,East,2025-09-01,,90,oki@tiny.example,
""",
    "rep_history": """
rep_id,starts_on,ends_on,team,manager,role,region
p02,2023-02-06,2025-05-16,North,Dewi,AE,West
p02,2025-05-16,,South,Eko,AE,East
p03,2023-03-06,,North,Dewi,SDR,West
p03,2025-04-01,,North,Dewi,AE,West
""",
    "absences": """
rep_id,starts_on,ends_on,kind
p01,2025-07-07,2025-07-14,leave
""",
    "accounts": """
account_id,name,segment,region,source,created_on
b1,PT Satu,retail,West,web,2024-02-05
b2,PT Dua,retail,East,event,2024-03-04
""",
    "opportunities": """
opportunity_id,rep_id,account_id,name,created_on,accepted_on,closed_on,outcome,stage,amount,entry_rep_id
n1,p11,b1,Satu,2025-03-03,2025-03-05,2025-06-03,won,closed,60,p11
n2,p11,b2,Dua,2025-06-09,2025-06-10,2025-08-04,won,closed,90,p11
n3,p12,b1,Satu lagi,2025-05-01,2025-05-02,,open,proposal,50,p12
n4,p13,b2,Dua lagi,2025-07-31,2025-08-01,2025-10-20,lost,closed,40,p13
""",
    "activities": """
activity_id,rep_id,kind,outcome,occurred_on,opportunity_id
a01,p11,internal_meeting,,2025-02-04,
a02,p11,call,no_answer,2025-02-13,
a03,p11,meeting,no_show,2025-02-20,
a04,p11,meeting,held,2025-02-25,n1
a05,p12,email,,2025-03-07,
a06,p12,call,connected,2025-03-10,
a07,p12,meeting,held,2025-04-14,n3
a08,p13,admin,,2025-06-03,
a09,p13,call,conversation,2025-06-12,
a10,p13,meeting,held,2025-07-14,n4
a11,p14,internal_meeting,,2025-09-02,
a12,p14,internal_meeting,,2025-09-03,
a13,p02,call,connected,2025-04-10,
a14,p02,call,no_answer,2025-05-15,
a15,p02,call,no_answer,2025-05-16,
a16,p02,call,connected,2025-05-19,
a17,p02,call,conversation,2025-06-11,
a18,p02,call,no_answer,2025-06-12,
a19,p03,call,connected,2025-03-31,
a20,p03,call,connected,2025-04-02,
""",
    "goals": """
kpi,scope,scope_id,period,target,philosophy
bookings,rep,p11,2025-Q1,100,C average
bookings,rep,p11,2025-Q2,100,C average
bookings,rep,p11,2025-Q3,100,C average
""",
}
