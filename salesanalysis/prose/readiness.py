"""Words for `ReadinessResult`: what this data can and cannot answer."""

from __future__ import annotations

from ..core.i18n import Language
from ..readiness import ReadinessResult
from . import explains


@explains(ReadinessResult)
def readiness(result: ReadinessResult, detail: str, kind: str) -> str:
    """Return the words of the whole report (`kind` empty) or of one of its sections."""
    words = result.client.words
    if detail == "method":
        return words.t("assess.method")
    if detail == "answer":
        return "\n".join(
            (_kpi_sentence(result, words), _link_sentence(result, words), _loss_sentence(result, words))
        )
    part = kind or "whole"
    if detail == "title":
        return _TITLES[part](result, words)
    if detail == "source":  # said once, under the first table
        return (
            ""
            if part not in ("whole", "questions")
            else words.t("assess.source", n=words.number(result.n), as_of=words.date(result.as_of))
        )
    return words.t(f"assess.{part}.{detail}")


def _counts(result: ReadinessResult) -> tuple[int, int]:
    verdicts = result.coverage.table["verdict"]
    return int((verdicts == "computable").sum()), len(verdicts)


def _title(result: ReadinessResult, words: Language) -> str:
    good, total = _counts(result)
    key = "whole.title_link" if result.answers("linkage") else "whole.title_no_link"
    return words.t(f"assess.{key}", good=good, total=total)


def _kpi_title(result: ReadinessResult, words: Language) -> str:
    good, total = _counts(result)
    if good == total:
        return words.t("assess.kpis.title_all", total=total)
    return words.t("assess.kpis.title", count=total - good, total=total)


def _questions_title(result: ReadinessResult, words: Language) -> str:
    missing = int((result.table["verdict"] == "no").sum())
    if not missing:
        return words.t("assess.questions.title_all")
    return words.t("assess.questions.title", count=missing, total=len(result.table))


def _problems_title(result: ReadinessResult, words: Language) -> str:
    table = result.validation.table
    warnings = int((table["severity"] == "warning").sum())
    if table.empty:
        return words.t("assess.problems.title_none")
    return words.t("assess.problems.title", excluded=words.number(result.validation.excluded), count=warnings)


def _fields_title(result: ReadinessResult, words: Language) -> str:
    table = result.quality.table
    full = int((table["filled"] == 1).sum())
    return words.t("assess.fields.title", full=full, total=len(table))


def _habits_title(result: ReadinessResult, words: Language) -> str:
    return words.t("assess.habits.title")


_TITLES = {
    "whole": _title,
    "questions": _questions_title,
    "kpis": _kpi_title,
    "problems": _problems_title,
    "fields": _fields_title,
    "habits": _habits_title,
}


def _kpi_sentence(result: ReadinessResult, words: Language) -> str:
    good, total = _counts(result)
    if good == total:
        return words.t("assess.answer_all", total=total)
    table = result.coverage.table
    lacking = table.loc[table["verdict"] != "computable", "kpi"]
    names = [words.t(f"kpi.{name}.name").lower() for name in lacking[:3]]
    more = len(lacking) - len(names)
    listed = words.t("assess.and_more", names=", ".join(names), count=more) if more else words.listing(names)
    return words.t("assess.answer_some", good=good, total=total, names=listed)


def _link_sentence(result: ReadinessResult, words: Language) -> str:
    if result.answers("linkage"):
        return words.t("assess.answer_link", n=words.number(result.rows_in.get("activities", 0)))
    return words.t("assess.answer_no_link")


def _loss_sentence(result: ReadinessResult, words: Language) -> str:
    lost = result.validation.excluded
    if not lost:
        return words.t("assess.answer_no_loss", n=words.number(result.n))
    share = lost / result.n if result.n else 0.0
    shown = (
        words.percent(share) if share >= 0.001 else words.t("assess.less_than", share=words.percent(0.001))
    )
    return words.t("assess.answer_loss", count=lost, n=words.number(result.n), share=shown)
