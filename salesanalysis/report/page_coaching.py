"""The coaching report: attainment, where the gap comes from, what to work on, what was and will be agreed."""

from __future__ import annotations

import math
from typing import Any

from ..coaching import DecompositionResult, DiagnosisResult, LimitsResult, RoleResult
from ..core.crm import Crm
from ..core.fonts import width
from ..core.i18n import MISSING, Language
from ..goals import ScorecardResult
from ..plots.cells import attainment_axis, attainment_bar, sparkline
from ..prose.coaching_cards import actions as action_texts
from ..prose.coaching_cards import agreement as agreement_texts
from ..prose.coaching_cards import cards as card_texts
from ..prose.coaching_cards import nothing
from ..prose.coaching_plan import plan as plan_texts
from ..prose.coaching_play import floors
from ..prose.coaching_worth import declined
from .blocks import Agreement, Badge, Block, Card, Cards, Cell, Column, Graphic, Mark, Notice, Table, Text
from .files import slug_of_rep
from .markup import escape
from .pages import Description, body, head, part, silent

#: Glyph of each attainment verdict, and of each status of an action.
MARKS = {
    "met": "met",
    "below_floor": "below",
    "stretch_not_reached": "stretch",
    "not_enough_evidence": "open",
    "too_few": "open",
    "no_goal": "open",
}
STATUS_MARKS = {"done": "met", "partly": "open", "not_done": "below", "open": "open", "unknown": "open"} | {
    "overdue": "below"
}
#: Width in points that a KPI's name has in the table before it would wrap.
NAME_WIDTH = 91.0
BADGES = {"A": False, "C average": True, "C minimum": True}

part(DiagnosisResult, "attainment", "scorecard")
part(DiagnosisResult, "waterfall", "decomposition", "waterfall")
part(DiagnosisResult, "limits", "limits", "limits")
part(DiagnosisResult, "role", "role", "sides")


@silent(DecompositionResult)
@silent(LimitsResult)
def nothing_to_compare(result: DecompositionResult | LimitsResult, kind: str) -> bool:
    """Without peers there is no picture to draw; the answer on the first page says why."""
    return result.table.empty


@silent(RoleResult)
def no_sides(result: RoleResult, kind: str) -> bool:
    """A role whose sides nobody recorded, or rest on too few to say anything, has no section of its own."""
    return result.table.empty or bool((result.table["base"] < result.client.minimum_base).all())


@head(DiagnosisResult, "coaching")
def describe(result: DiagnosisResult, crm: Crm) -> Description:
    """Return who the report is about."""
    words, rep = crm.client.words, result.rep
    team = " · ".join(escape(str(rep[k])) for k in ("team", "manager") if _known(rep.get(k)))
    fields = (
        (words.t("report.rep"), escape(str(rep["name"]))),
        (words.t("report.role"), _role(rep, words)),
        (words.t("report.team_manager"), team or MISSING),
        (words.t("report.period"), words.period(result.period)),
        (words.t("report.as_of_label"), words.date(crm.as_of)),
    )
    return Description(
        fields=fields,
        scope=f"{rep['name']} · {words.period(result.period)}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("rep", str(rep["name"])),
            ("rep_id", str(rep["rep_id"])),
            ("edition", result.edition),
            ("slug", slug_of_rep(rep, crm.reps())),
        ),
    )


def _known(value: object) -> bool:
    return value is not None and value == value and str(value) != ""


def _role(rep: Any, words: Language) -> str:
    role = escape(str(rep["role"])) if _known(rep.get("role")) else ""
    weeks = rep.get("weeks", math.nan)
    if not _known(weeks):
        return role or MISSING
    months = words.number(float(weeks) / 52.18 * 12)
    return (
        words.t("report.tenure_months", role=role, months=months)
        if role
        else words.t("report.months", months=months)
    )


