"""What is ahead of a company by group, and of a team or region as its part: one forecast on every page.

Teams and regions are made of reps: their totals are sums of the reps' parts of the company's projection, so
a team has the same forecast on its own page, as a row of the company's, and as the sum of its reps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ..core.crm import Crm
from ..core.rows import narrowed
from ..core.shelf import kept
from ..pipeline.lives import day_number
from ..stats.forecast import Paired
from .book import Book, book
from .methods import Foreseen, foresee, to_sum
from .past import Past, choose, past, past_days, taken, with_series
from .result import Outlook

#: Dimensions that reps belong to.
OF_REPS = ("team", "region")


@dataclass(frozen=True, eq=False)
class Ahead:
    """What is ahead, by group: what is expected and how far such projections were off.

    Attributes
    ----------
    held : Book
        Its `group` is -1 for cases of nobody asked for.
    seen : Foreseen
    before, whole : Past
        Past days of the groups, and of all groups that there are on their level.
    method : str
        What is taken: the company's, whatever part is asked for.
    gaps : dict of str to Paired
    outlook : Outlook
    """

    held: Book
    seen: Foreseen
    before: Past
    whole: Past
    method: str
    gaps: dict[str, Paired]
    outlook: Outlook


def past_of(crm: Crm, kpi: str, day: date, where: Mapping[str, str]) -> tuple[Past, Past | None, str]:
    """Return past days of the company, or of a part and beside it of all such parts; and the method."""
    if not where:
        found = _before(crm, book(crm, kpi, "", day), "", day)
        return found, None, choose(found)[0]
    narrowed(crm, day, **where)  # says so when there is no such team
    held = book(crm, kpi, "rep_id", day)
    label, groups = _labels(crm, held, tuple(where), day)
    whole = _merged_past(_before(crm, held, "rep_id", day), label, len(groups))
    places = [i for i, name in enumerate(groups) if name == _name(where)]
    return _chosen_past(whole, places), whole, choose(whole)[0]


def ahead(crm: Crm, kpi: str, by: str, day: date, far: int, where: Mapping[str, str]) -> Ahead:
    """Return what `far` weeks after `day` may bring the company, or a part of it that sells, by group."""
    if not where and not _is_of_reps(crm, by, day):
        return _of_company(crm, kpi, by, day, far)
    found = _of_company(crm, kpi, "rep_id", day, far)
    if not where:
        return _merged(found, *_labels(crm, found.held, (by,), day))
    label, groups = _labels(crm, found.held, tuple(where), day)
    place = groups.index(_name(where))
    parts = _merged(found, label, groups)
    if not by or tuple(where) == (by,):
        return _chosen(parts, [place], parts, place)
    if by == "rep_id":
        return _chosen(found, np.flatnonzero(label == place), parts, place)
    if _is_of_reps(crm, by, day):
        mine, names = _labels(crm, found.held, (by,), day)
        mine = np.where(label == place, mine, len(names))
        within = _merged(found, mine, (*names, ""))
        return _chosen(within, np.unique(mine[label == place]), parts, place)
    is_mine = (label == place)[found.held.group]
    return _by_case(crm, kpi, by, (day, far, is_mine), _chosen(parts, [place], parts, place))


def _before(crm: Crm, held: Book, by: str, day: date) -> Past:
    """Return past days of a company's book by a dimension, once for all who ask."""
    return kept(crm, "projection.past", (by, held.unit, day), lambda: _until(held, day))


def _until(held: Book, day: date) -> Past:
    """Return the projections of past days of a book; what happened after `day` is not looked at."""
    held = replace(held, last=day_number(day))
    return past(held, past_days(held))


def _is_of_reps(crm: Crm, by: str, day: date) -> bool:
    """Tell whether a dimension is one that reps belong to, as far as this company says so."""
    if by not in OF_REPS:
        return False
    reps = crm.reps(on=day)
    return by in reps and bool(reps[by].notna().any())


def _of_company(crm: Crm, kpi: str, by: str, day: date, far: int) -> Ahead:
    held = book(crm, kpi, by, day)
    return _of_book(held, day, far, _before(crm, held, by, day))


def _of_book(held: Book, day: date, far: int, found: Past, method: str = "") -> Ahead:
    """Return what is ahead by the groups of a book, by the method that its past days choose, or another."""
    chosen, gaps = choose(found)
    method = method or chosen
    seen = foresee(held, day_number(day), far)
    mean = taken(with_series(held, day_number(day), seen), method)
    outlook = Outlook(mean, seen.variance, *found.shared(method), held.unit == "count")
    return Ahead(held, seen, found, found, method, gaps, outlook)


