"""Readings of a KPI side by side: the articles' own examples, and exactly the records that set them apart."""

from __future__ import annotations

import pytest
import tiny

from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import Language
from salesanalysis.goals import disagreement, scorecard
from salesanalysis.kpi import KPIS, Kpi, Registry, panel
from salesanalysis.prose import explain
from salesanalysis.prose.disagree import most, sentence

YEAR = "2025"


def told(world: str, kpi: str, reading: str, **options):
    """Return the row of one reading and the ids of the records that set it apart."""
    found = disagreement(tiny.crm(world), kpi, YEAR, readings=reading, **options)
    assert len(found.table) == 1
    return found, found.table.iloc[0], sorted(found.records.get("record", []))


# The articles' examples ------------------------------------------------------------------------


def test_rep_retention_differs_by_the_hire_who_left():
    """Ten at the start, two of them leave, four hired, one of those leaves: 70 % against 80 %."""
    found, row, records = told("people", "rep_retention", "seed")
    assert (row["estimate"], row["strict_estimate"], row["difference"]) == pytest.approx((0.7, 0.8, -0.1))
    assert (records, row["records"]) == (["p13"], 1)
    assert found.examples(row) == ["Nana Suryani"]


@pytest.mark.parametrize(
    ("reading", "value", "apart"),
    [
        ("seed", 1.0, [f"c{i:03d}" for i in range(1, 21)]),  # those lost: net new hides them
        ("seed_gross", 0.75, [f"c{i}" for i in range(101, 106)]),  # gained and lost within the year
        ("seed_present", 0.8, []),
    ],
)
def test_customer_retention_net_gross_and_still_present(reading, value, apart):
    """Hundred at the start, 20 lost, 30 gained, 5 of those lost: 100, 75 and 80 %; strict 80 %."""
    _, row, records = told("crowd", "customer_retention", reading)
    assert (row["estimate"], row["strict_estimate"]) == pytest.approx((value, 0.8))
    assert records == apart and row["records"] == len(apart)


def test_ramp_time_differs_by_the_hire_who_never_began():
    """Twenty-four days over three who began, or over all four hired."""
    _, row, records = told("people", "ramp_time", "seed")
    assert (row["estimate"], row["strict_estimate"]) == (6, 8)
    assert records == ["p14"]


def test_contract_value_differs_by_terms_and_fees():
    _, row, records = told("customers", "annual_contract_value", "seed")
    assert (row["estimate"], row["strict_estimate"]) == (1077.5, 1078.75)
    assert records == ["K08", "K15"]


# Correct in general ----------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["", "people", "customers", "crowd", "worth", "handoffs", "pipeline"])
def test_parts_add_up_to_the_difference_and_nothing_else_differs(world):
    """Without the records named the two readings agree, for every KPI of one base."""
    company = tiny.crm(world)
    found = disagreement(company, None, "2026-Q3" if not world else YEAR)
    for _, row in found.table.iterrows():
        rows = found.records
        if len(rows):
            rows = rows[(rows["kpi"] == row["kpi"]) & (rows["reading"] == row["reading"])]
        if not row["records"] or row["records"] != row["records"]:
            assert not len(rows)
            continue
        assert len(rows) == row["records"] == rows["record"].nunique()
        bases = [rows[c].sum() for c in ("base", "strict_base")]
        if bases[0] == bases[1] and (rows["base"] == rows["strict_base"]).all():
            assert rows["difference"].sum() == pytest.approx(row["difference"], abs=1e-9), row["kpi"]


def test_values_are_those_of_the_panel(sample_crm):
    found = disagreement(sample_crm, "win_rate", "2026-Q3", by="team")
    wanted = panel(sample_crm, ["win_rate", "win_rate.seed"], "2026-Q3", by="team").kpis
    wanted = wanted.set_index(["team", "kpi"])["estimate"]
    seeds = found.table[found.table["reading"] == "seed"]
    for row in seeds.dropna(subset=["team"]).itertuples():
        assert row.estimate == pytest.approx(wanted[row.team, "win_rate.seed"], nan_ok=True)
        assert row.strict_estimate == pytest.approx(wanted[row.team, "win_rate"], nan_ok=True)


def test_by_dimension_every_row_names_its_own_records():
    """p02 moved from North to South: the article's start is North's, the strict base is where she is now."""
    found = disagreement(tiny.crm("people"), "rep_retention", YEAR, by="team")
    assert found.table.set_index("team")["records"].to_dict() == {"North": 1, "South": 2}
    apart = found.records.groupby("team")["record"].agg(sorted).to_dict()
    assert apart == {"North": ["p02"], "South": ["p02", "p13"]}
    south = found.table[found.table["team"] == "South"].iloc[0]
    assert found.examples(south) == ["Nana Suryani", "Cahya Dewanti"]


