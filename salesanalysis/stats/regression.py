"""Panel regressions with two-way fixed effects: Poisson (PPML), logit and least squares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput, NotEnoughData
from .absorb import identified, only
from .family import GAUSSIAN, LOGIT, POISSON, Family
from .jackknife import covariances
from .newton import newton
from .prepare import Effects, Rows, code, prune, usable
from .threads import on_one_thread
from .tidy import coefficient_table


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """A fitted panel regression.

    Parameters
    ----------
    family : str
        ``"poisson"``, ``"logit"`` or ``"gaussian"``.
    estimate : Series
        Coefficient per term; NaN where it cannot be estimated.
    covariance : mapping of str to DataFrame
        ``"CR3"`` (cluster jackknife), ``"CR1"`` (sandwich) and ``"iid"`` (model-based), term by term.
    leave_one_out : DataFrame
        One row a cluster: the estimates without it.
    reason : Series
        Per term ``""``, ``"no_variation"``, ``"collinear"``, ``"separated"``, ``"one_cluster"`` (the
        standard error rests on one cluster), ``"saturated"`` (as many parameters as rows) or
        ``"no_convergence"``.
    n, n_units, n_times, n_clusters : int
        Rows and groups in the fit.
    residual_df : int
        Rows minus all parameters, effects included.
    events : float
        Sum of the outcome over the rows in the fit.
    dropped : mapping of str to int
        ``missing_rows``, ``zero_units``, ``zero_times``, ``separated_rows``.
    fitted : Series
        Fitted means, indexed by the row number in the frame given.
    tables : dict
        Tables made so far, by covariance and level.
    """

    family: str
    estimate: pd.Series
    covariance: Mapping[str, pd.DataFrame]
    leave_one_out: pd.DataFrame
    reason: pd.Series
    n: int
    n_units: int
    n_times: int
    n_clusters: int
    residual_df: int
    events: float
    dropped: Mapping[str, int]
    fitted: pd.Series
    tables: dict[tuple[str, float], pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """Tidy coefficients with the cluster jackknife and 95 % intervals."""
        return self.tidy()

    def tidy(self, covariance: str = "CR3", *, level: float = 0.95) -> pd.DataFrame:
        """Tidy coefficients with a chosen covariance and level; t(G - 1) for the clustered ones."""
        if covariance not in self.covariance:
            raise InvalidInput(f"Unknown covariance {covariance!r}. Known: {', '.join(self.covariance)}.")
        key = (covariance, level)
        if key not in self.tables:
            error = np.sqrt(np.diag(self.covariance[covariance]))
            df = max(self.residual_df if covariance == "iid" else self.n_clusters - 1, 1)
            self.tables[key] = coefficient_table(
                self.estimate, std_error=error, df=df, n=self.n, reason=list(self.reason), level=level
            )
        return self.tables[key].copy()


def ppml(frame: pd.DataFrame, outcome: str, *, terms: list[str], effects: Effects) -> Fit:
    """Fixed-effects Poisson (pseudo maximum likelihood) with cluster-jackknife errors.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time; rows with a missing value are left out and counted.
    outcome : str
        Non-negative column.
    terms : list of str
        Numeric columns.
    effects : Effects
        Unit, time, cluster and offset columns.

    Returns
    -------
    Fit

    Raises
    ------
    InvalidInput
        Missing columns, negative outcome, infinite values.
    NotEnoughData
        Fewer than two clusters have rows that tell anything.

    Notes
    -----
    Santos Silva and Tenreyro (2006). Units and times whose outcome is always zero carry no information and
    drop out.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> d = pd.DataFrame({"rep": np.repeat(np.arange(12), 40), "week": np.tile(np.arange(40), 12)})
    >>> d["x"] = rng.normal(size=480)
    >>> d["wins"] = rng.poisson(np.exp(0.5 * d.x))
    >>> fit = ppml(d, "wins", terms=["x"], effects=Effects("rep", "week"))
    >>> bool(abs(fit.estimate["x"] - 0.5) < 0.15)
    True
    """
    return _fit(frame, outcome, terms, effects=effects, family=POISSON)


def ols(frame: pd.DataFrame, outcome: str, *, terms: list[str], effects: Effects) -> Fit:
    """Least squares within units (and times) with the same covariances as `ppml`.

    Examples
    --------
    >>> d = pd.DataFrame({"u": list("aabbcc"), "x": [0.0, 1, 0, 1, 0, 1], "y": [0.0, 1, 0, 2, 0, 3]})
    >>> float(ols(d, "y", terms=["x"], effects=Effects("u")).estimate["x"])
    2.0
    """
    return _fit(frame, outcome, terms, effects=effects, family=GAUSSIAN)


def logit(frame: pd.DataFrame, outcome: str, *, terms: list[str], effects: Effects) -> Fit:
    """Logit with unit dummies absorbed, time (or age) dummies, and the same covariances as `ppml`.

    Unit effects are estimated, not conditioned out: fine for units with many rows, biased for tiny ones.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> d = pd.DataFrame({"u": np.repeat(np.arange(10), 200), "x": rng.normal(size=2000)})
    >>> d["y"] = (rng.random(2000) < 1 / (1 + np.exp(-d.x))).astype(int)
    >>> bool(abs(logit(d, "y", terms=["x"], effects=Effects("u")).estimate["x"] - 1) < 0.2)
    True
    """
    return _fit(frame, outcome, terms, effects=effects, family=LOGIT)


@on_one_thread
def _fit(frame: pd.DataFrame, outcome: str, terms: list[str], *, effects: Effects, family: Family) -> Fit:
    data, missing = usable(frame, outcome, list(terms), effects)
    family.check(data[outcome].to_numpy())
    dropped = {"missing_rows": missing, "zero_units": 0, "zero_times": 0, "separated_rows": 0}
    first: list[str] | None = None
    while True:
        data, pruned = prune(data, outcome, effects, family)
        dropped = {key: count + pruned.get(key, 0) for key, count in dropped.items()}
        if data.empty:
            raise NotEnoughData(
                f"No usable row is left to fit {outcome}: every unit or period is constant or missing."
            )
        rows = code(data, outcome, list(terms), effects)
        keep, reasons = identified(rows.panel)
        first = first or reasons
        coefficient, mu, converged = newton(rows, keep, family)
        perfect = family.perfect(rows.y, mu)
        if not perfect.any():
            break
        # Separation: these rows are fitted exactly in the limit, so they tell nothing about the terms.
        dropped["separated_rows"] += int(perfect.sum())
        data = data.drop(index=rows.index[perfect])
    reasons = ["separated" if now and not before else now for now, before in zip(reasons, first, strict=True)]
    if not converged:
        reasons = [reason or "no_convergence" for reason in reasons]
    return _assemble(rows, (keep, reasons, coefficient, mu), list(terms), dropped=dropped, family=family)


def _assemble(
    rows: Rows,
    found: tuple[np.ndarray, list[str], np.ndarray, np.ndarray],
    terms: list[str],
    *,
    dropped: dict[str, int],
    family: Family,
) -> Fit:
    keep, reasons, coefficient, mu = found
    panel = only(rows.panel, keep)
    free = rows.y.size - panel.n_parameters
    residual = rows.y - mu
    dispersion = float((residual**2).sum()) / max(free, 1) if family is GAUSSIAN else 1.0
    cov = covariances(panel, family.weight(mu), residual, dispersion=dispersion)
    scale = rows.scale[keep]
    # An intercept, present when units are not absorbed, is a nuisance and is not reported.
    named = ([""] if not panel.absorb else []) + terms
    label = [name for name, kept in zip(named, keep, strict=True) if kept]
    why = pd.Series(reasons, index=named, dtype=object)
    for name, alone in zip(label, cov.single, strict=True):
        if alone and not why[name]:
            why[name] = "one_cluster"
    if free < 1:
        why = why.mask(why.isin(["", "one_cluster"]), "saturated")
    blocked = ~why.isin(["", "one_cluster"])
    estimate = pd.Series(coefficient / scale, index=label).reindex(named).mask(blocked)
    left_out = pd.DataFrame((coefficient - cov.delta) / scale, columns=label, index=rows.clusters)
    left_out = left_out.reindex(columns=terms)
    left_out.loc[:, blocked[terms].to_numpy()] = np.nan
    return Fit(
        family=family.name,
        estimate=estimate[terms],
        covariance={
            kind: _covariance_frame(matrix, scale, label, terms, blocked)
            for kind, matrix in (("CR3", cov.cr3), ("CR1", cov.cr1), ("iid", cov.iid))
        },
        leave_one_out=left_out,
        reason=why[terms],
        n=rows.y.size,
        n_units=panel.n_units,
        n_times=panel.n_times,
        n_clusters=panel.n_clusters,
        residual_df=free,
        events=float(rows.y.sum()),
        dropped=dropped,
        fitted=pd.Series(mu, index=rows.index).sort_index(),
    )


def _covariance_frame(
    matrix: np.ndarray, scale: np.ndarray, label: list[str], terms: list[str], blocked: pd.Series
) -> pd.DataFrame:
    frame = pd.DataFrame(matrix / np.outer(scale, scale), index=label, columns=label)
    frame = frame.reindex(index=terms, columns=terms)
    out = blocked[terms].to_numpy()
    return frame.mask(out[:, None] | out[None, :])