def _by_case(crm: Crm, kpi: str, by: str, when: tuple[date, int, np.ndarray], part: Ahead) -> Ahead:
    """Return a part by what its opportunities are, told apart from all others, and scaled to the part."""
    day, far, is_mine = when
    held = book(crm, kpi, by, day)
    held = replace(held, group=np.where(is_mine, held.group, len(held.groups)), groups=(*held.groups, ""))
    own = _of_book(held, day, far, _until(held, day), part.method)
    there = np.unique(held.group[is_mine])
    outlook = replace(
        part.outlook,
        mean=to_sum(own.outlook.mean[there], part.outlook.mean.sum(axis=0)),
        variance=to_sum(own.outlook.variance[there], part.outlook.variance.sum(axis=0)),
        own=own.outlook.own,
    )
    found = _chosen(own, there, part, 0)
    return replace(found, before=part.before, whole=part.whole, gaps=part.gaps, outlook=outlook)


def _labels(crm: Crm, held: Book, dims: tuple[str, ...], day: date) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the place of each rep's group among the groups, and these."""
    reps = crm.reps(on=day).drop_duplicates("rep_id").set_index("rep_id").reindex(list(held.groups))
    texts = [reps[dim].fillna("").astype("str").to_numpy() for dim in dims]
    names = [" · ".join(each) for each in zip(*texts, strict=True)]
    groups = sorted(set(names), key=lambda name: (name == "", name))
    return np.array([groups.index(name) for name in names]), tuple(groups)


def _name(where: Mapping[str, str]) -> str:
    return " · ".join(where.values())


def _summed(values: np.ndarray, label: np.ndarray, count: int, axis: int = 0) -> np.ndarray:
    found = np.zeros((count, *np.delete(values.shape, axis)), dtype=values.dtype)
    np.add.at(found, label, np.moveaxis(values, axis, 0))
    return np.moveaxis(found, 0, axis)


def _past(found: Past, take: Callable[[np.ndarray], np.ndarray]) -> Past:
    """Return the same of other groups, which `take` makes of the second axis."""
    means = {name: take(values) for name, values in found.mean.items()}
    return Past(found.days, take(found.actual), means, take(found.variance))


def _foreseen(seen: Foreseen, take: Callable[[np.ndarray], np.ndarray]) -> Foreseen:
    """Return the same of other groups, which `take` makes of the first axis."""
    each = (seen.variance, seen.pipeline, seen.open_count, seen.from_open)
    return Foreseen({name: take(values) for name, values in seen.mean.items()}, *map(take, each))


def _merged_past(found: Past, label: np.ndarray, count: int) -> Past:
    return _past(found, lambda values: _summed(values, label, count, 1))


def _chosen_past(found: Past, places: np.ndarray | list[int]) -> Past:
    return _past(found, lambda values: values[:, places])


def _merged(found: Ahead, label: np.ndarray, groups: tuple[str, ...]) -> Ahead:
    """Return the same by larger groups: `label` is the place of each present group among them."""
    count, out = len(groups), found.outlook
    whole = _merged_past(found.before, label, count)
    seen = _foreseen(found.seen, lambda values: _summed(values, label, count))
    mean, variance = (_summed(values, label, count) for values in (out.mean, out.variance))
    outlook = Outlook(mean, variance, *whole.shared(found.method), out.is_count)
    held = replace(found.held, group=label[found.held.group], groups=groups, there=None)
    return Ahead(held, seen, whole, whole, found.method, found.gaps, outlook)


def _chosen(found: Ahead, places: np.ndarray | list[int], parts: Ahead, place: int) -> Ahead:
    """Return some groups, which make one of `parts`: by what that may be off, all may be off together."""
    out, held = found.outlook, found.held
    seen = _foreseen(found.seen, lambda values: values[places])
    outlook = Outlook(
        out.mean[places],
        out.variance[places],
        parts.outlook.shared + parts.outlook.own,
        max(out.own - parts.outlook.own, 0.0),
        out.is_count,
        seed=1 + place,
    )
    new = np.full(len(held.groups), -1)
    new[places] = np.arange(len(places))
    held = replace(held, group=new[held.group], groups=tuple(held.groups[i] for i in places), there=None)
    part = _chosen_past(parts.whole, [place])
    return Ahead(held, seen, part, parts.whole, found.method, found.gaps, outlook)
