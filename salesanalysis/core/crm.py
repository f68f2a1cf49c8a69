"""One company's data: canonical Ibis tables, the day they are known up to, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from .client import Client
from .errors import InvalidInput, MissingData, did_you_mean, unknown
from .history import ATTRIBUTES, stretch_rows, stretches
from .period import Period
from .result import Note, Word
from .schema import SCHEMA, column, table

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Rep attributes by which a Crm can be narrowed.
FILTERS = ("rep", "team", "manager", "role", "region")


@dataclass(frozen=True, eq=False, repr=False)
class Crm:
    """Canonical tables of one client; immutable.

    Attributes
    ----------
    tables : mapping of str to ibis table
        Only tables and columns that the source has; types as the schema declares.
    as_of : datetime.date
        Day up to which the data is known; nothing after it exists.
    client : Client
        Settings, language and currency.
    exclusions : pandas.DataFrame
        Columns ``table, reason, rows``: every row left out, counted by reason.
    rows_in : mapping of str to int
        Rows read per table, before exclusions.
    fingerprint : str
        Short hash of the data, printed in every report.
    scope : mapping of str to tuple of str
        What `only` narrowed to.
    findings : pandas.DataFrame
        Columns ``table, column, check, severity, rows, share, example``: all that loading found, as
        `data.validate` returns it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()  # doctest: +SKIP
    >>> crm.only(team="Jakarta 1").activities.count().to_pandas()  # doctest: +SKIP
    """

    tables: Mapping[str, ir.Table]
    as_of: date
    client: Client
    exclusions: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["table", "reason", "rows"])
    )
    rows_in: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __getattr__(self, name: str) -> ir.Table:
        if name in SCHEMA:
            return self.table(name)
        raise AttributeError(f"Crm has no attribute '{name}'.{did_you_mean(name, SCHEMA)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def has(self, reference: str) -> bool:
        """Tell whether a table (``goals``) or a column (``reps.hired_on``) is in this data."""
        name, _, col = reference.partition(".")
        table(name)
        if col:
            column(reference)
        return name in self.tables and (not col or col in self.tables[name].columns)

    def require(self, *references: str, wanted_by: str) -> None:
        """Raise `MissingData` naming each of `references` that is absent and who wanted it."""
        missing = [r for r in references if not self.has(r)]
        if missing:
            meaning = "; ".join(f"{r}: {_meaning(r)}" for r in missing)
            raise MissingData(
                f"{wanted_by} needs {', '.join(missing)}, which this data does not have ({meaning})"
            )

    def table(self, name: str, *, wanted_by: str = "This computation") -> ir.Table:
        """Return canonical table `name` as an Ibis table."""
        self.require(name, wanted_by=wanted_by)
        return self.tables[name]

    @cached_property
    def memory(self) -> dict[tuple[object, ...], Any]:
        """What was worked out from this data before, by what it is known by (`core.shelf`)."""
        return {}

    def frame(self, name: str) -> pd.DataFrame:
        """Return canonical table `name` in memory, fetched once; for small tables such as reps and goals."""
        if ("frame", name) not in self.memory:
            self.memory["frame", name] = self.table(name).to_pandas()
        return self.memory["frame", name].copy()

    @cached_property
    def _held(self) -> pd.DataFrame:
        """Where each rep belonged, one row per stretch of time."""
        held = stretch_rows(self)
        days = {c: pd.to_datetime(held[c]).astype("datetime64[s]") for c in ("starts_on", "ends_on")}
        return held.assign(**days)

    def notes(self, *tables: str) -> tuple[Note, ...]:
        """Return one note per reason for which rows of `tables` (all when none is named) were left out."""
        rows = self.exclusions
        if tables:
            rows = rows[rows["table"].isin(tables)]
        return tuple(
            Note(
                "excluded",
                int(row.rows),
                {
                    "table": Word(f"readiness.table.{row.table}"),
                    "reason": Word(f"readiness.reason.{row.reason}"),
                },
            )
            for row in rows.itertuples()
        )

    def reps(self, *, on: date | None = None) -> pd.DataFrame:
        """Return the reps in memory, one row each, sorted by name.

        With `on`, team, manager, role and region are those of that day, as far as the history tells.
        """
        frame = self.frame("reps")
        if on is not None and self.has("rep_history"):
            then = self._held[(self._held["starts_on"] <= pd.Timestamp(on))]
            then = then[then["ends_on"] > pd.Timestamp(on)].set_index("rep_id")
            for name in (a for a in ATTRIBUTES if a in then):
                frame[name] = frame["rep_id"].map(then[name])
        return frame.sort_values(["name", "rep_id"], kind="stable").reset_index(drop=True)

    def rep(self, who: str) -> pd.Series:
        """Return one rep by rep_id or name (any case); empty: the first by name.

        Raises
        ------
        UnknownName
            Nobody, or nobody alone, is called so; the message lists close names.
        """
        reps = self.reps()
        if not who and len(reps):
            return reps.iloc[0]
        exact = reps[reps["rep_id"] == str(who)]  # an id is an id, whoever else may be called so
        if len(exact):
            return exact.iloc[0]
        wanted = str(who).casefold()
        found = reps[(reps["rep_id"].str.casefold() == wanted) | (reps["name"].str.casefold() == wanted)]
        if len(found) == 1:
            return found.iloc[0]
        if len(found) > 1:
            raise InvalidInput(
                f"{len(found)} reps are called '{who}'; use one of {', '.join(found['rep_id'])}."
            )
        raise unknown("rep", who, [*reps["name"], *reps["rep_id"]])

    @cached_property
    def span(self) -> Period:
        """The days from the first event in the data up to `as_of`.

        Events are opportunities created or closed and activities; without any, the span is the as-of day.
        """
        firsts = [
            self.tables[name][col].min().to_pandas()
            for name, col in (
                ("opportunities", "created_on"),
                ("opportunities", "closed_on"),
                ("activities", "occurred_on"),
            )
            if self.has(f"{name}.{col}")
        ]
        days = [pd.Timestamp(first).date() for first in firsts if not pd.isna(first)]
        start, end = min([*days, self.as_of]), self.as_of + timedelta(days=1)
        return Period(start, end, "range", self.client.fiscal_year_start)

    def period(self, text: str | Period = "") -> Period:
        """Read a period in the client's fiscal calendar; empty: the last whole quarter, else all days.

        Raises
        ------
        InvalidInput
            The text is no period, or the data holds no day of it.
        """
        fiscal = self.client.fiscal_year_start
        if text:
            return self._not_before(self.known_period(text))
        quarter = Period.containing(self.as_of, "quarter", fiscal_start=fiscal)
        if quarter.last_day > self.as_of:
            quarter = quarter.previous()
        return quarter if quarter.end > self.span.start else self.span

    def known_period(self, text: str | Period) -> Period:
        """Read a period as `period` does; one that begins after the data ends raises `InvalidInput`."""
        found = Period.parse(text, fiscal_start=self.client.fiscal_year_start)
        if found.start > self.as_of:
            raise InvalidInput(
                f"Period {found} begins after the data ends ({self.as_of}). Choose an earlier period."
            )
        return found

    def _not_before(self, period: Period) -> Period:
        if period.end <= self.span.start:
            raise InvalidInput(
                f"Period {period} ends before the data begins ({self.span.start}). Choose a later period."
            )
        return period

    def active(self, period: Period) -> list[str]:
        """Return the rep_ids, by name, of those employed in `period` who ever logged or sold anything."""
        reps = self.reps()
        for col, outside in (
            ("hired_on", lambda d: d >= period.end),
            ("left_on", lambda d: d <= period.start),
        ):
            if col in reps:
                days = pd.to_datetime(reps[col])
                reps = reps[~days.map(lambda d, out=outside: not pd.isna(d) and out(d.date()))]
        seen: set[str] = set()
        for name in ("activities", "opportunities"):
            if self.has(f"{name}.rep_id"):
                seen.update(self.tables[name].select("rep_id").distinct().to_pandas()["rep_id"].dropna())
        return [str(i) for i in reps["rep_id"] if i in seen]

    def only(self, *, on: date | None = None, **filters: str | Iterable[str]) -> Crm:
        """Return the same data for some reps: ``crm.only(team="Jakarta")``, ``rep=``, ``role=``, ``region=``.

        This chooses people, not days: those in the team now, or on the day `on`, with all they ever did.
        What was done in a team while they belonged to it is a split by ``team`` (`panel`). Tables that name a
        rep keep that rep's rows; others stay whole.
        """
        reps = self.table("reps")
        held = stretches(self) if on is not None and self.has("rep_history") else None
        scope = dict(self.scope)
        for name, wanted in filters.items():
            if name not in FILTERS:
                raise InvalidInput(f"Cannot filter by '{name}'.{did_you_mean(name, FILTERS)}")
            values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            col = "rep_id" if name == "rep" else name
            if held is None or col not in held.columns:
                self.require(f"reps.{col}", wanted_by=f"Filtering by {name}")
            if name == "rep":
                values = tuple(str(self.rep(v)["rep_id"]) for v in values)
            else:
                known = self.reps(on=on)[col].dropna().unique()
                for value in (v for v in values if v not in known):
                    raise unknown(name, value, sorted(known))
            if held is None or name == "rep":
                reps = reps.filter(reps[col].isin(values))
            else:
                day = ibis.literal(on, type="date")
                there = (held.starts_on <= day) & (held.ends_on > day) & held[col].isin(values)
                reps = reps.semi_join(held.filter(there), "rep_id")
            scope[name] = values
        ids = reps.select("rep_id")
        tables = {
            key: reps if key == "reps" else (t.semi_join(ids, "rep_id") if "rep_id" in t.columns else t)
            for key, t in self.tables.items()
        }
        return replace(self, tables=MappingProxyType(tables), scope=MappingProxyType(scope))

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {rows:,}" for name, rows in self.rows_in.items())
        left_out = int(self.exclusions["rows"].sum()) if len(self.exclusions) else 0
        return f"Crm of {self.client.name}, as of {self.as_of}: {sizes}; {left_out:,} rows excluded"


def check_crm(crm: object, caller: str) -> None:
    """Raise `InvalidInput` when what `caller` was given is no Crm.

    Examples
    --------
    >>> check_crm("sample", "panel()")
    Traceback (most recent call last):
    ...
    salesanalysis.core.errors.InvalidInput: panel() takes a Crm, such as sa.load(...) returns, not str.
    """
    if not isinstance(crm, Crm):
        raise InvalidInput(f"{caller} takes a Crm, such as sa.load(...) returns, not {type(crm).__name__}.")


def _meaning(reference: str) -> str:
    declared = column(reference) if "." in reference else table(reference)
    return declared.meaning.rstrip(".")
