"""Words for projections, their back-test, and the parts of the page."""

from __future__ import annotations

import numpy as np

from ..core.i18n import Language, escape
from ..goals.labels import chance_of
from ..projection import BacktestResult, ProjectionResult
from . import explains

#: Kinds of section with a heading of their own.
KINDS = ("path", "quarters", "groups")


@explains(ProjectionResult)
def projection(result: ProjectionResult, detail: str, kind: str) -> str:
    """Put a projection into words; `kind`: path, quarters or groups."""
    words = result.client.words
    if detail == "method":
        return words.t("projection.method_text", taken=_taken(result, words))
    if result.table.empty:
        return _nothing(detail, words)
    found = facts(result, words)
    if detail == "answer":
        return "\n".join(_answer(result, found, words))
    if detail == "source":  # the same for every group, and said once
        return words.t("projection.source", **found) if kind != "groups" else ""
    if detail == "alt":
        return words.t("projection.alt", **found)
    if kind in KINDS:
        by = result.by or "none"
        key = f"projection.groups.{by}.{detail}" if kind == "groups" else f"projection.{kind}.{detail}"
        return words.t(key, **found)
    return words.t(f"projection.{detail}", **found)


def _nothing(detail: str, words: Language) -> str:
    if detail == "answer":
        return "\n".join(words.t(f"projection.none_{i}") for i in (1, 2, 3))
    return words.t("projection.none") if detail in ("title", "alt") else words.t("projection.none_subtitle")


def _taken(result: ProjectionResult, words: Language) -> str:
    return words.t(f"projection.method.{result.taken or 'combination'}")


def facts(result: ProjectionResult, words: Language) -> dict[str, str]:
    """Return what the sentences name, written out."""
    lead, end, unit = result.lead, result.end, result.lead["unit"]
    what = words.t(f"projection.what.{result.kpi}")
    return {
        "what": what,
        "What": what[:1].upper() + what[1:],
        "whose": escape(result.whose) or escape(result.client.name),
        "weeks": words.number(result.weeks),
        "value": words.value(lead["estimate"], unit),
        "interval": words.interval(lead["conf_low"], lead["conf_high"], unit),
        "from_open": words.value(lead["from_open"], unit),
        "n": words.number(lead["n"]),
        "date": words.date(end["day_on"]),
        "end": words.value(end["estimate"], unit),
        "end_interval": words.interval(end["low_80"], end["high_80"], unit),
        "target": words.value(end["target"], unit),
        "chance": chance_of(words, result.chance),
        "days": words.number(result.tested),
        "as_of": words.date(result.as_of),
        "taken": _taken(result, words),
    }


def _answer(result: ProjectionResult, found: dict[str, str], words: Language) -> tuple[str, str, str]:
    key = "answer_end" if np.isfinite(result.chance) else "answer_end_no_target"
    if not result.errors:
        last = words.t("projection.answer_untested")
    else:
        off = {name: words.percent(result.errors.get(name), 0) for name in ("run_rate", "pipeline")}
        shipped = words.percent(result.errors[result.taken], 0)
        last = words.t("projection.answer_tested", shipped=shipped, **off, **found)
    return words.t("projection.answer_ahead", **found), words.t(f"projection.{key}", **found), last


@explains(BacktestResult)
def test_of_past(result: BacktestResult, detail: str, kind: str) -> str:
    """Put a back-test into words."""
    words = result.client.words
    if detail == "method":
        return words.t("projection.test_method")
    if result.missing_weeks:
        lacking = words.number(result.missing_weeks)
        if detail == "answer":
            return "\n".join(words.t(f"projection.test_lacking_{i}", weeks=lacking) for i in (1, 2, 3))
        return words.t("projection.test_none" if detail in ("title", "alt") else "projection.test_subtitle")
    found = _test_facts(result, words)
    if detail == "answer":
        return "\n".join(words.t(f"projection.test_answer_{i}", **found) for i in (1, 2, 3))
    of = "methods_" if kind == "methods" and detail in ("title", "subtitle") else ""
    return words.t(f"projection.test_{of}{detail}", **found)


def _test_facts(result: BacktestResult, words: Language) -> dict[str, str]:
    rows = result.table[result.table["contrast"] == "weeks"].set_index("term")
    return {
        "days": words.number(result.n),
        "taken": words.t(f"projection.method.{result.taken}"),
        "error": words.percent(rows.loc[result.taken, "estimate"], 0),
        "run_rate": words.percent(rows.loc["run_rate", "estimate"], 0),
        "pipeline": words.percent(rows.loc["pipeline", "estimate"], 0),
        "bias": words.percent(rows.loc[result.taken, "bias"], 0, sign=True),
        "covered": words.percent(result.covered[0.8, "weeks"], 0),
        "covered_95": words.percent(result.covered[0.95, "weeks"], 0),
    }
