"""A pipeline to be counted by hand: stages, ages, pushes, next steps, owners. Third quarter of 2026, as of
2026-09-30.

n1 (Jakarta), n2 (Surabaya), n3 (Surabaya, left on 2026-09-01 and still owns y11). Stages qualified,
meeting, proposal.

Open at the start of the quarter: n1 y01 y02 y03, n2 y08, n3 y11. Entered in it: n1 y04 y05 y06 y07, n2 y09
y10. Won in it: y01 y02 y04 y05. Lost: y03 y06 y08. Open at its end: y07 (n1), y09 y10 (n2), y11 (n3).
Conversion of the article (won / open at start + entered): n1 4 / 7 = the article's four of seven, n2 0 / 3,
n3 0 / 1, company 4 / 11. Win rate: n1 4 / 6, n2 0 / 1, n3 none closed, company 4 / 7; by value n1 400 /
550, company 400 / 700. Before the quarter: y12 won, y13 lost. Days to the win: y01 40, y02 60, y04 20, y05
30, y12 50: P90 56. Days to the loss: y03 61, y06 31, y08 88, y13 28. Won within 60 days of entry, among the
ten that entered by 2026-08-01 (y01 to y06, y08, y11, y12, y13): y01 y02 y04 y05 y12: 5 / 10. Within 30
days, among the twelve that entered by 2026-08-31 (those ten, y07 and y09): y04 y05: 2 / 12.

Age on 2026-09-30: y07 30, y09 50, y10 10, y11 100: mean 47.5, median 40, P90 85; n1 30, n2 30, n3 100.
Older than the won P90 of 56: y11, 1 / 4. In the present stage: y07 20 (since 09-10), y09 30 (since 08-31),
y10 10, y11 100: mean 40. Open pipeline 400: y07 100, y09 200, y10 40, y11 60. Weighted by probability 60 +
60 + 4 + 30 = 154. Bookings of n1 400 (y01 100, y02 150, y04 50, y05 100) of a goal of 500: 0.8; 100
missing, open pipeline of n1 100. Goals of the next quarter: n1 200, n2 100, company 400: open pipeline
covers 0.5 (n1), 2.4 (n2) and 1.0 of them.

New prospects of the quarter, by the owner on the day of entry: n1 y04 y07 (accounts g4 g7; y06 is a second
opportunity of g1), n2 y05 y09 (y05 went on to n1), n3 y10, which came with an import. Five, four without
the import.

Stages, all days: 13 entered qualified (y02 went straight on to proposal; y03 went back to meeting). Later
stage reached: y01 y02 y03 y04 y05 y07 y08 y09 y12: 9 / 13. Meeting entered 8 (not y02), proposal reached
y01 y03 y04 y05 y07 y12: 6 / 8; with the one that skipped it 7 / 9. Proposal entered 7 (y01 y02 y03 y04 y05
y07 y12), won 5 / 7. First entries in the quarter: qualified y04 y05 y06 y07 y09 y10, later y04 y05 y07 y09:
4 / 6. Meeting y04 y05 y07 y09 (y03 comes back in it), proposal y04 y05 y07: 3 / 4. Proposal y01 y03 y04 y05
y07, won y01 y04 y05: 3 / 5. Entries of all kinds in the quarter: 6 qualified, 5 meeting, 5 proposal. Moved
back once: y03.

Close dates: changed 5 times in the quarter, 4 of them later (y07 twice, y09, y01), y05 once earlier; y08
was pushed in the quarter before. Pushed in the quarter 3 opportunities of the 11 in the pipeline. Days
pushed: y07 15 + 31, y09 15, y01 6. Overdue on 2026-09-30: y11 (2026-08-31). No next step: y09 y10 y11, 3 of
4 open ones. Last activity of open ones: y07 09-28 by its contact (g7c), y09 08-31 by account and owner, y10
none, y11 07-15. Without one for more than 21 days: y09 (30), y11 (77), y10 never (open for 10 days). Tasks:
due in the quarter u05 (done before), u06 (done late), u07 (open: overdue). u08 is due later. Done 2 of 3.
u09 belongs to nobody's opportunity: no contact, no account.
"""

from datetime import date

AS_OF = date(2026, 9, 30)

