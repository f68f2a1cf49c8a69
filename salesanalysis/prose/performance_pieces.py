"""What sentences, pictures and tables of the performance report share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.i18n import Language, escape
from ..performance import PerformanceResult
from ..performance.together import LEAST_REPS


def cell(value: object, words: Language) -> str:
    """Return the name of a cell; one without a value is named as such."""
    return escape(str(value)) if str(value) else words.t("performance.cell.none")


def apart(result: PerformanceResult) -> pd.DataFrame:
    """Return the cells that differ for sure, the largest difference first."""
    rows = result.table[result.table["verdict"].isin(["higher", "lower"])]
    return rows.iloc[np.argsort(-rows["difference"].abs().to_numpy(float), kind="stable")]


def adjusted_text(result: PerformanceResult) -> str:
    """Return why dimensions are not in the joint model, in a sentence; empty: all are."""
    words, rows = result.client.words, result.adjusted
    if rows.empty:
        return ""
    inside = list(dict.fromkeys(rows.loc[rows["reason"] == "inside", "term"]))
    if (rows["reason"] == "few_reps").any():
        return words.t("performance.together.few_reps", reps=words.number(LEAST_REPS))
    if not inside:
        return ""
    names = words.listing([words.t(f"performance.dim.{term}") for term in inside])
    return words.t("performance.together.inside", dims=names)


def is_late(result: PerformanceResult) -> bool:
    """Tell whether wins bunch at the end of quarters."""
    return bool(len(result.quarters)) and result.quarters["verdict"].iloc[-1] == "late"


def pair_values(row: Any, words: Language) -> dict[str, str]:
    """Return what sentences about a pair of cells name."""
    return {
        "group": cell(row["group"], words),
        "against": cell(row["against"], words),
        "stratum": words.t(f"performance.dim.{row['stratum']}"),
        "value": words.percent(row["value"]),
        "reference": words.percent(row["reference"]),
        "standard_group": words.percent(row["standard_group"]),
        "standard_against": words.percent(row["standard_against"]),
    }


def low_markets(result: PerformanceResult) -> pd.DataFrame:
    """Return the markets and segments that bring fewer buyers for sure."""
    if result.markets.empty:
        return result.markets
    return result.markets[~result.markets["verdict"].isin(["not_low", "cannot_tell"])]
