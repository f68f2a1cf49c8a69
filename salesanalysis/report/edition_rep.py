"""What a rep reads of the dashboards: the own numbers by name, the others as the middle half of a group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..dashboard import LeaderboardResult, RepDashboardResult
from ..goals import ScorecardResult
from .nameless import nameless


def board_without_names(result: LeaderboardResult, crm: Crm) -> LeaderboardResult:
    """Return the leaderboard with numbers for names, of roles large enough to hide single people."""
    found = nameless(_large(result, crm.client.minimum_group), crm)
    return replace(found, left_out=found.left_out.iloc[:0])


def board_of_rep(result: LeaderboardResult, crm: Crm) -> LeaderboardResult:
    """Return the own row of a leaderboard, and of the others what is said of them together."""
    if not result.subject:
        raise InvalidInput("The rep's edition of a leaderboard is about one rep: take the report rep.")
    kept = _large(result, crm.client.minimum_group)
    own = kept.table[kept.table["rep_id"] == result.subject]
    pairs = pd.MultiIndex.from_frame(own[["role", "kind"]])
    bands = kept.bands[pd.MultiIndex.from_frame(kept.bands[["role", "kind"]]).isin(pairs)]
    out = result.left_out[result.left_out["rep_id"] == result.subject]
    return replace(
        result,
        edition="rep",
        table=own.reset_index(drop=True),
        bands=bands.reset_index(drop=True),
        left_out=out.reset_index(drop=True),
    )


def _large(result: LeaderboardResult, least: int) -> LeaderboardResult:
    """Return a leaderboard without roles of fewer than `least` reps: they would show single people."""
    bands = result.bands
    small = bands[bands["n"] < least] if "n" in bands else bands
    pairs = pd.MultiIndex.from_frame(small[["role", "kind"]])

    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        keys = pd.MultiIndex.from_frame(frame[["role", "kind"]])
        return frame[~keys.isin(pairs)].reset_index(drop=True)

    return replace(result, table=kept(result.table), bands=kept(bands))


def dashboard_of_rep(result: RepDashboardResult, crm: Crm, hiding: Any) -> RepDashboardResult:
    """Return what a rep may read: peers' means only of a group large enough, no colleague in any text."""
    least = crm.client.minimum_group
    actions = result.actions.copy()
    for column in ("label", "account"):
        actions[column] = [hiding(v) if isinstance(v, str) else v for v in actions[column]]
    card = _without_peers(result.scorecard, least)
    return replace(
        result,
        edition="rep",
        table=card.table,
        scorecard=card,
        rep=dict(result.rep),
        actions=actions,
        board=board_of_rep(result.board, crm),
    )


def _without_peers(card: ScorecardResult, least: int) -> ScorecardResult:
    table = card.table.copy()
    table.loc[table["peer_count"] < least, "peer_estimate"] = float("nan")
    return replace(card, table=table, readings=None, edition="rep")
