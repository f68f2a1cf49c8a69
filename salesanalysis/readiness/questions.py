"""The questions that the reports answer, and what they need: columns, and enough of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from ..core.crm import Crm
from ..data import QualityResult
from ..kpi import CoverageResult

#: Share of the rows that need a field from which the field is complete enough.
ENOUGH = 0.8


@dataclass(frozen=True)
class Question:
    """One question: the columns without which nothing can be said, and the least of what happened.

    `least` names facts (`facts`) with their smallest number; 0 stands for the client's minimum base.
    """

    needs: tuple[str, ...]
    least: Mapping[str, int] = field(default_factory=dict)


#: What the reports answer. The least numbers of `linkage` are those of its verdict, under which it says
#: "not enough data".
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "results": Question(
            ("opportunities.outcome", "opportunities.closed_on", "opportunities.rep_id"), {"closed": 0}
        ),
        "cycle": Question(("opportunities.created_on", "opportunities.closed_on"), {"wins": 0}),
        "linkage": Question(
            ("activities.rep_id", "activities.kind", "activities.occurred_on", "opportunities.closed_on"),
            {"reps": 8, "weeks": 26, "wins": 60},
        ),
        "diagnosis": Question(
            ("activities.rep_id", "activities.kind", "activities.outcome", "opportunities.amount"),
            {"closed": 0, "activities": 0},
        ),
        "goals": Question(("goals.kpi", "goals.target", "goals.period"), {"goals": 1}),
        "tenure": Question(("reps.hired_on",)),
        "coaching": Question(("coaching.rep_id", "coaching.held_on", "coaching.action"), {"coaching": 1}),
    }
)


def facts(crm: Crm, quality: QualityResult, coverage: CoverageResult) -> dict[str, int]:
    """Return how much happened: reps and weeks with activities, wins, closed opportunities, rows."""
    rows = quality.table.groupby("table")["n"].first().to_dict()
    wins, losses = (int(coverage.sums.get(name, 0) or 0) for name in ("wins", "losses"))
    levels = quality.levels
    return {
        "reps": len(quality.weeks.table),
        "weeks": int((levels.loc[levels["term"] == "all", "n"] > 0).sum()),
        "wins": wins,
        "closed": wins + losses,
        **{name: int(rows.get(name, 0)) for name in ("activities", "goals", "coaching")},
    }


def ask(crm: Crm, quality: QualityResult, known: Mapping[str, int]) -> pd.DataFrame:
    """Return one row per question: ``term, verdict, reason, missing, value, base``.

    Verdicts: ``yes``; ``no`` (reason ``missing`` columns, or ``too_few``: `missing` names the fact, `value`
    what there is, `base` what it takes); ``partly`` (reason ``incomplete``: `missing` names the emptiest
    column needed, `value` the share of rows that have it).
    """
    complete = quality.table.set_index(["table", "column"])["complete"]
    rows = []
    for term, question in QUESTIONS.items():
        missing = [need for need in question.needs if not crm.has(need)]
        least = {fact: number or crm.client.minimum_base for fact, number in question.least.items()}
        short = [fact for fact, number in least.items() if known[fact] < number]
        shares = {n: complete[tuple(n.split("."))] for n in question.needs if n not in missing}
        thin = min((n for n in shares if shares[n] < ENOUGH), key=lambda n: shares[n], default="")
        row = {"term": term, "verdict": "yes", "reason": "", "missing": "", "value": float("nan")}
        row["base"] = float("nan")
        if missing:
            row |= {"verdict": "no", "reason": "missing", "missing": ", ".join(missing)}
        elif short:
            first = short[0]
            row |= {"verdict": "no", "reason": "too_few", "missing": first}
            row |= {"value": float(known[first]), "base": float(least[first])}
        elif thin:
            row |= {
                "verdict": "partly",
                "reason": "incomplete",
                "missing": thin,
                "value": float(shares[thin]),
            }
        rows.append(row)
    return pd.DataFrame(rows)
