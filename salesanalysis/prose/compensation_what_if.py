"""Words for what a plan would pay: curves, other attainments, one more win."""

from __future__ import annotations

import numpy as np

from ..compensation import WhatIfResult
from ..compensation.labels import role_name
from ..core.i18n import Language, escape

#: Verdicts on one more win that leave nothing to gain.
NOTHING = ("capped", "below_threshold", "no_goal")


def slips_title(found: WhatIfResult, edition: str, words: Language) -> str:
    """Return the heading of the table of everybody's pay."""
    if edition == "client":
        return words.t("compensation.slips_title.groups")
    stuck = int(found.marginal["verdict"].isin(NOTHING).sum())
    if stuck:
        return words.t("compensation.slips_title.jump", count=stuck)
    return words.t("compensation.slips_title.all")


def curve(result: WhatIfResult, detail: str, words: Language) -> str:
    """Return the words of the payout curves."""
    if detail == "alt":
        rows = result.curves[np.isclose(result.curves["level"], 1.5)]
        facts = [
            words.t(
                "compensation.curve_fact",
                role=escape(role_name(r.role, words)),
                share=words.percent(r.estimate, 0),
            )
            for r in rows.itertuples()
        ]
        if not facts:
            return words.t("compensation.curve_empty")
        return words.t("compensation.curve_alt", facts=words.listing(facts))
    period = words.period(result.paid.settled[-1][0] if result.paid.settled else result.period)
    if detail == "subtitle" and result.edition == "client":
        return words.t("compensation.curve_plain_subtitle", period=period)
    return words.t(f"compensation.curve_{detail}", period=period)


def levels(result: WhatIfResult, detail: str, words: Language) -> str:
    """Return the words of the scenarios."""
    if detail == "title":
        return _title(result, words)
    if detail == "source":
        if result.ahead.period is None:
            return words.t("compensation.levels_source_plain")
        return words.t("compensation.levels_source", ahead=words.period(result.ahead.period))
    total = result.total.set_index("level")["estimate"]
    if detail == "alt":
        at = {"low": 0.8, "middle": 1.0, "high": 1.2}
        return words.t("compensation.levels_alt", **{k: words.money(float(total[v])) for k, v in at.items()})
    period = words.period(result.paid.settled[-1][0] if result.paid.settled else result.period)
    unit = words.money_unit(float(total.max()))[1]
    return words.t("compensation.levels_subtitle", unit=unit, period=period)


def _title(result: WhatIfResult, words: Language) -> str:
    limit = result.ahead.limit
    if not np.isfinite(limit):
        return words.t("compensation.levels_title.none")
    level, value = result.total["level"].to_numpy(), result.total["estimate"].to_numpy()
    if value[-1] < limit:
        return words.t("compensation.levels_title.never")
    if value[0] > limit:
        return words.t("compensation.levels_title.always")
    at = float(np.interp(limit, value, level))
    return words.t("compensation.levels_title.budget", level=words.percent(at, 0))
