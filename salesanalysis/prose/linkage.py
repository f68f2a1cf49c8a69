"""Words for `LinkageResult`: the page, the verdict table, the picture beside the simple correlation."""

from __future__ import annotations

import pandas as pd

from ..core.errors import unknown
from ..core.i18n import Language
from ..linkage import LinkageResult, wins_per_more
from ..linkage.labels import activity_label, reason_label, verdict_label
from . import explains

KINDS = ("", "verdicts", "naive", "limits")
#: Titles should fit one line of a page at 19 points.
TITLE_LENGTH = 60


@explains(LinkageResult)
def linkage(result: LinkageResult, detail: str, kind: str) -> str:
    """Put a linkage result into words; `kind`: empty for the page, ``verdicts``, ``naive`` or ``limits``."""
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS[1:], where="the words of a linkage result")
    words = result.client.words
    if kind == "limits" or detail == "method":
        return _limits(result, words) if kind == "limits" else _method(result, words)
    if detail == "answer":
        return _answer(result, words)
    if kind == "naive":
        return _NAIVE[detail](result, words)
    if detail == "title":
        return _section_title(result, words) if kind == "verdicts" else _title(result, words)
    return {"subtitle": _subtitle, "source": _source, "alt": _alt}[detail](result, words)


def effect(words: Language, elasticity: float) -> str:
    """Return "10 % more goes with …" as a signed percentage of wins."""
    return words.percent(wins_per_more(elasticity), sign=True)


def listed(words: Language, terms: list[str], *, capital: bool = False) -> str:
    """Return activities as a list in the language, the first one capitalised if wanted."""
    text = words.listing([activity_label(words, term, capital=False) for term in terms])
    return text[:1].upper() + text[1:] if capital else text


# The page --------------------------------------------------------------------------------------


