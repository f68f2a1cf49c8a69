"""`project`: what the weeks and quarters ahead may bring, by company or group, with intervals."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, unknown
from ..core.period import Period
from ..core.result import Note
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from ..pipeline.lives import WEEK, day_number
from ..stats.forecast import ends
from .book import GROUPS, KPIS_AHEAD, Book, as_day, book
from .methods import FEWEST
from .part import OF_REPS, Ahead, ahead
from .past import LEAST, LONG, Past
from .path import path, weekly
from .result import Outlook, ProjectionResult

#: Closed opportunities under which nothing is projected.
CLOSED = 20
#: Longest projection in weeks; whole quarters that follow the running one.
FARTHEST, QUARTERS = 105, 4
#: Teams or regions up to which intervals are drawn, as on the page of one of them; of more they are computed.
DRAWN = 50


@kept_by_arguments
def project(
    crm: Crm,
    *,
    weeks: int = 13,
    by: str = "",
    kpi: str = "bookings",
    on: date | None = None,
    team: str = "",
    region: str = "",
) -> ProjectionResult:
    """Project bookings or wins ahead from open opportunities, new business and the recent rate.

    Parameters
    ----------
    crm : Crm
    weeks : int
        1 to `FARTHEST`.
    by : str
        One of `GROUPS` (``rep`` for ``rep_id``); empty: the company alone.
    kpi : str
        ``bookings`` or ``wins``.
    on : datetime.date or None
        Day from which it looks ahead; None: the last day of the data. Nothing later is used.
    team, region : str
        Only the reps of a team or region on that day, as a part of the company's projection: the same
        numbers as their row of it.

    Returns
    -------
    ProjectionResult
        Without rows, and a note that says what is missing, where fewer than `FEWEST` weeks of closes or
        `CLOSED` closed opportunities are on record.

    Raises
    ------
    InvalidInput
        `weeks`, `by` or `kpi` is not possible.
    MissingData
        Opportunities have no days of creation or close.

    Notes
    -----
    Hazard: chances by stage and age (`pipeline.win_chances`) of what is open, plus new opportunities at the
    rate of the last 26 weeks through the same chances; values are the opportunities' own, drawn towards their
    segment's. Run rate: wins a week of the last 26 weeks times the mean size. Shipped is their mean unless
    one, or a series carried forward (104 weeks on), was better on past days by more than a standard error.
    The width comes from the errors on past days. Groups' parts are scaled to add up to the company; teams and
    regions are sums of their reps' parts.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.project(sa.sample(), by="team")  # doctest: +SKIP
    >>> found.chance_of(12e9)  # doctest: +SKIP
    """
    check_crm(crm, "project()")
    by, day = _asked(crm, weeks, by, kpi, on)
    crm.require("opportunities.created_on", "opportunities.closed_on", wanted_by="A projection")
    if kpi == "bookings":
        crm.require("opportunities.amount", wanted_by="A projection of bookings")
    where = {name: value for name, value in (("region", region), ("team", team)) if value}
    mine = narrowed(crm, day, team=team, region=region)
    whole, at = book(crm, kpi), day_number(day)
    common = {
        "method": "projection.project",
        "client": crm.client,
        "as_of": day,
        "kpi": kpi,
        "by": by,
        "weeks": weeks,
        "team": team,
        "region": region,
        "fingerprint": crm.fingerprint,
    }
    known = (whole.lives.cases["closed"].to_numpy() <= at).sum()
    lacking = FEWEST - (at - whole.lives.begins + 1) // WEEK
    if lacking > 0 or known < CLOSED or not _sells(mine, whole):
        notes = (Note("projection_too_short", values={"weeks": FEWEST, "closed": CLOSED}),)
        return ProjectionResult(table=_empty(), n=int(known), notes=notes, taken="", **common)
    terms = _terms(day, weeks, crm.client.fiscal_year_start)
    far = max(-(-(end - day).days // WEEK) for _, _, end in terms)
    found = ahead(crm, kpi, by, day, far, where)
    held, outlook = found.held, found.outlook
    table = _table(crm, found, terms, by, day)
    return ProjectionResult(
        table=table,
        n=int(found.seen.open_count.sum()),
        period=Period(day + timedelta(days=1), day + timedelta(days=1 + weeks * WEEK)),
        notes=_notes(held, found.before, at),
        taken=found.method,
        gaps=found.gaps,
        tested=len(found.before.days),
        errors=_errors(found.before),
        path=path(mine, held, outlook, day, weeks, where=where),
        weekly=weekly(outlook, day),
        outlook=outlook,
        groups=held.groups,
        **common,
    )


def _sells(mine: Crm, whole: Book) -> bool:
    """Tell whether the reps asked for own any opportunity."""
    return bool(whole.lives.cases["rep_id"].isin(mine.frame("reps")["rep_id"]).any()) or not mine.scope


def _errors(before: Past) -> dict[str, float]:
    """Return by how much each method was off on past days; none where they are too few."""
    if len(before.days) < LEAST:
        return {}
    found = {name: np.abs(before.errors(name)) for name in before.mean}
    return {name: float(np.nanmean(e)) for name, e in found.items() if np.isfinite(e).any()}


def _asked(crm: Crm, weeks: int, by: str, kpi: str, on: date | None) -> tuple[str, date]:
    if kpi not in KPIS_AHEAD:
        raise unknown("KPI that can be projected", kpi, list(KPIS_AHEAD))
    if not 1 <= weeks <= FARTHEST:
        raise InvalidInput(f"weeks is {weeks}; it must lie between 1 and {FARTHEST}.")
    by = "rep_id" if by == "rep" else by
    if by and by not in GROUPS:
        raise unknown("dimension of a projection", by, ["rep", *GROUPS])
    day = on or crm.as_of
    if day > crm.as_of:
        raise InvalidInput(f"{day} lies after the last day of the data ({crm.as_of}). Choose an earlier day.")
    return by, day


def _empty() -> pd.DataFrame:
    names = ["scope", "group", "name", "term", "starts_on", "ends_on", "so_far", "from_open", "estimate"]
    return pd.DataFrame(columns=[*names, "conf_low", "conf_high", "low_95", "high_95", "n", "unit"])


def _terms(day: date, weeks: int, fiscal_start: int) -> list[tuple[str, date, date]]:
    """Return label, first day and last day of what is still to come of each term."""
    first = day + timedelta(days=1)
    terms = [("ahead", first, day + timedelta(days=weeks * WEEK))]
    quarter = Period.containing(first, "quarter", fiscal_start=fiscal_start)
    count = QUARTERS + (quarter.start < first)
    for _ in range(count):
        terms.append((quarter.label, max(first, quarter.start), quarter.last_day))
        quarter = quarter.next()
    return terms


def weights(far: int, day: date, start: date, end: date) -> np.ndarray:
    """Return the share of each week ahead that lies within a term."""
    low = np.arange(far) * WEEK
    first, last = (start - day).days - 1, (end - day).days
    return np.clip(np.minimum(low + WEEK, last) - np.maximum(low, first), 0, WEEK) / WEEK


def _table(crm: Crm, found: Ahead, terms: list[tuple[str, date, date]], by: str, day: date) -> pd.DataFrame:
    held, seen, outlook = found.held, found.seen, found.outlook
    far = outlook.mean.shape[1]
    named = pd.DataFrame({"scope": by, "group": held.groups, "name": _names(crm, held.groups, by)})
    drawn = outlook.draws()
    is_drawn = by in OF_REPS and len(held.groups) <= DRAWN
    each = [outlook.draws(i) for i in range(len(held.groups))] if is_drawn else []
    parts = []
    for label, start, end in terms:
        share = weights(far, day, start, end)
        begins = (
            start
            if label == "ahead"
            else Period.parse(label, fiscal_start=crm.client.fiscal_year_start).start
        )
        so_far = _known(held, begins, start) if label != "ahead" else np.zeros(len(held.groups))
        facts = {"term": label, "starts_on": start, "ends_on": end, "unit": held.unit}
        mean, open_ = outlook.mean @ share, seen.from_open @ share
        whole = drawn @ share
        company = {
            "scope": ["organisation"],
            "group": [""],
            "name": [crm.client.name],
            "so_far": so_far.sum(),
        }
        low, high, low_95, high_95 = np.quantile(whole, [0.1, 0.9, 0.025, 0.975])
        values = {"from_open": open_.sum(), "estimate": mean.sum(), "conf_low": low, "conf_high": high}
        values |= {"low_95": low_95, "high_95": high_95, "n": int(seen.open_count.sum())}
        parts.append(pd.DataFrame({**company, **values, **facts}))
        if by:
            groups = {"so_far": so_far, "from_open": open_, "n": seen.open_count, **facts}
            parts.append(_of_groups(outlook, named, share, each).assign(**groups))
    table = pd.concat(parts, ignore_index=True)[list(_empty().columns)]
    order = {label: i for i, (label, _, _) in enumerate(terms)}
    rank = table["term"].map(order) + (table["scope"] != "organisation") * len(order)
    return (
        table.assign(rank=rank).sort_values("rank", kind="stable").drop(columns="rank").reset_index(drop=True)
    )


def _of_groups(
    found: Outlook, groups: pd.DataFrame, share: np.ndarray, each: list[np.ndarray]
) -> pd.DataFrame:
    """Return each group's total within a term and its intervals, of its draws where there are any."""
    mean, variance = found.totals(share)
    groups = groups.assign(estimate=mean)
    for low, high, level in (("conf_low", "conf_high", 0.8), ("low_95", "high_95", 0.95)):
        if each:
            both = [np.quantile(one @ share, [(1 - level) / 2, (1 + level) / 2]) for one in each]
            groups[low], groups[high] = np.transpose(both)
        else:
            groups[low], groups[high] = ends(mean, variance, level=level, is_count=found.is_count)
    return groups


def _known(held: Book, start: date, end: date) -> np.ndarray:
    """Return what was won from `start` up to, not including, `end` by group."""
    won = held.won_on
    kept = (held.group >= 0) & (won >= day_number(start)) & (won < day_number(end))
    return np.bincount(held.group[kept], held.amount[kept], minlength=len(held.groups))


def _names(crm: Crm, groups: tuple[str, ...], by: str) -> list[str]:
    if by != "rep_id":
        return list(groups)
    known = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")["name"]
    return [str(known.get(g, g)) for g in groups]


def _notes(held: Book, before: Past, at: int) -> tuple[Note, ...]:
    notes = []
    if len(before.days) < LEAST:
        notes.append(Note("projection_untested"))
    if (at - held.lives.begins + 1) // WEEK < LONG:
        notes.append(Note("projection_no_season", values={"weeks": LONG}))
    if held.lives.begins > 0 and (held.lives.cases["created"].to_numpy() < held.lives.begins - 28).sum() > 20:
        notes.append(Note("projection_truncated", values={"day": as_day(held.lives.begins)}))
    return tuple(notes)
