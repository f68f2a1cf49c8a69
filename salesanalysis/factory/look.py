"""What the data of each client say about a plan: who is there in which period, and the digest of the data."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .. import data
from ..core.errors import SalesAnalysisError
from ..report.pool import can_fork, lost, run_each
from . import fingerprint
from .plan import ClientPlan


@dataclass(frozen=True)
class Person:
    """A rep as the data know them: identifier, name, and where they belonged at the end of a period."""

    rep_id: str
    name: str
    team: str = ""
    region: str = ""


@dataclass(frozen=True)
class Company:
    """What was found out about one client.

    Attributes
    ----------
    key : str
        The client's name in the plan.
    name : str
        Its name as reports print it.
    digests : mapping of str to str
        ``data`` and ``settings``.
    everybody : tuple of Person
        All reps there ever were.
    active : mapping of str to tuple of Person
        By period as the plan writes it: those with data in it.
    problem : str
        Why the data could not be loaded; empty: they could.
    """

    key: str
    name: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    everybody: tuple[Person, ...] = ()
    active: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    problem: str = ""


def look(client: ClientPlan) -> Company:
    """Load a client's data and return what the plan needs to know of them.

    Data that cannot be loaded are told in `problem`: the other clients go on.

    Examples
    --------
    >>> look(ClientPlan("demo", "sample")).name  # doctest: +SKIP
    'PT Contoh Niaga'
    """
    try:
        digests = fingerprint.of_company(client.folder, client.source)
        crm = data.load(client.source or None, client.folder or None)
        everybody = tuple(_people(crm.reps()))
        active = {}
        for period in dict.fromkeys(one.period for one in client.reports):
            span = crm.period(period)
            there = set(crm.active(span))
            day = span.clip(crm.as_of).last_day
            active[period] = tuple(p for p in _people(crm.reps(on=day)) if p.rep_id in there)
    except SalesAnalysisError as error:
        return Company(client.key, client.key, problem=str(error))
    digests["data"] = digests["data"] or crm.fingerprint
    return Company(client.key, crm.client.name, digests, everybody, active)


def _people(reps: Any) -> Iterator[Person]:
    for row in reps.to_dict("records"):
        told = {name: row.get(name) for name in ("team", "region")}
        yield Person(
            str(row["rep_id"]),
            str(row["name"]),
            **{k: v if isinstance(v, str) else "" for k, v in told.items()},
        )


def look_at(clients: Sequence[ClientPlan], *, workers: int = 0) -> dict[str, Company]:
    """Look at several clients, each in a forked child: this process opens no database and can fork on.

    Parameters
    ----------
    clients : sequence of ClientPlan
    workers : int
        At once; 0: one per processor.

    Examples
    --------
    >>> look_at([])
    {}
    """
    tasks = [(client.key, partial(look, client)) for client in clients]
    if not can_fork():
        return {key: task() for key, task in tasks}
    data.preload()  # for the children to start with
    ends = dict(run_each(tasks, at_once=workers or os.cpu_count() or 1))
    return {key: ends[key].value or Company(key, key, problem=lost(ends[key])) for key, _ in tasks}
