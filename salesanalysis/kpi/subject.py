"""Which subject a KPI belongs to: the module that declares it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from .base import Kpi, Registry
from .catalogue import KPIS
from .catalogue import __name__ as _CATALOGUE

#: Heading of KPIs that no module of this package declares.
OTHERS = "Others"


def subjects(registry: Registry = KPIS) -> dict[str, tuple[Kpi, ...]]:
    """Return the strict KPIs of `registry` by subject, both in the order of the registry.

    A subject is named by the first words of its module's docstring, up to a colon.

    Examples
    --------
    >>> list(subjects())[0]
    'What reps do'
    """
    home = _homes()
    found: dict[str, list[Kpi]] = {}
    for kpi in registry.strict:
        found.setdefault(home.get(kpi.name, OTHERS), []).append(kpi)
    return {name: tuple(kpis) for name, kpis in found.items()}


def _homes() -> dict[str, str]:
    package = _CATALOGUE.rpartition(".")[0]
    found: dict[str, str] = {}
    for info in pkgutil.iter_modules(import_module(package).__path__):
        module = import_module(f"{package}.{info.name}")
        if module.__name__ == _CATALOGUE:
            continue
        heading = (module.__doc__ or OTHERS).splitlines()[0].partition(":")[0].rstrip(".")
        for name, value in vars(module).items():
            if isinstance(value, tuple) and not name.startswith("_"):
                found |= {kpi.name: heading for kpi in value if isinstance(kpi, Kpi)}
    return found
