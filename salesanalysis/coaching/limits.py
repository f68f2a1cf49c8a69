"""Volume and rates of a rep and of peers against control limits: which differences are more than chance?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..stats.alike import alike_rates, alike_shares
from ..stats.funnel import funnel_rates, funnel_shares
from ..stats.multiple import benjamini_hochberg
from .basis import Basis, basis
from .chain import RATES, SIZE, Chain
from .results import LimitsResult
from .sizes import SizeTest, size_test

#: Panels that fit on a page.
MAX_PANELS = 5
#: Adjusted p-value up to which a point counts as outside.
LEVEL = 0.05
_COLUMNS = [
    "term",
    "rep_id",
    "is_subject",
    "n",
    "base",
    "estimate",
    "benchmark",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "unit",
    "verdict",
]
_STEPS = 60


def limits(crm: Crm, period: Period | str, rep: str) -> LimitsResult:
    """Set a rep's volume and rates beside those of the peers, with 95 % control limits.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    rep : str
        rep_id or name.

    Returns
    -------
    LimitsResult
        At most five panels in the order of the sales process; the centre of each is the peers' pooled value.

    Notes
    -----
    Funnel plot limits (Spiegelhalter 2005): binomial for rates; for the volume per working day Poisson,
    widened by the dispersion of a rep's own four-week counts over a year. A point is outside when its mid-p
    test stays at or under .05 after Benjamini-Hochberg over the reps of a panel times the number of panels;
    only reps whose base reaches the client's `claim_base` are in that family. Value per contract has no
    panel: its test (t-test of log amounts, from the minimum base on) stands in `size`, adjusted beside them.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.limits(sa.sample(), "2026-Q3", "Bagas Prakoso").verdict("calls")  # doctest: +SKIP
    'below'
    """
    check_crm(crm, "limits()")
    return limits_basis(basis(crm, period, rep))


def limits_basis(base: Basis) -> LimitsResult:
    """Return the limits for a basis that was already fetched."""
    people, client = base.people, base.crm.client
    table, curves = panels(base.sums, base.chain, people.everyone, client=client, dispersion=base.dispersion)
    size = size_test(
        base.amounts, people.rep_id, base.chain, client=client, panels=_families(table), level=LEVEL
    )
    if size.compared:
        # One more measure is looked at, for which the others have to allow too.
        count = _families(table)
        table["p_adjusted"] = (table["p_adjusted"] * (count + 1) / max(count, 1)).clip(upper=1.0)
        table["verdict"] = [_verdict(row, client) for row in table.itertuples()]
    return LimitsResult(
        table=table,
        curves=curves,
        method="coaching.limits",
        n=len(people.everyone),
        client=client,
        period=base.period,
        as_of=base.crm.as_of,
        rep_id=people.rep_id,
        name=str(people.rep["name"]),
        dispersion=base.dispersion,
        compared=int(table["p_adjusted"].notna().sum()) + size.compared,
        status=base.status,
        size=size,
        levels=_levels(table, size),
    )


def _families(table: pd.DataFrame) -> int:
    """Return the panels in which somebody has the base of a claim."""
    return int(table["p_adjusted"].notna().groupby(table["term"]).any().sum()) if len(table) else 0


def _levels(table: pd.DataFrame, size: SizeTest) -> Mapping[str, float]:
    """Return by term the p-value at which the rep would be named if nobody else stood out."""
    families = _families(table) + bool(size.compared)
    found = {}
    for term, rows in table.groupby("term", sort=False):
        able = rows["p_adjusted"].notna()
        points = int((able | rows["is_subject"].astype(bool)).sum())
        found[str(term)] = LEVEL / points / max(families + (not able.any()), 1)
    found[SIZE] = LEVEL / max(size.compared, 1) / (families + (not size.compared))
    return MappingProxyType(found)


def panels(
    sums: pd.DataFrame, chain: Chain | None, reps: list[str], *, client: Client, dispersion: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table and the curves of a `LimitsResult`; the first of `reps` is the one set apart."""
    if chain is None:
        return _empty()
    rows, curves = [], []
    for step, of in list(zip(chain.steps, ("days", *chain.steps)))[:MAX_PANELS]:
        own = sums.loc[[r for r in reps if r in sums.index], [step, of]].dropna()
        fits = (own[step] <= own[of]) | (of == "days")
        # More of a step than of the one before came another way: then nobody's rate is a claim.
        is_nested, own = bool(fits.all()), own[fits & (own[of] > 0)]
        if reps[0] not in own.index or len(own) < 2:
            continue
        centre = own[step].iloc[1:].sum() / own[of].iloc[1:].sum()
        wide = dispersion if of == "days" else None
        head = {
            "term": step if of == "days" else RATES[step],
            "rep_id": own.index,
            "is_subject": own.index == reps[0],
            "unit": "rate" if of == "days" else "share",
            "is_nested": is_nested,
        }
        rows.append(_test(own[step], own[of], centre, wide).assign(**head, count=own[step].to_numpy()))
        curves.append(curve(own[of], centre, wide).assign(term=head["term"]))
    if not rows:
        return _empty()
    names = {"n": "base", "count": "n", "expected": "benchmark"}
    names |= {"limit_low": "conf_low", "limit_high": "conf_high"}
    table = pd.concat(rows, ignore_index=True).rename(columns=names)
    table["p_adjusted"] = _adjusted(table, client)
    table["verdict"] = [_verdict(row, client) for row in table.itertuples()]
    return table[_COLUMNS], pd.concat(curves, ignore_index=True)[["term", "base", "conf_low", "conf_high"]]


