"""Every change of an opportunity's state taken apart into steps, each with what it adds to the pipeline."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

#: Steps between the open pipeline at the start and at the end, as they are shown.
STEPS = (
    "created",
    "reopened",
    "assigned_in",
    "pulled_in",
    "value_up",
    "value_down",
    "pushed_out",
    "assigned_out",
    "lost",
    "won",
)


def moves(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Return one row per step that happened on the days `first` to `last`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Stretches as `states` returns them, with ``group`` (a number) and ``is_due`` (whether the stretch
        would belong to the pipeline if open).
    first, last : datetime.date

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id, day_on, group, step, change`` (opportunities) and ``value``.
    """
    pair = _pairs(frame, first, last)
    parts = [_entered(pair), *_open_moved(pair), *_ended(pair)]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(["opportunity_id", "day_on"], kind="stable", ignore_index=True)


def _pairs(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Return each stretch that begins within the days, beside the one before (columns ``was_…``)."""
    facets = ["status", "group", "is_due", "amount"]
    begins = frame["starts_on"].to_numpy()
    at = np.flatnonzero((begins >= np.datetime64(first, "s")) & (begins <= np.datetime64(last, "s")))
    now = frame.iloc[at]
    was = frame.iloc[np.maximum(at - 1, 0)]
    is_new = (at == 0) | (was["opportunity_id"].to_numpy() != now["opportunity_id"].to_numpy())
    pair = now[["opportunity_id", "starts_on", *facets]].reset_index(drop=True)
    for name in facets:
        pair[f"was_{name}"] = was[name].to_numpy()
    pair["amount"], pair["was_amount"] = pair["amount"].fillna(0.0), pair["was_amount"].fillna(0.0)
    was_open = ~is_new & (pair["was_status"] == "open")
    is_open = pair["status"] == "open"
    return pair.assign(
        is_new=is_new,
        was_open=was_open,
        was_in=was_open & pair["was_is_due"].astype(bool),
        is_open=is_open,
        # What closes belongs to the pipeline on that day, whenever it was expected.
        is_in=~is_open | pair["is_due"],
    )


def _rows(
    pair: pd.DataFrame, where: pd.Series, step: str | pd.Series, *, sign: int, value: str
) -> pd.DataFrame:
    chosen = pair[where]
    return pd.DataFrame(
        {
            "opportunity_id": chosen["opportunity_id"],
            "day_on": chosen["starts_on"],
            "group": chosen["was_group"] if step == "assigned_out" else chosen["group"],
            "step": step,
            "change": sign,
            "value": sign * chosen[value],
        }
    )


def _entered(pair: pd.DataFrame) -> pd.DataFrame:
    """Return what came in new, and what had ended and opened again (or ended in another way)."""
    again = ~pair["is_new"] & ~pair["was_open"] & (pair["status"] != pair["was_status"])
    return pd.concat(
        [
            _rows(pair, pair["is_new"] & pair["is_in"], "created", sign=1, value="amount"),
            _rows(pair, again & pair["is_in"], "reopened", sign=1, value="amount"),
        ]
    )


def _open_moved(pair: pd.DataFrame) -> list[pd.DataFrame]:
    """Return what changed of opportunities that were open: owner, close date, value, in this order."""
    other = pair["was_in"] & (pair["group"] != pair["was_group"])
    stays = pair["was_open"] & pair["is_in"]
    differs = pair["amount"] - pair["was_amount"]
    changed = pair.assign(differs=differs)
    return [
        _rows(pair, other, "assigned_out", sign=-1, value="was_amount"),
        _rows(pair, other, "assigned_in", sign=1, value="was_amount"),
        _rows(pair, stays & ~pair["was_in"], "pulled_in", sign=1, value="was_amount"),
        _rows(pair, pair["was_in"] & ~pair["is_in"], "pushed_out", sign=-1, value="was_amount"),
        _rows(changed, stays & (differs > 0), "value_up", sign=1, value="differs").assign(change=0),
        _rows(changed, stays & (differs < 0), "value_down", sign=1, value="differs").assign(change=0),
    ]


def _ended(pair: pd.DataFrame) -> list[pd.DataFrame]:
    ends = ~pair["is_open"] & (pair["is_new"] | pair["was_open"] | (pair["status"] != pair["was_status"]))
    return [
        _rows(pair, ends & (pair["status"] == word), word, sign=-1, value="amount")
        for word in ("lost", "won")
    ]
