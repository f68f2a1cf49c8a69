"""Regenerate the files that follow from the fonts, tokens and catalogues: run after one of them changes.

Writes ``fonts/metrics.json`` (what the fonts can print, and how wide), ``fonts/*.woff2`` (the same
unmodified fonts, compressed for HTML; needs fonttools and
brotli), ``tokens.css`` and ``words.html.j2``.
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
    tokens = json.loads((HOME / "tokens.json").read_text("utf-8"))

    def colours(theme: str) -> str:
        return "".join(f"--sa-{name.replace('_', '-')}:{value};" for name, value in tokens[theme].items())

    sizes = "".join(f"--sa-px-{name.replace('_', '-')}:{value}px;" for name, value in tokens["px"].items())
    family = ", ".join(f'"{f}"' if " " in f else f for f in (tokens["font"]["family"], *tokens["font"]["fallback"]))
    light = f".sa{{color-scheme:light;{colours('light')}{sizes}--sa-font:{family};}}"
    dark = f".sa{{color-scheme:dark;{colours('dark')}}}"
    return (
        "/* Made from tokens.json by tests/make_design.py. */\n"
        f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"
    )


def words() -> str:
    """Return the page template's own words in every language, from the message catalogues."""
    from salesanalysis.core.i18n import LANGUAGES, catalogue

    found = {
        language: {key.partition(".")[2]: text for key, text in sorted(catalogue(language, "export").items())}
        for language in LANGUAGES
    }
    lines = ",\n".join(f'  "{language}": {json.dumps(text, ensure_ascii=False)}' for language, text in found.items())
    return f"{{# Made from the message catalogues by tests/make_design.py. #}}\n{{% set words = {{\n{lines}\n}} %}}\n"


def woff2() -> None:
    """Compress the fonts without any other change."""
    from fontTools.ttLib import woff2 as codec

    for name in WEIGHTS.values():
        codec.compress(HOME / "fonts" / f"{name}.otf", HOME / "fonts" / f"{name}.woff2")


if __name__ == "__main__":
    (HOME / "fonts" / "metrics.json").write_text(metrics(), "utf-8")
    (HOME / "tokens.css").write_text(tokens_css(), "utf-8")
    (HOME / "words.html.j2").write_text(words(), "utf-8")
    woff2()