def _adjusted(table: pd.DataFrame, client: Client) -> pd.Series:
    """Adjust over the reps of each panel, and over the panels; who could not be named anyway is in no family.

    Panel by panel, because reps whose volumes differ widely must not make it easier to name one for a rate.
    """
    eligible = table["p_value"].where(table["is_nested"] & (_expected(table) >= client.claim_base))
    families = int(eligible.groupby(table["term"]).count().gt(0).sum())
    adjusted = eligible.groupby(table["term"]).transform(benjamini_hochberg)
    return (adjusted * families).clip(upper=1.0)


def differences(result: LimitsResult) -> Mapping[str, float]:
    """Return, for each panel, the p-value of "all reps alike": large ones leave nothing to coach apart."""
    found = {}
    for term, rows in result.table.groupby("term", sort=False):
        if (rows["unit"] == "share").all():
            found[str(term)] = alike_shares(rows["n"], rows["base"])
        else:
            found[str(term)] = alike_rates(rows["n"], rows["base"], dispersion=result.dispersion)
    return MappingProxyType(found)


def _test(count: pd.Series, base: pd.Series, centre: float, dispersion: float | None) -> pd.DataFrame:
    if dispersion is None:
        return funnel_shares(count, base, expected=centre)
    return funnel_rates(count, base, expected=centre, dispersion=dispersion)


def curve(base: pd.Series, centre: float, dispersion: float | None) -> pd.DataFrame:
    """Return the limits over the span of `base`, for drawing: ``base, conf_low, conf_high``."""
    low, high = float(base.min()), float(base.max())
    # Bases all alike (a quarter's working days) stand to the right, which leaves room for the labels.
    before, after = (0.15 * high, 0.05 * high) if high - low < 0.05 * high else (0.06 * (high - low),) * 2
    grid = np.unique(np.round(np.linspace(max(low - before, 1), high + after, _STEPS)))
    drawn = _test(pd.Series(np.zeros(grid.size)), pd.Series(grid), centre, dispersion)
    high = drawn["limit_high"].clip(upper=1.0) if dispersion is None else drawn["limit_high"]
    return pd.DataFrame({"base": grid, "conf_low": drawn["limit_low"], "conf_high": high})


def _expected(table: pd.DataFrame) -> pd.Series:
    """Base of a claim: trials for a share, events expected for a volume."""
    return table["base"].where(table["unit"] == "share", table["base"] * table["benchmark"])


def _verdict(row: Any, client: Client) -> str:
    expected = row.base if row.unit == "share" else row.base * row.benchmark
    if expected < client.minimum_base:
        return "too_few"
    if row.p_value > LEVEL:
        return "inside"
    if not row.p_adjusted <= LEVEL:
        return "open"
    return "below" if row.estimate < row.benchmark else "above"


def _empty() -> tuple[pd.DataFrame, pd.DataFrame]:
    blank = pd.DataFrame({c: pd.Series(dtype="object") for c in _COLUMNS})
    return blank, pd.DataFrame(
        {c: pd.Series(dtype="float64") for c in ("term", "base", "conf_low", "conf_high")}
    )
