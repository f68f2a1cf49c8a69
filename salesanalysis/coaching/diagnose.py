"""What to talk about with a rep: at most two findings with their evidence, coach, target and date."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from ..core.calendar import public_holidays
from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.playbook import Entry, entry_for
from ..core.shelf import kept_by_arguments
from ..goals.scorecard import scorecard
from ..linkage import LinkageResult
from ..passport import PassportResult
from .actions import last_actions
from .basis import Basis, basis
from .book import OBSERVE, playbook
from .chain import RESULTS
from .coach import suggest
from .decompose import COLUMNS, MATTERS, decompose_basis, reading_of, settled_by
from .limits import differences, limits_basis
from .results import DecompositionResult, DiagnosisResult, Finding, LimitsResult
from .role import role_diagnosis
from .worth import judge, kpi_of, passport_of

#: Statuses of a rep whose work of the period is there to look at.
_AT_WORK = ("ok", "left", "no_peers", "no_data")
#: Findings that fit into one conversation.
MOST = 2
#: An uncertain factor is worth looking at together from this probability on.
WATCH = 0.75
#: … unless it would take longer than this many weeks, at the rep's own pace, to tell it from chance.
SETTLED_WITHIN = 52
#: A target asks for at most this much more than today, so that it can be reached in four weeks.
STEP = 1.25
#: Weeks until the next conversation, and for an observation.
REVIEW_WEEKS, WATCH_WEEKS = 4, 2


@kept_by_arguments
def diagnose(
    crm: Crm,
    period: Period | str,
    rep: str,
    *,
    linkage: LinkageResult | None = None,
    passport: PassportResult | None = None,
) -> DiagnosisResult:
    """Say what a coaching conversation with `rep` should be about, and how sure that is.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    rep : str
        rep_id or name.
    linkage : LinkageResult, optional
        Which activities go with wins; carried into the findings, and what the passport rests on.
    passport : PassportResult, optional
        Which KPIs passed the four tests, as `qualify` returns it; by default those of the chain are put
        through them, once for a Crm.

    Returns
    -------
    DiagnosisResult
        Findings with enough evidence first, then what to look at together. Empty for a rep who is ramping
        up, has left, has no base or no peers. Gaps of KPIs that failed a test stand in `declined`.

    Notes
    -----
    Beyond the rule of `decompose`, a factor counts as certain only when the rep lies outside
    the control limits after Benjamini-Hochberg over reps and panels: a team of equals has no weakest member.
    A gap is worth coaching only where it is certain and its KPI passed the passport; where a test cannot tell
    it is looked at together, where one fails it is not worth coaching before the KPI is in order.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> [f.term for f in sa.diagnose(sa.sample(), "2026-Q3", "Bagas Prakoso").findings]  # doctest: +SKIP
    ['calls', 'conversation_rate']
    """
    check_crm(crm, "diagnose()")
    if linkage is not None and not isinstance(linkage, LinkageResult):
        raise InvalidInput(f"'linkage' takes what link() returns, not {type(linkage).__name__}.")
    if passport is not None and not isinstance(passport, PassportResult):
        raise InvalidInput(f"'passport' takes what qualify() returns, not {type(passport).__name__}.")
    base = basis(crm, period, rep)
    limits = limits_basis(base)
    apart = differences(limits)
    split = gated(decompose_basis(base), limits)
    review = None if base.status in ("left", "not_employed") else _review_day(crm)
    passport = passport or (passport_of(crm, linkage) if base.status == "ok" else None)
    found, declined = findings(base, split, linkage, passport) if base.status == "ok" else ((), ())
    absent = base.status == "not_employed"
    return DiagnosisResult(
        table=_table(found),
        method="coaching.diagnose",
        n=split.n,
        client=crm.client,
        period=base.period,
        as_of=crm.as_of,
        notes=split.notes,
        rep=about(base),
        decomposition=split,
        limits=limits,
        scorecard=None if absent else scorecard(crm, base.asked, rep=base.people.rep_id),
        findings=found,
        declined=declined,
        passport=passport,
        role=role_diagnosis(crm, base.asked, base.people.rep_id) if base.status in _AT_WORK else None,
        differences=apart,
        actions=last_actions(crm, base.people.rep_id, crm.as_of),
        review_on=review,
    )


def gated(split: DecompositionResult, limits: LimitsResult) -> DecompositionResult:
    """Return the decomposition where only what also lies outside the control limits stays certain."""
    table = split.table.copy()
    for i, row in table.iterrows():
        wanted = {"enough_evidence": "below", "enough_evidence_above": "above"}.get(row["verdict"])
        if wanted and limits.verdict(row["term"]) != wanted:
            table.loc[i, "verdict"] = "not_enough_evidence"
    reading = split.reading if split.reading == "cannot_tell" else reading_of(table, split.gap)
    found = replace(split, table=table, reading=reading)
    variation = limits.size.variation
    return settled_by(found, dispersion=limits.dispersion, variation=variation, levels=limits.levels)


def findings(
    base: Basis,
    split: DecompositionResult,
    linkage: LinkageResult | None = None,
    passport: PassportResult | None = None,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return at most two findings, and those not worth coaching that stood before them.

    What is certain comes first, then what is worth a look, most probable first.
    """
    book, table = playbook(base.crm.client), split.table
    certain = split.found("enough_evidence")
    worth = (
        (table["verdict"] == "not_enough_evidence")
        & (table["chance_below"] >= WATCH)
        & (table["estimate"] <= -MATTERS * abs(split.gap))
        & (split.gap < 0)
        & ~(table["weeks_more"] > SETTLED_WITHIN)
    )
    open_ones = table[worth].sort_values("chance_below", ascending=False, kind="stable")
    kept, declined = list[Finding](), list[Finding]()
    for _, row in pd.concat([certain, open_ones]).iterrows():
        if len(kept) == MOST:
            break
        found = _finding(base, row, entry_for(row["term"], book), linkage, passport)
        (declined if found.state == "not_worth" else kept).append(found)
    return tuple(sorted(kept, key=lambda f: f.state != "coach")), tuple(declined)


