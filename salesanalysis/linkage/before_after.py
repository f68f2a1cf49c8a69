"""Does more of an activity come before an outcome than after it? For outcomes that are work themselves.

Meetings and proposals rise in busy weeks with everything else, so that any activity of the weeks around goes
with them. Being busy looks the same backwards: the activity of the weeks after goes with the outcome just as
that of the weeks before. What leads to the outcome comes before it, so the difference of the two is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ..stats import (
    Fit,
    Kernel,
    benjamini_hochberg,
    coefficient_table,
    detectable_effect,
    exposure_columns,
    holm,
)
from .association import COLUMNS, left_out_notes, result_of
from .models import Prepared, Roles, fit_terms, prepare, roles_of
from .result import ExposureResult, LinkageResult
from .verdict import Rules, by_strength, judge

AFTER = "after_"


def link_before(
    weeks: ExposureResult,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = None,
    funnel: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinkageResult:
    """Judge each activity by what comes before the outcome less what comes after it.

    Parameters
    ----------
    weeks : ExposureResult
        Rep-weeks with the outcome.
    family, reactive, funnel, level
        As for `link`.

    Returns
    -------
    LinkageResult
        ``estimate`` is the elasticity of the weeks before less that of the weeks after, by the same lag
        weights mirrored, the week itself left out; the lead columns hold that of the weeks after.

    Notes
    -----
    A link needs the difference and the elasticity of the weeks before to be of one sign, both with ``p``
    below the adjusted level: an activity that drops after the outcome has a difference without leading to
    it.

    Examples
    --------
    >>> from salesanalysis.linkage import from_frame
    >>> rng = np.random.default_rng(0)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(10), 60), "week": np.tile(np.arange(60), 10)})
    >>> d["calls"], d["meetings"] = rng.poisson(20, 600), rng.poisson(3, 600)
    >>> link_before(from_frame(d, outcome="meetings")).table["verdict"].tolist() == ["linked"]
    False
    """
    roles = roles_of(weeks, family=family, reactive=reactive, funnel=funnel)
    data = prepare(replace(weeks, kernel=without_same_week(weeks.kernel)))
    frame = pd.concat([data.frame, _after(weeks).loc[data.origin].reset_index(drop=True)], axis=1)
    fits = {
        name: fit_terms(data, frame, data.terms((*terms, *(f"{AFTER}{a}" for a in terms))))
        for name, terms in roles.models().items()
    }
    found = [_Difference(a, fits[roles.model_of(a)], data, level) for a in roles.shown]
    table = _judged(pd.DataFrame([one.row() for one in found]), roles, level)
    left_out = pd.concat([one.left_out(weeks.names) for one in found], ignore_index=True)
    return result_of(
        table,
        weeks,
        roles,
        method="linkage.link_before",
        level=level,
        notes=(*weeks.notes, *left_out_notes(data.excluded)),
        leave_one_out=left_out,
        kernel=weeks.kernel,
        time_effect=data.time,
        excluded=data.excluded,
    )


def without_same_week(kernel: Kernel) -> Kernel:
    """Return lag weights without the week itself, in which nobody can tell what came first.

    Examples
    --------
    >>> without_same_week(Kernel(np.array([0.5, 0.3, 0.2]), 1.0, 0.6, 0)).weights.tolist()
    [0.0, 0.6, 0.4]
    """
    weights = kernel.weights.copy()
    weights[0] = 0.0
    if weights.sum() <= 0:
        weights = np.array([0.0, 1.0])
    return replace(kernel, weights=weights / weights.sum())


def _after(weeks: ExposureResult) -> pd.DataFrame:
    """Log exposures of the weeks after, by the lag weights mirrored, for every row of the table."""
    table, names = weeks.table.reset_index(drop=True), list(weeks.activities)
    week = table["week"]
    steps = (week - week.min()).dt.days // 7 if pd.api.types.is_datetime64_any_dtype(week) else week
    counts = table[names].astype(float)
    counts.loc[~table["is_usable"].to_numpy(dtype=bool)] = np.nan
    rows = counts.assign(rep_id=table["rep_id"], week=-steps)
    kernel = without_same_week(weeks.kernel)
    return exposure_columns(rows, names, unit="rep_id", time="week", kernel=kernel).add_prefix(AFTER)


class _Difference:
    """The estimate of one activity before the outcome less that after it."""

    def __init__(self, term: str, fit: Fit | None, data: Prepared, level: float) -> None:
        self.term, self.fit, self.data, self.level = term, fit, data, level
        pair = [term, f"{AFTER}{term}"]
        self.estimate, self.without = np.full(2, np.nan), pd.DataFrame(columns=pair, dtype=float)
        if fit is not None:
            self.estimate = fit.estimate[pair].to_numpy(float)
            self.without = fit.leave_one_out[pair]
        self.changes = self.estimate - self.without.to_numpy(float)

    def _errors(self) -> np.ndarray:
        """Jackknife standard errors of the difference, of before and of after."""
        parts = np.column_stack([self.changes @ [1.0, -1.0], self.changes])
        return np.sqrt((len(parts) - 1) / max(len(parts), 1) * (parts**2).sum(axis=0))

    def row(self) -> dict[str, object]:
        row: dict[str, object] = {
            "term": self.term,
            **dict.fromkeys(COLUMNS[1:-2], np.nan),
            "before_p": np.nan,
        }
        row |= {"n": 0, "reps": 0, "weeks": 0, "wins": 0, "problem": ""}
        if self.fit is None:
            return row | {"problem": "no_wins", "reps": self.data.frame["rep_id"].nunique()}
        fit, df = self.fit, self.fit.n_clusters - 1
        reasons = [fit.reason[self.term], fit.reason[f"{AFTER}{self.term}"]]
        values = np.array([self.estimate @ [1.0, -1.0], *self.estimate])
        found = coefficient_table(
            pd.Series(values), std_error=self._errors(), df=df, n=fit.n, level=self.level
        )
        own = found.iloc[0].drop(["term", "reason"]).to_dict()
        without = self.without.to_numpy(float) @ [1.0, -1.0]
        used = self.data.frame.iloc[fit.fitted.index]
        return (
            row
            | own
            | {
                "problem": next(filter(None, reasons), ""),
                "reps": fit.n_clusters,
                "weeks": int(used["week"].nunique()),
                "wins": round(fit.events),
                "mde": float(detectable_effect(own["std_error"], df, level=self.level)),
                "loo_low": without.min(),
                "loo_high": without.max(),
                "lead_estimate": values[2],
                "lead_low": found["conf_low"][2],
                "lead_high": found["conf_high"][2],
                "lead_p": found["p_value"][2],
                "before_p": found["p_value"][1] if values[0] * values[1] > 0 else 1.0,
            }
        )

    def left_out(self, names: dict[str, str]) -> pd.DataFrame:
        value = self.without.to_numpy(float) @ [1.0, -1.0]
        frame = pd.DataFrame({"term": self.term, "rep_id": self.without.index, "estimate": value})
        frame.insert(2, "name", frame["rep_id"].map(lambda r: names.get(r, str(r))))
        return frame


def _judged(table: pd.DataFrame, roles: Roles, level: float) -> pd.DataFrame:
    tested = table["term"].isin(roles.tested) & (table["problem"] == "")
    table["p_value"] = table[["p_value", "before_p"]].max(axis=1, skipna=False)
    p = table["p_value"].where(tested)
    table["p_adjusted"], table["p_holm"] = benjamini_hochberg(p), holm(p)
    # What comes after is part of the estimate here and no gate.
    table["lead_p_adjusted"] = 1.0
    table["is_reactive"] = ~table["term"].isin(roles.tested)
    verdicts = [judge(row, Rules(alpha=1 - level)) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = zip(*verdicts, strict=True)
    return by_strength(table[list(COLUMNS)])
