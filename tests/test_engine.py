"""The engine in process beside papermill's own: the same outputs, cell by cell, for every report."""

from __future__ import annotations

import builtins
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import matplotlib
import nbformat
import pytest
import tiny

from salesanalysis.report import batch, kernel, notebook, run

#: All but the notebook to explore in, whose widgets have a number drawn anew each time.
REPORTS = [name for name, report in notebook.discover().items() if report.is_exported]
#: Without --full: a page of findings with figures, and one of tables.
FEW = ("coaching", "data_readiness")
CELLS = (
    "print('one')\nprint('two', end='')",
    "import sys\nprint('oops', file=sys.stderr)",
    "from IPython.display import HTML, display\nprint('before'); display(HTML('<b>x</b>')); print('after')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "1 + 1;",
    "None",
    "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 2])\nplt.show()",
    "class Shown:\n    __repr__ = _repr_html_ = lambda self: 'h'\nShown()",
    "_",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    for name, frame in tiny.tables().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "client.toml").write_text(
        'language = "en"\nas_of = 2026-09-30\nminimum_base = 2\nclaim_base = 5\n'
    )
    return folder


def outputs(nb: nbformat.NotebookNode) -> list[list[dict]]:
    """Return what each cell shows, without the places in memory that a plain text may name."""
    return [[dict(o) for o in cell.get("outputs", ())] for cell in nb.cells if cell.cell_type == "code"]


def both(report: notebook.Report, values: dict) -> list[list[list[dict]]]:
    values = report.check(values)
    return [outputs(run.execute(report, values, engine=engine)) for engine in (kernel.register(), "")]


def test_what_a_cell_prints_shows_and_returns_is_as_in_a_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr(builtins, "_", "left by a prompt", raising=False)
    own = nbformat.v4.new_notebook()
    own.cells = [nbformat.v4.new_code_cell('client: str = ""', metadata={"tags": ["parameters"]})]
    own.cells += [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(own, tmp_path / "own.ipynb")
    ours, theirs = both(notebook.find(str(tmp_path / "own.ipynb")), {})
    for source, mine, kernels in zip(("parameters", *CELLS), ours, theirs, strict=True):
        assert mine == kernels, source
    assert builtins._ == "left by a prompt"


def test_every_shell_of_a_process_shows_figures(tmp_path):
    """Also the second one, and after drawing with a backend that shows nothing."""
    own = nbformat.v4.new_notebook()
    own.cells = [nbformat.v4.new_code_cell('client: str = ""', metadata={"tags": ["parameters"]})]
    own.cells += [nbformat.v4.new_code_cell(next(c for c in CELLS if "plt" in c))]
    nbformat.write(own, tmp_path / "own.ipynb")
    report = notebook.find(str(tmp_path / "own.ipynb"))
    for _ in range(2):
        matplotlib.use("agg")
        (shown,) = outputs(run.execute(report, {}, engine=kernel.register()))[-1]
        assert set(shown["data"]) == {"text/plain", "image/png"}


def stock(task: tuple[str, dict]) -> list[list[dict]]:
    found = notebook.find(task[0])
    return outputs(run.execute(found, found.check(task[1])))


@pytest.mark.slow
@pytest.mark.skipif(not batch.can_fork(), reason="kernels are started from forked processes")
def test_every_report_is_the_same_by_both_engines(company, full):
    names = REPORTS if full else FEW
    client = {"client": "sample" if full else str(company), "period": "2026-Q3"}
    asked = {name: {k: v for k, v in client.items() if k in notebook.find(name).parameters} for name in names}

    tasks = [(name, asked[name]) for name in names]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        theirs = dict(zip(names, pool.map(stock, tasks), strict=True))
    for name in names:
        found = notebook.find(name)
        ours = outputs(run.execute(found, found.check(asked[name]), engine=kernel.register()))
        assert any(cell for cell in ours), f"{name} shows nothing"
        assert ours == theirs[name], name


@pytest.mark.slow
def test_the_engine_is_known_to_papermill_s_command_line(tmp_path):
    own = nbformat.v4.new_notebook()
    own.cells = [nbformat.v4.new_code_cell('who: str = "nobody"', metadata={"tags": ["parameters"]})]
    own.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    own.cells += [nbformat.v4.new_code_cell("print(who)\nprint(type(get_ipython()).__module__)")]
    nbformat.write(own, tmp_path / "own.ipynb")
    command = [Path(sys.executable).parent / "papermill", "--engine", "salesanalysis", "--no-progress-bar"]
    command += ["own.ipynb", "done.ipynb", "-p", "who", "Ani"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    (shown,) = outputs(nbformat.read(tmp_path / "done.ipynb", 4))[-1]
    assert shown["text"] == f"Ani\n{kernel.__name__}\n", "a shell of ours ran it, no kernel"
