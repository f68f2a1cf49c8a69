"""`coverage_of_quota`: how far the open pipeline covers what is missing to the quota, and how far it must."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..core.rows import rows
from .groups import labelled
from .quotas import SCOPES, Quotas
from .states import states, states_on, values_known

#: Most earlier periods looked at, and the least from which is read how much coverage is needed.
PAST, LEAST = 8, 3
VERDICTS = ("reached", "enough", "near", "short", "cannot_tell")
COLUMNS = (
    *(
        "scope",
        "scope_id",
        "name",
        "team",
        "n",
        "open_value",
        "due_value",
        "target",
        "so_far",
        "missing_value",
    ),
    *("coverage", "coverage_due", "needed", "needed_low", "needed_high", "needed_alone", "verdict", "reason"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoverageOfQuotaResult(Result):
    """One row per rep and team with open opportunities or a quota, and the company.

    `table` columns: ``scope, scope_id, name, team``; ``n`` open opportunities and their ``open_value``, the
    part expected to close within the period or before it (``due_value``, missing without close dates); quota
    of the period (``target``), booked in it (``so_far``), what is missing; ``coverage`` = open_value ÷
    missing_value and ``coverage_due`` = due_value ÷ missing_value; ``needed`` coverage with the range over
    earlier periods, and ``needed_alone`` without new opportunities; ``verdict`` (one of `VERDICTS`) and
    ``reason`` (``no_quota, no_past, no_value, over``).

    Attributes
    ----------
    past : pandas.DataFrame
        One row per earlier period at the same point: ``period, open_value, won_value`` (of what was open
        then, won by the end of the period), ``share`` of both, ``booked_value`` (all that was booked from
        then on), ``missing_value, coverage, attainment``.
    on : datetime.date
        Day looked at.
    """

    past: pd.DataFrame = field(default_factory=pd.DataFrame)
    on: date | None = None

    @property
    def company(self) -> pd.Series:
        """The row of the whole company."""
        return self.table[self.table["scope"] == "organisation"].iloc[0]

    @property
    def usual(self) -> float:
        """Median coverage of the earlier periods at the same point; missing without quotas then."""
        return float(self.past["coverage"].median()) if len(self.past) else float("nan")


def coverage_of_quota(
    crm: Crm, period: str | Period = "", *, on: date | None = None
) -> CoverageOfQuotaResult:
    """Set the open pipeline against what is missing to the quota of a period.

    Parameters
    ----------
    crm : Crm
    period : str or Period
        Empty: the quarter that runs on the day after `on`. A period that is over is looked at on its last
        day.
    on : datetime.date, optional
        Day looked at; by default the last day of the data. Nothing later counts.

    Returns
    -------
    CoverageOfQuotaResult

    Raises
    ------
    InvalidInput
        The period ends before the data begins.

    Notes
    -----
    Quotas are goals for bookings. A team's and the company's are the sum of the reps'; where reps have none,
    those stated for the team or company. The coverage needed is no rule of thumb: at the same point of
    earlier periods so much stood open, and so much was booked from then to the end, new opportunities
    included; the ratio is how many times the missing value had to stand open. `needed_alone` counts only what
    was won of the opportunities open then: so much it takes if nothing new comes in.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = coverage_of_quota(sa.sample(), "2026-Q3")
    >>> found.company["scope"]
    'organisation'
    """
    check_crm(crm, "coverage_of_quota()")
    span = _span(crm, period, on or crm.as_of)
    on = min(on or crm.as_of, crm.as_of, span.last_day)
    frame = states(crm)
    is_valued = values_known(states_on(frame, on))
    quotas = Quotas(crm)
    past = _past(crm, frame, quotas, span, on).head(PAST if is_valued else 0)
    parts = [_of_scope(crm, quotas, _standing(frame, on), scope, (span, on)) for scope in SCOPES]
    table = pd.concat([p for p in parts if len(p)], ignore_index=True)
    table = _judged(table, past, is_over=on == span.last_day, is_valued=is_valued)
    return CoverageOfQuotaResult(
        table=table[list(COLUMNS)],
        method="pipeline.coverage_of_quota",
        n=int(table.loc[table["scope"] == "organisation", "n"].iloc[0]),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=() if crm.has("goals") else (Note("pipeline_no_goals"),),
        past=past,
        on=on,
    )


def _span(crm: Crm, period: str | Period, on: date) -> Period:
    fiscal = crm.client.fiscal_year_start
    if not period:
        return Period.containing(on + timedelta(days=1), "quarter", fiscal_start=fiscal)
    span = Period.parse(period, fiscal_start=fiscal)
    if span.end <= crm.span.start:
        raise InvalidInput(
            f"Period {span} ends before the data begins ({crm.span.start}). Choose a later period."
        )
    return span


def _standing(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    there = states_on(frame, day)
    there = there[there["status"] == "open"]
    return there.assign(amount=there["amount"].fillna(0.0))


def _of_scope(
    crm: Crm, quotas: Quotas, there: pd.DataFrame, scope: str, when: tuple[Period, date]
) -> pd.DataFrame:
    """Return the rows of reps, teams or the company without the judgement."""
    if scope == "team" and not crm.has("reps.team"):
        return pd.DataFrame(columns=list(COLUMNS))
    span, on = when
    is_due = there["expected_close_on"] <= np.datetime64(span.last_day, "s")
    there = there.assign(due=there["amount"].where(is_due, 0.0), scope_id=_whose(crm, there, scope))
    sums = there.groupby("scope_id").agg(
        n=("amount", "size"), open_value=("amount", "sum"), due_value=("due", "sum")
    )
    target, so_far = quotas.asked(span, scope), quotas.booked(span, scope, on=on)
    ids = [""] if scope == "organisation" else sorted({*sums.index, *target.index} - {""})
    found = pd.DataFrame({"scope": scope, "scope_id": ids})
    for name in ("n", "open_value", "due_value"):
        found[name] = found["scope_id"].map(sums[name]).fillna(0)
    if not there["expected_close_on"].notna().any():
        found["due_value"] = np.nan
    found["target"] = found["scope_id"].map(target).astype("float64")
    found["so_far"] = found["scope_id"].map(so_far).fillna(0.0)
    return _named(crm, found, scope)


def _whose(crm: Crm, there: pd.DataFrame, scope: str) -> pd.Series:
    if scope == "organisation":
        return pd.Series("", there.index)
    return labelled(crm, there, ("rep_id",) if scope == "rep" else ("team",)).iloc[:, 0].fillna("")


def _named(crm: Crm, found: pd.DataFrame, scope: str) -> pd.DataFrame:
    ids = found["scope_id"]
    if scope != "rep":
        return found.assign(name=ids, team=ids, n=found["n"].astype("int64"))
    reps = rows(crm, "reps", "rep_id", "name").drop_duplicates("rep_id").set_index("rep_id")
    team = labelled(crm, found.assign(rep_id=ids), ("team",))["team"] if crm.has("reps.team") else None
    return found.assign(name=ids.map(reps["name"]), team=team, n=found["n"].astype("int64"))


def _past(crm: Crm, frame: pd.DataFrame, quotas: Quotas, span: Period, on: date) -> pd.DataFrame:
    """Look at the same point of earlier periods: what stood open, and how much of it was won by the end."""
    offset = (on - span.start).days
    found, first = [], crm.span.start
    for back in range(1, PAST + 1):
        then = span.previous(back)
        point = min(then.start + timedelta(days=offset), then.last_day)
        if point < first or then.last_day > on:
            continue
        there = _standing(frame, point)
        after = states_on(frame, then.last_day)
        won = after[(after["status"] == "won") & after["opportunity_id"].isin(there["opportunity_id"])]
        target = float(quotas.asked(then, "organisation").get("", np.nan))
        before = float(quotas.booked(then, "organisation", on=point).get("", 0.0))
        whole = float(quotas.booked(then, "organisation", on=then.last_day).get("", 0.0))
        sums = there["amount"].sum(), won["amount"].sum(), whole - before
        found.append((then, *sums, target - before, whole / target))
    columns = ["period", "open_value", "won_value", "booked_value", "missing_value", "attainment"]
    past = pd.DataFrame(found, columns=columns).astype(dict.fromkeys(columns[1:], "float64"))
    # Where nothing was won, the export had not begun.
    past = past[(past["open_value"] > 0) & (past["won_value"] > 0)]
    coverage = (past["open_value"] / past["missing_value"]).where(past["missing_value"] > 0)
    return past.assign(
        period=past["period"].map(str).astype("str"),
        share=past["won_value"] / past["open_value"],
        coverage=coverage,
    ).reset_index(drop=True)


def _judged(table: pd.DataFrame, past: pd.DataFrame, *, is_over: bool, is_valued: bool) -> pd.DataFrame:
    missing = table["target"] - table["so_far"]
    left = missing.where((missing > 0) & is_valued)
    is_known, sums = len(past) >= LEAST, past.sum(numeric_only=True)
    ratio = past["open_value"] / past["booked_value"]
    low, high = (ratio.min(), ratio.max()) if is_known else (np.nan, np.nan)
    coverage = table["open_value"] / left
    cases = [
        (table["target"].isna(), "cannot_tell", "no_quota"),
        (missing <= 0, "reached", ""),
        (pd.Series(is_over, table.index), "cannot_tell", "over"),
        (pd.Series(not is_valued, table.index), "cannot_tell", "no_value"),
        (pd.Series(not is_known, table.index), "cannot_tell", "no_past"),
        (coverage >= high, "enough", ""),
        (coverage < low, "short", ""),
    ]
    tests = [test.to_numpy() for test, _, _ in cases]
    return table.assign(
        missing_value=missing,
        coverage=coverage,
        coverage_due=table["due_value"] / left,
        needed=sums["open_value"] / sums["booked_value"] if is_known else np.nan,
        needed_low=low,
        needed_high=high,
        needed_alone=sums["open_value"] / sums["won_value"] if is_known else np.nan,
        verdict=np.select(tests, [verdict for _, verdict, _ in cases], "near"),
        reason=np.select(tests, [reason for _, _, reason in cases], ""),
    )
