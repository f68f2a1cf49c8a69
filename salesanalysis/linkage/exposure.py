"""Rep x week counts of activities and wins from a company's data: one query per table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Note
from ..core.shelf import kept_by_arguments
from ..kpi import KPIS, Kpi, Measure, panel
from ..stats import Kernel, kernel_from_durations
from .employment import LOGGED, employed, in_earnest, worked_days
from .frame import KEYS, from_frame
from .result import ExposureResult

#: Activity measures, in the order of the sales process, and the kinds of activity that they cover.
MEASURES = (
    "calls",
    "connects",
    "conversations",
    "meetings",
    "proposals",
    "emails",
    "followups",
    "voicemails",
    "internal_meetings",
    "admin",
)
COVERED = (
    "call",
    "meeting",
    "proposal",
    "email",
    "follow_up",
    "voicemail",
    "internal_meeting",
    "admin",
)
#: Longest lag in weeks, unless the company's cycles are longer.
LONGEST_LAG, LAG_LIMIT = 16, 39
#: An activity written down later than this was not kept day by day.
LATE_DAYS = 14
#: Longest history read; activity before the company logged in earnest is cut off as well.
HISTORY_WEEKS = 520


@kept_by_arguments
def exposure(crm: Crm, *, family: Sequence[str] | None = None) -> ExposureResult:
    """Count each rep's activities and wins by week.

    Parameters
    ----------
    crm : Crm
        The data.
    family : sequence of str, optional
        Activities to count; by default every measure, and every further kind of activity, that the data
        holds.

    Returns
    -------
    ExposureResult
        Whole weeks (Monday to Sunday) in which a rep was employed from first to last day, up to the last
        whole week known. A week in which an employed rep logged nothing at all is not usable: nothing
        logged is not nothing done. ``days`` are the full-time days worked: working days of the country less
        leave, times the share of full-time work. Wins count in the week of their close date. Data without
        activities, close dates or wins gives an empty table and a ``reason``.

    Raises
    ------
    UnknownName
        `family` names an activity that this data does not hold.

    Notes
    -----
    Lag weights come from the weeks between creation and win of opportunities created early enough for long
    cycles to be seen; activity is never held against wins to find them.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.exposure(sa.sample()).activities[:2]  # doctest: +SKIP
    ('calls', 'connects')
    """
    check_crm(crm, "exposure()")
    reason = _missing(crm)
    if reason:
        return _empty(crm, reason)
    kinds = _kinds(crm)
    if kinds.empty:
        return _empty(crm, "no_activities")
    span = _weeks(crm, kinds["first_on"].min())
    if span is None:
        return _empty(crm, "short_history")
    measures = _measures(crm, list(kinds["kind"]))
    counts = panel(crm, [*measures.values(), "wins"], span, by="rep_id", grain="week")
    frame = _frame(counts.wide(), span, [*measures, "wins"])
    frame, tenured = employed(crm.frame("reps"), frame)
    frame = worked_days(crm, in_earnest(frame), span)
    names = [m for m in measures if m != LOGGED and frame[m].sum() > 0]
    if family is not None:
        for name in family:
            if name not in names:
                raise unknown("activity", name, names, where="'family'")
        names = [name for name in names if name in family]
    if not names or not frame["wins"].sum():
        return _empty(crm, "no_wins" if names else "no_activities")
    frame["is_usable"] = frame[LOGGED] > 0
    kernel, notes = _kernel(crm, span)
    reps = crm.reps()
    columns = ["rep_id", "week", *names, "wins", "is_usable", "days", *(["tenure"] if tenured else [])]
    return ExposureResult(
        table=frame[columns].sort_values(["rep_id", "week"], kind="stable").reset_index(drop=True),
        method="linkage.exposure",
        n=len(frame),
        client=crm.client,
        period=Period(frame["week"].min().date(), span.end),
        as_of=crm.as_of,
        notes=(*(note for note in counts.notes if note.code == "no_owner"), *notes),
        activities=tuple(names),
        kernel=kernel,
        names=dict(zip(reps["rep_id"], reps["name"])),
    )


def weeks_of(
    source: Crm | ExposureResult | pd.DataFrame, caller: str, outcome: str = "wins"
) -> ExposureResult:
    """Return the rep-weeks of anything that `link` takes.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        A company's data, its rep x week exposure, or a plain frame (see `from_frame`).
    caller : str
        Function that was asked, for the error.
    outcome : str
        Column of a plain frame that counts the wins.

    Raises
    ------
    InvalidInput
        It is none of these, or a frame that is no rep x week frame.

    Examples
    --------
    >>> weeks_of(pd.DataFrame({"rep": ["a"], "week": [1], "calls": [3], "wins": [0]}), "link").activities
    ('calls',)
    """
    if isinstance(source, Crm):
        return exposure(source)
    if isinstance(source, ExposureResult):
        return source
    if isinstance(source, pd.DataFrame):
        return from_frame(source, outcome=outcome)
    raise InvalidInput(
        f"{caller}() takes a Crm, an ExposureResult or a DataFrame, not {type(source).__name__}."
    )


def _missing(crm: Crm) -> str:
    """Why there can be no exposure, as a reason code."""
    if not (
        crm.has("activities.rep_id") and crm.has("activities.occurred_on") and crm.has("activities.kind")
    ):
        return "no_activities"
    return "" if crm.has("opportunities.closed_on") else "no_close_dates"


def _kinds(crm: Crm) -> pd.DataFrame:
    rows = crm.table("activities")
    rows = rows.filter(rows.rep_id.notnull(), rows.occurred_on <= ibis.literal(crm.as_of, type="date"))
    found = rows.group_by("kind").agg(first_on=rows.occurred_on.min(), n=rows.count()).to_pandas()
    return found.sort_values(["n", "kind"], ascending=[False, True])


def _weeks(crm: Crm, first: pd.Timestamp) -> Period | None:
    """Whole weeks from the first activity to the last one that is known in full."""
    end = crm.as_of + timedelta(days=1)
    end -= timedelta(days=end.weekday())
    start = max(_day(first), end - timedelta(weeks=HISTORY_WEEKS))
    start += timedelta(days=-start.weekday() % 7)
    return Period(start, end) if start < end else None


def _day(value: object) -> date:
    return pd.Timestamp(value).date()


def _measures(crm: Crm, kinds: list[str]) -> dict[str, Kpi]:
    """Everything that can be counted: known measures, other kinds under their own name, all together."""
    found = {name: KPIS[name] for name in MEASURES if all(crm.has(need) for need in KPIS[name].needs)}
    for kind in kinds:
        if kind not in COVERED:
            name = f"{kind}_activities" if kind in (*MEASURES, *KEYS) else kind
            found[name] = _count(name, kind)
    found[LOGGED] = _count(LOGGED, None)
    return found


def _count(name: str, kind: str | None) -> Kpi:
    def reduce(rows: ibis.Table) -> ibis.Value:
        return rows.count() if kind is None else rows.count(where=rows.kind == kind)

    return Kpi(name, (Measure(name, "activities", "occurred_on", reduce),), role="activity")


def _frame(wide: pd.DataFrame, span: Period, columns: list[str]) -> pd.DataFrame:
    """One row per rep and week, with the Monday as a timestamp; rows without an owner are left out."""
    frame = wide.reset_index()
    mondays = {week.label: pd.Timestamp(week.start) for week in span.split("week")}
    frame["week"] = frame["period"].map(mondays)
    return frame.loc[frame["rep_id"].notna(), ["rep_id", "week", *columns]]


def _kernel(crm: Crm, span: Period) -> tuple[Kernel, tuple[Note, ...]]:
    """Lag weights from creation to win; the longest lag grows with the company's own cycles."""
    weeks = (
        _durations(crm) if crm.has("opportunities.created_on") else pd.DataFrame(columns=["created", "weeks"])
    )
    longest = LONGEST_LAG
    for _ in range(2):  # once to see how long cycles are, once with the lag that suits them
        early = weeks["created"] <= pd.Timestamp(span.end) - pd.Timedelta(weeks=longest)
        kernel = kernel_from_durations(weeks.loc[early, "weeks"].astype(float), length=longest)
        if not kernel.n:
            break
        reach = int(np.ceil(kernel.median * np.exp(kernel.sigma)))
        longest = int(np.clip(reach, LONGEST_LAG, min(LAG_LIMIT, max(LONGEST_LAG, span.days // 21))))
    return kernel, () if kernel.n else (Note("linkage_default_kernel"),)


def _durations(crm: Crm) -> pd.DataFrame:
    rows = crm.table("opportunities")
    rows = rows.filter(
        rows.outcome == "won",
        rows.created_on.notnull(),
        rows.closed_on >= rows.created_on,
        rows.closed_on <= ibis.literal(crm.as_of, type="date"),
    )
    days = rows.closed_on.delta(rows.created_on, unit="day")
    found = rows.select(created=rows.created_on, weeks=days / 7).to_pandas()
    return found.assign(created=pd.to_datetime(found["created"]))


def _empty(crm: Crm, reason: str) -> ExposureResult:
    columns = ["rep_id", "week", "wins", "is_usable"]
    return ExposureResult(
        table=pd.DataFrame(columns=columns),
        method="linkage.exposure",
        n=0,
        client=crm.client,
        as_of=crm.as_of,
        reason=reason,
    )


def cases(crm: Crm) -> pd.DataFrame:
    """Return the opportunities to follow: their key, owner, days of creation and close, and outcome."""
    rows = crm.table("opportunities")
    rows = rows.filter(rows.created_on.notnull(), rows.rep_id.notnull())
    # What was done for an opportunity is not known when it began before activities named theirs.
    logged = crm.table("activities").filter(lambda t: t.opportunity_id.notnull())
    rows = rows.filter(rows.created_on >= logged.occurred_on.min().as_scalar())
    return rows.select("opportunity_id", "rep_id", "created_on", "closed_on", "outcome").to_pandas()


def attached(crm: Crm) -> pd.DataFrame:
    """Return what was done for each opportunity by its age in weeks when it was known, one column a measure.

    An activity is known once it is written down: one that is filled in after the close came to be known
    because of it. Where most are written down late, as after an import, the day they happened has to do.
    """
    kinds = _kinds(crm)
    measures = {name: kpi.measures[0] for name, kpi in _measures(crm, list(kinds["kind"])).items()}
    born = crm.table("opportunities").select("opportunity_id", "created_on")
    rows = crm.table("activities").filter(lambda t: t.opportunity_id.notnull())
    rows = rows.filter(rows.occurred_on <= ibis.literal(crm.as_of, type="date"))
    rows = rows.join(born, "opportunity_id")
    rows = rows.filter(rows.created_on.notnull())
    known_on = rows.occurred_on
    if crm.has("activities.logged_on"):
        delay = rows.logged_on.delta(rows.occurred_on, unit="day")
        if rows.aggregate(late=(delay > LATE_DAYS).mean()).to_pandas()["late"].fillna(0.0).iloc[0] < 0.5:
            known_on = ibis.greatest(rows.occurred_on, ibis.coalesce(rows.logged_on, rows.occurred_on))
    age = known_on.delta(rows.created_on, unit="day").cast("int64")
    rows = rows.mutate(age=ibis.greatest(age, 0) // 7)
    counts = {name: measure.reduce(rows) for name, measure in measures.items()}
    return rows.group_by("opportunity_id", "age").agg(**counts).to_pandas()
