"""Are opportunities that got more of an activity so far won more often? One row per opportunity and week.

Each opportunity is followed week by week; what was done before the week stands against a win in that week.
Totals of closed opportunities cannot be compared instead: those that live longer collect more of
everything. Reps give more to opportunities that look promising, and no count tells that from what the
activity does: an estimate must therefore lie beyond `ALLOWANCE` before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm, check_crm
from ..core.errors import NotEnoughData
from ..stats import Effects, Fit, benjamini_hochberg, beyond, check_level, holm, logit
from .association import COLUMNS, empty_result, left_out, result_of, row_of
from .casework import Casework, casework
from .landmark import landmark_fit
from .models import Roles, roles_of
from .result import WITNESS_COLUMNS, ExposureResult, LinkageResult
from .verdict import USEFUL, Rules, by_strength, judge

#: Elasticity that attention to promising opportunities can feign (measured in docs/statistics.md). A link
#: below it would be of no use anyway.
ALLOWANCE = USEFUL


def opportunity_link(
    source: Crm | pd.DataFrame,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = (),
    funnel: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinkageResult:
    """Judge for each activity whether opportunities that got more of it so far were won more often next.

    Parameters
    ----------
    source : Crm or DataFrame
        The data; activities must name their opportunity. Or one row per opportunity and week: ``opportunity,
        rep``, ``week`` or ``age``, counts per activity, ``is_won`` and ``is_lost`` or ``outcome``.
    family, reactive, funnel : sequence of str, optional
        As for `link`. Here an activity is known before the week it is held against, so none is reactive
        unless declared.
    level : float
        Confidence level.

    Returns
    -------
    LinkageResult
        ``basis`` is ``opportunity_week``; estimates are elasticities of the odds of a win in a week, close
        to those of wins while a win in any one week is rare; the lead columns hold the same for losses.
        ``n`` counts opportunity-weeks, ``weeks`` the ages compared. ``witnesses`` adds the landmark model and
        the contrast of won with lost.

    Raises
    ------
    InvalidInput
        Unknown activities or a bad level, a frame that is no opportunity x week frame.

    Notes
    -----
    Discrete-time hazard: logit of a win per week of age on the log of what was done before, with age effects
    and an effect for each rep and quarter, so that a rep's opportunities are compared with each other;
    cluster jackknife by rep. A link needs an estimate beyond `ALLOWANCE`, and more wins among those that
    close.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.opportunity_link(sa.sample()).basis  # doctest: +SKIP
    'opportunity_week'
    """
    if not isinstance(source, pd.DataFrame):
        check_crm(source, "opportunity_link()")
    check_level(level)
    return link_cases(casework(source), family=family, reactive=reactive, funnel=funnel, level=level)


def link_cases(
    work: Casework,
    *,
    family: Sequence[str] | None,
    reactive: Sequence[str] | None,
    funnel: Sequence[str] | None,
    level: float,
) -> LinkageResult:
    """Do what `opportunity_link` does, on rows that were read already.

    Examples
    --------
    >>> empty = Casework(pd.DataFrame(), (), reason="no_activities")
    >>> link_cases(empty, family=None, reactive=None, funnel=None, level=0.95).reason
    'no_activities'
    """
    shell = _shell(work)
    if work.reason:
        return empty_result(shell, level, basis="opportunity_week")
    # The client's family speaks of rep-weeks; here every activity that names its opportunity can be judged.
    names = work.activities
    roles = roles_of(shell, family=names if family is None else family, reactive=reactive, funnel=funnel)
    weeks, models = work.known_before(), _models(roles)
    fits = _by_model(models, lambda terms: _fit(weeks, terms, "is_won"))
    losses = _by_model(models, lambda terms: _fit(weeks, terms, "is_lost"))
    rows = [
        row_of(a, (fits[roles.model_of(a)], losses[roles.model_of(a)]), weeks, level=level, lead="")
        for a in roles.shown
    ]
    beside = _beside(work, weeks, roles, level=level)
    table = _judged(pd.DataFrame(rows), beside, roles, level=level)
    return _result(shell, roles, (table, beside, fits), level=level)


def _models(roles: Roles) -> dict[str, tuple[str, ...]]:
    """Activities of each model; reactive ones take part everywhere, as signs of attention."""
    return {name: tuple(dict.fromkeys((*terms, *roles.reactive))) for name, terms in roles.models().items()}


def _by_model(
    models: dict[str, tuple[str, ...]], fit: Callable[[tuple[str, ...]], Fit | None]
) -> dict[str, Fit | None]:
    """Fit each set of activities once, also where two models share it."""
    fits = {terms: fit(terms) for terms in dict.fromkeys(models.values())}
    return {name: fits[terms] for name, terms in models.items()}


def _fit(weeks: pd.DataFrame, activities: tuple[str, ...], event: str, *, unit: str = "span") -> Fit | None:
    per_rep = weeks.groupby("rep_id")[event].agg(["sum", "size"])
    if ((per_rep["sum"] > 0) & (per_rep["sum"] < per_rep["size"])).sum() < 2:
        return None
    try:
        return logit(weeks, event, terms=list(activities), effects=Effects(unit, "age_class", "rep_id"))
    except NotEnoughData:  # ages at which nothing closed drop out, and reps with them
        return None


def _beside(work: Casework, weeks: pd.DataFrame, roles: Roles, *, level: float) -> pd.DataFrame:
    """The landmark model, and wins among those that close in the week."""
    closing = weeks[weeks["is_won"] + weeks["is_lost"] > 0]
    models, parts = _models(roles), []
    found = {
        "landmark": _by_model(models, lambda terms: landmark_fit(work, terms)),
        "won_not_lost": _by_model(models, lambda terms: _fit(closing, terms, "is_won", unit="rep_id")),
    }
    for witness, fits in found.items():
        for activity in roles.shown:
            fit = fits[roles.model_of(activity)]
            row = {"term": activity, "witness": witness}
            if fit is not None:
                row |= fit.tidy(level=level).set_index("term").loc[activity].to_dict()
                row |= {"reps": fit.n_clusters, "wins": round(fit.events)}
            parts.append(row)
    return pd.DataFrame(parts).reindex(columns=list(WITNESS_COLUMNS))


def against_losses(estimate: pd.Series, beside: pd.DataFrame) -> np.ndarray:
    """P-value by term that among closing opportunities more wins go with it, in the estimate's direction.

    Examples
    --------
    >>> b = pd.DataFrame({"term": ["x"], "witness": "won_not_lost", "estimate": [0.5], "p_value": [0.01]})
    >>> against_losses(pd.Series({"x": -0.4}), b).tolist()
    [1.0]
    """
    contrast = beside[beside["witness"] == "won_not_lost"].set_index("term").reindex(estimate.index)
    same = np.sign(contrast["estimate"].to_numpy(float)) == np.sign(estimate.to_numpy(float))
    return np.where(same, contrast["p_value"].fillna(1.0).to_numpy(float), 1.0)


def _judged(table: pd.DataFrame, beside: pd.DataFrame, roles: Roles, *, level: float) -> pd.DataFrame:
    estimate, error, df = (table[c].to_numpy(float) for c in ("estimate", "std_error", "df"))
    far = beyond(estimate, error, df, allowance=ALLOWANCE)
    judged = pd.Series(np.maximum(far, against_losses(table.set_index("term")["estimate"], beside)))
    is_reactive = table["term"].isin(roles.reactive)
    judged = judged.where((table["problem"] == "") & table["p_value"].notna() & ~is_reactive)
    table["p_adjusted"], table["p_holm"] = benjamini_hochberg(judged), holm(judged)
    table["lead_p_adjusted"] = benjamini_hochberg(table["lead_p"])
    table["is_reactive"] = is_reactive
    table["mde"] += ALLOWANCE
    rules = Rules(alpha=1 - level, against="losses", minimum_weeks=1)
    verdicts = [judge(row, rules) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = zip(*verdicts, strict=True)
    inside = (table["verdict"] == "undecided") & (table["p_value"] <= 1 - level) & (far > 1 - level)
    table["reason"] = table["reason"].mask(inside, "within_allowance")
    return by_strength(table[list(COLUMNS)])


def _shell(work: Casework) -> ExposureResult:
    return ExposureResult(
        table=work.rows,
        method="linkage.opportunity_link",
        n=len(work.rows),
        client=work.client or Client(),
        as_of=work.as_of,
        activities=work.activities,
        names=work.names,
        reason=work.reason,
    )


def _result(
    shell: ExposureResult,
    roles: Roles,
    found: tuple[pd.DataFrame, pd.DataFrame, dict[str, Fit | None]],
    *,
    level: float,
) -> LinkageResult:
    table, beside, fits = found
    return result_of(
        table,
        shell,
        roles,
        method="linkage.opportunity_link",
        level=level,
        leave_one_out=left_out(fits, roles, shell, order=list(table["term"])),
        witnesses=beside,
        family=roles.shown,
        basis="opportunity_week",
        time_effect="age",
    )
