"""The coach finder: who is better at a KPI, whose mentees gained, and who is willing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.result import Note, Result
from ..goals.people import MIN_PEERS, staff
from ..kpi import KPIS, Kpi, panel
from ..kpi.panel import computable
from ..stats import overdispersion
from .candidates import COLUMNS, LEVEL, Pool, assess
from .coach import willing_of
from .mentees import gains

_HEAD = ("rep_id", "name", "team", "role")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoachResult(Result):
    """Who could coach on a KPI.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per colleague, the best to ask first: ``rep_id, name, team, role``; ``n, base, estimate,
        conf_low, conf_high, benchmark`` (own performance, shrunk; what the role has together);
        ``willing`` (yes, no, or empty: not asked); ``mentees, compared, gain, gain_low, gain_high, p_value``
        (change of the mentees beyond that of reps not coached, as a share); ``verdict`` (one of
        `candidates.VERDICTS`) and ``reason`` (codes with words in the catalogues, parted by blanks).
    kpi : str
        KPI to be coached.
    unit : str
        share, or rate (a count by working day).
    rep : mapping
        ``rep_id, name`` of who is to be coached; empty: anybody.
    level : float
        Level of the intervals.
    """

    kpi: str
    unit: str
    rep: Mapping[str, str] = field(default_factory=dict)
    level: float = LEVEL

    def with_verdict(self, *verdicts: str) -> pd.DataFrame:
        """Return the rows with one of `verdicts`, in the order of the table."""
        return self.table[self.table["verdict"].isin(verdicts)]


def find_coach(
    crm: Crm, kpi: str | Kpi, *, period: Period | str | None = None, rep: str | None = None
) -> CoachResult:
    """Find who could coach on a KPI: own performance, what mentees gained, and willingness.

    Parameters
    ----------
    crm : Crm
        The data; ``reps.willing_to_coach`` (yes, no) says who is willing, ``coaching.coach`` who coached
        whom.
    kpi : str or Kpi
        A count such as ``calls`` or a share such as ``conversation_rate``.
    period : Period or str, optional
        Period of the own performance; default the last whole quarter.
    rep : str, optional
        Whom to coach, rep_id or name: only colleagues of the same role are looked at, never the rep.

    Returns
    -------
    CoachResult
        ``recommended`` takes all three: surely better than the others together, mentees who surely gained,
        and a yes. Fewer than three mentees in the comparison say nothing about gains, which is told. Who wins
        surely less than the others is not suggested, however good at the KPI.

    Raises
    ------
    InvalidInput
        The KPI is no count or share that adds up over days.
    UnknownName
        No such KPI or rep.
    MissingData
        The data lacks what the KPI needs.

    Notes
    -----
    Own performance: hierarchical beta-binomial or gamma-Poisson, 95 % intervals (`stats.shrink`). Gains: the
    stacked comparison of `mentees.gains`, so that a coach who was only given reps in a bad spell shows none.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.find_coach(sa.sample(), "calls").table[["name", "verdict"]]  # doctest: +SKIP
    """
    check_crm(crm, "find_coach()")
    (kpi,) = KPIS.pick(kpi)
    if kpi.accumulates != "flow" or kpi.combine is not None or kpi.unit != ("share" if kpi.base else "count"):
        raise InvalidInput(
            f"find_coach() takes a count such as calls or a share such as conversation_rate; {kpi.name} is "
            "neither."
        )
    known = crm.period(period or "").clip(crm.as_of)
    people = staff(crm, known)
    people = people[people["is_peer"] & ~_left(crm, people.index)]
    subject = crm.rep(rep) if rep else None
    sums, dispersion = _sums(crm, kpi, known, people)
    roles = people["role"].fillna("").astype(str)
    wanted = sorted(set(roles)) if subject is None else [_role(subject)]
    others = roles if subject is None else roles.drop(index=str(subject["rep_id"]), errors="ignore")
    parts, few = [], 0
    for role in wanted:
        ids = others.index[others == role]
        if len(ids) < MIN_PEERS:
            few += len(ids)
            continue
        parts.append(assess(_pool(crm, kpi, sums.loc[ids], dispersion)))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    told = people.reindex(table["rep_id"])[["name", "team", "role"]].reset_index(drop=True)
    return CoachResult(
        table=pd.concat([told, table], axis=1).reindex(columns=[*_HEAD, *COLUMNS[1:]]),
        method="coaching.find_coach",
        n=len(table),
        client=crm.client,
        period=known,
        as_of=crm.as_of,
        notes=(Note("coach_few_peers", count=few),) if few else (),
        kpi=kpi.name,
        unit="share" if kpi.base else "rate",
        rep={} if subject is None else {"rep_id": str(subject["rep_id"]), "name": str(subject["name"])},
    )


def _role(subject: pd.Series) -> str:
    role = subject.get("role")
    return role if isinstance(role, str) else ""


def _left(crm: Crm, ids: pd.Index) -> np.ndarray:
    """Tell who is no longer there to coach on the last known day."""
    reps = crm.reps().set_index("rep_id")
    if "left_on" not in reps:
        return np.zeros(len(ids), dtype=bool)
    left = pd.to_datetime(reps["left_on"].reindex(ids))
    return (left <= pd.Timestamp(crm.as_of)).to_numpy()


def _sums(crm: Crm, kpi: Kpi, period: Period, people: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Return ``n, base, wins, days`` by rep, and the dispersion of a count from week to week."""
    wins = computable(crm, [KPIS["wins"]], ["rep_id"])
    found = panel(crm, [kpi, *wins], period).sums.set_index("rep_id").reindex(people.index).fillna(0.0)
    sums = pd.DataFrame({"n": found[kpi.numerator], "days": people["days"].astype(float)})
    sums["base"] = found[kpi.base] if kpi.base else sums["days"]
    if wins:
        sums["wins"] = found[KPIS["wins"].numerator]
    if kpi.base:
        return sums, 1.0
    weeks = panel(crm, [kpi], period, grain="week")
    counted = weeks.sums[weeks.sums["rep_id"].isin(people.index)].rename(columns={kpi.numerator: "count"})
    wide = overdispersion(counted, "count", unit="rep_id") if len(weeks.periods) > 1 and len(counted) else 1.0
    return sums, wide


def _pool(crm: Crm, kpi: Kpi, sums: pd.DataFrame, dispersion: float) -> Pool:
    rows = sums[sums["base"] > 0]
    return Pool(
        table=rows.assign(willing=willing_of(crm).reindex(rows.index).fillna("")),
        is_share=bool(kpi.base),
        better=kpi.better,
        benchmark=float(rows["n"].sum() / rows["base"].sum()) if len(rows) else float("nan"),
        dispersion=dispersion,
        minimum=crm.client.minimum_base,
        gains=lambda: gains(crm, kpi),
    )
