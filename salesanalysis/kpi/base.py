"""What a KPI is: measures that a database can sum, and how their sums combine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ..core.errors import InvalidInput, unknown
from ..core.i18n import Language
from .trace import Reduction, trace
from .view import View

#: Units a KPI can have, and which way is good.
UNITS = ("share", "money", "count", "days", "hours", "ratio", "rate")
DIRECTIONS = ("higher", "lower")
ROLES = ("activity", "objective", "result")
#: Days at which a stock is looked at.
DAYS = ("end", "start", "both", "during")

Combine = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Measure:
    """One sum over the rows of one table.

    Parameters
    ----------
    name : str
        Name of the sum, unique in a registry.
    table : str or View
        Canonical table, or a view of several.
    on : str
        Date column that puts a row into a period.
    reduce : callable
        Takes the table and returns ``count``, ``sum`` or ``nunique`` of it, each with ``where`` as needed:
        the only reductions that every engine has and that add up. ``t.as_of_on`` is the last day of the
        data or, in a stock, the day looked at; a stock also has the period's first day, ``t.first_on``.
    until : str
        Date column at which a row stops to exist. Given, the measure is a stock: rows that exist on a day
        are reduced, whenever they began.
    at : str
        Which day a stock is looked at: ``end`` of the period's last day, ``start`` (the end of the day before
        the period), ``both`` (rows that exist from then to the end) or ``during`` (at any time from then).

    Examples
    --------
    >>> wins = Measure("wins", "opportunities", "closed_on", lambda t: t.count(where=t.outcome == "won"))
    >>> wins.needs
    ('opportunities.closed_on', 'opportunities.outcome')
    >>> wins.accumulates
    'flow'
    """

    name: str
    table: str | View
    on: str
    reduce: Reduction
    until: str = ""
    at: str = "end"

    def __post_init__(self) -> None:
        if self.at not in DAYS:
            raise unknown("day", self.at, DAYS, where=f"measure {self.name}")

    @property
    def source(self) -> str:
        """Name of the table or view."""
        return self.table.name if isinstance(self.table, View) else self.table

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns (``table.column``) that the measure reads, found by tracing `reduce`."""
        return trace(self)[0]

    @property
    def accumulates(self) -> str:
        """``flow`` adds over reps and time, ``stock`` over reps only, ``distinct`` over neither."""
        if trace(self)[1]:
            return "distinct"
        return "stock" if self.until else "flow"


