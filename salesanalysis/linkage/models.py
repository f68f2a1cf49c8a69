"""Which activities are fitted together, and the fits.

An activity is adjusted for everything that runs parallel to it (other effort, signs of workload) and for
nothing that follows from it: a later stage of the funnel, or an activity that reacts to results, would take
away the very link that is measured. So there is one model with the head of the funnel and all parallel
activities, one more for each later stage, which takes the head's place, and one that adds the reactive
activities, to show them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput, NotEnoughData, unknown
from ..stats import Effects, Fit, exposure_columns, ppml
from .result import ExposureResult

#: Stages in order when the client declares none; each follows from the one before.
DEFAULT_FUNNEL = ("calls", "connects", "conversations", "proposals")
#: A rep with fewer usable weeks says nothing about that rep's own ups and downs.
SHORTEST_HISTORY = 20
#: From this many reps on, each week has its own effect; with fewer, each four weeks.
REPS_FOR_WEEK_EFFECTS = 8
#: Weeks ahead in the lead test, and weeks after which a rep counts as ramped.
LEAD_WEEKS, RAMP_WEEKS = 4, 26
TENURE, LOG_DAYS = "log_tenure", "log_days"


@dataclass(frozen=True)
class Roles:
    """What each activity is: tested (`family`), a funnel stage, reactive, or parallel.

    Attributes
    ----------
    activities, family, funnel, reactive : tuple of str
        All activities in the data; those tested together; stages in order; those that follow results.
    head : str
        Head of the funnel; empty when the data does not hold it: a later stage must not stand in for it,
        since parallel activities lead to that stage too.
    """

    activities: tuple[str, ...]
    family: tuple[str, ...]
    funnel: tuple[str, ...]
    reactive: tuple[str, ...]
    head: str = ""

    @property
    def later(self) -> tuple[str, ...]:
        """Stages of the funnel that follow from the head."""
        return tuple(stage for stage in self.funnel if stage != self.head)

    @property
    def shown(self) -> tuple[str, ...]:
        """Activities that get a row: the family, and the reactive ones, which are shown unjudged."""
        return tuple(a for a in self.activities if a in self.family or a in self.reactive)

    @property
    def tested(self) -> tuple[str, ...]:
        """Activities whose p-values are adjusted together."""
        return tuple(a for a in self.shown if a not in self.reactive)

    def models(self) -> dict[str, tuple[str, ...]]:
        """Return the activities of each model by the name of the model: main, each later stage, reactive."""
        parallel = tuple(a for a in self.activities if a not in self.funnel and a not in self.reactive)
        main = (*filter(None, (self.head,)), *parallel)
        models = {"main": main} if main else {}
        models |= {stage: (stage, *parallel) for stage in self.later}
        if self.reactive:
            models["reactive"] = (*main, *self.reactive)
        return models

    def model_of(self, activity: str) -> str:
        """Return the name of the model that judges `activity`."""
        if activity in self.reactive:
            return "reactive"
        return activity if activity in self.later else "main"


def roles_of(
    weeks: ExposureResult,
    *,
    family: tuple[str, ...] | list[str] | None,
    reactive: tuple[str, ...] | list[str] | None,
    funnel: tuple[str, ...] | list[str] | None,
) -> Roles:
    """Settle the role of each activity; what is not given comes from the client's settings.

    Raises
    ------
    InvalidInput
        A declared name is no activity of this data, or is declared both a stage and reactive.
    """
    known, client = weeks.activities, weeks.client
    named = {"family": family, "reactive": reactive, "funnel": funnel}
    for what, names in named.items():
        if isinstance(names, str):
            raise InvalidInput(f"'{what}' must be a list of activities, such as [\"{names}\"].")
        for name in names or ():
            if name not in known:
                raise unknown("activity", name, known, where=f"'{what}'")
    # Settings speak of all activities the company has; an export may hold fewer.
    follows = tuple(a for a in (client.reactive if reactive is None else reactive) if a in known)
    declared = tuple(client.funnel or DEFAULT_FUNNEL) if funnel is None else tuple(funnel)
    stages = tuple(a for a in declared if a in known)
    head = declared[0] if declared and declared[0] in known else ""
    both = sorted(set(follows) & set(stages))
    if both:
        raise InvalidInput(
            f"{', '.join(both)} cannot be a funnel stage and reactive; declare one of the two."
        )
    asked = tuple(a for a in (client.family if family is None else family) if a in known)
    return Roles(known, asked or known, stages, follows, head)


@dataclass(frozen=True, eq=False)
class Prepared:
    """Rows ready for fitting: log exposures under the activities' names, leads as ``lead_<name>``.

    Attributes
    ----------
    frame : DataFrame
        The rows.
    outcome, time : str
        Column of the outcome, and of the periods whose common movements are removed.
    has_tenure, has_days : bool
        Whether the tenure of new reps is a term, and whether days worked are the measure of exposure.
    excluded : mapping of str to int
        What was left out.
    origin : array of int
        Row of the exposure's table that each row comes from.
    """

    frame: pd.DataFrame
    outcome: str
    time: str
    has_tenure: bool
    has_days: bool
    excluded: dict[str, int]
    origin: np.ndarray

    def effects(self, *, absorb: bool = True) -> Effects:
        """Return the effects and the offset of every model on these rows."""
        return Effects("rep_id", self.time, offset=LOG_DAYS if self.has_days else None, absorb=absorb)

    def terms(self, activities: tuple[str, ...]) -> list[str]:
        """Return the terms of a model of these activities."""
        return [*activities, *([TENURE] if self.has_tenure else [])]


def prepare(weeks: ExposureResult) -> Prepared:
    """Turn counts into log kernel exposures and leave out what cannot be used, counted."""
    data, names = weeks.table.reset_index(drop=True), list(weeks.activities)
    usable = data["is_usable"].to_numpy(dtype=bool)
    data[names] = data[names].astype(float)
    data.loc[~usable, names] = np.nan
    keys = {"unit": "rep_id", "time": "week"}
    past = exposure_columns(data, names, kernel=weeks.kernel, **keys)
    ahead = exposure_columns(data, names, lead=LEAD_WEEKS, **keys).add_prefix("lead_")
    data = pd.concat([data.drop(columns=names), past, ahead], axis=1)
    has_days = "days" in data.columns
    # Nobody wins on leave; a week without a day of work is no week in which wins failed to come.
    worked = (data["days"] > 0).to_numpy() if has_days else np.ones(len(data), dtype=bool)
    known = usable & worked & past.notna().all(axis=1).to_numpy()
    excluded = {
        "silent_weeks": int((~usable & worked).sum()),
        "off_weeks": int((~worked).sum()),
        "no_history_weeks": int((usable & worked & ~known).sum()),
    }
    data = data[known]
    if has_days:
        data = data.assign(**{LOG_DAYS: np.log(data["days"].to_numpy(dtype=float))})
    enough = data.groupby("rep_id")["week"].transform("size") >= SHORTEST_HISTORY
    excluded["short_reps"] = int(data.loc[~enough, "rep_id"].nunique())
    data = data[enough]
    origin, data = data.index.to_numpy(), data.reset_index(drop=True)
    has_tenure = "tenure" in data.columns and bool((data["tenure"] < RAMP_WEEKS).any())
    if has_tenure:
        # A rep whose hiring day is not known is taken for ramped.
        data[TENURE] = np.log1p(data["tenure"].fillna(RAMP_WEEKS).clip(lower=0, upper=RAMP_WEEKS))
    data, time = with_periods(data)
    return Prepared(data, weeks.outcome, time, has_tenure, has_days, excluded, origin)


def with_periods(data: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return rep-weeks with the column of the periods whose common movements are removed, and its name.

    Examples
    --------
    >>> rows = pd.DataFrame({"rep_id": ["a"] * 6, "week": [5, 6, 7, 8, 9, 10]})
    >>> found, time = with_periods(rows)
    >>> time, found[time].tolist()
    ('four_weeks', [0, 0, 0, 0, 1, 1])
    """
    if data["rep_id"].nunique() >= REPS_FOR_WEEK_EFFECTS:
        return data, "week"
    order = data["week"].rank(method="dense").astype(int) - 1
    return data.assign(four_weeks=order // 4), "four_weeks"


def fit(data: Prepared, activities: tuple[str, ...], *, lead: bool = False) -> Fit | None:
    """Fit wins on these activities together; None when the rows cannot carry any fit.

    Parameters
    ----------
    data : Prepared
        Rows.
    activities : tuple of str
        Activities of one model.
    lead : bool
        Add their exposure of the weeks ahead, for the lead test.
    """
    ahead = tuple(f"lead_{a}" for a in activities if lead)
    return fit_terms(data, data.frame, data.terms((*activities, *ahead)))


def fit_terms(data: Prepared, frame: pd.DataFrame, terms: list[str], *, absorb: bool = True) -> Fit | None:
    """Fit the outcome on any columns of `frame`, which holds rows of `data`; None when no fit is possible.

    Parameters
    ----------
    data : Prepared
        What the rows were made from.
    frame : DataFrame
        The rows, with further columns.
    terms : list of str
        Columns.
    absorb : bool
        False compares reps with each other.
    """
    rows = frame.dropna(subset=terms)
    if rows.loc[rows[data.outcome] > 0, "rep_id"].nunique() < 2:
        return None
    try:
        return ppml(frame, data.outcome, terms=terms, effects=data.effects(absorb=absorb))
    except NotEnoughData:  # weeks without any win drop out, and reps with them
        return None
