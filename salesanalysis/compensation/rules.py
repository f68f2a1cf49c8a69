"""The arithmetic of pay, exactly: one rep, one settlement, lines rounded one by one so that they add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .plan import ONE, ZERO, Bonus, Commission, PayPlan, Terms

#: What a line can be, in the order of a pay slip.
COMPONENTS = (
    "base", "commission", "accelerator", "bonus", "clawback", "cap", "draw", "recovered",
)  # fmt: skip
#: Components that are earned by what was sold or done.
EARNED = ("commission", "accelerator", "bonus")


@dataclass(frozen=True)
class Line:
    """One line of a pay slip: so many units at so much each, and why.

    `quantity` is in the unit of what is counted: days for base pay, money or wins for commission, the share
    of a bonus that is due. `term` names the tier or the KPI. `reason` is a code with words in the catalogues.
    """

    component: str
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    term: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """What is known of one rep in one settlement.

    Attributes
    ----------
    terms : Terms
        What the rep is paid by, amounts a year.
    part : Decimal
        Share of a full settlement that the rep is paid for; 1 for a full-time rep employed all of it.
    days, whole : Decimal
        The rep's days by the plan's rule and the settlement's, of which `part` is the quotient at its end.
    volume : Decimal
        Value (or number) of what is credited.
    target : Decimal or None
        Of the volume, for this settlement; None: the rep has no goal.
    attained : tuple of (attainment or None, reached)
        Of each bonus, in their order.
    has_draw : bool
        Whether the rep is within the months that have one.
    """

    terms: Terms
    part: Decimal
    days: Decimal
    whole: Decimal
    volume: Decimal = ZERO
    target: Decimal | None = None
    attained: tuple[tuple[Decimal | None, bool], ...] = ()
    has_draw: bool = True


def base_line(plan: PayPlan, case: Case) -> Line:
    """Return base pay: a settlement's part of the year's, by the days there.

    Examples
    --------
    >>> case = Case(Terms(base=Decimal(240)), ONE, Decimal(33), Decimal(66))
    >>> base_line(PayPlan(), case).amount
    Decimal('30.00')
    """
    if not case.whole:
        return Line("base", ZERO, ZERO, plan.cents(ZERO), reason="no_days")
    rate = case.terms.base / plan.parts / case.whole
    amount = plan.cents(case.terms.base * case.days / plan.parts / case.whole)
    return Line("base", case.days, rate, amount, reason="whole" if case.days == case.whole else "part")


def on_target(plan: PayPlan, case: Case, weight: Decimal) -> Decimal:
    """Return the variable pay of a settlement at target that `weight` stands for."""
    return case.terms.variable * weight / plan.parts * case.part


def commission_lines(plan: PayPlan, case: Case, volume: Decimal | None = None) -> list[Line]:
    """Return the commission on `volume` (default: what is credited), a line a tier.

    Examples
    --------
    >>> from salesanalysis.compensation.plan import Tier
    >>> tiers = (Tier(ZERO, Decimal("0.05")), Tier(ONE, Decimal("0.08")))
    >>> case = Case(Terms(commission=Commission(tiers)), ONE, ONE, ONE, Decimal(130), Decimal(100))
    >>> [(line.component, str(line.amount)) for line in commission_lines(PayPlan(), case)]
    [('commission', '5.00'), ('accelerator', '2.40')]
    """
    rule, volume = case.terms.commission, case.volume if volume is None else volume
    if rule is None:
        return []
    if rule.by == "attainment" and not case.target:
        return [Line("commission", volume, ZERO, plan.cents(ZERO), "0", "no_goal")]
    unit = case.target if rule.by == "attainment" else ONE
    if volume < rule.threshold * unit:
        return [Line("commission", volume, ZERO, plan.cents(ZERO), "0", "below_threshold")]
    starts = [tier.start * unit for tier in rule.tiers]
    reached = max(i for i, start in enumerate(starts) if volume >= start or i == 0)
    lines = []
    for i, start in enumerate(starts[: reached + 1]):
        if rule.retroactive and i < reached:
            continue
        end = volume if i == reached else starts[i + 1]
        quantity = volume if rule.retroactive else max(end - start, ZERO)
        rate = _rate(plan, case, i)
        amount = plan.cents(quantity * rate)
        lines.append(Line(_component(rule, i), quantity, rate, amount, str(i + 1), "tier"))
    return [line for line in lines if line.quantity] or lines[:1]


def _rate(plan: PayPlan, case: Case, tier: int) -> Decimal:
    rule = case.terms.commission
    if rule.tiers[tier].rate is not None:
        return rule.tiers[tier].rate
    return on_target(plan, case, rule.weight) * rule.tiers[tier].multiplier / case.target


def _component(rule: Commission, tier: int) -> str:
    """Tiers above the target that pay more than the one before are accelerators."""
    if rule.by != "attainment" or tier == 0 or rule.tiers[tier].start < ONE:
        return "commission"
    now, before = (
        t.rate if t.rate is not None else t.multiplier for t in (rule.tiers[tier], rule.tiers[tier - 1])
    )
    return "accelerator" if now > before else "commission"


def commission_total(plan: PayPlan, case: Case, volume: Decimal) -> Decimal:
    """Return all that is paid on `volume`, as it would stand on a pay slip."""
    return sum((line.amount for line in commission_lines(plan, case, volume)), ZERO)


def bonus_share(bonus: Bonus, attainment: Decimal | None, is_reached: bool) -> Decimal:
    """Return the part of a bonus that is due: 1 at target.

    Examples
    --------
    >>> bonus = Bonus("win_rate", floor=Decimal("0.8"), most=Decimal("1.2"))
    >>> [str(bonus_share(bonus, Decimal(a), False)) for a in ("0.7", "0.9", "1", "1.5")]
    ['0', '0.5', '1', '2']
    """
    if bonus.pays == "all_or_nothing":
        return ONE if is_reached else ZERO
    if attainment is None or attainment < bonus.floor:
        return ZERO
    found = (min(attainment, bonus.most) - bonus.floor) / (ONE - bonus.floor)
    return found.normalize() if found else ZERO


def bonus_lines(plan: PayPlan, case: Case) -> list[Line]:
    """Return one line a bonus, also where nothing is due."""
    lines = []
    for bonus, (attainment, is_reached) in zip(case.terms.bonuses, case.attained, strict=True):
        if bonus.amount is None:
            whole = on_target(plan, case, bonus.weight)
        else:
            whole = bonus.amount / plan.parts * case.part
        due = bonus_share(bonus, attainment, is_reached)
        reason = "no_goal" if attainment is None and not is_reached else "paid" if due else "below_floor"
        lines.append(Line("bonus", due, whole, plan.cents(due * whole), bonus.kpi, reason))
    return lines


def settle(
    plan: PayPlan, case: Case, *, clawback: Decimal = ZERO, owed: Decimal = ZERO
) -> tuple[list[Line], Decimal]:
    """Return all lines of a settlement and what the rep owes after it.

    Parameters
    ----------
    plan : PayPlan
    case : Case
    clawback : Decimal
        Commission to be taken back, rounded, not negative.
    owed : Decimal
        Advances not yet earned, from earlier settlements.

    Notes
    -----
    Earned variable pay less clawback, at most the cap; then the draw. Less than nothing is carried over as
    owed. Of a recoverable draw the advance is owed, and taken back from what is earned above the draw; a
    guarantee is not owed.

    Examples
    --------
    >>> terms = Terms(draw=Decimal(400), commission=None)
    >>> lines, owed = settle(PayPlan(), Case(terms, ONE, ONE, ONE))
    >>> [(line.component, str(line.amount)) for line in lines], str(owed)
    ([('base', '0.00'), ('draw', '100.00')], '100.00')
    """
    lines = [base_line(plan, case), *commission_lines(plan, case), *bonus_lines(plan, case)]
    earned = _sum(lines[1:])
    if clawback:
        lines.append(Line("clawback", ONE, -clawback, -clawback, reason="cancelled"))
        earned -= clawback
    if case.terms.cap is not None:
        cap = plan.cents(case.terms.cap / plan.parts * case.part)
        if earned > cap:
            lines.append(Line("cap", ONE, cap - earned, cap - earned, reason="above_cap"))
            earned = cap
    carried, paid = max(-earned, ZERO), max(earned, ZERO)
    if carried:
        lines.append(Line("draw", ONE, carried, carried, reason="carried"))
    draw = plan.cents(case.terms.draw / plan.parts * case.part) if case.has_draw else ZERO
    left = paid - draw if case.terms.draw_recoverable else paid
    recovered = min(owed, max(left, ZERO))
    if recovered:
        lines.append(Line("recovered", ONE, -recovered, -recovered, reason="recovered"))
    advance = max(draw - (paid - recovered), ZERO)
    if advance:
        reason = "advance" if case.terms.draw_recoverable else "guarantee"
        lines.append(Line("draw", ONE, advance, advance, reason=reason))
    lent = advance if case.terms.draw_recoverable else ZERO
    return lines, owed - recovered + carried + lent


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
