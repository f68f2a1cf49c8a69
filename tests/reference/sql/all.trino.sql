SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."occurred_on") * 12
    ) + EXTRACT(month FROM "t1"."occurred_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'call') AS "calls",
  COUNT(*) FILTER(WHERE
    (
      "t1"."kind" = 'call'
    ) AND "t1"."outcome" IN ('connected', 'conversation')) AS "connects",
  COUNT(*) FILTER(WHERE
    (
      "t1"."kind" = 'call'
    ) AND "t1"."outcome" IN ('conversation')) AS "conversations",
  COUNT(*) FILTER(WHERE
    (
      "t1"."kind" = 'meeting'
    ) AND "t1"."outcome" IN ('held')) AS "meetings",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'proposal') AS "proposals",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'email') AS "emails",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'follow_up') AS "followups",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'voicemail') AS "voicemails",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'internal_meeting') AS "internal_meetings",
  COUNT(*) FILTER(WHERE
    "t1"."kind" = 'admin') AS "admin",
  COUNT(*) FILTER(WHERE
    (
      "t1"."kind" = 'meeting'
    ) AND "t1"."outcome" IN ('held', 'no_show')) AS "meetings_set"
FROM (
  SELECT
    "t0"."rep_id",
    "t0"."kind",
    "t0"."outcome",
    "t0"."occurred_on",
    "t0"."opportunity_id",
    "t0"."account_id"
  FROM "activities" AS "t0"
  WHERE
    "t0"."occurred_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."occurred_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t11"."rep_id",
  (
    (
      EXTRACT(year FROM "t11"."day_on") * 12
    ) + EXTRACT(month FROM "t11"."day_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t11"."share") AS "rep_days"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t8"."rep_id",
      "t3"."day_on",
      "t8"."share"
    FROM (
      SELECT
        "t6"."rep_id",
        MAX("t6"."hired_on") AS "hired_on",
        MAX("t6"."left_on") AS "left_on",
        MAX("t6"."share") AS "share"
      FROM (
        SELECT
          "t1"."rep_id",
          COALESCE("t1"."hired_on", CAST('1900-01-01' AS DATE)) AS "hired_on",
          COALESCE("t1"."left_on", FROM_ISO8601_DATE('9999-01-01')) AS "left_on",
          COALESCE("t1"."working_share", CAST(1.0 AS DOUBLE)) AS "share"
        FROM "reps" AS "t1"
      ) AS "t6"
      GROUP BY
        1
    ) AS "t8"
    INNER JOIN "calendar" AS "t3"
      ON "t3"."day_on" >= "t8"."hired_on" AND "t3"."day_on" < "t8"."left_on"
    WHERE
      NOT EXISTS(
        SELECT
          1
        FROM (
          SELECT
            "t2"."rep_id",
            "t2"."starts_on",
            "t2"."ends_on"
          FROM "absences" AS "t2"
        ) AS "t5"
        WHERE
          "t8"."rep_id" = "t5"."rep_id"
          AND "t3"."day_on" >= "t5"."starts_on"
          AND "t3"."day_on" < "t5"."ends_on"
      )
  ) AS "t10"
  WHERE
    "t10"."day_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t10"."day_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t11"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."completed_on") * 12
    ) + EXTRACT(month FROM "t1"."completed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t1"."due_on" IS NOT NULL) AS "tasks_done"
FROM (
  SELECT
    "t0"."rep_id",
    "t0"."due_on",
    "t0"."completed_on",
    "t0"."opportunity_id",
    "t0"."account_id"
  FROM "activities" AS "t0"
  WHERE
    "t0"."completed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."completed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t10"."rep_id",
  "t10"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t10"."due_on" < "t10"."as_of_on") AS "tasks_overdue"
FROM (
  SELECT
    "t9"."rep_id",
    "t9"."due_on",
    "t9"."completed_on",
    "t9"."opportunity_id",
    "t9"."account_id",
    "t9"."bucket",
    "t9"."as_of_on",
    "t9"."first_on"
  FROM (
    SELECT
      "t4"."rep_id",
      "t4"."due_on",
      "t4"."completed_on",
      "t4"."opportunity_id",
      "t4"."account_id",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t0"."rep_id",
        "t0"."due_on",
        "t0"."completed_on",
        "t0"."opportunity_id",
        "t0"."account_id"
      FROM "activities" AS "t0"
    ) AS "t4"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t6"
    ) AS "t8"
      ON "t4"."due_on" <= "t8"."as_of_on"
      AND COALESCE("t4"."completed_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."as_of_on"
  ) AS "t9"
) AS "t10"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."due_on") * 12
    ) + EXTRACT(month FROM "t1"."due_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    (
      "t1"."due_on" < "t1"."as_of_on"
    )
    AND (
      (
        "t1"."completed_on" IS NULL
      ) OR (
        "t1"."completed_on" > "t1"."due_on"
      )
    )) AS "tasks_late",
  COUNT(*) FILTER(WHERE
    "t1"."completed_on" <= "t1"."due_on") AS "tasks_in_time",
  COUNT(*) AS "tasks_due"
FROM (
  SELECT
    "t0"."rep_id",
    "t0"."due_on",
    "t0"."completed_on",
    "t0"."opportunity_id",
    "t0"."account_id",
    FROM_ISO8601_DATE('2026-08-31') AS "as_of_on"
  FROM "activities" AS "t0"
  WHERE
    "t0"."due_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."due_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."closed_on") * 12
    ) + EXTRACT(month FROM "t1"."closed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t1"."outcome" = 'won') AS "wins",
  COUNT(*) FILTER(WHERE
    "t1"."outcome" = 'lost') AS "losses",
  SUM("t1"."amount") FILTER(WHERE
    "t1"."outcome" = 'won') AS "bookings",
  SUM("t1"."amount" * "t1"."amount") FILTER(WHERE
    "t1"."outcome" = 'won') AS "bookings_squared",
  COUNT(*) FILTER(WHERE
    (
      "t1"."outcome" = 'won'
    ) AND (
      "t1"."amount" > 0
    )) AS "sized_wins",
  COUNT(*) FILTER(WHERE
    "t1"."outcome" IN ('won', 'lost')) AS "closed",
  SUM("t1"."amount") FILTER(WHERE
    "t1"."outcome" IN ('won', 'lost')) AS "closed_value",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."closed_on"))
  ) FILTER(WHERE
    "t1"."outcome" = 'won') AS "cycle_days",
  COUNT("t1"."created_on") FILTER(WHERE
    "t1"."outcome" = 'won') AS "cycle_wins",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."closed_on")) * DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."closed_on"))
  ) FILTER(WHERE
    "t1"."outcome" = 'won') AS "cycle_days_squared",
  COUNT(*) FILTER(WHERE
    (
      "t1"."accepted_on" IS NOT NULL
    ) AND (
      "t1"."outcome" = 'won'
    )) AS "accepted_won",
  COUNT(*) FILTER(WHERE
    (
      "t1"."accepted_on" IS NOT NULL
    ) AND "t1"."outcome" IN ('won', 'lost')) AS "accepted_closed"
FROM (
  SELECT
    "t0"."opportunity_id",
    "t0"."rep_id",
    "t0"."account_id",
    "t0"."created_on",
    "t0"."closed_on",
    "t0"."outcome",
    "t0"."amount",
    "t0"."accepted_on"
  FROM "opportunities" AS "t0"
  WHERE
    "t0"."closed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."closed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t7"."rep_id",
  (
    (
      EXTRACT(year FROM "t7"."created_on") * 12
    ) + EXTRACT(month FROM "t7"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "new_prospects"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t4"."opportunity_id",
      "t4"."created_on",
      "t4"."account_id",
      "t4"."rep_id",
      "t4"."accepted_on"
    FROM (
      SELECT
        "t3"."opportunity_id",
        "t3"."created_on",
        "t3"."account_id",
        "t3"."rep_id",
        "t3"."accepted_on",
        "t3"."alone"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t1"."opportunity_id",
            "t1"."created_on",
            "t1"."account_id",
            "t1"."rep_id",
            "t1"."accepted_on",
            "t1"."alone",
            ROW_NUMBER() OVER (
              PARTITION BY "t1"."account_id", "t1"."alone"
              ORDER BY "t1"."created_on" ASC, "t1"."opportunity_id" ASC
            ) - 1 AS "entry"
          FROM (
            SELECT
              "t0"."opportunity_id",
              "t0"."created_on",
              "t0"."account_id",
              COALESCE("t0"."entry_rep_id", "t0"."rep_id") AS "rep_id",
              "t0"."accepted_on",
              IF("t0"."account_id" IS NULL, "t0"."opportunity_id", CAST(NULL AS VARCHAR)) AS "alone"
            FROM "opportunities" AS "t0"
            WHERE
              "t0"."created_on" IS NOT NULL
          ) AS "t1"
        ) AS "t2"
        WHERE
          "t2"."entry" = 0
      ) AS "t3"
    ) AS "t4"
  ) AS "t6"
  WHERE
    "t6"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t6"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t7"
GROUP BY
  1,
  2;

SELECT
  "t3"."rep_id",
  (
    (
      EXTRACT(year FROM "t3"."created_on") * 12
    ) + EXTRACT(month FROM "t3"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "entered_opportunities"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t0"."opportunity_id",
      "t0"."created_on",
      "t0"."account_id",
      COALESCE("t0"."entry_rep_id", "t0"."rep_id") AS "rep_id",
      "t0"."accepted_on"
    FROM "opportunities" AS "t0"
  ) AS "t2"
  WHERE
    "t2"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t2"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t3"
GROUP BY
  1,
  2;

SELECT
  "t8"."rep_id",
  (
    (
      EXTRACT(year FROM "t8"."created_on") * 12
    ) + EXTRACT(month FROM "t8"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    NOT (
      "t8"."is_assigned"
    ) AND (
      "t8"."entered_by" = 'rep'
    )) AS "sourced_prospects",
  COUNT(*) FILTER(WHERE
    "t8"."is_assigned") AS "assigned_prospects"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t5"."opportunity_id",
      "t5"."created_on",
      "t5"."entered_by",
      "t5"."account_id",
      "t5"."rep_id",
      "t5"."accepted_on",
      COALESCE((
        "t5"."entered_by" = 'import'
      ) OR (
        "t5"."accepted_on" IS NOT NULL
      ), FALSE) AS "is_assigned"
    FROM (
      SELECT
        "t4"."opportunity_id",
        "t4"."created_on",
        "t4"."entered_by",
        "t4"."account_id",
        "t4"."rep_id",
        "t4"."accepted_on"
      FROM (
        SELECT
          "t3"."opportunity_id",
          "t3"."created_on",
          "t3"."entered_by",
          "t3"."account_id",
          "t3"."rep_id",
          "t3"."accepted_on",
          "t3"."alone"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t1"."opportunity_id",
              "t1"."created_on",
              "t1"."entered_by",
              "t1"."account_id",
              "t1"."rep_id",
              "t1"."accepted_on",
              "t1"."alone",
              ROW_NUMBER() OVER (
                PARTITION BY "t1"."account_id", "t1"."alone"
                ORDER BY "t1"."created_on" ASC, "t1"."opportunity_id" ASC
              ) - 1 AS "entry"
            FROM (
              SELECT
                "t0"."opportunity_id",
                "t0"."created_on",
                "t0"."entered_by",
                "t0"."account_id",
                COALESCE("t0"."entry_rep_id", "t0"."rep_id") AS "rep_id",
                "t0"."accepted_on",
                IF("t0"."account_id" IS NULL, "t0"."opportunity_id", CAST(NULL AS VARCHAR)) AS "alone"
              FROM "opportunities" AS "t0"
              WHERE
                "t0"."created_on" IS NOT NULL
            ) AS "t1"
          ) AS "t2"
          WHERE
            "t2"."entry" = 0
        ) AS "t3"
      ) AS "t4"
    ) AS "t5"
  ) AS "t7"
  WHERE
    "t7"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t7"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t8"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."created_on") * 12
    ) + EXTRACT(month FROM "t1"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM(
    CAST(TO_UNIXTIME("t1"."responded_at") - TO_UNIXTIME("t1"."created_at") AS DOUBLE) / CAST(3600.0 AS DOUBLE)
  ) FILTER(WHERE
    "t1"."responded_at" >= "t1"."created_at") AS "response_hours",
  COUNT(*) FILTER(WHERE
    "t1"."responded_at" >= "t1"."created_at") AS "leads_answered",
  SUM(
    (
      CAST(TO_UNIXTIME("t1"."responded_at") - TO_UNIXTIME("t1"."created_at") AS DOUBLE) / CAST(3600.0 AS DOUBLE)
    ) * (
      CAST(TO_UNIXTIME("t1"."responded_at") - TO_UNIXTIME("t1"."created_at") AS DOUBLE) / CAST(3600.0 AS DOUBLE)
    )
  ) FILTER(WHERE
    "t1"."responded_at" >= "t1"."created_at") AS "response_hours_squared",
  COUNT("t1"."created_at") AS "leads_timed"
FROM (
  SELECT
    "t0"."rep_id",
    "t0"."account_id",
    "t0"."created_on",
    "t0"."opportunity_id",
    "t0"."created_at",
    "t0"."responded_at"
  FROM "leads" AS "t0"
  WHERE
    "t0"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."created_on") * 12
    ) + EXTRACT(month FROM "t1"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "opportunities_created",
  SUM("t1"."amount") AS "created_value",
  SUM("t1"."amount" * "t1"."amount") AS "created_value_squared",
  COUNT(*) FILTER(WHERE
    "t1"."amount" > 0) AS "created_with_value",
  COUNT(*) FILTER(WHERE
    (
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."as_of_on")) >= 90
    )
    AND (
      "t1"."outcome" = 'won'
    )
    AND (
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."closed_on")) <= 90
    )
    AND (
      "t1"."closed_on" <= "t1"."as_of_on"
    )) AS "won_within_90",
  COUNT(*) FILTER(WHERE
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t1"."created_on"), DATE_TRUNC('DAY', "t1"."as_of_on")) >= 90) AS "entered_90_ago"
FROM (
  SELECT
    "t0"."opportunity_id",
    "t0"."rep_id",
    "t0"."account_id",
    "t0"."created_on",
    "t0"."closed_on",
    "t0"."outcome",
    "t0"."amount",
    FROM_ISO8601_DATE('2026-08-31') AS "as_of_on"
  FROM "opportunities" AS "t0"
  WHERE
    "t0"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t10"."rep_id",
  "t10"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t10"."amount") FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "open_pipeline",
  COUNT("t10"."amount") FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "open_opportunities",
  SUM("t10"."amount" * "t10"."probability") FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "weighted_pipeline",
  COUNT("t10"."amount" * "t10"."probability") FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "weighted_opportunities",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t10"."created_on"), DATE_TRUNC('DAY', "t10"."as_of_on"))
  ) FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "open_days",
  COUNT(*) FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "open_count"
FROM (
  SELECT
    "t9"."opportunity_id",
    "t9"."rep_id",
    "t9"."account_id",
    "t9"."created_on",
    "t9"."closed_on",
    "t9"."outcome",
    "t9"."amount",
    "t9"."probability",
    "t9"."bucket",
    "t9"."as_of_on",
    "t9"."first_on"
  FROM (
    SELECT
      "t4"."opportunity_id",
      "t4"."rep_id",
      "t4"."account_id",
      "t4"."created_on",
      "t4"."closed_on",
      "t4"."outcome",
      "t4"."amount",
      "t4"."probability",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t0"."opportunity_id",
        "t0"."rep_id",
        "t0"."account_id",
        "t0"."created_on",
        "t0"."closed_on",
        "t0"."outcome",
        "t0"."amount",
        "t0"."probability"
      FROM "opportunities" AS "t0"
    ) AS "t4"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t6"
    ) AS "t8"
      ON "t4"."created_on" <= "t8"."as_of_on"
      AND COALESCE("t4"."closed_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."as_of_on"
  ) AS "t9"
) AS "t10"
GROUP BY
  1,
  2;

WITH "t10" AS (
  SELECT
    "t1"."opportunity_id",
    "t1"."stage",
    "t1"."entered_on",
    "t1"."rep_id" AS "mover",
    CAST(NULL AS BIGINT) AS "position"
  FROM "stage_history" AS "t1"
  WHERE
    "t1"."entered_on" <= FROM_ISO8601_DATE('2026-08-31')
)
SELECT
  "t49"."rep_id",
  "t49"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t49"."amount" * "t49"."stage_rate") AS "weighted_by_stage"
