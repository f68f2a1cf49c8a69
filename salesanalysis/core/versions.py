"""Which code made a figure: one rule for what of this package counts, and the packages it counts with."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from . import share
from .files import sha256

#: Packages whose version can change a figure.
PACKAGES = (
    "salesanalysis",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "ibis-framework",
    "duckdb",
    "holidays",
    "matplotlib",
    "typst",
)
#: Parts of this package that change no report: they ask for reports, plan, deliver and compare them.
ASKING = ("__main__.py", "cli.py", "cli_batch.py", "factory")


@cache
def of_packages() -> dict[str, str]:
    """Return the versions of Python and of the packages that figures depend on.

    Examples
    --------
    >>> sorted(of_packages())[:3]
    ['duckdb', 'holidays', 'ibis-framework']
    """
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


@cache
def of_code() -> str:
    """Return a digest of all that travels with the package and can change what a report says.

    Modules, settings, catalogues and templates count, whatever their kind; what only asks for reports does
    not. A notebook is not code here: each report is known by its own.

    Examples
    --------
    >>> of_code() == of_code()
    True
    """
    total = hashlib.sha256()
    for name, file in sorted(files().items()):
        total.update(f"{name}\0{sha256(file)}".encode())
    return total.hexdigest()[:16]


def files() -> dict[str, Path]:
    """Return the files of `of_code` by a name that is the same in a checkout and in an installed wheel.

    Examples
    --------
    >>> found = files()
    >>> "core/versions.py" in found, "templates/salesreport/report.typ" in found, "cli.py" in found
    (True, True, False)
    """
    package = share.PACKAGE
    inside = {file.relative_to(package).as_posix(): file for file in _below(package)}
    own = {name: file for name, file in inside.items() if name.split("/")[0] not in (*ASKING, share.INSIDE)}
    templates = share.path("templates")
    return own | {f"templates/{file.relative_to(templates).as_posix()}": file for file in _below(templates)}


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder; what Python and editors leave there is not read by anything."""
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir():
            yield from _below(path)
        else:
            yield path
