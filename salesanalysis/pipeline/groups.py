"""What opportunities are grouped by: their owner and what describes the owner, the account, the sale."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import unknown
from ..core.rows import rows

#: Dimensions that describe the owner; the others describe the opportunity or its account.
OF_REP = ("rep_id", "team", "manager", "role", "region")
DIMENSIONS = (*OF_REP, "segment", "product", "source")


def dimensions(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return the dimension names of `by`, checked: ``rep`` is ``rep_id``.

    Raises
    ------
    UnknownName
        No such dimension; the message lists those there are.
    """
    asked = (by,) if isinstance(by, str) and by else tuple(by)
    names = tuple(dict.fromkeys("rep_id" if name == "rep" else name for name in asked))
    for name in names:
        if name not in DIMENSIONS:
            raise unknown("dimension", name, DIMENSIONS)
    return names


def labelled(crm: Crm, frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Return one column per dimension for the opportunities and owners of `frame`; nobody is missing.

    Team, manager, role and region are those of the owner on the last day of the data, so that a rep who
    changed team takes the whole pipeline along and nothing seems to move between teams. Region falls back on
    that of the sale where reps have none.
    """
    found = {name: _one(crm, frame, name).to_numpy() for name in by}
    return pd.DataFrame(found, index=frame.index).astype("str")


def _one(crm: Crm, frame: pd.DataFrame, name: str) -> pd.Series:
    if name == "rep_id":
        return frame["rep_id"]
    if name in OF_REP and crm.has(f"reps.{name}"):
        reps = crm.reps(on=crm.as_of).drop_duplicates("rep_id").set_index("rep_id")
        return frame["rep_id"].map(reps[name])
    if name == "segment" or not crm.has(f"opportunities.{name}"):
        return _of_account(crm, frame, name)
    sale = rows(crm, "opportunities", "opportunity_id", name).set_index("opportunity_id")[name]
    return frame["opportunity_id"].map(sale)


def _of_account(crm: Crm, frame: pd.DataFrame, name: str) -> pd.Series:
    crm.require(f"accounts.{name}", "opportunities.account_id", wanted_by=f"Splitting the pipeline by {name}")
    accounts = rows(crm, "accounts", "account_id", name).drop_duplicates("account_id").set_index("account_id")
    sale = rows(crm, "opportunities", "opportunity_id", "account_id").set_index("opportunity_id")
    return frame["opportunity_id"].map(sale["account_id"]).map(accounts[name])


def numbered(labels: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's group, and the groups in order, missing ones last."""
    if labels.shape[1] == 0:
        return np.zeros(len(labels), dtype="int64"), pd.DataFrame(index=[0])
    number = labels.groupby(list(labels), dropna=False, sort=True).ngroup()
    first = ~number.duplicated()
    groups = labels[first].assign(number=number[first]).sort_values("number").drop(columns="number")
    return number.to_numpy(), groups.reset_index(drop=True)
