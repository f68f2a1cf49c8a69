"""The head of a page about a team, a region or everybody."""

from __future__ import annotations

from typing import Any

from ..core.crm import Crm
from .files import slug_of_scope
from .markup import escape
from .pages import Description


def group_page(
    result: Any,
    crm: Crm,
    everybody: str,
    *fields: tuple[str, str],
    label: str = "",
    landscape: bool = True,
) -> Description:
    """Return whose page it is, with the period and the as-of day.

    Parameters
    ----------
    result : Result
        With `team`, `region`, `period` and `edition`.
    crm : Crm
    everybody : str
        What stands for all teams and regions.
    fields : (label, value)
        Of the header block, between whose it is and the period.
    label : str
        Of whose it is in the header block; empty: a page without a header block.
    landscape : bool
    """
    words = crm.client.words
    whose = " · ".join(part for part in (result.team, result.region) if part)
    period = words.period(result.period)
    header = (
        (label, escape(whose) or everybody),
        *fields,
        (words.t("report.period"), period),
        (words.t("report.as_of_label"), words.date(crm.as_of)),
    )
    return Description(
        fields=header if label else (),
        scope=f"{whose or everybody} · {period}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("edition", result.edition),
            ("team", result.team),
            ("region", result.region),
            ("slug", slug_of_scope(result.team, result.region, crm.reps())),
        ),
        landscape=landscape,
    )
