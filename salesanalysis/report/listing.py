"""Pages that list reports, in one language, looking as reports do: a folder's, a parcel's, a delivery's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ..core import share
from ..core.errors import InvalidInput
from ..core.i18n import LANGUAGES, Language, escape
from ..core.period import Period
from .block_html import font_faces, rich
from .markup import printable

_KINDS = {".html": "HTML", ".pdf": "PDF"}
#: What a reader opens first.
_ORDER = (".html", ".pdf", ".ipynb")


@dataclass(frozen=True)
class Link:
    """A file to open: what it is called, where it lies as seen from the page, and its size in words."""

    kind: str
    href: str
    size: str


@dataclass
class Row:
    """One report in a list, in all languages in which it is there.

    Attributes
    ----------
    title, language : str
        Its finding, in the language of the page where there is one, and the language that is.
    about, edition, period, as_of : str
        As the page shows them.
    files : list of (str, str, list of Link)
        By language: code, name, and what to open.
    """

    title: str
    language: str
    about: str
    edition: str
    period: str
    as_of: str
    files: list[tuple[str, str, list[Link]]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The reports of one notebook in a list; what all of them share is in no column."""

    name: str
    rows: Sequence[Row]
    columns: tuple[str, ...]


def language_of(entries: Iterable[Mapping[str, Any]], wanted: Sequence[str] = ()) -> str:
    """Return the language for a page about reports: the first wanted that is among them, else that of most.

    Examples
    --------
    >>> language_of([{"language": "id"}, {"language": "id"}, {"language": "en"}])
    'id'
    >>> language_of([{"language": "id"}, {"language": "en"}], ("en", "id"))
    'en'
    """
    found = Counter(one["language"] for one in entries if one.get("language") in LANGUAGES)
    for code in wanted:
        if found[code]:
            return code
    return found.most_common(1)[0][0] if found else LANGUAGES[0]


def groups(
    entries: Sequence[Mapping[str, Any]], words: Language, *, above: str = "", shared: Iterable[str] = ()
) -> list[Group]:
    """Return reports by notebook, the languages of one report in one row.

    Parameters
    ----------
    entries : sequence of mapping
        As manifests hold them; `label` says what people call whom a report is about.
    words : Language
        Of the page.
    above : str
        Folder of the files as seen from the page.
    shared : iterable of str
        Columns that are not wanted: what they would say stands above.

    Examples
    --------
    >>> entry = {"name": "a", "report": "goals", "title": "A goal", "language": "en", "files": ["a.html"]}
    >>> [(one.name, one.rows[0].title) for one in groups([entry], Language("en"))]
    [('Goals and expectations', 'A goal')]
    """
    found: dict[str, dict[tuple[str, ...], list[Row]]] = {}
    names: dict[str, str] = {}
    taken: Counter[tuple[str, ...]] = Counter()
    for one in entries:
        names.setdefault(one["report"], _name(one, words))
        row = _row(one, words)
        key = (row.about, row.edition, row.period, row.as_of)
        some = found.setdefault(one["report"], {}).setdefault(key, [])
        code = str(one.get("language") or "")
        number = taken[(one["report"], *key, code)]  # two of one language are two reports
        taken[(one["report"], *key, code)] += 1
        if number == len(some):
            some.append(row)
        mine = some[number]
        if code == words.code:
            mine.title, mine.language = row.title, code
        mine.files.append((code, _language(code, words), _links(one, above, words)))
    made = []
    for report, by_key in found.items():
        rows = [row for some in by_key.values() for row in some]
        for row in rows:
            row.files.sort(key=lambda part: part[0] != words.code)
        columns = tuple(
            c for c in ("about", "edition", "period", "as_of") if any(getattr(r, c) for r in rows)
        )
        made.append(Group(names[report], rows, tuple(c for c in columns if c not in set(shared))))
    return made


