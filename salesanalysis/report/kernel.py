"""A papermill engine that runs cells in an IPython shell of this process: no server, no sockets, no start-up.

The batch forks a child per report from a parent that has imported everything, so a report starts warm and
leaves nothing behind. Where fork is not to be had, papermill's own engine runs the notebook in a kernel.
"""

from __future__ import annotations

import base64
import io
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import nbformat
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, papermill_engines

#: Name under which papermill knows the engine.
NAME = "salesanalysis"


class InProcessEngine(Engine):
    """Run a notebook's code cells one after another in a fresh IPython shell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Execute the cells of `nb_man`; stop at the first that raises, as a kernel would."""
        shell = _new_shell()
        for index, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            nb_man.cell_start(cell, index)
            failed = _run(shell, cell)
            cell.execution_count = index + 1
            if failed:
                nb_man.cell_exception(cell, cell_index=index)
                break
            nb_man.cell_complete(cell, cell_index=index)


def _new_shell() -> InteractiveShell:
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(history_length=0)
    shell.history_manager.enabled = False
    return shell


def _run(shell: InteractiveShell, cell: Any) -> bool:
    """Run one cell, put what it shows into its outputs, and tell whether it failed."""
    shown: list[dict[str, Any]] = []
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_pub.outputs = shown
    quiet = cell.source.rstrip().endswith(";")
    shell.display_trap.hook = (lambda value: None) if quiet else CapturingDisplayHook(shell, shown)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        result = shell.run_cell(cell.source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    cell.outputs = [*_streams(out, err, failed=error is not None), *map(_display, shown)]
    if error is not None:
        lines = traceback.format_exception(error)
        cell.outputs.append(
            nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=lines)
        )
    return error is not None


def _streams(out: io.StringIO, err: io.StringIO, *, failed: bool) -> list[Any]:
    """IPython prints a failing cell's traceback to stdout as well; it is kept once, as the error output."""
    texts = {"stderr": err.getvalue(), "stdout": "" if failed else out.getvalue()}
    return [nbformat.v4.new_output("stream", name=name, text=text) for name, text in texts.items() if text]


def _display(shown: dict[str, Any]) -> Any:
    """Return a display output; bytes (PNG) become base64 text as the notebook format wants."""
    data = {
        mime: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for mime, value in shown["data"].items()
    }
    return nbformat.v4.new_output("display_data", data=data, metadata=shown.get("metadata") or {})


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(NAME, InProcessEngine)
    return NAME
