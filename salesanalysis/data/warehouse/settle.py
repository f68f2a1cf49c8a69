"""A step of loading written down as one query, so that the next step refers to columns, not to formulas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir


def settled(rows: ir.Table) -> ir.Table:
    """Return the same rows as a query that Ibis takes as it stands.

    Ibis puts the formula of a column wherever the column is used. Formulas that read texts use their text
    many times, so that a few steps on top of each other would give statements of many megabytes.

    Parameters
    ----------
    rows : ibis table
        A query on one database.

    Returns
    -------
    ibis table
        Still a query: nothing is asked of the database.
    """
    backend = rows.get_backend()
    with _each_step_by_itself():
        text = backend.compile(rows)
    return backend.sql(str(text), schema=rows.schema())


@contextmanager
def _each_step_by_itself() -> Iterator[None]:
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before
