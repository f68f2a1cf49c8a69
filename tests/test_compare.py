"""Comparisons: the values and intervals of one KPI by anything, against earlier periods, peers and goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import tiny

from salesanalysis import data
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.core.period import Period
from salesanalysis.goals import compare
from salesanalysis.goals.difference import REASONS, VERDICTS
from salesanalysis.goals.reference import before
from salesanalysis.kpi import KPIS, Kpi, Measure
from salesanalysis.prose import explain
from salesanalysis.stats import (
    delta,
    newcombe,
    of_sums,
    poisson_exact,
    rate_ratio,
    ratio_of_counts,
    second_moments,
    square_and_add,
    wilson,
)

Q2, Q3 = "2026-Q2", "2026-Q3"


@pytest.fixture(scope="module")
def crm():
    return tiny.crm()


def row(result, **where) -> pd.Series:
    table = result.table
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1, table
    return table.iloc[0]


# The statistics --------------------------------------------------------------------------------


def test_square_and_add_of_shares_is_newcombe():
    found, wanted = square_and_add(wilson(56, 70), wilson(48, 80)), newcombe((56, 48), (70, 80))
    assert (found.conf_low, found.conf_high) == pytest.approx((wanted.conf_low, wanted.conf_high))


def test_rate_ratio_of_equal_exposures_is_the_ratio_of_counts_and_holds_without_events():
    found, wanted = rate_ratio((30, 20), (7, 7)), ratio_of_counts(30, 20)
    assert (found.conf_low, found.conf_high) == pytest.approx((wanted.conf_low, wanted.conf_high))
    twice = rate_ratio((30, 20), (14, 7))
    assert twice.estimate == pytest.approx(0.75)
    none = rate_ratio((3, 0), (7, 7))
    assert none.estimate == none.conf_high == np.inf and 0 < none.conf_low < 1
    assert np.isnan(rate_ratio((0, 0), (7, 7)).conf_low)


def test_bootstrap_and_delta_agree_where_records_are_many():
    rng = np.random.default_rng(3)
    records = np.stack([rng.gamma(4, 2, 900), np.ones(900), rng.gamma(2, 3, 900)], axis=1)
    cells = np.zeros(900, dtype=int)

    def product(sums):
        return sums[:, 0] / sums[:, 1] * sums[:, 2] / sums[:, 1]

    drawn, how = of_sums(records, cells, product)
    close = delta(records.sum(axis=0)[None], second_moments(records, cells, 1), np.array([900]), product)
    assert how.tolist() == ["bootstrap"]
    width = drawn.conf_high[0] - drawn.conf_low[0]
    assert close.conf_high[0] - close.conf_low[0] == pytest.approx(width, rel=0.1)
    many = np.repeat(records, 3, axis=0)
    assert of_sums(many, np.zeros(2700, dtype=int), product)[1].tolist() == ["delta"]


def test_a_cell_has_the_same_ends_whatever_stands_beside_it_and_in_whatever_order():
    rng = np.random.default_rng(5)
    records = np.stack([rng.gamma(4, 2, 40), np.ones(40)], axis=1)

    def mean(sums):
        return sums[:, 0] / sums[:, 1]

    alone, _ = of_sums(records[:15], np.zeros(15, dtype=int), mean)
    cells = np.repeat([0, 1], [15, 25])
    mixed = rng.permutation(40)
    both, _ = of_sums(records[mixed], cells[mixed], mean)
    assert (alone.conf_low[0], alone.conf_high[0]) == (both.conf_low[0], both.conf_high[0])


def test_records_without_spread_give_no_interval():
    found, _ = of_sums(np.ones((8, 2)), np.zeros(8, dtype=int), lambda s: s[:, 0] / s[:, 1])
    assert np.isnan(found.conf_low[0]) and found.estimate[0] == 1


# Values ----------------------------------------------------------------------------------------


def test_values_are_those_of_the_panel_with_base_interval_method_and_exclusions(crm):
    found = compare(crm, ["calls", "win_rate"], Q3, by="rep")
    mine = row(found, rep_id="r2", kpi="win_rate")
    assert (mine["numerator"], mine["base"], mine["n"], mine["estimate"]) == (1, 2, 2, 0.5)
    wanted = wilson(1, 2)
    assert (mine["conf_low"], mine["conf_high"]) == (wanted.conf_low, wanted.conf_high)
    assert (mine["method"], mine["name"], mine["excluded"]) == ("wilson", "Budi Santoso", 0)
    calls = row(found, rep_id="r2", kpi="calls")
    assert (calls["n"], calls["conf_low"]) == (4, poisson_exact(4).conf_low)
    assert "verdict" not in found.table and found.by == ("rep_id",)


def test_each_kind_of_kpi_says_its_method(sample_crm):
    wanted = {
        "calls": "poisson",
        "calls.per_day": "poisson",
        "win_rate": "wilson",
        "bookings": "scaled_poisson",
        "average_deal_size": "t",
        "sales_velocity": "bootstrap",
        "open_pipeline": "",
    }
    found = compare(sample_crm, list(wanted), Q3).table.set_index("kpi")
    assert found["method"].to_dict() == wanted
    has_ends = found["conf_low"].notna() & found["conf_high"].notna()
    assert has_ends.to_dict() == {name: bool(method) for name, method in wanted.items()}
    inside = (found["conf_low"] <= found["estimate"]) & (found["estimate"] <= found["conf_high"])
    assert inside[has_ends].all()


def test_rates_a_day_have_the_interval_of_the_count_over_the_days(sample_crm):
    found = compare(sample_crm, ["calls", "calls.per_day"], Q3).table.set_index("kpi")
    days = found.loc["calls.per_day", "base"]
    for end in ("estimate", "conf_low", "conf_high"):
        assert found.loc["calls.per_day", end] == pytest.approx(found.loc["calls", end] / days)


def test_ratios_roll_up_from_sums(crm):
    teams = compare(crm, "win_rate", Q3, by="team").table
    whole = compare(crm, "win_rate", Q3).table.iloc[0]
    assert teams["numerator"].sum() / teams["base"].sum() == whole["estimate"]


def test_too_few_cases_are_marked(crm):
    found = compare(crm, "win_rate", Q3, by="rep")
    assert row(found, rep_id="r3")["is_too_few"] and not row(found, rep_id="r2")["is_too_few"]


def test_periods_before_the_first_record_are_no_data(crm):
    found = compare(crm, ["calls", "win_rate"], "2025-07-01..2026-09-30", grain="quarter")
    calls = found.table[found.table["kpi"] == "calls"].set_index("period")["estimate"]
    assert calls[:3].isna().all() and calls["2026-Q2"] == 9
    shares = found.table[found.table["kpi"] == "win_rate"].set_index("period")["base"]
    assert shares[:3].isna().all() and shares["2026-Q2"] == 3
    assert [note.code for note in found.notes] == ["before_first_record"]


def test_fiscal_years_move_the_quarters():
    company = tiny.crm(fiscal_year_start=4)
    found = compare(company, "calls", "2026", grain="quarter", against="year_ago")
    assert found.table["period"].tolist() == ["2026-Q1", "2026-Q2"]
    assert found.periods[0].start == date(2026, 4, 1)
    assert company.span.fiscal_start == 4
    by_span = compare(company, "calls", company.span, grain="year")
    assert [p.fiscal_start for p in by_span.periods] == [4] * len(by_span.periods)


# Contrasts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "contrast", "as_of", "wanted"),
    [
        ("2026-Q3", "previous", date(2026, 12, 31), "2026-Q2"),
        ("2026-Q3", "year_ago", date(2026, 12, 31), "2025-Q3"),
        ("2026-07", "year_ago", date(2026, 7, 31), "2025-07"),
        ("2026-W31", "year_ago", date(2026, 12, 31), "2025-W31"),
        ("2026-03", "previous", date(2026, 3, 30), "2026-02-01..2026-02-28"),
        ("2026-Q3", "previous", date(2026, 7, 10), "2026-04-01..2026-04-10"),
    ],
)
def test_a_running_period_is_compared_with_as_many_days(period, contrast, as_of, wanted):
    assert before(Period.parse(period), contrast, as_of).label == wanted


def test_shares_against_the_period_before_are_newcombes(crm):
    mine = row(compare(crm, "win_rate", Q3, by="rep", against="previous"), rep_id="r1")
    assert (mine["estimate"], mine["reference"], mine["reference_n"]) == (0.5, 1.0, 2)
    wanted = newcombe((1, 2), (2, 2))
    assert (mine["difference_low"], mine["difference_high"]) == (
        pytest.approx(wanted.conf_low),
        pytest.approx(wanted.conf_high),
    )
    assert (mine["compared_by"], mine["verdict"]) == ("newcombe", "no_clear_difference")
    assert mine["reason"] == "interval_holds_none"


def test_counts_are_compared_by_the_working_day(crm):
    mine = row(compare(crm, "calls", Q3, by="rep", against="previous"), rep_id="r2")
    rows = compare(crm, "calls", f"{date(2026, 4, 1)}..{date(2026, 9, 30)}", by="rep", grain="quarter")
    then, now = (row(rows, rep_id="r2", period=p) for p in (Q2, Q3))
    assert (then["estimate"], now["estimate"]) == (3, 4)
    assert mine["reference_whole"] == 3
    scale = mine["reference"] / 3  # working days of Q3 to those of Q2
    assert 1 < scale < 1.2
    wanted = rate_ratio((4 / mine["scatter"], 3 / mine["scatter"]), (scale, 1))
    assert (mine["ratio"], mine["ratio_low"]) == (
        pytest.approx(wanted.estimate),
        pytest.approx(wanted.conf_low),
    )
    assert mine["compared_by"] == "rate_ratio" and np.isnan(mine["difference_low"])


def test_a_joiner_is_compared_by_the_days_employed(crm):
    """Citra came on 4 May and left on 1 September: fewer days than the quarters have."""
    mine = row(compare(crm, "calls", Q3, by="rep", against="previous"), rep_id="r3")
    whole = row(compare(crm, "calls", Q3, by="rep", against="previous"), rep_id="r2")
    assert mine["reference"] / mine["reference_whole"] != whole["reference"] / whole["reference_whole"]
    earlier = row(compare(crm, "calls", Q2, by="rep", against="previous"), rep_id="r3")
    assert (earlier["verdict"], earlier["reason"]) == ("cannot_tell", "no_earlier_value")


def test_by_period_every_row_meets_its_own_reference(crm):
    found = compare(crm, "calls", "2026-04-01..2026-09-30", grain="month", against="previous").table
    values = found["estimate"].tolist()
    assert found["reference_whole"].tolist()[1:] == values[:-1]
    wins = compare(crm, "wins", "2026-04-01..2026-09-30", grain="quarter", against="previous").table
    assert wins["reason"].iloc[1] == "no_earlier_value", "the first close is of May: Q2 is not whole"
    assert found["reason"].iloc[0] == "no_earlier_value"


def test_clipped_periods_meet_spans_of_the_same_length(crm):
    found = compare(crm, "calls", "2026-05-15..2026-07-31", grain="month", against="previous").table
    assert len(found) == 3 and found["reference_whole"].notna().all()
    assert found["reference_whole"].iloc[2] == found["estimate"].iloc[1]


def test_a_stock_is_compared_as_it_stands(crm):
    mine = row(compare(crm, "open_pipeline", Q3, against="previous"))
    assert (mine["verdict"], mine["reason"]) == ("higher", "counted_on_a_day")
    assert mine["reference"] == mine["reference_whole"] and np.isnan(mine["ratio_low"])


def test_goals_are_exact_and_shared_by_the_days_so_far():
    found = compare(tiny.crm(), ["win_rate", "bookings"], Q3, by="rep", against="goal")
    rate = row(found, rep_id="r1", kpi="win_rate")
    assert rate["reference"] == rate["reference_low"] == 0.5
    assert rate["difference_low"] == pytest.approx(rate["conf_low"] - 0.5)
    assert row(found, rep_id="r2", kpi="win_rate")["reference"] == 0.4
    assert row(found, rep_id="r2", kpi="bookings")["reason"] == "no_goal"
    money = row(found, rep_id="r1", kpi="bookings")
    assert (money["reference"], money["compared_by"], money["ratio"]) == (1e8, "goal", 0.9)
    company = compare(tiny.crm(), ["win_rate", "bookings"], Q3, by="team", against="goal")
    assert row(company, team="Jakarta", kpi="bookings")["reference"] == 2e8
    assert row(company, team="Surabaya", kpi="win_rate")["reference"] == 0.4


def test_peers_are_those_of_the_scorecard(sample_crm):
    import salesanalysis as sa

    kpis = ["calls", "win_rate", "bookings", "average_deal_size", "sales_velocity"]
    found = compare(sample_crm, kpis, Q3, by="rep", against="peers").table
    found = found[found["rep_id"].notna()].set_index(["rep_id", "kpi"])
    card = sa.scorecard(sample_crm, Q3, kpis=kpis, trend=0).table.set_index(["rep_id", "kpi"])
    both = found.join(card["peer_estimate"], how="inner")
    assert len(both) == len(card)
    assert both["reference"].to_numpy() == pytest.approx(both["peer_estimate"].to_numpy(), nan_ok=True)
    rates = both.xs("win_rate", level="kpi").dropna(subset="reference")
    assert (
        (rates["reference_low"] < rates["reference"]) & (rates["reference"] < rates["reference_high"])
    ).all()
    speed = both.xs("sales_velocity", level="kpi")
    assert speed["reference_low"].notna().any()


def test_too_few_peers_and_too_few_cases_cannot_tell(crm):
    found = compare(crm, ["calls", "win_rate"], Q3, by="rep", against="peers").table
    assert set(found["reason"]) <= {"too_few_peers", "no_value"}
    assert (found["verdict"] == "cannot_tell").all()
    alone = compare(crm, "win_rate", Q3, by="rep", against="previous")
    assert row(alone, rep_id="r3")["reason"] == "too_few"


def test_nothing_in_either_cannot_tell(crm):
    found = compare(crm, "voicemails", Q3, by="rep", against="previous")
    assert row(found, rep_id="r1")["reason"] == "nothing_happened"


def test_several_contrasts_stand_row_by_row(crm):
    found = compare(crm, ["calls", "win_rate"], Q3, by="rep", against=("previous", "goal"))
    assert found.table["contrast"].tolist()[:2] == ["previous", "goal"]
    assert len(found.table) == 2 * len(compare(crm, ["calls", "win_rate"], Q3, by="rep").table)
    assert set(found.table["verdict"]) <= set(VERDICTS)
    assert set(found.table["reason"]) <= set(REASONS)


def test_a_planted_change_is_seen_and_an_even_team_is_not():
    """Of one rep a call each working day more in Q3; of the other one each working day of both quarters."""
    days = [d.date().isoformat() for d in pd.bdate_range("2026-04-01", "2026-09-30")]
    added = [("r2", d) for d in days if d >= "2026-07-01"] + [("r1", d) for d in days]
    calls = pd.DataFrame(added, columns=["rep_id", "occurred_on"])
    calls = calls.assign(activity_id=[f"x{i}" for i in range(len(calls))], kind="call", outcome="no_answer")
    frames = tiny.tables()
    frames["activities"] = pd.concat([frames["activities"], calls], ignore_index=True)
    planted = data.load(frames, Client(name="Planted", as_of=tiny.AS_OF, minimum_base=2))
    found = compare(planted, "calls", Q3, by="rep", against="previous")
    assert row(found, rep_id="r2")["verdict"] == "higher"
    assert row(found, rep_id="r1")["verdict"] == "no_clear_difference"


def test_counts_that_come_in_bursts_are_no_change():
    """Twelve calls more on one day: surely higher for Poisson counts, not for counts like these."""
    frames = tiny.tables()
    calls = pd.DataFrame({"rep_id": "r2", "occurred_on": ["2026-08-12"] * 12})
    calls = calls.assign(activity_id=[f"x{i}" for i in range(12)], kind="call", outcome="no_answer")
    frames["activities"] = pd.concat([frames["activities"], calls], ignore_index=True)
    planted = data.load(frames, Client(name="Burst", as_of=tiny.AS_OF, minimum_base=2))
    mine = row(compare(planted, "calls", Q3, by="rep", against="previous"), rep_id="r2")
    assert mine["scatter"] > 1.5 and mine["verdict"] == "no_clear_difference"
    assert rate_ratio((16, 3), (66, 60)).conf_low > 1


def test_a_record_counted_twice_gives_no_interval(crm):
    """Contracts by account: what a record adds is not what the panel has where records repeat."""
    accounts = Measure("accounts_won", "opportunities", "closed_on", lambda t: t.account_id.nunique())
    closed = KPIS["win_rate"].measures[1]
    strange = Kpi("strange", (accounts, closed), unit="ratio", record="opportunity_id")
    found = compare(crm, strange, Q3, against="previous").table.iloc[0]
    assert (found["method"], found["reason"]) == ("", "no_interval")
    untold = replace(strange, record="stage_id")
    assert compare(crm, untold, Q3).table["method"].tolist() == [""]


# Mistakes and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"against": "yaer_ago"}, "Did you mean year_ago"),
        ({"against": "peers"}, "compare by='rep'"),
        ({"against": "goal", "by": "product"}, "by='rep', 'team'"),
        ({"by": "teem"}, "Did you mean team"),
        ({"grain": "mont"}, "Did you mean month"),
    ],
)
def test_mistakes_end_in_one_sentence(crm, options, message):
    with pytest.raises(InvalidInput, match=message):
        compare(crm, "win_rate", Q3, **options)


def test_rows_of_one_kpi(crm):
    found = compare(crm, ["calls", "win_rate"], Q3, by="rep")
    assert set(found.of("calls").table["kpi"]) == {"calls"}
    with pytest.raises(UnknownName, match="Did you mean calls"):
        found.of("cals")


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "options",
    [{}, {"by": "rep"}, {"by": "team", "against": "previous"}, {"by": "rep", "against": ("peers", "goal")}],
)
def test_every_comparison_has_words(crm, language, options):
    found = compare(crm, ["win_rate", "calls"], Q3, **options)
    for detail in ("title", "subtitle", "answer", "source", "alt", "method"):
        assert "{" not in explain(found, detail, language=language)
    assert len(explain(found, "answer", language=language).splitlines()) == 3


def test_every_verdict_and_reason_has_words(crm):
    from salesanalysis.core.i18n import Language

    for language in (Language("en"), Language("id")):
        assert all(language.has(f"compare.verdict.{name}") for name in VERDICTS)
        assert all(language.has(f"compare.reason.{name}") for name in REASONS)
