"""Is a gap worth coaching? Only where the KPI behind it passed its passport."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

from ..core.crm import Crm
from ..kpi.catalogue import KPIS
from ..linkage import LinkageResult
from ..passport import PassportResult, qualify
from .chain import GOAL_KPIS, SIZE, check_funnel

#: What a finding asks for: coaching, a look together first, or nothing before its KPI is in order.
STATES = ("coach", "observe", "not_worth")


class Doubt(NamedTuple):
    """One test of the passport that a KPI did not pass: the row of `PassportResult.evidence`."""

    check: str
    verdict: str
    reason: str
    estimate: float
    conf_low: float
    conf_high: float
    n: float
    subject: str


#: Passport of a Crm, with the verdicts on activities that it rests on. A Crm never changes.
_KNOWN: weakref.WeakKeyDictionary[Crm, tuple[LinkageResult | None, PassportResult]]
_KNOWN = weakref.WeakKeyDictionary()


def passport_of(crm: Crm, linkage: LinkageResult | None = None) -> PassportResult:
    """Return the passport of the KPIs that a chain can hold, computed once for a Crm.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> passport_of(sa.sample()).with_verdict("qualified")  # doctest: +SKIP
    ['calls']
    """
    if crm in _KNOWN and (linkage is None or _KNOWN[crm][0] is linkage):
        return _KNOWN[crm][1]
    # The funnel is the client's and the same for every rep, so that one passport serves them all.
    steps = [step for step in check_funnel(crm.client.funnel) if step in KPIS]
    names = dict.fromkeys([*steps, "wins", *GOAL_KPIS.values()])
    found = qualify(crm, list(names), links=linkage)
    _KNOWN[crm] = (linkage, found)
    return found


def kpi_of(row: Any) -> str:
    """Return the KPI that a factor of the chain is known by; empty where there is none."""
    if row["kind"] == "size":
        return SIZE
    if row["kind"] == "volume":
        return row["step"] if row["step"] in KPIS else ""
    return GOAL_KPIS.get((row["step"], row["of"]), row["term"] if row["term"] in KPIS else "")


def judge(passport: PassportResult | None, kpi: str, *, is_certain: bool) -> tuple[str, tuple[Doubt, ...]]:
    """Return the state of a finding, and the tests that its KPI failed or could not be put to.

    Without a passport nothing is known against the KPI.
    """
    if passport is None:
        return ("coach" if is_certain else "observe"), ()
    rows = passport.evidence[(passport.evidence["kpi"] == kpi) & (passport.evidence["verdict"] != "pass")]
    doubts = tuple(Doubt(*row) for row in rows[list(Doubt._fields)].itertuples(index=False))
    failed = tuple(doubt for doubt in doubts if doubt.verdict == "fail")
    if failed:
        return "not_worth", failed
    known = kpi in set(passport.table["kpi"])
    return ("coach" if is_certain and known and not doubts else "observe"), doubts
