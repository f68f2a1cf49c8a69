"""Test three: is there a goal, is it said how many should reach it, and do they?"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..core.crm import Crm
from ..goals.goal import stated
from ..goals.philosophy import declared
from ..goals.reach import contradiction, reached, share_reached
from ..kpi import Kpi
from .outcome import Outcome


def goal_oriented(crm: Crm, kpis: Iterable[Kpi], level: float) -> dict[str, Outcome]:
    """Return the outcome of the third test for each KPI.

    A goal is attainable where the share of reps that reached it in the last finished periods agrees with
    what it is meant to be, or lies above it.
    """
    kpis, goals = list(kpis), stated(crm)
    kinds = declared(crm)
    rows = reached(crm, kpis, goals=goals)
    return {kpi.name: _outcome(kpi, kinds, rows, level) for kpi in kpis}


def _outcome(kpi: Kpi, kinds: dict[str, str], rows: pd.DataFrame, level: float) -> Outcome:
    if kpi.name not in kinds:
        return Outcome("fail", "no_goal")
    philosophy = kinds[kpi.name]
    share = share_reached(rows[rows["kpi"] == kpi.name], level=level)
    found = {"n": share.n, "subject": philosophy}
    if share.n:
        found |= {"estimate": share.estimate, "conf_low": share.conf_low, "conf_high": share.conf_high}
    if not philosophy:
        return Outcome("cannot_tell", "no_philosophy", **found)
    check = contradiction(share, philosophy)
    if check == "cannot_tell":
        return Outcome("cannot_tell", "few_goals", **found)
    return Outcome("fail" if check == "too_hard" else "pass", check, **found)
