"""Values of the KPIs of prospects, pipeline, stages, quota and reps, worked out by hand.

For each KPI: rows of a company of `tiny`, a period, whose (a rep, ``column=value``, or empty: everybody) and
the value; None is missing. The heads of `tiny_people`, `tiny_pipeline` and `tiny_handoffs` show how they come
about.
"""

from __future__ import annotations

Row = tuple[str, str, str, float | None]
M = 1_000_000.0


def _quarters(q2: float | None, *q3: float | None) -> list[Row]:
    """The three reps: everybody in Q2 2026, then everybody, Ani, Budi and Citra in Q3."""
    whose = ("", "r1", "r2", "r3")
    return [
        ("", "2026-Q2", "", q2),
        *(("", "2026-Q3", who, v) for who, v in zip(whose, q3, strict=True)),
    ]


def _pipeline(*values: float | None) -> list[Row]:
    """The pipeline in Q3 2026: everybody, then n1, n2 and n3."""
    return [("pipeline", "2026-Q3", who, v) for who, v in zip(("", "n1", "n2", "n3"), values, strict=True)]


def _people(*values: float | None) -> list[Row]:
    """People in 2025: everybody, then the four hired, p11 to p14."""
    whose = ("", "p11", "p12", "p13", "p14")
    return [("people", "2025", who, v) for who, v in zip(whose, values, strict=True)]


def _handoffs(*values: float | None) -> list[Row]:
    """Leads in Q1 2026: everybody, then the SDRs s1 and s2."""
    return [("handoffs", "2026-Q1", who, v) for who, v in zip(("", "s1", "s2"), values, strict=True)]


# Working days of Q3 2026: 23 in July, 19 in August (the 17th and the 25th are holidays), 22 in September. Ani
# and Budi work all 64 of them, Citra until the end of August.
_ANI = _BUDI = 23 + 19 + 22
_CITRA = 23 + 19
_ALL = _ANI + _BUDI + _CITRA


def _per_day(*counts: float) -> list[Row]:
    """Counts of Q3 2026 by the working days of everybody, Ani, Budi and Citra."""
    days = zip(("", "r1", "r2", "r3"), counts, (_ALL, _ANI, _BUDI, _CITRA), strict=True)
    return [("", "2026-Q3", who, count / d) for who, count, d in days]


# Days in stages that ended in Q3 2026: y01 meeting 16, proposal 10; y02 proposal 31; y03 meeting 16, proposal
# 14, meeting 21; y04 4 10 6; y05 7 14 9; y06 31; y07 3 7; y08 meeting 78; y09 qualified 20.
_N1 = (16, 10, 31, 16, 14, 21, 4, 10, 6, 14, 9, 31, 3, 7)
_N2 = (7, 78, 20)  # y05 was n2's while it was qualified

