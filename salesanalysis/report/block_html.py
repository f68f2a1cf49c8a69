"""Blocks as HTML, through the Jinja templates beside the report template; every text is escaped."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..core import share
from .markup import calm, plain, runs

_PROLOGUE = re.compile(r"^\s*(<\?xml[^>]*>|<!DOCTYPE[^>]*>|<!--.*?-->|\s)*", re.DOTALL)
# Matplotlib's metadata, and its style rule for every element, which would reach out of the figure.
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*|<style[^>]*>\s*\*\s*\{[^}]*\}\s*</style>\s*", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>")
_SIZE = re.compile(r"\s(?:width|height|role|aria-[a-z]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_VIEW_BOX = re.compile(r"viewBox\s*=\s*[\"']([^\"']*)[\"']")
_LENGTH = re.compile(r"\s(width|height)\s*=\s*[\"']([0-9.]+)(pt|px|mm)?[\"']")
_FAMILY = re.compile(r"'Source Sans Pro'(?!\s*,)")
_PAINT = re.compile(r"((?:fill|stroke|stop-color|color)\s*[:=]\s*[\"']?\s*)(#[0-9a-fA-F]{6})\b")
_ID = re.compile(r"\bid\s*=\s*\"([^\"]*)\"")
_REFERENCE = re.compile(r"(url\(#|href=\"#)([^\")]+)")
# Characters that are not shown or that turn the reading direction around.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PT = {"pt": 1.0, "px": 0.75, "mm": 72 / 25.4, None: 0.75}


def render(block: dict[str, Any]) -> str:
    """Return a block's neutral form as HTML with its style sheet, to be shown on its own.

    An opening brings the fonts for all blocks of its notebook: figures are drawn for their widths.
    An exported page drops all that stands before the ``<!--sa-->`` mark and has its own styles.

    Examples
    --------
    >>> "<p>a &lt;b&gt;" in render({"kind": "text", "paragraphs": ["a <b>"], "items": [], "muted": False})
    True
    """
    fonts = font_faces() if block["kind"] == "opening" else ""
    return f"<style>{fonts}{style()}</style><!--sa-->{fragment(block)}"


def fragment(block: dict[str, Any]) -> str:
    """Return a block's neutral form as HTML without the style sheet."""
    return str(_environment().get_template("blocks.html.j2").module.page(block)).strip()


@cache
def style() -> str:
    """Return the style sheet of blocks shown in a notebook: design tokens, rules, JupyterLab's theme.

    Rules weigh more than in an exported page, where no style of JupyterLab has to be outdone.
    """
    home = share.path("templates", "salesreport")
    sheet = "".join((home / name).read_text("utf-8") for name in ("tokens.css", "blocks.css", "notebook.css"))
    return sheet.replace(".sa ", ".sa.sa.sa ")


@cache
def font_faces() -> str:
    """Return the style sheet of the report's font, which brings the font along.

    Examples
    --------
    >>> font_faces()[:11]
    '@font-face{'
    """
    faces = []
    for weight, name in ((400, "Regular"), (600, "Semibold")):
        packed = share.path("templates", "salesreport", "fonts", f"SourceSansPro-{name}.woff2").read_bytes()
        source = f"url(data:font/woff2;base64,{base64.b64encode(packed).decode()})"
        faces.append(
            f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};src:{source} format("woff2")}}'
        )
    return "".join(faces)


@cache
def tokens() -> dict[str, Any]:
    """Return the design tokens: colours by theme, sizes, verdict forms."""
    return json.loads(share.path("templates", "salesreport", "tokens.json").read_text("utf-8"))


def rich(text: str) -> Markup:
    """Return text with bold runs and line breaks as safe HTML.

    Examples
    --------
    >>> str(rich("**a** <b>"))
    '<strong>a</strong> &lt;b&gt;'
    """
    pieces = (
        Markup("<strong>{}</strong>").format(part) if bold else escape(part) for part, bold in runs(text)
    )
    return Markup("").join(piece.replace("\n", Markup("<br>")) for piece in pieces)


def natural_size(svg: str) -> tuple[float, float]:
    """Return an SVG's width and height in points.

    Examples
    --------
    >>> natural_size('<svg width="78pt" height="14pt" viewBox="0 0 78 14"></svg>')
    (78.0, 14.0)
    """
    root = _ROOT.search(svg)
    attributes = root.group(1) if root else ""
    sizes = {name: float(value) * _PT[unit] for name, value, unit in _LENGTH.findall(attributes)}
    box = _VIEW_BOX.search(attributes)
    if len(sizes) < 2 and box:
        *_, wide, high = (float(value) for value in box.group(1).replace(",", " ").split())
        return wide, high
    return sizes.get("width", 0.0), sizes.get("height", 0.0)


@lru_cache(maxsize=256)
def inline_svg(svg: str, title: str = "") -> Markup:
    """Return an SVG to stand in a page: scaled by its box, its colours following the theme.

    A `title` makes it an image with a description; without one it is decorative.
    """
    wide, high = natural_size(svg)
    svg = _METADATA.sub("", _PROLOGUE.sub("", svg))
    svg = _FAMILY.sub("'Source Sans Pro', 'Source Sans 3', system-ui, sans-serif", svg)
    svg = _PAINT.sub(_themed, _own_ids(svg))
    root = _ROOT.search(svg)
    attributes = _SIZE.sub("", root.group(1))
    if not _VIEW_BOX.search(attributes):
        attributes += f' viewBox="0 0 {wide:g} {high:g}"'
    role = (
        f' role="img" aria-label="{escape(plain(title))}"'
        if title
        else ' aria-hidden="true" focusable="false"'
    )
    name = f"<title>{escape(plain(title))}</title>" if title else ""
    return Markup(f"<svg{attributes}{role}>{name}{svg[root.end() :]}")


def _seen(value: Any) -> Any:
    """Name control characters and direction marks, and end floods of marks, as the PDF does."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    text = _UNSEEN.sub(lambda match: f"[U+{ord(match.group()):04X}]", calm(str(value)))
    return type(value)(text)


@cache
def _variables() -> dict[str, str]:
    light = tokens()["light"]
    return {
        value.lower(): f"var(--sa-{key.replace('_', '-')}, {value})" for key, value in reversed(light.items())
    }


def _themed(match: re.Match[str]) -> str:
    return match.group(1) + _variables().get(match.group(2).lower(), match.group(2))


def _own_ids(svg: str) -> str:
    """Give referenced ids a prefix of their own and drop the rest, so that figures share a page."""
    used = {name for _, name in _REFERENCE.findall(svg)}
    prefix = f"f{hashlib.sha1(svg.encode()).hexdigest()[:6]}-"
    svg = _ID.sub(lambda m: f'id="{prefix}{m.group(1)}"' if m.group(1) in used else "", svg)
    return _REFERENCE.sub(lambda m: f"{m.group(1)}{prefix}{m.group(2)}", svg) if used else svg


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(share.path("templates", "salesreport")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters.update(rich=rich, plain=plain, svg=inline_svg, size=natural_size)
    environment.globals["tokens"] = tokens()
    return environment
