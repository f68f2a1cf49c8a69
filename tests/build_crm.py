"""Build a Crm straight from frames, so that tests can plant what loading would mend."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import tiny

from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.schema import SCHEMA

_TYPES = {"string": "string", "date": "date", "float": "float64", "timestamp": "timestamp"}
#: Real data that is not part of the project; tests that need it are skipped where it is absent.
REAL = Path(os.environ.get("SALESANALYSIS_DATA", Path(__file__).parents[2] / "shared" / "data"))


def crm_of(frames: dict[str, pd.DataFrame], *, as_of: date = tiny.AS_OF, client: Client | None = None) -> Crm:
    """Return a Crm on DuckDB with `frames` as they are, typed by the schema."""
    connection = ibis.duckdb.connect()
    tables = {}
    for name, frame in frames.items():
        kinds = {c: SCHEMA[name][c].dtype for c in frame.columns}
        typed = frame.copy()
        for column, kind in kinds.items():
            if kind == "date":
                typed[column] = pd.to_datetime(typed[column]).dt.date
            elif kind == "timestamp":
                typed[column] = pd.to_datetime(typed[column])
            elif kind == "float":
                typed[column] = pd.to_numeric(typed[column])
        schema = {c: _TYPES[k] for c, k in kinds.items()}
        tables[name] = connection.create_table(name, ibis.memtable(typed, schema=schema))
    return Crm(tables=tables, as_of=as_of, client=client or Client(name="Tiny", minimum_base=2))
