"""salesanalysis: which sales activities go with winning, who needs coaching on what, did the coaching work.

>>> import salesanalysis as sa
>>> crm = sa.sample()
>>> sa.link(crm)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name -> module. Names are imported when first used, so that `salesanalysis --help` starts at once.
_HOME = {
    "load": "data",
    "sample": "data",
    "propose": "data",
    "validate": "data",
    "quality": "data",
    "Client": "core.client",
    "Crm": "core.crm",
    "Period": "core.period",
    "SalesAnalysisError": "core.errors",
    "KPIS": "kpi",
    "Kpi": "kpi",
    "Measure": "kpi",
    "panel": "kpi",
    "coverage": "kpi",
    "cycle_times": "kpi",
    "qualify": "passport",
    "scorecard": "goals",
    "propose_goals": "goals",
    "compare": "goals",
    "disagreement": "goals",
    "exposure": "linkage",
    "link": "linkage",
    "opportunity_link": "linkage",
    "evidence": "linkage",
    "through": "linkage",
    "link_role": "linkage",
    "correlate": "linkage",
    "quantiles": "linkage",
    "decompose": "coaching",
    "limits": "coaching",
    "diagnose": "coaching",
    "coaching_log": "coaching",
    "find_coach": "coaching",
    "plot": "plots",
    "drawing": "plots",
    "explain": "prose",
    "opening": "report.pages",
    "section": "report.pages",
    "closing": "report.pages",
    "edition": "report.editions",
    "run_report": "report.run",
    "controls": "report.controls",
    "assess": "readiness",
    "time_to_win": "timing",
    "ramp": "timing",
    "tenure": "timing",
    "customer_lifetime": "timing",
    "lifetime_value": "timing",
    "coach_pay": "value",
    "growth": "value",
    "handoff": "value",
    "rep_value": "value",
    "contract_values": "kpi",
    "ExperimentPlan": "experiment",
    "experiment_plan": "experiment",
    "experiment_result": "experiment",
    "RolloutPlan": "training",
    "next_wave": "training",
    "rollout_plan": "training",
    "training_effect": "training",
    "gaming": "linkage",
    "needed": "linkage",
    "pacing": "goals",
    "required": "goals",
    "required_activity": "goals",
    "expectations": "goals",
}

__all__ = [
    "KPIS",
    "Client",
    "Crm",
    "ExperimentPlan",
    "Kpi",
    "Measure",
    "Period",
    "RolloutPlan",
    "SalesAnalysisError",
    "assess",
    "closing",
    "coach_pay",
    "coaching_log",
    "compare",
    "contract_values",
    "controls",
    "correlate",
    "coverage",
    "customer_lifetime",
    "cycle_times",
    "decompose",
    "diagnose",
    "disagreement",
    "drawing",
    "edition",
    "evidence",
    "expectations",
    "experiment_plan",
    "experiment_result",
    "explain",
    "exposure",
    "find_coach",
    "gaming",
    "growth",
    "handoff",
    "lifetime_value",
    "limits",
    "link",
    "link_role",
    "load",
    "needed",
    "next_wave",
    "opening",
    "opportunity_link",
    "pacing",
    "panel",
    "plot",
    "propose",
    "propose_goals",
    "qualify",
    "quality",
    "quantiles",
    "ramp",
    "rep_value",
    "required",
    "required_activity",
    "rollout_plan",
    "run_report",
    "sample",
    "scorecard",
    "section",
    "tenure",
    "through",
    "time_to_win",
    "training_effect",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'salesanalysis' has no attribute '{name}'")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
