"""Blocks: their forms, what they refuse, their markup, their colours, the widths of their tables."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import make_design
import pytest
import report_pages
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.core import fonts, share
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.report import block_html, blocks, layout, markup

HOSTILE = "<script>alert(1)</script> #import \"x\" *a* **b $x$ _u_ `c` @ref <lab> \\ 'q' 😀 王 \x07\u202e"
HOME = share.path("templates", "salesreport")
PAGES = (report_pages.coaching, report_pages.significance, report_pages.state_of_the_union)


def all_blocks() -> list[blocks.Block]:
    """Every block of the fictional reports, and one of each kind they lack."""
    outputs = [output for page in PAGES for cell in page().cells for output in cell.outputs]
    found = [blocks.from_data(output["data"][blocks.MIME]) for output in outputs]
    return [
        *found,
        blocks.Text(paragraphs=("One **bold** word.",), items=("first", "second"), muted=True),
        blocks.Notice(
            heading="Cannot tell", text="Too few closed opportunities.", items=("Export closed_on.",)
        ),
    ]


@pytest.mark.parametrize("block", all_blocks(), ids=lambda block: block.kind)
def test_every_block_survives_its_neutral_form(block):
    neutral = json.loads(json.dumps(block.data))
    assert blocks.from_data(neutral) == block
    bundle = block._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", blocks.MIME}
    assert bundle[blocks.MIME] == block.data
    assert bundle["text/html"].startswith("<style>")
    assert block.kind in ("page_break",) or bundle["text/plain"]


def test_every_kind_of_block_is_shown():
    shown = {block.kind for block in all_blocks()} | {"table", "figure", "cards", "agreement"}
    assert shown == {cls.kind for cls in blocks.Block.__subclasses__()}


def test_text_of_a_table_names_every_cell():
    table = blocks.Table(
        columns=(blocks.Column("Activity"), blocks.Column("Wins, %", "right")),
        rows=(
            ("Calls", "**+3.6**"),
            (blocks.Cell("Emails", under="n = 12"), blocks.Chip("undecided", "Undecided")),
        ),
        note=("Expected: ", blocks.Badge("A", solid=False), " 10 of 40"),
    )
    lines = table._repr_mimebundle_()["text/plain"].splitlines()
    assert lines == [
        "Activity           Wins, %",
        "Calls                 +3.6",
        "Emails (n = 12)  Undecided",
        "Expected: A 10 of 40",
    ]


def test_hostile_text_stays_text_in_html():
    block = blocks.Section(
        heading=HOSTILE,
        subtitle=HOSTILE,
        children=(
            blocks.Table(
                columns=(blocks.Column(HOSTILE), blocks.Column("x")),
                rows=((HOSTILE, blocks.Badge(HOSTILE)), (blocks.Cell(HOSTILE), blocks.Mark("met", HOSTILE))),
            ),
            blocks.Figure(svg=report_pages.svg(9, 9), alt=HOSTILE, width_mm=84, height_mm=9),
            blocks.Notice(heading=HOSTILE, text=HOSTILE, items=(HOSTILE,)),
        ),
    )
    html = block_html.fragment(block.data)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\x07" not in html and "\u202e" not in html and "[U+202E]" in html


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: opening(answer=("One.", "Two.")), "2 sentences"),
        (lambda: blocks.Table(columns=(blocks.Column("a"),), rows=(("x", "y"),)), "2 cells for 1 columns"),
        (lambda: blocks.Figure(svg=report_pages.svg(1, 1), alt=" ", width_mm=1, height_mm=1), "alt text"),
        (lambda: blocks.Graphic("not a picture"), "SVG"),
        (lambda: blocks.Graphic(report_pages.svg(1, 1, "<script>x</script>")), "script"),
        (
            lambda: blocks.Graphic(report_pages.svg(1, 1, '<a href="https://example.org">x</a>')),
            "outside links",
        ),
        (lambda: blocks.Graphic(report_pages.svg(1, 1, '<g onload="x()"/>')), "onload"),
        (lambda: blocks.Cards(cards=()), "one or two"),
    ],
)
def test_what_a_block_refuses(make, words):
    with pytest.raises(InvalidInput, match=words):
        make()


def test_unknown_names_get_a_close_match():
    with pytest.raises(UnknownName, match="Did you mean linked"):
        blocks.Chip("linkd", "Linked")
    with pytest.raises(UnknownName, match="Did you mean section"):
        blocks.from_data({"kind": "sectoin"})


def test_words_of_a_figure_may_look_like_code():
    blocks.Graphic(report_pages.svg(1, 1, "<text>goals only = 5, on time = 3</text>"))


def opening(**changes) -> blocks.Opening:
    given = {"report": "R", "client": "C", "edition": "E", "foot": "F", "language": "en", "title": "T"}
    return blocks.Opening(**{**given, "answer": ("One.", "Two.", "Three."), **changes})


# Markup ----------------------------------------------------------------------------------------


@given(st.text())
def test_escaped_text_is_literal(text):
    pieces = markup.runs(markup.escape(text))
    assert not any(bold for _, bold in pieces)
    shown = "".join(piece for piece, _ in pieces).replace("\u00a0", " ")
    assert shown == " ".join(text.splitlines()).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** c", (("a ", False), ("b", True), (" c", False))),
        ("a ** b", (("a ** b", False),)),
        ("**a** ** b", (("a", True), (" ** b", False))),
        (r"\*\*a\*\*", (("**a**", False),)),
        ("90 % of", (("90\u00a0% of", False),)),
        ("", ()),
    ],
)
def test_bold_runs(text, expected):
    assert markup.runs(text) == expected


@given(st.text(), st.booleans())
def test_printable_text_can_be_printed(text, monospace):
    done = markup.printable(text, monospace=monospace)
    assert not fonts.missing(monospace).search(done)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Toko 🚀", "Toko [rocket]"),
        ("王小明", "[U+738B U+5C0F U+660E]"),
        ("Ｆｕｌｌ", "Full"),
        ("e\u0301", "é"),
        ("a\u200db\ufe0f", "ab"),
        ("tab\tline\n", "tab\tline\n"),
        ("−1 ≥ ≤ → ½", "−1 ≥ ≤ → ½"),
    ],
)
def test_a_character_the_font_lacks_is_named(text, expected):
    assert markup.printable(text) == expected


def test_svg_for_a_page_follows_the_theme_and_keeps_its_words():
    drawing = (
        '<?xml version="1.0"?><!DOCTYPE svg><svg width="10pt" height="5pt" viewBox="0 0 10 5">'
        "<metadata>made on a day</metadata><defs><style>*{stroke-linejoin: round}</style>"
        '<clipPath id="p1"><path/></clipPath></defs><g id="axes_1" clip-path="url(#p1)">'
        '<path style="fill: #0f5c6e; stroke: #123456"/><text>#0F5C6E</text></g></svg>'
    )
    page = str(block_html.inline_svg(drawing, "Dots: <3 calls"))
    assert page.startswith('<svg viewBox="0 0 10 5" role="img" aria-label="Dots: &lt;3 calls"><title>')
    assert "fill: var(--sa-accent, #0F5C6E); stroke: #123456" in page
    assert "<text>#0F5C6E</text>" in page
    assert "metadata" not in page and "linejoin" not in page and "axes_1" not in page
    prefix = re.search(r'id="(\w+-)p1"', page).group(1)
    assert f"url(#{prefix}p1)" in page


# Colours and generated files -------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_pairs() -> list[tuple[str, str]]:
    tokens = block_html.tokens()
    words = ("ink", "muted", "accent", "vermilion", "violet")
    pairs = {(word, ground) for word in words for ground in ("paper", "pale")}
    for form in (*tokens["verdicts"].values(), *tokens["badges"].values()):
        pairs.add((form["text"], "paper" if form["fill"] == "none" else form["fill"]))
    pairs |= {(form.get("text", form["colour"]), "paper") for form in tokens["marks"].values()}
    return sorted(pairs)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), text_pairs())
def test_text_stands_out_from_its_ground(theme, word, ground):
    colours = block_html.tokens()[theme]
    assert contrast(colours[word], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_and_marks_stand_out_from_the_page(theme):
    colours = block_html.tokens()[theme]
    assert contrast(colours["slate"], colours["paper"]) >= 3.0


def test_contrast_is_the_published_measure():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)


def test_both_themes_name_the_same_colours():
    tokens = block_html.tokens()
    assert tokens["light"].keys() == tokens["dark"].keys()
    assert len(tokens["categorical"]) == len(tokens["categorical_dark"]) == 5


def test_generated_files_follow_their_sources():
    assert (HOME / "tokens.css").read_text("utf-8") == make_design.tokens_css()
    assert (HOME / "notebook.css").read_text("utf-8") == make_design.notebook_css()
    assert (HOME / "words.html.j2").read_text("utf-8") == make_design.words()


def test_font_metrics_follow_the_fonts():
    pytest.importorskip("fontTools")
    assert (HOME / "fonts" / "metrics.json").read_text("utf-8") == make_design.metrics()


def test_styles_use_declared_variables_only():
    styles = "".join((HOME / name).read_text("utf-8") for name in ("tokens.css", "blocks.css", "page.css"))
    declared = set(re.findall(r"(--sa-[\w-]+):", styles))
    assert set(re.findall(r"var\((--sa-[\w-]+)", styles)) <= declared
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", (HOME / "blocks.css").read_text("utf-8"))


# Widths of tables ------------------------------------------------------------------------------


def typeset(table: blocks.Table, room_mm: float = 174.0) -> dict:
    return layout.typeset(table.data, room_mm)


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), min_size=1, max_size=5),
    st.floats(60, 269),
)
def test_columns_fill_the_page_and_no_more(rows, room_mm):
    columns = (blocks.Column("First column"), blocks.Column("Second", "right"), blocks.Column("Third"))
    table = typeset(blocks.Table(columns=columns, rows=rows), room_mm)
    assert sum(table["widths"]) == pytest.approx(room_mm * layout.MM, abs=0.5)
    assert min(table["widths"]) > 0


def test_a_fixed_column_keeps_its_width():
    columns = (blocks.Column("a"), blocks.Column("b", width_mm=30), blocks.Column("c", "right"))
    widths = typeset(blocks.Table(columns=columns, rows=(("x", "y", "1"),)))["widths"]
    assert widths[1] == pytest.approx(30 * layout.MM)


def test_words_wrap_before_numbers_do():
    columns = (blocks.Column("Finding"), blocks.Column("Interval", "right"), blocks.Column("Why"))
    long = "a finding with a good number of plain words in it " * 4
    rows = ((long, "+1.9\u00a0to\u00a0+6.7", long),)
    widths = typeset(blocks.Table(columns=columns, rows=rows))["widths"]
    assert widths[1] == pytest.approx(fonts.width("+1.9\u00a0to\u00a0+6.7", 8.5) * 1.012 + 6, abs=0.1)
    assert widths[0] == pytest.approx(widths[2], rel=0.05)


def test_a_word_wider_than_its_column_may_break():
    columns = tuple(blocks.Column(str(i)) for i in range(4))
    rows = (("X" * 30,) * 4,)
    table = typeset(blocks.Table(columns=columns, rows=rows), 84.0)
    for cell, width in zip(table["rows"][0], table["widths"]):
        assert max(fonts.width(piece, 8.5) for piece in cell.split("\u200b")) <= width


def test_a_name_too_long_for_its_line_ends_in_an_ellipsis_on_paper_and_stands_whole_in_the_page():
    names = ("Hadi Simanjuntak Gunawan Saputro", "Ani", "**Vina Hartono** Pohan Simanjuntak")
    columns = (blocks.Column("n"), blocks.Column("Rep", width_mm=25, one_line=True), blocks.Column("x"))
    rows = tuple(("1", name, "2") for name in names)
    table = blocks.Table(columns=columns, rows=(*rows, ("1", blocks.Cell(names[0], under=names[0]), "2")))
    cells, room = [row[1] for row in typeset(table)["rows"]], 25 * layout.MM - 6
    assert cells[0].endswith("…") and cells[1] == "Ani" and "".join(t for t, _ in cells[2]).endswith("…")
    assert cells[3]["text"] == cells[0] and cells[3]["under"].endswith("…")
    assert all(layout.one_line(cell, room) == cell for cell in cells)
    assert names[0] in table._repr_mimebundle_()["text/html"]


def test_a_figure_leaves_room_for_the_headings_above_it():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="366pt" height="510pt"></svg>'
    figure = blocks.Figure(svg=svg, alt="A tall one.", width_mm=129, height_mm=180)
    inner = blocks.Section(heading="Inner", children=(figure,))
    both = blocks.Columns(left=(inner,), right=(inner,), widths=(129, 11, 129))
    outer = blocks.Section(heading="Outer", children=(both,))

    def high(found: dict) -> float:
        while found["kind"] != "figure":
            found = (found.get("children") or found.get("left"))[0]
        return found["width_mm"] * 180 / 129 * layout.MM

    heights = [high(layout.typeset(block.data, 269.0, True)) for block in (inner, outer)]
    room = layout.page(True)
    room = (room["height"] - room["top"] - room["bottom"]) * layout.MM
    assert heights[1] + 30 < heights[0] < room - 60
    assert heights[1] < room - 2 * 38


def test_short_tables_stay_together_and_long_ones_do_not():
    column = (blocks.Column("a"),)
    assert typeset(blocks.Table(columns=column, rows=(("x",),) * 10))["keep"]
    assert not typeset(blocks.Table(columns=column, rows=(("x",),) * 60))["keep"]


def test_what_is_taller_than_a_page_is_not_held_together():
    figure = blocks.Figure(svg=report_pages.svg(84, 400), alt="Tall.", width_mm=84, height_mm=400)
    shrunk = layout.typeset(figure.data, 174.0)
    assert shrunk["width_mm"] * 400 / 84 < 297 - 23 - 18
    small = blocks.Figure(svg=report_pages.svg(84, 48), alt="Small.", width_mm=84, height_mm=48)
    for count, keep in ((2, True), (8, False)):
        section = blocks.Section(heading="h", children=(small,) * count, keep=True)
        assert layout.typeset(section.data, 174.0)["keep"] is keep


def test_digits_share_one_width():
    widths = [fonts.width(digit, 10, strong) for digit in "0123456789" for strong in (False, True)]
    assert all(one == pytest.approx(other, abs=0.2) for one, other in pairwise(widths))
