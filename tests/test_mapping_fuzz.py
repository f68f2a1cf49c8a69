"""Any mapping over any table loads or is refused in our own words; rows read are rows kept plus rows left out."""

# ruff: noqa: E501  (strategies read best in one line)
from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesanalysis.core.client import Client
from salesanalysis.core.errors import SalesAnalysisError
from salesanalysis.data import load, propose
from salesanalysis.data.propose import Proposal

HEADER = ["id", "who", "what", "day", "about", "link", "gone"]
CELLS = st.sampled_from(
    [None, "", "r1", "r2", "x", "2026-09-01", "01/02/2026", "true", "No", "call", "Demo", "a;b", "1e9"]
)
PATTERNS = st.sampled_from(["*", "x", "demo*", "*e*", "%_", "tr'ue", ""])
COLUMNS = {"activity_id": "id", "rep_id": "who", "kind": "what", "occurred_on": "day"}
FREE = ["outcome", "subject", "account_id", "contact_id"]
#: Rows as a log may hold them, and rows of anything.
ROW = {
    "id": st.sampled_from(["1", "2", "3", "4", None]),
    "who": st.sampled_from(["r1", "r2", "Ani Lestari", "r2;r1", "nobody", None]),
    "what": st.sampled_from(["call", "Demo", "meeting", None]),
    "day": st.sampled_from(["2026-09-01", "2026-08-01", "2030-01-01", None]),
    "about": CELLS,
    "link": st.sampled_from(["r1", "x", "a1", None]),
    "gone": st.sampled_from(["true", "No", "0", "1", None]),
}
ANYTHING = dict.fromkeys(HEADER, CELLS)


def some(keys: list[str], values: st.SearchStrategy, *, least: int = 0) -> st.SearchStrategy:
    return st.dictionaries(st.sampled_from(keys), values, min_size=least, max_size=min(2, len(set(keys))))


def conditions(names: list[str]) -> st.SearchStrategy:
    return some(names, st.one_of(PATTERNS, st.booleans(), st.lists(PATTERNS, min_size=1, max_size=2)))


def lookups(bad: list[str]) -> st.SearchStrategy:
    place = st.one_of(
        st.fixed_dictionaries(
            {
                "table": st.just("reps"),
                "on": some(["who", "link"], st.sampled_from(["rep_id", "name"]), least=1),
            },
            optional={"columns": some(["rep_id", "subject"], st.sampled_from(["rep_id", "name"]))},
        ),
        st.fixed_dictionaries(
            {
                "file": st.sampled_from(["other", *bad]),
                "on": some(["who", "link", *bad], st.sampled_from(["id", "x", *bad]), least=1),
            },
            optional={
                "columns": some(["rep_id", "account_id"], st.sampled_from(["x", "y", *bad])),
                "where": some(["x", "y", *bad], PATTERNS),
            },
        ),
    )
    more = st.fixed_dictionaries(
        {},
        optional={
            "constants": some(["kind"], st.just("meeting")),
            "ignore_case": st.booleans(),
            "each": st.booleans(),
        },
    )
    return st.tuples(place, more).map(lambda parts: parts[0] | parts[1])


def specs(bad: list[str]) -> st.SearchStrategy:
    names = st.sampled_from([*HEADER, "#file + #row", "id + who", *bad])
    several = st.one_of(names, st.lists(names, min_size=1, max_size=3))
    return st.fixed_dictionaries(
        {
            "file": st.sampled_from(["log", "l*", ["none", "log"], *bad]),
            "columns": some([*FREE, *([*COLUMNS] if bad else ["activity_id", "kind"])], several).map(
                lambda c: COLUMNS | c
            ),
        },
        optional={
            "constants": some(
                ["kind", "outcome", "subject", *([*COLUMNS] if bad else [])], st.sampled_from(["call", "5"])
            ),
            "values": some(["kind", "outcome"], some(["Demo", "*", "x"], st.sampled_from(["call", "held"]))),
            "cases": some(
                ["kind", "outcome"],
                st.lists(
                    st.fixed_dictionaries(
                        {"is": st.just("call")}, optional={"when": conditions([*HEADER, *bad])}
                    ),
                    max_size=2,
                ),
            ),
            "lookups": st.dictionaries(st.sampled_from(["l", "m"]), lookups(bad), max_size=2),
            "where": conditions(["what", "gone", *bad]),
            "deleted": st.lists(st.sampled_from(["gone", "what", *bad]), max_size=2),
            "changes_of": st.sampled_from(["kind", "rep_id"]),
            "distinct": st.booleans(),
            "only_with": st.lists(st.sampled_from(["rep_id", "account_id"]), max_size=1),
            "by_name": st.booleans(),
            "alternative": st.booleans(),
        },
    )


RULES = st.lists(
    st.fixed_dictionaries({"kind": st.just("call")}, optional={"subject": PATTERNS, "type": PATTERNS}).filter(
        lambda r: any(r.get(k) for k in ("subject", "type"))
    ),
    max_size=2,
)
TRIED: Counter[str] = Counter()


def check(rows: list[dict], mappings: list[dict], rules: list[dict]) -> None:
    frames = {name: tiny.tables()[name] for name in ("reps", "accounts", "opportunities")}
    frames["log"] = pd.DataFrame(rows, columns=HEADER, dtype=str)
    frames["other"] = pd.DataFrame({"id": ["r1", "r1", "x"], "x": ["1", "2", None], "y": ["a", "b", "c"]})
    said = {"as_of": "2026-09-30", "max_loss": 1, "tables": {"activities": mappings}, "kinds": rules}
    try:
        crm = load(frames, Client.from_dict(said))
    except SalesAnalysisError as error:
        assert len(str(error)) > 20
        TRIED["refused"] += 1
        return
    TRIED["loaded"] += crm.rows_in.get("activities", 0) > 0
    left_out = crm.exclusions.groupby("table")["rows"].sum()
    for name, count in crm.rows_in.items():
        assert crm.tables[name].count().execute() + left_out.get(name, 0) == count


def settled(examples: int):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("examples", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_mappings_that_may_be_right(examples, full):
    TRIED.clear()

    @settled(2000 if full else examples)
    @given(
        st.lists(st.fixed_dictionaries(ROW), min_size=2, max_size=6),
        st.lists(specs([]), min_size=1, max_size=2),
        RULES,
    )
    def tried(rows, mappings, rules):
        check(rows, mappings, rules)

    tried()
    assert TRIED["loaded"] > sum(TRIED.values()) / 4  # else nothing much was tried


@settled(10)
@given(
    st.lists(st.fixed_dictionaries(ANYTHING), max_size=5),
    st.lists(specs(["no such", "l.x", "#row"]), min_size=1, max_size=2),
    RULES,
)
def test_mappings_that_cannot_be_right_are_refused_in_our_own_words(rows, mappings, rules):
    check(rows, mappings, rules)


@settled(10)
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
