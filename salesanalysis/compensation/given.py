"""Splits of single opportunities: who gets which share of a win, in the plan or in a file beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from ..core.checking import text_of
from ..core.errors import InvalidInput
from .plan import ONE, ZERO
from .values import share

_COLUMNS = ("opportunity_id", "rep_id", "share")

Given = dict[str, dict[str, Decimal]]


def given_splits(spec: Mapping[str, Any], place: str, folder: Path | None) -> Given:
    """Return the splits that a plan names one by one: those of its file, and those written in it.

    Examples
    --------
    >>> given_splits({"opportunities": {"O1": {"R1": 0.6, "R2": 0.4}}}, "[splits]", None)["O1"]["R2"]
    Decimal('0.4')
    """
    found: Given = {}
    if spec.get("file"):
        found = _from_file((folder or Path()) / text_of("file", spec["file"], place))
    inline = spec.get("opportunities", {})
    if not isinstance(inline, dict) or not all(isinstance(v, dict) for v in inline.values()):
        raise InvalidInput(
            f"'opportunities' in {place} must look like \"O123\" = {{ R01 = 0.6, R02 = 0.4 }}."
        )
    for opportunity, shares in inline.items():
        found[opportunity] = {
            rep: share(rep, value, f"'{opportunity}' of {place}") for rep, value in shares.items()
        }
    for opportunity, shares in found.items():
        total = sum(shares.values(), ZERO)
        if total != ONE:
            raise InvalidInput(
                f"The shares of opportunity '{opportunity}' in {place} add up to {total}, not to 1."
            )
    return found


def _from_file(path: Path) -> Given:
    """Read ``opportunity_id, rep_id, share``, one row a share."""
    if not os.path.isfile(path):
        raise InvalidInput(f"No file of splits at '{path}'. It needs the columns {', '.join(_COLUMNS)}.")
    try:
        frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InvalidInput(f"'{path}' cannot be read as CSV: {error}.") from None
    lacking = [c for c in _COLUMNS if c not in frame]
    if lacking:
        raise InvalidInput(f"'{path}' has no column {', '.join(lacking)}. It needs {', '.join(_COLUMNS)}.")
    found: Given = {}
    for row, (opportunity, rep, text) in enumerate(frame[list(_COLUMNS)].itertuples(index=False), 2):
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            raise InvalidInput(
                f"'share' in row {row} of '{path}' is '{text}'; write a share such as 0.4."
            ) from None
        shares = found.setdefault(opportunity.strip(), {})
        if rep.strip() in shares:
            raise InvalidInput(f"Row {row} of '{path}' names rep '{rep}' twice for '{opportunity}'.")
        shares[rep.strip()] = share("share", value, f"row {row} of '{path}'")
    return found
