"""One vocabulary and one behaviour for every result: columns, frozen, one screen, drawn, put into words."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import FrozenInstanceError, is_dataclass, replace

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

import salesanalysis
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.core.result import GLOSSARY, Result
from salesanalysis.plots import drawing, kinds, plot
from salesanalysis.prose import DETAILS, explain

for _module in pkgutil.walk_packages(salesanalysis.__path__, "salesanalysis."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

TYPES = sorted(cls.__name__ for cls in Result.__subclasses__())
WITH_WORDS = [
    "ActivityLinkResult",
    "ActivityMapResult",
    "BacktestResult",
    "ChartResult",
    "CoachResult",
    "CompareResult",
    "CorrelationResult",
    "CurveResult",
    "DecompositionResult",
    "DiagnosisResult",
    "DisagreementResult",
    "ExpectationsResult",
    "ExperimentPlan",
    "ExperimentResult",
    "GamingResult",
    "GoalProposalResult",
    "GradesResult",
    "GrowthResult",
    "HandoffResult",
    "IncentiveResult",
    "LeaderboardResult",
    "LifetimeValueResult",
    "LimitsResult",
    "LinkageResult",
    "MovementResult",
    "NeededResult",
    "PacingResult",
    "PassportResult",
    "PayForResult",
    "PayResult",
    "PayrollResult",
    "PerformanceResult",
    "PipelineOverviewResult",
    "ProjectionResult",
    "QuantileResult",
    "QuotaFairnessResult",
    "QuotaResult",
    "RanksResult",
    "ReadinessResult",
    "RepDashboardResult",
    "RepValueResult",
    "RequiredActivityResult",
    "RoleResult",
    "RolloutPlan",
    "ScorecardResult",
    "StageAnalysisResult",
    "TeamActivityResult",
    "TeamCoachingResult",
    "TrainingEffectResult",
    "UnionResult",
    "WhatIfResult",
]
#: Pictures of what this company, or a board of nobody in particular, has nothing of: they say so, and are
#: drawn in full in test_leaderboard and test_performance.
NOTHING = {("LeaderboardResult", "place"), ("PerformanceResult", "simpson")}
WITH_PICTURES = [
    "ActivityLinkResult",
    "ActivityMapResult",
    "BacktestResult",
    "ChartResult",
    "CorrelationResult",
    "CurveResult",
    "DecompositionResult",
    "ExpectationsResult",
    "GoalProposalResult",
    "LeaderboardResult",
    "LimitsResult",
    "LinkageResult",
    "MovementResult",
    "PacingResult",
    "PayrollResult",
    "PerformanceResult",
    "PipelineOverviewResult",
    "ProjectionResult",
    "QuantileResult",
    "QuotaFairnessResult",
    "RanksResult",
    "ReadinessResult",
    "RoleResult",
    "StageAnalysisResult",
    "TeamActivityResult",
    "TeamCoachingResult",
    "TrainingEffectResult",
    "UnionResult",
    "WhatIfResult",
]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", TYPES)
def test_columns_are_of_the_glossary(results, name):
    result = results[name]
    # An exposure has one column an activity, named by the client's data.
    own = set(getattr(result, "activities", ())) if name == "ExposureResult" else set()
    assert set(result.table.columns) - own <= set(GLOSSARY), name


@pytest.mark.parametrize("name", TYPES)
def test_results_are_frozen_and_name_the_function_that_made_them(results, name):
    result = results[name]
    assert is_dataclass(result)
    with pytest.raises(FrozenInstanceError):
        result.n = 0
    package, function = result.method.split(".")
    assert callable(getattr(importlib.import_module(f"salesanalysis.{package}"), function))


@pytest.mark.parametrize("name", TYPES)
def test_a_result_shows_itself_on_one_screen(results, name):
    text = repr(results[name])
    table = text.partition("\n- ")[0].splitlines()
    assert text.startswith(f"{name}: {len(results[name].table)} rows, n = ")
    assert len(text.splitlines()) <= 32
    assert max(map(len, table)) <= 120
    page = results[name]._repr_html_()
    assert page.count("<table") == 1 and page.count("<tr") <= 31
    assert "<script" not in page


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_every_picture_is_drawn_alone_and_into_given_axes(results, name):
    result = results[name]
    assert kinds(result)
    for kind in kinds(result):
        assert isinstance(plot(result, kind), Axes)
        figure, (left, right) = plt.subplots(1, 2)
        inside = plot(result, kind, ax=right)
        assert isinstance(inside, Axes) and inside.figure is figure
        assert not left.child_axes and (right.child_axes or right.texts)
        drawn = drawing(result, kind)
        if (name, kind) in NOTHING:
            assert drawn.data.empty and right.texts and explain(result, "alt", kind=kind)
        else:
            assert len(drawn.data)


@pytest.mark.parametrize("name", sorted(set(TYPES) - set(WITH_PICTURES)))
def test_a_result_without_a_picture_says_where_its_numbers_are(results, name):
    assert not kinds(results[name])
    with pytest.raises(InvalidInput, match=r"has no picture; its numbers are in \.table"):
        plot(results[name])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WITH_WORDS)
def test_every_detail_has_words_in_every_language(results, name, language):
    result = results[name]
    said = {detail: explain(result, detail, language=language) for detail in DETAILS}
    for detail in ("title", "subtitle", "answer", "alt"):
        assert said[detail].strip(), f"{name} says nothing for {detail}"
    assert len(said["answer"].splitlines()) == 3
    for kind in kinds(result):
        for detail in DETAILS:
            assert isinstance(explain(result, detail, kind=kind, language=language), str)
    other = {
        detail: explain(result, detail, language="en" if language == "id" else "id") for detail in DETAILS
    }
    assert said["answer"] != other["answer"]


@pytest.mark.parametrize("name", sorted(set(TYPES) - set(WITH_WORDS)))
def test_a_result_without_words_says_where_its_numbers_are(results, name):
    with pytest.raises(InvalidInput, match=r"has no words; its numbers are in \.table"):
        explain(results[name])


def test_words_and_pictures_follow_the_language_of_the_client(results):
    links = results["LinkageResult"]
    english = replace(links, client=links.client.with_language("en"))
    assert explain(english) == explain(links, language="en")
    assert drawing(english).svg != drawing(links).svg


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda sa, crm: sa.link(42), "takes a Crm, an ExposureResult or a DataFrame, not int"),
        (lambda sa, crm: sa.exposure(None), "takes a Crm, .*not NoneType"),
        (lambda sa, crm: sa.panel("sample", "calls", "2026-Q3"), "takes a Crm, .*not str"),
        (lambda sa, crm: sa.panel(crm, "win_rat", "2026-Q3"), "Did you mean win_rate"),
        (lambda sa, crm: sa.panel(crm, 42, "2026-Q3"), "names or Kpi objects"),
        (lambda sa, crm: sa.plot("x"), "Only results can be drawn, .*not str"),
        (lambda sa, crm: sa.explain(None), "Only results can be put into words, .*not NoneType"),
        (lambda sa, crm: sa.decompose(crm, "2026-Q3", "bagas"), "Did you mean Bagas Prakoso"),
        (lambda sa, crm: sa.diagnose(crm, "2026-Q3", "R02", linkage=3), "takes what link"),
        (lambda sa, crm: sa.scorecard(crm, "2031"), "begins after the data ends"),
    ],
)
def test_a_slip_in_a_notebook_ends_in_one_sentence(sample_crm, call, message):
    import salesanalysis as sa

    with pytest.raises(sa.SalesAnalysisError, match=message):
        call(sa, sample_crm)


def test_public_names_and_kpis_are_offered_by_tab():
    import salesanalysis as sa

    assert set(sa.__all__) <= set(dir(sa))
    assert "win_rate" in sa.KPIS._ipython_key_completions_()
    assert "wins ÷ closed" in repr(sa.KPIS["win_rate"])
