"""`date_bias`: do the close dates that reps state come too early or too late?"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.result import Note
from ..core.rows import narrowed
from ..core.shelf import kept_by_arguments
from ..pipeline.states import states, states_on
from ..stats import benjamini_hochberg, shrink_shares, wilson
from ..stats.interval import binomial_p
from .result import DateBiasResult

#: Days that a statement reaches ahead, and between the days on which statements are read.
AHEAD = 28
#: Statements that came out wrong under which nothing is claimed of a rep.
FEWEST = 12
#: Adjusted p-values up to this are told from chance.
ALPHA = 0.10
#: What can be said, clear ones first.
VERDICTS = ("optimistic", "sandbagging", "no_clear_bias", "cannot_tell")
_COLUMNS = ("n", "stated", "closed", "slipped", "early")


@kept_by_arguments
def date_bias(crm: Crm, *, team: str = "", region: str = "") -> DateBiasResult:
    """Compare the close dates that reps stated on past days with what closed.

    Parameters
    ----------
    crm : Crm
        Expected close dates; a history of them (close_date_changes or snapshots), for without one the last
        date stands for all days.
    team, region : str
        Only reps of a team or region.

    Returns
    -------
    DateBiasResult
        No rows, and a note, where close dates have no history.

    Notes
    -----
    On days 28 days apart each open opportunity counts once, the first time it is seen. Said to close within
    28 days and did not: slipped. Did and was not said so: early. Without bias both are as frequent, whatever
    the win rate; the share of slipped is drawn towards that of all reps, and tested by the binomial
    distribution, with Benjamini and Hochberg over the reps.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> found = sa.date_bias(sa.sample())  # doctest: +SKIP
    """
    check_crm(crm, "date_bias()")
    crm = narrowed(crm, crm.as_of, team=team, region=region)
    has_history = crm.has("close_date_changes") or crm.has("snapshots.expected_close_on")
    seen = _seen(crm) if has_history and crm.has("opportunities.expected_close_on") else pd.DataFrame()
    common = {"method": "projection.date_bias", "client": crm.client, "as_of": crm.as_of}
    if seen.empty:
        notes = (Note("projection_no_dates"),)
        return DateBiasResult(table=_empty(), n=0, notes=notes, days=(), **common)
    days = tuple(sorted(seen["day_on"].unique()))
    return DateBiasResult(table=_judged(crm, seen), n=len(seen), days=days, **common)


def _seen(crm: Crm) -> pd.DataFrame:
    """Return each opportunity on the first of the days on which it was open with a close date."""
    frame = states(crm)
    first = frame["starts_on"].min()
    last = frame[frame["status"] != "open"].groupby("opportunity_id")["starts_on"].max()
    day, parts = crm.as_of - timedelta(days=AHEAD), []
    closes = frame.loc[frame["status"] != "open", "starts_on"]
    begin = closes.min() if len(closes) else first
    while pd.Timestamp(day) >= begin:
        there = states_on(frame, day)
        there = there[
            (there["status"] == "open") & there["expected_close_on"].notna() & there["rep_id"].notna()
        ]
        until = pd.Timestamp(day + timedelta(days=AHEAD))
        parts.append(
            pd.DataFrame(
                {
                    "opportunity_id": there["opportunity_id"],
                    "rep_id": there["rep_id"],
                    "day_on": day,
                    "stated": (there["expected_close_on"] <= until).astype(int),
                    "closed": (there["opportunity_id"].map(last) <= until).astype(int),
                }
            )
        )
        day -= timedelta(days=AHEAD)
    if not parts:
        return pd.DataFrame()
    seen = pd.concat(parts[::-1], ignore_index=True).drop_duplicates("opportunity_id")
    return seen.assign(
        n=1,
        slipped=seen["stated"] * (1 - seen["closed"]),
        early=seen["closed"] * (1 - seen["stated"]),
    )


def _empty() -> pd.DataFrame:
    names = ["group", "name", *_COLUMNS, "base", "estimate", "conf_low", "conf_high", "p_value", "p_adjusted"]
    return pd.DataFrame(columns=[*names, "verdict"])


def _judged(crm: Crm, seen: pd.DataFrame) -> pd.DataFrame:
    by = seen.groupby("rep_id")[list(_COLUMNS)].sum()
    base = (by["slipped"] + by["early"]).to_numpy()
    share = shrink_shares(by["slipped"], base)
    p = np.array([binomial_p(int(k), int(n)) for k, n in zip(by["slipped"], base)])
    enough = base >= FEWEST
    adjusted = np.full(len(p), np.nan)
    adjusted[enough] = benjamini_hochberg(p[enough]) if enough.any() else []
    # What is claimed is clear alone among all, and for the value drawn towards the others.
    low, high = share["conf_low"].to_numpy(), share["conf_high"].to_numpy()
    verdict = np.where(adjusted > ALPHA, "no_clear_bias", np.where(low > 0.5, "optimistic", "no_clear_bias"))
    verdict = np.where((adjusted <= ALPHA) & (high < 0.5), "sandbagging", verdict)
    names = crm.frame("reps").drop_duplicates("rep_id").set_index("rep_id")["name"]
    reps = pd.DataFrame(
        {
            "group": by.index.astype(str),
            "name": [str(names.get(r, r)) for r in by.index],
            **{name: by[name].to_numpy() for name in _COLUMNS},
            "base": base,
            "estimate": share["estimate"].to_numpy(),
            "conf_low": low,
            "conf_high": high,
            "p_value": p,
            "p_adjusted": adjusted,
            "verdict": np.where(enough, verdict, "cannot_tell"),
        }
    )
    place = reps["verdict"].map({name: i for i, name in enumerate(VERDICTS)})
    reps = reps.assign(place=place).sort_values(["place", "estimate"], ascending=[True, False], kind="stable")
    return pd.concat([_together(crm, by), reps], ignore_index=True)[list(_empty().columns)]


def _together(crm: Crm, by: pd.DataFrame) -> pd.DataFrame:
    total = by.sum()
    base = int(total["slipped"] + total["early"])
    share = wilson(int(total["slipped"]), base)
    p = binomial_p(int(total["slipped"]), base)
    clear = base >= FEWEST and p <= ALPHA
    verdict = "optimistic" if clear and share.estimate > 0.5 else "sandbagging" if clear else "no_clear_bias"
    row = {"group": "", "name": crm.client.name, **total.to_dict(), "base": base, "estimate": share.estimate}
    row |= {"conf_low": share.conf_low, "conf_high": share.conf_high, "p_value": p, "p_adjusted": p}
    return pd.DataFrame([row | {"verdict": verdict if base >= FEWEST else "cannot_tell"}])
