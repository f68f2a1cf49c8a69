"""Results of this package: one row per group and term, or per pair of reps and term."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from ..core.errors import unknown
from ..core.result import Result


class OfGroups:
    """What results of groups of clients can do; a mixin of results with a ``group`` and a ``term``."""

    table: pd.DataFrame

    def of(self, group: str) -> Self:
        """Return the rows of one group, by its name or, of a rep, by rep_id."""
        who = str(group).casefold()
        table = self.table
        mine = table["group"].astype("str").str.casefold().eq(who) | table["name"].str.casefold().eq(who)
        if not mine.any():
            raise unknown("group", group, table["name"].unique(), where="this result")
        return replace(self, table=table[mine].reset_index(drop=True))

    def wide(self, column: str = "estimate") -> pd.DataFrame:
        """Return `column` with one row a group and one column a term."""
        terms, groups = (self.table[c].drop_duplicates() for c in ("term", "group"))
        found = self.table.pivot(index="group", columns="term", values=column)
        return found.reindex(index=groups, columns=terms).rename_axis(columns=None)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GrowthResult(OfGroups, Result):
    """How the value of a client set, fixed at the start of a period, changed: one row per group and term.

    `table` columns: ``group, name, term, value, estimate, conf_low, conf_high, n, base, unit, verdict``.
    Terms: ``growth`` and its exact parts ``expansion``, ``contraction`` and ``churn`` (`value` in money,
    `estimate` as a share of the value at the start, `base`); ``retention`` and ``top_retention`` (share of
    all clients, and of the largest tenth, that stayed: `value` of `n`); ``gained`` (yearly value of new
    clients, no part of growth). Verdicts: ``shown``, ``too_few`` (shown, under the minimum base),
    ``masked``, ``no_clients``.

    Attributes
    ----------
    by : str
        What the groups are: ``rep_id``, ``team``, ``region``, ``segment``, ``source`` …; empty: all clients.
    clients : pandas.DataFrame
        One row a client: ``account_id, group, start, end, was_client, stayed, expansion, contraction, churn,
        gained, is_top``.
    least : int
        Clients under which a cell is masked.
    """

    by: str
    clients: pd.DataFrame
    least: int


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RepValueResult(OfGroups, Result):
    """Lifetime value of clients against the cost of those who look after them: one row per group and term.

    `table` columns: ``group, name, term, estimate, conf_low, conf_high, numerator, base, n, unit, verdict``.
    Terms: ``ratio`` (mean lifetime value of a client to date ÷ annual cost), ``surplus`` (the same, less
    cost), ``own_ratio`` (the ratio without inherited clients), ``annual_ratio`` (yearly value of all that
    runs ÷ annual cost) and ``annual_surplus``. Verdicts: ``shown``, ``too_few``, ``masked``, ``no_cost``,
    ``no_clients``.

    Attributes
    ----------
    by : str
        What the groups are; empty: all clients.
    clients : pandas.DataFrame
        One row a client: ``group, account_id, rep_id, value, cost, book, cost_share, is_inherited``.
    least : int
        Clients under which a cell is masked.
    is_profit : bool
        Whether values are profit (the client has a margin) or revenue.
    """

    by: str
    clients: pd.DataFrame
    least: int
    is_profit: bool = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HandoffResult(Result):
    """Who hands leads to whom, and what became of them: one row per SDR, AE and term.

    `table` columns: ``rep_id, name, handed_to, handed_to_name, term, value, estimate, conf_low, conf_high,
    bound_low, bound_high, numerator, base, n, unit, verdict``. Terms: ``sent`` (share of the SDR's hand-offs
    that went to this AE), ``accepted``, ``qualified`` and ``won`` (of those decided: `value` as counted,
    `estimate` drawn towards all pairs as far as pairs are alike). Bounds: as if all that is undecided failed,
    or passed. `n` is the leads sent. Verdicts: ``shown``, ``masked``.

    Attributes
    ----------
    least : int
        Decided leads under which a pair's shares are masked.
    """

    least: int

    def matrix(self, term: str = "accepted", column: str = "estimate") -> pd.DataFrame:
        """Return one row an SDR and one column an AE."""
        known = self.table["term"].unique()
        if term not in known:
            raise unknown("term", term, known, where="this result")
        rows = self.table[self.table["term"] == term]
        found = rows.pivot(index="name", columns="handed_to_name", values=column)
        return found.rename_axis(index="SDR", columns="AE")
