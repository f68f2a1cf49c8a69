"""What is handed over: an overview, a manifest with hashes, a zip for each recipient."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import InvalidInput, SalesAnalysisError
from ..report import index, listing
from ..report.owner import PLACES
from . import fingerprint
from .overview import delivery_page, parcel_page
from .plan import Plan
from .recipients import Parcel, parcels
from .scrub import placeless, scrubbed
from .storage import Store, is_remote, joined
from .tasks import Task

#: Names in the folder of a delivery.
OVERVIEW, MANIFEST, PARCELS = "index.html", "delivery.json", "recipients"
#: Times and rights of everything in a zip: the same reports give the same bytes.
_TIME, _RIGHTS = (1980, 1, 1, 0, 0, 0), 0o100644


@dataclass(frozen=True)
class Item:
    """A report that is ready: its task, its manifest entry, and the folder in which its files lie."""

    task: Task
    entry: Mapping[str, Any]
    place: str

    @property
    def files(self) -> list[str]:
        """The files handed over: those of the plan's formats, and the notebook where it was kept."""
        wanted = (*self.task.formats, "ipynb")
        return [name for name in self.entry["files"] if name.rsplit(".", 1)[-1] in wanted]

    @property
    def listed(self) -> dict[str, Any]:
        """Its entry as a page lists it; what a notebook of one's own does not say, the task does."""
        told = {
            "language": self.task.language,
            "period": self.task.parameters.get("period", ""),
            **self.entry,
        }
        label = self.task.label if self.task.entity else ""
        return {**told, "edition": self.task.edition, "label": label, "files": self.files}


@dataclass(frozen=True)
class Delivered:
    """What was handed over: the overview, the parcels, what could not be, and the recipients it was for."""

    overview: str
    parcels: tuple[Parcel, ...]
    problems: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def deliver(
    plan: Plan, items: Sequence[Item], failed: Sequence[tuple[Task, str]], names: Mapping[str, str]
) -> Delivered:
    """Write the overview, the manifest and the parcels of a plan.

    Parameters
    ----------
    plan : Plan
    items : sequence of Item
        Reports that are whole; of earlier runs, too, when they were kept.
    failed : sequence of (Task, str)
        Reports that are not there, and why.
    names : mapping of str to str
        Names of the clients by their keys.

    Raises
    ------
    CannotWrite
        The folder cannot be written.

    Examples
    --------
    >>> deliver(plan, [], [], {})  # doctest: +SKIP
    """
    store = Store(plan.delivery)
    before = _zips_before(store)
    made, told, problems, without = [], [], [], []
    for parcel in parcels(plan.recipients, [item.task for item in items]):
        mine = [items[n] for n in parcel.reports]
        try:
            content = packed(plan.name, parcel.name, mine, names, languages=parcel.languages)
        except SalesAnalysisError as error:
            problems.append(f"Parcel for {parcel.name}: {error}")
            without.append(parcel.name)
            continue
        store.write(f"{PARCELS}/{parcel.file}", content)
        made.append(parcel)
        told.append(_told(parcel, mine, content))
    for name in before - {parcel.file for parcel in made}:
        store.remove(f"{PARCELS}/{name}")  # of somebody who gets nothing any more
    store.write(MANIFEST, _manifest(plan, items, told).encode())
    store.write(OVERVIEW, _overview(plan, items, told, failed, names).encode())
    return Delivered(joined(plan.delivery, OVERVIEW), tuple(made), tuple(problems), tuple(without))


