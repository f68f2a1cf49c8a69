"""A team's coaching in words: who needs what, what the team shares, who could coach whom."""

from __future__ import annotations

from typing import Any

from ..coaching.team import OTHERS, TeamCoachingResult
from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from . import explains
from .coaching import noun, sentence

#: Needs that a page shows one by one.
SHOWN = 12
#: Steps of the patterns' table.
PATTERNS_SHOWN = 6


@explains(TeamCoachingResult)
def team(result: TeamCoachingResult, detail: str, kind: str) -> str:
    """Tell a team pack; kinds ``stakes``, ``needs``, ``patterns`` and ``others`` title its sections."""
    words = result.client.words
    if kind in ("needs", "patterns", "others") and detail in ("title", "subtitle"):
        return _sections(result, kind, detail)
    if detail == "title":
        return words.t(f"team.stakes.title_{_some(result)}") if kind == "stakes" else _title(result)
    if detail == "answer":
        return "\n".join((_first(result), _second(result), _third(result)))
    if detail == "source":
        return _source(result, kind)
    if detail == "method":
        return words.t("team.method")
    if detail == "alt":
        return _alt(result)
    return words.t("team.stakes.subtitle", unit=_unit(result))


def scope(result: TeamCoachingResult) -> str:
    """Return whose pack it is."""
    return escape(result.team) if result.team else result.client.words.t("team.all_teams")


def amount(value: float, result: TeamCoachingResult) -> str:
    """Write what is at stake: money, or contracts where no amounts are known."""
    words = result.client.words
    if result.unit == "money":
        return words.money(value)
    return words.t("coaching.wins_amount", number=words.number(value, 1))


def between(low: float, high: float, result: TeamCoachingResult) -> str:
    """Write the interval of what is at stake."""
    words = result.client.words
    if result.unit != "money":
        return words.span(words.number(low, 1), words.number(high, 1))
    symbol, _, scale = words.money_unit(max(abs(low), abs(high)))[1].partition("\u00a0")
    return "\u00a0".join(part for part in (symbol, words.interval(low, high, "money"), scale) if part)


def state(verdict: str, words: Language) -> str:
    """Write whether a need is to be coached or looked at first."""
    return words.t(f"team.state.{verdict}")


def left_out(result: TeamCoachingResult) -> tuple[str, ...]:
    """Return one line per reason for which reps are not among the needs, with their names."""
    words, rows = result.client.words, result.others
    lines = []
    for reason in OTHERS:
        names = [escape(name) for name in rows.loc[rows["reason"] == reason, "name"]]
        if names:
            lines.append(words.t(f"team.others.{reason}", names=words.listing(names)))
    return tuple(lines)


def coach_words(row: Any, result: TeamCoachingResult) -> str:
    """Write who could coach a need, and what is not known of that colleague."""
    words = result.client.words
    if row is None:
        return words.t("team.pair.manager")
    where = f", {escape(row.coach_team)}" if row.coach_team and not row.is_same_team else ""
    told = [code for code in str(row.reason).split() if code != "few_mentees"]
    doubts = words.listing([words.t(f"team.doubt.{code}") for code in told])
    return f"**{escape(row.coach)}**{where}" + (f" ({doubts})" if doubts else "")


def _some(result: TeamCoachingResult) -> str:
    return "some" if len(result.table) else "none"


def _title(result: TeamCoachingResult) -> str:
    words = result.client.words
    shared = result.shared
    if result.table.empty and shared.empty:
        texts = [words.t("team.title.none", team=scope(result)), words.t("team.title.none_short")]
    elif len(shared):
        first = shared.iloc[0]
        values = {"team": escape(first["team"]), "noun": noun(first["term"], words)}
        texts = [words.t("team.title.shared", **values), words.t("team.title.shared_short", **values)]
    else:
        certain = set(result.table.loc[result.table["verdict"] == "coach", "rep_id"])
        values = {
            "count": len(certain),
            "look": words.number(result.table["rep_id"].nunique() - len(certain)),
            "reps": words.number(result.reps),
            "noun": noun(result.table["term"].iloc[0], words),
        }
        texts = [words.t("team.title.needs", **values), words.t("team.title.needs_short", **values)]
    return shortest_fitting(texts)


