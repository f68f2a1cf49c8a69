"""Coaching figures carry the numbers of the result at their final size; cells are small and fixed."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from coaching_cases import CASES, diagnosis

from salesanalysis.core.i18n import Language
from salesanalysis.plots import drawing, kinds, plot
from salesanalysis.plots.cells import attainment_axis, attainment_bar, sparkline
from salesanalysis.plots.coaching import _decimals
from salesanalysis.plots.theme import colours


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("name", CASES)
def test_every_case_draws(name, language):
    found = diagnosis(name, language)
    for result, kind in ((found.decomposition, "waterfall"), (found.limits, "limits")):
        made = drawing(result, kind)
        assert made.width_mm == 174
        assert made.height_mm <= 97.1
        ET.fromstring(made.svg)
        assert len(made.data) or found.decomposition.table.empty


def test_the_waterfall_runs_from_benchmark_to_actual_without_a_jump():
    result = diagnosis("one_certain").decomposition
    data = drawing(result, "waterfall").data
    assert data["end"].iloc[0] == result.benchmark
    assert data["end"].iloc[-1] == result.actual
    assert data["end"].iloc[-2] == pytest.approx(result.actual)
    steps = data.iloc[1:-1]
    assert (steps["start"].to_numpy()[1:] == steps["end"].to_numpy()[:-1]).all()
    assert (steps["conf_low"] - steps["start"]).to_numpy() == pytest.approx(
        result.table["conf_low"].to_numpy()
    )


def test_full_colour_only_where_the_evidence_is_enough():
    c = colours()
    certain = drawing(diagnosis("one_certain").decomposition, "waterfall").svg.lower()
    unsure = drawing(diagnosis("nothing_certain").decomposition, "waterfall").svg.lower()
    assert c.vermilion.lower() in certain
    assert c.vermilion.lower() not in unsure


def test_peers_stay_without_names():
    made = drawing(diagnosis("one_certain").limits, "limits")
    assert "rep_id" not in made.data
    assert "Wulan" not in made.svg
    assert "Bagas" in made.svg


def test_parts_shown_add_up_to_the_total_shown():
    assert _decimals([117e6, -15.7e6, -12.8e6, -46.9e6, -3.6e6], 1e6) == 1
    assert _decimals([1.04, 1.04, 1.04], 1.0) == 2


def test_plot_returns_axes_with_the_bars():
    axes = plot(diagnosis("one_certain").decomposition)
    widths = [bar.get_width() for bar in axes.patches]
    assert widths[1] == pytest.approx(diagnosis("one_certain").decomposition.row("calls")["estimate"] / 1e6)
    assert kinds(diagnosis("one_certain").limits) == ["limits"]


@pytest.mark.parametrize(
    ("verdict", "fill"),
    [
        ("met", "accent"),
        ("below_floor", "vermilion"),
        ("stretch_not_reached", "accent_mid"),
        ("too_few", "accent_mid"),
    ],
)
def test_the_attainment_bar_is_coloured_by_its_verdict(verdict, fill):
    svg = attainment_bar(0.7, 0.8, 0.9, verdict=verdict)
    root = ET.fromstring(svg)
    bar = next(e for e in root if e.tag.endswith("rect"))
    assert bar.get("fill") == getattr(colours(), fill)
    assert float(bar.get("width")) == pytest.approx(0.8 / 1.5 * 78, abs=0.01)
    assert len(svg) < 1024


def test_an_interval_beyond_the_scale_ends_in_an_arrow_head():
    assert attainment_bar(0.5, 1.0, 3.0, verdict="too_few").count("Z") == 1
    assert attainment_bar(0.5, 1.0, 1.2, verdict="too_few").count("Z") == 0
    assert "rect" not in attainment_bar(math.nan, math.nan, math.nan, verdict="no_goal")


def test_the_trend_breaks_where_a_period_is_missing():
    svg = sparkline([1.0, 2.0, math.nan, 3.0, 4.0], target=2.5, verdict="below_floor")
    path = next(e for e in ET.fromstring(svg) if e.tag.endswith("path")).get("d")
    assert path.count("M") == 2
    assert colours().vermilion in svg
    assert len(svg) < 1024
    assert "circle" not in sparkline([math.nan, math.nan])


def test_the_axis_names_its_unit_on_the_last_tick():
    assert "100\u00a0%" in attainment_axis(Language("id"))
