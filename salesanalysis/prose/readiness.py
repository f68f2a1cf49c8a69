"""Words for `ReadinessResult`: what this data can and cannot answer."""

from __future__ import annotations

from ..core.i18n import Language
from ..readiness import ReadinessResult
from . import explains
from .readiness_words import fix_words, kind_name

#: Things to do that the answer names.
FIRST = 3


@explains(ReadinessResult)
def readiness(result: ReadinessResult, detail: str, kind: str) -> str:
    """Return the words of the whole report (`kind` empty) or of one of its sections."""
    words = result.client.words
    if detail == "method":
        return words.t("assess.method")
    if detail == "answer":
        return "\n".join(
            (_question_sentence(result, words), _kpi_sentence(result, words), _fix_sentence(result, words))
        )
    part = kind or "whole"
    if detail == "title":
        return _TITLES[part](result, words)
    if detail == "alt":
        return _logging_alt(result, words) if part == "logging" else words.t("assess.whole.alt")
    if detail == "source":
        return _source(result, part, words)
    return words.t(f"assess.{part}.subtitle")


def _source(result: ReadinessResult, part: str, words: Language) -> str:
    if part in ("whole", "questions"):  # said once, under the first table
        return words.t("assess.source", n=words.number(result.n), as_of=words.date(result.as_of))
    return words.t(f"assess.{part}.source") if words.has(f"assess.{part}.source") else ""


def verdicts(result: ReadinessResult) -> dict[str, int]:
    """Return how many KPIs have each verdict, their other readings not counted."""
    counts = result.kpis["verdict"].value_counts()
    return {name: int(counts.get(name, 0)) for name in ("computable", "partly", "not")}


def _answered(result: ReadinessResult) -> tuple[int, int]:
    return int((result.table["verdict"] == "yes").sum()), len(result.table)


def _title(result: ReadinessResult, words: Language) -> str:
    good, total = _answered(result)
    todo = min(len(result.fixes), FIRST)
    if good == total:
        return words.t("assess.whole.title_all", total=total)
    if not todo:
        return words.t("assess.whole.title_none", good=good, total=total)
    return words.t(
        "assess.whole.title", count=todo, good=good, total=total, things=words.t(f"assess.things.{todo}")
    )


def _fixes_title(result: ReadinessResult, words: Language) -> str:
    first = result.fixes[:FIRST]
    if first.empty:
        return words.t("assess.fixes.title_none")
    questions = sum(len([q for q in cell.split(", ") if q]) for cell in first["questions"])
    kpis = sum(len([k for k in cell.split(", ") if k]) for cell in first["unlocks"])
    counts = [
        words.t(f"assess.fixes.{name}", count=n)
        for name, n in (("questions", questions), ("kpis", kpis))
        if n
    ]
    if not counts:
        return words.t("assess.fixes.title_plain")
    return words.t("assess.fixes.title", count=len(first), gain=words.listing(counts))


def _questions_title(result: ReadinessResult, words: Language) -> str:
    good, total = _answered(result)
    if good == total:
        return words.t("assess.questions.title_all")
    return words.t("assess.questions.title", count=total - good, total=total)


def _kpis_title(result: ReadinessResult, words: Language) -> str:
    found = verdicts(result)
    total = sum(found.values())
    if found["computable"] == total:
        return words.t("assess.kpis.title_all", total=total)
    return words.t("assess.kpis.title", good=found["computable"], partly=found["partly"], none=found["not"])


def _tables_title(result: ReadinessResult, words: Language) -> str:
    lost = result.validation.excluded
    if not lost:
        return words.t("assess.tables.title_none", n=words.number(result.n))
    return words.t("assess.tables.title", count=lost, n=words.number(result.n), share=_loss(result, words))


def _loss(result: ReadinessResult, words: Language) -> str:
    share = result.validation.excluded / result.n if result.n else 0.0
    return words.percent(share) if share >= 0.001 else words.t("assess.less_than", share=words.percent(0.001))


def _problems_title(result: ReadinessResult, words: Language) -> str:
    noted = result.validation.table
    looked = result.quality
    count = int(noted["severity"].isin(["excluded", "warning"]).sum()) + len(looked.imports)
    count += int((looked.duplicates["n"] > 0).sum()) + int((looked.orders["n"] > 0).sum())
    if not count:
        return words.t("assess.problems.title_none")
    return words.t("assess.problems.title", count=count)


def _fields_title(result: ReadinessResult, words: Language) -> str:
    table = result.quality.table
    asked = table[table["expected"] > 0]
    return words.t("assess.fields.title", full=int((asked["complete"] == 1).sum()), total=len(asked))


def _habits_title(result: ReadinessResult, words: Language) -> str:
    count = int((result.quality.habits["severity"] == "warning").sum())
    return words.t("assess.habits.title", count=count) if count else words.t("assess.habits.title_none")


def _logging_title(result: ReadinessResult, words: Language) -> str:
    found = result.quality.shifts
    if found.empty:
        return words.t("assess.logging.title_none")
    first = found.iloc[0]
    week = words.date(first["week"].date())
    return words.t("assess.logging.title", kind=kind_name(first["term"], words), week=week, count=len(found))


_TITLES = {
    "whole": _title,
    "fixes": _fixes_title,
    "questions": _questions_title,
    "kpis": _kpis_title,
    "tables": _tables_title,
    "problems": _problems_title,
    "fields": _fields_title,
    "habits": _habits_title,
    "logging": _logging_title,
}


def _logging_alt(result: ReadinessResult, words: Language) -> str:
    levels = result.quality.levels
    series = levels[levels["term"] == "all"]["value"]
    if series.empty:
        return words.t("assess.whole.alt")
    low, high = (words.number(v, 1) for v in (series.min(), series.max()))
    return words.t("assess.logging.alt", low=low, high=high, count=len(result.quality.shifts))


def _question_sentence(result: ReadinessResult, words: Language) -> str:
    good, total = _answered(result)
    if good == total:
        return words.t("assess.answer_questions_all", total=total)
    lacking = result.table[result.table["verdict"] != "yes"]
    names = [words.t(f"assess.question.{term}").lower() for term in lacking["term"]]
    return words.t("assess.answer_questions", good=good, total=total, names=words.listing(names))


def _kpi_sentence(result: ReadinessResult, words: Language) -> str:
    found = verdicts(result)
    total = sum(found.values())
    if found["computable"] == total:
        return words.t("assess.answer_kpis_all", total=total)
    return words.t(
        "assess.answer_kpis", good=found["computable"], total=total, partly=found["partly"], none=found["not"]
    )


def _fix_sentence(result: ReadinessResult, words: Language) -> str:
    if result.fixes.empty:
        return words.t("assess.answer_no_fix")
    what = [fix_words(row, words) for row in result.fixes[:FIRST].itertuples()]
    return words.t("assess.answer_fix", what="; ".join(text[:1].lower() + text[1:] for text in what))
