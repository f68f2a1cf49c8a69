"""Who gets what: the recipients of a plan, read; whether a report is for one of them; the parcels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core.edition import EDITIONS
from ..core.i18n import LANGUAGES
from ..report.files import slug
from .fingerprint import digest
from .lines import Place
from .plan import ENTITIES, ClientPlan, Recipient
from .settings import Reader
from .tasks import Task

_LISTS = ("clients", "editions", "reports", "languages", "reps", "teams", "regions")
KEYS = (*_LISTS, "whole", "each")


def recipients(read: Reader, given: Any, clients: Sequence[ClientPlan]) -> tuple[Recipient, ...]:
    """Return the recipients of a plan; clients and editions are never guessed, for a guess could leak."""
    return tuple(
        _recipient(read, name, spec, clients) for name, spec in read.tables(("recipients",), given).items()
    )


def _recipient(read: Reader, name: str, spec: Any, clients: Sequence[ClientPlan]) -> Recipient:
    place: Place = ("recipients", name)
    read.known(place, spec, KEYS)
    lists = {key: read.texts((*place, key), spec.get(key, [])) for key in _LISTS}
    reports = {one.report.name: None for client in clients for one in client.reports}
    known = {
        "clients": [c.key for c in clients],
        "editions": EDITIONS,
        "languages": LANGUAGES,
        "reports": reports,
    }
    for key, names in known.items():
        for one in lists[key]:
            read.among((*place, key), key.removesuffix("s"), one, names)
    for key in ("clients", "editions"):
        if not lists[key]:
            what = "which clients' reports" if key == "clients" else f"which editions ({', '.join(EDITIONS)})"
            read.mistakes.add((*place, key), f"say {what} are for '{name}'; nothing is sent on a guess.")
    each = read.text((*place, "each"), spec.get("each", ""))
    if each:
        read.among((*place, "each"), "kind", each, ENTITIES)
    if each and any(lists[f"{one}s"] for one in ENTITIES):
        read.mistakes.add(
            (*place, "each"), f"a parcel for each {each} names nobody; take reps, teams, regions out."
        )
    named = any(lists[f"{one}s"] for one in ENTITIES)
    if lists["editions"] and "rep" in lists["editions"] and not (each or named):
        read.mistakes.add(
            (*place, "editions"),
            'an edition for a rep is that rep\'s alone. Write each = "rep", or name reps, teams or regions.',
        )
    whole = read.flag((*place, "whole"), spec.get("whole", False))
    return Recipient(name, **lists, whole=whole, each=each)


def is_for(recipient: Recipient, task: Task) -> bool:
    """Tell whether a report may go to a recipient: its client, edition and whom it is about all have to fit.

    Examples
    --------
    >>> from salesanalysis.report import notebook
    >>> task = Task("acme", notebook.find("goals"), {"edition": "manager"})
    >>> is_for(Recipient("Dewi", ("acme",), ("manager",)), task)
    True
    >>> is_for(Recipient("Dewi", ("acme",), ("client",)), task)
    False
    """
    if task.client not in recipient.clients or task.edition not in recipient.editions:
        return False
    if recipient.reports and task.report.name not in recipient.reports:
        return False
    if recipient.languages and task.language not in recipient.languages:
        return False
    if recipient.each:
        return task.entity == recipient.each or (not task.entity and recipient.whole)
    if not (recipient.reps or recipient.teams or recipient.regions):
        return True
    if not task.entity:
        return recipient.whole
    if task.entity == "rep":
        named = {one.casefold() for one in recipient.reps}
        return (
            bool(named & {task.about.casefold(), task.label.casefold()})
            or bool(task.teams & set(recipient.teams))
            or bool(task.regions & set(recipient.regions))
        )
    return task.about in (recipient.teams if task.entity == "team" else recipient.regions)


@dataclass(frozen=True)
class Parcel:
    """What one recipient gets.

    Attributes
    ----------
    name : str
    file : str
        Name of its zip.
    reports : tuple of int
        Numbers of the reports in it.
    languages : tuple of str
        Those the recipient asked for; the first is that of the parcel's page.
    """

    name: str
    file: str
    reports: tuple[int, ...]
    languages: tuple[str, ...] = ()


def parcels(given: Sequence[Recipient], found: Sequence[Task]) -> list[Parcel]:
    """Return what each recipient gets of the reports in `found`; nobody gets an empty parcel.

    Examples
    --------
    >>> from salesanalysis.report import notebook
    >>> tasks = [Task("acme", notebook.find("goals"), {})]
    >>> parcels([Recipient("Dewi", ("acme",), ("manager",))], tasks)
    [Parcel(name='Dewi', file='dewi.zip', reports=(0,), languages=())]
    """
    made: list[Parcel] = []
    for one in given:
        mine = [n for n, task in enumerate(found) if is_for(one, task)]
        if not one.each:
            made.append(Parcel(one.name, one.name, tuple(mine), one.languages))
            continue
        shared = [n for n in mine if not found[n].entity]
        own: dict[tuple[str, str], list[int]] = {}
        for n in mine:
            if found[n].entity:
                own.setdefault((found[n].client, found[n].about), []).append(n)
        for (client, _), numbers in own.items():
            name = found[numbers[0]].label
            rest = [n for n in shared if found[n].client == client]
            made.append(Parcel(name, f"{client} {name}", tuple(sorted(numbers + rest)), one.languages))
    return _with_files([one for one in made if one.reports])


def _with_files(made: Sequence[Parcel]) -> list[Parcel]:
    """Give each parcel a file name of plain letters; those that look alike get a code of their whole name."""
    plain = [slug(one.file) or "recipient" for one in made]
    found = []
    for one, stem in zip(made, plain, strict=True):
        is_alone = plain.count(stem) == 1
        code = "" if is_alone else f"-{digest(f'{one.file}{one.reports}'.encode())[:6]}"
        found.append(replace(one, file=f"{stem}{code}.zip"))
    return found
