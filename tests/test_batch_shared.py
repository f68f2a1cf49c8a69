"""Reports of a batch share what is not of one rep: the same pages as alone, and every sum asked for once."""

from __future__ import annotations

from collections import Counter
from importlib import import_module

import duckdb
import nbformat
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core import shelf
from salesanalysis.report import batch, kernel, notebook, run

FORK = pytest.mark.skipif(not batch.can_fork(), reason="children are forked on Linux only")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    for name, frame in tiny.tables().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    settings = 'language = "en"\nas_of = 2026-09-30\nminimum_base = 2\nclaim_base = 5\n'
    (folder / "client.toml").write_text(settings)
    return folder


def outputs(nb: nbformat.NotebookNode) -> list[list[dict]]:
    return [[dict(o) for o in cell.get("outputs", ())] for cell in nb.cells if cell.cell_type == "code"]


def alone(name: str, values: dict) -> list[list[dict]]:
    report = notebook.find(name)
    return outputs(run.execute(report, report.check(values), engine=kernel.register()))


def together(asked: list[tuple[str, dict]], out) -> list[list[list[dict]]]:
    """Return what each report of one batch shows, in the order asked."""
    reports = [(notebook.find(name), values) for name, values in asked]
    jobs = [batch.Job(report, report.check(values)) for report, values in reports]
    told = list(batch.run_batch(jobs, out=out, to=(), workers=2))
    assert all(one.run for one in told), [one.problem for one in told]
    runs = [next(one.run for one in told if one.job == job) for job in jobs]
    return [outputs(nbformat.read(done.files[0], 4)) for done in runs]


def test_tables_on_the_shelf_are_those_that_loading_gives(company, tmp_path):
    plain = sa.load(company)
    with shelf.shared(tmp_path):
        first, again = sa.load(company), sa.load(company)
    for one in (first, again):
        assert (one.as_of, one.fingerprint, dict(one.rows_in)) == (
            plain.as_of,
            plain.fingerprint,
            dict(plain.rows_in),
        )
        assert one.client == plain.client and list(one.tables) == list(plain.tables)
        for name in ("exclusions", "findings"):
            pd.testing.assert_frame_equal(getattr(one, name), getattr(plain, name))
        for name, table in plain.tables.items():
            assert one.tables[name].schema() == table.schema(), name
            pd.testing.assert_frame_equal(one.tables[name].to_pandas(), table.to_pandas(), check_exact=True)
    assert sa.load(company).fingerprint == plain.fingerprint


def test_another_source_or_other_settings_are_loaded_by_themselves(company, tmp_path):
    with shelf.shared(tmp_path) as place:
        days = [sa.load(company, as_of=day).as_of for day in ("2026-09-30", "2026-09-29", "2026-09-30")]
        assert shelf.made(place) == ["data.load", "data.load"]
        assert days[0] == days[2] != days[1]
        assert sa.load(company, language="id").client.language == "id"
        assert len(shelf.made(place)) == 2, "the language is the reader's"
        sa.load(tiny.tables())
        assert len(shelf.made(place)) == 2, "frames have no name to be known by"


def test_no_room_for_the_tables_costs_time_only(company, tmp_path, monkeypatch):
    with shelf.shared(tmp_path) as place:
        monkeypatch.setattr("salesanalysis.data.shared.text", lambda path: "'/nowhere/at/all.duckdb'")
        with pytest.raises(duckdb.IOException):
            duckdb.connect("/nowhere/at/all.duckdb")
        assert sa.load(company).has("reps") and not list(place.glob("*.duckdb*"))


def test_each_sum_is_asked_of_the_data_once_for_all_reps(company, tmp_path, monkeypatch):
    asked = Counter()
    panels = import_module("salesanalysis.kpi.panel")  # the package has a function of that name
    real = panels.queries

    def counted(crm, kpis, buckets, by):
        kpis = tuple(kpis)
        asked[tuple(k.name for k in kpis), tuple(buckets.periods), by, shelf.identity(crm)] += 1
        return real(crm, kpis, buckets, by)

    monkeypatch.setattr(panels, "queries", counted)
    first = {}
    with shelf.shared(tmp_path) as place:
        for rep in ("r1", "r2", "r3"):
            sa.diagnose(sa.load(company), "2026-Q3", rep)  # a Crm of its own, as in each report's process
            first = first or dict(asked)
        assert shelf.made(place).count("data.load") == 1
    assert first and set(asked.values()) == {1}
    # Of their own they have what was agreed with them, around its day, and the two sides of their role.
    assert len(asked) - len(first) <= 6


@FORK
def test_a_report_alone_is_the_report_of_a_batch(company, tmp_path):
    values = {"client": str(company), "period": "2026-Q3"}
    asked = [(name, values | {"rep": rep}) for rep in ("r1", "r2") for name in ("coaching", "rep")]
    made = together(asked, tmp_path)
    for one, (name, own) in list(zip(made, asked, strict=True))[2:]:
        assert one == alone(name, own), name


#: Two of each, of which the second finds on the shelf what the first left there.
REPS = [{"period": "2026-Q3", "rep": who} for who in ("R02", "R03")]
TEAMS = [{"team": name} for name in ("Jakarta 1", "Jakarta 2")]
ALL = [{"language": "en"}, {"edition": "client"}]
TWICE = [{"language": "en"}, {"language": "en"}]
SECOND = {"coaching": REPS, "rep": REPS, "goals": REPS, "coaching_team": TEAMS, "team_activity": TEAMS}
SECOND |= {"pipeline": TEAMS, "stage_analysis": TEAMS, "performance": TEAMS, "projection": TEAMS}
SECOND |= {"compensation": ALL, "leaderboard": ALL, "significance": TWICE, "kpi_passport": TWICE}
SECOND |= {"state_of_the_union": TWICE, "training_effect": TWICE, "data_readiness": TWICE}


@FORK
@pytest.mark.slow
def test_reports_of_the_sample_alone_are_those_of_a_batch(tmp_path, full):
    """The third is the second in another language: its whole analysis is there."""
    for name in SECOND if full else ["coaching"]:
        first, second = SECOND[name]
        asked = [(name, values) for values in (first, second, second | {"language": "id"})]
        made = together(asked, tmp_path / name)
        for which in (1, 2) if full else (2,):
            assert made[which] == alone(*asked[which]), name


def test_reports_that_ask_for_the_same_are_not_made_at_once():
    rep, company = notebook.find("coaching"), notebook.find("goals")
    asked = [
        (report, {"rep": who, "language": code}, folder)
        for folder in ("acme", "beta")
        for who in ("R02", "R03")
        for report in (rep, company)
        for code in ("en", "id")
    ]
    order = batch._ordered([batch.Job(report, values, folder=folder) for report, values, folder in asked])
    assert [job.folder for job in order] == ["acme"] * 8 + ["beta"] * 8
    told = [(job.report.name, job.parameters["rep"], job.parameters["language"]) for job in order[:8]]
    assert told == [
        *((name, "R02", "en") for name in ("coaching", "goals")),
        *((name, "R03", "en") for name in ("coaching", "goals")),
        *((name, who, "id") for who in ("R02", "R03") for name in ("coaching", "goals")),
    ]
