"""What every coaching question about one rep starts from: the known days, the peers, the sums, the chain."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.people import staff
from ..stats.means import funnel_means
from . import counts
from .chain import Chain, build
from .peers import MIN_PEERS, Group, group
from .sizes import ENOUGH, VARIATION, amounts


@dataclass(frozen=True, eq=False)
class Basis:
    """Fetched once for a rep and a period.

    Attributes
    ----------
    crm, asked, period : Crm, Period, Period
        The data, the period asked for and the part of it within the data.
    people : Group
        The rep and the peers.
    sums : pandas.DataFrame
        Sums per rep, as from `counts.sums`.
    chain : Chain or None
        The rep against the pooled peers; None when nothing can be compared.
    dispersion : float
        Variance over mean of a rep's own four-week counts of the first step.
    amounts : pandas.Series
        Amount of every win of the group, by rep_id; empty where amounts are not known.
    """

    crm: Crm
    asked: Period
    period: Period
    people: Group
    sums: pd.DataFrame
    chain: Chain | None
    dispersion: float
    amounts: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))

    @property
    def variation(self) -> float:
        """Standard deviation of what one win is worth, as a share of the mean; assumed where wins are few."""
        if len(self.amounts) < ENOUGH:
            return VARIATION
        return float(funnel_means(self.amounts.to_numpy(), self.amounts.index)["variation"].iloc[0])

    @property
    def status(self) -> str:
        """What limits a reading, one of `results.STATUSES`."""
        if self.chain is None and self.people.status in ("ok", "left", "ramping"):
            return "no_data"
        return self.people.status


def basis(crm: Crm, period: Period | str, rep: str) -> Basis:
    """Fetch what the coaching functions need.

    Raises
    ------
    InvalidInput
        The period begins after the last day in the data.
    """
    asked = crm.known_period(period)
    known = asked.clip(crm.as_of)
    everyone = staff(crm, known)
    people = group(crm, known, rep, people=everyone)
    sums = counts.sums(crm, known, people)
    chain = chain_of(sums, people, crm)
    wide = counts.dispersion(crm, known, everyone["rep_id"], chain.steps[0]) if chain else 1.0
    won = amounts(crm, known, people.everyone) if chain else pd.Series(dtype="float64")
    return Basis(crm, asked, known, people, sums, chain, wide, won)


def chain_of(sums: pd.DataFrame, people: Group, crm: Crm) -> Chain | None:
    """Return the rep against the pooled peers; None without enough peers, or without a record of the rep."""
    peers = [i for i in people.peers if i in sums.index]
    own = {k: v for k, v in sums.loc[people.rep_id].items() if pd.notna(v)}
    if len(peers) < MIN_PEERS or not any(v > 0 for k, v in own.items() if k != "days"):
        return None
    return build(own, sums.loc[peers].sum().to_dict(), funnel=crm.client.funnel)
