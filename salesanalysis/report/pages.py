"""From results to blocks: the opening, a section for each finding, the closing box.

What a section shows beside its words is declared by the modules named in `_BODIES` (tables, cards); a kind
that none of them declares is drawn by `plots`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..core import versions
from ..core.crm import Crm
from ..core.i18n import Language
from ..core.result import Result
from ..plots import drawing
from ..prose import explain
from ..readiness import ledger
from .blocks import Block, Figure, MethodBox, Opening, Section

#: Modules that declare bodies and heads.
_DECLARED = (
    "page_activity",
    "page_leaderboard",
    "page_rep",
    "page_coaching",
    "page_compensation",
    "page_compensation_more",
    "page_goals",
    "page_grades",
    "page_team",
    "page_passport",
    "page_projection",
    "page_projection_value",
    "page_performance",
    "page_performance_cells",
    "page_pipeline",
    "page_pipeline_past",
    "page_pipeline_risks",
    "page_significance",
    "page_test",
    "page_readiness",
    "page_quality",
    "page_stages",
    "page_stages_matrix",
    "page_training",
    "page_union",
)


@dataclass(frozen=True)
class Head:
    """What the opening of one result type shows: report name key, header fields, scope, facts."""

    report: str
    describe: Callable[[Any, Crm], Description]


@dataclass(frozen=True)
class Description:
    """Header fields, the scope in the foot, what the manifest records, and which way the page lies."""

    fields: tuple[tuple[str, str], ...] = ()
    scope: str = ""
    edition: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    landscape: bool = False


@dataclass(frozen=True)
class Body:
    """What a section of one kind shows: its blocks, whether it stays on one page or starts one.

    `words` begins the catalogue keys of heading and subtitle (``<words>title``, ``<words>subtitle``) where
    the result's own words have none for this kind.
    """

    build: Callable[[Any], tuple[Block, ...]]
    keep: bool = False
    new_page: bool = False
    words: str = ""


_HEADS: dict[type, Head] = {}
_BODIES: dict[tuple[type, str], Body] = {}


#: A kind of section that belongs to a part of the result: (type, kind) -> (attribute, kind of the part).
_PARTS: dict[tuple[type, str], tuple[str, str]] = {}


def part(result_type: type, kind: str, attribute: str, of_kind: str = "") -> None:
    """Register that section `kind` of `result_type` is section `of_kind` of one of its attributes."""
    _PARTS[result_type, kind] = (attribute, of_kind)


#: Result type -> does this section have nothing to show?
_SILENT: dict[type, Callable[[Any, str], bool]] = {}


def silent(result_type: type) -> Callable[[Callable[[Any, str], bool]], Callable[[Any, str], bool]]:
    """Register when a section of `result_type` has nothing to show and is left out."""

    def register(rule: Callable[[Any, str], bool]) -> Callable[[Any, str], bool]:
        _SILENT[result_type] = rule
        return rule

    return register


def head(result_type: type, report: str) -> Callable[[Callable[[Any, Crm], Description]], Any]:
    """Register how a report about `result_type` opens."""

    def register(describe: Callable[[Any, Crm], Description]) -> Callable[[Any, Crm], Description]:
        _HEADS[result_type] = Head(report, describe)
        return describe

    return register


def body(
    result_type: type, kind: str, *, keep: bool = False, new_page: bool = False, words: str = ""
) -> Callable[[Any], Any]:
    """Register what the section `kind` of `result_type` shows; parameters as in `Body`."""

    def register(build: Callable[[Any], tuple[Block, ...]]) -> Callable[[Any], tuple[Block, ...]]:
        _BODIES[result_type, kind] = Body(build, keep, new_page, words)
        return build

    return register


def preload() -> None:
    """Import the modules that declare heads and bodies."""
    for name in _DECLARED:
        import_module(f"{__package__}.{name}")


def bodies(result: Result) -> list[str]:
    """Return the kinds of section that modules declare for a result, those of its parts included."""
    preload()
    return [kind for type_, kind in (*_BODIES, *_PARTS) if type_ is type(result) and kind]


def opening(result: Result, crm: Crm) -> Opening:
    """Return the head of a report: what was found, in one line and three sentences.

    Parameters
    ----------
    result : Result
        The result the report is about.
    crm : Crm
        Its data: names, as-of date and fingerprint.
    """
    preload()
    words = result.client.words
    found = _HEADS[type(result)]
    described = found.describe(result, crm)
    report = words.t(f"report.{found.report}")
    as_of = words.t("report.as_of", date=words.date(crm.as_of))
    print_ = words.t("report.fingerprint", code=fingerprint(crm))
    return Opening(
        report=report,
        client=crm.client.name,
        edition=described.edition or words.t("report.edition"),
        foot=" · ".join(filter(None, (described.scope, as_of, print_))),
        language=words.code,
        title=explain(result, "title"),
        fields=described.fields,
        answer=tuple(explain(result, "answer").splitlines()),
        as_of=crm.as_of.isoformat(),
        landscape=described.landscape,
        facts=(
            ("report_name", report),
            ("fingerprint", crm.fingerprint),
            *described.facts,
        ),
    )


def section(result: Result, kind: str = "") -> Section | None:
    """Return one finding: heading, what is shown, the table or picture, the source line.

    None, which a notebook shows as nothing, when the data leaves this section with nothing to say.
    """
    preload()
    if (type(result), kind) in _PARTS:
        attribute, kind = _PARTS[type(result), kind]
        result = getattr(result, attribute)
        if result is None:
            return None
    rule = _SILENT.get(type(result))
    if rule is not None and rule(result, kind):
        return None
    declared = _BODIES.get((type(result), kind))
    if declared is None:
        return Section(**_words(result, kind), children=(_figure(result, kind),), keep=True)
    children = declared.build(result)
    if declared.words:
        words = result.client.words
        heading, subtitle = (words.t(f"{declared.words}{part}") for part in ("title", "subtitle"))
        return Section(
            heading=heading,
            subtitle=subtitle,
            children=children,
            keep=declared.keep,
            new_page=declared.new_page,
        )
    return Section(
        **_words(result, kind),
        children=children,
        source=explain(result, "source", kind=kind),
        keep=declared.keep,
        new_page=declared.new_page,
    )


def _words(result: Result, kind: str) -> dict[str, str]:
    return {
        "heading": explain(result, "title", kind=kind),
        "subtitle": explain(result, "subtitle", kind=kind),
    }


def _figure(result: Result, kind: str) -> Figure:
    picture = drawing(result, kind)
    return Figure(
        svg=picture.svg,
        alt=explain(result, "alt", kind=kind),
        width_mm=picture.width_mm,
        height_mm=picture.height_mm,
        source=explain(result, "source", kind=kind),
    )


def closing(result: Result, crm: Crm) -> MethodBox:
    """Return the method box: n and period, method, what was left out and why, data and versions."""
    words = result.client.words
    items = [
        (words.t("report.box_method"), explain(result, "method")),
        (words.t("report.box_excluded"), excluded(crm, words)),
        *((words.t("report.box_notes"), text) for text in [_notes(result, words)] if text),
        (words.t("report.box_data"), _data(crm, words)),
    ]
    return MethodBox(items=tuple(items), ledger=_ledger(crm, words))


def _ledger(crm: Crm, words: Language) -> tuple[tuple[str, ...], ...]:
    """Return rows read, left out and used per table, under a head: read = left out + used."""
    head = tuple(words.t(f"assess.col_{name}") for name in ("table", "read", "out", "used"))
    rows = [
        (words.t(f"readiness.table.{r.table}"), *(words.number(n) for n in (r.rows, r.base, r.n)))
        for r in ledger(crm).itertuples()
    ]
    return (head, *rows) if rows else ()


def excluded(crm: Crm, words: Language) -> str:
    """Return what was left out of the data, counted by reason, in one sentence."""
    rows = crm.exclusions
    if rows.empty:
        return words.t("report.nothing_excluded")
    parts = [
        words.t(
            "report.excluded_part",
            rows=words.number(row.rows),
            table=words.t(f"readiness.table.{row.table}"),
            reason=words.t(f"readiness.reason.{row.reason}"),
        )
        for row in rows.sort_values("rows", ascending=False, kind="stable").itertuples()
    ]
    return "; ".join(parts) + "."


def fingerprint(crm: Crm) -> str:
    """Return the data's fingerprint as printed: two groups of four."""
    return f"{crm.fingerprint[:4]}·{crm.fingerprint[4:8]}"


def _notes(result: Result, words: Language) -> str:
    """Return the cautions of a result in one paragraph; rows left out stand in the ledger already."""
    return " ".join(note.text(words) for note in result.notes if note.code != "excluded")


def _data(crm: Crm, words: Language) -> str:
    known = versions.of_packages()
    tools = [f"{name} {known[name]}" for name in ("salesanalysis", "pandas", "statsmodels", "duckdb")]
    told = ", ".join([*tools, f"Python {known['python']}"])
    read = words.number(sum(crm.rows_in.values()))
    return words.t("report.data", rows=read, fingerprint=fingerprint(crm), versions=told)
