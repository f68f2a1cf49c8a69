"""The scorecard's sums by rep and month, as somebody who knows DuckDB would write them."""

from __future__ import annotations

MONTHS = """(SELECT range::DATE AS month, (range + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE AS day
    FROM range(DATE '2023-07-01', DATE '2026-07-01', INTERVAL 1 MONTH))"""
ACTIVITIES = """
SELECT rep_id, date_trunc('month', occurred_on) AS month,
    count(*) FILTER (kind = 'call') AS calls,
    count(*) FILTER (kind = 'call' AND outcome IN ('connected', 'conversation')) AS connects,
    count(*) FILTER (kind = 'call' AND outcome = 'conversation') AS conversations,
    count(*) FILTER (kind = 'meeting' AND outcome = 'held') AS meetings,
    count(*) FILTER (kind = 'proposal') AS proposals,
    count(*) FILTER (kind = 'email') AS emails,
    count(*) FILTER (kind = 'follow_up') AS followups,
    count(*) FILTER (kind = 'voicemail') AS voicemails,
    count(*) FILTER (kind = 'internal_meeting') AS internal_meetings,
    count(*) FILTER (kind = 'admin') AS admin
FROM activities WHERE occurred_on BETWEEN DATE '2023-07-01' AND DATE '2026-06-30' GROUP BY ALL"""
CLOSED = """
SELECT rep_id, date_trunc('month', closed_on) AS month,
    count(*) FILTER (outcome = 'won') AS wins,
    count(*) FILTER (outcome = 'lost') AS losses,
    count(*) FILTER (outcome IN ('won', 'lost')) AS closed,
    sum(amount) FILTER (outcome = 'won') AS bookings,
    sum(amount * amount) FILTER (outcome = 'won') AS bookings_squared,
    count(*) FILTER (outcome = 'won' AND amount > 0) AS sized_wins,
    sum(closed_on - created_on) FILTER (outcome = 'won') AS cycle_days,
    sum((closed_on - created_on) * (closed_on - created_on)) FILTER (outcome = 'won') AS cycle_days_squared,
    count(created_on) FILTER (outcome = 'won') AS cycle_wins
FROM opportunities WHERE closed_on BETWEEN DATE '2023-07-01' AND DATE '2026-06-30' GROUP BY ALL"""
CREATED = """
SELECT rep_id, date_trunc('month', created_on) AS month, count(*) AS opportunities_created,
    sum(amount) AS created_value
FROM opportunities WHERE created_on BETWEEN DATE '2023-07-01' AND DATE '2026-06-30' GROUP BY ALL"""
OPEN = f"""
SELECT rep_id, month, sum(amount) AS open_pipeline, count(amount) AS open_opportunities,
    sum(day - created_on) AS open_days
FROM {MONTHS} JOIN opportunities ON created_on <= day AND coalesce(closed_on, DATE '9999-01-01') > day
GROUP BY ALL"""
PROSPECTS = """
SELECT rep_id, date_trunc('month', created_on) AS month, count(*) AS new_prospects
FROM (SELECT rep_id, created_on FROM opportunities
      QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY created_on, opportunity_id) = 1)
GROUP BY ALL"""
# Windows run over as few columns as will do; opportunities are joined afterwards, as the package does.
_MOVES = """
SELECT opportunity_id, stage, entered_on, rep_id,
    CASE stage WHEN 'qualification' THEN 0 WHEN 'discovery' THEN 1 WHEN 'proposal' THEN 2 END AS position
FROM stage_history WHERE entered_on <= DATE '2026-06-30'"""
_ORDER = "PARTITION BY opportunity_id ORDER BY entered_on, position, stage"
STAGES = f"""
SELECT h.rep_id, date_trunc('month', entered_on) AS month, count(*) AS stages_entered,
    count(*) FILTER (furthest > position OR outcome = 'won') AS stages_moved
FROM (SELECT *, max(position) OVER ({_ORDER} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS furthest
      FROM ({_MOVES})
      QUALIFY row_number() OVER (PARTITION BY opportunity_id, stage ORDER BY entered_on) = 1) h
JOIN opportunities USING (opportunity_id)
GROUP BY ALL"""
STAYS = f"""
SELECT rep_id, date_trunc('month', left_on) AS month, count(*) AS stays_ended,
    sum(left_on - entered_on) AS stay_days,
    sum((left_on - entered_on) * (left_on - entered_on)) AS stay_days_squared
FROM (SELECT h.rep_id, entered_on, coalesce(next_on, closed_on) AS left_on
      FROM (SELECT *, lead(entered_on) OVER ({_ORDER}) AS next_on
            FROM (SELECT *, lag(stage) OVER ({_ORDER}) AS before FROM ({_MOVES}))
            WHERE before IS DISTINCT FROM stage) h
      JOIN opportunities USING (opportunity_id))
WHERE left_on BETWEEN DATE '2023-07-01' AND DATE '2026-06-30' GROUP BY ALL"""
QUERIES = (ACTIVITIES, CLOSED, CREATED, OPEN, PROSPECTS, STAGES, STAYS)
