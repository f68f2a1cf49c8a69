"""The explore notebook runs in a kernel of its own, and its controls show what they promise."""

from __future__ import annotations

import nbformat
import pandas as pd
import pytest
import tiny

from salesanalysis.core.errors import InvalidInput, SalesAnalysisError, UnknownName
from salesanalysis.core.i18n import Language
from salesanalysis.plots import Drawing
from salesanalysis.report.brush import brush
from salesanalysis.report.controls import controls
from salesanalysis.report.dashboards import dashboards
from salesanalysis.report.notebook import folder
from salesanalysis.report.widgets import View, pick


@pytest.fixture(scope="module")
def crm():
    return tiny.crm()


@pytest.mark.slow
def test_explore_runs_from_top_to_bottom_under_a_plain_kernel():
    from nbclient import NotebookClient

    nb = nbformat.read(folder() / "explore.ipynb", as_version=4)
    NotebookClient(nb, timeout=300, kernel_name="python3").execute()
    shown = [o for c in nb.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in shown if o.output_type == "error"]
    assert sum("image/png" in o.get("data", {}) for o in shown) >= 3
    widget = "application/vnd.jupyter.widget-view+json"
    views = [o["data"] for o in shown if widget in o.get("data", {})]
    assert len(views) == 3
    # A page without the controls shows the same.
    assert ["<table" in views[0]["text/html"], "<h1>" in views[1]["text/html"]] == [True, True]
    assert "<circle" in views[2]["text/html"]


def test_controls_offer_only_what_the_data_has_and_show_the_table(crm):
    view = controls(crm)
    offered = [value for _, value in view.fields["by"].options]
    assert "rep" in offered and "segment" in offered
    assert [value for _, value in view.fields["team"].options] == ["", "Jakarta", "Surabaya"]
    assert {"kpi", "estimate", "period"} <= set(view.result.columns)
    view.choose(kpi="wins", by="team", period="2026-Q2")
    assert view.result.set_index("team")["estimate"].to_dict() == {"Jakarta": 2.0, "Surabaya": 0.0}
    view.fields["by"].value = "rep"  # as a hand would
    assert "rep_id" in view.result and "<table" in view.html
    assert controls(tiny.crm()).choose(kpi="wins", team="Jakarta", rep="r2").result["estimate"].tolist() == [
        1.0
    ]


def test_what_cannot_be_shown_is_one_sentence_and_no_traceback(crm):
    view = controls(crm).choose(team="Surabaya", rep="r1")
    assert view.result is None
    assert view.message == "The rep chosen does not belong to the team or region chosen."
    assert view.message in view.html and "Traceback" not in view.html
    assert view.choose(rep="").result is not None and view.message == ""


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda crm: controls(3), InvalidInput, r"controls\(\) takes a Crm"),
        (lambda crm: dashboards("x"), InvalidInput, r"dashboards\(\) takes a Crm"),
        (lambda crm: brush(3), InvalidInput, "Only results can be drawn"),
        (lambda crm: controls(crm).choose(tem="Jakarta"), UnknownName, "Did you mean team"),
        (lambda crm: controls(crm).choose(team="Bandung"), InvalidInput, "does not offer 'Bandung'"),
    ],
)
def test_a_slip_ends_in_one_sentence(crm, call, error, message):
    with pytest.raises(error, match=message):
        call(crm)


def test_a_list_may_depend_on_what_was_chosen_above_it():
    def show(view, kind, size):
        with view.quiet("size"):
            view.fields["size"].options = [1, 2] if kind == "small" else [10, 20]
        return view.fields["size"].value, ""

    fields = {"kind": pick("", [("small", "small"), ("big", "big")]), "size": pick("", [("1", 1)])}
    view = View(Language(), fields, show)
    assert view.choose(kind="big", size=20).result == 20
    with pytest.raises(InvalidInput, match="does not offer 3"):
        view.choose(kind="small", size=3)


def test_dashboards_show_parts_and_say_why_not(crm):
    view = dashboards(crm)
    assert "stage_analysis" in [value for _, value in view.fields["dashboard"].options]
    view.choose(dashboard="stage_analysis", part="matrix", period="2026-Q3")
    assert view.result.method == "pipeline.stage_analysis" and "<table" in view.html
    view.choose(part="opening", team="Jakarta")
    assert view.result.team == "Jakarta" and "<h1>" in view.html
    first = view.result
    view.choose(part="flow")
    assert view.result is first  # another part of the same is not computed anew


def _brush(frame: pd.DataFrame):
    return brush(Drawing("<svg/>", 1.0, 1.0, frame))


def test_a_brush_gives_back_the_rows_drawn():
    frame = pd.DataFrame(
        {"n": [1.0, 2.0, 3.0, None], "name": ["a", "b", "a", "c"], "one": 1, "list": [[1], [2], [3], [4]]}
    )
    view = _brush(frame)
    assert view.selected.equals(frame)
    assert [value for _, value in view.fields["across"].options] == ["", "n", "name"]
    assert view.select(n=(1.5, 9))["n"].tolist() == [2.0, 3.0]
    assert view.select(name=["a"], n=(2, 3)).index.tolist() == [2]
    assert view.select(name=["a"]).index.tolist() == [0, 2]
    assert view.html.count("<circle") == 4
    view.fields["across"].value = "n"
    view.fields["across_range"].value = (1.0, 1.0)
    assert view.selected.index.tolist() == [0]
    assert view.select().equals(frame)


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"n": []}), pd.DataFrame({"n": [5]}), pd.DataFrame({"t": ["x"]})]
)
def test_a_brush_over_next_to_nothing(frame):
    view = _brush(frame)
    assert len(view.selected) == len(frame) and view.message == ""


def test_a_brush_has_two_sides():
    with pytest.raises(SalesAnalysisError, match="two sides"):
        _brush(pd.DataFrame({"n": [1, 2]})).select(n=(1, 2), a=[1], b=[2])
