"""Where a rep's gap comes from, in words."""

from __future__ import annotations

import pandas as pd

from ..coaching.decompose import CERTAIN, MATTERS
from ..coaching.results import DecompositionResult, LimitsResult
from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from . import explains
from .coaching_pieces import amount, interval, noun, pair, period, sentence, wait, weeks

_UNREAD = ("no_data", "no_peers", "small_group", "not_employed")


@explains(DecompositionResult)
def decomposition(result: DecompositionResult, detail: str, kind: str) -> str:
    """Tell a decomposition; kind ``waterfall`` titles the figure, otherwise the page."""
    if detail == "title":
        return section_title(result) if kind == "waterfall" else page_title(result)
    if detail == "answer":
        return "\n".join(answer(result))
    return {"subtitle": _subtitle, "source": source, "alt": _alt, "method": method}[detail](result)


def page_title(result: DecompositionResult) -> str:
    """Return the finding as a title of at most 62 characters."""
    words, found = result.client.words, result.found("enough_evidence")
    values: dict[str, object] = {
        "name": escape(result.name),
        "gap": amount(abs(result.gap), result),
        "against": words.t(f"coaching.against.{result.against}"),
        "weeks": weeks(result.weeks, words),
    }
    if result.status in (*_UNREAD, "ramping"):
        keys = [result.status, f"{result.status}_short"]
    elif len(found) == 1:
        keys, values["factor"] = ["one", "one_short"], noun(found["term"].iloc[0], words)
    elif len(found):
        return words.t("coaching.title.many", count=len(found), **values)
    elif result.gap >= 0:
        above = result.found("enough_evidence_above")
        keys = ["ahead_above", "ahead_short"] if len(above) else ["ahead", "ahead_short"]
        values["factor"] = words.listing([noun(t, words) for t in above["term"]])
    else:
        keys = ["none"]
    texts = [words.t(f"coaching.title.{key}", **values) for key in keys]
    return shortest_fitting(texts)


def section_title(result: DecompositionResult) -> str:
    """Return the title of the figure."""
    words = result.client.words
    if result.table.empty:
        return words.t("coaching.split.title_missing")
    if result.reading == "cannot_tell":
        return words.t("coaching.split.title_unread", name=escape(result.name))
    found = result.found("enough_evidence" if result.gap < 0 else "enough_evidence_above")
    factors = words.listing([noun(t, words) for t in found["term"]])
    part = amount(abs(found["estimate"].sum()), result)
    if result.gap >= 0:
        key = "coaching.split.title_ahead_some" if len(found) else "coaching.split.title_ahead"
        return words.t(key, gap=amount(result.gap, result), factors=factors)
    if found.empty:
        return words.t("coaching.split.title_none")
    key = "more" if _exceeds(found, result) else ("one" if len(found) == 1 else "many")
    return words.t(
        f"coaching.split.title_{key}", factor=sentence(factors), factors=sentence(factors), part=part
    )


def answer(result: DecompositionResult) -> tuple[str, str, str]:
    """Return the answer: exactly three sentences."""
    words, status = result.client.words, result.status
    if status in _UNREAD:
        return unread(result, status, peers=result.peers)
    if status == "ramping":
        second = words.t("coaching.answer.ramping_2", weeks=weeks(result.weeks, words))
        return _won(result), second, words.t("coaching.answer.ramping_3")
    if result.gap >= 0:
        return _won(result), words.t("coaching.answer.ahead_none"), _strength(result)
    return _won(result), _certain(result), _tempting(result)


def unread(
    result: DecompositionResult | LimitsResult, status: str, *, peers: int = 0
) -> tuple[str, str, str]:
    """Return three sentences on why nothing can be said."""
    words = result.client.words
    status = status if status in _UNREAD else "no_data"
    values = {
        "name": escape(result.name),
        "period": words.period(result.period) if result.period else "",
        "peers": words.t("coaching.count.peers", count=peers),
    }
    return tuple(words.t(f"coaching.answer.{status}_{i}", **values) for i in (1, 2, 3))


def _won(result: DecompositionResult) -> str:
    words = result.client.words
    wins = words.t("coaching.count.wins", count=round(result.table["n"].iloc[-1]))
    rates = result.table[result.table["kind"] == "rate"]
    detail = words.t("coaching.answer.detail_wins", wins=wins) if result.unit == "money" else ""
    if len(rates) and rates["step"].iloc[-1] == "wins":
        of = words.t(f"coaching.count.{rates['of'].iloc[-1]}", count=round(rates["base"].iloc[-1]))
        detail = words.t("coaching.answer.detail", wins=wins, base=of)
    return words.t(
        "coaching.answer.won_goal" if result.against == "goal" else "coaching.answer.won",
        name=escape(result.name.split()[0]),
        actual=amount(result.actual, result),
        benchmark=amount(result.benchmark, result),
        percent=words.percent(result.actual / result.benchmark, 0),
        detail=detail,
    )


