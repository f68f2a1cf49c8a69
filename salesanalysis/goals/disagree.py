"""`disagreement`: by how much the readings of a KPI differ, and which records they count differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..core.schema import SCHEMA
from ..kpi import KPIS, Kpi, Registry, panel
from ..kpi.dimension import dimensions
from ..kpi.panel import computable
from ..kpi.records import record_sums

#: Values closer than this, relatively, are the same.
_SAME = 1e-9
#: So many records are looked up by name one by one; of more, the whole table is fetched.
_FEW = 1_000
_COLUMNS = ("kpi", "reading", "unit", "estimate", "strict_estimate", "difference", "records")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DisagreementResult(Result):
    """One row per KPI, reading and dimension.

    `table` columns: the dimensions, ``period, kpi, reading, unit, estimate, strict_estimate, difference,
    records``.

    `difference` is the reading less the strict value; `records` counts what the two count differently: 0
    where they agree, missing where it cannot be told.

    Attributes
    ----------
    records : pandas.DataFrame
        Those records: the dimensions, ``kpi, reading, record, name``, what each adds above and below the line
        in both (``numerator, base, strict_numerator, strict_base``) and its part of the difference
        (``difference``); largest part first.
    by : tuple of str
        Dimensions.
    asked : tuple of Kpi
        The strict KPIs.
    """

    records: pd.DataFrame = field(default_factory=pd.DataFrame)
    by: tuple[str, ...] = ()
    asked: tuple[Kpi, ...] = ()

    @property
    def differing(self) -> pd.DataFrame:
        """Rows whose readings differ."""
        rows = self.table
        close = np.isclose(rows["estimate"], rows["strict_estimate"], rtol=_SAME, atol=0, equal_nan=True)
        return rows[~close & rows[["estimate", "strict_estimate"]].notna().all(axis=1)]

    def examples(self, row: pd.Series, count: int = 5) -> list[str]:
        """Return the names of up to `count` records that make the difference in a row of `table`."""
        wanted = [*self.by, "kpi", "reading"]
        if self.records.empty:
            return []
        mine = (self.records[wanted].astype(object) == row[wanted].to_numpy(object)).all(axis=1)
        return [str(name) for name in self.records.loc[mine, "name"].head(count)]


def disagreement(
    crm: Crm,
    kpis: str | Kpi | Iterable[str | Kpi] | None,
    period: str | Period,
    *,
    by: str | Iterable[str] = (),
    readings: str | Iterable[str] = (),
    registry: Registry = KPIS,
) -> DisagreementResult:
    """Set every reading of KPIs beside the strict one and name the records that make the difference.

    Parameters
    ----------
    crm : Crm
        The data.
    kpis : names, Kpi objects or None
        KPIs that have other readings; None: all of them that this data allows.
    period : str or Period
        Span of days.
    by : str or sequence of str
        As in `panel`.
    readings : str or sequence of str
        Which readings, such as ``seed``; empty: every one.
    registry : Registry
        Where the readings are declared.

    Returns
    -------
    DisagreementResult
        Readings in the unit of the strict one; records are looked up only where values differ.

    Raises
    ------
    InvalidInput
        A KPI asked for has no other reading.
    MissingData
        A KPI asked for needs a table or column that this data does not have.

    Notes
    -----
    Each record's part of numerator and base is that by which they change with it (the numerator of a product
    is the value times its base). Records whose part differs between the readings are the ones counted
    differently; over all records the parts add up to the difference.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.disagreement(sa.sample(), None, "2026-Q3").table.columns[:3].tolist()
    ['period', 'kpi', 'reading']
    """
    check_crm(crm, "disagreement()")
    span, dims = crm.known_period(period), dimensions(by)
    wanted = (readings,) if isinstance(readings, str) and readings else tuple(readings)
    pairs, absent = _pairs(crm, _strict(kpis, registry), registry, (dims, wanted))
    tables, found, untraced = [], [], 0
    shown = panel(crm, _each(pairs), span, by=dims) if pairs else None
    sums = shown.wide().rename_axis(index=[*dims, "period"]) if shown else pd.DataFrame()
    for strict, other in pairs:
        table = _values(strict, other, sums)
        records = _traced(crm, strict, other, span, table, dims)
        if records is not None:
            counts = records.groupby([*dims, "period"], dropna=False).size()
            table["records"] = counts.reindex(table.index).fillna(0.0)
            found.append(records.drop(columns="period"))
        untraced += int(table["records"].isna().sum())
        tables.append(table.reset_index())
    columns = [*dims, "period", *_COLUMNS]
    table = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    notes = [Note("untraced_readings", untraced)] * bool(untraced)
    notes += [Note("readings_not_computable", values={"readings": tuple(absent)})] * bool(absent)
    return DisagreementResult(
        table=table,
        method="goals.disagreement",
        n=shown.n if shown else 0,
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=tuple(notes),
        records=pd.concat(found, ignore_index=True) if found else pd.DataFrame(),
        by=dims,
        asked=tuple(dict.fromkeys(strict for strict, _ in pairs)),
    )


def _strict(kpis: str | Kpi | Iterable[str | Kpi] | None, registry: Registry) -> list[Kpi]:
    """Return the KPIs with other readings; one that is a reading itself stands for its KPI."""
    if kpis is None:
        return [kpi for kpi in registry.strict if _others(kpi, registry)]
    asked = [registry[kpi.variant_of] if kpi.variant_of else kpi for kpi in registry.pick(kpis)]
    for kpi in asked:
        if not _others(kpi, registry):
            known = ", ".join(k.name for k in registry.strict if _others(k, registry))
            raise InvalidInput(f"KPI {kpi.name} has one reading only. KPIs with several: {known or 'none'}.")
    return list(dict.fromkeys(asked))


def _others(kpi: Kpi, registry: Registry) -> list[Kpi]:
    """Return the readings that can be set beside `kpi`: those in its own unit."""
    return [other for other in registry.variants(kpi.name) if other.unit == kpi.unit]


def _pairs(
    crm: Crm, asked: list[Kpi], registry: Registry, chosen: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[list[tuple[Kpi, Kpi]], list[str]]:
    """Return strict KPI and reading, two by two, and the names of readings that this data does not give."""
    (dims, wanted), pairs, absent = chosen, [], []
    for strict in asked:
        for other in _others(strict, registry):
            if wanted and other.variant not in wanted:
                continue
            if len(computable(crm, (strict, other), dims)) == 2:
                pairs.append((strict, other))
            else:
                absent.append(other.name)
    return pairs, absent


def _each(pairs: list[tuple[Kpi, Kpi]]) -> list[Kpi]:
    return list(dict.fromkeys(kpi for pair in pairs for kpi in pair))


def _values(strict: Kpi, other: Kpi, sums: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame({"estimate": other.values(sums), "strict_estimate": strict.values(sums)})
    table["difference"] = table["estimate"] - table["strict_estimate"]
    same = np.isclose(table["estimate"], table["strict_estimate"], rtol=_SAME, atol=0, equal_nan=True)
    table["records"] = np.where(same, 0.0, np.nan)
    return table.assign(kpi=strict.name, reading=other.variant, unit=other.unit)


def _traced(
    crm: Crm, strict: Kpi, other: Kpi, span: Period, table: pd.DataFrame, dims: tuple[str, ...]
) -> pd.DataFrame | None:
    """Return the records that the two readings count differently; None where nothing is to be told."""
    if table["records"].notna().all() or not strict.record or strict.record != other.record:
        return None
    sides = [record_sums(crm, kpi, span, by=dims) for kpi in (other, strict)]
    if any(side is None for side in sides):
        return None
    keys = [*dims, "period"]
    parts = [_contributions(kpi, side, keys) for kpi, side in zip((other, strict), sides)]
    both = (
        parts[0]
        .merge(parts[1], on=[*keys, "record"], how="outer", suffixes=("", "_strict"))
        .fillna({"numerator": 0.0, "base": 0.0, "numerator_strict": 0.0, "base_strict": 0.0})
    )
    both = both.merge(table["records"].rename("agrees").reset_index(), on=keys)
    totals = [both.groupby(keys, dropna=False)[c].transform("sum") for c in ("base", "base_strict")]
    size = both[["numerator", "numerator_strict", "base", "base_strict"]].abs().max(axis=1)
    apart = (both["numerator"] - both["numerator_strict"]).abs() > _SAME * size
    apart |= (both["base"] - both["base_strict"]).abs() > _SAME * size
    lines = [t if kpi.base else 1.0 for kpi, t in zip((other, strict), totals)]
    both["difference"] = both["numerator"] / lines[0] - both["numerator_strict"] / lines[1]
    both = both[apart & both["agrees"].isna()]
    names = _names(crm, strict.record, both["record"])
    both = both.assign(kpi=strict.name, reading=other.variant, name=names)
    both = both.rename(columns={"numerator_strict": "strict_numerator", "base_strict": "strict_base"})
    order = both["difference"].abs().sort_values(ascending=False, kind="stable").index
    columns = [*dims, "period", "kpi", "reading", "record", "name", "numerator", "base"]
    return both.loc[order, [*columns, "strict_numerator", "strict_base", "difference"]]


def _contributions(kpi: Kpi, records: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return what each record adds to the numerator (value times base) and to the base."""
    measures = [m.name for m in kpi.sums]
    single = records[measures]
    base = single[kpi.base] if kpi.base else pd.Series(0.0, records.index)
    if kpi.combine is None:
        above = single[kpi.numerator]
    else:
        totals = records.groupby(keys, dropna=False)[measures].transform("sum")
        up, middle, down = (_above(kpi, totals + sign * single) for sign in (1, 0, -1))
        # Without its only record a row has no value: then one side must do.
        above = ((up - down) / 2).fillna(up - middle).fillna(middle - down)
    return records[[*keys, "record"]].assign(numerator=above.fillna(0.0), base=base)


def _above(kpi: Kpi, sums: pd.DataFrame) -> pd.Series:
    value = kpi.values(sums)
    return value * sums[kpi.base] if kpi.base else value


def _names(crm: Crm, column: str, ids: pd.Series) -> pd.Series:
    """Return what people call the records, in the tables that name them; else their ids."""
    table = next((name for name, spec in SCHEMA.items() if spec.key == (column,)), "")
    if not table or "name" not in SCHEMA[table].columns or not crm.has(f"{table}.name") or ids.empty:
        return ids
    source, wanted = crm.tables[table].select(column, "name"), ids.dropna().unique().tolist()
    frame = (source.filter(source[column].isin(wanted)) if len(wanted) <= _FEW else source).to_pandas()
    return ids.map(frame.drop_duplicates(column).set_index(column)["name"]).fillna(ids)
