"""A commented plan to start from."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import InvalidInput
from ..core.files import write_whole

#: Name of the file where only a folder is given.
FILE_NAME = "plan.toml"

TEMPLATE = """\
# A batch of reports. Look at what it would write with:  salesanalysis batch plan.toml --dry-run
# Folders are relative to this file. A plan is data: nothing in it can run. Lines with # are examples.

name = "Month-end, September 2026"

# Where reports go. Each client has a folder of its own, named as its section below: delivery/demo. {client}
# says where in the path that name stands. An address such as s3://bucket/reports works too.
out = "delivery"

# For all reports, unless a report or a client says otherwise. Without a line: as the notebook's own default.
period = "2026-Q3"
languages = ["en"]
formats = ["html", "pdf"]
# Keep the executed notebooks beside the reports, and in the parcels without paths of this machine.
notebooks = false

# Which reports. Each may have: period, languages, formats, editions, and whom it is about:
# rep, team or region = "each" (all with data in the period) or a list of names; "" in a list is everybody.
[[reports]]
report = "coaching"
rep = "each"
editions = ["manager"]

[[reports]]
report = "leaderboard"
team = ["", "each"]
editions = ["manager", "client"]
# parameters = { by = "bookings" }   # see: salesanalysis params leaderboard

# [[reports]]
# notebook = "own.ipynb"              # a notebook of your own with a parameters cell

# Which clients: the folder with client.toml, or "sample". Each may have, for itself: period, languages,
# formats, editions, source, only = ["coaching"], and changes of single reports.
[clients.demo]
folder = "sample"

# [clients.acme]
# folder = "clients/acme"
# languages = ["id"]
# [clients.acme.reports.coaching]
# rep = ["Ayu Kartika", "R02"]

# Who gets what: a zip each, in delivery/recipients. Clients and editions are always said; nothing is guessed.
# reps, teams, regions, reports and languages narrow it down; whole = true adds reports about everybody.
[recipients."Head of sales"]
clients = ["demo"]
editions = ["manager"]

[recipients."Team lead, Jakarta 1"]
clients = ["demo"]
editions = ["manager"]
teams = ["Jakarta 1"]

# A parcel for each rep, with what is about that rep alone:
# [recipients.reps]
# clients = ["demo"]
# editions = ["rep"]
# each = "rep"
"""


def write_batch_plan(path: str | Path) -> Path:
    """Write a commented plan; a folder gets ``plan.toml``.

    Raises
    ------
    InvalidInput
        There is a file already; it is kept.
    CannotWrite
        It cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_batch_plan(folder).name
    'plan.toml'
    """
    path = Path(path)
    file = path if path.suffix == ".toml" else path / FILE_NAME
    if file.exists():
        raise InvalidInput(f"'{file}' is there already; it is kept. Choose another name.")
    return write_whole(file, TEMPLATE.encode())
