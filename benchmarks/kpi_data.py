"""A large made-up CRM in Parquet for `benchmarks/kpis.py`, written by DuckDB; same size, same files."""

from __future__ import annotations

from pathlib import Path

import duckdb

REPS, DAYS, FIRST = 2000, 1096, "2023-07-01"
PERIOD = "2023-07-01..2026-06-30"


def write(folder: Path, activities: int) -> Path:
    """Write reps, accounts, activities, a tenth as many opportunities and thrice those stage rows.

    Days are spread over three years, owners over 2,000 reps, kinds and outcomes roughly as in the sample
    company. A folder that is already there is taken as it is.
    """
    opportunities = activities // 10
    target = folder / f"crm_{activities}"
    if (target / "client.toml").is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute("SET threads = 2; SELECT setseed(0.5)")

    def put(name: str, query: str) -> None:
        con.execute(f"COPY ({query}) TO '{target / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")

    day = f"DATE '{FIRST}' + CAST"
    put(
        "reps",
        f"""SELECT 'r' || i AS rep_id, 'Rep ' || i AS name, 'team ' || (i % 120) AS team,
            CASE i % 3 WHEN 0 THEN 'SDR' ELSE 'AE' END AS role, {day}(-400 + i % 900 AS INTEGER) AS hired_on,
            CASE WHEN i % 8 = 0 THEN {day}(600 + i % 400 AS INTEGER) END AS left_on
            FROM range({REPS}) t(i)""",
    )
    put(
        "accounts", f"SELECT 'a' || i AS account_id, 'PT ' || i AS name FROM range({opportunities // 4}) t(i)"
    )
    put(
        "activities",
        f"""SELECT 'c' || i AS activity_id, 'r' || (hash(i) % {REPS}) AS rep_id,
            list_value('call','call','call','call','email','email','meeting','proposal','follow_up','admin')
                [CAST(1 + hash(i, 1) % 10 AS INTEGER)] AS kind,
            CASE hash(i, 2) % 4 WHEN 0 THEN 'no_answer' WHEN 1 THEN 'connected' WHEN 2 THEN 'conversation'
                ELSE 'held' END AS outcome,
            {day}(i * {DAYS} // {activities} AS INTEGER) AS occurred_on
            FROM range({activities}) t(i)""",
    )
    opportunity = f"""SELECT i, {day}(i * {DAYS} // {opportunities} AS INTEGER) AS created_on,
        CAST(5 + hash(i, 3) % 115 AS INTEGER) AS days, 'r' || (hash(i, 4) % {REPS}) AS rep_id
        FROM range({opportunities}) t(i)"""
    put(
        "opportunities",
        f"""SELECT 'o' || i AS opportunity_id, rep_id,
            'a' || (hash(i, 5) % {opportunities // 4}) AS account_id,
            created_on, CASE WHEN closed THEN created_on + days END AS closed_on,
            CASE WHEN NOT closed THEN 'open' WHEN hash(i, 6) % 3 = 0 THEN 'won' ELSE 'lost' END AS outcome,
            CAST(1000000 + hash(i, 7) % 99000000 AS DOUBLE) AS amount
            FROM (SELECT *, created_on + days < DATE '2026-07-01' AS closed FROM ({opportunity}))""",
    )
    put(
        "stage_history",
        f"""SELECT 'o' || i AS opportunity_id,
            list_value('qualification','discovery','proposal')[CAST(1 + s AS INTEGER)] AS stage,
            CAST(created_on + CAST(s * days // 4 AS INTEGER) AS DATE) AS entered_on, rep_id
            FROM ({opportunity}), range(3) g(s)""",
    )
    settings = 'name = "Benchmark"\nas_of = 2026-06-30\nsource = "."\ncurrency = "IDR"\n'
    (target / "client.toml").write_text(settings + 'stages = ["qualification", "discovery", "proposal"]\n')
    return target
