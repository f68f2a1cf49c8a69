"""Words for `GoalProposalResult`: what is asked for, how many should reach it and how many did."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language
from ..goals import GoalProposalResult
from ..goals.labels import philosophy_code
from ..kpi import KPIS
from . import explains

#: Standards that a sentence names.
_NAMED = 3


@explains(GoalProposalResult)
def proposal(result: GoalProposalResult, detail: str, kind: str) -> str:
    """Put proposed goals into words."""
    words, period = result.client.words, result.client.words.period(result.period)
    told = result.standards[result.standards["verdict"] == "proposed"]
    if detail == "subtitle":
        return words.t("proposal.subtitle", level=words.percent(result.level, 0))
    if detail == "method":
        return words.t("proposal.method", level=words.percent(result.level, 0))
    if detail == "source":
        return _source(result, words)
    if told.empty:
        none = words.t("proposal.title_none", period=period)
        return (
            "\n".join((none, _why(result, words), words.t("proposal.wait"))) if detail == "answer" else none
        )
    wrong = told[told["check"].isin(["too_easy", "too_hard"])]
    if detail in ("title", "alt"):
        agrees = (told["check"] == "as_meant").all()
        code = "title_contradicts" if len(wrong) else "title" if agrees else "title_plain"
        kpis = told["kpi"].nunique()
        values = {"period": period, "kpis": words.number(kpis)} if len(wrong) else {"period": period}
        return words.t(f"proposal.{code}", count=len(wrong) or kpis, **values) + (
            _seen(told[told["reach"].notna()], words) if detail == "alt" else ""
        )
    lines = (_asked(told, words), _reached(told, wrong, words), _without(result, words))
    return "\n".join(lines)


def _name(kpi: str, words: Language) -> str:
    """Return the display name of a KPI, of an analyst's own one as it is called."""
    return KPIS[kpi].label(words) if kpi in KPIS else kpi.replace("_", " ").capitalize()


def _asked(told: pd.DataFrame, words: Language) -> str:
    main = told[told["n"] == told["n"].max()].head(_NAMED)
    items = [
        words.t(
            "proposal.item",
            kpi=_name(row.kpi, words),
            target=words.value(row.estimate, row.unit),
            meant=words.t(f"proposal.meant.{philosophy_code(row.philosophy)}"),
        )
        for row in main.itertuples()
    ]
    code = "asked_of" if main["group"].iloc[0] else "asked"
    return words.t(f"proposal.{code}", group=main["group"].iloc[0], items="; ".join(items))


def _reached(told: pd.DataFrame, wrong: pd.DataFrame, words: Language) -> str:
    if len(wrong):
        row = wrong.iloc[0]
        return words.t(
            f"proposal.{row['check']}",
            kpi=_name(row["kpi"], words),
            share=words.percent(row["reach"], 0),
            meant=words.t(f"proposal.meant.{philosophy_code(row['philosophy'])}"),
        )
    known = told[told["check"] == "as_meant"]
    if known.empty:
        return words.t("proposal.reach_unknown")
    row = known.iloc[0]
    return words.t(
        "proposal.as_meant",
        kpi=_name(row["kpi"], words),
        share=words.percent(row["reach"], 0),
        low=words.percent(row["reach_low"], 0),
        high=words.percent(row["reach_high"], 0),
        n=words.number(row["reach_n"]),
    )


def _seen(told: pd.DataFrame, words: Language) -> str:
    """Say for each standard how many reached it, after a blank: the picture in a sentence."""
    items = [
        words.t(
            "proposal.seen",
            kpi=_name(row.kpi, words),
            share=words.percent(row.reach, 0),
            low=words.percent(row.reach_low, 0),
            high=words.percent(row.reach_high, 0),
        )
        for row in told[told["n"] == told["n"].max()].itertuples()
    ]
    return ". " + "; ".join(items) + "."


def _without(result: GoalProposalResult, words: Language) -> str:
    rows = result.table[result.table["scope"] == "rep"]
    reps = rows.groupby("scope_id")["verdict"].apply(lambda v: (v == "cannot_tell").any())
    if not reps.any():
        return words.t("proposal.all_have", count=len(reps))
    return words.t("proposal.some_without", count=int(reps.sum()), reason=_why(result, words))


def _why(result: GoalProposalResult, words: Language) -> str:
    rows = result.table[(result.table["scope"] == "rep") & (result.table["verdict"] == "cannot_tell")]
    found = rows["reason"] if len(rows) else result.standards["reason"]
    found = found[found != ""]
    return words.t(f"proposal.reason.{found.mode().iloc[0] if len(found) else 'nothing_recorded'}")


def _source(result: GoalProposalResult, words: Language) -> str:
    if not result.history:
        return words.t("proposal.source_none", as_of=words.date(result.as_of))
    return words.t(
        "proposal.source",
        count=len(result.history),
        n=words.number(result.n),
        first=words.period(result.history[0]),
        last=words.period(result.history[-1]),
        as_of=words.date(result.as_of),
    )
