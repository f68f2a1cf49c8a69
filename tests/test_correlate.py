"""Correlations by groups: signs that turn once groups are told apart are pointed out, others are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.errors import UnknownName


def weeks(turn: bool) -> pd.DataFrame:
    """Two teams: the one that calls more wins less; within each, more calls go with more wins if `turn`."""
    rng = np.random.default_rng(7)
    rep, week = np.repeat(np.arange(12), 60), np.tile(np.arange(60), 12)
    team = rep % 2
    own = rng.normal(size=720)
    calls = rng.poisson(np.exp(2.5 + 1.0 * team + 0.3 * own))
    wins = rng.poisson(np.exp(1.5 - 1.2 * team + (0.25 if turn else -0.05) * own))
    return pd.DataFrame({"rep": rep, "week": week, "team": team, "calls": calls, "wins": wins})


def test_a_reversal_is_pointed_out():
    frame = weeks(turn=True)
    frame["team"] = frame["team"].map({0: "A", 1: "B"})
    found = sa.correlate(frame, by="team")
    pearson = found.table.query("kind == 'pearson'").set_index("contrast")["estimate"]
    assert pearson["pooled"] < 0 < pearson["within"]
    assert found.reversals == ["calls"]
    assert "team" in sa.explain(found, "title", kind="reversals", language="en")


def test_no_reversal_no_word():
    frame = weeks(turn=False)
    frame["team"] = frame["team"].map({0: "A", 1: "B"})
    found = sa.correlate(frame, by="team")
    assert found.reversals == []
    assert sa.section(found, "reversals") is None


def test_the_samples_roles_turn_conversations_round(sample_crm):
    assert "conversations" in sa.correlate(sample_crm, by="role").reversals


def test_groups_that_are_not_there_are_named(sample_crm):
    with pytest.raises(UnknownName, match="Did you mean team"):
        sa.correlate(sample_crm, by="taem")


def test_a_company_without_groups_cannot_tell(sample_crm):
    from dataclasses import replace

    reps = sample_crm.table("reps").drop("role")
    found = sa.correlate(replace(sample_crm, tables={**sample_crm.tables, "reps": reps}), by="role")
    assert found.table.empty and found.reason == "no_groups" and found.reversals == []