def _finding(
    base: Basis,
    row: pd.Series,
    entry: Entry | None,
    linkage: LinkageResult | None,
    passport: PassportResult | None,
) -> Finding:
    # Few opportunities closed may be a small territory: worth a look, no behaviour yet.
    is_certain = row["verdict"] == "enough_evidence" and row["term"] not in RESULTS
    kpi = kpi_of(row)
    state, doubts = judge(passport, kpi, is_certain=is_certain)
    starts = _next_monday(base.crm.as_of)
    weeks = REVIEW_WEEKS if state == "coach" else WATCH_WEEKS
    per_day = base.people.days[base.people.rep_id] if row["kind"] == "volume" else 1
    coach = suggest(base, str(row["term"]))
    return Finding(
        term=str(row["term"]),
        behaviour=entry.key if entry else "",
        is_certain=is_certain,
        kpi=kpi,
        state=state,
        doubts=doubts,
        facts=row.to_dict(),
        needed=0 if is_certain or pd.isna(row["needed"]) else int(row["needed"]),
        weeks_more=float(row["weeks_more"]),
        target=_target(row) / per_day,
        unit="rate" if row["kind"] == "volume" else str(row["unit"]),
        starts_on=starts,
        due_on=starts + timedelta(days=7 * weeks - 3),
        coach=coach.name if coach else "",
        coach_team=coach.team if coach else "",
        coach_value=coach.value if coach else math.nan,
        coach_willing=coach.willing if coach else "",
        observe=entry.observe if entry else OBSERVE,
        link=_link(linkage, str(row["step"])),
    )


def _target(row: pd.Series) -> float:
    """Return the benchmark, or a step towards it when it is far."""
    value, benchmark = float(row["value"]), float(row["benchmark"])
    return min(benchmark, STEP * value) if value > 0 else benchmark


def _link(linkage: LinkageResult | None, step: str) -> str:
    if linkage is None or "term" not in linkage.table:
        return ""
    rows = linkage.table[linkage.table["term"] == step]
    return "" if rows.empty else str(rows["verdict"].iloc[0])


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _review_day(crm: Crm) -> date:
    """Return the working day on which to look back: four weeks after the coming Monday."""
    day = _next_monday(crm.as_of) + timedelta(weeks=REVIEW_WEEKS)
    while day.weekday() > 4 or day in public_holidays(crm.client.country, day.year):
        day += timedelta(days=1)
    return day


def about(base: Basis) -> dict[str, object]:
    """Return what is known of the rep, for the head of a page."""
    rep = {k: v for k, v in base.people.rep.items() if not pd.isna(v)}
    kept = ("rep_id", "name", "team", "manager", "role", "region", "hired_on", "left_on")
    return {k: rep[k] for k in kept if k in rep} | {"weeks": base.people.weeks}


def _table(findings: tuple[Finding, ...]) -> pd.DataFrame:
    return pd.DataFrame([{c: f.facts[c] for c in COLUMNS} for f in findings], columns=COLUMNS)
