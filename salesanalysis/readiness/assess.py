"""`assess`: KPI by KPI and question by question, can this data answer, and what to export if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Result
from ..data import QualityResult, ValidationResult, quality, validate
from ..kpi import CoverageResult, coverage

#: What the reports answer, and the columns without which they cannot.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "results": ("opportunities.outcome", "opportunities.closed_on", "opportunities.rep_id"),
    "cycle": ("opportunities.created_on", "opportunities.closed_on"),
    "linkage": ("activities.rep_id", "activities.kind", "activities.occurred_on", "opportunities.closed_on"),
    "diagnosis": ("activities.rep_id", "activities.kind", "activities.outcome", "opportunities.amount"),
    "goals": ("goals.kpi", "goals.target", "goals.period"),
    "tenure": ("reps.hired_on",),
    "coaching": ("coaching.rep_id", "coaching.held_on", "coaching.action"),
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReadinessResult(Result):
    """What the data can answer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per question of `QUESTIONS`: ``term, verdict`` (``yes`` or ``no``), ``missing`` (columns).
    coverage : CoverageResult
        The same, KPI by KPI.
    quality : QualityResult
        Completeness per field, habits of record keeping.
    validation : ValidationResult
        What loading left out or set aside.
    rows_in : mapping of str to int
        Rows read per table.
    """

    coverage: CoverageResult
    quality: QualityResult
    validation: ValidationResult
    rows_in: Mapping[str, int]

    def answers(self, question: str) -> bool:
        """Tell whether the data can answer one question."""
        return bool((self.table.set_index("term")["verdict"] == "yes")[question])


def assess(crm: Crm) -> ReadinessResult:
    """Tell what this data can and cannot answer, before any analysis of it.

    Parameters
    ----------
    crm : Crm
        The data as loaded.

    Returns
    -------
    ReadinessResult

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.assess(sa.sample()).answers("linkage")  # doctest: +SKIP
    True
    """
    check_crm(crm, "assess()")
    rows = []
    for term, needs in QUESTIONS.items():
        missing = [need for need in needs if not crm.has(need)]
        rows.append({"term": term, "verdict": "no" if missing else "yes", "missing": ", ".join(missing)})
    return ReadinessResult(
        table=pd.DataFrame(rows),
        method="readiness.assess",
        n=sum(crm.rows_in.values()),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        coverage=coverage(crm),
        quality=quality(crm),
        validation=validate(crm),
        rows_in=crm.rows_in,
    )