TEXTS = {
    "reps": """
rep_id,name,team,manager,role,region,hired_on,left_on,annual_cost
n1,Nadia Putri,Jakarta,Dewi,AE,West,2024-01-08,,100
n2,Nico Halim,Surabaya,Eko,AE,East,2024-01-08,,100
n3,Nita Sari,Surabaya,Eko,AE,East,2024-01-08,2026-09-01,100
""",
    "accounts": "account_id,name,segment,region,source,created_on\n"
    + "\n".join(
        f"g{k},PT Nomor {k},{'retail' if k % 2 else 'logistics'},West,web,2026-03-02" for k in range(1, 14)
    ),
    "contacts": """
contact_id,account_id,name,email
g1c,g1,Bu Ratih,ratih@g1.example
g7c,g7,Pak Joko,joko@g7.example
g7d,g7,Bu Wati,wati@g7.example
""",
    "opportunity_contacts": """
opportunity_id,contact_id,role
y01,g1c,decision maker
y07,g7c,decision maker
y07,g7d,user
""",
    "opportunities": """
opportunity_id,rep_id,entry_rep_id,account_id,name,created_on,closed_on,expected_close_on,outcome,stage,amount,probability,next_step,type,source,entered_by
y01,n1,n1,g1,One,2026-06-01,2026-07-11,2026-07-11,won,proposal,100,,,new,web,rep
y02,n1,n1,g2,Two,2026-05-22,2026-07-21,2026-07-21,won,proposal,150,,,new,web,rep
y03,n1,n1,g3,Three,2026-06-10,2026-08-10,2026-08-31,lost,meeting,60,,,new,web,rep
y04,n1,n1,g4,Four,2026-07-06,2026-07-26,2026-07-31,won,proposal,50,,,new,web,rep
y05,n1,n2,g5,Five,2026-07-13,2026-08-12,2026-08-12,won,proposal,100,,,new,web,rep
y06,n1,n1,g1,One more,2026-07-20,2026-08-20,2026-09-15,lost,qualified,90,,,expansion,web,rep
y07,n1,n1,g7,Seven,2026-08-31,,2026-10-31,open,proposal,100,0.6,Send the contract,new,web,rep
y08,n2,n2,g8,Eight,2026-06-08,2026-09-04,2026-08-31,lost,meeting,150,,,new,web,rep
y09,n2,n2,g9,Nine,2026-08-11,,2026-10-15,open,meeting,200,0.3,,new,web,rep
y10,n2,n3,g10,Ten,2026-09-20,,2026-11-30,open,qualified,40,0.1,,new,list,import
y11,n3,n3,g11,Eleven,2026-06-22,,2026-08-31,open,qualified,60,0.5,,new,web,rep
y12,n1,n1,g12,Twelve,2026-04-01,2026-05-21,2026-05-31,won,proposal,80,,,new,web,rep
y13,n2,n2,g13,Thirteen,2026-04-06,2026-05-04,2026-05-31,lost,qualified,70,,,new,web,rep
""",
    "stage_history": """
opportunity_id,stage,entered_on,rep_id
y01,qualified,2026-06-01,n1
y01,meeting,2026-06-15,n1
y01,proposal,2026-07-01,n1
y02,qualified,2026-05-22,n1
y02,proposal,2026-06-20,n1
y03,qualified,2026-06-10,n1
y03,meeting,2026-06-20,n1
y03,proposal,2026-07-06,n1
y03,meeting,2026-07-20,n1
y04,qualified,2026-07-06,n1
y04,meeting,2026-07-10,n1
y04,proposal,2026-07-20,n1
y05,qualified,2026-07-13,n2
y05,meeting,2026-07-20,n1
y05,proposal,2026-08-03,n1
y06,qualified,2026-07-20,n1
y07,qualified,2026-08-31,n1
y07,meeting,2026-09-03,n1
y07,proposal,2026-09-10,n1
y08,qualified,2026-06-08,n2
y08,meeting,2026-06-18,n2
y09,qualified,2026-08-11,n2
y09,meeting,2026-08-31,n2
y10,qualified,2026-09-20,n3
y11,qualified,2026-06-22,n3
y12,qualified,2026-04-01,n1
y12,meeting,2026-04-15,n1
y12,proposal,2026-05-01,n1
y13,qualified,2026-04-06,n2
""",
    "close_date_changes": """
opportunity_id,changed_on,old_close_on,new_close_on,rep_id
y08,2026-06-25,2026-06-30,2026-08-31,n2
y01,2026-07-03,2026-07-05,2026-07-11,n1
y05,2026-08-05,2026-08-31,2026-08-12,n1
y07,2026-09-14,2026-09-15,2026-09-30,n1
y09,2026-09-25,2026-09-30,2026-10-15,n2
y07,2026-09-29,2026-09-30,2026-10-31,n1
""",
    "activities": """
activity_id,rep_id,kind,outcome,occurred_on,due_on,completed_on,opportunity_id,account_id,contact_id,subject
u01,n1,call,conversation,2026-07-03,,,y01,g1,,First call
u02,n3,call,connected,2026-07-15,,,y11,g11,,First call
u03,n1,call,connected,2026-09-28,,,,,g7c,About the contract
u04,n2,meeting,held,2026-08-31,,,,g9,,Demo
u05,n1,follow_up,,2026-07-09,2026-07-10,2026-07-09,y02,g2,,Send offer
u06,n1,follow_up,,2026-08-10,2026-08-03,2026-08-10,y05,g5,,Send offer
u07,n2,follow_up,,2026-08-31,2026-09-10,,y09,g9,,Ask for a date
u08,n1,follow_up,,2026-09-22,2026-10-05,,y07,g7,,Ask for a date
u09,n2,email,,2026-08-19,,,,,,Newsletter
""",
    "goals": """
kpi,scope,scope_id,period,target,philosophy
bookings,rep,n1,2026-Q3,500,C average
bookings,rep,n1,2026-Q4,200,C average
bookings,rep,n2,2026-Q4,100,C average
bookings,organisation,,2026-Q4,400,C average
wins,rep,n1,2026-Q4,4,C average
""",
}
