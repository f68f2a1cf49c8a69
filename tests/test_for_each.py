"""Which reports a command makes: one a rep, a team or a region, and what "all of them" means."""

from __future__ import annotations

from datetime import date

import nbformat
import pytest
import tiny

from salesanalysis.core.errors import InvalidInput, MissingData
from salesanalysis.report import command, notebook
from salesanalysis.report.files import slug_of_scope


@pytest.fixture
def folder(tmp_path):
    for name, frame in tiny.tables().items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "client.toml").write_text(f'name = "PT Kecil"\nas_of = {tiny.AS_OF}\n', encoding="utf-8")
    return tmp_path


def jobs(folder, name: str, each: str, period: str = "2026-Q3"):
    asked = command.Choices(name=name, client=str(folder), for_each=each, period=period)
    return command._jobs(notebook.find(name), asked)


def test_one_report_for_each_team_and_region(folder):
    assert [job.parameters["team"] for job in jobs(folder, "pipeline", "team")] == ["Jakarta", "Surabaya"]
    assert [job.parameters["region"] for job in jobs(folder, "pipeline", "region")] == ["East", "West"]
    assert [job.label for job in jobs(folder, "pipeline", "region")] == ["pipeline East", "pipeline West"]


def test_a_team_whose_people_had_not_begun_has_no_report(folder):
    assert date(2026, 5, 4) > date(2026, 4, 30)  # Surabaya's only rep is hired on 4 May
    assert [job.parameters["team"] for job in jobs(folder, "pipeline", "team", "2026-04")] == ["Jakarta"]


def test_a_report_without_teams_and_data_without_regions_say_so(folder):
    with pytest.raises(InvalidInput, match="no parameter 'team'"):
        jobs(folder, "significance", "team")
    reps = tiny.tables()["reps"].drop(columns="region")
    reps.to_csv(folder / "reps.csv", index=False)
    with pytest.raises(MissingData, match=r"reps\.region"):
        jobs(folder, "pipeline", "region")


def test_all_reports_at_once_are_one_a_rep_only_where_a_report_is_about_one():
    single = [name for name, report in notebook.discover().items() if report.is_about_one]
    assert {"coaching", "rep"} <= set(single) and not {"goals", "compensation", "pipeline"} & set(single)


def test_a_team_and_a_region_of_one_name_have_files_of_their_own():
    names = {slug_of_scope("Surabaya"), slug_of_scope(region="Surabaya"), slug_of_scope("../Surabaya")}
    assert len(names) == 3 and not any("/" in name or "." in name for name in names)


def test_a_notebook_of_ones_own_that_reads_no_data_needs_none(tmp_path):
    cell = nbformat.v4.new_code_cell("much: int = 1  # of it", metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "own.ipynb")
    own = notebook.find(str(tmp_path / "own.ipynb"))
    asked = command.Choices(name=str(own.path), parameters={"much": "2"})
    assert [job.parameters for job in command._jobs(own, asked)] == [{"much": 2}]
    with pytest.raises(InvalidInput, match="Say whose data"):
        command._jobs(notebook.find("coaching"), command.Choices(name="coaching"))