FROM (
  SELECT
    "t48"."opportunity_id",
    "t48"."stage",
    "t48"."entered_on",
    "t48"."rep_id",
    "t48"."outcome",
    "t48"."closed_on",
    "t48"."amount",
    "t48"."account_id",
    "t48"."left_on",
    "t48"."stage_rate",
    "t48"."bucket",
    "t48"."as_of_on",
    "t48"."first_on"
  FROM (
    SELECT
      "t47"."opportunity_id",
      "t47"."stage",
      "t47"."entered_on",
      "t47"."rep_id",
      "t47"."outcome",
      "t47"."closed_on",
      "t47"."amount",
      "t47"."account_id",
      "t47"."left_on",
      "t47"."stage_rate",
      "t13"."bucket",
      "t13"."as_of_on",
      "t13"."first_on",
      "t13"."before_on"
    FROM (
      SELECT
        "t44"."opportunity_id",
        "t44"."stage",
        "t44"."entered_on",
        "t44"."rep_id",
        "t44"."outcome",
        "t44"."closed_on",
        "t44"."amount",
        "t44"."account_id",
        "t44"."left_on",
        "t44"."stage_rate"
      FROM (
        SELECT
          "t40"."opportunity_id",
          "t40"."stage",
          "t40"."entered_on",
          "t40"."rep_id",
          "t40"."outcome",
          "t40"."closed_on",
          "t40"."amount",
          "t40"."account_id",
          "t40"."left_on",
          "t43"."past_stage",
          "t43"."stage_rate"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t35"."opportunity_id",
              "t35"."stage",
              "t35"."entered_on",
              "t35"."rep_id",
              "t35"."outcome",
              "t35"."closed_on",
              "t35"."amount",
              "t35"."account_id",
              "t35"."left_on"
            FROM (
              SELECT
                "t32"."opportunity_id",
                "t32"."stage",
                "t32"."entered_on",
                "t32"."next_on",
                "t32"."rep_id",
                "t32"."outcome",
                "t32"."closed_on",
                "t32"."amount",
                "t32"."account_id",
                COALESCE(LEAST("t32"."next_on", "t32"."closed_on"), "t32"."next_on", "t32"."closed_on") AS "left_on"
              FROM (
                SELECT
                  "t31"."opportunity_id",
                  "t31"."stage",
                  "t31"."entered_on",
                  "t31"."next_on",
                  "t31"."rep_id",
                  "t31"."outcome",
                  "t31"."closed_on",
                  "t31"."amount",
                  "t31"."account_id"
                FROM (
                  SELECT
                    "t28"."opportunity_id",
                    "t28"."stage",
                    "t28"."entered_on",
                    "t28"."mover",
                    "t28"."next_on",
                    COALESCE("t28"."mover", "t28"."rep_id") AS "rep_id",
                    IF(
                      (
                        "t28"."closed_on" IS NULL
                      )
                      OR (
                        "t28"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                      ),
                      "t28"."outcome",
                      'open'
                    ) AS "outcome",
                    IF(
                      (
                        "t28"."closed_on" IS NULL
                      )
                      OR (
                        "t28"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                      ),
                      "t28"."closed_on",
                      CAST(NULL AS DATE)
                    ) AS "closed_on",
                    "t28"."amount",
                    "t28"."account_id"
                  FROM (
                    SELECT
                      "t27"."opportunity_id",
                      "t27"."stage",
                      "t27"."entered_on",
                      "t27"."mover",
                      "t27"."next_on",
                      "t27"."rep_id",
                      "t27"."outcome",
                      "t27"."closed_on",
                      "t27"."amount",
                      "t27"."account_id"
                    FROM (
                      SELECT
                        "t23"."opportunity_id",
                        "t23"."stage",
                        "t23"."entered_on",
                        "t23"."mover",
                        "t23"."next_on",
                        "t8"."rep_id",
                        "t8"."outcome",
                        "t8"."closed_on",
                        "t8"."amount",
                        "t8"."same",
                        "t8"."account_id"
                      FROM (
                        SELECT
                          "t19"."opportunity_id",
                          "t19"."stage",
                          "t19"."entered_on",
                          "t19"."mover",
                          "t19"."next_on"
                        FROM (
                          SELECT
                            "t18"."opportunity_id",
                            "t18"."stage",
                            "t18"."entered_on",
                            "t18"."mover",
                            "t18"."position",
                            "t18"."next_on"
                          FROM (
                            SELECT
                              "t16"."opportunity_id",
                              "t16"."stage",
                              "t16"."entered_on",
                              "t16"."mover",
                              "t16"."position",
                              "t16"."before",
                              LEAD("t16"."entered_on") OVER (
                                PARTITION BY "t16"."opportunity_id"
                                ORDER BY "t16"."entered_on" ASC, "t16"."position" ASC, "t16"."stage" ASC
                              ) AS "next_on"
                            FROM (
                              SELECT
                                *
                              FROM (
                                SELECT
                                  "t12"."opportunity_id",
                                  "t12"."stage",
                                  "t12"."entered_on",
                                  "t12"."mover",
                                  "t12"."position",
                                  LAG("t12"."stage") OVER (
                                    PARTITION BY "t12"."opportunity_id"
                                    ORDER BY "t12"."entered_on" ASC, "t12"."position" ASC, "t12"."stage" ASC
                                  ) AS "before"
                                FROM "t10" AS "t12"
                              ) AS "t14"
                              WHERE
                                (
                                  "t14"."before" IS NULL
                                ) OR (
                                  "t14"."before" <> "t14"."stage"
                                )
                            ) AS "t16"
                          ) AS "t18"
                        ) AS "t19"
                      ) AS "t23"
                      INNER JOIN (
                        SELECT
                          "t0"."rep_id",
                          "t0"."outcome",
                          "t0"."closed_on",
                          "t0"."amount",
                          "t0"."opportunity_id" AS "same",
                          "t0"."account_id"
                        FROM "opportunities" AS "t0"
                      ) AS "t8"
                        ON "t23"."opportunity_id" = "t8"."same"
                    ) AS "t27"
                  ) AS "t28"
                ) AS "t31"
              ) AS "t32"
            ) AS "t35"
          ) AS "t36"
          WHERE
            (
              "t36"."left_on" IS NOT NULL
            ) OR (
              "t36"."outcome" = 'open'
            )
        ) AS "t40"
        LEFT OUTER JOIN (
          SELECT
            "t41"."stage" AS "past_stage",
            CAST(COUNT(*) FILTER(WHERE
              "t41"."outcome" = 'won') AS DOUBLE) / COUNT(*) AS "stage_rate"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t37"."opportunity_id",
                "t37"."stage",
                "t37"."entered_on",
                "t37"."rep_id",
                "t37"."outcome",
                "t37"."closed_on",
                "t37"."account_id",
                "t37"."is_moved",
                "t37"."is_left"
              FROM (
                SELECT
                  "t34"."opportunity_id",
                  "t34"."stage",
                  "t34"."entered_on",
                  "t34"."is_later",
                  "t34"."rep_id",
                  "t34"."outcome",
                  "t34"."closed_on",
                  "t34"."account_id",
                  "t34"."is_later" OR (
                    "t34"."outcome" = 'won'
                  ) AS "is_moved",
                  "t34"."is_later"
                  OR (
                    "t34"."outcome" = 'won'
                  )
                  OR (
                    "t34"."outcome" = 'lost'
                  ) AS "is_left"
                FROM (
                  SELECT
                    "t33"."opportunity_id",
                    "t33"."stage",
                    "t33"."entered_on",
                    "t33"."is_later",
                    "t33"."rep_id",
                    "t33"."outcome",
                    "t33"."closed_on",
                    "t33"."account_id"
                  FROM (
                    SELECT
                      "t30"."opportunity_id",
                      "t30"."stage",
                      "t30"."entered_on",
                      "t30"."mover",
                      "t30"."is_later",
                      COALESCE("t30"."mover", "t30"."rep_id") AS "rep_id",
                      IF(
                        (
                          "t30"."closed_on" IS NULL
                        )
                        OR (
                          "t30"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                        ),
                        "t30"."outcome",
                        'open'
                      ) AS "outcome",
                      IF(
                        (
                          "t30"."closed_on" IS NULL
                        )
                        OR (
                          "t30"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                        ),
                        "t30"."closed_on",
                        CAST(NULL AS DATE)
                      ) AS "closed_on",
                      "t30"."account_id"
                    FROM (
                      SELECT
                        "t29"."opportunity_id",
                        "t29"."stage",
                        "t29"."entered_on",
                        "t29"."mover",
                        "t29"."is_later",
                        "t29"."rep_id",
                        "t29"."outcome",
                        "t29"."closed_on",
                        "t29"."account_id"
                      FROM (
                        SELECT
                          "t26"."opportunity_id",
                          "t26"."stage",
                          "t26"."entered_on",
                          "t26"."mover",
                          "t26"."is_later",
                          "t9"."rep_id",
                          "t9"."outcome",
                          "t9"."closed_on",
                          "t9"."same",
                          "t9"."account_id"
                        FROM (
                          SELECT
                            "t24"."opportunity_id",
                            "t24"."stage",
                            "t24"."entered_on",
                            "t24"."mover",
                            "t24"."is_later"
                          FROM (
                            SELECT
                              "t22"."opportunity_id",
                              "t22"."stage",
                              "t22"."entered_on",
                              "t22"."mover",
                              "t22"."visit",
                              "t22"."is_later"
                            FROM (
                              SELECT
                                "t20"."opportunity_id",
                                "t20"."stage",
                                "t20"."entered_on",
                                "t20"."mover",
                                "t20"."furthest",
                                "t20"."visit",
                                "t20"."is_later"
                              FROM (
                                SELECT
                                  "t17"."opportunity_id",
                                  "t17"."stage",
                                  "t17"."entered_on",
                                  "t17"."mover",
                                  "t17"."position",
                                  "t17"."furthest",
                                  "t17"."visit",
                                  LEAD("t17"."stage") OVER (
                                    PARTITION BY "t17"."opportunity_id"
                                    ORDER BY "t17"."entered_on" ASC, "t17"."stage" ASC
                                  ) IS NOT NULL AS "is_later"
                                FROM (
                                  SELECT
                                    *
                                  FROM (
                                    SELECT
                                      "t12"."opportunity_id",
                                      "t12"."stage",
                                      "t12"."entered_on",
                                      "t12"."mover",
                                      "t12"."position",
                                      MAX("t12"."position") OVER (
                                        PARTITION BY "t12"."opportunity_id"
                                        ORDER BY "t12"."entered_on" ASC, "t12"."position" ASC, "t12"."stage" ASC
                                        ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
                                      ) AS "furthest",
                                      ROW_NUMBER() OVER (
                                        PARTITION BY "t12"."opportunity_id", "t12"."stage"
                                        ORDER BY "t12"."entered_on" ASC, "t12"."position" ASC, "t12"."stage" ASC
                                      ) - 1 AS "visit"
                                    FROM "t10" AS "t12"
                                  ) AS "t15"
                                  WHERE
                                    "t15"."visit" = 0
                                ) AS "t17"
                              ) AS "t20"
                            ) AS "t22"
                          ) AS "t24"
                        ) AS "t26"
                        INNER JOIN (
                          SELECT
                            "t0"."rep_id",
                            "t0"."outcome",
                            "t0"."closed_on",
                            "t0"."opportunity_id" AS "same",
                            "t0"."account_id"
                          FROM "opportunities" AS "t0"
                        ) AS "t9"
                          ON "t26"."opportunity_id" = "t9"."same"
                      ) AS "t29"
                    ) AS "t30"
                  ) AS "t33"
                ) AS "t34"
              ) AS "t37"
            ) AS "t38"
            WHERE
              "t38"."outcome" IN ('won', 'lost')
          ) AS "t41"
          GROUP BY
            1
        ) AS "t43"
          ON "t40"."stage" = "t43"."past_stage"
      ) AS "t44"
    ) AS "t47"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t6"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t7"
    ) AS "t13"
      ON "t47"."entered_on" <= "t13"."as_of_on"
      AND COALESCE("t47"."left_on", FROM_ISO8601_DATE('9999-01-01')) > "t13"."as_of_on"
  ) AS "t48"
) AS "t49"
GROUP BY
  1,
  2;

SELECT
  "t19"."rep_id",
  (
    (
      EXTRACT(year FROM "t19"."entered_on") * 12
    ) + EXTRACT(month FROM "t19"."entered_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t19"."is_moved") AS "stages_moved",
  COUNT(*) AS "stages_entered",
  COUNT(*) FILTER(WHERE
    "t19"."is_left") AS "stages_left"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t16"."opportunity_id",
      "t16"."stage",
      "t16"."entered_on",
      "t16"."rep_id",
      "t16"."outcome",
      "t16"."closed_on",
      "t16"."account_id",
      "t16"."is_moved",
      "t16"."is_left"
    FROM (
      SELECT
        "t15"."opportunity_id",
        "t15"."stage",
        "t15"."entered_on",
        "t15"."is_later",
        "t15"."rep_id",
        "t15"."outcome",
        "t15"."closed_on",
        "t15"."account_id",
        "t15"."is_later" OR (
          "t15"."outcome" = 'won'
        ) AS "is_moved",
        "t15"."is_later"
        OR (
          "t15"."outcome" = 'won'
        )
        OR (
          "t15"."outcome" = 'lost'
        ) AS "is_left"
      FROM (
        SELECT
          "t14"."opportunity_id",
          "t14"."stage",
          "t14"."entered_on",
          "t14"."is_later",
          "t14"."rep_id",
          "t14"."outcome",
          "t14"."closed_on",
          "t14"."account_id"
        FROM (
          SELECT
            "t13"."opportunity_id",
            "t13"."stage",
            "t13"."entered_on",
            "t13"."mover",
            "t13"."is_later",
            COALESCE("t13"."mover", "t13"."rep_id") AS "rep_id",
            IF(
              (
                "t13"."closed_on" IS NULL
              )
              OR (
                "t13"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
              ),
              "t13"."outcome",
              'open'
            ) AS "outcome",
            IF(
              (
                "t13"."closed_on" IS NULL
              )
              OR (
                "t13"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
              ),
              "t13"."closed_on",
              CAST(NULL AS DATE)
            ) AS "closed_on",
            "t13"."account_id"
          FROM (
            SELECT
              "t12"."opportunity_id",
              "t12"."stage",
              "t12"."entered_on",
              "t12"."mover",
              "t12"."is_later",
              "t12"."rep_id",
              "t12"."outcome",
              "t12"."closed_on",
              "t12"."account_id"
            FROM (
              SELECT
                "t11"."opportunity_id",
                "t11"."stage",
                "t11"."entered_on",
                "t11"."mover",
                "t11"."is_later",
                "t3"."rep_id",
                "t3"."outcome",
                "t3"."closed_on",
                "t3"."same",
                "t3"."account_id"
              FROM (
                SELECT
                  "t9"."opportunity_id",
                  "t9"."stage",
                  "t9"."entered_on",
                  "t9"."mover",
                  "t9"."is_later"
                FROM (
                  SELECT
                    "t8"."opportunity_id",
                    "t8"."stage",
                    "t8"."entered_on",
                    "t8"."mover",
                    "t8"."visit",
                    "t8"."is_later"
                  FROM (
                    SELECT
                      "t7"."opportunity_id",
                      "t7"."stage",
                      "t7"."entered_on",
                      "t7"."mover",
                      "t7"."furthest",
                      "t7"."visit",
                      "t7"."is_later"
                    FROM (
                      SELECT
                        "t6"."opportunity_id",
                        "t6"."stage",
                        "t6"."entered_on",
                        "t6"."mover",
                        "t6"."position",
                        "t6"."furthest",
                        "t6"."visit",
                        LEAD("t6"."stage") OVER (
                          PARTITION BY "t6"."opportunity_id"
                          ORDER BY "t6"."entered_on" ASC, "t6"."stage" ASC
                        ) IS NOT NULL AS "is_later"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t4"."opportunity_id",
                            "t4"."stage",
                            "t4"."entered_on",
                            "t4"."mover",
                            "t4"."position",
                            MAX("t4"."position") OVER (
                              PARTITION BY "t4"."opportunity_id"
                              ORDER BY "t4"."entered_on" ASC, "t4"."position" ASC, "t4"."stage" ASC
                              ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
                            ) AS "furthest",
                            ROW_NUMBER() OVER (
                              PARTITION BY "t4"."opportunity_id", "t4"."stage"
                              ORDER BY "t4"."entered_on" ASC, "t4"."position" ASC, "t4"."stage" ASC
                            ) - 1 AS "visit"
                          FROM (
                            SELECT
                              "t1"."opportunity_id",
                              "t1"."stage",
                              "t1"."entered_on",
                              "t1"."rep_id" AS "mover",
                              CAST(NULL AS BIGINT) AS "position"
                            FROM "stage_history" AS "t1"
                            WHERE
                              "t1"."entered_on" <= FROM_ISO8601_DATE('2026-08-31')
                          ) AS "t4"
                        ) AS "t5"
                        WHERE
                          "t5"."visit" = 0
                      ) AS "t6"
                    ) AS "t7"
                  ) AS "t8"
                ) AS "t9"
              ) AS "t11"
              INNER JOIN (
                SELECT
                  "t0"."rep_id",
                  "t0"."outcome",
                  "t0"."closed_on",
                  "t0"."opportunity_id" AS "same",
                  "t0"."account_id"
                FROM "opportunities" AS "t0"
              ) AS "t3"
                ON "t11"."opportunity_id" = "t3"."same"
            ) AS "t12"
          ) AS "t13"
        ) AS "t14"
      ) AS "t15"
    ) AS "t16"
  ) AS "t18"
  WHERE
    "t18"."entered_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t18"."entered_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t19"
GROUP BY
  1,
  2;

SELECT
  "t19"."rep_id",
  (
    (
      EXTRACT(year FROM "t19"."left_on") * 12
    ) + EXTRACT(month FROM "t19"."left_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on"))
  ) FILTER(WHERE
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on")) >= 0) AS "stay_days",
  COUNT(*) FILTER(WHERE
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on")) >= 0) AS "stays_ended",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on")) * DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on"))
  ) FILTER(WHERE
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t19"."entered_on"), DATE_TRUNC('DAY', "t19"."left_on")) >= 0) AS "stay_days_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t15"."opportunity_id",
        "t15"."stage",
        "t15"."entered_on",
        "t15"."rep_id",
        "t15"."outcome",
        "t15"."closed_on",
        "t15"."account_id",
        "t15"."left_on"
      FROM (
        SELECT
          "t14"."opportunity_id",
          "t14"."stage",
          "t14"."entered_on",
          "t14"."next_on",
          "t14"."rep_id",
          "t14"."outcome",
          "t14"."closed_on",
          "t14"."account_id",
          COALESCE(LEAST("t14"."next_on", "t14"."closed_on"), "t14"."next_on", "t14"."closed_on") AS "left_on"
        FROM (
          SELECT
            "t13"."opportunity_id",
            "t13"."stage",
            "t13"."entered_on",
            "t13"."next_on",
            "t13"."rep_id",
            "t13"."outcome",
            "t13"."closed_on",
            "t13"."account_id"
          FROM (
            SELECT
              "t12"."opportunity_id",
              "t12"."stage",
              "t12"."entered_on",
              "t12"."mover",
              "t12"."next_on",
              COALESCE("t12"."mover", "t12"."rep_id") AS "rep_id",
              IF(
                (
                  "t12"."closed_on" IS NULL
                )
                OR (
                  "t12"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                ),
                "t12"."outcome",
                'open'
              ) AS "outcome",
              IF(
                (
                  "t12"."closed_on" IS NULL
                )
                OR (
                  "t12"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                ),
                "t12"."closed_on",
                CAST(NULL AS DATE)
              ) AS "closed_on",
              "t12"."account_id"
            FROM (
              SELECT
                "t11"."opportunity_id",
                "t11"."stage",
                "t11"."entered_on",
                "t11"."mover",
                "t11"."next_on",
                "t11"."rep_id",
                "t11"."outcome",
                "t11"."closed_on",
                "t11"."account_id"
              FROM (
                SELECT
                  "t10"."opportunity_id",
                  "t10"."stage",
                  "t10"."entered_on",
                  "t10"."mover",
                  "t10"."next_on",
                  "t3"."rep_id",
                  "t3"."outcome",
                  "t3"."closed_on",
                  "t3"."same",
                  "t3"."account_id"
                FROM (
                  SELECT
                    "t8"."opportunity_id",
                    "t8"."stage",
                    "t8"."entered_on",
                    "t8"."mover",
                    "t8"."next_on"
                  FROM (
                    SELECT
                      "t7"."opportunity_id",
                      "t7"."stage",
                      "t7"."entered_on",
                      "t7"."mover",
                      "t7"."position",
                      "t7"."next_on"
                    FROM (
                      SELECT
                        "t6"."opportunity_id",
                        "t6"."stage",
                        "t6"."entered_on",
                        "t6"."mover",
                        "t6"."position",
                        "t6"."before",
                        LEAD("t6"."entered_on") OVER (
                          PARTITION BY "t6"."opportunity_id"
                          ORDER BY "t6"."entered_on" ASC, "t6"."position" ASC, "t6"."stage" ASC
                        ) AS "next_on"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t4"."opportunity_id",
                            "t4"."stage",
                            "t4"."entered_on",
                            "t4"."mover",
                            "t4"."position",
                            LAG("t4"."stage") OVER (
                              PARTITION BY "t4"."opportunity_id"
                              ORDER BY "t4"."entered_on" ASC, "t4"."position" ASC, "t4"."stage" ASC
                            ) AS "before"
                          FROM (
                            SELECT
                              "t1"."opportunity_id",
                              "t1"."stage",
                              "t1"."entered_on",
                              "t1"."rep_id" AS "mover",
                              CAST(NULL AS BIGINT) AS "position"
                            FROM "stage_history" AS "t1"
                            WHERE
                              "t1"."entered_on" <= FROM_ISO8601_DATE('2026-08-31')
                          ) AS "t4"
                        ) AS "t5"
                        WHERE
                          (
                            "t5"."before" IS NULL
                          ) OR (
                            "t5"."before" <> "t5"."stage"
                          )
                      ) AS "t6"
                    ) AS "t7"
                  ) AS "t8"
                ) AS "t10"
                INNER JOIN (
                  SELECT
                    "t0"."rep_id",
                    "t0"."outcome",
                    "t0"."closed_on",
                    "t0"."opportunity_id" AS "same",
                    "t0"."account_id"
                  FROM "opportunities" AS "t0"
                ) AS "t3"
                  ON "t10"."opportunity_id" = "t3"."same"
              ) AS "t11"
            ) AS "t12"
          ) AS "t13"
        ) AS "t14"
      ) AS "t15"
    ) AS "t16"
    WHERE
      (
        "t16"."left_on" IS NOT NULL
      ) OR (
        "t16"."outcome" = 'open'
      )
  ) AS "t18"
  WHERE
    "t18"."left_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t18"."left_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t19"
