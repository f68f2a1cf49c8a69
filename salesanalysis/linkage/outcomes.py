"""Through an intermediate outcome: activity goes with more meetings, meetings go with wins.

Meetings, proposals or accepted opportunities are more frequent than wins and come sooner, so that a small
team can tell what leads to them. Only an outcome that itself goes with wins counts, and both links must hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, unknown
from ..core.result import Result
from ..stats import Kernel, chained, kernel_from_durations, lognormal_kernel
from .before_after import link_before
from .delays import weeks_until
from .evidence import evidence
from .exposure import weeks_of
from .models import DEFAULT_FUNNEL
from .result import VERDICTS, ExposureResult, LinkageResult

#: Median weeks from an activity to the outcome when its delays are not known; a call and what came of it
#: stand in the same week.
DEFAULT_DELAY, SAME_WEEK = 2.0, {"connects": 0.5, "conversations": 0.5}
COLUMNS = (
    *("term", "contrast", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "p_adjusted"),
    *("n", "reps", "verdict", "reason"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ThroughResult(Result):
    """What goes with wins by way of an intermediate outcome.

    Attributes
    ----------
    table : pandas.DataFrame
        Per activity (``term``) three rows by ``contrast``: ``to_outcome`` (elasticity of the outcome),
        ``outcome_to_wins`` (the same in every row) and ``through``, their product with the interval of the
        joint jackknife, and the verdict.
    outcome : str
        The intermediate outcome.
    first, second : LinkageResult
        The two links.
    level : float
        Confidence level.
    reason : str
        Why nothing could be tested; empty otherwise.
    """

    outcome: str = ""
    first: LinkageResult | None = None
    second: LinkageResult | None = None
    level: float = 0.95
    reason: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)

    def with_verdict(self, verdict: str) -> list[str]:
        """Return the activities that got `verdict`, in table order."""
        if verdict not in VERDICTS:
            raise unknown("verdict", verdict, VERDICTS)
        return [term for term, found in self.verdicts.items() if found == verdict]


def through(
    source: Crm | ExposureResult | pd.DataFrame,
    outcome: str,
    *,
    family: Sequence[str] | None = None,
    funnel: Sequence[str] | None = None,
    delays: pd.Series | None = None,
    level: float = 0.95,
) -> ThroughResult:
    """Judge each activity by way of an intermediate outcome, such as held meetings, that goes with wins.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        A company's data or a rep x week frame that counts the activities, the outcome and ``wins``.
    outcome : str
        Column that counts the outcome: a stage such as ``meetings``, ``conversations`` or ``proposals``.
    family : sequence of str, optional
        Activities tested together; by default the client's, else all that do not follow from the outcome.
    funnel : sequence of str, optional
        Activities of which each follows from the one before, in order; those behind the outcome are left out.
    delays : Series, optional
        Weeks from the activity to the outcome, for the lag weights; from a Crm they are read.
    level : float
        Confidence level.

    Returns
    -------
    ThroughResult
        A product of two associations: what makes a meeting likely and what makes it good may not be the same.

    Raises
    ------
    InvalidInput
        `outcome` is no column of the data, or nothing is left that could lead to it.

    Notes
    -----
    ``b = b1 * b2`` with the jackknife variance of the products without each rep; ``p = max(p1, p2)``, so that
    both links must hold, with the first one adjusted over its family.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(10), 60), "week": np.tile(np.arange(60), 10)})
    >>> d["calls"], d["meetings"] = rng.poisson(20, 600), rng.poisson(3, 600)
    >>> through(d.assign(wins=rng.poisson(1, 600)), "meetings").verdicts["calls"] != "linked"
    True
    """
    weeks = weeks_of(source, "through")
    if weeks.reason:
        return _nothing(weeks, outcome, level)
    if outcome not in weeks.activities:
        raise unknown("outcome", outcome, weeks.activities, where="the counts of the data")
    stages = tuple(funnel) if funnel is not None else tuple(weeks.client.funnel or DEFAULT_FUNNEL)
    kernel = _kernel(source, outcome, delays)
    towards = leading_to(weeks, outcome, stages=stages, kernel=kernel)
    kept = [a for a in stages if a in towards.activities]
    asked = None if family is None else [a for a in family if a in towards.activities]
    first = link_before(towards, family=asked, funnel=kept, level=level)
    cases = source if isinstance(source, Crm) else None
    second = evidence(weeks, cases, family=[outcome], funnel=funnel, level=level)
    return chain(first, second, outcome)


def _kernel(source: object, outcome: str, delays: pd.Series | None) -> Kernel:
    known = weeks_until(source, outcome) if delays is None and isinstance(source, Crm) else delays
    found = kernel_from_durations(pd.Series(dtype=float) if known is None else known)
    return found if found.n else lognormal_kernel(SAME_WEEK.get(outcome, DEFAULT_DELAY))


def leading_to(
    weeks: ExposureResult, outcome: str, *, stages: Sequence[str], kernel: Kernel
) -> ExposureResult:
    """Return the rep-weeks with `outcome` in the place of the wins, and only what can lead to it.

    Examples
    --------
    >>> from salesanalysis.linkage import from_frame
    >>> d = pd.DataFrame({"rep": ["a"], "week": [1], "calls": [3], "meetings": [1], "wins": [0]})
    >>> leading_to(from_frame(d), "meetings", stages=(), kernel=lognormal_kernel(2.0)).activities
    ('calls',)
    """
    after = set(stages[stages.index(outcome) :]) if outcome in stages else {outcome, "proposals"}
    kept = tuple(a for a in weeks.activities if a not in after and a != outcome)
    if not kept:
        raise InvalidInput(f"No activity is left that could lead to '{outcome}'.")
    dropped = [c for c in (*weeks.activities, weeks.outcome) if c not in kept and c != outcome]
    return replace(
        weeks,
        table=weeks.table.drop(columns=[c for c in dropped if c in weeks.table.columns]),
        activities=kept,
        outcome=outcome,
        kernel=kernel,
    )


def chain(first: LinkageResult, second: LinkageResult, outcome: str) -> ThroughResult:
    """Chain what goes with an outcome and what the outcome goes with.

    Parameters
    ----------
    first : LinkageResult
        Activities against the outcome.
    second : LinkageResult
        The outcome (a row of it) against wins; from `link`, `opportunity_link` or `evidence`.
    outcome : str
        Name of the outcome.

    Returns
    -------
    ThroughResult

    Examples
    --------
    >>> from salesanalysis.core.client import Client
    >>> empty = LinkageResult(table=pd.DataFrame(), method="", n=0, client=Client(), reason="no_wins")
    >>> chain(empty, empty, "meetings").reason
    'no_wins'
    """
    if first.table.empty or second.table.empty:
        return _nothing(first if first.table.empty else second, outcome, first.level)
    if outcome not in set(second.table["term"]):
        raise unknown("outcome", outcome, second.table["term"], where="the second link")
    onwards = second.table.set_index("term").loc[outcome]
    rows: list[dict[str, object]] = []
    for _, one in first.table.iterrows():
        rows += _rows(one, onwards, first, second, outcome=outcome)
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    ends = table[table["contrast"] == "through"]
    return ThroughResult(
        table=table,
        method="linkage.through",
        n=first.n,
        client=first.client,
        period=first.period,
        as_of=first.as_of,
        notes=first.notes,
        outcome=outcome,
        first=first,
        second=second,
        level=first.level,
        verdicts=dict(zip(ends["term"], ends["verdict"], strict=True)),
    )


def _rows(
    one: pd.Series, onwards: pd.Series, first: LinkageResult, second: LinkageResult, *, outcome: str
) -> list[dict[str, object]]:
    parts = [
        {"contrast": "to_outcome", **one.drop("term").to_dict()},
        {"contrast": "outcome_to_wins", **onwards.to_dict()},
    ]
    verdict, reason = _verdict(one, onwards, alpha=1 - first.level)
    end: dict[str, object] = {"contrast": "through", "verdict": verdict, "reason": reason}
    if np.isfinite([one["std_error"], onwards["std_error"]]).all():
        sides = [
            r.leave_one_out[r.leave_one_out["term"] == term].set_index("rep_id")["estimate"]
            for r, term in ((first, one["term"]), (second, outcome))
        ]
        sides = [s.set_axis(s.index.astype(str)) for s in sides]
        found = chained(np.array([one["estimate"], onwards["estimate"]]), pd.concat(sides, axis=1))
        low, high = found.interval(first.level)
        end |= {"estimate": found.estimate, "std_error": found.std_error, "df": float(found.df)}
        end |= {"conf_low": low, "conf_high": high, "reps": found.df + 1, "n": one["n"]}
        end |= {"p_value": max(one["p_value"], onwards["p_value"])}
        end |= {"p_adjusted": max(one["p_adjusted"], onwards["p_adjusted"])}
    return [{"term": one["term"], **part} for part in (*parts, end)]


def _verdict(one: pd.Series, onwards: pd.Series, *, alpha: float) -> tuple[str, str]:
    """Both links must hold; an outcome that does not go with wins says nothing about what leads to it."""
    if one["verdict"] not in ("linked", "linked_negative"):
        return str(one["verdict"]), str(one["reason"])
    if onwards["verdict"] == "linked" and onwards["p_adjusted"] <= alpha:
        return str(one["verdict"]), ""
    return "undecided", "outcome_not_linked"


def _nothing(result: ExposureResult | LinkageResult, outcome: str, level: float) -> ThroughResult:
    return ThroughResult(
        table=pd.DataFrame(columns=list(COLUMNS)),
        method="linkage.through",
        n=0,
        client=result.client,
        as_of=result.as_of,
        notes=result.notes,
        outcome=outcome,
        level=level,
        reason=result.reason,
    )
