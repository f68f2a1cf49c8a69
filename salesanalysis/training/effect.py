"""`training_effect`: what changed in coached reps beyond what reps not coached did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.result import Note
from ..core.shelf import kept_by_arguments
from ..kpi import KPIS, Kpi
from ..stats import Windows
from .compare import Coached, Compared, compared
from .plan import RolloutPlan
from .result import COLUMNS, PEOPLE, TrainingEffectResult
from .sessions import ANY, as_given, day_of, first_of_any, first_on, sessions, worked_on
from .trial import trial
from .verdict import judge
from .weekly import weekly

LEVEL = 0.95
#: Weeks from the first of the baseline to the first session, twice the weeks read.
BASELINE = 26
#: Behaviours looked at when no session names one, and results shown after the behaviours.
BEHAVIOURS = ("calls", "meetings", "conversation_rate", "proposals")
RESULTS = ("wins", "bookings")
_ORDER = {"activity": 0, "objective": 1, "result": 2}
#: Longest selection window that leaves a baseline.
LONGEST_SELECTION = 20
#: Whose coaching a KPI is held against: that of those coached on it, or of all coached.
ON_IT, ALL = "coached_on_it", "all_coached"


@kept_by_arguments
def training_effect(
    crm: Crm,
    *,
    kpi: str | Iterable[str] | None = None,
    coach: str | None = None,
    since: date | str | None = None,
    selection_weeks: int = 8,
    starts: Mapping[str, date] | None = None,
    plan: RolloutPlan | None = None,
) -> TrainingEffectResult:
    """Tell what changed in coached reps beyond what would have come without coaching.

    Parameters
    ----------
    crm : Crm
        The data, with a ``coaching`` table unless `starts` is given.
    kpi : str or sequence of str, optional
        KPIs to look at; by default those that sessions worked on, then wins and bookings. A behaviour is
        added where none is asked for: revenue is never the only measure.
    coach : str, optional
        Only those first coached by this coach.
    since : date or str, optional
        Only first sessions from this day on.
    selection_weeks : int
        Weeks before the first session because of which reps were chosen; they count nowhere.
    starts : mapping of rep to date, optional
        Day on which each rep's training started, instead of the coaching table.
    plan : RolloutPlan, optional
        Judge a roll-out by lot instead: who was coached when is what the lot drew.

    Returns
    -------
    TrainingEffectResult

    Raises
    ------
    InvalidInput
        Unknown KPI, coach or rep, a day that is none, `plan` together with the others.

    Notes
    -----
    For each week in which coaching started, the coached reps' weeks 0 to 12 are held against their weeks -26
    up to the selection window, and the same ratio of reps never coached, or only thirteen weeks later, is
    divided out. Errors by leaving out one rep at a time. A chosen rep's bad spell still fades after the
    session: on simulated teams the estimate lies 3 to 6 % too low, so a change for the worse must lie beyond
    6 %. See `stats.stacked`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.training_effect(sa.sample()).table[["kpi", "estimate", "verdict"]]  # doctest: +SKIP
    """
    check_crm(crm, "training_effect()")
    if plan is not None:
        if kpi is not None or coach is not None or since is not None or starts is not None:
            raise InvalidInput("A plan says itself who, what and when: give 'plan' alone.")
        return trial(crm, plan)
    if not isinstance(selection_weeks, int) or not 0 <= selection_weeks <= LONGEST_SELECTION:
        raise InvalidInput(
            f"'selection_weeks' is {selection_weeks!r}; give a whole number from 0 to {LONGEST_SELECTION}."
        )
    asked = None if kpi is None else KPIS.pick(kpi)
    day = None if since is None else day_of(since, "since")
    held = sessions(crm) if starts is None else as_given(crm, starts)
    if held.empty:
        return _nothing(crm, selection_weeks)
    first = first_on(held, coach=coach, since=day)
    rows = _rows(held, asked)
    weeks = weekly(crm, [one for one, _ in rows])
    every = first_on(first_of_any(held), coach=coach, since=day)
    # Whoever was ever coached before, by anybody and on anything, is no control.
    clean = {rep: weeks.place(day) for rep, day in zip(every["rep_id"], every["held_on"], strict=True)}
    found = [
        compared(
            weeks,
            Coached(one, contrast, first[first["kpi"] == one.name] if contrast == ON_IT else every, clean),
            Windows(gap=selection_weeks),
            level=LEVEL,
        )
        for one, contrast in rows
    ]
    table = judge(pd.DataFrame([part.row for part in found], columns=list(COLUMNS)), LEVEL)
    people = _people(found, first, weeks.names)
    early = people[people["reason"] == "too_early"]["read_on"]
    return TrainingEffectResult(
        table=table,
        method="training.training_effect",
        n=int(people.loc[people["reason"] == "", "rep_id"].nunique()),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        notes=_notes(held, people, selection_weeks),
        people=people,
        course=pd.concat([part.course for part in found], ignore_index=True),
        selection_weeks=selection_weeks,
        level=LEVEL,
        lag=weeks.lag,
        reason=_overall(table),
        read_on=early.min() if len(early) else None,
    )


def _nothing(crm: Crm, selection_weeks: int) -> TrainingEffectResult:
    return TrainingEffectResult(
        table=pd.DataFrame(columns=list(COLUMNS)),
        method="training.training_effect",
        n=0,
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        selection_weeks=selection_weeks,
        reason="no_sessions",
    )


def _rows(held: pd.DataFrame, asked: tuple[Kpi, ...] | None) -> list[tuple[Kpi, str]]:
    """Return the KPIs to look at, behaviours first, and whose coaching each is held against."""
    named = worked_on(held)
    kpis = [KPIS[name] for name in named] if asked is None else list(asked)
    if all(kpi.role == "result" for kpi in kpis):
        kpis += [KPIS[name] for name in BEHAVIOURS if KPIS[name] not in kpis]
    if asked is None:
        kpis += [KPIS[name] for name in RESULTS if KPIS[name] not in kpis]
    kpis.sort(key=lambda kpi: _ORDER[kpi.role])
    return [(kpi, ON_IT if kpi.name in named else ALL) for kpi in kpis]


def _people(found: list[Compared], first: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return one row per coached rep and KPI worked on; what no KPI names is listed as well."""
    on_it = [part.people for part in found if part.row["contrast"] == ON_IT]
    listed = pd.concat(on_it or [part.people for part in found[:1]], ignore_index=True)
    rest = first[~first["kpi"].isin(set(listed["kpi"])) & (first["kpi"] != ANY)]
    unknown = rest.assign(
        read_on=None, reason=np.where(rest["kpi"].isin(list(KPIS)), "not_asked", "unknown_kpi")
    )
    listed = pd.concat([part for part in (listed, unknown) if len(part)], ignore_index=True)
    listed["name"] = listed["rep_id"].map(names).fillna(listed["rep_id"])
    return listed.sort_values(["held_on", "name", "kpi"], kind="stable")[list(PEOPLE)].reset_index(drop=True)


def _notes(held: pd.DataFrame, people: pd.DataFrame, selection_weeks: int) -> tuple[Note, ...]:
    """Say what is kept out, and who was coached on something else in the weeks compared."""
    also = 0
    for one in people[people["reason"] == ""].drop_duplicates("rep_id").itertuples():
        other = held[(held["rep_id"] == one.rep_id) & (held["kpi"] != one.kpi)]["held_on"]
        away = pd.to_datetime(other) - pd.Timestamp(one.held_on)
        also += bool(away.between(pd.Timedelta(weeks=-BASELINE), pd.Timedelta(weeks=BASELINE / 2)).any())
    notes = [Note("training_selection", selection_weeks)] if selection_weeks else []
    return (*notes, *([Note("training_also", also)] if also else []))


def _overall(table: pd.DataFrame) -> str:
    """Return the one reason why no KPI has a verdict; empty where one has."""
    if (table["verdict"] != "not_enough_data").any():
        return ""
    on_it = table[table["contrast"] == ON_IT]
    return str((on_it if len(on_it) else table)["reason"].iloc[0])
