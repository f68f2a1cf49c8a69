"""Growth of a client set fixed at the start: expansion, contraction and churn, which add up exactly."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note
from ..kpi import Kpi
from ..kpi.retention import (
    active_book,
    book_at_start,
    book_of_start,
    customers,
    customers_at_start,
    customers_kept,
)
from ..stats import wilson
from . import clients
from .results import GrowthResult

#: Share of the clients that counts as the largest.
TOP = 0.1
_COLUMNS = [
    *("group", "name", "term", "value", "estimate", "conf_low", "conf_high", "n", "base", "unit"),
    "verdict",
]
PARTS = ("expansion", "contraction", "churn")
_AT_START = (
    Kpi("book_at_start", (book_at_start,), unit="money"),
    Kpi("customers_at_start", (customers_at_start,)),
)
_AT_END = (
    Kpi("book_of_start", (book_of_start,), unit="money"),
    Kpi("active_book", (active_book,), unit="money"),
    Kpi("customers", (customers,)),
    Kpi("customers_kept", (customers_kept,)),
)


def growth(crm: Crm, period: str | Period, *, by: str = "rep_id", least: int = clients.LEAST) -> GrowthResult:
    """Tell how the yearly value of the clients of the first day changed by the last, and why.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Span of days; clients are those on the day before it.
    by : str
        ``rep_id`` (who looks after the account), ``team``, ``region``, ``segment``, ``source`` …; empty: all
        clients together. A client belongs to the group it was in at the start.
    least : int
        Clients under which a cell is masked; cells of reps are not.

    Returns
    -------
    GrowthResult
        Intervals: growth and its parts by drawing clients anew (bootstrap, fixed seed), retention Wilson.

    Raises
    ------
    MissingData
        The data has neither contracts with values and ends nor won opportunities with amounts.
    InvalidInput
        Unknown dimension, or a period that begins after the data ends.

    Notes
    -----
    Article 004: a portfolio of 1000 that is worth 1500, 3000 or 5000 a year later grew by 50, 200 or 400 %.
    A portfolio can grow while clients leave, so retention stands beside it, of all clients and of the
    largest tenth (at least one; those as large as the last of them count too).

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.growth(sa.sample(), "2026-Q3", by="team")  # doctest: +SKIP
    """
    check_crm(crm, "growth()")
    span, dims = crm.known_period(period), clients.dimension(by)
    rows = _set(crm, span, dims)
    if rows.empty:
        raise InvalidInput(f"Nobody was a client on the first or the last day of {span} in this data.")
    groups = clients.order(rows)
    table = pd.concat([_money(rows, groups), _stayed(rows, groups), _gained(rows, groups)], ignore_index=True)
    table["name"] = clients.names(crm, table["group"], dims)
    size = table["group"].map(rows.groupby("group")["was_client"].sum())
    masked = clients.is_masked(size, dims, least)
    few = crm.client.minimum_base
    table["verdict"] = [_verdict(*row, few) for row in zip(table["n"], size, masked)]
    table.loc[table["verdict"] == "masked", ["value", "estimate", "conf_low", "conf_high", "base"]] = np.nan
    ranks = {group: i for i, group in enumerate(groups)}
    table = table.sort_values("group", key=lambda g: g.map(ranks), kind="stable", ignore_index=True)
    return GrowthResult(
        table=table[_COLUMNS],
        by=dims[0] if dims else "",
        clients=rows,
        least=least,
        method="value.growth",
        n=int(rows["was_client"].sum()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=tuple(_notes(crm, rows, table, least)),
    )


def _set(crm: Crm, span: Period, dims: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a client at the start or at the end, in the group of the start where it was one then."""
    start = clients.sums(crm, _AT_START, span, dims).set_index("account_id").drop(columns="rep_id")
    end = clients.sums(crm, _AT_END, span, dims).set_index("account_id").drop(columns="rep_id")
    found = start.join(end.rename(columns={"group": "group_end"}), how="outer")
    found["group"] = found["group"].where(found.index.isin(start.index), found["group_end"])
    number = found.drop(columns=["group", "group_end"]).fillna(0.0)
    rows = pd.DataFrame(
        {
            "group": found["group"],
            "start": number["book_at_start"],
            "end": number["book_of_start"],
            "was_client": number["customers_at_start"] > 0,
            "stayed": number["customers_kept"] > 0,
        }
    )
    change = rows["end"] - rows["start"]
    gone = rows["was_client"] & ~(number["customers"] > 0)
    rows["expansion"] = change.where(change > 0, 0.0)
    rows["contraction"] = change.where((change < 0) & ~gone, 0.0)
    rows["churn"] = change.where(gone, 0.0)
    rows["gained"] = (number["active_book"] - number["book_of_start"]).where(~rows["was_client"], 0.0)
    rows["is_top"] = rows["was_client"] & rows.groupby("group")["start"].transform(
        _largest, rows["was_client"]
    )
    return rows.reset_index()