def test_a_reading_stands_for_its_kpi_and_one_without_readings_is_refused():
    company = tiny.crm("people")
    assert disagreement(company, "rep_retention.seed", YEAR).table["kpi"].tolist() == ["rep_retention"]
    with pytest.raises(InvalidInput, match="calls has one reading only"):
        disagreement(company, "calls", YEAR)
    with pytest.raises(InvalidInput, match="Did you mean rep_retention"):
        disagreement(company, "rep_retentoin", YEAR)


def test_readings_of_different_records_cannot_be_traced():
    """Wins to closed opportunities, against wins to calls: no record is in both."""
    wins, calls = KPIS["wins"].measures[0], KPIS["calls"].measures[0]
    closed = KPIS["win_rate"].measures[1]
    mine = Registry(
        [Kpi("yield", (wins, closed), unit="share"), Kpi("yield.loose", (wins, calls), unit="share")]
    )
    found = disagreement(tiny.crm(), None, "2026-Q3", registry=mine)
    assert found.table["records"].isna().all() and found.records.empty
    assert [note.code for note in found.notes] == ["untraced_readings"]
    assert "cannot be named" in sentence(found, found.table.iloc[0])


def test_readings_that_the_data_lacks_are_told():
    found = disagreement(tiny.crm("people"), ["annual_contract_value", "customer_retention"], YEAR)
    assert [note.code for note in found.notes] == ["readings_not_computable"]
    assert set(found.table["kpi"]) == {"customer_retention"}


# On the scorecard ------------------------------------------------------------------------------


def test_a_scorecard_carries_the_articles_value_and_says_one_sentence_where_it_differs(sample_crm):
    card = scorecard(sample_crm, "2026-Q3", rep="Bagas Prakoso", kpis=["calls", "win_rate"], trend=0)
    seeds = card.table.set_index("kpi")["seed_estimate"]
    wanted = panel(sample_crm, "win_rate.seed", "2026-Q3").kpis.set_index("rep_id")["estimate"]
    assert seeds["win_rate"] == wanted[card.table["rep_id"].iloc[0]] and seeds.isna()["calls"]
    said = explain(card, "source", language="en"), explain(card, "source", language="id")
    assert "by the article's own formula" in said[0] and "menurut rumus artikel" in said[1]
    assert set(card.readings.table["rep_id"]) == set(card.table["rep_id"])


def test_where_the_readings_agree_nothing_is_said():
    company = tiny.crm("people")
    card = scorecard(company, YEAR, kpis=["rep_retention"], trend=0)
    apart = card.table[card.table["estimate"] != card.table["seed_estimate"]].dropna(
        subset=["estimate", "seed_estimate"]
    )
    assert apart.empty and "article" not in explain(card, "source")
    assert scorecard(company, YEAR, kpis="calls", trend=0).readings is None


def test_a_reading_alone_is_no_variant_beside_itself(sample_crm):
    card = scorecard(sample_crm, "2026-Q3", kpis=["rep_retention.seed"], trend=0)
    assert set(card.table["kpi"]) == {"rep_retention.seed"} and card.readings is None
    everyone = scorecard(sample_crm, "2026-Q3", trend=0)
    assert not everyone.table["kpi"].str.contains(".", regex=False).any()
    one = everyone.of("Bagas Prakoso")
    assert set(one.readings.table["rep_id"]) == {one.table["rep_id"].iloc[0]}


# Words -----------------------------------------------------------------------------------------


def test_the_sentence_names_few_records_and_counts_many():
    few = disagreement(tiny.crm("people"), "rep_retention", YEAR)
    said = sentence(few, most(few.differing)).replace("\u00a0", " ")
    assert said == (
        "Rep retention is **70.0 %** by the article's own formula and **80.0 %** strictly; "
        "what sets them apart is 1 rep: Nana Suryani."
    )
    many = disagreement(tiny.crm("crowd"), "customer_retention", YEAR)
    assert "20 accounts, such as" in sentence(many, most(many.differing))


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_kind_of_record_has_words(language):
    words = Language(language)
    for kpi in KPIS.values():
        if kpi.variant_of and kpi.record:
            assert words.has(f"scorecard.readings.record.{kpi.record}"), kpi.name
