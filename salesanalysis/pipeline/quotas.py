"""Quotas of a period, ahead or behind, and what was booked towards them: of reps, teams and the company."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property

import numpy as np
import pandas as pd

from ..core.calendar import working_days
from ..core.crm import Crm
from ..core.period import Period
from ..core.rows import rows
from ..kpi.quota import quota_pieces
from .groups import labelled

SCOPES = ("rep", "team", "organisation")
#: The KPI whose goals are quotas.
_KPI = "bookings"


class Quotas:
    """What was asked for and what was booked; each table is read once.

    Parameters
    ----------
    crm : Crm

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> bool(Quotas(crm).asked(crm.period("2026-Q3"), "organisation")[""] > 0)
    True
    """

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._pieces = cache(self._laid_out)

    def asked(self, span: Period, scope: str) -> pd.Series:
        """Return the quota of a period by rep_id or team, or the company's under an empty name.

        Those of teams and the company are the sums of their reps'; where no rep has one in the period, what
        is stated for the team or company. Goals of longer periods count by the working days.
        """
        own = self._stated(span, "rep")
        if scope == "rep":
            return own
        if own.empty:
            return self._stated(span, scope)
        if scope == "organisation":
            return pd.Series({"": own.sum()})
        team = labelled(self._crm, pd.DataFrame({"rep_id": own.index}), ("team",))["team"]
        return own.groupby(team.to_numpy()).sum()

    def booked(self, span: Period, scope: str, *, on: date) -> pd.Series:
        """Return the value won in a period up to a day, by rep_id or team, or all under an empty name."""
        won, days = self._won, self._won["closed_on"].to_numpy()
        last = np.datetime64(min(on, span.last_day), "s")
        won = won[(days >= np.datetime64(span.start, "s")) & (days <= last)]
        if scope == "organisation":
            return pd.Series({"": won["amount"].sum()})
        whose = won["rep_id"] if scope == "rep" else labelled(self._crm, won, ("team",))["team"]
        return won["amount"].groupby(whose).sum()

    @cached_property
    def _won(self) -> pd.DataFrame:
        sale = rows(self._crm, "opportunities", "opportunity_id", "rep_id", "outcome", "closed_on", "amount")
        return sale[sale["outcome"] == "won"]

    @cached_property
    def _goals(self) -> pd.DataFrame:
        held = rows(self._crm, "goals", "kpi", "scope", "scope_id", "period", "target")
        return held[(held["kpi"] == _KPI) & held["target"].notna()]

    def _laid_out(self, scope: str) -> pd.DataFrame:
        """Lay the goals of a scope over the calendar, no day twice."""
        held = self._goals[self._goals["scope"] == scope]
        if scope == "organisation":
            held = held.assign(scope_id="")
        return quota_pieces(held, self._crm.client)

    def _stated(self, span: Period, scope: str) -> pd.Series:
        """Return the goals stated for a scope, brought to the period by working days."""
        pieces = self._pieces(scope)
        start, end = np.datetime64(span.start, "s"), np.datetime64(span.end, "s")
        pieces = pieces[(pieces["starts_on"] < end) & (pieces["ends_on"] > start)]
        spans = pieces[["starts_on", "ends_on"]].drop_duplicates()
        share = [self._share(span, one.starts_on.date(), one.ends_on.date()) for one in spans.itertuples()]
        pieces = pieces.merge(spans.assign(share=share), on=["starts_on", "ends_on"])
        return (pieces["target"] * pieces["share"]).groupby(pieces["rep_id"]).sum()

    def _share(self, span: Period, start: date, end: date) -> float:
        """Return the part of the working days of a piece that lies in the period."""
        if span.start <= start and end <= span.end:
            return 1.0
        country = self._crm.client.country
        inside = working_days(max(start, span.start), min(end, span.end), country)
        return inside / max(working_days(start, end, country), 1)
