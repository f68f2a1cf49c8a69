"""Controls of the explore notebook: any KPI, any split, any period and grain, for a team, region or rep."""

from __future__ import annotations

from typing import Any

from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput
from ..core.period import Period
from ..core.rows import narrowed
from ..kpi import coverage, panel
from .widgets import View, frame_html, people, periods, pick

#: Ways to split a KPI, in the order offered; the first is everything together.
SPLITS = ("", "rep", "team", "manager", "role", "region", "product", "source", "segment")
GRAINS = ("", "month", "quarter", "week")


def controls(crm: Crm) -> View:
    """Return drop-down lists for KPI, split, period, grain, team, region and rep, with the table they give.

    Parameters
    ----------
    crm : Crm
        The data; the lists offer what it holds.

    Returns
    -------
    View
        Shown by JupyterLab; `result` holds the table last shown, `choose` sets a list from code.

    Raises
    ------
    InvalidInput
        Something other than a Crm was given.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> view = controls(sa.sample())
    >>> view.choose(kpi="win_rate", by="team").result["kpi"].unique().tolist()
    ['win_rate']
    """
    check_crm(crm, "controls()")
    words = crm.client.words
    names = [(words.t(f"kpi.{name}.name"), name) for name in coverage(crm).kpis("computable")]
    ways = [
        (words.t(f"explore.by.{name}") if name else words.t("explore.together"), name) for name in splits(crm)
    ]
    grains = [
        (words.t(f"explore.grain.{name}") if name else words.t("explore.together"), name) for name in GRAINS
    ]
    fields = {
        "kpi": pick(words.t("explore.kpi"), names, "win_rate"),
        "by": pick(words.t("explore.split"), ways),
        "period": pick(words.t("explore.period"), periods(crm), crm.period().label),
        "grain": pick(words.t("explore.steps"), grains),
        "team": pick(words.t("explore.by.team"), people(crm, "team")),
        "region": pick(words.t("explore.by.region"), people(crm, "region")),
        "rep": pick(words.t("explore.by.rep"), people(crm, "rep")),
    }

    def show(view: View, kpi: str, by: str, period: str, grain: str, **whose: str) -> tuple[Any, str]:
        span = Period.parse(period, fiscal_start=crm.client.fiscal_year_start)
        rep = whose.pop("rep")
        mine = narrowed(crm, min(span.last_day, crm.as_of), **whose)
        if rep and rep not in set(mine.reps()["rep_id"]):
            raise InvalidInput("The rep chosen does not belong to the team or region chosen.")
        mine = mine.only(rep=rep) if rep else mine
        table = panel(mine, kpi, span, by=by or (), grain=grain or None).kpis
        return table, frame_html(table, words)

    return View(words, fields, show)


def splits(crm: Crm) -> list[str]:
    """Return the splits that this data has."""
    homes = {
        "rep": "reps.rep_id",
        "product": "opportunities.product",
        "source": "opportunities.source",
        "segment": "accounts.segment",
    }
    return [s for s in SPLITS if not s or crm.has(homes.get(s, f"reps.{s}"))]
