"""A company's data: what it has and lacks, people by name, narrowing to some reps; results shown."""

from __future__ import annotations

import pandas as pd
import pytest
import tiny

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, MissingData, UnknownName
from salesanalysis.core.result import GLOSSARY, Note, Result
from salesanalysis.core.schema import DTYPES, SCHEMA, column, table
from salesanalysis.data import load


@pytest.fixture(scope="module")
def crm():
    return tiny.crm()


def test_it_tells_what_it_has(crm):
    assert crm.has("goals")
    assert crm.has("reps.hired_on")
    assert not crm.has("opportunities.lost_reason")
    with pytest.raises(UnknownName, match=r"Unknown table 'rep'\. Did you mean reps\?"):
        crm.has("rep")
    with pytest.raises(UnknownName, match=r"Unknown column 'hird_on' in reps\. Did you mean hired_on\?"):
        crm.has("reps.hird_on")


def test_what_is_missing_is_named_with_its_meaning_and_who_wanted_it():
    crm = load({name: tiny.tables()[name] for name in ("reps", "opportunities")})
    with pytest.raises(MissingData) as caught:
        crm.require("activities", "opportunities.lost_reason", wanted_by="calls")
    assert str(caught.value) == (
        "calls needs activities, opportunities.lost_reason, which this data does not have (activities: "
        "One row per call, meeting, email, proposal, task and so on; opportunities.lost_reason: Reason "
        "recorded for a lost opportunity)"
    )
    with pytest.raises(MissingData, match="This computation needs goals"):
        crm.table("goals")


def test_tables_are_attributes_and_slips_name_close_ones(crm):
    assert crm.opportunities.count().execute() == 12
    assert {"opportunities", "activities"} <= set(dir(crm))
    with pytest.raises(
        AttributeError, match=r"Crm has no attribute 'oportunities'\. Did you mean opportunities"
    ):
        _ = crm.oportunities


def test_a_frame_is_a_copy(crm):
    frame = crm.frame("reps")
    frame["name"] = "changed"
    assert "changed" not in set(crm.frame("reps")["name"])


def test_reps_are_found_by_identifier_or_name_in_any_case(crm):
    assert crm.rep("R2")["name"] == "Budi Santoso"
    assert crm.rep("ani lestari")["rep_id"] == "r1"
    with pytest.raises(UnknownName, match=r"Unknown rep 'Ani Lestary'\. Did you mean Ani Lestari"):
        crm.rep("Ani Lestary")
    frames = tiny.tables()
    frames["reps"]["name"] = "Ani"
    with pytest.raises(InvalidInput, match=r"3 reps are called 'ani'; use one of r1, r2, r3"):
        load(frames).rep("ani")


def test_narrowing_keeps_the_rows_of_those_reps_and_is_remembered(crm):
    team = crm.only(team="Jakarta")
    assert team.reps()["rep_id"].tolist() == ["r1", "r2"]
    assert team.opportunities.count().execute() == 10
    assert team.activities.count().execute() == 32
    assert team.accounts.count().execute() == 3
    assert team.scope == {"team": ("Jakarta",)}
    assert crm.opportunities.count().execute() == 12
    one = team.only(rep="budi santoso")
    assert one.scope == {"team": ("Jakarta",), "rep": ("r2",)}
    assert one.opportunities.count().execute() == 5
    assert crm.only(rep=["r1", "r3"]).reps()["rep_id"].tolist() == ["r1", "r3"]


def test_narrowing_by_what_is_not_there(crm):
    with pytest.raises(UnknownName, match=r"Unknown team 'Jakrta'\. Did you mean Jakarta\?"):
        crm.only(team="Jakrta")
    with pytest.raises(InvalidInput, match=r"Cannot filter by 'tem'\. Did you mean team\?"):
        crm.only(tem="Jakarta")


def test_it_shows_itself_in_one_line(crm):
    assert repr(crm).startswith("Crm of Tiny, as of 2026-09-30: reps 3, accounts 3,")
    assert repr(crm).endswith("0 rows excluded")


def test_the_schema_holds_together():
    for name, declared in SCHEMA.items():
        assert table(name) is declared
        assert set(declared.key) <= set(declared.columns)
        for col in declared.columns.values():
            assert col.dtype in DTYPES
            assert col.meaning.endswith(".")
            if col.references:
                assert column(col.references).dtype == col.dtype
            if col.dtype == "date":
                assert col.name.endswith("_on")


def test_results_show_a_screen_of_text_or_a_page_without_markup_of_names():
    table_ = pd.DataFrame({"name": ["<b>Ani</b>"] * 40, "estimate": [1 / 3] * 40})
    result = Result(
        table=table_,
        method="x",
        n=1234,
        client=Client(),
        notes=(Note("excluded", 1, {"table": "a", "reason": "<i>"}),),
    )
    assert repr(result).startswith("Result: 40 rows, n = 1,234\n")
    assert "0.3333" in repr(result)
    assert "… 20 more rows in .table" in repr(result)
    page = result._repr_html_()
    assert "<b>Ani" not in page
    assert "<i>" not in page
    assert set(table_.columns) <= set(GLOSSARY)


def test_an_id_is_an_id_whoever_else_is_called_so():
    frames = tiny.tables()
    frames["reps"] = frames["reps"].assign(name=["r2", "r1", "Citra Putri"])
    crossed = load(frames, Client(as_of=tiny.AS_OF))
    assert [crossed.rep(who)["rep_id"] for who in ("r1", "r2", "R3")] == ["r1", "r2", "r3"]


def test_a_period_the_data_holds_no_day_of_is_refused(crm):
    with pytest.raises(InvalidInput, match=r"Period 2020 ends before the data begins \(\d{4}-\d\d-\d\d\)"):
        crm.period("2020")
    with pytest.raises(InvalidInput, match="begins after the data ends"):
        crm.period("2027-Q1")
