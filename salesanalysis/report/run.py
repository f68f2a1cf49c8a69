"""Run one report: check its parameters, execute the notebook, write notebook, HTML and PDF."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from ..core import errors
from ..core.errors import CannotWrite, InvalidInput, SalesAnalysisError, did_you_mean
from ..core.files import sha256, write_whole
from ..core.secrets import hidden
from . import child, notebook
from .discreet import discreet
from .files import stem
from .notebook import Report
from .placing import staging, writable
from .watch import REMEDIES

#: What a report can be written as.
FORMATS = ("html", "pdf")
#: What to do about an error in a cell.
_REMEDY = "Run the notebook up to that cell in JupyterLab to see the whole error."
_ASK = "A report asks nobody: let the notebook have a parameter for it."
_REMEDIES = {
    "MemoryError": REMEDIES["memory"],
    "SystemExit": "A report runs all its cells: take out what ends it early.",
    "EOFError": _ASK,
    "StdinNotImplementedError": _ASK,
}


class ReportFailed(SalesAnalysisError):
    """A cell of the notebook failed; the message is the cell's own.

    Attributes
    ----------
    cell : str
        Its number and first line; empty when no cell is at fault.
    kind : str
        ``failed``, or ``memory`` when there was none left.
    """

    cell: str = ""
    kind: str = "failed"


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
        Executed notebook first, where it is kept, then the exports.
    seconds : mapping of str to float
        Time by phase: execute, html, pdf.
    digests : mapping of str to str
        SHA-256 of each file by its name.
    """

    name: str
    report: str
    parameters: Mapping[str, Any]
    facts: Mapping[str, Any]
    files: tuple[Path, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

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
    from .journal import Journal

    found = notebook.find(report)
    values = found.check(parameters or {})
    check_formats(to)
    journal = Journal(writable(out))
    journal.refuse_others([values])
    with staging(journal.folder) as aside:
        done = journal.keep(write(found, values, aside, to=(*to, "ipynb"), engine=engine))
    journal.fold()
    return done


def write(
    report: notebook.Report, values: Mapping[str, Any], folder: Path, *, to: tuple[str, ...], engine: str = ""
) -> ReportRun:
    """Execute and export one report with checked parameters; the index is left to the caller.

    `to` may name ``ipynb`` beside `FORMATS`: the executed notebook, first of the files.
    """
    from . import export

    started = time.perf_counter()
    nb = discreet(without_stamps(execute(report, values, engine=engine)))
    seconds = {"execute": time.perf_counter() - started}
    facts = _facts(nb)
    name = stem(report, values, facts)
    if not folder.is_dir():
        raise CannotWrite(f"Folder '{folder.parent}' has gone away. Make it anew and run again.")
    files = []
    if "ipynb" in to:
        files.append(folder / f"{name}.ipynb")
        write_whole(files[0], (nbformat.writes(nb) + "\n").encode(errors="replace"))
    for form, writer in (("html", export.to_html), ("pdf", export.to_pdf)):
        if form in to:
            started = time.perf_counter()
            child.tell(f"the writing of {form.upper()}")
            files.append(folder / f"{name}.{form}")
            writer(nb, files[-1])
            seconds[form] = time.perf_counter() - started
    digests = {file.name: sha256(file) for file in files}
    return ReportRun(name, report.name, dict(values), facts, tuple(files), seconds, digests)


def without_stamps(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take the times and the random identifier out of an executed notebook: the same input, the same bytes.

    Examples
    --------
    >>> nb = nbformat.v4.new_notebook(metadata={"papermill": {"duration": 1.5, "version": "2.7"}})
    >>> without_stamps(nb).metadata.papermill
    {'version': '2.7'}
    """
    for place in (nb, *nb.cells):
        for stamp in ("start_time", "end_time", "duration"):
            place.metadata.get("papermill", {}).pop(stamp, None)
    for cell in nb.cells:
        if "id" in cell and "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected-parameters"
    return nb


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
    child.tell_of_cells()
    try:
        nb = papermill.execute_notebook(
            str(report.path),
            None,
            parameters=dict(values),
            engine_name=engine or None,
            progress_bar=False,
            log_output=False,
            kernel_name="python3",
            language="python",
            **({} if engine else {"on_cell_executed": _hear_of_leaving}),
        )
        _whole(nb)
    except PapermillExecutionError as error:
        raise _failure(report, values, error) from None
    return nb


def _hear_of_leaving(*, cell: Any, cell_index: int, execute_reply: Mapping[str, Any]) -> None:
    """Raise when a cell asked its kernel to end, as ``exit()`` does there without an error."""
    from papermill.exceptions import PapermillExecutionError

    if any(one.get("source") == "ask_exit" for one in execute_reply["content"].get("payload", ())):
        raise PapermillExecutionError(cell_index, cell.execution_count, cell.source, "SystemExit", "", [])


def _whole(nb: nbformat.NotebookNode) -> None:
    """Raise the error of a cell that ended the notebook early, which papermill takes for a wish."""
    from papermill.exceptions import PapermillExecutionError

    for index, cell in enumerate(nb.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and output.ename == "SystemExit":
                raise PapermillExecutionError(index, 0, "", output.ename, output.evalue, [])


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


def _failure(report: Report, values: Mapping[str, Any], error: Any) -> ReportFailed:
    """A user's own mistake speaks for itself; anything else names the cell, the error and a next step."""
    cell = hidden(_cell(report, values, error.cell_index))
    message = re.sub(r"""^(["'])(.*)\1$""", r"\2", hidden(_plain(str(error.evalue))), flags=re.DOTALL)
    known = getattr(errors, error.ename, None)
    if not (isinstance(known, type) and issubclass(known, SalesAnalysisError)):
        said = f": {message}" if message else ""
        message = f"{report.path.name}, {cell} failed with {error.ename}{said}. "
        message += _REMEDIES.get(error.ename, _REMEDY)
    failed = ReportFailed(message)
    failed.cell = cell
    failed.kind = "memory" if error.ename == "MemoryError" else "failed"
    return failed


def _cell(report: Report, values: Mapping[str, Any], index: int) -> str:
    """Return what to call the cell that stands at `index` of the executed notebook."""
    cells = list(nbformat.read(report.path, nbformat.NO_CONVERT)["cells"])
    if values:  # papermill puts one in, behind the cell of the parameters
        at = next(i for i, c in enumerate(cells) if "parameters" in c["metadata"].get("tags", ()))
        added = {"cell_type": "code", "source": "", "metadata": {"tags": ["injected-parameters"]}}
        cells.insert(at + 1, added)
    return child.called(cells, min(index, len(cells) - 1))


def _plain(text: str) -> str:
    text = re.sub(r"<ipython-input-[\w-]+>, ", "", text)  # IPython's name for a cell
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def check_formats(to: tuple[str, ...]) -> None:
    """Raise `InvalidInput` for an unknown export format."""
    for form in to:
        if form not in FORMATS:
            raise InvalidInput(f"Cannot write '{form}'.{did_you_mean(form, FORMATS)}")
