"""What each rep was given to sell from, valued at the company's own rates without the rep's own results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: What a rep is given: open value taken over from somebody else, leads handed over, accounts owned.
GIVEN = ("pipeline", "leads", "accounts")
#: Bootstrap draws of reps.
DRAWS = 1_000


@dataclass(frozen=True, eq=False)
class Potential:
    """What was given, what such things brought before, and what that makes of it.

    Attributes
    ----------
    given : pandas.DataFrame
        By rep: how much of each of `GIVEN` the data has.
    rates : pandas.Series
        What one unit of each brought in an earlier period, all reps together.
    value : pandas.Series
        Potential by rep, at rates without the rep's own results.
    draws : array (draws, reps)
        The same with reps drawn anew.
    """

    given: pd.DataFrame
    rates: pd.Series
    value: pd.Series
    draws: np.ndarray


def potential(
    crm: Crm,
    period: Period,
    history: tuple[Period, ...],
    reps: list[str],
    *,
    given: Iterable[str] = GIVEN,
    seed: int = 0,
) -> Potential | None:
    """Return what `reps` could sell in `period` from what they were given, or None where nothing is recorded.

    Sales of earlier periods are credited to what they came from: an opportunity taken over before the period,
    a lead handed over, or else the accounts owned. Each is divided by what was given of it, leaving out the
    rep who is valued, so that nobody's own success raises the own potential.
    """
    asked = tuple(given)
    had_now = _given(crm, period, asked).reindex(reps).fillna(0.0)
    kinds = list(had_now.columns)
    if not kinds or not history:
        return None
    before = [(_given(crm, p, asked), _brought(crm, p, kinds)) for p in history]
    everyone = sorted({rep for pair in before for part in pair for rep in part.index} | set(reps))
    had = sum(_laid(part, everyone, kinds) for part, _ in before)
    got = sum(_laid(part, everyone, kinds) for _, part in before)
    if not got.any():
        return None
    place = [everyone.index(rep) for rep in reps]
    amounts = had_now.to_numpy(float)
    chance = np.random.default_rng(seed)
    times = chance.multinomial(len(everyone), np.full(len(everyone), 1 / len(everyone)), size=DRAWS)
    value = _valued(amounts, np.ones((1, len(everyone))), had, got, place)[0]
    draws = _valued(amounts, times.astype(float), had, got, place)
    whole = np.divide(got.sum(axis=0), had.sum(axis=0), out=np.zeros(len(kinds)), where=had.sum(axis=0) > 0)
    return Potential(had_now, pd.Series(whole, kinds), pd.Series(value, reps), draws)


def _valued(
    amounts: np.ndarray, times: np.ndarray, had: np.ndarray, got: np.ndarray, place: list[int]
) -> np.ndarray:
    """Value the amounts at the rates of everybody else, for each row of `times`: (rows, reps)."""
    own = times[:, place, None]
    others_had = (times @ had)[:, None, :] - own * had[place]
    others_got = (times @ got)[:, None, :] - own * got[place]
    rates = np.divide(others_got, others_had, out=np.zeros_like(others_got), where=others_had > 0)
    return (rates * amounts).sum(axis=2)


def _laid(part: pd.DataFrame, reps: list[str], kinds: list[str]) -> np.ndarray:
    return part.reindex(index=reps, columns=kinds).fillna(0.0).to_numpy(float)


def _given(crm: Crm, period: Period, asked: tuple[str, ...]) -> pd.DataFrame:
    """Return what each rep had at the start of `period`, and the leads of its days, as far as recorded."""
    parts = {}
    if "pipeline" in asked:
        made = _taken_over(crm.table("opportunities"))
        is_open = made.closed_on.isnull() & (
            made.outcome == "open"
        )  # closed on no known day: nowhere in time
        is_open = (made.created_on < period.start) & (is_open | (made.closed_on >= period.start))
        parts["pipeline"] = made.filter(is_open).group_by("rep_id").agg(n=made.amount.sum())
    if "leads" in asked and crm.has("leads.rep_id"):
        leads = _handed(crm.table("leads"))
        leads = leads.filter(leads.created_on >= period.start, leads.created_on < period.end)
        parts["leads"] = leads.group_by("owner").agg(n=leads.count()).rename(rep_id="owner")
    if "accounts" in asked and crm.has("accounts.rep_id"):
        accounts = crm.table("accounts")
        if "created_on" in accounts.columns:
            accounts = accounts.filter(accounts.created_on.isnull() | (accounts.created_on < period.start))
        parts["accounts"] = accounts.group_by("rep_id").agg(n=accounts.count())
    return _frame({name: part.to_pandas() for name, part in parts.items()})


def _taken_over(made: ir.Table) -> ir.Table:
    """Return the opportunities that somebody else entered, where that is known: the others are own work."""
    if "entry_rep_id" not in made.columns:
        return made
    return made.filter(made.entry_rep_id.notnull() & (made.entry_rep_id != made.rep_id))


def _handed(leads: ir.Table) -> ir.Table:
    """Return the leads with their ``owner``: those handed over, where hand-overs are recorded, else all."""
    if "handed_to" not in leads.columns:
        return leads.mutate(owner=leads.rep_id)
    return leads.filter(leads.handed_to.notnull()).mutate(owner=leads.handed_to)


def _brought(crm: Crm, period: Period, kinds: list[str]) -> pd.DataFrame:
    """Return what each rep sold in `period`, by what it came from; each sale counts once."""
    made = crm.table("opportunities")
    won = made.filter(made.outcome == "won", made.closed_on >= period.start, made.closed_on < period.end)
    parts, rest = {}, won
    if "pipeline" in kinds:
        parts["pipeline"] = _taken_over(won)
        parts["pipeline"] = parts["pipeline"].filter(parts["pipeline"].created_on < period.start)
        rest = rest.anti_join(parts["pipeline"], "opportunity_id")
    if "leads" in kinds and crm.has("leads.opportunity_id"):
        of_leads = _handed(crm.table("leads")).select("opportunity_id").distinct()
        parts["leads"] = rest.semi_join(of_leads, "opportunity_id")
        rest = rest.anti_join(of_leads, "opportunity_id")
    if "accounts" in kinds:
        parts["accounts"] = rest
    sums = {name: part.group_by("rep_id").agg(n=part.amount.sum()) for name, part in parts.items()}
    return _frame({name: part.to_pandas() for name, part in sums.items()})


def _frame(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    columns = {}
    for name, part in parts.items():
        known = part[part["rep_id"].notna()]
        columns[name] = pd.Series(known["n"].to_numpy(float), known["rep_id"].astype(str).to_numpy())
    return pd.DataFrame(columns)
