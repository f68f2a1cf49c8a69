"""Reports as files: each kind on the sample company, by both engines, and what stands in the way of one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pypdf
import pytest
import tiny
from nbconvert.exporters import HTMLExporter

from salesanalysis.core import versions
from salesanalysis.core.errors import CannotWrite, InvalidInput
from salesanalysis.report import batch, files, index, kernel, notebook, placing, run
from salesanalysis.report.parts import MIME

NAMES = ("coaching", "data_readiness", "kpi_passport", "significance", "training_effect")
WHO = {"coaching": {"rep": "R02", "period": "2026-Q3"}}
REMOTE = re.compile(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""")
HOSTILE = ("A**ni <script>alert(1)</script>", "[/x] $1 $2 #Budi", "A**ni <script>alert(1)</script>")


@pytest.fixture(scope="module", autouse=True)
def engine():
    return kernel.register()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, engine) -> Path:
    out = tmp_path_factory.mktemp("reports")
    for name in NAMES:
        run.run_report(name, WHO.get(name, {}), out=out, engine=engine)
    return out


@pytest.fixture(scope="module")
def entries(folder) -> dict[str, dict]:
    return {entry["report"]: entry for entry in index.read(folder)}


def page_of(folder: Path, entry: dict, ending: str) -> Path:
    return folder / next(name for name in entry["files"] if name.endswith(ending))


def blocks(path: Path) -> list[dict]:
    """Return the blocks an executed notebook shows."""
    outputs = [o for c in nbformat.read(path, 4).cells for o in c.get("outputs", ())]
    return [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]


def company(folder: Path, **tables: pd.DataFrame) -> Path:
    """Write the tiny company, some tables replaced, with settings beside."""
    folder.mkdir()
    for name, frame in {**tiny.tables(), **tables}.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    settings = 'name = "PT **A**"\nlanguage = "en"\nas_of = 2026-09-30\nminimum_base = 2\nclaim_base = 5\n'
    (folder / "client.toml").write_text(settings, encoding="utf-8")
    return folder


# Each kind of report --------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_one_page_of_html_without_code_and_without_the_network(folder, entries, name):
    page = page_of(folder, entries[name], ".html").read_text("utf-8")
    assert "jp-InputArea" not in page and "sa.opening" not in page and "import salesanalysis" not in page
    assert not REMOTE.search(page)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_a_pdf_with_text(folder, entries, name):
    pdf = pypdf.PdfReader(page_of(folder, entries[name], ".pdf"))
    assert all(len(sheet.extract_text()) > 100 for sheet in pdf.pages)
    assert pdf.metadata.title


def test_the_manifest_says_what_each_report_was_made_from(folder, entries):
    assert sorted(entries) == sorted(NAMES)
    for name, entry in entries.items():
        assert entry["parameters"] == WHO.get(name, {})
        assert entry["as_of"] == "2026-09-30" and entry["language"] == "id" and entry["title"]
        assert len(entry["fingerprint"]) >= 8
        assert {"python", *versions.PACKAGES} == set(entry["versions"])
    written = {name for entry in entries.values() for name in entry["files"]}
    assert {p.name for p in folder.iterdir()} == written | {index.MANIFEST, index.INDEX}


@pytest.mark.parametrize("name", NAMES)
def test_plain_nbconvert_shows_a_report_too(folder, entries, name):
    executed = nbformat.read(page_of(folder, entries[name], ".ipynb"), 4)
    page, _ = HTMLExporter().from_notebook_node(executed)
    assert entries[name]["title"].split()[0] in page


def test_a_report_written_again_replaces_itself(folder, tmp_path, engine):
    for _ in range(2):
        done = run.run_report("data_readiness", {"language": "en"}, out=tmp_path, to=("html",), engine=engine)
    assert [entry["name"] for entry in index.read(tmp_path)] == [done.name]
    assert len(list(tmp_path.iterdir())) == 4


