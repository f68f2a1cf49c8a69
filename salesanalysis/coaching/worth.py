"""Is a gap worth coaching? Only where the KPI behind it passed its passport."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..core.crm import Crm
from ..core.shelf import kept
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


def passport_of(crm: Crm, linkage: LinkageResult | None = None) -> PassportResult:
    """Return the passport of the KPIs that a chain can hold; without `linkage` computed once for a Crm.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> passport_of(sa.sample()).with_verdict("qualified")  # doctest: +SKIP
    ['calls']
    """
    if linkage is None:
        return kept(crm, "coaching.passport", (), lambda: _passport(crm, None))
    # A result has no name to be known by on a shelf; it stands for as long as it is the same one.
    known = crm.memory.get(("coaching.passport", "linkage"))
    if known is None or known[0] is not linkage:
        known = crm.memory["coaching.passport", "linkage"] = linkage, _passport(crm, linkage)
    return known[1]


def _passport(crm: Crm, linkage: LinkageResult | None) -> PassportResult:
    # The funnel is the client's and the same for every rep, so that one passport serves them all.
    steps = [step for step in check_funnel(crm.client.funnel) if step in KPIS]
    names = dict.fromkeys([*steps, "wins", *GOAL_KPIS.values()])
    return qualify(crm, list(names), links=linkage)


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
