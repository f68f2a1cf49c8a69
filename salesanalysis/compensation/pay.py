"""`pay`: what the plan pays every rep for a period, line by line, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from .cases import Person, people, settlements
from .clawback import clawbacks
from .credits import credits
from .paytable import pay_table
from .plan import ZERO, PayPlan
from .planfile import plan_for
from .rules import Line, settle
from .usual import usual_wins

#: Columns of the lines of all pay slips.
LINES = (
    "rep_id", "name", "team", "role", "period", "component", "term", "quantity", "rate", "amount", "reason",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PayResult(Result):
    """What everybody is paid.

    `table` has one row per rep: ``attainment`` of the commission's target, ``n`` wins credited (parts of wins
    together), ``credited`` value, of which ``given`` went to others and ``received`` came from them; the sums
    of the lines by component; ``variable_pay`` (all but base), ``pay``, ``on_target`` (variable pay at
    target), ``split_pay`` (what the commission is more or less by splits), ``owed`` after it.

    Attributes
    ----------
    lines : pandas.DataFrame
        One row per line of a pay slip (`LINES`); ``quantity, rate, amount`` are exact decimals, and the
        amounts of a rep add up to the pay to the cent.
    plan : PayPlan
    settled : tuple of (Period, mapping of str to Person)
        Every settlement of the period with those paid.
    earned : pandas.DataFrame
        Who is credited with what (`credits`).
    usual : mapping of str to float
        Value of a usual win by rep (`usual_wins`).
    reps : int
        How many are paid.
    is_part : bool
        Whether only one rep or team was asked for.
    state : str
        ``over`` or ``running``.
    """

    lines: pd.DataFrame
    plan: PayPlan
    settled: tuple[tuple[Period, Mapping[str, Person]], ...] = ()
    earned: pd.DataFrame = field(default_factory=pd.DataFrame)
    usual: Mapping[str, float] = field(default_factory=dict)
    reps: int = 0
    is_part: bool = False
    state: str = "over"

    def total(self, rep_id: str = "", component: str = "") -> Decimal:
        """Return the exact sum of the lines of a rep, a component, or all."""
        rows = self.lines
        if rep_id:
            rows = rows[rows["rep_id"] == rep_id]
        if component:
            rows = rows[rows["component"] == component]
        return sum(rows["amount"], ZERO)


def pay(
    crm: Crm,
    period: str | Period = "",
    *,
    plan: PayPlan | str | Path | None = None,
    rep: str = "",
    team: str = "",
) -> PayResult:
    """Compute what a pay plan pays for a period.

    Parameters
    ----------
    crm : Crm
        The data; nothing after its `as_of` counts.
    period : str or Period
        A whole number of the plan's settlements; empty: the last whole quarter. Those that begin after the
        data ends are left out. Advances and what was taken
        back before it, since the start of the plan, are carried in.
    plan : PayPlan, path or None
        None: the plan that the client's settings name.
    rep, team : str
        Whose; both empty: everybody's.

    Returns
    -------
    PayResult

    Raises
    ------
    InvalidInput
        No plan, a period that is no whole settlement, nobody whom the plan pays.
    MissingData
        The plan's basis, a split or a KPI needs data that is not there; the message says which.
    UnknownName
        No such rep, team or opportunity.

    Notes
    -----
    Lines are exact decimals, each rounded as the plan says, so that they add up. Rules: `rules`; who is
    credited: `credits`; targets, days and KPIs: `cases`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.pay(sa.sample(), "2026-Q3", rep="Bagas Prakoso")  # doctest: +SKIP
    >>> str(found.total())  # doctest: +SKIP
    '51234567.00'
    """
    check_crm(crm, "pay()")
    found_plan = plan_for(crm, plan, "pay()")
    span = crm.known_period(period) if period else crm.period("")
    spans = [s for s in settlements(crm, found_plan, span) if s.start <= crm.as_of]
    earned = credits(crm, found_plan)
    everyone = people(crm, found_plan, spans, earned)
    rows, owed = _settle_all(crm, found_plan, spans, everyone, earned)
    usual = usual_wins(everyone[-1], earned, crm.as_of)
    lines = pd.DataFrame([r for r in rows if r[-1] >= span.start], columns=[*LINES, "starts_on"])
    keep = _whose(crm, span, lines, rep, team)
    lines = lines[lines["rep_id"].isin(keep)].drop(columns="starts_on").reset_index(drop=True)
    settled = tuple(
        (s, {r: w for r, w in who.items() if r in keep})
        for s, who in zip(spans, everyone)
        if s.start >= span.start
    )
    table = pay_table(found_plan, settled, lines, owed, earned)
    return PayResult(
        table=table,
        method="compensation.pay",
        n=int(table["n"].sum()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(crm, found_plan, span, settled),
        lines=lines,
        plan=found_plan,
        settled=settled,
        earned=earned,
        usual={rep_id: value for rep_id, value in usual.items() if rep_id in keep},
        reps=len(table),
        is_part=bool(rep or team),
        state="running" if span.last_day > crm.as_of else "over",
    )


def _settle_all(
    crm: Crm, plan: PayPlan, spans: list[Period], everyone: list[dict[str, Person]], earned: pd.DataFrame
) -> tuple[list[tuple[object, ...]], dict[str, Decimal]]:
    """Settle in order, carrying what is owed; return all lines and the debts at the end."""
    owed: dict[str, Decimal] = {}
    rows: list[tuple[object, ...]] = []
    back = clawbacks(plan, spans, everyone, earned)
    for i, (span, paid) in enumerate(zip(spans, everyone)):
        for rep_id, who in paid.items():
            taken = back.get((i, rep_id), ZERO)
            lines, owed[rep_id] = settle(plan, who.case, clawback=taken, owed=owed.get(rep_id, ZERO))
            rows += [_row(who, span, line) for line in lines]
    return rows, owed


def _row(who: Person, span: Period, line: Line) -> tuple[object, ...]:
    facts = (who.rep_id, who.name, who.team, who.role, span.label, line.component, line.term)
    return (*facts, line.quantity, line.rate, line.amount, line.reason, span.start)


def _whose(crm: Crm, span: Period, lines: pd.DataFrame, rep: str, team: str) -> set[str]:
    """Return the rep_ids that were asked for; refuse where nobody is paid."""
    keep = set(lines["rep_id"])
    if rep:
        who = crm.rep(rep)
        keep &= {str(who["rep_id"])}
        if not keep:
            raise InvalidInput(
                f"The pay plan pays {who['name']} nothing in {span}: not employed then, or of a role without "
                "a section in the plan."
            )
    if team:
        day = min(max(crm.as_of, span.start), span.last_day)
        keep &= set(crm.only(on=day, team=team).frame("reps")["rep_id"].astype(str))
    if not keep:
        raise InvalidInput(
            f"The pay plan pays nobody in {span}. Name the roles of the data in it, or [everyone]."
        )
    return keep


def _notes(
    crm: Crm,
    plan: PayPlan,
    span: Period,
    settled: tuple[tuple[Period, Mapping[str, Person]], ...],
) -> tuple[Note, ...]:
    notes = []
    if span.last_day > crm.as_of:
        notes.append(Note("period_incomplete", values={"period": span, "as_of": crm.as_of}))
    cases = [w.case for _, paid in settled for w in paid.values()]
    without = sum(
        1 for c in cases if c.terms.commission and c.terms.commission.by == "attainment" and not c.target
    )
    if without:
        notes.append(Note("pay_without_goal", without))
    paid_kpis = [(c, b, a) for c in cases for b, a in zip(c.terms.bonuses, c.attained)]
    unknown_kpi = sum(1 for _, b, (a, r) in paid_kpis if a is None and not r)
    if unknown_kpi:
        notes.append(Note("pay_bonus_without_goal", unknown_kpi))
    if plan.clawback_days and not crm.has("contracts.cancelled_on"):
        notes.append(Note("pay_no_cancellations"))
    return tuple(notes)