def _largest(start: pd.Series, was_client: pd.Series) -> pd.Series:
    """Tell which values are as large as the last of the largest tenth."""
    those = start[was_client.loc[start.index]]
    if those.empty:
        return pd.Series(False, start.index)
    count = math.ceil(TOP * len(those))
    return start >= those.nlargest(count).min()


def _money(rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    rows = rows[rows["was_client"]]
    found = []
    grouped = rows.groupby("group")
    base = grouped["start"].sum().reindex(groups).fillna(0.0).to_numpy()
    n = grouped.size().reindex(groups).fillna(0).to_numpy()
    whole = rows.assign(growth=rows["end"] - rows["start"])
    for term in ("growth", *PARTS):
        value = whole.groupby("group")[term].sum().reindex(groups).fillna(0.0).to_numpy()
        ends = clients.intervals(whole, [term, "start"], groups, lambda s: s[:, 0] / s[:, 1])
        found.append(_rows(groups, term, value, ends, (n, base)))
    return pd.concat(found, ignore_index=True)


def _stayed(rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    found = []
    for term, among in (("retention", rows["was_client"]), ("top_retention", rows["is_top"])):
        grouped = rows[among].groupby("group")["stayed"]
        n, value = (part.reindex(groups).fillna(0).to_numpy() for part in (grouped.size(), grouped.sum()))
        share = wilson(value, n)
        found.append(_rows(groups, term, value, (share.estimate, share.conf_low, share.conf_high), (n, n)))
    return pd.concat(found, ignore_index=True)


def _gained(rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    new = rows[~rows["was_client"]].groupby("group")["gained"]
    n, value = (part.reindex(groups).fillna(0).to_numpy() for part in (new.size(), new.sum()))
    missing = np.full(len(groups), np.nan)
    return _rows(groups, "gained", value, (value, missing, missing), (n, missing)).assign(unit="money")


def _rows(
    groups: pd.Series,
    term: str,
    value: np.ndarray,
    ends: tuple[np.ndarray, ...],
    rests_on: tuple[np.ndarray, np.ndarray],
) -> pd.DataFrame:
    estimate, low, high = ends
    n, base = rests_on
    return pd.DataFrame(
        {
            "group": groups.to_numpy(),
            "term": term,
            "value": np.asarray(value, dtype=float),
            "estimate": estimate,
            "conf_low": low,
            "conf_high": high,
            "n": n.astype(int),
            "base": base,
            "unit": "share",
        }
    )


def _verdict(n: int, size: int, is_masked: bool, few: int) -> str:
    if is_masked:
        return "masked"
    return "no_clients" if n == 0 else ("too_few" if size < few else "shown")


def _notes(crm: Crm, rows: pd.DataFrame, table: pd.DataFrame, least: int) -> list[Note]:
    found = clients.notes(crm, table, least)
    nobodys = int((rows["group"] == "").sum()) if len(rows["group"].unique()) > 1 else 0
    if nobodys:
        found.append(Note("value_no_group", nobodys))
    worthless = int((rows["was_client"] & (rows["start"] == 0)).sum())
    if worthless:
        found.append(Note("growth_no_value", worthless))
    return found
