"""`reasons`: why opportunities were lost, as recorded: shares, the stage they were lost in, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from ..core.result import Note, Result
from ..core.rows import rows
from ..stats import benjamini_hochberg, newcombe, of_sums, wilson
from ..stats.share_test import share_difference_p
from .groups import dimensions, labelled, numbered
from .states import states

#: Stands for a loss without a recorded reason.
UNEXPLAINED = ""
#: What can be said of a reason's share against the period before.
VERDICTS = ("more", "fewer", "cannot_tell")
_LEVEL, _FALSE_FINDINGS = 0.95, 0.05


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReasonsResult(Result):
    """One row per group and recorded reason, the most frequent first; no reason is a row of its own.

    `table` columns: the dimensions of `by`; ``reason`` (as recorded; empty: none), ``n`` lost opportunities,
    ``base`` (all that were lost), ``estimate`` = n ÷ base with its interval, ``value`` lost, ``share`` of the
    value lost with its interval ``share_low, share_high``; ``reference`` (the share in the period before),
    ``difference`` with its interval, ``p_value, p_adjusted`` over all rows, ``verdict`` (one of `VERDICTS`)
    and ``is_too_few`` (base below the client's least).

    Attributes
    ----------
    stages : pandas.DataFrame
        One row per reason and last open stage: ``reason, stage, n, value``; stage empty: not known.
    by : tuple of str
        Dimensions.
    before : Period
        The period compared with.
    """

    stages: pd.DataFrame = field(default_factory=pd.DataFrame)
    by: tuple[str, ...] = ()
    before: Period | None = None


def reasons(crm: Crm, period: str | Period = "", *, by: str | Iterable[str] = ()) -> ReasonsResult:
    """Count the recorded reasons of losses, and compare them with the period before.

    Parameters
    ----------
    crm : Crm
    period : str or Period
        Days of the losses; empty: the last whole quarter.
    by : str or sequence of str
        Dimensions as in `movement`; empty: everything together.

    Returns
    -------
    ReasonsResult

    Raises
    ------
    MissingData
        The data has no reasons of losses.

    Notes
    -----
    Intervals: Wilson for counts, Newcombe for differences, bootstrap or delta method for values. Differences
    are tested over all reasons and groups together (Benjamini-Hochberg, 5 %). A reason is what a rep chose in
    a list after the loss; it says what is on record, not why it was lost.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = reasons(sa.sample(), "2026-Q3")
    >>> bool(abs(found.table["estimate"].sum() - 1) < 1e-9)
    True
    """
    check_crm(crm, "reasons()")
    crm.require("opportunities.lost_reason", wanted_by="reasons()")
    span, names = crm.period(period).clip(crm.as_of), dimensions(by)
    before = span.previous() if crm.period(period) == span else crm.period(period).previous()
    lost = _lost(crm, names)
    now, then = _within(lost, span), _within(lost, before)
    table = _compared(_counted(now), _counted(then), minimum=crm.client.minimum_base)
    groups = lost.attrs["groups"]
    return ReasonsResult(
        table=_labelled(table, groups),
        method="pipeline.reasons",
        n=len(now),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=() if len(then) else (Note("pipeline_no_losses_before", values={"period": before}),),
        stages=_by_stage(crm, now),
        by=names,
        before=before,
    )


def _lost(crm: Crm, names: tuple[str, ...]) -> pd.DataFrame:
    columns = ("opportunity_id", "rep_id", "outcome", "closed_on", "amount", "lost_reason")
    sale = rows(crm, "opportunities", *columns)
    last = np.datetime64(crm.as_of, "s")
    lost = sale[(sale["outcome"] == "lost") & (sale["closed_on"] <= last)].reset_index(drop=True)
    said = lost["lost_reason"].str.strip()
    group, groups = numbered(labelled(crm, lost, names))
    lost = lost.assign(reason=said.fillna(UNEXPLAINED), group=group, amount=lost["amount"].fillna(0.0))
    lost.attrs["groups"] = groups
    return lost


def _within(lost: pd.DataFrame, span: Period) -> pd.DataFrame:
    start, end = np.datetime64(span.start, "s"), np.datetime64(span.end, "s")
    return lost[(lost["closed_on"] >= start) & (lost["closed_on"] < end)].reset_index(drop=True)


def _counted(lost: pd.DataFrame) -> pd.DataFrame:
    """Return count and value by group and reason, with the base and the interval of the value share."""
    if lost.empty:
        columns = ["n", "value", "base", "share", "share_low", "share_high"]
        return pd.DataFrame(
            columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=["group", "reason"])
        )
    found = lost.groupby(["group", "reason"]).agg(n=("amount", "size"), value=("amount", "sum"))
    base = lost.groupby("group").size()
    found["base"] = base.reindex(found.index.get_level_values("group")).to_numpy()
    cells, whole = pd.factorize(lost["group"], sort=True)
    amount, parts = lost["amount"].to_numpy(), []
    for reason in lost["reason"].unique():
        records = np.column_stack([np.where(lost["reason"] == reason, amount, 0.0), amount])
        ends, _ = of_sums(records, cells, _ratio)
        index = pd.MultiIndex.from_product([whole, [reason]], names=["group", "reason"])
        found_ends = {"share": ends.estimate, "share_low": ends.conf_low, "share_high": ends.conf_high}
        parts.append(pd.DataFrame(found_ends, index=index))
    shares = pd.concat(parts).clip(0.0, 1.0)
    return found.join(shares)


def _ratio(sums: np.ndarray) -> np.ndarray:
    return np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] > 0)


def _compared(now: pd.DataFrame, then: pd.DataFrame, *, minimum: int) -> pd.DataFrame:
    """Set each share against the period before; a reason given only then is a row with none now."""
    both = now.join(then[["n"]].add_prefix("then_"), how="outer")
    group = both.index.get_level_values("group")
    base, then_base = (
        frame["base"].groupby(level="group").first().reindex(group).to_numpy("float64")
        for frame in (now, then)
    )
    both = both[~np.isnan(base)]
    base, then_base = base[~np.isnan(base)], then_base[~np.isnan(base)]
    n, before = (both[c].fillna(0).to_numpy("float64") for c in ("n", "then_n"))
    known = np.nan_to_num(then_base)
    ends = wilson(n, base, level=_LEVEL)
    apart = newcombe((n, before), (base, known), level=_LEVEL)
    p = share_difference_p((n, before), (base, known))
    is_few = (base < minimum) | (known < minimum)
    adjusted = benjamini_hochberg(np.where(is_few, np.nan, p))
    found = np.nan_to_num(adjusted, nan=1.0) < _FALSE_FINDINGS
    verdict = np.select([found & (apart.estimate > 0), found], ["more", "fewer"], "cannot_tell")
    kept = both[["share", "share_low", "share_high"]].astype("float64")
    return pd.DataFrame(
        {
            "n": n.astype("int64"),
            "base": base.astype("int64"),
            "estimate": ends.estimate,
            "conf_low": ends.conf_low,
            "conf_high": ends.conf_high,
            "value": both["value"].fillna(0.0).astype("float64"),
            **{name: kept[name] for name in kept},
            "reference": np.divide(before, known, out=np.full(len(n), np.nan), where=known > 0),
            "difference": apart.estimate,
            "difference_low": apart.conf_low,
            "difference_high": apart.conf_high,
            "p_value": p,
            "p_adjusted": adjusted,
            "verdict": verdict,
            "is_too_few": base < minimum,
        },
        index=both.index,
    ).reset_index()


def _labelled(table: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    table = table.sort_values(["group", "n", "reason"], ascending=[True, False, True], kind="stable")
    names = groups.iloc[table["group"].to_numpy("int64")].reset_index(drop=True)
    return pd.concat([names, table.drop(columns="group").reset_index(drop=True)], axis="columns")


def _by_stage(crm: Crm, lost: pd.DataFrame) -> pd.DataFrame:
    """Count the losses by reason and the last stage in which the opportunity was open."""
    frame = states(crm)
    last = frame[frame["status"] == "open"].drop_duplicates("opportunity_id", keep="last")
    stage = lost["opportunity_id"].map(last.set_index("opportunity_id")["stage"]).fillna("")
    found = (
        lost.assign(stage=stage)
        .groupby(["reason", "stage"])
        .agg(n=("amount", "size"), value=("amount", "sum"))
    )
    return found.reset_index()
