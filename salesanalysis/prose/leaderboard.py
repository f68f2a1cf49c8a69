"""Words for `LeaderboardResult`: who leads for certain, and how many cannot be told apart."""

from __future__ import annotations

from typing import Any

from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..dashboard import LeaderboardResult
from ..dashboard.labels import most_told, told, written
from ..dashboard.standings import SURE
from ..kpi import KPIS
from . import explains
from .goals_page import small

REASONS = ("ramping", "few", "no_record")


@explains(LeaderboardResult)
def leaderboard(result: LeaderboardResult, detail: str, kind: str) -> str:
    """Put a leaderboard into words; `kind`: value, of_goal, improved or left_out."""
    words = result.client.words
    if detail == "method":
        return words.t("leaderboard.method", shown=most_told(result))
    if detail == "answer":
        return "\n".join(_answer(result, words))
    if kind == "left_out":
        if detail in ("title", "subtitle"):
            return words.t(f"leaderboard.left_out.{detail}", count=len(result.left_out))
        return ""
    if detail == "source" and kind in ("place", "improved"):
        return ""  # of the last board it stands under the first ones
    if detail == "source":
        return words.t("leaderboard.section.source", shown=words.number(most_told(result)))
    if detail == "alt":
        return _alt(result, kind or "value", words)
    if kind == "place":
        return words.t(f"leaderboard.place.{'title' if detail == 'title' else 'subtitle'}")
    if kind:
        return _section(result, detail, kind, words)
    if detail == "title":
        return _title(result, words)
    kpis = dict.fromkeys(KPIS[k].label(words) for k in result.bands.get("kpi", []))
    return words.t("leaderboard.subtitle", period=_period(result, words), kpi=words.listing(list(kpis)))


def _period(result: LeaderboardResult, words: Language) -> str:
    return words.period(result.period) if result.period else ""


def role_word(role: str, words: Language) -> str:
    """Return the role as it stands beside "reps"; where no roles are known, a word for all."""
    return escape(role) if role else words.t("leaderboard.any_role")


def first_band(result: LeaderboardResult, kind: str) -> Any:
    """Return what is said of the largest role by one way of ranking; None without it."""
    rows = result.bands[result.bands["kind"] == kind]
    return next(rows.itertuples(), None)


def sure_names(result: LeaderboardResult, role: str, kind: str) -> list[str]:
    """Return who belongs to the first quarter for certain; as many as the band says, or nobody."""
    table = result.table
    rows = table[(table["role"] == role) & (table["kind"] == kind) & (table["chance_top"] >= SURE)]
    return [escape(name) for name in rows["name"] if name]


def _title(result: LeaderboardResult, words: Language) -> str:
    band = first_band(result, "value")
    if band is None:
        return words.t("leaderboard.title.none")
    names = sure_names(result, band.role, "value")
    role = role_word(band.role, words)
    if len(names) == 1 and band.leaders == 1:
        texts = [words.t("leaderboard.title.sure", name=names[0], role=role)]
    elif names:
        texts = [words.t("leaderboard.title.sure_many", count=len(names), role=role)]
    else:
        texts = []
    values = {"leaders": words.number(band.leaders), "n": words.number(band.n)}
    if band.role:
        texts.append(words.t("leaderboard.title.open", role=role, **values))
    return shortest_fitting([*texts, words.t("leaderboard.title.open_all", **values)])


def _answer(result: LeaderboardResult, words: Language) -> tuple[str, str, str]:
    band = first_band(result, "value")
    if band is None:
        period = _period(result, words)
        return (
            words.t("leaderboard.answer.none_1", period=period),
            words.t("leaderboard.answer.none_2", count=len(result.left_out)),
            words.t("leaderboard.answer.none_3"),
        )
    names = sure_names(result, band.role, "value")
    key = ("value_sure_one" if len(names) == 1 else "value_sure") if names else "value_open"
    first = words.t(
        f"leaderboard.answer.{key}",
        kpi=small(KPIS[band.kpi].label(words)),
        role=role_word(band.role, words),
        leaders=words.number(band.leaders),
        n=words.number(band.n),
        names=words.listing(names),
    )
    return first, _goal(result, band.role, words), _improved(result, band.role, words)


def _goal(result: LeaderboardResult, role: str, words: Language) -> str:
    band = first_band(result.of(role), "of_goal")
    if band is None:
        return words.t("leaderboard.answer.no_goal")
    return words.t(
        "leaderboard.answer.goal",
        leaders=words.number(band.leaders),
        n=words.number(band.n),
        low=words.number(band.low * 100),
        high=words.percent(band.high, 0),
    )


def _improved(result: LeaderboardResult, role: str, words: Language) -> str:
    band = first_band(result.of(role), "improved")
    if band is None or result.period is None:
        return words.t("leaderboard.answer.no_past")
    rows = result.of(role, "improved").table
    names = [escape(name) for name in rows.loc[rows["conf_low"] > 0, "name"] if name]
    sure = words.t(
        f"leaderboard.answer.improved_{'sure' if names else 'none'}", names=words.listing(names[:3])
    )
    return words.t(
        "leaderboard.answer.improved",
        before=words.period(result.period.previous()),
        leaders=words.number(band.leaders),
        n=words.number(band.n),
        sure=sure,
    )


def _section(result: LeaderboardResult, detail: str, kind: str, words: Language) -> str:
    band = first_band(result, kind)
    if detail == "title":
        count = {name: words.number(getattr(band, name, 0)) for name in ("leaders", "n")}
        return words.t(f"leaderboard.section.{kind}_title", **count)
    kpi = KPIS[band.kpi].label(words) if band is not None else ""
    before = words.period(result.period.previous()) if result.period else ""
    return words.t(f"leaderboard.section.{kind}_subtitle", kpi=kpi, before=before)


def _alt(result: LeaderboardResult, kind: str, words: Language) -> str:
    if kind == "place":
        items = [_alt_item(row, row.kind, words) for row in result.table.itertuples()]
        return words.t("leaderboard.alt_place", items="; ".join(items))
    band = first_band(result, kind)
    if band is None:
        return words.t("leaderboard.figure.nothing")
    rows = told(result, band.role, kind).head(3)
    return words.t(
        "leaderboard.alt",
        n=words.number(band.n),
        role=role_word(band.role, words),
        kind=words.t(f"leaderboard.kind.{kind}", kpi=KPIS[band.kpi].label(words)),
        items="; ".join(_alt_item(row, kind, words) for row in rows.itertuples()),
    )


def _alt_item(row: Any, kind: str, words: Language) -> str:
    return words.t(
        "leaderboard.alt_item",
        name=row.name or "",
        value=written(row.value, row.unit, kind, words),
        low=words.number(row.rank_low),
        high=words.number(row.rank_high),
    )
