"""Hand-offs from SDRs to AEs, to be counted by hand. First quarter of 2026, known up to 2026-04-30.

SDRs s1 (whole quarter: 3 months in role) and s2 (hired 2026-02-01: 2 months); AEs e1 (Eva) and e2 (Edo).
Thirteen leads were handed over in the quarter; accepted + rejected, then qualified / not (p: pending):

=====  ==========================================  =============================
       e1                                          e2
=====  ==========================================  =============================
s1     h01 a q, h02 a q, h03 r n, h04 r q, h08 a q  h05 a q, h06 p p, h07 r n
s2     h09 a q, h10 r n, h13 a n                    h11 a q, h12 p p
=====  ==========================================  =============================

Accepted / decided: s1-e1 3 / 5, s1-e2 1 / 2, s2-e1 2 / 3, s2-e2 1 / 1. s1 4 / 7, s2 3 / 4, e1 5 / 8, e2 2 /
3. Lead rate: s1 sent 8 leads of 7 prospects (h01 and h07 are one account) in 3 months: 7 / 3. s2 5 in 2
months: 5 / 2. Qualified: s1 5 of 7 decided (bounds 5 / 8 and 6 / 8); s2 2 of 4 (bounds 2 / 5 and 3 / 5).
Company 7 / 11. Calls in the quarter: s1 8, s2 8. Efficiency 5 / 8 = 0.625 (article: 50 / 80) and 2 / 8 =
0.25 (article: 50 / 200). h13 was accepted without being qualified. h14 (s1) and h15 (s2) were not handed
over; h15 has no answer yet, nor h07.

Minutes to the first response: s1 30 60 120 30 240 60 300 and 1440 (h14): 2280 / 8 = 285, median 90. s2 15
45 60 120 0 (h13): 240 / 5 = 48, median 45. Company 2520 / 13, median 60. Answered 13 of 15: s1 8 of 9, s2 5
of 6. h05 came on a Friday evening and was answered after four hours.

Opportunities from accepted leads: e1 x1 won, x2 lost, x4 open, x5 won, x6 lost: closing 2 / 4 from
acceptance; e2 x3 won, x7 lost: 1 / 2. x8 is e1's own and lost: win rate of e1 2 / 5, closing stays 2 / 4.
All closed in Q1 but x6 (lost 2026-04-20): in Q1 e1 closed x1 x5 won, x2 lost: closing 2 / 3, win rate with
x8 2 / 4. Accepted leads of s1 became x1 x2 x3 x4, won 2 of 3 closed; of s2 x5 x6 x7, won 1 of 3. Eva
coached s2 (one session, two actions) and s1 never; Edo nobody.
"""

from datetime import date

AS_OF = date(2026, 4, 30)

