"""Referrals: new prospects brought by customers, credited to who looks after the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .base import Kpi, Measure
from .customer import CUSTOMERS
from .retention import customers_at_start
from .trace import Reduction
from .view import Tables, View

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEED = "Nine KPIs of sales performance (article 001)"


def _referred(tables: Tables) -> ir.Table:
    """Return the opportunities that another account referred."""
    found = tables["opportunities"].select(
        "opportunity_id", "account_id", "rep_id", "created_on", "outcome", "amount", "referred_by_account_id"
    )
    found = found.filter(found.referred_by_account_id.notnull(), found.created_on.notnull())
    found = found.mutate(prospect_id=ibis.coalesce(found.account_id, found.opportunity_id))
    return found.filter(found.referred_by_account_id != found.prospect_id)


def _once(rows: ir.Table) -> ir.Table:
    """Mark the first referral of each prospect (`is_first`) and say what became of all of them."""
    whose = {"group_by": rows.prospect_id}
    amount = ibis.ifelse(rows.outcome == "won", ibis.coalesce(rows.amount, 0.0), 0.0)
    first = ibis.row_number().over(**whose, order_by=[rows.created_on, rows.opportunity_id])
    return rows.select(
        "opportunity_id",
        "account_id",
        "prospect_id",
        "rep_id",
        "created_on",
        is_first=first == 0,
        wins=ibis.ifelse(rows.outcome == "won", 1, 0).sum().over(**whose),
        won_value=amount.sum().over(**whose),
    )


def _by_customers(tables: Tables) -> ir.Table:
    """Return the referrals whose referrer was a customer on the day the opportunity was created."""
    rows = _referred(tables).drop("rep_id")
    spells = CUSTOMERS.build(tables)
    spells = spells.select("started_on", "ended_on", "rep_id", by_account="account_id")
    on_the_day = [
        rows.referred_by_account_id == spells.by_account,
        rows.created_on >= spells.started_on,
        spells.ended_on.isnull() | (rows.created_on < spells.ended_on),
    ]
    return _once(rows.inner_join(spells, on_the_day))


#: One row a referred opportunity: by a customer and credited to the rep of that customer, or by anybody and
#: credited to the opportunity's own rep.
REFERRALS = View("referrals", _by_customers)
ALL_REFERRALS = View("all_referrals", lambda tables: _once(_referred(tables)))


def _counted(name: str, reduce: Reduction, view: View = REFERRALS) -> Measure:
    return Measure(name, view, "created_on", reduce)


referrals = _counted("referrals", lambda t: t.count(where=t.is_first))
all_referrals = _counted("all_referrals", lambda t: t.count(where=t.is_first), ALL_REFERRALS)
referrals_won = _counted("referrals_won", lambda t: t.count(where=t.is_first & (t.wins > 0)))
referral_value = _counted("referral_value", lambda t: t.won_value.sum(where=t.is_first))
referral_value_squared = _counted(
    "referral_value_squared", lambda t: (t.won_value * t.won_value).sum(where=t.is_first)
)

REFERRAL = (
    Kpi(
        "referrals",
        (referrals,),
        role="objective",
        source=_SEED,
        formula_text="prospects first referred in the period by an account that was a customer on the day",
        record="account_id",
    ),
    Kpi(
        "referrals.seed",
        (all_referrals,),
        role="objective",
        source=_SEED,
        formula_text="prospects first referred in the period, whoever referred them",
        record="account_id",
    ),
    Kpi(
        "referral_rate",
        (referrals, customers_at_start),
        unit="rate",
        role="objective",
        combine=lambda sums: 100 * sums["referrals"] / sums["customers_at_start"],
        formula_text="100 × referrals ÷ customers at the start",
        record="account_id",
    ),
    Kpi(
        "referral_conversion",
        (referrals_won, referrals),
        unit="share",
        formula_text="referred prospects won so far ÷ prospects referred in the period",
        record="account_id",
    ),
    Kpi(
        "referral_value",
        (referral_value,),
        unit="money",
        squares=referral_value_squared,
        events=referrals_won,
        formula_text="value won so far from prospects referred in the period",
        record="account_id",
    ),
)
