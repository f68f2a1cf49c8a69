"""Customer lifetime value from survival: what a customer brings while it stays, as far as data can see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Note, Result
from ..kpi.frames import book, spells
from ..stats.survival import kaplan_meier
from .curves import LEAST, watched

YEAR = 365.25
#: Resamples of customers behind an interval.
DRAWS = 200


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LifetimeValueResult(Result):
    """Lifetime value of a customer, one row a group.

    `table` columns: the groups' columns, ``estimate, conf_low, conf_high`` (client currency), ``n``
    (customers), ``events`` (customers lost), ``value`` (what one brings in a year), ``years`` (how far ahead
    is counted), ``unit``.

    Attributes
    ----------
    is_profit : bool
        Whether the client's margin was applied; otherwise the values are revenue.
    by : tuple of str
        Columns of the groups.
    """

    is_profit: bool
    by: tuple[str, ...] = ()


def lifetime_value(crm: Crm, *, by: str | Iterable[str] = (), years: float = 5.0) -> LifetimeValueResult:
    """Estimate what a customer brings over its lifetime: Σ S(t) × margin × value a year, discounted.

    Current customers are right-censored, not taken as gone or as staying for ever; S(t) is Kaplan-Meier, and
    nothing is counted beyond the longest customer watched or `years`, whichever is shorter.

    Parameters
    ----------
    crm : Crm
        The data; margin and discount rate come from ``client.toml``.
    by : str or sequence of str
        Dimensions such as ``segment``, ``source``, ``region``.
    years : float
        How far ahead value is counted at most.

    Returns
    -------
    LifetimeValueResult
        95 % intervals by bootstrap over customers (200 resamples, fixed seed). Groups of fewer than five
        customers are left out and counted.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.lifetime_value(sa.sample()).table["unit"].tolist()
    ['money']
    """
    check_crm(crm, "lifetime_value()")
    cases, dims = spells(crm, by)
    cases = watched(crm, cases).merge(book(crm), on="account_id", how="left")
    # What an account brought stands once, however often it left and came back.
    cases.loc[cases["account_id"].duplicated(), ["value_days", "days"]] = 0.0
    margin = 1.0 if crm.client.margin is None else crm.client.margin
    rows, few = [], 0
    for key, group in cases.groupby(list(dims), dropna=False, sort=True) if dims else [((), cases)]:
        labels = dict(zip(dims, key if isinstance(key, tuple) else (key,)))
        if group["account_id"].nunique() < LEAST:
            few += 1
            continue
        rows.append({**labels, **_row(group, margin, crm.client.discount_rate, years=years)})
    columns = [*dims, "estimate", "conf_low", "conf_high", "n", "events", "value", "years", "unit"]
    notes = (Note("groups_too_small", few, {"least": LEAST}),) if few else ()
    return LifetimeValueResult(
        table=pd.DataFrame(rows, columns=columns),
        is_profit=crm.client.margin is not None,
        by=dims,
        method="timing.lifetime_value",
        n=cases["account_id"].nunique(),
        client=crm.client,
        period=crm.span,
        as_of=crm.as_of,
        notes=notes,
    )


def _row(group: pd.DataFrame, margin: float, rate: float, *, years: float) -> dict[str, object]:
    horizon = min(years * YEAR, float(group["time"].max()))
    found, yearly = _value(group, rate, horizon)
    accounts = list(group.groupby("account_id").indices.values())
    rng, draws = np.random.default_rng(0), []
    for _ in range(DRAWS):
        drawn = rng.integers(0, len(accounts), len(accounts))
        taken = np.concatenate([accounts[i] for i in drawn])
        draws.append(_value(group.iloc[taken], rate, horizon)[0])
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return {
        "estimate": margin * found,
        "conf_low": margin * float(low),
        "conf_high": margin * float(high),
        "n": len(accounts),
        "events": int(group["cause"].sum()),
        "value": margin * yearly,
        "years": horizon / YEAR,
        "unit": "money",
    }


def _value(group: pd.DataFrame, rate: float, horizon: float) -> tuple[float, float]:
    """Return the discounted value of a customer up to `horizon` days, and its value a year."""
    days = group["days"].sum()
    yearly = float(group["value_days"].sum() / days) if days else float("nan")
    curve = kaplan_meier(group["time"], group["cause"], entry=group["entry"])
    steps = curve[curve["time"] < horizon]
    edges = np.concatenate([[0.0], steps["time"], [horizon]]) / YEAR
    heights = np.concatenate([[1.0], steps["estimate"]])
    force = np.log1p(rate)
    present = np.exp(-force * edges) / force if force else -edges
    return yearly * float(np.sum(heights * (present[:-1] - present[1:]))), yearly
