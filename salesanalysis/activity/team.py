"""`team_activity`: what a team does each working day, its tasks and goals, which days ask for a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from ..goals.goal import goals_for
from ..kpi import KPIS
from .bursts import bursts
from .grid import SHOWN, Grid, grid
from .heat import heat
from .levels import levels, totals
from .path import against_goals, shares
from .silence import silences
from .tasks import tasks

#: What a rep may be looked at for, the first the most pressing.
FLAGS = ("silence", "late", "many", "below_usual", "above_usual", "never")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TeamActivityResult(Result):
    """One row per rep and kind of activity.

    `table` columns: ``rep_id, name, team, role, kpi, n`` (entries), ``days`` (full-time working days there),
    ``estimate, conf_low, conf_high`` (entries a day, 95 %), ``peer_estimate, peer_count`` (ramped reps of the
    role, pooled), ``peer_low, peer_high`` (range of eight in ten of them), ``p_adjusted`` (of lying outside
    of it, over all rows), ``target_whole, target`` (goal of the period and of its known part, for the days
    there), ``attainment, unit, verdict`` (``usual, above_usual, below_usual, cannot_tell``), ``reason``.

    Attributes
    ----------
    people : pandas.DataFrame
        One row per rep: ``entries, days, estimate, usual`` (entries of the median day), ``share`` (of silent
        days), ``flags`` (what to look at, of `FLAGS`), those to look at first.
    totals : pandas.DataFrame
        All shown together, one row a kind (`activity.levels.totals`).
    goals, path : pandas.DataFrame
        Kinds with goals, and their cumulative count by working day (`activity.path`).
    tasks, silences, bursts : pandas.DataFrame
        As the functions of these names return them.
    heat : pandas.DataFrame
        One row per rep shown and working day or week (`activity.heat`).
    reps : int
        How many reps the page is about.
    missing : tuple of str
        What the data lacks: ``activities``, ``tasks``, ``goals``, ``logged_on``.
    """

    people: pd.DataFrame
    totals: pd.DataFrame
    goals: pd.DataFrame
    path: pd.DataFrame
    tasks: pd.DataFrame
    silences: pd.DataFrame
    bursts: pd.DataFrame
    heat: pd.DataFrame
    team: str = ""
    region: str = ""
    reps: int = 0
    missing: tuple[str, ...] = ()

    @property
    def asked(self) -> pd.DataFrame:
        """The reps of whom something is to be asked."""
        return self.people[self.people["flags"].map(len) > 0]


@kept_by_arguments
def team_activity(
    crm: Crm, period: str | Period = "", *, team: str = "", region: str = ""
) -> TeamActivityResult:
    """Show what everybody logged by working day, with goals, tasks, silence and bursts.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Empty: the last whole quarter.
    team, region : str
        Whose, on the last known day of the period; empty: everybody.

    Returns
    -------
    TeamActivityResult
        A run without entries is named only where it would be rare for that rep's own habits. It is a gap in
        the log or a silence: which of the two only the rep can say.

    Raises
    ------
    UnknownName
        No such team or region.
    InvalidInput
        Nobody of them is employed in the period, or the period lies outside of the data.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.team_activity(sa.sample(), "2026-Q1")
    >>> found.silences.query("verdict == 'unusual'")["name"].tolist()
    ['Salsa Nabila']
    """
    check_crm(crm, "team_activity()")
    span = crm.period(period)
    found = grid(crm, span)
    shown = _shown(crm, found, team, region)
    goals = goals_for(crm, span, KPIS.pick(SHOWN))
    parts = shares(found, span)
    table = levels(found, shown, goals, parts)
    stand, path = against_goals(found, shown, goals, span)
    quiet, many, due = silences(found, shown), bursts(found, shown), tasks(found, shown)
    people = _people(found, shown, table, quiet, many)
    missing = _missing(crm, found, due, stand)
    return TeamActivityResult(
        table=table,
        method="activity.team_activity",
        n=int(found.total("entries")[found.rows(shown)].sum()),
        client=crm.client,
        period=span,
        as_of=crm.as_of,
        notes=_notes(crm, span, found, shown, missing),
        people=people,
        totals=totals(found, shown),
        goals=stand,
        path=path,
        tasks=due,
        silences=quiet,
        bursts=many,
        heat=heat(found, people, quiet),
        team=team,
        region=region,
        reps=len(shown),
        missing=missing,
    )


def _shown(crm: Crm, found: Grid, team: str, region: str) -> pd.Index:
    """Return the reps of the page, by team and name."""
    people = found.people
    if team or region:
        theirs = narrowed(crm, found.span.last_day, team=team, region=region).reps()["rep_id"]
        people = people[people.index.isin(theirs)]
    if people.empty:
        whom = " · ".join(part for part in (team, region) if part) or "this data"
        raise InvalidInput(f"Nobody of {whom} has a working day in {found.span}. Choose another period.")
    order = people.assign(team=people["team"].fillna(""))
    return order.sort_values(["team", "name"], kind="stable").index


def _people(
    found: Grid, shown: pd.Index, table: pd.DataFrame, quiet: pd.DataFrame, many: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per rep with what to look at, the most pressing first."""
    places = found.rows(shown)
    people = found.people.loc[shown, ["rep_id", "name", "team", "role"]].reset_index(drop=True)
    entries, days = found.total("entries")[places], found.worked()[places]
    people["entries"], people["days"] = entries, days
    people["estimate"] = np.divide(entries, days, out=np.full(len(days), np.nan), where=days > 0)
    people["share"] = people["rep_id"].map(quiet.set_index("rep_id")["share"])
    of = {
        "silence": quiet.loc[quiet["verdict"] == "unusual", "rep_id"],
        "never": quiet.loc[quiet["reason"] == "never", "rep_id"],
        **{kind: many.loc[many["kind"] == kind, "rep_id"] for kind in ("late", "many")},
        **{v: table.loc[table["verdict"] == v, "rep_id"] for v in ("below_usual", "above_usual")},
    }
    sets = {flag: set(of[flag]) for flag in FLAGS}
    people["flags"] = [tuple(f for f in FLAGS if rep_id in sets[f]) for rep_id in people["rep_id"]]
    rank = people["flags"].map(lambda flags: FLAGS.index(flags[0]) if flags else len(FLAGS))
    return people.iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def _missing(crm: Crm, found: Grid, due: pd.DataFrame, stand: pd.DataFrame) -> tuple[str, ...]:
    if not found.kinds and not found.counts["entries"].any():
        return ("activities",)
    lacks = {
        "tasks": due.empty,
        "goals": stand.empty,
        "logged_on": not crm.has("activities.logged_on"),
    }
    return tuple(code for code, is_missing in lacks.items() if is_missing)


def _notes(
    crm: Crm, span: Period, found: Grid, shown: pd.Index, missing: tuple[str, ...]
) -> tuple[Note, ...]:
    notes = []
    if crm.as_of < span.last_day:
        notes.append(Note("period_incomplete", values={"period": span, "as_of": crm.as_of}))
    free = int(found.outside["entries"][found.rows(shown)].sum())
    if free:
        notes.append(Note("activity_free_days", free))
    if found.others:
        notes.append(Note("activity_others", found.others))
    pauses = int(((found.open.sum(axis=0) == 0) & (found.there.sum(axis=0) > 0) & found.inside).sum())
    if pauses and "activities" not in missing:
        notes.append(Note("activity_pauses", pauses))
    if not crm.has("absences"):
        notes.append(Note("activity_no_absences"))
    return tuple(notes)
