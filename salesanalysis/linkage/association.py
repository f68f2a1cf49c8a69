"""Do weeks with more of an activity go with more wins later? One verdict per activity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.result import Note
from ..stats import Fit, benjamini_hochberg, check_level, detectable_effect, holm
from .correlation import naive
from .depth import Depth
from .exposure import weeks_of
from .models import Roles, fit, prepare, roles_of
from .result import ExposureResult, LinkageResult
from .verdict import Rules, by_strength, judge

_ESTIMATES = ("estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high")
_LEAD = {
    "estimate": "lead_estimate",
    "conf_low": "lead_low",
    "conf_high": "lead_high",
    "p_value": "lead_p",
}
COLUMNS = (
    "term",
    *_ESTIMATES[:5],
    "p_adjusted",
    "p_holm",
    *_ESTIMATES[5:],
    "mde",
    *_LEAD.values(),
    "lead_p_adjusted",
    "loo_low",
    "loo_high",
    "n",
    "reps",
    "weeks",
    "wins",
    "verdict",
    "reason",
)


def link(
    source: Crm | ExposureResult | pd.DataFrame,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = None,
    funnel: Sequence[str] | None = None,
    outcome: str = "wins",
    level: float = 0.95,
) -> LinkageResult:
    """Judge for each activity whether weeks with more of it were followed by more wins.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        A company's data, its rep x week exposure, or a plain frame (see `from_frame`).
    family : sequence of str, optional
        Activities declared beforehand as candidates; they are tested together. All activities stay in the
        model. By default the client's family, else all.
    reactive : sequence of str, optional
        Activities that follow from results (follow-ups, paperwork): shown, never judged linked.
    funnel : sequence of str, optional
        Activities of which each follows from the one before, in order.
    outcome : str
        Column of a plain frame that counts the wins.
    level : float
        Confidence level; the family is tested at ``1 - level``.

    Returns
    -------
    LinkageResult
        Estimates are elasticities; `wins_per_more` turns them into "10 % more goes with x % more wins". With
        nothing to test the table is empty and ``reason`` says why.

    Raises
    ------
    InvalidInput
        Unknown activities, a bad level, a frame that is no rep x week frame.

    Notes
    -----
    Poisson regression of wins on log kernel-lagged exposures with rep and week effects, all parallel
    activities jointly; cluster jackknife by rep with t(G - 1); Benjamini-Hochberg over the family; an
    activity whose future predicts present wins reacts to results. An association: a test is needed to know
    what causes what.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(10), 60), "week": np.tile(np.arange(60), 10)})
    >>> d["calls"], d["wins"] = rng.poisson(20, 600), rng.poisson(1, 600)
    >>> link(d).table[["term", "reps"]].to_numpy().tolist()
    [['calls', 10]]
    """
    check_level(level)
    weeks = weeks_of(source, "link", outcome)
    if weeks.reason:
        return empty_result(weeks, level)
    roles = roles_of(weeks, family=family, reactive=reactive, funnel=funnel)
    data = prepare(weeks)
    lagged = {name: fit(data, activities) for name, activities in roles.models().items()}
    leads = {name: fit(data, activities, lead=True) for name, activities in roles.models().items()}
    rows = [
        row_of(a, (lagged[roles.model_of(a)], leads[roles.model_of(a)]), data.frame, level=level)
        for a in roles.shown
    ]
    table = _judged(pd.DataFrame(rows), roles, level)
    depth = Depth(weeks=weeks, roles=roles, data=data, fits=lagged, level=level, names=weeks.names)
    return _result(depth, table)


def row_of(
    activity: str,
    fits: tuple[Fit | None, Fit | None],
    frame: pd.DataFrame,
    *,
    level: float,
    lead: str = "lead_",
) -> dict[str, object]:
    """Return the estimate of one activity with everything its verdict needs.

    Parameters
    ----------
    activity : str
        Name of the activity.
    fits : pair of Fit or None
        The model that judges it, and the one that tests whether it follows from results.
    frame : DataFrame
        Rows the first fit was given.
    level : float
        Confidence level.
    lead : str
        Prefix of the activity's term in the second fit.
    """
    main, second = fits
    row: dict[str, object] = {"term": activity, **dict.fromkeys(COLUMNS[1:-2], np.nan)}
    row |= {"n": 0, "reps": 0, "weeks": 0, "wins": 0, "problem": ""}
    if main is None:
        known = frame["rep_id"].nunique()
        return row | {"problem": "no_wins" if known >= 2 else "few_reps", "reps": known}
    found = main.tidy(level=level).set_index("term").loc[activity]
    used = frame.iloc[main.fitted.index]
    row |= {name: found[name] for name in _ESTIMATES}
    row |= {
        "problem": main.reason[activity],
        "n": main.n,
        "reps": main.n_clusters,
        "weeks": int(used["week"].nunique()),
        "wins": round(main.events),
        "mde": float(detectable_effect(found["std_error"], found["df"], level=level)),
        "loo_low": main.leave_one_out[activity].min(),
        "loo_high": main.leave_one_out[activity].max(),
    }
    if second is not None:
        ahead = second.tidy(level=level).set_index("term").loc[f"{lead}{activity}"]
        row |= {name: ahead[source] for source, name in _LEAD.items()}
    return row


def _judged(table: pd.DataFrame, roles: Roles, level: float) -> pd.DataFrame:
    tested = table["term"].isin(roles.tested).to_numpy()
    p = table["p_value"].where(tested & (table["problem"] == ""))
    table["p_adjusted"], table["p_holm"] = benjamini_hochberg(p), holm(p)
    table["lead_p_adjusted"] = benjamini_hochberg(table["lead_p"].where(tested))
    table["is_reactive"] = ~tested
    rules = Rules(alpha=1 - level)
    verdicts = [judge(row, rules) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = zip(*verdicts, strict=True)
    return by_strength(table[list(COLUMNS)])


def _result(depth: Depth, table: pd.DataFrame) -> LinkageResult:
    weeks, roles, data, fits = depth.weeks, depth.roles, depth.data, depth.fits
    main = fits.get("main") or next(iter(fits.values()))
    excluded = dict(data.excluded)
    if main is not None:
        excluded |= {"no_win_reps": main.dropped["zero_units"], "no_win_weeks": main.dropped["zero_times"]}
    return result_of(
        table,
        weeks,
        roles,
        method="linkage.link",
        level=depth.level,
        notes=(*weeks.notes, *left_out_notes(excluded)),
        leave_one_out=left_out(fits, roles, weeks, order=list(table["term"])),
        correlations=naive(weeks, list(table["term"]), level=depth.level),
        kernel=weeks.kernel,
        time_effect=data.time,
        excluded=excluded,
        depth=depth,
    )


def result_of(
    table: pd.DataFrame, weeks: ExposureResult, roles: Roles, *, method: str, level: float, **more: object
) -> LinkageResult:
    """Return a judged table as a result; its size is that of the model with the most rows.

    Parameters
    ----------
    table : DataFrame
        One judged row an activity.
    weeks : ExposureResult
        Counts, and whose they are.
    roles : Roles
        What was tested.
    method : str
        Function that found it.
    level : float
        Confidence level.
    more : object
        Further fields of the result.
    """
    biggest = table.loc[table["n"].idxmax()]
    fields = {
        "n": int(biggest["n"]),
        "client": weeks.client,
        "period": weeks.period,
        "as_of": weeks.as_of,
        "family": roles.tested,
        "reactive": roles.reactive,
        "funnel": roles.funnel,
        **{size: int(biggest[size]) for size in ("reps", "weeks", "wins")},
    }
    return LinkageResult(table=table, method=method, level=level, **(fields | more))


def left_out(
    fits: dict[str, Fit | None], roles: Roles, weeks: ExposureResult, *, order: list[str]
) -> pd.DataFrame:
    """Return the estimates without each rep, one row an activity and rep, in table order."""
    parts = []
    for activity in order:
        found = fits[roles.model_of(activity)]
        if found is not None:
            column = found.leave_one_out[activity]
            parts.append(
                pd.DataFrame({"term": activity, "rep_id": column.index, "estimate": column.to_numpy()})
            )
    if not parts:
        return pd.DataFrame(columns=["term", "rep_id", "name", "estimate"])
    frame = pd.concat(parts, ignore_index=True)
    names = frame["rep_id"].map(lambda r: weeks.names.get(r, str(r)))
    frame.insert(2, "name", names)
    return frame


def left_out_notes(excluded: dict[str, int]) -> list[Note]:
    """Return a note for each reason for which rows or reps were left out."""
    return [Note(f"linkage_{what}", count) for what, count in excluded.items() if count]


def empty_result(weeks: ExposureResult, level: float, *, basis: str = "rep_week") -> LinkageResult:
    """Return the result of data that cannot tell: an empty table and the reason."""
    return LinkageResult(
        table=pd.DataFrame(columns=list(COLUMNS)),
        method="linkage.link" if basis == "rep_week" else "linkage.opportunity_link",
        n=0,
        client=weeks.client,
        period=weeks.period,
        as_of=weeks.as_of,
        notes=weeks.notes,
        level=level,
        basis=basis,
        reason=weeks.reason,
    )
