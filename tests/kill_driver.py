"""A warm process that starts batches on demand, each in a process of its own that a test may kill.

Reads one JSON object a line (`out`, `text`, `reps`), answers with the number of the process that runs it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import nbformat

CELLS = (
    'rep: str = ""  # whom it is about\ntext: str = ""  # what it says',
    "lines = [text] * 40",
    'print("\\n".join(lines))',
    "from IPython.display import Markdown\nMarkdown(f'**{rep}** {text}')",
)


def write_notebook(path: Path, cells: tuple[str, ...] = CELLS) -> Path:
    """Write a notebook of one's own whose first cell holds the parameters."""
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(cells)]
    nb.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nb, path)
    return path


def run(order: dict, path: str) -> None:
    """Run a batch and write what became of each report beside its folder."""
    from salesanalysis.report import batch, notebook

    report = notebook.find(path)
    jobs = [batch.Job(report, {"rep": rep, "text": order["text"]}) for rep in order["reps"]]
    outcomes = batch.run_batch(jobs, out=order["out"], workers=2)
    told = [(o.job.parameters["rep"], o.kind, o.problem) for o in outcomes]
    Path(order["out"] + ".outcomes").write_text(json.dumps(told))


def main() -> None:
    """Get warm, then serve until the input ends."""
    import tempfile

    from salesanalysis.report import batch, kernel

    import_module("salesanalysis.report.export")
    kernel.rehearse()
    path = str(write_notebook(Path(sys.argv[1]) / "own.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        batch.warm = lambda: None  # these cells need none of the analyses
        run({"out": folder + "/x", "text": "first", "reps": ["z"]}, path)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(json.loads(line), path)
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
