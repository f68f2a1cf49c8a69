"""Who is credited with what was sold, on the day that the plan's basis counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import MissingData, unknown
from ..core.rows import rows
from .plan import PayPlan

#: Shares are kept in ten-thousandths and amounts in cents: whole numbers add up exactly.
SCALE, CENTS = 10_000, 100
COLUMNS = (
    "opportunity_id", "rep_id", "owner_id", "kind", "counted_on", "type", "cents", "parts", "signed_on",
    "cancelled_on",
)  # fmt: skip
#: Why a rep has a part of a win.
KINDS = ("own", "given", "handed_over", "entered")
_BASIS_COLUMN = {"invoiced": "invoiced_on", "paid": "paid_on"}


def credits(crm: Crm, plan: PayPlan) -> pd.DataFrame:
    """Return one row per win and rep credited with a part of it.

    Parameters
    ----------
    crm : Crm
    plan : PayPlan
        Its basis and splits.

    Returns
    -------
    pandas.DataFrame
        ``opportunity_id, rep_id, owner_id``, ``kind`` (of `KINDS`), ``counted_on``, ``type``, ``cents`` of
        the value and ``parts`` (ten-thousandths) of the win; the parts of a win add up exactly to it, and
        beyond it only where splits come on top. ``signed_on, cancelled_on`` of its contract where known.

    Raises
    ------
    MissingData
        The basis needs a column that the data lacks.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> credits(sa.sample(), PayPlan())["kind"].unique().tolist()
    ['own']
    """
    wins = _wins(crm, plan)
    others = _others(crm, plan, wins)
    wins = wins.assign(kind="own", parts=SCALE)
    if others.empty:
        return wins[list(COLUMNS)].reset_index(drop=True)
    named = set(others.loc[others["kind"] == "given", "opportunity_id"])
    others["cents"] = (others["cents"] * others["parts"] + SCALE // 2) // SCALE
    own = wins[~wins["opportunity_id"].isin(named)]
    if not plan.splits.on_top:
        gone = others[others["kind"] != "given"].groupby("opportunity_id")[["cents", "parts"]].sum()
        gone = gone.reindex(own["opportunity_id"]).fillna(0).astype("int64")
        own = own.assign(
            cents=own["cents"].to_numpy() - gone["cents"].to_numpy(),
            parts=own["parts"].to_numpy() - gone["parts"].to_numpy(),
        )
    others = _whole(others, wins, named)
    found = pd.concat([own[list(COLUMNS)], others[list(COLUMNS)]], ignore_index=True)
    return found.sort_values(["counted_on", "opportunity_id"], kind="stable").reset_index(drop=True)


def _wins(crm: Crm, plan: PayPlan) -> pd.DataFrame:
    """Return every win: owner, day it counts, value in cents, what became of its contract."""
    crm.require("opportunities.closed_on", wanted_by="Pay")
    sold = rows(crm, "opportunities", "opportunity_id", "rep_id", "closed_on", "outcome", "amount", "type")
    sold = sold[(sold["outcome"] == "won") & sold["closed_on"].notna()]
    signed = rows(
        crm,
        "contracts",
        "opportunity_id",
        "rep_id",
        "value",
        "signed_on",
        "cancelled_on",
        "invoiced_on",
        "paid_on",
    )
    signed = signed[signed["opportunity_id"].notna()].drop_duplicates("opportunity_id")
    if plan.basis == "booked":
        found = sold.assign(counted_on=sold["closed_on"])
        found = found.merge(signed[["opportunity_id", "signed_on", "cancelled_on"]], "left", "opportunity_id")
    else:
        column = _BASIS_COLUMN[plan.basis]
        _require_basis(crm, plan.basis, column)
        owners = sold[["opportunity_id", "rep_id", "amount", "type"]]
        found = signed.merge(owners, "inner", "opportunity_id", suffixes=("_of_contract", ""))
        found = found.assign(
            counted_on=found[column],
            amount=found["value"].fillna(found["amount"]),
            rep_id=found["rep_id"].fillna(found["rep_id_of_contract"]),
        )
    found = found[found["counted_on"].notna() & found["rep_id"].notna()]
    found = found[found["counted_on"] <= pd.Timestamp(crm.as_of)]
    cents = np.rint(found["amount"].fillna(0.0).to_numpy() * CENTS).astype("int64")
    found = found.assign(cents=cents, owner_id=found["rep_id"])
    return found.sort_values(["counted_on", "opportunity_id"], kind="stable")


def _require_basis(crm: Crm, basis: str, column: str) -> None:
    if crm.has(f"contracts.{column}") and crm.has("contracts.opportunity_id"):
        return
    held = "signature (signed_on)" if crm.has("contracts.signed_on") else "no contracts at all"
    raise MissingData(
        f"The pay plan pays on what was {basis}, which needs contracts.{column} and "
        "contracts.opportunity_id; "
        f'this data holds {held}. Export that day, or write basis = "booked" in the plan.'
    )


def _others(crm: Crm, plan: PayPlan, wins: pd.DataFrame) -> pd.DataFrame:
    """Return the parts that go to somebody besides the owner, not yet multiplied out."""
    splits, parts = plan.splits, []
    if splits.given:
        parts.append(_given(crm, plan, wins))
    named = set(splits.given)
    rest = wins[~wins["opportunity_id"].isin(named)]
    if splits.handed_over:
        crm.require(
            "leads.handed_to", "leads.opportunity_id", wanted_by="'handed_over' in [splits] of the pay plan"
        )
        leads = rows(crm, "leads", "opportunity_id", "rep_id", "handed_to")
        leads = leads.dropna(subset=["opportunity_id", "rep_id", "handed_to"]).drop_duplicates(
            "opportunity_id"
        )
        leads = leads[leads["rep_id"] != leads["handed_to"]]
        parts.append(
            _of(rest, leads.set_index("opportunity_id")["rep_id"], splits.handed_over, "handed_over")
        )
    if splits.entered:
        crm.require("opportunities.entry_rep_id", wanted_by="'entered' in [splits] of the pay plan")
        entry = rows(crm, "opportunities", "opportunity_id", "entry_rep_id").dropna()
        parts.append(_of(rest, entry.set_index("opportunity_id")["entry_rep_id"], splits.entered, "entered"))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _of(wins: pd.DataFrame, who: pd.Series, share: object, kind: str) -> pd.DataFrame:
    """Return the part of each win that goes to `who`, where that is not the owner anyway."""
    other = wins["opportunity_id"].map(who)
    kept = wins[other.notna() & (other != wins["rep_id"])]
    return kept.assign(rep_id=other[kept.index], kind=kind, parts=int(share * SCALE))


def _given(crm: Crm, plan: PayPlan, wins: pd.DataFrame) -> pd.DataFrame:
    every = set(rows(crm, "opportunities", "opportunity_id")["opportunity_id"])
    table = []
    for opportunity, shares in plan.splits.given.items():
        if opportunity not in every:
            raise unknown("opportunity", opportunity, every, where="[splits] of the pay plan")
        for rep, share in shares.items():
            table.append((opportunity, str(crm.rep(rep)["rep_id"]), int(share * SCALE)))
    named = pd.DataFrame(table, columns=["opportunity_id", "to", "parts"])
    found = wins.merge(named, on="opportunity_id")
    return found.assign(rep_id=found["to"], kind="given")


def _whole(others: pd.DataFrame, wins: pd.DataFrame, named: set[str]) -> pd.DataFrame:
    """Give what rounding leaves of a win shared by name to the first of those who share it."""
    if not named:
        return others
    shared = others["kind"] == "given"
    value = wins.set_index("opportunity_id")["cents"]
    rest = value.reindex(list(named)).dropna() - others[shared].groupby("opportunity_id")["cents"].sum()
    first = shared & ~others.assign(shared=shared).duplicated(["opportunity_id", "shared"])
    more = others["opportunity_id"].map(rest).fillna(0).where(first, 0).astype("int64")
    return others.assign(cents=others["cents"] + more)
