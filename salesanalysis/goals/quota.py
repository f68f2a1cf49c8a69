"""`quota`: do the quotas of reps, teams and the company add up, to the last unit?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..kpi import KPIS, Kpi
from ..stats import allocate, exact
from .goal import Goal, stated
from .portion import Portion, days_in_teams, portion, unit_written

_TABLE = ["scope", "scope_id", "name", "team", "n", "summed", "stated", "difference", "vacant", "verdict"]
_DIFFERENCES = ["scope", "scope_id", "name", "reason", "estimate"]
_PARTS = ["rep_id", "name", "team", "days", "is_vacant", "value"]
#: Why something does not add up.
REASONS = (
    "does_not_add_up",
    "not_stated",
    "moved",
    "no_quota",
    "left_with_quota",
    "never_there",
    "unknown_rep",
    "no_team",
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuotaResult(Result):
    """Quotas of a period, from reps to teams to the company.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep, team and the company: ``scope, scope_id, name, team, n, summed, stated, difference,
        vacant, verdict``. `summed` is the sum of the members' quotas for the days they were in the team
        (of a rep: of the rep's parts), `stated` what the goals table says, `difference` stated less summed,
        `vacant` the part of `summed` whose rep had left, `n` the members. Verdicts: ``adds_up,
        does_not_add_up, not_stated``.
    parts : pandas.DataFrame
        One row per rep and team: ``rep_id, name, team, days, is_vacant, value``; what `table` sums.
    differences : pandas.DataFrame
        What does not add up: ``scope, scope_id, name, reason`` (one of `REASONS`) and the amount,
        ``estimate``.
    step : float
        Unit that everything is a whole multiple of.
    kpi : str
        Whose goals are the quotas.
    unit : str
        Unit of the KPI.
    """

    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    step: float = 1.0
    kpi: str = "bookings"
    unit: str = "money"


def quota(
    crm: Crm, period: str | Period, *, kpi: str | Kpi = "bookings", step: float | None = None
) -> QuotaResult:
    """Add the quotas of reps up to teams and the company, exactly, and set them against those stated.

    Parameters
    ----------
    crm : Crm
        The data; quotas come from its ``goals`` table.
    period : str or Period
        Span of days; it may lie ahead.
    kpi : str or Kpi
        Whose goals are the quotas; one that adds up.
    step : float, optional
        Unit that every quota is a whole multiple of; by default the largest power of ten that all stated
        ones are written in.

    Returns
    -------
    QuotaResult

    Raises
    ------
    MissingData
        The data has no goals.
    InvalidInput
        A KPI that does not add up, or a step that is not above 0.

    Notes
    -----
    Integers of `step` throughout, in exact arithmetic. A goal of a longer period is shared out over its
    periods by working days, a rep's quota over the teams by the working days in each, both by the largest
    remainder, so that the parts of every rep add up to the rep's quota, those of teams to the company's and
    those of periods to the year's. A joiner's quota is for the days from the hiring on; of one who left the
    rest of the days is vacant and stays with the last team. Where quotas stated for longer periods agree,
    what rounding alone makes of their parts is no difference.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.quota(sa.sample(), "2026-Q3")
    >>> company = found.table.iloc[-1]
    >>> float(company["difference"]), len(found.differences) > 0
    (0.0, True)
    """
    check_crm(crm, "quota()")
    crm.require("goals", wanted_by="quota()")
    (chosen,) = KPIS.pick(kpi)
    if not chosen.is_total:
        raise InvalidInput(
            f"{chosen.name} does not add up over reps, so there is no quota of it. Choose a total such as "
            "bookings or wins."
        )
    span = Period.parse(period, fiscal_start=crm.client.fiscal_year_start)
    goals: dict[tuple[str, str], list[Goal]] = {}
    for goal in stated(crm):
        if goal.kpi == chosen.name and goal.period.start < span.end and goal.period.end > span.start:
            goals.setdefault((goal.scope, goal.scope_id), []).append(goal)
    if step is not None and not step > 0:
        raise InvalidInput(f"step is {step!r}; it must lie above 0.")
    unit = exact(step) if step else unit_written(g.target for some in goals.values() for g in some)
    asked = {
        key: part
        for key, some in goals.items()
        if (part := portion(some, span, step=unit, country=crm.client.country))
    }
    reps = {key[1]: part for key, part in asked.items() if key[0] == "rep"}
    days = days_in_teams(crm, span)
    parts = _parts(crm, reps, days, unit)
    table, differences = _summed(crm, parts, asked, days, unit)
    return QuotaResult(
        table=table,
        method="goals.quota",
        n=len(reps),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(reps),
        parts=parts.assign(value=parts["value"].map(float))[_PARTS],
        differences=differences,
        step=float(unit),
        kpi=chosen.name,
        unit=chosen.unit,
    )


def _parts(crm: Crm, reps: Mapping[str, Portion], days: pd.DataFrame, unit: Fraction) -> pd.DataFrame:
    """Share each rep's quota out over the teams by days; one of a rep never there is vacant as a whole."""
    names = dict(zip(crm.frame("reps")["rep_id"].astype(str), crm.frame("reps")["name"]))
    rows = []
    for rep in sorted(reps):
        asked, mine = reps[rep], days[days["rep_id"] == rep]
        places = list(zip(mine["team"], mine["days"], mine["is_vacant"])) or [("", 0, True)]
        weights = [count for _, count, _ in places]
        shares = [Fraction(int(w), max(sum(weights), 1)) if sum(weights) else Fraction(1) for w in weights]
        for (team, count, is_vacant), value, share in zip(
            places, allocate(asked.whole, weights, step=unit), shares
        ):
            rows.append(
                (rep, names.get(rep, ""), team, int(count), bool(is_vacant), value, asked.exactly * share)
            )
    return pd.DataFrame(rows, columns=[*_PARTS, "exactly"])


def _summed(
    crm: Crm,
    parts: pd.DataFrame,
    asked: Mapping[tuple[str, str], Portion],
    days: pd.DataFrame,
    unit: Fraction,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = []
    for rep, mine in parts.groupby("rep_id", sort=False):
        rows.append(_row("rep", str(rep), mine, asked[("rep", str(rep))], unit))
        rows[-1]["name"] = mine["name"].iloc[0]
        rows[-1]["team"] = mine.loc[mine["days"].idxmax(), "team"]
    teams = {team for team in parts["team"] if team} | {i for scope, i in asked if scope == "team"}
    for team in sorted(teams):
        mine = parts[parts["team"] == team]
        rows.append(_row("team", team, mine, asked.get(("team", team)), unit))
        rows[-1]["name"] = rows[-1]["team"] = team
    rows.append(_row("organisation", "", parts, asked.get(("organisation", "")), unit))
    table = pd.DataFrame(rows, columns=_TABLE)
    found = [_differing(row) for row in rows if row["verdict"] == "does_not_add_up"]
    found += [_differing(row, "not_stated") for row in rows if row["verdict"] == "not_stated" and row["n"]]
    if any(row["verdict"] == "does_not_add_up" for row in rows if row["scope"] == "team"):
        found += _moved(parts)
    found += _loose(crm, parts, days)
    return table, pd.DataFrame(found, columns=_DIFFERENCES)


def _row(
    scope: str, scope_id: str, parts: pd.DataFrame, asked: Portion | None, unit: Fraction
) -> dict[str, object]:
    summed, exactly = sum(parts["value"], Fraction(0)), sum(parts["exactly"], Fraction(0))
    row: dict[str, object] = {
        "scope": scope,
        "scope_id": scope_id,
        "name": "",
        "team": "",
        "n": parts["rep_id"].nunique(),
        "summed": float(summed),
        "vacant": float(sum(parts.loc[parts["is_vacant"], "value"], Fraction(0))),
    }
    if asked is None:
        return row | {"stated": float("nan"), "difference": float("nan"), "verdict": "not_stated"}
    # What was shared out exactly agrees before it is rounded; then the rounding of the members stands.
    says = summed if asked.exactly == exactly else asked.whole
    gap = says - summed
    verdict = "does_not_add_up" if gap else "adds_up"
    return row | {"stated": float(says), "difference": float(gap), "verdict": verdict}


def _differing(row: Mapping[str, object], reason: str = "does_not_add_up") -> dict[str, object]:
    amount = row["difference"] if reason == "does_not_add_up" else row["summed"]
    return {k: row[k] for k in ("scope", "scope_id", "name")} | {"reason": reason, "estimate": amount}


def _moved(parts: pd.DataFrame) -> list[dict[str, object]]:
    """Return reps who changed teams, with the part of the quota outside the team of most days."""
    found = []
    for rep, mine in parts[~parts["is_vacant"]].groupby("rep_id", sort=False):
        if mine["team"].nunique() > 1:
            rest = mine[mine["team"] != mine.loc[mine["days"].idxmax(), "team"]]
            amount = float(sum(rest["value"], Fraction(0)))
            found.append(dict(zip(_DIFFERENCES, ("rep", rep, mine["name"].iloc[0], "moved", amount))))
    return found


def _loose(crm: Crm, parts: pd.DataFrame, days: pd.DataFrame) -> list[dict[str, object]]:
    """Return quotas that nobody holds, that belong to no team, and reps who have none."""
    known = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")
    there = set(days.loc[~days["is_vacant"], "rep_id"])
    found = []

    def add(rep: str, reason: str, amount: Fraction | float) -> None:
        name = known.at[rep, "name"] if rep in known.index else ""
        found.append(dict(zip(_DIFFERENCES, ("rep", rep, name, reason, float(amount)))))

    for rep, mine in parts.groupby("rep_id", sort=False):
        who, vacant = str(rep), sum(mine.loc[mine["is_vacant"], "value"], Fraction(0))
        if who not in known.index:
            add(who, "unknown_rep", vacant)
        elif who not in there:
            add(who, "never_there", vacant)
        elif vacant:
            add(who, "left_with_quota", vacant)
        homeless = mine[(mine["team"] == "") & ~mine["is_vacant"]]
        if len(homeless):
            add(who, "no_team", sum(homeless["value"], Fraction(0)))
    with_quota = set(parts["rep_id"])
    roles = known["role"] if "role" in known else pd.Series("", known.index)
    asked_roles = set(roles.reindex(sorted(with_quota)).dropna())
    for rep in sorted(there - with_quota):
        if parts.empty or roles.get(rep) in asked_roles or not asked_roles:
            add(rep, "no_quota", float("nan"))
    return found


def _notes(reps: Mapping[str, Portion]) -> tuple[Note, ...]:
    moved = sum(part.basis != "stated" for part in reps.values())
    return (Note("goals_from_other_periods", moved),) if moved else ()