GROUP BY
  1,
  2;

SELECT
  "t27"."rep_id",
  "t27"."bucket",
  COUNT(*) AS "rows_read",
  SUM(
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t27"."entered_on"), DATE_TRUNC('DAY', "t27"."as_of_on"))
  ) AS "standing_days",
  COUNT(*) AS "stages_standing"
FROM (
  SELECT
    "t26"."opportunity_id",
    "t26"."stage",
    "t26"."entered_on",
    "t26"."rep_id",
    "t26"."outcome",
    "t26"."closed_on",
    "t26"."account_id",
    "t26"."left_on",
    "t26"."bucket",
    "t26"."as_of_on",
    "t26"."first_on"
  FROM (
    SELECT
      "t25"."opportunity_id",
      "t25"."stage",
      "t25"."entered_on",
      "t25"."rep_id",
      "t25"."outcome",
      "t25"."closed_on",
      "t25"."account_id",
      "t25"."left_on",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t21"."opportunity_id",
          "t21"."stage",
          "t21"."entered_on",
          "t21"."rep_id",
          "t21"."outcome",
          "t21"."closed_on",
          "t21"."account_id",
          "t21"."left_on"
        FROM (
          SELECT
            "t20"."opportunity_id",
            "t20"."stage",
            "t20"."entered_on",
            "t20"."next_on",
            "t20"."rep_id",
            "t20"."outcome",
            "t20"."closed_on",
            "t20"."account_id",
            COALESCE(LEAST("t20"."next_on", "t20"."closed_on"), "t20"."next_on", "t20"."closed_on") AS "left_on"
          FROM (
            SELECT
              "t19"."opportunity_id",
              "t19"."stage",
              "t19"."entered_on",
              "t19"."next_on",
              "t19"."rep_id",
              "t19"."outcome",
              "t19"."closed_on",
              "t19"."account_id"
            FROM (
              SELECT
                "t18"."opportunity_id",
                "t18"."stage",
                "t18"."entered_on",
                "t18"."mover",
                "t18"."next_on",
                COALESCE("t18"."mover", "t18"."rep_id") AS "rep_id",
                IF(
                  (
                    "t18"."closed_on" IS NULL
                  )
                  OR (
                    "t18"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                  ),
                  "t18"."outcome",
                  'open'
                ) AS "outcome",
                IF(
                  (
                    "t18"."closed_on" IS NULL
                  )
                  OR (
                    "t18"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
                  ),
                  "t18"."closed_on",
                  CAST(NULL AS DATE)
                ) AS "closed_on",
                "t18"."account_id"
              FROM (
                SELECT
                  "t17"."opportunity_id",
                  "t17"."stage",
                  "t17"."entered_on",
                  "t17"."mover",
                  "t17"."next_on",
                  "t17"."rep_id",
                  "t17"."outcome",
                  "t17"."closed_on",
                  "t17"."account_id"
                FROM (
                  SELECT
                    "t16"."opportunity_id",
                    "t16"."stage",
                    "t16"."entered_on",
                    "t16"."mover",
                    "t16"."next_on",
                    "t7"."rep_id",
                    "t7"."outcome",
                    "t7"."closed_on",
                    "t7"."same",
                    "t7"."account_id"
                  FROM (
                    SELECT
                      "t14"."opportunity_id",
                      "t14"."stage",
                      "t14"."entered_on",
                      "t14"."mover",
                      "t14"."next_on"
                    FROM (
                      SELECT
                        "t13"."opportunity_id",
                        "t13"."stage",
                        "t13"."entered_on",
                        "t13"."mover",
                        "t13"."position",
                        "t13"."next_on"
                      FROM (
                        SELECT
                          "t12"."opportunity_id",
                          "t12"."stage",
                          "t12"."entered_on",
                          "t12"."mover",
                          "t12"."position",
                          "t12"."before",
                          LEAD("t12"."entered_on") OVER (
                            PARTITION BY "t12"."opportunity_id"
                            ORDER BY "t12"."entered_on" ASC, "t12"."position" ASC, "t12"."stage" ASC
                          ) AS "next_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t8"."opportunity_id",
                              "t8"."stage",
                              "t8"."entered_on",
                              "t8"."mover",
                              "t8"."position",
                              LAG("t8"."stage") OVER (
                                PARTITION BY "t8"."opportunity_id"
                                ORDER BY "t8"."entered_on" ASC, "t8"."position" ASC, "t8"."stage" ASC
                              ) AS "before"
                            FROM (
                              SELECT
                                "t1"."opportunity_id",
                                "t1"."stage",
                                "t1"."entered_on",
                                "t1"."rep_id" AS "mover",
                                CAST(NULL AS BIGINT) AS "position"
                              FROM "stage_history" AS "t1"
                              WHERE
                                "t1"."entered_on" <= FROM_ISO8601_DATE('2026-08-31')
                            ) AS "t8"
                          ) AS "t11"
                          WHERE
                            (
                              "t11"."before" IS NULL
                            ) OR (
                              "t11"."before" <> "t11"."stage"
                            )
                        ) AS "t12"
                      ) AS "t13"
                    ) AS "t14"
                  ) AS "t16"
                  INNER JOIN (
                    SELECT
                      "t0"."rep_id",
                      "t0"."outcome",
                      "t0"."closed_on",
                      "t0"."opportunity_id" AS "same",
                      "t0"."account_id"
                    FROM "opportunities" AS "t0"
                  ) AS "t7"
                    ON "t16"."opportunity_id" = "t7"."same"
                ) AS "t17"
              ) AS "t18"
            ) AS "t19"
          ) AS "t20"
        ) AS "t21"
      ) AS "t22"
      WHERE
        (
          "t22"."left_on" IS NOT NULL
        ) OR (
          "t22"."outcome" = 'open'
        )
    ) AS "t25"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t6"
    ) AS "t10"
      ON "t25"."entered_on" <= "t10"."as_of_on"
      AND COALESCE("t25"."left_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t26"
) AS "t27"
GROUP BY
  1,
  2;

SELECT
  "t17"."rep_id",
  "t17"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    DATE_DIFF('DAY', DATE_TRUNC('DAY', "t17"."created_on"), DATE_TRUNC('DAY', "t17"."as_of_on")) > "t17"."won_days") AS "old_count",
  COUNT("t17"."won_days") AS "comparable_count"
FROM (
  SELECT
    "t16"."opportunity_id",
    "t16"."rep_id",
    "t16"."outcome",
    "t16"."created_on",
    "t16"."closed_on",
    "t16"."account_id",
    "t16"."won_days",
    "t16"."bucket",
    "t16"."as_of_on",
    "t16"."first_on"
  FROM (
    SELECT
      "t15"."opportunity_id",
      "t15"."rep_id",
      "t15"."outcome",
      "t15"."created_on",
      "t15"."closed_on",
      "t15"."account_id",
      "t15"."won_days",
      "t9"."bucket",
      "t9"."as_of_on",
      "t9"."first_on",
      "t9"."before_on"
    FROM (
      SELECT
        "t8"."opportunity_id",
        "t8"."rep_id",
        "t8"."outcome",
        "t8"."created_on",
        "t8"."closed_on",
        "t8"."account_id",
        "t12"."won_days"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."rep_id",
          "t0"."outcome",
          "t0"."created_on",
          "t0"."closed_on",
          "t0"."account_id"
        FROM "opportunities" AS "t0"
        WHERE
          "t0"."created_on" IS NOT NULL
          AND (
            (
              "t0"."closed_on" IS NOT NULL
            ) OR (
              "t0"."outcome" = 'open'
            )
          )
      ) AS "t8"
      CROSS JOIN (
        SELECT
          SUM(
            "t10"."days" * IF(
              ABS("t10"."place" - (
                (
                  "t10"."wins" - 1
                ) * CAST(0.9 AS DOUBLE)
              )) < 1,
              1 - ABS("t10"."place" - (
                (
                  "t10"."wins" - 1
                ) * CAST(0.9 AS DOUBLE)
              )),
              CAST(0.0 AS DOUBLE)
            )
          ) AS "won_days"
        FROM (
          SELECT
            "t6"."days",
            ROW_NUMBER() OVER (ORDER BY "t6"."days" ASC) - 1 AS "place",
            COUNT(*) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "wins"
          FROM (
            SELECT
              CAST(DATE_DIFF('DAY', DATE_TRUNC('DAY', "t0"."created_on"), DATE_TRUNC('DAY', "t0"."closed_on")) AS DOUBLE) AS "days"
            FROM "opportunities" AS "t0"
            WHERE
              "t0"."created_on" IS NOT NULL
              AND (
                (
                  "t0"."closed_on" IS NOT NULL
                ) OR (
                  "t0"."outcome" = 'open'
                )
              )
              AND "t0"."outcome" = 'won'
              AND "t0"."closed_on" <= FROM_ISO8601_DATE('2026-08-31')
          ) AS "t6"
        ) AS "t10"
      ) AS "t12"
    ) AS "t15"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t3"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t4"
    ) AS "t9"
      ON "t15"."created_on" <= "t9"."as_of_on"
      AND COALESCE("t15"."closed_on", FROM_ISO8601_DATE('9999-01-01')) > "t9"."as_of_on"
  ) AS "t16"
) AS "t17"
GROUP BY
  1,
  2;

SELECT
  "t22"."rep_id",
  "t22"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "stalled"
FROM (
  SELECT
    "t21"."opportunity_id",
    "t21"."rep_id",
    "t21"."account_id",
    "t21"."from_on",
    "t21"."until_on",
    "t21"."bucket",
    "t21"."as_of_on",
    "t21"."first_on"
  FROM (
    SELECT
      "t20"."opportunity_id",
      "t20"."rep_id",
      "t20"."account_id",
      "t20"."from_on",
      "t20"."until_on",
      "t14"."bucket",
      "t14"."as_of_on",
      "t14"."first_on",
      "t14"."before_on"
    FROM (
      SELECT
        "t12"."opportunity_id",
        "t12"."rep_id",
        "t12"."account_id",
        "t17"."touched_on" + INTERVAL '30' DAY AS "from_on",
        LEAST(
          COALESCE(
            LEAD("t17"."touched_on") OVER (PARTITION BY "t12"."opportunity_id" ORDER BY "t17"."touched_on" ASC),
            FROM_ISO8601_DATE('9999-01-01')
          ),
          COALESCE("t12"."closed_on", FROM_ISO8601_DATE('9999-01-01'))
        ) AS "until_on"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."rep_id",
          "t0"."outcome",
          "t0"."created_on",
          "t0"."closed_on",
          "t0"."account_id"
        FROM "opportunities" AS "t0"
        WHERE
          "t0"."created_on" IS NOT NULL
          AND (
            (
              "t0"."closed_on" IS NOT NULL
            ) OR (
              "t0"."outcome" = 'open'
            )
          )
      ) AS "t12"
      INNER JOIN (
        SELECT
          "t15"."opportunity_id" AS "same",
          "t15"."touched_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t1"."opportunity_id",
              "t1"."entered_on" AS "touched_on"
            FROM "stage_history" AS "t1"
          ) AS "t5"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t0"."opportunity_id",
                "t0"."created_on" AS "touched_on"
              FROM "opportunities" AS "t0"
              WHERE
                "t0"."created_on" IS NOT NULL
                AND (
                  (
                    "t0"."closed_on" IS NOT NULL
                  ) OR (
                    "t0"."outcome" = 'open'
                  )
                )
            ) AS "t10"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                "t2"."opportunity_id",
                "t2"."occurred_on" AS "touched_on"
              FROM "activities" AS "t2"
            ) AS "t6"
          ) AS "t13"
        ) AS "t15"
      ) AS "t17"
        ON "t12"."opportunity_id" = "t17"."same"
        AND "t17"."touched_on" >= "t12"."created_on"
    ) AS "t20"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t3"
      ) AS "t7"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t4"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t4"
      ) AS "t8"
    ) AS "t14"
      ON "t20"."from_on" <= "t14"."as_of_on"
      AND COALESCE("t20"."until_on", FROM_ISO8601_DATE('9999-01-01')) > "t14"."as_of_on"
  ) AS "t21"
) AS "t22"
GROUP BY
  1,
  2;

SELECT
  "t16"."rep_id",
  "t16"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(DISTINCT "t16"."opportunity_id") FILTER(WHERE
    "t16"."is_next") AS "pushed",
  COUNT(DISTINCT "t16"."opportunity_id") FILTER(WHERE
    "t16"."is_later") AS "pushed_at_all",
  COUNT(*) AS "close_dates_changed"
FROM (
  SELECT
    "t15"."opportunity_id",
    "t15"."rep_id",
    "t15"."account_id",
    "t15"."changed_on",
    "t15"."is_later",
    "t15"."is_next",
    "t15"."bucket",
    "t15"."as_of_on",
    "t15"."first_on"
  FROM (
    SELECT
      "t14"."opportunity_id",
      "t14"."rep_id",
      "t14"."account_id",
      "t14"."changed_on",
      "t14"."is_later",
      "t14"."is_next",
      "t11"."bucket",
      "t11"."as_of_on",
      "t11"."first_on",
      "t11"."before_on"
    FROM (
      SELECT
        "t10"."opportunity_id",
        "t10"."rep_id",
        "t10"."account_id",
        "t7"."changed_on",
        "t7"."new_close_on" > "t7"."old_close_on" AS "is_later",
        (
          (
            (
              (
                (
                  EXTRACT(year FROM "t7"."new_close_on") * 12
                ) + EXTRACT(month FROM "t7"."new_close_on")
              ) - 1
            ) - 0
          ) - (
            (
              (
                EXTRACT(month FROM "t7"."new_close_on") + 2
              ) - 0
            ) % 3
          )
        ) > (
          (
            (
              (
                (
                  EXTRACT(year FROM "t7"."old_close_on") * 12
                ) + EXTRACT(month FROM "t7"."old_close_on")
              ) - 1
            ) - 0
          ) - (
            (
              (
                EXTRACT(month FROM "t7"."old_close_on") + 2
              ) - 0
            ) % 3
          )
        ) AS "is_next"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."rep_id",
          "t0"."outcome",
          "t0"."created_on",
          "t0"."closed_on",
          "t0"."account_id"
        FROM "opportunities" AS "t0"
        WHERE
          "t0"."created_on" IS NOT NULL
          AND (
            (
              "t0"."closed_on" IS NOT NULL
            ) OR (
              "t0"."outcome" = 'open'
            )
          )
      ) AS "t10"
      INNER JOIN (
        SELECT
          "t1"."changed_on",
          "t1"."old_close_on",
          "t1"."new_close_on",
          "t1"."opportunity_id" AS "same"
        FROM "close_date_changes" AS "t1"
      ) AS "t7"
        ON "t10"."opportunity_id" = "t7"."same"
        AND "t7"."changed_on" >= "t10"."created_on"
        AND "t7"."changed_on" <= COALESCE("t10"."closed_on", FROM_ISO8601_DATE('9999-01-01'))
    ) AS "t14"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t6"
    ) AS "t11"
      ON "t14"."changed_on" <= "t11"."as_of_on"
      AND COALESCE("t14"."changed_on", FROM_ISO8601_DATE('9999-01-01')) > "t11"."before_on"
  ) AS "t15"
) AS "t16"
GROUP BY
  1,
  2;

SELECT
  "t10"."rep_id",
  "t10"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    (
      "t10"."closed_on" IS NOT NULL
    ) OR (
      "t10"."outcome" = 'open'
    )) AS "in_pipeline",
  COUNT(*) FILTER(WHERE
    (
      "t10"."outcome" = 'won'
    )
    AND (
      "t10"."closed_on" >= "t10"."first_on"
    )
    AND (
      "t10"."closed_on" <= "t10"."as_of_on"
    )
    AND (
      "t10"."created_on" <= "t10"."closed_on"
    )) AS "wins_of_pipeline"
FROM (
  SELECT
    "t9"."opportunity_id",
    "t9"."rep_id",
    "t9"."account_id",
    "t9"."created_on",
    "t9"."closed_on",
    "t9"."outcome",
    "t9"."bucket",
    "t9"."as_of_on",
    "t9"."first_on"
  FROM (
    SELECT
      "t4"."opportunity_id",
      "t4"."rep_id",
      "t4"."account_id",
      "t4"."created_on",
      "t4"."closed_on",
      "t4"."outcome",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t0"."opportunity_id",
        "t0"."rep_id",
        "t0"."account_id",
        "t0"."created_on",
        "t0"."closed_on",
        "t0"."outcome"
      FROM "opportunities" AS "t0"
    ) AS "t4"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t6"
    ) AS "t8"
      ON "t4"."created_on" <= "t8"."as_of_on"
      AND COALESCE("t4"."closed_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."before_on"
  ) AS "t9"
) AS "t10"
GROUP BY
  1,
  2;

