"""What is said of two runs: reports found again, figures by a place that stays where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salesanalysis.core.errors import InvalidInput
from salesanalysis.factory.difference import difference
from salesanalysis.factory.figures import figures

PAGE = """\
<nav><ol><li>{finding}</li></ol></nav><h1>A gap of {gap}</h1><dl><div><dt>Rep</dt><dd>Ani</dd></div></dl>
<div class="sa-answer"><p>The gap is {gap}.</p></div>
<section><h2>{finding}</h2><p class="sa-subtitle">Goals; line = 95 % interval</p>
<table><thead><tr><th>KPI</th><th>n</th></tr></thead><tbody><tr><th>Calls</th><td>{n}</td></tr></tbody></table>
</section>
"""


def write(folder: Path, *reports: tuple[str, str], **values: str) -> Path:
    folder.mkdir(parents=True)
    entries = []
    for name, period in reports:
        (folder / f"{name}.html").write_text(PAGE.format(**values))
        given = {"rep": name[:3], "period": period}
        entries.append({"name": name, "report": "own", "parameters": given, "files": [f"{name}.html"]})
    (folder / "manifest.json").write_text(json.dumps({"reports": entries}))
    return folder


def test_a_finding_that_changes_leaves_the_figures_below_it_in_their_place():
    one = figures(PAGE.format(finding="Two goals met", gap="Rp 7 m", n="5"))
    other = figures(PAGE.format(finding="No goal met", gap="Rp 9 m", n="6"))
    assert dict(one) == {
        "Title": "A gap of Rp 7 m",
        "Title › Rep": "Ani",
        "Title › answer": "The gap is Rp 7 m.",
        "Goals; line = # % interval": "Two goals met",
        "Goals; line = # % interval › Calls › n": "5",
    }
    assert set(one) == set(other)


def test_two_deliveries_are_compared_client_by_client_and_a_new_period_with_the_last(tmp_path):
    before = {"finding": "Two", "gap": "Rp 7 m", "n": "5"}
    for client in ("acme", "beta"):
        write(tmp_path / "old" / client, ("R01-08", "2026-08"), ("R02-08", "2026-08"), **before)
    write(tmp_path / "new" / "acme", ("R01-09", "2026-09"), ("R03-09", "2026-09"), **before | {"n": "6"})
    found = {one.name: one for one in difference(tmp_path / "old", tmp_path / "new")}
    assert {name: one.kind for name, one in found.items()} == {
        "acme/R01-09": "changed",
        "acme/R02-08": "gone",
        "acme/R03-09": "new",
        "beta/R01-08": "gone",
        "beta/R02-08": "gone",
    }
    assert found["acme/R01-09"].figures == (("Goals; line = # % interval › Calls › n", "5", "6"),)
    assert "period: 2026-08 → 2026-09" in found["acme/R01-09"].details
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="No reports at"):
        difference(tmp_path / "old", tmp_path / "empty")
