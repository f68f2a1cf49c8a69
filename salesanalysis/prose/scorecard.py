"""Words for `ScorecardResult`: one rep's page, or the whole team's when it holds several reps."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..core.i18n import Language, escape
from ..goals import ScorecardResult
from . import explains
from .disagree import most, sentence

#: KPIs that one sentence names before it counts the rest.
_NAMED = 3
_OPEN = ("not_enough_evidence", "too_few")


@explains(ScorecardResult)
def scorecard(result: ScorecardResult, detail: str, kind: str) -> str:
    """Put a scorecard into words; several reps are told as a team."""
    words = result.client.words
    if detail == "method":
        return words.t("scorecard.method", level=words.percent(result.level, 0))
    if detail == "subtitle":
        return words.t("scorecard.subtitle", level=words.percent(result.level, 0))
    tell = _REP if result.table["rep_id"].nunique() == 1 else _TEAM
    return tell[detail](result, words)


def kpi_name(result: ScorecardResult, name: str) -> str:
    """Return the KPI's display name as it stands inside a sentence."""
    label = next(k for k in result.asked if k.name == name).label(result.client.words)
    return label[:1].lower() + label[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _several(words: Language, key: str, count: int) -> str:
    """Return message `key` for a count, small numbers in words; ``<key>_none`` for none."""
    if count == 0:
        return words.t(f"{key}_none")
    small = f"scorecard.number.{count}"
    number = words.t(small) if words.has(small) else words.number(count)
    return words.t(key, count=count, number=number)


def _mixed(below: pd.DataFrame) -> str:
    """Return the ending of the words for rows some of which miss an average, which is no floor."""
    return "_mixed" if (below["philosophy"] == "C average").any() else ""


# One rep ---------------------------------------------------------------------------------------


def _rep_title(result: ScorecardResult, words: Language) -> str:
    table = result.table
    if (table["verdict"] == "no_goal").all():
        return words.t("scorecard.title.no_goals")
    met = table[table["verdict"] == "met"]
    stretch = len(met) and (met["philosophy"] == "A").all()
    reached = _several(words, f"scorecard.title.{'stretch' if stretch else 'met'}", len(met))
    missed = table[table["verdict"] == "below_floor"]
    below = _several(words, f"scorecard.title.below{_mixed(missed)}", len(missed))
    return _capital(words.t("scorecard.title.both", below=below, met=reached))


def _rep_answer(result: ScorecardResult, words: Language) -> str:
    if (result.table["verdict"] == "no_goal").all():
        rest = words.t("scorecard.answer.no_goals"), words.t("scorecard.answer.set_goals")
    else:
        rest = _certain(result, words), _open(result, words)
    return "\n".join((_sold(result, words), *rest))


def _sold(result: ScorecardResult, words: Language) -> str:
    rows = result.table
    booked = rows[rows["kpi"] == "bookings"]
    row = (booked if len(booked) else rows).iloc[0]
    values = _values(result, row, words)
    if len(booked):
        values["wins"] = _several(words, "scorecard.answer.wins", int(row["n"]))
    key = "booked" if len(booked) else "first"
    return words.t(f"scorecard.answer.{key}{'' if pd.notna(row['target']) else '_no_goal'}", **values)


def _certain(result: ScorecardResult, words: Language) -> str:
    below = result.table[result.table["verdict"] == "below_floor"].sort_values("attainment")
    if below.empty:
        return words.t("scorecard.answer.none_below")
    items = [words.t("scorecard.answer.item", **_values(result, r, words)) for _, r in below.iterrows()]
    mixed = _mixed(below)
    named = words.t(f"scorecard.answer.below{mixed}", items="; ".join(items[:_NAMED]))
    if len(items) <= _NAMED:
        return named
    return f"{named} {_capital(_several(words, f'scorecard.answer.more{mixed}', len(items) - _NAMED))}"


def _open(result: ScorecardResult, words: Language) -> str:
    """Warn of the value that looks worst and proves nothing; bookings stand in the first sentence already."""
    table = result.table[result.table["kpi"] != "bookings"]
    weak = table[table["verdict"].isin(_OPEN) & (table["attainment"] < 1)]
    if weak.empty:
        return words.t("scorecard.answer.none_open")
    row = weak.sort_values("attainment").iloc[0]
    values = _values(result, row, words)
    return words.t(f"scorecard.answer.{row['verdict']}", **values, name_first=_capital(values["kpi"]))


def _values(result: ScorecardResult, row: pd.Series, words: Language) -> dict[str, str]:
    return {
        "name": escape(row["name"]),
        "kpi": kpi_name(result, row["kpi"]),
        "value": words.value(row["estimate"], row["unit"]),
        "target": words.value(row["target"], row["unit"]),
        "interval": words.interval(row["conf_low"], row["conf_high"], row["unit"]),
        "attainment": words.percent(row["attainment"], 0),
        "gap": words.percent(row["attainment"] - 1, 0, sign=True),
        "n": words.number(row["n"]),
    }


def _rep_source(result: ScorecardResult, words: Language) -> str:
    table = result.table
    counted = table[(table["unit"] == "count") & (table["estimate"] > 0)]
    counts = [f"{words.number(r.estimate)} {kpi_name(result, r.kpi)}" for r in counted.itertuples()]
    shown = words.t("scorecard.source.n", counts=", ".join(counts)) if counts else ""
    peers = int(table["peer_count"].iloc[0])
    period = words.t("scorecard.source.period", period=words.period(result.period))
    is_mixed = peers > 0 and any(note.code == "peers_of_all_roles" for note in result.notes)
    told = _several(words, f"scorecard.source.peers{'_mixed' if is_mixed else ''}", peers)
    rule = words.t("scorecard.source.rule", level=words.percent(result.level, 0))
    return " ".join(filter(None, (shown, period, told, rule, _readings(result))))


def _readings(result: ScorecardResult) -> str:
    """Return one sentence where the article's own formula gives another value: the one farthest off."""
    if result.readings is None or result.readings.differing.empty:
        return ""
    row = most(result.readings.differing)
    said = sentence(replace(result.readings, client=result.client), row)
    if result.table["rep_id"].nunique() == 1:
        return said
    who = result.table.loc[result.table["rep_id"] == row["rep_id"], "name"].iloc[0]
    return f"{escape(who)}: {said}"


def _rep_alt(result: ScorecardResult, words: Language) -> str:
    return words.t(
        "scorecard.alt.rep",
        count=len(result.table),
        name=escape(result.table["name"].iloc[0]),
        period=words.period(result.period),
        title=_rep_title(result, words),
    )


# The team --------------------------------------------------------------------------------------


def _team_title(result: ScorecardResult, words: Language) -> str:
    table = result.table
    if (table["verdict"] == "no_goal").all():
        return words.t("scorecard.title.no_goals")
    below = table[table["verdict"] == "below_floor"]
    key = f"scorecard.title.reps_below{_mixed(below)}"
    return _capital(_several(words, key, below["rep_id"].nunique()))


def _team_answer(result: ScorecardResult, words: Language) -> str:
    table = result.table
    judged = table[table["verdict"] != "no_goal"]
    below = judged[judged["verdict"] == "below_floor"]
    reps = words.number(table["rep_id"].nunique())
    count = below["rep_id"].nunique()
    first = words.t(f"scorecard.answer.team{_mixed(below)}", count=count, reps=reps)
    second = words.t("scorecard.answer.none_below")
    if len(below):
        name, count = below["kpi"].value_counts().index[0], int(below["kpi"].value_counts().iloc[0])
        second = words.t("scorecard.answer.team_most", count=count, kpi=kpi_name(result, name))
    undecided = int(judged["verdict"].isin(_OPEN).sum())
    third = words.t("scorecard.answer.team_open", count=undecided, total=words.number(len(judged)))
    return "\n".join((first, second, third))


def _team_source(result: ScorecardResult, words: Language) -> str:
    reps = words.t("scorecard.source.reps", count=result.table["rep_id"].nunique())
    period = words.t("scorecard.source.period", period=words.period(result.period))
    rule = words.t("scorecard.source.rule", level=words.percent(result.level, 0))
    return " ".join(filter(None, (reps, period, rule, _readings(result))))


def _team_alt(result: ScorecardResult, words: Language) -> str:
    return words.t(
        "scorecard.alt.team",
        count=result.table["rep_id"].nunique(),
        period=words.period(result.period),
        title=_team_title(result, words),
    )


_REP = {"title": _rep_title, "answer": _rep_answer, "source": _rep_source, "alt": _rep_alt}
_TEAM = {"title": _team_title, "answer": _team_answer, "source": _team_source, "alt": _team_alt}