SELECT
  "t9"."rep_id",
  (
    (
      EXTRACT(year FROM "t9"."closed_on") * 12
    ) + EXTRACT(month FROM "t9"."closed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t9"."amount") AS "quota_bookings",
  SUM("t9"."amount" * "t9"."amount") AS "quota_bookings_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t6"."opportunity_id",
      "t6"."rep_id",
      "t6"."closed_on",
      "t6"."ends_on",
      "t6"."amount"
    FROM (
      SELECT
        "t4"."opportunity_id",
        "t4"."rep_id",
        "t4"."outcome",
        "t4"."amount",
        "t4"."closed_on",
        "t5"."whose",
        "t5"."starts_on",
        "t5"."ends_on",
        "t5"."target",
        "t5"."daily"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."rep_id",
          "t0"."outcome",
          "t0"."amount",
          "t0"."closed_on"
        FROM "opportunities" AS "t0"
      ) AS "t4"
      INNER JOIN (
        SELECT
          "t1"."rep_id" AS "whose",
          "t1"."starts_on",
          "t1"."ends_on",
          "t1"."target",
          "t1"."daily"
        FROM "quotas" AS "t1"
      ) AS "t5"
        ON "t4"."rep_id" = "t5"."whose"
        AND "t4"."closed_on" >= "t5"."starts_on"
        AND "t4"."closed_on" < "t5"."ends_on"
    ) AS "t6"
    WHERE
      "t6"."outcome" = 'won'
  ) AS "t8"
  WHERE
    "t8"."closed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t8"."closed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t9"
GROUP BY
  1,
  2;

SELECT
  "t6"."rep_id",
  (
    (
      EXTRACT(year FROM "t6"."day_on") * 12
    ) + EXTRACT(month FROM "t6"."day_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t6"."quota") AS "quota"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t2"."rep_id",
      "t3"."day_on",
      "t2"."daily" AS "quota"
    FROM "quotas" AS "t2"
    INNER JOIN "calendar" AS "t3"
      ON "t3"."day_on" >= "t2"."starts_on" AND "t3"."day_on" < "t2"."ends_on"
  ) AS "t5"
  WHERE
    "t5"."day_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t5"."day_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t6"
GROUP BY
  1,
  2;

SELECT
  "t16"."rep_id",
  "t16"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t16"."amount") AS "quota_pipeline"
FROM (
  SELECT
    "t15"."opportunity_id",
    "t15"."rep_id",
    "t15"."amount",
    "t15"."from_on",
    "t15"."until_on",
    "t15"."bucket",
    "t15"."as_of_on",
    "t15"."first_on"
  FROM (
    SELECT
      "t14"."opportunity_id",
      "t14"."rep_id",
      "t14"."amount",
      "t14"."from_on",
      "t14"."until_on",
      "t11"."bucket",
      "t11"."as_of_on",
      "t11"."first_on",
      "t11"."before_on"
    FROM (
      SELECT
        "t10"."opportunity_id",
        "t10"."rep_id",
        "t10"."amount",
        GREATEST("t10"."created_on", "t7"."starts_on") AS "from_on",
        LEAST("t10"."closed_on", "t7"."ends_on") AS "until_on"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."rep_id",
          "t0"."outcome",
          "t0"."amount",
          "t0"."created_on",
          COALESCE("t0"."closed_on", FROM_ISO8601_DATE('9999-01-01')) AS "closed_on"
        FROM "opportunities" AS "t0"
        WHERE
          (
            "t0"."closed_on" IS NOT NULL
          ) OR (
            "t0"."outcome" = 'open'
          )
      ) AS "t10"
      INNER JOIN (
        SELECT
          "t1"."rep_id" AS "whose",
          "t1"."starts_on",
          "t1"."ends_on",
          "t1"."target",
          "t1"."daily"
        FROM "quotas" AS "t1"
      ) AS "t7"
        ON "t10"."rep_id" = "t7"."whose"
        AND "t10"."created_on" < "t7"."ends_on"
        AND "t10"."closed_on" > "t7"."starts_on"
    ) AS "t14"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t6"
    ) AS "t11"
      ON "t14"."from_on" <= "t11"."as_of_on"
      AND COALESCE("t14"."until_on", FROM_ISO8601_DATE('9999-01-01')) > "t11"."as_of_on"
  ) AS "t15"
) AS "t16"
GROUP BY
  1,
  2;

SELECT
  "t10"."rep_id",
  "t10"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t10"."target") AS "quota_standing"
FROM (
  SELECT
    "t9"."rep_id",
    "t9"."starts_on",
    "t9"."ends_on",
    "t9"."target",
    "t9"."daily",
    "t9"."bucket",
    "t9"."as_of_on",
    "t9"."first_on"
  FROM (
    SELECT
      "t4"."rep_id",
      "t4"."starts_on",
      "t4"."ends_on",
      "t4"."target",
      "t4"."daily",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM "quotas" AS "t4"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t5"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t6"
    ) AS "t8"
      ON "t4"."starts_on" <= "t8"."as_of_on"
      AND COALESCE("t4"."ends_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."as_of_on"
  ) AS "t9"
) AS "t10"
GROUP BY
  1,
  2;

SELECT
  "t17"."rep_id",
  "t17"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t17"."amount") AS "booked_of_quota"
FROM (
  SELECT
    "t16"."opportunity_id",
    "t16"."rep_id",
    "t16"."closed_on",
    "t16"."ends_on",
    "t16"."amount",
    "t16"."bucket",
    "t16"."as_of_on",
    "t16"."first_on"
  FROM (
    SELECT
      "t15"."opportunity_id",
      "t15"."rep_id",
      "t15"."closed_on",
      "t15"."ends_on",
      "t15"."amount",
      "t11"."bucket",
      "t11"."as_of_on",
      "t11"."first_on",
      "t11"."before_on"
    FROM (
      SELECT
        "t12"."opportunity_id",
        "t12"."rep_id",
        "t12"."closed_on",
        "t12"."ends_on",
        "t12"."amount"
      FROM (
        SELECT
          "t8"."opportunity_id",
          "t8"."rep_id",
          "t8"."outcome",
          "t8"."amount",
          "t8"."closed_on",
          "t9"."whose",
          "t9"."starts_on",
          "t9"."ends_on",
          "t9"."target",
          "t9"."daily"
        FROM (
          SELECT
            "t0"."opportunity_id",
            "t0"."rep_id",
            "t0"."outcome",
            "t0"."amount",
            "t0"."closed_on"
          FROM "opportunities" AS "t0"
        ) AS "t8"
        INNER JOIN (
          SELECT
            "t1"."rep_id" AS "whose",
            "t1"."starts_on",
            "t1"."ends_on",
            "t1"."target",
            "t1"."daily"
          FROM "quotas" AS "t1"
        ) AS "t9"
          ON "t8"."rep_id" = "t9"."whose"
          AND "t8"."closed_on" >= "t9"."starts_on"
          AND "t8"."closed_on" < "t9"."ends_on"
      ) AS "t12"
      WHERE
        "t12"."outcome" = 'won'
    ) AS "t15"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t6"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t7"
    ) AS "t11"
      ON "t15"."closed_on" <= "t11"."as_of_on"
      AND COALESCE("t15"."ends_on", FROM_ISO8601_DATE('9999-01-01')) > "t11"."as_of_on"
  ) AS "t16"
) AS "t17"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."handed_on") * 12
    ) + EXTRACT(month FROM "t1"."handed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "leads_handed",
  COUNT(DISTINCT COALESCE("t1"."account_id", "t1"."lead_id")) AS "prospects_handed",
  COUNT(*) FILTER(WHERE
    "t1"."qualification" = 'qualified') AS "qualified",
  COUNT("t1"."qualification") AS "qualification_known",
  COUNT(*) FILTER(WHERE
    (
      "t1"."qualification" IS NULL
    ) OR (
      "t1"."qualification" = 'qualified'
    )) AS "qualified_or_pending",
  COUNT(*) FILTER(WHERE
    "t1"."decision" = 'accepted') AS "accepted",
  COUNT("t1"."decision") AS "decided",
  COUNT(*) FILTER(WHERE
    (
      "t1"."decision" IS NULL
    ) OR (
      "t1"."decision" = 'accepted'
    )) AS "accepted_or_pending"
FROM (
  SELECT
    "t0"."lead_id",
    "t0"."rep_id",
    "t0"."account_id",
    "t0"."opportunity_id",
    "t0"."handed_on",
    "t0"."qualification",
    "t0"."decision"
  FROM "leads" AS "t0"
  WHERE
    "t0"."handed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."handed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t13"."rep_id",
  (
    (
      EXTRACT(year FROM "t13"."day_on") * 12
    ) + EXTRACT(month FROM "t13"."day_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t13"."month_share") AS "sdr_months"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."rep_id",
      "t10"."day_on",
      "t10"."month_share"
    FROM (
      SELECT
        "t0"."rep_id",
        "t0"."role",
        COALESCE("t0"."hired_on", FROM_ISO8601_DATE('1900-01-01')) AS "starts_on",
        COALESCE("t0"."left_on", FROM_ISO8601_DATE('9999-01-01')) AS "ends_on"
      FROM "reps" AS "t0"
      WHERE
        FALSE
        OR (
          STRPOS(UPPER("t0"."role"), 'SDR') > 0
        )
        OR (
          STRPOS(UPPER("t0"."role"), 'BDR') > 0
        )
        OR (
          STRPOS(UPPER("t0"."role"), 'SALES DEVELOPMENT') > 0
        )
        OR (
          STRPOS(UPPER("t0"."role"), 'BUSINESS DEVELOPMENT REP') > 0
        )
    ) AS "t7"
    INNER JOIN (
      SELECT
        "t8"."day_on",
        "t8"."month_share"
      FROM (
        SELECT
          "t5"."day_on",
          "t5"."month",
          CAST(1.0 AS DOUBLE) / CAST(COUNT(*) OVER (
            PARTITION BY "t5"."month"
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) AS DOUBLE) AS "month_share"
        FROM (
          SELECT
            "t2"."day_on",
            (
              EXTRACT(year FROM "t2"."day_on") * 12
            ) + EXTRACT(month FROM "t2"."day_on") AS "month"
          FROM "calendar" AS "t2"
        ) AS "t5"
      ) AS "t8"
    ) AS "t10"
      ON "t10"."day_on" >= "t7"."starts_on" AND "t10"."day_on" < "t7"."ends_on"
    WHERE
      NOT EXISTS(
        SELECT
          1
        FROM (
          SELECT
            "t1"."starts_on",
            "t1"."ends_on",
            "t1"."rep_id" AS "away_rep"
          FROM "absences" AS "t1"
        ) AS "t4"
        WHERE
          "t7"."rep_id" = "t4"."away_rep"
          AND "t10"."day_on" >= "t4"."starts_on"
          AND "t10"."day_on" < "t4"."ends_on"
      )
  ) AS "t12"
  WHERE
    "t12"."day_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t12"."day_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t13"
GROUP BY
  1,
  2;

SELECT
  "t9"."rep_id",
  (
    (
      EXTRACT(year FROM "t9"."handed_on") * 12
    ) + EXTRACT(month FROM "t9"."handed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t9"."outcome" = 'won') AS "handed_won",
  COUNT(*) FILTER(WHERE
    "t9"."outcome" IN ('won', 'lost')) AS "handed_closed"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t6"."lead_id",
      "t6"."rep_id",
      "t6"."handed_to",
      "t6"."handed_on",
      "t6"."opportunity_id",
      "t6"."outcome",
      "t6"."amount"
    FROM (
      SELECT
        "t4"."lead_id",
        "t4"."rep_id",
        "t4"."handed_to",
        "t4"."handed_on",
        "t4"."opportunity_id",
        "t5"."outcome",
        "t5"."amount",
        "t5"."sold"
      FROM (
        SELECT
          "t0"."lead_id",
          "t0"."rep_id",
          "t0"."handed_to",
          "t0"."handed_on",
          "t0"."opportunity_id"
        FROM "leads" AS "t0"
      ) AS "t4"
      INNER JOIN (
        SELECT
          "t1"."outcome",
          "t1"."amount",
          "t1"."opportunity_id" AS "sold"
        FROM "opportunities" AS "t1"
      ) AS "t5"
        ON "t4"."opportunity_id" = "t5"."sold"
    ) AS "t6"
  ) AS "t8"
  WHERE
    "t8"."handed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t8"."handed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t9"
GROUP BY
  1,
  2;

SELECT
  "t3"."rep_id",
  (
    (
      EXTRACT(year FROM "t3"."handed_on") * 12
    ) + EXTRACT(month FROM "t3"."handed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t3"."decision" = 'accepted') AS "received_accepted",
  COUNT("t3"."decision") AS "received_decided"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t0"."lead_id",
      "t0"."account_id",
      "t0"."handed_on",
      "t0"."decision",
      "t0"."handed_to" AS "rep_id"
    FROM "leads" AS "t0"
    WHERE
      "t0"."handed_to" IS NOT NULL
  ) AS "t2"
  WHERE
    "t2"."handed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t2"."handed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t3"
GROUP BY
  1,
  2;

SELECT
  "t28"."rep_id",
  "t28"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(DISTINCT "t28"."pair") FILTER(WHERE
    (
      "t28"."held_on" >= "t28"."first_on"
    )
    AND (
      "t28"."held_on" <= "t28"."as_of_on"
    )) AS "coached_sdrs"
FROM (
  SELECT
    "t27"."handed_on",
    "t27"."sdr_id",
    "t27"."rep_id",
    "t27"."pair",
    "t27"."held_on",
    "t27"."bucket",
    "t27"."as_of_on",
    "t27"."first_on"
  FROM (
    SELECT
      "t26"."handed_on",
      "t26"."sdr_id",
      "t26"."rep_id",
      "t26"."pair",
      "t26"."held_on",
      "t13"."bucket",
      "t13"."as_of_on",
      "t13"."first_on",
      "t13"."before_on"
    FROM (
      SELECT
        "t23"."handed_on",
        "t23"."sdr_id",
        "t23"."rep_id",
        "t23"."pair",
        "t23"."held_on"
      FROM (
        SELECT
          "t14"."handed_on",
          "t14"."sdr_id",
          "t14"."rep_id",
          "t14"."pair",
          "t22"."held_on",
          "t22"."met"
        FROM (
          SELECT DISTINCT
            "t0"."handed_on",
            "t0"."rep_id" AS "sdr_id",
            "t0"."handed_to" AS "rep_id",
            CONCAT(CONCAT("t0"."handed_to", '|'), "t0"."rep_id") AS "pair"
          FROM "leads" AS "t0"
          WHERE
            "t0"."handed_to" IS NOT NULL AND "t0"."rep_id" IS NOT NULL
        ) AS "t14"
        INNER JOIN (
          SELECT DISTINCT
            "t20"."held_on",
            "t20"."pair" AS "met"
          FROM (
            SELECT
              "t9"."session_id",
              "t9"."held_on",
              "t19"."rep_id",
              "t9"."sdr_id",
              "t17"."pair"
            FROM (
              SELECT
                "t1"."session_id",
                "t1"."coach",
                "t1"."held_on",
                "t1"."rep_id" AS "sdr_id"
              FROM "coaching" AS "t1"
            ) AS "t9"
            INNER JOIN (
              SELECT
                "t15"."name",
                "t15"."rep_id"
              FROM (
                SELECT
                  "t6"."name",
                  MIN("t6"."rep_id") AS "rep_id",
                  COUNT(DISTINCT "t6"."rep_id") AS "namesakes"
                FROM (
                  SELECT
                    "t2"."rep_id",
                    "t2"."name"
                  FROM "reps" AS "t2"
                ) AS "t6"
                GROUP BY
                  1
              ) AS "t15"
              WHERE
                "t15"."namesakes" = 1
            ) AS "t19"
              ON "t9"."coach" = "t19"."name"
            INNER JOIN (
              SELECT
                "t12"."rep_id" AS "linked_rep",
                "t12"."sdr_id" AS "linked_sdr",
                "t12"."pair"
              FROM (
                SELECT DISTINCT
                  "t0"."handed_to" AS "rep_id",
                  "t0"."rep_id" AS "sdr_id",
                  CONCAT(CONCAT("t0"."handed_to", '|'), "t0"."rep_id") AS "pair"
                FROM "leads" AS "t0"
                WHERE
                  "t0"."handed_to" IS NOT NULL AND "t0"."rep_id" IS NOT NULL
              ) AS "t12"
            ) AS "t17"
              ON "t19"."rep_id" = "t17"."linked_rep" AND "t9"."sdr_id" = "t17"."linked_sdr"
          ) AS "t20"
        ) AS "t22"
          ON "t14"."pair" = "t22"."met"
      ) AS "t23"
    ) AS "t26"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t3"
      ) AS "t7"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t4"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t4"
      ) AS "t8"
    ) AS "t13"
      ON "t26"."handed_on" <= "t13"."as_of_on"
      AND COALESCE("t26"."handed_on", FROM_ISO8601_DATE('9999-01-01')) > "t13"."before_on"
  ) AS "t27"
) AS "t28"
GROUP BY
  1,
  2;

SELECT
  "t11"."rep_id",
  "t11"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(DISTINCT "t11"."pair") AS "linked_sdrs"
FROM (
  SELECT
    "t10"."handed_on",
    "t10"."sdr_id",
    "t10"."rep_id",
    "t10"."pair",
    "t10"."bucket",
    "t10"."as_of_on",
    "t10"."first_on"
  FROM (
    SELECT
      "t9"."handed_on",
      "t9"."sdr_id",
      "t9"."rep_id",
      "t9"."pair",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t0"."handed_on",
        "t0"."rep_id" AS "sdr_id",
        "t0"."handed_to" AS "rep_id",
        CONCAT(CONCAT("t0"."handed_to", '|'), "t0"."rep_id") AS "pair"
      FROM "leads" AS "t0"
      WHERE
        "t0"."handed_to" IS NOT NULL AND "t0"."rep_id" IS NOT NULL
    ) AS "t9"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t3"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t4"
    ) AS "t8"
      ON "t9"."handed_on" <= "t8"."as_of_on"
      AND COALESCE("t9"."handed_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."before_on"
  ) AS "t10"
) AS "t11"
GROUP BY
  1,
  2;

