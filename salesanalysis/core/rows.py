"""Rows of a canonical table in memory, with every column asked for: absent ones empty, days of one type."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .crm import Crm
from .schema import column

#: How pandas holds a column of each declared type.
_HELD = {"date": "datetime64[s]", "timestamp": "datetime64[us]", "float": "float64", "string": "str"}


def rows(crm: Crm, table: str, *columns: str) -> pd.DataFrame:
    """Return `columns` of a canonical table, one row each; the table is fetched once per `crm`.

    For tables of cases: opportunities, stage history, contracts. Activities are summed where they lie.

    Parameters
    ----------
    crm : Crm
    table : str
        Canonical table; when the data has none, no rows come back.
    columns : str
        Canonical columns. One that the data lacks is empty: missing days, missing numbers, missing texts.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> rows(sa.sample(), "opportunities", "opportunity_id", "closed_on").dtypes["closed_on"]
    dtype('<M8[s]')
    """
    types = {name: _HELD[column(f"{table}.{name}").dtype] for name in columns}
    if not crm.has(table):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
    held = crm.frame(table)
    return pd.DataFrame(
        {
            name: held[name].astype(kind) if name in held else pd.Series(None, held.index, dtype=kind)
            for name, kind in types.items()
        }
    )


def narrowed(crm: Crm, day: date, *, team: str = "", region: str = "") -> Crm:
    """Return the data of the reps who on `day` belong to `team` and `region`; empty: of all.

    Raises
    ------
    UnknownName
        There is no such team or region; the message lists close names.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> narrowed(crm, crm.as_of) is crm
    True
    """
    wanted = {name: value for name, value in (("team", team), ("region", region)) if value}
    return crm.only(on=day, **wanted) if wanted else crm
