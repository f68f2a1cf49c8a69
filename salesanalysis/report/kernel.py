"""A papermill engine that runs cells in an IPython shell of this process: no server, no sockets, no start-up.

The batch forks a child per report from a parent that has imported everything, so a report starts warm and leaves
nothing behind. Where fork is not to be had, papermill's own engine runs the notebook in a kernel.
"""

from __future__ import annotations

import traceback
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from papermill.engines import Engine, papermill_engines

#: Name under which papermill knows the engine.
NAME = "salesanalysis"


class InProcessEngine(Engine):
    """Run a notebook's code cells one after another in a fresh IPython shell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Execute the cells of `nb_man`; stop at the first that raises, as a kernel would."""
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(colors="NoColor", history_length=0)
        shell.history_manager.enabled = False
        for index, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            nb_man.cell_start(cell, index)
            failed = _run(shell, cell, index)
            if failed:
                nb_man.cell_exception(cell, cell_index=index)
                break
            nb_man.cell_complete(cell, cell_index=index)


def _run(shell: InteractiveShell, cell: Any, index: int) -> bool:
    with capture_output() as captured:
        result = shell.run_cell(cell.source, store_history=False)
    cell.execution_count = index + 1
    cell.outputs = [
        nbformat.v4.new_output("display_data", data=_plain(out.data), metadata=out.metadata or {})
        for out in captured.outputs
    ]
    if captured.stderr:
        cell.outputs.insert(0, nbformat.v4.new_output("stream", name="stderr", text=captured.stderr))
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        if captured.stdout:
            cell.outputs.insert(0, nbformat.v4.new_output("stream", name="stdout", text=captured.stdout))
        return False
    lines = traceback.format_exception(error)
    cell.outputs.append(
        nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=lines)
    )
    return True


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Bytes (PNG) become base64 text as the notebook format wants."""
    import base64

    return {k: base64.b64encode(v).decode("ascii") if isinstance(v, bytes) else v for k, v in data.items()}


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(NAME, InProcessEngine)
    return NAME
