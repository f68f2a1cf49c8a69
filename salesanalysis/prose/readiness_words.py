"""Words in the tables of a readiness report and on the screen: what to do, why a KPI is in doubt."""

from __future__ import annotations

import math
from typing import Any

from ..core.i18n import MISSING, Language, escape
from ..kpi import KPIS
from ..readiness import CLOCKS, names_of

#: KPIs named in one sentence; of more, the rest is counted.
NAMES = 4
#: Severities and verdicts of the report as marks of the design: (mark, catalogue key).
MARKS = {
    "yes": ("met", "assess.yes"),
    "computable": ("met", "assess.yes"),
    "partly": ("stretch", "assess.partly"),
    "no": ("open", "assess.no"),
    "not": ("open", "assess.no"),
}


def fix_words(row: Any, words: Language) -> str:
    """Return what to do, with its decisive words in bold, from a row of `ReadinessResult.fixes`."""
    subject, action = str(row.subject), str(row.action)
    table, _, column = subject.partition(".")
    key = action
    if action == "late":
        key = f"late_{CLOCKS[subject]}"
    values: dict[str, object] = {"share": _share(row.value, words)}
    if action in ("export_column", "fill"):
        values |= {"table": table, "column": escape(column)}
    elif action == "export_table":
        values |= {"table": table, "columns": escape(row.missing)}
    elif action == "record":
        names = [kpi_name(name, words) for name in names_of(row.missing)]
        listed = words.listing(names) if len(names) <= NAMES else ", ".join(names[:NAMES])
        values |= {"table": words.t(f"readiness.table.{subject}"), "kpis": listed}
        key = "record" if len(names) <= NAMES else "record_more"
        values |= {} if len(names) <= NAMES else {"more": words.number(len(names) - NAMES)}
    elif action == "some_reps":
        values |= {"kpi": kpi_name(subject, words)}
    elif action == "unsound":
        values |= {"table": words.t(f"readiness.table.{subject}")}
    elif action == "shift":
        values |= {"kind": kind_name(subject, words), "factor": factor(row.value, words)}
    elif action == "wait":
        key = "wait_events" if subject == "events" else "wait"
        fact = subject if words.has(f"assess.fact.{subject}") else "events"
        values |= {"fact": words.t(f"assess.fact.{fact}"), "n": words.number(row.value)}
    else:
        values |= {"subject": escape(subject)}
    return words.t(f"assess.fix.{key}", **values)


def fix_meaning(row: Any, words: Language) -> str:
    """Return what the table or column to export holds; empty for other actions."""
    return words.t(f"schema.{row.subject}") if row.action.startswith("export_") else ""


def unlocks_words(row: Any, words: Language) -> str:
    """Return what an action unlocks: the questions by name, the KPIs by number, the only one by name."""
    questions = [words.t(f"assess.question.{name}") for name in row.questions.split(", ") if name]
    names = names_of(row.unlocks)
    parts = [f"**{text}**" for text in questions]
    if len(names) == 1:
        parts.append(kpi_name(names[0], words))
    elif names:
        parts.append(words.t("assess.kpi_count", count=len(names)))
    if parts:
        return "; ".join(parts)
    return words.t("assess.needed_by", count=int(row.n))


def why_question(row: Any, words: Language) -> str:
    """Return why a question cannot be answered in full, from a row of `ReadinessResult.table`."""
    if row.reason == "missing":
        return columns_words(row.missing)
    if row.reason == "too_few":
        fact = words.t(f"assess.fact.{row.missing}")
        return words.t("assess.why.few", fact=fact, n=words.number(row.value), least=words.number(row.base))
    if row.reason == "incomplete":
        return words.t("assess.why.incomplete", field=escape(row.missing), share=_share(row.value, words))
    return MISSING


def why_kpi(row: Any, words: Language) -> str:
    """Return why a KPI cannot be computed in full, from a row of `ReadinessResult.measurable`."""
    if row.reason == "missing":
        return columns_words(row.missing)
    if not row.reason:
        return MISSING
    values: dict[str, object] = {"share": _share(row.value, words)}
    key = row.reason
    if key == "incomplete":
        values |= {"field": escape(row.missing)}
    elif key == "late":
        key = f"late_{CLOCKS[row.missing]}"
    elif key == "too_few":
        values |= {"n": words.number(row.value)}
    elif key == "some_months":
        values |= {"months": row.missing}
    elif key == "unsound":
        values |= {"table": words.t(f"readiness.table.{row.missing}")}
    elif key == "shift":
        values |= {"kind": kind_name(row.missing, words), "factor": factor(row.value, words)}
    return words.t(f"assess.why.{key}", **values)


def columns_words(missing: str) -> str:
    """Return missing columns by table: ``leads: created_at, responded_at; goals: kpi``.

    Examples
    --------
    >>> columns_words("leads.created_at, leads.handed_on, goals.kpi")
    'leads: created_at, handed_on; goals: kpi'
    """
    tables: dict[str, list[str]] = {}
    for need in missing.split(", "):
        table, _, column = need.partition(".")
        tables.setdefault(table, []).append(column)
    return escape("; ".join(f"{table}: {', '.join(columns)}" for table, columns in tables.items()))


def kpi_name(name: str, words: Language) -> str:
    """Return the display name of a KPI; a name of one measure alone is shown as it is."""
    return KPIS[name].label(words) if name in KPIS else name.replace("_", " ")


def kind_name(kind: str, words: Language) -> str:
    """Return the name of a kind of activity, ``all`` for all of them; a client's own kind as it is."""
    key = f"assess.kind.{kind}"
    return words.t(key) if words.has(key) else escape(kind.replace("_", " "))


def factor(value: float, words: Language) -> str:
    """Return how a level changed: ``×2.4``, ``÷3.0``, or that there was none before or after."""
    if not math.isfinite(value):
        return words.t("assess.factor_new")
    if value <= 0.01:
        return words.t("assess.factor_gone")
    return f"×{words.number(value, 1)}" if value >= 1 else f"÷{words.number(1 / value, 1)}"


def _share(value: float, words: Language) -> str:
    """Return a share without decimals, so that only what is full shows 100 %."""
    if math.isfinite(value) and 0.995 <= value < 1:
        return words.percent(math.floor(value * 1000) / 1000)
    return words.percent(value, 0)
