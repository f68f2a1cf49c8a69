"""One report of a plan for one client: what is said in general, of the report, of the client, merged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.edition import EDITIONS
from ..core.errors import SalesAnalysisError, did_you_mean
from ..core.i18n import LANGUAGES
from ..core.period import Period
from ..report.notebook import Report
from ..report.run import FORMATS
from .lines import Place
from .plan import EACH, ENTITIES, ReportPlan
from .settings import Reader

#: Keys that may stand at the top, with a report and with a client; the nearest says it.
CHOICES = ("period", "languages", "formats", "editions")
#: What a plan says by keys of its own and never as a parameter.
OWN = {
    "client": "[clients.NAME] folder",
    "source": "[clients.NAME] source",
    "period": "period",
    "language": "languages",
    "edition": "editions",
    "rep": "rep",
    "team": "team",
    "region": "region",
}

#: A value and where it was said.
Said = tuple[Place, Any]


def merge(levels: Sequence[tuple[Place, Mapping[str, Any]]]) -> dict[str, Said]:
    """Return for each key what the last level that has it says, with its place; parameters one by one.

    Examples
    --------
    >>> merge([((), {"period": "2026"}), (("reports", 0), {"period": "2026-Q3", "team": "A"})])["period"]
    (('reports', 0, 'period'), '2026-Q3')
    """
    said: dict[str, Said] = {}
    for place, spec in levels:
        if any(one in spec for one in ENTITIES):  # one level says whom it is about, wholly
            said = {key: value for key, value in said.items() if key not in ENTITIES}
        for key, value in spec.items():
            if key == "parameters" and isinstance(value, Mapping):
                said |= {f"parameters.{k}": ((*place, key, k), v) for k, v in value.items()}
            elif key == "parameters" or key in (*CHOICES, *ENTITIES):
                said[key] = ((*place, key), value)
    return said


def planned(read: Reader, report: Report, said: Mapping[str, Said]) -> ReportPlan | None:
    """Return what to write of `report`, or None when that cannot be said; mistakes are noted."""
    before = len(read.mistakes.found)
    entity, who = _whom(read, report, said)
    editions = _choice(read, report, said, "edition", _editions_of(report))
    languages = _choice(read, report, said, "language", LANGUAGES)
    period = _period(read, report, said)
    formats = FORMATS
    if "formats" in said:
        place, value = said["formats"]
        formats = read.texts(place, value)
        for form in formats:
            read.among(place, "format", form, FORMATS)
        if not formats:
            read.mistakes.add(place, f"name at least one of: {', '.join(FORMATS)}.")
    parameters = _parameters(read, report, said)
    if len(read.mistakes.found) > before:
        return None
    return ReportPlan(report, entity, who, period, editions, languages, formats, parameters)


def _whom(read: Reader, report: Report, said: Mapping[str, Said]) -> tuple[str, tuple[str, ...]]:
    named = [one for one in ENTITIES if one in said]
    if len(named) > 1:
        place = said[named[1]][0]
        read.mistakes.add(place, f"this is for each {named[0]} already. Add the report a second time.")
        return "", ("",)
    if not named:
        return ("rep", (EACH,)) if report.is_about_one else ("", ("",))
    place, value = said[named[0]]
    if named[0] not in report.parameters:
        has = [one for one in ENTITIES if one in report.parameters]
        other = f" It has: {', '.join(has)}." if has else " It is about everybody."
        read.mistakes.add(place, f"report {report.name} has no parameter '{named[0]}'.{other}")
        return "", ("",)
    who = read.texts(place, value)
    if not who:
        read.mistakes.add(place, f'nobody is named. Write "{EACH}", or names.')
    return named[0], who


def _editions_of(report: Report) -> tuple[str, ...]:
    """Return the editions that the parameters cell speaks of; all when it speaks of none."""
    meaning = report.parameters["edition"].meaning if "edition" in report.parameters else ""
    return tuple(e for e in EDITIONS if re.search(rf"\b{e}\b", meaning)) or EDITIONS


def _choice(
    read: Reader, report: Report, said: Mapping[str, Said], name: str, known: Sequence[str]
) -> tuple[str, ...]:
    """Return the editions or languages of a report; what is said for all is left out where it has none."""
    if f"{name}s" not in said:
        return (report.parameters[name].default,) if name in report.parameters else ("",)
    place, value = said[f"{name}s"]
    values = read.texts(place, value)
    if name not in report.parameters:
        if len(place) > 1 and place[0] == "reports":
            read.mistakes.add(place, f"report {report.name} has no parameter '{name}'. Take the line out.")
        return ("",)
    if not values:
        read.mistakes.add(place, f"name at least one of: {', '.join(known)}.")
    for one in values:
        if one not in known:
            close = did_you_mean(one, known)
            read.mistakes.add(place, f"report {report.name} has no {name} '{one}'.{close}")
    return values


def _period(read: Reader, report: Report, said: Mapping[str, Said]) -> str:
    if "period" not in said or "period" not in report.parameters:
        return ""
    place, value = said["period"]
    text = read.text(place, str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    try:
        if text:
            Period.parse(text)
    except SalesAnalysisError as error:
        read.mistakes.add(place, str(error))
    return text


def _parameters(read: Reader, report: Report, said: Mapping[str, Said]) -> dict[str, Any]:
    if "parameters" in said:
        read.table(*said["parameters"])
    found = {}
    for key, (place, value) in said.items():
        name = key.removeprefix("parameters.")
        if name == key:
            continue
        if name in OWN:
            read.mistakes.add(place, f"a plan says this with the key: {OWN[name]}.")
            continue
        try:
            found |= report.check({name: value})
        except SalesAnalysisError as error:
            read.mistakes.add(place, str(error))
    return found
