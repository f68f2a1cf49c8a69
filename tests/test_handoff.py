"""The SDR × AE hand-off matrix by hand, its bounds, its masks, and what shrinking does."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core.errors import InvalidInput, MissingData
from salesanalysis.core.i18n import LANGUAGES


@cache
def company():
    return tiny.crm("handoffs")


def of(result, term: str) -> pd.DataFrame:
    rows = result.table[result.table["term"] == term]
    return rows.set_index(["rep_id", "handed_to"])


@pytest.fixture(scope="module")
def found():
    return sa.handoff(company(), "2026-Q1", least=1)


def test_pairs_are_counted_as_by_hand(found):
    accepted, qualified, won = (of(found, t) for t in ("accepted", "qualified", "won"))
    pairs = [("s1", "e1"), ("s1", "e2"), ("s2", "e1"), ("s2", "e2")]
    assert accepted.loc[pairs, "n"].tolist() == [5, 3, 3, 2]
    assert accepted.loc[pairs, ["numerator", "base"]].to_numpy().tolist() == [[3, 5], [1, 2], [2, 3], [1, 1]]
    assert qualified.loc[pairs, "numerator"].tolist() == [4, 1, 1, 1]
    # x1 won, x2 lost, x4 open; x3 won; x5 won, x6 lost in April; x7 lost.
    assert won.loc[pairs, ["numerator", "base"]].to_numpy().tolist() == [[1, 2], [1, 1], [1, 2], [0, 1]]
    assert of(found, "sent").loc[pairs, "estimate"].tolist() == [5 / 8, 3 / 8, 3 / 5, 2 / 5]
    assert found.n == 13


def test_undecided_leads_are_bounds(found):
    accepted, won = of(found, "accepted"), of(found, "won")
    assert accepted.loc[("s1", "e2"), ["bound_low", "bound_high"]].tolist() == [1 / 3, 2 / 3]
    assert accepted.loc[("s2", "e2"), ["bound_low", "bound_high"]].tolist() == [1 / 2, 1]
    assert accepted.loc[("s1", "e1"), ["bound_low", "bound_high"]].tolist() == [3 / 5, 3 / 5]
    assert won.loc[("s1", "e1"), ["bound_low", "bound_high"]].tolist() == [1 / 3, 2 / 3]  # x4 is open
    assert ("handoff_pending", 2) in {(note.code, note.count) for note in found.notes}


def test_shares_are_drawn_towards_all_pairs(found):
    rows = of(found, "accepted")
    pooled = 7 / 11
    assert ((rows["estimate"] - pooled).abs() <= (rows["value"] - pooled).abs() + 0.02).all()
    assert ((rows["conf_low"] < rows["estimate"]) & (rows["estimate"] < rows["conf_high"])).all()
    assert rows.loc[("s2", "e2"), "value"] == 1 > rows.loc[("s2", "e2"), "estimate"]


def test_small_cells_are_masked_and_counted():
    found = sa.handoff(company(), "2026-Q1")
    rows = of(found, "accepted")
    assert rows.loc[("s1", "e1"), "verdict"] == "shown"
    others = rows.drop(index=("s1", "e1"))
    assert (others["verdict"] == "masked").all()
    assert others[["value", "estimate", "conf_low", "bound_high"]].isna().all(axis=None)
    assert others["n"].tolist() == [3, 3, 2]  # who sends whom how many is never hidden
    assert ("handoff_masked", 3) in {(note.code, note.count) for note in found.notes}


def test_the_matrix_has_sdrs_in_rows_and_aes_in_columns(found):
    sent = found.matrix("sent", "numerator")
    assert sent.loc["Sari Dewi", ["Eva Marlina", "Edo Saputra"]].tolist() == [5, 3]
    assert sent.to_numpy().sum() == 13
    with pytest.raises(InvalidInput, match="Did you mean accepted"):
        found.matrix("acepted")


def test_leads_without_sdr_are_counted_and_left_out():
    frames = tiny.tables("handoffs")
    frames["leads"].loc[frames["leads"]["lead_id"] == "h03", "rep_id"] = None
    found = sa.handoff(sa.load(frames, company().client), "2026-Q1")
    assert found.n == 12
    assert ("handoff_unknown", 1) in {(note.code, note.count) for note in found.notes}


def test_without_qualification_or_sales_the_rest_is_told():
    frames = tiny.tables("handoffs")
    frames["leads"] = frames["leads"].drop(columns=["qualification", "opportunity_id"])
    found = sa.handoff(sa.load(frames, company().client), "2026-Q1", least=1)
    assert found.table["term"].unique().tolist() == ["sent", "accepted"]
    frames["leads"] = frames["leads"].drop(columns=["decision"])
    with pytest.raises(MissingData, match=r"handoff needs leads\.decision"):
        sa.handoff(sa.load(frames, company().client), "2026-Q1")


def test_a_period_without_handoffs_is_refused():
    with pytest.raises(InvalidInput, match="No lead with its SDR was handed to an AE"):
        sa.handoff(company(), "2025-12")


def test_planted_shares_are_found_again():
    rng = np.random.default_rng(3)
    frames = tiny.tables("handoffs")
    n = 1200
    sdr, ae = rng.choice(["s1", "s2"], n), rng.choice(["e1", "e2"], n)
    truth = {("s1", "e1"): 0.8, ("s1", "e2"): 0.6, ("s2", "e1"): 0.5, ("s2", "e2"): 0.3}
    passed = rng.random(n) < [truth[pair] for pair in zip(sdr, ae)]
    frames["leads"] = pd.DataFrame(
        {
            "lead_id": [f"h{i}" for i in range(n)],
            "rep_id": sdr,
            "handed_to": ae,
            "created_on": "2026-01-05",
            "handed_on": "2026-02-02",
            "decision": np.where(passed, "accepted", "rejected"),
            "decided_on": "2026-02-03",
        }
    )
    rows = of(sa.handoff(sa.load(frames, company().client), "2026-Q1"), "accepted")
    for pair, share in truth.items():
        assert rows.loc[pair, "conf_low"] < share < rows.loc[pair, "conf_high"], pair


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks(found, language):
    said = sa.explain(found, language=language).splitlines()
    assert len(said) == 3
    assert "7" in said[0] and "11" in said[0]
    assert "53" in said[1] and "69" in said[1]  # 7 / 13 and 9 / 13
    assert "Eva Marlina" in said[2] or "Edo Saputra" in said[2]
