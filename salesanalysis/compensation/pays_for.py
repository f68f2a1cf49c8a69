"""`pay_for`: what the plan pays for, held against the passport of each KPI."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Result
from ..kpi import KPIS
from ..passport import PassportResult, qualify
from ..passport.outcome import TESTS
from ..stats import rank_correlation
from .pay import PayResult, pay
from .plan import ZERO, PayPlan
from .rules import Case, commission_total

LEVEL = 0.95
#: Share of the reps whose pay is set against everybody's.
TOP = 0.2
COLUMNS = (
    "kpi", "role", "earned", "share", "on_target", "target_share", "n", "verdict", *TESTS, "reason",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PayForResult(Result):
    """What variable pay is for.

    `table`: one row per measure or KPI that is paid, then those that passed the four tests and are not:
    ``earned`` before cap, clawback and draws and its ``share``; the same at target (``on_target,
    target_share``); ``n`` reps whose pay has it; the passport's ``verdict`` and its tests; ``reason``:
    ``result`` (what is sold is the result, not a metric to steer by), ``in_order``, ``failed``,
    ``cannot_tell``, ``unpaid``.

    Attributes
    ----------
    base_share : float
        Base pay of all pay.
    behaviour_share, behaviour_target : float
        Share of variable pay that is for what reps do, as earned and at target.
    correlation, corr_low, corr_high : float
        Rank correlation of variable pay ÷ that at target with attainment, and its interval; `pairs` reps.
    top_pay, top_value : float
        Share of variable pay that goes to the best paid fifth, and the share of value credited to them.
    """

    base_share: float
    behaviour_share: float
    behaviour_target: float
    correlation: float
    corr_low: float
    corr_high: float
    pairs: int
    top_pay: float
    top_value: float


def pay_for(
    crm: Crm,
    period: str | Period = "",
    *,
    plan: PayPlan | str | Path | None = None,
    paid: PayResult | None = None,
    passport: PassportResult | None = None,
) -> PayForResult:
    """Say what a plan pays for: which results, which behaviour, and whether that is worth steering by.

    Parameters
    ----------
    crm, period, plan
        As in `pay`.
    paid : PayResult, optional
        What `pay` found, where it is known already.
    passport : PassportResult, optional
        What `qualify` found; it takes seconds.

    Returns
    -------
    PayForResult

    Notes
    -----
    A plan tells reps where to put their time (article 000). Revenue is a result, not a metric: pay on it is
    set apart. Pay on a KPI that failed one of the four tests, or that cannot be told, is named.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.pay_for(sa.sample(), "2026-Q3")  # doctest: +SKIP
    >>> found.table.loc[found.table["reason"] == "failed", "kpi"].tolist()  # doctest: +SKIP
    ['voicemails']
    """
    check_crm(crm, "pay_for()")
    paid = paid or pay(crm, period, plan=plan)
    passport = passport or qualify(crm)
    table = _rows(paid, passport)
    people = paid.table
    same = people[people["attainment"].notna() & (people["on_target"] > 0)]
    found = rank_correlation(same["attainment"], same["variable_pay"] / same["on_target"], level=LEVEL)
    variable, pay_total = float(people["variable_pay"].sum()), float(people["pay"].sum())
    by_pay = people.sort_values("variable_pay", ascending=False, kind="stable")
    top = by_pay.head(ceil(TOP * len(by_pay)))
    is_behaviour = table["reason"].isin(["in_order", "failed", "cannot_tell"])
    return PayForResult(
        table=table,
        method="compensation.pay_for",
        n=len(people),
        client=crm.client,
        period=paid.period,
        as_of=crm.as_of,
        notes=paid.notes,
        base_share=_share(pay_total - variable, pay_total),
        behaviour_share=float(table.loc[is_behaviour, "share"].sum()),
        behaviour_target=float(table.loc[is_behaviour, "target_share"].sum()),
        correlation=found.estimate,
        corr_low=found.conf_low,
        corr_high=found.conf_high,
        pairs=len(same),
        top_pay=_share(top["variable_pay"].sum(), variable),
        top_value=_share(top["credited"].sum(), people["credited"].sum()),
    )


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else float("nan")


def _rows(paid: PayResult, passport: PassportResult) -> pd.DataFrame:
    earned, reps = _earned(paid)
    target = _at_target(paid)
    names = list(dict.fromkeys([*target, *earned]))
    all_earned, all_target = sum(earned.values(), ZERO), sum(target.values(), ZERO)
    tests = passport.table.set_index("kpi")
    rows = []
    for name in names:
        amount, whole = earned.get(name, ZERO), target.get(name, ZERO)
        rows.append(
            {"kpi": name, "role": KPIS[name].role, "earned": float(amount)}
            | {"share": _share(float(amount), float(all_earned)), "on_target": float(whole)}
            | {"target_share": _share(float(whole), float(all_target)), "n": len(reps.get(name, ()))}
            | _judged(name, tests)
        )
    for name in passport.with_verdict("qualified"):
        if name not in names:
            nothing = {"earned": 0.0, "share": 0.0, "on_target": 0.0, "target_share": 0.0, "n": 0}
            judged = _judged(name, tests) | {"reason": "unpaid"}
            rows.append({"kpi": name, "role": KPIS[name].role, **nothing, **judged})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    place = table["reason"].eq("unpaid").astype(int)
    order = np.lexsort((-table["target_share"].to_numpy(), place.to_numpy()))
    return table.iloc[order].reset_index(drop=True)


def _judged(name: str, tests: pd.DataFrame) -> dict[str, str]:
    """Return the passport's word for a KPI, and what to say of pay on it."""
    if name in tests.index:
        row = tests.loc[name]
        reason = {"qualified": "in_order", "rejected": "failed"}.get(row["verdict"], "cannot_tell")
        return {"verdict": row["verdict"], **{t: row[t] for t in TESTS}, "reason": reason}
    reason = "result" if KPIS[name].role == "result" else "cannot_tell"
    return {"verdict": "", **dict.fromkeys(TESTS, ""), "reason": reason}


def _earned(paid: PayResult) -> tuple[dict[str, Decimal], dict[str, set[str]]]:
    """Return by measure or KPI what was earned, and by whom."""
    measure = {
        (span.label, who.rep_id): who.case.terms.commission.measure
        for span, people in paid.settled
        for who in people.values()
        if who.case.terms.commission
    }
    amounts: dict[str, Decimal] = {}
    reps: dict[str, set[str]] = {}
    rows = paid.lines[paid.lines["component"].isin(["commission", "accelerator", "bonus"])]
    for row in rows.itertuples():
        name = row.term if row.component == "bonus" else measure[row.period, row.rep_id]
        amounts[name] = amounts.get(name, ZERO) + row.amount
        if row.amount:
            reps.setdefault(name, set()).add(row.rep_id)
    return amounts, reps


def _at_target(paid: PayResult) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for _, people in paid.settled:
        for who in people.values():
            for name, amount in _offers(paid.plan, who.case):
                found[name] = found.get(name, ZERO) + amount
    return found


def _offers(plan: PayPlan, case: Case) -> list[tuple[str, Decimal]]:
    """Return what a case pays at target: by measure or KPI."""
    rule, terms = case.terms.commission, case.terms
    found = [
        (b.kpi, (b.amount if b.amount is not None else terms.variable * b.weight) / plan.parts * case.part)
        for b in terms.bonuses
    ]
    if rule is not None:
        at = case.target or case.volume  # without a target, what was sold
        found.append((rule.measure, commission_total(plan, case, at) if at else ZERO))
    return found
