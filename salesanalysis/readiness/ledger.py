"""The ledger of rows: read = used + left out, for every table."""

from __future__ import annotations

import pandas as pd

from ..core.crm import Crm


def ledger(crm: Crm) -> pd.DataFrame:
    """Return one row per table: ``table, rows`` (read), ``n`` (used), ``base`` (left out), ``reason``.

    `reason` names the reasons with their counts as ``code:rows``, the most frequent first. Tables that were
    worked out from others, such as a stage history from snapshots, are not rows of the source and not listed.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> rows = ledger(sa.sample())
    >>> bool((rows["rows"] == rows["n"] + rows["base"]).all())
    True
    """
    left = crm.exclusions
    rows = []
    for name, read in crm.rows_in.items():
        mine = left[left["table"] == name].sort_values("rows", ascending=False, kind="stable")
        out = int(mine["rows"].sum())
        reasons = ", ".join(f"{row.reason}:{row.rows}" for row in mine.itertuples())
        rows.append({"table": name, "rows": int(read), "n": int(read) - out, "base": out, "reason": reasons})
    return pd.DataFrame(rows, columns=["table", "rows", "n", "base", "reason"])
