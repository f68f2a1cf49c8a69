"""Leaderboard and rep's page: how sure an order is, roles apart, no colleague's name in a rep's edition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput
from salesanalysis.dashboard.labels import TOLD, most_told
from salesanalysis.goals.people import staff
from salesanalysis.prose import explain
from salesanalysis.prose.rep import own_board
from salesanalysis.report import kernel, run

PERIOD = "2026-Q3"


@pytest.fixture(scope="module")
def board(sample_crm):
    return sa.leaderboard(sample_crm, PERIOD)


@pytest.fixture(scope="module")
def page(sample_crm):
    return sa.rep_dashboard(sample_crm, PERIOD, "Bagas Prakoso")


def test_values_are_those_of_the_kpi_and_roles_stand_apart(sample_crm, board):
    rows = board.of(kind="value").table
    for kpi, part in rows.groupby("kpi"):
        theirs = sa.panel(sample_crm, [kpi], PERIOD).kpis.set_index("rep_id")["estimate"]
        assert part["value"].tolist() == theirs[part["rep_id"]].tolist()
    assert rows.groupby("role")["kpi"].nunique().eq(1).all()
    assert rows.set_index("role")["kpi"].to_dict()["SDR"] == "leads_handed"
    for (_, kind), part in board.table.groupby(["role", "kind"]):
        assert part["rank"].min() == 1 and part["rank_high"].max() <= len(part), kind


def test_the_share_of_the_goal_is_that_of_the_scorecard(sample_crm, board):
    rows = board.of("AE", "of_goal").table.set_index("rep_id")
    card = sa.scorecard(sample_crm, PERIOD, kpis="bookings", trend=0).table.set_index("rep_id")
    same = rows.index.intersection(card.index)
    assert rows.loc[same, "value"].to_numpy() == pytest.approx(card.loc[same, "attainment"].to_numpy())


def test_new_reps_are_left_out_with_the_reason(sample_crm, board):
    people = staff(sample_crm, sa.Period.parse(PERIOD))
    new = set(people.index[~people["is_peer"].astype(bool)])
    assert set(board.left_out.loc[board.left_out["reason"] == "ramping", "rep_id"]) == new
    assert not new & set(board.table["rep_id"])


def test_equals_cannot_be_told_apart():
    """Reps alike but for chance: nobody leads for certain, most could be first."""
    from salesanalysis.stats.rank import rank_intervals
    from salesanalysis.stats.shrink import draw_rates

    rng, sure = np.random.default_rng(5), 0
    for _ in range(20):
        drawn = draw_rates(rng.poisson(12, 10), np.full(10, 60.0), draws=1000)
        sure += int((rank_intervals(drawn)["chance_top"] >= 0.95).any())
    assert sure <= 2


def test_one_large_sale_is_no_lead(board):
    """Raw values order by luck: the interval of the ranks of the first holds more than one place."""
    band = board.of("AE", "value").bands.iloc[0]
    assert band["leaders"] >= 2
    assert f"{band['leaders']} of {band['n']}" in explain(board, "title", language="en")


def test_nobody_is_listed_as_last(board):
    drawn = sa.drawing(board, "value").data
    assert drawn.groupby("role").size().max() <= TOLD
    assert len(board.of("AE", "value").table) > TOLD


def test_fewer_of_a_role_are_told_where_many_roles_share_the_page(board):
    def told(*sizes: int) -> int:
        roles = [f"role {i}" for i, size in enumerate(sizes) for _ in range(size)]
        return most_told(replace(board, table=pd.DataFrame({"kind": "value", "role": roles})))

    assert [told(100), told(12, 1), told(100, 100, 100), told(*[9] * 8)] == [TOLD, TOLD, 4, 3]


def test_a_reps_place_is_drawn_once_a_way_of_ranking(page):
    board = own_board(page)
    drawn = sa.drawing(board, "place").data
    assert set(drawn["rep_id"]) == {page.rep["rep_id"]}
    assert sorted(drawn["kind"]) == sorted(set(board.bands.loc[board.bands["role"] == "AE", "kind"]))


def test_a_rate_is_no_leaderboard(sample_crm):
    with pytest.raises(InvalidInput, match="does not add up"):
        sa.leaderboard(sample_crm, PERIOD, by="win_rate")


def test_roles_of_a_few_are_masked_for_the_client(sample_crm, board):
    shown = sa.edition(board, sample_crm, "client")
    least = sample_crm.client.minimum_group
    assert set(shown.table["role"]) == {"AE"} and (shown.bands["n"] >= least).all()
    assert shown.table["name"].str.startswith("Rep-").all() and shown.left_out.empty


def test_a_leaderboard_alone_has_no_rep_to_be_for(sample_crm, board):
    with pytest.raises(InvalidInput, match="about one rep"):
        sa.edition(board, sample_crm, "rep")


# The rep's page -------------------------------------------------------------------------------


def test_an_sdr_opens_with_the_leads_handed_over(sample_crm):
    found = sa.rep_dashboard(sample_crm, PERIOD, "Raka Pradana")
    assert found.headline == found.table["kpi"].iloc[0] == "leads_handed"
    assert not {"bookings", "win_rate"} & set(found.table["kpi"])
    card = sa.scorecard(sample_crm, PERIOD, rep="Raka Pradana").table
    assert "bookings" not in set(card["kpi"])
    own = sa.edition(found, sample_crm, "rep")
    assert own.board.table.empty, "three SDRs are too few to be shown to one of them"
    assert "too small" in explain(own, "answer", language="en")


def test_the_page_is_the_scorecard_and_the_pace(sample_crm, page):
    card = sa.scorecard(sample_crm, PERIOD, rep=page.rep["rep_id"], kpis=["bookings"], trend=0).table.iloc[0]
    assert page.own["so_far"] == card["estimate"] == page.table.iloc[0]["estimate"]
    assert page.actions["risks"].gt(0).is_monotonic_decreasing
    owners = sample_crm.frame("opportunities").set_index("opportunity_id")["rep_id"]
    assert set(owners[page.actions["opportunity_id"]]) == {page.rep["rep_id"]}


def test_a_rep_holds_no_row_of_a_colleague(sample_crm, page):
    own = sa.edition(page, sample_crm, "rep")
    me = {page.rep["rep_id"]}
    assert set(own.board.table["rep_id"]) == me and set(own.table["rep_id"]) == me
    assert set(own.board.left_out["rep_id"]) <= me
    assert set(own.pace.table["rep_id"]) == me and set(own.scorecard.table["rep_id"]) == me
    assert (own.board.bands["n"] >= sample_crm.client.minimum_group).all()


@pytest.mark.parametrize("language", ["en", "id"])
def test_words_fit(page, board, language):
    for result in (page, board):
        assert len(explain(result, "title", language=language)) <= 62
        assert len(explain(result, "answer", language=language).splitlines()) == 3


def test_no_colleague_is_named_in_any_block(sample_crm, page):
    own = sa.edition(page, sample_crm, "rep")
    blocks = [sa.opening(own, sample_crm), *(sa.section(own, k) for k in ("front", "actions", "kpis"))]
    told = " ".join(str(block.data) for block in blocks)
    for name in sample_crm.reps()["name"]:
        assert (name in told) == (name == page.rep["name"]), name


@pytest.mark.slow
def test_no_colleague_is_named_in_any_file(sample_crm, tmp_path):
    from test_editions import told

    kernel.register()
    values = {"client": "sample", "period": PERIOD, "rep": "Bagas Prakoso", "language": "id"}
    files = run.run_report("rep", values, out=tmp_path, engine=kernel.NAME).files
    for name, text in told(files).items():
        for other in sample_crm.reps()["name"]:
            assert (other in text) <= (other == "Bagas Prakoso"), (name, other)


def test_a_company_without_activities_has_a_page(sample_crm):
    bare = {name: t for name, t in sample_crm.tables.items() if name not in ("activities", "goals")}
    from dataclasses import replace
    from types import MappingProxyType

    crm = replace(sample_crm, tables=MappingProxyType(bare))
    found = sa.rep_dashboard(crm, PERIOD, "Bagas Prakoso")
    assert found.headline == "bookings" and not set(found.table["target"].dropna())
    assert sa.section(found, "kpis") is not None
    assert sa.team_activity(crm, PERIOD).missing == ("activities",)
    assert "of_goal" not in set(sa.leaderboard(crm, PERIOD).table["kind"])
    assert isinstance(found.actions, pd.DataFrame)


def test_a_rep_who_sold_nothing_has_a_page(sample_crm):
    found = sa.rep_dashboard(sample_crm, "2026-Q3", "R21")
    assert "Rp" in sa.explain(found, "title")
