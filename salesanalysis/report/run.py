"""Run one report: check its parameters, execute the notebook, write notebook, HTML and PDF."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from ..core import errors
from ..core.errors import InvalidInput, SalesAnalysisError, did_you_mean
from ..core.files import write_whole
from . import notebook
from .files import place, staging, stem, writable

#: What a report can be written as.
FORMATS = ("html", "pdf")


class ReportFailed(SalesAnalysisError):
    """A cell of the notebook failed; the message is the cell's own."""


@dataclass(frozen=True)
class ReportRun:
    """One report as written.

    Attributes
    ----------
    name : str
        Stem of its files.
    report : str
        Name of the notebook.
    parameters : mapping
        As given.
    facts : mapping
        What the opening block says: title, language, as-of date, fingerprint, versions.
    files : tuple of pathlib.Path
        Executed notebook first, then the exports.
    seconds : mapping of str to float
        Time by phase: execute, html, pdf.
    """

    name: str
    report: str
    parameters: Mapping[str, Any]
    facts: Mapping[str, Any]
    files: tuple[Path, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        links = ", ".join(f'<a href="{f.as_posix()}">{f.name}</a>' for f in self.files)
        return f"<p>{self.facts.get('title', self.name)}: {links}</p>"


def run_report(
    report: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    out: str | Path = "reports",
    to: tuple[str, ...] = FORMATS,
    engine: str = "",
) -> ReportRun:
    """Run one report and write its files into `out`.

    Parameters
    ----------
    report : str
        Name of a report (``coaching``) or path of a notebook with a parameters cell.
    parameters : mapping, optional
        Values by parameter name; the rest keep their defaults.
    out : path
        Folder for the executed notebook, the exports, ``manifest.json`` and ``index.html``.
    to : tuple of str
        Any of ``html, pdf``.
    engine : str
        A papermill engine; empty: papermill's own, which starts a kernel.

    Raises
    ------
    InvalidInput
        Unknown report, parameter or format; nothing was started.
    ReportFailed
        A cell failed; nothing was written.
    CannotWrite
        The folder or a file could not be written; nothing half-written is left.

    Examples
    --------
    >>> run_report("coaching", {"period": "2026-Q3", "rep": "R01"})  # doctest: +SKIP
    """
    from . import index

    found = notebook.find(report)
    values = found.check(parameters or {})
    check_formats(to)
    folder = writable(out)
    index.read(folder)
    with staging(folder) as aside:
        done = write(found, values, aside, to=to, engine=engine)
        done = replace(done, files=place(done.files, folder))
    index.update(folder, [index.entry(done)])
    return done


def write(
    report: notebook.Report, values: Mapping[str, Any], folder: Path, *, to: tuple[str, ...], engine: str = ""
) -> ReportRun:
    """Execute and export one report with checked parameters; the index is left to the caller."""
    from . import export

    started = time.perf_counter()
    nb = execute(report, values, engine=engine)
    seconds = {"execute": time.perf_counter() - started}
    facts = _facts(nb)
    name = stem(report, values, facts)
    files = [folder / f"{name}.ipynb"]
    write_whole(files[0], (nbformat.writes(nb) + "\n").encode())
    for form, writer in (("html", export.to_html), ("pdf", export.to_pdf)):
        if form in to:
            started = time.perf_counter()
            files.append(folder / f"{name}.{form}")
            writer(nb, files[-1])
            seconds[form] = time.perf_counter() - started
    return ReportRun(name, report.name, dict(values), facts, tuple(files), seconds)


def execute(report: notebook.Report, values: Mapping[str, Any], *, engine: str = "") -> nbformat.NotebookNode:
    """Execute a report's notebook with papermill and return it.

    Raises
    ------
    ReportFailed
        With the message of the cell that failed.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from . import kernel

    kernel.register()
    try:
        return papermill.execute_notebook(
            str(report.path),
            None,
            parameters=dict(values),
            engine_name=engine or None,
            progress_bar=False,
            log_output=False,
            kernel_name="python3",
            language="python",
        )
    except PapermillExecutionError as error:
        raise ReportFailed(_reason(report, error)) from None


def _facts(nb: nbformat.NotebookNode) -> dict[str, Any]:
    """Return what the opening block says of the report; nothing when the notebook has none."""
    from .blocks import MIME
    from .markup import plain

    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {}).get(MIME, {})
            if data.get("kind") == "opening":
                told = {key: data[key] for key in ("language", "as_of", "client")}
                return {"title": plain(data["title"])} | told | dict(data["facts"])
    return {}


def _reason(report: notebook.Report, error: Any) -> str:
    """A user's own mistake speaks for itself; anything else names the cell and the kind of error."""
    message = _plain(str(error.evalue)).strip("\"'")
    known = getattr(errors, error.ename, None)
    if isinstance(known, type) and issubclass(known, SalesAnalysisError):
        return message
    cell = " ".join(error.source.split())[:80]
    return f"{report.path.name}, cell {error.exec_count} ({cell}) failed with {error.ename}: {message}"


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def check_formats(to: tuple[str, ...]) -> None:
    """Raise `InvalidInput` for an unknown export format."""
    for form in to:
        if form not in FORMATS:
            raise InvalidInput(f"Cannot write '{form}'.{did_you_mean(form, FORMATS)}")