SELECT
  "t14"."rep_id",
  (
    (
      EXTRACT(year FROM "t14"."held_on") * 12
    ) + EXTRACT(month FROM "t14"."held_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(DISTINCT "t14"."session_id") AS "sdr_sessions"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t5"."session_id",
      "t5"."held_on",
      "t11"."rep_id",
      "t5"."sdr_id",
      "t9"."pair"
    FROM (
      SELECT
        "t0"."session_id",
        "t0"."coach",
        "t0"."held_on",
        "t0"."rep_id" AS "sdr_id"
      FROM "coaching" AS "t0"
    ) AS "t5"
    INNER JOIN (
      SELECT
        "t7"."name",
        "t7"."rep_id"
      FROM (
        SELECT
          "t4"."name",
          MIN("t4"."rep_id") AS "rep_id",
          COUNT(DISTINCT "t4"."rep_id") AS "namesakes"
        FROM (
          SELECT
            "t2"."rep_id",
            "t2"."name"
          FROM "reps" AS "t2"
        ) AS "t4"
        GROUP BY
          1
      ) AS "t7"
      WHERE
        "t7"."namesakes" = 1
    ) AS "t11"
      ON "t5"."coach" = "t11"."name"
    INNER JOIN (
      SELECT
        "t6"."rep_id" AS "linked_rep",
        "t6"."sdr_id" AS "linked_sdr",
        "t6"."pair"
      FROM (
        SELECT DISTINCT
          "t1"."handed_to" AS "rep_id",
          "t1"."rep_id" AS "sdr_id",
          CONCAT(CONCAT("t1"."handed_to", '|'), "t1"."rep_id") AS "pair"
        FROM "leads" AS "t1"
        WHERE
          "t1"."handed_to" IS NOT NULL AND "t1"."rep_id" IS NOT NULL
      ) AS "t6"
    ) AS "t9"
      ON "t11"."rep_id" = "t9"."linked_rep" AND "t5"."sdr_id" = "t9"."linked_sdr"
  ) AS "t13"
  WHERE
    "t13"."held_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t13"."held_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t14"
GROUP BY
  1,
  2;

SELECT
  "t1"."rep_id",
  (
    (
      EXTRACT(year FROM "t1"."signed_on") * 12
    ) + EXTRACT(month FROM "t1"."signed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "contracts_signed"
FROM (
  SELECT
    "t0"."account_id",
    "t0"."opportunity_id",
    "t0"."rep_id",
    "t0"."signed_on"
  FROM "contracts" AS "t0"
  WHERE
    "t0"."signed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t0"."signed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t1"
GROUP BY
  1,
  2;

SELECT
  "t3"."rep_id",
  (
    (
      EXTRACT(year FROM "t3"."signed_on") * 12
    ) + EXTRACT(month FROM "t3"."signed_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t3"."yearly_value") AS "yearly_value",
  COUNT("t3"."yearly_value") AS "yearly_contracts",
  SUM("t3"."yearly_value" * "t3"."yearly_value") AS "yearly_value_squared",
  SUM("t3"."value") AS "contract_value",
  COUNT("t3"."value") AS "valued_contracts",
  SUM("t3"."value" * "t3"."value") AS "contract_value_squared",
  SUM("t3"."one_off_value") AS "one_off_fees",
  SUM("t3"."one_off_value" * "t3"."one_off_value") AS "one_off_fees_squared",
  COUNT(*) FILTER(WHERE
    "t3"."one_off_value" > 0) AS "one_off_contracts",
  COUNT(*) FILTER(WHERE
    "t3"."months" < CAST(11.5 AS DOUBLE)) AS "short_contracts"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t0"."contract_id",
      "t0"."account_id",
      "t0"."signed_on",
      COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
      COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on") AS "ended_on",
      "t0"."rep_id",
      (
        (
          (
            (
              EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) * 12
          ) + EXTRACT(month FROM "t0"."ends_on")
        ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
      ) + (
        CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
      ) AS "months",
      "t0"."value",
      COALESCE("t0"."one_off_value", CAST(0.0 AS DOUBLE)) AS "one_off_value",
      COALESCE(
        "t0"."annual_value",
        IF(
          (
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            )
          ) > 0,
          CAST((
            (
              "t0"."value" - COALESCE("t0"."one_off_value", CAST(0.0 AS DOUBLE))
            ) * 12
          ) AS DOUBLE) / NULLIF(
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            ),
            0
          ),
          NULL
        )
      ) AS "yearly_value"
    FROM "contracts" AS "t0"
  ) AS "t2"
  WHERE
    "t2"."signed_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t2"."signed_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t3"
GROUP BY
  1,
  2;

SELECT
  "t18"."rep_id",
  (
    (
      EXTRACT(year FROM "t18"."purchased_on") * 12
    ) + EXTRACT(month FROM "t18"."purchased_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(DISTINCT "t18"."account_id") AS "buying_customers",
  SUM("t18"."amount") AS "purchase_value",
  COUNT("t18"."amount") AS "purchases"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t15"."account_id",
      "t15"."purchase_id",
      "t15"."purchased_on",
      "t15"."amount",
      "t15"."is_new_customer",
      "t15"."is_repeat",
      "t15"."account_year",
      "t15"."earned",
      "t15"."never_on",
      COALESCE("t15"."owner", "t15"."latest_rep") AS "rep_id"
    FROM (
      SELECT
        "t14"."account_id",
        "t14"."purchase_id",
        "t14"."purchased_on",
        "t14"."amount",
        "t14"."is_new_customer",
        "t14"."is_repeat",
        "t14"."account_year",
        "t14"."earned",
        "t14"."never_on",
        "t14"."owner",
        "t14"."latest_rep"
      FROM (
        SELECT
          "t13"."account_id",
          "t13"."purchase_id",
          "t13"."purchased_on",
          "t13"."amount",
          "t13"."is_new_customer",
          "t13"."is_repeat",
          "t13"."account_year",
          "t13"."earned",
          "t13"."never_on",
          "t13"."owner",
          "t10"."served_account",
          "t10"."latest_rep"
        FROM (
          SELECT
            "t11"."account_id",
            "t11"."purchase_id",
            "t11"."purchased_on",
            "t11"."amount",
            "t11"."is_new_customer",
            "t11"."is_repeat",
            "t11"."account_year",
            "t11"."earned",
            "t11"."never_on",
            "t11"."owner"
          FROM (
            SELECT
              "t8"."account_id",
              "t8"."purchase_id",
              "t8"."purchased_on",
              "t8"."amount",
              "t8"."is_new_customer",
              "t8"."is_repeat",
              "t8"."account_year",
              "t8"."earned",
              "t8"."never_on",
              "t5"."owned_account",
              "t5"."owner"
            FROM (
              SELECT
                "t2"."account_id",
                "t2"."purchase_id",
                "t2"."purchased_on",
                "t2"."amount",
                (
                  ROW_NUMBER() OVER (
                    PARTITION BY "t2"."account_id"
                    ORDER BY "t2"."purchased_on" ASC, "t2"."purchase_id" ASC
                  ) - 1
                ) = 0 AS "is_new_customer",
                (
                  (
                    DENSE_RANK() OVER (PARTITION BY "t2"."account_id" ORDER BY "t2"."purchased_on" ASC) - 1
                  ) = 1
                )
                AND (
                  (
                    ROW_NUMBER() OVER (
                      PARTITION BY "t2"."account_id", "t2"."purchased_on"
                      ORDER BY "t2"."purchase_id" ASC
                    ) - 1
                  ) = 0
                ) AS "is_repeat",
                CAST(EXTRACT(year FROM MIN("t2"."purchased_on") OVER (
                  PARTITION BY "t2"."account_id"
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                )) AS VARCHAR) AS "account_year",
                "t2"."amount" * CAST(1.0 AS DOUBLE) AS "earned",
                CAST(NULL AS DATE) AS "never_on"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."contract_id" AS "purchase_id",
                  "t0"."signed_on" AS "purchased_on",
                  "t0"."value" AS "amount"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
              ) AS "t2"
            ) AS "t8"
            LEFT OUTER JOIN (
              SELECT
                "t1"."account_id" AS "owned_account",
                MIN("t1"."rep_id") AS "owner"
              FROM "accounts" AS "t1"
              GROUP BY
                1
            ) AS "t5"
              ON "t8"."account_id" = "t5"."owned_account"
          ) AS "t11"
        ) AS "t13"
        LEFT OUTER JOIN (
          SELECT
            "t6"."account_id" AS "served_account",
            "t6"."rep_id" AS "latest_rep"
          FROM (
            SELECT
              "t3"."account_id",
              "t3"."rep_id",
              "t3"."key",
              "t3"."day_on",
              ROW_NUMBER() OVER (PARTITION BY "t3"."account_id" ORDER BY "t3"."day_on" DESC, "t3"."key" DESC) - 1 AS "rank"
            FROM (
              SELECT
                "t0"."account_id",
                "t0"."rep_id",
                "t0"."contract_id" AS "key",
                "t0"."signed_on" AS "day_on"
              FROM "contracts" AS "t0"
              WHERE
                "t0"."account_id" IS NOT NULL
                AND "t0"."rep_id" IS NOT NULL
                AND "t0"."signed_on" IS NOT NULL
            ) AS "t3"
          ) AS "t6"
          WHERE
            "t6"."rank" = 0
        ) AS "t10"
          ON "t13"."account_id" = "t10"."served_account"
      ) AS "t14"
    ) AS "t15"
  ) AS "t17"
  WHERE
    "t17"."purchased_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t17"."purchased_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t18"
GROUP BY
  1,
  2;

SELECT
  "t26"."rep_id",
  "t26"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t26"."is_repeat") AS "repeat_customers",
  COUNT(*) FILTER(WHERE
    "t26"."is_new_customer") AS "customers_to_date",
  SUM("t26"."earned") AS "value_to_date"
FROM (
  SELECT
    "t25"."account_id",
    "t25"."purchase_id",
    "t25"."purchased_on",
    "t25"."amount",
    "t25"."is_new_customer",
    "t25"."is_repeat",
    "t25"."account_year",
    "t25"."earned",
    "t25"."never_on",
    "t25"."rep_id",
    "t25"."bucket",
    "t25"."as_of_on",
    "t25"."first_on"
  FROM (
    SELECT
      "t24"."account_id",
      "t24"."purchase_id",
      "t24"."purchased_on",
      "t24"."amount",
      "t24"."is_new_customer",
      "t24"."is_repeat",
      "t24"."account_year",
      "t24"."earned",
      "t24"."never_on",
      "t24"."rep_id",
      "t11"."bucket",
      "t11"."as_of_on",
      "t11"."first_on",
      "t11"."before_on"
    FROM (
      SELECT
        "t21"."account_id",
        "t21"."purchase_id",
        "t21"."purchased_on",
        "t21"."amount",
        "t21"."is_new_customer",
        "t21"."is_repeat",
        "t21"."account_year",
        "t21"."earned",
        "t21"."never_on",
        COALESCE("t21"."owner", "t21"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t20"."account_id",
          "t20"."purchase_id",
          "t20"."purchased_on",
          "t20"."amount",
          "t20"."is_new_customer",
          "t20"."is_repeat",
          "t20"."account_year",
          "t20"."earned",
          "t20"."never_on",
          "t20"."owner",
          "t20"."latest_rep"
        FROM (
          SELECT
            "t19"."account_id",
            "t19"."purchase_id",
            "t19"."purchased_on",
            "t19"."amount",
            "t19"."is_new_customer",
            "t19"."is_repeat",
            "t19"."account_year",
            "t19"."earned",
            "t19"."never_on",
            "t19"."owner",
            "t16"."served_account",
            "t16"."latest_rep"
          FROM (
            SELECT
              "t17"."account_id",
              "t17"."purchase_id",
              "t17"."purchased_on",
              "t17"."amount",
              "t17"."is_new_customer",
              "t17"."is_repeat",
              "t17"."account_year",
              "t17"."earned",
              "t17"."never_on",
              "t17"."owner"
            FROM (
              SELECT
                "t14"."account_id",
                "t14"."purchase_id",
                "t14"."purchased_on",
                "t14"."amount",
                "t14"."is_new_customer",
                "t14"."is_repeat",
                "t14"."account_year",
                "t14"."earned",
                "t14"."never_on",
                "t10"."owned_account",
                "t10"."owner"
              FROM (
                SELECT
                  "t6"."account_id",
                  "t6"."purchase_id",
                  "t6"."purchased_on",
                  "t6"."amount",
                  (
                    ROW_NUMBER() OVER (
                      PARTITION BY "t6"."account_id"
                      ORDER BY "t6"."purchased_on" ASC, "t6"."purchase_id" ASC
                    ) - 1
                  ) = 0 AS "is_new_customer",
                  (
                    (
                      DENSE_RANK() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."purchased_on" ASC) - 1
                    ) = 1
                  )
                  AND (
                    (
                      ROW_NUMBER() OVER (
                        PARTITION BY "t6"."account_id", "t6"."purchased_on"
                        ORDER BY "t6"."purchase_id" ASC
                      ) - 1
                    ) = 0
                  ) AS "is_repeat",
                  CAST(EXTRACT(year FROM MIN("t6"."purchased_on") OVER (
                    PARTITION BY "t6"."account_id"
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  )) AS VARCHAR) AS "account_year",
                  "t6"."amount" * CAST(1.0 AS DOUBLE) AS "earned",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t0"."account_id",
                    "t0"."contract_id" AS "purchase_id",
                    "t0"."signed_on" AS "purchased_on",
                    "t0"."value" AS "amount"
                  FROM "contracts" AS "t0"
                  WHERE
                    "t0"."account_id" IS NOT NULL
                ) AS "t6"
              ) AS "t14"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t10"
                ON "t14"."account_id" = "t10"."owned_account"
            ) AS "t17"
          ) AS "t19"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t7"."account_id",
                "t7"."rep_id",
                "t7"."key",
                "t7"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t7"."account_id" ORDER BY "t7"."day_on" DESC, "t7"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t7"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t16"
            ON "t19"."account_id" = "t16"."served_account"
        ) AS "t20"
      ) AS "t21"
    ) AS "t24"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t11"
      ON "t24"."purchased_on" <= "t11"."as_of_on"
      AND COALESCE("t24"."never_on", FROM_ISO8601_DATE('9999-01-01')) > "t11"."as_of_on"
  ) AS "t25"
) AS "t26"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  SUM(
    LEAST(
      DATE_DIFF(
        'DAY',
        DATE_TRUNC('DAY', "t31"."started_on"),
        DATE_TRUNC('DAY', COALESCE("t31"."ended_on", FROM_ISO8601_DATE('9999-01-01')))
      ),
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t31"."started_on"), DATE_TRUNC('DAY', "t31"."as_of_on")) + 1
    )
  ) AS "customer_days"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t29"."never_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  SUM(
    LEAST(
      DATE_DIFF(
        'DAY',
        DATE_TRUNC('DAY', "t31"."started_on"),
        DATE_TRUNC('DAY', COALESCE("t31"."ended_on", FROM_ISO8601_DATE('9999-01-01')))
      ),
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t31"."started_on"), DATE_TRUNC('DAY', "t31"."as_of_on")) + 1
    )
  ) AS "customer_days_before"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-06-30') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t29"."never_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

SELECT
  "t29"."rep_id",
  (
    (
      EXTRACT(year FROM "t29"."created_on") * 12
    ) + EXTRACT(month FROM "t29"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t29"."is_first") AS "referrals",
  COUNT(*) FILTER(WHERE
    "t29"."is_first" AND (
      "t29"."wins" > 0
    )) AS "referrals_won",
  SUM("t29"."won_value") FILTER(WHERE
    "t29"."is_first") AS "referral_value",
  SUM("t29"."won_value" * "t29"."won_value") FILTER(WHERE
    "t29"."is_first") AS "referral_value_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t9"."opportunity_id",
      "t9"."account_id",
      "t9"."prospect_id",
      "t26"."rep_id",
      "t9"."created_on",
      (
        ROW_NUMBER() OVER (
          PARTITION BY "t9"."prospect_id"
          ORDER BY "t9"."created_on" ASC, "t9"."opportunity_id" ASC
        ) - 1
      ) = 0 AS "is_first",
      SUM(IF("t9"."outcome" = 'won', 1, 0)) OVER (
        PARTITION BY "t9"."prospect_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "wins",
      SUM(
        IF(
          "t9"."outcome" = 'won',
          COALESCE("t9"."amount", CAST(0.0 AS DOUBLE)),
          CAST(0.0 AS DOUBLE)
        )
      ) OVER (
        PARTITION BY "t9"."prospect_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "won_value"
    FROM (
      SELECT
        "t5"."opportunity_id",
        "t5"."account_id",
        "t5"."created_on",
        "t5"."outcome",
        "t5"."amount",
        "t5"."referred_by_account_id",
        "t5"."prospect_id"
      FROM (
        SELECT
          "t0"."opportunity_id",
          "t0"."account_id",
          "t0"."rep_id",
          "t0"."created_on",
          "t0"."outcome",
          "t0"."amount",
          "t0"."referred_by_account_id",
          COALESCE("t0"."account_id", "t0"."opportunity_id") AS "prospect_id"
        FROM "opportunities" AS "t0"
        WHERE
          "t0"."referred_by_account_id" IS NOT NULL
          AND "t0"."created_on" IS NOT NULL
          AND "t0"."referred_by_account_id" <> COALESCE("t0"."account_id", "t0"."opportunity_id")
      ) AS "t5"
    ) AS "t9"
    INNER JOIN (
      SELECT
        "t24"."started_on",
        "t24"."ended_on",
        COALESCE("t24"."owner", "t24"."latest_rep") AS "rep_id",
        "t24"."account_id" AS "by_account"
      FROM (
        SELECT
          "t23"."account_id",
          "t23"."started_on",
          "t23"."ended_on",
          "t23"."never_on",
          "t23"."owner",
          "t23"."latest_rep"
        FROM (
          SELECT
            "t22"."account_id",
            "t22"."started_on",
            "t22"."ended_on",
            "t22"."never_on",
            "t22"."owner",
            "t13"."served_account",
            "t13"."latest_rep"
          FROM (
            SELECT
              "t20"."account_id",
              "t20"."started_on",
              "t20"."ended_on",
              "t20"."never_on",
              "t20"."owner"
            FROM (
              SELECT
                "t19"."account_id",
                "t19"."started_on",
                "t19"."ended_on",
                "t19"."never_on",
                "t6"."owned_account",
                "t6"."owner"
              FROM (
                SELECT
                  "t17"."account_id",
                  "t17"."started_on",
                  NULLIF("t17"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t16"."account_id",
                    "t16"."spell",
                    MIN("t16"."started_on") AS "started_on",
                    MAX("t16"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t15"."account_id",
                      "t15"."started_on",
                      "t15"."ended_on",
                      "t15"."reached_on",
                      "t15"."is_break",
                      SUM("t15"."is_break") OVER (
                        PARTITION BY "t15"."account_id"
                        ORDER BY "t15"."started_on" ASC, "t15"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t14"."account_id",
                        "t14"."started_on",
                        "t14"."ended_on",
                        "t14"."reached_on",
                        IF(
                          (
                            "t14"."reached_on" IS NULL
                          ) OR (
                            "t14"."started_on" > "t14"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t11"."account_id",
                          "t11"."started_on",
                          "t11"."ended_on",
                          MAX("t11"."ended_on") OVER (
                            PARTITION BY "t11"."account_id"
                            ORDER BY "t11"."started_on" ASC, "t11"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t1"."account_id",
                              COALESCE("t1"."starts_on", "t1"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t1"."ends_on", "t1"."cancelled_on"), "t1"."ends_on", "t1"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t1"
                          ) AS "t8"
                          WHERE
                            "t8"."account_id" IS NOT NULL AND "t8"."started_on" < "t8"."ended_on"
                        ) AS "t11"
                      ) AS "t14"
                    ) AS "t15"
                  ) AS "t16"
                  GROUP BY
                    1,
                    2
                ) AS "t17"
              ) AS "t19"
              LEFT OUTER JOIN (
                SELECT
                  "t2"."account_id" AS "owned_account",
                  MIN("t2"."rep_id") AS "owner"
                FROM "accounts" AS "t2"
                GROUP BY
                  1
              ) AS "t6"
                ON "t19"."account_id" = "t6"."owned_account"
            ) AS "t20"
          ) AS "t22"
          LEFT OUTER JOIN (
            SELECT
              "t10"."account_id" AS "served_account",
              "t10"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t3"."account_id",
                "t3"."rep_id",
                "t3"."key",
                "t3"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t3"."account_id" ORDER BY "t3"."day_on" DESC, "t3"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t1"."account_id",
                  "t1"."rep_id",
                  "t1"."contract_id" AS "key",
                  "t1"."signed_on" AS "day_on"
                FROM "contracts" AS "t1"
                WHERE
                  "t1"."account_id" IS NOT NULL
                  AND "t1"."rep_id" IS NOT NULL
                  AND "t1"."signed_on" IS NOT NULL
              ) AS "t3"
            ) AS "t10"
            WHERE
              "t10"."rank" = 0
          ) AS "t13"
            ON "t22"."account_id" = "t13"."served_account"
        ) AS "t23"
      ) AS "t24"
    ) AS "t26"
      ON "t9"."referred_by_account_id" = "t26"."by_account"
      AND "t9"."created_on" >= "t26"."started_on"
      AND (
        (
          "t26"."ended_on" IS NULL
        ) OR (
          "t9"."created_on" < "t26"."ended_on"
        )
      )
  ) AS "t28"
  WHERE
    "t28"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t28"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t29"
GROUP BY
  1,
  2;

SELECT
  "t4"."rep_id",
  (
    (
      EXTRACT(year FROM "t4"."created_on") * 12
    ) + EXTRACT(month FROM "t4"."created_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t4"."is_first") AS "all_referrals"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t1"."opportunity_id",
      "t1"."account_id",
      "t1"."prospect_id",
      "t1"."rep_id",
      "t1"."created_on",
      (
        ROW_NUMBER() OVER (
          PARTITION BY "t1"."prospect_id"
          ORDER BY "t1"."created_on" ASC, "t1"."opportunity_id" ASC
        ) - 1
      ) = 0 AS "is_first",
      SUM(IF("t1"."outcome" = 'won', 1, 0)) OVER (
        PARTITION BY "t1"."prospect_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "wins",
      SUM(
        IF(
          "t1"."outcome" = 'won',
          COALESCE("t1"."amount", CAST(0.0 AS DOUBLE)),
          CAST(0.0 AS DOUBLE)
        )
      ) OVER (
        PARTITION BY "t1"."prospect_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "won_value"
    FROM (
      SELECT
        "t0"."opportunity_id",
        "t0"."account_id",
        "t0"."rep_id",
        "t0"."created_on",
        "t0"."outcome",
        "t0"."amount",
        "t0"."referred_by_account_id",
        COALESCE("t0"."account_id", "t0"."opportunity_id") AS "prospect_id"
      FROM "opportunities" AS "t0"
      WHERE
        "t0"."referred_by_account_id" IS NOT NULL
        AND "t0"."created_on" IS NOT NULL
        AND "t0"."referred_by_account_id" <> COALESCE("t0"."account_id", "t0"."opportunity_id")
    ) AS "t1"
  ) AS "t3"
  WHERE
    "t3"."created_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t3"."created_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t4"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "customers_at_start"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-06-30') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t29"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "customers",
  COUNT(*) FILTER(WHERE
    "t31"."started_on" >= "t31"."first_on") AS "customers_new_present"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t29"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

SELECT
  "t23"."rep_id",
  (
    (
      EXTRACT(year FROM "t23"."started_on") * 12
    ) + EXTRACT(month FROM "t23"."started_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "customers_gained"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t20"."account_id",
      "t20"."started_on",
      "t20"."ended_on",
      "t20"."never_on",
      COALESCE("t20"."owner", "t20"."latest_rep") AS "rep_id"
    FROM (
      SELECT
        "t19"."account_id",
        "t19"."started_on",
        "t19"."ended_on",
        "t19"."never_on",
        "t19"."owner",
        "t19"."latest_rep"
      FROM (
        SELECT
          "t18"."account_id",
          "t18"."started_on",
          "t18"."ended_on",
          "t18"."never_on",
          "t18"."owner",
          "t9"."served_account",
          "t9"."latest_rep"
        FROM (
          SELECT
            "t16"."account_id",
            "t16"."started_on",
            "t16"."ended_on",
            "t16"."never_on",
            "t16"."owner"
          FROM (
            SELECT
              "t15"."account_id",
              "t15"."started_on",
              "t15"."ended_on",
              "t15"."never_on",
              "t4"."owned_account",
              "t4"."owner"
            FROM (
              SELECT
                "t13"."account_id",
                "t13"."started_on",
                NULLIF("t13"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                CAST(NULL AS DATE) AS "never_on"
              FROM (
                SELECT
                  "t12"."account_id",
                  "t12"."spell",
                  MIN("t12"."started_on") AS "started_on",
                  MAX("t12"."ended_on") AS "ended_on"
                FROM (
                  SELECT
                    "t11"."account_id",
                    "t11"."started_on",
                    "t11"."ended_on",
                    "t11"."reached_on",
                    "t11"."is_break",
                    SUM("t11"."is_break") OVER (
                      PARTITION BY "t11"."account_id"
                      ORDER BY "t11"."started_on" ASC, "t11"."ended_on" ASC
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS "spell"
                  FROM (
                    SELECT
                      "t10"."account_id",
                      "t10"."started_on",
                      "t10"."ended_on",
                      "t10"."reached_on",
                      IF(
                        (
                          "t10"."reached_on" IS NULL
                        ) OR (
                          "t10"."started_on" > "t10"."reached_on"
                        ),
                        1,
                        0
                      ) AS "is_break"
                    FROM (
                      SELECT
                        "t7"."account_id",
                        "t7"."started_on",
                        "t7"."ended_on",
                        MAX("t7"."ended_on") OVER (
                          PARTITION BY "t7"."account_id"
                          ORDER BY "t7"."started_on" ASC, "t7"."ended_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                        ) AS "reached_on"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t0"."account_id",
                            COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                            COALESCE(
                              COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                              FROM_ISO8601_DATE('9999-01-01')
                            ) AS "ended_on"
                          FROM "contracts" AS "t0"
                        ) AS "t5"
                        WHERE
                          "t5"."account_id" IS NOT NULL AND "t5"."started_on" < "t5"."ended_on"
                      ) AS "t7"
                    ) AS "t10"
                  ) AS "t11"
                ) AS "t12"
                GROUP BY
                  1,
                  2
              ) AS "t13"
            ) AS "t15"
            LEFT OUTER JOIN (
              SELECT
                "t1"."account_id" AS "owned_account",
                MIN("t1"."rep_id") AS "owner"
              FROM "accounts" AS "t1"
              GROUP BY
                1
            ) AS "t4"
              ON "t15"."account_id" = "t4"."owned_account"
          ) AS "t16"
        ) AS "t18"
        LEFT OUTER JOIN (
          SELECT
            "t6"."account_id" AS "served_account",
            "t6"."rep_id" AS "latest_rep"
          FROM (
            SELECT
              "t2"."account_id",
              "t2"."rep_id",
              "t2"."key",
              "t2"."day_on",
              ROW_NUMBER() OVER (PARTITION BY "t2"."account_id" ORDER BY "t2"."day_on" DESC, "t2"."key" DESC) - 1 AS "rank"
            FROM (
              SELECT
                "t0"."account_id",
                "t0"."rep_id",
                "t0"."contract_id" AS "key",
                "t0"."signed_on" AS "day_on"
              FROM "contracts" AS "t0"
              WHERE
                "t0"."account_id" IS NOT NULL
                AND "t0"."rep_id" IS NOT NULL
                AND "t0"."signed_on" IS NOT NULL
            ) AS "t2"
          ) AS "t6"
          WHERE
            "t6"."rank" = 0
        ) AS "t9"
          ON "t18"."account_id" = "t9"."served_account"
      ) AS "t19"
    ) AS "t20"
  ) AS "t22"
  WHERE
    "t22"."started_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t22"."started_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t23"
GROUP BY
  1,
  2;

SELECT
  "t23"."rep_id",
  (
    (
      EXTRACT(year FROM "t23"."ended_on") * 12
    ) + EXTRACT(month FROM "t23"."ended_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "customers_lost"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t20"."account_id",
      "t20"."started_on",
      "t20"."ended_on",
      "t20"."never_on",
      COALESCE("t20"."owner", "t20"."latest_rep") AS "rep_id"
    FROM (
      SELECT
        "t19"."account_id",
        "t19"."started_on",
        "t19"."ended_on",
        "t19"."never_on",
        "t19"."owner",
        "t19"."latest_rep"
      FROM (
        SELECT
          "t18"."account_id",
          "t18"."started_on",
          "t18"."ended_on",
          "t18"."never_on",
          "t18"."owner",
          "t9"."served_account",
          "t9"."latest_rep"
        FROM (
          SELECT
            "t16"."account_id",
            "t16"."started_on",
            "t16"."ended_on",
            "t16"."never_on",
            "t16"."owner"
          FROM (
            SELECT
              "t15"."account_id",
              "t15"."started_on",
              "t15"."ended_on",
              "t15"."never_on",
              "t4"."owned_account",
              "t4"."owner"
            FROM (
              SELECT
                "t13"."account_id",
                "t13"."started_on",
                NULLIF("t13"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                CAST(NULL AS DATE) AS "never_on"
              FROM (
                SELECT
                  "t12"."account_id",
                  "t12"."spell",
                  MIN("t12"."started_on") AS "started_on",
                  MAX("t12"."ended_on") AS "ended_on"
                FROM (
                  SELECT
                    "t11"."account_id",
                    "t11"."started_on",
                    "t11"."ended_on",
                    "t11"."reached_on",
                    "t11"."is_break",
                    SUM("t11"."is_break") OVER (
                      PARTITION BY "t11"."account_id"
                      ORDER BY "t11"."started_on" ASC, "t11"."ended_on" ASC
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS "spell"
                  FROM (
                    SELECT
                      "t10"."account_id",
                      "t10"."started_on",
                      "t10"."ended_on",
                      "t10"."reached_on",
                      IF(
                        (
                          "t10"."reached_on" IS NULL
                        ) OR (
                          "t10"."started_on" > "t10"."reached_on"
                        ),
                        1,
                        0
                      ) AS "is_break"
                    FROM (
                      SELECT
                        "t7"."account_id",
                        "t7"."started_on",
                        "t7"."ended_on",
                        MAX("t7"."ended_on") OVER (
                          PARTITION BY "t7"."account_id"
                          ORDER BY "t7"."started_on" ASC, "t7"."ended_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                        ) AS "reached_on"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t0"."account_id",
                            COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                            COALESCE(
                              COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                              FROM_ISO8601_DATE('9999-01-01')
                            ) AS "ended_on"
                          FROM "contracts" AS "t0"
                        ) AS "t5"
                        WHERE
                          "t5"."account_id" IS NOT NULL AND "t5"."started_on" < "t5"."ended_on"
                      ) AS "t7"
                    ) AS "t10"
                  ) AS "t11"
                ) AS "t12"
                GROUP BY
                  1,
                  2
              ) AS "t13"
            ) AS "t15"
            LEFT OUTER JOIN (
              SELECT
                "t1"."account_id" AS "owned_account",
                MIN("t1"."rep_id") AS "owner"
              FROM "accounts" AS "t1"
              GROUP BY
                1
            ) AS "t4"
              ON "t15"."account_id" = "t4"."owned_account"
          ) AS "t16"
        ) AS "t18"
        LEFT OUTER JOIN (
          SELECT
            "t6"."account_id" AS "served_account",
            "t6"."rep_id" AS "latest_rep"
          FROM (
            SELECT
              "t2"."account_id",
              "t2"."rep_id",
              "t2"."key",
              "t2"."day_on",
              ROW_NUMBER() OVER (PARTITION BY "t2"."account_id" ORDER BY "t2"."day_on" DESC, "t2"."key" DESC) - 1 AS "rank"
            FROM (
              SELECT
                "t0"."account_id",
                "t0"."rep_id",
                "t0"."contract_id" AS "key",
                "t0"."signed_on" AS "day_on"
              FROM "contracts" AS "t0"
              WHERE
                "t0"."account_id" IS NOT NULL
                AND "t0"."rep_id" IS NOT NULL
                AND "t0"."signed_on" IS NOT NULL
            ) AS "t2"
          ) AS "t6"
          WHERE
            "t6"."rank" = 0
        ) AS "t9"
          ON "t18"."account_id" = "t9"."served_account"
      ) AS "t19"
    ) AS "t20"
  ) AS "t22"
  WHERE
    "t22"."ended_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t22"."ended_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t23"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "customers_kept"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."before_on"
      AND COALESCE("t29"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

SELECT
  "t31"."rep_id",
  "t31"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    (
      "t31"."started_on" < "t31"."first_on"
    )
    AND (
      "t31"."ended_on" <= "t31"."as_of_on"
    )) AS "customers_churned"
FROM (
  SELECT
    "t30"."account_id",
    "t30"."started_on",
    "t30"."ended_on",
    "t30"."never_on",
    "t30"."rep_id",
    "t30"."bucket",
    "t30"."as_of_on",
    "t30"."first_on"
  FROM (
    SELECT
      "t29"."account_id",
      "t29"."started_on",
      "t29"."ended_on",
      "t29"."never_on",
      "t29"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t26"."account_id",
        "t26"."started_on",
        "t26"."ended_on",
        "t26"."never_on",
        COALESCE("t26"."owner", "t26"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t25"."account_id",
          "t25"."started_on",
          "t25"."ended_on",
          "t25"."never_on",
          "t25"."owner",
          "t25"."latest_rep"
        FROM (
          SELECT
            "t24"."account_id",
            "t24"."started_on",
            "t24"."ended_on",
            "t24"."never_on",
            "t24"."owner",
            "t15"."served_account",
            "t15"."latest_rep"
          FROM (
            SELECT
              "t22"."account_id",
              "t22"."started_on",
              "t22"."ended_on",
              "t22"."never_on",
              "t22"."owner"
            FROM (
              SELECT
                "t21"."account_id",
                "t21"."started_on",
                "t21"."ended_on",
                "t21"."never_on",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t19"."account_id",
                  "t19"."started_on",
                  NULLIF("t19"."ended_on", FROM_ISO8601_DATE('9999-01-01')) AS "ended_on",
                  CAST(NULL AS DATE) AS "never_on"
                FROM (
                  SELECT
                    "t18"."account_id",
                    "t18"."spell",
                    MIN("t18"."started_on") AS "started_on",
                    MAX("t18"."ended_on") AS "ended_on"
                  FROM (
                    SELECT
                      "t17"."account_id",
                      "t17"."started_on",
                      "t17"."ended_on",
                      "t17"."reached_on",
                      "t17"."is_break",
                      SUM("t17"."is_break") OVER (
                        PARTITION BY "t17"."account_id"
                        ORDER BY "t17"."started_on" ASC, "t17"."ended_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "spell"
                    FROM (
                      SELECT
                        "t16"."account_id",
                        "t16"."started_on",
                        "t16"."ended_on",
                        "t16"."reached_on",
                        IF(
                          (
                            "t16"."reached_on" IS NULL
                          ) OR (
                            "t16"."started_on" > "t16"."reached_on"
                          ),
                          1,
                          0
                        ) AS "is_break"
                      FROM (
                        SELECT
                          "t13"."account_id",
                          "t13"."started_on",
                          "t13"."ended_on",
                          MAX("t13"."ended_on") OVER (
                            PARTITION BY "t13"."account_id"
                            ORDER BY "t13"."started_on" ASC, "t13"."ended_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
                          ) AS "reached_on"
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              "t0"."account_id",
                              COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
                              COALESCE(
                                COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
                                FROM_ISO8601_DATE('9999-01-01')
                              ) AS "ended_on"
                            FROM "contracts" AS "t0"
                          ) AS "t11"
                          WHERE
                            "t11"."account_id" IS NOT NULL AND "t11"."started_on" < "t11"."ended_on"
                        ) AS "t13"
                      ) AS "t16"
                    ) AS "t17"
                  ) AS "t18"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t21"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t21"."account_id" = "t9"."owned_account"
            ) AS "t22"
          ) AS "t24"
          LEFT OUTER JOIN (
            SELECT
              "t12"."account_id" AS "served_account",
              "t12"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t12"
            WHERE
              "t12"."rank" = 0
          ) AS "t15"
            ON "t24"."account_id" = "t15"."served_account"
        ) AS "t25"
      ) AS "t26"
    ) AS "t29"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t29"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t29"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."before_on"
  ) AS "t30"
) AS "t31"
GROUP BY
  1,
  2;

WITH "t14" AS (
  SELECT
    "t0"."account_id",
    COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
    COALESCE(
      COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
      FROM_ISO8601_DATE('9999-01-01')
    ) AS "ended_on",
    COALESCE(
      COALESCE(
        "t0"."annual_value",
        IF(
          (
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            )
          ) > 0,
          CAST((
            (
              "t0"."value" - COALESCE("t0"."one_off_value", CAST(0.0 AS DOUBLE))
            ) * 12
          ) AS DOUBLE) / NULLIF(
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            ),
            0
          ),
          NULL
        )
      ),
      CAST(0.0 AS DOUBLE)
    ) AS "value"
  FROM "contracts" AS "t0"
)
SELECT
  "t33"."rep_id",
  "t33"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t33"."value") AS "active_book",
  COUNT(*) AS "book_customers"
FROM (
  SELECT
    "t32"."account_id",
    "t32"."started_on",
    "t32"."ended_on",
    "t32"."value",
    "t32"."rep_id",
    "t32"."bucket",
    "t32"."as_of_on",
    "t32"."first_on"
  FROM (
    SELECT
      "t31"."account_id",
      "t31"."started_on",
      "t31"."ended_on",
      "t31"."value",
      "t31"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t28"."account_id",
        "t28"."started_on",
        "t28"."ended_on",
        "t28"."value",
        COALESCE("t28"."owner", "t28"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t27"."account_id",
          "t27"."started_on",
          "t27"."ended_on",
          "t27"."value",
          "t27"."owner",
          "t27"."latest_rep"
        FROM (
          SELECT
            "t26"."account_id",
            "t26"."started_on",
            "t26"."ended_on",
            "t26"."value",
            "t26"."owner",
            "t13"."served_account",
            "t13"."latest_rep"
          FROM (
            SELECT
              "t24"."account_id",
              "t24"."started_on",
              "t24"."ended_on",
              "t24"."value",
              "t24"."owner"
            FROM (
              SELECT
                "t23"."account_id",
                "t23"."started_on",
                "t23"."ended_on",
                "t23"."value",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t21"."account_id",
                  "t21"."started_on",
                  "t21"."ended_on",
                  "t21"."value"
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      "t19"."account_id",
                      "t19"."day_on" AS "started_on",
                      LEAD("t19"."day_on") OVER (PARTITION BY "t19"."account_id" ORDER BY "t19"."day_on" ASC) AS "ended_on",
                      IF(
                        SUM("t19"."valued") OVER (
                          PARTITION BY "t19"."account_id"
                          ORDER BY "t19"."day_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        ) = 0,
                        CAST(0.0 AS DOUBLE),
                        SUM("t19"."value") OVER (
                          PARTITION BY "t19"."account_id"
                          ORDER BY "t19"."day_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        )
                      ) AS "value",
                      SUM("t19"."terms") OVER (
                        PARTITION BY "t19"."account_id"
                        ORDER BY "t19"."day_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "terms"
                    FROM (
                      SELECT
                        "t18"."account_id",
                        "t18"."day_on",
                        SUM("t18"."value") AS "value",
                        SUM("t18"."valued") AS "valued",
                        SUM("t18"."terms") AS "terms"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t15"."account_id",
                            "t15"."value",
                            IF("t15"."value" = 0, 0, 1) AS "valued",
                            "t15"."started_on" AS "day_on",
                            1 AS "terms"
                          FROM "t14" AS "t15"
                          WHERE
                            "t15"."account_id" IS NOT NULL AND "t15"."started_on" < "t15"."ended_on"
                        ) AS "t16"
                        UNION ALL
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t15"."account_id",
                            -(
                              "t15"."value"
                            ) AS "value",
                            -(
                              IF("t15"."value" = 0, 0, 1)
                            ) AS "valued",
                            "t15"."ended_on" AS "day_on",
                            -1 AS "terms"
                          FROM "t14" AS "t15"
                          WHERE
                            "t15"."account_id" IS NOT NULL
                            AND "t15"."started_on" < "t15"."ended_on"
                            AND "t15"."ended_on" < FROM_ISO8601_DATE('9999-01-01')
                        ) AS "t17"
                      ) AS "t18"
                      GROUP BY
                        1,
                        2
                    ) AS "t19"
                  ) AS "t20"
                  WHERE
                    "t20"."terms" > 0
                ) AS "t21"
              ) AS "t23"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t23"."account_id" = "t9"."owned_account"
            ) AS "t24"
          ) AS "t26"
          LEFT OUTER JOIN (
            SELECT
              "t11"."account_id" AS "served_account",
              "t11"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t11"
            WHERE
              "t11"."rank" = 0
          ) AS "t13"
            ON "t26"."account_id" = "t13"."served_account"
        ) AS "t27"
      ) AS "t28"
    ) AS "t31"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t31"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t31"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t32"
) AS "t33"
GROUP BY
  1,
  2;

WITH "t14" AS (
  SELECT
    "t0"."account_id",
    COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
    COALESCE(
      COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
      FROM_ISO8601_DATE('9999-01-01')
    ) AS "ended_on",
    COALESCE(
      COALESCE(
        "t0"."annual_value",
        IF(
          (
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            )
          ) > 0,
          CAST((
            (
              "t0"."value" - COALESCE("t0"."one_off_value", CAST(0.0 AS DOUBLE))
            ) * 12
          ) AS DOUBLE) / NULLIF(
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            ),
            0
          ),
          NULL
        )
      ),
      CAST(0.0 AS DOUBLE)
    ) AS "value"
  FROM "contracts" AS "t0"
)
SELECT
  "t38"."rep_id",
  "t38"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t38"."value") FILTER(WHERE
    (
      "t38"."first_started_on" < "t38"."first_on"
    )
    AND (
      (
        "t38"."first_ended_on" IS NULL
      )
      OR (
        "t38"."first_ended_on" >= "t38"."first_on"
      )
    )) AS "book_of_start",
  SUM(LEAST("t38"."value", "t38"."first_value")) FILTER(WHERE
    (
      "t38"."first_started_on" < "t38"."first_on"
    )
    AND (
      (
        "t38"."first_ended_on" IS NULL
      )
      OR (
        "t38"."first_ended_on" >= "t38"."first_on"
      )
    )) AS "book_held"
