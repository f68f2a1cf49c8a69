"""Words for the pipeline: the page of a manager, and a single movement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.i18n import Language
from ..pipeline import MovementResult, PipelineOverviewResult
from ..pipeline.movement import END, START
from . import explains
from .pipeline_parts import section_words, what_moved

#: Verdicts on the coverage with which a page opens.
_OPENS = ("short", "near", "enough", "reached")


@explains(PipelineOverviewResult)
def overview(result: PipelineOverviewResult, detail: str, kind: str) -> str:
    """Put the page into words; `kind`: figures, movement, reps, risks, quota or reasons."""
    words = result.client.words
    if detail == "method":
        return words.t("pipeline.method")
    if detail == "answer":
        return "\n".join(answer(result, words))
    if detail == "alt":
        if kind == "movement":
            return movement_alt(result.movement_open, words)
        return words.t("pipeline.alt", n=words.number(result.n), day=words.date(result.on))
    if kind:
        return section_words(result, kind, detail)
    if detail == "title":
        return title(result, words)
    return words.t("pipeline.subtitle", day=words.date(result.on)) if detail == "subtitle" else ""


def cover(result: PipelineOverviewResult) -> pd.Series | None:
    """Return the coverage of the company or of the team looked at; None for a region, which has no quota."""
    rows = result.coverage.table
    if result.region:
        return None
    if not result.team:
        return result.coverage.company
    found = rows[(rows["scope"] == "team") & (rows["scope_id"] == result.team)]
    return found.iloc[0] if len(found) else None


def title(result: PipelineOverviewResult, words: Language) -> str:
    """Return the finding: how far the pipeline covers the quota, else how much of it is at risk."""
    if result.n == 0:
        return words.t("pipeline.title.empty")
    row = cover(result)
    if row is not None and row["verdict"] in _OPENS:
        values = {
            "x": times(row["coverage"], words),
            "y": times(row["needed"], words),
            "n": words.number(result.n),
        }
        return words.t(f"pipeline.title.{row['verdict']}", **values)
    return words.t("pipeline.title.risk", share=words.percent(at_risk(result), 0))


def at_risk(result: PipelineOverviewResult) -> float:
    """Return the share of the open value, or of the open opportunities, with a sign of risk."""
    total = result.total
    if total["open_value"] > 0:
        return float(total["value_flagged"] / total["open_value"])
    return float(total["flagged"] / total["n"]) if total["n"] else float("nan")


def times(value: float, words: Language) -> str:
    """Write how many times something covers something else, without its sign."""
    return words.number(value, 1)


def span(result: PipelineOverviewResult, words: Language) -> str:
    """Write the range of the coverage that earlier periods needed."""
    row = result.coverage.company
    return words.span(times(row["needed_low"], words), times(row["needed_high"], words))


def answer(result: PipelineOverviewResult, words: Language) -> tuple[str, str, str]:
    """Return three sentences: what is open and at risk, what moved, how far it covers the quota."""
    total, day = result.total, words.date(result.on)
    facts = {
        "n": words.number(result.n),
        "day": day,
        "value": words.money(total["open_value"]),
        "flagged": words.number(total["flagged"]),
        "share": words.percent(at_risk(result), 0),
    }
    key = "open" if total["open_value"] > 0 else "open_count"
    first = words.t(f"pipeline.answer.{key}" if result.n else "pipeline.answer.empty", **facts)
    return first, _moved(result.movement_open, words), _covered(result, words)


def _moved(found: MovementResult, words: Language) -> str:
    has_value = bool(found.table["value"].notna().any())
    key = "moved" if has_value else "moved_count"
    return words.t(f"pipeline.answer.{key}", since=words.date(found.period.start), **moved(found, words))


def moved(found: MovementResult, words: Language) -> dict[str, str]:
    """Return what sentences about a movement name: levels in value where it is known, steps in number."""
    sums = found.table.groupby("step", sort=False)[["n", "value"]].sum(min_count=1)
    levels = {}
    for name, step in (("start", START), ("end", END)):
        row = sums.loc[step]
        levels[name] = words.money(row["value"]) if np.isfinite(row["value"]) else words.number(row["n"])
    counts = sums["n"].reindex(["created", "won", "lost", "pulled_in", "pushed_out"]).fillna(0)
    return levels | {name: words.number(count) for name, count in counts.items()}


def _covered(result: PipelineOverviewResult, words: Language) -> str:
    row, found = cover(result), result.coverage
    period = words.period(found.period)
    if row is None:
        return words.t("pipeline.answer.no_quota", period=period)
    facts = {
        "period": period,
        "missing": words.money(row["missing_value"]),
        "so_far": words.money(row["so_far"]),
        "target": words.money(row["target"]),
        "x": times(row["coverage"], words),
    }
    if row["verdict"] == "cannot_tell":
        return words.t(f"pipeline.answer.{row['reason']}", **facts)
    if row["verdict"] == "reached":
        return words.t("pipeline.answer.reached", **facts)
    facts |= {
        "y": times(row["needed"], words),
        "range": span(result, words),
        "alone": times(row["needed_alone"], words),
    }
    return words.t("pipeline.answer.covered", **facts)


def movement_alt(found: MovementResult, words: Language) -> str:
    """Return one sentence about the picture of a movement."""
    return words.t("pipeline.movement.alt", **moved(found, words))


@explains(MovementResult)
def movement(result: MovementResult, detail: str, kind: str) -> str:
    """Put a movement into words."""
    words, facts = result.client.words, moved(result, result.client.words)
    if detail == "method":
        return words.t("pipeline.movement.method")
    if detail == "alt":
        return movement_alt(result, words)
    if detail == "answer":
        last = words.t("pipeline.movement.answer_3", pulled=facts["pulled_in"], pushed=facts["pushed_out"])
        return "\n".join(
            (
                words.t("pipeline.movement.answer_1", **facts),
                words.t("pipeline.movement.answer_2", **facts),
                last,
            )
        )
    if detail == "title":
        has_value = bool(result.table["value"].notna().any())
        return words.t("pipeline.movement.title_value" if has_value else "pipeline.movement.title", **facts)
    if detail == "subtitle":
        return what_moved(result, words)
    return words.t(f"pipeline.movement.source{'' if result.due_on else '_all'}")
