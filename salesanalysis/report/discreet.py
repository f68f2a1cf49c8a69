"""An executed notebook that tells no secret: what it is delivered as, and what pages are made from."""

from __future__ import annotations

from typing import Any

import nbformat

from ..core.secrets import scrubbed


def discreet(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take values of secrets and the path of the user's home out of an executed notebook.

    Looked at are the outputs, the parameters put in and what papermill notes; code is the notebook's own.

    Examples
    --------
    >>> import os
    >>> os.environ["EXAMPLE_PASSWORD"] = "open sesame"
    >>> said = nbformat.v4.new_output("stream", name="stdout", text="open sesame")
    >>> cell = nbformat.v4.new_code_cell("print(x)", outputs=[said])
    >>> discreet(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs[0].text
    '${EXAMPLE_PASSWORD}'
    """
    for cell in nb.cells:
        if cell.get("outputs"):
            cell.outputs = [_cleaned(output) for output in cell.outputs]
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.source = scrubbed(cell.source)
    if "papermill" in nb.metadata:
        told = {k: v for k, v in nb.metadata.papermill.items() if k != "environment_variables"}
        nb.metadata.papermill = _cleaned(told | {"input_path": _name(told.get("input_path"))})
    return nb


def _cleaned(value: Any) -> Any:
    return nbformat.from_dict(scrubbed(value))


def _name(path: Any) -> str:
    """Return the last part of a path: which notebook it was, not where it lay."""
    return str(path or "").replace("\\", "/").rpartition("/")[2]
