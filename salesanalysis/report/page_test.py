"""What to do when the data cannot tell: how much more of it would, and a randomised test with its chance."""

from __future__ import annotations

import math
from typing import Any

from ..core.errors import NotEnoughData
from ..core.i18n import MISSING, Language
from ..experiment import experiment_plan
from ..linkage import LinkageResult, NeededResult, wins_per_more
from ..linkage.labels import activity_label
from ..prose import explain
from .blocks import Block, Cell, Column, Notice, Table, Text
from .markup import escape
from .pages import body

#: Amounts of data that are told one by one.
AMOUNTS = ("reps", "weeks", "wins")
#: The test that is proposed: every rep half the year, by how much more, and the seed of the lots.
DESIGN, WEEKS, RAISE_BY, SEED = "rotation", 52, 0.5, 1


@body(NeededResult, "", keep=True)
def needs(result: NeededResult) -> tuple[Block, ...]:
    """Return how many reps, weeks or wins would find the effect that matters, each alone."""
    words, rows = result.client.words, []
    for term, found in result.table.groupby("term", sort=False):
        mine = found[found["tests"] == found["tests"].max()].set_index("what")
        smallest = words.percent(float(wins_per_more(mine["mde"].min())), sign=True)
        cells = [_need(mine.loc[what] if what in mine.index else None, words) for what in AMOUNTS]
        rows.append((escape(activity_label(words, str(term))), smallest, *cells))
    columns = (
        Column(words.t("linkage.head.activity"), width_mm=36),
        Column(words.t("linkage.head.smallest"), align="right", width_mm=26),
        *(Column(words.t(f"report.needed_{what}"), align="right") for what in AMOUNTS),
    )
    said = tuple(line for line in explain(result, "answer").splitlines() if line)
    return (Text(items=said), Table(columns=columns, rows=tuple(rows)))


def _need(row: Any, words: Language) -> Cell:
    if row is None or row["reason"] == "enough":
        return Cell(words.t("report.needed_enough") if row is not None else MISSING, colour="muted")
    if math.isnan(row["needed"]):
        return Cell(words.t("report.needed_alone"), colour="muted")
    now = words.t("report.needed_now", now=words.number(row["now"]))
    return Cell(words.number(row["needed"]), under=now)


def to_test(result: LinkageResult) -> str:
    """Return the activity that a test should settle: what is linked, else what is undecided; empty: none."""
    if result.depth is None or result.table.empty:
        return ""
    names = [*result.with_verdict("linked"), *result.with_verdict("undecided")]
    return next((term for term in names if term in result.depth.weeks.activities), "")


@body(LinkageResult, "test", keep=True, words="report.test_")
def test(result: LinkageResult) -> tuple[Block, ...]:
    """Return a randomised test of one activity and its chance of finding what matters, or why not."""
    words, term = result.client.words, to_test(result)
    try:
        plan = experiment_plan(
            result.depth.weeks, term, raise_by=RAISE_BY, design=DESIGN, weeks=WEEKS, seed=SEED
        )
    except NotEnoughData as error:
        return (Notice(heading=words.t("report.cannot_tell"), text=escape(str(error))),)
    said = tuple(explain(plan, "answer").splitlines())
    stop = tuple(explain(plan, "answer", kind="stop").splitlines())
    how = words.t("report.test_how", activity=escape(term))
    return (
        Notice(heading=explain(plan, "title"), text=" ".join((*said, how))),
        Notice(heading=words.t("report.test_stop"), items=stop),
    )
