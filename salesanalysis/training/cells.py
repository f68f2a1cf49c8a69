"""What the test of a roll-out by lot reads: rep-weeks, and the dose each deal gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kpi import Kpi
from ..stats import Lots, deals, levels
from .weekly import Weekly

#: Weeks before the roll-out from which each rep's usual level is taken.
BEFORE = 26


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of the rep-weeks that are known, the deals' doses, and how many there should be."""

    counts: np.ndarray
    lots: Lots
    wanted: int


def cells(
    weeks: Weekly,
    kpi: Kpi,
    place: np.ndarray,
    groups: np.ndarray,
    design: tuple[int, int, int, int],
    *,
    count: int,
) -> Cells | None:
    """Collect rep-weeks from the first wave up to the last.

    Parameters
    ----------
    weeks : Weekly
        Rep-weeks.
    kpi : Kpi
        What is worked on.
    place, groups : int array (reps,)
        Rows of the reps of the plan, and the groups of the lot.
    design : tuple of int
        First week, waves, weeks from one to the next, seed of the lot.
    count : int
        Deals beside the one that was drawn.

    Returns
    -------
    Cells or None
        None where nothing was counted.
    """
    first, waves, apart, seed = design
    length = (waves - 1) * apart
    before, during = (slice(max(first - BEFORE, 0), max(first, 0)), slice(first, first + length))
    counts, base = weeks.counts(kpi)[place], weeks.base(kpi)
    base = None if base is None else base[place]
    level = levels(counts[:, before], None if base is None else base[:, before])
    part = counts[:, during]
    size = np.ones_like(part) if base is None else base[:, during]
    rep, week = np.nonzero(~np.isnan(part) & (size > 0))
    if not rep.size or not part[rep, week].sum():
        return None
    wave = deals(groups, waves, count=count, seed=seed)
    # Whoever is coached stays coached.
    dose = (week[None, :] >= wave[:, rep] * apart).astype(float)
    lots = Lots(dose, level[rep] * size[rep, week], rep, week)
    return Cells(part[rep, week], lots, int(place.size * length))
