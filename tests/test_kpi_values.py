"""Every KPI of the registry has values worked out by hand on the tiny CRM."""

from __future__ import annotations

import math

import build_crm
import pandas as pd
import pytest
import tiny

from salesanalysis.core.i18n import LANGUAGES, Language
from salesanalysis.kpi import KPIS, panel

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


@pytest.fixture(scope="module")
def tiny_crm():
    return tiny.crm()


def estimates(crm, period, by=()) -> pd.Series:
    frame = panel(crm, None, period, by=by).kpis
    return frame.set_index([*by, "kpi"])["estimate"]


def same(found: float, wanted: float | None) -> bool:
    return math.isnan(found) if wanted is None else found == pytest.approx(wanted, rel=1e-12)


def test_every_kpi_has_hand_worked_values():
    assert set(VALUES) == set(KPIS), "add the missing KPI with its values worked out by hand"


@pytest.mark.parametrize("kpi", VALUES)
def test_values(tiny_crm, kpi):
    q2, q3, *reps = VALUES[kpi]
    assert same(estimates(tiny_crm, "2026-Q2")[kpi], q2)
    assert same(estimates(tiny_crm, "2026-Q3")[kpi], q3)
    by_rep = estimates(tiny_crm, "2026-Q3", by=("rep_id",))
    for rep, wanted in zip(("r1", "r2", "r3"), reps):
        assert same(by_rep[rep, kpi], wanted), rep


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
