"""`hygiene`: what is wrong with the open opportunities, each with the rule that says so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.result import Note, Result
from ..core.rows import rows
from ..kpi.health import STALL_DAYS
from .groups import dimensions, labelled
from .rules import RISKS, RULES, Facts, facts, fired
from .states import states, states_on

_SALE = (
    "opportunity_id",
    "label",
    "account",
    "rep_id",
    "name",
    "team",
    "stage",
    "amount",
    "expected_close_on",
)
COLUMNS = (*_SALE, "rule", "fact", "threshold", "unit")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HygieneResult(Result):
    """One row per open opportunity and rule that fired.

    `table` columns: ``opportunity_id, label`` (what it is called), ``account, rep_id, name`` (the owner's),
    ``team, stage, amount, expected_close_on``; ``rule`` (one of `RULES`), ``fact`` and ``threshold`` in
    ``unit`` (days or count; both missing where a rule is a yes or no). Largest value first.

    Attributes
    ----------
    open : pandas.DataFrame
        Every open opportunity: the same columns up to ``expected_close_on``, and ``flags`` (rules that fired)
        and ``risks`` (those of them that tell of risk rather than of missing entries).
    unchecked : dict of str to tuple of str
        Rules that this data cannot check, and the columns they need; empty where too little has happened.
    limits : pandas.Series
        By stage the days beyond which a stay is long.
    facts : pandas.DataFrame
        Of every open opportunity what each rule looked at, fired or not: ``opportunity_id`` and a column per
        rule that was checked.
    """

    open: pd.DataFrame = field(default_factory=pd.DataFrame)
    unchecked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    limits: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)

    def summary(self, by: str = "") -> pd.DataFrame:
        """Return how much stands open and how much of it is flagged, by ``rep_id`` or ``team``.

        Columns: `by`, ``n`` and ``value`` (all that is open), ``flagged`` and ``value_flagged`` (at least one
        sign of risk), and one column per rule that was checked with the opportunities it fired for.
        """
        held = self.open.assign(group=self.open[by] if by else "")
        risky = held[held["risks"] > 0]
        found = held.groupby("group", dropna=False)["amount"].agg(n="size", value="sum")
        found = found.join(
            risky.groupby("group", dropna=False)["amount"].agg(flagged="size", value_flagged="sum")
        )
        fired_of = self.table.assign(group=self.table[by] if by else "")
        counts = fired_of.groupby(["group", "rule"], dropna=False).size().unstack("rule")
        checked = [rule for rule in RULES if rule not in self.unchecked]
        found = found.join(counts.reindex(columns=checked)).fillna(0)
        whole = dict.fromkeys(("n", "flagged", *checked), "int64")
        return found.astype(whole).reset_index().rename(columns={"group": by or "group"})

    def only(self, *, team: str = "", region: str = "") -> HygieneResult:
        """Return the same for the owners of a team or region; limits stay those of the whole company."""
        keep = pd.Series(True, self.open.index)
        for name, value in (("team", team), ("region", region)):
            if value:
                keep &= self.open[name] == value
        kept = self.open[keep]
        table = self.table[self.table["opportunity_id"].isin(kept["opportunity_id"])]
        return replace(
            self, table=table.reset_index(drop=True), open=kept.reset_index(drop=True), n=len(kept)
        )


def hygiene(crm: Crm, on: date | None = None, *, untouched_days: int = STALL_DAYS) -> HygieneResult:
    """Check every open opportunity against rules whose limits come from the company's own history.

    Parameters
    ----------
    crm : Crm
    on : datetime.date, optional
        Day looked at; by default the last day of the data. Nothing later counts. Next steps are known for
        the last day alone.
    untouched_days : int
        Days without activity or change of stage after which an opportunity is untouched.

    Returns
    -------
    HygieneResult

    Raises
    ------
    InvalidInput
        A day after the data ends, or fewer than one day.

    Notes
    -----
    ``stalled``: in its stage for longer than 90 % of all stays in that stage (Kaplan-Meier, open stays
    censored, own history up to the day). ``old``: open for longer than 90 % of the wins took. ``overdue``:
    the expected close date is past. ``pushed``: its close date was moved to a later day three times or more.
    ``far``: expected to close later from now than 90 % of the wins took in all.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = hygiene(sa.sample())
    >>> "overdue" in set(found.table["rule"])
    True
    """
    check_crm(crm, "hygiene()")
    at = on or crm.as_of
    if at > crm.as_of:
        raise InvalidInput(f"The data ends on {crm.as_of}; choose that day or an earlier one, not {at}.")
    if untouched_days < 1:
        raise InvalidInput(f"untouched_days is {untouched_days}; it is at least 1.")
    frame = states(crm)
    there = states_on(frame, at)
    there = _described(crm, there[there["status"] == "open"].reset_index(drop=True))
    known = facts(crm, frame, there, at, untouched_days)
    table = fired(known, there)
    flags = table.groupby("opportunity_id").size()
    risks = table[table["rule"].isin(RISKS)].groupby("opportunity_id").size()
    ids = there["opportunity_id"]
    there = there.assign(
        flags=ids.map(flags).fillna(0).astype("int64"), risks=ids.map(risks).fillna(0).astype("int64")
    )
    return HygieneResult(
        table=table[list(COLUMNS)],
        method="pipeline.hygiene",
        n=len(there),
        client=crm.client,
        as_of=at,
        notes=_notes(known),
        open=there[[*_SALE, "region", "created_on", "flags", "risks"]],
        unchecked=known.unchecked,
        limits=known.limits,
        facts=known.values.assign(opportunity_id=ids),
    )


def _described(crm: Crm, there: pd.DataFrame) -> pd.DataFrame:
    """Add what the opportunities, their accounts and owners are called, and the day they were created."""
    sale = rows(crm, "opportunities", "opportunity_id", "name", "account_id", "created_on")
    sale = sale.drop_duplicates("opportunity_id").set_index("opportunity_id")
    accounts = (
        rows(crm, "accounts", "account_id", "name").drop_duplicates("account_id").set_index("account_id")
    )
    reps = rows(crm, "reps", "rep_id", "name").drop_duplicates("rep_id").set_index("rep_id")
    ids = there["opportunity_id"]
    known = [name for name in ("team", "region") if crm.has(f"reps.{name}")]
    held = labelled(crm, there, dimensions(known)) if known else pd.DataFrame(index=there.index)
    return there.assign(
        label=ids.map(sale["name"]),
        account=ids.map(sale["account_id"]).map(accounts["name"]),
        created_on=ids.map(sale["created_on"]).astype("datetime64[s]"),
        name=there["rep_id"].map(reps["name"]),
        team=held["team"] if "team" in held else pd.Series(None, there.index, dtype="str"),
        region=held["region"] if "region" in held else pd.Series(None, there.index, dtype="str"),
    )


def _notes(known: Facts) -> tuple[Note, ...]:
    few = [rule for rule, needs in known.unchecked.items() if not needs]
    return (Note("pipeline_rules_too_few", len(few)),) if few else ()