def _first(result: TeamCoachingResult) -> str:
    words, table = result.client.words, result.table
    if table.empty:
        return words.t("team.answer.none", count=result.reps)
    row = table.iloc[0]
    more = table["rep_id"].nunique() - 1
    return words.t(
        "team.answer.most",
        name=escape(row["name"]),
        noun=noun(row["term"], words),
        stake=amount(row["estimate"], result),
        interval=between(row["conf_low"], row["conf_high"], result),
        state=state(row["verdict"], words),
        more=words.t("team.answer.more", count=more) if more else "",
    )


def _second(result: TeamCoachingResult) -> str:
    words, shared = result.client.words, result.shared
    if len(shared):
        return _shared(shared.iloc[0], words)
    if any(note.code == "coaching_one_team" for note in result.notes):
        return words.t("team.answer.one_team")
    if result.patterns.empty or (result.patterns["verdict"] == "cannot_tell").all():
        return words.t("team.answer.cannot_tell")
    return words.t("team.answer.not_shared")


def _shared(row: Any, words: Language) -> str:
    """Write that a step is the whole team's."""
    return words.t(
        "team.answer.shared",
        Noun=sentence(noun(row["term"], words)),
        team=escape(row["team"]),
        low=words.number(row["low"]),
        reps=words.number(row["reps"]),
        value=words.value(row["estimate"], row["unit"]),
        benchmark=words.value(row["benchmark"], row["unit"]),
    )


def _third(result: TeamCoachingResult) -> str:
    words, pairs = result.client.words, result.pairs
    if result.table.empty:
        ahead = result.others[result.others["reason"] == "ahead"]["name"]
        names = words.listing([escape(name) for name in ahead[:3]])
        return words.t("team.answer.learn", names=names) if len(ahead) else words.t("team.answer.again")
    if pairs.empty:
        return words.t("team.answer.no_coach")
    row = next(pairs.itertuples())
    asked = (pairs["willing"] == "yes").any()
    return words.t(
        "team.answer.coach" if asked else "team.answer.coach_unasked",
        coach=escape(row.coach),
        name=escape(row.name),
        noun=noun(row.term, words),
        pairs=words.number(len(pairs)),
        needs=words.number(len(result.table)),
    )


def _sections(result: TeamCoachingResult, kind: str, detail: str) -> str:
    words = result.client.words
    if kind == "patterns" and detail == "title":
        shared = result.shared
        if len(shared):
            nouns = words.listing([noun(t, words) for t in dict.fromkeys(shared["term"])])
            return words.t("team.patterns.title_shared", nouns=sentence(nouns))
        told = "none" if (result.patterns["verdict"] != "cannot_tell").any() else "cannot_tell"
        return words.t(f"team.patterns.title_{told}")
    if kind == "needs" and detail == "title":
        certain = int((result.table["verdict"] == "coach").sum())
        looked = len(result.table) - certain
        return words.t("team.needs.title", certain=words.number(certain), looked=words.number(looked))
    return words.t(f"team.{kind}.{detail}", count=len(result.others))


def _source(result: TeamCoachingResult, kind: str) -> str:
    words = result.client.words
    if kind == "patterns":
        rows = result.patterns[result.patterns["verdict"] != "cannot_tell"]
        return words.t("team.patterns.source", tests=words.number(len(rows)))
    if kind == "needs":
        return words.t("team.needs.source", base=words.number(result.client.minimum_base))
    if kind == "others":
        return ""
    return words.t("team.stakes.source", reps=words.number(result.reps), period=_period(result, words))


def _alt(result: TeamCoachingResult) -> str:
    words = result.client.words
    if result.table.empty:
        return words.t("team.alt_none", team=scope(result))
    items = [
        words.t(
            "team.alt_item",
            name=escape(row.name),
            noun=noun(row.term, words),
            stake=amount(row.estimate, result),
            interval=between(row.conf_low, row.conf_high, result),
        )
        for row in result.table.head(3).itertuples()
    ]
    return words.t("team.alt", team=scope(result), items="; ".join(items))


def _unit(result: TeamCoachingResult) -> str:
    words = result.client.words
    return words.t("team.unit_money" if result.unit == "money" else "team.unit_count")


def _period(result: TeamCoachingResult, words: Language) -> str:
    return words.period(result.period) if result.period else ""
