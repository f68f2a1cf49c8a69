"""`stage_flow`: what became of the opportunities that entered each stage, and how many get on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.history import ATTRIBUTES
from ..core.period import Period
from ..core.result import Note, Result
from ..stats import wilson
from .stage_pace import conversion, since, within
from .stage_rows import FATES, StageRows, belonging, chosen, stage_rows

#: What rows can be told apart by.
SPLITS = ("rep_id", *ATTRIBUTES)
COUNTS = ("entered", "moved_on", "skipped", "won", "lost", "standing", "moved_back", "aside")
_GETS_ON = ("moved_on", "won")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StageFlowResult(Result):
    """What became of first entries into stages, one row per stage (and group).

    `table` columns: the groups' columns, ``stage, place``; counts of the first entries in the period as
    known on the last day: ``entered`` = ``moved_on`` (a later stage was reached; of them ``skipped`` passed
    over at least one) + ``won`` + ``lost`` + ``standing`` + ``moved_back`` (open in an earlier stage) +
    ``aside`` (open in a stage without a place in the order); ``naive, naive_low, naive_high``: (moved on +
    won) ÷ entered with Wilson's interval, the KPI `stage_rate`; ``decided``: the same without those still
    open in it or before it; ``estimate, conf_low, conf_high``: share that gets on at the pace of the period;
    ``undecided``: share for which nothing had ended by ``days``, the longest time watched; ``n``
    opportunities watched, ``events`` that got on in the period; ``skips, moves_back``: moves of that kind
    out of the stage in the period, all visits counted.

    Attributes
    ----------
    pairs : pandas.DataFrame
        ``stage, to, n, base, estimate, conf_low, conf_high``: of the first entries into a stage, those that
        reached ``to`` or a stage beyond it, or were won.
    moves : pandas.DataFrame
        ``stage, to, n, base, estimate, conf_low, conf_high``: of the stays that ended in the period, where
        they went: the next stage, ``won`` or ``lost``.
    by : tuple of str
        Columns of the groups.
    has_history : bool
        Whether stages are on record; else the one row is the whole way from creation to close.
    is_declared : bool
        Whether the client declares the order of the stages.
    """

    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    by: tuple[str, ...] = ()
    has_history: bool = True
    is_declared: bool = True


def stage_flow(
    crm: Crm, period: Period | str = "", *, by: str | Iterable[str] = (), team: str = "", region: str = ""
) -> StageFlowResult:
    """Count what became of the opportunities that entered each stage, and estimate how many get on.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        When they entered; default the last whole quarter.
    by : str or sequence of str
        ``team, rep, manager, role, region``, as on the day of the entry.
    team, region : str
        Only entries under reps who then belonged to it.

    Returns
    -------
    StageFlowResult

    Raises
    ------
    UnknownName
        No such team, region or dimension.

    Notes
    -----
    The naive share of recent entries is low because many have had no time yet. The estimate takes all
    opportunities that were in the stage for any part of the period and not further before, by the days they
    had been there: chance to get on and to be lost day by day, put together as in a life table (Aalen and
    Johansen, with late entry; a loss competes, what is open is censored). Intervals allow for opportunities
    of one rep being alike. A move back is a detour: the clock of the first entry goes on.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.stage_flow(sa.sample(), "2026-Q3")
    >>> row = found.table.iloc[0]
    >>> bool(row.entered == row.moved_on + row.won + row.lost + row.standing + row.moved_back + row.aside)
    True
    """
    check_crm(crm, "stage_flow()")
    span = crm.period(period).clip(crm.as_of)
    dims = splits(by)
    data = stage_rows(crm)
    entries = chosen(crm, data.entries, team=team, region=region)
    stays = chosen(crm, data.stays, team=team, region=region)
    if set(dims) - {"rep_id"}:
        entries, stays = belonging(crm, entries), belonging(crm, stays)
    entered = entries[within(entries["entered_on"], span)]
    return StageFlowResult(
        table=flow_table(entries, stays, span, dims, data),
        method="pipeline.stage_flow",
        n=len(entered),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=notes_of(data),
        pairs=_pairs(entered, data),
        moves=_moves(stays, span, data),
        by=dims,
        has_history=data.has_history,
        is_declared=data.is_declared,
    )


def flow_table(
    entries: pd.DataFrame, stays: pd.DataFrame, span: Period, dims: tuple[str, ...], data: StageRows
) -> pd.DataFrame:
    """Return the table of `stage_flow` for given entries and stays."""
    table = _counts(entries[within(entries["entered_on"], span)], dims, data)
    table = table.merge(_skips(stays, span, dims), on=[*dims, "stage"], how="left")
    table = table.merge(_conversions(entries, span, dims, since(data)), on=[*dims, "stage"], how="left")
    counts = ("skips", "moves_back", "n", "events")
    table = table.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, "int64"))
    return _ordered(table, dims, data)


def splits(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return the columns of `by`, checked.

    Examples
    --------
    >>> splits("rep")
    ('rep_id',)
    """
    asked = ([by] if by else []) if isinstance(by, str) else list(by)
    names = tuple("rep_id" if name == "rep" else name for name in asked)
    for name in names:
        if name not in SPLITS:
            raise unknown("dimension", name, SPLITS)
    return names


