"""Activity against effectiveness of every rep, beside the peers and with the uncertainty of both."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.period import Period
from ..core.result import Result
from ..core.shelf import kept_by_arguments
from ..stats.chain import chain_draws
from ..stats.multiple import benjamini_hochberg
from .basis import Basis
from .decompose import counted_of
from .everyone import bases

#: Axes of the map: how much is done, and what comes of each.
AXES = ("volume", "effectiveness")
#: Where a rep stands once both intervals decide: volume first, effectiveness second.
QUADRANTS = ("above_above", "above_below", "below_above", "below_below")
#: Level of the intervals, and the share of false claims allowed over reps and axes.
INTERVAL, FALSE = 0.90, 0.05
DRAWS = 8000
COLUMNS = [
    *("term", "rep_id", "name", "team", "n", "base", "value", "estimate", "conf_low", "conf_high"),
    *("chance_below", "p_adjusted", "peer_count", "verdict"),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ActivityMapResult(Result):
    """How much each rep does and what comes of it, as ratios to the peers.

    Attributes
    ----------
    table : pandas.DataFrame
        Two rows per rep: ``term`` (``volume``: the first step of the sale by working day; ``effectiveness``:
        what comes of one of them, all rates and the value per contract multiplied), ``rep_id, name, team, n``
        (events behind it), ``base``, ``value`` (as counted), ``estimate`` (median of the posterior, drawn
        towards the peers), ``conf_low, conf_high`` (90 %), ``chance_below, p_adjusted, peer_count, verdict``
        (``below``, ``above`` or ``open``). 1 is the peers' level.
    places : pandas.DataFrame
        One row per rep: ``rep_id, name, team, verdict`` (one of `QUADRANTS`; ``open`` unless both intervals
        decide), and the verdict of each axis (``volume, effectiveness``).
    left_out : pandas.DataFrame
        ``rep_id, name, reason``: who cannot be compared, and why.
    team : str
        Whose map it is; empty: everybody's.
    unit : str
        money, or count where no amounts are known.
    """

    places: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    team: str = ""
    unit: str = "money"

    def of(self, quadrant: str) -> list[str]:
        """Return the names of the reps in a quadrant, or of those that are ``open``."""
        return list(self.places.loc[self.places["verdict"] == quadrant, "name"])


@kept_by_arguments
def activity_map(crm: Crm, period: Period | str, *, team: str | None = None) -> ActivityMapResult:
    """Set each rep's activity and effectiveness beside the peers', with the uncertainty of both.

    Parameters
    ----------
    crm : Crm
        The data.
    period : Period or str
        Period such as ``2026-Q3``.
    team : str, optional
        Only this team's reps; peers are of the same role wherever they are.

    Returns
    -------
    ActivityMapResult
        Empty with `left_out` saying why where nobody can be compared.

    Raises
    ------
    UnknownName
        No such team.
    InvalidInput
        The period begins after the last day in the data.

    Notes
    -----
    Posterior of `decompose`: gamma for the volume, widened by a rep's own ups and downs, beta for each rate
    with the peers as a prior worth 20 trials, gamma for the value per contract. An axis is decided when its
    90 % interval excludes 1 and its two-sided tail stays at or under .05 after Benjamini-Hochberg over all
    reps and both axes.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.activity_map(sa.sample(), "2026").of("below_above")  # doctest: +SKIP
    ['Maya Sari']
    """
    check_crm(crm, "activity_map()")
    span = crm.known_period(period)
    if team:
        known = crm.reps(on=span.clip(crm.as_of).last_day).get("team", pd.Series(dtype="object")).dropna()
        if team not in set(known):
            raise unknown("team", team, sorted(set(known)))
    return map_of(bases(crm, span, team=team or None), crm, span, team=team or "")


def map_of(found: dict[str, Basis], crm: Crm, span: Period, *, team: str = "") -> ActivityMapResult:
    """Return the map for bases that were already fetched."""
    able = {rep: base for rep, base in found.items() if base.status == "ok" and base.chain}
    away = [(rep, _name(base), base.status) for rep, base in found.items() if rep not in able]
    table = pd.DataFrame([row for base in able.values() for row in _rows(base)], columns=COLUMNS)
    if len(table):
        two_sided = 2 * np.minimum(table["chance_below"], 1 - table["chance_below"])
        # A tail that no draw reached is known to be small, not to be zero.
        table["p_adjusted"] = benjamini_hochberg(np.maximum(two_sided, 2 / DRAWS))
        table["verdict"] = [_verdict(row) for row in table.itertuples()]
    units = {base.chain.unit for base in able.values() if base.chain}
    return ActivityMapResult(
        table=table,
        method="coaching.activity_map",
        n=len(able),
        client=crm.client,
        period=span.clip(crm.as_of),
        as_of=crm.as_of,
        places=_places(table),
        left_out=pd.DataFrame(away, columns=["rep_id", "name", "reason"]),
        team=team,
        unit="money" if units <= {"money"} else "count",
    )


def _rows(base: Basis) -> list[tuple[object, ...]]:
    chain, people = base.chain, base.people
    assert chain is not None
    benchmark = pd.Series({f.term: f.benchmark for f in chain.factors}, dtype=float)
    drawn = chain_draws(
        counted_of(chain, base.variation), benchmark, draws=DRAWS, dispersion=base.dispersion
    ) / benchmark.to_numpy(dtype=float)
    first, last = chain.factors[0], chain.factors[-1]
    raw = chain.actual / chain.expected
    volume = first.n / first.base
    counted = {
        "volume": (drawn[:, 0], first.n, first.base, volume),
        "effectiveness": (drawn[:, 1:].prod(axis=1), last.n, first.n, raw / volume if volume else math.nan),
    }
    row = base.people.rep
    who = (people.rep_id, _name(base), _text(row.get("team")))
    tail = (1 - INTERVAL) / 2
    return [
        (
            *(term, *who, n, of, value, *np.quantile(draws, [0.5, tail, 1 - tail])),
            *(float((draws < 1).mean()), math.nan, len(people.peers), "open"),
        )
        for term, (draws, n, of, value) in counted.items()
    ]


def _verdict(row: tuple) -> str:
    if row.p_adjusted > FALSE or row.conf_low <= 1 <= row.conf_high:
        return "open"
    return "above" if row.conf_low > 1 else "below"


def _places(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(columns=["rep_id", "name", "team", *AXES, "verdict"])
    who = table.drop_duplicates("rep_id").set_index("rep_id")[["name", "team"]]
    axes = table.pivot(index="rep_id", columns="term", values="verdict").reindex(who.index)[list(AXES)]
    decided = (axes != "open").all(axis=1)
    verdict = (axes["volume"] + "_" + axes["effectiveness"]).where(decided, "open")
    return who.join(axes).assign(verdict=verdict).reset_index()


def _name(base: Basis) -> str:
    return str(base.people.rep["name"])


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