# Names and words from a CRM -------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, engine) -> tuple[Path, list[run.ReportRun]]:
    root = tmp_path_factory.mktemp("hostile")
    reps = tiny.tables()["reps"].assign(name=list(HOSTILE), manager="M **x** <i>")
    coaching = tiny.tables()["coaching"]
    coaching = coaching.assign(note="see **that** <b>#x</b> \\*", action=coaching["action"] + " **now**")
    source = company(root / "a b ü 王", reps=reps, coaching=coaching)
    values = {"client": str(source), "period": "2026-Q3"}
    return root, [
        run.run_report("coaching", {**values, "rep": rep}, out=root / "out", engine=engine)
        for rep in ("r1", "r2", "r3")
    ]


def test_reps_of_one_name_keep_their_own_files(hostile):
    root, runs = hostile
    assert len({done.name for done in runs}) == 3
    assert runs[0].name.endswith("-r1-en") and runs[2].name.endswith("-r3-en")
    assert len(list((root / "out").glob("*.pdf"))) == 3


def test_names_and_notes_stand_as_they_were_written(hostile):
    _, runs = hostile
    for done, name in zip(runs, HOSTILE):
        notebook_, page, pdf = done.files
        text = page.read_text("utf-8")
        assert "<script>alert" not in text and "<i>" not in text and "<b>#x" not in text
        printed = " ".join("".join(s.extract_text() for s in pypdf.PdfReader(pdf).pages).split())
        assert name in printed and name.split()[0] in printed
        assert ", PT **A**</title>" in text
        assert "\\*\\*" not in re.sub(r"<[^>]*>", "", text), "an escape is seen"
        assert notebook_.stat().st_size
    assert "see **that** <b>#x</b> \\*" in " ".join(
        "".join(s.extract_text() for s in pypdf.PdfReader(runs[1].files[2]).pages).split()
    )


def test_a_name_without_latin_letters_is_a_file_name():
    assert files.slug("王小明") == "王小明"
    assert (
        files.slug_of_rep({"name": "🚀", "rep_id": "R7"}, pd.DataFrame({"name": ["🚀"], "rep_id": ["R7"]}))
        == "r7"
    )
    assert len(files.slug("x" * 300)) == 60


# Data that cannot tell ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", ["as it is", "all open", "none won", "no activities", "one rep", "bare reps"]
)
def test_tiny_data_gets_a_report_that_says_it_cannot_tell(case, tmp_path, engine):
    won = tiny.tables()["opportunities"]
    changed = {
        "as it is": {},
        "all open": {"opportunities": won.assign(outcome="open", closed_on=None)},
        "none won": {"opportunities": won.assign(outcome=won["outcome"].replace("won", "lost"))},
        "no activities": {"activities": tiny.tables()["activities"][:0]},
        "one rep": {
            "reps": tiny.tables()["reps"][:1],
            "coaching": tiny.tables()["coaching"].assign(rep_id="r1"),
        },
        "bare reps": {"reps": tiny.tables()["reps"][["rep_id", "name"]]},
    }[case]
    source = company(tmp_path / "data", **changed)
    for name in ("coaching", "significance", "kpi_passport", "training_effect"):
        done = run.run_report(name, {"client": str(source)}, out=tmp_path / "out", to=(), engine=engine)
        text = re.sub(r"<svg.*?</svg>", "", json.dumps(blocks(done.files[0])))
        assert not re.search(r"\b(nan|NaT|None,|<NA>)\b", text)


def test_a_period_outside_the_data_is_refused(tmp_path, engine):
    for period, said in (("2020-01", "ends before the data begins"), ("2031-Q1", "after the data ends")):
        with pytest.raises(run.ReportFailed, match=said):
            run.run_report("coaching", {"period": period}, out=tmp_path, engine=engine)
    assert not list(tmp_path.iterdir())


