"""What the coaching functions return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import pandas as pd

from ..core.result import Result
from ..passport import PassportResult
from .chain import SIZE
from .plan import Step, steps
from .role import RoleResult
from .sizes import SizeTest
from .worth import Doubt

#: Verdict on one factor of a decomposition.
FACTOR_VERDICTS = ("enough_evidence", "enough_evidence_above", "not_enough_evidence", "too_few")
#: How the whole gap reads.
READINGS = (
    "low_activity",
    "low_volume",  # fewer opportunities closed or won, in data without activities
    "ineffective_behaviour",
    "both",
    "not_enough_evidence",
    "ahead",
    "cannot_tell",
)
#: What limits a reading of the rep: nothing, still ramping up, left the company, no base at all, peers too
#: few to be shown as a group.
STATUSES = ("ok", "ramping", "left", "not_employed", "no_peers", "small_group", "no_data")
#: Where a rep stands against the control limits.
LIMIT_VERDICTS = ("inside", "open", "below", "above", "too_few")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DecompositionResult(Result):
    """A rep's gap to the benchmark as a sum of parts, one for each factor.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per factor in the order of the sales process: ``term, kind, step, of, unit, n, base, value,
        benchmark, estimate`` (exact part of the gap), ``conf_low, conf_high`` (90 % of the posterior),
        ``posterior_mean, chance_below, verdict`` (one of `FACTOR_VERDICTS`).
    rep_id, name : str
        Whose gap it is.
    actual, benchmark : float
        Products of the factors, in `unit` (money, or count of wins where no amounts are known).
    against : str
        peers or goal.
    peers : int
        Reps behind the benchmark.
    days : int
        Working days the rep was employed in the period.
    weeks : float
        Weeks since the rep was hired, at the end of the period; NaN when unknown.
    reading, status : str
        One of `READINGS` and of `STATUSES`.
    """

    rep_id: str
    name: str
    actual: float
    benchmark: float
    unit: str
    against: str = "peers"
    peers: int = 0
    days: int = 0
    weeks: float = float("nan")
    reading: str = "cannot_tell"
    status: str = "ok"

    @property
    def gap(self) -> float:
        """Actual minus benchmark; below zero when the rep is behind."""
        return self.actual - self.benchmark

    def row(self, term: str) -> pd.Series:
        """Return the row of one factor."""
        return self.table.set_index("term", drop=False).loc[term]

    def found(self, *verdicts: str) -> pd.DataFrame:
        """Return the factors with one of `verdicts`, the largest part of the gap first."""
        rows = self.table[self.table["verdict"].isin(verdicts)]
        return rows.reindex(rows["estimate"].abs().sort_values(ascending=False, kind="stable").index)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LimitsResult(Result):
    """Rates of a rep and of peers against their bases, with control limits.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per panel and rep: ``term, rep_id, is_subject, n`` (count), ``base, estimate, benchmark,
        conf_low, conf_high`` (95 % limits at this base), ``p_value, p_adjusted`` (Benjamini-Hochberg over
        all reps and panels), ``unit, verdict`` (one of `LIMIT_VERDICTS`).
    curves : pandas.DataFrame
        ``term, base, conf_low, conf_high``: limits over the span of bases, for drawing.
    rep_id, name : str
        The rep set apart.
    dispersion : float
        Variance over mean by which the limits of the volume are widened.
    compared : int
        Points that the adjustment of p-values allows for.
    size : SizeTest
        The test of the rep's value per contract.
    levels : mapping of str to float
        By term: p-value at which the rep would be named if nobody else stood out.
    status : str
        One of `STATUSES`.
    """

    curves: pd.DataFrame
    rep_id: str
    name: str
    dispersion: float = 1.0
    compared: int = 0
    status: str = "ok"
    size: SizeTest = field(default_factory=SizeTest)
    levels: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def subject(self) -> pd.DataFrame:
        """The rep's own row in each panel, in the order of the sales process."""
        return self.table[self.table["is_subject"].astype(bool)]

    @property
    def terms(self) -> list[str]:
        """Panels in order."""
        return list(self.table["term"].drop_duplicates())

    def verdict(self, term: str) -> str:
        """Return the rep's verdict in one panel, or on the value per contract; empty when there is none."""
        if term == SIZE:
            return self.size.verdict
        rows = self.subject[self.subject["term"] == term]
        return "" if rows.empty else str(rows["verdict"].iloc[0])


