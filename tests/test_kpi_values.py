"""Every KPI of the registry has values worked out by hand on the tiny CRM."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import build_crm
import kpi_values_customers
import kpi_values_pipeline
import pandas as pd
import pytest
import tiny

from salesanalysis.core.i18n import LANGUAGES, Language
from salesanalysis.goals import required
from salesanalysis.kpi import KPIS, panel
from salesanalysis.kpi.cycle import lead_ages, response_times
from salesanalysis.kpi.health import stalled_share
from salesanalysis.kpi.outcome import win_rate_cohort

M = 1_000_000.0
#: By hand: the company in Q2 and Q3 2026, then Ani (r1), Budi (r2) and Citra (r3) in Q3; None is missing.
VALUES: dict[str, tuple[float | None, ...]] = {
    "calls": (9, 9, 3, 4, 2),
    "connects": (5, 5, 2, 2, 1),
    "conversations": (3, 2, 1, 1, 0),
    "meetings": (2, 4, 2, 1, 1),  # t14 and t36 are no-shows
    "proposals": (2, 3, 2, 1, 0),
    "emails": (2, 1, 1, 0, 0),
    "followups": (1, 1, 1, 0, 0),
    "voicemails": (1, 1, 0, 0, 1),
    "internal_meetings": (1, 0, 0, 0, 0),
    "admin": (1, 0, 0, 0, 0),
    "connect_rate": (5 / 9, 5 / 9, 2 / 3, 2 / 4, 1 / 2),
    "conversation_rate": (3 / 5, 2 / 5, 1 / 2, 1 / 2, 0 / 1),
    "meeting_rate": (2 / 3, 4 / 2, 2 / 1, 1 / 1, None),
    "proposal_rate": (2 / 3, 3 / 2, 2 / 1, 1 / 1, None),
    "proposal_to_win_rate": (2 / 2, 2 / 3, 1 / 2, 1 / 1, None),
    # Q2: o01 o02 o03 o04 o06 o08 o11; Q3: o05 o09, o07 o10, o12
    "opportunities_created": (7, 5, 2, 2, 1),
    # 30 June: o04 40, o06 50, o08 70, o11 45; 30 September: o09 120, o10 55 + o11 45, o12 25
    "open_pipeline": (205 * M, 245 * M, 120 * M, 100 * M, 25 * M),
    "wins": (2, 2, 1, 1, 0),
    "losses": (1, 3, 1, 1, 1),
    "bookings": (160 * M, 140 * M, 90 * M, 50 * M, 0),
    "win_rate": (2 / 3, 2 / 5, 1 / 2, 1 / 2, 0 / 1),
    "average_deal_size": (80 * M, 70 * M, 90 * M, 50 * M, None),
    "sales_cycle": (25, 45, 40, 50, None),  # (30 + 20) / 2 and (40 + 50) / 2
}


#: The others: rows of a company, a period, whose, and the value; those of customers have a test beside.
WORKED = {**kpi_values_pipeline.VALUES, **kpi_values_customers.VALUES}


@cache
def estimates(company: str, period: str, by: tuple[str, ...]) -> pd.Series:
    """Every KPI with values for this company, computed at once."""
    crm = tiny.crm(company)
    wanted = [k for k, rows in kpi_values_pipeline.VALUES.items() if any(r[0] == company for r in rows)]
    wanted += [] if company else VALUES
    asked = [k for k in wanted if all(crm.has(need) for need in KPIS[k].needs)]
    if "stage" in by:
        asked = [k for k in asked if k.startswith(("stage_rate", "time_in_stage"))]
    return panel(crm, asked, period, by=by).kpis.set_index([*by, "kpi"])["estimate"]


def same(found: float, wanted: float | None) -> bool:
    return math.isnan(found) if wanted is None else found == pytest.approx(wanted, rel=1e-12)


def test_every_kpi_has_hand_worked_values():
    assert set(VALUES) | set(WORKED) == set(KPIS), "add the missing KPI with its values worked out by hand"
    assert len(VALUES) + len(WORKED) == len(KPIS), "a KPI stands in one place only"


@pytest.mark.parametrize("kpi", VALUES)
def test_values(kpi):
    q2, q3, *reps = VALUES[kpi]
    assert same(estimates("", "2026-Q2", ())[kpi], q2)
    assert same(estimates("", "2026-Q3", ())[kpi], q3)
    by_rep = estimates("", "2026-Q3", ("rep_id",))
    for rep, wanted in zip(("r1", "r2", "r3"), reps):
        assert same(by_rep[rep, kpi], wanted), rep


@pytest.mark.parametrize("kpi", kpi_values_pipeline.VALUES)
def test_worked_values(kpi):
    for company, period, who, wanted in kpi_values_pipeline.VALUES[kpi]:
        column, _, value = who.rpartition("=")
        by = (column or "rep_id",) if who else ()
        found = estimates(company, period, by)[(value, kpi) if who else kpi]
        assert same(found, wanted), (company, period, who, found)


def test_the_article_reads_retention_of_reps_two_ways():
    """Start 10, 2 of them leave, 4 are hired, 1 of those leaves: 70 % by the article, 80 % in truth."""
    found = estimates("people", "2025", ())
    assert round(found["rep_retention.seed"], 12) == 0.70
    assert round(found["rep_retention"], 12) == 0.80


def test_four_deals_from_seven_prospects():
    found = estimates("pipeline", "2026-Q3", ("rep_id",))
    assert found["n1", "win_rate.seed"] == pytest.approx(4 / 7)
    assert [required(wins, wins=4, of=7).average for wins in (0, 1, 4, 8)] == [0, 1.75, 7, 14]


def test_days_of_a_cohort_and_of_standing_still_are_free():
    """Within 60 days 5 of the 10 old enough, within 30 days 2 of 12; untouched for 11 days y07 too, by n1."""
    crm = tiny.crm("pipeline")
    cohorts = [win_rate_cohort(60), win_rate_cohort(30)]
    found = panel(crm, cohorts, "2026-04-01..2026-09-30", by=()).kpis
    assert found[["numerator", "base"]].values.tolist() == [[5, 10], [2, 12]]
    quiet = [stalled_share(days) for days in (10, 11, 77, 78)]
    assert len({kpi.name for kpi in quiet}) == 4
    found = panel(crm, quiet, "2026-Q3", by=()).kpis["numerator"].tolist()
    assert found[1:] == [2, 1, 0]


def test_medians_beside_the_means():
    by_term = lead_ages(tiny.crm("pipeline")).set_index("term")["estimate"]
    assert by_term.to_dict() == pytest.approx({"mean": 47.5, "median": 40, "p90": 85})
    june = lead_ages(tiny.crm(), date(2026, 6, 30))
    assert june["estimate"].tolist() == pytest.approx([29, 25.5, 43.7])  # 15 22 29 50
    hours = response_times(tiny.crm("handoffs"), "2026-Q1")
    assert hours["estimate"].iloc[1] == 1 and hours["n"].tolist() == [13] * 3


@pytest.mark.parametrize("kpi", KPIS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kpi_has_words(kpi, language):
    words = Language(language)
    for form in ("name", "short", "what"):
        assert words.has(f"kpi.{kpi}.{form}")
    assert len(KPIS[kpi].label(words, "name")) <= 30


def test_needs_are_found_by_tracing():
    assert KPIS["win_rate"].needs == ("opportunities.closed_on", "opportunities.outcome")
    assert KPIS["calls"].needs == ("activities.kind", "activities.occurred_on")
    assert "opportunities.created_on" in KPIS["sales_cycle"].needs
    assert KPIS["proposal_to_win_rate"].needs == (
        "activities.kind",
        "activities.occurred_on",
        "opportunities.closed_on",
        "opportunities.outcome",
    )


@pytest.mark.parametrize("part", ["company", "reps"])
def test_real_company(part):
    """Figures computed from the publisher's files with plain pandas, without this package."""
    folder = build_crm.REAL / "maven-crm"
    if not folder.is_dir():
        pytest.skip("the Maven CRM files are not here")
    from salesanalysis.core.share import path
    from salesanalysis.data import load

    crm = load(folder, path("examples", "maven-crm"))
    found = panel(
        crm, ["wins", "losses", "bookings", "win_rate", "average_deal_size", "sales_cycle"], "2017", by=()
    )
    value = found.kpis.set_index("kpi")
    if part == "company":
        assert (value.at["win_rate", "numerator"], value.at["win_rate", "base"]) == (4238, 6711)
        assert value.at["win_rate", "estimate"] == pytest.approx(0.631501, abs=5e-7)
        assert value.at["bookings", "estimate"] == 10_005_534
        # Lost rows carry 0: with them the mean would be 1,490.92.
        assert value.at["average_deal_size", "estimate"] == pytest.approx(2360.909391, abs=5e-7)
        assert value.at["sales_cycle", "estimate"] == pytest.approx(51.781973, abs=5e-7)
        return
    reps = panel(crm, ["win_rate", "bookings"], "2017").kpis.set_index(["rep_id", "kpi"])
    assert reps.loc[("Darcel Schlecht", "win_rate"), ["numerator", "base"]].tolist() == [349, 553]
    assert reps.at[("Darcel Schlecht", "bookings"), "estimate"] == 1_153_214
    rates = reps.xs("win_rate", level="kpi")["estimate"]
    assert (rates.idxmax(), rates.idxmin()) == ("Hayden Neloms", "Lajuana Vencill")
