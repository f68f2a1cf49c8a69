"""Words for `StageAnalysisResult`: how opportunities move through the stages, as a whole and part by part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.fonts import shortest_fitting
from ..core.i18n import Language, escape
from ..pipeline import BottleneckResult, StageAnalysisResult
from . import explains

#: Parts of the page that have a heading of their own.
KINDS = (
    "missing",
    "flow",
    "losses_top",
    "risk_top",
    "teams",
    "losses",
    "year",
    "reps",
    "days",
    "trend",
    "risk",
    "matrix",
)
#: Parts whose heading depends on what was found.
_FOUND = {"losses_top": "teams", "losses": "teams", "teams": "teams", "year": "year", "reps": "reps"}


@explains(StageAnalysisResult)
def stages(result: StageAnalysisResult, detail: str, kind: str) -> str:
    """Put the page into words; `kind`: one of `KINDS`."""
    words = result.client.words
    if detail == "method":
        return words.t(f"stages.method.{mode(result)}")
    if detail == "answer":
        return "\n".join((_conversion(result, words), _losses(result, words), _time(result, words)))
    if detail == "alt":
        return _alt(result, kind or "flow", words)
    if detail == "source":
        return source(result, kind, words)
    if kind in KINDS:
        return _heading(result, detail, kind, words)
    if detail == "title":
        return _title(result, words)
    return words.t("stages.subtitle", period=words.period(result.period))


def mode(result: StageAnalysisResult) -> str:
    """Tell whether stages are on record: ``history``, or ``whole``."""
    return "history" if result.has_history else "whole"


def stage_name(stage: object, words: Language) -> str:
    """Return a stage as it stands in a table; where none is on record, the whole way."""
    text = str(stage)
    return escape(text[:1].upper() + text[1:]) if text else words.t("stages.whole")


def wins(value: float, words: Language) -> str:
    """Write wins more or fewer, with their sign."""
    return words.number(value, 1, sign=True)


def between(low: float, high: float, words: Language) -> str:
    """Write an interval of wins more or fewer."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return words.number(None)
    return words.span(wins(low, words), wins(high, words))


def weakest(result: StageAnalysisResult) -> pd.Series | None:
    """Return the stage from which the smallest share gets on; None where no share can be told."""
    known = result.table.dropna(subset=["estimate"])
    return known.loc[known["estimate"].idxmin()] if len(known) else None


def slowest(result: StageAnalysisResult) -> pd.Series | None:
    """Return the stage with the longest median; None where no median can be told."""
    known = result.table.dropna(subset=["median"])
    return known.loc[known["median"].idxmax()] if len(known) else None


def worst(found: BottleneckResult | None) -> pd.Series | None:
    """Return the costliest row that stands out; None without one."""
    return found.costs.iloc[0] if found is not None and len(found.costs) else None


def whose(row: pd.Series, words: Language) -> str:
    """Return whom a row is about: a rep, a team, or all."""
    for column in ("name", "team"):
        if column in row and isinstance(row[column], str) and row[column]:
            return escape(row[column])
    return words.t("stages.nobody") if "team" in row or "name" in row else words.t("stages.everybody")


def share(value: float, words: Language) -> str:
    """Write a share."""
    return words.percent(value)


def _title(result: StageAnalysisResult, words: Language) -> str:
    row = worst(result.teams)
    if row is not None:
        values = {"team": whose(row, words), "stage": stage_name(row["stage"], words)}
        return shortest_fitting([words.t(f"stages.title.team_{n}", **values) for n in ("long", "short")])
    if not result.has_history:
        return words.t("stages.title.whole")
    low = weakest(result)
    if low is None:
        return words.t("stages.title.cannot_tell")
    values = {"stage": stage_name(low["stage"], words), "share": _gets_on(result, low, 0, words)}
    return shortest_fitting([words.t(f"stages.title.weakest_{n}", **values) for n in ("long", "short")])


def _conversion(result: StageAnalysisResult, words: Language) -> str:
    low = weakest(result)
    if low is None:
        return words.t("stages.answer.conversion_unknown", count=int(result.table["entered"].sum()))
    values = {
        "stage": stage_name(low["stage"], words),
        "share": _gets_on(result, low, 1, words),
        "interval": words.interval(low["conf_low"], low["conf_high"], "share"),
        "closed": _closed(result, words),
    }
    case = mode(result) if len(result.table) > 1 or not result.has_history else "single"
    return words.t(f"stages.answer.conversion_{case}", **values)


def _gets_on(result: StageAnalysisResult, row: pd.Series, decimals: int, words: Language) -> str:
    """Write the share that gets on; from the last stage it is a win."""
    text = words.percent(row["estimate"], decimals)
    is_last = result.has_history and row["place"] == result.table["place"].max()
    return words.t("stages.are_won", share=text) if is_last else text


def _closed(result: StageAnalysisResult, words: Language) -> str:
    """Write how many of the closed were won, where that is known."""
    found = result.year if result.year is not None else result.teams
    if found is None or not found.totals["closed"].sum():
        return ""
    won, closed = int(found.totals["wins"].sum()), int(found.totals["closed"].sum())
    values = {"won": words.number(won), "closed": words.number(closed), "share": words.percent(won / closed)}
    return words.t("stages.answer.closed", **values)


