"""`what_if`: what the plan would pay at other results, under another plan, and in the settlement ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Result
from .budget import Budget, budget
from .curve import at_attainment, capped
from .marginal import marginal
from .pay import PayResult, pay
from .plan import ONE, PayPlan
from .rules import Case

LEVELS = (0.8, 0.9, 1.0, 1.1, 1.2)
#: Attainments at which curves are drawn.
GRID = np.round(np.arange(0.0, 2.5001, 0.025), 3)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WhatIfResult(Result):
    """What would be paid.

    `table`: one row per attainment (``level``) that all would reach: ``estimate`` variable pay before draws,
    ``pay`` with base, ``share`` of the budget (NaN without one), ``n`` reps at the cap.

    Attributes
    ----------
    compared : pandas.DataFrame
        One row per rep: ``rep_id, name, team, role, pay`` and ``other_pay`` of the other plan, both without
        clawback and draws, and the ``difference``; empty without another plan.
    marginal : pandas.DataFrame
        What one more win pays each rep (`marginal.marginal`).
    curves : pandas.DataFrame
        By role: ``role, level, estimate`` (variable pay ÷ that at target, bonuses at the same attainment).
    total : pandas.DataFrame
        ``level, estimate`` of all together, for the picture.
    ahead : Budget
        The settlement ahead.
    other : str
        Name of the other plan; empty: none.
    """

    compared: pd.DataFrame
    marginal: pd.DataFrame
    curves: pd.DataFrame
    total: pd.DataFrame
    ahead: Budget = field(default_factory=Budget)
    paid: PayResult | None = None
    other: str = ""


def what_if(
    crm: Crm,
    period: str | Period = "",
    *,
    plan: PayPlan | str | Path | None = None,
    other: PayPlan | str | Path | None = None,
    levels: Sequence[float] = LEVELS,
    paid: PayResult | None = None,
) -> WhatIfResult:
    """Work out what a plan would pay at other attainments, and what another plan would have paid.

    Parameters
    ----------
    crm, period, plan
        As in `pay`.
    other : PayPlan or path, optional
        Another plan, held beside this one on the results as they were.
    levels : sequence of float
        Attainments that all reach, of every target; for reps without one, of what they sold.
    paid : PayResult, optional
        What `pay` found, where it is known already.

    Returns
    -------
    WhatIfResult
        Variable pay before draws; the settlement is the period's last.

    Raises
    ------
    InvalidInput
        A level that is no share between 0 and 5.

    Notes
    -----
    The scenarios hold results as given: what reps would do under another plan is not known from this data.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.what_if(sa.sample(), "2026-Q3").table["level"].tolist()  # doctest: +SKIP
    [0.8, 0.9, 1.0, 1.1, 1.2]
    """
    check_crm(crm, "what_if()")
    for level in levels:
        if isinstance(level, bool) or not isinstance(level, int | float) or not 0 <= level <= 5:
            raise InvalidInput(f"A level is {level!r}; give attainments such as 0.9, between 0 and 5.")
    paid = paid or pay(crm, period, plan=plan)
    asked = set(paid.table["rep_id"])
    cases = [who.case for rep, who in paid.settled[-1][1].items() if rep in asked]
    second, compared = _compared(crm, paid, other)
    return WhatIfResult(
        table=_scenarios(paid, cases, levels),
        method="compensation.what_if",
        n=len(cases),
        client=crm.client,
        period=paid.period,
        as_of=crm.as_of,
        notes=paid.notes,
        compared=compared,
        marginal=marginal(paid),
        curves=_curves(paid),
        total=_total(paid, cases),
        ahead=budget(crm, paid) if len(cases) > 1 else Budget(reason="one_rep"),
        paid=paid,
        other=second,
    )


def _scenarios(paid: PayResult, cases: Sequence[Case], levels: Sequence[float]) -> pd.DataFrame:
    plan, grid = paid.plan, np.array(levels, dtype=float)
    limit = float(plan.budget / plan.parts) if plan.budget and not paid.is_part else np.nan
    base = float(sum(case.terms.base / plan.parts * case.part for case in cases))
    each = np.array([at_attainment(plan, case, grid) for case in cases])
    caps = np.array([capped(plan, case, np.array([np.inf]))[0] for case in cases])
    whole = each.sum(axis=0)
    at_cap = ((each >= caps[:, None] - 0.005) & (caps[:, None] > 0)).sum(axis=0)
    found = {"level": grid, "estimate": whole, "pay": base + whole, "share": whole / limit, "n": at_cap}
    return pd.DataFrame(found)


def _total(paid: PayResult, cases: Sequence[Case]) -> pd.DataFrame:
    """Return the sum of all at every level of a fine grid around the target."""
    grid = np.round(np.arange(0.5, 1.5001, 0.05), 2)
    values = np.array([at_attainment(paid.plan, case, grid) for case in cases]).sum(axis=0)
    return pd.DataFrame({"level": grid, "estimate": values})


def _curves(paid: PayResult) -> pd.DataFrame:
    """Return variable pay by attainment, one curve a role: that of a full-time rep with the usual target."""
    by_role: dict[str, list[Case]] = {}
    for who in paid.settled[-1][1].values():
        if who.case.terms.commission or who.case.terms.bonuses:
            by_role.setdefault(who.role, []).append(who.case)
    frames = []
    for role, cases in by_role.items():
        known = sorted((c for c in cases if c.target), key=lambda c: c.target)
        case = known[len(known) // 2] if known else max(cases, key=lambda c: c.volume)
        case = Case(case.terms, ONE, ONE, ONE, case.volume, case.target, case.attained)
        whole = float(at_attainment(paid.plan, case, np.array([1.0]))[0])
        if whole <= 0:
            continue
        found = at_attainment(paid.plan, case, GRID) / whole
        frames.append(pd.DataFrame({"role": role, "level": GRID, "estimate": found}))
    columns = ["role", "level", "estimate"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _compared(crm: Crm, paid: PayResult, other: PayPlan | str | Path | None) -> tuple[str, pd.DataFrame]:
    who = ["rep_id", "name", "team", "role"]
    if not other:
        return "", pd.DataFrame(columns=[*who, "pay", "other_pay", "difference"])
    second = pay(crm, paid.period, plan=other)
    pays = _earned(second).rename("other_pay")
    both = (
        paid.table[who]
        .assign(pay=_earned(paid).to_numpy())
        .merge(pays, "left", left_on="rep_id", right_index=True)
    )
    both["other_pay"] = both["other_pay"].fillna(0.0)
    both["difference"] = (both["other_pay"] - both["pay"]).round(2)
    name = second.plan.name or (second.plan.path.stem if second.plan.path else "")
    return name, both.sort_values("difference", ascending=False, kind="stable").reset_index(drop=True)


def _earned(paid: PayResult) -> pd.Series:
    """Return base and earned variable pay by rep, without what earlier settlements or draws add."""
    table = paid.table.set_index("rep_id")
    return table[["base_pay", "commission", "accelerator", "bonus", "cap"]].sum(axis=1)