# Where reports go -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['{"a":', "[1]", '{"reports": [{"x": 1}]}', "\udcff"])
def test_a_manifest_that_is_none_is_kept_and_said_before_anything_runs(text, tmp_path):
    (tmp_path / "manifest.json").write_text(text, errors="surrogateescape")
    with pytest.raises(InvalidInput, match="is not a manifest of reports"):
        run.run_report("coaching", out=tmp_path)
    with pytest.raises(InvalidInput, match="is not a manifest"):
        list(batch.run_batch([], out=tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["manifest.json"]


def test_a_full_disk_leaves_nothing_behind(tmp_path, engine, monkeypatch):
    def full(path: Path, content: bytes) -> None:
        raise CannotWrite(f"Cannot write {path}: No space left on device.")

    monkeypatch.setattr(
        "salesanalysis.report.export.write_whole", full
    )  # the notebook is written, HTML is not
    with pytest.raises(CannotWrite, match="No space left"):
        run.run_report("data_readiness", out=tmp_path, engine=engine)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_of_one_file_keeps_all_three_back(tmp_path):
    aside, out = tmp_path / "aside", tmp_path / "out"
    (out / "a.pdf").mkdir(parents=True)
    aside.mkdir()
    made = [aside / name for name in ("a.ipynb", "a.pdf")]
    for file in made:
        file.write_text("x")
    with pytest.raises(CannotWrite, match=r"a\.pdf: a folder of that name is in the way"):
        placing.place(made, out)
    assert not (out / "a.ipynb").exists()


def test_a_batch_needs_workers(tmp_path):
    with pytest.raises(InvalidInput, match="-3 workers"):
        list(batch.run_batch([], out=tmp_path, workers=-3))


@pytest.mark.skipif(not batch.can_fork(), reason="children are forked on Linux only")
def test_a_child_that_dies_is_told_and_the_others_go_on(tmp_path):
    dying = nbformat.v4.new_notebook()
    dying.cells = [
        nbformat.v4.new_code_cell('client: str = "sample"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    ]
    nbformat.write(dying, tmp_path / "dies.ipynb")
    dying.cells[1].source = "print('well')"
    nbformat.write(dying, tmp_path / "lives.ipynb")
    jobs = [batch.Job(notebook.find(str(tmp_path / f"{n}.ipynb")), {}) for n in ("dies", "lives")]
    told = {
        o.job.report.name: o for o in batch.run_batch(jobs, out=tmp_path / "out", to=("html",), workers=1)
    }
    assert "ended by itself (exit code -9, SIGKILL), in cell 2 (import os, signal)" in told["dies"].problem
    assert told["lives"].run is not None
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "index.html",
        "lives.html",
        "lives.ipynb",
        "manifest.json",
    ]


# A notebook of one's own ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('client = "sample"', "write  name: type = default"),
        ('client: str = "sample', "no Python, line 1"),
        ('client: str = open("x")', "must be a plain value of type str"),
        ('client: path = "x"', "Unknown type 'path'"),
    ],
)
def test_a_parameters_cell_that_cannot_be_read_says_where(cell, said, tmp_path):
    own = nbformat.v4.new_notebook()
    own.cells = [nbformat.v4.new_code_cell(cell, metadata={"tags": ["parameters"]})]
    nbformat.write(own, tmp_path / "own.ipynb")
    with pytest.raises(InvalidInput, match=re.escape(said)):
        notebook.find(str(tmp_path / "own.ipynb"))


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "nothing", "", '{"cells": [1]}', '{"cells": [{"cell_type": "markdown"}]}', "[" * 5000],
)
def test_a_file_that_is_no_notebook(text, tmp_path):
    (tmp_path / "own.ipynb").write_text(text)
    with pytest.raises(InvalidInput, match=r"is not a Jupyter notebook\. Open it"):
        notebook.find(str(tmp_path / "own.ipynb"))


def test_a_notebook_of_an_old_format_says_how_to_renew_it(tmp_path):
    (tmp_path / "own.ipynb").write_text('{"nbformat": 3, "worksheets": [{"cells": []}]}')
    with pytest.raises(InvalidInput, match=r"old format 3\. .*nbconvert --to notebook"):
        notebook.find(str(tmp_path / "own.ipynb"))
