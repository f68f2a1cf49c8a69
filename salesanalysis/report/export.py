"""Executed notebooks as HTML and PDF files, and the exporter for ``jupyter nbconvert --to salespdf``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter, HTMLExporter, TemplateExporter

from ..core import share
from ..core.files import write_whole
from .pdf import render_pdf

__all__ = ["SalesHTMLExporter", "SalesPDFExporter", "render_html", "render_pdf", "to_html", "to_pdf"]


class SalesPDFExporter(Exporter):
    """nbconvert exporter ``salespdf``: blocks of a report, and any other output, as tagged PDF."""

    export_from_notebook = "Sales report (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """Return the PDF as bytes, with nbconvert's resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        return render_pdf(nb), resources


class SalesHTMLExporter(HTMLExporter):
    """nbconvert's HTML exporter with the ``salesreport`` template, without its second parse of the page."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Return the page, with nbconvert's resources."""
        resources = self._init_resources(resources)
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def render_html(notebook: Any) -> str:
    """Return an executed notebook as one self-contained HTML page."""
    page, _ = _html_exporter().from_notebook_node(notebook)
    return page


def to_html(notebook: Any, path: str | Path) -> Path:
    """Write an executed notebook as one self-contained HTML file.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Notebook with outputs, format 4.
    path : str or Path
        The file; its folder is made when missing.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    CannotWrite
        If the file cannot be written; an older file of that name then stays as it was.
    """
    return write_whole(path, render_html(notebook).encode(errors="replace"))


def to_pdf(notebook: Any, path: str | Path) -> Path:
    """Write an executed notebook as PDF/UA-1; parameters, return and errors as `to_html`.

    Raises
    ------
    InvalidInput
        If a figure or a fragment of the notebook cannot be set.
    CannotWrite
        If the file cannot be written; an older file of that name then stays as it was.
    """
    return write_whole(path, render_pdf(notebook))


@cache
def _html_exporter() -> SalesHTMLExporter:
    """Return the one exporter of this process: it keeps the compiled templates."""
    return SalesHTMLExporter(
        template_name="salesreport", extra_template_basedirs=[str(share.path("templates"))]
    )