FROM (
  SELECT
    "t37"."account_id",
    "t37"."started_on",
    "t37"."ended_on",
    "t37"."value",
    "t37"."first_started_on",
    "t37"."first_ended_on",
    "t37"."first_value",
    "t37"."rep_id",
    "t37"."bucket",
    "t37"."as_of_on",
    "t37"."first_on"
  FROM (
    SELECT
      "t36"."account_id",
      "t36"."started_on",
      "t36"."ended_on",
      "t36"."value",
      "t36"."first_started_on",
      "t36"."first_ended_on",
      "t36"."first_value",
      "t36"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t33"."account_id",
        "t33"."started_on",
        "t33"."ended_on",
        "t33"."value",
        "t33"."first_started_on",
        "t33"."first_ended_on",
        "t33"."first_value",
        COALESCE("t33"."owner", "t33"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t32"."account_id",
          "t32"."started_on",
          "t32"."ended_on",
          "t32"."value",
          "t32"."first_started_on",
          "t32"."first_ended_on",
          "t32"."first_value",
          "t32"."owner",
          "t32"."latest_rep"
        FROM (
          SELECT
            "t31"."account_id",
            "t31"."started_on",
            "t31"."ended_on",
            "t31"."value",
            "t31"."first_started_on",
            "t31"."first_ended_on",
            "t31"."first_value",
            "t31"."owner",
            "t13"."served_account",
            "t13"."latest_rep"
          FROM (
            SELECT
              "t29"."account_id",
              "t29"."started_on",
              "t29"."ended_on",
              "t29"."value",
              "t29"."first_started_on",
              "t29"."first_ended_on",
              "t29"."first_value",
              "t29"."owner"
            FROM (
              SELECT
                "t28"."account_id",
                "t28"."started_on",
                "t28"."ended_on",
                "t28"."value",
                "t28"."first_started_on",
                "t28"."first_ended_on",
                "t28"."first_value",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t26"."account_id",
                  "t26"."started_on",
                  "t26"."ended_on",
                  "t26"."value",
                  "t26"."first_started_on",
                  "t26"."first_ended_on",
                  "t26"."first_value"
                FROM (
                  SELECT
                    "t23"."account_id",
                    "t23"."started_on",
                    "t23"."ended_on",
                    "t23"."value",
                    "t25"."first_account_id",
                    "t25"."first_started_on",
                    "t25"."first_ended_on",
                    "t25"."first_value"
                  FROM (
                    SELECT
                      "t21"."account_id",
                      "t21"."started_on",
                      "t21"."ended_on",
                      "t21"."value"
                    FROM (
                      SELECT
                        *
                      FROM (
                        SELECT
                          "t19"."account_id",
                          "t19"."day_on" AS "started_on",
                          LEAD("t19"."day_on") OVER (PARTITION BY "t19"."account_id" ORDER BY "t19"."day_on" ASC) AS "ended_on",
                          IF(
                            SUM("t19"."valued") OVER (
                              PARTITION BY "t19"."account_id"
                              ORDER BY "t19"."day_on" ASC
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                            ) = 0,
                            CAST(0.0 AS DOUBLE),
                            SUM("t19"."value") OVER (
                              PARTITION BY "t19"."account_id"
                              ORDER BY "t19"."day_on" ASC
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                            )
                          ) AS "value",
                          SUM("t19"."terms") OVER (
                            PARTITION BY "t19"."account_id"
                            ORDER BY "t19"."day_on" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                          ) AS "terms"
                        FROM (
                          SELECT
                            "t18"."account_id",
                            "t18"."day_on",
                            SUM("t18"."value") AS "value",
                            SUM("t18"."valued") AS "valued",
                            SUM("t18"."terms") AS "terms"
                          FROM (
                            SELECT
                              *
                            FROM (
                              SELECT
                                "t15"."account_id",
                                "t15"."value",
                                IF("t15"."value" = 0, 0, 1) AS "valued",
                                "t15"."started_on" AS "day_on",
                                1 AS "terms"
                              FROM "t14" AS "t15"
                              WHERE
                                "t15"."account_id" IS NOT NULL AND "t15"."started_on" < "t15"."ended_on"
                            ) AS "t16"
                            UNION ALL
                            SELECT
                              *
                            FROM (
                              SELECT
                                "t15"."account_id",
                                -(
                                  "t15"."value"
                                ) AS "value",
                                -(
                                  IF("t15"."value" = 0, 0, 1)
                                ) AS "valued",
                                "t15"."ended_on" AS "day_on",
                                -1 AS "terms"
                              FROM "t14" AS "t15"
                              WHERE
                                "t15"."account_id" IS NOT NULL
                                AND "t15"."started_on" < "t15"."ended_on"
                                AND "t15"."ended_on" < FROM_ISO8601_DATE('9999-01-01')
                            ) AS "t17"
                          ) AS "t18"
                          GROUP BY
                            1,
                            2
                        ) AS "t19"
                      ) AS "t20"
                      WHERE
                        "t20"."terms" > 0
                    ) AS "t21"
                  ) AS "t23"
                  INNER JOIN (
                    SELECT
                      "t22"."account_id" AS "first_account_id",
                      "t22"."started_on" AS "first_started_on",
                      "t22"."ended_on" AS "first_ended_on",
                      "t22"."value" AS "first_value"
                    FROM (
                      SELECT
                        "t21"."account_id",
                        "t21"."started_on",
                        "t21"."ended_on",
                        "t21"."value"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t19"."account_id",
                            "t19"."day_on" AS "started_on",
                            LEAD("t19"."day_on") OVER (PARTITION BY "t19"."account_id" ORDER BY "t19"."day_on" ASC) AS "ended_on",
                            IF(
                              SUM("t19"."valued") OVER (
                                PARTITION BY "t19"."account_id"
                                ORDER BY "t19"."day_on" ASC
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                              ) = 0,
                              CAST(0.0 AS DOUBLE),
                              SUM("t19"."value") OVER (
                                PARTITION BY "t19"."account_id"
                                ORDER BY "t19"."day_on" ASC
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                              )
                            ) AS "value",
                            SUM("t19"."terms") OVER (
                              PARTITION BY "t19"."account_id"
                              ORDER BY "t19"."day_on" ASC
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                            ) AS "terms"
                          FROM (
                            SELECT
                              "t18"."account_id",
                              "t18"."day_on",
                              SUM("t18"."value") AS "value",
                              SUM("t18"."valued") AS "valued",
                              SUM("t18"."terms") AS "terms"
                            FROM (
                              SELECT
                                *
                              FROM (
                                SELECT
                                  "t15"."account_id",
                                  "t15"."value",
                                  IF("t15"."value" = 0, 0, 1) AS "valued",
                                  "t15"."started_on" AS "day_on",
                                  1 AS "terms"
                                FROM "t14" AS "t15"
                                WHERE
                                  "t15"."account_id" IS NOT NULL AND "t15"."started_on" < "t15"."ended_on"
                              ) AS "t16"
                              UNION ALL
                              SELECT
                                *
                              FROM (
                                SELECT
                                  "t15"."account_id",
                                  -(
                                    "t15"."value"
                                  ) AS "value",
                                  -(
                                    IF("t15"."value" = 0, 0, 1)
                                  ) AS "valued",
                                  "t15"."ended_on" AS "day_on",
                                  -1 AS "terms"
                                FROM "t14" AS "t15"
                                WHERE
                                  "t15"."account_id" IS NOT NULL
                                  AND "t15"."started_on" < "t15"."ended_on"
                                  AND "t15"."ended_on" < FROM_ISO8601_DATE('9999-01-01')
                              ) AS "t17"
                            ) AS "t18"
                            GROUP BY
                              1,
                              2
                          ) AS "t19"
                        ) AS "t20"
                        WHERE
                          "t20"."terms" > 0
                      ) AS "t21"
                    ) AS "t22"
                  ) AS "t25"
                    ON "t23"."account_id" = "t25"."first_account_id"
                    AND "t25"."first_started_on" <= "t23"."started_on"
                ) AS "t26"
              ) AS "t28"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t28"."account_id" = "t9"."owned_account"
            ) AS "t29"
          ) AS "t31"
          LEFT OUTER JOIN (
            SELECT
              "t11"."account_id" AS "served_account",
              "t11"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t11"
            WHERE
              "t11"."rank" = 0
          ) AS "t13"
            ON "t31"."account_id" = "t13"."served_account"
        ) AS "t32"
      ) AS "t33"
    ) AS "t36"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t36"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t36"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t37"
) AS "t38"
GROUP BY
  1,
  2;

