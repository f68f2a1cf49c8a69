"""What one more win pays each rep, and where the plan pays nothing for it, or a jump."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .curve import commission_at, earned_at
from .pay import PayResult
from .rules import Case

#: One more win that pays so many times the plan's usual rate stands before a jump.
JUMP = 3.0
COLUMNS = ("rep_id", "name", "team", "role", "attainment", "value", "estimate", "rate", "verdict")
#: What is to be said of one more win, most telling first.
VERDICTS = ("capped", "below_threshold", "no_goal", "repays", "jump", "pays", "not_paid")


def marginal(paid: PayResult) -> pd.DataFrame:
    """Return per rep what one more usual win would have paid in the last settlement.

    Columns `COLUMNS`: ``value`` of the win (`usual.usual_wins`; 1 where wins are counted), ``estimate`` what
    it pays before draws, ``rate`` of the value, and the ``verdict``: ``capped`` (nothing more is paid),
    ``below_threshold``, ``no_goal``, ``repays`` (it only makes up for an advance), ``jump`` (it crosses a
    step), ``pays``, ``not_paid`` (no commission).
    """
    attained = paid.table.set_index("rep_id")["attainment"]
    owed = paid.table.set_index("rep_id")["owed"]
    rows = []
    for rep_id, who in paid.settled[-1][1].items():
        if rep_id not in attained.index:
            continue
        size = paid.usual.get(rep_id, np.nan) if _measure(who.case) != "wins" else 1.0
        gain = _gain(paid, who.case, size)
        facts = (rep_id, who.name, who.team, who.role, float(attained[rep_id]))
        rate = gain / size if size > 0 else np.nan
        rows.append((*facts, size, gain, rate, _verdict(paid, who.case, size, gain, float(owed[rep_id]))))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    place = found["verdict"].map({v: i for i, v in enumerate(VERDICTS)})
    order = np.lexsort(
        (found["name"].to_numpy(dtype=str), -found["rate"].fillna(-1).to_numpy(), place.to_numpy())
    )
    return found.iloc[order].reset_index(drop=True)


def _measure(case: Case) -> str:
    return case.terms.commission.measure if case.terms.commission else ""


def _gain(paid: PayResult, case: Case, size: float) -> float:
    if case.terms.commission is None or not size > 0:
        return 0.0
    now = float(case.volume)
    before, after = earned_at(paid.plan, case, np.array([now, now + size]))
    return max(float(after - before), 0.0)


def _verdict(paid: PayResult, case: Case, size: float, gain: float, owed: float) -> str:
    rule, now = case.terms.commission, float(case.volume)
    if rule is None:
        return "not_paid"
    if rule.by == "attainment" and not case.target:
        return "no_goal"
    unit = float(case.target) if rule.by == "attainment" else 1.0
    if now + size < float(rule.threshold) * unit:
        return "below_threshold"
    if gain < 0.005:
        return "capped" if case.terms.cap is not None else "not_paid"
    draw = float(case.terms.draw / paid.plan.parts * case.part) if case.has_draw else 0.0
    if owed > 0 or earned_at(paid.plan, case, np.array([now + size]))[0] <= draw:
        return "repays"
    at = max(unit, now)
    usual = float(commission_at(paid.plan, case, np.array([at]))[0]) / at
    return "jump" if usual > 0 and gain / size > JUMP * usual else "pays"
