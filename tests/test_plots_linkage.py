"""Figures of linkage results: fixed size, data twin equal to the table, every state drawn."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from simulate import simulate
from test_prose_linkage import empty, made

from salesanalysis.core.i18n import Language
from salesanalysis.linkage import VERDICTS, correlate, link, wins_per_more
from salesanalysis.plots import drawing, kinds, plot
from salesanalysis.plots.cells import interval_axis, interval_cell, interval_scale
from salesanalysis.plots.linkage import NAMED_REPS


@cache
def result(preset="mixed", size="L"):
    return link(simulate(preset, size, 0).frame)


def texts(svg):
    return [
        "".join(node.itertext()).strip()
        for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_naive_is_174_wide_and_grows_with_its_rows():
    found = drawing(result(), "naive")
    assert (found.width_mm, round(found.height_mm, 1)) == (174, round(10 + 6.6 * 7 + 6.4, 1))
    size = re.search(r'width="([\d.]+)pt"', found.svg)
    assert float(size.group(1)) == pytest.approx(174 / 25.4 * 72, abs=0.1)


def test_naive_draws_what_the_table_holds():
    table = result().table
    found = drawing(result(), "naive").data
    assert found["term"].tolist() == table["term"].tolist()
    assert found["estimate"].to_numpy() == pytest.approx(wins_per_more(table["estimate"]).to_numpy())
    assert found["correlation"].to_numpy() == pytest.approx(result().correlations["estimate"].to_numpy())


def test_every_row_has_its_name_and_verdict():
    written = texts(drawing(result(), "naive").svg)
    assert {"Calls", "Admin tasks", "linked", "no link found", "reacts to results"} <= set(written)


def test_same_result_same_bytes():
    assert drawing(result(), "naive").svg == drawing(result(), "naive").svg


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_can_be_drawn(verdict):
    one = made([verdict])
    assert len(drawing(one, "naive").data) == 1
    for kind in kinds(one.activity("calls")):
        assert drawing(one.activity("calls"), kind).svg.startswith("<?xml")


def test_missing_estimates_are_left_blank():
    one = made(["not_enough_data", "linked"])
    one.table.loc[0, ["estimate", "conf_low", "conf_high", "lead_estimate", "lead_low", "lead_high"]] = np.nan
    assert len(drawing(one, "naive").data) == 2
    assert drawing(one.activity("calls"), "leave_one_out").data.empty
    assert drawing(one.activity("calls"), "lead_test").data["estimate"].isna().all()


def test_nothing_to_draw_says_why():
    found = drawing(empty("no_activities"), "naive")
    assert found.data.empty and "no activities are recorded" in " ".join(texts(found.svg))


def test_leave_one_out_draws_every_rep():
    one = result().activity("calls")
    found = drawing(one, "leave_one_out").data
    assert len(found) == 30 and found["share"].is_monotonic_decreasing
    assert found["share"].max() == pytest.approx(wins_per_more(one.table["loo_high"].iloc[0]))


def test_many_reps_are_drawn_by_their_ends():
    ids = [f"r{i}" for i in range(90)]
    values = {"term": "calls", "rep_id": ids, "name": ids, "estimate": np.linspace(0, 1, 90)}
    one = replace(made(["linked"]), leave_one_out=pd.DataFrame(values)).activity("calls")
    shares = drawing(one, "leave_one_out").data["share"]
    assert len(shares) == NAMED_REPS
    assert (shares.min(), shares.max()) == (0.0, pytest.approx(0.1))


def test_lead_test_is_half_a_page_wide():
    found = drawing(result().activity("calls"), "lead_test")
    assert (found.width_mm, found.height_mm) == (84, 38) and found.data["term"].tolist() == ["past", "next"]


def test_correlations_are_drawn_in_three_comparisons():
    found = correlate(simulate("null_real", "S", 0).frame)
    assert len(drawing(found, "contrasts").data) == 7 * 2 * 3


def test_the_heat_map_writes_every_correlation_in_its_cell():
    found = correlate(simulate("null_real", "S", 0).frame)
    picture = drawing(found, "heatmap")
    assert len(picture.data) == 7 * 3 * 3
    language = found.client.words
    assert {language.number(r, 2, sign=True) for r in found.table["estimate"]} <= set(texts(picture.svg))
    assert kinds(found) == ["contrasts", "heatmap"]


def test_plot_returns_axes():
    import matplotlib.pyplot as plt

    axes = plot(result())
    assert axes.get_xlim()[0] <= 0
    plt.close("all")


# Cells -----------------------------------------------------------------------------------------


def test_interval_scale_holds_zero_and_round_ticks():
    scale = interval_scale([0.01, 0.02], [0.03, 0.06])
    assert scale.low == 0 and 0.0 in scale.ticks and scale.high >= 0.06
    assert interval_scale([], []).low <= 0 < interval_scale([], []).high
    assert interval_scale([-3.0], [np.nan]).low == -0.25


def test_interval_cell_is_a_small_svg_of_the_row_height():
    scale = interval_scale([-0.02], [0.08])
    cell = interval_cell(0.01, 0.03, 0.05, scale=scale, verdict="linked")
    root = ET.fromstring(cell)
    assert root.get("viewBox") == "0 0 140 20" and len(cell) < 1024
    hollow = interval_cell(0.01, 0.03, 0.05, scale=scale, verdict="undecided")
    assert 'stroke-width="1.6"' in cell and 'stroke-width="1.6"' not in hollow


def test_interval_cell_beyond_the_scale_ends_in_an_arrow():
    scale = interval_scale([-0.02], [0.08])
    assert "<path" not in interval_cell(0.0, 0.03, 0.05, scale=scale, verdict="undecided")
    assert interval_cell(-0.5, 0.03, 0.9, scale=scale, verdict="undecided").count("<path") == 2
    far = interval_cell(0.5, 0.7, 0.9, scale=scale, verdict="undecided")
    assert "<circle" not in far and far.count("<path") == 1


def test_interval_cell_without_an_estimate_keeps_the_grid():
    cell = interval_cell(
        np.nan, np.nan, np.nan, scale=interval_scale([0.0], [0.05]), verdict="not_enough_data"
    )
    assert "<line" in cell and "<circle" not in cell


def test_axis_labels_follow_the_language():
    scale = interval_scale([-0.004], [0.006])
    labels = [node.text for node in ET.fromstring(interval_axis(scale, words=Language("id")))]
    assert "+0,5" in labels and "0" in labels and "−0,5" in labels