@dataclass(frozen=True)
class Kpi:
    """A number to steer by, made of sums: one measure is a total, two are a ratio (first ÷ second).

    Parameters
    ----------
    name : str
        Name in the registry; display texts stand in ``kpi.po`` as ``kpi.<name>.name``, ``.short``, ``.what``.
    measures : tuple of Measure
        The numerator, then the denominator if there is one.
    unit : str
        One of `UNITS`.
    better : str
        ``higher`` or ``lower``.
    role : str
        ``activity`` (a rep decides to do it), ``objective`` (what a customer does in turn), ``result``.
    squares, events : Measure or None
        Sum of squares of what the numerator sums, and the number of rows in it: what an interval needs.
    combine : callable or None
        Takes a frame with one column of sums a measure and returns the values; for KPIs that are neither a
        total nor a ratio. The second measure stays the base.
    minimum_base : int or None
        Base under which the value is marked too few; None: the client's own for ratios, none for totals.
    source : str
        Where the definition comes from.
    formula_text : str
        The formula where names of measures divided by each other do not say it.
    record : str
        Column that names what a row is (``opportunity_id``): by it two readings are compared row by row.

    Examples
    --------
    >>> calls = Measure("calls", "activities", "occurred_on", lambda t: t.count(where=t.kind == "call"))
    >>> Kpi("calls", (calls,), role="activity").formula
    'calls'
    """

    name: str
    measures: tuple[Measure, ...]
    unit: str = "count"
    better: str = "higher"
    role: str = "result"
    squares: Measure | None = None
    events: Measure | None = None
    combine: Combine | None = None
    minimum_base: int | None = None
    source: str = ""
    formula_text: str = ""
    record: str = ""

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.unit, UNITS, "unit"),
            (self.better, DIRECTIONS, "direction"),
            (self.role, ROLES, "role"),
        ):
            if value not in known:
                raise unknown(what, value, known, where=f"KPI {self.name}")
        if not self.measures:
            raise InvalidInput(f"KPI {self.name} has no measure.")
        if len(self.measures) > 2 and self.combine is None:
            raise InvalidInput(f"KPI {self.name} has {len(self.measures)} measures; say how they combine.")

    def __repr__(self) -> str:
        return f"Kpi {self.name}: {self.formula} ({self.unit}, {self.better} is better)"

    @property
    def numerator(self) -> str:
        """Name of the first measure."""
        return self.measures[0].name

    @property
    def base(self) -> str:
        """Name of the denominator; empty for a total."""
        return self.measures[1].name if len(self.measures) > 1 else ""

    @property
    def is_total(self) -> bool:
        """Whether the value itself adds up, so that goals split over months and days."""
        return not self.base and self.combine is None and self.accumulates == "flow"

    @property
    def accumulates(self) -> str:
        """The strictest rule among the measures: distinct, else stock, else flow."""
        rules = {m.accumulates for m in self.sums}
        return next(rule for rule in ("distinct", "stock", "flow") if rule in rules)

    @property
    def sums(self) -> tuple[Measure, ...]:
        """Every measure that is asked of the database for this KPI."""
        return (*self.measures, *(m for m in (self.squares, self.events) if m))

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns (``table.column``) without which the KPI cannot be computed."""
        return tuple(sorted({reference for m in self.sums for reference in m.needs}))

    def needs_in(self, customers: str) -> tuple[str, ...]:
        """Return the columns needed where `customers` is the rule by which an account is a customer."""
        return tuple(sorted({reference for m in self.sums for reference in trace(m, customers)[0]}))

    @property
    def variant_of(self) -> str:
        """Name of the KPI that this is another reading of (``rep_retention.seed``); empty for itself."""
        return self.name.partition(".")[0] if "." in self.name else ""

    @property
    def variant(self) -> str:
        """Which reading this is; ``strict`` for the KPI itself."""
        return self.name.partition(".")[2] or "strict"

    @property
    def formula(self) -> str:
        """The formula in names of measures."""
        if self.formula_text:
            return self.formula_text
        names = [m.name for m in self.measures]
        return f"f({', '.join(names)})" if self.combine else " ÷ ".join(names)

    def values(self, sums: pd.DataFrame) -> pd.Series:
        """Return the values from a frame of sums; a zero denominator gives missing, never 0."""
        if self.combine is not None:
            found = self.combine(sums)
        elif self.base:
            found = sums[self.numerator] / sums[self.base]
        else:
            found = sums[self.numerator]
        found = found.astype("float64")
        return found.where(sums[self.base] != 0) if self.base else found

    def label(self, language: Language, form: str = "name") -> str:
        """Return the display text: ``name``, ``short`` or ``what``; a KPI without one shows its own name."""
        key = f"kpi.{self.name}.{form}"
        return language.t(key) if language.has(key) else self.name.replace("_", " ").capitalize()


class Registry(Mapping[str, Kpi]):
    """KPIs by name, in the order of the sales process; immutable.

    Other readings of a KPI stand behind it under dotted names, such as ``rep_retention.seed``; they are
    computed only where they are asked for by name.

    Examples
    --------
    >>> calls = Measure("calls", "activities", "occurred_on", lambda t: t.count(where=t.kind == "call"))
    >>> mine = Registry([Kpi("calls", (calls,))])
    >>> list(mine | [Kpi("dials", (calls,))])
    ['calls', 'dials']
    """

    def __init__(self, kpis: Iterable[Kpi] = ()) -> None:
        self._kpis = _alike(kpis)
        for kpi in self._kpis.values():
            if kpi.variant_of and kpi.variant_of not in self._kpis:
                raise InvalidInput(f"KPI {kpi.name} is a variant of {kpi.variant_of}, which is not there.")

    def __getitem__(self, name: str) -> Kpi:
        try:
            return self._kpis[name]
        except KeyError:
            raise unknown("KPI", name, self._kpis) from None

    def __contains__(self, name: object) -> bool:
        return name in self._kpis

    def __iter__(self) -> Iterator[str]:
        return iter(self._kpis)

    def __len__(self) -> int:
        return len(self._kpis)

    def __or__(self, other: Registry | Iterable[Kpi]) -> Registry:
        """Return a registry with the KPIs of both; of two with one name the later stands."""
        added = other.values() if isinstance(other, Mapping) else other
        return Registry([*self._kpis.values(), *added])

    def _ipython_key_completions_(self) -> list[str]:
        """Return the names that JupyterLab offers after ``KPIS["``."""
        return list(self)

    def __repr__(self) -> str:
        return f"Registry of {len(self)} KPIs: {', '.join(self)}"

    @property
    def strict(self) -> tuple[Kpi, ...]:
        """The KPIs themselves, without their other readings."""
        return tuple(kpi for kpi in self._kpis.values() if not kpi.variant_of)

    def variants(self, name: str) -> tuple[Kpi, ...]:
        """Return the other readings of a KPI."""
        return tuple(kpi for kpi in self._kpis.values() if kpi.variant_of == self[name].name)

    def pick(self, kpis: str | Kpi | Registry | Iterable[str | Kpi] | None) -> tuple[Kpi, ...]:
        """Return the KPIs asked for, by name or as they are; None: all, in their strict reading."""
        if kpis is None:
            return self.strict
        if isinstance(kpis, Mapping):
            return tuple(kpis.values())
        if not isinstance(kpis, Iterable | Kpi):
            raise InvalidInput(f"KPIs are names or Kpi objects, one or several, not {type(kpis).__name__}.")
        asked = (kpis,) if isinstance(kpis, str | Kpi) else kpis
        return tuple(_alike(k if isinstance(k, Kpi) else self[k] for k in asked).values())


def _alike(kpis: Iterable[Kpi]) -> dict[str, Kpi]:
    """Return `kpis` by name when measures of one name are one and the same in all of them."""
    found, seen = {kpi.name: kpi for kpi in kpis}, dict[str, Measure]()
    for kpi in found.values():
        for measure in kpi.sums:
            if seen.setdefault(measure.name, measure) != measure:
                raise InvalidInput(
                    f"KPI {kpi.name} declares measure '{measure.name}' differently from an earlier KPI; use "
                    "the same Measure object, or another name."
                )
    return found