def common(entries: Iterable[Mapping[str, Any]], words: Language) -> dict[str, str]:
    """Return what all reports share, as the head of a page says it: `edition`, `period`, `as_of`.

    Examples
    --------
    >>> common([{"period": "2026-Q3", "as_of": "2026-09-30"}], Language("en"))["period"]
    'Q3 2026'
    """
    rows = [_row({"name": "", **one}, words) for one in entries]
    found = {}
    for column in ("edition", "period", "as_of"):
        values = list(dict.fromkeys(getattr(row, column) for row in rows))
        if len(values) == 1 and values[0]:
            found[column] = values[0]
    return found


def size(count: float, words: Language) -> str:
    """Return a number of bytes in words.

    Examples
    --------
    >>> size(2_140_000, Language("id")).replace("\\u00a0", " ")
    '2,1 MB'
    """
    if count >= 1e6:
        return f"{words.number(count / 1e6, 1)}\u00a0MB"
    return f"{words.number(max(1, round(count / 1e3)))}\u00a0kB"


def head(words: Language) -> dict[str, str]:
    """Return the words of a list's columns, and what stands for everybody."""
    return {
        "about": words.t("listing.about"),
        "finding": words.t("listing.finding"),
        "edition": words.t("listing.edition"),
        "period": words.t("report.period"),
        "as_of": words.t("report.as_of_label"),
        "open": words.t("listing.open"),
        "everybody": words.t("listing.everybody"),
    }


def reading(words: Language) -> list[tuple[str, str]]:
    """Return how to read a report: what is said, and how it goes on."""
    return [(words.t(f"listing.read.{key}"), words.t(f"listing.read.{key}_text")) for key in _READING]


_READING = ("title", "evidence", "words", "end")


def page(template: str, words: Language, *, has_fonts: bool = True, **told: Any) -> str:
    """Return a page made from one of the templates of lists, with styles and (270 kB of) fonts in it.

    Examples
    --------
    >>> found = page("parcel.html.j2", Language("id"), title="Laporan", fields=[], answer=[], clients=[])
    >>> "<h1>Laporan</h1>" in found and found.startswith("<!DOCTYPE html>")
    True
    """
    made = _environment().get_template(f"index/{template}")
    return made.render(words=words, head=head(words), fonts=Markup(font_faces() if has_fonts else ""), **told)


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(share.path("templates"))
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["rich"] = rich
    environment.filters["plain"] = lambda text: rich(escape(printable(str(text))))
    return environment


def _row(entry: Mapping[str, Any], words: Language) -> Row:
    given = entry.get("parameters") or {}
    about = entry.get("label") or entry.get("rep") or given.get("team") or given.get("region")
    edition = str(entry.get("edition") or "")
    return Row(
        str(entry.get("title") or entry["name"]),
        str(entry.get("language") or words.code),
        str(about or ""),
        words.t(f"listing.edition_{edition}") if words.has(f"listing.edition_{edition}") else edition,
        _period(str(entry.get("period") or given.get("period") or ""), words),
        _day(str(entry.get("as_of") or ""), words),
    )


def _name(entry: Mapping[str, Any], words: Language) -> str:
    """Return what a report is called in the language of the page; one of somebody's own as it says itself."""
    key = f"report.{entry['report']}"
    return words.t(key) if words.has(key) else str(entry.get("report_name") or entry["report"])


def _language(code: str, words: Language) -> str:
    return words.t(f"listing.language_{code}") if code in LANGUAGES else code


def _links(entry: Mapping[str, Any], above: str, words: Language) -> list[Link]:
    sizes = entry.get("bytes") or {}
    found = []
    for name in sorted(entry["files"], key=_rank):
        path = PurePosixPath(name)
        count = sizes.get(name, sizes.get(path.name))
        kind = _KINDS.get(path.suffix) or words.t("listing.notebook")
        found.append(Link(kind, str(PurePosixPath(above) / name), size(count, words) if count else ""))
    return found


def _rank(name: str) -> tuple[int, str]:
    suffix = PurePosixPath(name).suffix
    return _ORDER.index(suffix) if suffix in _ORDER else len(_ORDER), name


def _period(text: str, words: Language) -> str:
    with suppress(InvalidInput):
        return words.period(Period.parse(text))
    return text


def _day(text: str, words: Language) -> str:
    with suppress(ValueError):
        return words.date(date.fromisoformat(text))
    return text
