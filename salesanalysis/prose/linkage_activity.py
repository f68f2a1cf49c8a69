"""Words for `ActivityLinkResult`: one activity, its lead test and its estimates without each rep."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.errors import unknown
from ..core.i18n import Language, escape
from ..linkage import ActivityLinkResult
from ..linkage.labels import activity_label, reason_label, verdict_label
from . import explains
from .linkage import effect
from .linkage_depth import depth, p_text, reps

KINDS = ("", "lead_test", "leave_one_out", "depth", "reps")
_KEY = "linkage.activity_page"


@explains(ActivityLinkResult)
def activity(result: ActivityLinkResult, detail: str, kind: str) -> str:
    """Put one activity into words; `kind` is empty for its page, or one of `KINDS`."""
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS[1:], where="the words of one activity")
    words, row = result.client.words, result.table.iloc[0]
    if detail == "method":
        return ""
    if detail == "answer":
        return "\n".join(
            (_estimate(result, row, words), _lead(result, row, words), _steady(result, row, words))
        )
    if kind == "lead_test":
        return _LEAD[detail](result, row, words)
    if kind in ("depth", "reps"):
        return (depth if kind == "depth" else reps)(result, detail, words)
    if kind == "leave_one_out":
        return _LEFT_OUT[detail](result, row, words)
    return _PAGE[detail](result, row, words)


def _names(words: Language, term: str) -> dict[str, str]:
    return {"name": activity_label(words, term, capital=False), "Name": activity_label(words, term)}


def _title(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    key = row["verdict"]
    if key == "linked" and result.seen_in == "opportunity_week":
        key = "linked_opportunity"
    # Nine tenths of the weight lie within this many weeks of the activity.
    reach = int((np.cumsum(result.kernel.weights) < 0.9).sum())
    return words.t(f"{_KEY}.title.{key}", name=activity_label(words, row["term"]), weeks=words.number(reach))


def _subtitle(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    return words.t(
        f"{_KEY}.subtitle",
        verdict=verdict_label(words, row["verdict"]),
        position=words.number(result.position),
        all=words.number(result.activities),
        level=words.percent(result.level, 0),
    )


def _source(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    reason = reason_label(words, row["reason"])
    sentence = f"{reason[:1].upper()}{reason[1:]}." if reason else ""
    by = "_opportunity" if result.basis == "opportunity_week" else ""
    size = {name: words.number(row[name]) for name in ("reps", "weeks", "n", "wins")}
    return words.t(f"{_KEY}.source{by}", reason=sentence, **size).strip()


def _estimate(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    names = _names(words, row["term"])
    if pd.isna(row["conf_low"]):
        return words.t(f"{_KEY}.answer.missing", reason=reason_label(words, row["reason"]), **names)
    ends = {"low": effect(words, row["conf_low"]), "high": effect(words, row["conf_high"])}
    level = words.percent(result.level, 0)
    return words.t(
        f"{_KEY}.answer.estimate", effect=effect(words, row["estimate"]), level=level, **ends, **names
    )


def _lead_state(row: pd.Series) -> str:
    """Return how the lead test went: missing, alone (not in the family), passed, failed, or slows."""
    if pd.isna(row["lead_p"]):
        return "missing"
    if pd.isna(row["lead_p_adjusted"]):
        return "alone"
    if row["reason"] == "slows_after_wins":
        return "slows"
    return "failed" if row["reason"] in ("lead_positive", "lead_negative") else "passed"


def _lead_way(result: ActivityLinkResult, row: pd.Series) -> str:
    """Return what the test against results says: a part of the key of its sentence."""
    state = _lead_state(row)
    if state == "missing":
        return state
    if result.basis == "opportunity_week":
        return "losses_failed" if row["reason"] == "goes_with_losses" else "losses_passed"
    if state == "passed" or (state == "alone" and row["lead_p"] >= 1 - result.level):
        return "passed"
    return "failed_up" if row["lead_estimate"] > 0 else "failed_down"


def _lead(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    p = row["lead_p"] if pd.isna(row["lead_p_adjusted"]) else row["lead_p_adjusted"]
    way = _lead_way(result, row)
    way = way if way.startswith("losses") else f"lead_{way}"
    return words.t(f"{_KEY}.answer.{way}", p=p_text(words, p), **_names(words, row["term"]))


def _extreme(result: ActivityLinkResult, row: pd.Series) -> pd.Series:
    """Return the rep whose absence moves the estimate most."""
    frame = result.leave_one_out.dropna(subset=["estimate"])
    return frame.loc[(frame["estimate"] - row["estimate"]).abs().idxmax()]


def _steady(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    if pd.isna(row["loo_low"]) or pd.isna(row["estimate"]):
        return words.t(f"{_KEY}.answer.no_left_out")
    if row["reason"] == "one_rep":
        rep = _extreme(result, row)
        values = {"rep": escape(rep["name"]), "value": effect(words, rep["estimate"])}
        return words.t(f"{_KEY}.answer.leaning", **values)
    ends = {"low": effect(words, row["loo_low"]), "high": effect(words, row["loo_high"])}
    return words.t(f"{_KEY}.answer.steady", **ends)


def _alt(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    return _estimate(result, row, words).replace("**", "")


# Lead test -------------------------------------------------------------------------------------


def _lead_title(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    return words.t(f"{_KEY}.lead.title.{_lead_way(result, row)}", **_names(words, row["term"]))


def _lead_subtitle(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    by = "_losses" if result.basis == "opportunity_week" else ""
    return words.t(f"{_KEY}.lead.subtitle{by}")


def _lead_source(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    adjusted = words.p_value(row["lead_p_adjusted"])
    p = p_text(words, row["lead_p"])
    state = "losses" if result.basis == "opportunity_week" and pd.notna(row["lead_p"]) else _lead_state(row)
    return words.t(f"{_KEY}.lead.source.{state}", p=p, adjusted=adjusted)


def _lead_alt(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    columns = ("conf_low", "conf_high", "lead_low", "lead_high")
    values = dict(zip(("low", "high", "lead_low", "lead_high"), (effect(words, row[c]) for c in columns)))
    by = "_losses" if result.basis == "opportunity_week" else ""
    return words.t(
        f"{_KEY}.lead.alt{by}",
        past=words.number(len(result.kernel.weights) - 1),
        effect=effect(words, row["estimate"]),
        lead=effect(words, row["lead_estimate"]),
        **values,
        **_names(words, row["term"]),
    )


# Estimates without each rep --------------------------------------------------------------------


def _left_out_title(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    known = result.leave_one_out["estimate"].dropna()
    if known.empty or pd.isna(row["estimate"]):
        return words.t(f"{_KEY}.loo.title.missing")
    if row["reason"] == "one_rep":
        rep = _extreme(result, row)
        values = {"rep": escape(rep["name"]), "value": effect(words, rep["estimate"])}
        return words.t(f"{_KEY}.loo.title.leaning", **values)
    if known.min() > 0 or known.max() < 0:
        side = "above" if known.min() > 0 else "below"
        return words.t(f"{_KEY}.loo.title.{side}", count=len(known))
    ends = {"low": effect(words, known.min()), "high": effect(words, known.max())}
    return words.t(f"{_KEY}.loo.title.mixed", **ends)


def _left_out_subtitle(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    level = words.percent(result.level, 0)
    return words.t(f"{_KEY}.loo.subtitle", level=level, **_names(words, row["term"]))


def _left_out_source(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    return words.t(f"{_KEY}.loo.source", effect=effect(words, row["estimate"]))


def _left_out_alt(result: ActivityLinkResult, row: pd.Series, words: Language) -> str:
    known = result.leave_one_out["estimate"].dropna()
    if known.empty:
        return _left_out_title(result, row, words)
    ends = {"low": effect(words, known.min()), "high": effect(words, known.max())}
    values = {"effect": effect(words, row["estimate"]), **_names(words, row["term"])}
    return words.t(f"{_KEY}.loo.alt", count=len(known), **ends, **values)


_PAGE = {"title": _title, "subtitle": _subtitle, "source": _source, "alt": _alt}
_LEAD = {
    "title": _lead_title,
    "subtitle": _lead_subtitle,
    "source": _lead_source,
    "alt": _lead_alt,
}
_LEFT_OUT = {
    "title": _left_out_title,
    "subtitle": _left_out_subtitle,
    "source": _left_out_source,
    "alt": _left_out_alt,
}
