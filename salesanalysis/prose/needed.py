"""Words for what more data would settle, and for volume that waters the next stage down."""

from __future__ import annotations

import math

import pandas as pd

from ..core.i18n import Language
from ..linkage import GamingResult, NeededResult, wins_per_more
from ..linkage.labels import activity_label
from . import explains


@explains(NeededResult)
def needed(result: NeededResult, detail: str, kind: str) -> str:
    """Put needs into words: of the activity in the middle, by the smallest effect it could show today."""
    words = result.client.words
    if detail == "method":
        return words.t("needed.method")
    if detail == "subtitle":
        return words.t("needed.subtitle", power=words.percent(result.power, 0))
    if detail == "source":
        return words.t("needed.source", n=words.number(result.n), as_of=words.date(result.as_of))
    if detail != "answer":
        return words.t("needed.title", effect=words.percent(wins_per_more(result.effect)))
    unknown = result.table.loc[result.table["reason"].isin(["no_estimate", "not_measured"]), "term"]
    rows = result.table[~result.table["term"].isin(unknown)]
    if rows.empty:
        return words.t("needed.nothing") + "\n\n"
    tests = rows[rows["what"] == "tests"].sort_values("mde", kind="stable")
    one = tests.iloc[(len(tests) - 1) // 2]
    mine = rows[(rows["term"] == one["term"]) & (rows["what"] != "tests")]
    activity = activity_label(words, one["term"])
    now, alone = (_amounts(mine[mine["tests"] == t], words) for t in (mine["tests"].max(), 1))
    return "\n".join(
        (
            words.t("needed.answer_now", activity=activity, count=int(one["tests"]), amounts=now),
            words.t("needed.answer_one", activity=activity, amounts=alone),
            words.t("needed.tests_none")
            if math.isnan(one["needed"])
            else words.t("needed.tests_enough", count=int(one["needed"])),
        )
    )


def _amounts(rows: pd.DataFrame, words: Language) -> str:
    said = []
    for row in rows.itertuples():
        if math.isnan(row.needed):
            said.append(words.t(f"needed.alone.{row.what}"))
        else:
            amount = words.t(f"needed.what.{row.what}", count=int(row.needed))
            said.append(words.t("needed.amount", amount=amount, now=words.number(row.now)))
    return words.listing(said)


@explains(GamingResult)
def gaming(result: GamingResult, detail: str, kind: str) -> str:
    """Put what becomes of more volume into words: the steps by verdict."""
    words = result.client.words
    if detail in ("subtitle", "method"):
        return words.t(f"gaming.{detail}")
    if detail == "source":
        return words.t("gaming.source", n=words.number(result.n), as_of=words.date(result.as_of))
    found = {
        v: result.table[result.table["verdict"] == v] for v in ("watered_down", "pays_off", "cannot_tell")
    }
    if detail == "answer":
        return "\n".join(_listed(rows, verdict, words) for verdict, rows in found.items())
    if len(found["watered_down"]):
        steps = words.listing([_step(row, words) for row in found["watered_down"].itertuples()])
        return words.t("gaming.title.some", steps=steps[:1].upper() + steps[1:])
    return words.t(f"gaming.title.{'open' if len(found['cannot_tell']) or result.table.empty else 'none'}")


def _step(row: object, words: Language) -> str:
    names = {"of": row.term, "step": row.step}
    return words.t("gaming.step", **{k: activity_label(words, v, capital=False) for k, v in names.items()})


def _listed(rows: pd.DataFrame, verdict: str, words: Language) -> str:
    said = []
    for row in rows.itertuples():
        if verdict == "cannot_tell":
            said.append(
                words.t(
                    "gaming.each_open", step=_step(row, words), reason=words.t(f"gaming.reason.{row.reason}")
                )
            )
            continue
        change = {"change": row.estimate, "low": row.conf_low, "high": row.conf_high}
        said.append(
            words.t(
                "gaming.each",
                step=_step(row, words),
                **{k: words.percent(wins_per_more(v), sign=True) for k, v in change.items()},
            )
        )
    return words.t(f"gaming.answer.{verdict}", steps="; ".join(said) or words.t("gaming.nobody"))
