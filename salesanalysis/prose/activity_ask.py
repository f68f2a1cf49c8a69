"""What to ask about a team's log, item by item: what was seen, and the question; never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..activity import TeamActivityResult
from ..core.i18n import Language, escape
from ..kpi import KPIS


@dataclass(frozen=True)
class Item:
    """One thing to ask: of whom, what was seen, how rare it is, and the question."""

    name: str
    seen: str
    note: str
    question: str


def items(result: TeamActivityResult) -> tuple[Item, ...]:
    """Return what to ask about, runs without entries first, then bursts, then levels beside the peers'."""
    words = result.client.words
    runs = result.silences
    found = [_silence(row, words) for row in runs[runs["verdict"] == "unusual"].itertuples()]
    found += [_never(row, result, words) for row in runs[runs["reason"] == "never"].itertuples()]
    found += [_burst(row, words) for row in result.bursts.itertuples()]
    table = result.table
    for verdict in ("below_usual", "above_usual"):
        rows = table[table["verdict"] == verdict].sort_values("p_adjusted", kind="stable")
        found += [_level(one, words) for _, one in rows.groupby("rep_id", sort=False)]
    return tuple(found)


def _silence(row: Any, words: Language) -> Item:
    seen = words.t("activity.ask.silence", days=words.number(row.days), span=run_days(row, words))
    note = words.t("activity.ask.chance", p=words.p_value(row.p_value))
    if row.is_open:
        question = words.t("activity.ask.silence_open")
    elif row.reason == "work_recorded":
        question = words.t("activity.ask.silence_work_recorded", records=words.number(row.records))
    else:
        question = words.t("activity.ask.silence_nothing_recorded")
    return Item(escape(row.name), seen, note, question)


def run_days(row: Any, words: Language) -> str:
    """Write the first and the last day of a run."""
    first, last = (words.date(day.date()) for day in (row.starts_on, row.last_on))
    if row.starts_on.year == row.last_on.year:
        first = first.rsplit("\u00a0", 1)[0]
    return f"{first} – {last}"


def _never(row: Any, result: TeamActivityResult, words: Language) -> Item:
    people = result.people.set_index("rep_id")
    days = words.number(people.at[row.rep_id, "days"])
    return Item(
        escape(row.name), words.t("activity.ask.never", days=days), "", words.t("activity.ask.never_ask")
    )


def _burst(row: Any, words: Language) -> Item:
    seen = words.t(
        f"activity.ask.{row.kind}",
        n=words.number(row.n),
        day=words.date(pd.Timestamp(row.day_on).date()),
        usual=words.number(row.usual),
    )
    note = words.t("activity.ask.chance_day", p=words.p_value(row.p_value)) if row.kind == "many" else ""
    return Item(escape(row.name), seen, note, words.t(f"activity.ask.{row.kind}_ask"))


def _level(rows: pd.DataFrame, words: Language) -> Item:
    """Write one rep's kinds on one side of the range: the clearest with figures, the others by name."""
    first = rows.iloc[0]
    decimals = 1 if first["peer_high"] >= 1 else 2
    seen = words.t(
        f"activity.ask.{first['verdict']}",
        kpi=KPIS[first["kpi"]].label(words, "short"),
        value=words.number(first["estimate"], decimals),
        low=words.number(first["peer_low"], decimals),
        high=words.number(first["peer_high"], decimals),
    )
    note = words.t("activity.ask.chance_level", p=words.p_value(first["p_adjusted"]))
    if len(rows) > 1:
        kinds = [KPIS[k].label(words, "short").lower() for k in rows["kpi"].iloc[1:]]
        note = f"{words.t('activity.ask.also', kinds=words.listing(kinds))}; {note}"
    return Item(escape(first["name"]), seen, note, words.t(f"activity.ask.{first['verdict']}_ask"))
