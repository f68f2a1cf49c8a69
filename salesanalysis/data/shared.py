"""Loading within a batch: a source is read and cleaned once, and every report opens what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import ibis

from ..core import shelf
from ..core.client import Client
from ..core.crm import Crm
from .sql import ident, text

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Name under which the stored tables are attached.
_STORED = "stored"


class _Loaded(NamedTuple):
    """What a `Crm` holds beside its tables, and their names."""

    tables: tuple[str, ...]
    facts: dict[str, Any]


def once_in_a_batch(source: object, client: Client, day: date | None, load: Callable[[], Crm]) -> Crm:
    """Return what `load` returns, with its tables in a file beside the batch that is opened read-only.

    Without a shelf, and for frames and connections, which have no name, `load` itself is called each time.
    Within a batch a source is as it was when it was first read, also where somebody writes to it meanwhile.

    Examples
    --------
    >>> import tempfile
    >>> import salesanalysis as sa
    >>> with tempfile.TemporaryDirectory() as aside, shelf.shared(aside) as place:
    ...     days = {sa.load(client="sample", language=code).as_of for code in ("en", "id")}
    ...     len(days), shelf.made(place)
    (1, ['data.load'])
    """
    folder = shelf.kept_in()
    if folder is None or not isinstance(source, (str, Path)):
        return load()
    # The language is the reader's, not the data's.
    known_by = ("data.load", str(Path(source).resolve()), repr(replace(client, language="en")), day)
    place = shelf.place_of(folder, known_by, ".duckdb")
    loaded = shelf.once(known_by, lambda: _stored(load(), place))
    if loaded is None:
        return load()
    return Crm(tables=MappingProxyType(_opened(place, loaded.tables)), client=client, **loaded.facts)


def _stored(crm: Crm, place: Path) -> _Loaded | None:
    """Copy the tables into a file, rows in their order; None where there is no room for it."""
    con = crm.tables["reps"].get_backend().con
    aside = place.with_suffix(".part")
    aside.unlink(missing_ok=True)  # of a process that was killed
    try:
        con.execute(f"ATTACH {text(aside)} AS {_STORED}")
        for name, table in crm.tables.items():
            con.execute(f"CREATE TABLE {_STORED}.{ident(name)} AS {table.compile()}")
        con.execute(f"DETACH {_STORED}")
        aside.replace(place)
    except (duckdb.IOException, OSError):  # a full disk costs time, not the report
        aside.unlink(missing_ok=True)
        return None
    facts = ("as_of", "exclusions", "rows_in", "fingerprint", "scope", "findings")
    return _Loaded(tuple(crm.tables), {name: getattr(crm, name) for name in facts})


def _opened(place: Path, names: tuple[str, ...]) -> Mapping[str, ir.Table]:
    backend = ibis.duckdb.connect()
    backend.con.execute(f"ATTACH {text(place)} AS {_STORED} (READ_ONLY)")
    for name in names:
        backend.con.execute(f"CREATE VIEW {ident(name)} AS FROM {_STORED}.{ident(name)}")
    return {name: backend.table(name) for name in names}
