"""Exports: one self-contained HTML page, one tagged PDF, nothing lost, nothing half-written."""

from __future__ import annotations

import base64
import errno
import io
import re
import tempfile
import tomllib
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import report_pages
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from test_blocks import HOSTILE, opening

from salesanalysis.core import files, share
from salesanalysis.core.errors import CannotWrite, InvalidInput
from salesanalysis.report import blocks, collect, export

pypdf = pytest.importorskip("pypdf")

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
LONG = "Xy" * 90


def shown(*outputs: nbformat.NotebookNode, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    return v4.new_code_cell("secret_input()", outputs=list(outputs), metadata={"tags": list(tags)})


def data(**kinds: str) -> nbformat.NotebookNode:
    names = {"html": "text/html", "markdown": "text/markdown", "plain": "text/plain", "svg": "image/svg+xml"}
    return v4.new_output("display_data", data={names.get(k, f"image/{k}"): v for k, v in kinds.items()})


def pdf(notebook: nbformat.NotebookNode) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(export.render_pdf(notebook)))


def words(reader: pypdf.PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\u00a0", " "))


def family_names(reader: pypdf.PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found.add(str(font.get_object()["/BaseFont"]).split("+")[-1].removesuffix("-Identity-H"))
    return found


class Links(HTMLParser):
    """Collects tags and all that a page could load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "data", "poster", "xlink:href") or (name == "href" and tag != "a"):
                self.loads.append(value)
            assert not name.startswith("on"), name


@pytest.fixture(scope="module")
def coaching() -> nbformat.NotebookNode:
    return report_pages.coaching()


@pytest.fixture(scope="module")
def page(coaching) -> str:
    return export.render_html(coaching)


# HTML ------------------------------------------------------------------------------------------


def test_html_loads_and_runs_nothing(page):
    links = Links()
    links.feed(page)
    assert "script" not in links.tags and "link" not in links.tags
    assert all(load.startswith(("data:", "#")) for load in links.loads)
    assert not re.findall(r"url\((?!data:|#)", page) and "@import" not in page
    assert "default-src 'none'" in page


def test_html_hides_inputs_and_shows_every_block(page, coaching):
    assert "secret" not in page
    assert page.count('<div class="sa sa-block') == len(coaching.cells) - 1
    assert "<style>.sa" not in page.split("</head>")[1]


def test_html_says_its_language_title_and_contents(page):
    assert '<html class="sa" lang="id">' in page
    assert "<title>Dari selisih Rp 79 jt, yang cukup bukti hanya jumlah telepon – Laporan" in page
    assert "Daftar isi (6)" in page
    targets = re.findall(r'<a href="#([^"]+)"', page)
    assert len(targets) == 6
    assert 'href="#Kesepakatan-dan-catatan"' in page and 'id="Kesepakatan-dan-catatan"' in page
    assert "sidik data 7f3a·91c2</footer>" in page


def test_html_figures_have_a_description(page):
    assert page.count('role="img"') == 2
    assert "<title>Air terjun: selisih Rp" in page


def test_plain_nbconvert_gives_the_same_page(page, coaching):
    exporter = HTMLExporter(
        template_name="salesreport", extra_template_basedirs=[str(share.path("templates"))]
    )
    plain, _ = exporter.from_notebook_node(coaching)
    strip = re.compile(r"<[^>]*>|\s+")
    assert strip.sub("", unescape(plain)) == strip.sub("", unescape(page))


# PDF -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["coaching", "significance", "state_of_the_union"])
def test_pdf_is_tagged_titled_and_keeps_its_pages(name):
    notebook = getattr(report_pages, name)()
    reader = pdf(notebook)
    first = notebook.cells[1].outputs[0]["data"][blocks.MIME]
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == first["language"]
    assert (
        reader.metadata.title.replace("\u00a0", " ")
        == f"{first['title']} – {first['report']}, {first['client']}"
    )
    assert reader.metadata.creation_date.date().isoformat() == first["as_of"]
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_data()
    assert family_names(reader) == {"SourceSansPro-Regular", "SourceSansPro-Semibold"}
    pages = 1 if name == "state_of_the_union" else 2
    assert len(reader.pages) == pages
    for number, sheet in enumerate(reader.pages, 1):
        text = sheet.extract_text()
        assert f"{number} / {pages}" in text
        assert first["report"] in text and first["edition"] in text and first["foot"].split(" · ")[0] in text


def test_pdf_has_a_bookmark_for_every_heading():
    outline = pdf(report_pages.significance()).outline
    titles = [item.title for item in outline if not isinstance(item, list)]
    inner = [item.title for part in outline if isinstance(part, list) for item in part]
    assert titles == [
        "Meetings and calls go with more wins, discounts with fewer",
        "Calls are linked to wins over the following three months",
    ]
    assert len(inner) == 6


def test_pdf_is_the_same_bytes_every_time(coaching):
    assert export.render_pdf(coaching) == export.render_pdf(coaching)


def test_pdf_holds_the_words_of_the_page(coaching):
    text = words(pdf(coaching))
    for cell in coaching.cells[1:]:
        block = cell.outputs[0]["data"][blocks.MIME]
        for field in ("title", "heading", "subtitle", "source"):
            expected = re.sub(r"\s+", " ", block.get(field, "").replace("\u00a0", " "))
            assert expected in text
    assert "secret" not in text


def test_a_long_table_repeats_its_head():
    rows = tuple((f"Rep {i}", f"{i}.0") for i in range(150))
    table = blocks.Table(columns=(blocks.Column("Who sold"), blocks.Column("Wins", "right")), rows=rows)
    reader = pdf(report_pages.notebook([opening(), blocks.Section(heading="Long", children=(table,))]))
    assert len(reader.pages) > 2
    assert all("Who sold" in sheet.extract_text() for sheet in reader.pages)
    text = words(reader)
    assert all(name in text for name, _ in rows)


def test_hostile_text_neither_breaks_nor_vanishes():
    bad = blocks.Cell(HOSTILE, "accent", under=LONG)
    page = [
        opening(
            report=HOSTILE,
            client=LONG,
            edition=HOSTILE * 3,
            foot=HOSTILE * 5,
            title=HOSTILE,
            answer=(HOSTILE,) * 3,
            fields=((HOSTILE, HOSTILE),) * 6,
        ),
        blocks.Section(
            heading=LONG,
            subtitle=HOSTILE,
            source=HOSTILE,
            children=(
                blocks.Table(
                    columns=(blocks.Column(LONG), blocks.Column(HOSTILE, "right")),
                    rows=((bad, LONG), (blocks.Mark("met", LONG), HOSTILE)),
                    note=(HOSTILE, blocks.Badge("A")),
                ),
                blocks.Figure(
                    svg=report_pages.svg(300, 30, report_pages.text(2, 9, "😀 &#x738B;")),
                    alt=HOSTILE,
                    width_mm=900,
                    height_mm=90,
                ),
                blocks.Cards(
                    cards=(
                        blocks.Card(
                            number="1",
                            heading=LONG,
                            tag=HOSTILE,
                            why=HOSTILE,
                            enough=True,
                            questions=(LONG,),
                            fields=((LONG, HOSTILE),),
                        ),
                    )
                ),
                blocks.Agreement(labels=(HOSTILE, LONG), suggested=(LONG, HOSTILE), notes=(HOSTILE,)),
                blocks.Tiles(tiles=(blocks.Tile(label=HOSTILE, value=LONG),)),
                blocks.Notice(heading=HOSTILE, text=LONG, items=(HOSTILE,), warning=True),
                blocks.Text(paragraphs=(HOSTILE, LONG), items=(HOSTILE,)),
            ),
        ),
        blocks.MethodBox(items=((HOSTILE, LONG),)),
    ]
    notebook = report_pages.notebook(page)
    reader = pdf(notebook)
    text = words(reader)
    assert "<script>alert(1)</script> #import" in text
    assert "[grinning face] [U+738B]" in text
    assert text.replace(" ", "").count(LONG) >= 8
    links = Links()
    links.feed(export.render_html(notebook))
    assert "script" not in links.tags


def test_a_date_that_is_none_leaves_no_date():
    assert pdf(report_pages.notebook([opening()])).metadata.creation_date is None


# Cells that are not blocks ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def analyst() -> nbformat.NotebookNode:
    frame = pd.DataFrame({"rep": ["Ana <b>", "*Budi*"], "wins": [3, 5]})
    notebook = v4.new_notebook(metadata={"title": "My own look", "language": "id"})
    notebook.cells = [
        v4.new_markdown_cell(
            "# Notes on #1\n\n### Deeper\n\nText **bold** [site](https://example.org) $x^2$ "
            "![picture](https://example.org/p.png) <script>bad()</script>\n\n- one\n- two\n\n"
            "| a | b |\n|---|--:|\n| 1 | 2 |\n"
        ),
        shown(data(html=frame.to_html(), plain="frame")),
        shown(data(markdown="Some *more* text 🚀"), data(plain="plain │ words 王")),
        shown(data(png=PIXEL), data(svg=report_pages.svg(90, 30, report_pages.text(2, 9, "drawn")))),
        shown(v4.new_output("stream", name="stdout", text="printed \x1b[31mred\x1b[0m")),
        shown(v4.new_output("stream", name="stderr", text="secret warning")),
        shown(v4.new_output("error", ename="ValueError", evalue="went **wrong**", traceback=["secret"])),
        shown(data(plain="secret note"), tags=("notes",)),
        v4.new_markdown_cell("secret hint", metadata={"tags": ["hide"]}),
        v4.new_raw_cell("secret raw"),
    ]
    return notebook


def test_an_analysts_own_cells_reach_the_pdf(analyst):
    reader = pdf(analyst)
    text = words(reader)
    for expected in (
        "My own look",
        "Notes on #1",
        "Deeper",
        "Text bold site",
        "one",
        "Ana <b>",
        "*Budi*",
        "Some more text [rocket]",
        "plain │ words [U+738B]",
        "drawn",
        "printed red",
        "Bagian ini tidak dapat dihitung",
        "ValueError: went **wrong**",
    ):
        assert expected in text
    assert "secret" not in text
    assert reader.trailer["/Root"]["/Lang"] == "id"
    assert reader.metadata.title == "My own look"


def test_an_analysts_own_cells_reach_the_page(analyst):
    page = export.render_html(analyst)
    for expected in (
        "My own look",
        "Notes on #1",
        "Ana &lt;b&gt;",
        "printed ",
        "Bagian ini tidak dapat dihitung",
    ):
        assert expected in page
    assert "secret" not in page
    assert f"data:image/png;base64,{PIXEL}" in page
    assert 'alt="Gambar tanpa keterangan"' in page
    assert "<h1>My own look</h1>" in page


def test_one_conversion_serves_all_fragments(analyst, monkeypatch):
    calls = []
    convert = collect.foreign.to_typst

    def counted(fragments):
        calls.append(len(fragments))
        return convert(fragments)

    monkeypatch.setattr(collect.foreign, "to_typst", counted)
    collect.document(analyst)
    collect.document(report_pages.coaching())
    assert calls == [3]


def test_an_opening_leads_wherever_its_cell_stands():
    notebook = report_pages.notebook([blocks.Section(heading="First"), opening(title="The title")])
    assert [item["kind"] for item in collect.document(notebook)["blocks"]] == ["opening", "section"]
    assert len(pdf(notebook).pages) == 1


def test_a_broken_figure_is_named():
    notebook = report_pages.notebook([opening()])
    notebook.cells.append(shown(data(svg="<svg><text>unclosed</svg>")))
    with pytest.raises(InvalidInput, match="cannot be set as PDF"):
        export.render_pdf(notebook)


# Files -----------------------------------------------------------------------------------------


def test_files_are_written_whole(tmp_path, coaching):
    page = export.to_html(coaching, tmp_path / "new" / "report.html")
    sheet = export.to_pdf(coaching, tmp_path / "new" / "report.pdf")
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["report.html", "report.pdf"]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")
    make = tempfile.NamedTemporaryFile

    def full(*args, **kwargs):
        file = make(*args, **kwargs)

        def write(_: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        file.write = write
        return file

    monkeypatch.setattr(files.tempfile, "NamedTemporaryFile", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        files.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotWrite, match=r"report\.html"):
        files.write_whole(tmp_path / "file" / "report.html", b"x")


def test_the_exporter_is_registered_and_gives_bytes(coaching):
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["entry-points"]["nbconvert.exporters"] == {
        "salespdf": "salesanalysis.report.export:SalesPDFExporter"
    }
    content, resources = export.SalesPDFExporter().from_notebook_node(coaching)
    assert content == export.render_pdf(coaching)
    assert resources["output_extension"] == ".pdf"


def test_fonts_travel_with_their_licence():
    home = share.path("templates", "salesreport", "fonts")
    assert "SIL OPEN FONT LICENSE" in (home / "LICENSE.txt").read_text("utf-8").upper()
    for name in ("SourceSansPro-Regular", "SourceSansPro-Semibold"):
        assert base64.b64encode((home / f"{name}.woff2").read_bytes()[:4]) == base64.b64encode(b"wOF2")


def test_a_landscape_report_prints_in_landscape(page):
    assert "size:A4 landscape" in export.render_html(report_pages.state_of_the_union())
    assert "size:A4 landscape" not in page


def test_texts_that_take_too_long_to_set_are_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(collect.foreign, "_SECONDS", 0.001)
    with pytest.raises(
        InvalidInput, match=r"more than 0\.001 s to set as PDF\. Shorten them, or write HTML only"
    ):
        collect.foreign.to_typst([("markdown", "a text that nobody has set before")])
