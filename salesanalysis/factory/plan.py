"""What a plan of a batch says: clients, reports, for whom, where to. Data only; nothing in it can run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..report.notebook import ENTITIES, Report
from ..report.run import FORMATS

__all__ = ["EACH", "ENTITIES", "ClientPlan", "Plan", "Recipient", "ReportPlan", "parted"]

#: Everyone of a kind, as a plan writes it; an empty text stands for everybody together.
EACH = "each"


@dataclass(frozen=True)
class ReportPlan:
    """One report as a plan asks for it, for one client or for all.

    Attributes
    ----------
    report : Report
        The notebook.
    entity : str
        ``rep``, ``team``, ``region`` or empty: what there is a report for each of.
    who : tuple of str
        Names or identifiers, `EACH` for all with data in the period, an empty text for everybody together.
    period : str
        Empty: the notebook's own default.
    editions, languages, formats : tuple of str
        ``("",)`` for an edition or a language that the notebook has no parameter for.
    parameters : mapping
        Other parameters, checked.
    """

    report: Report
    entity: str = ""
    who: tuple[str, ...] = ("",)
    period: str = ""
    editions: tuple[str, ...] = ("",)
    languages: tuple[str, ...] = ("",)
    formats: tuple[str, ...] = FORMATS
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ClientPlan:
    """One client: where its settings and data are, and which reports it gets.

    Attributes
    ----------
    key : str
        Its name in the plan, which is also that of its folder.
    folder : str
        Folder with ``client.toml``, the file itself, ``sample``, or the address of a folder elsewhere.
    source : str
        Data, where they are not those that the settings name.
    reports : tuple of ReportPlan
    given : mapping of str to str
        `folder` and `source` as the plan has them, where what lay elsewhere was fetched.
    """

    key: str
    folder: str
    source: str = ""
    reports: tuple[ReportPlan, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipient:
    """Who gets a parcel, and what may be in it.

    Attributes
    ----------
    name : str
    clients, editions : tuple of str
        Only these; a report without editions counts as the manager's.
    reports, languages : tuple of str
        Only these; empty: all.
    reps, teams, regions : tuple of str
        Only reports about these. When all are empty: about anybody.
    whole : bool
        Reports about everybody too, although `reps`, `teams` or `regions` are named.
    each : str
        ``rep``, ``team``, ``region`` or empty: a parcel of its own for each, with what is about it.
    """

    name: str
    clients: tuple[str, ...]
    editions: tuple[str, ...]
    reports: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reps: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    whole: bool = False
    each: str = ""


def parted(out: str) -> tuple[str, str]:
    """Return the folder above those of the clients, and what follows it.

    Examples
    --------
    >>> parted("clients/{client}/reports"), parted("/{client}")
    (('clients', '{client}/reports'), ('/', '{client}'))
    """
    parts = out.replace(os.sep, "/").split("/")
    first = next(number for number, part in enumerate(parts) if "{client}" in part)
    top = "/" if first and not parts[0] else "."
    return "/".join(parts[:first]) or top, "/".join(parts[first:])


@dataclass(frozen=True)
class Plan:
    """A batch: what to write for whom.

    Attributes
    ----------
    path : pathlib.Path
        The file it was read from.
    name : str
        Title of the delivery.
    out : str
        Folder or address for reports, with ``{client}`` where the name of the client goes.
    delivery : str
        Folder or address for the overview and the parcels.
    notebooks : bool
        Keep the executed notebooks beside the reports.
    clients : tuple of ClientPlan
    recipients : tuple of Recipient
    cluster : str
        Address of a Dask scheduler; empty: this machine.
    """

    path: Path
    name: str
    out: str
    delivery: str
    notebooks: bool = False
    clients: tuple[ClientPlan, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    cluster: str = ""

    def folder(self, client: str) -> str:
        """Return where the reports of a client lie.

        Examples
        --------
        >>> Plan(Path("plan.toml"), "September", "out/{client}", "out").folder("acme")
        'out/acme'
        """
        return self.out.replace("{client}", client)

    def __iter__(self) -> Iterator[ClientPlan]:
        return iter(self.clients)
