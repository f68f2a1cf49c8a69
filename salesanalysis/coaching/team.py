"""The team pack: who needs what, most at stake first; what the team shares; who could coach whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Note, Result
from ..core.shelf import kept_by_arguments
from ..linkage.roles import sort_of
from ..stats.chain import chain_draws
from ..stats.decompose import lmdi
from .basis import Basis
from .decompose import counted_of, decompose_basis
from .diagnose import findings, gated
from .everyone import bases
from .limits import limits_basis
from .pairs import PAIRS, pairs
from .pattern import PATTERNS, patterns
from .results import DecompositionResult, Finding
from .role import role_diagnosis
from .worth import passport_of

#: Why a rep is not in the table: nothing certain enough, ahead of the peers, the KPI is not in order, or one
#: of `results.STATUSES`.
OTHERS = (
    *("role_low", "nothing", "ahead", "not_worth", "ramping", "left", "not_employed", "no_peers"),
    "no_data",
)
#: What the balance of a role says of a rep who has a surely weak side.
ROLE_LOW = ("trade", "both_low", "low_first", "low_second")
_BY_ROLE = ("nothing", "ahead", "not_worth", "no_peers", "no_data")
#: Level of the intervals of what is at stake.
INTERVAL = 0.90
DRAWS = 8000
COLUMNS = (
    *("rep_id", "name", "team", "role", "term", "kpi", "kind", "verdict"),
    *("n", "base", "value", "benchmark", "estimate", "conf_low", "conf_high", "wins", "chance_below", "unit"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TeamCoachingResult(Result):
    """Who needs what, for the manager of a team.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep and finding, most at stake first: ``rep_id, name, team, role, term`` (factor), ``kpi,
        kind, verdict`` (``coach`` or ``observe``), ``n, base, value, benchmark``; ``estimate, conf_low,
        conf_high`` (what the part below the benchmark is worth in the period: mean and 90 % of the posterior,
        in `unit`), ``wins`` (the same in wins), ``chance_below, unit`` (of ``value``).
    patterns : pandas.DataFrame
        One row per team, role and step, columns of `pattern.PATTERNS`: the team against the other teams.
    pairs : pandas.DataFrame
        Who could coach whom, columns of `pairs.PAIRS`.
    others : pandas.DataFrame
        ``rep_id, name, team, reason`` (one of `OTHERS`): who is not in the table, and why.
    team : str
        Whose pack it is; empty: all teams'.
    unit : str
        money, or count where no amounts are known.
    reps : int
        Reps looked at.
    """

    patterns: pd.DataFrame = field(default_factory=pd.DataFrame)
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    others: pd.DataFrame = field(default_factory=pd.DataFrame)
    team: str = ""
    unit: str = "money"
    reps: int = 0

    @property
    def shared(self) -> pd.DataFrame:
        """Weaknesses of a team rather than of single reps."""
        return self.patterns[self.patterns["verdict"] == "team"]


@kept_by_arguments
def team_coaching(
    crm: Crm, period: Period | str | None = None, team: str | None = None
) -> TeamCoachingResult:
    """Say who of a team needs what, in the order of what is at stake.

    Parameters
    ----------
    crm : Crm
        The data; peers may belong to any team.
    period : Period or str, optional
        Period such as ``2026-Q3``; default the last whole quarter.
    team : str, optional
        A team; default all of them.

    Returns
    -------
    TeamCoachingResult
        The findings of `diagnose` for every rep, with what each is worth; no word from the coaching log.

    Raises
    ------
    UnknownName
        No such team; close names are given.

    Notes
    -----
    At stake is the part of the rep's gap to the peers that lies in the factor, each draw of the posterior
    counted only where it lies below them. A weakness is the team's where its pooled rate lies below the other
    teams' after Benjamini-Hochberg over teams and steps, judged by dealing the reps out to teams anew, and at
    least half of its reps lie below: then the process or the whole team is the place to look first.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.team_coaching(sa.sample(), "2026-Q3").table[["name", "term", "estimate"]]  # doctest: +SKIP
    """
    check_crm(crm, "team_coaching()")
    asked = crm.period(period or "")
    known = asked.clip(crm.as_of)
    team = team or None
    if team is not None:
        _check_team(crm, known, team)
    every = bases(crm, asked)
    mine = {i: base for i, base in every.items() if team is None or base.people.rep.get("team") == team}
    passport = passport_of(crm) if any(base.status == "ok" for base in mine.values()) else None
    rows, needs, others = [], [], []
    for rep_id, base in mine.items():
        limits = limits_basis(base)
        split = gated(decompose_basis(base), limits)
        found, declined = findings(base, split, None, passport) if base.status == "ok" else ((), ())
        rows += [_row(base, split, finding) for finding in found]
        needs += [(rep_id, finding.term) for finding in found]
        if not found:
            others.append(_other(base, split, declined=bool(declined)))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.sort_values("estimate", ascending=False, kind="stable").reset_index(drop=True)
    chains = [base.chain for base in mine.values() if base.chain]
    return TeamCoachingResult(
        table=table,
        method="coaching.team_coaching",
        n=len(mine),
        client=crm.client,
        period=known,
        as_of=crm.as_of,
        notes=_notes(every, team),
        patterns=patterns(every, table, team) if rows or chains else pd.DataFrame(columns=list(PATTERNS)),
        pairs=pairs(table, mine) if rows else pd.DataFrame(columns=list(PAIRS)),
        others=pd.DataFrame(others, columns=["rep_id", "name", "team", "reason"]),
        team=team or "",
        unit=chains[0].unit if chains else "count",
        reps=len(mine),
    )


def _check_team(crm: Crm, period: Period, team: str) -> None:
    crm.require("reps.team", wanted_by="team_coaching() of one team")
    names = sorted({str(t) for t in crm.reps(on=period.last_day)["team"].dropna()})
    if team not in names:
        raise unknown("team", team, names)


def _row(base: Basis, split: DecompositionResult, finding: Finding) -> dict[str, object]:
    facts, rep = finding.facts, base.people.rep
    lost = _lost(base, finding.term)
    low, high = np.quantile(lost, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return {
        **{name: facts[name] for name in ("kind", "n", "base", "value", "benchmark", "chance_below", "unit")},
        **{name: _text(rep.get(name)) for name in ("rep_id", "name", "team", "role")},
        "term": finding.term,
        "kpi": finding.kpi,
        "verdict": finding.state,
        "estimate": float(lost.mean()),
        "conf_low": float(low),
        "conf_high": float(high),
        "wins": float(lost.mean()) / _size(base) if split.unit == "money" else float(lost.mean()),
    }


def _lost(base: Basis, term: str) -> np.ndarray:
    """Draw what the rep's part of the gap in one factor is worth where it lies below the benchmark."""
    chain = base.chain
    counted = counted_of(chain, base.variation)
    target = pd.Series({f.term: f.benchmark for f in chain.factors}, dtype=float)
    drawn = chain_draws(counted, target, draws=DRAWS, dispersion=base.dispersion)
    parts = lmdi(np.maximum(drawn, 1e-300), target[counted.names].to_numpy())
    return np.maximum(-parts[:, counted.names.index(term)], 0.0)


def _size(base: Basis) -> float:
    """What a win is worth at the peers."""
    return next(f.benchmark for f in base.chain.factors if f.kind == "size")


def _other(base: Basis, split: DecompositionResult, *, declined: bool) -> tuple[str, str, str, str]:
    reason = base.status
    if reason == "ok":
        reason = "not_worth" if declined else ("ahead" if split.gap >= 0 else "nothing")
    rep = base.people.rep
    # SDRs and AMs have no chain of calls to wins: the 1:1 report reads the balance of their role instead.
    if reason in _BY_ROLE and sort_of(rep.get("role")) in ("sdr", "am"):
        role = role_diagnosis(base.crm, base.asked, str(rep["rep_id"]))
        reason = "role_low" if role.verdict in ROLE_LOW else reason
    return str(rep["rep_id"]), _text(rep.get("name")), _text(rep.get("team")), reason


def _notes(every: dict[str, Basis], team: str | None) -> tuple[Note, ...]:
    """Say that patterns need other teams to compare with."""
    teams = {_text(base.people.rep.get("team")) for base in every.values()} - {""}
    return (Note("coaching_one_team"),) if len(teams) < 2 else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
