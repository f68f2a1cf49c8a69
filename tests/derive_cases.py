"""Small frames put through `derive`, on DuckDB, for the tests of what loading works out."""

from __future__ import annotations

from datetime import date

import pandas as pd
from build_crm import crm_of

from salesanalysis.core.calendar import working_days
from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.period import Period
from salesanalysis.core.schema import SCHEMA
from salesanalysis.data.derive import derive
from salesanalysis.data.ledger import Ledger

AS_OF = date(2026, 9, 30)


def rows(table: str, columns: str, text: str) -> pd.DataFrame:
    """Return a frame of canonical `table` from lines of blanks-parted cells; "-" is empty."""
    names = columns.split()
    lines = [[None if cell == "-" else cell for cell in line.split()] for line in text.strip().splitlines()]
    assert all(name in SCHEMA[table].columns for name in names)
    return pd.DataFrame(lines, columns=names, dtype="object")


def employed_days(period: Period, hired_on: date | None, left_on: date | None, country: str = "ID") -> int:
    """Count one person's working days of `period`, as plainly as can be."""
    start = max(period.start, hired_on) if hired_on else period.start
    end = min(period.end, left_on) if left_on else period.end
    return working_days(start, end, country)


def reps(*ids: str) -> pd.DataFrame:
    """Return a table of reps with these identifiers."""
    return pd.DataFrame({"rep_id": ids, "name": [i.upper() for i in ids]})


def derived(frames: dict[str, pd.DataFrame], **settings: object) -> tuple[Crm, pd.DataFrame]:
    """Return a Crm of what `derive` makes of `frames`, and the findings."""
    client = Client(currency="IDR", **settings)
    crm = crm_of({"reps": reps("r1", "r2", "r3"), **frames}, as_of=AS_OF, client=client)
    ledger = Ledger("frames")
    tables = derive(crm.tables, client, as_of=AS_OF, ledger=ledger)
    return Crm(tables=tables, as_of=AS_OF, client=client, findings=ledger.findings()), ledger.findings()


def counts(findings: pd.DataFrame) -> dict[str, int]:
    """Return the rows of each finding by its code."""
    return findings.groupby("check")["rows"].sum().to_dict()
