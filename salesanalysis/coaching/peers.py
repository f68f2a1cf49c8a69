"""Who a rep is compared with: ramped reps of the same role, per working day employed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ..core.calendar import employed_days
from ..core.crm import Crm
from ..core.period import Period

#: Weeks on board before a rep is compared with others, or counts as a peer.
RAMP_WEEKS = 13
#: Fewer peers than this are no benchmark.
MIN_PEERS = 3


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
        Working days employed in the period, by rep_id.
    weeks : float
        Weeks on board at the end of the period; NaN when the day of hire is unknown.
    has_left : bool
        The rep had left by the end of the period.
    left_out : mapping of str to int
        Colleagues who are no peers, counted by reason: ramping, role, absent.
    is_same_role : bool
        Peers share the rep's role; False when the role is unknown or too few share it.
    """

    rep: Mapping[str, object]
    peers: tuple[str, ...]
    days: Mapping[str, int]
    weeks: float
    has_left: bool
    left_out: Mapping[str, int]
    is_same_role: bool

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


def group(crm: Crm, period: Period, rep: str) -> Group:
    """Find the peers of `rep` for `period` (already clipped to the known days).

    A peer was on board at least 13 weeks when the period began and was employed for half of it. Where fewer
    than three share the rep's role, or no roles are known, ramped reps of all roles are taken, which a note
    says.
    """
    subject = crm.rep(rep)
    reps = crm.reps().set_index("rep_id", drop=False)
    country = crm.client.country
    days = {
        str(i): employed_days(period, day_of(row, "hired_on"), day_of(row, "left_on"), country)
        for i, row in reps.iterrows()
    }
    half = employed_days(period, None, None, country) / 2
    ramped, left_out = [], {"ramping": 0, "role": 0, "absent": 0}
    for i, row in reps.drop(index=str(subject["rep_id"])).iterrows():
        hired = day_of(row, "hired_on")
        if days[str(i)] < max(half, 1):
            left_out["absent"] += 1
        elif hired and (period.start - hired).days < 7 * RAMP_WEEKS:
            left_out["ramping"] += 1
        else:
            ramped.append(str(i))
    role = subject.get("role")
    same = [i for i in ramped if pd.notna(role) and reps.at[i, "role"] == role] if "role" in reps else []
    is_same = len(same) >= MIN_PEERS
    if is_same:
        left_out["role"] = len(ramped) - len(same)
    return Group(
        rep=subject.to_dict(),
        peers=tuple(same if is_same else ramped),
        days=days,
        weeks=_weeks(subject, period),
        has_left=(left := day_of(subject, "left_on")) is not None and left <= period.end,
        left_out=left_out,
        is_same_role=is_same,
    )


def _weeks(row: pd.Series, period: Period) -> float:
    hired = day_of(row, "hired_on")
    return float("nan") if hired is None else (period.end - hired).days / 7


def day_of(row: pd.Series, column: str) -> date | None:
    """Return a day of a row; None where the column or the value is missing."""
    value = row.get(column)
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
