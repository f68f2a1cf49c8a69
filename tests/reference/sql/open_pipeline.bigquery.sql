SELECT
  `t10`.`rep_id`,
  `t10`.`bucket`,
  COUNT(*) AS `rows_read`,
  SUM(
    IF(
      (
        `t10`.`closed_on` IS NOT NULL
      ) OR (
        `t10`.`outcome` = 'open'
      ),
      `t10`.`amount`,
      NULL
    )
  ) AS `open_pipeline`,
  COUNT(
    IF(
      (
        `t10`.`closed_on` IS NOT NULL
      ) OR (
        `t10`.`outcome` = 'open'
      ),
      `t10`.`amount`,
      NULL
    )
  ) AS `open_opportunities`
FROM (
  SELECT
    `t9`.*
    EXCEPT (`before_on`)
  FROM (
    SELECT
      `t4`.`opportunity_id`,
      `t4`.`rep_id`,
      `t4`.`account_id`,
      `t4`.`created_on`,
      `t4`.`closed_on`,
      `t4`.`outcome`,
      `t4`.`amount`,
      `t8`.`bucket`,
      `t8`.`as_of_on`,
      `t8`.`first_on`,
      `t8`.`before_on`
    FROM (
      SELECT
        `t0`.`opportunity_id`,
        `t0`.`rep_id`,
        `t0`.`account_id`,
        `t0`.`created_on`,
        `t0`.`closed_on`,
        `t0`.`outcome`,
        `t0`.`amount`
      FROM `opportunities` AS `t0`
    ) AS `t4`
    INNER JOIN (
      SELECT
        *
      FROM (
        SELECT
          `t1`.`bucket`,
          DATE(2026, 7, 31) AS `as_of_on`,
          DATE(2026, 7, 1) AS `first_on`,
          DATE(2026, 6, 30) AS `before_on`
        FROM (
          SELECT
            24318 AS `bucket`
        ) AS `t1`
      ) AS `t5`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          `t2`.`bucket`,
          DATE(2026, 8, 31) AS `as_of_on`,
          DATE(2026, 8, 1) AS `first_on`,
          DATE(2026, 7, 31) AS `before_on`
        FROM (
          SELECT
            24319 AS `bucket`
        ) AS `t2`
      ) AS `t6`
    ) AS `t8`
      ON `t4`.`created_on` <= `t8`.`as_of_on`
      AND COALESCE(`t4`.`closed_on`, DATE(9999, 1, 1)) > `t8`.`as_of_on`
  ) AS `t9`
) AS `t10`
GROUP BY
  1,
  2
