"""Which opportunity an activity belongs to: its link, else its contact, else its account and owner.

The rule is stated in ``docs/attribution.md``. A key (a contact; an account and its owner) has at most one
opportunity on any day: these days are worked out once from the opportunities alone, as stretches that do
not overlap, and every activity looks its own day up. So no activity can be counted twice, and what one
activity gets does not depend on any other. What is known on the day decides; an opportunity made later takes
only activities that nothing known claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Result
from .days import NEVER, number
from .owners import candidates_of_account, candidates_of_contact

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .derive import Work

#: Opportunities of one key above which it says nothing: a shared mailbox, a collective account.
CROWD = 200
#: Places that a score leaves room for; more than `CROWD`.
_ROOM = 256
#: How an opportunity can be known; "none" where it is not.
MEANS = ("link", "contact", "account", "none")
_KEYS = {"contact": ("contact_id",), "account": ("account_id", "rep_id")}
_CANDIDATES = {"contact": candidates_of_contact, "account": candidates_of_account}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AttributionResult(Result):
    """How the opportunity of activities is known.

    `table` has one row per means (`MEANS`): ``term, estimate`` (share of all activities), ``n`` (activities),
    ``base`` (all activities), ``unit``.
    """


def attribution_shares(crm: Crm) -> AttributionResult:
    """Count by which means the opportunity of each activity is known, and how many have none.

    Raises
    ------
    MissingData
        There are no activities.

    Examples
    --------
    >>> from salesanalysis.data import sample
    >>> attribution_shares(sample()).table["term"].tolist()
    ['link', 'contact', 'account', 'none']
    """
    check_crm(crm, "attribution_shares()")
    counts = _count(crm.table("activities", wanted_by="attribution_shares()"))
    base = sum(counts.values())
    table = pd.DataFrame(
        {"term": list(MEANS), "n": [counts[m] for m in MEANS], "base": base, "unit": "share"}
    )
    table.insert(1, "estimate", table["n"] / base if base else float("nan"))
    return AttributionResult(
        table=table,
        method="data.attribution_shares",
        n=base,
        client=crm.client,
        as_of=crm.as_of,
        notes=crm.notes("activities"),
    )


def attribute(work: Work) -> None:
    """Fill ``activities.opportunity_id`` by the client's rule and say in ``attributed_by`` how it is known.

    A link of the export always stands. The other means are tried in the order of ``client.attribution``.
    """
    if "activities" not in work.tables:
        return
    rows, stated = work.tables["activities"], work.has("activities.opportunity_id")
    means = [m for m in work.client.attribution if m in _KEYS and _can(work, m)]
    linked, every = _linked(rows, stated)
    if not stated and not means:
        return
    columns = [c for c in rows.columns if c not in ("opportunity_id", "attributed_by")]
    nothing = ibis.null("string")
    link = rows.opportunity_id if stated else nothing
    # An export made from a Crm says already how it knows.
    told = rows.attributed_by if work.has("activities.attributed_by") else nothing
    by = ibis.ifelse(link.notnull(), ibis.coalesce(told, "link"), nothing)
    rows = rows.mutate(opportunity_id=link, attributed_by=by, ahead=nothing, ahead_by=nothing)
    is_asked = bool(means) and linked < every
    for mean in means if is_asked else ():
        rows = _look_up(rows, work.aside(f"days_{mean}", days(work, mean)), mean)
    found = rows.select(
        *columns,
        opportunity_id=ibis.coalesce(rows.opportunity_id, rows.ahead),
        attributed_by=ibis.coalesce(rows.attributed_by, rows.ahead_by),
    )
    if is_asked:
        work.put("activities", found)
    else:
        work.tables["activities"] = found  # a column added is not worth a copy
    _enter(work)


def _can(work: Work, mean: str) -> bool:
    """Tell whether the data has what a means needs."""
    needs = ["opportunities.created_on", "activities.occurred_on", *(f"activities.{k}" for k in _KEYS[mean])]
    needs += ["opportunity_contacts"] if mean == "contact" else ["opportunities.account_id"]
    return all(work.has(n) for n in needs)


def _linked(rows: ir.Table, stated: bool) -> tuple[int, int]:
    counts = {"linked": rows.opportunity_id.count()} if stated else {}
    found = rows.aggregate(every=rows.count(), **counts).to_pandas().iloc[0]
    return int(found.get("linked", 0)), int(found["every"])


def days(work: Work, mean: str) -> ir.Table:
    """Return the stretches of days on which a key has exactly one best opportunity.

    Columns: those of the key, ``opportunity, first_day, next_day`` (numbers of days; the stretch ends before
    the second), ``is_ahead`` (it is made only later). Stretches of one key do not overlap.
    """
    keys = _KEYS[mean]
    found = _CANDIDATES[mean](work)
    own = [found[k] for k in keys]
    place = ibis.row_number().over(group_by=own, order_by=[found.opportunity_id, found.first_day])
    found = found.mutate(place=place, crowd=found.count().over(group_by=own))
    found = work.aside(f"candidates_{mean}", found.filter(found.crowd <= CROWD))
    edges = _edges(found, keys)
    on = [edges[f"edge_{k}"] == found[k] for k in keys]
    pairs = edges.inner_join(found, [*on, found.first_day <= edges.day, found.next_day > edges.day])
    # The lowest score with the place behind it, counted upwards and downwards: they name one candidate unless
    # several have that score.
    score = _score(pairs) * _ROOM
    best = pairs.group_by([*(f"edge_{k}" for k in keys), "day", "end"]).agg(
        low=(score + pairs.place).min(), high=(score + (_ROOM - 1 - pairs.place)).min()
    )
    best = best.filter(best.low % _ROOM == _ROOM - 1 - best.high % _ROOM)
    best = best.mutate(at=best.low % _ROOM, is_ahead=best.low >= 4 * NEVER * _ROOM)
    named = best.inner_join(found, [*(best[f"edge_{k}"] == found[k] for k in keys), best.at == found.place])
    return named.select(
        *keys, "is_ahead", opportunity=named.opportunity_id, first_day=named.day, next_day=named.end
    )


def _edges(found: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """Return the stretches between the days on which the best candidate of a key can change.

    It can where a window, an opportunity or an owner begins or ends. Columns: ``edge_<key>, day, end``.
    """
    turns = (found.first_day, found.next_day, found.created_day, found.closed_day + 1)
    names = {f"edge_{k}": found[k] for k in keys}
    edges = ibis.union(*(found.select(day=t.cast("int64"), **names) for t in turns), distinct=True)
    end = edges.day.lead().over(group_by=[edges[n] for n in names], order_by=edges.day)
    return edges.mutate(end=end).filter(lambda t: t.end.notnull())


def _score(pairs: ir.Table) -> ir.IntegerValue:
    """Return a number that is lowest for the best candidate on the day; equal for candidates that tie.

    First those open on the day, then those closed before it, of each the one created last; then those created
    after it, the next one first.
    """
    is_open = (pairs.created_day <= pairs.day) & (pairs.closed_day >= pairs.day)
    return ibis.cases(
        (is_open, NEVER - pairs.created_day),
        (pairs.closed_day < pairs.day, 3 * NEVER - pairs.created_day),
        else_=4 * NEVER + pairs.created_day,
    )


def _look_up(rows: ir.Table, known: ir.Table, mean: str) -> ir.Table:
    """Give activities without an opportunity the one that their key has on their day.

    One that is made only later is put aside (``ahead``): another means may know one that is there.
    """
    keys = _KEYS[mean]
    given = {f"known_{k}": known[k] for k in keys}
    known = known.select("first_day", "next_day", "opportunity", "is_ahead", **given)
    # Activities that have an opportunity carry no key, so they look nothing up.
    asked = ibis.ifelse(rows.opportunity_id.isnull(), rows[keys[0]], ibis.null("string"))
    rows = rows.mutate(asked=asked, day=number(rows.occurred_on))
    on = [
        rows.asked == known[f"known_{keys[0]}"],
        *(rows[k] == known[f"known_{k}"] for k in keys[1:]),
        rows.day >= known.first_day,
        rows.day < known.next_day,
    ]
    both = rows.left_join(known, on)
    is_new, is_ahead = both.opportunity.notnull() & ~both.is_ahead, both.ahead.isnull() & both.is_ahead
    both = both.mutate(
        opportunity_id=ibis.ifelse(is_new, both.opportunity, both.opportunity_id),
        attributed_by=ibis.ifelse(is_new, mean, both.attributed_by),
        ahead=ibis.ifelse(is_ahead, both.opportunity, both.ahead),
        ahead_by=ibis.ifelse(is_ahead, mean, both.ahead_by),
    )
    return both.drop("asked", "day", "opportunity", "is_ahead", "first_day", "next_day", *given)


def _count(rows: ir.Table) -> dict[str, int]:
    """Return the number of activities by means."""
    if "attributed_by" not in rows.columns:
        return {**dict.fromkeys(MEANS, 0), "none": int(rows.count().to_pyarrow().as_py())}
    found = rows.group_by(by=rows.attributed_by.fill_null("none")).agg(n=rows.count()).to_pandas()
    return {**dict.fromkeys(MEANS, 0), **dict(zip(found["by"], found["n"].astype(int)))}


def _enter(work: Work) -> None:
    """Enter into the ledger how many activities each means gave an opportunity."""
    counts = _count(work.tables["activities"])
    rule = ", ".join(("link", *(m for m in work.client.attribution if m != "link")))
    example = f"rule: {rule}; window {work.client.attribution_days} days"
    codes = {m: f"attributed_by_{m}" for m in MEANS[:-1]} | {"none": "unattributed"}
    for mean, code in codes.items():
        if counts[mean]:
            work.ledger.add(
                "activities", code, "info", counts[mean], column="opportunity_id", example=example
            )
