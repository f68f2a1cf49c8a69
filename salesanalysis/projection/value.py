"""`value_projection`: what clients may bring over the next years, by company, team or rep, less cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.result import Note
from ..core.rows import narrowed, rows
from ..core.shelf import kept_by_arguments
from ..kpi import KPIS
from ..kpi.frames import book as bought
from ..kpi.frames import spells
from ..kpi.panel import computable
from ..stats.hazard import Hazards, age_hazards
from .result import ValueProjectionResult

#: Clients, and years of data, under which nothing is told.
CLIENTS, SHORTEST = 20, 1.0
YEARS = (1, 5)
DRAWS, LEVEL = 500, 0.8
#: Quarters of a client's life that share one hazard begin here.
AGES = (0, 1, 2, 3, 4, 6, 8, 12)
_QUARTER = 365.25 / 4
#: How far the number of new clients of a year may be off, as a standard deviation of its logarithm.
NEW_SD = 0.15


@dataclass(frozen=True, eq=False)
class _Clients:
    """Clients as of today, how they end, and how many come in a year, by group."""

    group: np.ndarray
    age: np.ndarray
    value: np.ndarray
    hazards: Hazards
    new: np.ndarray
    usual: float
    error: float
    churn: float


@kept_by_arguments
def value_projection(
    crm: Crm, *, years: int = 3, by: str = "", team: str = "", region: str = ""
) -> ValueProjectionResult:
    """Project what clients bring in each of the next years, less the cost of those who look after them.

    Parameters
    ----------
    crm : Crm
        Clients from contracts or purchases (``customers`` in client.toml), ``accounts.rep_id``, and
        ``reps.annual_cost`` for cost; ``margin`` and ``discount_rate`` come from client.toml.
    years : int
        1 to 5.
    by : str
        ``rep``, ``team`` or empty; the company always comes first.
    team, region : str
        Only clients of reps of a team or region.

    Returns
    -------
    ValueProjectionResult
        Verdict ``cannot_tell``, without values, with fewer than 20 clients or less than a year of data.

    Raises
    ------
    InvalidInput
        `years` or `by` is not possible.

    Notes
    -----
    Assumed: a client brings each year what it has brought so far; clients end at the ages at which others
    did; new ones come as in the last year and are worth the mean of all; reps stay and cost what they cost.
    Prices, staff and the market do not change. Groups' new clients are drawn half towards an equal share.
    Intervals: chance of single clients ending, the posterior of the hazards, number and worth of new clients.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.value_projection(sa.sample(), years=3)  # doctest: +SKIP
    """
    check_crm(crm, "value_projection()")
    crm = narrowed(crm, crm.as_of, team=team, region=region)
    if not YEARS[0] <= years <= YEARS[1]:
        raise InvalidInput(f"years is {years}; it must lie between {YEARS[0]} and {YEARS[1]}.")
    by = {"rep": "rep_id"}.get(by, by)
    if by not in ("", "rep_id", "team"):
        raise InvalidInput(f"by is '{by}'; clients are projected by rep, team or all together (empty).")
    rate, margin = crm.client.discount_rate, crm.client.margin
    common = {
        "method": "projection.value_projection",
        "client": crm.client,
        "as_of": crm.as_of,
        "years": years,
        "rate": rate,
        "margin": 1.0 if margin is None else margin,
    }
    asked = KPIS.pick(["customers", "active_book"])
    is_known = len(computable(crm, asked)) == len(asked)
    groups, found = _clients(crm, by) if is_known else (pd.DataFrame(), None)
    if found is None:
        note = Note("projection_no_clients", values={"least": CLIENTS})
        return ValueProjectionResult(table=_unknown(crm), n=0, notes=(note,), churn=float("nan"), **common)
    table = _table(crm, groups, found, (years, by, rate, common["margin"]))
    notes = [Note("projection_value_assumed")]
    if margin is None:
        notes.append(Note("projection_value_revenue"))
    return ValueProjectionResult(
        table=table, n=len(found.value), notes=tuple(notes), churn=found.churn, **common
    )


def _unknown(crm: Crm) -> pd.DataFrame:
    row = {"scope": "organisation", "group": "", "name": crm.client.name, "years": 0, "n": 0, "unit": "money"}
    return pd.DataFrame([row]).reindex(columns=_COLUMNS).assign(verdict="cannot_tell")


_COLUMNS = [
    *("scope", "group", "name", "years", "existing", "gained", "cost", "estimate", "conf_low", "conf_high"),
    *("n", "unit", "verdict"),
]


def _clients(crm: Crm, by: str) -> tuple[pd.DataFrame, _Clients | None]:
    """Return the groups (``group, name, cost``) and the clients; none where they are too few."""
    held, _ = spells(crm)
    worth = bought(crm).set_index("account_id")
    worth = (worth["value_days"] / worth["days"].where(worth["days"] > 0)).dropna()
    start, end = (held[c].to_numpy().astype("datetime64[D]") for c in ("started_on", "ended_on"))
    today = np.datetime64(crm.as_of, "D")
    first = np.datetime64(crm.span.start, "D")
    running = (start <= today) & (np.isnat(end) | (end > today))
    value = held["account_id"].map(worth).to_numpy(dtype=float)
    now = running & np.isfinite(value)
    if now.sum() < CLIENTS or (today - first).astype(int) < SHORTEST * 365:
        return pd.DataFrame(), None
    whose = (
        rows(crm, "accounts", "account_id", "rep_id")
        .drop_duplicates("account_id")
        .set_index("account_id")["rep_id"]
    )
    groups, label = _groups(crm, held["account_id"].map(whose), by)
    hazards, churn = _ending(start, end, today, first)
    group = pd.Index(groups["group"]).get_indexer(label)
    since = (start > today - 365) & (start <= today) & (start > first + 30)
    new = np.bincount(group[since & (group >= 0)], minlength=len(groups)).astype(float)
    known = value[np.isfinite(value)]
    kept = now & (group >= 0)
    age = ((today - start[kept]).astype(int) / _QUARTER).astype(int)
    return groups, _Clients(
        group[kept],
        age,
        value[kept],
        hazards,
        new,
        float(known.mean()),
        float(known.std() / np.sqrt(len(known)) / known.mean()),
        churn,
    )


def _groups(crm: Crm, rep: pd.Series, by: str) -> tuple[pd.DataFrame, pd.Series]:
    """Return the groups with their yearly cost, and the group of each client."""
    reps = crm.reps(on=crm.as_of).drop_duplicates("rep_id").set_index("rep_id")
    cost = reps["annual_cost"] if "annual_cost" in reps else pd.Series(np.nan, reps.index)
    left = pd.to_datetime(reps["left_on"]) if "left_on" in reps else pd.Series(pd.NaT, reps.index)
    cost = cost.astype(float).mask(left <= pd.Timestamp(crm.as_of), 0.0)
    if not by:
        whole = pd.DataFrame({"group": [""], "name": [crm.client.name], "cost": [cost.sum(min_count=1)]})
        return whole, pd.Series("", rep.index)
    names = (
        reps.index.to_series().astype(str) if by == "rep_id" else reps.get("team", pd.Series("", reps.index))
    )
    label = rep.map(names).fillna("").astype(str)
    by_group = cost.groupby(names.fillna("").astype(str)).sum(min_count=1)
    keys = sorted({*label, *by_group.index} - {""}) + ([""] if (label == "").any() else [])
    shown = [str(reps["name"].get(k, k)) if by == "rep_id" else k for k in keys]
    return pd.DataFrame({"group": keys, "name": shown, "cost": by_group.reindex(keys).to_numpy()}), label


def _ending(
    start: np.ndarray, end: np.ndarray, today: np.datetime64, first: np.datetime64
) -> tuple[Hazards, float]:
    """Learn at which quarter of their life clients end, from whole quarters within the data."""
    length = _QUARTER
    born, last = (start - today).astype(float), np.where(np.isnat(end), np.inf, (end - today).astype(float))
    whole = np.floor(np.maximum(-born, 0) / length).astype(int)
    count = np.minimum(np.where(last <= 0, np.floor((last - born) / length) + 1, whole), whole).astype(int)
    case = np.repeat(np.arange(len(born)), np.maximum(count, 0))
    age = np.arange(len(case)) - np.repeat(np.cumsum(count.clip(0)) - count.clip(0), count.clip(0))
    begin = born[case] + age * length
    seen = begin >= (first - today).astype(float)
    ends = last[case] <= begin + length
    hazards = age_hazards(age[seen], np.zeros(seen.sum(), int), np.where(ends[seen], 1, 0), bands=AGES)
    quarters = max(int(seen.sum()), 1)
    return hazards, float(1 - (1 - ends[seen].sum() / quarters) ** 4)


def _staying(hazards: Hazards, chance: np.ndarray | None, quarters: int) -> np.ndarray:
    """Return the share still there in the middle of each quarter ahead, by age: (..., ages, quarters)."""
    gone = np.cumsum(hazards.ahead(quarters, chance=chance)[..., 0, :], axis=-1)
    before = np.concatenate([np.zeros((*gone.shape[:-1], 1)), gone[..., :-1]], axis=-1)
    return 1 - (gone + before) / 2


def _table(
    crm: Crm, groups: pd.DataFrame, found: _Clients, how: tuple[int, str, float, float]
) -> pd.DataFrame:
    years, by, rate, margin = how
    stay = _Stay.of(found.hazards, 4 * years)
    whole = _groups(crm, pd.Series([], dtype="str"), "")[0].iloc[0]
    everyone = np.zeros(len(found.value), dtype=int)
    parts = [_rows(found, everyone, found.new.sum(), whole, (stay, "organisation", years, rate, margin))]
    if by:
        share = 0.5 * found.new + 0.5 * found.new.sum() * _present(found, len(groups))
        for i, row in groups.iterrows():
            mine = np.where(found.group == i, 0, -1)
            parts.append(_rows(found, mine, share[i], row, (stay, by, years, rate, margin)))
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _present(found: _Clients, groups: int) -> np.ndarray:
    """Return an equal share of new clients for every group that has clients."""
    there = np.bincount(found.group, minlength=groups) > 0
    return there / max(there.sum(), 1)


@dataclass(frozen=True, eq=False)
class _Stay:
    """Who is still there by age and quarter, and `_fresh` of it, the same for every group."""

    mean: np.ndarray
    drawn: np.ndarray
    fresh: np.ndarray
    drawn_fresh: np.ndarray

    @classmethod
    def of(cls, hazards: Hazards, quarters: int) -> _Stay:
        mean = _staying(hazards, None, quarters)
        drawn = _staying(hazards, hazards.draw(DRAWS), quarters)
        return cls(mean, drawn, _fresh(mean[0], quarters), np.stack([_fresh(d[0], quarters) for d in drawn]))


def _rows(
    found: _Clients, mine: np.ndarray, new: float, row: pd.Series, how: tuple[_Stay, str, int, float, float]
) -> pd.DataFrame:
    """Return one group's years and their sum."""
    stay, scope, years, rate, margin = how
    kept = mine == 0
    age, value = np.minimum(found.age[kept], AGES[-1]), found.value[kept]
    quarters = 4 * years
    discount = (1 + rate) ** -((np.arange(quarters) + 0.5) / 4) / 4 * margin
    by_age = np.bincount(age, value, minlength=AGES[-1] + 1)
    square = np.bincount(age, value**2, minlength=AGES[-1] + 1)
    rng = np.random.default_rng(0)
    existing = by_age @ stay.mean
    chance = square @ (stay.mean * (1 - stay.mean))
    fresh = stay.fresh * new * found.usual / 4
    noise = rng.normal(size=(DRAWS, 1)) * np.sqrt(chance)
    spread = np.sqrt(NEW_SD**2 + 1 / max(new, 1.0) + found.error**2)
    level = np.exp(spread * rng.normal(size=(DRAWS, 1)) - spread**2 / 2)
    total = (
        np.einsum("a,daq->dq", by_age, stay.drawn)
        + noise
        + stay.drawn_fresh * (new * found.usual / 4) * level
    )
    cost = float(row["cost"]) if row["cost"] == row["cost"] else float("nan")

    def yearly(x: np.ndarray) -> np.ndarray:
        return (x * discount).reshape(*np.shape(x)[:-1], years, 4).sum(axis=-1)

    known, gained, sums = yearly(existing), yearly(fresh), yearly(total)
    pay = cost * (1 + rate) ** -(np.arange(years) + 0.5)
    less = np.nan_to_num(pay)
    result = pd.DataFrame({"years": range(1, years + 1), "existing": known, "gained": gained, "cost": pay})
    ends = np.quantile(sums - less, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    result = result.assign(estimate=known + gained - less, conf_low=ends[0], conf_high=ends[1])
    low, high = np.quantile((sums - less).sum(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    summed = result[["existing", "gained", "estimate"]].sum().to_dict()
    last = {"years": 0, **summed, "cost": pay.sum(), "conf_low": low, "conf_high": high}
    result = pd.concat([result, pd.DataFrame([last])], ignore_index=True)
    facts = {
        "scope": scope,
        "group": row["group"],
        "name": row["name"],
        "n": int(kept.sum()),
        "unit": "money",
    }
    return result.assign(**facts, verdict="shown" if cost == cost else "no_cost")


def _fresh(staying: np.ndarray, quarters: int) -> np.ndarray:
    """Return how many clients' quarters those bring who come at one a quarter, half of their first one."""
    first = np.concatenate([[0.5], staying[: quarters - 1]])
    return np.cumsum(first)
