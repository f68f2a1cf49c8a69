"""Commission taken back for contracts that were cancelled soon after signature."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from ..core.period import Period
from .cases import Person, volume_of
from .plan import ZERO, PayPlan
from .rules import commission_total


def clawbacks(
    plan: PayPlan, spans: Sequence[Period], everyone: Sequence[dict[str, Person]], earned: pd.DataFrame
) -> dict[tuple[int, str], Decimal]:
    """Return by settlement and rep the commission taken back for contracts cancelled then.

    It is what the settlement in which they counted paid, less what it would have paid without them; those
    cancelled earlier are out already.
    """
    found: dict[tuple[int, str], Decimal] = {}
    gone = _cancelled(plan, spans, earned)
    for (rep_id, first), rows in gone.groupby(["rep_id", "origin"]):
        who = everyone[first].get(str(rep_id))
        rule = who.case.terms.commission if who else None
        if rule is None:
            continue
        volume = who.case.volume
        for at, part in rows.groupby("at"):
            sums = part.assign(type=part["type"].fillna("")).groupby("type")[["cents", "parts"]].sum()
            less = volume_of(rule, {str(k): (int(c), int(n)) for k, c, n in sums.itertuples()})
            before, volume = commission_total(plan, who.case, volume), volume - less
            key = (int(at), str(rep_id))
            found[key] = found.get(key, ZERO) + before - commission_total(plan, who.case, volume)
    return {key: value for key, value in found.items() if value > 0}


def _cancelled(plan: PayPlan, spans: Sequence[Period], earned: pd.DataFrame) -> pd.DataFrame:
    """Return the credits of contracts cancelled in time, with the settlements: counted in, taken back in."""
    held = (earned["cancelled_on"] - earned["signed_on"]).dt.days
    starts, end = pd.DatetimeIndex([s.start for s in spans]), pd.Timestamp(spans[-1].end)
    gone = earned[held.between(0, plan.clawback_days) & (plan.clawback_days > 0)]
    gone = gone[(gone["cancelled_on"] < end) & (gone["counted_on"] < end) & (gone["counted_on"] >= starts[0])]
    origin = starts.searchsorted(gone["counted_on"], side="right") - 1
    at = starts.searchsorted(gone["cancelled_on"], side="right") - 1
    # Cancelled before it counted, as where the basis is payment: taken back when it counts.
    return gone.assign(origin=origin, at=at.clip(min=origin) if len(at) else at)
