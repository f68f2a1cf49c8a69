"""Goals and coaching where something is missing or odd: a result that helps or a clear message."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.core.errors import SalesAnalysisError
from salesanalysis.data import load
from salesanalysis.report import kernel, run

PERIOD, REP, NAME = "2026-Q3", "R02", "Bagas Prakoso"
TEAM = ("R02", "R05", "R08", "R11", "R17", "R20", "R25")
#: What no reader should ever meet in a sentence.
BROKEN = re.compile(r"\b(nan|None|NaT|inf)\b|\{\w+\}")


@pytest.fixture(scope="module")
def frames(sample_crm):
    """The AEs of one team of the sample, all their tables."""
    tables = {name: sample_crm.frame(name) for name in sample_crm.tables if not name.startswith("derived")}
    return {
        name: table[table["rep_id"].isin(TEAM)] if "rep_id" in table else table
        for name, table in tables.items()
        if name
        in ("reps", "opportunities", "activities", "coaching", "accounts", "absences", "stage_history")
    } | {"goals": tables["goals"][tables["goals"]["scope_id"].isin(TEAM)]}


def _no_goals(f):
    del f["goals"]


def _no_activities(f):
    f["activities"] = f["activities"].iloc[:0]


def _one_rep(f):
    for name in ("reps", "opportunities", "activities", "coaching", "absences", "stage_history"):
        f[name] = f[name][f[name]["rep_id"] == REP]


def _team_of_one(f):
    f["reps"] = f["reps"].assign(team=f["reps"]["team"].where(f["reps"]["rep_id"] != REP, "Alone"))


def _on_leave(f):
    row = {"rep_id": REP, "starts_on": date(2026, 6, 29), "ends_on": date(2026, 10, 5), "kind": "leave"}
    f["absences"] = pd.concat([f["absences"][f["absences"]["rep_id"] != REP], pd.DataFrame([row])])
    away = (f["activities"]["rep_id"] == REP) & (f["activities"]["occurred_on"] >= pd.Timestamp(2026, 6, 29))
    f["activities"] = f["activities"][~away]


def _joined_last_week(f):
    first = pd.Timestamp(2026, 9, 23)
    new = f["reps"]["rep_id"] == REP
    f["reps"] = f["reps"].assign(hired_on=f["reps"]["hired_on"].mask(new, first))
    for name, on in (("activities", "occurred_on"), ("opportunities", "created_on"), ("coaching", "held_on")):
        f[name] = f[name][(f[name]["rep_id"] != REP) | (pd.to_datetime(f[name][on]) >= first)]


def _goal_of_zero(f):
    f["goals"] = f["goals"].assign(target=0.0)


def _no_wins(f):
    f["opportunities"] = f["opportunities"].assign(
        outcome=f["opportunities"]["outcome"].replace("won", "lost")
    )


def _never_coached(f):
    f["coaching"] = f["coaching"].iloc[:0]


CASES = {
    "no goals": _no_goals,
    "no activities": _no_activities,
    "one rep": _one_rep,
    "team of one": _team_of_one,
    "on leave all quarter": _on_leave,
    "joined last week": _joined_last_week,
    "goal of zero": _goal_of_zero,
    "no wins": _no_wins,
    "never coached": _never_coached,
}


@pytest.fixture(scope="module", params=list(CASES), ids=list(CASES))
def odd(request, frames):
    tables = dict(frames)
    CASES[request.param](tables)
    tables = {name: table.drop(columns=["attributed_by"], errors="ignore") for name, table in tables.items()}
    return request.param, load(tables, sa.Client(name="PT Ganjil", as_of=date(2026, 9, 30), country="ID"))


#: Everything that a goal or a coaching page is made of.
QUESTIONS = {
    "scorecard": lambda crm: sa.scorecard(crm, PERIOD, rep=REP),
    "diagnose": lambda crm: sa.diagnose(crm, PERIOD, REP),
    "team_coaching": lambda crm: sa.team_coaching(crm, PERIOD),
    "find_coach": lambda crm: sa.find_coach(crm, "calls", period=PERIOD),
    "role_diagnosis": lambda crm: sa.role_diagnosis(crm, PERIOD, REP),
    "activity_map": lambda crm: sa.activity_map(crm, PERIOD),
    "ranks": lambda crm: sa.ranks(crm, PERIOD, "win_rate"),
    "control_chart": lambda crm: sa.control_chart(crm, REP, "calls"),
    "propose_goals": lambda crm: sa.propose_goals(crm, "2026-Q4"),
    "quota": lambda crm: sa.quota(crm, PERIOD),
    "quota_fairness": lambda crm: sa.quota_fairness(crm, PERIOD),
    "pacing": lambda crm: sa.pacing(crm, PERIOD),
    "required_activity": lambda crm: sa.required_activity(crm, PERIOD, rep=REP),
    "training_effect": lambda crm: sa.training_effect(crm),
}


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_an_odd_company_gets_an_answer_or_a_reason(odd, question):
    case, crm = odd
    try:
        found = QUESTIONS[question](crm)
    except SalesAnalysisError as error:
        said = str(error)
        assert len(said) > 20 and said.endswith((".", "?", ")")), f"{case}: {said}"
        return
    for language in ("en", "id"):
        told = _told(found, language)
        assert told.strip(), f"{case}: no words"
        assert not BROKEN.search(told), f"{case}: {told}"
    assert repr(found) and found._repr_html_()


def _told(found, language: str) -> str:
    from dataclasses import replace

    return sa.explain(replace(found, client=found.client.with_language(language)))


REPORTS = {
    "coaching": {"rep": REP, "period": PERIOD},
    "coaching_team": {"period": PERIOD},
    "goals": {"period": PERIOD},
    "training_effect": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("report", list(REPORTS))
def test_an_odd_company_gets_a_report_or_a_clear_message(odd, tmp_path, report):
    case, crm = odd
    # Each report is written in both languages, but not of each company.
    language = ("en", "id")[(list(CASES).index(case) + list(REPORTS).index(report)) % 2]
    source = tmp_path / "data"
    source.mkdir()
    for name in ("reps", "opportunities", "activities", "coaching", "absences", "goals", "stage_history"):
        if crm.has(name):
            crm.frame(name).to_parquet(source / f"{name}.parquet", index=False)
    settings = f'name = "PT Ganjil"\nlanguage = "{language}"\ncountry = "ID"\nas_of = 2026-09-30\n'
    (source / "client.toml").write_text(settings, encoding="utf-8")
    kernel.register()
    values = {"client": str(source), "language": language, **REPORTS[report]}
    try:
        done = run.run_report(report, values, out=tmp_path / "out", to=("html", "pdf"), engine=kernel.NAME)
    except SalesAnalysisError as error:
        assert "failed with" not in str(error), f"{case}: {error}"
        return
    assert done.facts["title"] and not BROKEN.search(done.facts["title"])
    assert all(f.stat().st_size for f in done.files)
