"""`assess`: KPI by KPI and question by question, can this data answer, and what to export if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from ..data import QualityResult, ValidationResult, quality, validate
from ..kpi import CoverageResult, coverage
from .fixes import fixes
from .ledger import ledger
from .measurable import Evidence, measurable
from .questions import ask, facts


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReadinessResult(Result):
    """What the data can answer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per question of `QUESTIONS`: ``term, verdict`` (``yes``, ``partly`` or ``no``), ``reason,
        missing`` (columns, or what there is too little of), ``value, base``.
    measurable : pandas.DataFrame
        One row per KPI: ``kpi, verdict`` (``computable``, ``partly`` or ``not``), ``score`` (0 to 100), its
        parts ``completeness, timeliness, coverage, integrity`` (0 to 1; missing where the data cannot tell,
        which leaves the score a highest value), ``reason, missing, value, n, export``. This is the first of
        the four tests of a KPI; ``docs/readiness.md`` has the formula.
    fixes : pandas.DataFrame
        What to do in order: ``action, subject, missing, value, questions, unlocks, n``.
    ledger : pandas.DataFrame
        Per table ``rows`` read, rows used (``n``) and left out (``base``): read = used + left out.
    coverage : CoverageResult
        Which KPIs the columns allow.
    quality : QualityResult
        Completeness per field, habits of record keeping.
    validation : ValidationResult
        What loading left out or set aside.
    rows_in : mapping of str to int
        Rows read per table.
    """

    measurable: pd.DataFrame
    fixes: pd.DataFrame
    ledger: pd.DataFrame
    coverage: CoverageResult
    quality: QualityResult
    validation: ValidationResult
    rows_in: Mapping[str, int]

    def answers(self, question: str) -> bool:
        """Tell whether the data can answer one question, in full or in part."""
        return bool((self.table.set_index("term")["verdict"] != "no")[question])

    @property
    def kpis(self) -> pd.DataFrame:
        """`measurable` without the other readings of a KPI, such as ``rep_retention.seed``."""
        return self.measurable[~self.measurable["kpi"].str.contains(".", regex=False)]


@kept_by_arguments
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
    covered, looked, found = coverage(crm), quality(crm), validate(crm)
    questions = ask(crm, looked, facts(crm, looked, covered))
    per_kpi = measurable(Evidence.of(crm, covered, looked, found))
    return ReadinessResult(
        table=questions,
        method="readiness.assess",
        n=sum(crm.rows_in.values()),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        measurable=per_kpi,
        fixes=fixes(crm, questions, per_kpi),
        ledger=ledger(crm),
        coverage=covered,
        quality=looked,
        validation=found,
        rows_in=crm.rows_in,
    )
