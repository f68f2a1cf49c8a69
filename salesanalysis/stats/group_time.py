"""Effects by the time of first treatment and by time, and their averages.

Units are treated from different times on. Each effect compares the change of the units first treated at `g`,
from their last time before treatment to `t`, with the change of units that are never, or not yet, treated: no
unit treated earlier serves as a control, which is what biases a regression with two-way fixed effects.
Callaway and Sant'Anna (2021), "Difference-in-differences with multiple time periods".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as sps

from ..core.errors import InvalidInput, NotEnoughData, unknown
from .tidy import check_level, require_columns

CONTROLS = ("never", "not_yet")
#: ``simple``: all effects after treatment, by size of group. ``dynamic``: by time since treatment, then their
#: plain mean. ``group``: by time of treatment, then by size of group.
AGGREGATIONS = ("simple", "dynamic", "group")
CELLS = ("group", "time", "estimate", "std_error", "n", "base")


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Effects by group and time.

    Attributes
    ----------
    cells : DataFrame
        ``group, time, estimate, std_error, n`` (treated units), ``base`` (controls).
    influence : array (units, cells)
        Influence of each unit on each effect: their mean square gives the error.
    group : array (units,)
        First time of treatment; infinite: never.
    """

    cells: pd.DataFrame
    influence: np.ndarray
    group: np.ndarray

    def aggregate(self, how: str = "simple", *, level: float = 0.95) -> pd.DataFrame:
        """Average the effects after treatment.

        Parameters
        ----------
        how : str
            One of `AGGREGATIONS`.
        level : float
            Confidence level.

        Returns
        -------
        DataFrame
            ``term, estimate, std_error, p_value, conf_low, conf_high``: ``overall`` first, then one row per
            time since treatment (those before it as well) or per group.

        Examples
        --------
        >>> d = pd.DataFrame({"unit": np.repeat(np.arange(4), 2), "time": np.tile([1, 2], 4)})
        >>> d["first"] = np.repeat([2.0, 2.0, 0.0, 0.0], 2)
        >>> d["y"] = [1.0, 4, 2, 5, 1, 2, 1, 2]
        >>> float(group_time(d, "y", unit="unit", time="time", group="first").aggregate()["estimate"].iloc[0])
        2.0
        """
        if how not in AGGREGATIONS:
            raise unknown("aggregation", how, AGGREGATIONS)
        after = (self.cells["time"] >= self.cells["group"]).to_numpy()
        if how == "simple":
            parts = {"overall": self._part(after)}
        elif how == "group":
            key = self.cells["group"].to_numpy()
            parts = {g: self._part(after & (key == g)) for g in np.unique(key[after])}
        else:
            key = (self.cells["time"] - self.cells["group"]).to_numpy()
            parts = {e: self._part(key == e) for e in np.unique(key)}
        if how == "dynamic":
            parts = {"overall": self._plain([v for e, v in parts.items() if e >= 0]), **parts}
        if how == "group":
            parts = {"overall": self._by_size(parts), **parts}
        return _table(parts, check_level(level))

    def _part(self, chosen: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean of cells by size of their group, and its influence; sizes are estimated too."""
        place = np.flatnonzero(chosen)
        return self._weighted(
            self.cells["estimate"].to_numpy()[place],
            self.influence[:, place],
            self.cells["group"].to_numpy()[place],
        )

    def _by_size(self, parts: dict[float, tuple[float, np.ndarray]]) -> tuple[float, np.ndarray]:
        found = list(parts.values())
        return self._weighted(
            np.array([v for v, _ in found]), np.column_stack([i for _, i in found]), np.array(list(parts))
        )

    def _weighted(
        self, value: np.ndarray, influence: np.ndarray, groups: np.ndarray
    ) -> tuple[float, np.ndarray]:
        member = (self.group[:, None] == groups[None, :]).astype(float)
        size = member.mean(axis=0)
        weight = size / size.sum()
        # How the weights themselves move with who is in the sample.
        moved = (member - size) / size.sum() - weight * (member - size).sum(
            axis=1, keepdims=True
        ) / size.sum()
        return float(value @ weight), influence @ weight + moved @ value

    @staticmethod
    def _plain(found: list[tuple[float, np.ndarray]]) -> tuple[float, np.ndarray]:
        return float(np.mean([v for v, _ in found])), np.mean([i for _, i in found], axis=0)


def group_time(
    frame: pd.DataFrame, outcome: str, *, unit: str, time: str, group: str, controls: str = "never"
) -> GroupTime:
    """Estimate the effect of each group at each time.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and time; a cell uses the units known at both of its times.
    outcome : str
        What may change, such as the log of counts.
    unit, time, group : str
        Columns; `group` is the first time of treatment: 0, missing or infinite for never.
    controls : str
        ``never``: units never treated; ``not_yet``: also those first treated later than the time looked at.

    Returns
    -------
    GroupTime
        Before treatment the change from one time to the next, after it the change since the last time before.

    Raises
    ------
    InvalidInput
        Missing columns, a unit with two groups or two rows of one time.
    NotEnoughData
        Nobody treated after the first time, or no controls.

    Examples
    --------
    >>> d = pd.DataFrame({"unit": np.repeat(np.arange(4), 2), "time": np.tile([1, 2], 4)})
    >>> d["first"] = np.repeat([2.0, 2.0, 0.0, 0.0], 2)
    >>> d["y"] = [1.0, 4, 2, 5, 1, 2, 1, 2]
    >>> group_time(d, "y", unit="unit", time="time", group="first").cells["estimate"].tolist()
    [2.0]
    """
    if controls not in CONTROLS:
        raise unknown("kind of controls", controls, CONTROLS)
    values, first = _wide(frame, outcome, (unit, time, group))
    times = values.columns.to_numpy()
    y, rows, influence = values.to_numpy(dtype=float), [], []
    for g in np.unique(first[np.isfinite(first)]):
        for number in range(1, times.size):
            t = times[number]
            before = np.flatnonzero(times < g)
            if not before.size:
                continue
            change = y[:, number] - y[:, before[-1] if t >= g else number - 1]
            free = ~np.isfinite(first)
            if controls == "not_yet":
                free |= (first > max(t, g)) if t >= g else ((first > t) & (first != g))
            cell = _cell(change, first == g, free)
            if cell is not None:
                rows.append((g, t, *cell[:4]))
                influence.append(cell[4])
    if not rows:
        raise NotEnoughData(
            "No effect by group can be told: nobody is treated later than first seen, or no controls."
        )
    return GroupTime(pd.DataFrame(rows, columns=list(CELLS)), np.column_stack(influence), first)


def _wide(frame: pd.DataFrame, outcome: str, keys: tuple[str, str, str]) -> tuple[pd.DataFrame, np.ndarray]:
    unit, time, group = keys
    require_columns(frame, [outcome, *keys])
    if frame.duplicated([unit, time]).any():
        raise InvalidInput(f"A unit has two rows at one time; give one row per '{unit}' and '{time}'.")
    groups = frame.groupby(unit)[group].agg(["min", "max", "nunique"])
    if (groups["nunique"] > 1).any():
        name = groups.index[groups["nunique"] > 1][0]
        raise InvalidInput(f"Unit {name!r} has more than one '{group}'; it is the first time of treatment.")
    first = groups["min"].to_numpy(dtype=float)
    return frame.pivot(index=unit, columns=time, values=outcome), np.where(first > 0, first, np.inf)


def _cell(
    change: np.ndarray, treated: np.ndarray, free: np.ndarray
) -> tuple[float, float, int, int, np.ndarray] | None:
    """Return effect, error, treated, controls and influences of one cell; None where a side is empty."""
    known = ~np.isnan(change)
    sides = [treated & known, free & known & ~treated]
    if not all(side.any() for side in sides):
        return None
    count, means = change.size, [float(change[side].mean()) for side in sides]
    own = [
        np.where(side, count / side.sum() * (np.nan_to_num(change) - mean), 0.0)
        for side, mean in zip(sides, means, strict=True)
    ]
    influence = own[0] - own[1]
    return means[0] - means[1], _error(influence), int(sides[0].sum()), int(sides[1].sum()), influence


def _error(influence: np.ndarray) -> float:
    return float(np.sqrt((influence**2).mean() / influence.size))


def _table(parts: dict[object, tuple[float, np.ndarray]], level: float) -> pd.DataFrame:
    table = pd.DataFrame(
        [(name, value, _error(influence)) for name, (value, influence) in parts.items()],
        columns=["term", "estimate", "std_error"],
    )
    # Large samples: groups of units, not a handful of clusters, give the error.
    half = sps.norm.ppf(0.5 + level / 2) * table["std_error"]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(table["std_error"] > 0, table["estimate"] / table["std_error"], np.nan)
    table["p_value"] = 2 * sps.norm.sf(np.abs(statistic))
    table["conf_low"], table["conf_high"] = table["estimate"] - half, table["estimate"] + half
    return table
