"""What the linkage analyses return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.errors import unknown
from ..core.result import Result
from ..stats import Kernel, lognormal_kernel

if TYPE_CHECKING:
    from .depth import Depth

#: Verdicts an activity can get, the strongest statement first; tables are sorted in this order.
VERDICTS = (
    "linked",
    "linked_negative",
    "no_link_found",
    "undecided",
    "reacts_to_results",
    "not_enough_data",
)
#: Columns of the tables behind the verdicts.
SECONDARY = {
    "lag_profile": (
        *("term", "lag_low", "lag_high", "estimate", "std_error", "df", "conf_low", "conf_high"),
        *("p_joint", "n", "reps", "reason"),
    ),
    "between": (
        *("term", "contrast", "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high"),
        *("n", "reps", "reason"),
    ),
    "robustness": (
        *("term", "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high"),
        *("wild_p", "robustness", "robustness_alpha", "n", "reps", "reason"),
    ),
    "rep_slopes": (
        *("term", "rep_id", "name", "estimate", "conf_low", "conf_high", "own_share", "own_estimate"),
        *("std_error", "n", "wins"),
    ),
    "partial_residuals": ("term", "exposure", "estimate", "conf_low", "conf_high", "n", "reps"),
}
#: Columns of `LinkageResult.witnesses`.
WITNESS_COLUMNS = (
    *("term", "witness", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value"),
    *("n", "reps", "wins", "weight", "is_shown", "reason"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExposureResult(Result):
    """Rep x week counts of activities and wins.

    Attributes
    ----------
    table : pandas.DataFrame
        ``rep_id, week`` (the Monday, or a whole number), one column per activity, ``wins``, ``is_usable``
        and, where they are known, ``days`` worked in the week and ``tenure`` in weeks. Every week of
        employment has a row.
    activities : tuple of str
        Names of the activity columns.
    outcome : str
        Name of the column that counts the wins.
    kernel : Kernel
        Weights of the weeks between activity and win, from cycle times alone.
    names : mapping of str to str
        Name of each rep.
    reason : str
        Why there is nothing to link; empty when there is.
    """

    activities: tuple[str, ...] = ()
    outcome: str = "wins"
    kernel: Kernel = field(default_factory=lognormal_kernel)
    names: dict[str, str] = field(default_factory=dict)
    reason: str = ""


class Secondary:
    """Tables behind the verdicts, shown and never judged; each is worked out when first asked for.

    Without a rep x week model (``basis`` is ``opportunity_week``, or nothing could be tested) they are empty.
    """

    table: pd.DataFrame
    depth: Depth | None

    @property
    def lag_profile(self) -> pd.DataFrame:
        """When the activity went with wins: an elasticity per span of weeks before, tested jointly."""
        return self._secondary("lag_profile")

    @property
    def between(self) -> pd.DataFrame:
        """Do reps who do more win more? The slope between reps, and what it has beyond the one within."""
        return self._secondary("between")

    @property
    def robustness(self) -> pd.DataFrame:
        """The same by least squares: wild cluster bootstrap, and how strong a hidden cause must be."""
        return self._secondary("robustness")

    @property
    def rep_slopes(self) -> pd.DataFrame:
        """Each rep's own elasticity, drawn towards the team's as far as it is uncertain."""
        return self._secondary("rep_slopes")

    @property
    def partial_residuals(self) -> pd.DataFrame:
        """Wins against the activity, both net of everything else, averaged over twelve equal groups."""
        return self._secondary("partial_residuals")

    def _secondary(self, what: str) -> pd.DataFrame:
        if self.depth is None:
            return pd.DataFrame(columns=list(SECONDARY[what]))
        return self.depth.table(what, list(self.table["term"]))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LinkageResult(Secondary, Result):
    """One verdict per activity.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per activity, sorted by verdict: ``term``, the elasticity with its test (``p_adjusted``:
        Benjamini-Hochberg) and interval, the smallest elasticity found in four data sets of five (``mde``),
        the lead test, the range when any one rep is left out (``loo_low, loo_high``), ``n`` (rep-weeks),
        ``reps, weeks, wins``, ``verdict`` and ``reason``; `GLOSSARY` has every column.
    leave_one_out : pandas.DataFrame
        ``term, rep_id, name, estimate``: the elasticity without each rep.
    correlations : pandas.DataFrame
        Pooled same-week Pearson correlations with wins, as a spreadsheet would give them: description only.
    witnesses : pandas.DataFrame
        ``term, witness``: estimates that stand beside or behind the verdict: ``rep_weeks``,
        ``opportunity_weeks``, their ``pooled`` one and ``difference``; the ``landmark`` model and the
        contrast ``won_not_lost``. ``is_shown``: whether it is the estimate of the verdict table.
    kernel : Kernel
        Lag weights used.
    level : float
        Confidence level; the family is tested at ``1 - level``.
    family, reactive, funnel : tuple of str
        Activities tested together, those that follow results, stages in funnel order.
    basis : str
        ``rep_week`` or ``opportunity_week``.
    time_effect : str
        ``week`` or ``four_weeks``: which common movements were removed (``age`` for opportunities).
    excluded : mapping of str to int
        ``silent_weeks, off_weeks, short_reps, no_history_weeks, no_win_reps, no_win_weeks``.
    reps, weeks, wins : int
        Size of the main model.
    depth : Depth or None
        Where the tables of `Secondary` come from; None without a rep x week model.
    reason : str
        Why nothing could be tested (``no_activities`` …); empty otherwise.
    """

    leave_one_out: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["term", "rep_id", "name", "estimate"])
    )
    correlations: pd.DataFrame = field(default_factory=pd.DataFrame)
    witnesses: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(WITNESS_COLUMNS)))
    kernel: Kernel = field(default_factory=lognormal_kernel)
    level: float = 0.95
    family: tuple[str, ...] = ()
    reactive: tuple[str, ...] = ()
    funnel: tuple[str, ...] = ()
    basis: str = "rep_week"
    time_effect: str = "week"
    excluded: dict[str, int] = field(default_factory=dict)
    reps: int = 0
    weeks: int = 0
    wins: int = 0
    depth: Depth | None = None
    reason: str = ""

    def with_verdict(self, verdict: str) -> list[str]:
        """Return the activities that got `verdict`, in table order."""
        if verdict not in VERDICTS:
            raise unknown("verdict", verdict, VERDICTS)
        return [] if self.table.empty else list(self.table.loc[self.table["verdict"] == verdict, "term"])

    def seen_in(self, term: str) -> str:
        """Return which witness's estimate stands for an activity: ``rep_week`` or ``opportunity_week``."""
        if self.basis != "both":
            return self.basis
        mine = self.witnesses[self.witnesses["is_shown"].eq(True)].set_index("term")["witness"]
        return "opportunity_week" if mine.get(term) == "opportunity_weeks" else "rep_week"

    def activity(self, term: str) -> ActivityLinkResult:
        """Return what was found for one activity, ready to draw and to put into words."""
        if term not in set(self.table.get("term", ())):
            raise unknown("activity", term, self.table.get("term", ()), where="the linkage result")
        one = self.table["term"] == term
        left_out = self.leave_one_out[self.leave_one_out["term"] == term]
        shared = {
            name: getattr(self, name)
            for name in ("method", "client", "period", "as_of", "notes", "kernel", "level", "basis", "depth")
        }
        return ActivityLinkResult(
            table=self.table[one].reset_index(drop=True),
            n=int(self.table.loc[one, "n"].iloc[0]),
            leave_one_out=left_out.reset_index(drop=True),
            position=int(one.to_numpy().argmax()) + 1,
            activities=len(self.table),
            seen_in=self.seen_in(term),
            **shared,
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ActivityLinkResult(Secondary, Result):
    """What was found for one activity: one row of `LinkageResult.table` and the estimates without each rep.

    Attributes
    ----------
    leave_one_out : pandas.DataFrame
        ``term, rep_id, name, estimate``.
    position, activities : int
        Row of the activity in the verdict table and number of rows.
    seen_in : str
        Which witness's estimate it is: ``rep_week`` or ``opportunity_week``.
    kernel, level, basis, depth
        As in `LinkageResult`.
    """

    leave_one_out: pd.DataFrame
    position: int
    activities: int
    kernel: Kernel
    level: float
    basis: str
    seen_in: str = "rep_week"
    depth: Depth | None = None

    @property
    def term(self) -> str:
        """Name of the activity."""
        return str(self.table["term"].iloc[0])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CorrelationResult(Result):
    """Correlations of activities with wins in the same week: description, never a verdict.

    Attributes
    ----------
    table : pandas.DataFrame
        Per activity, ``kind`` (``pearson, spearman``, ``partial``: the other activities taken out) and
        contrast (``pooled``, ``between`` reps or groups, ``within`` them): estimate, interval, p-value, n.
    level : float
        Confidence level.
    by : str
        What is compared between and within: ``rep_id``, or a column of the reps.
    reps : int
        Reps behind the contrasts.
    reason : str
        Why there is nothing to correlate; empty otherwise.
    """

    level: float = 0.95
    by: str = "rep_id"
    reps: int = 0
    reason: str = ""

    @property
    def reversals(self) -> list[str]:
        """Activities whose Pearson correlation over all rows and within groups have opposite, clear signs."""
        if self.table.empty:
            return []
        pearson = self.table[self.table["kind"] == "pearson"]
        low, high = np.sign(pearson["conf_low"]), np.sign(pearson["conf_high"])
        sign = low.where(low == high)
        wide = pearson.assign(sign=sign).pivot(index="term", columns="contrast", values="sign")
        turned = wide.index[(wide["pooled"] * wide["within"] < 0).to_numpy()]
        return [term for term in dict.fromkeys(pearson["term"]) if term in set(turned)]


def without_reps(result: LinkageResult, codes: Mapping[str, str] | None = None) -> LinkageResult:
    """Return `result` with the reps' names taken out, for editions that must not name them.

    `codes`: what stands for each rep_id; without it, reps are numbered.

    Examples
    --------
    >>> from salesanalysis.core.client import Client
    >>> frame = pd.DataFrame({"term": ["calls"], "rep_id": ["r9"], "name": ["Ani"], "estimate": [0.4]})
    >>> r = LinkageResult(table=pd.DataFrame(), method="", n=0, client=Client(), leave_one_out=frame)
    >>> without_reps(r).leave_one_out["name"].tolist()
    ['1']
    """
    ids = result.leave_one_out["rep_id"].astype(str)
    known = codes or {rep: str(number) for number, rep in enumerate(sorted(set(ids)), 1)}
    frame = result.leave_one_out.assign(rep_id=ids.map(known), name=ids.map(known))
    return replace(result, leave_one_out=frame, depth=result.depth and result.depth.renamed(dict(known)))
