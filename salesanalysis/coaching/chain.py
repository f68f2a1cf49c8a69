"""The chain of factors whose product is what a rep sold: volume, one rate per step, average size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.errors import InvalidInput, did_you_mean
from ..goals.route import CLOSED, FUNNEL

#: Steps a client's funnel can name, with the factor that leads into each.
RATES: Mapping[str, str] = {
    "connects": "connect_rate",
    "conversations": "conversation_rate",
    "meetings": "meeting_rate",
    "proposals": "proposal_rate",
    "wins": "win_rate",
}
STEPS = ("calls", "connects", "conversations", "meetings", "proposals")
#: Heads of a chain without activities: counts that a rep does not decide on day by day.
RESULTS = (CLOSED, "wins")
SIZE = "average_deal_size"
#: KPI that a factor is known by, and whose goal is its benchmark: what is counted, of what.
GOAL_KPIS: Mapping[tuple[str, str], str] = {
    ("connects", "calls"): "connect_rate",
    ("conversations", "connects"): "conversation_rate",
    ("meetings", "conversations"): "meeting_rate",
    ("proposals", "conversations"): "proposal_rate",
    ("wins", "proposals"): "proposal_to_win_rate",
    ("wins", "closed"): "win_rate",
    ("bookings", "wins"): "average_deal_size",
}


@dataclass(frozen=True)
class Factor:
    """One factor of the chain: the rep's value beside the benchmark's.

    Attributes
    ----------
    term : str
        ``calls``, ``connect_rate``, ``average_deal_size`` …
    kind : str
        volume, rate or size.
    step, of : str
        What is counted, and of what: ``connects`` of ``calls``; a volume is counted over working ``days``.
    n, base : float
        The rep's own count and its denominator (for a volume: the count expected; for a size: wins).
    value, benchmark : float
        Rep's value (NaN where the base is zero) and the value to compare with, in `unit`.
    """

    term: str
    kind: str
    step: str
    of: str
    n: float
    base: float
    value: float
    benchmark: float
    unit: str

    @property
    def filled(self) -> float:
        """The rep's value; the benchmark where nothing is known of it, so that it adds nothing."""
        return self.benchmark if math.isnan(self.value) else self.value


@dataclass(frozen=True)
class Chain:
    """Factors whose product is `actual` for the rep and `expected` for the benchmark.

    `dropped` names the steps left out because fewer of them are on record than of the step that follows.
    """

    factors: tuple[Factor, ...]
    steps: tuple[str, ...]
    unit: str
    dropped: tuple[str, ...] = ()

    @property
    def actual(self) -> float:
        """Product of the rep's factors: bookings, or wins where no amounts are known."""
        return math.prod(f.filled for f in self.factors)

    @property
    def expected(self) -> float:
        """Product of the benchmark's factors."""
        return math.prod(f.benchmark for f in self.factors)


def build(
    rep: Mapping[str, float], peers: Mapping[str, float], *, funnel: Sequence[str] = FUNNEL
) -> Chain | None:
    """Build the longest chain that both sides have data for.

    Parameters
    ----------
    rep, peers : mapping of str to float
        Sums over the period: ``days`` (working days employed), ``wins``, and where known the steps of
        `funnel`, ``closed`` (won and lost) and ``bookings`` (value won). `peers` holds sums over all peers.
    funnel : sequence of str
        Steps in order.

    Returns
    -------
    Chain or None
        None when nothing can be compared: no working days, or peers without a win.

    Notes
    -----
    A step with fewer records than the step after it, in either side, would give a rate above
    one, and one with as many for all peers would say nothing: it is left out and the next step is taken of
    the one before. Someone who sells without calls gets a shorter chain this way.

    Examples
    --------
    >>> sums = {"days": 65, "calls": 520, "connects": 104, "proposals": 13, "wins": 2, "bookings": 38.0}
    >>> pool = {"days": 65, "calls": 650, "connects": 130, "proposals": 19.5, "wins": 5.85, "bookings": 117.0}
    >>> found = build(sums, pool)
    >>> [f.term for f in found.factors], round(found.actual, 9), round(found.expected, 9)
    (['calls', 'connect_rate', 'proposal_rate', 'win_rate', 'average_deal_size'], 38.0, 117.0)
    """
    if not (rep.get("days", 0) > 0 and peers.get("days", 0) > 0 and peers.get("wins", 0) > 0):
        return None
    known = [s for s in check_funnel(funnel) if rep.get(s) is not None and peers.get(s, 0) > 0]
    steps, dropped = _consistent([*known, "wins"], rep, peers)
    if len(steps) == 1 and peers.get(CLOSED, 0) > peers["wins"] and rep.get(CLOSED) is not None:
        steps = [CLOSED, "wins"]
    factors = [_volume(steps[0], rep, peers)]
    factors += [_rate(step, of, rep, peers) for of, step in itertools.pairwise(steps)]
    has_money = rep.get("bookings") is not None and peers.get("bookings", 0) > 0
    if has_money:
        factors.append(_size(rep, peers))
    return Chain(tuple(factors), tuple(steps), "money" if has_money else "count", tuple(dropped))


def check_funnel(funnel: Sequence[str]) -> tuple[str, ...]:
    """Return the funnel, or the default for an empty one."""
    for step in funnel:
        if step not in STEPS:
            raise InvalidInput(
                f"Unknown step '{step}' in the funnel of client.toml.{did_you_mean(step, STEPS)}"
            )
    return tuple(funnel) or FUNNEL


def against_targets(chain: Chain, targets: Mapping[str, float]) -> Chain | None:
    """Return the chain with goals as benchmark; None unless every factor has a usable one."""
    limits = {f.term: 1.0 if f.kind == "rate" else math.inf for f in chain.factors}
    if not all(0 < targets.get(term, 0) < limit for term, limit in limits.items()):
        return None
    factors = tuple(
        replace(
            f,
            benchmark=float(targets[f.term]),
            base=float(targets[f.term]) if f.kind == "volume" else f.base,
        )
        for f in chain.factors
    )
    return replace(chain, factors=factors)


def _consistent(
    steps: list[str], rep: Mapping[str, float], peers: Mapping[str, float]
) -> tuple[list[str], list[str]]:
    kept, dropped = ["wins"], []
    for step in reversed(steps[:-1]):
        after = kept[0]
        if rep[step] < rep[after] or peers[step] <= peers[after]:
            dropped.insert(0, step)
        else:
            kept.insert(0, step)
    return kept, dropped


def _volume(step: str, rep: Mapping[str, float], peers: Mapping[str, float]) -> Factor:
    expected = peers[step] / peers["days"] * rep["days"]
    return Factor(step, "volume", step, "days", rep[step], expected, rep[step], expected, "count")


def _rate(step: str, of: str, rep: Mapping[str, float], peers: Mapping[str, float]) -> Factor:
    value = rep[step] / rep[of] if rep[of] > 0 else math.nan
    benchmark = peers[step] / peers[of]
    return Factor(RATES[step], "rate", step, of, rep[step], rep[of], value, benchmark, "share")


def _size(rep: Mapping[str, float], peers: Mapping[str, float]) -> Factor:
    wins, money = rep["wins"], rep["bookings"]
    value = money / wins if wins > 0 else math.nan
    benchmark = peers["bookings"] / peers["wins"]
    return Factor(SIZE, "size", "bookings", "wins", wins, wins, value, benchmark, "money")