WITH "t14" AS (
  SELECT
    "t0"."account_id",
    COALESCE("t0"."starts_on", "t0"."signed_on") AS "started_on",
    COALESCE(
      COALESCE(LEAST("t0"."ends_on", "t0"."cancelled_on"), "t0"."ends_on", "t0"."cancelled_on"),
      FROM_ISO8601_DATE('9999-01-01')
    ) AS "ended_on",
    COALESCE(
      COALESCE(
        "t0"."annual_value",
        IF(
          (
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            )
          ) > 0,
          CAST((
            (
              "t0"."value" - COALESCE("t0"."one_off_value", CAST(0.0 AS DOUBLE))
            ) * 12
          ) AS DOUBLE) / NULLIF(
            (
              (
                (
                  (
                    EXTRACT(year FROM "t0"."ends_on") - EXTRACT(year FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
                  ) * 12
                ) + EXTRACT(month FROM "t0"."ends_on")
              ) - EXTRACT(month FROM COALESCE("t0"."starts_on", "t0"."signed_on"))
            ) + (
              CAST(EXTRACT(day FROM "t0"."ends_on") - EXTRACT(day FROM COALESCE("t0"."starts_on", "t0"."signed_on")) AS DOUBLE) / CAST(30.4375 AS DOUBLE)
            ),
            0
          ),
          NULL
        )
      ),
      CAST(0.0 AS DOUBLE)
    ) AS "value"
  FROM "contracts" AS "t0"
)
SELECT
  "t33"."rep_id",
  "t33"."bucket",
  COUNT(*) AS "rows_read",
  SUM("t33"."value") AS "book_at_start"
FROM (
  SELECT
    "t32"."account_id",
    "t32"."started_on",
    "t32"."ended_on",
    "t32"."value",
    "t32"."rep_id",
    "t32"."bucket",
    "t32"."as_of_on",
    "t32"."first_on"
  FROM (
    SELECT
      "t31"."account_id",
      "t31"."started_on",
      "t31"."ended_on",
      "t31"."value",
      "t31"."rep_id",
      "t10"."bucket",
      "t10"."as_of_on",
      "t10"."first_on",
      "t10"."before_on"
    FROM (
      SELECT
        "t28"."account_id",
        "t28"."started_on",
        "t28"."ended_on",
        "t28"."value",
        COALESCE("t28"."owner", "t28"."latest_rep") AS "rep_id"
      FROM (
        SELECT
          "t27"."account_id",
          "t27"."started_on",
          "t27"."ended_on",
          "t27"."value",
          "t27"."owner",
          "t27"."latest_rep"
        FROM (
          SELECT
            "t26"."account_id",
            "t26"."started_on",
            "t26"."ended_on",
            "t26"."value",
            "t26"."owner",
            "t13"."served_account",
            "t13"."latest_rep"
          FROM (
            SELECT
              "t24"."account_id",
              "t24"."started_on",
              "t24"."ended_on",
              "t24"."value",
              "t24"."owner"
            FROM (
              SELECT
                "t23"."account_id",
                "t23"."started_on",
                "t23"."ended_on",
                "t23"."value",
                "t9"."owned_account",
                "t9"."owner"
              FROM (
                SELECT
                  "t21"."account_id",
                  "t21"."started_on",
                  "t21"."ended_on",
                  "t21"."value"
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      "t19"."account_id",
                      "t19"."day_on" AS "started_on",
                      LEAD("t19"."day_on") OVER (PARTITION BY "t19"."account_id" ORDER BY "t19"."day_on" ASC) AS "ended_on",
                      IF(
                        SUM("t19"."valued") OVER (
                          PARTITION BY "t19"."account_id"
                          ORDER BY "t19"."day_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        ) = 0,
                        CAST(0.0 AS DOUBLE),
                        SUM("t19"."value") OVER (
                          PARTITION BY "t19"."account_id"
                          ORDER BY "t19"."day_on" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        )
                      ) AS "value",
                      SUM("t19"."terms") OVER (
                        PARTITION BY "t19"."account_id"
                        ORDER BY "t19"."day_on" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) AS "terms"
                    FROM (
                      SELECT
                        "t18"."account_id",
                        "t18"."day_on",
                        SUM("t18"."value") AS "value",
                        SUM("t18"."valued") AS "valued",
                        SUM("t18"."terms") AS "terms"
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t15"."account_id",
                            "t15"."value",
                            IF("t15"."value" = 0, 0, 1) AS "valued",
                            "t15"."started_on" AS "day_on",
                            1 AS "terms"
                          FROM "t14" AS "t15"
                          WHERE
                            "t15"."account_id" IS NOT NULL AND "t15"."started_on" < "t15"."ended_on"
                        ) AS "t16"
                        UNION ALL
                        SELECT
                          *
                        FROM (
                          SELECT
                            "t15"."account_id",
                            -(
                              "t15"."value"
                            ) AS "value",
                            -(
                              IF("t15"."value" = 0, 0, 1)
                            ) AS "valued",
                            "t15"."ended_on" AS "day_on",
                            -1 AS "terms"
                          FROM "t14" AS "t15"
                          WHERE
                            "t15"."account_id" IS NOT NULL
                            AND "t15"."started_on" < "t15"."ended_on"
                            AND "t15"."ended_on" < FROM_ISO8601_DATE('9999-01-01')
                        ) AS "t17"
                      ) AS "t18"
                      GROUP BY
                        1,
                        2
                    ) AS "t19"
                  ) AS "t20"
                  WHERE
                    "t20"."terms" > 0
                ) AS "t21"
              ) AS "t23"
              LEFT OUTER JOIN (
                SELECT
                  "t1"."account_id" AS "owned_account",
                  MIN("t1"."rep_id") AS "owner"
                FROM "accounts" AS "t1"
                GROUP BY
                  1
              ) AS "t9"
                ON "t23"."account_id" = "t9"."owned_account"
            ) AS "t24"
          ) AS "t26"
          LEFT OUTER JOIN (
            SELECT
              "t11"."account_id" AS "served_account",
              "t11"."rep_id" AS "latest_rep"
            FROM (
              SELECT
                "t6"."account_id",
                "t6"."rep_id",
                "t6"."key",
                "t6"."day_on",
                ROW_NUMBER() OVER (PARTITION BY "t6"."account_id" ORDER BY "t6"."day_on" DESC, "t6"."key" DESC) - 1 AS "rank"
              FROM (
                SELECT
                  "t0"."account_id",
                  "t0"."rep_id",
                  "t0"."contract_id" AS "key",
                  "t0"."signed_on" AS "day_on"
                FROM "contracts" AS "t0"
                WHERE
                  "t0"."account_id" IS NOT NULL
                  AND "t0"."rep_id" IS NOT NULL
                  AND "t0"."signed_on" IS NOT NULL
              ) AS "t6"
            ) AS "t11"
            WHERE
              "t11"."rank" = 0
          ) AS "t13"
            ON "t26"."account_id" = "t13"."served_account"
        ) AS "t27"
      ) AS "t28"
    ) AS "t31"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-06-30') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t2"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t3"
      ) AS "t5"
    ) AS "t10"
      ON "t31"."started_on" <= "t10"."as_of_on"
      AND COALESCE("t31"."ended_on", FROM_ISO8601_DATE('9999-01-01')) > "t10"."as_of_on"
  ) AS "t32"
) AS "t33"
GROUP BY
  1,
  2;

