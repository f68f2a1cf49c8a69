"""Projections kept as they were made, and held against what happened since."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from .. import __version__
from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.result import Note
from ..core.rows import narrowed
from ..core.sheetsafe import inert_frame, original_frame
from ..pipeline.lives import day_number
from .book import book
from .result import FrozenResult, ProjectionResult

#: Where a client keeps them, beside ``client.toml``.
KEPT = "projections.csv"
#: Columns of the file, in this order.
COLUMNS = (
    *("made_on", "kpi", "whose", "scope", "group", "name", "term", "starts_on", "ends_on"),
    *("estimate", "conf_low", "conf_high", "low_95", "high_95", "unit", "taken", "fingerprint", "version"),
)
_NUMBERS = ("estimate", "conf_low", "conf_high", "low_95", "high_95")
_KEY = ("made_on", "kpi", "whose", "scope", "group", "term")


def freeze(result: ProjectionResult, path: str | Path) -> Path | None:
    """Add a projection to a file of kept ones; what stands there is never changed.

    Parameters
    ----------
    result : ProjectionResult
    path : str or Path
        A CSV file; made where there is none. Empty: nothing is kept.

    Returns
    -------
    Path or None
        The file, written aside and put in place whole.

    Raises
    ------
    InvalidInput
        Nothing was projected; the file is another one; this day's projection is kept with other numbers.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> sa.freeze(sa.project(crm), "frozen.csv")  # doctest: +SKIP
    """
    if not str(path):
        return None
    if result.table.empty:
        raise InvalidInput("The past is too short for a projection, so there is nothing to keep.")
    rows = result.table.assign(
        made_on=result.as_of,
        kpi=result.kpi,
        whose=_whose(result.team, result.region),
        taken=result.taken,
        fingerprint=result.fingerprint,
        version=__version__,
    )
    rows = _texts(rows[list(COLUMNS)])
    path = Path(path)
    kept = _read(path) if os.path.exists(path) else pd.DataFrame(columns=list(COLUMNS), dtype="str")
    both = kept.merge(rows, on=list(_KEY), suffixes=("", "_new"))
    if (both["estimate"] != both["estimate_new"]).any():
        raise InvalidInput(
            f"{path} already keeps a projection made on {result.as_of} with other numbers. It is not "
            "changed; keep this one in another file."
        )
    known = set(map(tuple, kept[list(_KEY)].to_numpy()))
    new = rows[[tuple(row) not in known for row in rows[list(_KEY)].to_numpy()]]
    text = io.StringIO()
    kept = inert_frame(pd.concat([kept, new]))
    kept.to_csv(text, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return write_whole(path, text.getvalue().encode("utf-8"))


def _texts(rows: pd.DataFrame) -> pd.DataFrame:
    found = rows.copy()
    for name in _NUMBERS:
        found[name] = [repr(float(v)) for v in rows[name]]
    return found.astype("str")


def _read(path: Path) -> pd.DataFrame:
    try:
        held = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InvalidInput(f"{path} cannot be read as a file of kept projections: {error}.") from None
    if list(held.columns) != list(COLUMNS):
        raise InvalidInput(
            f"{path} is no file of kept projections: its columns are others than {', '.join(COLUMNS)}."
        )
    return original_frame(held)


def frozen(path: str | Path) -> pd.DataFrame:
    """Return kept projections, days and numbers read, one row per group and term.

    Raises
    ------
    InvalidInput
        There is no such file, or it is another one.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> path = sa.freeze(sa.project(crm), "frozen.csv")  # doctest: +SKIP
    >>> sa.frozen(path)[["made_on", "term", "estimate"]]  # doctest: +SKIP
    """
    path = Path(path)
    if not os.path.exists(path):
        raise InvalidInput(f"There is no file '{path}'. Keep a projection first: freeze(project(crm), path).")
    held = _read(path)
    days = {name: pd.to_datetime(held[name]).dt.date for name in ("made_on", "starts_on", "ends_on")}
    return held.assign(**days, **{name: held[name].astype(float) for name in _NUMBERS})


def compare_frozen(crm: Crm, path: str | Path = "", *, team: str = "", region: str = "") -> FrozenResult:
    """Hold kept projections of the company against what happened, as far as their days are over.

    Parameters
    ----------
    crm : Crm
        Data that reaches further than when they were made.
    path : str or Path
        File of `freeze`; empty: `KEPT` beside the client's ``client.toml``, without rows if there is none.
    team, region : str
        The projections that were made of a team or region; both empty: of the company.

    Returns
    -------
    FrozenResult
        Verdicts: ``within`` or ``outside`` the 80 % interval, ``running`` where days are still to come.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.compare_frozen(sa.sample(), "frozen.csv")  # doctest: +SKIP
    """
    check_crm(crm, "compare_frozen()")
    kept = frozen(path) if str(path) else _of_client(crm)
    kept = kept[(kept["scope"] == "organisation") & (kept["whose"] == _whose(team, region))]
    kept = kept.reset_index(drop=True)
    held = narrowed(crm, crm.as_of, team=team, region=region)
    actual = np.array([_actual(held, row) for row in kept.itertuples()], dtype=float)
    over = np.isfinite(actual)
    inside = (actual >= kept["conf_low"]) & (actual <= kept["conf_high"])
    table = kept.drop(columns=["scope", "group", "name", "whose", "taken", "fingerprint", "version"])
    table = table.rename(columns={"made_on": "day_on"}).assign(
        value=actual,
        difference=kept["estimate"] - actual,
        verdict=np.where(over, np.where(inside, "within", "outside"), "running"),
    )
    return FrozenResult(
        table=table,
        method="projection.compare_frozen",
        n=int(over.sum()),
        client=crm.client,
        as_of=crm.as_of,
        notes=() if over.any() else (Note("projection_frozen_running"),),
        covered=float(inside[over].mean()) if over.any() else float("nan"),
    )


def _of_client(crm: Crm) -> pd.DataFrame:
    """Return what is kept in the client's folder; no rows where nothing is."""
    path = crm.client.path.parent / KEPT if crm.client.path else None
    return frozen(path) if path and os.path.exists(path) else pd.DataFrame(columns=list(COLUMNS))


def _whose(team: str, region: str) -> str:
    return " · ".join(f"{k} {v}" for k, v in (("team", team), ("region", region)) if v)


def _actual(crm: Crm, row: object) -> float:
    """Return what the days of a kept projection brought; missing while they run."""
    end: date = row.ends_on
    if end > crm.as_of:
        return float("nan")
    held = book(crm, row.kpi)
    won = held.won_on
    kept = (won >= day_number(row.starts_on)) & (won <= day_number(end))
    return float(held.amount[kept].sum())
