"""One declaration, many engines: DuckDB against plain pandas, and SQL for warehouses.

After a wanted change of the SQL, write the golden files anew with ``python tests/test_kpi_engines.py``.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny
from build_crm import crm_of

from salesanalysis.core.errors import InvalidInput
from salesanalysis.kpi import KPIS, panel, sql

DIALECTS = ("trino", "bigquery", "snowflake", "postgres")
GOLDEN = Path(__file__).parent / "reference" / "sql"
#: What the golden files pin: a ratio by a joined dimension and fiscal-safe quarters, a stock over months, and
#: every KPI there is, one statement a table and date column.
CASES = {
    "win_rate": {"period": "2026", "by": ("team",), "grain": "quarter"},
    "open_pipeline": {"period": "2026-07-01..2026-08-31", "by": ("rep_id",), "grain": "month"},
    "all": {"period": "2026-07-01..2026-08-31", "by": ("rep_id",), "grain": "month"},
}


def written(case: str, dialect: str) -> str:
    """Return what the golden file of a case holds."""
    return sql(list(KPIS) if case == "all" else case, dialect, **CASES[case]) + "\n"


def generated(rows: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return the tiny CRM with `rows` random activities and a twentieth as many opportunities."""
    rng = np.random.default_rng(seed)
    frames = tiny.tables()
    reps = [f"p{i:02d}" for i in range(60)]
    frames["reps"] = pd.DataFrame(
        {"rep_id": reps, "name": reps, "team": [f"team {i % 7}" for i in range(60)], "role": "AE"}
    )
    start = np.datetime64("2024-01-01")
    frames["activities"] = pd.DataFrame(
        {
            "activity_id": [f"t{i}" for i in range(rows)],
            "rep_id": rng.choice([*reps, None], rows),
            "kind": rng.choice(["call", "call", "meeting", "email", "proposal"], rows),
            "outcome": rng.choice(["no_answer", "connected", "conversation", "held", None], rows),
            "occurred_on": start + rng.integers(0, 1000, rows),
        }
    )
    n = rows // 20
    created = start + rng.integers(0, 900, n)
    outcome = rng.choice(["won", "lost", "open"], n)
    closed = pd.Series(created + rng.integers(0, 120, n))
    frames["opportunities"] = pd.DataFrame(
        {
            "opportunity_id": [f"o{i}" for i in range(n)],
            "rep_id": rng.choice([*reps, None], n),
            "account_id": rng.choice(["a1", "a2", "a3"], n),
            "created_on": created,
            "closed_on": closed.where(outcome != "open"),
            "outcome": outcome,
            "amount": np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 99, n) * 1e6),
        }
    )
    return frames


@pytest.fixture(scope="module")
def frames():
    return generated(20_000)


@pytest.fixture(scope="module")
def by_quarter(frames):
    found = panel(crm_of(frames), None, "2024-01-01..2026-09-30", by="team", grain="quarter").kpis
    return found.dropna(subset=["team"]).set_index(["team", "period", "kpi"])["estimate"]


def oracle(frames: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return the same values with plain pandas, by team and quarter."""
    team = frames["reps"].set_index("rep_id")["team"]

    def grouped(frame: pd.DataFrame, day: str):
        quarter = frame[day].dt.year.astype("str") + "-Q" + frame[day].dt.quarter.astype("str")
        return frame.assign(team=frame["rep_id"].map(team), period=quarter).groupby(["team", "period"])

    acts = frames["activities"]
    calls = acts[acts["kind"] == "call"]
    connects = calls[calls["outcome"].isin(["connected", "conversation"])]
    closed = frames["opportunities"].query("closed_on <= '2026-09-30'")
    won = closed[closed["outcome"] == "won"]
    wins, sized = grouped(won, "closed_on"), grouped(won[won["amount"] > 0], "closed_on")
    days = won.assign(days=(won["closed_on"] - won["created_on"]).dt.days)
    return {
        "calls": grouped(calls, "occurred_on").size(),
        "connect_rate": grouped(connects, "occurred_on").size() / grouped(calls, "occurred_on").size(),
        "wins": wins.size(),
        "win_rate": grouped(closed.assign(won=closed["outcome"] == "won"), "closed_on")["won"].mean(),
        "bookings": wins["amount"].sum(),
        "average_deal_size": sized["amount"].mean(),
        "sales_cycle": grouped(days, "closed_on")["days"].mean(),
        "opportunities_created": grouped(frames["opportunities"], "created_on").size(),
    }


@pytest.mark.parametrize(
    "kpi", ["calls", "connect_rate", "wins", "win_rate", "bookings", "average_deal_size"]
)
def test_duckdb_equals_pandas(frames, by_quarter, kpi):
    wanted = oracle(frames)[kpi]
    found = by_quarter.xs(kpi, level="kpi").reindex(wanted.index)
    assert len(wanted) > 70
    pd.testing.assert_series_equal(found, wanted, check_names=False, check_dtype=False, rtol=1e-12)


def test_duckdb_equals_pandas_for_day_differences(frames, by_quarter):
    for kpi in ("sales_cycle", "opportunities_created"):
        wanted = oracle(frames)[kpi]
        found = by_quarter.xs(kpi, level="kpi").reindex(wanted.index)
        pd.testing.assert_series_equal(found, wanted, check_names=False, check_dtype=False, rtol=1e-12)


def test_stock_equals_pandas_at_every_month_end(frames):
    found = panel(crm_of(frames), ["open_pipeline"], "2025", by=(), grain="month").kpis
    rows = frames["opportunities"]
    for row in found.itertuples():
        day = pd.Period(row.period).end_time.normalize()
        is_open = (rows["created_on"] <= day) & ~(rows["closed_on"] <= day)
        assert row.estimate == rows.loc[is_open, "amount"].sum()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_kpi_compiles(dialect):
    for grain in ("week", "quarter"):
        for part in sql(list(KPIS), dialect, by=("team",), grain=grain).split(";\n\n"):
            assert part.startswith(("SELECT", "WITH")), part
    assert sql("win_rate", dialect, by=("team", "segment")).startswith("SELECT")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", CASES)
def test_golden_sql(case, dialect):
    golden = GOLDEN / f"{case}.{dialect}.sql"
    assert written(case, dialect) == golden.read_text(encoding="utf-8")


def test_one_query_per_table_and_date_column():
    text = sql(["calls", "connects", "meetings", "connect_rate", "wins", "win_rate", "bookings"], "postgres")
    assert len(text.split(";\n\n")) == 2
    assert text.count('"activities"') == text.count('"opportunities"') == 1


def test_unknown_dialect_is_refused():
    with pytest.raises(InvalidInput, match="Did you mean postgres"):
        sql("calls", "postgre")


def test_two_hundred_thousand_activities_take_a_moment():
    crm = crm_of(generated(200_000))
    names = ["calls", "connects", "conversations", "meetings", "proposals", "connect_rate"]
    panel(crm, names, "2026-Q1")
    begun = time.perf_counter()
    panel(crm, names, "2024-01-01..2026-09-30")
    # About 0.1 s on two idle cores; the limit leaves room for busy ones.
    assert time.perf_counter() - begun < 1.5


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        for dialect in DIALECTS:
            (GOLDEN / f"{case}.{dialect}.sql").write_text(written(case, dialect), encoding="utf-8")