@dataclass(frozen=True)
class Finding:
    """One behaviour to work on, or to look at first.

    Attributes
    ----------
    term, behaviour : str
        Factor of the chain and key of the playbook entry; empty where the playbook has none.
    is_certain : bool
        Enough evidence that the gap is more than chance.
    facts : mapping
        The row of the decomposition.
    kpi : str
        KPI that the factor is known by, whose passport counts; empty: none.
    state : str
        ``coach`` (gap certain, passport passed), ``observe`` (one of the two is open) or ``not_worth`` (the
        passport failed).
    doubts : tuple of Doubt
        Tests of the passport that failed or cannot tell.
    needed : int
        Base at which a difference of this size would be named in 80 of 100 cases; 0 when not applicable.
    weeks_more : float
        Weeks until the rep has that base at the own pace; NaN when not applicable.
    target : float
        Value of the factor to reach (for a volume: per working day), in `unit`.
    unit : str
        Unit of `target`.
    starts_on, due_on : datetime.date or None
        Span of the agreed work; None when the rep has left.
    coach, coach_team : str
        A peer whose own interval lies above the benchmark; empty: the manager.
    coach_value : float
        That peer's value.
    coach_willing : str
        ``yes`` where the peer said so; empty: not asked.
    observe : int
        Occasions to look at together, for an observation.
    link : str
        Verdict of the linkage on this activity; empty when not known.
    """

    term: str
    behaviour: str
    is_certain: bool
    facts: Mapping[str, object]
    kpi: str = ""
    state: str = "observe"
    doubts: tuple[Doubt, ...] = ()
    needed: int = 0
    weeks_more: float = float("nan")
    target: float = float("nan")
    unit: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    coach: str = ""
    coach_team: str = ""
    coach_value: float = float("nan")
    coach_willing: str = ""
    observe: int = 0
    link: str = ""


@dataclass(frozen=True)
class Action:
    """One agreed action and what became of it; measured before and after, without a comparison."""

    action: str
    agreed_on: date
    due_on: date | None = None
    status: str = ""
    note: str = ""
    kpi: str = ""
    unit: str = ""
    before: float = float("nan")
    after: float = float("nan")
    weeks_after: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DiagnosisResult(Result):
    """Everything a coaching conversation about one rep starts from.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per finding, the first one first.
    rep : mapping
        ``rep_id, name, team, manager, role, weeks`` as far as known.
    decomposition, limits : Result
        Where the gap comes from; the rates against their control limits.
    scorecard : Result or None
        KPIs against their goals, where the data has any.
    findings : tuple of Finding
        At most two, those to coach first.
    declined : tuple of Finding
        Gaps not worth coaching, because their KPI failed a test of its passport.
    role : RoleResult or None
        Both sides of the rep's role; None where it is not known.
    passport : PassportResult or None
        The passport of the chain's KPIs; None where nothing is compared.
    differences : mapping of str to float
        p-value of "all reps alike" for each panel of the limits.
    actions : tuple of Action
        What was agreed last time.
    review_on : datetime.date or None
        Day of the next conversation; None when the rep has left.
    """

    rep: Mapping[str, object]
    decomposition: DecompositionResult
    limits: LimitsResult
    scorecard: Result | None = None
    findings: tuple[Finding, ...] = ()
    declined: tuple[Finding, ...] = ()
    role: RoleResult | None = None
    passport: PassportResult | None = None
    differences: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    actions: tuple[Action, ...] = ()
    review_on: date | None = None

    @property
    def status(self) -> str:
        """What limits the reading: one of `STATUSES`."""
        return self.decomposition.status

    @property
    def plan(self) -> tuple[Step, ...]:
        """Dated steps from the findings to the next conversation; empty where nothing is to be done."""
        return steps(self.findings, self.review_on)
