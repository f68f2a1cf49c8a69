"""What there is to say about a KPI: for its page in ``docs/kpis.md`` and on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from ..core.client import Client
from ..core.crm import Crm
from ..core.errors import unknown
from ..core.i18n import NBSP, Language
from ..core.period import Period
from ..goals.interval import kind, minimum
from ..goals.values import values
from ..kpi import KPIS, Kpi
from ..kpi.base import ROLES
from ..kpi.panel import computable

#: Intervals as pages name them.
INTERVALS = {
    "wilson": "Wilson",
    "poisson": "exact Poisson",
    "scaled_poisson": "compound Poisson",
    "t": "Student t",
    "records": "bootstrap over single records",
    "": "none: it is counted, no sample",
}


def facts(kpi: Kpi, words: Language) -> list[tuple[str, str]]:
    """Return label and text of each fact: formula, unit, interval, needs, traps.

    Examples
    --------
    >>> facts(KPIS["win_rate"], Language("en"))[0]
    ('formula', 'wins ÷ closed')
    """
    least = minimum(kpi, Client())
    found = [
        ("formula", kpi.formula),
        ("unit", f"{kpi.unit}; {kpi.better} is better; {kpi.role}"),
        ("interval", INTERVALS[kind(kpi)] + (f"; fewer than {least} are marked too few" if least else "")),
        ("needs", ", ".join(kpi.needs)),
        ("source", kpi.source),
        ("trap", words.t(f"kpi.{kpi.name}.trap") if words.has(f"kpi.{kpi.name}.trap") else ""),
    ]
    return [(label, text) for label, text in found if text]


def summary(kpi: Kpi, words: Language) -> str:
    """Return what a KPI is in one sentence; a reading without its own has that of its name."""
    return kpi.label(words, "what") if words.has(f"kpi.{kpi.name}.what") else kpi.label(words)


def readings(kpi: Kpi) -> tuple[Kpi, ...]:
    """Return the other readings of a KPI; none for one that no registry holds, or that is a reading."""
    return () if kpi.variant_of else KPIS.variants(kpi.name)


def examples(crm: Crm, kpis: Iterable[Kpi], period: Period) -> dict[str, str]:
    """Return the value of each KPI that this data gives, with its interval and what it rests on."""
    known = computable(crm, kpis)
    if not known:
        return {}
    rows = values(crm, known, period, by=(), grain=None, begun={}).table
    return {row["kpi"]: written(row, crm.client.words) for row in rows.to_dict("records")}


def written(row: Mapping, words: Language) -> str:
    """Write a value with its interval and n."""
    if pd.isna(row["estimate"]):
        return words.value(None, row["unit"])
    bracket = f" ({interval(row, words)})" if pd.notna(row["conf_low"]) else ""
    return f"{words.value(row['estimate'], row['unit'])}{bracket}, n = {words.number(row['n'])}"


def interval(row: Mapping, words: Language) -> str:
    """Write the interval of a value; of money with its own scale, which may not be that of the value."""
    text = words.interval(row["conf_low"], row["conf_high"], row["unit"])
    if row["unit"] != "money" or pd.isna(row["conf_high"]):
        return text
    return NBSP.join(filter(None, (text, words.money_scale(row["conf_high"])[1])))


def search(asked: Iterable[str], *, role: str = "") -> tuple[Kpi, ...]:
    """Return the strict KPIs in which every word asked for begins a word of name, label or description.

    Raises
    ------
    UnknownName
        No KPI has the words, or there is no such role; close matches are named.

    Examples
    --------
    >>> [kpi.name for kpi in search(["cycle"])]
    ['sales_cycle', 'sales_velocity']
    """
    if role and role not in ROLES:
        raise unknown("role", role, ROLES)
    asked, words = [word.casefold() for word in asked], Language("en")
    found = [kpi for kpi in KPIS.strict if not role or kpi.role == role]
    for word in asked:
        if "_" in word or "." in word:  # a name, not a word
            raise unknown("KPI", word, KPIS)
        found = [kpi for kpi in found if _has(kpi, word, words)]
    if not found:
        raise unknown("KPI", " ".join(asked), KPIS)
    return tuple(found)


def _has(kpi: Kpi, word: str, words: Language) -> bool:
    text = " ".join([kpi.name, kpi.label(words), summary(kpi, words), kpi.formula]).casefold()
    return any(part.startswith(word) for part in re.split(r"[^\w]+|_", text))
