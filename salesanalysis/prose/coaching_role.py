"""Words for `RoleResult`: both sides of a role, and whether one is bought with the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..coaching.results import DiagnosisResult
from ..coaching.role import RoleResult
from ..coaching.role_sides import SIDES
from ..core.i18n import Language, escape
from . import explains
from .coaching_agenda import per_day
from .coaching_pieces import sentence

_KEY = "diagnosis.role"
#: Statuses in which nothing is concluded of a rep, whatever the role.
_SILENT = ("ramping", "left", "not_employed", "small_group")


@explains(RoleResult)
def role(result: RoleResult, detail: str, kind: str) -> str:
    """Put both sides into words; all kinds read alike."""
    words = result.client.words
    name = escape(result.name.split()[0])
    if detail == "method":
        return words.t(f"{_KEY}_method")
    if result.table.empty:
        return _nothing(result, detail, words)
    if detail == "title":
        return words.t(f"{_KEY}_title_{_verdict(result)}", name=name, **_low(result, words))
    if detail == "subtitle":
        return words.t(f"{_KEY}_subtitle_{result.role}")
    if detail == "source":
        return _source(result, words)
    sides = "; ".join(_side(row, words) for row in result.table.itertuples())
    if detail == "alt":
        return words.t(f"{_KEY}_alt", name=escape(result.name), sides=sides)
    first = words.t(f"{_KEY}_answer", name=name, sides=sides)
    second = words.t(f"{_KEY}_verdict_{_verdict(result)}", **_low(result, words))
    return "\n".join((first, second, words.t(f"{_KEY}_ask_{result.role}")))


def _low(result: RoleResult, words: Language) -> dict[str, str]:
    """Return the side that is low and the other one, where one of both is."""
    if result.verdict not in ("low_first", "low_second"):
        return {}
    terms = SIDES[result.role]
    low, other = terms if result.verdict == "low_first" else terms[::-1]
    return {k: words.t(f"diagnosis.side_short_{t}") for k, t in (("low", low), ("other", other))}


def _source(result: RoleResult, words: Language) -> str:
    peers = words.t("coaching.count.peers", count=result.peers)
    period = words.period(result.period) if result.period else ""
    return words.t(f"{_KEY}_source", peers=peers, period=period, base=words.number(result.client.claim_base))


def speaks(result: DiagnosisResult) -> RoleResult | None:
    """Return the role's result where it speaks for the rep: SDRs and AMs have no chain of calls to wins."""
    found = result.role
    if found is None or found.role not in ("sdr", "am") or found.table.empty or result.status in _SILENT:
        return None
    return replace(found, client=result.client)


def advice(found: RoleResult) -> str:
    """Return what to talk about where the role speaks: the verdict and what to look at."""
    return " ".join(role(found, "answer", "").splitlines()[1:])


def is_low(found: RoleResult | None) -> bool:
    """Tell whether a side of the role is surely low, or bought with the other."""
    return found is not None and found.verdict in ("trade", "both_low", "low_first", "low_second")


def _verdict(result: RoleResult) -> str:
    """Return the key of the verdict: a trade is named by its role, all else alike."""
    return f"{result.verdict}_{result.role}" if result.verdict == "trade" else result.verdict


def shown(value: float, unit: str, words: Language) -> str:
    """Write one side's value: a share in percent, a volume by working day."""
    return words.percent(value) if unit == "share" else per_day(value, words)


def _side(row: Any, words: Language) -> str:
    term, unit = words.t(f"diagnosis.side_{row.term}"), row.unit
    low, high = (shown(v, unit, words) for v in (row.conf_low, row.conf_high))
    facts = {"side": term, "value": shown(row.estimate, unit, words)}
    facts |= {"interval": words.span(low, high), "counted": _counted(row, words)}
    if row.benchmark != row.benchmark:
        return words.t("diagnosis.side_alone", **facts)
    return words.t("diagnosis.side_beside", **facts, peers=shown(row.benchmark, unit, words))


def _counted(row: Any, words: Language) -> str:
    """Write the raw share where the estimate is drawn towards the role's."""
    if row.unit != "share" or row.value == row.estimate:
        return ""
    return words.t("diagnosis.side_counted", value=words.percent(row.value))


def _nothing(result: RoleResult, detail: str, words: Language) -> str:
    if detail == "answer":
        missing = [words.t(f"diagnosis.side_{term}") for term in SIDES.get(result.role, ())]
        sides = sentence(words.listing(missing)) or words.t(f"{_KEY}_both")
        return "\n".join(words.t(f"{_KEY}_empty_{i}", sides=sides) for i in (1, 2, 3))
    return words.t(f"{_KEY}_empty_{'title' if detail in ('title', 'alt') else 'subtitle'}")
