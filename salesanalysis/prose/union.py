"""The year on one page in words: where it stands, where it may end, what is off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..dashboard import UnionResult
from ..goals.labels import chance_of
from ..kpi import KPIS
from . import explains

#: Chances from which the end of a year is called likely.
LIKELY, UNLIKELY = 0.8, 0.2
#: Key figures named as off in one sentence.
NAMED = 2


@explains(UnionResult)
def union(result: UnionResult, detail: str, kind: str) -> str:
    """Tell the year; kinds ``year, reps, open, closed`` title its parts, ``figures`` has no title."""
    words = result.client.words
    if kind:
        return _PARTS[kind](result, detail)
    if detail == "title":
        return _title(result)
    if detail == "answer":
        return "\n".join((_stand(result), _end(result), _rest(result)))
    if detail == "method":
        return words.t("union.method", ways=words.t("union.ways"))
    if detail == "subtitle":
        return f"{scope(result)} · {words.period(result.period)}"
    return _year(result, detail)


def scope(result: UnionResult) -> str:
    """Return whose page it is."""
    words = result.client.words
    if result.team:
        return words.t("union.scope.team", team=escape(result.team))
    if result.region:
        return words.t("union.scope.region", region=escape(result.region))
    return words.t("union.scope.all")


def headline(result: UnionResult) -> pd.Series | None:
    """Return the row of what the year is about; None where the page was asked for without it."""
    found = result.table[result.table["kpi"] == result.kpi]
    return found.iloc[0] if len(found) else None


def _name(result: UnionResult) -> str:
    return KPIS[result.kpi].label(result.client.words, "short")


def off_by(words: Language, row: Any) -> str:
    """Write by how much a value is off what it is held against: percent, or points of a share."""
    return words.percent(abs(float(row["estimate"]) / float(row["reference"]) - 1), 0)


def _title(result: UnionResult) -> str:
    words, row = result.client.words, headline(result)
    if row is None or not row["contrast"]:
        value = float(row["estimate"]) if row is not None else result.outlook["so_far"]
        if not np.isfinite(value):
            return words.t("union.title.nothing", Kpi=_name(result), period=words.period(result.period))
        texts = {"period": words.period(result.period), "value": words.value(value, result.unit)}
        return words.t("union.title.alone", Kpi=_name(result), **texts)
    kinds = {"goal": ("ahead", "behind", "level"), "year_ago": ("more", "less", "same")}[row["contrast"]]
    kind = kinds[{"higher": 0, "lower": 1}.get(row["verdict"], 2)]
    first = words.t(f"union.title.{kind}", Kpi=_name(result), gap=off_by(words, row))
    chance = result.outlook["chance"] if result.state == "running" else np.nan
    if chance >= LIKELY and row["contrast"] == "goal":
        return shortest_fitting([words.t("union.title.end_above", first=first), first])
    if chance <= UNLIKELY and row["contrast"] == "goal":
        return shortest_fitting([words.t("union.title.end_below", first=first), first])
    return first


def _stand(result: UnionResult) -> str:
    words, row = result.client.words, headline(result)
    period, unit = words.period(result.period), result.unit
    if row is None or not row["contrast"]:
        value = float(row["estimate"]) if row is not None else result.outlook["so_far"]
        if not np.isfinite(value):
            return words.t("union.answer.nothing", Kpi=_name(result), period=period)
        return words.t("union.answer.alone", Kpi=_name(result), period=period, value=words.value(value, unit))
    return words.t(
        f"union.answer.{row['contrast']}",
        Kpi=_name(result),
        period=period,
        value=words.value(row["estimate"], unit),
        target=words.value(row["reference"], unit),
        share=words.percent(row["attainment"], 0),
        interval=words.span(
            words.number(row["attainment_low"] * 100), words.percent(row["attainment_high"], 0)
        ),
    )


def _end(result: UnionResult) -> str:
    words, facts, unit = result.client.words, result.outlook, result.unit
    has_target = np.isfinite(facts["target"])
    target = words.value(facts["target"], unit)
    if result.state == "over":
        key = "over" if has_target else "over_only"
        return words.t(f"union.answer.{key}", value=words.value(facts["so_far"], unit), target=target)
    if not np.isfinite(facts["estimate"]):
        return words.t("union.answer.no_forecast")
    ends = words.interval(facts["low_80"], facts["high_80"], unit)
    values = {"estimate": words.value(facts["estimate"], unit), "interval": ends}
    if not has_target:
        return words.t("union.answer.forecast_only", **values)
    return words.t("union.answer.forecast", target=target, chance=chance_of(words, facts["chance"]), **values)


def times(words: Language, value: float) -> str:
    """Write how many times something is covered."""
    return words.t("union.times", number=words.number(value, 1))


def _rest(result: UnionResult) -> str:
    """Say how the pipeline covers the quarter ahead, else which other figures are off."""
    words, row = result.client.words, result.covered
    if row is not None and np.isfinite(row["coverage"]):
        quarter = words.period(result.coverage.period)
        values = {"quarter": quarter, "coverage": words.number(row["coverage"], 1)}
        if not np.isfinite(row["needed"]):
            return words.t("union.answer.coverage_only", **values)
        needed = {k: words.number(row[n], 1) for k, n in _NEEDED.items()}
        return words.t("union.answer.coverage", **values, **needed)
    table = result.table
    off = table[table["verdict"].isin(["higher", "lower"]) & (table["kpi"] != result.kpi)].head(NAMED)
    if off.empty:
        return words.t("union.answer.none_off")
    named = [
        words.t(
            "union.answer.off_item",
            kpi=KPIS[r.kpi].label(words, "short"),
            value=words.value(r.estimate, r.unit),
            against=words.t(f"union.against.{r.contrast}"),
            reference=words.value(r.reference, r.unit),
        )
        for r in off.itertuples()
    ]
    return words.t("union.answer.off", list=words.listing(named))


_NEEDED = {"needed": "needed", "low": "needed_low", "high": "needed_high"}


def _year(result: UnionResult, detail: str) -> str:
    words, facts, unit = result.client.words, result.outlook, result.unit
    if detail == "title":
        return _year_title(result)
    if detail == "subtitle":
        scale = words.money_unit(_largest(result))[1] if unit == "money" else ""
        shown = words.t("union.year.unit", unit=scale) if scale else ""
        name = _name(result)
        is_ahead = result.state != "over" and np.isfinite(facts["estimate"])
        return words.t(
            "union.year.subtitle",
            kpi=name.lower(),
            unit=shown,
            forecast=words.t("union.year.with_forecast") if is_ahead else "",
            target=words.t("union.year.with_target") if np.isfinite(facts["target"]) else "",
        )
    if detail == "source":
        key = "source_goals" if np.isfinite(facts["target"]) else "source_none"
        return words.t(f"union.year.{key}")
    if detail == "alt":
        target, forecast = "", ""
        if np.isfinite(facts["target"]):
            target = words.t("union.year.alt_target", target=words.value(facts["target"], unit))
        if result.state != "over" and np.isfinite(facts["estimate"]):
            forecast = words.t(
                "union.year.alt_forecast",
                estimate=words.value(facts["estimate"], unit),
                interval=words.interval(facts["low_80"], facts["high_80"], unit),
            )
        so_far = words.value(facts["so_far"], unit)
        return words.t("union.year.alt", kpi=_name(result), value=so_far, target=target, forecast=forecast)
    return ""


def _largest(result: UnionResult) -> float:
    if result.path.empty:
        return 0.0
    found = result.path[["value", "high_95", "target"]].to_numpy(dtype=float)
    return float(np.nanmax(found)) if np.isfinite(found).any() else 0.0


def _year_title(result: UnionResult) -> str:
    words, facts, unit = result.client.words, result.outlook, result.unit
    if result.state == "over":
        return words.t("union.year.title_over", value=words.value(facts["so_far"], unit))
    if not np.isfinite(facts["estimate"]):
        return words.t("union.year.title_none", value=words.value(facts["so_far"], unit))
    if not np.isfinite(facts["target"]):
        return words.t("union.year.title_forecast", estimate=words.value(facts["estimate"], unit))
    gap = words.value(abs(facts["estimate"] - facts["target"]), unit)
    if facts["chance"] >= LIKELY:
        return words.t("union.year.title_above", gap=gap)
    if facts["chance"] <= UNLIKELY:
        return words.t("union.year.title_below", gap=gap)
    return words.t("union.year.title_open")


def _reps(result: UnionResult, detail: str) -> str:
    words, rows = result.client.words, result.leaders
    if rows.empty:
        keys = {"title": "union.reps.title_none", "alt": "union.reps.alt_none"}
        return words.t(keys[detail]) if detail in keys else ""
    if detail == "title":
        sure = [escape(name) for name in rows.loc[rows["rank_high"] == 1, "name"]]
        if sure:
            return words.t("union.reps.title_sure", names=words.listing(sure))
        return words.t("union.reps.title_open", count=len(rows))
    kind, role = rows["kind"].iloc[0], str(rows["role"].iloc[0]) or words.t("union.reps.everyone")
    if detail == "subtitle":
        return words.t(f"union.reps.subtitle_{kind}", role=role, kpi=_name(result).lower())
    if detail == "source":
        return words.t("union.reps.source", n=words.number(result.ranked))
    if detail == "alt":
        first = rows.iloc[0]
        ranks = words.span(words.number(first["rank_low"]), words.number(first["rank_high"]))
        share = words.value(first["value"], first["unit"])
        name = escape(first["name"])
        return words.t("union.reps.alt", name=name, share=share, ranks=ranks, count=len(rows))
    return ""


def _open(result: UnionResult, detail: str) -> str:
    words, rows = result.client.words, result.open
    if detail == "title":
        if rows.empty:
            is_past = result.period.last_day < result.as_of
            return words.t(f"union.open.title_{'past' if is_past else 'none'}")
        if rows["amount"].isna().all():
            return words.t("union.open.title_unvalued", count=result.stand_open)
        return words.t("union.open.title", count=len(rows), value=words.money(rows["amount"].sum()))
    if detail == "subtitle":
        if rows.empty:
            return ""
        return words.t(f"union.open.subtitle{'_unvalued' if rows['amount'].isna().all() else ''}")
    if detail == "source" and rows.get("amount", pd.Series(dtype=float)).notna().any():
        return words.t("union.open.source", expected=words.money((rows["amount"] * rows["estimate"]).sum()))
    return ""


def _closed(result: UnionResult, detail: str) -> str:
    words, rows = result.client.words, result.closed
    if rows.empty:
        return words.t("union.closed.title_none") if detail == "title" else ""
    if detail == "title":
        won = int((rows["outcome"] == "won").sum())
        return words.t("union.closed.title", won=words.number(won), lost=words.number(len(rows) - won))
    if detail == "subtitle":
        return words.t("union.closed.subtitle", period=words.period(result.period))
    return words.t("union.closed.source") if detail == "source" else ""


def _details(result: UnionResult, detail: str) -> str:
    words = result.client.words
    return words.t(f"union.details.{detail}") if detail in ("title", "subtitle") else ""


def _figures(result: UnionResult, detail: str) -> str:
    return ""


_PARTS = {
    "figures": _figures,
    "year": _year,
    "reps": _reps,
    "open": _open,
    "closed": _closed,
    "charts": _figures,
    "details": _details,
    "notable": _figures,
}
