"""A plan and what the data say become tasks: one report each, and all that it is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

from ..core.errors import did_you_mean
from ..report.notebook import Report
from ..report.run import FORMATS
from . import fingerprint
from .lines import Mistakes
from .look import Company, Person
from .plan import EACH, ClientPlan, Plan, ReportPlan


@dataclass(frozen=True)
class Task:
    """One report to write.

    Attributes
    ----------
    client : str
        Key of the client.
    report : Report
    parameters : mapping
        Checked.
    formats : tuple of str
    entity, about : str
        What it is about: a ``rep`` (its identifier), ``team``, ``region``, or empty: everybody.
    label : str
        What people call it.
    teams, regions : frozenset of str
        Where the rep it is about belongs.
    parts : mapping of str to str
        Fingerprint of all that it is made from.
    """

    client: str
    report: Report
    parameters: Mapping[str, Any]
    formats: tuple[str, ...] = FORMATS
    entity: str = ""
    about: str = ""
    label: str = ""
    teams: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    parts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """What tells it from the other reports of its client, in any run."""
        return fingerprint.key(self.report.name, self.parameters)

    @property
    def id(self) -> tuple[str, str]:
        """What tells it from all other reports of the plan."""
        return self.client, self.key

    @property
    def edition(self) -> str:
        """For whom it is; a report without editions shows everything, as the manager's does."""
        return str(self.parameters.get("edition") or "manager")

    @property
    def language(self) -> str:
        """Its language; empty: the client's own."""
        return str(self.parameters.get("language") or "")

    @property
    def title(self) -> str:
        """What a line of progress calls it."""
        edition = "" if self.edition == "manager" else f"{self.edition}'s"
        return " ".join(filter(None, (self.report.name, self.label, edition, self.language)))


def tasks(plan: Plan, companies: Mapping[str, Company]) -> list[Task]:
    """Return all reports of a plan, those of one client and period together.

    Raises
    ------
    InvalidInput
        The plan names people, teams or regions that the data do not have, or two reports would have one name;
        all mistakes are listed.

    Examples
    --------
    >>> from pathlib import Path
    >>> tasks(Plan(Path("plan.toml"), "September", "out/{client}", "out"), {})
    []
    """
    mistakes = Mistakes(str(plan.path), plan.path.read_text(encoding="utf-8-sig") if plan.clients else "")
    found: list[Task] = []
    for client in plan:
        company = companies[client.key]
        if not company.problem:
            own = _merged(
                [one for wanted in client.reports for one in _of(client, wanted, company, mistakes)]
            )
            _names_apart(client, own, mistakes)
            found += sorted(own, key=lambda task: str(task.parameters.get("period", "")))
    for name, who, known in _strangers(plan, companies):
        mistakes.add(("recipients", name), f"unknown '{who}'.{did_you_mean(who, known)}")
    mistakes.stop()
    return found


def _of(client: ClientPlan, wanted: ReportPlan, company: Company, mistakes: Mistakes) -> Iterator[Task]:
    report = wanted.report
    fixed: dict[str, Any] = dict(wanted.parameters)
    for name, value in (("client", client.folder), ("source", client.source), ("period", wanted.period)):
        if name in report.parameters and (value or name == "client"):
            fixed[name] = value
    for about, people in _people(client, wanted, company, mistakes):
        for edition, language in product(wanted.editions, wanted.languages):
            values = dict(fixed)
            for name, value in ((wanted.entity, about), ("edition", edition), ("language", language)):
                if value and name in report.parameters:
                    values[name] = value
            named = wanted.entity if about else ""
            yield Task(
                client.key,
                report,
                report.check(values),
                wanted.formats,
                named,
                about,
                people[0].name if named == "rep" else about,
                frozenset(p.team for p in people if p.team),
                frozenset(p.region for p in people if p.region),
                fingerprint.parts(report, values, company.digests),
            )


def _people(
    client: ClientPlan, wanted: ReportPlan, company: Company, mistakes: Mistakes
) -> Iterator[tuple[str, list[Person]]]:
    """Yield what the reports are about, and the reps behind it: those whose team says who may have it."""
    active = company.active.get(wanted.period, ())
    for name in wanted.who:
        if not name:
            yield "", []
        elif wanted.entity == "rep":
            for person in active if name == EACH else _named(name, (*active, *company.everybody)):
                yield person.rep_id, [person]
        elif name == EACH:
            for place in sorted({getattr(p, wanted.entity) for p in active} - {""}):
                yield place, []
        elif any(getattr(p, wanted.entity) == name for p in (*active, *company.everybody)):
            yield name, []
        if name not in ("", EACH):
            known = _known(wanted.entity, company)
            if name not in known:
                place = ("clients", client.key)
                told = f"{company.name} has no {wanted.entity} '{name}'.{did_you_mean(name, known)}"
                mistakes.add(place, f"report {wanted.report.name}: {told}")


def _named(name: str, people: tuple[Person, ...]) -> list[Person]:
    asked = name.casefold()
    return [p for p in people if asked in (p.rep_id.casefold(), p.name.casefold())][:1]


def _known(entity: str, company: Company) -> list[str]:
    people = (*company.everybody, *(p for some in company.active.values() for p in some))
    if entity == "rep":
        return list(dict.fromkeys(name for p in people for name in (p.name, p.rep_id)))
    return list(dict.fromkeys(filter(None, (getattr(p, entity) for p in people))))


def _merged(found: list[Task]) -> list[Task]:
    """One task a report, though a plan may ask for it twice in different formats."""
    merged: dict[str, Task] = {}
    for task in found:
        had = merged.get(task.key)
        if had is not None:
            task = replace(had, formats=tuple(dict.fromkeys((*had.formats, *task.formats))))
        merged[task.key] = task
    return list(merged.values())


def _names_apart(client: ClientPlan, found: list[Task], mistakes: Mistakes) -> None:
    """File names tell period, whom it is about, edition and language; reports that differ otherwise clash."""
    seen: dict[tuple[str, ...], Task] = {}
    for task in found:
        told = (
            task.report.name,
            *(str(task.parameters.get(k, "")) for k in ("period", "edition", "language")),
        )
        other = seen.setdefault((*told, task.entity, task.about), task)
        if other is not task:
            differ = [k for k in task.parameters if task.parameters[k] != other.parameters.get(k)]
            mistakes.add(
                ("clients", client.key),
                f"report {task.report.name} is asked for twice with another {', '.join(differ) or 'value'}; "
                "the files would have one name. Put the second into a plan of its own.",
            )


def _strangers(plan: Plan, companies: Mapping[str, Company]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the names of people, teams and regions for recipients that no client of theirs has."""
    for one in plan.recipients:
        theirs = [companies[key] for key in one.clients if not companies[key].problem]
        if len(theirs) < len(one.clients):
            continue
        for entity, names in (("rep", one.reps), ("team", one.teams), ("region", one.regions)):
            known = [name for company in theirs for name in _known(entity, company)]
            for name in names:
                if name not in known:
                    yield one.name, name, known
