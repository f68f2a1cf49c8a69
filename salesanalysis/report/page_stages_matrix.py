"""The stage analysis, its matrices: who reaches which stage, and where stays go next."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import MISSING, Language
from ..pipeline import StageAnalysisResult
from ..prose.stages import stage_name
from .blocks import Block, Cell, Column, Columns, Section, Table
from .pages import body

#: Widths of the two matrices; stages beyond this many do not fit beside each other.
WIDTHS, MOST = (129.0, 11.0, 129.0), 7
ENDS = ("won", "lost")


@body(StageAnalysisResult, "matrix", keep=True)
def matrix(result: StageAnalysisResult) -> tuple[Block, ...]:
    """Return both matrices beside each other; with many stages below each other."""
    words = result.client.words
    parts = tuple(
        Section(
            heading=words.t(f"stages.matrix.{name}"),
            subtitle=words.t(f"stages.matrix.{name}_subtitle"),
            children=(_matrix(frame, result, words),),
        )
        for name, frame in (("pairs", result.flow.pairs), ("moves", result.flow.moves))
    )
    if len(result.table) > MOST:
        return parts
    return (Columns(left=parts[:1], right=parts[1:], widths=WIDTHS),)


def _matrix(frame: pd.DataFrame, result: StageAnalysisResult, words: Language) -> Table:
    order = [str(stage) for stage in result.table["stage"]]
    across = [to for to in (*order, *ENDS) if to in set(frame["to"])]
    cells = {(row.stage, row.to): row for row in frame.itertuples()}
    columns = (
        Column(words.t("stages.col.from"), width_mm=27),
        Column(words.t("stages.col.n"), align="right", width_mm=14),
        *(Column(_label(to, words), align="right") for to in across),
    )
    rows = []
    for stage in (s for s in order if s in set(frame["stage"])):
        base = next(row.base for key, row in cells.items() if key[0] == stage)
        found = [cells.get((stage, to)) for to in across]
        shares = [
            Cell(words.percent(one.estimate, 0), under=words.number(one.n)) if one else Cell(MISSING, "muted")
            for one in found
        ]
        rows.append((stage_name(stage, words), words.number(base), *shares))
    return Table(columns=columns, rows=tuple(rows))


def _label(to: str, words: Language) -> str:
    return words.t(f"stages.end.{to}") if to in ENDS else stage_name(to, words)
