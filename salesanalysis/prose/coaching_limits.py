"""A rep's rates against their control limits, and whether reps differ at all, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..coaching.limits import LEVEL, differences
from ..coaching.results import LimitsResult
from ..core.i18n import Language, escape
from . import explains
from .coaching import noun, sentence, unread


@explains(LimitsResult)
def limits(result: LimitsResult, detail: str, kind: str) -> str:
    """Tell a limits result; all kinds read alike."""
    tellers = {
        "title": _title,
        "subtitle": _subtitle,
        "answer": _answer,
        "source": _source,
        "alt": _alt,
        "method": lambda r: r.client.words.t("coaching.limits.method"),
    }
    return tellers[detail](result)


def _outside(result: LimitsResult) -> list[str]:
    own = result.subject
    return list(own.loc[own["verdict"].isin(["below", "above"]), "term"])


def _title(result: LimitsResult) -> str:
    words, own = result.client.words, result.subject
    if own.empty:
        return words.t("coaching.limits.title_missing")
    outside, verdicts = _outside(result), set(own["verdict"])
    rest = verdicts - {"below", "above"}
    if not outside:
        if rest == {"inside"}:
            return words.t("coaching.limits.title_inside", count=len(own))
        return words.t("coaching.limits.title_open")
    listing = sentence(words.listing([noun(t, words) for t in outside]))
    suffix = "_open" if "open" in rest else ("_few" if "too_few" in rest else ("" if rest else "_all"))
    return words.t(f"coaching.limits.title_outside{suffix}", list=listing)


def _subtitle(result: LimitsResult) -> str:
    words = result.client.words
    key = "subtitle_rep" if result.edition == "rep" else "subtitle"
    return words.t(f"coaching.limits.{key}", peers=_peers(result))


def _answer(result: LimitsResult) -> str:
    words, total = result.client.words, result.client.words.number(len(result.terms))
    if result.table.empty:
        return "\n".join(unread(result, result.status))
    outside = words.listing([noun(t, words) for t in _outside(result)])
    reason = "" if outside or result.edition == "rep" else alike(differences(result), words)
    third = words.t("coaching.limits.answer_3", points=_points(result))
    if reason:
        third = words.t("coaching.limits.answer_3_alike", reason=reason)
    first = "answer_1" if outside else "answer_none"
    return "\n".join(
        (
            words.t(f"coaching.limits.{first}", total=total, outside=outside),
            words.t("coaching.limits.answer_2"),
            third,
        )
    )


def alike(apart: Mapping[str, float], words: Language) -> str:
    """Say that even the measure in which reps differ most is within chance, if it is."""
    known = {term: p for term, p in apart.items() if p == p}
    if not known:
        return ""
    term = min(known, key=known.__getitem__)
    if known[term] <= LEVEL / len(known):
        return ""
    return words.t("coaching.apart.alike", noun=noun(term, words), p=words.p_value(known[term]))


def rates_alike(apart: Mapping[str, float], words: Language) -> str:
    """Say that the reps' win rates differ no more than chance would allow, if they do not."""
    p = apart.get("win_rate", float("nan"))
    return words.t("coaching.apart.win_rates", p=words.p_value(p)) if p > LEVEL else ""


def _points(result: LimitsResult) -> str:
    return result.client.words.t("coaching.limits.points", count=result.compared)


def _source(result: LimitsResult) -> str:
    words = result.client.words
    return words.t(
        "coaching.limits.source",
        points=_points(result),
        base=words.number(result.client.claim_base),
        dispersion=words.number(result.dispersion, 1),
    )


def _alt(result: LimitsResult) -> str:
    words, own = result.client.words, result.subject
    if own.empty:
        return words.t("coaching.limits.title_missing") + "."
    items = [_item(row, words) for row in own.itertuples()]
    name, told = escape(result.name), "; ".join(items)
    return words.t("coaching.limits.alt", name=name, peers=_peers(result), list=told)


def _item(row: Any, words: Language) -> str:
    def shown(value: float) -> str:
        return words.percent(value) if row.unit == "share" else words.number(value, 1)

    return words.t(
        "coaching.limits.alt_item",
        panel=words.t(f"coaching.panel.{row.term}"),
        value=shown(row.estimate),
        benchmark=shown(row.benchmark),
        low=shown(row.conf_low),
        high=shown(row.conf_high),
        status=words.t(f"coaching.limit.{row.verdict}"),
    )


def _peers(result: LimitsResult) -> str:
    return result.client.words.t("coaching.count.peers", count=max(result.n - 1, 0))
