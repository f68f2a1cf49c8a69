"""Activity against effectiveness: who is placed, who is left open, how often equals are placed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from coaching_cases import AS_OF, basis_of, team

from salesanalysis.coaching import activity_map, decompose
from salesanalysis.coaching.everyone import bases
from salesanalysis.coaching.landscape import QUADRANTS, map_of
from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.errors import UnknownName
from salesanalysis.core.period import Period
from salesanalysis.plots import drawing
from salesanalysis.prose import DETAILS, explain

QUARTER = Period.parse("2026-Q3")


def map_for(seed: int, **planted):
    sums, dispersion = team(seed, weeks=planted.pop("weeks", 13), **planted)
    found = {who: basis_of(sums, dispersion, who) for who in sums.index}
    named = {k: replace(b, people=replace(b.people, rep={"rep_id": k, "name": k})) for k, b in found.items()}
    return map_of(named, Crm({}, AS_OF, Client()), QUARTER)


def test_equals_are_rarely_placed():
    """No axis of anybody is decided in 19 of 20 teams of equals."""
    decided = sum((map_for(seed).table["verdict"] != "open").any() for seed in range(20))
    assert decided <= 2


def test_planted_reps_stand_where_they_were_planted():
    low = [map_for(seed, weak="calls", times=0.5).places.iloc[0] for seed in range(8)]
    assert np.mean([row["volume"] == "below" for row in low]) >= 0.8
    dull = [map_for(seed, weak="conversations", times=0.3, weeks=104).places.iloc[0] for seed in range(8)]
    assert np.mean([row["effectiveness"] == "below" for row in dull]) >= 0.6


def test_the_map_of_the_sample_agrees_with_the_decomposition(sample_crm):
    found = activity_map(sample_crm, "2026-Q3")
    assert set(found.places["verdict"]) <= {*QUADRANTS, "open"}
    row = found.table[(found.table["term"] == "volume") & (found.table["name"] == "Bagas Prakoso")].iloc[0]
    split = decompose(sample_crm, "2026-Q3", "Bagas Prakoso").row("calls")
    assert row["value"] == pytest.approx(split["value"] / split["benchmark"])
    assert row["verdict"] == "below"
    one = bases(sample_crm, "2026-Q3", team="Jakarta 2")
    assert set(one) < set(found.places["rep_id"]) | set(found.left_out["rep_id"])
    product = found.table.pivot(index="rep_id", columns="term", values="value").loc["R02"].prod()
    whole = decompose(sample_crm, "2026-Q3", "R02")
    assert product == pytest.approx(whole.actual / whole.benchmark)


def test_a_team_that_does_not_exist_names_the_close_one(sample_crm):
    with pytest.raises(UnknownName, match="Did you mean Jakarta 1"):
        activity_map(sample_crm, "2026-Q3", team="Jakarta 11")


@pytest.mark.parametrize("language", ["en", "id"])
def test_nobody_to_compare_is_said(language):
    empty = map_of({}, Crm({}, AS_OF, Client(language=language)), QUARTER)
    for detail in DETAILS:
        assert explain(empty, detail)
    assert len(explain(empty).splitlines()) == 3
    assert drawing(empty).svg