VALUES: dict[str, list[Row]] = {
    "show_rate": [*_quarters(2 / 3, 4 / 5, 2 / 2, 1 / 2, 1 / 1), *_pipeline(1 / 1, None, 1 / 1, None)],
    "tasks_done": _pipeline(2, 2, 0, 0),
    "tasks_overdue": [*_pipeline(1, 0, 1, 0), ("pipeline", "2026-08-01..2026-08-05", "", 1)],  # u06 then
    "tasks_in_time": _pipeline(1 / 3, 1 / 2, 0 / 1, None),
    "calls.per_day": _per_day(9, 3, 4, 2),
    "connects.per_day": _per_day(5, 2, 2, 1),
    "conversations.per_day": _per_day(2, 1, 1, 0),
    "meetings.per_day": _per_day(4, 2, 1, 1),
    "proposals.per_day": _per_day(3, 2, 1, 0),
    "emails.per_day": _per_day(1, 1, 0, 0),
    "followups.per_day": _per_day(1, 1, 0, 0),
    "wins.per_day": _per_day(2, 1, 1, 0),
    "opportunities_created.per_day": _per_day(5, 2, 2, 1),
    "tasks_done.per_day": _pipeline(2 / _ALL, 2 / _ANI, 0, 0),
    "tasks_overdue.per_day": _pipeline(2 / _ALL, 1 / _ANI, 1 / _BUDI, 0),  # u06 was done late, u07 is open
    # In Q2 a1 and a2 came in through Ani, a3 through Citra; none of them is new in Q3.
    "new_prospects": [*_quarters(3, 0, 0, 0, 0), *_pipeline(5, 2, 2, 1), ("", "2026-Q2", "r1", 2)],
    "new_prospects.seed": [
        *_quarters(7, 5, 2, 2, 1),
        *_pipeline(6, 3, 2, 1),
        *(("history", "2026-Q3", who, v) for who, v in (("r1", 1), ("r2", 3), ("r3", 1))),
    ],
    "new_prospects.sourced": _pipeline(4, 2, 2, 0),
    "new_prospects.assigned": _pipeline(1, 0, 0, 1),
    "lead_response_time": _handoffs(42 / 13, 38 / 8, 4 / 5),  # hours
    "leads_answered": _handoffs(13 / 15, 8 / 9, 5 / 6),
    # Q2: o01 100, o02 60, o03 80, o04 40, o06 50, o08 70, o11 45; Q3: o05 90, o09 120, o07 30, o10 55, o12 25
    "pipeline_created": _quarters(445 * M, 320 * M, 210 * M, 85 * M, 25 * M),
    "weighted_pipeline": _pipeline(154, 60, 64, 30),
    # Won of the closed that ever were qualified or in a meeting 3 of 4, in proposal 3 of 3.
    "weighted_pipeline.stage": _quarters(0, 120 * M + 25 * M * 3 / 4, 120 * M, 0, 25 * M * 3 / 4),
    # 30 June: o04 29, o06 15, o08 22, o11 50 days; 30 September: o09 58, o10 29, o11 142, o12 72
    "lead_age": [*_quarters(116 / 4, 301 / 4, 58, 171 / 2, 72), *_pipeline(47.5, 30, 30, 100)],
    "lead_age.seed": [*_quarters(116 / 4, 301 / 4, 58, 171 / 2, 72), *_pipeline(47.5, 30, 30, 100)],
    # Days of the wins 20 30 40 50: P90 47.
    "old_lead_share": [*_quarters(1 / 4, 3 / 4, 1, 1 / 2, 1), *_pipeline(1 / 4, 0, 0, 1)],
    # Q2: o01 and o02 three of three, o03 one of two; Q3: o05 three of three, o09 two of three, o12 none.
    "stage_rate": [
        *_quarters(7 / 8, 5 / 7, 5 / 6, None, 0 / 1),
        ("pipeline", "2026-Q3", "stage=qualified", 4 / 6),
        ("pipeline", "2026-Q3", "stage=meeting", 3 / 4),
        ("pipeline", "2026-Q3", "stage=proposal", 3 / 5),
        ("pipeline", "2026-04-01..2026-09-30", "stage=qualified", 9 / 13),
        ("pipeline", "2026-04-01..2026-09-30", "stage=meeting", 6 / 8),
        ("pipeline", "2026-04-01..2026-09-30", "stage=proposal", 5 / 7),
    ],
    "stage_rate.decided": [
        *_quarters(7 / 8, 5 / 5, 5 / 5, None, None),
        ("pipeline", "2026-Q3", "stage=qualified", 4 / 5),  # y10 is still there
        ("pipeline", "2026-Q3", "stage=meeting", 3 / 3),  # y09 is still there
        ("pipeline", "2026-Q3", "stage=proposal", 3 / 4),  # y07 is still there
    ],
    # Q2: 9 12 9, 4 7 9, 24 36; Q3: o05 7 14 19, o09 14 21.
    "time_in_stage": [
        *_quarters(110 / 8, 75 / 5, 75 / 5, None, None),
        *_pipeline(sum(_N1 + _N2) / 17, sum(_N1) / 14, sum(_N2) / 3, None),
        ("", "2026-Q3", "stage=proposal", 19),
    ],
    "time_in_stage.open": [*_quarters(None, 95 / 2, 23, None, 72), *_pipeline(40, 20, 30, 110 / 2)],
    # 30 June: o11 since 12 May. 30 September: o11, and o12 since 13 August. Pipeline: y09 y11.
    "stalled_share": [*_quarters(1 / 4, 2 / 4, 0, 1 / 2, 1), *_pipeline(2 / 4, 0, 1 / 2, 1 / 1)],
    # y07 and y09 went from September into October; y01 only some days on.
    "push_rate": _pipeline(2 / 11, 1 / 7, 1 / 3, 0 / 1),
    "push_rate.any": _pipeline(3 / 11, 2 / 7, 1 / 3, 0 / 1),
    "close_date_changes": _pipeline(5 / 11, 4 / 7, 1 / 3, 0 / 1),
    # Open on 30 June: o04 | o06 o11 | o08; entered in Q3: o05 o09 | o07 o10 | o12; won o05 | o06.
    "win_rate.seed": [*_quarters(2 / 7, 2 / 9, 1 / 3, 1 / 4, 0 / 2), *_pipeline(4 / 11, 4 / 7, 0 / 3, 0 / 1)],
    "win_rate.value": [
        *_quarters(160 / 240, 140 / 280, 90 / 130, 50 / 80, 0 / 70),
        *_pipeline(400 / 700, 400 / 550, 0, None),
    ],
    # Q3: only o05 entered 90 days before the end of September or earlier.
    "win_rate.cohort": _quarters(3 / 7, 1 / 1, 1 / 1, None, None),
    "sales_velocity": _quarters(
        4 * (2 / 3) * 80 * M / 25,
        4 * (2 / 5) * 70 * M / 45,
        1 * (1 / 2) * 90 * M / 40,
        2 * (1 / 2) * 50 * M / 50,
        None,
    ),
    "quota_attainment": [*_quarters(None, 0.9, 0.9, None, None), *_pipeline(0.8, 0.8, None, None)],
    # On 30 September 10 of Ani's 100 are missing and 120 are open; of n1's 500 100 are missing, 100 are open.
    "pipeline_coverage": [*_quarters(None, 12, 12, None, None), *_pipeline(1, 1, None, None)],
    "rep_days": [
        ("", "2026-Q3", "", _ALL),
        *(("people", "2025-07", who, v) for who, v in (("p01", 18), ("p05", 11.5), ("p12", 23))),
        *(("people", "2025-06", who, 19) for who in ("p10", "p13")),
    ],
    "rep_retention": [
        *_people(8 / 10, None, None, None, None),
        *(("people", "2025", who, v) for who, v in (("p08", 1), ("p09", 0))),
        *_quarters(2 / 2, 2 / 3, 1, 1, 0),
    ],
    "rep_retention.seed": [*_people((11 - 4) / 10, None, None, None, None), ("", "2026-Q3", "", 2 / 3)],
    "ramp_time": _people(24 / 3, 10, 4, 10, None),
    "ramp_time.seed": _people(24 / 4, 10, 4, 10, 0),
    "ramp_started": _people(3 / 4, 1, 1, 1, 0),
    "ramp_time.meeting": _people((22 + 42 + 42) / 3, 22, 42, 42, None),
    "ramp_time.accepted": _people((30 + 60 + 60) / 3, 30, 60, 60, None),
    "ramp_time.win": _people(120, 120, None, None, None),
    "ramp_time.goal": _people(239, 239, None, None, None),  # 3 February to 30 September 2025
}
