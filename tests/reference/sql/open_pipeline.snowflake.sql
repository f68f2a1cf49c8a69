SELECT
  *
FROM (
  SELECT
    "t3"."rep_id",
    "t3"."rows_read",
    "t3"."open_pipeline",
    "t3"."open_opportunities",
    24318 AS "bucket"
  FROM (
    SELECT
      "t1"."rep_id",
      COUNT(*) AS "rows_read",
      SUM(
        IFF(
          (
            "t1"."closed_on" IS NOT NULL
          ) OR (
            "t1"."outcome" = 'open'
          ),
          "t1"."amount",
          NULL
        )
      ) AS "open_pipeline",
      COUNT(
        IFF(
          (
            "t1"."closed_on" IS NOT NULL
          ) OR (
            "t1"."outcome" = 'open'
          ),
          "t1"."amount",
          NULL
        )
      ) AS "open_opportunities"
    FROM (
      SELECT
        *
      FROM "opportunities" AS "t0"
      WHERE
        "t0"."created_on" <= DATE_FROM_PARTS(2026, 7, 31)
        AND (
          (
            "t0"."closed_on" IS NULL
          )
          OR (
            "t0"."closed_on" > DATE_FROM_PARTS(2026, 7, 31)
          )
        )
    ) AS "t1"
    GROUP BY
      1
  ) AS "t3"
) AS "t5"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "t4"."rep_id",
    "t4"."rows_read",
    "t4"."open_pipeline",
    "t4"."open_opportunities",
    24319 AS "bucket"
  FROM (
    SELECT
      "t2"."rep_id",
      COUNT(*) AS "rows_read",
      SUM(
        IFF(
          (
            "t2"."closed_on" IS NOT NULL
          ) OR (
            "t2"."outcome" = 'open'
          ),
          "t2"."amount",
          NULL
        )
      ) AS "open_pipeline",
      COUNT(
        IFF(
          (
            "t2"."closed_on" IS NOT NULL
          ) OR (
            "t2"."outcome" = 'open'
          ),
          "t2"."amount",
          NULL
        )
      ) AS "open_opportunities"
    FROM (
      SELECT
        *
      FROM "opportunities" AS "t0"
      WHERE
        "t0"."created_on" <= DATE_FROM_PARTS(2026, 8, 31)
        AND (
          (
            "t0"."closed_on" IS NULL
          )
          OR (
            "t0"."closed_on" > DATE_FROM_PARTS(2026, 8, 31)
          )
        )
    ) AS "t2"
    GROUP BY
      1
  ) AS "t4"
) AS "t6"
