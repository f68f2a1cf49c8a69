"""Proposed goals as a table of goals: rounded, the parts of a team adding up, written to a file."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.period import Period
from ..core.sheetsafe import inert_frame, workbook_text
from ..kpi import Kpi
from .members import adds_over_reps

#: Columns of a goals table, and the endings it can be written with.
COLUMNS = ("kpi", "scope", "scope_id", "period", "target", "philosophy")
ENDINGS = (".csv", ".parquet", ".xlsx")
#: Digits that a goal is worth; the interval of a quantile is wider than the third.
_DIGITS = 3
#: From here on goals that are counted are whole numbers.
_WHOLE = 20


def as_goals(table: pd.DataFrame, period: Period, kpis: Mapping[str, Kpi]) -> pd.DataFrame:
    """Return the proposed goals as a goals table.

    Goals of one KPI are rounded to one unit, that of the third digit of its middle goal, and no finer than 1
    for counts from 20; goals of teams and the company are the sums of the rounded goals of their members.
    What a rep does is stated for the whole period and asked by the days there; what is sold is stated for the
    days there, as scorecards take it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> goals = sa.propose_goals(sa.sample(), "2026-Q4", kpis="calls").goals
    >>> bool((goals["target"] % 1 == 0).all())
    True
    """
    told = table[(table["verdict"] == "proposed") & (table["target_whole"] > 0)]
    parts = [_rounded(kpis[str(name)], rows) for name, rows in told.groupby("kpi", sort=False)]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    found = pd.concat(parts, ignore_index=True).assign(period=period.label)
    return found[list(COLUMNS)]


def unit_of(kpi: Kpi, targets: pd.Series) -> float:
    """Return the unit to which goals of `kpi` are rounded.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> unit_of(sa.KPIS["calls"], pd.Series([612.4])), unit_of(sa.KPIS["bookings"], pd.Series([4.2e8]))
    (1.0, 1000000.0)
    """
    middle = float(targets.median())
    power = math.floor(math.log10(middle)) + 1 - _DIGITS
    unit = float(f"1e{power}")
    return max(unit, 1.0) if kpi.unit in ("count", "days") and middle >= _WHOLE else unit


def _rounded(kpi: Kpi, rows: pd.DataFrame) -> pd.DataFrame:
    reps = rows[rows["scope"] == "rep"]
    column = "target" if kpi.role == "result" else "target_whole"
    unit = unit_of(kpi, reps[column])
    units = {row.scope_id: round(getattr(row, column) / unit) for row in reps.itertuples()}
    targets = []
    for row in rows.itertuples():
        if row.scope == "rep":
            count = units[row.scope_id]
        elif adds_over_reps(kpi):
            mine = reps if row.scope == "organisation" else reps[reps["team"] == row.scope_id]
            count = sum(units[rep] for rep in mine["scope_id"])
        else:
            count = round(row.target_whole / unit)
        targets.append(_decimal(count, unit))
    return rows.assign(target=np.array(targets, dtype=float), scope_id=rows["scope_id"])


def _decimal(count: int, unit: float) -> float:
    """Return so many units as the nearest number with their decimals: 3 of 0.1 are 0.3."""
    return float(f"{count}e{round(math.log10(unit))}")


def write_goals(goals: pd.DataFrame, path: str | Path) -> Path:
    """Write a goals table by the ending of `path`, whole or not at all.

    Raises
    ------
    InvalidInput
        Another ending, or no goals.
    CannotWrite
        The file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput(
            f"Goals are written as {', '.join(ENDINGS)}, not '{path.suffix or path.name}'. Name the file "
            "goals.csv, goals.parquet or goals.xlsx."
        )
    if goals.empty:
        raise InvalidInput("No goal could be proposed, so there is nothing to write; .table says why.")
    table = goals.assign(scope_id=goals["scope_id"].where(goals["scope_id"] != "", None))
    buffer = io.BytesIO()
    if path.suffix.lower() == ".csv":
        text = table.assign(target=[_written(value) for value in table["target"]])
        buffer.write(inert_frame(text).to_csv(index=False, lineterminator="\n").encode())
    elif path.suffix.lower() == ".parquet":
        table.to_parquet(buffer, index=False)
    else:
        _to_excel(table, buffer)
    return write_whole(path, buffer.getvalue())


def _to_excel(table: pd.DataFrame, buffer: io.BytesIO) -> None:
    texts = {c: [workbook_text(v) if isinstance(v, str) else v for v in table[c]] for c in table}
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        table.assign(**texts).to_excel(writer, index=False, sheet_name="goals")
        for row in writer.sheets["goals"].iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a team that starts with = is a team, not a formula


def _written(value: float) -> str:
    """Write a number so that it reads one way: 1.234 could be a thousand, 1.2340 cannot."""
    text = np.format_float_positional(value, trim="-")
    return text + "0" if re.fullmatch(r"\d{1,3}\.\d{3}", text) else text
