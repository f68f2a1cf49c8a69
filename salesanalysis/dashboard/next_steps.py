"""A rep's own open opportunities, those to act on next first."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm
from ..core.shelf import kept
from ..pipeline.chance import win_chances
from ..pipeline.hygiene import HygieneResult, hygiene

COLUMNS = [
    *("opportunity_id", "label", "account", "stage", "amount", "expected_close_on"),
    *("chance", "chance_low", "chance_high", "rules", "facts", "risks"),
]


def next_steps(crm: Crm, rep_id: str) -> pd.DataFrame:
    """Return the open opportunities of a rep on the last day of the data, most worth acting on first.

    Columns: ``opportunity_id, label, account, stage, amount, expected_close_on``; ``chance`` of ever being
    won with its interval, by the company's own history (missing where it is not known); ``rules`` that fired
    with their ``facts`` (days or count), signs of risk first, and how many of them are ``risks``. The order:
    with a sign of risk before without, then by value times chance.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> (next_steps(sa.sample(), "R02")["risks"] > 0).is_monotonic_decreasing
    True
    """
    if not crm.has("opportunities.rep_id"):
        return pd.DataFrame(columns=COLUMNS)
    found, likely = kept(crm, "dashboard.open", (), lambda: _of_everybody(crm))
    mine = found.open[found.open["rep_id"] == rep_id]
    fired = found.table[found.table["opportunity_id"].isin(mine["opportunity_id"])]
    told = fired.groupby("opportunity_id", sort=False).agg(rules=("rule", tuple), facts=("fact", tuple))
    table = mine.join(told, on="opportunity_id")
    for column in ("rules", "facts"):
        table[column] = [value if isinstance(value, tuple) else () for value in table[column]]
    for column, source in (("chance", "estimate"), ("chance_low", "conf_low"), ("chance_high", "conf_high")):
        table[column] = table["opportunity_id"].map(likely[source]).astype("float64")
    worth = table["amount"].fillna(0.0) * table["chance"].fillna(1.0)
    order = table.assign(_risk=table["risks"] > 0, _worth=worth)
    order = order.sort_values(["_risk", "_worth"], ascending=False, kind="stable")
    return order[COLUMNS].reset_index(drop=True)


def _of_everybody(crm: Crm) -> tuple[HygieneResult, pd.DataFrame]:
    """Return what is open and how likely it is won: the same for every rep."""
    return hygiene(crm), win_chances(crm).table.set_index("opportunity_id")
