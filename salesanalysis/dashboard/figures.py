"""Key figures of a dashboard: each KPI with its interval against its target, or against a year ago."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.period import Period
from ..goals import compare
from ..goals.verdict import attainment
from ..kpi import KPIS, Kpi, panel
from ..kpi.panel import computable
from ..kpi.query import first_days

#: Quarters in a trend.
TREND = 8
#: Days at the start of a quarter that the data may miss before its value is left out.
_GRACE = timedelta(days=7)
COLUMNS = [
    *("kpi", "unit", "better", "estimate", "conf_low", "conf_high", "n", "is_too_few", "contrast"),
    *("reference", "attainment", "attainment_low", "attainment_high", "verdict", "reason", "trend"),
]


def figures(
    crm: Crm, span: Period, kpis: Iterable[str | Kpi], where: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return one row per KPI that this data gives, in the order asked for.

    A KPI is held against the goal of the company or team for these days (``contrast`` ``goal``); without one
    against the same days a year ago (``year_ago``); without either it stands alone (empty). ``attainment`` is
    the value as a share of what it is held against, the other way round where less is better, so that 1 is
    level and more is better. ``trend`` holds the values of up to `TREND` quarters, the last one as far as it
    goes. `where` narrows to a team or region: what was done in it while people belonged to it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> figures(crm, sa.Period.parse("2026-Q3"), ["win_rate"])["contrast"].tolist()
    ['goal']
    """
    where = dict(where or {})
    asked = computable(crm, KPIS.pick(list(kpis)), where)
    if not asked:
        return pd.DataFrame(columns=COLUMNS)
    against = ("goal", "year_ago") if tuple(where) in ((), ("team",)) else ("year_ago",)
    found = _there(compare(crm, asked, span, by=tuple(where), against=against).table, where)
    trends = trend(crm, asked, span.last_day, where)
    rows = []
    for kpi in asked:
        mine = found[found["kpi"] == kpi.name].set_index("contrast")
        held = [name for name in against if name in mine.index and _tells(mine.loc[name, "reference"])]
        if len(mine):
            rows.append(_row(kpi, mine.loc[held[0] if held else mine.index[-1]], trends.get(kpi.name, ())))
    return pd.DataFrame(rows, columns=COLUMNS)


def _there(table: pd.DataFrame, where: Mapping[str, str]) -> pd.DataFrame:
    for name, value in where.items():
        table = table[table[name] == value]
    return table


def _tells(reference: float) -> bool:
    """Whether anything is told by a ratio to it: nothing is, of a year or a goal of zero."""
    return bool(pd.notna(reference) and reference != 0)


def _row(kpi: Kpi, row: pd.Series, values: tuple[float, ...]) -> dict[str, object]:
    against = row["reference"] if _tells(row["reference"]) else float("nan")
    names = ("estimate", "conf_low", "conf_high", "n", "is_too_few", "reference", "verdict", "reason")
    ends = sorted(attainment(row[name], against, kpi.better) for name in ("conf_low", "conf_high"))
    return {name: row[name] for name in names} | {
        "reference": against,
        "kpi": kpi.name,
        "unit": kpi.unit,
        "better": kpi.better,
        "contrast": row.name if pd.notna(against) else "",
        "attainment": attainment(row["estimate"], against, kpi.better),
        "attainment_low": ends[0],
        "attainment_high": ends[1],
        "trend": values,
    }


def trend(
    crm: Crm, kpis: Iterable[Kpi], last: date, where: Mapping[str, str] | None = None
) -> dict[str, tuple[float, ...]]:
    """Return by KPI its value in each quarter up to `last`; missing before the data begins.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> len(trend(crm, [sa.KPIS["wins"]], crm.as_of)["wins"])
    8
    """
    fiscal = crm.client.fiscal_year_start
    quarter = Period.containing(last, "quarter", fiscal_start=fiscal)
    whole = Period(quarter.previous(TREND - 1).start, quarter.end, "range", fiscal)
    where = where or {}
    asked = tuple(kpis)
    found = _there(panel(crm, asked, whole, by=tuple(where), grain="quarter").kpis, where)
    quarters = whole.split("quarter")
    wide = found.pivot(index="period", columns="kpi", values="estimate").astype("float64")
    wide = wide.reindex([q.label for q in quarters])
    for name, first in first_days(crm, asked).items():
        unseen = [q.label for q in quarters if first is None or q.start + _GRACE < first]
        wide.loc[unseen, name] = np.nan
    return {str(name): tuple(wide[name]) for name in wide}
