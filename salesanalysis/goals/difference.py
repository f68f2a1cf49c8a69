"""A value set against its reference: the difference or ratio with its interval, one verdict, its reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.client import Client
from ..kpi import Kpi
from ..stats import rate_ratio, ratio_of_totals, square_and_add
from ..stats.interval import Interval
from .interval import kind, minimum
from .values import LEVEL

#: Verdicts of a comparison, and the reasons that go with them.
VERDICTS = ("higher", "lower", "no_clear_difference", "cannot_tell")
REASONS = (
    "interval_excludes_none",
    "interval_holds_none",
    "counted_on_a_day",
    "no_data",
    "no_value",
    "too_few",
    "no_earlier_value",
    "too_few_peers",
    "no_goal",
    "no_interval",
    "nothing_happened",
)
#: Why there is no reference.
_ABSENT = {"previous": "no_earlier_value", "year_ago": "no_earlier_value", "peers": "too_few_peers"}


def set_against(kpi: Kpi, rows: pd.DataFrame, contrast: str, client: Client) -> pd.DataFrame:
    """Add the comparison to rows of one KPI that have the columns of a reference.

    Counts, rates and sums of money: the ratio, of totals by working day; that of counts is widened by the
    column ``scatter``, by which counts exceed the variance of Poisson counts. Shares, means and
    products: the difference, by squaring and adding the distances to the ends of both intervals (of shares
    this is Newcombe's). A goal is exact: the value's own interval is moved by it. A stock is compared as it
    stands.
    """
    table = rows.copy()
    table["difference"] = table["estimate"] - table["value"]
    table["ratio"] = table["estimate"] / table["value"].where(table["value"] != 0)
    for name in ("difference_low", "difference_high", "ratio_low", "ratio_high"):
        table[name] = np.nan
    table["compared_by"] = ""
    _ends(kpi, table, contrast)
    judged = [_judge(kpi, row, contrast, minimum(kpi, client)) for row in table.to_dict("records")]
    table["verdict"], table["reason"] = [v for v, _ in judged], [r for _, r in judged]
    names = {"value": "reference", "whole": "reference_whole", "low": "reference_low"}
    names |= {"high": "reference_high", "n_reference": "reference_n"}
    return table.rename(columns=names)


def _ends(kpi: Kpi, table: pd.DataFrame, contrast: str) -> None:
    """Fill the ends of the difference or of the ratio, whichever suits the KPI, and say how."""
    which = kind(kpi)
    now = Interval(*(table[c].to_numpy(float) for c in ("estimate", "conf_low", "conf_high", "n")), LEVEL, "")
    then = Interval(*(table[c].to_numpy(float) for c in ("value", "low", "high", "n_reference")), LEVEL, "")
    if which == "poisson" and contrast != "goal":
        sides = ("base", "base_reference") if kpi.base else ("own", "exposure_reference")
        wider = table["scatter"].fillna(1.0)  # so many counts scatter as one Poisson count would
        counts = tuple((table[c] / wider).to_numpy(float) for c in ("numerator", "top"))
        found = rate_ratio(counts, tuple(table[c].to_numpy(float) for c in sides), level=LEVEL)
        scale = "ratio"
    elif which == "scaled_poisson" and contrast != "goal":
        found, scale = ratio_of_totals(now, then), "ratio"
    elif which:
        found, scale = square_and_add(now, then), "difference"
    else:
        return
    table[f"{scale}_low"], table[f"{scale}_high"] = found.conf_low, found.conf_high
    how = "newcombe" if which == "wilson" and contrast != "goal" else found.method
    how = "goal" if contrast == "goal" else how
    table["compared_by"] = np.where(np.isfinite(found.conf_low), how, "")


def _judge(kpi: Kpi, row: dict, contrast: str, least: int) -> tuple[str, str]:
    if pd.isna(row["estimate"]):
        return "cannot_tell", "no_data" if pd.isna(row["numerator"]) else "no_value"
    if pd.isna(row["value"]):
        return "cannot_tell", _absent(row, contrast)
    if row["is_too_few"] or row["n_reference"] < least:
        return "cannot_tell", "too_few"
    if not kind(kpi):
        if kpi.accumulates != "stock":
            return "cannot_tell", "no_interval"
        return _side(row["difference"], row["difference"], 0.0), "counted_on_a_day"
    if np.isfinite(row["ratio_low"]):
        verdict = _side(row["ratio_low"], row["ratio_high"], 1.0)
    elif np.isfinite(row["difference_low"]):
        verdict = _side(row["difference_low"], row["difference_high"], 0.0)
    else:
        nothing = kpi.unit in ("count", "rate", "money") and not row["numerator"] and not row["top"]
        return "cannot_tell", "nothing_happened" if nothing else "no_interval"
    held = verdict == "no_clear_difference"
    return verdict, "interval_holds_none" if held else "interval_excludes_none"


def _absent(row: dict, contrast: str) -> str:
    """Say why there is nothing to compare with; an earlier period without its base has too few cases."""
    if contrast in ("previous", "year_ago") and pd.notna(row["top"]):
        return "too_few"
    return _ABSENT.get(contrast, "no_goal")


def _side(low: float, high: float, none: float) -> str:
    if low > none:
        return "higher"
    return "lower" if high < none else "no_clear_difference"
