"""Read ``plan.toml``, strictly and whole: every mistake is listed at once, with its line and a remedy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.client import Client
from ..core.errors import SalesAnalysisError, did_you_mean
from ..core.toml import read_toml
from ..report import notebook
from ..report.notebook import Report
from .lines import Mistakes, Place
from .plan import ClientPlan, Plan, parted
from .planned import CHOICES, merge, planned
from .recipients import recipients
from .settings import Reader
from .storage import is_remote

#: Keys at the top of a plan, of a client and of a report.
TOP = (
    "name",
    "out",
    "delivery",
    "notebooks",
    "cluster",
    *("period", "languages", "formats", "editions"),
    *("clients", "reports", "recipients"),
)
CLIENT = ("folder", "source", "only", "reports", *CHOICES)
REPORT = ("report", "notebook", *CHOICES, "rep", "team", "region", "parameters")


def read_plan(path: str | Path) -> Plan:
    """Read a plan and check everything in it that can be checked without looking at data.

    Parameters
    ----------
    path : path
        The file; folders in it are relative to where it lies.

    Raises
    ------
    InvalidInput
        No such file, no TOML, or mistakes in it: all of them, each with line, key and remedy.

    Examples
    --------
    >>> read_plan("plan.toml")  # doctest: +SKIP
    """
    path = Path(path)
    missing = f"No plan at '{path}'. Write one with: salesanalysis new {path} --batch"
    data = read_toml(path, missing)
    mistakes = Mistakes(str(path), path.read_text(encoding="utf-8-sig"))
    read = Reader(mistakes)
    read.known((), data, TOP)
    base = path.resolve().parent
    reports = _reports(read, data.get("reports"), base)
    clients = tuple(
        _client(read, key, spec, data, reports, base)
        for key, spec in read.tables(("clients",), data.get("clients")).items()
    )
    if not data.get("clients"):
        mistakes.add(("clients",), 'no clients. Name one: [clients.acme] with folder = "clients/acme".')
    _folders_apart(mistakes, clients)
    found = recipients(read, data.get("recipients", {}), clients)
    out, delivery = _places(read, data, base)
    plan = Plan(
        path=path,
        name=read.text(("name",), data.get("name", path.stem)),
        out=out,
        delivery=delivery,
        notebooks=read.flag(("notebooks",), data.get("notebooks", False)),
        clients=clients,
        recipients=found,
        cluster=read.no_password(("cluster",), read.text(("cluster",), data.get("cluster", ""))),
    )
    mistakes.stop()
    return plan


def _places(read: Reader, data: Mapping[str, Any], base: Path) -> tuple[str, str]:
    """Return where reports and parcels go; a client's reports always lie in a folder of the client's own."""
    out = read.no_password(("out",), read.text(("out",), data.get("out", "delivery")))
    out = out.replace("\\", "/") or "."
    if set("{}") & set(out.replace("{client}", "")):
        read.mistakes.add(("out",), f"'{out}' has a place-holder other than {{client}}. Write {{client}}.")
    if "{client}" not in out:
        out = f"{out.rstrip('/')}/{{client}}"
    delivery = read.text(("delivery",), data.get("delivery", ""))
    delivery = read.no_password(("delivery",), delivery) or parted(out)[0]
    if "{" in delivery:
        read.mistakes.add(("delivery",), "parcels lie in one folder for all clients; write no {client}.")
    return _located(out, base), _located(delivery, base)


def _located(place: str, base: Path) -> str:
    return place if is_remote(place) else str(base / place)


def _reports(read: Reader, given: Any, base: Path) -> list[tuple[Place, Report, Mapping[str, Any]]]:
    """Return what the list of reports asks for, each with its place and its notebook."""
    if not isinstance(given, list) or not given or not all(isinstance(one, Mapping) for one in given):
        read.mistakes.add(("reports",), 'no reports. Name one: [[reports]] with report = "coaching".')
        return []
    found, stems = [], {}
    for number, spec in enumerate(given):
        place: Place = ("reports", number)
        read.known(place, spec, REPORT)
        report = _report(read, place, spec, base)
        if report is None:
            continue
        if stems.setdefault(report.name, report.path) != report.path:
            read.mistakes.add(place, f"two notebooks are called {report.name}; rename one of them.")
        found.append((place, report, spec))
    return found


def _report(read: Reader, place: Place, spec: Mapping[str, Any], base: Path) -> Report | None:
    name, own = spec.get("report"), spec.get("notebook")
    if (name is None) == (own is None):
        read.mistakes.add(place, 'say which report: report = "coaching", or notebook = "own.ipynb".')
        return None
    key = "report" if own is None else "notebook"
    wanted = read.text((*place, key), name if own is None else own)
    if not wanted:
        return None
    if own is None and wanted.endswith(".ipynb"):
        read.mistakes.add((*place, key), f'a notebook of your own is: notebook = "{wanted}".')
        return None
    if own is not None and (is_remote(wanted) or not wanted.endswith(".ipynb")):
        read.mistakes.add((*place, key), "give a file of this machine that ends in .ipynb.")
        return None
    try:
        return notebook.find(str(base / wanted) if own is not None else wanted)
    except SalesAnalysisError as error:
        read.mistakes.add((*place, key), str(error))
    return None


def _client(
    read: Reader,
    key: str,
    spec: Mapping[str, Any],
    top: Mapping[str, Any],
    reports: list[tuple[Place, Report, Mapping[str, Any]]],
    base: Path,
) -> ClientPlan:
    place: Place = ("clients", key)
    read.known(place, spec, CLIENT)
    if (
        not key
        or key.startswith(".")
        or any(not (c.isalnum() or c in "-_. ") for c in key)
        or key[-1] in ". "
    ):
        read.mistakes.add(
            place, f"'{key}' is the name of its folder: write letters, digits, dashes and no path."
        )
    folder, source = _data(read, place, spec, base)
    only = read.texts((*place, "only"), spec.get("only", []))
    names = {report.name: None for _, report, _ in reports}
    for name in only:
        read.among((*place, "only"), "report", name, names)
    changes = read.tables((*place, "reports"), spec.get("reports", {}))
    for name, change in changes.items():
        read.among((*place, "reports", name), "report", name, names)
        read.known((*place, "reports", name), change, [k for k in REPORT if k not in ("report", "notebook")])
    wanted = []
    for where, report, asked in reports:
        if only and report.name not in only:
            continue
        levels = [
            ((), top),
            (where, asked),
            (place, {k: v for k, v in spec.items() if k in CHOICES}),
            ((*place, "reports", report.name), changes.get(report.name, {})),
        ]
        one = planned(read, report, merge(levels))
        if one is not None:
            wanted.append(one)
    return ClientPlan(key, folder, source, tuple(wanted))


def _data(read: Reader, place: Place, spec: Mapping[str, Any], base: Path) -> tuple[str, str]:
    """Return where the settings and the data of a client are; paths are absolute, for children hold them."""
    folder = read.text((*place, "folder"), spec.get("folder", ""))
    source = read.text((*place, "source"), spec.get("source", ""))
    if not folder and not source:
        read.mistakes.add(place, 'say whose data: folder = "clients/acme" with its client.toml, or "sample".')
    folder, source = (
        read.no_password((*place, name), value) for name, value in (("folder", folder), ("source", source))
    )
    folder = folder if folder in ("", "sample") or "://" in folder else str((base / folder).resolve())
    if folder and folder != "sample" and not is_remote(folder) and not os.path.exists(folder):
        near = did_you_mean(Path(folder).name, _beside(Path(folder)))
        close = near if "mean" in near else " Write settings with: salesanalysis new FOLDER"
        read.mistakes.add((*place, "folder"), f"there is nothing at '{spec['folder']}'.{close}")
        folder = ""
    if folder and folder != "sample" and not is_remote(folder):
        try:
            Client.read(folder)
        except SalesAnalysisError as error:
            read.mistakes.add((*place, "folder"), str(error))
    if source and "://" not in source:
        source = str((base / source).resolve())
        if not os.path.exists(source):
            read.mistakes.add((*place, "source"), f"there is nothing at '{spec['source']}'.")
    return folder, source


def _beside(path: Path) -> list[str]:
    return [p.name for p in path.parent.iterdir()] if os.path.isdir(path.parent) else []


def _folders_apart(mistakes: Mistakes, clients: tuple[ClientPlan, ...]) -> None:
    """Note clients whose folders would be one, also on disks that know no capitals; and one that is taken."""
    seen: dict[str, str] = {}
    for client in clients:
        other = seen.setdefault(client.key.casefold(), client.key)
        if other != client.key:
            mistakes.add(
                ("clients", client.key),
                f"its folder would be that of '{other}' where capitals do not count. Rename one of them.",
            )
        if client.key.casefold() == "recipients":
            mistakes.add(
                ("clients", client.key), "the folder 'recipients' is that of the parcels. Rename it."
            )
