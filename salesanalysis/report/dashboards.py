"""The dashboards interactively: choose one, its part, the period and whose, and see it drawn anew."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module

from ..core.crm import Crm, check_crm
from ..core.result import Result
from ..plots import kinds
from .blocks import Text
from .pages import bodies, opening, section
from .widgets import View, html_of, people, periods, pick

#: Name of a report -> package and function of the result that it shows.
VIEWS = {
    "state_of_the_union": ("dashboard", "state_of_the_union"),
    "pipeline": ("pipeline", "pipeline_overview"),
    "stage_analysis": ("pipeline", "stage_analysis"),
    "team_activity": ("activity", "team_activity"),
    "performance": ("performance", "performance_analysis"),
    "rep": ("dashboard", "rep_dashboard"),
    "leaderboard": ("dashboard", "leaderboard"),
    "projection": ("projection", "project"),
    "goals": ("goals", "expectations"),
    "coaching_team": ("coaching", "team_coaching"),
    "coaching": ("coaching", "diagnose"),
}
#: Part that is the head of the report: title, answer, key figures.
HEAD = "opening"


def dashboards(crm: Crm) -> View:
    """Return drop-down lists for dashboard, part, period, team, region and rep, with what they show.

    Parameters
    ----------
    crm : Crm
        The data; the lists offer what it holds.

    Returns
    -------
    View
        Shown by JupyterLab; `result` holds the result shown, `choose` sets a list from code. What does not
        apply to a dashboard is passed over; what cannot be shown says why in one sentence.

    Raises
    ------
    InvalidInput
        Something other than a Crm was given.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> view = dashboards(sa.sample())
    >>> view.choose(dashboard="stage_analysis", part="flow").result.method
    'pipeline.stage_analysis'
    """
    check_crm(crm, "dashboards()")
    words = crm.client.words
    known = [name for name in VIEWS if _function(name) is not None]
    fields = {
        "dashboard": pick(
            words.t("explore.dashboard"), [(words.t(f"report.{n}"), n) for n in known], "stage_analysis"
        ),
        "part": pick(words.t("explore.part"), [(words.t("explore.head"), HEAD)]),
        "period": pick(words.t("explore.period"), periods(crm), crm.period().label),
        "team": pick(words.t("explore.by.team"), people(crm, "team")),
        "region": pick(words.t("explore.by.region"), people(crm, "region")),
        "rep": pick(words.t("explore.by.rep"), people(crm, "rep")),
    }
    held: dict[tuple[str, ...], Result] = {}

    def show(view: View, dashboard: str, part: str, **whose: str) -> tuple[Result, str]:
        key = (dashboard, *whose.values())
        if key not in held:
            held.clear()
            held[key] = _computed(crm, dashboard, whose)
        result = held[key]
        offered = parts(result)
        part = part if part in offered else HEAD
        with view.quiet("part"):
            fields["part"].options = [
                (words.t("explore.head") if n == HEAD else n.replace("_", " "), n) for n in offered
            ]
            fields["part"].value = part
        block = opening(result, crm) if part == HEAD else section(result, part)
        return result, html_of(block or Text(paragraphs=(words.t("explore.nothing"),)))

    return View(words, fields, show)


def parts(result: Result) -> list[str]:
    """Return what of a result can be shown: its head, its sections, its pictures."""
    return list(dict.fromkeys([HEAD, *bodies(result), *(kind for kind in kinds(result) if kind)]))


def _function(name: str) -> Callable[..., Result] | None:
    package, function = VIEWS[name]
    home = import_module(f"{__package__.rpartition('.')[0]}.{package}")
    return getattr(home, function, None)


def _computed(crm: Crm, name: str, whose: dict[str, str]) -> Result:
    """Call a dashboard's function with those choices that it takes."""
    function = _function(name)
    takes = inspect.signature(function).parameters
    is_asked = {key: takes[key].default is inspect.Parameter.empty for key in whose if key in takes}
    return function(crm, **{key: whose[key] for key, must in is_asked.items() if must or whose[key]})
