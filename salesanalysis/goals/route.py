"""The way to a win: the steps a rep's work goes through, and the rate of each to the next."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..kpi import KPIS, panel
from ..kpi.query import first_days
from ..stats import shrink_shares
from ..stats.backward import beta_of
from .past import WEEKS, days_between
from .people import MIN_PEERS

#: Steps in order, where the client declares no funnel.
FUNNEL = ("calls", "connects", "conversations", "proposals")
#: Head of the way where no activity is on record: opportunities won or lost.
CLOSED = "closed"
DRAWS = 1000
#: Level of the intervals of rates.
LEVEL = 0.8
#: Weeks that a step must have been recorded for before rates rest on it.
LEAST_WEEKS = 13


@dataclass(frozen=True, eq=False)
class Route:
    """Steps that lead to an outcome, and what is known of their rates.

    `counts` holds the last year's sums by rep (rows) and step, with ``days`` worked. `groups` names for each
    rep the group that rates are drawn towards.
    """

    outcome: str
    counts: pd.DataFrame
    groups: pd.Series
    steps: tuple[str, ...]
    _known: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict, repr=False)

    def rates(self, members: Iterable[str]) -> pd.DataFrame:
        """Return the rate of each step to the next for these members together.

        Indexed by step: ``of`` (the next step), ``n, base, mean, std_error, conf_low, conf_high`` (80 %). One
        rep's rates are drawn towards the group's; several are pooled. A step with fewer records than the one
        that follows leads nowhere and is passed over.
        """
        who = [m for m in members if m in self.counts.index]
        rows = []
        for step, after in itertools.pairwise(self._sound(who)):
            own = self.counts.loc[who, [step, after]].sum()
            if len(who) == 1:
                found = self._drawn(str(self.groups[who[0]]), step, after).loc[who[0]]
            else:
                found = shrink_shares([own[after]], [own[step]], level=LEVEL).iloc[0]
            facts = {"mean": found.estimate, **found[["std_error", "conf_low", "conf_high"]]}
            rows.append({"step": step, "of": after, "n": own[after], "base": own[step], **facts})
        columns = ["step", "of", "n", "base", "mean", "std_error", "conf_low", "conf_high"]
        return pd.DataFrame(rows, columns=columns).set_index("step")

    def _drawn(self, group: str, step: str, after: str) -> pd.DataFrame:
        """Return the rates of all of a group whose counts can be a rate, drawn towards each other."""
        if (group, step, after) not in self._known:
            mates = self.counts[self.groups == group]
            mates = mates[mates[step] >= mates[after]]
            found = shrink_shares(mates[after], mates[step], level=LEVEL).set_axis(mates.index)
            self._known[group, step, after] = found
        return self._known[group, step, after]

    def _sound(self, who: list[str]) -> list[str]:
        """Return the steps in order, without those with fewer records than the step that follows."""
        kept = [self.outcome]
        if not who:
            return kept
        own, group = (self.counts.loc[i] for i in (who, self.groups.isin(self.groups[who])))
        for step in reversed(self.steps):
            is_own = own[step].sum() >= own[kept[0]].sum()
            if is_own and group[step].sum() > group[kept[0]].sum():
                kept.insert(0, step)
        return kept


def route(crm: Crm, outcome: str) -> Route:
    """Fetch the last year's counts of the steps that this data has, up to `outcome` (a count KPI)."""
    end = crm.as_of + timedelta(days=1)
    start = max(end - timedelta(weeks=WEEKS), crm.span.start)
    names = [s for s in crm.client.funnel or FUNNEL if s in KPIS and s != outcome]
    names = [s for s in names if all(crm.has(ref) for ref in KPIS[s].needs)]
    # A rate needs both its counts over the same days: what began late shortens the stretch, or is left out.
    begun = first_days(crm, [KPIS[s] for s in (*names, outcome)])
    late = end - timedelta(weeks=LEAST_WEEKS)
    names = [s for s in names if (first := begun.get(s)) and first <= late]
    start = max([start, *(begun[s] for s in names), *(d for d in (begun.get(outcome),) if d and d <= late)])
    asked = [*names, outcome]
    if outcome == "wins" and all(crm.has(ref) for ref in KPIS["losses"].needs):
        asked.append("losses")
    wide = panel(crm, asked, Period(start, end)).kpis.pivot(index="rep_id", columns="kpi", values="estimate")
    counts = wide[wide.index.notna()].reindex(columns=asked).fillna(0.0)
    if "losses" in asked:
        counts[CLOSED] = counts["wins"] + counts.pop("losses")
    recorded = [s for s in names if counts[s].sum() > 0]
    steps = recorded or [s for s in (CLOSED,) if s in counts]
    counts["days"] = days_between(crm, start, end).reindex(counts.index).fillna(0.0)
    return Route(outcome, counts, _groups(crm, counts), tuple(steps))


def _groups(crm: Crm, counts: pd.DataFrame) -> pd.Series:
    """Name the role of each rep; one name for all roles with fewer than three reps."""
    reps = crm.reps(on=crm.as_of).set_index("rep_id")
    roles = reps["role"] if "role" in reps else pd.Series(dtype="object")
    roles = roles.reindex(counts.index)
    sizes = roles[counts["days"] > 0].value_counts()
    return roles.where(roles.isin(sizes[sizes >= MIN_PEERS].index), "")


def draw_paths(rates: pd.DataFrame, *, seed: int = 0) -> dict[str, np.ndarray]:
    """Draw for each step the share of it that ends in the outcome: the product of the rates from there on."""
    paths, product = {}, np.ones(DRAWS)
    for place, (step, row) in enumerate(reversed(list(rates.iterrows()))):
        a, b = beta_of(row["mean"], row["std_error"])
        product = product * np.random.default_rng([seed, place]).beta(a, b, DRAWS)
        paths[str(step)] = product
    return dict(reversed(paths.items()))
