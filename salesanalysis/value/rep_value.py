"""Lifetime value of clients against the yearly cost of those who look after them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note
from ..kpi import KPIS, Kpi
from ..kpi.retention import active_book
from . import clients
from .results import RepValueResult

_SUMS = (KPIS["customer_lifetime_value"], Kpi("active_book", (active_book,), unit="money"))
#: Terms, their units, and the value from sums over clients: their number, value, cost and book. The cost of
#: a year is the same whoever the clients are, so the yearly terms take it in afterwards.
_TERMS = {
    "ratio": ("ratio", lambda s: s[:, 1] / s[:, 2]),
    "surplus": ("money", lambda s: (s[:, 1] - s[:, 2]) / s[:, 0]),
    "own_ratio": ("ratio", lambda s: s[:, 1] / s[:, 2]),
    "annual_ratio": ("ratio", lambda s: s[:, 3]),
    "annual_surplus": ("money", lambda s: s[:, 3]),
}
_ROW = [
    *("group", "name", "term", "estimate", "conf_low", "conf_high", "numerator", "base", "n", "unit"),
    "verdict",
]
_COLUMNS = ["one", "value", "cost", "book"]


def rep_value(
    crm: Crm, period: str | Period, *, by: str = "rep_id", least: int = clients.LEAST
) -> RepValueResult:
    """Set the lifetime value of clients, to the end of a period, against what their reps cost a year.

    Parameters
    ----------
    crm : Crm
        The data, with ``reps.annual_cost``.
    period : str or Period
        Values count to its last day; reps are those who look after a client.
    by : str
        ``rep_id``, or ``region``, ``segment`` (business category), ``source`` (acquisition method) …;
        empty: all together.
    least : int
        Clients under which a cell is masked and counted; cells of reps are not.

    Returns
    -------
    RepValueResult
        Intervals by drawing clients anew (bootstrap, fixed seed).

    Raises
    ------
    MissingData
        The data has no costs, or no purchases with values.
    InvalidInput
        Unknown dimension, nobody with a client, or a period that begins after the data ends.

    Notes
    -----
    Article 003: clients worth 500 000 on average of a rep who costs 100 000 a year give 5; 80 000 to 40 000
    give 2. The article sets the value of one client over a lifetime against the cost of a year, so the yearly
    value of all clients against the same cost stands beside it. A cell that several reps share has the mean
    cost of its clients' reps; in yearly terms, each client has an equal share of its rep's cost.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.rep_value(sa.sample(), "2026-Q3").of("Bagas Prakoso")  # doctest: +SKIP
    """
    check_crm(crm, "rep_value()")
    crm.require("reps.annual_cost", wanted_by="rep_value")
    span, dims = crm.known_period(period), clients.dimension(by)
    rows, notes = _clients(crm, span, dims)
    if rows.empty:
        raise InvalidInput(f"No account had bought anything by the end of {span}.")
    groups = _groups(crm, rows, span, dims)
    table = _table(rows, groups, has_inherited=crm.has("accounts.inherited"))
    table["name"] = clients.names(crm, table["group"], dims)
    size = rows.groupby("group").size().reindex(table["group"]).fillna(0).to_numpy()
    costed = rows[rows["cost"].notna()].groupby("group").size().reindex(table["group"]).fillna(0).to_numpy()
    masked = clients.is_masked(pd.Series(size), dims, least)
    few = crm.client.minimum_base
    table["verdict"] = [_verdict(*row, few) for row in zip(table["n"], size, costed, masked)]
    hidden = table["verdict"] == "masked"
    table.loc[hidden, ["estimate", "conf_low", "conf_high", "numerator", "base"]] = np.nan
    return RepValueResult(
        table=table[_ROW],
        by=dims[0] if dims else "",
        clients=rows.drop(columns="one"),
        least=least,
        is_profit=crm.client.margin is not None,
        method="value.rep_value",
        n=len(rows),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=(*notes, *clients.notes(crm, table, least), *_cautions(crm, table)),
    )


def _clients(crm: Crm, span: Period, dims: tuple[str, ...]) -> tuple[pd.DataFrame, list[Note]]:
    """Return one row a client who ever bought: its value to date, its yearly value, its rep's cost."""
    rows = clients.sums(crm, _SUMS, span, dims)
    rows = rows[rows["customers_to_date"] > 0]
    nobodys = int(rows["rep_id"].isna().sum())
    rows = rows[rows["rep_id"].notna()].reset_index(drop=True)
    margin = 1.0 if crm.client.margin is None else crm.client.margin
    costs = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")["annual_cost"]
    costs = costs.where(costs > 0)
    number = rows.groupby("rep_id")["account_id"].transform("size")
    rows = rows.assign(
        one=1.0,
        value=rows["value_to_date"],
        book=rows["active_book"] * margin,
        cost=rows["rep_id"].map(costs).astype("float64"),
        is_inherited=_inherited(crm, rows["account_id"]),
    )
    rows["cost_share"] = rows["cost"] / number
    notes = [Note("value_no_rep", nobodys)] if nobodys else []
    return rows[["group", "account_id", "rep_id", *_COLUMNS, "cost_share", "is_inherited"]], notes


