"""The pipeline report's page on risk: the largest opportunities with their facts, the rules, the teams."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.i18n import MISSING, Language
from ..goals.labels import chance_of
from ..pipeline import PipelineOverviewResult
from ..pipeline.rules import RULES
from .blocks import Block, Cell, Column, Columns, Table
from .markup import escape
from .page_pipeline import said
from .pages import body

#: Most opportunities and teams that the page shows.
SHOWN, TEAMS = 14, 12
#: Rules whose fact has a column of its own; the others are named in the last one.
_FACTS = ("stalled", "old", "untouched", "overdue")
_Row = tuple[Any, ...]


@body(PipelineOverviewResult, "risks", new_page=True)
def risks(result: PipelineOverviewResult) -> tuple[Block, ...]:
    """Return the largest opportunities at risk, the rules with their limits, and the teams or reps."""
    words = result.client.words
    largest = result.hygiene.open
    largest = largest[largest["risks"] > 0].sort_values(
        ["amount", "risks", "created_on"], ascending=[False, False, True], kind="stable", na_position="last"
    )
    lower = Columns(left=(_rules(result, words),), right=(_groups(result, words),), widths=(130, 11, 128))
    if largest.empty:
        return (lower,)
    return (_largest(result, largest.head(SHOWN), words), lower)


def _largest(result: PipelineOverviewResult, largest: pd.DataFrame, words: Language) -> Table:
    scale, unit = words.money_unit(float(np.nanmax([*largest["amount"], 1.0])))
    has_value = bool(largest["amount"].notna().any())
    facts = [rule for rule in _FACTS if rule in result.hygiene.facts]
    chance = result.chances.set_index("opportunity_id")["estimate"]
    right = {"align": "right"}
    columns = (
        Column(words.t("pipeline.risks.opportunity"), width_mm=66, one_line=True),
        Column(words.t("pipeline.risks.owner"), width_mm=31, one_line=True),
        *([Column(words.t("pipeline.risks.value", unit=unit), width_mm=14, **right)] if has_value else []),
        Column(words.t("pipeline.risks.chance"), width_mm=15, **right),
        Column(words.t("pipeline.risks.stage"), width_mm=24),
        *(Column(words.t(f"pipeline.risks.col_{rule}"), width_mm=18, **right) for rule in facts),
        Column(words.t("pipeline.risks.also")),
    )
    known = result.hygiene.facts.set_index("opportunity_id")
    fired = result.hygiene.table.groupby("opportunity_id")["rule"].agg(set)
    pushes = known["pushed"] if "pushed" in known else pd.Series(dtype="float64")
    rows: list[_Row] = []
    for row in largest.itertuples():
        hit = fired[row.opportunity_id]
        label = (str(v) for v in (row.label, row.account) if isinstance(v, str) and v)
        also = [
            words.t(f"pipeline.fact.{rule}", fact=words.number(pushes.get(row.opportunity_id, np.nan)))
            for rule in RULES
            if rule in hit and rule not in facts
        ]
        rows.append(
            (
                escape(next(label, str(row.opportunity_id))),
                escape(said(row.name)),
                *([words.number(row.amount / scale, 1 if scale > 1 else 0)] if has_value else []),
                chance_of(words, float(chance.get(row.opportunity_id, np.nan))),
                Cell(escape(said(row.stage)), "muted"),
                *(_fact(known.at[row.opportunity_id, rule], rule in hit, words) for rule in facts),
                "; ".join(also),
            )
        )
    return Table(columns=columns, rows=tuple(rows))


def _fact(value: float, is_hit: bool, words: Language) -> Cell:
    text = words.number(value) if value > 0 else MISSING
    return Cell(text, "ink" if is_hit else "muted", strong=is_hit)


def _rules(result: PipelineOverviewResult, words: Language) -> Table:
    held = result.hygiene.table
    known = [rule for rule in RULES if rule not in result.hygiene.unchecked]
    found = held.groupby("rule")["amount"].agg(n="size", value="sum").reindex(known).fillna(0)
    limits = held.groupby("rule")["threshold"].agg(["min", "max"]).reindex(known)
    scale, unit = words.money_unit(float(max(found["value"].max(), 1.0)))
    has_value = bool(result.total["open_value"] > 0)
    columns = (
        Column(words.t("pipeline.risks.rule")),
        Column(words.t("pipeline.risks.limit"), align="right", width_mm=24),
        Column(words.t("pipeline.risks.n"), align="right", width_mm=18),
        *(
            [Column(words.t("pipeline.risks.value", unit=unit), align="right", width_mm=18)]
            if has_value
            else []
        ),
    )
    rows = tuple(
        (
            words.t(f"pipeline.rule.{rule}"),
            Cell(_limit(limits.loc[rule], words), "muted"),
            words.number(row["n"]),
            *([words.number(row["value"] / scale, 2 if scale >= 1e9 else 0)] if has_value else []),
        )
        for rule, row in found.iterrows()
    )
    return Table(columns=columns, rows=rows)


def _limit(ends: pd.Series, words: Language) -> str:
    if not ends["max"] > 0:
        return MISSING
    low, high = words.number(ends["min"]), words.number(ends["max"])
    return low if low == high else words.span(low, high)


def _share(row: pd.Series, has_value: bool) -> float:
    part, whole = (row["value_flagged"], row["value"]) if has_value else (row["flagged"], row["n"])
    return float(part / whole) if whole > 0 else float("nan")


def _groups(result: PipelineOverviewResult, words: Language) -> Table:
    """Return how much of each team's pipeline is at risk; of one team's, each rep's."""
    by = "rep_id" if result.team or result.hygiene.open["team"].isna().all() else "team"
    found = result.hygiene.summary(by).sort_values("value_flagged", ascending=False, kind="stable")
    names = result.table.set_index("rep_id")["name"]
    scale, unit = words.money_unit(float(max(found["value"].max(), 1.0)))
    right, has_value = {"align": "right"}, bool(result.total["open_value"] > 0)
    columns = (
        Column(words.t("pipeline.reps.rep" if by == "rep_id" else "pipeline.reps.team"), one_line=True),
        Column(words.t("pipeline.reps.open"), width_mm=16, **right),
        *(
            [Column(words.t("pipeline.reps.open_value", unit=unit), width_mm=24, **right)]
            if has_value
            else []
        ),
        Column(words.t("pipeline.reps.flagged"), width_mm=18, **right),
        *(
            [Column(words.t("pipeline.reps.value_flagged", unit=unit), width_mm=26, **right)]
            if has_value
            else []
        ),
        Column(words.t("pipeline.risks.share"), width_mm=16, **right),
    )
    decimals = 2 if scale >= 1e9 else 0
    rows = tuple(
        (
            escape(said(names.get(row[by], MISSING) if by == "rep_id" else row[by])),
            words.number(row["n"]),
            *([words.number(row["value"] / scale, decimals)] if has_value else []),
            words.number(row["flagged"]),
            *([words.number(row["value_flagged"] / scale, decimals)] if has_value else []),
            words.percent(_share(row, has_value), 0),
        )
        for _, row in found.head(TEAMS).iterrows()
    )
    return Table(columns=columns, rows=rows)
