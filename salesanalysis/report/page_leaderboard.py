"""The leaderboard: the first of each role by value, by share of the goal and by improvement."""

from __future__ import annotations

from ..core.crm import Crm
from ..core.i18n import MISSING
from ..dashboard import LeaderboardResult
from ..kpi import KPIS
from ..prose.leaderboard import REASONS
from .blocks import Block, Columns, Text
from .group_page import group_page
from .markup import escape
from .pages import Description, body, head, section, silent

#: Most names of one reason that are written out.
NAMED = 12


@head(LeaderboardResult, "leaderboard")
def describe(result: LeaderboardResult, crm: Crm) -> Description:
    """Return among whom, and by what."""
    words = crm.client.words
    kpis = list(dict.fromkeys(KPIS[k].label(words, "short") for k in result.bands.get("kpi", [])))
    ranked = result.table["rep_id"].nunique() if "rep_id" in result.table else 0
    return group_page(
        result,
        crm,
        words.t("leaderboard.all_teams"),
        (words.t("leaderboard.field_reps"), words.number(ranked)),
        (words.t("leaderboard.field_by"), ", ".join(kpis) or MISSING),
        label=words.t("leaderboard.field_team"),
    )


@silent(LeaderboardResult)
def nothing_there(result: LeaderboardResult, kind: str) -> bool:
    """Leave out what cannot be ranked."""
    if kind == "left_out":
        return result.left_out.empty
    if kind == "place":
        return not (result.table["rep_id"] == result.subject).any() if len(result.table) else True
    kinds = set(result.bands.get("kind", []))
    if kind == "more":
        return "improved" not in kinds and result.left_out.empty
    return not kinds & {"value", "of_goal"} if kind == "boards" else kind not in kinds


@body(LeaderboardResult, "boards", words="leaderboard.boards_")
def boards(result: LeaderboardResult) -> tuple[Block, ...]:
    """Return the boards by value and by share of the goal side by side."""
    found = [part for kind in ("value", "of_goal") if (part := section(result, kind))]
    if len(found) == 1:
        return (found[0],)
    return (Columns(left=(found[0],), right=(found[1],), widths=(129, 11, 129)),)


@body(LeaderboardResult, "more", words="leaderboard.more_")
def more(result: LeaderboardResult) -> tuple[Block, ...]:
    """Return the board by improvement beside those who are not ranked."""
    found = [part for kind in ("improved", "left_out") if (part := section(result, kind))]
    if len(found) == 1:
        return (found[0],)
    return (Columns(left=(found[0],), right=(found[1],), widths=(129, 11, 129)),)


@body(LeaderboardResult, "left_out", keep=True)
def left_out(result: LeaderboardResult) -> tuple[Block, ...]:
    """Return who is not ranked, by reason."""
    words, lines = result.client.words, []
    for reason in REASONS:
        names = [escape(str(n)) for n in result.left_out.loc[result.left_out["reason"] == reason, "name"]]
        if names:
            shown = names[:NAMED] + ([f"+{words.number(len(names) - NAMED)}"] if len(names) > NAMED else [])
            lines.append(words.t(f"leaderboard.left_out.{reason}", names=", ".join(shown)))
    return (Text(items=tuple(lines)),)
