"""What people read first: the page in each recipient's parcel, and the overview for whoever sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.i18n import Language, escape
from ..report import listing

#: What each edition asks of its reader; of several in one parcel, the first of these that is among them.
_DISCRETION = ("manager", "rep", "client")


def parcel_page(
    plan: str, recipient: str, clients: Mapping[str, Sequence[Mapping[str, Any]]], language: str
) -> str:
    """Return the first page of a parcel, in one language.

    Parameters
    ----------
    plan : str
        Title of the delivery.
    recipient : str
        Whom it is for.
    clients : mapping
        Manifest entries by the name of their client, files as seen from the page.
    language : str

    Examples
    --------
    >>> one = {"name": "a", "report": "goals", "title": "A goal", "language": "id", "files": ["a.html"]}
    >>> "Laporan untuk Dewi" in parcel_page("September", "Dewi", {"PT Acme": [one]}, "id")
    True
    """
    words = Language(language)
    every = [entry for some in clients.values() for entry in some]
    shared = listing.common(every, words)
    editions = {str(entry.get("edition") or "manager") for entry in every}
    edition = next((one for one in _DISCRETION if one in editions), "manager")
    bytes_ = sum(sum((entry.get("bytes") or {}).values()) for entry in every)
    endings = {name.rsplit(".", 1)[-1] for entry in every for name in entry["files"]}
    how = "both" if {"html", "pdf"} <= endings else "html" if "html" in endings else "pdf"
    inside = words.t(
        "delivery.inside", count=len(every), clients=words.listing([escape(name) for name in clients])
    )
    return listing.page(
        "parcel.html.j2",
        words,
        plan=plan,
        running=words.t(f"report.edition_{edition}"),
        title=words.t("delivery.parcel_title", name=recipient),
        fields=[
            (words.t("report.client"), ", ".join(clients)),
            (words.t("report.period"), shared.get("period", "")),
            (words.t("report.as_of_label"), shared.get("as_of", "")),
            (words.t("delivery.size"), listing.size(bytes_, words) if bytes_ else ""),
        ],
        answer=[
            inside,
            words.t(f"delivery.open_{how}"),
            words.t(f"delivery.discretion_{edition}"),
        ],
        clients=[(name, listing.groups(some, words, shared=shared)) for name, some in clients.items()],
        reading_title=words.t("listing.reading"),
        reading=listing.reading(words),
        foot=words.t("listing.foot"),
    )


def delivery_page(
    title: str,
    clients: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]],
    parcels: Sequence[Mapping[str, Any]],
    failed: Iterable[tuple[str, str, str]],
    language: str,
) -> str:
    """Return the overview of a delivery: what is inside, for whom, and what failed and why.

    Parameters
    ----------
    title : str
        Of the plan.
    clients : sequence of (str, str, entries)
        Name of each client, its folder as seen from the page, its reports.
    parcels : sequence of mapping
        `name`, `file`, `clients` (names), `editions`, `reports` (how many), `bytes`.
    failed : iterable of (str, str, str)
        Name of the client, the report, why.
    language : str

    Examples
    --------
    >>> "September" in delivery_page("September", [], [], [], "en")
    True
    """
    words = Language(language)
    failed = list(failed)
    every = [entry for _, _, some in clients for entry in some]
    shared = {k: v for k, v in listing.common(every, words).items() if k != "edition"}
    return listing.page(
        "delivery.html.j2",
        words,
        title=title,
        fields=[
            (words.t("listing.reports"), words.number(len(every))),
            (words.t("delivery.clients"), words.number(len(clients))),
            (words.t("delivery.parcels"), words.number(len(parcels)) if parcels else ""),
            (words.t("report.period"), shared.get("period", "")),
            (words.t("report.as_of_label"), shared.get("as_of", "")),
        ],
        answer=_answer(len(every), len(failed), len(parcels), words),
        said=_said(len(failed), words),
        failed=failed,
        parcels=[_parcel(one, words) for one in parcels],
        clients=[
            {
                "name": name,
                "count": len(some),
                "said": words.t("delivery.count", count=len(some)),
                "groups": listing.groups(some, words, above=way, shared=shared),
            }
            for name, way, some in clients
        ],
    )


def _answer(written: int, failed: int, parcels: int, words: Language) -> list[str]:
    said = [words.t("delivery.written", count=written)]
    said += [words.t("delivery.not_written", count=failed)] if failed else []
    said += [words.t("delivery.send", count=parcels)] if parcels else [words.t("delivery.no_parcels")]
    return said


def _said(failed: int, words: Language) -> dict[str, str]:
    return {
        "running": words.t("delivery.overview"),
        "keep": words.t("delivery.keep"),
        "failed": words.t("delivery.failed", count=failed),
        "client": words.t("report.client"),
        "report": words.t("delivery.report"),
        "why": words.t("delivery.why"),
        "whom": words.t("delivery.whom"),
        "recipient": words.t("delivery.recipient"),
        "reports": words.t("listing.reports"),
        "parcel": words.t("delivery.parcel"),
        "foot": words.t("delivery.foot"),
    }


def _parcel(one: Mapping[str, Any], words: Language) -> dict[str, Any]:
    editions = (words.t(f"listing.edition_{edition}") for edition in one["editions"])
    return {
        "name": one["name"],
        "file": one["file"],
        "clients": ", ".join(one["clients"]),
        "editions": ", ".join(editions),
        "reports": words.number(one["reports"]),
        "size": listing.size(one["bytes"], words),
    }