def notes_of(data: StageRows) -> tuple[Note, ...]:
    """Return the cautions about a client's stages.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> notes_of(stage_rows(sa.sample()))
    ()
    """
    found = []
    if not data.has_history:
        found.append(Note("stages_no_history"))
    elif not data.is_declared:
        found.append(Note("stages_no_order"))
    elif len(data.order) > data.declared:
        names = data.order[data.declared :]
        count = int(data.entries["stage"].isin(names).sum())
        found.append(Note("stages_not_declared", count, {"stages": names}))
    return tuple(found)


def _counts(entered: pd.DataFrame, dims: tuple[str, ...], data: StageRows) -> pd.DataFrame:
    keys = [*dims, "stage"]
    table = entered.groupby([*keys, "fate"], dropna=False).size().unstack("fate", fill_value=0)
    table = table.reindex(columns=list(FATES), fill_value=0).reset_index()
    skips = entered[entered["fate"].eq("moved_on") & (entered["later_place"] - entered["place"] > 1)]
    counted = skips.groupby(keys, dropna=False).size().rename("skipped").reset_index()
    if not dims:
        table = pd.DataFrame({"stage": list(data.order)}).merge(table, on="stage", how="left")
    table = table.merge(counted, on=keys, how="left")
    table[[*FATES, "skipped"]] = table[[*FATES, "skipped"]].fillna(0).astype("int64")
    table["entered"] = table[list(FATES)].sum(axis=1)
    on = table[list(_GETS_ON)].sum(axis=1)
    share = wilson(on.to_numpy(), table["entered"].to_numpy())
    ended = on + table["lost"]
    return table.assign(
        naive=share.estimate,
        naive_low=share.conf_low,
        naive_high=share.conf_high,
        decided=(on / ended).where(ended > 0),
    )


def _skips(stays: pd.DataFrame, span: Period, dims: tuple[str, ...]) -> pd.DataFrame:
    left = stays[within(stays["left_on"], span)]
    left = left.assign(skips=left["way"].eq("skip"), moves_back=left["way"].eq("back"))
    return left.groupby([*dims, "stage"], dropna=False)[["skips", "moves_back"]].sum().reset_index()


def _conversions(
    entries: pd.DataFrame, span: Period, dims: tuple[str, ...], first: pd.Timestamp
) -> pd.DataFrame:
    keys = [*dims, "stage"]
    begin = max(pd.Timestamp(span.start), first) if pd.notna(first) else pd.Timestamp(span.start)
    over = entries["later_on"].fillna(entries["closed_on"]) < begin
    seen = entries[(entries["entered_on"] < pd.Timestamp(span.end)) & ~over]
    found = [
        {**dict(zip(keys, key)), **conversion(rows, span, first)}
        for key, rows in seen.groupby(keys, dropna=False, sort=False)
    ]
    names = ["estimate", "std_error", "conf_low", "conf_high", "undecided", "days", "n", "events"]
    return pd.DataFrame(found, columns=[*keys, *names])


def _ordered(table: pd.DataFrame, dims: tuple[str, ...], data: StageRows) -> pd.DataFrame:
    place = {stage: k for k, stage in enumerate(data.order)}
    table = table.assign(place=table["stage"].map(place))
    table = table.sort_values([*dims, "place"], kind="stable", ignore_index=True)
    counts = ["entered", "moved_on", "skipped", "won", "lost", "standing", "moved_back", "aside"]
    shares = ["naive", "naive_low", "naive_high", "decided"]
    rest = ["estimate", "std_error", "conf_low", "conf_high", "undecided", "days", "n", "events"]
    return table[[*dims, "stage", "place", *counts, *shares, *rest, "skips", "moves_back"]]


def _pairs(entered: pd.DataFrame, data: StageRows) -> pd.DataFrame:
    """Count for each pair of stages in order how many of the one reached the other, or one beyond it."""
    ranked = data.order[: data.declared]
    found = []
    for k, stage in enumerate(ranked):
        mine = entered[entered["stage"] == stage]
        # Without a declared order places are each opportunity's own.
        for to in ranked[k + 1 :] if data.is_declared else ():
            beyond = data.entries.loc[data.entries["stage"] == to, "place"].max()
            reached = mine["outcome"].eq("won") | (mine["furthest"] >= beyond)
            found.append((stage, to, int(reached.sum()), len(mine)))
        found.append((stage, "won", int(mine["outcome"].eq("won").sum()), len(mine)))
    return _shares(pd.DataFrame(found, columns=["stage", "to", "n", "base"]))


def _moves(stays: pd.DataFrame, span: Period, data: StageRows) -> pd.DataFrame:
    left = stays[within(stays["left_on"], span) & stays["to"].notna()]
    found = left.groupby(["stage", "to"]).size().rename("n").reset_index()
    found["base"] = found["stage"].map(left.groupby("stage").size())
    place = {name: k for k, name in enumerate((*data.order, "won", "lost"))}
    found = found.sort_values(["stage", "to"], key=lambda names: names.map(place), ignore_index=True)
    return _shares(found)


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    share = wilson(table["n"].to_numpy(dtype=float), table["base"].to_numpy(dtype=float))
    return table.assign(estimate=share.estimate, conf_low=share.conf_low, conf_high=share.conf_high)
