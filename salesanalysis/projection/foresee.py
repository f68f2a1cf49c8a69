"""What a projection says of the days left of a period, for whoever sets it against a goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.result import Note
from ..goals.progress import Split
from ..kpi import Kpi
from ..pipeline.lives import WEEK
from ..stats.forecast import draw_totals, ends, reach
from .book import KPIS_AHEAD
from .project import FARTHEST, project, weights
from .result import Outlook


@dataclass(frozen=True, eq=False)
class Projected:
    """What the days left may bring the company, or a team, and each rep: `goals.progress.Coming`.

    Attributes
    ----------
    outlook : Outlook
        By rep.
    reps : tuple of str
        Their rep_ids, in its order.
    share : array (weeks,)
        How much of each week ahead counts.
    first : datetime.date
        First day that counts.
    as_of : datetime.date
    whole : tuple of str
        Scope and scope_id of everybody together.
    notes : tuple of Note
        Cautions of the projection.
    """

    outlook: Outlook
    reps: tuple[str, ...]
    share: np.ndarray
    first: date
    as_of: date
    whole: tuple[str, str]
    notes: tuple[Note, ...] = ()

    @property
    def is_known(self) -> bool:
        """There is something to be said."""
        return True

    def until(self, day: date, share: float) -> Projected:
        """Return the same up to the end of a day; its weeks know the calendar without `share`."""
        return replace(self, share=weights(len(self.share), self.as_of, self.first, day))

    def bring(self, members: Iterable[str] | None, need: float, level: float) -> dict[str, float]:
        """Return ``rest, low, high, chance`` of these reps, or of all together: None."""
        out, tail = self.outlook, (1 - level) / 2
        if members is None:
            drawn = out.draws() @ self.share
            low, high = np.quantile(drawn, [tail, 1 - tail])
            mean = float((out.mean @ self.share).sum())
            chance = float((drawn >= need).mean()) if np.isfinite(need) else np.nan
            return {"rest": mean, "low": float(low), "high": float(high), "chance": chance}
        place = pd.Index(self.reps).get_indexer([str(m) for m in members])
        mean, variance = out.mean[place] @ self.share, out.variance[place] @ self.share**2
        if (place < 0).any() or not mean.sum() > 0:  # somebody is not looked at here, or nobody sells
            return dict.fromkeys(("rest", "low", "high", "chance"), np.nan)
        shared, own = out.grown(self.share)
        total = float(mean.sum())
        spread = float(variance.sum() + shared * total**2 + own * (mean**2).sum())
        low, high = ends(total, spread, level=level, is_count=out.is_count)
        chance = reach(total, spread, need, is_count=out.is_count) if np.isfinite(need) else np.nan
        return {"rest": total, "low": float(low), "high": float(high), "chance": chance}

    def drawn(self, draws: int) -> pd.DataFrame:
        """Draw the totals of all reps together: one column a rep."""
        out = self.outlook
        mean, variance = out.mean @ self.share, out.variance @ self.share**2
        found = draw_totals(mean, variance, out.grown(self.share), is_count=out.is_count, draws=draws)
        return pd.DataFrame(np.where(mean > 0, found, 0.0), columns=list(self.reps))


def foresee(crm: Crm, kpi: Kpi, cut: Split, *, team: str = "") -> Projected | None:
    """Return what `project` says of the days of `cut` that are left; None where it can say nothing.

    `pacing` and `expectations` take it in place of the pace of the last year, so that pages with a goal and
    pages with a projection show one forecast.

    Parameters
    ----------
    crm : Crm
    kpi : Kpi
        Other KPIs than bookings and wins are not projected.
    cut : Split
        The period, cut at the last day of the data.
    team : str
        The team that the page is about; empty: the company.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> from salesanalysis.goals.progress import split
    >>> crm = sa.sample()
    >>> found = foresee(crm, sa.KPIS["bookings"], split(crm, sa.Period.parse("2026-Q4")))
    >>> found.whole, found.bring(["R02"], 1e9, 0.8)["chance"] < 0.01
    (('organisation', ''), True)
    """
    needs = ["opportunities.created_on", "opportunities.closed_on", "opportunities.rep_id"]
    needs += ["opportunities.amount"] if kpi.unit == "money" else []
    last = cut.ahead[1] - timedelta(days=1)
    weeks = -(-(last - crm.as_of).days // WEEK)
    if kpi.name not in KPIS_AHEAD or cut.state == "over" or weeks > FARTHEST or not all(map(crm.has, needs)):
        return None
    found = project(crm, weeks=max(weeks, 1), by="rep_id", kpi=kpi.name, team=team)
    if found.outlook is None:
        return None
    share = weights(found.outlook.mean.shape[1], crm.as_of, cut.ahead[0], last)
    whole = ("team", team) if team else ("organisation", "")
    return Projected(found.outlook, found.groups, share, cut.ahead[0], crm.as_of, whole, found.notes)
