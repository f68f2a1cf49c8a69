"""`coverage`: which KPIs this data can give, and what to export for the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.i18n import Language
from ..core.period import Period
from ..core.result import Result
from .base import Kpi, Registry
from .catalogue import KPIS
from .panel import panel
from .view import customer_rule

#: First day looked at when asking whether anything was ever recorded.
_FIRST = pd.Timestamp("1990-01-01").date()
#: Days of the period before which something must have existed, at most; half of the data where it is short.
_LATELY = 365


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoverageResult(Result):
    """One row a KPI: ``kpi, verdict, missing, meaning, export, n``.

    Verdicts: ``computable``; ``missing`` (columns named in `missing`, what they mean in `meaning`, what to
    ask the CRM for in `export`); ``nothing_recorded`` (the columns are there, no such event stands in them).
    `n` counts the events behind the value. Words are in the client's language.

    Attributes
    ----------
    sums : dict of str to float
        Every measure that this data can give, over all days.
    """

    sums: dict[str, float] = field(default_factory=dict)

    def kpis(self, verdict: str = "computable") -> list[str]:
        """Return the names with this verdict."""
        return self.table.loc[self.table["verdict"] == verdict, "kpi"].tolist()


def coverage(crm: Crm, kpis: Registry = KPIS) -> CoverageResult:
    """Tell for every KPI whether this data gives it, and if not what is missing.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.coverage(sa.sample()).kpis("missing")  # doctest: +SKIP
    []
    """
    check_crm(crm, "coverage()")
    rule = customer_rule(crm.tables, crm.client)
    able = [kpi for kpi in kpis.values() if all(crm.has(need) for need in kpi.needs_in(rule))]
    recorded: dict[str, float] = {}
    after = crm.as_of + timedelta(days=1)
    # What existed before a period began needs a period with something before it.
    lately = [kpi for kpi in able if any(m.until and m.at != "end" for m in kpi.sums)]
    for asked, first in ((able, _FIRST), (lately, after - timedelta(days=min(_LATELY, crm.span.days // 2)))):
        if asked:
            sums = panel(crm, asked, Period(first, after), by=()).table
            recorded |= sums.set_index("measure")["value"].to_dict()
    table = pd.DataFrame([_row(crm, kpi, recorded) for kpi in kpis.values()])
    n = int((table["verdict"] == "computable").sum())
    return CoverageResult(
        table=table, method="kpi.coverage", n=n, client=crm.client, as_of=crm.as_of, sums=recorded
    )


def _row(crm: Crm, kpi: Kpi, recorded: dict[str, float]) -> dict[str, object]:
    missing = [need for need in kpi.needs_in(customer_rule(crm.tables, crm.client)) if not crm.has(need)]
    n = recorded.get(kpi.base or (kpi.events.name if kpi.events else kpi.numerator), 0.0)
    verdict = "missing"
    if not missing:
        verdict = "computable" if _was_recorded(kpi, recorded) else "nothing_recorded"
    words = crm.client.words
    return {
        "kpi": kpi.name,
        "verdict": verdict,
        "missing": ", ".join(missing),
        "meaning": " ".join(words.t(f"schema.{need}") for need in missing),
        "export": "; ".join(export_words(crm, missing, words)),
        "n": n,
    }


def _was_recorded(kpi: Kpi, recorded: dict[str, float]) -> bool:
    """Tell whether the events of a KPI stand in the data; of what should not happen there may be none."""
    sums = [recorded[m.name] for m in kpi.measures]
    if kpi.better == "lower" and len(sums) > 1:
        sums = sums[1:]
    return all(sums)


def export_words(crm: Crm, missing: list[str], words: Language) -> list[str]:
    """Say what to ask the CRM for, a whole table once."""
    asked: dict[str, list[str]] = {}
    for need in missing:
        name, _, col = need.partition(".")
        asked.setdefault(name, []).append(col)
    said = []
    for name, cols in asked.items():
        if crm.has(name):
            said.append(words.t("assess.export.columns", table=name, columns=", ".join(cols)))
        else:
            said.append(words.t("assess.export.table", table=name, meaning=words.t(f"schema.{name}")))
    return said
