"""What many tests need and none changes: the sample company, and one result of every kind on it."""

from __future__ import annotations

import pytest

#: Databases for tests.
pytest_plugins = ["places"]
PERIOD, REP = "2026-Q3", "Bagas Prakoso"


@pytest.fixture(scope="session")
def sample_crm():
    """The sample company; a Crm is immutable, so all tests may share it."""
    from salesanalysis.data import sample

    return sample()


@pytest.fixture(scope="session")
def results(sample_crm):
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
    ]
    return {type(result).__name__: result for result in found}
