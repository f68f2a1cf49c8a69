"""Two witnesses, one verdict: the weeks of the reps and the weeks of their opportunities.

They err in different ways. Rep-weeks compare a rep with himself or herself over time: blind to whom the
effort goes, misled by whatever moves a rep's effort and luck together. Opportunity-weeks compare a rep's
opportunities of one quarter with each other: sharp, blind to effort that finds opportunities, and misled by
attention that goes to promising ones. Their pooled estimate must lie beyond what such attention can feign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..stats import Pooled, benjamini_hochberg, beyond, detectable_effect, holm, pool
from .association import COLUMNS, link
from .casework import casework
from .opportunity import ALLOWANCE, against_losses, link_cases
from .result import WITNESS_COLUMNS, ExposureResult, LinkageResult
from .verdict import USEFUL, Rules, by_strength, judge

#: Share of the error rate that goes to the pooled estimate; the rest is for rep-weeks alone, which also see
#: activity that finds opportunities.
POOLED_SHARE = 0.5
_SHOWN = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "n", "reps", "wins")


def evidence(
    source: Crm | ExposureResult | pd.DataFrame,
    opportunities: pd.DataFrame | None = None,
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
    opportunities : DataFrame, optional
        Opportunity x week frame beside a rep x week one (see `opportunity_link`), with the same names of reps
        and activities.
    family, reactive, funnel : sequence of str, optional
        As for `link`.
    level : float
        Confidence level; the family is tested at ``1 - level``.

    Returns
    -------
    LinkageResult
        ``basis`` is ``both``; where one of the two cannot tell anything the other one decides alone. The
        estimate is the pooled one, or that of the rep-weeks where only they show a link; ``p_value`` is the
        combined one. ``witnesses`` shows every estimate by itself.

    Raises
    ------
    InvalidInput
        As `link` and `opportunity_link`; `opportunities` given beside a Crm, which has its own.

    Notes
    -----
    Pooled by inverse jackknife variances with the variance of the pooled jackknife replicates. It must lie
    beyond the weight of the opportunities times `ALLOWANCE`, and more wins must go with it among those that
    close. ``p = 2 min(p_pooled, p_rep_weeks)``, then Benjamini-Hochberg and the gates of `link`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.evidence(sa.sample()).basis  # doctest: +SKIP
    'both'
    """
    if isinstance(source, Crm) and opportunities is not None:
        raise InvalidInput("A Crm has its own opportunities; give 'opportunities' beside a rep x week frame.")
    weeks = link(source, family=family, reactive=reactive, funnel=funnel, level=level)
    if opportunities is None and not isinstance(source, Crm):
        return weeks
    work = casework(source if isinstance(source, Crm) else opportunities, client=weeks.client)
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
        shown = both.shown(leading=bool(table.loc[i, "p_adjusted"] <= alpha))
        for name, value in shown.items():
            table.loc[i, name] = value
        table.loc[i, ["verdict", "reason"]] = both.verdict(table.loc[i], alpha)
    table = by_strength(table[list(COLUMNS)])
    left_out = pd.concat([both.left_out(weeks.leave_one_out) for both in found], ignore_index=True)
    shares = pd.concat([both.witnesses() for both in found], ignore_index=True)
    beside = cases.witnesses[cases.witnesses["term"].isin(table["term"])]
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
    pooled_p: float
    level: float
    leads: bool = False

    @classmethod
    def of(cls, term: str, weeks: LinkageResult, cases: LinkageResult) -> _Both:
        one = weeks.table.set_index("term", drop=False).loc[term]
        if term not in set(cases.table["term"]):
            return cls(one, None, None, np.nan, weeks.level)
        two = cases.table.set_index("term", drop=False).loc[term]
        if not _tells(two):
            return cls(one, None, None, np.nan, weeks.level)
        estimate = np.array([one["estimate"], two["estimate"]], dtype=float)
        pooled = None
        if _tells(one):
            sides = [r.leave_one_out[r.leave_one_out["term"] == term] for r in (weeks, cases)]
            sides = [s.set_index(s["rep_id"].astype(str))["estimate"] for s in sides]
            pooled = pool(estimate, pd.concat(sides, axis=1))
        best, error, df, share = (
            (pooled.estimate, pooled.std_error, pooled.df, pooled.weights[1])
            if pooled
            else (two["estimate"], two["std_error"], two["df"], 1.0)
        )
        far = float(beyond(best, error, df, allowance=share * ALLOWANCE))
        losses = against_losses(pd.Series({term: best}), cases.witnesses)[0]
        return cls(one, two, pooled, max(far, float(losses)), weeks.level)

    def row(self) -> dict[str, object]:
        """The row of the rep-weeks with the combined p-value."""
        row: dict[str, object] = dict(self.weeks)
        if self.pooled is not None:
            p = min(self.pooled_p / POOLED_SHARE, self.weeks["p_value"] / (1 - POOLED_SHARE), 1.0)
            self.leads = self.weeks["p_value"] / (1 - POOLED_SHARE) < self.pooled_p / POOLED_SHARE
        elif self.cases is not None:
            p = self.pooled_p
            row = dict(self.cases)
        else:
            p = self.weeks["p_value"]
        missing = row["reason"] if row["verdict"] == "not_enough_data" else ""
        problem = "" if self.pooled is not None or missing == "small_effects_hidden" else missing
        return row | {"p_value": p, "problem": problem}

    def shown(self, *, leading: bool) -> dict[str, float]:
        """The estimate that stands for the verdict: pooled, unless only the rep-weeks show a link."""
        self.leads &= leading
        if self.pooled is None or self.leads:
            return {}
        found = self.pooled
        low, high = found.interval(self.level)
        reach = float(detectable_effect(found.std_error, found.df, level=self.level))
        return {
            "estimate": found.estimate,
            "std_error": found.std_error,
            "statistic": found.estimate / found.std_error,
            "df": float(found.df),
            "conf_low": low,
            "conf_high": high,
            "mde": reach + found.weights[1] * ALLOWANCE,
            "loo_low": float(found.leave_one_out.min()),
            "loo_high": float(found.leave_one_out.max()),
            "reps": min(self.weeks["reps"], self.cases["reps"]),
            "wins": max(self.weeks["wins"], self.cases["wins"]),
        }

    def verdict(self, row: pd.Series, alpha: float) -> tuple[str, str]:
        """The first rule that fits; "no link" only where rep-weeks rule out a useful one too."""
        alone = self.pooled is None and self.cases is not None
        rules = Rules(alpha, "losses", 1) if alone else Rules(alpha)
        verdict, reason = judge(row, rules)
        if verdict == "no_link_found" and not self.weeks["conf_high"] < USEFUL:
            return "undecided", "within_opportunities"
        if verdict == "undecided" and self._within_allowance(row, alpha):
            return verdict, "within_allowance"
        return verdict, reason

    def _within_allowance(self, row: pd.Series, alpha: float) -> bool:
        plain = beyond(row["estimate"], row["std_error"], row["df"], allowance=0.0)
        return self.cases is not None and bool(plain <= alpha < self.pooled_p)

    def left_out(self, weeks: pd.DataFrame) -> pd.DataFrame:
        """The estimate that stands for the verdict without each rep."""
        own = weeks[weeks["term"] == self.weeks["term"]]
        if self.pooled is None or self.leads:
            return own
        names = own.set_index(own["rep_id"].astype(str))["name"]
        frame = self.pooled.leave_one_out.rename("estimate").rename_axis("rep_id").reset_index()
        name = frame["rep_id"].map(names).fillna(frame["rep_id"])
        return frame.assign(term=self.weeks["term"], name=name)[["term", "rep_id", "name", "estimate"]]

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
            rows.append(
                {"witness": "pooled", "estimate": found.estimate, "std_error": found.std_error, **shared}
                | {"conf_low": low, "conf_high": high, "p_value": self.pooled_p, "weight": 1.0}
            )
            rows.append(
                {
                    "witness": "difference",
                    "estimate": found.difference,
                    "p_value": found.difference_p,
                    **shared,
                }
            )
        return pd.DataFrame(rows).assign(term=self.weeks["term"])


def _tells(row: pd.Series) -> bool:
    """Whether a witness has an estimate on enough data; too blunt for a verdict alone is not too little."""
    enough = row["verdict"] != "not_enough_data" or row["reason"] == "small_effects_hidden"
    return enough and bool(np.isfinite(row["std_error"]))