SELECT
  "t12"."rep_id",
  "t12"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    (
      "t12"."hired_on" <= "t12"."first_on"
    )
    AND (
      (
        "t12"."left_on" IS NULL
      ) OR (
        "t12"."left_on" > "t12"."as_of_on"
      )
    )) AS "reps_stayed",
  COUNT(*) FILTER(WHERE
    (
      "t12"."hired_on" <= "t12"."first_on"
    )
    AND (
      (
        "t12"."left_on" IS NULL
      ) OR (
        "t12"."left_on" > "t12"."first_on"
      )
    )) AS "reps_on_first_day"
FROM (
  SELECT
    "t11"."rep_id",
    "t11"."hired_on",
    "t11"."left_on",
    "t11"."working_share",
    "t11"."bucket",
    "t11"."as_of_on",
    "t11"."first_on"
  FROM (
    SELECT
      "t10"."rep_id",
      "t10"."hired_on",
      "t10"."left_on",
      "t10"."working_share",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t3"."rep_id",
        MAX("t3"."hired_on") AS "hired_on",
        MAX("t3"."left_on") AS "left_on",
        MAX("t3"."working_share") AS "working_share"
      FROM (
        SELECT
          "t0"."rep_id",
          "t0"."hired_on",
          "t0"."left_on",
          "t0"."working_share"
        FROM "reps" AS "t0"
      ) AS "t3"
      GROUP BY
        1
    ) AS "t10"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t5"
    ) AS "t8"
      ON "t10"."hired_on" <= "t8"."as_of_on"
      AND COALESCE("t10"."left_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."before_on"
  ) AS "t11"
) AS "t12"
GROUP BY
  1,
  2;

SELECT
  "t12"."rep_id",
  "t12"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "reps_at_end"
FROM (
  SELECT
    "t11"."rep_id",
    "t11"."hired_on",
    "t11"."left_on",
    "t11"."working_share",
    "t11"."bucket",
    "t11"."as_of_on",
    "t11"."first_on"
  FROM (
    SELECT
      "t10"."rep_id",
      "t10"."hired_on",
      "t10"."left_on",
      "t10"."working_share",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t3"."rep_id",
        MAX("t3"."hired_on") AS "hired_on",
        MAX("t3"."left_on") AS "left_on",
        MAX("t3"."working_share") AS "working_share"
      FROM (
        SELECT
          "t0"."rep_id",
          "t0"."hired_on",
          "t0"."left_on",
          "t0"."working_share"
        FROM "reps" AS "t0"
      ) AS "t3"
      GROUP BY
        1
    ) AS "t10"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-08-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t5"
    ) AS "t8"
      ON "t10"."hired_on" <= "t8"."as_of_on"
      AND COALESCE("t10"."left_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."as_of_on"
  ) AS "t11"
) AS "t12"
GROUP BY
  1,
  2;

SELECT
  "t12"."rep_id",
  "t12"."bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "reps_before"
FROM (
  SELECT
    "t11"."rep_id",
    "t11"."hired_on",
    "t11"."left_on",
    "t11"."working_share",
    "t11"."bucket",
    "t11"."as_of_on",
    "t11"."first_on"
  FROM (
    SELECT
      "t10"."rep_id",
      "t10"."hired_on",
      "t10"."left_on",
      "t10"."working_share",
      "t8"."bucket",
      "t8"."as_of_on",
      "t8"."first_on",
      "t8"."before_on"
    FROM (
      SELECT
        "t3"."rep_id",
        MAX("t3"."hired_on") AS "hired_on",
        MAX("t3"."left_on") AS "left_on",
        MAX("t3"."working_share") AS "working_share"
      FROM (
        SELECT
          "t0"."rep_id",
          "t0"."hired_on",
          "t0"."left_on",
          "t0"."working_share"
        FROM "reps" AS "t0"
      ) AS "t3"
      GROUP BY
        1
    ) AS "t10"
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t1"."bucket",
          FROM_ISO8601_DATE('2026-06-30') AS "as_of_on",
          FROM_ISO8601_DATE('2026-07-01') AS "first_on",
          FROM_ISO8601_DATE('2026-06-30') AS "before_on"
        FROM (
          SELECT
            24318 AS "bucket"
        ) AS "t1"
      ) AS "t4"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."bucket",
          FROM_ISO8601_DATE('2026-07-31') AS "as_of_on",
          FROM_ISO8601_DATE('2026-08-01') AS "first_on",
          FROM_ISO8601_DATE('2026-07-31') AS "before_on"
        FROM (
          SELECT
            24319 AS "bucket"
        ) AS "t2"
      ) AS "t5"
    ) AS "t8"
      ON "t10"."hired_on" <= "t8"."as_of_on"
      AND COALESCE("t10"."left_on", FROM_ISO8601_DATE('9999-01-01')) > "t8"."as_of_on"
  ) AS "t11"
) AS "t12"
GROUP BY
  1,
  2;

SELECT
  "t4"."rep_id",
  (
    (
      EXTRACT(year FROM "t4"."hired_on") * 12
    ) + EXTRACT(month FROM "t4"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) AS "reps_hired"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t1"."rep_id",
      MAX("t1"."hired_on") AS "hired_on",
      MAX("t1"."left_on") AS "left_on",
      MAX("t1"."working_share") AS "working_share"
    FROM (
      SELECT
        "t0"."rep_id",
        "t0"."hired_on",
        "t0"."left_on",
        "t0"."working_share"
      FROM "reps" AS "t0"
    ) AS "t1"
    GROUP BY
      1
  ) AS "t3"
  WHERE
    "t3"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t3"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t4"
GROUP BY
  1,
  2;

WITH "t5" AS (
  SELECT
    "t2"."rep_id",
    MAX("t2"."hired_on") AS "hired_on"
  FROM (
    SELECT
      "t0"."rep_id",
      "t0"."hired_on"
    FROM "reps" AS "t0"
  ) AS "t2"
  GROUP BY
    1
)
SELECT
  "t16"."rep_id",
  (
    (
      EXTRACT(year FROM "t16"."hired_on") * 12
    ) + EXTRACT(month FROM "t16"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t16"."days") AS "days_to_outreach",
  COUNT("t16"."reached_on") AS "reps_with_outreach",
  SUM("t16"."days" * "t16"."days") AS "days_to_outreach_squared",
  COUNT(*) AS "reps_awaiting_outreach"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."rep_id",
      "t7"."hired_on",
      "t13"."reached_on",
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t7"."hired_on"), DATE_TRUNC('DAY', "t13"."reached_on")) AS "days"
    FROM "t5" AS "t7"
    LEFT OUTER JOIN (
      SELECT
        "t11"."rep_id",
        MIN("t11"."reached_on") AS "reached_on"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t4"."rep_id",
            "t4"."kind",
            "t4"."reached_on",
            "t9"."whose",
            "t9"."since"
          FROM (
            SELECT
              "t1"."rep_id",
              "t1"."kind",
              "t1"."occurred_on" AS "reached_on"
            FROM "activities" AS "t1"
            WHERE
              "t1"."kind" IN ('call', 'email', 'voicemail', 'meeting', 'proposal', 'follow_up')
          ) AS "t4"
          INNER JOIN (
            SELECT
              "t6"."rep_id" AS "whose",
              "t6"."hired_on" AS "since"
            FROM "t5" AS "t6"
          ) AS "t9"
            ON "t4"."rep_id" = "t9"."whose"
        ) AS "t10"
        WHERE
          "t10"."reached_on" >= "t10"."since"
          AND "t10"."reached_on" <= FROM_ISO8601_DATE('2026-08-31')
      ) AS "t11"
      GROUP BY
        1
    ) AS "t13"
      ON "t7"."rep_id" = "t13"."rep_id"
  ) AS "t15"
  WHERE
    "t15"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t15"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t16"
GROUP BY
  1,
  2;

WITH "t5" AS (
  SELECT
    "t2"."rep_id",
    MAX("t2"."hired_on") AS "hired_on"
  FROM (
    SELECT
      "t0"."rep_id",
      "t0"."hired_on"
    FROM "reps" AS "t0"
  ) AS "t2"
  GROUP BY
    1
)
SELECT
  "t16"."rep_id",
  (
    (
      EXTRACT(year FROM "t16"."hired_on") * 12
    ) + EXTRACT(month FROM "t16"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t16"."days") AS "days_to_meeting",
  COUNT("t16"."reached_on") AS "reps_with_meeting",
  SUM("t16"."days" * "t16"."days") AS "days_to_meeting_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."rep_id",
      "t7"."hired_on",
      "t13"."reached_on",
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t7"."hired_on"), DATE_TRUNC('DAY', "t13"."reached_on")) AS "days"
    FROM "t5" AS "t7"
    LEFT OUTER JOIN (
      SELECT
        "t11"."rep_id",
        MIN("t11"."reached_on") AS "reached_on"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t4"."rep_id",
            "t4"."kind",
            "t4"."outcome",
            "t4"."reached_on",
            "t9"."whose",
            "t9"."since"
          FROM (
            SELECT
              "t1"."rep_id",
              "t1"."kind",
              "t1"."outcome",
              "t1"."occurred_on" AS "reached_on"
            FROM "activities" AS "t1"
            WHERE
              "t1"."kind" = 'meeting' AND "t1"."outcome" = 'held'
          ) AS "t4"
          INNER JOIN (
            SELECT
              "t6"."rep_id" AS "whose",
              "t6"."hired_on" AS "since"
            FROM "t5" AS "t6"
          ) AS "t9"
            ON "t4"."rep_id" = "t9"."whose"
        ) AS "t10"
        WHERE
          "t10"."reached_on" >= "t10"."since"
          AND "t10"."reached_on" <= FROM_ISO8601_DATE('2026-08-31')
      ) AS "t11"
      GROUP BY
        1
    ) AS "t13"
      ON "t7"."rep_id" = "t13"."rep_id"
  ) AS "t15"
  WHERE
    "t15"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t15"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t16"
GROUP BY
  1,
  2;

WITH "t5" AS (
  SELECT
    "t2"."rep_id",
    MAX("t2"."hired_on") AS "hired_on"
  FROM (
    SELECT
      "t0"."rep_id",
      "t0"."hired_on"
    FROM "reps" AS "t0"
  ) AS "t2"
  GROUP BY
    1
)
SELECT
  "t16"."rep_id",
  (
    (
      EXTRACT(year FROM "t16"."hired_on") * 12
    ) + EXTRACT(month FROM "t16"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t16"."days") AS "days_to_acceptance",
  COUNT("t16"."reached_on") AS "reps_with_acceptance",
  SUM("t16"."days" * "t16"."days") AS "days_to_acceptance_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."rep_id",
      "t7"."hired_on",
      "t13"."reached_on",
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t7"."hired_on"), DATE_TRUNC('DAY', "t13"."reached_on")) AS "days"
    FROM "t5" AS "t7"
    LEFT OUTER JOIN (
      SELECT
        "t11"."rep_id",
        MIN("t11"."reached_on") AS "reached_on"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t4"."rep_id",
            "t4"."reached_on",
            "t9"."whose",
            "t9"."since"
          FROM (
            SELECT
              "t1"."rep_id",
              "t1"."accepted_on" AS "reached_on"
            FROM "opportunities" AS "t1"
          ) AS "t4"
          INNER JOIN (
            SELECT
              "t6"."rep_id" AS "whose",
              "t6"."hired_on" AS "since"
            FROM "t5" AS "t6"
          ) AS "t9"
            ON "t4"."rep_id" = "t9"."whose"
        ) AS "t10"
        WHERE
          "t10"."reached_on" >= "t10"."since"
          AND "t10"."reached_on" <= FROM_ISO8601_DATE('2026-08-31')
      ) AS "t11"
      GROUP BY
        1
    ) AS "t13"
      ON "t7"."rep_id" = "t13"."rep_id"
  ) AS "t15"
  WHERE
    "t15"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t15"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t16"
GROUP BY
  1,
  2;

WITH "t5" AS (
  SELECT
    "t2"."rep_id",
    MAX("t2"."hired_on") AS "hired_on"
  FROM (
    SELECT
      "t0"."rep_id",
      "t0"."hired_on"
    FROM "reps" AS "t0"
  ) AS "t2"
  GROUP BY
    1
)
SELECT
  "t16"."rep_id",
  (
    (
      EXTRACT(year FROM "t16"."hired_on") * 12
    ) + EXTRACT(month FROM "t16"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t16"."days") AS "days_to_win",
  COUNT("t16"."reached_on") AS "reps_with_win",
  SUM("t16"."days" * "t16"."days") AS "days_to_win_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."rep_id",
      "t7"."hired_on",
      "t13"."reached_on",
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t7"."hired_on"), DATE_TRUNC('DAY', "t13"."reached_on")) AS "days"
    FROM "t5" AS "t7"
    LEFT OUTER JOIN (
      SELECT
        "t11"."rep_id",
        MIN("t11"."reached_on") AS "reached_on"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t4"."rep_id",
            "t4"."outcome",
            "t4"."reached_on",
            "t9"."whose",
            "t9"."since"
          FROM (
            SELECT
              "t1"."rep_id",
              "t1"."outcome",
              "t1"."closed_on" AS "reached_on"
            FROM "opportunities" AS "t1"
            WHERE
              "t1"."outcome" = 'won'
          ) AS "t4"
          INNER JOIN (
            SELECT
              "t6"."rep_id" AS "whose",
              "t6"."hired_on" AS "since"
            FROM "t5" AS "t6"
          ) AS "t9"
            ON "t4"."rep_id" = "t9"."whose"
        ) AS "t10"
        WHERE
          "t10"."reached_on" >= "t10"."since"
          AND "t10"."reached_on" <= FROM_ISO8601_DATE('2026-08-31')
      ) AS "t11"
      GROUP BY
        1
    ) AS "t13"
      ON "t7"."rep_id" = "t13"."rep_id"
  ) AS "t15"
  WHERE
    "t15"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t15"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t16"
GROUP BY
  1,
  2;

WITH "t7" AS (
  SELECT
    "t4"."rep_id",
    MAX("t4"."hired_on") AS "hired_on"
  FROM (
    SELECT
      "t0"."rep_id",
      "t0"."hired_on"
    FROM "reps" AS "t0"
  ) AS "t4"
  GROUP BY
    1
)
SELECT
  "t22"."rep_id",
  (
    (
      EXTRACT(year FROM "t22"."hired_on") * 12
    ) + EXTRACT(month FROM "t22"."hired_on")
  ) - 1 AS "bucket",
  COUNT(*) AS "rows_read",
  SUM("t22"."days") AS "days_to_goal",
  COUNT("t22"."reached_on") AS "reps_with_goal",
  SUM("t22"."days" * "t22"."days") AS "days_to_goal_squared"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t9"."rep_id",
      "t9"."hired_on",
      "t19"."reached_on",
      DATE_DIFF('DAY', DATE_TRUNC('DAY', "t9"."hired_on"), DATE_TRUNC('DAY', "t19"."reached_on")) AS "days"
    FROM "t7" AS "t9"
    LEFT OUTER JOIN (
      SELECT
        "t17"."rep_id",
        MIN("t17"."reached_on") AS "reached_on"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t15"."rep_id",
            "t15"."reached_on",
            "t12"."whose",
            "t12"."since"
          FROM (
            SELECT
              "t13"."rep_id",
              "t13"."ends_on" - INTERVAL '1' DAY AS "reached_on"
            FROM (
              SELECT
                "t11"."rep_id",
                "t11"."starts_on",
                "t11"."ends_on",
                "t11"."target",
                SUM("t11"."amount") AS "booked"
              FROM (
                SELECT
                  "t3"."rep_id",
                  "t3"."starts_on",
                  "t3"."ends_on",
                  "t3"."target",
                  "t3"."daily",
                  "t6"."seller",
                  "t6"."closed_on",
                  "t6"."amount"
                FROM "quotas" AS "t3"
                INNER JOIN (
                  SELECT
                    "t2"."rep_id" AS "seller",
                    "t2"."closed_on",
                    "t2"."amount"
                  FROM "opportunities" AS "t2"
                  WHERE
                    "t2"."outcome" = 'won'
                ) AS "t6"
                  ON "t3"."rep_id" = "t6"."seller"
                  AND "t6"."closed_on" >= "t3"."starts_on"
                  AND "t6"."closed_on" < "t3"."ends_on"
              ) AS "t11"
              GROUP BY
                1,
                2,
                3,
                4
            ) AS "t13"
            WHERE
              "t13"."booked" >= (
                "t13"."target" * CAST(0.8 AS DOUBLE)
              )
              AND "t13"."target" > 0
          ) AS "t15"
          INNER JOIN (
            SELECT
              "t8"."rep_id" AS "whose",
              "t8"."hired_on" AS "since"
            FROM "t7" AS "t8"
          ) AS "t12"
            ON "t15"."rep_id" = "t12"."whose"
        ) AS "t16"
        WHERE
          "t16"."reached_on" >= "t16"."since"
          AND "t16"."reached_on" <= FROM_ISO8601_DATE('2026-08-31')
      ) AS "t17"
      GROUP BY
        1
    ) AS "t19"
      ON "t9"."rep_id" = "t19"."rep_id"
  ) AS "t21"
  WHERE
    "t21"."hired_on" >= FROM_ISO8601_DATE('2026-07-01')
    AND "t21"."hired_on" < FROM_ISO8601_DATE('2026-09-01')
) AS "t22"
GROUP BY
  1,
  2
