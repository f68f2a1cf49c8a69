"""What the files of a report are called: after the report, the period and whom it is about; no two alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .notebook import Report

if TYPE_CHECKING:
    import pandas as pd


def slug(text: str) -> str:
    """Return `text` as a part of a file name: plain letters, digits and single dashes.

    A text without any Latin letter or digit keeps its own letters, in the one form that all systems keep.

    Examples
    --------
    >>> slug("Ayu Lestari / Q3: 100 %"), slug("王小明")
    ('ayu-lestari-q3-100', '王小明')
    """
    folded = unicodedata.normalize("NFKD", str(text))
    plain = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().casefold()).strip("-")
    if not plain:
        own = unicodedata.normalize("NFC", folded.casefold())
        plain = re.sub(r"[\W_]+", "-", own).strip("-").encode()[:120].decode("utf-8", "ignore")
    return plain[:60].strip("-")


def slug_of_scope(team: str = "", region: str = "", reps: pd.DataFrame | None = None) -> str:
    """Return the part of a file name that says whose page it is: a team's, a region's, or empty for all.

    A code follows where a name had to be changed to be part of a file name, or where another of the teams
    and regions of `reps` looks alike there, so that two stay two.

    Examples
    --------
    >>> slug_of_scope("Jakarta 1"), slug_of_scope(region="Jakarta"), slug_of_scope("A/B"), slug_of_scope()
    ('jakarta-1', 'region-jakarta', 'a-b-998d3e', '')
    """
    known = _values(reps, "team") | _values(reps, "region")
    return "-".join(filter(None, (_told(team, known), "region" if region else "", _told(region, known))))


def _told(name: str, known: set[str]) -> str:
    plain = slug(name)
    is_plain = plain == name.casefold().replace(" ", "-") and "region" not in plain.split("-")
    if not name or (is_plain and not any(slug(other) == plain for other in known - {name})):
        return plain
    return "-".join(filter(None, (plain, _code(name))))


def _values(reps: pd.DataFrame | None, column: str) -> set[str]:
    return set(reps[column].dropna().astype(str)) if reps is not None and column in reps else set()


def _code(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def slug_of_rep(rep: Mapping[str, Any], reps: pd.DataFrame) -> str:
    """Return the part of a file name that says whom it is about; reps whose names look alike get their id.

    Parameters
    ----------
    rep : mapping
        With `name` and `rep_id`.
    reps : DataFrame
        All reps: `rep_id`, `name` and, where it is known, `team`, whose pages have names as well.

    Examples
    --------
    >>> import pandas as pd
    >>> reps = pd.DataFrame({"rep_id": ["r1", "r2", "r3"], "name": ["Ani", "ANI", "Budi"]})
    >>> [slug_of_rep(row, reps) for row in reps.to_dict("records")]
    ['ani-r1', 'ani-r2', 'budi']
    """
    own = [slug(name) for name in reps["name"]]
    taken = Counter([*own, *map(slug, _values(reps, "team"))])
    mine = str(rep["rep_id"])
    others = [
        _named(name, rep_id, taken) for name, rep_id in zip(own, map(str, reps["rep_id"])) if rep_id != mine
    ]
    found = _named(slug(rep["name"]), mine, taken)
    return f"{found}-{_code(mine)}" if found in others else found


def _named(own: str, rep_id: str, taken: Mapping[str, int]) -> str:
    if own and taken[own] <= 1:
        return own
    # Identifiers that differ in what a file name cannot hold are told apart by a digest.
    code = _code(rep_id) if slug(rep_id) != rep_id.casefold() else ""
    return "-".join(filter(None, (own, slug(rep_id), code)))


def stem(report: Report, values: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the file stem: report, period (or as-of day), whom it is about, edition, language."""
    asked = facts.get("period") or values.get("period")
    when = asked if "period" in report.parameters else facts.get("as_of")
    who = facts.get("slug") or slug(values.get("rep") or "")
    edition = values.get("edition", "")
    reader = f"{edition}-edition" if edition not in ("", "manager") else ""
    language = facts.get("language") or values.get("language") or ""
    return "-".join(filter(None, (report.name, slug(when or ""), who, reader, slug(language))))
