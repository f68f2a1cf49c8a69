"""Who could coach, and what a coach is paid, in words."""

from __future__ import annotations

from typing import Any

from ..coaching.finder import CoachResult
from ..core.i18n import Language, escape
from ..kpi.catalogue import KPIS
from ..value.incentive import IncentiveResult
from . import explains


@explains(CoachResult)
def coach(result: CoachResult, detail: str, kind: str) -> str:
    """Tell who could coach on a KPI."""
    words, values = result.client.words, _values(result)
    if detail == "title":
        return words.t(f"team.find.title_{_state(result)}", **values)
    if detail == "answer":
        return "\n".join((_own(result), _mentees(result), _willing(result)))
    if detail in ("alt", "method"):
        return words.t(f"team.find.{detail}", **values)
    period = words.period(result.period) if result.period else ""
    return words.t(f"team.find.{detail}", **values, n=words.number(result.n), period=period)


def _best(result: CoachResult) -> Any:
    return next(result.with_verdict("recommended", "possible").itertuples(), None)


def _state(result: CoachResult) -> str:
    return "none" if _best(result) is None else str(_best(result).verdict)


def _values(result: CoachResult) -> dict[str, str]:
    words, best = result.client.words, _best(result)
    who = escape(result.rep["name"]) if result.rep else words.t("team.find.anybody")
    name = "" if best is None else escape(best.name)
    return {"kpi": KPIS[result.kpi].label(words), "name": name, "who": who}


def _own(result: CoachResult) -> str:
    words, best = result.client.words, _best(result)
    if result.table.empty:
        return words.t("team.find.own_nobody")
    if best is None:
        return words.t("team.find.own_none", n=words.number(result.n), **_values(result))
    unit = result.unit
    return words.t(
        "team.find.own",
        **_values(result),
        value=_value(best.estimate, unit, words),
        interval=words.span(_value(best.conf_low, unit, words), _value(best.conf_high, unit, words)),
        benchmark=_value(best.benchmark, unit, words),
    )


def _value(value: float, unit: str, words: Language) -> str:
    return words.percent(value) if unit == "share" else words.number(value, 1 if value >= 1 else 2)


def _mentees(result: CoachResult) -> str:
    words, best = result.client.words, _best(result)
    if best is None:
        return words.t("team.find.mentees_none")
    if best.gain != best.gain:
        return words.t("team.find.mentees_few", count=int(best.compared), **_values(result))
    key = "mentees_gained" if "gain_not_shown" not in str(best.reason) else "mentees_open"
    return words.t(
        f"team.find.{key}",
        **_values(result),
        n=words.number(best.compared),
        gain=words.percent(best.gain, 0, sign=True),
        interval=words.span(
            words.percent(best.gain_low, 0, sign=True), words.percent(best.gain_high, 0, sign=True)
        ),
    )


def _willing(result: CoachResult) -> str:
    words, best = result.client.words, _best(result)
    if best is None:
        return words.t("team.find.willing_none")
    return words.t(f"team.find.willing_{'yes' if best.willing == 'yes' else 'unknown'}", **_values(result))


@explains(IncentiveResult)
def incentive(result: IncentiveResult, detail: str, kind: str) -> str:
    """Tell what a coach is paid and when that pays back."""
    words, values = result.client.words, _amounts(result)
    if detail == "answer":
        back = "back" if result.value("wins_needed") == result.value("wins_needed") else "no_back"
        keys = ("pay" if values["commission"] else "pay_given", "cost", back)
        return "\n".join(words.t(f"team.incentive.{key}", **values) for key in keys)
    if detail in ("method", "subtitle"):
        return words.t(f"team.incentive.{detail}", **values)
    if detail == "source":
        period = words.period(result.period) if result.period else ""
        return words.t("team.incentive.source", n=words.number(result.n), period=period)
    return words.t("team.incentive.title", **values)


def _amounts(result: IncentiveResult) -> dict[str, str]:
    words, table = result.client.words, result.table.set_index("term")
    known = result.commission == result.commission
    values = {
        "name": escape(result.coach),
        "days": words.t(
            "team.incentive.days",
            count=1 if result.days == 1 else 2,
            number=words.number(result.days, 0 if result.days == int(result.days) else 1),
        ),
        "premium": words.percent(result.premium, 0),
        "commission": words.percent(result.commission, 1) if known else "",
    }
    for term in ("forgone", "pay", "cost", "win_value", "bookings_per_day"):
        values[term] = words.money(table.at[term, "estimate"])
    for term in ("wins_needed", "payback_weeks"):
        row = table.loc[term]
        values[term] = words.number(row["estimate"], 2 if row["estimate"] < 10 else 0)
        low, high = (
            words.number(row[c], 2 if row["estimate"] < 10 else 0) for c in ("conf_low", "conf_high")
        )
        values[f"{term}_interval"] = words.span(low, high)
    return values
