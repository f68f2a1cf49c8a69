"""The coaching log: one row per rep to be coached, for a manager to fill in and for loading to read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.period import Period
from ..core.source import TableSource
from ..data.mapping import fields
from . import logfile
from .book import playbook
from .diagnose import diagnose
from .results import DiagnosisResult, Finding


@dataclass(frozen=True, eq=False)
class CoachingLog:
    """A log on disk.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    added : pandas.DataFrame
        Rows written now: the columns of `logfile.HEADS`.
    kept : int
        Rows that were there already, unchanged.
    """

    path: Path
    added: pd.DataFrame
    kept: int = 0


def coaching_log(
    crm: Crm,
    path: str | Path,
    *,
    period: Period | str | None = None,
    reps: Iterable[str] | None = None,
) -> CoachingLog:
    """Write a table in which a manager records sessions and actions; what it holds already stays.

    Parameters
    ----------
    crm : Crm
        The data.
    path : str or Path
        A ``.xlsx`` or ``.csv`` file, new or with a log in it. `load` reads it when it is called ``coaching``
        and lies in the source folder, or is named under ``[tables.coaching]`` of client.toml.
    period : Period or str, optional
        Period that says who is to be coached on what; default the last whole quarter.
    reps : iterable of str, optional
        rep_ids or names; default all reps with something to work on or to look at together.

    Returns
    -------
    CoachingLog
        The rows added: one a rep who has no row of this period yet, with a suggested action and due day. The
        day of the session and the status are for the manager to fill in; until then loading leaves the row
        out and counts it as planned.

    Raises
    ------
    InvalidInput
        The file is no coaching log, or its days cannot be read; the message says where.
    UnknownName
        Nobody is called so.
    CannotWrite
        The file cannot be written, or what it holds would not stay as it is; nothing is written then.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.coaching_log(sa.sample(), "coaching.xlsx", period="2026-Q3").kept  # doctest: +SKIP
    0
    """
    check_crm(crm, "coaching_log()")
    path, asked = Path(path), crm.period(period or "")
    log = logfile.read(path)
    places = _places(crm, log) if log else {name: i for i, name in enumerate(logfile.HEADS)}
    there = {str(row[places["session_id"]]) for row in log.rows} if log else set()
    who = crm.active(asked) if reps is None else [str(crm.rep(rep)["rep_id"]) for rep in _listed(reps)]
    todo = [i for i in dict.fromkeys(who) if _session(asked, i) not in there]
    found = (diagnose(crm, asked, rep_id) for rep_id in todo)
    rows = [_row(one, asked) for one in found if reps is not None or one.findings]
    form = logfile.day_form(log, [places[d] for d in logfile.DAYS if d in places]) if log else ""
    if log is None and path.suffix.lower() in logfile.CSV:
        form = "%Y-%m-%d"
    if log:
        _check_room(log, places, rows)
    width = len(log.head) if log else len(places)
    lines = [_line(row, places, width, form) for row in rows]
    if rows or log is None:
        write_whole(path, logfile.written(log, path, lines, crm.client.words))
    return CoachingLog(path, pd.DataFrame(rows, columns=list(logfile.HEADS)), len(log.rows) if log else 0)


def _listed(reps: Iterable[str]) -> list[str]:
    return [reps] if isinstance(reps, str) else list(reps)


def _session(period: Period, rep_id: str) -> str:
    return f"{period.label}-{rep_id}"


def _places(crm: Crm, log: logfile.Log) -> dict[str, int]:
    """Return the place of each field in a log that is there, as loading finds them."""
    spec = next(iter(crm.client.sources("coaching")), TableSource())
    found, problems = fields("coaching", log.head, spec)
    if problems:
        raise InvalidInput(f"{log.path.name} is no coaching log: {problems[0]}")
    places = {name: log.head.index(f.source) for name, f in found.items() if f.source in log.head}
    names = [i for i, head in enumerate(log.head) if head.strip().casefold() == "name"]
    return places | ({"name": names[0]} if names else {})


def _check_room(log: logfile.Log, places: Mapping[str, int], rows: list[dict[str, Any]]) -> None:
    for name in ("coach", "kpi", "action", "due_on"):
        if name not in places and any(row[name] is not None for row in rows):
            raise InvalidInput(
                f"{log.path.name} has no column '{logfile.HEADS[name]}', so its words would be lost. Add "
                "that column, or give another file."
            )


def _row(found: DiagnosisResult, period: Period) -> dict[str, Any]:
    """Return a row: whom to coach on what with whom until when; empty where the numbers name nothing."""
    rep, first = found.rep, next(iter(found.findings), None)
    row: dict[str, Any] = dict.fromkeys(logfile.HEADS)
    row |= {"session_id": _session(period, str(rep["rep_id"])), "rep_id": str(rep["rep_id"])}
    row |= {"name": str(rep["name"]), "coach": rep.get("manager")}
    if first is None:
        return row | {"due_on": found.review_on}
    return row | {"kpi": first.kpi or first.term, "action": _action(first, found), "due_on": first.due_on}


def _action(finding: Finding, found: DiagnosisResult) -> str:
    """Return the suggested action in the client's language: the playbook's lever, or what to look at."""
    words = found.client.words
    entry = playbook(found.client).get(finding.behaviour)
    if entry is None:
        return ""
    text = entry.words[words.code]
    if finding.state == "coach":
        return f"{text.heading}: {text.lever}"
    return words.t(
        "coaching.log.observe", heading=text.heading, number=words.number(finding.observe), watch=text.watch
    )


def _line(row: Mapping[str, Any], places: Mapping[str, int], width: int, form: str) -> list[Any]:
    line: list[Any] = [None] * width
    for name, place in places.items():
        line[place] = logfile.shown(_known(row.get(name)), form)
    return line


def _known(value: Any) -> str | date | None:
    """Return a cell's value; nothing for what is missing or empty."""
    if isinstance(value, date):
        return value
    return None if value is None or value != value or str(value) == "" else str(value)
