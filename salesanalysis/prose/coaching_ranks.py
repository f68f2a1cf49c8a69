"""Words for `RanksResult` and `ChartResult`: ranks with intervals, and signals that are no findings."""

from __future__ import annotations

from ..coaching.chart import WATCHED, ChartResult
from ..coaching.ranks import RANKS, TOP, RanksResult
from ..core.i18n import Language, escape
from . import explains
from .readiness_words import kpi_name


@explains(RanksResult)
def ranks(result: RanksResult, detail: str, kind: str) -> str:
    """Put rank intervals into words; all kinds read alike."""
    words = result.client.words
    values = {
        "kpi": escape(kpi_name(result.kpi, words)),
        "n": words.number(result.n),
        "period": words.period(result.period) if result.period else "",
        "level": words.percent(RANKS, 0),
        "top": words.percent(TOP, 0),
    }
    if detail in ("subtitle", "method", "source"):
        return words.t(f"diagnosis.ranks_{detail}", **values)
    if result.table.empty:
        return "\n".join(
            words.t(f"diagnosis.ranks_empty_{i}") for i in ((1, 2, 3) if detail == "answer" else (1,))
        )
    sure = len(result.sure("top")) + len(result.sure("bottom"))
    if detail == "title":
        return words.t("diagnosis.ranks_title" if sure else "diagnosis.ranks_title_none", **values)
    told = [_end(result, end, words) for end in ("top", "bottom")]
    if detail == "alt":
        return words.t("diagnosis.ranks_alt", told=" ".join(told), **values)
    wide = (result.table["rank_high"] - result.table["rank_low"] + 1).median()
    caution = words.t("diagnosis.ranks_caution", places=words.number(wide))
    return "\n".join((*told, caution))


def _end(result: RanksResult, end: str, words: Language) -> str:
    names = [escape(str(name)) for name in result.sure(end)]
    if not names:
        return words.t(f"diagnosis.ranks_{end}_none")
    return words.t(f"diagnosis.ranks_{end}", names=words.listing(names))


@explains(ChartResult)
def chart(result: ChartResult, detail: str, kind: str) -> str:
    """Put a control chart into words; all kinds read alike."""
    words = result.client.words
    if detail in ("method", "subtitle"):
        return words.t(f"diagnosis.chart_{detail}", weeks=words.number(WATCHED))
    key = result.verdict
    values = {
        "name": escape(result.name.split()[0]),
        "kpi": escape(kpi_name(result.kpi, words)),
        "count": int((result.table["verdict"] == "signal").sum()) if len(result.table) else 0,
        "needed": words.t("coaching.weeks", count=result.needed),
        "false_alarm": words.percent(result.false_alarm, 0),
        "team": words.number(len(result.team)),
        "p": words.p_value(result.p_adjusted) if result.p_adjusted == result.p_adjusted else "",
    }
    if detail == "source":
        return words.t(
            f"diagnosis.chart_source_{'none' if _bare(result) else 'limits'}", **values, n=result.n
        )
    title = words.t(f"diagnosis.chart_title_{key}", **values)
    if detail == "title":
        return title
    if detail == "alt":
        return words.t("diagnosis.chart_alt", title=title, n=words.number(result.n))
    second = "none" if _bare(result) else "limits"
    return "\n".join(
        (
            words.t(f"diagnosis.chart_answer_{key}", **values),
            words.t(f"diagnosis.chart_rate_{second}", **values),
            words.t("diagnosis.chart_caution"),
        )
    )


def _bare(result: ChartResult) -> bool:
    """Tell whether there are no limits."""
    return result.verdict in ("few_points", "no_data")
