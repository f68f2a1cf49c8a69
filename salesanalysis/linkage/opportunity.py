"""Are opportunities that got more of an activity so far won more often? For data without long histories.

Each opportunity is followed week by week; what was done before the week stands against a win in that week.
Totals of closed opportunities cannot be compared instead: those that live longer collect more of
everything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, NotEnoughData
from ..stats import Fit, benjamini_hochberg, hazard_logit, holm, person_periods
from .association import COLUMNS, empty_result, left_out, row_of
from .employment import LOGGED
from .exposure import attached, cases
from .models import Roles, roles_of
from .result import ExposureResult, LinkageResult
from .verdict import Rules, by_strength, judge

#: Opportunities are followed at most this many weeks.
LONGEST_AGE = 52
_NEEDS = {
    "activities.rep_id": "no_activities",
    "activities.kind": "no_activities",
    "activities.occurred_on": "no_activities",
    "activities.opportunity_id": "no_opportunity_ids",
    "opportunities.created_on": "no_created_dates",
    "opportunities.closed_on": "no_close_dates",
}


def opportunity_link(
    crm: Crm,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = (),
    funnel: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinkageResult:
    """Judge for each activity whether opportunities that got more of it so far were won more often next.

    Parameters
    ----------
    crm : Crm
        The data; activities must name their opportunity.
    family, reactive, funnel : sequence of str, optional
        As for `link`. Here an activity is known before the week it is held against, so none is reactive
        unless declared.
    level : float
        Confidence level.

    Returns
    -------
    LinkageResult
        ``basis`` is ``opportunity_week``; estimates are elasticities of the odds of a win in a week, close
        to those of wins while a win in any one week is rare. ``n`` counts opportunity-weeks, ``weeks`` the
        ages compared.

    Raises
    ------
    InvalidInput
        Unknown activities or a bad level.

    Notes
    -----
    Discrete-time hazard: logit of a win per week of age with age and rep effects, cluster jackknife by rep.
    No lead test is possible: a hot opportunity draws activity and wins alike, so this is a weaker finding
    than `link`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.opportunity_link(sa.sample()).basis  # doctest: +SKIP
    'opportunity_week'
    """
    check_crm(crm, "opportunity_link()")
    if not 0 < level < 1:
        raise InvalidInput(f"'level' is {level}; a confidence level lies between 0 and 1, such as 0.95.")
    missing = [reason for reference, reason in _NEEDS.items() if not crm.has(reference)]
    if missing:
        return _nothing(crm, missing[0], level)
    weeks, names = _opportunity_weeks(crm)
    if not names or weeks["is_won"].sum() == 0:
        return _nothing(crm, "no_wins" if names else "no_activities", level)
    shell = _shell(crm, weeks, names)
    # The client's family speaks of rep-weeks; here every activity that names its opportunity can be judged.
    roles = roles_of(shell, family=names if family is None else family, reactive=reactive, funnel=funnel)
    fits = {name: _fit(weeks, activities, "is_won") for name, activities in roles.models().items()}
    losses = {name: _fit(weeks, activities, "is_lost") for name, activities in roles.models().items()}
    rows = []
    for a in roles.shown:
        name = roles.model_of(a)
        rows.append(row_of(a, (fits[name], losses[name]), weeks, level=level, lead=""))
    return _result(shell, roles, (_judged(pd.DataFrame(rows), roles, level), fits), level=level)


def _opportunity_weeks(crm: Crm) -> tuple[pd.DataFrame, list[str]]:
    """One row per opportunity and week of age from 1, with the log weekly mean of what was done before."""
    found = cases(crm)
    end = pd.Timestamp(crm.as_of) + pd.Timedelta(days=1)
    created, closed = pd.to_datetime(found["created_on"]), pd.to_datetime(found["closed_on"])
    is_closed = closed.notna() & (closed < end) & (found["outcome"] != "open")
    age = (closed.where(is_closed, end) - created).dt.days // 7
    # A closed opportunity counts the week it closed in, an open one only weeks that are over.
    found = found.assign(
        length=age + is_closed, is_closed=is_closed, won=is_closed & (found["outcome"] == "won")
    )
    found = found[(age >= 0) & (found["length"] > 0)].astype({"length": "int64"})
    rows = person_periods(
        found[["opportunity_id", "rep_id", "length", "is_closed", "won"]],
        case="opportunity_id",
        length="length",
        event="is_closed",
        maximum=LONGEST_AGE,
    )
    done = attached(crm)
    names = [c for c in done.columns if c not in ("opportunity_id", "age", LOGGED) and done[c].sum() > 0]
    rows = rows.merge(done[["opportunity_id", "age", *names]], "left", on=["opportunity_id", "age"])
    so_far = rows[names].fillna(0.0).groupby(rows["opportunity_id"], sort=False).cumsum() - rows[
        names
    ].fillna(0.0)
    ends = rows["is_event"].astype(bool)
    rows = rows.assign(
        week=rows["age"], is_won=(ends & rows["won"]) * 1.0, is_lost=(ends & ~rows["won"]) * 1.0
    )
    rows = rows[["opportunity_id", "rep_id", "age", "week", "is_won", "is_lost"]]
    rows[names] = np.log(0.5 + so_far.div(rows["age"].clip(lower=1), axis=0))
    return rows[rows["age"] > 0].reset_index(drop=True), names


def _fit(weeks: pd.DataFrame, activities: tuple[str, ...], event: str) -> Fit | None:
    per_rep = weeks.groupby("rep_id")[event].agg(["sum", "size"])
    if ((per_rep["sum"] > 0) & (per_rep["sum"] < per_rep["size"])).sum() < 2:
        return None
    try:
        return hazard_logit(weeks, event, terms=list(activities), unit="rep_id", age="age")
    except NotEnoughData:  # ages at which nothing closed drop out, and reps with them
        return None


def _shell(crm: Crm, weeks: pd.DataFrame, names: list[str]) -> ExposureResult:
    reps = crm.reps()
    return ExposureResult(
        table=weeks,
        method="linkage.opportunity_link",
        n=len(weeks),
        client=crm.client,
        as_of=crm.as_of,
        activities=tuple(names),
        names=dict(zip(reps["rep_id"], reps["name"])),
    )


def _judged(table: pd.DataFrame, roles: Roles, level: float) -> pd.DataFrame:
    p = table["p_value"].where(table["problem"] == "")
    table["p_adjusted"], table["p_holm"] = benjamini_hochberg(p), holm(p)
    table["lead_p_adjusted"] = benjamini_hochberg(table["lead_p"])
    table["is_reactive"] = table["term"].isin(roles.reactive)
    rules = Rules(alpha=1 - level, against="losses", minimum_weeks=1)
    verdicts = [judge(row, rules) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = zip(*verdicts, strict=True)
    return by_strength(table[list(COLUMNS)])


def _result(
    shell: ExposureResult, roles: Roles, found: tuple[pd.DataFrame, dict[str, Fit | None]], *, level: float
) -> LinkageResult:
    table, fits = found
    biggest = table.loc[table["n"].idxmax()]
    return LinkageResult(
        table=table,
        method="linkage.opportunity_link",
        n=int(biggest["n"]),
        client=shell.client,
        as_of=shell.as_of,
        leave_one_out=left_out(fits, roles, shell, order=list(table["term"])),
        level=level,
        family=roles.shown,
        reactive=roles.reactive,
        funnel=roles.funnel,
        basis="opportunity_week",
        time_effect="age",
        reps=int(biggest["reps"]),
        weeks=int(biggest["weeks"]),
        wins=int(biggest["wins"]),
    )


def _nothing(crm: Crm, reason: str, level: float) -> LinkageResult:
    shell = ExposureResult(
        table=pd.DataFrame(),
        method="linkage.opportunity_link",
        n=0,
        client=crm.client,
        as_of=crm.as_of,
        reason=reason,
    )
    return empty_result(shell, level, basis="opportunity_week")
