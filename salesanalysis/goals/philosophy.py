"""What a goal is meant to be: how many should reach it, whose quantile that is, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core.client import PHILOSOPHIES
from ..core.crm import Crm
from ..core.errors import InvalidInput, unknown
from ..kpi import KPIS, Kpi
from .goal import DEFAULT_PHILOSOPHY, stated

#: Share of reps that should reach a goal, by what it is meant to be (A: P85-P90, C minimum: P20-P25).
SHOULD_REACH: Mapping[str, tuple[float, float]] = {
    "A": (0.10, 0.15),
    "C average": (0.50, 0.50),
    "C minimum": (0.75, 0.80),
}


def meant(philosophy: str) -> float:
    """Return the share of reps that a goal of this philosophy is set for: the middle of its range.

    Examples
    --------
    >>> meant("A"), meant("C minimum")
    (0.125, 0.775)
    """
    return sum(SHOULD_REACH[philosophy]) / 2


def quantile_of(philosophy: str, better: str) -> float:
    """Return the quantile of levels at which such a goal lies; where lower is better, that of the other side.

    Examples
    --------
    >>> quantile_of("A", "higher"), quantile_of("A", "lower")
    (0.875, 0.125)
    """
    share = meant(philosophy)
    return share if better == "lower" else 1 - share


def declared(crm: Crm) -> dict[str, str]:
    """Return by KPI the philosophy of its latest goal in the table; empty where that goal names none.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> declared(sa.sample())["win_rate"]
    'A'
    """
    goals = stated(crm)
    if not goals:
        return {}
    frame = crm.frame("goals")
    kinds = frame["philosophy"].fillna("") if "philosophy" in frame else [""] * len(frame)
    # Of goals without a philosophy `stated` tells the default: what was declared stands in the table alone.
    rows = sorted(zip(goals, kinds), key=lambda row: row[0].period.end)
    return {goal.kpi: str(kind) for goal, kind in rows}


def philosophies(
    crm: Crm, kpis: Iterable[Kpi], given: str | Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the philosophy of each KPI: as given, else of its latest goal, of the settings, or half.

    Raises
    ------
    InvalidInput
        A philosophy or a KPI that is not known, in `given` or under ``[philosophy]`` of the settings.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> philosophies(sa.sample(), [sa.KPIS["calls"], sa.KPIS["emails"]])
    {'calls': 'C minimum', 'emails': 'C average'}
    """
    kpis = list(kpis)
    asked = dict.fromkeys([k.name for k in kpis], given) if isinstance(given, str) else dict(given or {})
    settings = dict(crm.client.philosophy)
    for where, chosen in (("philosophy=", asked), (f"[philosophy] of {_file(crm)}", settings)):
        for name, kind in chosen.items():
            if name not in KPIS and name not in {k.name for k in kpis}:
                raise unknown("KPI", name, KPIS, where=where)
            if kind not in PHILOSOPHIES:
                raise unknown("philosophy", kind, PHILOSOPHIES, where=where)
    latest = declared(crm)
    sources = (asked, latest, settings)
    return {k.name: next((s[k.name] for s in sources if s.get(k.name)), DEFAULT_PHILOSOPHY) for k in kpis}


def _file(crm: Crm) -> str:
    return crm.client.path.name if crm.client.path else "the settings"


def check_philosophy(given: object) -> None:
    """Raise `InvalidInput` when `given` is neither a philosophy, nor philosophies by KPI, nor None."""
    if given is not None and not isinstance(given, str | Mapping):
        raise InvalidInput(
            f"philosophy is one of {', '.join(PHILOSOPHIES)}, or a mapping from KPI to one of them, not "
            f"{type(given).__name__}."
        )