@body(ScorecardResult, "")
def attainment(result: ScorecardResult) -> tuple[Block, ...]:
    """Return one row per KPI: goal, actual, interval, bar, trend, verdict; the peers' value without goals."""
    words = result.client.words
    rows = [row for _, row in result.table.iterrows()]
    if (result.table["verdict"] == "no_goal").all():
        cells = tuple(_plain_row(row, result, words) for row in rows)
        return (Table(columns=_plain_columns(result, words), rows=cells),)
    cells = tuple(_attainment_row(row, result, words) for row in rows)
    return (Table(columns=_attainment_columns(result, words), rows=cells, note=_legend(result, words)),)


def _plain_columns(result: ScorecardResult, words: Language) -> tuple[Column, ...]:
    return (
        Column(words.t("report.col_kpi"), width_mm=50),
        Column(words.t("report.col_actual"), align="right", width_mm=26),
        Column(words.t("linkage.head.interval", level=words.percent(result.level, 0)), width_mm=30),
        Column(words.t("report.col_peers"), align="right", width_mm=26),
        Column(words.t("report.col_base"), align="right", width_mm=20),
        Column(words.t("report.col_trend", count=len(result.periods)), width_mm=22),
    )


def _plain_row(row: Any, result: ScorecardResult, words: Language) -> tuple[Any, ...]:
    return (
        _name(row, result, words),
        f"**{words.value(row['estimate'], row['unit'])}**",
        Cell(words.interval(row["conf_low"], row["conf_high"], row["unit"]), "muted"),
        words.value(row["peer_estimate"], row["unit"]),
        words.number(row["base"] if _known(row["base"]) else row["n"]),
        Graphic(sparkline(row["trend"], verdict=row["verdict"])),
    )


def _name(row: Any, result: ScorecardResult, words: Language) -> str:
    """Return the KPI's name, or its short one where the name would wrap."""
    kpi = next(k for k in result.asked if k.name == row["kpi"])
    name = kpi.label(words)
    return name if width(name, 8.5) <= NAME_WIDTH else kpi.label(words, "short")


def _attainment_columns(result: ScorecardResult, words: Language) -> tuple[Column, ...]:
    level = words.percent(result.level, 0)
    return (  # 174 mm in all; the words of the verdict must not wrap
        Column(words.t("report.col_kpi"), width_mm=34),
        Column(words.t("report.col_goal"), width_mm=11),
        Column("", align="right", width_mm=14.5),
        Column(words.t("report.col_actual"), align="right", width_mm=14.8),
        Column(words.t("linkage.head.interval", level=level), width_mm=18.5),
        Column("", width_mm=28.6, head_svg=attainment_axis(words)),
        Column("%", align="right", width_mm=10.2),
        Column(words.t("report.col_trend", count=len(result.periods)), width_mm=14.4),
        Column(words.t("report.col_verdict"), width_mm=30.6),
    )


def _attainment_row(row: Any, result: ScorecardResult, words: Language) -> tuple[Any, ...]:
    philosophy = row["philosophy"] if row["philosophy"] in BADGES else ""
    badge = (
        Badge(_philosophy(philosophy, words), solid=BADGES[philosophy])
        if philosophy
        else Cell(MISSING, "muted")
    )
    share = row["attainment"]
    bar = attainment_bar(row["attainment_low"], share, row["attainment_high"], verdict=row["verdict"])
    return (
        _name(row, result, words),
        badge if _known(row["target"]) else Cell(MISSING, "muted"),
        words.value(row["target"], row["unit"]),
        f"**{words.value(row['estimate'], row['unit'])}**",
        Cell(words.interval(row["conf_low"], row["conf_high"], row["unit"]), "muted"),
        Graphic(bar),
        words.percent(share, 0),
        Graphic(sparkline(row["trend"], target=row["target"], verdict=row["verdict"])),
        verdict_mark(row, words),
    )


def verdict_mark(row: Any, words: Language) -> Mark:
    """Return the verdict of a scorecard's row with its glyph."""
    return Mark(MARKS[row["verdict"]], _verdict(row, words))