def _certain(result: DecompositionResult) -> str:
    words, found = result.client.words, result.found("enough_evidence")
    if found.empty:
        return words.t("coaching.answer.certain_none", period=period(result))
    part = amount(abs(found["estimate"].sum()), result)
    if len(found) > 1:
        items = [
            words.t("coaching.answer.certain_item", factor=noun(r.term, words), **pair(r, words))
            for r in found.itertuples()
        ]
        key = "certain_many_more" if _exceeds(found, result) else "certain_many"
        return words.t(f"coaching.answer.{key}", factors=words.listing(items), part=part)
    row = found.iloc[0]
    return words.t(
        "coaching.answer.certain_more" if _exceeds(found, result) else "coaching.answer.certain_one",
        factor=noun(row["term"], words),
        **pair(row, words),
        change=words.percent(row["value"] / row["benchmark"] - 1, 0, sign=True),
        part=part,
        interval=interval(-row["conf_high"], -row["conf_low"], result),
    )


def _exceeds(found: pd.DataFrame, result: DecompositionResult) -> bool:
    """Tell whether the parts named are larger than the gap, because other steps make up for some of it."""
    return abs(found["estimate"].sum()) > abs(result.gap)


def _tempting(result: DecompositionResult) -> str:
    """Warn of the largest part of the gap that the numbers do not carry."""
    words, table = result.client.words, result.table
    rows = table[~table["verdict"].isin(["enough_evidence", "enough_evidence_above"])]
    rows = rows[rows["estimate"] <= -MATTERS * abs(result.gap)]
    if rows.empty:
        return words.t("coaching.answer.rest")
    row = rows.loc[rows["estimate"].idxmin()]
    key = "tempting"
    if row["chance_below"] >= CERTAIN:
        key = "tempting_few" if row["base"] < result.client.claim_base else "tempting_many"
    told = words.t(
        f"coaching.answer.{key}",
        Factor=sentence(noun(row["term"], words)),
        facts=_facts(row, words),
        against=words.t(f"coaching.against.{result.against}"),
        chance=words.number(row["chance_below"], 2),
        needed=words.number(result.client.claim_base),
        points=words.t("coaching.answer.points"),
    )
    more = wait(row["weeks_more"], words)
    return f"{told.removesuffix('.')} ({words.t('diagnosis.settles', wait=more)})." if more else told


def _facts(row: pd.Series, words: Language) -> str:
    """Write a rate as its counts, anything else beside its benchmark."""
    if row["kind"] != "rate":
        return words.t("coaching.answer.pair", **pair(row, words))
    of = words.t(f"coaching.count.{row['of']}", count=round(row["base"]))
    return words.t("coaching.answer.hits", hits=words.number(row["n"]), base=of)


def _strength(result: DecompositionResult) -> str:
    words, found = result.client.words, result.found("enough_evidence_above")
    if found.empty:
        return words.t("coaching.answer.rest")
    factors = words.listing([noun(t, words) for t in found["term"]])
    against = words.t(f"coaching.against.{result.against}")
    return words.t("coaching.answer.strength", factors=factors, against=against)


def _subtitle(result: DecompositionResult) -> str:
    words = result.client.words
    if result.table.empty:
        return words.t("coaching.split.subtitle_missing")
    against = words.t(f"coaching.against_long.{result.against}")
    return words.t("coaching.split.subtitle", against=against, gap=amount(result.gap, result, sign=True))


def source(result: DecompositionResult) -> str:
    """Return the line below the figure: bases and the rule."""
    words = result.client.words
    if result.table.empty:
        as_of = words.date(result.as_of)
        return words.t("coaching.split.source_missing", period=period(result), as_of=as_of)
    rule = words.t("coaching.split.rule", base=words.number(result.client.claim_base))
    steps = result.table[result.table["kind"] != "size"]
    counts = [words.t(f"coaching.count.{r.step}", count=round(r.n)) for r in steps.itertuples()]
    key = "coaching.split.source_goal" if result.against == "goal" else "coaching.split.source"
    peers = words.t("coaching.count.peers", count=result.peers)
    return words.t(key, counts=", ".join(counts), peers=peers, rule=rule)


def _alt(result: DecompositionResult) -> str:
    words = result.client.words
    if result.table.empty:
        return words.t("coaching.split.alt_missing", reason=section_title(result))
    found = pd.concat([result.found("enough_evidence"), result.found("enough_evidence_above")])
    items = [
        words.t(
            "coaching.split.alt_factor",
            factor=noun(r.term, words),
            part=amount(r.estimate, result, sign=True),
            low=amount(r.conf_low, result, sign=True),
            high=amount(r.conf_high, result, sign=True),
        )
        for r in found.itertuples()
    ]
    return words.t(
        "coaching.split.alt",
        name=escape(result.name),
        actual=amount(result.actual, result),
        benchmark=amount(result.benchmark, result),
        against=words.t(f"coaching.against_long.{result.against}"),
        gap=amount(result.gap, result, sign=True),
        finding="; ".join(items) or words.t("coaching.split.alt_none"),
    )


def method(result: DecompositionResult) -> str:
    """Return how the parts were computed, and what shortened the chain."""
    words = result.client.words
    parts = [words.t("coaching.split.method")]
    codes = {note.code: note for note in result.notes}
    if "coaching_no_activities" in codes:
        head = words.t(f"coaching.factor.{result.table['term'].iloc[0]}").lower()
        parts.append(words.t("coaching.split.method_short", head=head))
    dropped = [str(n.values["step"]) for n in result.notes if n.code == "coaching_step_dropped"]
    if dropped:
        steps = words.listing([words.t(s) for s in dropped])
        parts.append(words.t("coaching.split.method_dropped", steps=steps))
    return " ".join(parts)
