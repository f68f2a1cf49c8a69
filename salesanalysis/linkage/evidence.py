"""Two witnesses, one verdict: the weeks of the reps and the weeks of their opportunities.

They err in different ways. Rep-weeks compare a rep with himself or herself over time: blind to whom the
effort goes, misled by whatever moves a rep's effort and luck together. Opportunity-weeks compare a rep's
opportunities of one quarter with each other: sharp, blind to effort that finds opportunities, and misled by
attention that goes to promising ones, so that what they say must lie beyond what such attention can feign.
Either may carry a verdict, at half the error rate; they estimate different things, so they are not averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.shelf import kept_by_arguments
from ..stats import Pooled, benjamini_hochberg, beyond, holm, pool
from .association import COLUMNS, link
from .casework import casework
from .opportunity import ALLOWANCE, against_losses, link_cases
from .result import WITNESS_COLUMNS, ExposureResult, LinkageResult
from .verdict import USEFUL, Rules, by_strength, judge

#: Witnesses that share the error rate.
WITNESSES = 2
_CARRIED = (
    *("estimate", "std_error", "statistic", "df", "conf_low", "conf_high", "mde", "loo_low", "loo_high"),
    *("n", "reps", "wins"),
)
_SHOWN = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "n", "reps", "wins")


@kept_by_arguments
def evidence(
    source: Crm | ExposureResult | pd.DataFrame,
    opportunities: Crm | pd.DataFrame | None = None,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = None,
    funnel: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinkageResult:
    """Judge each activity by rep-weeks and opportunity-weeks together: one verdict, the strongest that holds.

    Parameters
    ----------
    source : Crm, ExposureResult or DataFrame
        A company's data, or a rep x week frame (see `link`).
    opportunities : Crm or DataFrame, optional
        Opportunities beside rep-weeks: the data that those come from, or an opportunity x week frame (see
        `opportunity_link`) with the same names of reps and activities.
    family, reactive, funnel : sequence of str, optional
        As for `link`.
    level : float
        Confidence level; the family is tested at ``1 - level``.

    Returns
    -------
    LinkageResult
        ``basis`` is ``both``; where one of the two cannot tell anything the other one decides alone. The
        estimate of a link is that of the witness with the smaller p-value, else that of the sharper one;
        ``p_value`` is the combined one. ``witnesses`` shows every estimate by itself, their weighted mean
        and their difference.

    Raises
    ------
    InvalidInput
        As `link` and `opportunity_link`; `opportunities` given beside a Crm, which has its own.

    Notes
    -----
    ``p = 2 min(p_rep_weeks, p_opportunities)``, then Benjamini-Hochberg and the gates of `link`. The second
    p-value is that of an elasticity beyond `ALLOWANCE`, and of more wins among the opportunities that close.
    A mean by inverse jackknife variances has more power by a hair and covers less (docs/statistics.md).

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.evidence(sa.sample()).basis  # doctest: +SKIP
    'both'
    """
    if isinstance(source, Crm):
        if opportunities is not None:
            raise InvalidInput(
                "A Crm has its own opportunities; give 'opportunities' beside a rep x week frame."
            )
        opportunities = source
    weeks = link(source, family=family, reactive=reactive, funnel=funnel, level=level)
    if opportunities is None:
        return weeks
    work = casework(opportunities, client=weeks.client)
    asked = weeks.client.reactive if reactive is None else reactive
    held = work.activities
    cases = link_cases(
        work,
        family=None,
        reactive=[a for a in asked if a in held],
        funnel=None if funnel is None else [a for a in funnel if a in held],
        level=level,
    )
    return combine(weeks, cases)


def combine(weeks: LinkageResult, cases: LinkageResult) -> LinkageResult:
    """Join the findings of `link` and `opportunity_link` into one verdict per activity.

    Parameters
    ----------
    weeks, cases : LinkageResult
        On rep-weeks and on opportunity-weeks, at the same level.

    Returns
    -------
    LinkageResult

    Examples
    --------
    >>> from salesanalysis.core.client import Client
    >>> empty = LinkageResult(table=pd.DataFrame(), method="", n=0, client=Client(), reason="no_wins")
    >>> combine(empty, empty).reason
    'no_wins'
    """
    if cases.table.empty:
        return weeks
    if weeks.table.empty:
        return cases
    found = [_Both.of(term, weeks, cases) for term in weeks.table["term"]]
    table = pd.DataFrame([both.row() for both in found])
    tested = table["term"].isin(weeks.family) & (table["problem"] == "")
    p = table["p_value"].where(tested)
    table["p_adjusted"], table["p_holm"] = benjamini_hochberg(p), holm(p)
    table["is_reactive"] = table["term"].isin(weeks.reactive)
    alpha = 1 - weeks.level
    for i, both in enumerate(found):
        for name, value in both.shown(is_link=bool(table.loc[i, "p_adjusted"] <= alpha)).items():
            table.loc[i, name] = value
        table.loc[i, ["verdict", "reason"]] = both.verdict(table.loc[i], alpha)
    table = by_strength(table[list(COLUMNS)])
    left_out = pd.concat([both.left_out(weeks, cases) for both in found], ignore_index=True)
    shares = pd.concat([both.witnesses() for both in found], ignore_index=True)
    beside = cases.witnesses[cases.witnesses["term"].isin(table["term"])]
    beside = beside.assign(is_shown=False)
    return replace(
        weeks,
        table=table,
        method="linkage.evidence",
        basis="both",
        leave_one_out=left_out,
        witnesses=pd.concat([shares, beside], ignore_index=True).reindex(columns=list(WITNESS_COLUMNS)),
    )


@dataclass
class _Both:
    """What the two witnesses say about one activity."""

    weeks: pd.Series
    cases: pd.Series | None
    pooled: Pooled | None
    cases_p: float
    level: float
    carrier: str = "weeks"

    @classmethod
    def of(cls, term: str, weeks: LinkageResult, cases: LinkageResult) -> _Both:
        one = weeks.table.set_index("term", drop=False).loc[term]
        two = cases.table.set_index("term", drop=False).reindex([term]).iloc[0]
        if not _tells(two):
            return cls(one, None, None, np.nan, weeks.level)
        far = beyond(two["estimate"], two["std_error"], two["df"], allowance=ALLOWANCE)
        losses = against_losses(pd.Series({term: two["estimate"]}), cases.witnesses)[0]
        pooled = None
        if _tells(one):
            sides = [r.leave_one_out[r.leave_one_out["term"] == term] for r in (weeks, cases)]
            sides = [s.set_index(s["rep_id"].astype(str))["estimate"] for s in sides]
            pooled = pool(np.array([one["estimate"], two["estimate"]], float), pd.concat(sides, axis=1))
        return cls(one, two, pooled, max(float(far), float(losses)), weeks.level)

    def row(self) -> dict[str, object]:
        """The row of the rep-weeks, or of the opportunities where only they tell, and the joint p-value."""
        row, p = dict(self.weeks), float(self.weeks["p_value"])
        if self.pooled is not None:
            p = min(WITNESSES * min(self.cases_p, p), 1.0)
        elif self.cases is not None:
            row, p, self.carrier = dict(self.cases), self.cases_p, "cases"
        missing = row["reason"] if row["verdict"] == "not_enough_data" else ""
        enough = self.pooled is not None or missing == "small_effects_hidden"
        return row | {"p_value": p, "problem": "" if enough else missing}

    def shown(self, *, is_link: bool) -> dict[str, float]:
        """The estimate that stands for the verdict: of a link that which shows it, else the sharper one."""
        if self.pooled is None:
            return {}
        by_cases = self.cases["std_error"] < self.weeks["std_error"]
        if is_link:
            by_cases = self.cases_p < self.weeks["p_value"]
        self.carrier = "cases" if by_cases else "weeks"
        return dict(self.cases[list(_CARRIED)]) if by_cases else {}

    def verdict(self, row: pd.Series, alpha: float) -> tuple[str, str]:
        """The first rule that fits; "no link" only where rep-weeks rule out a useful one too."""
        alone = self.pooled is None and self.cases is not None
        verdict, reason = judge(row, Rules(alpha, "losses", 1) if alone else Rules(alpha))
        if verdict == "no_link_found" and not self.weeks["conf_high"] < USEFUL:
            return "undecided", "within_opportunities"
        if reason == "wide_interval" and not row["conf_low"] <= 0 <= row["conf_high"]:
            inside = self.carrier == "cases" and self.cases_p > alpha
            return verdict, "within_allowance" if inside else "one_of_many"
        return verdict, reason

    def left_out(self, weeks: LinkageResult, cases: LinkageResult) -> pd.DataFrame:
        """The estimate that stands for the verdict without each rep."""
        frame = (cases if self.carrier == "cases" else weeks).leave_one_out
        own = frame[frame["term"] == self.weeks["term"]]
        known = weeks.leave_one_out.drop_duplicates("rep_id")
        names = known.set_index(known["rep_id"].astype(str))["name"]
        return own.assign(name=own["rep_id"].astype(str).map(names).fillna(own["name"]))

    def witnesses(self) -> pd.DataFrame:
        """Every estimate by itself, in the order in which they are explained."""
        rows = [{"witness": "rep_weeks", **self.weeks[list(_SHOWN)], "reason": self.weeks["reason"]}]
        if self.cases is not None:
            rows.append({"witness": "opportunity_weeks", **self.cases[list(_SHOWN)], "reason": ""})
        if self.pooled is not None:
            found = self.pooled
            low, high = found.interval(self.level)
            rows[0]["weight"], rows[1]["weight"] = found.weights
            shared = {"df": float(found.df), "reps": found.df + 1, "reason": ""}
            mean = {"estimate": found.estimate, "std_error": found.std_error, "weight": 1.0}
            rows.append({"witness": "pooled", **mean, "conf_low": low, "conf_high": high, **shared})
            gap = {"estimate": found.difference, "p_value": found.difference_p}
            rows.append({"witness": "difference", **gap, **shared})
        shown = "opportunity_weeks" if self.carrier == "cases" else "rep_weeks"
        frame = pd.DataFrame(rows).assign(term=self.weeks["term"])
        return frame.assign(is_shown=frame["witness"] == shown)


def _tells(row: pd.Series) -> bool:
    """Whether a witness has an estimate on enough data; too blunt for a verdict alone is not too little."""
    if not isinstance(row["verdict"], str) or not np.isfinite(row["std_error"]):
        return False
    return row["verdict"] != "not_enough_data" or row["reason"] == "small_effects_hidden"
