"""The rules that open opportunities are held against: what each looks at, its limit, what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.rows import rows
from ..kpi.touch import last_touches
from .limits import stay_limits, stays, win_limit

#: Pushes of the close date from which on they count as too many.
PUSHES = 3
#: Rules in the order in which one opportunity's are shown: signs of risk first, then missing entries.
RISKS = ("owner_left", "no_owner", "stalled", "old", "untouched", "overdue", "pushed")
RULES = (*RISKS, "far", "no_next_step", "no_amount")
_UNITS = {
    "stalled": "days",
    "old": "days",
    "untouched": "days",
    "overdue": "days",
    "pushed": "count",
    "far": "days",
}
#: Columns without which a rule cannot be checked.
NEEDS = {
    "owner_left": ("reps.left_on",),
    "stalled": ("stage_history",),
    "old": ("opportunities.created_on",),
    "untouched": ("activities.opportunity_id",),
    "overdue": ("opportunities.expected_close_on",),
    "pushed": ("close_date_changes",),
    "far": ("opportunities.expected_close_on",),
    "no_next_step": ("opportunities.next_step",),
    "no_amount": ("opportunities.amount",),
}


@dataclass(frozen=True)
class Facts:
    """What is known of each open opportunity, a row each, and the limits.

    ``values`` has a column per rule that could be checked: the fact, missing where it is not known; yes or no
    for rules without a limit. ``thresholds`` holds the limit of each row.
    """

    values: pd.DataFrame
    thresholds: pd.DataFrame
    limits: pd.Series
    unchecked: dict[str, tuple[str, ...]] = field(default_factory=dict)


def facts(crm: Crm, frame: pd.DataFrame, there: pd.DataFrame, on: date, untouched_days: int) -> Facts:
    """Look up what the rules need about the opportunities `there`, open on a day."""
    unchecked = {
        rule: missing
        for rule, needs in NEEDS.items()
        if (missing := tuple(n for n in needs if not crm.has(n)))
    }
    at = pd.Timestamp(on)
    if on < crm.as_of:
        unchecked.setdefault("no_next_step", ())
    found = stays(frame, on)
    limits = stay_limits(found) if "stalled" not in unchecked else pd.Series(dtype="float64")
    longest = win_limit(frame, on)
    if "stalled" not in unchecked and limits.empty:
        unchecked["stalled"] = ()
    if not np.isfinite(longest):
        unchecked |= {rule: unchecked.get(rule, ()) for rule in ("old", "far")}
    ids, ahead = there["opportunity_id"], (there["expected_close_on"] - at).dt.days
    compute: dict[str, tuple[Callable[[], pd.Series], object]] = {
        "owner_left": (lambda: _has_left(crm, there, at), np.nan),
        "no_owner": (lambda: there["rep_id"].isna(), np.nan),
        "stalled": (lambda: _in_stage(found, ids), there["stage"].map(limits)),
        "old": (lambda: (at - there["created_on"]).dt.days, longest),
        "untouched": (lambda: _untouched(crm, ids, on), untouched_days),
        "overdue": (lambda: -ahead, 0.0),
        "pushed": (lambda: ids.map(_pushes(frame, on)).fillna(0), PUSHES),
        "far": (lambda: ahead, longest),
        "no_next_step": (lambda: _without(crm, ids), np.nan),
        "no_amount": (lambda: ~(there["amount"] > 0), np.nan),
    }
    checked = {rule: both for rule, both in compute.items() if rule not in unchecked}
    return Facts(
        values=pd.DataFrame({rule: look() for rule, (look, _) in checked.items()}, index=there.index),
        thresholds=pd.DataFrame({rule: limit for rule, (_, limit) in checked.items()}, index=there.index),
        limits=limits,
        unchecked=unchecked,
    )


def fired(known: Facts, there: pd.DataFrame) -> pd.DataFrame:
    """Return one row per opportunity and rule that fired, largest value first."""
    parts = []
    for rule in (r for r in RULES if r in known.values):
        value, limit = known.values[rule], known.thresholds[rule]
        unit = _UNITS.get(rule, "")
        # So many days or pushes are enough for these two; the other limits must be passed.
        is_hit = (
            value.astype(bool)
            if not unit
            else value >= limit
            if rule in ("untouched", "pushed")
            else value > limit
        )
        hit = there[is_hit]
        parts.append(
            hit.assign(
                rule=rule,
                fact=value[is_hit].astype("float64") if unit else np.nan,
                threshold=limit[is_hit].astype("float64") if unit else np.nan,
                unit=unit,
            )
        )
    found = pd.concat(parts, ignore_index=True)
    order = found["rule"].map({rule: i for i, rule in enumerate(RULES)})
    found = found.assign(order=order).sort_values(
        ["amount", "opportunity_id", "order"],
        ascending=[False, True, True],
        kind="stable",
        na_position="last",
    )
    return found.drop(columns="order").reset_index(drop=True)


def _has_left(crm: Crm, there: pd.DataFrame, at: pd.Timestamp) -> pd.Series:
    reps = rows(crm, "reps", "rep_id", "left_on").drop_duplicates("rep_id").set_index("rep_id")
    return there["rep_id"].map(reps["left_on"]) <= at


def _untouched(crm: Crm, ids: pd.Series, on: date) -> pd.Series:
    last = last_touches(crm, on).reindex(ids)
    return pd.Series((pd.Timestamp(on) - last).dt.days.to_numpy(), ids.index)


def _in_stage(found: pd.DataFrame, ids: pd.Series) -> pd.Series:
    now = found[~found["is_over"]].drop_duplicates("opportunity_id", keep="last")
    return ids.map(now.set_index("opportunity_id")["days"])


def _pushes(frame: pd.DataFrame, on: date) -> pd.Series:
    """Return by opportunity how often its close date moved to a later day, up to `on`."""
    before = frame["expected_close_on"].shift(1)
    is_own = frame["opportunity_id"] == frame["opportunity_id"].shift(1)
    is_push = is_own & (frame["expected_close_on"] > before) & (frame["starts_on"] <= np.datetime64(on, "s"))
    return frame[is_push].groupby("opportunity_id").size()


def _without(crm: Crm, ids: pd.Series) -> pd.Series:
    steps = rows(crm, "opportunities", "opportunity_id", "next_step").drop_duplicates("opportunity_id")
    said = ids.map(steps.set_index("opportunity_id")["next_step"])
    return said.isna() | (said.str.strip() == "")
