"""Editions of pay: a rep sees the own slip and nobody else's pay, a client groups without names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..compensation import Budget, PayForResult, PayPlan, PayResult, PayrollResult, WhatIfResult
from ..core.crm import Crm
from ..core.errors import InvalidInput

#: Columns of a pay table that add up over people.
SUMS = (
    "n", "credited", "given", "received", "base_pay", "commission", "accelerator", "bonus", "clawback", "cap",
    "draw", "recovered", "variable_pay", "pay", "on_target", "split_pay", "owed",
)  # fmt: skip


def payroll_of_rep(result: PayrollResult, crm: Crm) -> PayrollResult:
    """Return the pay slip that a rep takes home."""
    if not result.rep:
        raise InvalidInput("The rep's edition of pay is about one rep; name the rep, or leave the edition.")
    paid = result.paid
    own = paid.earned[paid.earned["rep_id"] == result.rep]
    paid = replace(paid, edition="rep", earned=own.reset_index(drop=True), plan=_own_plan(paid))
    asked = replace(result.what_if, edition="rep", paid=paid)
    return replace(result, edition="rep", paid=paid, what_if=asked)


def _own_plan(paid: PayResult) -> PayPlan:
    """Return the plan without other reps' own terms and shared opportunities."""
    who = paid.table.iloc[0]
    keep = {str(who["rep_id"]), str(who["name"])}
    reps = {key: terms for key, terms in paid.plan.reps.items() if key in keep}
    return replace(paid.plan, reps=reps, splits=replace(paid.plan.splits, given={}), budget=None)


def payroll_without_names(result: PayrollResult, crm: Crm) -> PayrollResult:
    """Return pay by role: roles of fewer people than may be shown are taken together, or left out."""
    if result.rep:
        raise InvalidInput("A page about one rep's pay has no client edition; leave 'rep' empty.")
    if result.paid is None:
        return replace(result, edition="client")
    least = crm.client.minimum_group
    groups = _groups(result.table, least)
    if groups.isna().all():
        raise InvalidInput(
            f"Only {len(groups)} people are paid here, fewer than minimum_group ({least}): a page without "
            "names would still show single people. Leave the team out, or take the manager's edition."
        )
    table = _by_group(result.table, groups)
    lines = _lines(result.paid.lines, result.table, groups)
    paid = replace(
        result.paid, edition="client", table=table, lines=lines, settled=(), earned=pd.DataFrame(), usual={},
        reps=int(groups.notna().sum()),
        plan=replace(result.paid.plan, reps={}, splits=replace(result.paid.plan.splits, given={})),
    )  # fmt: skip
    return replace(
        result,
        edition="client",
        table=table,
        paid=paid,
        pays_for=_few(result, least),
        what_if=_what_if(result.what_if, paid, groups, least),
        coaches=result.coaches.iloc[:0],
    )


def _groups(table: pd.DataFrame, least: int) -> pd.Series:
    """Return by rep_id the role shown; small roles are one group, missing where that is too small, too."""
    role = table.set_index("rep_id")["role"].fillna("")
    size = role.map(role.value_counts())
    group = role.where(size >= least, "*")
    rest = int((group == "*").sum())
    return group.where(group != "*", "*" if rest >= least else None)


def _by_group(table: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    known = table.assign(group=table["rep_id"].map(groups)).dropna(subset=["group"])
    sums = known.groupby("group", sort=True)[list(SUMS)].sum()
    found = pd.DataFrame("", index=sums.index, columns=table.columns, dtype=object)
    for column in SUMS:
        found[column] = sums[column]
    found["attainment"] = np.nan
    found["role"], found["name"] = sums.index, sums.index
    return found.sort_values("pay", ascending=False).reset_index(drop=True)


def _lines(lines: pd.DataFrame, table: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return the lines summed by group and component."""
    known = lines.assign(role=lines["rep_id"].map(groups)).dropna(subset=["role"])
    sums = known.groupby(["role", "component"], sort=False)["amount"].sum().reset_index()
    blank = dict.fromkeys(("rep_id", "name", "team", "period", "term", "reason"), "")
    return sums.assign(**blank, quantity=None, rate=None)[list(lines.columns)]


def _few(result: PayrollResult, least: int) -> PayForResult:
    """Return what is paid for without sums that stand for too few people."""
    found = result.pays_for
    is_few = found.table["n"].between(1, least - 1)
    table = found.table.copy()
    table.loc[is_few, ["earned", "share", "on_target", "target_share"]] = np.nan
    return replace(found, edition="client", table=table)


def _what_if(found: WhatIfResult, paid: PayResult, groups: pd.Series, least: int) -> WhatIfResult:
    roles = {role for role in groups.dropna().unique() if role != "*"}
    nobody = found.compared.iloc[:0]
    return replace(
        found,
        edition="client",
        paid=paid,
        compared=nobody,
        marginal=found.marginal.iloc[:0],
        curves=found.curves[found.curves["role"].isin(roles)],
        ahead=found.ahead if found.n >= least else Budget(),
    )
