"""A papermill engine that runs cells in an IPython shell of this process: no server, no sockets, no start-up.

The batch forks a child per report from a parent that has imported everything, so a report starts warm and
leaves nothing behind. Where fork is not to be had, papermill's own engine runs the notebook in a kernel.
"""

from __future__ import annotations

import base64
import builtins
import io
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import nbformat
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib_inline.backend_inline import configure_inline_support
from papermill.engines import Engine, papermill_engines

from . import child

#: Name under which papermill knows the engine: ``papermill --engine salesanalysis in.ipynb out.ipynb``.
NAME = "salesanalysis"


class InProcessEngine(Engine):
    """Run a notebook's code cells one after another in a fresh IPython shell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Execute the cells of `nb_man`; stop at the first that raises, as a kernel would."""
        with _without_last_value():
            shell, count = _new_shell(), 0
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                nb_man.cell_start(cell, index)
                count += 1
                cell.execution_count = count
                if _run(shell, cell):
                    nb_man.cell_exception(cell, cell_index=index)
                    break
                nb_man.cell_complete(cell, cell_index=index)


class _Shell(InteractiveShell):
    """A shell that leaves telling of errors to the engine."""

    def _showtraceback(self, *told: Any) -> None:
        pass

    def ask_exit(self) -> None:
        """Hear ``exit()``: a report that leaves early has failed."""
        raise SystemExit

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no windows."""


class _Value(CapturingDisplayHook):
    """Takes the value of a cell's last line."""

    def __call__(self, result: Any = None) -> None:
        before = len(self.outputs)
        super().__call__(result)
        if result is not None:
            self.shell.displayhook.update_user_ns(result)  # `_` is the last value
        for shown in self.outputs[before:]:
            shown["is_value"] = True


class _Stream(io.TextIOBase):
    """Takes what a cell prints, in its order among what the cell shows."""

    def __init__(self, name: str, shown: list[dict[str, Any]]) -> None:
        self.name, self._shown = name, shown

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        child.spend(len(text))
        if not self._shown or self._shown[-1].get("stream") != self.name:
            list.append(self._shown, {"stream": self.name, "texts": []})
        self._shown[-1]["texts"].append(text)
        return len(text)


@contextmanager
def _without_last_value() -> Iterator[None]:
    """Take away what Python's own prompt and doctests leave as `_`: IPython would not set its own over it."""
    left = [builtins.__dict__.pop("_")] if hasattr(builtins, "_") else []
    try:
        yield
    finally:
        if left:
            builtins._ = left[0]  # type: ignore[attr-defined]


def rehearse() -> None:
    """Run a cell, so that processes forked from this one have what a shell imports at first use."""
    cell = nbformat.v4.new_code_cell("print()\nNone")
    cell.execution_count = 1
    _run(_new_shell(), cell)
    InteractiveShell.clear_instance()
    _Shell.clear_instance()


def _new_shell() -> InteractiveShell:
    InteractiveShell.clear_instance()
    _Shell.clear_instance()
    shell = _Shell.instance(history_length=0)
    shell.history_manager.enabled = False
    # Figures are shown as in a kernel, whatever backend this process drew with. That formats were chosen is
    # remembered, but not that it was for an earlier shell.
    configure_inline_support.current_backend = "unset"
    shell.enable_matplotlib("inline")
    warnings.filterwarnings("ignore", "To exit: use")  # IPython's advice to people who type
    return shell


def _run(shell: InteractiveShell, cell: Any) -> bool:
    """Run one cell, put what it shows into its outputs, and tell whether it failed."""
    shown: list[dict[str, Any]] = child.Shown()
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_pub.outputs = shown
    quiet = cell.source.rstrip().endswith(";")
    shell.display_trap.hook = (lambda value: None) if quiet else _Value(shell, shown)
    with redirect_stdout(_Stream("stdout", shown)), redirect_stderr(_Stream("stderr", shown)):
        result = shell.run_cell(cell.source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    cell.outputs = [_output(one, cell.execution_count) for one in shown]
    if error is not None:
        lines = list(map(_text, traceback.format_exception(error)))
        # An error that cannot say what it is about is no reason to fail.
        said = _text(str(traceback.TracebackException(type(error), error, None)))
        name = type(error).__name__
        cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=said, traceback=lines))
    return error is not None


def _output(shown: dict[str, Any], count: int) -> Any:
    """Return an output of the notebook format."""
    if "stream" in shown:
        return nbformat.v4.new_output("stream", name=shown["stream"], text=_text("".join(shown["texts"])))
    data = {mime: _text(value) for mime, value in shown["data"].items()}
    metadata = shown.get("metadata") or {}
    if shown.get("is_value"):
        return nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=count)
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def _text(value: Any) -> Any:
    """Return bytes (PNG) as base64, as the format wants, and text that can be written as UTF-8."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(NAME, InProcessEngine)
    return NAME
