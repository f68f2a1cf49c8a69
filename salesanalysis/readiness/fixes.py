"""What to export, fill in or mend, in the order of what it unlocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm
from ..kpi import KPIS, customer_rule

COLUMNS = ("action", "subject", "missing", "value", "questions", "unlocks", "n")


@dataclass
class Fix:
    """One thing to do, and who waits for it."""

    action: str
    subject: str
    columns: set[str] = field(default_factory=set)
    value: float = float("nan")


def fixes(crm: Crm, questions: pd.DataFrame, measurable: pd.DataFrame) -> pd.DataFrame:
    """Return what to do first, second, third: one row per action, `COLUMNS`.

    Parameters
    ----------
    crm : Crm
        The data, to tell a table that is not there from a column of one that is.
    questions, measurable : pandas.DataFrame
        Verdicts per question and per KPI.

    Returns
    -------
    pandas.DataFrame
        ``action`` (``export_table, export_column, record, fill, late, gaps, some_reps, some_months, unsound,
        shift, wait``), ``subject`` (table, column, kind or fact), ``missing`` (columns to export, or KPIs
        without events), ``value`` (share), ``questions`` and ``unlocks`` (names, comma separated: what can
        be answered or computed in full once this and all before it are done), ``n`` (how many need it at
        all). Readings of a KPI that have a dotted name are not counted.
    """
    known: dict[tuple[str, str], Fix] = {}
    waiting: dict[tuple[str, str], set[tuple[str, str]]] = {}
    strict = measurable[~measurable["kpi"].str.contains(".", regex=False)]
    rows = [("question", r["term"], r) for r in questions.to_dict("records")]
    rows += [("kpi", r["kpi"], r) for r in strict.to_dict("records")]
    for what, name, row in rows:
        if row["verdict"] not in ("yes", "computable"):
            waiting[what, name] = {_note(known, fix) for fix in _needed(crm, row, name)}
    return pd.DataFrame(_ranked(known, waiting), columns=list(COLUMNS))


def _note(known: dict[tuple[str, str], Fix], fix: Fix) -> tuple[str, str]:
    key = fix.action, fix.subject
    mine = known.setdefault(key, fix)
    mine.columns |= fix.columns
    return key


def _needed(crm: Crm, row: dict[str, object], name: str) -> Iterable[Fix]:
    reason, subject, value = str(row["reason"]), str(row["missing"]), float(row["value"])
    if reason == "missing":
        tables: dict[str, set[str]] = {}
        for need in subject.split(", "):
            table, _, column = need.partition(".")
            tables.setdefault(table, set()).add(column)
        for table, columns in tables.items():
            if not crm.has(table):
                yield Fix("export_table", table, columns)
            else:
                yield from (Fix("export_column", f"{table}.{column}", {column}) for column in columns)
    elif reason == "nothing_recorded":
        needs = KPIS[name].needs_in(customer_rule(crm.tables, crm.client))
        yield Fix("record", needs[0].partition(".")[0] if needs else "opportunities", {name})
    elif reason == "too_few":
        yield Fix("wait", subject or "events", value=value)
    else:
        action = "fill" if reason == "incomplete" else reason
        yield Fix(action, subject, value=value)


def _ranked(
    known: dict[tuple[str, str], Fix], waiting: dict[tuple[str, str], set[tuple[str, str]]]
) -> list[dict[str, object]]:
    """Take in turn the action that answers most questions, then gives most KPIs, then is needed most."""
    done: set[tuple[str, str]] = set()
    rows = []
    left = dict.fromkeys(known)
    while left:

        def gain(key: tuple[str, str]) -> tuple[bool, int, int, int]:
            met = [who for who, needs in waiting.items() if needs - done == {key}]
            questions = sum(what == "question" for what, _ in met)
            needed = sum(key in needs for needs in waiting.values())
            return known[key].action != "wait", questions, len(met) - questions, needed

        best = max(left, key=gain)
        met = [who for who, needs in waiting.items() if needs - done == {best}]
        fix = known[best]
        rows.append(
            {
                "action": fix.action,
                "subject": fix.subject,
                "missing": ", ".join(sorted(fix.columns)),
                "value": fix.value,
                "questions": ", ".join(name for what, name in met if what == "question"),
                "unlocks": ", ".join(name for what, name in met if what == "kpi"),
                "n": gain(best)[3],
            }
        )
        done.add(best)
        del left[best]
    return rows


def names_of(unlocks: str) -> list[str]:
    """Return the KPIs named in a cell of ``unlocks`` in the order of the registry."""
    wanted = set(filter(None, unlocks.split(", ")))
    return [name for name in KPIS if name in wanted]
