"""What is handed over: pages in the reader's language whose links work, and nothing of this machine."""

from __future__ import annotations

import getpass
import io
import json
import re
import shutil
import socket
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from factory_cases import write_notebook

from salesanalysis.factory.delivery import Item, deliver, packed
from salesanalysis.factory.plan import ClientPlan, Plan, Recipient
from salesanalysis.factory.scrub import placeless
from salesanalysis.factory.tasks import Task
from salesanalysis.report import index, notebook, owner
from salesanalysis.report.journal import Journal
from salesanalysis.report.run import ReportRun


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(unquote(dict(attrs)["href"]))


def written(folder: Path, task: Task, **facts: str) -> Item:
    """Write the files of a report as a batch does, and return it as ready."""
    stem = f"{task.report.name}-{task.about or 'all'}-{task.edition}-{task.language}"
    files = [(folder / f"{stem}.{form}") for form in task.formats]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"{file.name}\n".encode() * 300)
    told = {"title": f"Finding of {stem}", "language": task.language, "as_of": "2026-09-30"}
    run = ReportRun(stem, task.report.name, task.parameters, told | facts, tuple(files))
    return Item(task, index.entry(run), str(folder))


def task(client: str, name: str, language: str, about: str = "", edition: str = "manager") -> Task:
    values = {"client": f"/srv/{client}", "period": "2026-Q3", "edition": edition, "language": language}
    more = {"entity": "rep", "about": about, "label": f"Rep {about}"} if about else {}
    return Task(client, notebook.find(name), values, **more)


@pytest.fixture
def items(tmp_path) -> list[Item]:
    """Two companies: coaching in two languages, goals in Indonesian alone."""
    tasks = [task("acme", "coaching", code, who) for who in ("R01", "R02") for code in ("en", "id")]
    tasks += [task("acme", "goals", "id"), task("beta", "coaching", "en", "R01", "rep")]
    names = {"acme": "PT Acme", "beta": "PT Beta"}
    return [written(tmp_path / "out" / t.client, t, client=names[t.client]) for t in tasks]


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        return {name: parcel.read(name) for name in parcel.namelist()}


def test_a_parcel_speaks_the_language_of_its_reports_and_says_all_a_reader_needs(items):
    found = unpacked(packed("September", "Dewi", items[:5], {"acme": "PT Acme"}))
    page = found["index.html"].decode()
    assert '<html class="sa" lang="id">' in page and "Laporan untuk Dewi" in page
    said = page.replace("\u00a0", " ")
    for words in (
        "PT Acme",
        "5 laporan",
        "Triwulan III 2026",
        "30 Sep 2026",
        "Rahasia",
        "Ekstrak dulu",
        "kB",
    ):
        assert words in said, words
    assert "Cara membaca laporan" in page and "Laporan pembinaan 1:1" in page
    assert page.count("Rep R01</td>") == 1, "two languages of a report are one row"
    assert {*Links(page).found} == {*found} - {"index.html"}
    assert "http:" not in page and "https:" not in page
    asked = unpacked(packed("September", "Dewi", items[:5], {}, languages=("en",)))["index.html"].decode()
    assert "Reports for Dewi" in asked and "1:1 coaching report" in asked and "Bahasa Indonesia" in asked


def test_of_several_companies_each_has_a_folder_and_links_lead_there(items):
    found = unpacked(packed("September", "Dewi", items, {"acme": "PT Acme", "beta": "PT Beta"}))
    assert {name.partition("/")[0] for name in found} == {"acme", "beta", "index.html", "manifest.json"}
    assert {*Links(found["index.html"].decode()).found} == {*found} - {"index.html"}


def test_a_parcel_of_pdf_alone_and_one_of_a_notebook_without_words_of_its_own(tmp_path):
    own = Task("acme", notebook.find(str(write_notebook(tmp_path / "own.ipynb"))), {"period": "x"}, ("pdf",))
    item = written(tmp_path / "out", own)
    item.entry.pop("title")
    page = unpacked(packed("September", "A <b>Dewi</b> & co \u202e", [item], {}))["index.html"].decode()
    assert "opens the report as PDF" in page and "own-all-manager" in page
    assert "A &lt;b&gt;Dewi&lt;/b&gt; &amp; co [U+202E]" in page


