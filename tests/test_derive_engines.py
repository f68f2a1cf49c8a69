"""What loading works out is the same on DuckDB, on a real PostgreSQL and on PySpark."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pandas as pd
import postgres_server
import pytest
from build_crm import crm_of
from derive_cases import AS_OF, counts, reps

from salesanalysis.core.client import Client
from salesanalysis.data.derive import Keep, as_query, derive
from salesanalysis.data.ledger import Ledger

CLIENT = Client(currency="IDR", stages=("qualified", "meeting", "proposal"), attribution_days=20)
#: Tables that `derive` changes or makes, with the columns that identify a row.
WORKED_OUT = {
    "activities": ["activity_id"],
    "opportunities": ["opportunity_id"],
    "rep_history": ["rep_id", "starts_on"],
    "snapshots": ["opportunity_id", "seen_on"],
    "stage_history": ["opportunity_id", "stage", "entered_on"],
    "close_date_changes": ["opportunity_id", "changed_on"],
}


def company() -> dict[str, pd.DataFrame]:
    """Return a company drawn at random in which every step has something to do."""
    draw = np.random.default_rng(11)

    def pick(stem: str, count: int, size: int) -> list[str | None]:
        return [f"{stem}{i}" if i < count else None for i in draw.integers(0, count + 1, size)]

    def days(size: int) -> list[date]:
        return [date(2026, 1, 1) + timedelta(days=int(i)) for i in draw.integers(0, 260, size)]

    created = days(120)
    closed = [c + timedelta(days=int(n)) for c, n in zip(created, draw.integers(1, 60, 120))]
    is_closed = draw.random(120) < 0.6
    deals = pd.DataFrame({"opportunity_id": [f"o{i}" for i in range(120)], "rep_id": pick("r", 3, 120)})
    deals = deals.assign(
        account_id=pick("a", 10, 120),
        created_on=created,
        closed_on=[c if k else None for c, k in zip(closed, is_closed)],
        outcome=np.where(is_closed, "won", "open"),
        amount=draw.integers(1, 100, 120).astype(float),
        currency=[(None, "IDR", "usd", "EUR")[i] for i in draw.integers(0, 4, 120)],
    )
    people = pd.DataFrame({"opportunity_id": pick("o", 120, 200), "contact_id": pick("c", 20, 200)})
    noon = datetime(2026, 1, 5, 12)
    copies = [
        (deal, noon + timedelta(days=28 * week, hours=more), CLIENT.stages[min(week // 3 + more, 2)])
        for deal in deals["opportunity_id"]
        for week in range(9)
        for more in (0, 1)[: 1 + (week == 4)]  # once there are two on a day
    ]
    seen = pd.DataFrame(copies, columns=["opportunity_id", "seen_at", "stage"])
    seen = seen.assign(seen_on=seen["seen_at"].dt.date)
    done = pd.DataFrame({"activity_id": [f"t{i}" for i in range(1500)], "rep_id": pick("r", 3, 1500)})
    return {
        "reps": reps("r0", "r1", "r2").assign(team="Jakarta"),
        "rep_history": pd.DataFrame(
            {
                "rep_id": ["r0", "r0", "r1"],
                "starts_on": [date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1)],
                "ends_on": [date(2026, 4, 1), None, None],
                "team": ["Bandung", "Jakarta", "Bandung"],
            }
        ),
        "opportunities": deals,
        "opportunity_contacts": people.dropna().drop_duplicates(),
        "snapshots": seen.assign(
            rep_id=pick("r", 3, len(seen)), expected_close_on=[d.replace(day=1) for d in days(len(seen))]
        ),
        "rates": pd.DataFrame(
            {
                "currency": ["USD", "USD"],
                "starts_on": [date(2026, 3, 1), date(2026, 6, 1)],
                "rate": [16.0, 17.0],
            }
        ),
        "activities": done.assign(
            kind="call",
            occurred_on=days(1500),
            account_id=pick("a", 10, 1500),
            contact_id=pick("c", 20, 1500),
            opportunity_id=[o if u < 0.1 else None for o, u in zip(pick("o", 120, 1500), draw.random(1500))],
        ),
    }


def worked_out(tables: dict, keep: Keep = as_query) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Return what `derive` makes of tables, in memory and in one order, and the counts of its findings."""
    ledger = Ledger("frames")
    found = derive(tables, CLIENT, as_of=AS_OF, ledger=ledger, keep=keep)
    frames = {}
    for name, key in WORKED_OUT.items():
        frame = found[name].to_pandas().sort_values(key).reset_index(drop=True)
        for column in frame:
            if column.endswith("_on"):
                frame[column] = pd.to_datetime(frame[column]).dt.strftime("%Y-%m-%d")
        frame = frame.astype(object)
        frames[name] = frame.where(frame.notna(), None)[sorted(frame.columns)]
    return frames, counts(ledger.findings())


@pytest.fixture(scope="module")
def expected():
    frames, told = worked_out(dict(crm_of(company(), as_of=AS_OF).tables))
    # Every step had something to do, or agreement would mean nothing.
    assert {"attributed_by_link", "attributed_by_contact", "attributed_by_account", "unattributed"} <= set(
        told
    )
    assert {
        "unconverted",
        "overlapping_history",
        "rebuilt_from_snapshots",
        "same_day",
        "entry_owner_from_history",
    } <= set(told)
    return frames, told


def same(found: tuple, expected: tuple) -> None:
    """Check that both are alike, cell by cell."""
    assert found[1] == expected[1]
    for name, frame in expected[0].items():
        pd.testing.assert_frame_equal(found[0][name], frame, check_dtype=False)


@pytest.mark.slow
def test_postgresql_gives_the_same(expected, postgres):
    types = {"string": "text", "date": "date", "timestamp": "timestamp", "float64": "double precision"}
    frames = {name: _typed(frame) for name, frame in company().items()}
    postgres_server.fill(postgres, "derived", frames, types)
    con = ibis.connect(f"{postgres}/postgres")
    try:
        same(worked_out({name: con.table(name, database="derived") for name in frames}), expected)
    finally:
        con.disconnect()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # PySpark's own
def test_pyspark_gives_the_same(expected, spark):
    con = ibis.pyspark.connect(spark)
    crm = crm_of(company(), as_of=AS_OF)
    for name, table in crm.tables.items():
        spark.createDataFrame(table.to_pyarrow()).createOrReplaceTempView(name)
    kept = worked_out({name: con.table(name) for name in crm.tables}, lambda _, table: table.cache())
    same(kept, expected)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in frame if c.endswith(("_on", "_at"))})