def _title(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.title.none_possible")
    linked, negative = result.with_verdict("linked"), result.with_verdict("linked_negative")
    counts = {
        "some": words.number(len(linked)),
        "fewer": words.number(len(negative)),
        "all": words.number(len(result.table)),
    }
    if not linked and not negative:
        return words.t(f"linkage.title.{_nothing_found(result)}")
    names = {
        "linked": listed(words, linked, capital=True),
        "negative": listed(words, negative, capital=not linked),
    }
    few = "both" if linked and negative else "linked" if linked else "negative"
    text = words.t(f"linkage.title.{few}", **names)
    if few == "linked" and len(text) > TITLE_LENGTH:
        text = words.t("linkage.title.linked_short", **names)
    if len(text) <= TITLE_LENGTH:
        return text
    many = {"both": "many_both", "linked": "many", "negative": "many_negative"}[few]
    return words.t(f"linkage.title.{many}", count=len(linked) or len(negative), **counts)


def _nothing_found(result: LinkageResult) -> str:
    judged = result.table[result.table["verdict"] != "not_enough_data"]
    if judged.empty:
        return "not_enough"
    return "all_no_link" if (judged["verdict"] == "no_link_found").all() else "none"


def _answer(result: LinkageResult, words: Language) -> str:
    """Three sentences: what goes with more wins, what does not, what stays open."""
    if result.table.empty:
        reason = reason_label(words, result.reason)
        return "\n".join(
            (
                words.t("linkage.answer.cannot_1", reason=reason),
                words.t("linkage.answer.cannot_2"),
                words.t("linkage.answer.cannot_3"),
            )
        )
    if (result.table["verdict"] == "not_enough_data").all():
        return _not_enough(result, words)
    return "\n".join((_more_wins(result, words), _no_more_wins(result, words), _rest(result, words)))


def _not_enough(result: LinkageResult, words: Language) -> str:
    by = "_opportunity" if result.basis == "opportunity_week" else ""
    size = {name: words.number(getattr(result, name)) for name in ("reps", "weeks", "wins")}
    return "\n".join(
        (
            words.t("linkage.answer.not_enough_1", count=len(result.table)),
            words.t(f"linkage.answer.not_enough_2{by}", **size),
            words.t("linkage.answer.not_enough_3"),
        )
    )


def _more_wins(result: LinkageResult, words: Language) -> str:
    linked = result.with_verdict("linked")
    if not linked:
        return words.t("linkage.answer.none", count=len(result.family) or len(result.table))
    said = []
    for basis, by in (("rep_week", ""), ("opportunity_week", "_opportunity")):
        mine = [term for term in linked if result.seen_in(term) == basis]
        values = {"linked": listed(words, mine), "effects": _effects(result, words, mine)} if mine else {}
        said += [words.t(f"linkage.answer.linked{by}", **values)] if mine else []
    return " ".join(said)


def _no_more_wins(result: LinkageResult, words: Language) -> str:
    negative, none = result.with_verdict("linked_negative"), result.with_verdict("no_link_found")
    values = {"negative": listed(words, negative), "none": listed(words, none)}
    if negative:
        values["effects"] = _effects(result, words, negative)
    if none:
        ends = result.table.set_index("term").loc[none, "conf_high"]
        values["limit"] = effect(words, ends.max())
    if negative or none:
        key = "negative_no_link" if negative and none else "negative" if negative else "no_link"
        return words.t(f"linkage.answer.{key}", **values)
    if result.basis == "opportunity_week":
        return words.t("linkage.answer.same_age")
    return words.t("linkage.answer.naive", **_naive_counts(result, words))


def _rest(result: LinkageResult, words: Language) -> str:
    parts = []
    for verdict, key in (
        ("reacts_to_results", "reacts"),
        ("undecided", "undecided"),
        ("not_enough_data", "not_enough"),
    ):
        names = result.with_verdict(verdict)
        if names:
            parts.append(words.t(f"linkage.answer.rest_{key}", names=listed(words, names, capital=not parts)))
    return "; ".join(parts) + "." if parts else words.t("linkage.answer.test_needed")


def _effects(result: LinkageResult, words: Language, terms: list[str]) -> str:
    values = result.table.set_index("term").loc[terms, "estimate"]
    return words.listing([effect(words, value) for value in values])


# The verdict table -----------------------------------------------------------------------------


def _section_title(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.verdicts.title.cannot")
    some = len(result.with_verdict("linked")) + len(result.with_verdict("linked_negative"))
    small = len(result.with_verdict("no_link_found"))
    key = ("linked_small" if small else "linked") if some else ("small" if small else "none")
    values = {
        "some": words.number(some),
        "small": words.number(small),
        "all": words.number(len(result.table)),
    }
    return words.t(f"linkage.verdicts.title.{key}", count=some or None, **values)


def _subtitle(result: LinkageResult, words: Language) -> str:
    by = "_opportunity" if result.basis == "opportunity_week" else ""
    by = by or ("_months" if result.time_effect == "four_weeks" else "")
    return words.t(f"linkage.verdicts.subtitle{by}", level=words.percent(result.level, 0))


def _source(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.verdicts.source_empty", reason=reason_label(words, result.reason))
    by = "_opportunity" if result.basis == "opportunity_week" else ""
    size = {name: words.number(getattr(result, name)) for name in ("reps", "weeks", "n", "wins")}
    family = {"family": words.number(len(result.family)), "alpha": words.percent(1 - result.level, 0)}
    return words.t(f"linkage.verdicts.source{by}", **size, **family)


def _alt(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.verdicts.alt_empty", reason=reason_label(words, result.reason))
    listing = "; ".join(_alt_item(row, words) for _, row in result.table.iterrows())
    return words.t("linkage.verdicts.alt", all=words.number(len(result.table)), listing=listing)


def _alt_item(row: pd.Series, words: Language) -> str:
    values = {
        "name": activity_label(words, row["term"], capital=False),
        "verdict": verdict_label(words, row["verdict"], capital=False),
    }
    if pd.isna(row["conf_low"]):
        return words.t("linkage.verdicts.alt_missing", **values)
    ends = {"low": effect(words, row["conf_low"]), "high": effect(words, row["conf_high"])}
    return words.t("linkage.verdicts.alt_item", effect=effect(words, row["estimate"]), **ends, **values)


# Beside the simple correlation -----------------------------------------------------------------


def _naive_counts(result: LinkageResult, words: Language) -> dict[str, str]:
    stars = int((result.correlations["p_value"] < 1 - result.level).sum()) if len(result.correlations) else 0
    return {"naive": words.number(stars), "all": words.number(len(result.table))}


def _naive_title(result: LinkageResult, words: Language) -> str:
    counts = _naive_counts(result, words)
    some = len(result.with_verdict("linked")) + len(result.with_verdict("linked_negative"))
    stars = int((result.correlations["p_value"] < 1 - result.level).sum()) if len(result.correlations) else 0
    if stars <= some:
        return words.t("linkage.naive.title.same")
    return words.t("linkage.naive.title.fooled", some=words.number(some), **counts)


def _naive_source(result: LinkageResult, words: Language) -> str:
    known = (
        result.correlations.dropna(subset=["estimate"]) if len(result.correlations) else result.correlations
    )
    if not len(known):
        return _source(result, words)
    top = known.loc[known["estimate"].idxmax()]
    verdict = result.table.set_index("term").loc[top["term"], "verdict"]
    return words.t(
        "linkage.naive.source",
        n=words.number(int(known["n"].max())),
        top=activity_label(words, top["term"]),
        r=words.number(top["estimate"], 2),
        verdict=verdict_label(words, verdict, capital=False),
    )


def _naive_alt(result: LinkageResult, words: Language) -> str:
    if not len(result.correlations):
        return _alt(result, words)
    listing = "; ".join(
        words.t(
            "linkage.naive.alt_item",
            name=activity_label(words, row.term, capital=False),
            verdict=verdict_label(words, row.verdict, capital=False),
        )
        for row in result.table.itertuples()
    )
    r = result.correlations["estimate"]
    ends = {"low": words.number(r.min(), 2), "high": words.number(r.max(), 2)}
    return words.t("linkage.naive.alt", all=words.number(len(result.table)), listing=listing, **ends)


_NAIVE = {
    "title": _naive_title,
    "subtitle": lambda result, words: words.t("linkage.naive.subtitle"),
    "source": _naive_source,
    "alt": _naive_alt,
}


# Method and limits -----------------------------------------------------------------------------


def _method(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.method.empty", reason=reason_label(words, result.reason))
    family = words.number(len(result.family))
    if result.basis == "opportunity_week":
        return words.t("linkage.method.opportunity_week", family=family)
    said = words.t(
        "linkage.method.rep_week",
        time=words.t(f"linkage.time.{result.time_effect}"),
        median=words.number(result.kernel.median, 1),
        longest=words.number(len(result.kernel.weights) - 1),
        df=words.number(max(result.reps - 1, 0)),
        family=family,
    )
    return f"{said} {words.t('linkage.method.both')}" if result.basis == "both" else said


def _limits(result: LinkageResult, words: Language) -> str:
    if result.table.empty:
        return words.t("linkage.limits.cannot")
    linked = [*result.with_verdict("linked"), *result.with_verdict("linked_negative")]
    if not linked:
        return words.t("linkage.limits.none")
    return words.t("linkage.limits.linked", first=activity_label(words, linked[0], capital=False))