def _losses(result: StageAnalysisResult, words: Language) -> str:
    for name in ("teams", "year", "reps"):
        row = worst(getattr(result, name))
        if row is not None:
            return words.t(f"stages.answer.losses_{name}", **loss(row, words))
    if all(can_tell(found) is False for found in (result.teams, result.year, result.reps)):
        return words.t("stages.answer.losses_unknown")
    known = [n for n in ("teams", "year") if can_tell(getattr(result, n))]
    return words.t(f"stages.answer.losses_none_{'_'.join(known) or 'reps'}")


def can_tell(found: BottleneckResult | None) -> bool:
    """Tell whether at least one row could be compared."""
    return found is not None and bool((found.table["verdict"] != "cannot_tell").any())


def loss(row: pd.Series, words: Language) -> dict[str, str]:
    """Return what a sentence about a costly stage names."""
    return {
        "who": whose(row, words),
        "stage": stage_name(row["stage"], words),
        "share": share(row["value"], words),
        "benchmark": share(row["benchmark"], words),
        "wins": words.number(abs(row["estimate"]), 1),
        "interval": between(row["conf_low"], row["conf_high"], words),
    }


def _time(result: StageAnalysisResult, words: Language) -> str:
    row = slowest(result)
    if row is None:
        text = words.t("stages.answer.time_unknown")
    else:
        is_known = np.isfinite(row["p90"])
        text = words.t(
            f"stages.answer.time_{mode(result)}{'' if is_known else '_open'}",
            stage=stage_name(row["stage"], words),
            median=words.number(row["median"]),
            slow=words.number(row["p90"]),
        )
    return f"{text} {_risk(result, words)}"


def _risk(result: StageAnalysisResult, words: Language) -> str:
    rows = result.long_stands
    if rows.empty:
        return words.t("stages.answer.risk_none")
    value = rows["amount"].sum()
    case = "value" if value > 0 else "count"
    return words.t(f"stages.answer.risk_{case}", count=len(rows), value=words.money(value))


def _heading(result: StageAnalysisResult, detail: str, kind: str, words: Language) -> str:
    values = {"period": words.period(result.period), "day": words.date(result.risk.as_of)}
    if detail == "subtitle":
        return words.t(f"stages.{kind}.subtitle_{mode(result)}", **values)
    if kind in _FOUND:
        found = getattr(result, _FOUND[kind])
        count = len(found.costs) if found is not None else 0
        case = "some" if count else "none" if can_tell(found) else "unknown"
        return words.t(f"stages.{kind}.title_{case}", count=count, **values)
    if kind in ("risk", "risk_top"):
        count = len(result.long_stands)
        return words.t(f"stages.{kind}.title_{'some' if count else 'none'}", count=count, **values)
    if kind == "days":
        known = result.time.table["verdict"]
        count = int(known.isin(["slower", "faster"]).sum())
        case = "some" if count else "none" if (known != "cannot_tell").any() else "unknown"
        return words.t(f"stages.days.title_{case}", count=count)
    if kind == "flow" and result.table["lost"].any():
        most = result.table.loc[result.table["lost"].idxmax()]
        values |= {"stage": stage_name(most["stage"], words), "lost": words.number(most["lost"])}
        return words.t(f"stages.flow.title_{mode(result)}", entered=words.number(most["entered"]), **values)
    if kind == "flow":
        return words.t("stages.flow.title_unknown")
    return words.t(f"stages.{kind}.title_{mode(result)}", **values)


def source(result: StageAnalysisResult, kind: str, words: Language) -> str:
    """Return the line below a table or picture."""
    if kind in ("flow", "missing"):  # below the picture, not below what follows it; nothing is counted
        return ""
    if kind in ("", "figure"):
        rows = result.table
        return words.t(
            f"stages.source.flow_{mode(result)}",
            n=words.number(rows["n"].sum()),
            entered=words.number(rows["entered"].sum()),
            day=words.date(result.as_of),
        )
    if kind in _FOUND:
        found = getattr(result, _FOUND[kind])
        n = words.number(found.n if found is not None else 0)
        return words.t(f"stages.source.{'short' if kind == 'losses_top' else 'losses'}", n=n)
    if kind == "matrix":
        return words.t("stages.source.matrix", n=words.number(result.flow.moves["n"].sum()))
    if kind == "trend":
        return words.t("stages.source.trend")
    if kind == "days":
        return words.t("stages.source.days")
    limits = words.t(f"stages.source.{'risk' if kind == 'risk' else 'risk_top'}_{mode(result)}")
    return limits


def _alt(result: StageAnalysisResult, kind: str, words: Language) -> str:
    if kind == "trend":
        return words.t("stages.alt.trend", count=result.trend.table["period"].nunique())
    if kind == "teams":
        row = worst(result.teams)
        if row is None:
            return words.t("stages.alt.teams_none")
        return words.t("stages.alt.teams_some", **loss(row, words))
    items = [
        words.t(
            "stages.alt.stage",
            stage=stage_name(row.stage, words),
            entered=words.number(row.entered),
            share=share(row.estimate, words),
            median=words.number(row.median),
        )
        for row in result.table.itertuples()
    ]
    return words.t("stages.alt.flow", list="; ".join(items))