def _inherited(crm: Crm, accounts: pd.Series) -> pd.Series:
    if not crm.has("accounts.inherited"):
        return pd.Series(False, accounts.index)
    known = crm.frame("accounts").drop_duplicates("account_id").set_index("account_id")["inherited"]
    return accounts.map(known) == "yes"


def _groups(crm: Crm, rows: pd.DataFrame, span: Period, dims: tuple[str, ...]) -> pd.Series:
    """Return the groups with a client; of reps of the clients' roles, those without any client too."""
    found = clients.order(rows)
    reps = crm.reps()
    if dims != ("rep_id",) or "role" not in reps:
        return found
    roles = reps.loc[reps["rep_id"].isin(rows["rep_id"]), "role"].dropna().unique()
    there = pd.Series(True, reps.index)
    for column, outside in (("hired_on", lambda d: d >= span.end), ("left_on", lambda d: d <= span.start)):
        if column in reps:
            days = pd.to_datetime(reps[column])
            there &= ~days.map(lambda d, out=outside: not pd.isna(d) and out(d.date()))
    idle = reps.loc[there & reps["role"].isin(roles) & ~reps["rep_id"].isin(found), "rep_id"]
    return pd.concat([found, idle], ignore_index=True)


def _table(rows: pd.DataFrame, groups: pd.Series, *, has_inherited: bool) -> pd.DataFrame:
    costed = rows[rows["cost"].notna()]
    parts = []
    for term, (unit, statistic) in _TERMS.items():
        if term == "own_ratio" and not has_inherited:
            continue
        used = costed[~costed["is_inherited"]] if term == "own_ratio" else costed
        estimate, low, high = clients.intervals(used, _COLUMNS, groups, statistic)
        sums = used.groupby("group")[[*_COLUMNS, "cost_share"]].sum().reindex(groups)
        if term.startswith("annual"):
            top, base = sums["book"], sums["cost_share"]
            estimate, low, high = (_of_year(v, base.to_numpy(), unit) for v in (estimate, low, high))
        else:
            top, base = sums["value"] / sums["one"], sums["cost"] / sums["one"]
        parts.append(
            pd.DataFrame(
                {
                    "group": groups.to_numpy(),
                    "term": term,
                    "estimate": estimate,
                    "conf_low": low,
                    "conf_high": high,
                    "numerator": top.to_numpy(),
                    "base": base.to_numpy(),
                    "n": sums["one"].fillna(0).astype(int).to_numpy(),
                    "unit": unit,
                }
            )
        )
    ranks = {group: i for i, group in enumerate(groups)}
    stacked = pd.concat(parts, ignore_index=True)
    return stacked.sort_values("group", key=lambda g: g.map(ranks), kind="stable", ignore_index=True)


def _of_year(value: np.ndarray, cost: np.ndarray, unit: str) -> np.ndarray:
    """Set a yearly value against the cost of the year."""
    return value / np.where(cost > 0, cost, np.nan) if unit == "ratio" else value - cost


def _verdict(n: int, size: int, costed: int, is_masked: bool, few: int) -> str:
    if is_masked:
        return "masked"
    if size and not costed:
        return "no_cost"
    return "no_clients" if n == 0 else ("too_few" if n < few else "shown")


def _cautions(crm: Crm, table: pd.DataFrame) -> list[Note]:
    found = [] if crm.client.margin is not None else [Note("value_revenue")]
    uncosted = table.loc[table["verdict"] == "no_cost", "group"].nunique()
    if uncosted:
        found.append(Note("value_no_cost", uncosted))
    idle = table.loc[(table["verdict"] == "no_clients") & (table["term"] == "ratio"), "group"].nunique()
    if idle:
        found.append(Note("value_no_clients", idle))
    return found
