"""Any mapping over any table loads or is refused in our own words; rows read are rows kept plus rows left out."""

# ruff: noqa: E501  (strategies read best in one line)
from __future__ import annotations

import pandas as pd
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesanalysis.core.client import Client
from salesanalysis.core.errors import SalesAnalysisError
from salesanalysis.data import load, propose
from salesanalysis.data.propose import Proposal

NAMES = st.sampled_from(
    ["id", "who", "what", "day", "about", "link", "gone", "no such", "#row", "#file", "id + who"]
)
CELLS = st.sampled_from(
    [None, "", "r1", "r2", "x", "2026-09-01", "01/02/2026", "true", "No", "call", "Demo", "a;b", "1e9"]
)
CANONICAL = [
    "activity_id",
    "rep_id",
    "kind",
    "outcome",
    "occurred_on",
    "subject",
    "duration_minutes",
    "account_id",
]
PATTERNS = st.sampled_from(["*", "x", "demo*", "*e*", "%_", "tr'ue", ""])


def some(keys: list[str], values: st.SearchStrategy) -> st.SearchStrategy:
    return st.dictionaries(st.sampled_from(keys), values, max_size=4)


COLUMNS = {"activity_id": "id", "rep_id": "who", "kind": "what", "occurred_on": "day"}
CONDITIONS = st.dictionaries(
    st.sampled_from(["id", "who", "what", "gone", "no such", "l.x"]),
    st.one_of(PATTERNS, st.booleans(), st.lists(PATTERNS, min_size=1, max_size=2)),
    max_size=2,
)
LOOKUP = st.fixed_dictionaries(
    {
        "on": st.dictionaries(
            st.sampled_from(["who", "link", "no such"]),
            st.sampled_from(["rep_id", "name", "id", "x"]),
            min_size=1,
            max_size=2,
        )
    },
    optional={
        "table": st.sampled_from(["reps", "accounts"]),
        "file": st.sampled_from(["other", "reps", "nothing"]),
        "columns": some(["rep_id", "account_id"], st.sampled_from(["rep_id", "name", "x"])),
        "constants": some(["kind"], st.just("meeting")),
        "where": st.dictionaries(st.sampled_from(["x", "y"]), PATTERNS, max_size=1),
        "each": st.booleans(),
        "ignore_case": st.booleans(),
    },
)
SPEC = st.fixed_dictionaries(
    {"file": st.sampled_from(["log", "l*", ["none", "log"]])},
    optional={
        "columns": some(CANONICAL, st.one_of(NAMES, st.lists(NAMES, min_size=1, max_size=3))).map(
            lambda c: COLUMNS | c
        ),
        "constants": some(CANONICAL, st.sampled_from(["call", "2026-09-01", "5", "r1"])),
        "values": some(
            ["kind", "outcome"], st.dictionaries(PATTERNS, st.sampled_from(["call", "held"]), max_size=2)
        ),
        "cases": some(
            ["kind", "outcome"],
            st.lists(
                st.fixed_dictionaries({"is": st.just("call")}, optional={"when": CONDITIONS}), max_size=2
            ),
        ),
        "lookups": st.dictionaries(st.sampled_from(["l", "m"]), LOOKUP, max_size=2),
        "where": CONDITIONS,
        "deleted": st.lists(st.sampled_from(["gone", "what", "l.x"]), max_size=2),
        "scale": some(["duration_minutes"], st.sampled_from([0.01, 60, 1 / 60])),
        "changes_of": st.sampled_from(["kind", "rep_id"]),
        "distinct": st.booleans(),
        "only_with": st.lists(st.sampled_from(["rep_id", "account_id"]), max_size=1),
        "by_name": st.booleans(),
        "alternative": st.booleans(),
    },
)
ROWS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("id", "who", "what", "day", "about", "link", "gone"), CELLS)),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=ROWS,
    specs=st.lists(SPEC, min_size=1, max_size=2),
    rules=st.lists(
        st.fixed_dictionaries({"kind": st.just("call")}, optional={"subject": PATTERNS, "type": PATTERNS}),
        max_size=2,
    ),
)
def test_no_mapping_crashes_and_no_row_is_lost(rows, specs, rules):
    frames = {name: tiny.tables()[name] for name in ("reps", "accounts", "opportunities")}
    frames["log"] = pd.DataFrame(
        rows, columns=["id", "who", "what", "day", "about", "link", "gone"], dtype=str
    )
    frames["other"] = pd.DataFrame({"id": ["r1", "r1", "x"], "x": ["1", "2", None], "y": ["a", "b", "c"]})
    try:
        client = Client.from_dict(
            {"as_of": "2026-09-30", "max_loss": 1, "tables": {"activities": specs}, "kinds": rules}
        )
        crm = load(frames, client)
    except SalesAnalysisError as error:
        assert len(str(error)) > 20
        return
    left_out = crm.exclusions.groupby("table")["rows"].sum()
    for name, count in crm.rows_in.items():
        assert crm.tables[name].count().execute() + left_out.get(name, 0) == count


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["deals", "penjualan", "log", "users", "x"]),
        st.tuples(
            st.lists(
                st.sampled_from(
                    [
                        "ID",
                        "Deal Name",
                        "Owner",
                        "Status",
                        "Tahap",
                        "Date",
                        "Nilai",
                        "Tgl",
                        "Jenis",
                        "PIC",
                        "Email",
                        "?",
                    ]
                ),
                min_size=1,
                max_size=6,
                unique=True,
            ),
            st.lists(CELLS, min_size=0, max_size=4),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_export_gets_a_proposal(tables):
    frames = {
        n: pd.DataFrame({c: pd.Series(cells, dtype=str) for c in columns})
        for n, (columns, cells) in tables.items()
    }
    assert isinstance(propose(frames), Proposal)
