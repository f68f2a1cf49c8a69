"""Regenerate the files that follow from the fonts, tokens and catalogues: run after one of them changes.

Writes ``fonts/metrics.json`` (what the fonts can print, and how wide), ``fonts/*.woff2`` (the same
unmodified fonts, compressed for HTML; needs fonttools and
brotli), ``tokens.css``, ``notebook.css`` and ``words.html.j2``.
"""

from __future__ import annotations

import json
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / "templates" / "salesreport"
WEIGHTS = {"regular": "SourceSansPro-Regular", "semibold": "SourceSansPro-Semibold"}


def metrics() -> str:
    """Return the characters both weights can print as code ranges, with their advance widths."""
    from fontTools.ttLib import TTFont

    fonts = {weight: TTFont(HOME / "fonts" / f"{name}.otf") for weight, name in WEIGHTS.items()}
    cmaps = {weight: font.getBestCmap() for weight, font in fonts.items()}
    codes = sorted(c for c in set(cmaps["regular"]) & set(cmaps["semibold"]) if c >= 32)
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    widths = {w: [font["hmtx"][cmaps[w][code]][0] for code in codes] for w, font in fonts.items()}
    return json.dumps({"ranges": ranges, **widths}, separators=(",", ":")) + "\n"


def tokens_css() -> str:
    """Return the design tokens as CSS variables: light, then dark where the reader prefers it."""
    tokens = _tokens()
    sizes = "".join(f"--sa-px-{name.replace('_', '-')}:{value}px;" for name, value in tokens["px"].items())
    names = (tokens["font"]["family"], *tokens["font"]["fallback"])
    family = ", ".join(f'"{name}"' if " " in name else name for name in names)
    return (
        "/* Made from tokens.json by tests/make_design.py. */\n"
        f".sa{{{_colours('light')}{sizes}--sa-font:{family};}}\n"
        f"@media screen and (prefers-color-scheme:dark){{.sa{{{_colours('dark')}}}}}\n"
    )


def notebook_css() -> str:
    """Return what a block needs inside JupyterLab: the theme chosen there, and its own room."""
    themes = "".join(
        f'body[data-jp-theme-light="{light}"] .sa{{{_colours(theme)}}}\n'
        for light, theme in (("true", "light"), ("false", "dark"))
    )
    return (
        "/* Made from tokens.json by tests/make_design.py. */\n"
        f"{themes}.sa-block{{padding:8px 12px}}.sa section{{margin-top:8px}}.sa-lead{{padding-top:8px}}\n"
    )


def _tokens() -> dict:
    return json.loads((HOME / "tokens.json").read_text("utf-8"))


def _colours(theme: str) -> str:
    found = (f"--sa-{name.replace('_', '-')}:{value};" for name, value in _tokens()[theme].items())
    return f"color-scheme:{theme};{''.join(found)}"


def words() -> str:
    """Return the page template's own words in every language, from the message catalogues."""
    from salesanalysis.core.i18n import LANGUAGES, catalogue

    found = {
        language: {key.partition(".")[2]: text for key, text in sorted(catalogue(language, "export").items())}
        for language in LANGUAGES
    }
    lines = ",\n".join(
        f'  "{language}": {json.dumps(text, ensure_ascii=False)}' for language, text in found.items()
    )
    origin = "{# Made from the message catalogues by tests/make_design.py. #}"
    return f"{origin}\n{{% set words = {{\n{lines}\n}} %}}\n"


def woff2() -> None:
    """Compress the fonts without any other change."""
    from fontTools.ttLib import woff2 as codec

    for name in WEIGHTS.values():
        codec.compress(HOME / "fonts" / f"{name}.otf", HOME / "fonts" / f"{name}.woff2")


if __name__ == "__main__":
    (HOME / "fonts" / "metrics.json").write_text(metrics(), "utf-8")
    (HOME / "tokens.css").write_text(tokens_css(), "utf-8")
    (HOME / "notebook.css").write_text(notebook_css(), "utf-8")
    (HOME / "words.html.j2").write_text(words(), "utf-8")
    woff2()
