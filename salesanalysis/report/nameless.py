"""The client's edition: every person is a number, the same in all pages of one data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.result import Result

#: Columns of result tables that say who somebody is.
IDS, NAMES = ("rep_id", "coach_id"), ("name", "coach")
#: Scope of rows that are about somebody, with the identifier in ``scope_id``.
_REP = "rep"


def codes(crm: Crm) -> Mapping[str, str]:
    """Return by rep_id what stands for the rep's name.

    The order is drawn from the data's fingerprint: neither the alphabet nor the identifiers give it away.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sorted(codes(sa.sample()).values())[0]
    'Rep-01'
    """
    ids = sorted(
        crm.reps()["rep_id"].astype(str), key=lambda i: sha256(f"{crm.fingerprint} {i}".encode()).hexdigest()
    )
    digits = max(len(str(len(ids))), 2)
    return {rep: f"Rep-{number:0{digits}}" for number, rep in enumerate(ids, 1)}


def nameless(result: Result, crm: Crm) -> Any:
    """Return `result` with a number for every rep, and no name of anybody else.

    Parameters
    ----------
    result : Result
        Of any type; its frames and the results it holds are gone through.
    crm : Crm
        Its data.
    """
    by_id = codes(crm)
    reps = crm.reps()
    by_name = {str(n): by_id[str(i)] for n, i in zip(reps["name"], reps["rep_id"])}
    other = crm.client.words.t("coaching.card.manager")
    size = reps["team"].value_counts() if "team" in reps else pd.Series(dtype=int)
    small = set(size.index[size < crm.client.minimum_group])
    changed: dict[str, Any] = {"edition": "client"}
    for one in fields(result):
        value = getattr(result, one.name)
        if isinstance(value, pd.DataFrame):
            changed[one.name] = _coded(_without_small(value, small), by_id, by_name, other)
        elif isinstance(value, Result):
            changed[one.name] = nameless(value, crm)
    return replace(result, **changed)


def _without_small(frame: pd.DataFrame, small: set[str]) -> pd.DataFrame:
    """Return a frame without rows of teams so small that they show single people; reps lose such a team."""
    table = frame
    if "scope" in table and "scope_id" in table:
        table = table[~(table["scope"].eq("team") & table["scope_id"].isin(small))]
    for column in ("team", "coach_team"):
        if column not in table:
            continue
        is_small = table[column].isin(small)
        if "rep_id" in table:
            table = table.assign(**{column: table[column].where(~is_small, "")})
        else:
            table = table[~is_small]
    return table.reset_index(drop=True)


def _coded(
    frame: pd.DataFrame, by_id: Mapping[str, str], by_name: Mapping[str, str], other: str
) -> pd.DataFrame:
    """Return a frame in which the columns that name people hold numbers; rows stay apart as they were."""
    table = frame.copy()
    if "name" in table and "rep_id" in table:  # two reps of one name stay two
        own = table["rep_id"].map(lambda i: by_id.get(str(i)))
        table["name"] = own.where(own.notna(), table["name"])
    is_person = table["scope"].eq(_REP) if "scope" in table else None
    if is_person is not None and "scope_id" in table:
        coded = table["scope_id"].map(lambda i: by_id.get(str(i), i))
        if "name" in table:
            table["name"] = table["name"].where(~is_person, coded)
        table["scope_id"] = table["scope_id"].where(~is_person, coded)
    for column in IDS:
        if column in table:
            table[column] = [by_id.get(str(v), v) for v in table[column]]
    known = {*by_id.values(), ""}
    for column in NAMES:
        if column in table and (column == "coach" or is_person is None):
            table[column] = [
                v if not isinstance(v, str) or v in known else by_name.get(v, other) for v in table[column]
            ]
    return table
