"""From a frame and column names to coded, sorted panel rows, with everything left out counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput, NotEnoughData
from .absorb import Panel
from .family import Family
from .tidy import require_columns


@dataclass(frozen=True)
class Effects:
    """Which columns carry the fixed effects, the clusters and the exposure.

    Parameters
    ----------
    unit : str
        Column of the unit; its effects are removed exactly unless `absorb` is false.
    time : str, optional
        Column of the period whose effects are removed.
    cluster : str, optional
        Column of the independent clusters; the unit by default. Units must lie inside clusters.
    offset : str, optional
        Column added to the linear predictor with coefficient one, such as log exposure.
    absorb : bool
        False leaves unit effects in (an intercept is added), for comparisons between units.

    Examples
    --------
    >>> Effects("rep", "week").cluster is None
    True
    """

    unit: str
    time: str | None = None
    cluster: str | None = None
    offset: str | None = None
    absorb: bool = True


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows ready for fitting: `index` points into the frame, `panel.x` is centred and scaled by `scale`."""

    panel: Panel
    y: np.ndarray
    offset: np.ndarray
    scale: np.ndarray
    index: np.ndarray
    clusters: pd.Index
    dropped: dict[str, int]


def usable(frame: pd.DataFrame, outcome: str, terms: list[str], effects: Effects) -> tuple[pd.DataFrame, int]:
    """Rows with every needed value, and how many had none.

    Examples
    --------
    >>> usable(pd.DataFrame({"y": [1, None], "u": [1, 1]}), "y", [], Effects("u"))[1]
    1
    """
    if len(set(terms)) != len(terms):
        raise InvalidInput(f"A term stands twice in the list of terms: {', '.join(terms)}.")
    named = [effects.unit, effects.time, effects.cluster]
    numeric = [outcome, *terms, *([effects.offset] if effects.offset else [])]
    columns = list(dict.fromkeys([*numeric, *[name for name in named if name]]))
    require_columns(frame, columns)
    clash = sorted(set(terms) & {outcome, effects.offset})
    if clash:
        raise InvalidInput(f"The outcome and the offset cannot be terms as well: {', '.join(clash)}.")
    data = frame[columns].reset_index(drop=True)
    values = data[numeric].astype(float)
    if np.isinf(values.to_numpy()).any():
        bad = [c for c in numeric if np.isinf(values[c]).any()]
        raise InvalidInput(f"Infinite values in {', '.join(bad)}; a log of zero is the usual reason.")
    data[numeric] = values
    complete = data.dropna()
    return complete, len(data) - len(complete)


def prune(
    data: pd.DataFrame, outcome: str, effects: Effects, family: Family
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Drop units and times whose effect would be infinite, until none is left.

    Such rows are predicted exactly whatever the terms do, so they carry no information about the terms.

    Examples
    --------
    >>> from salesanalysis.stats.family import POISSON
    >>> d = pd.DataFrame({"y": [0.0, 0, 1, 2], "u": [1, 1, 2, 2]})
    >>> prune(d, "y", Effects("u"), POISSON)[1]
    {'zero_units': 1, 'zero_times': 0}
    """
    dropped = {"zero_units": 0, "zero_times": 0}
    keys = [("zero_units", effects.unit)] if effects.absorb else []
    if effects.time:
        keys.append(("zero_times", effects.time))
    changed = True
    while changed:
        changed = False
        for label, key in keys:
            groups = data.groupby(key, observed=True)[outcome]
            pure = family.is_pure(groups.sum().to_numpy(), groups.size().to_numpy())
            if pure.any():
                data = data[~data[key].isin(groups.size().index[pure])]
                dropped[label] += int(pure.sum())
                changed = True
    return data, dropped


def code(data: pd.DataFrame, outcome: str, terms: list[str], effects: Effects) -> Rows:
    """Sort by cluster and unit, turn keys into codes, centre and scale the terms.

    Examples
    --------
    >>> d = pd.DataFrame({"y": [1.0, 2, 3, 4], "x": [1.0, 2, 3, 5], "u": list("aabb")})
    >>> code(d, "y", ["x"], Effects("u")).panel.unit.tolist()
    [0, 0, 1, 1]
    """
    cluster = effects.cluster or effects.unit
    if effects.absorb and cluster != effects.unit:
        spread = data.groupby(effects.unit, observed=True)[cluster].nunique()
        if (spread > 1).any():
            bad = spread.index[spread > 1][0]
            raise InvalidInput(f"Each {effects.unit} must lie inside one {cluster}; {bad!r} lies in several.")
    code_c, names = pd.factorize(data[cluster], sort=True)
    if len(names) < 2:
        raise NotEnoughData(
            f"At least two clusters ({cluster}) with usable rows are needed; there are {len(names)}."
        )
    raw_u = pd.factorize(data[effects.unit], sort=True)[0]
    order = np.lexsort((raw_u, code_c))
    raw_u, code_c = raw_u[order], code_c[order]
    # Units are numbered in row order, so that each cluster holds consecutive codes.
    unit = np.concatenate([[0], np.cumsum((np.diff(raw_u) != 0) | (np.diff(code_c) != 0))])
    time = (
        pd.factorize(data[effects.time], sort=True)[0][order]
        if effects.time
        else np.zeros(len(data), dtype=int)
    )
    x = data[terms].to_numpy(dtype=float)[order]
    x = x - x.mean(axis=0)
    scale = np.sqrt((x**2).mean(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    x = x / scale
    if not effects.absorb:
        x, scale = np.column_stack([np.ones(len(x)), x]), np.concatenate([[1.0], scale])
    offset = data[effects.offset].to_numpy(dtype=float)[order] if effects.offset else np.zeros(len(data))
    return Rows(
        panel=Panel(x, unit, time, code_c, effects.absorb),
        y=data[outcome].to_numpy(dtype=float)[order],
        offset=offset,
        scale=scale,
        index=data.index.to_numpy()[order],
        clusters=pd.Index(names),
        dropped={},
    )