def _verdict(row: Any, words: Language) -> str:
    if row["verdict"] == "too_few":
        return words.t(
            "scorecard.verdict.too_few", n=words.number(row["base"] if _known(row["base"]) else row["n"])
        )
    if row["verdict"] == "below_floor" and row["philosophy"] == "C average":
        return words.t("scorecard.verdict.below_average")
    return words.t(f"scorecard.verdict.{row['verdict']}")


def _philosophy(name: str, words: Language) -> str:
    return words.t(f"report.badge_{name.replace(' ', '_').casefold()}")


def _legend(result: ScorecardResult, words: Language) -> tuple[Any, ...]:
    shown = [name for name in BADGES if (result.table["philosophy"] == name).any()]
    parts: list[Any] = [words.t("report.legend_start") + " "]
    for name in shown:
        expected = words.t(f"report.legend_{name.replace(' ', '_').casefold()}")
        parts += [Badge(_philosophy(name, words), solid=BADGES[name]), f" {expected}   "]
    return (*parts, words.t("report.legend_trend"))


@body(DiagnosisResult, "cards", keep=True)
def cards(result: DiagnosisResult) -> tuple[Block, ...]:
    """Return at most two things to work on; or why there is none."""
    found, rest = card_texts(result), declined(result)
    told = (Text(paragraphs=rest),) if rest else ()
    if not found:
        return (Text(paragraphs=(nothing(result), *floors(result), *rest)),)
    return (
        Cards(
            cards=tuple(
                Card(
                    number=str(c.number),
                    heading=c.heading,
                    tag=c.tag,
                    why=c.why,
                    enough=c.is_certain,
                    questions_label=c.questions_label,
                    questions=c.questions,
                    fields=c.fields,
                )
                for c in found
            )
        ),
        *told,
    )


@body(DiagnosisResult, "actions", keep=True)
def actions(result: DiagnosisResult) -> tuple[Block, ...]:
    """Return the last agreed actions and what became of them."""
    words = result.client.words
    rows = tuple(
        (a.action, a.due, Mark(STATUS_MARKS[a.status], a.status_text), a.happened)
        for a in action_texts(result)
    )
    if not rows:
        return (Notice(heading=words.t("report.no_actions"), text=words.t("report.no_actions_text")),)
    columns = (
        Column(words.t("report.col_action"), width_mm=60),
        Column(words.t("report.col_due"), width_mm=22),
        Column(words.t("report.col_result"), width_mm=26),
        Column(words.t("report.col_happened")),
    )
    return (Table(columns=columns, rows=rows),)


@body(DiagnosisResult, "plan", keep=True)
def plan(result: DiagnosisResult) -> tuple[Block, ...]:
    """Return the dated steps up to the next conversation."""
    words = result.client.words
    columns = (
        Column(words.t("report.col_when"), width_mm=42),
        Column(words.t("report.col_what"), width_mm=66),
        Column(words.t("report.col_who"), width_mm=26),
        Column(words.t("report.col_sign")),
    )
    return (Table(columns=columns, rows=tuple((s.when, s.what, s.who, s.sign) for s in plan_texts(result))),)


@silent(DiagnosisResult)
def nothing_planned(result: DiagnosisResult, kind: str) -> bool:
    """Leave out a plan without steps."""
    return kind == "plan" and not result.plan


@body(DiagnosisResult, "agreement", keep=True)
def agreement(result: DiagnosisResult) -> tuple[Block, ...]:
    """Return room to write down what is agreed, with one suggested row."""
    words = result.client.words
    labels = tuple(words.t(f"report.col_{name}") for name in ("action", "who", "date", "sign"))
    notes = (words.t("report.notes_rep"), words.t("report.notes_manager"))
    return (Agreement(labels=labels, suggested=agreement_texts(result), notes=notes, note_lines=9),)
