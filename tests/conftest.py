"""What many tests need and none changes: the sample company, and one result of every kind on it."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from hypothesis import settings

#: Databases for tests, and small clients with a plan.
pytest_plugins = ["places", "factory_cases"]
PERIOD, REP = "2026-Q3", "Bagas Prakoso"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="random tests at their full counts (hours)")


def pytest_configure(config):
    """Draw the same cases of Hypothesis in every run, with --full others each time; hear Ctrl-C."""
    settings.register_profile("drawn", derandomize=not config.getoption("--full"))
    settings.load_profile("drawn")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background; tests press it
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Begin with the files of most slow tests, so that no processor is left alone with one at the end."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session")
def full(request) -> bool:
    """Tell whether tests that draw cases (kills, fuzz, hostile names) run at their full counts."""
    return request.config.getoption("--full")


@pytest.fixture(scope="session")
def sample_crm():
    """The sample company; a Crm is immutable, so all tests may share it."""
    from salesanalysis.data import sample

    return sample()


@pytest.fixture(scope="session")
def results(sample_crm, tmp_path_factory):
    """Every analysis run once on the sample, by name of the result type."""
    import salesanalysis as sa
    from salesanalysis.data import attribution_shares

    weeks = sa.exposure(sample_crm)
    links = sa.link(weeks)
    trial = sa.experiment_plan(weeks, "calls", raise_by=0.5, seed=1)
    found = [
        sa.validate(sample_crm),
        sa.quality(sample_crm),
        sa.assess(sample_crm),
        sa.coverage(sample_crm),
        sa.qualify(sample_crm, links=links),
        sa.panel(sample_crm, None, PERIOD),
        sa.scorecard(sample_crm, PERIOD),
        sa.compare(sample_crm, ["calls", "win_rate", "bookings"], PERIOD, by="team", against="previous"),
        sa.disagreement(sample_crm, "win_rate", PERIOD, by="team"),
        sa.propose_goals(sample_crm, "2026-Q4", kpis=["calls", "win_rate", "bookings"]),
        sa.quota(sample_crm, PERIOD),
        sa.quota_fairness(sample_crm, PERIOD),
        sa.growth(sample_crm, "2026"),
        sa.rep_value(sample_crm, PERIOD),
        sa.handoff(sample_crm, PERIOD),
        sa.time_to_win(sample_crm),
        sa.lifetime_value(sample_crm),
        attribution_shares(sample_crm),
        weeks,
        links,
        links.activity("calls"),
        sa.needed(links),
        sa.gaming(weeks),
        sa.through(weeks, "meetings"),
        trial,
        sa.experiment_result(weeks, trial),
        sa.training_effect(sample_crm),
        sa.rollout_plan(sample_crm, "calls", seed=1),
        sa.correlate(weeks),
        sa.quantiles(weeks),
        sa.pacing(sample_crm, PERIOD, kpi="bookings"),
        sa.required_activity(sample_crm, PERIOD, kpi="bookings", rep=REP),
        sa.expectations(sample_crm, PERIOD, rep=REP),
        sa.grades(sample_crm, PERIOD, rep=REP, kpis=["calls", "win_rate"]),
        sa.decompose(sample_crm, PERIOD, REP),
        sa.limits(sample_crm, PERIOD, REP),
        sa.activity_map(sample_crm, PERIOD),
        sa.ranks(sample_crm, PERIOD, "calls"),
        sa.control_chart(sample_crm, REP, "connect_rate"),
        sa.role_diagnosis(sample_crm, PERIOD, "Raka Pradana"),
        sa.diagnose(sample_crm, PERIOD, REP, linkage=links),
        sa.team_coaching(sample_crm, PERIOD),
        sa.find_coach(sample_crm, "calls", period=PERIOD),
        sa.coach_incentive(sample_crm, "Fajar Nugroho", commission=0.05),
        sa.team_activity(sample_crm, "2026-Q1"),
        sa.leaderboard(sample_crm, PERIOD),
        sa.rep_dashboard(sample_crm, PERIOD, REP),
        pipeline := sa.pipeline_overview(sample_crm, PERIOD),
        pipeline.movement,
        pipeline.hygiene,
        pipeline.coverage,
        pipeline.reasons,
        sa.state_of_the_union(sample_crm, PERIOD),
        projected := sa.project(sample_crm, by="team"),
        sa.backtest(sample_crm),
        sa.date_bias(sample_crm),
        sa.value_projection(sample_crm),
        sa.compare_frozen(sample_crm, sa.freeze(projected, tmp_path_factory.mktemp("frozen") / "frozen.csv")),
        sa.win_chances(sample_crm),
        sa.reliability(sample_crm),
        stages := sa.stage_analysis(sample_crm, PERIOD),
        stages.flow,
        stages.time,
        stages.trend,
        stages.teams,
        sa.performance_analysis(sample_crm, PERIOD),
    ]
    passport = next(r for r in found if type(r).__name__ == "PassportResult")
    payroll = sa.payroll(sample_crm, PERIOD, passport=passport)
    found += [payroll, payroll.paid, payroll.pays_for, payroll.what_if]
    return {type(result).__name__: result for result in found}
