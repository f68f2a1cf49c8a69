"""The rep's edition of a diagnosis: the own numbers beside a group, nothing of any single colleague."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.result import Result
from ..goals import ScorecardResult
from .limits import curve
from .results import Action, DecompositionResult, DiagnosisResult, Finding, LimitsResult
from .role import for_group

#: The limits are drawn for bases from this part of the rep's own to that: the peers' span would show the
#: largest and the smallest of them.
SPAN = (0.5, 1.5)


def rep_edition(result: DiagnosisResult, hiding: Callable[[str], str]) -> DiagnosisResult:
    """Return what the rep may read: peers only as a group of at least the client's `minimum_group`.

    Parameters
    ----------
    result : DiagnosisResult
        The manager's edition.
    hiding : callable
        Takes colleagues' names out of free text, as `core.edition.hide` makes it.

    Returns
    -------
    DiagnosisResult
        Without the peers' points and the spans of their bases, without the suggested coach and that
        colleague's figure; a benchmark of too few peers is taken out with everything built on it.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> found = sa.diagnose(crm, "2026-Q3", "Bagas Prakoso")  # doctest: +SKIP
    >>> rep_edition(found, str).limits.table["rep_id"].unique()  # doctest: +SKIP
    array(['R02'], dtype=object)
    """
    least = result.client.minimum_group
    is_group = result.decomposition.peers >= least
    split = result.decomposition if is_group else _alone(result.decomposition)
    limits = _without_points(result.limits) if is_group else _no_limits(result.limits)
    found = tuple(_finding(f) for f in result.findings) if is_group else ()
    card = result.scorecard
    return replace(
        result,
        edition="rep",
        table=result.table if is_group else result.table.iloc[:0],
        decomposition=replace(split, edition="rep"),
        limits=limits,
        role=for_group(result.role, least) if result.role else None,
        scorecard=_own(card, least, hiding) if isinstance(card, ScorecardResult) else None,
        findings=found,
        differences=result.differences if is_group else {},
        actions=tuple(_action(a, hiding) for a in result.actions),
    )


def _alone(split: DecompositionResult) -> DecompositionResult:
    """Return the decomposition as of a rep with nobody to compare with."""
    return replace(
        split,
        table=split.table.iloc[:0],
        benchmark=math.nan,
        reading="cannot_tell",
        status="small_group" if split.status in ("ok", "left", "ramping") else split.status,
    )


def _without_points(limits: LimitsResult) -> LimitsResult:
    own = limits.subject.reset_index(drop=True)
    curves = [_own_curve(row, limits.dispersion) for row in own.itertuples()]
    drawn = pd.concat(curves, ignore_index=True) if curves else limits.curves.iloc[:0]
    return replace(limits, table=own, curves=drawn, edition="rep")


def _own_curve(row: tuple, dispersion: float) -> pd.DataFrame:
    base = pd.Series(np.array(SPAN) * max(row.base, 2.0))
    wide = None if row.unit == "share" else dispersion
    return curve(base, row.benchmark, wide).assign(term=row.term)


def _no_limits(limits: LimitsResult) -> LimitsResult:
    status = "small_group" if limits.status in ("ok", "left", "ramping") else limits.status
    return replace(
        limits, table=limits.table.iloc[:0], curves=limits.curves.iloc[:0], status=status, edition="rep"
    )


def _own(card: ScorecardResult, least: int, hiding: Callable[[str], str]) -> Result:
    table = card.table.copy()
    table.loc[table["peer_count"] < least, "peer_estimate"] = np.nan
    readings = card.readings
    if readings is not None and len(readings.records):
        records = readings.records.copy()
        for column in records.select_dtypes(["object", "str"]):
            records[column] = [hiding(v) if isinstance(v, str) else v for v in records[column]]
        readings = replace(readings, records=records, edition="rep")
    return replace(card, table=table, readings=readings, edition="rep")


def _finding(finding: Finding) -> Finding:
    return replace(finding, coach="", coach_team="", coach_value=math.nan)


def _action(action: Action, hiding: Callable[[str], str]) -> Action:
    return replace(action, action=hiding(action.action), note=hiding(action.note))