@pytest.mark.parametrize("place", ["/home/ani/clients/acme", str(Path.home() / "clients" / "acme")])
def test_no_byte_of_a_delivery_tells_of_this_machine(items, tmp_path, place):
    """Wherever the client's folder is: beside the plan, in somebody's home, on a temporary disk."""
    for item in items:
        item.entry["parameters"]["client"] = place
    plan = Plan(
        tmp_path / "plan.toml",
        "September",
        str(tmp_path / "out" / "{client}"),
        str(tmp_path / "out"),
        clients=(ClientPlan("acme", place), ClientPlan("beta", "sample")),
        recipients=(
            Recipient("Dewi", ("acme",), ("manager",)),
            Recipient("r", ("beta",), ("rep",), each="rep"),
        ),
    )
    failed = [(items[0].task, f"Cannot read {tmp_path}/clients/acme/reps.csv, nor {Path.home()}/x")]
    index.write(tmp_path / "out" / "acme", [item.entry for item in items[:5]])
    assert len(deliver(plan, items, failed, {}).parcels) == 2
    words = {str(tmp_path), place, tempfile.gettempdir() + "/", str(Path.home()) + "/", "ani/"}
    words |= {socket.gethostname(), getpass.getuser()} - {"root"}
    for path in (p for p in (tmp_path / "out").rglob("*") if p.is_file()):
        content = path.read_bytes()
        inside = unpacked(content) if path.suffix == ".zip" else {path.name: content}
        for name, found in inside.items():
            text = re.sub(rb"base64,[\w+/=]+|[0-9a-f]{64}", b"", found)
            for word in words:
                assert word.encode() not in text, f"{word} in {path.name}: {name}"
    page = (tmp_path / "out" / "index.html").read_text()
    assert "Cannot read clients/acme/reps.csv, nor ~/x" in page
    assert all((tmp_path / "out" / link).exists() for link in Links(page).found if link != "log.jsonl")


def test_the_overview_finds_reports_that_lie_beside_the_delivery(items, tmp_path):
    plan = Plan(tmp_path / "plan.toml", "S", str(tmp_path / "{client}" / "out"), str(tmp_path / "sent"))
    shutil.move(tmp_path / "out" / "acme", tmp_path / "acme" / "out")
    moved = [Item(i.task, i.entry, str(tmp_path / "acme" / "out")) for i in items[:2]]
    deliver(Plan(**{**vars(plan), "clients": (ClientPlan("acme", ""),)}), moved, [], {})
    links = Links((tmp_path / "sent" / "index.html").read_text()).found
    assert links[0].startswith("../acme/out/") and all(
        (tmp_path / "sent" / link).exists() for link in links[:4]
    )


def test_messages_name_files_as_the_plan_does(tmp_path):
    fetched = f"{tempfile.gettempdir()}/salesanalysis-abc123/acme/folder/client.toml"
    assert (
        placeless(f"Cannot read {fetched}.", tmp_path / "plan.toml") == "Cannot read acme/folder/client.toml."
    )


# The consultant's own manifest ------------------------------------------------------------------


def manifest(folder: Path, client: str) -> dict:
    """Return the entry that a run of this client leaves in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    Journal(folder).refuse_others([{"client": client}])
    aside = folder / ".reports-x.part"
    aside.mkdir()
    (aside / "a.html").write_text("text")
    run = ReportRun("a", "own", {"client": client, "rep": "R01"}, {"client": "PT"}, (aside / "a.html",))
    journal = Journal(folder)
    journal.keep(run)
    journal.fold()
    shutil.rmtree(aside)
    return json.loads((folder / "manifest.json").read_text())["reports"][0]


def test_a_manifest_says_where_the_settings_are_as_seen_from_its_folder(tmp_path):
    acme, beta = tmp_path / "clients" / "acme", tmp_path / "clients" / "beta"
    for place in (acme, beta):
        place.mkdir(parents=True)
    entry = manifest(tmp_path / "out", str(acme))
    assert entry["parameters"] == {"rep": "R01"} and entry["places"] == {"client": "../clients/acme"}
    assert manifest(tmp_path / "out", str(acme / "client.toml"))["places"]["client"].endswith("client.toml")
    with pytest.raises(owner.CannotWrite, match=r"holds reports of PT \(.*acme\); these would be of .*beta"):
        manifest(tmp_path / "out", str(beta))
    shutil.move(tmp_path / "clients", tmp_path / "moved")  # the same client, elsewhere
    assert manifest(tmp_path / "out", str(tmp_path / "moved" / "acme"))["places"]["client"] == "../moved/acme"


def test_where_the_way_would_tell_of_the_user_a_name_and_a_digest_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: tmp_path / "home" / "ani"))
    acme, other = tmp_path / "home" / "ani" / "acme", tmp_path / "home" / "ani" / "other" / "acme"
    for place in (acme, other):
        place.mkdir(parents=True)
    entry = manifest(tmp_path / "out", str(acme))
    assert re.fullmatch(r"acme#[0-9a-f]{12}", entry["places"]["client"])
    assert manifest(tmp_path / "out", str(acme)) == entry
    with pytest.raises(owner.CannotWrite, match="these would be of"):
        manifest(tmp_path / "out", str(other))


def test_a_manifest_of_an_earlier_version_is_understood(tmp_path):
    acme, beta = tmp_path / "acme", tmp_path / "beta"
    for place in (acme, beta):
        place.mkdir()
    old = {"name": "a", "report": "own", "parameters": {"client": str(acme)}, "client": "PT", "files": []}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text(json.dumps({"reports": [old]}))
    with pytest.raises(owner.CannotWrite, match="these would be of"):
        Journal(tmp_path / "out").refuse_others([{"client": str(beta)}])
    Journal(tmp_path / "out").refuse_others([{"client": str(acme)}])
    assert manifest(tmp_path / "out", str(acme))["places"] == {"client": "../acme"}
