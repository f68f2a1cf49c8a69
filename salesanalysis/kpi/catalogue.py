"""The registry of all KPIs, in the order of the sales process."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.shelf import kept
from .activity import ACTIVITY, RATES
from .base import Kpi, Registry
from .contract import CONTRACT
from .health import HEALTH
from .lifetime import LIFETIME
from .outcome import OUTCOME
from .pipeline import PIPELINE
from .prospect import PROSPECT
from .quota import QUOTA
from .referral import REFERRAL
from .retention import BOOK_OF_CUSTOMERS, CUSTOMER
from .roles import AE, SDR
from .stages import STAGES
from .workforce import WORKFORCE

if TYPE_CHECKING:
    from ..core.crm import Crm

T = TypeVar("T")

KPIS = Registry(
    (
        *ACTIVITY,
        *RATES,
        *PROSPECT,
        *PIPELINE,
        *STAGES,
        *HEALTH,
        *OUTCOME,
        *QUOTA,
        *SDR,
        *AE,
        *CONTRACT,
        *LIFETIME,
        *REFERRAL,
        *CUSTOMER,
        *BOOK_OF_CUSTOMERS,
        *WORKFORCE,
    )
)


def is_known(kpi: Kpi) -> bool:
    """Tell whether a KPI is that of the registry, known by its name.

    Examples
    --------
    >>> is_known(KPIS["calls"]), is_known(Kpi("calls", KPIS["calls"].measures, unit="rate"))
    (True, False)
    """
    return kpi.name in KPIS and KPIS[kpi.name] is kpi


def kept_of(
    crm: Crm,
    name: str,
    kpis: Sequence[Kpi],
    args: tuple[object, ...],
    make: Callable[[], T],
    *,
    in_memory: bool = True,
) -> T:
    """Return what `make` computes from KPIs and `args`, kept as `core.shelf.kept` does.

    A KPI of somebody's own is known by no name: what is made of one is computed each time.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> [kept_of(crm, "example.two", [KPIS["calls"]], (), lambda n=n: n) for n in (1, 2)]
    [1, 1]
    """
    if not all(map(is_known, kpis)):
        return make()
    return kept(crm, name, (tuple(kpi.name for kpi in kpis), *args), make, in_memory=in_memory)


def named(name: str) -> Kpi:
    """Return a KPI of the registry, as a stored result refers to it.

    Examples
    --------
    >>> named("calls") is KPIS["calls"]
    True
    """
    return KPIS[name]


def _stored(kpi: Kpi) -> Any:
    """Store a KPI as its name: what it sums is code."""
    return (named, (kpi.name,)) if is_known(kpi) else kpi.__reduce_ex__(4)


copyreg.pickle(Kpi, _stored)
