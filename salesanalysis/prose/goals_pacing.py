"""Words for `PacingResult` and `RequiredActivityResult`: several reps and teams side by side."""

from __future__ import annotations

from ..core.i18n import Language
from ..goals import PacingResult, RequiredActivityResult
from ..kpi import KPIS
from . import explains
from .goals_page import basis_of, small, step_name


@explains(PacingResult)
def pacing(result: PacingResult, detail: str, kind: str) -> str:
    """Put a pacing into words: how many are ahead, within reach, behind."""
    words, rows = result.client.words, result.table[result.table["scope"] == "rep"]
    counts = rows["verdict"].value_counts()
    known = {name: int(counts.get(name, 0)) for name in ("reached", "missed", "ahead", "on_pace", "behind")}
    values = {name: words.number(n) for name, n in known.items()}
    values |= {
        "good": words.number(known["ahead"] + known["reached"]),
        "kpi": small(result.asked.label(words)),
        "kpi_first": result.asked.label(words),
        "period": words.period(result.period),
        "open": words.number(len(rows) - sum(known.values())),
        "all": words.number(len(rows)),
        "level": words.percent(result.level, 0),
        "n": words.number(result.n),
    }
    state = "over" if result.state == "over" else "running"
    if detail == "answer":
        keys = (f"goals.pacing.answer_1.{state}", "goals.pacing.answer_2", f"goals.pacing.answer_3.{state}")
        return "\n".join(words.t(key, **values) for key in keys)
    if detail in ("title", "alt", "subtitle"):
        return words.t(f"goals.pacing.{detail}.{state}", **values)
    if detail == "method":
        return words.t(f"goals.pacing.method.{basis_of(result)}")
    return words.t(f"goals.pacing.{detail}", **values)


@explains(RequiredActivityResult)
def required(result: RequiredActivityResult, detail: str, kind: str) -> str:
    """Put the way back into words."""
    words, rows = result.client.words, result.table
    values = {
        "kpi": small(KPIS[result.pacing.asked.name].label(words)),
        "sure": words.percent(result.sure, 0),
        "n": words.number(result.n),
        "period": words.period(result.period),
        "steps": _steps(result, words),
        **_counts(result, words),
    }
    if detail == "answer":
        reach = "some" if (rows["verdict"] != "cannot_tell").any() else "none"
        keys = (f"goals.required.answer_1.{reach}", "goals.required.answer_2", "goals.required.answer_3")
        return "\n".join(words.t(key, **values) for key in keys)
    return words.t(f"goals.required.{detail}", **values)


def _counts(result: RequiredActivityResult, words: Language) -> dict[str, str]:
    """Count the reps whose usual work is enough, and short, by their first step."""
    first = result.table[result.table["scope"] == "rep"].drop_duplicates("scope_id")
    counts = first["verdict"].value_counts()
    enough = int(counts.get("enough", 0) + counts.get("nothing_left", 0))
    return {
        "all": words.number(len(first)),
        "enough": words.number(enough),
        "short": words.number(int(counts.get("short", 0))),
    }


def _steps(result: RequiredActivityResult, words: Language) -> str:
    return words.listing([step_name(words, step) for step in result.table["step"].unique()])
