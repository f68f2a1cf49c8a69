"""Each role by its own outcome: SDRs by accepted leads, AEs by wins, AMs by expansion of their clients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.errors import unknown
from ..core.result import Note
from ..kpi import Kpi, Measure, panel
from ..kpi.roles import SDR_ROLES
from ..stats import Kernel, kernel_from_durations, lognormal_kernel
from .association import empty_result, link
from .delays import expansion_weeks, handover_weeks
from .exposure import exposure
from .result import ExposureResult, LinkageResult

#: A role is an AM's if its name, in capitals, is one of these or has a longer one in it.
AM_ROLES = ("AM", "ACCOUNT MANAGER", "KEY ACCOUNT", "CUSTOMER SUCCESS", "CSM")
#: Weeks from an SDR's activity to the hand-over when they are not known.
HANDOVER_WEEKS = 1.0


@dataclass(frozen=True)
class RoleOutcome:
    """What a role is judged by.

    Attributes
    ----------
    name : str
        Name of the count.
    needs : tuple of str
        Columns it needs beyond activities and roles.
    measure : Measure or None
        The count; None: the wins that the exposure holds.
    """

    name: str
    needs: tuple[str, ...] = ()
    measure: Measure | None = None


OUTCOMES = {
    "sdr": RoleOutcome(
        "accepted",
        ("leads.handed_on", "leads.decision"),
        Measure("accepted", "leads", "handed_on", lambda t: t.count(where=t.decision == "accepted")),
    ),
    "ae": RoleOutcome("wins"),
    "am": RoleOutcome(
        "expansions",
        ("opportunities.type",),
        Measure(
            "expansions",
            "opportunities",
            "closed_on",
            lambda t: t.count(where=(t.outcome == "won") & (t.type == "expansion")),
        ),
    ),
}


def link_role(
    crm: Crm,
    role: str,
    *,
    family: Sequence[str] | None = None,
    reactive: Sequence[str] | None = None,
    funnel: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinkageResult:
    """Judge the activities of one role by the outcome that is its own.

    Parameters
    ----------
    crm : Crm
        The data.
    role : str
        ``sdr``: leads that an AE accepted, by the week of their hand-over. ``ae``: wins. ``am``: won
        expansions. Reps take part whose role (as the data names it now) is of that sort; a role that is
        neither an SDR's nor an AM's counts as an AE's.
    family, reactive, funnel, level
        As for `link`.

    Returns
    -------
    LinkageResult
        As of `link`; ``wins`` counts the role's outcome. Empty with a ``reason`` where the data does not hold
        roles or the outcome.

    Raises
    ------
    InvalidInput
        As `link`.
    UnknownName
        Another role.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.link_role(sa.sample(), "ae").reps  # doctest: +SKIP
    22
    """
    check_crm(crm, "link_role()")
    if role not in OUTCOMES:
        raise unknown("role", role, OUTCOMES)
    weeks = role_weeks(crm, role)
    if weeks.reason:
        return replace(empty_result(weeks, level), method="linkage.link_role")
    found = link(weeks, family=family, reactive=reactive, funnel=funnel, level=level)
    return replace(found, method="linkage.link_role")


def role_weeks(crm: Crm, role: str) -> ExposureResult:
    """Return the rep-weeks of one role with its outcome in the place of the wins.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> role_weeks(sa.sample(), "am").outcome  # doctest: +SKIP
    'expansions'
    """
    outcome = OUTCOMES[role]
    weeks = exposure(crm)
    if weeks.reason:
        return weeks
    missing = [need for need in ("reps.role", *outcome.needs) if not crm.has(need)]
    if missing:
        return replace(weeks, reason="no_roles" if missing[0] == "reps.role" else "no_role_outcome")
    reps = crm.frame("reps").set_index("rep_id")["role"]
    table = weeks.table[weeks.table["rep_id"].map(reps).map(sort_of) == role]
    if table.empty:
        return replace(weeks, table=table, reason="no_such_role")
    if outcome.measure is not None:
        table = table.drop(columns=weeks.outcome).merge(
            _counts(crm, weeks, outcome), "left", on=["rep_id", "week"]
        )
        table[outcome.name] = table[outcome.name].fillna(0.0)
    if not table[outcome.name].sum():
        return replace(weeks, table=table, reason="no_role_outcome")
    return replace(
        weeks,
        table=table.reset_index(drop=True),
        n=len(table),
        outcome=outcome.name,
        kernel=weeks.kernel if role == "ae" else _kernel(crm, role),
        notes=(*weeks.notes, Note(f"linkage_role_{role}")),
    )


def sort_of(role: object) -> str:
    """Tell which sort of role a name means; nothing for a missing one.

    Examples
    --------
    >>> [sort_of(r) for r in ("Senior SDR", "Account Executive", "Key Account Manager", "AM", None)]
    ['sdr', 'ae', 'am', 'am', '']
    """
    if not isinstance(role, str) or not role.strip():
        return ""
    name = role.upper().strip()
    if any(part in name for part in SDR_ROLES):
        return "sdr"
    words = name.replace("/", " ").split()
    return "am" if any(p in words or (len(p) > 3 and p in name) for p in AM_ROLES) else "ae"


def _counts(crm: Crm, weeks: ExposureResult, outcome: RoleOutcome) -> pd.DataFrame:
    kpi = Kpi(outcome.name, (outcome.measure,), role="objective")
    wide = panel(crm, [kpi], weeks.period, by="rep_id", grain="week").wide().reset_index()
    mondays = {week.label: pd.Timestamp(week.start) for week in weeks.period.split("week")}
    wide["week"] = wide["period"].map(mondays).astype(weeks.table["week"].dtype)
    return wide.loc[wide["rep_id"].notna(), ["rep_id", "week", outcome.name]]


def _kernel(crm: Crm, role: str) -> Kernel:
    known = handover_weeks(crm) if role == "sdr" else expansion_weeks(crm)
    found = kernel_from_durations(known)
    return found if found.n or role == "am" else lognormal_kernel(HANDOVER_WEEKS)