def packed(
    title: str,
    recipient: str,
    items: Sequence[Item],
    names: Mapping[str, str],
    *,
    languages: Sequence[str] = (),
) -> bytes:
    """Return the zip of one recipient: reports, an index, a manifest. The same reports, the same bytes.

    The index is in the first of `languages` that a report has, else in that of most reports.

    Raises
    ------
    InvalidInput
        A file is not the one that was written: it is not handed over.
    """
    several = len({item.task.client for item in items}) > 1
    content: dict[str, bytes] = {}
    by_client: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        sizes = {}
        for name in item.files:
            found = _checked(item, name)
            if name.endswith(".ipynb"):
                found = scrubbed(found, [str(item.task.parameters.get(p, "")) for p in PLACES])
            content[_inside(item, name, several)] = found
            sizes[_inside(item, name, several)] = len(found)
        key = item.task.client
        entry = {**item.listed, "files": list(sizes), "bytes": sizes}
        by_client.setdefault(names.get(key, key), []).append(entry)
    entries = [entry for some in by_client.values() for entry in some]
    content[index.MANIFEST] = _parcel_manifest(entries, content).encode()
    language = listing.language_of(entries, languages)
    content[index.INDEX] = parcel_page(title, recipient, by_client, language).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for name in sorted(content):
            info = zipfile.ZipInfo(name, _TIME)
            info.external_attr, info.create_system = _RIGHTS << 16, 3
            file.writestr(info, content[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _inside(item: Item, name: str, several: bool) -> str:
    """Return the name of a file in a zip: of several clients, each has a folder; never a path of its own."""
    plain = name.replace("\\", "/").rsplit("/", 1)[-1]
    return f"{item.task.client}/{plain}" if several else plain


def _checked(item: Item, name: str) -> bytes:
    content = Store(item.place).read(name)
    known = item.entry.get("sha256", {}).get(name)
    if known is not None and hashlib.sha256(content).hexdigest() != known:
        raise InvalidInput(f"{joined(item.place, name)} is not the file that was written. Write it again.")
    return content


def _parcel_manifest(entries: Sequence[Mapping[str, Any]], content: Mapping[str, bytes]) -> str:
    """What a recipient may know of the reports: no paths, no timings, no fingerprints of data."""
    kept = ("name", "report", "title", "language", "as_of", "client", "rep", "period", "edition", "files")
    told = []
    for entry in entries:
        digests = {name: hashlib.sha256(content[name]).hexdigest() for name in entry["files"]}
        told.append({**{k: entry[k] for k in kept if k in entry}, "sha256": digests})
    return json.dumps({"reports": told}, indent=1, ensure_ascii=False, default=str) + "\n"


def _zips_before(store: Store) -> set[str]:
    """Return the parcels of the last delivery, as its manifest lists them; other files are not ours."""
    if not store.has(MANIFEST):
        return set()
    try:
        listed = json.loads(store.read(MANIFEST))["recipients"]
        return {str(one["file"]).rsplit("/", 1)[-1] for one in listed}
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(
            f"{joined(store.place, MANIFEST)} is no manifest of a delivery. Move it away, then run again."
        ) from None


def _told(parcel: Parcel, items: Sequence[Item], content: bytes) -> dict[str, Any]:
    return {
        "name": parcel.name,
        "file": f"{PARCELS}/{parcel.file}",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "clients": sorted({item.task.client for item in items}),
        "editions": sorted({item.task.edition for item in items}),
        "reports": [f"{item.task.client}/{item.entry['name']}" for item in items],
    }


def _manifest(plan: Plan, items: Sequence[Item], told: Sequence[Mapping[str, Any]]) -> str:
    entries = []
    for item in items:  # where the settings are is of no use to whoever has the delivery
        told_of = {k: v for k, v in item.entry.items() if k != "places"}
        told_of["parameters"] = fingerprint.placeless(item.entry.get("parameters", {}))
        entries.append(told_of | {"folder": _way(plan, item.task.client)})
    whole = {"plan": plan.name, "reports": entries, "recipients": list(told)}
    return json.dumps(whole, indent=1, ensure_ascii=False, default=str) + "\n"


def _overview(
    plan: Plan,
    items: Sequence[Item],
    told: Sequence[Mapping[str, Any]],
    failed: Sequence[tuple[Task, str]],
    names: Mapping[str, str],
) -> str:
    by_client: dict[str, list[dict[str, Any]]] = {client.key: [] for client in plan}
    for item in items:
        by_client[item.task.client].append(item.listed)
    parcels = [
        {**one, "clients": [names.get(k, k) for k in one["clients"]], "reports": len(one["reports"])}
        for one in told
    ]
    return delivery_page(
        plan.name,
        [(names.get(key, key), _way(plan, key), some) for key, some in by_client.items()],
        parcels,
        [(names.get(t.client, t.client), t.title, placeless(why, plan.path)) for t, why in failed],
        listing.language_of(one for some in by_client.values() for one in some),
    )


def _way(plan: Plan, client: str) -> str:
    """Return the way from the delivery to a client's folder; an address elsewhere is itself."""
    folder, base = plan.folder(client), plan.delivery
    if not is_remote(folder) and not is_remote(base):
        try:
            return os.path.relpath(folder, base).replace(os.sep, "/")
        except ValueError:  # on another drive
            return Path(folder).as_uri()
    return folder[len(base.rstrip("/")) + 1 :] if folder.startswith(f"{base.rstrip('/')}/") else folder
