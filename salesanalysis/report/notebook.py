"""Report notebooks: found in a folder, described by their parameters cell, which is the only schema.

The cell tagged ``parameters`` has one line a parameter: ``name: type = default  # what it is``. Command-line
help, checks and documentation all read it.
"""

from __future__ import annotations

import ast
import io
import json
import os
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import share
from ..core.client import Client
from ..core.edition import check_edition
from ..core.errors import InvalidInput, did_you_mean, unknown
from ..core.i18n import check_language
from ..core.period import Period

#: Types a parameter can have, by annotation.
TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}

#: What a report can be about, besides everybody; parameters of these names say whom.
ENTITIES = ("rep", "team", "region")

_TYPES = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}
_OPEN = " Open it in JupyterLab: what that cannot read was damaged, or is another file."
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: Any
    meaning: str

    def read(self, value: Any, *, where: str) -> Any:
        """Return `value` (text from the command line, or already typed) as this parameter's type.

        Raises
        ------
        InvalidInput
            It is not of this type.
        """
        wanted = TYPES[self.type]
        if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
            return value
        text = str(value).strip()
        if self.type == "bool" and text.casefold() in _TRUE + _FALSE:
            return text.casefold() in _TRUE
        if self.type == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and self.type in ("int", "float"):
            try:
                return wanted(text)
            except ValueError:
                pass
        raise InvalidInput(
            f"Parameter '{self.name}' of {where} is {value!r}; it must be {_TYPES[self.type]}."
        )


@dataclass(frozen=True)
class Report:
    """A report: a notebook with a parameters cell.

    Attributes
    ----------
    name : str
        File name without ending.
    path : pathlib.Path
        The notebook.
    summary : str
        First line of its first markdown cell.
    parameters : mapping of str to Parameter
        In the order of the cell.
    is_exported : bool
        Written when all reports are asked for; a notebook to explore with says no in its metadata.
    """

    name: str
    path: Path
    summary: str
    parameters: Mapping[str, Parameter]
    is_exported: bool = True

    @property
    def is_about_one(self) -> bool:
        """Whether it is about one rep alone; others have a page of the team or company, too."""
        return "rep" in self.parameters and "team" not in self.parameters

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return `values` typed and checked; unknown names and wrong values are refused.

        Examples
        --------
        >>> find("coaching").check({"period": "2026-Q3"})["period"]
        '2026-Q3'
        """
        where = f"report {self.name}"
        for name in values:
            if name not in self.parameters:
                raise unknown("parameter", name, self.parameters, where=where)
        checked = {name: self.parameters[name].read(value, where=where) for name, value in values.items()}
        _check_meaning(checked)
        return checked


def _check_meaning(values: Mapping[str, Any]) -> None:
    if values.get("period"):
        Period.parse(values["period"])
    if values.get("language"):
        check_language(values["language"])
    check_edition(values.get("edition", ""))
    if "://" in values.get("source", ""):
        from ..data.warehouse.address import check

        check(values["source"])  # no secret gets as far as a notebook
    client = values.get("client", "")
    if client and client != "sample":
        Client.read(client)


def folder() -> Path:
    """Return the folder of the notebooks that come with the package."""
    return share.path("notebooks")


def discover(where: Path | None = None) -> dict[str, Report]:
    """Return the reports found in `where`, by name; notebooks without a parameters cell are not reports."""
    found = {}
    for path in sorted((where or folder()).glob("*.ipynb")):
        report = read(path)
        if report is not None:
            found[report.name] = report
    return found


def find(name: str) -> Report:
    """Return a report by name, or by the path of a notebook of your own.

    Raises
    ------
    UnknownName
        There is no such report; the message lists the close matches.
    """
    if name.endswith(".ipynb"):
        path = Path(name)
        if not os.path.isfile(path):
            raise InvalidInput(f"No notebook at '{name}'.")
        report = read(path)
        if report is None:
            raise InvalidInput(
                f"{name} has no cell tagged 'parameters', so it cannot run as a report. In JupyterLab "
                "give one that tag (Property Inspector, Cell Tags); with no parameters it may be empty."
            )
        return report
    known = discover()
    if name not in known:
        raise unknown("report", name, known)
    return known[name]


def read(path: Path) -> Report | None:
    """Read the report in `path`; None when the notebook has no parameters cell."""
    content = _content(path)
    try:
        cells, metadata = content["cells"], content.get("metadata", {})
        tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
        notes = [_source(c).strip() for c in cells if c["cell_type"] == "markdown"]
        exported = metadata.get("salesanalysis", {}).get("export", True)
        schema = _source(tagged[0]) if tagged else ""
    except (KeyError, TypeError, AttributeError):
        raise InvalidInput(f"{path} is not a Jupyter notebook.{_OPEN}") from None
    if not tagged:
        return None
    summary = next((note.splitlines()[0].lstrip("# ") for note in notes[:1] if note), "")
    return Report(path.stem, path, summary, _parameters(schema, path), exported)


def _content(path: Path) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise InvalidInput(f"{path} is not a Jupyter notebook.{_OPEN}") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
    if isinstance(content, dict) and "worksheets" in content:
        raise InvalidInput(
            f"{path} is a notebook of the old format {content.get('nbformat', 3)}. Open it in JupyterLab and "
            "save it, or run: jupyter nbconvert --to notebook --inplace FILE"
        )
    return content


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _parameters(source: str, path: Path) -> dict[str, Parameter]:
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise InvalidInput(
            f"The parameters cell of {path.name} is no Python, line {error.lineno}: {error.msg}."
        ) from None
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = {}
    for line in lines:
        place = f"line {line.lineno} of the parameters cell of {path.name}"
        if not (
            isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None
        ):
            raise InvalidInput(f"In {place}: write  name: type = default  # what it is")
        kind = ast.unparse(line.annotation)
        if kind not in TYPES:
            raise InvalidInput(f"Unknown type '{kind}' in {place}.{did_you_mean(kind, TYPES)}")
        meaning = comments.get(line.lineno, "")
        try:
            default = ast.literal_eval(line.value)
        except ValueError:
            raise InvalidInput(f"The default in {place} must be a plain value of type {kind}.") from None
        found[line.target.id] = Parameter(line.target.id, kind, default, meaning)
    return found
