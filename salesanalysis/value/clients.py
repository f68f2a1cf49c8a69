"""Sums of every client, and the group it belongs to: what values of groups are added up from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note
from ..kpi import Kpi, panel
from ..kpi.dimension import dimensions
from ..kpi.view import customer_rule
from ..stats import of_sums
from ..stats.resample import Statistic

#: Clients under which a cell of a breakdown says more about single clients than about the group.
LEAST = 5


def dimension(by: str) -> tuple[str, ...]:
    """Return the dimension as a tuple, checked; empty for everything together.

    Raises
    ------
    InvalidInput
        More than one dimension, or one that is not known.
    """
    if not isinstance(by, str):
        raise InvalidInput(f"by is one dimension such as 'rep_id' or 'region', not {type(by).__name__}.")
    return dimensions((by,) if by else ())


def sums(crm: Crm, kpis: tuple[Kpi, ...], span: Period, dims: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per client with a column a measure, the group and the rep who looks after it.

    Clients whose sums are all zero are left out; missing groups have the name of nobody, an empty text.
    """
    by = tuple(dict.fromkeys((*dims, "account_id", "rep_id")))
    measures = list(dict.fromkeys(m.name for kpi in kpis for m in kpi.sums))
    wide = panel(crm, kpis, span, by=by).wide().reset_index()
    wide = wide.reindex(columns=[*by, *measures])
    wide = wide[wide["account_id"].notna()]
    wide = wide[(wide[measures].fillna(0.0) != 0).any(axis=1)]
    wide["group"] = wide[dims[0]].astype("object").where(wide[dims[0]].notna(), "") if dims else ""
    return wide[["group", "account_id", "rep_id", *measures]].fillna(dict.fromkeys(measures, 0.0))


def names(crm: Crm, groups: pd.Series, dims: tuple[str, ...]) -> pd.Series:
    """Return the name of each group: of reps the person's, of others their own."""
    if dims == ("rep_id",):
        known = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")["name"]
        return groups.map(known).fillna(groups).astype("str")
    return groups.astype("str")


def order(rows: pd.DataFrame) -> pd.Series:
    """Return the groups of `rows` in order, those of nobody last."""
    found = sorted(rows["group"].unique(), key=lambda g: (g == "", str(g)))
    return pd.Series(found, dtype="object")


def is_masked(size: pd.Series, dims: tuple[str, ...], least: int) -> pd.Series:
    """Tell which cells of a breakdown have too few clients to be shown; a rep's own clients always are."""
    return (size > 0) & (size < least) & (bool(dims) and dims != ("rep_id",))


def intervals(
    rows: pd.DataFrame, columns: list[str], groups: pd.Series, statistic: Statistic
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimate and both ends of `statistic` for each of `groups`, clients being drawn anew."""
    missing = np.full(len(groups), np.nan)
    estimate, low, high = missing.copy(), missing.copy(), missing.copy()
    there = groups[groups.isin(rows["group"])]
    if len(there):
        cells = pd.Categorical(rows["group"], categories=there).codes
        found, _ = of_sums(rows[columns].to_numpy(dtype=float), cells, statistic)
        at = there.index.to_numpy()
        estimate[at], low[at], high[at] = found.estimate, found.conf_low, found.conf_high
    return estimate, low, high


def notes(crm: Crm, table: pd.DataFrame, least: int) -> list[Note]:
    """Return the cautions that all results of clients share."""
    rule = customer_rule(crm.tables, crm.client)
    source = "contracts" if rule == "contracts" else "opportunities"
    values = {"days": crm.client.active_days} if rule == "purchases" else {}
    found = [Note(f"value_{rule}", values=values)]
    masked = table.loc[table["verdict"] == "masked", "group"].nunique()
    if masked:
        found.append(Note("value_masked", masked, {"least": least}))
    return [*found, *crm.notes(source, "accounts")]
