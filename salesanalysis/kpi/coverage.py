"""`coverage`: which KPIs this data can give, and what to export for the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..core.schema import SCHEMA, column
from .base import Kpi, Registry
from .catalogue import KPIS
from .panel import panel
from .view import customer_rule

#: First day looked at when asking whether anything was ever recorded.
_FIRST = pd.Timestamp("1990-01-01").date()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoverageResult(Result):
    """One row a KPI: ``kpi, verdict, missing, meaning, export, n``.

    Verdicts: ``computable``; ``missing`` (columns named in `missing`, what they mean in `meaning`, what to
    ask the CRM for in `export`); ``nothing_recorded`` (the columns are there, no such event stands in them).
    """

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
    if able:
        span = Period(_FIRST, crm.as_of + timedelta(days=1))
        recorded = panel(crm, able, span, by=()).table.set_index("measure")["value"].to_dict()
    table = pd.DataFrame([_row(crm, kpi, recorded) for kpi in kpis.values()])
    n = int((table["verdict"] == "computable").sum())
    return CoverageResult(table=table, method="kpi.coverage", n=n, client=crm.client, as_of=crm.as_of)


def _row(crm: Crm, kpi: Kpi, recorded: dict[str, float]) -> dict[str, object]:
    missing = [need for need in kpi.needs_in(customer_rule(crm.tables, crm.client)) if not crm.has(need)]
    n = recorded.get(kpi.base or (kpi.events.name if kpi.events else kpi.numerator), 0.0)
    if missing:
        verdict = "missing"
    else:
        verdict = "computable" if all(recorded[m.name] for m in kpi.measures) else "nothing_recorded"
    return {
        "kpi": kpi.name,
        "verdict": verdict,
        "missing": ", ".join(missing),
        "meaning": " ".join(column(need).meaning for need in missing),
        "export": "; ".join(_export(crm, missing)),
        "n": n,
    }


def _export(crm: Crm, missing: list[str]) -> list[str]:
    """Say what to ask the CRM for, a whole table once."""
    asked: dict[str, list[str]] = {}
    for need in missing:
        name, _, col = need.partition(".")
        asked.setdefault(name, []).append(col)
    return [
        f"{name} with {', '.join(cols)}" if crm.has(name) else f"a table of {name} ({SCHEMA[name].meaning})"
        for name, cols in asked.items()
    ]
