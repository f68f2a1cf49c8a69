"""Reports of companies whose every name means harm: nothing runs, nothing leaves, nothing collides."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import hostile
import pypdf
import pytest

from salesanalysis.report import batch, index, notebook
from salesanalysis.report.markup import printable

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: A few reports are tried always, the others with the slow tests.
FEW = ("coaching", "leaderboard", "pipeline")
#: What makes a PDF do something; whole names only, for fonts have names such as /URIFHV+SourceSansPro.
ACTION = re.compile(rb"/(?:JavaScript|JS|Launch|URI|SubmitForm|ImportData|OpenAction|AA)(?![A-Za-z0-9+])")
#: Letters of a name that a reader of a PDF must be able to find.
FOUND = re.compile(r"[A-Za-z0-9<>=#{}$@+\\|/\[\]:%]+")


def reports(folder: Path, who: dict[str, str], names: tuple[str, ...] = ()) -> list[batch.Job]:
    jobs = []
    for report in notebook.discover().values():
        if report.is_exported and report.name in (names or (report.name,)):
            told = {"client": str(folder)} | ({"period": "2026-Q3"} if report.name == "coaching" else {})
            reps = list(who)[:2] if report.name == "coaching" else list(who)[:1]
            is_of_one = "rep" in report.parameters and report.name != "compensation"  # no pay plan: of nobody
            settings = [{**told, "rep": r} for r in reps] if is_of_one else [told]
            jobs += [batch.Job(report, report.check(one)) for one in settings]
    return jobs


def outside_streams(pdf: bytes) -> bytes:
    """Return the objects of a PDF without the contents of streams, where packed bytes can spell anything."""
    plain = re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)
    assert b"/ObjStm" not in plain, "objects are packed: unpack them to see them"
    return plain


@pytest.mark.parametrize(
    "part", [b"<</S/URI/URI(http://x)>>", b"/OpenAction 3 0 R", b"<</S /JavaScript /JS(x)>>"]
)
def test_an_action_would_be_seen(part):
    packed = b"stream\n/JS x\nendstream "
    assert ACTION.search(outside_streams(packed + part)) and not ACTION.search(outside_streams(packed))


def run(jobs: list[batch.Job], out: Path) -> list[batch.Outcome]:
    return list(batch.run_batch(jobs, out=out, workers=1))


@pytest.fixture(scope="module")
def clean():
    """A process that stays fit to fork: its children set pages as PDF, it does not."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield process


def check(clean: ProcessPoolExecutor, out: Path, jobs: list[batch.Job], who: dict[str, str]) -> list[str]:
    """Make the reports, hold what must hold, and return their pages."""
    outcomes = clean.submit(run, jobs, out).result()
    assert not [(o.job.label[:60], o.problem) for o in outcomes if o.run is None]
    written = {file for o in outcomes for file in o.run.files}
    assert len(written) == 3 * len(jobs), "two reports have one name"
    there = set(out.parent.rglob("*")) - set((out.parent / "data").rglob("*")) - {out.parent / "data"}
    assert there == written | {out, out / index.MANIFEST, out / index.INDEX}
    assert all(hostile.portable(f.name) for f in written), [f.name for f in written]
    json.loads((out / index.MANIFEST).read_text("utf-8"))
    pages = []
    for outcome in outcomes:
        _, page, pdf = outcome.run.files
        pages.append(page.read_text("utf-8"))
        hostile.check_page(pages[-1])
        told = hostile.squeezed("".join(s.extract_text() for s in pypdf.PdfReader(pdf).pages))
        assert not ACTION.findall(outside_streams(pdf.read_bytes()))
        if "rep" in outcome.job.parameters:
            name = who[outcome.job.parameters["rep"]]
            seen = hostile.squeezed(hostile.Page(pages[-1]).text)
            for piece in FOUND.findall(hostile.squeezed(printable(name[:300])))[:20]:
                assert piece in told, f"{piece!r} of {name[:80]!r} is not in the PDF"
                assert piece in seen, f"{piece!r} of {name[:80]!r} is not in the page"
    listed = (out / index.INDEX).read_text("utf-8")
    found = hostile.Page(listed)
    assert not {t for t, _ in found.elements} & (hostile._NEVER - {"link"})
    assert {v for t, n, v in found.targets if t == "a"} <= {
        "manifest.json",
        *(hostile.quoted(f.name) for f in written),
    }
    return [*pages, listed]


def bare(page: str) -> str:
    """Return a page without its policy: escaping alone must do."""
    return re.sub(r"<meta http-equiv=.Content-Security-Policy.[^>]*>", "", page)


def browsed(pages: list[str], folder: Path) -> None:
    if not BROWSER:
        pytest.skip("no Chromium on this machine")
    heard, said = hostile.browse(BROWSER, map(bare, pages), folder)
    assert not heard, f"a page called out: {heard[0][:200]!r}"
    assert "CONSOLE" not in said, said[-1000:]


@pytest.fixture(scope="module")
def few(clean, tmp_path_factory) -> list[str]:
    root = tmp_path_factory.mktemp("hostile")
    who = hostile.company(root / "data", hostile.mixed(60), ids=True)
    return check(clean, root / "out", reports(root / "data", who, FEW), who)


def test_a_company_of_hostile_names_gets_reports_of_text(few):
    assert len(few) == len(FEW) + 2


def test_no_script_of_a_name_runs_and_no_request_leaves(few, tmp_path):
    browsed(few, tmp_path)


@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
def test_the_browser_would_have_seen_it(tmp_path):
    heard, _ = hostile.browse(
        BROWSER, [f"<p>{hostile.names()[0]}<img src=http://{hostile.HOST}/a>"], tmp_path
    )
    assert {h.split()[1] for h in heard} == {b"/hit", b"/a"}


@pytest.mark.slow
def test_every_report_of_hostile_names_is_text(clean, tmp_path):
    who = hostile.company(tmp_path / "data", hostile.mixed(80, 7))
    others = tuple(n for n in notebook.discover() if n not in FEW)
    pages = check(clean, tmp_path / "out", reports(tmp_path / "data", who, others), who)
    browsed(pages, tmp_path / "browser")


@pytest.mark.parametrize("number", range(14))
def test_every_name_in_every_report(clean, full, number, tmp_path):
    """All names, 60 a company, as whatever stands large in a report."""
    if not full:
        pytest.skip("with --full")
    every = hostile.mixed(10_000)
    assert len(every) > 500
    start = number * len(every) // 14
    pool = [*every[start:], *every[:start]][:120]
    who = hostile.company(tmp_path / "data", pool, large=True, ids=number % 3 == 0)
    pages = check(clean, tmp_path / "out", reports(tmp_path / "data", who), who)
    browsed(pages, tmp_path / "browser")
