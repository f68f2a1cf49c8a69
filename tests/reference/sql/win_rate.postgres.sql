SELECT
  "t7"."by_team" AS "team",
  (
    (
      (
        EXTRACT(year FROM "t7"."closed_on") * 12
      ) + EXTRACT(month FROM "t7"."closed_on")
    ) - 1
  ) - (
    (
      (
        EXTRACT(month FROM "t7"."closed_on") - 1
      ) + 12
    ) % 3
  ) AS "bucket",
  COUNT(*) AS "rows_read",
  COUNT(*) FILTER(WHERE
    "t7"."outcome" = 'won') AS "wins",
  COUNT(*) FILTER(WHERE
    "t7"."outcome" IN ('won', 'lost')) AS "closed"
FROM (
  SELECT
    "t6"."opportunity_id",
    "t6"."rep_id",
    "t6"."account_id",
    "t6"."closed_on",
    "t6"."outcome",
    "t6"."by_team"
  FROM (
    SELECT
      "t4"."opportunity_id",
      "t4"."rep_id",
      "t4"."account_id",
      "t4"."closed_on",
      "t4"."outcome",
      "t5"."by_key",
      "t5"."by_team"
    FROM (
      SELECT
        "t0"."opportunity_id",
        "t0"."rep_id",
        "t0"."account_id",
        "t0"."closed_on",
        "t0"."outcome"
      FROM "opportunities" AS "t0"
      WHERE
        "t0"."closed_on" >= MAKE_DATE(2026, 1, 1)
        AND "t0"."closed_on" < MAKE_DATE(2027, 1, 1)
    ) AS "t4"
    LEFT OUTER JOIN (
      SELECT
        "t1"."rep_id" AS "by_key",
        MIN("t1"."team") AS "by_team"
      FROM "reps" AS "t1"
      GROUP BY
        1
    ) AS "t5"
      ON "t4"."rep_id" = "t5"."by_key"
  ) AS "t6"
) AS "t7"
GROUP BY
  1,
  2
