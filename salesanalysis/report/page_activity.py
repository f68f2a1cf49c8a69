"""The team's activity: tiles, goals by working day, what to ask, strips of days, one row a rep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..activity import TeamActivityResult
from ..activity.bursts import TIMES
from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..kpi import KPIS
from ..plots.cells import sparkline
from ..prose.activity import decimals_of, listed, rates
from ..prose.activity_ask import items
from .blocks import Block, Cell, Column, Columns, Notice, Table, Text, Tile, Tiles
from .group_page import group_page
from .markup import escape
from .pages import Description, body, head, section, silent

#: Things to ask that the first page shows.
ASKED = 5
#: Kinds on tiles, the first that the data has.
_TILES = ("calls", "emails", "conversations", "meetings", "proposals", "followups")
_KINDS = 4
#: Marks beside a rate that lies outside of the peers' range for sure.
_OUTSIDE = {"above_usual": "▲ ", "below_usual": "▼ "}


@head(TeamActivityResult, "team_activity")
def describe(result: TeamActivityResult, crm: Crm) -> Description:
    """Return whose activity it is."""
    words = crm.client.words
    return group_page(
        result,
        crm,
        words.t("activity.all_teams"),
        (words.t("activity.field_reps"), words.number(result.reps)),
        (words.t("activity.field_entries"), words.number(result.n)),
        label=words.t("activity.field_team"),
    )


@silent(TeamActivityResult)
def nothing_there(result: TeamActivityResult, kind: str) -> bool:
    """Leave out what the data cannot fill."""
    if kind == "missing":
        return not result.missing
    if kind == "path":
        return result.goals.empty
    if kind == "reps":
        return result.table.empty or listed(result).empty
    return result.heat.empty if kind == "heat" else "activities" in result.missing


@body(TeamActivityResult, "tiles")
def tiles(result: TeamActivityResult) -> tuple[Block, ...]:
    """Return the key figures, goals by working day beside what to ask about."""
    found = (Tiles(tiles=tuple(_tiles(result))),)
    ask, path = section(result, "ask"), section(result, "path")
    if path is None:
        return (*found, ask)
    return (*found, Columns(left=(path,), right=(ask,), widths=(150, 11, 108)))


def _tiles(result: TeamActivityResult) -> list[Tile]:
    words, table = result.client.words, result.totals.set_index("kpi")
    found, digits = [], decimals_of(result)
    for kpi in [k for k in _TILES if k in table.index][: 6 if result.tasks.empty else _KINDS]:
        row = table.loc[kpi]
        interval = rates(row["conf_low"], row["conf_high"], words, digits[kpi])
        found.append(
            Tile(
                label=KPIS[kpi].label(words, "short"),
                value=words.number(row["estimate"], digits[kpi]),
                note=words.t("activity.tiles.note", interval=interval, n=words.number(row["n"])),
                trend_svg=sparkline(row["trend"]),
            )
        )
    if result.tasks.empty:
        return found
    whole = result.tasks.iloc[-1]
    interval = _percents(whole["conf_low"], whole["conf_high"], words)
    done, due = words.number(whole["tasks_done"]), words.number(whole["tasks_due"])
    day = words.date(min(result.as_of, result.period.last_day))
    return [
        *found,
        Tile(
            label=words.t("activity.tiles.in_time"),
            value=words.percent(whole["estimate"], 0),
            note=words.t("activity.tiles.in_time_note", interval=interval, n=due),
        ),
        Tile(
            label=words.t("activity.tiles.overdue"),
            value=words.number(whole["tasks_overdue"]),
            note=words.t("activity.tiles.overdue_note", day=day, done=done),
        ),
    ]


def _percents(low: float, high: float, words: Language) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return MISSING
    return words.span(words.number(low * 100), words.number(high * 100))


@body(TeamActivityResult, "ask")
def ask(result: TeamActivityResult) -> tuple[Block, ...]:
    """Return what to ask about: of whom, what was seen, the question."""
    words, found = result.client.words, items(result)
    if not found:
        return (Text(paragraphs=(words.t("activity.ask.none", times=words.number(TIMES)),)),)
    columns = (
        Column(words.t("activity.ask.col_rep"), width_mm=25, one_line=True),
        Column(words.t("activity.ask.col_seen"), width_mm=43),
        Column(words.t("activity.ask.col_ask")),
    )
    rows = tuple((Cell(i.name, strong=True), Cell(i.seen, under=i.note), i.question) for i in found[:ASKED])
    more = len(found) - len(rows)
    note = words.t("activity.ask.more", count=more) if more else ()
    return (Table(columns=columns, rows=rows, note=note),)


@body(TeamActivityResult, "reps", new_page=True)
def reps(result: TeamActivityResult) -> tuple[Block, ...]:
    """Return one row a rep: entries a working day of each kind with the interval, and the tasks."""
    words, people = result.client.words, listed(result)
    kinds = list(dict.fromkeys(result.table["kpi"]))
    has_tasks, digits = not result.tasks.empty, decimals_of(result)
    columns = [Column(words.t("activity.reps.col_rep"), width_mm=43, one_line=True)]
    columns += [Column(KPIS[k].label(words, "short"), align="right", width_mm=22.5) for k in kinds]
    if has_tasks:
        names = ("due", "done", "overdue", "in_time")
        columns += [Column(words.t(f"activity.reps.col_{n}"), align="right", width_mm=17) for n in names]
    table = result.table.set_index(["rep_id", "kpi"])
    due = result.tasks.set_index("rep_id") if has_tasks else None
    rows = [
        (
            Cell(
                escape(p.name),
                strong=bool(p.flags),
                under=" · ".join(escape(x) for x in (p.role, p.team) if _known(x)),
            ),
            *(_rate(table.loc[(p.rep_id, k)], words, digits[k]) for k in kinds),
            *(_tasks(due.loc[p.rep_id], words) if has_tasks else ()),
        )
        for p in people.itertuples()
    ]
    rows += _ranges(result, kinds, has_tasks)
    rows.append(_all(result, kinds))
    more = result.reps - len(people)
    note = words.t("activity.reps.more", count=more) if more else ()
    return (Table(columns=tuple(columns), rows=tuple(rows), note=note, total=True),)


def _known(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _rate(row: pd.Series, words: Language, decimals: int) -> Cell:
    text = _OUTSIDE.get(row["verdict"], "") + words.number(row["estimate"], decimals)
    interval = rates(row["conf_low"], row["conf_high"], words, decimals) if row["days"] > 0 else ""
    return Cell(text, strong=row["verdict"] in _OUTSIDE, under=interval)


def _tasks(row: pd.Series, words: Language) -> tuple[Any, ...]:
    counts = (words.number(row[f"tasks_{n}"]) for n in ("due", "done", "overdue"))
    interval = _percents(row["conf_low"], row["conf_high"], words) if row["tasks_due"] > 0 else ""
    return (*counts, Cell(words.percent(row["estimate"], 0), under=interval))


def _ranges(result: TeamActivityResult, kinds: list[str], has_tasks: bool) -> list[tuple[Any, ...]]:
    """Return one row per role: the range of eight in ten peers."""
    words, known = result.client.words, result.table.dropna(subset=["peer_low"])
    found, digits = [], decimals_of(result)
    for role, rows in known.groupby("role", sort=True):
        first = rows.drop_duplicates("kpi").set_index("kpi")
        cells = [
            Cell(rates(first.at[k, "peer_low"], first.at[k, "peer_high"], words, digits[k]), "muted")
            if k in first.index
            else MISSING
            for k in kinds
        ]
        label = Cell(words.t("activity.reps.range", role=escape(role)), "muted")
        found.append((label, *cells, *([MISSING] * 4 if has_tasks else [])))
    return found


def _all(result: TeamActivityResult, kinds: list[str]) -> tuple[Any, ...]:
    words, table, digits = result.client.words, result.totals.set_index("kpi"), decimals_of(result)
    cells = [
        Cell(
            words.number(table.at[k, "estimate"], digits[k]),
            strong=True,
            under=rates(table.at[k, "conf_low"], table.at[k, "conf_high"], words, digits[k]),
        )
        if k in table.index
        else MISSING
        for k in kinds
    ]
    label = words.t("activity.reps.all", count=result.reps)
    return (label, *cells, *(_tasks(result.tasks.iloc[-1], words) if len(result.tasks) else ()))


@body(TeamActivityResult, "missing", keep=True, words="activity.missing_")
def missing(result: TeamActivityResult) -> tuple[Block, ...]:
    """Return what the data lacks, and what to export for it."""
    words = result.client.words
    lacks = tuple(words.t(f"activity.missing.{code}") for code in result.missing)
    return (Notice(heading=words.t("activity.missing.heading"), items=lacks),)
