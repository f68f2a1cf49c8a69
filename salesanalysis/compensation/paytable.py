"""One row a rep from the lines of the pay slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from ..core.period import Period
from .cases import Person
from .credits import CENTS, SCALE
from .plan import ZERO, PayPlan
from .rules import COMPONENTS, Case, commission_total

TABLE = (
    "rep_id", "name", "team", "role", "attainment", "n", "credited", "given", "received", "base_pay",
    "commission", "accelerator", "bonus", "clawback", "cap", "draw", "recovered", "variable_pay", "pay",
    "on_target", "split_pay", "owed",
)  # fmt: skip

Settled = Sequence[tuple[Period, Mapping[str, Person]]]


def pay_table(
    plan: PayPlan, settled: Settled, lines: pd.DataFrame, owed: Mapping[str, Decimal], earned: pd.DataFrame
) -> pd.DataFrame:
    """Return the table of a `PayResult`, best paid first."""
    sums, moved = _sums(lines), [_moved(plan, earned, span) for span, _ in settled]
    here = _within(earned, settled[0][0], settled[-1][0])
    wins, value = (here.groupby("rep_id")[c].sum() for c in ("parts", "cents"))
    rows = []
    for rep_id, parts in sums.items():
        mine = [(paid[rep_id], moved[i]) for i, (_, paid) in enumerate(settled) if rep_id in paid]
        who, cases = mine[-1][0], [person.case for person, _ in mine]
        targets = [c.target for c in cases if c.target]
        volume = sum((c.volume for c in cases if c.target), ZERO)
        whole = {name: float(parts.get(name, ZERO)) for name in COMPONENTS}
        away, got = ([m[side].get(rep_id, 0) for _, m in mine] for side in (0, 1))
        by_splits = sum((_by_splits(plan, c, a, g) for c, a, g in zip(cases, away, got)), ZERO)
        pay = sum(parts.values(), ZERO)
        rows.append(
            {"rep_id": rep_id, "name": who.name, "team": who.team, "role": who.role}
            | {"attainment": float(volume / sum(targets, ZERO)) if targets else float("nan")}
            | {"n": int(wins.get(rep_id, 0)) / SCALE, "credited": int(value.get(rep_id, 0)) / CENTS}
            | {"given": sum(away) / CENTS, "received": sum(got) / CENTS}
            | {"base_pay": whole.pop("base"), **whole}
            | {"variable_pay": float(pay - parts.get("base", ZERO)), "pay": float(pay)}
            | {"on_target": float(sum((target_pay(plan, c) for c in cases), ZERO))}
            | {"split_pay": float(by_splits), "owed": float(owed.get(rep_id, ZERO))}
        )
    found = pd.DataFrame(rows, columns=list(TABLE))
    return found.sort_values(["pay", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _within(earned: pd.DataFrame, first: Period, last: Period) -> pd.DataFrame:
    day = earned["counted_on"]
    return earned[(day >= pd.Timestamp(first.start)) & (day < pd.Timestamp(last.end))]


def _moved(plan: PayPlan, earned: pd.DataFrame, span: Period) -> tuple[dict[str, int], dict[str, int]]:
    """Return cents given away and cents received by rep."""
    here = _within(earned, span, span)
    other = here[here["rep_id"] != here["owner_id"]]
    received = other.groupby("rep_id")["cents"].sum().to_dict()
    return ({} if plan.splits.on_top else other.groupby("owner_id")["cents"].sum().to_dict()), received


def _sums(lines: pd.DataFrame) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for rep_id, component, amount in zip(lines["rep_id"], lines["component"], lines["amount"]):
        mine = found.setdefault(rep_id, {})
        mine[component] = mine.get(component, ZERO) + amount
    return found


def target_pay(plan: PayPlan, case: Case) -> Decimal:
    """Return the variable pay of a case at target: of its commission and each bonus."""
    rule, found = case.terms.commission, ZERO
    weights = sum((b.weight for b in case.terms.bonuses), ZERO)
    if rule is not None and rule.by == "attainment" and case.target:
        found += commission_total(plan, case, case.target)
    elif rule is not None and case.terms.variable:
        found += case.terms.variable * (1 - weights) / plan.parts * case.part
    elif rule is not None and case.target:
        found += commission_total(plan, case, case.target)
    for bonus in case.terms.bonuses:
        whole = bonus.amount if bonus.amount is not None else case.terms.variable * bonus.weight
        found += whole / plan.parts * case.part
    return plan.cents(found)


def _by_splits(plan: PayPlan, case: Case, given: int, received: int) -> Decimal:
    """Return the commission with splits less that without any; known where it is paid on all value."""
    rule = case.terms.commission
    if rule is None or not (given or received) or rule.measure != "bookings" or rule.types:
        return ZERO
    own = case.volume + Decimal(given) / CENTS - Decimal(received) / CENTS
    return commission_total(plan, case, case.volume) - commission_total(plan, case, own)
