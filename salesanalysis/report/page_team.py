"""The team's coaching report: what is at stake with whom, what the team shares, who could coach whom."""

from __future__ import annotations

from typing import Any

from ..coaching.team import TeamCoachingResult
from ..core.crm import Crm
from ..core.i18n import Language
from ..core.playbook import entry_for, playbook
from ..prose.coaching import noun, sentence
from ..prose.team import PATTERNS_SHOWN, SHOWN, amount, between, coach_words, left_out, scope, state
from .blocks import Block, Cell, Column, Mark, Table, Text
from .files import slug_of_scope
from .markup import escape
from .pages import Description, body, head, silent

#: Glyph of a need and of a pattern.
MARKS = {"coach": "below", "observe": "open", "team": "below", "reps": "open", "open": "open"}


@head(TeamCoachingResult, "coaching_team")
def describe(result: TeamCoachingResult, crm: Crm) -> Description:
    """Return whose team it is."""
    words = crm.client.words
    return Description(
        fields=(
            (words.t("team.col_team"), scope(result)),
            (words.t("team.field_reps"), words.number(result.reps)),
            (words.t("team.field_needs"), words.number(result.table["rep_id"].nunique())),
            (words.t("report.period"), words.period(result.period)),
            (words.t("report.as_of_label"), words.date(crm.as_of)),
        ),
        scope=f"{result.team or words.t('team.all_teams')} · {words.period(result.period)}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("edition", result.edition),
            ("team", result.team),
            ("slug", slug_of_scope(result.team, reps=crm.reps())),
        ),
    )


@silent(TeamCoachingResult)
def nothing_there(result: TeamCoachingResult, kind: str) -> bool:
    """Leave out a section without rows."""
    if kind == "others":
        return result.others.empty
    return result.patterns.empty if kind == "patterns" else result.table.empty


@body(TeamCoachingResult, "needs")
def needs(result: TeamCoachingResult) -> tuple[Block, ...]:
    """Return who needs what, most at stake first, with who could coach it."""
    words = result.client.words
    coaches = {(row.rep_id, row.term): row for row in result.pairs.itertuples()}
    shown = result.table.head(SHOWN)
    rows = tuple(_need(row, coaches.get((row.rep_id, row.term)), result) for row in shown.itertuples())
    columns = (
        Column(words.t("team.col_rep"), width_mm=31),
        Column(words.t("team.col_work"), width_mm=40),
        Column(words.t("team.col_facts"), width_mm=30),
        Column(words.t("team.col_stake"), align="right", width_mm=33),
        Column(words.t("team.col_coach")),
    )
    return (Table(columns=columns, rows=rows, note=_more(result)),)


def _need(row: Any, coach: Any, result: TeamCoachingResult) -> tuple[Any, ...]:
    words = result.client.words
    entry = entry_for(row.term, playbook(result.client))
    heading = entry.words[words.code].heading if entry else sentence(noun(row.term, words))
    where = " · ".join(escape(part) for part in (row.role, row.team) if part)
    certain = row.verdict == "coach"
    return (
        Cell(escape(row.name), strong=True, under=where),
        Cell(escape(heading), under=state(row.verdict, words), colour="vermilion" if certain else "ink"),
        Cell(_facts(row, words), under=noun(row.term, words)),
        Cell(
            amount(row.estimate, result), strong=certain, under=between(row.conf_low, row.conf_high, result)
        ),
        coach_words(coach, result),
    )


def _facts(row: Any, words: Language) -> str:
    """Write the rep's value beside the peers': counts whole, shares with their base."""
    if row.kind == "volume":
        return words.t("coaching.figure.of", value=words.number(row.n), benchmark=words.number(row.benchmark))
    own, peers = words.value(row.value, row.unit), words.value(row.benchmark, row.unit)
    return words.t(
        "coaching.figure.beside", value=own, against=words.t("coaching.against.peers"), benchmark=peers
    )


def _more(result: TeamCoachingResult) -> str | tuple[()]:
    rest = result.table.iloc[SHOWN:]
    if rest.empty:
        return ()
    words = result.client.words
    items = [
        words.t("team.needs.more_item", name=escape(row.name), noun=noun(row.term, words))
        for row in rest.itertuples()
    ]
    return words.t("team.needs.more", list=", ".join(items))


@body(TeamCoachingResult, "patterns", keep=True)
def patterns(result: TeamCoachingResult) -> tuple[Block, ...]:
    """Return the steps at which teams differ most, and whether it is the team or single reps."""
    words = result.client.words
    known = result.patterns[result.patterns["verdict"] != "cannot_tell"]
    below = known[known["estimate"] < known["benchmark"]].head(PATTERNS_SHOWN)
    if below.empty:
        return (
            Text(
                paragraphs=(words.t("team.answer.cannot_tell" if known.empty else "team.answer.not_shared"),)
            ),
        )
    columns = (
        Column(words.t("team.col_team"), width_mm=32),
        Column(words.t("team.col_step"), width_mm=28),
        Column(words.t("team.col_own"), align="right", width_mm=15),
        Column(words.t("team.col_elsewhere"), align="right", width_mm=17),
        Column(words.t("team.col_low"), align="right", width_mm=18),
        Column(words.t("team.col_ratio"), align="right", width_mm=24),
        Column(words.t("team.col_p"), align="right", width_mm=12),
        Column(words.t("team.col_verdict")),
    )
    return (Table(columns=columns, rows=tuple(_pattern(row, words) for row in below.itertuples())),)


def _pattern(row: Any, words: Language) -> tuple[Any, ...]:
    low, reps = words.number(row.low), words.number(row.reps)
    ratio = words.t(
        "team.patterns.ratio",
        ratio=words.number(row.ratio, 2),
        interval=words.span(words.number(row.ratio_low, 2), words.number(row.ratio_high, 2)),
    )
    return (
        escape(row.team),
        words.t(f"coaching.panel.{row.term}"),
        words.value(row.estimate, row.unit),
        words.value(row.benchmark, row.unit),
        words.t("team.patterns.low", low=low, reps=reps),
        Cell(ratio, "muted"),
        words.p_value(row.p_adjusted),
        Mark(MARKS[row.verdict], words.t(f"team.patterns.{row.verdict}")),
    )


@body(TeamCoachingResult, "others", keep=True)
def others(result: TeamCoachingResult) -> tuple[Block, ...]:
    """Return who is not in the list, and why."""
    return (Text(items=left_out(result)),)
