"""A report as PDF: the notebook's document, set in process by Typst as PDF/UA-1."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import typst

from ..core import share
from ..core.errors import InvalidInput
from .collect import document

STANDARD = "ua-1"


def render_pdf(notebook: Any) -> bytes:
    """Return an executed notebook as PDF bytes; the same notebook gives the same bytes.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Notebook with outputs, format 4.

    Raises
    ------
    InvalidInput
        If a figure or a fragment of the notebook cannot be set.
    """
    given = json.dumps(document(notebook), ensure_ascii=False)
    try:
        return _compiler().compile(format="pdf", pdf_standards=[STANDARD], sys_inputs={"document": given})
    except typst.TypstError as error:
        hints = f" ({'; '.join(error.hints)})" if error.hints else ""
        raise InvalidInput(f"The report cannot be set as PDF: {error.message}{hints}") from error


def is_started() -> bool:
    """Tell whether this process has set a page; a child forked from it would wait for Typst's threads."""
    return _compiler.cache_info().currsize > 0


@cache
def _compiler() -> typst.Compiler:
    """Return the one compiler of this process: it keeps the parsed template and fonts."""
    home = share.path("templates", "salesreport")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(home / "fonts")]
    )
    return typst.Compiler(
        input=str(home / "report.typ"),
        root=str(home),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"document": "{}"},
    )
