"""`qualify`: every candidate KPI through the four tests, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from ..kpi import KPIS, Kpi
from ..linkage import GamingResult, LinkageResult, evidence, exposure, gaming, wins_per_more
from ..readiness import ReadinessResult, measurable_of
from ..stats import check_level
from .coachable import coachable
from .goal import goal_oriented
from .outcome import TESTS, Outcome, overall

VERDICTS = ("qualified", "cannot_tell", "rejected")
#: Roles of KPIs that reps can steer by; a result is what they serve.
CANDIDATES = ("activity", "objective")
COLUMNS = ("kpi", "role", "verdict", *TESTS)
EVIDENCE = ("kpi", "check", "verdict", "reason", "estimate", "conf_low", "conf_high", "n", "subject")
#: Sums that are the result which every other KPI is held against.
RESULTS = ("wins", "bookings", "accepted_won", "handed_won")
#: What a verdict on the activity means for the KPI.
_OF_LINK = {"linked": "pass", "linked_negative": "fail", "no_link_found": "fail"}
_OF_DATA = {"computable": "pass", "partly": "cannot_tell", "not": "fail"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PassportResult(Result):
    """Which KPIs are worth steering by.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per candidate: ``kpi, role, verdict`` (``qualified``: all four tests passed; ``rejected``: one
        failed; ``cannot_tell``), and what each test says: ``pass, fail`` or ``cannot_tell``.
    evidence : pandas.DataFrame
        One row per candidate and test (``check``): ``verdict, reason`` with words in the catalogues, and the
        numbers behind it.
    gaming : GamingResult
        Whether more of an activity thins out the next stage.
    level : float
        Confidence level of the intervals.
    """

    evidence: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaming: GamingResult
    level: float = 0.95

    def with_verdict(self, verdict: str) -> list[str]:
        """Return the KPIs that got `verdict`, in table order."""
        return list(self.table.loc[self.table["verdict"] == verdict, "kpi"])


@kept_by_arguments
def qualify(
    crm: Crm,
    kpis: Iterable[str | Kpi] | None = None,
    *,
    links: LinkageResult | None = None,
    ready: ReadinessResult | None = None,
    level: float = 0.95,
) -> PassportResult:
    """Put KPIs through four tests: measurable, significant, goal-oriented, coachable.

    Parameters
    ----------
    crm : Crm
        The data.
    kpis : names or Kpi objects, optional
        Candidates; by default every activity and objective of the registry. Results such as bookings are
        what a KPI should serve and are no candidates by themselves.
    links, ready : LinkageResult, ReadinessResult, optional
        Verdicts on activities and what the data can answer, where they are known already.
    level : float
        Confidence level.

    Returns
    -------
    PassportResult

    Raises
    ------
    UnknownName
        A name that is no KPI.
    InvalidInput
        A bad level, or a KPI that is not in the registry.

    Notes
    -----
    Measurable: `assess`. Significant: the verdict of `evidence` on the activity, of a rate on what it counts
    above the line; what the engine does not test, it cannot tell, and what counts wins above the line (win
    rate, value per contract) is the result itself. Goal-oriented: there is a goal, its
    philosophy is declared, and as many reps reach it as it means. Coachable: it moves within reps beyond
    chance, the playbook has a lever, and a quarter of one rep shows a change by half.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.qualify(sa.sample()).with_verdict("qualified")  # doctest: +SKIP
    ['calls', 'meetings']
    """
    check_crm(crm, "qualify()")
    check_level(level)
    candidates = [k for k in KPIS.pick(kpis) if kpis is not None or k.role in CANDIDATES]
    _check(candidates)
    weeks = exposure(crm)
    links = links or evidence(weeks, crm, level=level)
    found = {
        "measurable": _measurable(ready.measurable if ready else measurable_of(crm, candidates), candidates),
        "significant": {kpi.name: _significant(kpi, links, weeks.activities) for kpi in candidates},
        "goal_oriented": goal_oriented(crm, candidates, level),
        "coachable": coachable(crm, candidates, level),
    }
    by_kpi = {kpi.name: [found[test][kpi.name] for test in TESTS] for kpi in candidates}
    table = pd.DataFrame(
        [(k.name, k.role, overall(by_kpi[k.name]), *(o.verdict for o in by_kpi[k.name])) for k in candidates],
        columns=list(COLUMNS),
    )
    order = table["verdict"].map(VERDICTS.index).to_numpy().argsort(kind="stable")
    return PassportResult(
        table=table.iloc[order].reset_index(drop=True),
        evidence=_evidence(by_kpi),
        gaming=gaming(weeks, level=level),
        method="passport.qualify",
        n=len(table),
        client=crm.client,
        period=links.period,
        as_of=crm.as_of,
        notes=links.notes,
        level=level,
    )


def _check(kpis: list[Kpi]) -> None:
    unknown = [kpi.name for kpi in kpis if kpi.name not in KPIS]
    if unknown:
        raise InvalidInput(
            f"{', '.join(unknown)} is not in the registry, so its data was not assessed; qualify() takes "
            "KPIs of sa.KPIS."
        )


def _measurable(ready: pd.DataFrame, kpis: list[Kpi]) -> dict[str, Outcome]:
    rows = {row.kpi: row for row in ready.itertuples()}
    return {kpi.name: _of_row(rows[kpi.name]) for kpi in kpis}


def _of_row(row: object) -> Outcome:
    return Outcome(_OF_DATA[row.verdict], row.verdict, estimate=row.score / 100, n=row.n, subject=row.missing)


def _significant(kpi: Kpi, links: LinkageResult, recorded: tuple[str, ...]) -> Outcome:
    """Return what the verdict on the KPI's activity, or on what a rate counts above the line, says of it.

    What counts the result above the line goes with it by definition.
    """
    if kpi.numerator in RESULTS:
        return Outcome("pass", "is_the_result")
    if links.table.empty:
        return Outcome("cannot_tell", "no_activities")
    rows = links.table.set_index("term")
    if kpi.numerator not in rows.index:
        return Outcome("cannot_tell", "not_declared" if kpi.numerator in recorded else "not_tested")
    row = rows.loc[kpi.numerator]
    ends = (float(wins_per_more(row[name])) for name in ("estimate", "conf_low", "conf_high"))
    subject = kpi.numerator if kpi.base else ""
    return Outcome(_OF_LINK.get(row["verdict"], "cannot_tell"), row["verdict"], *ends, row["wins"], subject)


def _evidence(by_kpi: dict[str, list[Outcome]]) -> pd.DataFrame:
    rows = [
        (name, test, o.verdict, o.reason, o.estimate, o.conf_low, o.conf_high, o.n, o.subject)
        for name, outcomes in by_kpi.items()
        for test, o in zip(TESTS, outcomes)
    ]
    return pd.DataFrame(rows, columns=list(EVIDENCE))
