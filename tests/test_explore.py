"""The explore notebook runs in a kernel of its own, and its controls show what they promise."""

from __future__ import annotations

import nbformat
import pytest
import tiny

from salesanalysis.data import load
from salesanalysis.report.controls import controls
from salesanalysis.report.notebook import folder


@pytest.mark.slow
def test_explore_runs_from_top_to_bottom_under_a_plain_kernel():
    from nbclient import NotebookClient

    nb = nbformat.read(folder() / "explore.ipynb", as_version=4)
    NotebookClient(nb, timeout=300, kernel_name="python3").execute()
    shown = [o for c in nb.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in shown if o.output_type == "error"]
    assert sum("image/png" in o.get("data", {}) for o in shown) >= 3


def test_controls_offer_only_what_the_data_has_and_show_the_table():
    crm = load(tiny.tables())
    box = controls(crm)
    by = next(w for w in box.children if getattr(w, "description", "") == "by")
    assert "rep" in by.options and "segment" in by.options
    box.update()
    assert {"kpi", "estimate", "period"} <= set(box.result.columns)
