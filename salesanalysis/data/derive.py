"""What loading works out from the cleaned tables: one currency, history, first owners, attribution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from . import attribution, currency, entry, history, same_day, snapshots
from .ledger import Ledger

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from ..core.client import Client

#: Stores a table worked out under a name and returns it; a database is only asked, so there it stays a query.
Keep = Callable[[str, "ir.Table"], "ir.Table"]

#: Rows up to which a derived table is stored in memory; above, it is worked out each time it is read.
KEPT_ROWS = 20_000_000


@dataclass(frozen=True)
class Work:
    """What a step of `derive` works on.

    Attributes
    ----------
    tables : dict of str to ibis table
        Canonical tables; a step puts there what it worked out.
    client : Client
        Settings.
    as_of : datetime.date
        Day up to which the data is known.
    ledger : Ledger
        Where findings are entered.
    keep : callable
        Takes a name and an expression, returns the table to go on with.
    aside : callable
        The same for what a step needs on the way and nobody afterwards.
    """

    tables: dict[str, ir.Table]
    client: Client
    as_of: date
    ledger: Ledger
    keep: Keep
    aside: Keep

    def has(self, reference: str) -> bool:
        """Tell whether a table, or a column as ``table.column``, is there."""
        name, _, column = reference.partition(".")
        return name in self.tables and (not column or column in self.tables[name].columns)

    def put(self, name: str, table: ir.Table) -> None:
        """Store a table worked out and go on with it."""
        self.tables[name] = self.keep(name, table)


def as_query(name: str, table: ir.Table) -> ir.Table:
    """Leave a derived table as the query it is.

    Examples
    --------
    >>> as_query("activities", "a table")
    'a table'
    """
    return table


def derive(
    tables: Mapping[str, ir.Table],
    client: Client,
    *,
    as_of: date,
    ledger: Ledger,
    keep: Keep = as_query,
    aside: Keep = as_query,
) -> dict[str, ir.Table]:
    """Return the tables with what they imply: no row is lost but those that a later one of its day replaces.

    Parameters
    ----------
    tables : mapping of str to ibis table
        Cleaned canonical tables, on any backend.
    client : Client
        Currency, stages and the rule of attribution.
    as_of : datetime.date
        Day up to which the data is known.
    ledger : Ledger
        Every step enters what it did and what it could not do.
    keep : callable
        Stores a table that was worked out (`in_duckdb`); default: it stays a query.
    aside : callable
        Stores what is needed on the way: databases plan a long query badly, DuckDB does not.

    Returns
    -------
    dict of str to ibis table
        ``rep_history`` with every end and without overlaps; one copy and one change of the close date a day
        of each opportunity; amounts in the client's currency;
        ``stage_history`` and ``close_date_changes`` from snapshots where the export has none;
        ``opportunities.entry_rep_id``; ``activities.opportunity_id`` and ``attributed_by``.

    Examples
    --------
    >>> import ibis
    >>> from salesanalysis.core.client import Client
    >>> done = {"opportunity_id": ["o1"], "rep_id": ["r1"], "outcome": ["won"]}
    >>> tables = {"opportunities": ibis.memtable(done)}
    >>> ledger = Ledger("frames")
    >>> derive(tables, Client(), as_of=date(2026, 9, 30), ledger=ledger)["opportunities"].columns
    ('opportunity_id', 'rep_id', 'outcome', 'entry_rep_id')
    """
    work = Work(dict(tables), client, as_of, ledger, keep, aside)
    steps = (history.mend, same_day.merge, currency.convert, snapshots.rebuild)
    for step in (*steps, entry.first_owner, attribution.attribute):
        step(work)
    return work.tables


def in_duckdb(backend: Backend) -> Keep:
    """Return what stores derived tables in DuckDB, beside the table they replace.

    A table in memory that is replaced is dropped; a view on a file costs nothing and stays. What is worked
    out for more than `KEPT_ROWS` rows stays a query.

    Examples
    --------
    >>> import ibis
    >>> backend = ibis.duckdb.connect()
    >>> in_duckdb(backend)("pairs", ibis.memtable({"a": [1, 2]})).count().execute()
    2
    """

    latest: dict[str, str] = {}

    def keep(name: str, table: ir.Table) -> ir.Table:
        before = latest.get(name, name)
        found = backend.con.execute(
            "SELECT table_type FROM information_schema.tables "
            "WHERE table_name = ? AND table_catalog = current_database() AND table_schema = current_schema()",
            [before],
        ).fetchone()
        if found and int(backend.table(before).count().to_pyarrow().as_py()) > KEPT_ROWS:
            return table
        # A second step reads what the first one stored, so it cannot write over it.
        latest[name] = f"derived_{before}"
        stored = backend.create_table(latest[name], table)
        if found and found[0] == "BASE TABLE":
            backend.drop_table(before)
        return stored

    return keep