TEXTS = {
    "reps": """
rep_id,name,team,manager,role,region,hired_on,left_on,annual_cost
s1,Sari Dewi,Inside,Dewi,SDR,West,2025-01-06,,60
s2,Soni Akbar,Inside,Dewi,SDR,West,2026-02-01,,60
e1,Eva Marlina,Field,Eko,AE,West,2024-01-08,,120
e2,Edo Saputra,Field,Eko,AE,West,2024-01-08,,120
""",
    "accounts": """
account_id,name,segment,region,source,created_on
d1,PT Alfa,retail,West,web,2026-01-05
d2,PT Beta,retail,West,web,2026-01-05
d3,PT Gama,retail,West,event,2026-01-05
d4,PT Delta,retail,West,event,2026-01-05
d5,PT Epsilon,logistics,West,web,2026-01-05
d6,PT Zeta,logistics,West,web,2026-01-05
d8,PT Teta,logistics,West,web,2026-01-05
d9,PT Iota,retail,West,web,2026-02-02
d10,PT Kapa,retail,West,web,2026-02-02
d11,PT Lamda,retail,West,event,2026-02-02
d12,PT Mu,retail,West,event,2026-02-02
d13,PT Nu,retail,West,event,2026-02-02
d14,PT Xi,retail,West,web,2026-03-02
d15,PT Pi,retail,West,web,2026-03-30
d16,PT Ro,retail,West,web,2026-01-12
""",
    "leads": """
lead_id,rep_id,account_id,created_on,created_at,responded_at,source,handed_on,handed_to,qualification,decision,decided_on,converted_on,opportunity_id
h01,s1,d1,2026-01-05,2026-01-05 09:00,2026-01-05 09:30,web,2026-01-12,e1,qualified,accepted,2026-01-13,2026-01-13,x1
h02,s1,d2,2026-01-06,2026-01-06 09:00,2026-01-06 10:00,web,2026-01-13,e1,qualified,accepted,2026-01-14,2026-01-14,x2
h03,s1,d3,2026-01-07,2026-01-07 09:00,2026-01-07 11:00,event,2026-01-14,e1,not qualified,rejected,2026-01-15,,
h04,s1,d4,2026-01-08,2026-01-08 09:00,2026-01-08 09:30,event,2026-01-20,e1,qualified,rejected,2026-01-21,,
h05,s1,d5,2026-01-09,2026-01-09 18:00,2026-01-09 22:00,web,2026-01-26,e2,qualified,accepted,2026-01-27,2026-01-27,x3
h06,s1,d6,2026-03-02,2026-03-02 09:00,2026-03-02 10:00,web,2026-03-27,e2,,,,,
h07,s1,d1,2026-03-03,2026-03-03 09:00,,web,2026-03-16,e2,not qualified,rejected,2026-03-17,,
h08,s1,d8,2026-02-02,2026-02-02 09:00,2026-02-02 14:00,web,2026-02-23,e1,qualified,accepted,2026-02-24,2026-02-24,x4
h09,s2,d9,2026-02-03,2026-02-03 09:00,2026-02-03 09:15,web,2026-02-09,e1,qualified,accepted,2026-02-10,2026-02-10,x5
h10,s2,d10,2026-02-04,2026-02-04 09:00,2026-02-04 09:45,web,2026-02-11,e1,not qualified,rejected,2026-02-12,,
h11,s2,d11,2026-02-05,2026-02-05 09:00,2026-02-05 10:00,event,2026-02-16,e2,qualified,accepted,2026-02-18,2026-02-18,x7
h12,s2,d12,2026-03-04,2026-03-04 09:00,2026-03-04 11:00,event,2026-03-30,e2,,,,,
h13,s2,d13,2026-03-05,2026-03-05 09:00,2026-03-05 09:00,event,2026-03-12,e1,not qualified,accepted,2026-03-13,2026-03-13,x6
h14,s1,d14,2026-03-09,2026-03-09 09:00,2026-03-10 09:00,web,,,,,,,
h15,s2,d15,2026-03-30,2026-03-30 09:00,,web,,,,,,,
""",  # noqa: E501
    "opportunities": """
opportunity_id,rep_id,account_id,name,created_on,accepted_on,closed_on,outcome,stage,amount,source,entry_rep_id
x1,e1,d1,Alfa,2026-01-13,2026-01-13,2026-03-02,won,closed,100,web,e1
x2,e1,d2,Beta,2026-01-14,2026-01-14,2026-02-16,lost,closed,80,web,e1
x3,e2,d5,Epsilon,2026-01-27,2026-01-27,2026-03-09,won,closed,60,web,e2
x4,e1,d8,Teta,2026-02-24,2026-02-24,,open,proposal,90,web,e1
x5,e1,d9,Iota,2026-02-10,2026-02-10,2026-03-23,won,closed,120,web,e1
x6,e1,d13,Nu,2026-03-13,2026-03-13,2026-04-20,lost,closed,70,event,e1
x7,e2,d11,Lamda,2026-02-18,2026-02-18,2026-03-26,lost,closed,50,event,e2
x8,e1,d16,Ro,2026-01-12,,2026-03-05,lost,closed,40,web,e1
""",
    "coaching": """
session_id,rep_id,coach,held_on,kpi,action,due_on,status,note
z1,s2,Eva Marlina,2026-02-20,qualified_share,Ask for budget before handing over,2026-03-06,done,
z1,s2,Eva Marlina,2026-02-20,qualified_share,Write the need into the lead,2026-03-13,partly,
""",
}

# Calls by day: eight of each SDR in the quarter, and one of s1 before and after it.
_CALLS = {
    "s1": "2025-12-30 2026-01-12 2026-01-13 2026-01-14 2026-01-20 2026-01-26 2026-02-23 2026-03-16 "
    "2026-03-27 2026-04-06",
    "s2": "2026-02-09 2026-02-09 2026-02-11 2026-02-12 2026-02-16 2026-03-12 2026-03-30 2026-03-31",
}
TEXTS["activities"] = "\n".join(
    [
        "activity_id,rep_id,kind,outcome,occurred_on",
        *(
            f"{rep}-{k},{rep},call,connected,{day}"
            for rep, days in _CALLS.items()
            for k, day in enumerate(days.split(), start=1)
        ),
    ]
)
