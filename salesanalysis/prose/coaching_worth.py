"""Whether a gap is worth coaching, and how much more data would settle it, in words."""

from __future__ import annotations

import math

from ..coaching.results import DiagnosisResult, Finding
from ..core.i18n import Language
from .coaching_pieces import noun, sentence, wait
from .passport import evidence


def tag(finding: Finding) -> str:
    """Return the key of the evidence tag of a card: certain, unproven (the KPI is open) or open."""
    if finding.state == "coach":
        return "coaching.card.certain"
    return "diagnosis.unproven" if finding.is_certain else "coaching.card.open"


def more_data(finding: Finding, words: Language) -> str:
    """Write how much more data would settle an open finding; empty for a certain one."""
    if finding.is_certain or not finding.needed or math.isnan(finding.weeks_more):
        return ""
    if finding.facts["kind"] == "volume":
        return words.t("diagnosis.needed_volume", wait=wait(finding.weeks_more, words))
    of = words.t(f"coaching.count.{finding.facts['of']}", count=rounded(finding.needed))
    return words.t("diagnosis.needed", counted=of, wait=wait(finding.weeks_more, words))


def rounded(count: int) -> int:
    """Round to two digits: a power calculation is no more exact than that."""
    step = 10 ** max(int(math.log10(count)) - 1, 0)
    return round(count / step) * step


def doubts(finding: Finding, words: Language) -> str:
    """Write which tests of the passport a certain gap's KPI could not be put to; empty without any."""
    if not finding.is_certain or finding.state != "observe":
        return ""
    if not finding.doubts:
        return words.t("diagnosis.no_passport")
    told = evidence(finding.doubts[0], words)
    return words.t("diagnosis.doubts", tests=_tests(finding, words), evidence=told)


def declined(result: DiagnosisResult) -> tuple[str, ...]:
    """Return one sentence for each gap that is not worth coaching: which test its KPI fails."""
    return tuple(_declined(finding, result.client.words) for finding in result.declined)


def _declined(finding: Finding, words: Language) -> str:
    key = "certain" if finding.is_certain else "open"
    told = evidence(finding.doubts[0], words)
    return words.t(
        f"diagnosis.declined_{key}",
        Factor=sentence(noun(finding.term, words)),
        value=words.value(finding.facts["value"], finding.facts["unit"]),
        benchmark=words.value(finding.facts["benchmark"], finding.facts["unit"]),
        tests=_tests(finding, words),
        evidence=told,
    )


def unproven(result: DiagnosisResult) -> str:
    """Return the sentence of the answer where gaps are certain and none is worth coaching yet; else empty."""
    words = result.client.words
    found = [f for f in (*result.findings, *result.declined) if f.is_certain]
    if not found or any(f.state == "coach" for f in found):
        return ""
    first = found[0]
    key = "answer_failed" if first.state == "not_worth" else "answer_unproven"
    return words.t(f"diagnosis.{key}", factor=noun(first.term, words), tests=_tests(first, words))


def _tests(finding: Finding, words: Language) -> str:
    return words.listing([words.t(f"diagnosis.test_{doubt.check}") for doubt in finding.doubts])
