"""Who a rep is compared with: ramped reps of the same role, per working day employed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals.people import MIN_PEERS, RAMP_WEEKS, SEGMENT, peers_with, staff


@dataclass(frozen=True)
class Group:
    """A rep and the peers to compare with.

    Attributes
    ----------
    rep : mapping
        The rep's row of the table of reps.
    peers : tuple of str
        rep_id of every peer.
    days : mapping of str to int
        Working days employed in the period, by rep_id, of the rep and the peers.
    weeks : float
        Weeks on board at the end of the period; NaN when the day of hire is unknown.
    has_left : bool
        The rep had left by the end of the period.
    left_out : int
        Colleagues who worked in the period but were new, or not there for half of it.
    is_same_role : bool
        Peers share the rep's role; False when the role is unknown, or fewer than three share it.
    segment : str
        ``same``: peers share the business category too; ``few``: fewer than three do, so that it was left
        aside; empty: the rep's is not known.
    """

    rep: Mapping[str, object]
    peers: tuple[str, ...]
    days: Mapping[str, int]
    weeks: float
    has_left: bool
    left_out: int
    is_same_role: bool
    segment: str = ""

    @property
    def rep_id(self) -> str:
        """Identifier of the rep."""
        return str(self.rep["rep_id"])

    @property
    def everyone(self) -> list[str]:
        """The rep first, then the peers."""
        return [self.rep_id, *self.peers]

    @property
    def status(self) -> str:
        """What limits a comparison, or ok."""
        if self.days[self.rep_id] == 0:
            return "not_employed"
        if self.weeks < RAMP_WEEKS:
            return "ramping"
        if len(self.peers) < MIN_PEERS:
            return "no_peers"
        return "left" if self.has_left else "ok"


def group(crm: Crm, period: Period, rep: str, *, people: pd.DataFrame | None = None) -> Group:
    """Find the peers of `rep` for `period` (already clipped to the known days), among `people` if known.

    A peer was on board at least 13 weeks when the period began and was employed for half of it. Other roles
    sell another way: they are taken only where the rep's role is unknown.
    """
    subject = crm.rep(rep)
    rep_id = str(subject["rep_id"])
    people = staff(crm, period) if people is None else people
    is_here = rep_id in people.index
    peers, shared = peers_with(people, rep_id) if is_here else ([], "nothing")
    is_same_role = shared != "nothing"
    if is_here and not is_same_role and pd.notna(people.at[rep_id, "role"]):
        role = people.at[rep_id, "role"]
        peers = [i for i in peers if people.at[i, "role"] == role]
    days = {str(i): round(people.at[i, "days"]) for i in peers}
    left = day_of(subject, "left_on")
    return Group(
        rep=subject.to_dict(),
        peers=tuple(peers),
        days={rep_id: round(people.at[rep_id, "days"]) if is_here else 0, **days},
        weeks=_weeks(subject, period),
        has_left=left is not None and left <= period.end,
        left_out=int((~people["is_peer"]).drop(index=rep_id, errors="ignore").sum()),
        is_same_role=is_same_role,
        segment=_segment(people, rep_id, shared) if is_here else "",
    )


def _segment(people: pd.DataFrame, rep_id: str, shared: str) -> str:
    if pd.isna(people.at[rep_id, SEGMENT]):
        return ""
    return "same" if shared == SEGMENT else "few"


def _weeks(row: pd.Series, period: Period) -> float:
    hired = day_of(row, "hired_on")
    return float("nan") if hired is None else (period.end - hired).days / 7


def day_of(row: pd.Series, column: str) -> date | None:
    """Return a day of a row; None where the column or the value is missing."""
    value = row.get(column)
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
