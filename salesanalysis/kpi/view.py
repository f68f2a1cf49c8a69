"""Views: tables worked out from the canonical ones, such as one row per customer and time as a customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from ..core.calendar import public_holidays
from ..core.client import Client
from ..core.schema import column, table

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Ibis type of each type a canonical column can have.
TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "float": "float64",
    "int": "int64",
    "bool": "boolean",
}
#: Stands for a day that has not come.
FOREVER = date(9999, 1, 1)
#: Columns that rows have beside their own: the day looked at, and the first day of the period.
LOOKED_AT, FIRST = "as_of_on", "first_on"
#: Table of working days (``day_on``), made from the country's holidays where a database does not hold it.
CALENDAR = "calendar"
#: Table of each rep's bookings targets, one row per stretch of days, made from the goals where there is none.
QUOTAS = "quotas"
#: Tables that no export holds, with the type of each column.
MADE = {
    CALENDAR: {"day_on": "date"},
    QUOTAS: {
        "rep_id": "string",
        "starts_on": "date",
        "ends_on": "date",
        "target": "float64",
        "daily": "float64",
    },
}


def customer_rule(tables: Mapping[str, ir.Table], client: Client) -> str:
    """Return what makes an account a customer: as the client says, else contracts where there are any.

    Examples
    --------
    >>> customer_rule({}, Client())
    'purchases'
    """
    return client.customers or ("contracts" if "contracts" in tables else "purchases")


@lru_cache(maxsize=64)
def schema_table(name: str, *, dated: bool = False) -> ir.Table:
    """Return canonical table `name` with its whole schema and no data behind it.

    With `dated`, the two days stand in it that a reduction may ask for beside the table's own columns.
    """
    if name in MADE:
        return ibis.table(MADE[name], name=name)
    columns = {c: TYPES[spec.dtype] for c, spec in table(name).columns.items()}
    days = {LOOKED_AT: "date", FIRST: "date"} if dated else {}
    return ibis.table(columns | days, name=name)


@dataclass(frozen=True, eq=False)
class Tables:
    """The canonical tables as a view reads them.

    Attributes
    ----------
    tables : mapping of str to ibis table
        Those there are; with `is_schema`, every table of the schema without data.
    client : Client
        Settings that a view may depend on.
    start, end : datetime.date
        The days that are looked at; `end` is the day after the last one.
    is_schema : bool
        The view is only being traced or written as SQL.
    as_of : datetime.date or None
        Last day of the data, nothing after which counts; None: the day before `end`.
    """

    tables: Mapping[str, ir.Table]
    client: Client
    start: date
    end: date
    is_schema: bool = False
    as_of: date | None = None

    @classmethod
    def schema(cls, customers: str = "contracts") -> Tables:
        """Return the tables of the schema, in which columns that may be absent are.

        `customers` is the rule by which an account is a customer, as in ``client.toml``.
        """
        client = Client(customers=customers)
        return cls({}, client, date(2026, 1, 1), date(2026, 1, 2), is_schema=True)

    @property
    def customers(self) -> str:
        """The rule by which an account is a customer: ``contracts`` or ``purchases``."""
        return customer_rule(self.tables, self.client)

    @property
    def last_day(self) -> ir.DateScalar:
        """The last day of the data, whichever days are looked at."""
        return day(self.as_of or self.end - timedelta(days=1))

    def __getitem__(self, name: str) -> ir.Table:
        if self.is_schema and name not in self.tables:
            return schema_table(name)
        return self.tables[name]

    def has(self, reference: str) -> bool:
        """Tell whether an optional table or column is there; while a view is traced, none is."""
        name, _, col = reference.partition(".")
        if self.is_schema:
            return False
        return name in self.tables and (not col or col in self.tables[name].columns)

    def maybe(self, reference: str) -> ir.Value:
        """Return an optional column (``contracts.cancelled_on``), missing throughout where it is absent."""
        name, _, col = reference.partition(".")
        if self.has(reference):
            return self.tables[name][col]
        return ibis.null(TYPES[column(reference).dtype])

    def calendar(self) -> ir.Table:
        """Return one row per working day (``day_on``) of the days looked at, in the client's country."""
        if self.is_schema or CALENDAR in self.tables:
            return self[CALENDAR]
        years = range(self.start.year, self.end.year + 1)
        off = [day for year in years for day in public_holidays(self.client.country, year)]
        days = np.arange(np.datetime64(self.start, "D"), np.datetime64(self.end, "D"))
        days = days[np.is_busday(days, holidays=np.array(off, dtype="datetime64[D]"))]
        frame = pd.DataFrame({"day_on": pd.Series(days.astype("datetime64[s]"))})
        return ibis.memtable(frame, schema={"day_on": "timestamp"}).mutate(
            day_on=lambda t: t.day_on.cast("date")
        )


@dataclass(frozen=True)
class View:
    """A table worked out from the canonical ones.

    Parameters
    ----------
    name : str
        What a row is, in the plural.
    build : callable
        Takes `Tables` and returns an Ibis table made with portable operations. Select the columns that are
        read before joining: what a view needs is found by tracing it.

    Examples
    --------
    >>> pairs = View("pairs", lambda t: t["opportunities"].select("rep_id", "account_id", "created_on"))
    >>> pairs.columns
    ('rep_id', 'account_id', 'created_on')
    """

    name: str
    build: Callable[[Tables], ir.Table]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.build(Tables.schema()).columns)


def day(value: date) -> ir.DateScalar:
    """Return a day as an expression.

    Examples
    --------
    >>> day(date(2026, 9, 30)).type().is_date()
    True
    """
    return ibis.literal(value, type="date")
