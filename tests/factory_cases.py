"""A cheap report and small plans for tests of the report factory."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
PARAMETERS = """\
client: str = "sample"  # folder
source: str = ""  # data
period: str = ""  # such as 2026-Q3
rep: str = ""  # rep_id
team: str = ""  # name of a team
times: int = 7  # a number
pause: float = 0.0  # seconds
edition: str = "manager"  # manager, or rep
language: str = ""  # en or id\
"""
BODY = """\
import time
time.sleep(pause)
value = len(rep) * times
if rep == "R02" and times == 13:
    raise ValueError("thirteen brings bad luck")\
"""
SHOWN = """\
from IPython.display import HTML
HTML(f"<h2>Figures</h2><table><tr><th>Rep</th><th>value</th></tr><tr><td>{rep or 'all'}</td>"
     f"<td>{value}</td></tr></table><p>Secret of {rep or 'all'}, {edition}, {language}.</p>")\
"""


def write_notebook(path: Path, body: str = BODY) -> Path:
    """Write a report of three cells that loads nothing."""
    new = nbformat.v4.new_code_cell
    cells = [nbformat.v4.new_markdown_cell("# A small report"), new(PARAMETERS), new(body), new(SHOWN)]
    cells[1].metadata["tags"] = ["parameters"]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def write_client(folder: Path, name: str) -> Path:
    """Write a company of three reps in two teams, as CSV files."""
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(f'name = "{name}"\nas_of = 2026-09-30\nsource = "data"\n')
    data = folder / "data"
    data.mkdir()
    reps = "rep_id,name,team\nR01,Ani Wijaya,North\nR02,Budi Santoso,North\nR03,Citra Lestari,South\n"
    (data / "reps.csv").write_text(reps)
    rows = "".join(
        f"O{n},R0{n % 3 + 1},2026-0{n % 9 + 1}-01,2026-0{n % 9 + 1}-20,{'won' if n % 2 else 'lost'},{n}00\n"
        for n in range(30)
    )
    head = "opportunity_id,rep_id,created_on,closed_on,outcome,amount\n"
    (data / "opportunities.csv").write_text(head + rows)
    return folder


PLAN = """\
name = "Small"
out = "delivery"
period = "2026-Q3"
languages = ["en"]
formats = ["html"]

[[reports]]
notebook = "small.ipynb"
rep = "each"
editions = ["manager", "rep"]

[clients.acme]
folder = "acme"

[clients.beta]
folder = "beta"

[recipients.North]
clients = ["acme"]
editions = ["manager"]
teams = ["North"]

[recipients.reps]
clients = ["acme", "beta"]
editions = ["rep"]
each = "rep"
"""


@pytest.fixture(scope="session")
def plan_place(tmp_path_factory) -> Path:
    """Two clients, a cheap notebook and a plan; tests copy it or leave it as it is."""
    folder = tmp_path_factory.mktemp("factory")
    write_notebook(folder / "small.ipynb")
    write_client(folder / "acme", "PT Acme")
    write_client(folder / "beta", "PT Beta")
    (folder / "plan.toml").write_text(PLAN)
    return folder
